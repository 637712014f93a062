//! Saying something: numbers, repeats, who may, limits.

use base::{Actor, Id, Permission, Shops};
use knowledge::check::Rule;
use reception::{BuyerSays, FormField, Say, Saying, State, To, Upload};
use store::on_both;

use crate::kit::*;

/// Everything kept of a conversation; two equal ones mean that nothing was changed.
async fn footprint(d: &Desk, id: Id) -> (i64, i64, State, usize, usize) {
    let c = d.conversation(id).await;
    (
        c.last_seq,
        c.rev,
        c.state,
        d.messages(id).await.len(),
        d.sessions(id).await.len(),
    )
}

on_both! { TABLES;
    async fn what_is_written_on_a_card_by_hand_is_no_way_around_the_check(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let coupon = |title: &str| Saying::Coupon {
            title: title.into(), amount_fen: base::Fen(500), floor_fen: base::Fen(0), code: "A1".into(), until: NOW.plus(HOUR),
        }.check().expect("a coupon");
        let form = |title: &str| {
            let field = reception::FormField { name: "a".into(), title: title.into(), kind: "text".into(), choices: vec![], required: false };
            Saying::Form { title: "登记".into(), fields: vec![field] }.check().expect("a form")
        };
        for saying in [coupon("好评返现券"), form("好评返现登记")] {
            assert_eq!(code(d.say(NOW, &d.man, Say { saying, ..say(id, "-") }).await), "reply_blocked");
        }
        for saying in [coupon("满减券"), form("收货时间")] {
            d.say(NOW, &d.man, Say { saying, ..say(id, "-") }).await.expect("sent");
        }
        let find = |key: &str| knowledge::check::CHECK_SETTINGS.iter().find(|one| one.key == key).expect("a setting");
        let (owner, shop) = (d.owner.clone(), d.shop);
        let (promise, most) = (find("knowledge.check.promise"), find("knowledge.check.give_most"));
        d.db.write(move |tx| {
            team::set_setting(tx, NOW, &owner, Some(shop), promise, &serde_json::json!("block"))?;
            team::set_setting(tx, NOW, &owner, Some(shop), most, &serde_json::json!(4))
        }).await.expect("set");
        let above = d.say(NOW, &d.man, Say { saying: coupon("满减券"), ..say(id, "-") }).await.expect_err("5 yuan of 4");
        assert_eq!((above.code.as_ref(), above.params["most_fen"].as_i64()), ("gift_above_right", Some(400)));
        assert!(Saying::Coupon { title: "券".into(), amount_fen: base::Fen(100_000_000), floor_fen: base::Fen(0), code: "A".into(), until: NOW }.check().is_err());
    }

    async fn a_text_nobody_can_see_is_no_text(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        for unseen in ["\u{200b}", "\u{2060}\u{200d}", "\u{3164}", " \u{feff} "] {
            assert_eq!(code(Saying::Text { text: unseen.into() }.check()), "text_empty");
        }
        assert_eq!(d.conversation(id).await.waiting_since, Some(NOW), "and nothing ended the wait");
        for seen in ["👨\u{200d}👩\u{200d}👧", "。", "好\u{200b}"] {
            assert!(Saying::Text { text: seen.into() }.check().is_ok(), "{seen}");
        }
    }

    async fn numbers_are_gapless_when_everybody_writes_at_once(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let mut tasks = Vec::new();
        for i in 0..40 {
            let (d, buyer) = (d.clone(), buyer.clone());
            tasks.push(tokio::spawn(async move {
                match i % 4 {
                    0 => drop(d.asks(NOW.plus(i), &buyer, "还有吗").await),
                    1 => drop(d.answers(NOW.plus(i), &d.man, id, "有的").await),
                    2 => d.reads(&buyer, id, i).await,
                    _ => drop(d.say(NOW.plus(i), &d.boss, note(id, "注意")).await.expect("a note")),
                }
            }));
        }
        for task in tasks { task.await.expect("done"); }
        let seqs: Vec<i64> = d.messages(id).await.iter().map(|m| m.seq).collect();
        assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>());
        assert_eq!(d.conversation(id).await.last_seq, seqs.len() as i64);
        d.check(id).await;
    }

    async fn the_same_client_id_at_the_same_moment_is_one_message(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.buyer().await;
        // The very first message, which also makes the conversation, from eight tabs.
        let first = as_buyer(d.shop, "在吗");
        let tasks: Vec<_> = (0..8).map(|_| {
            let (d, buyer, first) = (d.clone(), buyer.clone(), first.clone());
            tokio::spawn(async move { d.buyer_says(NOW, &buyer, first).await.expect("taken") })
        }).collect();
        let mut seen = Vec::new();
        for task in tasks {
            let (message, card) = task.await.expect("done");
            seen.push((card.id, message.seq));
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "one conversation, one message: {seen:?}");
        let id = seen[0].0;
        d.claim(NOW, &d.man, id).await.expect("claimed");
        let answer = say(id, "在的");
        let tasks: Vec<_> = (0..8).map(|_| {
            let (d, answer) = (d.clone(), answer.clone());
            tokio::spawn(async move { d.say(NOW, &d.man, answer).await.expect("said").0.seq })
        }).collect();
        let mut seqs = Vec::new();
        for task in tasks { seqs.push(task.await.expect("done")); }
        seqs.dedup();
        assert_eq!(seqs.len(), 1);
        let texts = d.messages(id).await.into_iter().filter(|m| m.kind == reception::Kind::Text && m.client_id.is_some());
        assert_eq!(texts.count(), 2);
        d.check(id).await;
    }

    async fn an_agents_repeated_send_finds_its_message_whatever_happened_since(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        // Transferred away: the sender does not even see the conversation any more.
        let (_, id) = d.talk(NOW, &d.man).await;
        let sent = say(id, "好的");
        let (message, _) = d.say(NOW, &d.man, sent.clone()).await.expect("said");
        d.transfer(NOW, &d.man, id, To::Person(pid(&d.gu))).await.expect("transferred");
        let before = footprint(&d, id).await;
        let (again, card) = d.say(NOW.plus(S), &d.man, sent.clone()).await.expect("found");
        assert_eq!((again.seq, card.last.is_none()), (message.seq, true), "without what was said since");
        assert_eq!(footprint(&d, id).await, before);
        // Closed.
        d.close(NOW.plus(2 * S), &d.gu, id, None).await.expect("closed");
        assert_eq!(d.say(NOW.plus(3 * S), &d.man, sent.clone()).await.expect("found").0.seq, message.seq);
        assert_eq!(code(d.say(NOW.plus(3 * S), &d.gu, say(id, "新的")).await), "closed");
        // Ended by itself, before any clock noticed.
        let (_, id) = d.talk(NOW, &d.man).await;
        let sent = say(id, "好的");
        let (message, _) = d.say(NOW, &d.man, sent.clone()).await.expect("said");
        let silent = footprint(&d, id).await;
        assert_eq!(d.say(NOW.plus(11 * MIN), &d.man, sent).await.expect("found").0.seq, message.seq);
        assert_eq!(footprint(&d, id).await, silent);
        assert_eq!(code(d.say(NOW.plus(11 * MIN), &d.man, say(id, "新的")).await), "closed");
    }

    async fn a_buyers_repeated_send_neither_begins_a_session_nor_takes_a_number(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.buyer().await;
        let first = as_buyer(d.shop, "在吗");
        let (message, card) = d.buyer_says(NOW, &buyer, first.clone()).await.expect("taken");
        let id = card.id;
        d.claim(NOW, &d.man, id).await.expect("claimed");
        d.answers(NOW.plus(S), &d.man, id, "在的").await;
        // Eleven minutes later, on a new socket, with no clock having rung.
        let before = footprint(&d, id).await;
        let (again, _) = d.buyer_says(NOW.plus(11 * MIN), &buyer, first.clone()).await.expect("found");
        assert_eq!((again.seq, footprint(&d, id).await), (message.seq, before));
        // And the numbers go on.
        d.asks(NOW.plus(12 * MIN), &buyer, "还在吗").await;
        d.check(id).await;
        d.claim(NOW.plus(12 * MIN), &d.man, id).await.expect("claimed");
        d.close(NOW.plus(12 * MIN), &d.man, id, Some("误入")).await.expect("closed");
        let before = footprint(&d, id).await;
        let (again, card) = d.buyer_says(NOW.plus(13 * MIN), &buyer, first).await.expect("found");
        assert_eq!((again.seq, card.state, footprint(&d, id).await), (message.seq, State::Closed, before));
        d.check(id).await;
    }

    async fn only_who_has_it_writes_to_the_buyer(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.buyer().await;
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        assert_eq!(code(d.say(NOW, &d.man, say(id, "在的")).await), "not_yours", "nobody has it");
        d.claim(NOW, &d.man, id).await.expect("claimed");
        assert_eq!(code(d.say(NOW, &d.gu, say(id, "在的")).await), "not_found", "gu sees her own and the queue");
        assert_eq!(code(d.say(NOW, &d.boss, say(id, "在的")).await), "not_yours");
        d.say(NOW, &d.boss, note(id, "这位是老客")).await.expect("a note by whoever sees it");
        assert_eq!(code(d.say(NOW, &buyer, say(id, "在的")).await), "forbidden");
        assert_eq!(code(d.buyer_says(NOW, &d.man, as_buyer(d.shop, "在吗")).await), "forbidden");
        assert_eq!(code(d.buyer_says(NOW, &buyer, as_buyer(d.side, "在吗")).await), "not_found", "another shop's widget");
        let mute = with(&d.man, &[Permission::SeeAllTalks], d.man.shops.clone());
        assert_eq!(code(d.say(NOW, &mute, say(id, "在的")).await), "forbidden");
        d.close(NOW, &d.man, id, Some("测试")).await.expect("closed");
        assert_eq!(code(d.say(NOW, &d.man, say(id, "在的")).await), "closed");
        let token = Actor { who: base::Who::Token { token: Id(1), person: pid(&d.gu) }, ..d.gu.clone() };
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        d.claim(NOW, &token, id).await.expect("a token acts for its person");
        assert_eq!(d.answers(NOW, &d.gu, id, "在的").await.person, Some(pid(&d.gu)));
    }

    async fn a_blocked_buyer_is_refused_and_let_in_again(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let kept = as_buyer(d.shop, "骂人的话");
        let (message, _) = d.buyer_says(NOW, &buyer, kept.clone()).await.expect("taken");
        let block = |until: Option<i64>| customers::NewBlock { reason: "辱骂".into(), until: until.map(|ms| NOW.plus(ms)), shop: Some(d.shop) };
        let (boss, who, org) = (d.boss.clone(), customer(&buyer), d.org);
        let new = block(Some(HOUR));
        let sees = boss.clone();
        d.write(move |tx| {
            customers::block(tx, NOW, &boss, who, &new)?;
            reception::customer_changed(tx, NOW, org, who)
        }).await.expect("blocked");
        assert_eq!(code(d.buyer_says(NOW, &buyer, as_buyer(d.shop, "再骂")).await), "blocked");
        assert_eq!(d.buyer_says(NOW, &buyer, kept).await.expect("was taken").0.seq, message.seq);
        assert!(d.conversation(id).await.card().customer.blocked);
        d.buyer_says(NOW.plus(HOUR), &buyer, as_buyer(d.shop, "对不起")).await.expect("the block ran out");
        d.close(NOW.plus(HOUR), &d.man, id, Some("结束")).await.expect("closed");
        // A block nobody told reception of yet still keeps the next session out, and a first contact too.
        let new = block(None);
        let stranger = d.buyer().await;
        let (a, b) = (customer(&buyer), customer(&stranger));
        d.write(move |tx| {
            customers::block(tx, NOW.plus(HOUR), &sees, a, &new)?;
            customers::block(tx, NOW.plus(HOUR), &sees, b, &new)
        }).await.expect("blocked");
        assert_eq!(code(d.buyer_says(NOW.plus(2 * HOUR), &buyer, as_buyer(d.shop, "在吗")).await), "blocked");
        assert_eq!(code(d.buyer_says(NOW.plus(2 * HOUR), &stranger, as_buyer(d.shop, "在吗")).await), "blocked");
        let (org, shop) = (d.org, d.shop);
        assert!(d.read(move |tx| reception::Conversation::of_buyer(tx, org, shop, b, reception::WEB)).await.is_none());
    }

    async fn hostile_text_is_kept_as_text(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let emoji = "👨‍👩‍👧‍👦".repeat(100);
        for words in [
            "<script>alert(1)</script><img src=x onerror=alert(1)>", "'; DROP TABLE message; --", "a\u{202e}b\u{200b}c\u{feff}d",
            &emoji, "{\"event\": \"closed\"}", "%s %n ${7*7} {{7*7}}", "第一行\n第二行\t缩进", "\u{1F1E8}\u{1F1F3}\u{0301}",
        ] {
            d.asks(NOW, &buyer, words).await;
            let last = d.messages(id).await.pop().expect("a message");
            assert_eq!(body(&last)["text"], words);
            let shown = serde_json::to_value(last.for_buyer()).expect("json");
            assert_eq!(shown["body"]["text"], words);
        }
        let null = d.buyer_says(NOW, &buyer, BuyerSays { saying: text("a\0b\u{7}c\r\nd"), ..as_buyer(d.shop, "-") }).await;
        assert_eq!(body(&null.expect("taken").0)["text"], "abc\nd");
    }

    async fn a_quote_names_a_message_that_is_there(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let quoting = |quote| Say { quote: Some(quote), ..say(id, "关于这句") };
        assert_eq!(d.say(NOW, &d.man, quoting(1)).await.expect("said").0.quote, Some(1));
        for wrong in [0, -1, 99, i64::MAX] {
            assert_eq!(code(d.say(NOW, &d.man, quoting(wrong)).await), "quote_unknown");
            let says = BuyerSays { quote: Some(wrong), ..as_buyer(d.shop, "关于这句") };
            assert_eq!(code(d.buyer_says(NOW, &buyer, says).await), "quote_unknown");
        }
    }

    async fn a_mention_rings_for_colleagues_of_the_shop_only(db: &TestDb) {
        let d = desk(db).await;
        let far = found(&d.db, "远山数码").await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let telling = |who: &Actor| Say { saying: Saying::Note { text: "请看".into(), mentions: vec![pid(who)] }, ..say(id, "-") };
        db.frames();
        d.say(NOW, &d.man, telling(&d.gu)).await.expect("told");
        assert_eq!(alarms(&db.frames(), base::Topic::Person(pid(&d.gu))), ["mention"]);
        for foreign in [&d.li, &far.man, &far.owner] {
            assert_eq!(code(d.say(NOW, &d.man, telling(foreign)).await), "not_found");
        }
        let nobody = Actor { who: base::Who::Person(Id(999)), ..d.man.clone() };
        assert_eq!(code(d.say(NOW, &d.man, telling(&nobody)).await), "not_found");
        assert!(alarms(&db.frames(), base::Topic::Person(pid(&far.man))).is_empty());
    }

    async fn a_buyer_sends_no_kinds_of_the_team(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, _) = d.talk(NOW, &d.man).await;
        let coupon = Saying::Coupon { title: "券".into(), amount_fen: base::Fen(1), floor_fen: base::Fen(0), code: "A".into(), until: NOW };
        let form = Saying::Form { title: "问".into(), fields: vec![] };
        for saying in [Saying::Note { text: "x".into(), mentions: vec![] }, coupon, form] {
            let says = BuyerSays { saying, ..as_buyer(d.shop, "-") };
            assert_eq!(code(d.buyer_says(NOW, &buyer, says).await), "choice_unknown");
        }
        let says = BuyerSays { saying: Saying::File(Upload { file: Id(5), ms: None }), ..as_buyer(d.shop, "-") };
        assert_eq!(code(d.buyer_says(NOW, &buyer, says).await), "not_found");
        let wide = Actor { shops: Shops::All, ..buyer };
        assert_eq!(code(d.buyer_says(NOW, &wide, BuyerSays { client_id: "a:b".into(), ..as_buyer(d.shop, "x") }).await), "client_id_invalid");
    }

    async fn what_the_reply_check_blocks_never_leaves(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let (before, logged) = (footprint(&d, id).await, d.events(id).await);
        db.frames();
        let blocked = Say { confirmed: Some(Rule::ALL.to_vec()), ..say(id, "好评返现5元，加我微信") };
        assert_eq!(code(d.say(NOW, &d.man, blocked.clone()).await), "reply_blocked");
        assert_eq!((footprint(&d, id).await, d.events(id).await), (before, logged));
        assert!(db.frames().is_empty(), "nobody is told");
        // The supervisor who took it over, a token and a script that was inserted are checked alike.
        d.take_over(NOW, &d.boss, id).await.expect("taken over");
        assert_eq!(code(d.say(NOW, &d.boss, blocked.clone()).await), "reply_blocked");
        let mended = Say { saying: text("感谢您的好评"), ..blocked };
        d.say(NOW, &d.boss, mended).await.expect("the client id is still free");
    }

    async fn findings_to_confirm_are_confirmed_once_and_kept_without_the_text(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let promise = say(id, "明天给您发货，我们家是最好的");
        let before = footprint(&d, id).await;
        let refused = d.say(NOW, &d.man, promise.clone()).await.expect_err("asks first");
        assert_eq!(refused.code, "reply_confirm");
        assert_eq!(footprint(&d, id).await, before);
        let rules = refused.params["findings"].as_array().expect("findings").iter().map(|f| serde_json::from_value(f["rule"].clone()).expect("a rule"));
        let confirmed = Say { confirmed: Some(rules.collect()), ..promise };
        let (message, _) = d.say(NOW, &d.man, confirmed.clone()).await.expect("sent");
        let kept = |org| move |tx: &mut store::Tx<'_>| tx.rows(
            "SELECT data FROM log WHERE org_id = $1 AND kind = 'reply.confirmed'", store::args![org], |row| row.get::<String>(0));
        let want = serde_json::json!({"seq": message.seq, "rules": ["absolute", "promise"]});
        let told = d.read(kept(d.org)).await;
        assert_eq!(told.iter().map(|text| serde_json::from_str(text).expect("json")).collect::<Vec<serde_json::Value>>(), [want]);
        // The same again finds its message and is not kept twice; so does one without the confirmation.
        d.say(NOW, &d.man, confirmed.clone()).await.expect("found");
        let again = Say { confirmed: Some(Vec::new()), ..confirmed };
        assert_eq!(d.say(NOW, &d.man, again).await.expect("found").0.seq, message.seq);
        assert_eq!(d.read(kept(d.org)).await.len(), 1);
    }

    async fn only_what_an_agent_writes_to_the_buyer_is_checked(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        d.say(NOW, &d.man, note(id, "买家要加微信，电话13812345678")).await.expect("a note");
        d.buyer_says(NOW, &buyer, as_buyer(d.shop, "加我微信，电话改成13812345678")).await.expect("the buyer writes freely");
        d.say(NOW, &d.man, say(id, "在的")).await.expect("a hint stops nothing");
        d.say(NOW, &d.man, say(id, "改成13812345678了")).await.expect("reads the buyer's number back");
        assert_eq!(code(d.say(NOW, &d.man, say(id, "打13812345679")).await), "reply_confirm");
    }
}

