//! What is suggested while one types.

use base::{Actor, Id};
use knowledge::{
    Bargain, ChangedWords, FaqStatus, NewFaq, NewPolicy, NewScript, Reason, Shelf, SuggestAsk, Suggestions,
    WordStage,
};
use store::on_both;

use crate::faq::{add, of};
use crate::kit::{NOW, Scene, TABLES, code, scene};

async fn shelf(s: &Scene) -> Shelf {
    let org = s.org;
    let words =
        s.db.read(move |tx| knowledge::all_words(tx, org))
            .await
            .expect("words");
    let shelf = Shelf::default();
    shelf.take(words);
    shelf
}

async fn suggest(s: &Scene, who: &Actor, shelf: Option<&Shelf>, ask: SuggestAsk) -> Suggestions {
    let found = knowledge::candidates(shelf, who, &ask);
    s.read(who, move |tx, who| knowledge::suggest(tx, NOW, who, &ask, &found))
        .await
        .expect("suggested")
}

fn ask(s: &Scene, q: &str) -> SuggestAsk {
    SuggestAsk {
        q: q.into(),
        shop: Some(s.tea),
        ..SuggestAsk::default()
    }
}

fn first(found: &Suggestions) -> Option<&str> {
    found.faq.first().map(|hit| hit.question.as_str())
}

/// Three entries of the tea shop, and one of the fruit shop.
async fn filled(s: &Scene) -> [Id; 4] {
    let ship = add(s, &s.boss, of(s, "什么时候发货", &["多久能发出来", "今天能发吗"]))
        .await
        .expect("kept")
        .id;
    let invoice = add(s, &s.boss, of(s, "能开发票吗", &["可以开票不", "有没有发票"]))
        .await
        .expect("kept")
        .id;
    let size = add(s, &s.boss, of(s, "一罐多少克", &["净含量多少"]))
        .await
        .expect("kept")
        .id;
    let fruit = NewFaq {
        shop: Some(s.fruit),
        ..of(s, "苹果什么时候发货", &[])
    };
    [
        ship,
        invoice,
        size,
        add(s, &s.owner, fruit).await.expect("kept").id,
    ]
}

