use base::{Actor, Fen, Id, PageAsk, Problem, Topic};
use knowledge::{
    Bargain, CampaignKind, CampaignStep, Candidates, Facts, Filled, Language, NewCampaign, NewQuickReply,
    NewScript, Render, Scope, Script, ScriptFilter, Status, SuggestAsk, Variable, WordKind, WordStage,
};
use store::on_both;

use crate::kit::{DAY, NOW, Scene, TABLES, code, refused, scene};

async fn add(s: &Scene, who: &Actor, new: NewScript) -> Result<Script, Problem> {
    s.write(who, move |tx, who| knowledge::add_script(tx, NOW, who, &new))
        .await
}

async fn change(s: &Scene, who: &Actor, id: Id, new: NewScript) -> Result<Script, Problem> {
    s.write(who, move |tx, who| {
        knowledge::change_script(tx, NOW.plus(1), who, id, &new)
    })
    .await
}

async fn find(s: &Scene, who: &Actor, filter: ScriptFilter) -> Vec<String> {
    let page = s
        .read(who, move |tx, who| {
            knowledge::scripts(tx, NOW, who, &filter, &PageAsk::default())
        })
        .await
        .expect("found");
    page.items.into_iter().map(|script| script.title).collect()
}

fn typed(q: &str) -> ScriptFilter {
    ScriptFilter {
        q: Some(q.into()),
        ..ScriptFilter::default()
    }
}

/// A script of the tea shop.
fn of(s: &Scene, title: &str, text: &str) -> NewScript {
    NewScript {
        shop: Some(s.tea),
        title: title.into(),
        ..NewScript::new(text)
    }
}

fn ask(shop: Id) -> Render {
    Render {
        shop,
        lang: None,
        product: None,
        sku: None,
        total_fen: None,
        items: Vec::new(),
        facts: Facts::default(),
    }
}