#[test]
fn what_can_be_said_has_limits() {
    let refused = |saying: Saying| saying.check().expect_err("refused").code.to_string();
    let words = |n: usize| Saying::Text {
        text: "好".repeat(n)
    };
    assert!(words(5_000).check().is_ok());
    assert_eq!(refused(words(5_001)), "text_too_long");
    assert_eq!(
        refused(Saying::Text {
            text: " \n\0 ".into()
        }),
        "text_empty"
    );
    assert_eq!(
        refused(Saying::Note {
            text: "x".into(),
            mentions: vec![Id(1); 21]
        }),
        "too_many"
    );
    let voice = |ms| Saying::Voice(Upload { file: Id(1), ms });
    assert!(voice(Some(60_000)).check().is_ok());
    for wrong in [None, Some(0), Some(-1), Some(60_001)] {
        assert_eq!(refused(voice(wrong)), "voice_length");
    }
    let coupon = |amount, floor| Saying::Coupon {
        title: "满减".into(),
        amount_fen: base::Fen(amount),
        floor_fen: base::Fen(floor),
        code: "A1".into(),
        until: NOW,
    };
    assert!(coupon(1, 0).check().is_ok());
    assert_eq!(refused(coupon(0, 0)), "amount_invalid");
    assert_eq!(refused(coupon(5, -1)), "amount_invalid");
    let field = |kind: &str, choices: usize| FormField {
        name: "size".into(),
        title: "尺码".into(),
        kind: kind.into(),
        choices: vec!["大".into(); choices],
        required: true,
    };
    let form = |fields| Saying::Form {
        title: "登记".into(),
        fields,
    };
    assert!(form(vec![field("text", 0), field("choice", 2)]).check().is_ok());
    assert_eq!(refused(form(vec![])), "form_fields");
    assert_eq!(refused(form(vec![field("text", 0); 13])), "form_fields");
    assert_eq!(refused(form(vec![field("choice", 1)])), "form_choices");
    assert_eq!(refused(form(vec![field("script", 0)])), "choice_unknown");
    for wrong in ["", "a b", "a:b", "é", &"x".repeat(65)] {
        assert!(reception::check_client_id(wrong).is_err(), "{wrong}");
    }
    assert!(reception::check_client_id(&"x".repeat(64)).is_ok());
}
