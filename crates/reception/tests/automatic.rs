//! Automatic messages: said at the right time, marked, and never counted as human.

use base::{Calendar, Hours, Id, Ms};
use reception::{Kind, Sender};
use serde_json::json;
use store::{args, on_both};

use crate::kit::*;

/// What the program said, in order.
async fn autos(d: &Desk, id: Id) -> Vec<String> {
    let all = d
        .messages(id)
        .await
        .into_iter()
        .filter(|m| m.from == Sender::Auto);
    all.map(|m| body(&m)["text"].as_str().unwrap_or_default().to_owned())
        .collect()
}

async fn words(d: &Desk, value: serde_json::Value) {
    d.set(NOW, "reception.automatic", value).await;
}

on_both! { TABLES;
    async fn the_welcome_is_the_campaigns_on_its_days_and_the_everyday_one_else(db: &TestDb) {
        let d = desk(db).await;
        let day = 24 * HOUR;
        words(&d, json!({"welcome": [
            {"text": "欢迎光临{shop}，{buyer}"},
            {"text": "双十一全场五折", "from": NOW.plus(day), "until": NOW.plus(2 * day)},
            {"text": "大促月", "from": NOW.plus(-30 * day), "until": NOW.plus(2 * day)},
        ]})).await;
        for (at, said) in [(0, "大促月"), (day - 1, "大促月"), (day, "双十一全场五折"), (2 * day - 1, "双十一全场五折")] {
            let buyer = d.buyer().await;
            let id = d.asks(NOW.plus(at), &buyer, "在吗").await.id;
            assert_eq!(autos(&d, id).await, [said], "at {at}");
        }
        let buyer = d.known().await;
        let id = d.asks(NOW.plus(2 * day), &buyer, "在吗").await.id;
        assert_eq!(autos(&d, id).await, ["欢迎光临青禾茶叶，青柠"]);
        // Every session is welcomed, every message is not.
        d.asks(NOW.plus(2 * day), &buyer, "有人吗").await;
        d.claim(NOW.plus(2 * day), &d.man, id).await.expect("claimed");
        d.close(NOW.plus(2 * day), &d.man, id, Some("误入")).await.expect("closed");
        d.asks(NOW.plus(3 * day), &buyer, "在吗").await;
        assert_eq!(autos(&d, id).await.len(), 2);
    }

    async fn out_of_hours_the_buyer_is_told_when_the_shop_opens(db: &TestDb) {
        let d = desk(db).await;
        let day = vec![Hours { from: 9 * 60, to: 21 * 60 }];
        let hours = Calendar { zone: "Asia/Shanghai".into(), week: std::array::from_fn(|_| day.clone()), special: vec![] };
        d.set(NOW, "team.calendar", json!(hours)).await;
        let buyer = d.buyer().await;
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        assert_eq!(autos(&d, id).await, ["您好，现在不在营业时间，我们将在 09-22 09:00 回复您。您可以先留言，客服上线后会第一时间联系您。"]);
        d.deal(NOW).await;
        assert_eq!(autos(&d, id).await.len(), 1, "nobody is busy at night");
        let buyer = d.buyer().await;
        let id = d.asks(NOW.plus(12 * HOUR), &buyer, "在吗").await.id;
        assert_eq!(autos(&d, id).await, ["您好，欢迎光临青禾茶叶！请问有什么可以帮您？"]);
    }

    async fn the_busy_text_depends_on_the_queue_and_is_said_once_a_session(db: &TestDb) {
        let d = desk(db).await;
        words(&d, json!({"busy": [
            {"text": "前面 {place} 位，约 {wait} 分钟", "queue": 3},
            {"text": "前面 {place} 位，今天人很多", "queue": 5},
        ]})).await;
        d.somebody_full().await;
        let mut ids = Vec::new();
        for at in 0..6 {
            let buyer = d.buyer().await;
            ids.push((d.asks(NOW.plus(at), &buyer, "在吗").await.id, buyer));
        }
        for _ in 0..3 { d.deal(NOW.plus(S)).await; }
        let said: Vec<_> = [0, 1, 2, 3, 4, 5].map(|i| autos(&d, ids[i].0)).into_iter().collect();
        let mut texts = Vec::new();
        for one in said { texts.push(one.await); }
        let none: Vec<String> = Vec::new();
        assert_eq!(texts, [
            none.clone(), none, vec!["前面 3 位，约 15 分钟".to_owned()], vec!["前面 4 位，约 20 分钟".to_owned()],
            vec!["前面 5 位，今天人很多".to_owned()], vec!["前面 6 位，今天人很多".to_owned()],
        ]);
        // In the next session it may be said again.
        let (id, buyer) = ids[5].clone();
        d.close(NOW.plus(MIN), &d.boss, id, Some("试试")).await.expect("closed");
        d.asks(NOW.plus(2 * MIN), &buyer, "在吗").await;
        d.deal(NOW.plus(2 * MIN)).await;
        assert_eq!(autos(&d, id).await.len(), 2);
    }

    async fn the_expected_wait_alone_can_be_the_reason(db: &TestDb) {
        let d = desk(db).await;
        words(&d, json!({"busy": [{"text": "约 {wait} 分钟", "wait_s": 600}]})).await;
        d.somebody_full().await;
        let (one, two) = (d.buyer().await, d.buyer().await);
        let first = d.asks(NOW, &one, "在吗").await.id;
        let second = d.asks(NOW.plus(1), &two, "在吗").await.id;
        d.deal(NOW.plus(S)).await;
        assert_eq!((autos(&d, first).await, autos(&d, second).await), (vec![], vec!["约 10 分钟".to_owned()]));
    }

    async fn no_wait_is_promised_while_nobody_is_there(db: &TestDb) {
        let d = desk(db).await;
        words(&d, json!({"busy": [{"text": "约 {wait} 分钟", "queue": 1}, {"text": "第 {place} 位", "queue": 2}]})).await;
        let (one, two) = (d.buyer().await, d.buyer().await);
        let first = d.asks(NOW, &one, "在吗").await.id;
        let second = d.asks(NOW.plus(1), &two, "在吗").await.id;
        d.deal(NOW.plus(S)).await;
        assert_eq!((autos(&d, first).await, autos(&d, second).await), (vec![], vec!["第 2 位".to_owned()]));
    }

    async fn a_buyer_nobody_receives_is_answered_from_the_faq_where_it_is_sure(db: &TestDb) {
        let d = desk(db).await;
        words(&d, json!({})).await;
        let boss = d.owner.clone();
        let add = move |tx: &mut store::Tx<'_>| {
            let sure = knowledge::NewFaq { status: knowledge::FaqStatus::Published, ..knowledge::NewFaq::new("发什么快递", "默认发中通，{shop}") };
            let open = knowledge::NewFaq { status: knowledge::FaqStatus::Published, ..knowledge::NewFaq::new("多久到", "{ship_by}前发出，单号 {waybill}") };
            Ok([knowledge::add_faq(tx, NOW, &boss, &sure)?.id, knowledge::add_faq(tx, NOW, &boss, &open)?.id])
        };
        let [sure, open] = d.write(add).await.expect("entries");
        let (product, _) = d.product("明前龙井").await;
        let boss = d.owner.clone();
        let of_one = move |tx: &mut store::Tx<'_>| {
            let new = knowledge::NewFaq { status: knowledge::FaqStatus::Published, products: vec![product], ..knowledge::NewFaq::new("多少克一罐", "250 克") };
            Ok(knowledge::add_faq(tx, NOW, &boss, &new)?.id)
        };
        let of_one = d.write(of_one).await.expect("an entry");
        let tries = |id: Id, seq: i64, nearest: (Id, f64)| { let d = d.clone(); async move {
            d.write(move |tx| {
                let asked = reception::asked(tx, d.org, None, id, seq)?.expect("a question");
                reception::answer_by_itself(tx, NOW.plus(S), d.org, &asked, nearest)
            }).await.expect("tried").map(|message| body(&message)["text"].as_str().unwrap_or_default().to_owned())
        }};
        let asked = || { let d = d.clone(); async move {
            let buyer = d.buyer().await;
            (d.asks(NOW, &buyer, "发什么快递").await.id, buyer)
        }};
        let (off, _) = asked().await;
        let seq = d.messages(off).await.iter().find(|m| m.from == Sender::Buyer).expect("said").seq;
        assert_eq!(tries(off, seq, (sure, 0.9)).await, None, "no shop does unless it wants to");
        d.set(NOW, "reception.self_service", json!(true)).await;
        let (id, buyer) = asked().await;
        assert_eq!(tries(id, seq, (sure, 0.5)).await, None, "not sure enough");
        assert_eq!(tries(id, seq, (open, 0.9)).await, None, "a variable stays open");
        assert_eq!(tries(id, seq, (of_one, 0.9)).await, None, "nobody said that they ask for that product");
        assert_eq!(tries(id, seq, (Id(1), 0.9)).await, None, "an entry that is gone");
        assert_eq!(tries(id, seq, (sure, 0.9)).await.as_deref(), Some("默认发中通，青禾茶叶"));
        assert_eq!(tries(id, seq, (sure, 0.9)).await, None, "once a question");
        let talk = d.conversation(id).await;
        assert_eq!((talk.state, talk.human_at, talk.round_open), (reception::State::Queued, None, seq), "they wait on as before");
        let uses = d.read({ let boss = d.owner.clone(); move |tx| knowledge::faq(tx, &boss, sure) }).await.uses;
        assert_eq!(uses, 1);
        // What was said since overtakes the question.
        d.asks(NOW.plus(2 * S), &buyer, "发什么快递呢").await;
        assert_eq!(tries(id, seq, (sure, 0.9)).await, None);
        let next = d.messages(id).await.iter().rfind(|m| m.from == Sender::Buyer).expect("said").seq;
        d.claim(NOW.plus(3 * S), &d.man, id).await.expect("claimed");
        assert_eq!(tries(id, next, (sure, 0.9)).await, None, "somebody receives them");
        d.check(id).await;
    }

    async fn the_program_speaks_as_the_buyers_widget_does(db: &TestDb) {
        let d = desk(db).await;
        words(&d, json!({
            "welcome": [{"text": "欢迎", "en": "Welcome to {shop}"}], "farewell": [{"text": "再见", "en": "Goodbye"}],
            "busy": [{"text": "忙", "queue": 1}],
        })).await;
        let talk = |language| { let d = d.clone(); async move {
            let buyer = d.buyer().await;
            let says = reception::BuyerSays { language, ..as_buyer(d.shop, "hi") };
            let id = d.buyer_says(NOW, &buyer, says).await.expect("taken").1.id;
            d.deal(NOW).await;
            d.claim(NOW, &d.man, id).await.expect("claimed");
            d.answers(NOW.plus(S), &d.man, id, "好的").await;
            d.close(NOW.plus(S), &d.man, id, None).await.expect("closed");
            (buyer, id)
        }};
        let (buyer, english) = talk(Some(reception::Language::En)).await;
        assert_eq!(autos(&d, english).await, ["Welcome to 青禾茶叶", "忙", "Goodbye"], "what is not written in English is said in Chinese");
        let (_, chinese) = talk(Some(reception::Language::Zh)).await;
        assert_eq!(autos(&d, chinese).await, ["欢迎", "忙", "再见"]);
        let (_, unknown) = talk(None).await;
        assert_eq!(autos(&d, unknown).await, ["欢迎", "忙", "再见"]);
        // Another visit with another browser.
        let says = reception::BuyerSays { language: Some(reception::Language::Zh), ..as_buyer(d.shop, "在吗") };
        d.buyer_says(NOW.plus(HOUR), &buyer, says).await.expect("taken");
        assert_eq!(autos(&d, english).await.last().map(String::as_str), Some("欢迎"));
        let c = d.conversation(english).await;
        assert_eq!((c.waiting_since, c.human_at), (Some(NOW.plus(HOUR)), None), "no language makes it human");
        d.check(english).await;
    }

    async fn the_farewell_is_said_after_an_answer_only(db: &TestDb) {
        let d = desk(db).await;
        words(&d, json!({"farewell": [{"text": "再见"}]})).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.close(NOW, &d.man, id, Some("没回")).await.expect("closed");
        assert_eq!(autos(&d, id).await, Vec::<String>::new());
        let (_, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW, &d.man, id, "好的").await;
        d.close(NOW, &d.man, id, None).await.expect("closed");
        assert_eq!(autos(&d, id).await, ["再见"]);
        let (_, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW, &d.man, id, "好的").await;
        d.until(NOW.plus(10 * MIN)).await;
        let last: Vec<_> = d.messages(id).await.into_iter().rev().take(2).map(|m| (m.kind, m.at)).collect();
        assert_eq!(last, [(Kind::System, NOW.plus(10 * MIN)), (Kind::Text, NOW.plus(10 * MIN))], "and then the end");
    }

    async fn automatic_messages_are_marked_and_count_for_nothing(db: &TestDb) {
        let d = desk(db).await;
        words(&d, json!({"welcome": [{"text": "您好"}], "busy": [{"text": "忙", "queue": 1}]})).await;
        let buyer = d.buyer().await;
        let card = d.asks(NOW, &buyer, "在吗").await;
        d.deal(NOW).await;
        assert_eq!(autos(&d, card.id).await.len(), 2);
        let c = d.conversation(card.id).await;
        assert_eq!((c.waiting_since, c.human_at, c.unread, c.warn_at), (Some(NOW), None, 1, Some(NOW.plus(10 * S))));
        assert_eq!((c.last_text.as_str(), c.last_from.as_str()), ("在吗", "buyer"), "lists show what people said");
        for message in d.messages(card.id).await.into_iter().filter(|m| m.from == Sender::Auto) {
            assert_eq!((message.person, message.name.as_deref()), (None, None));
            let shown = serde_json::to_value(message.for_buyer()).expect("json");
            assert_eq!((shown["from"].as_str(), shown["kind"].as_str()), (Some("auto"), Some("text")), "marked for the buyer too");
        }
        let told: i64 = d.read(move |tx| {
            let sql = "SELECT count(*) FROM log WHERE subject = $1 AND kind = 'message.sent' AND actor_kind = 'program'";
            Ok(tx.value(sql, args![card.id])?.unwrap_or_default())
        }).await;
        assert_eq!(told, 2, "in the log, so that search and resuming sockets find them");
    }

    async fn a_wrong_setting_is_refused_with_its_place(db: &TestDb) {
        let d = desk(db).await;
        let (owner, shop) = (d.owner.clone(), d.shop);
        let setting = reception::SETTINGS.iter().find(|s| s.key == "reception.automatic").expect("a setting");
        for (value, place) in [
            (json!({"welcome": [{"text": "a"}, {"text": " "}]}), "welcome[1]"),
            (json!({"busy": [{"text": "a"}]}), "busy[0] needs"),
            (json!({"closed": [{"text": "a", "from": 5, "until": 5}]}), "closed[0].until"),
            (json!({"closed": [{"text": "a", "en": "e".repeat(1_001)}]}), "closed[0].en"),
            (json!({"farewell": "a"}), "invalid type"),
        ] {
            let owner = owner.clone();
            let refused = d.write(move |tx| team::set_setting(tx, NOW, &owner, Some(shop), setting, &value)).await.expect_err("refused");
            assert!(refused.code == "setting_value" && refused.detail.contains(place), "{refused:?}");
        }
        let _ = Ms(0);
    }
}
