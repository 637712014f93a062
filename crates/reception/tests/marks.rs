//! What an agent notes on a talk with one click, and the record of what it was about.

use base::{PageAsk, Topic};
use reception::{Asked, Mark, Tab};
use store::on_both;

use crate::kit::{NOW, S, TABLES, alarms, code, desk, heard, pid};

on_both! { TABLES;
    async fn kinds_of_bargaining_steps_and_tags_are_kept_and_shown_in_the_list(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.mark(NOW.plus(S), &d.man, id, Mark::Bargain(Some("greedy".into()))).await.expect("marked");
        d.mark(NOW.plus(S), &d.man, id, Mark::Tags(vec!["急单".into(), "急单".into(), "送礼".into()])).await.expect("marked");
        d.mark(NOW.plus(S), &d.man, id, Mark::Step(3)).await.expect("marked");
        let man = d.man.clone();
        let page = d.read(move |tx| {
            reception::conversations(tx, NOW, &man, &Asked { tab: Tab::Mine, ..Asked::default() }, &PageAsk::default())
        }).await;
        let card = &page.items[0];
        assert_eq!((card.bargain.as_deref(), card.step), (Some("greedy"), 3));
        assert_eq!(card.tags, ["急单", "送礼"], "each once");
        let bare = d.mark(NOW.plus(S), &d.man, id, Mark::Bargain(None)).await.expect("taken off");
        assert_eq!(bare.bargain, None);
        assert_eq!(code(d.mark(NOW.plus(S), &d.man, id, Mark::Bargain(Some("rich".into()))).await), "choice_unknown");
        assert_eq!(code(d.mark(NOW.plus(S), &d.man, id, Mark::Step(8)).await), "step_range", "the template has seven");
        assert_eq!(code(d.mark(NOW.plus(S), &d.man, id, Mark::Step(-1)).await), "step_range");
        assert_eq!(code(d.mark(NOW.plus(S), &d.man, id, Mark::Template("nine".into())).await), "choice_unknown");
        let other = d.mark(NOW.plus(S), &d.man, id, Mark::Template("five".into())).await.expect("chosen");
        assert_eq!((other.template.as_str(), other.step), ("five", 0), "another template begins at its first step");
    }

    async fn a_buyer_who_threatens_is_marked_and_the_supervisors_are_told_once_a_session(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        assert_eq!(d.conversation(id).await.risk, None);
        db.frames();
        let card = d.asks(NOW.plus(S), &buyer, "不给我优惠我就给你差评").await;
        assert_eq!(card.risk.as_deref(), Some("threat"));
        let frames = db.frames();
        assert_eq!(alarms(&frames, Topic::Shop(d.shop)), ["threat"]);
        assert_eq!(alarms(&frames, Topic::Person(pid(&d.man))), ["threat"]);
        let shop = heard(&frames, Topic::Shop(d.shop));
        assert!(shop.iter().any(|f| f["on"] == "conversation" && f["conversation"]["risk"] == "threat"));
        d.asks(NOW.plus(2 * S), &buyer, "信不信我给你一星").await;
        assert_eq!(alarms(&db.frames(), Topic::Shop(d.shop)), Vec::<String>::new(), "once");
        let calm = d.mark(NOW.plus(3 * S), &d.man, id, Mark::Risk(None)).await.expect("taken off");
        assert_eq!(calm.risk, None);
        assert_eq!(code(d.mark(NOW, &d.man, id, Mark::Risk(Some("flood".into()))).await), "choice_unknown");
        db.frames();
        d.mark(NOW.plus(4 * S), &d.man, id, Mark::Risk(Some("threat".into()))).await.expect("by hand");
        assert_eq!(alarms(&db.frames(), Topic::Shop(d.shop)), ["threat"]);
        // Another session begins without it, and a shop may have its own words.
        d.close(NOW.plus(5 * S), &d.man, id, Some("done")).await.expect("closed");
        assert_eq!(d.asks(NOW.plus(6 * S), &buyer, "在吗").await.risk, None);
        d.set(NOW.plus(7 * S), "reception.threat_words", serde_json::json!({"alone": ["发律师函"]})).await;
        assert_eq!(d.asks(NOW.plus(8 * S), &buyer, "我给你差评").await.risk, None);
        assert_eq!(d.asks(NOW.plus(9 * S), &buyer, "我要 发 律师函 了").await.risk.as_deref(), Some("threat"));
        d.check(id).await;
    }

    async fn a_consultation_is_recorded_in_the_talk_and_found_in_the_buyers_next_one(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let man = d.man.clone();
        let kept = d.write(move |tx| reception::keep_record(tx, NOW.plus(S), &man, id, "问茶叶保质期", None, "已说明为18个月"))
            .await.expect("kept");
        let empty = { let man = d.man.clone(); d.write(move |tx| reception::keep_record(tx, NOW, &man, id, " ", None, "")).await };
        assert!(empty.is_err(), "a record says what it was about");
        d.close(NOW.plus(2 * S), &d.man, id, Some("done")).await.expect("closed");
        let again = d.asks(NOW.plus(3 * S), &buyer, "又来了").await.id;
        d.claim(NOW.plus(4 * S), &d.gu, again).await.expect("claimed");
        let gu = d.gu.clone();
        let found = d.read(move |tx| reception::records(tx, &gu, again)).await;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id, found[0].topic.as_str(), found[0].person), (kept.id, "问茶叶保质期", d.man.person().unwrap_or_default()));
    }
}
