//! The verbs of the reply check, on both engines: who may ask, what the settings do, what is let pass.

use base::{Actor, Fen, Id, Ms, Permission, Problem, Shops, Who};
use knowledge::check::{CHECK_SETTINGS, CheckAsk, Checked, Rule, Send, allow_gift, allow_reply, check_reply};
use serde_json::{Value, json};
use store::testing::TestDb;
use store::{Schema, on_both};

const TABLES: &[Schema] = &[
    team::SCHEMA,
    catalogue::SCHEMA,
    customers::SCHEMA,
    knowledge::SCHEMA,
];
const NOW: Ms = Ms(1_790_000_000_000);

/// An organisation with two shops, and another organisation.
struct Scene {
    org: Id,
    other: Id,
    tea: Id,
    fruit: Id,
}

async fn scene(db: &TestDb) -> Scene {
    db.write(|tx| {
        let (org, other) = (
            team::found_org(tx, NOW, "青禾商贸")?,
            team::found_org(tx, NOW, "别家")?,
        );
        let mut shop = |name: &str, platform: &str| {
            let new = team::NewShop {
                key: format!("{:0>16}", tx.id()),
                name: name.into(),
                platform: platform.into(),
                ..team::NewShop::default()
            };
            team::add_shop(tx, NOW, &Actor::program(org), new).map(|shop| shop.id)
        };
        let (tea, fruit) = (shop("青禾茶叶", "jd")?, shop("青禾果园", "taobao")?);
        Ok(Scene {
            org,
            other,
            tea,
            fruit,
        })
    })
    .await
    .expect("a scene")
}

fn agent(org: Id, shops: Shops, rights: &[Permission]) -> Actor {
    Actor {
        org,
        who: Who::Person(Id(7)),
        permissions: rights.iter().copied().collect(),
        shops,
    }
}

fn talks(s: &Scene) -> Actor {
    agent(s.org, Shops::only(vec![s.tea]), &[Permission::Talk])
}

fn ask(shop: Id, text: &str) -> CheckAsk {
    CheckAsk {
        shop,
        text: text.into(),
        buyer: None,
        product: None,
        sku: None,
    }
}

async fn check(db: &TestDb, who: &Actor, ask: CheckAsk) -> Result<Checked, Problem> {
    let who = who.clone();
    db.read(move |tx| check_reply(tx, &who, &ask)).await
}

/// What a send answers, and whether the buyer's words were asked for.
async fn send(
    db: &TestDb,
    who: &Actor,
    shop: Id,
    text: &'static str,
    confirmed: &'static [Rule],
    buyer: &'static str,
) -> (Result<Vec<Rule>, Problem>, bool) {
    let who = who.clone();
    db.read(move |tx| {
        let mut asked = false;
        let passed = allow_reply(tx, &who, shop, text, Some(confirmed), |_| {
            asked = true;
            Ok(buyer.to_owned())
        });
        Ok((passed, asked))
    })
    .await
    .expect("read")
}

async fn set(db: &TestDb, s: &Scene, shop: Option<Id>, key: &str, value: Value) {
    let owner = agent(s.org, Shops::All, &[Permission::EditSettings]);
    let setting = CHECK_SETTINGS
        .iter()
        .find(|setting| setting.key == key)
        .expect("a setting");
    db.write(move |tx| team::set_setting(tx, NOW, &owner, shop, setting, &value))
        .await
        .expect("set");
}

fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> String {
    result.expect_err("refused").code.to_string()
}