on_both! { TABLES;
    async fn a_buyers_question_finds_its_entry(db: &TestDb) {
        let s = scene(db).await;
        let [ship, ..] = filled(&s).await;
        let shelf = shelf(&s).await;
        let found = suggest(&s, &s.man, Some(&shelf), ask(&s, "亲 多久能发出来呀")).await;
        assert!(found.ready && found.confident, "{found:?}");
        assert_eq!(first(&found), Some("什么时候发货"));
        assert_eq!(found.faq[0].id, ship);
        assert!(found.faq.iter().all(|hit| (0.0..=1.0).contains(&hit.score) && hit.question != "苹果什么时候发货"));
        let nonsense = suggest(&s, &s.man, Some(&shelf), ask(&s, "螺旋桨轴承密封圈")).await;
        assert!(!nonsense.confident, "{nonsense:?}");
        assert!(!suggest(&s, &s.man, None, ask(&s, "发货")).await.ready);
    }

    async fn changes_are_found_at_once_and_what_is_gone_is_not(db: &TestDb) {
        let s = scene(db).await;
        let [ship, invoice, ..] = filled(&s).await;
        let shelf = shelf(&s).await;
        let new = add(&s, &s.boss, of(&s, "茶叶怎么保存", &["开封了放哪里"])).await.expect("kept").id;
        s.write(&s.boss, move |tx, who| knowledge::set_faq_status(tx, NOW, who, invoice, FaqStatus::Retired)).await.expect("retired");
        let org = s.org;
        let changed: Vec<ChangedWords> = s.log("faq").await.iter().filter_map(ChangedWords::of).collect();
        assert!(changed.contains(&ChangedWords::Faq(new)) && changed.contains(&ChangedWords::Faq(invoice)));
        let news = [ChangedWords::Faq(new), ChangedWords::Faq(invoice), ChangedWords::Faq(ship)];
        let words = s.db.read(move |tx| knowledge::changed_words(tx, org, &news)).await.expect("news");
        shelf.take(words);
        assert_eq!(first(&suggest(&s, &s.man, Some(&shelf), ask(&s, "开封之后放哪里好")).await), Some("茶叶怎么保存"));
        let found = suggest(&s, &s.man, Some(&shelf), ask(&s, "可以开票不")).await;
        assert!(found.faq.iter().all(|hit| hit.id != invoice), "{found:?}");
    }

    async fn what_ended_or_was_retired_since_is_left_out_when_read_again(db: &TestDb) {
        let s = scene(db).await;
        let ended = NewFaq { valid_until: Some(NOW), ..of(&s, "双十一还有吗", &[]) };
        add(&s, &s.boss, ended).await.expect("kept");
        let [ship, ..] = filled(&s).await;
        let shelf = shelf(&s).await;
        s.write(&s.boss, move |tx, who| knowledge::set_faq_status(tx, NOW, who, ship, FaqStatus::Retired)).await.expect("retired");
        let found = suggest(&s, &s.man, Some(&shelf), ask(&s, "什么时候发货")).await;
        assert!(found.faq.iter().all(|hit| hit.id != ship), "the shelf is older than the database");
        assert!(suggest(&s, &s.man, Some(&shelf), ask(&s, "双十一还有吗")).await.faq.is_empty());
    }

    async fn an_entry_about_the_product_goes_first_and_one_about_another_is_left_out(db: &TestDb) {
        let s = scene(db).await;
        let (green, black) = (s.product("LJ", None).await.id, s.product("HC", None).await.id);
        add(&s, &s.boss, NewFaq { products: vec![green], ..of(&s, "龙井怎么泡", &["用多热的水泡"]) }).await.expect("kept");
        add(&s, &s.boss, NewFaq { products: vec![black], ..of(&s, "红茶怎么泡", &["用多烫的水泡"]) }).await.expect("kept");
        let shelf = shelf(&s).await;
        let found = suggest(&s, &s.man, Some(&shelf), SuggestAsk { product: Some(black), ..ask(&s, "怎么泡，用多热的水") }).await;
        assert_eq!(found.faq.iter().map(|hit| (hit.question.as_str(), hit.why)).collect::<Vec<_>>(), [("红茶怎么泡", Reason::Product)]);
    }

    async fn bargaining_brings_its_script_and_an_empty_line_those_of_the_stage(db: &TestDb) {
        let s = scene(db).await;
        let (tea, fruit) = (Some(s.tea), Some(s.fruit));
        s.write(&s.owner, move |tx, who| {
            let pity = NewScript { shop: tea, title: "学生党".into(), category: "bargaining".into(), bargain: Some(Bargain::Pity), ..NewScript::new("理解您，价格都是实价") };
            knowledge::add_script(tx, NOW, who, &pity)?;
            let after = NewScript { shop: tea, title: "售后安抚".into(), stage: WordStage::After, ..NewScript::new("给您添麻烦了") };
            knowledge::add_script(tx, NOW, who, &after)?;
            knowledge::add_script(tx, NOW, who, &NewScript { shop: tea, title: "稍等".into(), ..NewScript::new("稍等哦") })?;
            knowledge::add_script(tx, NOW, who, &NewScript { shop: fruit, title: "别店".into(), ..NewScript::new("学生也便宜") })?;
            knowledge::add_policy(tx, NOW, who, &NewPolicy { shop: tea, ..NewPolicy::new("价格保护", "三十天内降价补差价") })
        }).await.expect("kept");
        let shelf = shelf(&s).await;
        let found = suggest(&s, &s.man, Some(&shelf), ask(&s, "我还是学生，便宜点吧")).await;
        assert_eq!(found.bargain, Some(Bargain::Pity));
        assert_eq!((found.scripts[0].title.as_str(), found.scripts[0].why), ("学生党", Reason::Bargain));
        assert!(found.scripts.iter().all(|hit| hit.title != "别店"));
        let staged = suggest(&s, &s.man, Some(&shelf), SuggestAsk { stage: Some(WordStage::After), ..ask(&s, "") }).await;
        assert_eq!((staged.scripts[0].title.as_str(), staged.scripts[0].why), ("售后安抚", Reason::Stage));
        let policy = suggest(&s, &s.man, Some(&shelf), ask(&s, "降价了补差价吗")).await;
        assert_eq!(policy.policies[0].title, "价格保护");
    }

    async fn what_agents_answered_with_is_learned(db: &TestDb) {
        let s = scene(db).await;
        let [ship, ..] = filled(&s).await;
        let (org, tea) = (s.org, s.tea);
        let asked = knowledge::Asked { shop: tea, customer: Id(1), conversation: Id(2), seq: 3, text: "咋还没动静呢".into() };
        s.db.write(move |tx| knowledge::keep_heard(tx, NOW, org, ship, &asked)).await.expect("heard");
        let news: Vec<ChangedWords> = s.log("faq").await.iter().filter_map(ChangedWords::of).collect();
        assert!(news.contains(&ChangedWords::Picks(ship)));
        let shelf = shelf(&s).await;
        assert_eq!(first(&suggest(&s, &s.man, Some(&shelf), ask(&s, "咋还没动静呢")).await), Some("什么时候发货"));
    }

    async fn a_missed_question_names_the_nearest_entry(db: &TestDb) {
        let s = scene(db).await;
        let [ship, ..] = filled(&s).await;
        let shelf = shelf(&s).await;
        let (sure, nearest) = knowledge::nearest(&shelf, s.tea, "今天能发吗");
        assert!(sure && nearest.is_some_and(|(id, _)| id == ship));
        assert!(!knowledge::nearest(&shelf, s.tea, "螺旋桨轴承密封圈").0);
        assert!(Shelf::default().has_no_entries() && !shelf.has_no_entries());
    }

    async fn only_those_who_talk_are_told_and_only_of_their_shops(db: &TestDb) {
        let s = scene(db).await;
        filled(&s).await;
        let shelf = shelf(&s).await;
        for (who, expected) in [(&s.packer, "forbidden"), (&s.li, "not_found")] {
            let asked = ask(&s, "什么时候发货");
            let found = knowledge::candidates(Some(&shelf), who, &asked);
            assert_eq!(code(s.read(who, move |tx, who| knowledge::suggest(tx, NOW, who, &asked, &found)).await), expected);
        }
        let anywhere = SuggestAsk { q: "什么时候发货".into(), ..SuggestAsk::default() };
        let found = suggest(&s, &s.li, Some(&shelf), anywhere).await;
        assert_eq!(found.faq.iter().map(|hit| hit.question.as_str()).collect::<Vec<_>>(), ["苹果什么时候发货"]);
    }
}