on_both! { TABLES;
    async fn a_script_is_found_by_code_words_and_pinyin(db: &TestDb) {
        let s = scene(db).await;
        let greeting = NewScript { code: "hy1".into(), category: "greeting".into(), ..of(&s, "欢迎语", "亲，我是{agent}，有什么可以帮您？") };
        add(&s, &s.boss, greeting).await.expect("kept");
        let parcel = NewScript { code: "kd".into(), ..of(&s, "查快递", "您的包裹由{courier}承运，单号{waybill}") };
        add(&s, &s.boss, parcel).await.expect("kept");
        for (q, title) in [("hyy", "欢迎语"), ("huanying", "欢迎语"), ("hy1", "欢迎语"), ("欢迎", "欢迎语"), ("ckd", "查快递"), ("包裹", "查快递"), ("KD", "查快递")] {
            assert_eq!(find(&s, &s.man, typed(q)).await.first().map(String::as_str), Some(title), "{q}");
        }
        assert!(find(&s, &s.man, typed("zzzz")).await.is_empty());
        assert_eq!(find(&s, &s.man, typed("")).await.len(), 2);
    }

    async fn a_script_is_sent_only_while_its_campaign_runs(db: &TestDb) {
        let s = scene(db).await;
        let tea = s.tea;
        let campaign = move |days: i64| NewCampaign {
            title: "焕新周".into(),
            kind: CampaignKind::FreeFreight,
            text: "满99包邮".into(),
            starts_at: NOW.plus(-DAY),
            ends_at: NOW.plus(days * DAY),
            shops: Some(vec![tea]),
            products: None,
            steps: vec![CampaignStep { threshold_fen: Fen(9_900), off_fen: None, gift: None, price_fen: None }],
            repeats: false,
            coupon: String::new(),
            favourite: false,
            note: String::new(),
        };
        let runs = s.write(&s.boss, move |tx, who| knowledge::add_campaign(tx, NOW, who, &campaign(3))).await.expect("a campaign");
        let script = NewScript { campaign: Some(runs.id), stage: WordStage::Pre, ..of(&s, "焕新周", "满99包邮哦") };
        let kept = add(&s, &s.boss, script.clone()).await.expect("kept");
        assert_eq!((kept.campaign, kept.campaign_ends), (Some(runs.id), Some(runs.ends_at)));
        let asked = SuggestAsk { shop: Some(tea), stage: Some(WordStage::Pre), ..SuggestAsk::default() };
        let offered = async || {
            let asked = asked.clone();
            let found = s.read(&s.man, move |tx, who| knowledge::suggest(tx, NOW, who, &asked, &Candidates::default())).await;
            found.expect("suggested").scripts.len()
        };
        assert_eq!((find(&s, &s.man, typed("焕新周")).await.len(), offered().await), (1, 1));
        s.write(&s.boss, move |tx, who| knowledge::end_campaign(tx, NOW, who, runs.id)).await.expect("ended early");
        assert_eq!((find(&s, &s.man, typed("焕新周")).await.len(), offered().await), (0, 0), "a script ends with its campaign");
        let unknown = add(&s, &s.boss, NewScript { campaign: Some(Id(12_345)), code: "x".into(), ..script }).await.expect_err("refused");
        assert_eq!((unknown.code.as_ref(), unknown.field.as_deref()), ("campaign_unknown", Some("campaign")));
    }

    async fn a_code_goes_before_a_title_and_the_more_used_first(db: &TestDb) {
        let s = scene(db).await;
        let words = add(&s, &s.boss, NewScript { title: "甲".into(), ..of(&s, "", "退款说明") }).await.expect("kept");
        add(&s, &s.boss, NewScript { code: "退款".into(), ..of(&s, "乙", "好的") }).await.expect("kept");
        add(&s, &s.boss, of(&s, "丙", "关于退款")).await.expect("kept");
        s.write(&s.man, move |tx, who| knowledge::used_script(tx, NOW, who, words.id)).await.expect("used");
        assert_eq!(find(&s, &s.man, typed("退款")).await, ["乙", "甲", "丙"]);
    }

    async fn scripts_belong_to_a_stage_a_kind_of_bargaining_and_a_step(db: &TestDb) {
        let s = scene(db).await;
        let pity = NewScript { category: "bargaining".into(), bargain: Some(Bargain::Pity), stage: WordStage::Pre, ..of(&s, "同情", "理解您") };
        add(&s, &s.boss, pity.clone()).await.expect("kept");
        add(&s, &s.boss, NewScript { category: "complaint".into(), step: Some(2), stage: WordStage::After, ..of(&s, "查明", "我们马上核实") }).await.expect("kept");
        add(&s, &s.boss, of(&s, "通用", "好的")).await.expect("kept");
        let stage = |stage| ScriptFilter { stage: Some(stage), ..ScriptFilter::default() };
        assert_eq!(find(&s, &s.man, stage(WordStage::Pre)).await, ["同情", "通用"]);
        assert_eq!(find(&s, &s.man, stage(WordStage::After)).await, ["查明", "通用"]);
        let filter = ScriptFilter { bargain: Some(Bargain::Pity), ..ScriptFilter::default() };
        assert_eq!(find(&s, &s.man, filter).await, ["同情"]);
        let filter = ScriptFilter { step: Some(2), ..ScriptFilter::default() };
        assert_eq!(find(&s, &s.man, filter).await, ["查明"]);
        let unfit = NewScript { category: "order".into(), ..pity };
        assert_eq!(refused(add(&s, &s.boss, unfit).await), ("bargain_unfit".into(), "bargain".into()));
        let unfit = NewScript { category: "complaint".into(), step: Some(7), ..of(&s, "七", "七") };
        assert_eq!(refused(add(&s, &s.boss, unfit).await), ("step_unfit".into(), "step".into()));
    }

    async fn a_greeting_names_the_agent(db: &TestDb) {
        let s = scene(db).await;
        let nobody = NewScript { category: "greeting".into(), ..of(&s, "欢迎", "亲，在的") };
        assert_eq!(refused(add(&s, &s.boss, nobody.clone()).await), ("greeting_without_agent".into(), "text".into()));
        let english = NewScript { text: "亲，我是{agent}".into(), text_en: "Hello".into(), ..nobody.clone() };
        assert_eq!(refused(add(&s, &s.boss, english).await), ("greeting_without_agent".into(), "text_en".into()));
        add(&s, &s.boss, NewScript { text: "亲，我是{agent}".into(), ..nobody }).await.expect("kept");
    }

    async fn wrong_texts_are_refused_with_their_field(db: &TestDb) {
        let s = scene(db).await;
        assert_eq!(refused(add(&s, &s.boss, of(&s, "a", "  ")).await), ("text_empty".into(), "text".into()));
        assert_eq!(refused(add(&s, &s.boss, of(&s, "a", &"长".repeat(5_001))).await), ("text_too_long".into(), "text".into()));
        let problem = add(&s, &s.boss, of(&s, "a", "现价{prise}")).await.expect_err("refused");
        assert_eq!((problem.code.as_ref(), problem.params["variable"].as_str()), ("variable_unknown", Some("prise")));
        for at in [base::Ms(-5), base::Ms(1 << 62), base::Ms(NOW.0 / 1_000)] {
            let slip = NewScript { valid_until: Some(at), ..of(&s, "a", "a") };
            assert_eq!(refused(add(&s, &s.boss, slip).await), ("out_of_range".into(), "valid_until".into()));
        }
        let turned = NewScript { valid_from: Some(NOW), valid_until: Some(NOW), ..of(&s, "a", "a") };
        assert_eq!(refused(add(&s, &s.boss, turned).await), ("valid_range".into(), "valid_until".into()));
        let marked = add(&s, &s.boss, of(&s, "", "<script>alert(1)</script>")).await.expect("kept as text");
        assert_eq!((marked.text.as_str(), marked.title.as_str()), ("<script>alert(1)</script>", "<script>alert(1)</sc…"));
    }

    async fn a_code_stands_for_one_text_in_the_same_hands(db: &TestDb) {
        let s = scene(db).await;
        let kd = NewScript { code: "kd".into(), ..of(&s, "快递", "中通") };
        let first = add(&s, &s.boss, kd.clone()).await.expect("kept");
        let problem = add(&s, &s.boss, NewScript { text: "圆通".into(), ..kd.clone() }).await.expect_err("refused");
        assert_eq!((problem.code.as_ref(), problem.params["script"].as_i64()), ("code_taken", Some(first.id.0)));
        let own = NewScript { scope: Scope::Personal, ..kd.clone() };
        add(&s, &s.man, own.clone()).await.expect("one's own may have it too");
        add(&s, &s.gu, own).await.expect("and another's");
        let retired = Status::Retired;
        s.write(&s.boss, move |tx, who| knowledge::set_script_status(tx, NOW, who, first.id, retired)).await.expect("retired");
        add(&s, &s.boss, NewScript { text: "圆通".into(), ..kd }).await.expect("free again");
    }

    async fn ones_own_scripts_are_ones_own_and_a_groups_its_members(db: &TestDb) {
        let s = scene(db).await;
        let own = NewScript { scope: Scope::Personal, shop: None, ..of(&s, "我的", "么么哒") };
        let own = add(&s, &s.man, own).await.expect("an agent may keep their own");
        assert_eq!(code(s.read(&s.gu, move |tx, who| knowledge::script(tx, who, own.id)).await), "not_found");
        assert_eq!(code(s.read(&s.owner, move |tx, who| knowledge::script(tx, who, own.id)).await), "not_found");
        let (gu, tea) = (s.gu.person().expect("a person"), s.tea);
        let group = s.write(&s.owner, move |tx, who| {
            let new = team::NewGroup { name: "售后组".into(), shops: Some(vec![tea]), members: vec![gu], ..Default::default() };
            team::add_group(tx, NOW, who, new)
        }).await.expect("a group");
        let new = NewScript { scope: Scope::Group, group: Some(group.id), ..of(&s, "组内", "按流程走") };
        add(&s, &s.boss, new.clone()).await.expect("kept");
        assert_eq!(find(&s, &s.gu, ScriptFilter::default()).await, ["组内"]);
        assert_eq!(find(&s, &s.man, ScriptFilter::default()).await, ["我的"]);
        assert_eq!(refused(add(&s, &s.boss, NewScript { group: Some(Id(5)), ..new.clone() }).await), ("group_missing".into(), "group".into()));
        assert_eq!(code(add(&s, &s.gu, new).await), "forbidden");
    }

    async fn shared_scripts_need_the_right_and_those_of_all_shops_all_shops(db: &TestDb) {
        let s = scene(db).await;
        assert_eq!(code(add(&s, &s.man, of(&s, "a", "a")).await), "forbidden");
        assert_eq!(refused(add(&s, &s.boss, NewScript::new("a")).await), ("shop_required".into(), "shop".into()));
        let all = add(&s, &s.owner, NewScript::new("各店通用")).await.expect("kept");
        assert_eq!(find(&s, &s.li, ScriptFilter::default()).await, ["各店通用"]);
        assert_eq!(code(change(&s, &s.boss, all.id, NewScript { shop: Some(s.tea), ..NewScript::new("改") }).await), "forbidden");
        let foreign = NewScript { shop: Some(s.fruit), ..NewScript::new("a") };
        assert_eq!(code(add(&s, &s.boss, foreign).await), "not_found");
    }

    async fn every_save_is_a_version_and_comes_back(db: &TestDb) {
        let s = scene(db).await;
        let first = add(&s, &s.boss, of(&s, "运费", "满99包邮")).await.expect("kept");
        let id = first.id;
        let second = change(&s, &s.boss, id, of(&s, "运费", "满129包邮")).await.expect("changed");
        assert_eq!(second.version, 2);
        let same = change(&s, &s.boss, id, of(&s, "运费", "满129包邮")).await.expect("unchanged");
        assert_eq!(same.version, 2, "a save that changes nothing is none");
        s.write(&s.boss, move |tx, who| knowledge::set_script_status(tx, NOW, who, id, Status::Retired)).await.expect("retired");
        let back = s.write(&s.boss, move |tx, who| knowledge::restore_script(tx, NOW, who, id, 1)).await.expect("back");
        assert_eq!((back.text.as_str(), back.version, back.status), ("满99包邮", 4, Status::Retired));
        let versions = s.read(&s.man, move |tx, who| knowledge::script_versions(tx, who, id)).await.expect("versions");
        let told: Vec<_> = versions.iter().map(|one| (one.version, one.body["text"].as_str().unwrap_or_default(), one.by_name.as_deref())).collect();
        assert_eq!(told, [(4, "满99包邮", Some("白露")), (3, "满129包邮", Some("白露")), (2, "满129包邮", Some("白露")), (1, "满99包邮", Some("白露"))]);
        assert_eq!(code(s.write(&s.boss, move |tx, who| knowledge::restore_script(tx, NOW, who, id, 9)).await), "not_found");
        assert!(find(&s, &s.man, ScriptFilter::default()).await.is_empty(), "what is retired is not offered");
        let all = ScriptFilter { all: 1, ..ScriptFilter::default() };
        assert_eq!(find(&s, &s.boss, all).await, ["运费"]);
    }

    async fn a_script_expires_with_its_time(db: &TestDb) {
        let s = scene(db).await;
        let past = NewScript { valid_until: Some(NOW), ..of(&s, "旧活动", "满减") };
        let past = add(&s, &s.boss, past).await.expect("kept");
        add(&s, &s.boss, NewScript { valid_from: Some(NOW.plus(DAY)), ..of(&s, "新活动", "满减") }).await.expect("kept");
        let present = NewScript { valid_from: Some(NOW), valid_until: Some(NOW.plus(DAY)), ..of(&s, "今日", "满减") };
        add(&s, &s.boss, present).await.expect("kept");
        assert_eq!(find(&s, &s.man, ScriptFilter::default()).await, ["今日"]);
        let ask = ask(s.tea);
        let sent = s.read(&s.man, move |tx, who| knowledge::render_words(tx, NOW, who, (WordKind::Script, past.id), &ask)).await;
        assert_eq!(code(sent), "expired");
    }

    async fn prices_and_stock_are_those_of_the_moment(db: &TestDb) {
        let s = scene(db).await;
        let product = s.product("LJ", None).await;
        let text = "我是{agent}（{agent_no}号），{shop}的{product}现价{price}元，还有{stock}件，{buyer}";
        let script = add(&s, &s.boss, NewScript { text_en: "{product} is {price} yuan".into(), ..of(&s, "报价", text) }).await.expect("kept");
        let render = |facts: Facts, lang| {
            let ask = Render { product: Some(product.id), lang, facts, ..ask(s.tea) };
            s.read(&s.man, move |tx, who| knowledge::render_words(tx, NOW, who, (WordKind::Script, script.id), &ask))
        };
        let number = s.read(&s.owner, |tx, who| Ok(team::people(tx, who, Some("小满"))?[0].number)).await.expect("a number");
        let mut facts = Facts::default();
        // What the program knows better cannot be talked over.
        facts.set(Variable::Price, "1");
        facts.set(Variable::Agent, "老板");
        let first = render(facts.clone(), None).await.expect("rendered");
        assert_eq!(first.text, format!("我是小满（{number}号），青禾茶叶的明前龙井现价199元，还有12件，{{buyer}}"));
        assert_eq!(first.missing, [Variable::Buyer]);
        let told = |values: &Filled, text: &str| {
            let (filled, text) = (values.clone(), text.to_owned());
            s.read(&s.man, move |tx, who| knowledge::check_values(tx, NOW, who, s.tea, &filled, &text))
        };
        assert_eq!((first.filled.values.get(Variable::Price), first.filled.product), (Some("199"), Some(product.id)));
        told(&first.filled, &first.text).await.expect("still so");
        s.write(&s.owner, |tx, who| {
            let sku = catalogue::NewSku { code: "LJ-1".into(), spec: None, price_fen: Some(base::Fen(16_850)), cost_fen: None, floor_fen: Some(base::Fen(15_000)), on_hand: Some(5), safety: None, active: None };
            let new = catalogue::NewProduct { code: "LJ".into(), title: None, picture: None, url: None, selling_points: None, active: None, shops: None, skus: vec![sku] };
            catalogue::upsert_product(tx, NOW, who, &new)
        }).await.expect("changed");
        let stale = told(&first.filled, &first.text).await.expect_err("refused");
        assert_eq!(
            (stale.code.as_ref(), stale.params["variable"].as_str(), stale.params["was"].as_str(), stale.params["is"].as_str()),
            ("value_changed", Some("price"), Some("199"), Some("168.50")),
        );
        told(&first.filled, "有货的亲").await.expect("a value that is not told is nobody's business");
        facts.set(Variable::Buyer, "爱喝茶");
        let second = render(facts.clone(), None).await.expect("rendered");
        assert!(second.text.ends_with("现价168.50元，还有2件，爱喝茶") && second.missing.is_empty(), "{}", second.text);
        assert_eq!(render(facts, Some(Language::En)).await.expect("rendered").text, "明前龙井 is 168.50 yuan");
    }

    async fn a_day_told_in_english_is_still_the_same_day_when_it_is_sent(db: &TestDb) {
        let s = scene(db).await;
        let product = s.product("LJ", None).await;
        let sku = product.skus[0].id;
        s.write(&s.owner, move |tx, who| {
            let sold = catalogue::NewSku { code: "LJ-1".into(), spec: None, price_fen: None, floor_fen: None, cost_fen: None, on_hand: Some(0), safety: Some(0), active: None };
            let new = catalogue::NewProduct { code: "LJ".into(), title: None, picture: None, url: None, selling_points: None, active: None, shops: None, skus: vec![sold] };
            catalogue::upsert_product(tx, NOW, who, &new)?;
            knowledge::set_preorder(tx, NOW, who, sku, &knowledge::NewPreorder { ships_at: NOW.plus(3 * DAY), note: String::new() })
        }).await.expect("on pre-order");
        let script = add(&s, &s.boss, NewScript { text_en: "It ships on {ship_by}.".into(), ..of(&s, "预售", "{ship_by}发出") }).await.expect("kept");
        let render = |lang| {
            let ask = Render { product: Some(product.id), sku: Some(sku), lang, ..ask(s.tea) };
            s.read(&s.man, move |tx, who| knowledge::render_words(tx, NOW, who, (WordKind::Script, script.id), &ask))
        };
        let sent = |filled: Filled, text: &str| {
            let text = text.to_owned();
            s.read(&s.man, move |tx, who| knowledge::check_values(tx, NOW, who, s.tea, &filled, &text))
        };
        let (english, chinese) = (render(Some(Language::En)).await.expect("rendered"), render(None).await.expect("rendered"));
        assert_ne!(english.filled.values.get(Variable::ShipBy), chinese.filled.values.get(Variable::ShipBy));
        sent(english.filled.clone(), &english.text).await.expect("it is that day");
        sent(chinese.filled.clone(), &chinese.text).await.expect("it is that day");
        s.write(&s.owner, move |tx, who| knowledge::set_preorder(tx, NOW, who, sku, &knowledge::NewPreorder { ships_at: NOW.plus(9 * DAY), note: String::new() })).await.expect("later");
        assert_eq!(code(sent(english.filled, &english.text).await), "value_changed");
    }

    async fn a_product_of_another_shop_is_not_quoted(db: &TestDb) {
        let s = scene(db).await;
        let apple = s.product("PG", Some(vec![s.fruit])).await;
        let script = add(&s, &s.boss, of(&s, "报价", "{product}现价{price}")).await.expect("kept");
        let asked = Render { product: Some(apple.id), ..ask(s.tea) };
        let sent = s.read(&s.man, move |tx, who| knowledge::render_words(tx, NOW, who, (WordKind::Script, script.id), &asked)).await;
        assert_eq!(code(sent), "not_found");
        let elsewhere = ask(s.fruit);
        let sent = s.read(&s.owner, move |tx, who| knowledge::render_words(tx, NOW, who, (WordKind::Script, script.id), &elsewhere)).await;
        assert_eq!(code(sent), "not_found");
    }

    async fn uses_are_counted_and_consoles_hear_of_changes(db: &TestDb) {
        let s = scene(db).await;
        db.frames();
        let script = add(&s, &s.boss, of(&s, "谢谢", "谢谢亲")).await.expect("kept");
        let frames = db.frames();
        let told = frames.iter().find(|live| live.frame.contains("\"on\":\"knowledge\"")).expect("a frame");
        assert!(told.topics.contains(&Topic::Shop(s.tea)) && !told.frame.contains("谢谢"), "{}", told.frame);
        for _ in 0..2 {
            s.write(&s.man, move |tx, who| knowledge::used_script(tx, NOW, who, script.id)).await.expect("used");
        }
        let after = s.read(&s.man, move |tx, who| knowledge::script(tx, who, script.id)).await.expect("seen");
        assert_eq!((after.uses, after.used_at), (2, Some(NOW)));
        let own = NewScript { scope: Scope::Personal, ..of(&s, "我的", "我的") };
        db.frames();
        add(&s, &s.man, own).await.expect("kept");
        let frames = db.frames();
        let told = frames.iter().find(|live| live.frame.contains("\"on\":\"knowledge\"")).expect("a frame");
        assert_eq!(told.topics, [Topic::Person(s.man.person().expect("a person"))]);
        let log = s.log("script").await;
        assert!(log.iter().all(|row| !row.data.contains("谢谢") && !row.data.contains("我的")), "texts stay in their table");
    }

    async fn quick_replies_are_scripts_with_a_code(db: &TestDb) {
        let s = scene(db).await;
        let new = NewQuickReply { shop: Some(s.tea), personal: false, code: "kd".into(), category: "物流".into(), text: "中通包邮".into(), version: None };
        let again = NewQuickReply { text: "中通包邮哦".into(), version: Some(1), ..new.clone() };
        let late = NewQuickReply { text: "圆通包邮".into(), version: Some(1), ..new.clone() };
        let kept = s.write(&s.boss, move |tx, who| knowledge::keep_quick_reply(tx, NOW, who, None, &new)).await.expect("kept");
        let script = s.read(&s.man, move |tx, who| knowledge::script(tx, who, kept.id)).await.expect("a script");
        assert_eq!((script.title.as_str(), script.stage, script.scope), ("中通包邮", WordStage::Any, Scope::Shop));
        let kept = s.write(&s.boss, move |tx, who| knowledge::keep_quick_reply(tx, NOW, who, Some(kept.id), &again)).await.expect("changed");
        assert_eq!((kept.text.as_str(), kept.version), ("中通包邮哦", 2));
        // Somebody who read the first saves over nothing they have not seen.
        let id = kept.id;
        let refused = s.write(&s.boss, move |tx, who| knowledge::keep_quick_reply(tx, NOW, who, Some(id), &late)).await.expect_err("refused");
        assert_eq!((refused.code.as_ref(), refused.params["version"].as_i64()), ("changed_meanwhile", Some(2)));
        add(&s, &s.boss, of(&s, "无码", "没有快捷码")).await.expect("kept");
        let tea = s.tea;
        let list = s.read(&s.man, move |tx, who| knowledge::quick_replies(tx, NOW, who, Some(tea))).await.expect("a list");
        assert_eq!(list, [kept]);
    }
}
