//! What reaches whom: the buyer's side of every message, files, reading, drafts.

use base::{Actor, Id, Topic};
use reception::{Kind, Say, Saying, Standing, To, Upload};
use serde_json::{Value, json};
use store::on_both;

use crate::kit::*;

/// Every message as the buyer sees it.
async fn buyers_view(d: &Desk, id: Id) -> Vec<Value> {
    d.messages(id)
        .await
        .iter()
        .map(|m| serde_json::to_value(m.for_buyer()).expect("json"))
        .collect()
}

on_both! { TABLES;
    async fn nothing_of_the_teams_own_reaches_the_buyer_and_no_number_is_missing(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        let group = d.group(team::NewGroup { name: "售后组".into(), members: vec![pid(&d.man)], ..Default::default() }).await;
        let buyer = d.buyer().await;
        db.frames();
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        d.claim(NOW, &d.man, id).await.expect("claimed");
        d.say(NOW, &d.man, note(id, "SECRET 难缠")).await.expect("a note");
        let boss = d.boss.clone();
        d.write(move |tx| reception::whisper(tx, NOW, &boss, id, "SECRET 别让价").map(drop)).await.expect("whispered");
        let (man, gu) = (d.man.clone(), d.gu.clone());
        d.write(move |tx| {
            reception::transfer(tx, NOW, &man, id, To::Person(pid(&gu)), "SECRET 请接")?;
            // Notes that read like the names of events the buyer does see.
            reception::release(tx, NOW, &gu, id, "closed")?;
            reception::claim(tx, NOW, &man, id)?;
            reception::transfer(tx, NOW, &man, id, To::Group(group), "assigned")?;
            reception::claim(tx, NOW, &man, id)?;
            reception::keep_record(tx, NOW, &man, id, "timed_out", None, "SECRET")?;
            reception::mark(tx, NOW, &man, id, &reception::Mark::Stage(reception::Stage::After))?;
            Ok(())
        }).await.expect("handed around");
        d.take_over(NOW, &d.boss, id).await.expect("taken over");
        let undone = d.answers(NOW, &d.boss, id, "SECRET 打错了").await;
        let boss = d.boss.clone();
        d.write(move |tx| reception::undo(tx, NOW, &boss, id, undone.seq).map(drop)).await.expect("undone");
        d.close(NOW, &d.boss, id, Some("SECRET 无理取闹")).await.expect("closed");
        let view = buyers_view(&d, id).await;
        let seqs: Vec<i64> = view.iter().map(|m| m["seq"].as_i64().expect("a number")).collect();
        assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>());
        let frames = db.frames();
        let told = heard(&frames, Topic::Buyer(id));
        let said = told.iter().filter(|f| f["message"]["kind"] == "text").map(|f| f["message"]["body"]["text"].clone());
        assert_eq!(said.filter(|t| t == "SECRET 打错了").count(), 1, "told once, when it stood");
        for frame in view.iter().chain(told.iter().filter(|f| f["message"]["kind"] != "text")) {
            let text = frame.to_string();
            assert!(!text.contains("SECRET"), "{text}");
            for id in [&d.man, &d.gu, &d.boss].map(pid) {
                assert!(!text.contains(&id.to_string()), "an id of the team: {text}");
            }
        }
        let events: Vec<&str> = view.iter().filter(|m| m["kind"] == "system").map(|m| m["body"]["event"].as_str().expect("an event")).collect();
        assert_eq!(events, ["assigned", "transferred", "assigned", "transferred", "assigned", "closed"]);
        assert!(view.iter().any(|m| m["body"] == json!({"event": "closed", "by": "agent", "name": "白露"})));
        assert!(view.iter().any(|m| m["body"] == json!({"event": "transferred", "name": "谷雨", "group_name": null})));
    }

    async fn every_kind_is_said_and_shown(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let (product, sku) = d.product("明前龙井").await;
        let picture = d.file(&buyer, d.shop, "晒单.gif", PICTURE).await;
        let voice = d.file(&buyer, d.shop, "v.ogg", VOICE).await;
        let plain = d.file(&buyer, d.shop, "发票.txt", b"hello").await;
        let up = |file: Id| Upload { file, ms: None };
        let speak = Upload { file: voice.id, ms: Some(3_000) };
        for (saying, kind, fact) in [
            (Saying::Image(up(picture.id)), Kind::Image, ("width", json!(1))),
            (Saying::Voice(speak), Kind::Voice, ("ms", json!(3000))),
            (Saying::File(up(plain.id)), Kind::File, ("name", json!("发票.txt"))),
            (Saying::File(up(picture.id)), Kind::File, ("size", json!(PICTURE.len()))),
            (Saying::Product { product, sku: Some(sku) }, Kind::Product, ("price_fen", json!(6800))),
        ] {
            let says = reception::BuyerSays { saying: saying.check().expect("fine"), ..as_buyer(d.shop, "-") };
            let (message, _) = d.buyer_says(NOW, &buyer, says).await.expect("taken");
            assert_eq!((message.kind, &body(&message)[fact.0]), (kind, &fact.1));
        }
        let wrong = reception::BuyerSays { saying: Saying::Image(up(voice.id)), ..as_buyer(d.shop, "-") };
        assert_eq!(code(d.buyer_says(NOW, &buyer, wrong).await), "file_kind");
        let coupon = Saying::Coupon { title: "满100减10".into(), amount_fen: base::Fen(1000), floor_fen: base::Fen(10_000), code: "TEA10".into(), until: NOW.plus(HOUR) };
        let (message, _) = d.say(NOW, &d.man, Say { saying: coupon.check().expect("fine"), ..say(id, "-") }).await.expect("said");
        assert_eq!(body(&message), json!({"title": "满100减10", "amount_fen": 1000, "floor_fen": 10000, "code": "TEA10", "until": NOW.plus(HOUR)}));
        assert_eq!(serde_json::to_value(message.for_buyer()).expect("json")["body"]["code"], "TEA10");
    }

    async fn a_file_is_seen_where_it_was_said_and_nowhere_else(db: &TestDb) {
        let d = desk(db).await;
        let far = found(&d.db, "远山数码").await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let (other, second) = d.talk(NOW, &d.gu).await;
        let theirs = d.file(&buyer, d.shop, "伤口.gif", PICTURE).await;
        let ours = d.file(&d.man, d.shop, "尺码表.gif", PICTURE).await;
        let team = |who: &Actor, file: Id| { let (d, who) = (d.clone(), who.clone()); async move {
            d.db.read(move |tx| reception::team_file(tx, &who, file).map(|f| f.id)).await
        }};
        let buyers = |who: &Actor, file: Id| { let (d, who) = (d.clone(), who.clone()); async move {
            let (org, shop) = (d.org, d.shop);
            d.db.read(move |tx| reception::buyer_file(tx, org, shop, Some(customer(&who)), file).map(|f| f.id)).await
        }};
        // Before it is said nobody but the sender has it.
        assert_eq!(code(team(&d.man, theirs.id).await), "not_found");
        assert_eq!(code(buyers(&other, theirs.id).await), "not_found");
        let image = |file: Id| Saying::Image(Upload { file, ms: None });
        d.buyer_says(NOW, &buyer, reception::BuyerSays { saying: image(theirs.id), ..as_buyer(d.shop, "-") }).await.expect("taken");
        d.say(NOW, &d.man, Say { saying: image(ours.id), ..say(id, "-") }).await.expect("said");
        for file in [theirs.id, ours.id] {
            assert_eq!((team(&d.man, file).await, team(&d.boss, file).await, buyers(&buyer, file).await), (Ok(file), Ok(file), Ok(file)));
            for foreign in [&d.gu, &d.li, &far.owner, &buyer] {
                assert_eq!(code(team(foreign, file).await), "not_found");
            }
            assert_eq!(code(buyers(&other, file).await), "not_found");
        }
        // Who may not see it may not say it either, and nobody says it in a second conversation.
        assert_eq!(code(d.say(NOW, &d.gu, Say { saying: image(theirs.id), ..say(second, "-") }).await), "not_found");
        let third = d.talk(NOW, &d.man).await.1;
        assert_eq!(code(d.say(NOW, &d.man, Say { saying: image(ours.id), ..say(third, "-") }).await), "file_elsewhere");
        assert_eq!(code(d.buyer_says(NOW, &other, reception::BuyerSays { saying: image(ours.id), ..as_buyer(d.shop, "-") }).await), "not_found");
        d.say(NOW, &d.man, Say { saying: image(ours.id), ..say(id, "-") }).await.expect("again in the same one");
    }

    async fn reading_counts_for_who_has_the_conversation(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        d.asks(NOW, &buyer, "有货吗").await;
        d.asks(NOW, &buyer, "多少钱").await;
        assert_eq!(d.conversation(id).await.unread, 3);
        d.reads(&d.boss, id, 99).await;
        assert_eq!(d.conversation(id).await.unread, 3, "a supervisor looking on has not read for the agent");
        db.frames();
        let seqs: Vec<i64> = d.messages(id).await.iter().filter(|m| m.from == reception::Sender::Buyer).map(|m| m.seq).collect();
        d.reads(&d.man, id, seqs[1]).await;
        assert_eq!(d.conversation(id).await.unread, 1);
        assert_eq!(heard(&db.frames(), Topic::Buyer(id)), [json!({"on": "read", "seq": seqs[1]})]);
        d.reads(&d.man, id, i64::MAX).await;
        d.reads(&d.man, id, -5).await;
        let c = d.conversation(id).await;
        assert_eq!((c.unread, c.agent_read_seq), (0, c.last_seq));
        let said = d.answers(NOW, &d.man, id, "有的").await;
        assert!(d.conversation(id).await.buyer_read_seq < said.seq);
        db.frames();
        d.reads(&buyer, id, said.seq).await;
        let told = heard(&db.frames(), Topic::Person(pid(&d.man)));
        assert_eq!(told, [json!({"on": "read", "conversation": id, "by": "buyer", "seq": said.seq})]);
        d.reads(&buyer, id, 1).await;
        assert_eq!(d.conversation(id).await.buyer_read_seq, said.seq, "nothing is unread again");
        let far = d.buyer().await;
        assert_eq!(code(d.write(move |tx| reception::read(tx, &far, id, 1)).await), "not_found");
    }

    async fn a_draft_follows_its_writer_and_nobody_else(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let keep = |who: &Actor, words: &'static str, inside: &'static str| {
            let (d, who) = (d.clone(), who.clone());
            async move { d.write(move |tx| reception::keep_draft(tx, NOW, &who, id, words, inside)).await }
        };
        let of = |who: &Actor| { let (d, who) = (d.clone(), who.clone()); async move { d.read(move |tx| reception::draft(tx, &who, id)).await } };
        keep(&d.man, "您好，关于\0发货", "内部").await.expect("kept");
        let draft = of(&d.man).await.expect("a draft");
        assert_eq!((draft.text.as_str(), draft.note.as_str(), draft.by), ("您好，关于发货", "内部", pid(&d.man)));
        assert_eq!(of(&d.boss).await, None);
        keep(&d.boss, "我来", "").await.expect("kept");
        assert_eq!(of(&d.man).await.map(|d| d.text), Some("您好，关于发货".into()));
        assert_eq!(code(keep(&d.gu, "偷看", "").await), "not_found");
        let long: &'static str = Box::leak("长".repeat(20_001).into_boxed_str());
        assert_eq!(code(keep(&d.man, long, "").await), "text_too_long");
        keep(&d.man, "", "").await.expect("cleared");
        assert_eq!(of(&d.man).await, None);
    }

    async fn a_recalled_message_keeps_its_number_and_loses_its_words(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let said = d.answers(NOW, &d.man, id, "家住梧桐路8号3单元").await;
        let man = d.man.clone();
        db.frames();
        let (message, card) = d.write(move |tx| reception::recall(tx, NOW.plus(MIN), &man, id, said.seq)).await.expect("recalled");
        assert_eq!((message.state, message.rev, message.body.get()), (Standing::Recalled, 2, "{}"));
        assert_eq!(card.last.map(|last| (last.kind, last.text)), Some(("recalled".into(), String::new())));
        let told = heard(&db.frames(), Topic::Buyer(id));
        assert!(told.iter().any(|f| f["message"]["seq"] == said.seq && f["message"]["state"] == "recalled"));
        assert!(told.iter().all(|f| !f.to_string().contains("梧桐")));
        let _ = buyer;
    }
}
