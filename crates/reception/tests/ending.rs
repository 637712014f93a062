//! How talks end: guards, reasons, leaving, rating.

use base::{Id, Topic};
use reception::State;
use serde_json::json;
use store::on_both;

use crate::kit::*;

impl Desk {
    async fn rate(
        &self,
        now: base::Ms,
        who: &base::Actor,
        id: Id,
        session: i64,
        score: i64,
        comment: Option<&'static str>,
    ) -> Result<(), base::Problem> {
        let who = who.clone();
        self.write(move |tx| reception::rate(tx, now, &who, id, session, score, comment))
            .await
    }

    async fn invites(&self, who: &base::Actor, id: Id) -> Result<(), base::Problem> {
        let who = who.clone();
        self.write(move |tx| reception::invite(tx, NOW, &who, id)).await
    }
}

on_both! { TABLES;
    /// Rows 138 and 287.
    async fn closing_with_something_open_asks_for_a_reason_and_keeps_it(db: &TestDb) {
        let d = desk(db).await;
        let guard = |id: Id| { let d = d.clone(); async move {
            let refused = d.close(NOW, &d.man, id, None).await.expect_err("guarded");
            assert_eq!((refused.status, refused.code.as_ref()), (409, "close_reason_required"));
            (refused.params["why"].as_str().expect("why").to_owned(), refused.params.get("order").cloned())
        }};
        let (_, id) = d.talk(NOW, &d.man).await;
        assert_eq!(guard(id).await, ("unanswered".to_owned(), None));
        assert_eq!(code(d.close(NOW, &d.man, id, Some("   ")).await), "close_reason_required", "blanks are no reason");
        d.close(NOW, &d.man, id, Some("骚扰信息")).await.expect("closed");
        let last = d.messages(id).await.pop().expect("a message");
        assert_eq!(body(&last), json!({"event": "closed", "by": pid(&d.man), "name": "小满", "reason": "骚扰信息", "open": "unanswered"}));
        let round = d.sessions(id).await[0].rounds[0].clone();
        assert_eq!((round.ended.as_deref(), round.reply_seq), (Some("closed"), None), "recorded as left without an answer");
        let log = d.read(move |tx| tx.value::<String>("SELECT data FROM log WHERE kind = 'conversation.closed' AND subject = $1", store::args![id])).await;
        assert!(log.is_some_and(|data| data.contains("unanswered") && !data.contains("骚扰")));
        for (order, why) in [(unpaid as fn(_) -> _, "unpaid"), (paid, "unconfirmed")] {
            let buyer = d.known().await;
            let id = d.asks(NOW, &buyer, "在吗").await.id;
            d.claim(NOW, &d.man, id).await.expect("claimed");
            d.answers(NOW, &d.man, id, "在的").await;
            let order = d.order(customer(&buyer), order).await;
            assert_eq!(guard(id).await, (why.to_owned(), Some(json!(order))));
            d.close(NOW, &d.man, id, Some("买家稍后付款")).await.expect("closed");
        }
        // Shipped, or confirmed: nothing is open.
        let buyer = d.known().await;
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        d.claim(NOW, &d.man, id).await.expect("claimed");
        d.answers(NOW, &d.man, id, "在的").await;
        d.order(customer(&buyer), shipped(NOW)).await;
        d.close(NOW, &d.man, id, None).await.expect("closed");
        assert_eq!(d.close(NOW, &d.man, id, None).await.expect("is closed").state, State::Closed);
        // A shop may do without.
        let (_, id) = d.talk(NOW, &d.man).await;
        d.set(NOW, "reception.close_guard", json!(false)).await;
        d.close(NOW, &d.man, id, None).await.expect("closed");
    }

    async fn only_its_agent_or_a_supervisor_closes(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        assert_eq!(code(d.close(NOW, &d.gu, id, Some("x")).await), "not_found");
        let sees = with(&d.gu, &[base::Permission::Talk, base::Permission::SeeAllTalks], d.gu.shops.clone());
        assert_eq!(code(d.close(NOW, &sees, id, Some("x")).await), "not_yours");
        let mute = with(&d.boss, &[base::Permission::SeeAllTalks, base::Permission::Supervise], d.boss.shops.clone());
        assert_eq!(code(d.close(NOW, &mute, id, Some("x")).await), "forbidden");
        assert_eq!(code(d.close(NOW, &buyer, id, Some("x")).await), "forbidden");
        d.close(NOW, &d.boss, id, Some("主管关闭")).await.expect("closed");
        let last = d.messages(id).await.pop().expect("a message");
        assert_eq!(body(&last)["name"], "白露", "who closed it, not whose it was");
    }

    async fn who_only_looks_on_hands_nothing_around(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.buyer().await;
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        let read = d.person("阅", "read_only", Some(vec![d.shop]), 8).await;
        assert_eq!(code(d.release(NOW, &read, id).await), "forbidden");
        assert_eq!(code(d.transfer(NOW, &read, id, reception::To::Person(pid(&d.man))).await), "forbidden");
        assert_eq!(code(d.take_over(NOW, &read, id).await), "forbidden");
        assert_eq!(code(d.claim(NOW, &read, id).await), "forbidden");
        assert_eq!(code(d.reopen(NOW, &read, id).await), "forbidden");
        assert_eq!(code(d.mark(NOW, &read, id, reception::Mark::Step(1)).await), "forbidden");
    }

    async fn a_buyer_who_leaves_ends_the_session(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(S), &d.man, id, "在的").await;
        let leave = |who: &base::Actor| { let (d, who) = (d.clone(), who.clone()); async move {
            d.write(move |tx| reception::leave(tx, NOW.plus(2 * S), &who, id)).await
        }};
        assert_eq!(code(leave(&d.man).await), "forbidden");
        assert_eq!(code(leave(&d.buyer().await).await), "not_found");
        db.frames();
        leave(&buyer).await.expect("left");
        leave(&buyer).await.expect("twice is once");
        assert!(heard(&db.frames(), Topic::Buyer(id)).contains(&json!({"on": "invite", "session": 1})));
        assert_eq!(d.sessions(id).await[0].ended.as_deref(), Some("left"));
        assert_eq!(d.events(id).await, ["queued", "assigned", "closed"]);
        d.check(id).await;
    }

    /// Row 305.
    async fn a_rating_is_asked_for_once_a_session_and_given_once(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        assert_eq!(code(d.rate(NOW, &buyer, id, 1, 5, None).await), "not_invited");
        d.answers(NOW, &d.man, id, "在的").await;
        assert_eq!(code(d.invites(&d.gu, id).await), "not_found");
        let sees = with(&d.gu, &[base::Permission::Talk, base::Permission::SeeAllTalks], d.gu.shops.clone());
        assert_eq!(code(d.invites(&sees, id).await), "not_yours");
        d.invites(&d.man, id).await.expect("asked");
        assert_eq!(code(d.invites(&d.man, id).await), "invited");
        db.frames();
        d.close(NOW.plus(S), &d.man, id, None).await.expect("closed");
        assert!(!heard(&db.frames(), Topic::Buyer(id)).iter().any(|f| f["on"] == "invite"), "not a second time at the end");
        let c = d.conversation(id).await;
        assert_eq!(d.read(move |tx| reception::pending(tx, &c)).await, Some(1));
        for (score, session, wrong) in [(0, 1, "score_range"), (6, 1, "score_range"), (5, 2, "not_invited")] {
            assert_eq!(code(d.rate(NOW, &buyer, id, session, score, None).await), wrong);
        }
        assert_eq!(code(d.rate(NOW, &d.man, id, 1, 5, None).await), "forbidden", "an agent does not rate themselves");
        assert_eq!(code(d.rate(NOW, &d.buyer().await, id, 1, 5, None).await), "not_found");
        d.rate(NOW.plus(MIN), &buyer, id, 1, 4, Some("回复很快")).await.expect("rated");
        assert_eq!(code(d.rate(NOW.plus(MIN), &buyer, id, 1, 5, None).await), "not_invited", "once");
        assert_eq!(d.sessions(id).await[0].score, Some(4));
        let c = d.conversation(id).await;
        assert_eq!((c.state, d.read(move |tx| reception::pending(tx, &c)).await), (State::Closed, None));
        d.check(id).await;
        // A session without an answer asks for none; one where the shop does not want it neither.
        let (_, id) = d.talk(NOW, &d.gu).await;
        d.close(NOW, &d.gu, id, Some("没回")).await.expect("closed");
        let c = d.conversation(id).await;
        assert_eq!(d.read(move |tx| reception::pending(tx, &c)).await, None);
        d.set(NOW, "reception.invite", json!(false)).await;
        let (_, id) = d.talk(NOW, &d.gu).await;
        d.answers(NOW, &d.gu, id, "好").await;
        d.close(NOW, &d.gu, id, None).await.expect("closed");
        let c = d.conversation(id).await;
        assert_eq!(d.read(move |tx| reception::pending(tx, &c)).await, None);
        // What was asked and what came of it, for the rate of participation.
        let boss = d.boss.clone();
        let wall = d.read(move |tx| reception::wall(tx, NOW.plus(MIN), &boss, None)).await;
        assert_eq!((wall.today.invited, wall.today.ratings, wall.today.score_hundredths), (1, 1, Some(400)));
    }

    async fn a_closed_talk_is_opened_again_by_an_agent_who_writes_first(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        assert_eq!(code(d.reopen(NOW, &d.man, id).await), "not_closed");
        d.answers(NOW, &d.man, id, "在的").await;
        d.close(NOW, &d.man, id, None).await.expect("closed");
        assert_eq!(code(d.reopen(NOW, &d.gu, id).await), "not_found", "it was never hers");
        let card = d.reopen(NOW.plus(HOUR), &d.man, id).await.expect("open");
        assert_eq!((card.state, card.session, card.closed_at), (State::Open, 2, None));
        d.answers(NOW.plus(HOUR), &d.man, id, "您的茶到了吗").await;
        d.asks(NOW.plus(HOUR + MIN), &buyer, "到了").await;
        let second = d.sessions(id).await[1].clone();
        assert_eq!((second.opened_by.as_str(), second.rounds.len(), second.rounds[0].agent), ("agent", 1, Some(pid(&d.man))));
        d.check(id).await;
    }
}
