//! Sessions and rounds, as practice tells them and as they are written through the verbs.

use base::{Id, Ms, Problem};
use reception::{BuyerSays, RoundView, Session, Stage, To};
use store::on_both;

use crate::kit::*;

/// A round in short: whose, how long it lasted, how it ended.
fn short(round: &RoundView) -> (Option<Id>, Option<i64>, Option<&str>) {
    (
        round.agent,
        round.ended_at.map(|at| at.since(round.began_at)),
        round.ended.as_deref(),
    )
}

fn rounds(sessions: &[Session]) -> Vec<(Option<Id>, Option<i64>, Option<&str>)> {
    sessions.iter().flat_map(|s| &s.rounds).map(short).collect()
}

on_both! { TABLES;
    async fn vector_1_an_automatic_reply_ends_no_round(db: &TestDb) {
        let d = desk(db).await;
        d.somebody_full().await;
        let buyer = d.buyer().await;
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        d.asks(NOW.plus(20 * S), &buyer, "有人吗").await;
        d.deal(NOW.plus(21 * S)).await;
        let auto = d.messages(id).await.pop().expect("a message");
        assert_eq!((auto.from, auto.at), (reception::Sender::Auto, NOW.plus(21 * S)));
        d.claim(NOW.plus(30 * S), &d.man, id).await.expect("claimed");
        d.answers(NOW.plus(60 * S), &d.man, id, "在的").await;
        assert_eq!(rounds(&d.sessions(id).await), [(Some(pid(&d.man)), Some(60 * S), Some("answered"))]);
        d.check(id).await;
    }

    async fn vector_2_a_round_keeps_both_its_moments(db: &TestDb) {
        let d = desk(db).await;
        // 22:59:50 in Shanghai.
        let asked = NOW.plus(46 * MIN + 30 * S);
        let (_, id) = d.talk(asked, &d.man).await;
        d.answers(asked.plus(30 * S), &d.man, id, "在的").await;
        let round = d.sessions(id).await[0].rounds[0].clone();
        assert_eq!((round.began_at, round.ended_at), (asked, Some(asked.plus(30 * S))));
    }

    async fn vector_3_a_buyer_who_waits_ends_no_session(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.until(NOW.plus(15 * HOUR)).await;
        let sessions = d.sessions(id).await;
        assert_eq!((sessions.len(), sessions[0].ended_at, rounds(&sessions)[0].1), (1, None, None));
        d.answers(NOW.plus(15 * HOUR), &d.man, id, "抱歉").await;
        assert_eq!(rounds(&d.sessions(id).await), [(Some(pid(&d.man)), Some(15 * HOUR), Some("answered"))]);
        // Nor one who waits in the queue.
        let buyer = d.buyer().await;
        let queued = d.asks(NOW.plus(16 * HOUR), &buyer, "在吗").await.id;
        d.until(NOW.plus(30 * HOUR)).await;
        assert_eq!(d.conversation(queued).await.state, reception::State::Queued);
    }

    async fn vector_4_a_silent_transfer_is_charged_to_the_one_who_transfers(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.transfer(NOW.plus(10 * S), &d.man, id, To::Person(pid(&d.gu))).await.expect("transferred");
        d.answers(NOW.plus(50 * S), &d.gu, id, "在的").await;
        let (man, gu) = (Some(pid(&d.man)), Some(pid(&d.gu)));
        assert_eq!(rounds(&d.sessions(id).await), [(man, Some(10 * S), Some("transferred")), (gu, Some(40 * S), Some("answered"))]);
        // With a word said before it, nobody is charged.
        let (_, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(5 * S), &d.man, id, "我请同事帮您").await;
        d.transfer(NOW.plus(10 * S), &d.man, id, To::Person(pid(&d.gu))).await.expect("transferred");
        d.answers(NOW.plus(50 * S), &d.gu, id, "在的").await;
        assert_eq!(rounds(&d.sessions(id).await), [(man, Some(5 * S), Some("answered"))]);
        d.check(id).await;
    }

    async fn vector_5_ten_minutes_of_silence_end_the_session_and_the_gap_is_no_wait(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW.plus(5 * S), &d.man, id, "在的").await;
        let back = NOW.plus(5 * S + 10 * MIN + S);
        d.until(back).await;
        d.asks(back, &buyer, "还有一个问题").await;
        d.claim(back, &d.man, id).await.expect("claimed");
        d.answers(back.plus(7 * S), &d.man, id, "请说").await;
        let sessions = d.sessions(id).await;
        let ended = sessions.iter().map(|s| (s.started_at, s.ended_at, s.ended.clone())).collect::<Vec<_>>();
        assert_eq!(ended, [(NOW, Some(NOW.plus(5 * S + 10 * MIN)), Some("timed_out".into())), (back, None, None)]);
        let man = Some(pid(&d.man));
        assert_eq!(rounds(&sessions), [(man, Some(5 * S), Some("answered")), (man, Some(7 * S), Some("answered"))]);
    }

    async fn the_silence_ends_at_ten_minutes_exactly_whoever_notices(db: &TestDb) {
        let d = desk(db).await;
        let end = NOW.plus(S + 10 * MIN);
        let mut seen = Vec::new();
        for (clock, back) in [(true, end), (false, end), (true, end.plus(HOUR)), (false, end.plus(HOUR)), (true, end.plus(-1)), (false, end.plus(-1))] {
            let (buyer, id) = d.talk(NOW, &d.man).await;
            d.answers(NOW.plus(S), &d.man, id, "在的").await;
            if clock {
                d.until(back).await;
            }
            d.asks(back, &buyer, "还在吗").await;
            d.check(id).await;
            let sessions: Vec<_> = d.sessions(id).await.into_iter().map(|s| (s.started_at, s.ended_at, s.ended)).collect();
            let kinds: Vec<_> = d.messages(id).await.iter().map(|m| (m.from, m.kind, m.at)).collect();
            let log = d.read(move |tx| {
                let sql = "SELECT kind FROM log WHERE subject = $1 AND kind <> 'conversation.claimed' ORDER BY seq";
                tx.rows(sql, store::args![id], |row| row.get::<String>(0))
            }).await;
            let asked = d.read(move |tx| {
                tx.value::<i64>("SELECT invited_at FROM rating WHERE conversation_id = $1 AND session = 1", store::args![id])
            }).await;
            seen.push((sessions, kinds, log, asked.map(Ms)));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[2], seen[3]);
        assert_eq!(seen[4], seen[5]);
        assert_eq!(seen[0].0, [(NOW, Some(end), Some("timed_out".to_owned())), (end, None, None)]);
        assert_eq!(seen[0].3, Some(end), "the invitation too");
        assert_eq!(seen[4].0, [(NOW, None, None)], "a moment earlier it was still going on");
    }

    async fn whoever_comes_too_late_finds_the_session_over(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        d.online(&d.man, NOW).await;
        let late = NOW.plus(10 * MIN);
        for way in 0..7 {
            let (buyer, id) = d.talk(NOW, &d.man).await;
            d.answers(NOW, &d.man, id, "在的").await;
            let (man, boss, gu) = (d.man.clone(), d.boss.clone(), pid(&d.gu));
            let result: Result<(), Problem> = d.write(move |tx| match way {
                0 => reception::close(tx, late, &man, id, None).map(drop),
                1 => reception::leave(tx, late, &buyer, id),
                2 => reception::transfer(tx, late, &man, id, To::Person(gu), "接").map(drop),
                3 => reception::release(tx, late, &man, id, "放").map(drop),
                4 => reception::take_over(tx, late, &boss, id).map(drop),
                5 => reception::move_all(tx, late, &boss, man.person().expect("a person"), None, "下班", Some(&[id])).map(drop),
                _ => reception::reopen(tx, late, &man, id).map(drop),
            }).await;
            match way {
                2..=4 => assert_eq!(code(result), "closed", "way {way}"),
                _ => result.expect("fine"),
            }
            d.until(late).await;
            let first = d.sessions(id).await[0].clone();
            assert_eq!((first.ended.as_deref(), first.ended_at), (Some("timed_out"), Some(late)), "way {way}");
            d.check(id).await;
        }
    }

    async fn the_first_stage_is_the_menus_else_what_the_orders_say(db: &TestDb) {
        let d = desk(db).await;
        let day = 24 * HOUR;
        let now = NOW.plus(30 * day);
        let stage_of = |buyer: base::Actor, chosen: Option<Stage>| { let d = d.clone(); async move {
            let says = BuyerSays { stage: chosen, ..as_buyer(d.shop, "在吗") };
            d.buyer_says(now, &buyer, says).await.expect("taken").1.stage
        }};
        assert_eq!(stage_of(d.buyer().await, None).await, Stage::Pre);
        let one = d.known().await;
        d.order(customer(&one), unpaid).await;
        assert_eq!(stage_of(one, None).await, Stage::Pre);
        let one = d.known().await;
        d.order(customer(&one), paid).await;
        assert_eq!(stage_of(one.clone(), None).await, Stage::In);
        let one = d.known().await;
        d.order(customer(&one), shipped(now.plus(-20 * day))).await;
        assert_eq!(stage_of(one, None).await, Stage::After);
        let one = d.known().await;
        d.order(customer(&one), shipped(now.plus(-22 * day))).await;
        assert_eq!(stage_of(one, None).await, Stage::Pre, "longer ago than the setting says");
        let one = d.known().await;
        d.order(customer(&one), |order| orders::NewOrder { after_status: Some(orders::AfterStatus::Open), ..shipped(now.plus(-60 * day))(order) }).await;
        assert_eq!(stage_of(one, None).await, Stage::After, "an after-sale case is going on");
        let one = d.known().await;
        d.order(customer(&one), shipped(now.plus(-day))).await;
        assert_eq!(stage_of(one, Some(Stage::Pre)).await, Stage::Pre, "the buyer knows best");
    }

    async fn a_stage_can_change_during_the_contact_and_the_session_keeps_its_first(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let card = d.mark(NOW.plus(S), &d.man, id, reception::Mark::Stage(Stage::After)).await.expect("marked");
        assert_eq!(card.stage, Stage::After);
        let first = d.sessions(id).await[0].clone();
        assert_eq!((first.stage, first.opened_by.as_str()), (Stage::Pre, "buyer"));
        assert_eq!(d.events(id).await, ["queued", "assigned", "stage"]);
        d.close(NOW.plus(S), &d.man, id, Some("无")).await.expect("closed");
        d.reopen(NOW.plus(2 * S), &d.man, id).await.expect("open");
        let second = d.sessions(id).await[1].clone();
        assert_eq!((second.stage, second.opened_by.as_str()), (Stage::Pre, "agent"), "measured anew by the orders");
        d.check(id).await;
    }
}
