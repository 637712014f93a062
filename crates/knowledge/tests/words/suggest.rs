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
    Shelf::of(words)
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

    async fn how_sure_is_sure_enough_is_the_shops(db: &TestDb) {
        let s = scene(db).await;
        filled(&s).await;
        let shelf = shelf(&s).await;
        let sure = async |q: &str| suggest(&s, &s.man, Some(&shelf), ask(&s, q)).await;
        let found = sure("多久能发").await;
        let likely = found.faq[0].score;
        assert!((0.3..0.95).contains(&likely), "{likely}");
        let set = async |percent: i64| {
            let (owner, tea) = (s.owner.clone(), s.tea);
            let setting = knowledge::SETTINGS.iter().find(|one| one.key == "knowledge.confident").expect("there");
            s.write(&owner, move |tx, who| team::set_setting(tx, NOW, who, Some(tea), setting, &serde_json::json!(percent))).await.expect("set");
        };
        let percent = (likely * 100.0) as i64;
        set(percent - 1).await;
        assert!(sure("多久能发").await.confident);
        set(percent + 1).await;
        assert!(!sure("多久能发").await.confident);
    }

    async fn what_ships_answers_what_buyers_ask_and_is_not_sure_of_the_rest(db: &TestDb) {
        let s = scene(db).await;
        s.write(&s.owner, |tx, who| knowledge::load_defaults(tx, NOW, who, &knowledge::Defaults::default())).await.expect("loaded");
        let shelf = shelf(&s).await;
        for (asked, answer) in [
            ("优惠券用不了", "优惠券为什么用不了？"),
            ("双十一会便宜吗", "过几天大促会更便宜吗？"),
            ("发票怎么开 要公司抬头的", "可以开发票吗？"),
            ("少发了一个枕套", "少发漏发了怎么办？"),
            ("和图片颜色不一样怎么办", "收到和图片颜色不一样怎么办？"),
            ("收到的被子有味道正常吗", "收到有味道正常吗？"),
            ("给个好评返现吗", "好评有返现吗？"),
            ("你们发什么快递呀", "发什么快递？"),
        ] {
            let found = suggest(&s, &s.man, Some(&shelf), ask(&s, asked)).await;
            assert_eq!(first(&found), Some(answer), "{asked}: {:?}", found.faq);
            assert!(found.confident, "{asked}: {:?}", found.faq[0].score);
            assert_eq!(found.bargain, None, "{asked}");
        }
        for asked in ["1米8的床买多大的被套", "那2公斤吧", "你家老板贵姓", "x", "螺旋桨轴承密封圈", "帮我算下汇率"] {
            let found = suggest(&s, &s.man, Some(&shelf), ask(&s, asked)).await;
            assert!(!found.confident, "{asked}: {:?}", found.faq.first());
        }
        let greeted = suggest(&s, &s.man, Some(&shelf), ask(&s, "你好在吗")).await;
        assert_eq!(greeted.scripts[0].category, "greeting");
        assert!(!greeted.confident);
    }

    async fn a_missed_question_names_the_nearest_entry(db: &TestDb) {
        let s = scene(db).await;
        let [ship, ..] = filled(&s).await;
        let shelf = shelf(&s).await;
        let nearest = knowledge::nearest(&shelf, s.tea, "今天能发吗");
        assert!(nearest.is_some_and(|(id, chance)| id == ship && chance > 0.6), "{nearest:?}");
        assert!(knowledge::nearest(&shelf, s.tea, "螺旋桨轴承密封圈").is_none_or(|(_, chance)| chance < 0.3));
        assert!(Shelf::default().has_no_entries() && !shelf.has_no_entries());
    }

    async fn a_shop_that_is_not_there_is_not_there_for_those_with_all_shops(db: &TestDb) {
        let s = scene(db).await;
        let ask = SuggestAsk { shop: Some(Id(5)), ..SuggestAsk::default() };
        let found = knowledge::Candidates::default();
        let asked = s.read(&s.owner, move |tx, who| knowledge::suggest(tx, NOW, who, &ask, &found)).await;
        assert_eq!(code(asked), "not_found");
        assert_eq!(code(s.read(&s.owner, |tx, who| knowledge::tone(tx, who, Some(Id(5)))).await), "not_found");
        let of_none = knowledge::ScriptFilter { shop: Some(Id(5)), ..Default::default() };
        assert_eq!(code(s.read(&s.owner, move |tx, who| knowledge::scripts(tx, NOW, who, &of_none, &base::PageAsk::default())).await), "not_found");
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