on_both! { TABLES;
    async fn a_bare_no_to_what_is_out_of_stock_carries_what_there_is_instead(db: &TestDb) {
        let s = scene(db).await;
        let (org, tea, fruit) = (s.org, s.tea, s.fruit);
        let made = db.write(move |tx| {
            let sku = |code: &str, spec: &str, price: i64, on_hand: i64| catalogue::NewSku {
                code: code.into(), spec: Some(spec.into()), price_fen: Some(base::Fen(price)), floor_fen: None, cost_fen: None, on_hand: Some(on_hand), safety: Some(0), active: None,
            };
            let new = catalogue::NewProduct {
                code: "LJ".into(), title: Some("明前龙井".into()), picture: None, url: None, selling_points: None, active: None, shops: Some(vec![tea]),
                skus: vec![sku("LJ-1", "250克", 19_900, 0), sku("LJ-2", "200克", 18_850, 7)],
            };
            catalogue::upsert_product(tx, NOW, &Actor::program(org), &new)
        }).await.expect("a product");
        let who = talks(&s);
        let with = |text: &str, sku: usize| CheckAsk { product: Some(made.id), sku: Some(made.skus[sku].id), ..ask(tea, text) };
        let said = check(db, &who, with("没有了亲", 0)).await.expect("checked");
        let no = &said.findings[0];
        let sentence = "250克暂时缺货，200克有现货，188.50元，发给您看看可以吗？";
        assert_eq!((no.rule, no.hint.as_str(), no.replacement.as_deref()), (Rule::Negative, "negative_instead", Some(sentence)));
        assert_eq!((no.from, no.to, no.params["instead"].as_str(), said.send), (0, 4, Some("200克"), Send::Free), "the whole reply is replaced");
        let mended = check(db, &who, with(sentence, 0)).await.expect("checked");
        assert!(mended.findings.is_empty(), "{:?}", mended.findings);
        let english = check(db, &who, with("no", 0)).await.expect("checked");
        assert!(english.findings.iter().all(|one| one.replacement.as_deref().is_none_or(|text| !text.contains("暂时"))));

        // What is in stock is refused for another reason, what explains itself needs nothing, and elsewhere it is not sold.
        let plain = |said: Checked| said.findings.iter().map(|one| (one.hint.clone(), one.replacement.is_some())).collect::<Vec<_>>();
        let bare = [("negative".to_owned(), false)];
        assert_eq!(plain(check(db, &who, with("没有了亲", 1)).await.expect("checked")), bare);
        assert_eq!(plain(check(db, &who, CheckAsk { product: Some(made.id), ..ask(tea, "没有了亲") }).await.expect("checked")), bare, "some of it there is");
        assert_eq!(plain(check(db, &who, ask(tea, "没有了亲")).await.expect("checked")), bare);
        assert_eq!(plain(check(db, &who, CheckAsk { product: Some(Id(1)), sku: Some(Id(2)), ..ask(tea, "没有了亲") }).await.expect("checked")), bare);
        assert!(check(db, &who, with("250克没有了，推荐您看看200克的", 0)).await.expect("checked").findings.is_empty());
        let both = agent(s.org, Shops::All, &[Permission::Talk]);
        assert_eq!(plain(check(db, &both, CheckAsk { shop: fruit, ..with("没有了亲", 0) }).await.expect("checked")), bare);
    }

    async fn who_does_not_talk_in_the_shop_is_not_answered(db: &TestDb) {
        let s = scene(db).await;
        let man = talks(&s);
        assert_eq!(check(db, &man, ask(s.tea, "加我微信")).await.expect("checked").send, Send::Confirm);
        assert_eq!(code(check(db, &man, ask(s.fruit, "在")).await), "not_found");
        assert_eq!(code(check(db, &man, ask(Id(1), "在")).await), "not_found");
        let stranger = agent(s.other, Shops::All, &[Permission::Talk]);
        assert_eq!(code(check(db, &stranger, ask(s.tea, "在")).await), "not_found");
        let mute = agent(s.org, Shops::All, &[Permission::SeeCustomers]);
        assert_eq!(code(check(db, &mute, ask(s.tea, "在")).await), "forbidden");
        let mute_elsewhere = agent(s.org, Shops::only(vec![s.fruit]), &[]);
        assert_eq!(code(check(db, &mute_elsewhere, ask(s.tea, "在")).await), "not_found", "also without the right");
    }

    async fn what_is_found_decides_whether_it_may_be_sent(db: &TestDb) {
        let s = scene(db).await;
        let man = talks(&s);
        for (text, send) in [
            ("您好，这款有现货，喜欢可以直接拍下", Send::Free),
            ("在的", Send::Free),
            ("明天给您发货", Send::Confirm),
            ("明天给您发货，好评返现5元", Send::Block),
            ("  \n", Send::Free),
            ("", Send::Free),
        ] {
            assert_eq!(check(db, &man, ask(s.tea, text)).await.expect("checked").send, send, "{text}");
        }
        assert_eq!(check(db, &man, ask(s.tea, "在的")).await.expect("checked").findings.len(), 1);
    }

    async fn a_text_that_is_too_long_is_refused_before_it_is_read(db: &TestDb) {
        let s = scene(db).await;
        let man = talks(&s);
        let refused = check(db, &man, ask(s.tea, &"茶".repeat(400_000))).await.expect_err("too long");
        assert_eq!((refused.status, refused.code.as_ref(), refused.field.as_deref()), (422, "text_too_long", Some("text")));
        assert_eq!(refused.params["limit"], 5_000);
        check(db, &man, ask(s.tea, &"茶".repeat(5_000))).await.expect("the longest");
        let chatty = CheckAsk { buyer: Some("茶".repeat(400_000)), ..ask(s.tea, "没有") };
        check(db, &man, chatty).await.expect("what the buyer wrote is cut");
    }

    async fn a_shop_has_its_own_levels_words_and_limits(db: &TestDb) {
        let s = scene(db).await;
        let man = agent(s.org, Shops::All, &[Permission::Talk]);
        set(db, &s, None, "knowledge.check.bare", json!("confirm")).await;
        set(db, &s, Some(s.tea), "knowledge.check.bare", json!("off")).await;
        set(db, &s, Some(s.tea), "knowledge.check.allowed", json!("400-820-8820\n\n 小满热线 ")).await;
        set(db, &s, Some(s.tea), "knowledge.check.forbidden_words", json!("高仿\n原单")).await;
        set(db, &s, Some(s.tea), "knowledge.check.give_most", json!(10)).await;
        set(db, &s, Some(s.tea), "knowledge.check.long_limit", json!(20)).await;
        let at = |shop, text| { let man = man.clone(); async move { check(db, &man, ask(shop, text)).await.expect("checked") } };
        assert_eq!(at(s.tea, "在").await.findings, []);
        assert_eq!(at(s.fruit, "在").await.send, Send::Confirm, "the organisation's");
        assert_eq!(at(s.tea, "热线400-820-8820").await.send, Send::Free);
        assert_eq!(at(s.fruit, "热线400-820-8820").await.send, Send::Confirm);
        assert_eq!(at(s.tea, "这是高仿").await.findings[0].rule, Rule::Forbidden);
        assert_eq!(at(s.fruit, "这是高仿").await.findings, []);
        assert_eq!(at(s.tea, "给您返10元差价").await.send, Send::Free);
        assert_eq!(at(s.tea, "给您返20元差价").await.send, Send::Confirm);
        let long = "茶".repeat(21);
        assert_eq!(at(s.tea, &long).await.findings[0].rule, Rule::Long);
        set(db, &s, Some(s.tea), "knowledge.check.bare", json!("block")).await;
        assert_eq!(at(s.tea, "在").await.send, Send::Block, "from the next one on");
    }

    async fn a_role_may_give_more_or_less_and_the_highest_of_ones_roles_holds(db: &TestDb) {
        let s = scene(db).await;
        let org = s.org;
        let (people, roles) = db.write(move |tx| {
            let by_key = |tx: &mut store::Tx<'_>, key| team::role_by_key(tx, org, key).map(|role| role.expect("a role").id);
            let roles = [by_key(tx, "pre_sale")?, by_key(tx, "after_sale")?, by_key(tx, "outsourced")?];
            let mut person = |roles: &[Id]| {
                let new = team::NewPerson { login: format!("p{}", tx.id()), name: "小满".into(), roles: roles.to_vec(), ..team::NewPerson::default() };
                let id = team::add_person(tx, NOW, &Actor::program(org), new)?.id;
                Ok::<_, Problem>(team::actor_of(tx, org, id)?.expect("an actor"))
            };
            let people = [person(&roles[..1])?, person(&roles[1..2])?, person(&roles[2..])?, person(&[roles[1], roles[2]])?, person(&[roles[0], roles[2]])?];
            Ok((people, roles))
        }).await.expect("people");
        let [pre, after, hired, both, mixed] = people;
        set(db, &s, None, "knowledge.check.give_most", json!(10)).await;
        set(db, &s, None, "knowledge.check.discount_most", json!(5)).await;
        set(db, &s, None, "knowledge.check.by_role", json!([{"role": roles[1], "give": 50, "discount": 20}, {"role": roles[2], "give": 0, "discount": 30}])).await;
        set(db, &s, Some(s.tea), "knowledge.check.promise", json!("block")).await;
        let promise = |who: &Actor, text| { let (who, shop) = (who.clone(), s.tea); async move { check(db, &who, ask(shop, text)).await.expect("checked").send == Send::Free } };
        // Money off of 10, 30 and 5 yuan; a discount of 15 %.
        for (who, expected) in [(&pre, [true, false, true, false]), (&after, [true, true, true, true]), (&hired, [false, false, false, true]), (&both, [true, true, true, true]), (&mixed, [true, false, true, true])] {
            let got = [promise(who, "给您返10元差价").await, promise(who, "给您返30元差价").await, promise(who, "给您返5元差价").await, promise(who, "给您打85折").await];
            assert_eq!(got, expected, "{who:?}");
        }
        // The finding names the limit of whoever writes, and sending and coupons follow it.
        let told = check(db, &hired, ask(s.tea, "给您返10元差价")).await.expect("checked");
        assert_eq!(told.findings[0].params["most_fen"], 0);
        assert_eq!(send(db, &after, s.tea, "给您返30元差价", &[], "").await.0, Ok(vec![]));
        assert_eq!(code(send(db, &pre, s.tea, "给您返30元差价", &[], "").await.0), "reply_blocked");
        let gift = |who: &Actor| { let (who, shop) = (who.clone(), s.tea); db.read(move |tx| Ok(allow_gift(tx, &who, shop, Fen(3_000)).map_err(|problem| problem.params["most_fen"].clone()))) };
        assert_eq!((gift(&both).await.expect("read"), gift(&mixed).await.expect("read")), (Ok(None), Err(json!(1_000))));
        // A shop's own list goes before the organisation's; a role that is gone means nothing.
        set(db, &s, Some(s.tea), "knowledge.check.by_role", json!([{"role": 1, "give": 1000, "discount": 0}])).await;
        assert!(!promise(&after, "给您返30元差价").await && promise(&hired, "给您返10元差价").await);
    }

    async fn a_list_of_limits_that_is_none_is_refused(db: &TestDb) {
        let s = scene(db).await;
        let owner = agent(s.org, Shops::All, &[Permission::EditSettings]);
        for wrong in [
            json!(5),
            json!([{"role": 1}]),
            json!([{"role": 1, "give": -1, "discount": 0}]),
            json!([{"role": 1, "give": 0, "discount": 91}]),
            json!([{"role": 1, "give": 100_001, "discount": 0}]),
            json!([{"role": 1, "give": 1, "discount": 0}, {"role": 1, "give": 2, "discount": 0}]),
        ] {
            let (owner, value) = (owner.clone(), wrong.clone());
            let setting = CHECK_SETTINGS.iter().find(|setting| setting.key == "knowledge.check.by_role").expect("a setting");
            let result = db.write(move |tx| team::set_setting(tx, NOW, &owner, None, setting, &value)).await;
            assert_eq!(code(result), "setting_value", "{wrong}");
        }
    }

    async fn a_platforms_own_pages_are_not_outside(db: &TestDb) {
        let s = scene(db).await;
        let man = agent(s.org, Shops::All, &[Permission::Talk]);
        let link = "看这个 https://item.jd.com/100.html";
        assert_eq!(check(db, &man, ask(s.tea, link)).await.expect("checked").send, Send::Free);
        assert_eq!(check(db, &man, ask(s.fruit, link)).await.expect("checked").send, Send::Confirm);
        assert_eq!(send(db, &man, s.tea, "看这个 https://item.jd.com/100.html", &[], "").await.0, Ok(vec![]));
        assert_eq!(code(send(db, &man, s.fruit, "看这个 https://item.jd.com/100.html", &[], "").await.0), "reply_confirm");
    }

    async fn a_reply_passes_confirms_or_is_stopped(db: &TestDb) {
        let s = scene(db).await;
        let man = talks(&s);
        assert_eq!(send(db, &man, s.tea, "在的", &[], "").await, (Ok(vec![]), false), "a hint stops nothing and reads nothing");
        let (refused, asked) = send(db, &man, s.tea, "我们是最好的，明天给您发货", &[Rule::Absolute], "").await;
        let refused = refused.expect_err("one is not confirmed");
        assert!(asked);
        assert_eq!((refused.status, refused.code.as_ref(), refused.field.as_deref()), (422, "reply_confirm", Some("body.text")));
        let left: Vec<_> = refused.params["findings"].as_array().expect("findings").iter().map(|f| f["rule"].clone()).collect();
        assert_eq!(left, [json!("promise")]);
        let both = send(db, &man, s.tea, "我们是最好的，明天给您发货，今晚就能送到", &[Rule::Promise, Rule::Absolute, Rule::Quarrel], "").await.0;
        assert_eq!(both, Ok(vec![Rule::Absolute, Rule::Promise]), "what was overridden, once each");
        let blocked = send(db, &man, s.tea, "好评返现5元", &[Rule::Reward, Rule::Contact], "").await.0;
        assert_eq!(code(blocked), "reply_blocked", "no confirmation helps");
        let boss = agent(s.org, Shops::All, &[Permission::Talk, Permission::Supervise]);
        assert_eq!(send(db, &boss, s.tea, "给您返50元差价", &[], "").await.0, Ok(vec![]), "who may supervise promises freely");
    }

    async fn what_the_buyer_wrote_excuses_reading_it_back(db: &TestDb) {
        let s = scene(db).await;
        let man = talks(&s);
        let text = "好的，改成13812345678了";
        assert_eq!(code(send(db, &man, s.tea, text, &[], "改个电话").await.0), "reply_confirm");
        assert_eq!(send(db, &man, s.tea, text, &[], "电话改成 138 1234 5678\n谢谢").await.0, Ok(vec![]));
    }
}
