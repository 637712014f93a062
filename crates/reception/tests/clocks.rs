//! Clocks: limits in hours of work, promises, slow answers, idle talks, and the one job behind them.

use base::{Calendar, Hours, Id, Ms, SpecialDay, Topic};
use reception::{CLOCK_JOB, Mark, Stage};
use serde_json::json;
use store::{Job, args, on_both};

use crate::kit::*;

fn at(text: &str) -> Ms {
    Ms(text
        .parse::<jiff::Zoned>()
        .expect("a moment")
        .timestamp()
        .as_millisecond())
}

fn shanghai(text: &str) -> Ms {
    at(&format!("{text}+08:00[Asia/Shanghai]"))
}

/// 9–12 and 13–21 from Monday to Saturday, closed on 1 October.
fn shop_hours() -> Calendar {
    let day = vec![
        Hours {
            from: 9 * 60,
            to: 12 * 60,
        },
        Hours {
            from: 13 * 60,
            to: 21 * 60,
        },
    ];
    let mut week: [Vec<Hours>; 7] = std::array::from_fn(|_| day.clone());
    week[6].clear();
    let special = vec![SpecialDay {
        date: "2026-10-01".into(),
        name: "国庆".into(),
        hours: vec![],
    }];
    Calendar {
        zone: "Asia/Shanghai".into(),
        week,
        special,
    }
}

/// The jobs there are: kind and due.
async fn jobs(d: &Desk) -> Vec<(String, Ms)> {
    let org = d.org;
    d.read(move |tx| {
        let sql = "SELECT kind, due FROM job WHERE org_id = $1 AND kind LIKE 'reception.%' ORDER BY id";
        tx.rows(sql, args![org], |row| Ok((row.get(0)?, row.get(1)?)))
    })
    .await
}

on_both! { TABLES;
    async fn a_wait_turns_amber_and_red_at_its_stages_limits(db: &TestDb) {
        let d = desk(db).await;
        for (stage, warn, breach) in [(Stage::Pre, 10 * S, 30 * S), (Stage::In, 10 * S, 30 * S), (Stage::After, MIN, 5 * MIN)] {
            let buyer = d.buyer().await;
            let says = reception::BuyerSays { stage: Some(stage), ..as_buyer(d.shop, "在吗") };
            let card = d.buyer_says(NOW, &buyer, says).await.expect("taken").1;
            assert_eq!((card.warn_at, card.breach_at), (Some(NOW.plus(warn)), Some(NOW.plus(breach))));
            d.claim(NOW, &d.man, card.id).await.expect("claimed");
            db.frames();
            let mine = Topic::Person(pid(&d.man));
            for (moment, told) in [(warn - 1, vec![]), (warn, vec!["warn"]), (breach - 1, vec![]), (breach, vec!["breach"]), (breach + 10 * S, vec![])] {
                d.until(NOW.plus(moment)).await;
                let frames = db.frames();
                assert_eq!(alarms(&frames, mine), told, "{stage:?} at {moment}");
                assert_eq!(alarms(&frames, Topic::Shop(d.shop)).contains(&"breach".to_owned()), told == ["breach"]);
            }
            d.answers(NOW.plus(breach + 20 * S), &d.man, card.id, "在的").await;
            let c = d.conversation(card.id).await;
            assert_eq!((c.warn_at, c.breach_at, c.warned), (None, None, 0));
            d.close(NOW.plus(breach + 20 * S), &d.man, card.id, None).await.expect("closed");
        }
        // Every later round has its clock too.
        let (buyer, id) = d.talk(NOW.plus(HOUR), &d.man).await;
        d.answers(NOW.plus(HOUR), &d.man, id, "在的").await;
        d.asks(NOW.plus(HOUR + 5 * MIN), &buyer, "有货吗").await;
        let c = d.conversation(id).await;
        assert_eq!((c.warn_at, c.breach_at), (Some(NOW.plus(HOUR + 5 * MIN + 10 * S)), Some(NOW.plus(HOUR + 5 * MIN + 30 * S))));
    }

    async fn clocks_stand_still_at_lunch_at_night_on_sundays_and_holidays(db: &TestDb) {
        let d = desk(db).await;
        d.set(NOW, "team.calendar", json!(shop_hours())).await;
        for (asked, warn, breach) in [
            ("2026-09-30T11:59:50", "2026-09-30T12:00:00", "2026-09-30T13:00:20"),
            ("2026-09-30T12:30:00", "2026-09-30T13:00:10", "2026-09-30T13:00:30"),
            // The last second before closing; the next day is a holiday.
            ("2026-09-30T20:59:59", "2026-10-02T09:00:09", "2026-10-02T09:00:29"),
            // Saturday night to Monday morning.
            ("2026-10-03T22:00:00", "2026-10-05T09:00:10", "2026-10-05T09:00:30"),
        ] {
            let buyer = d.buyer().await;
            let card = d.asks(shanghai(asked), &buyer, "在吗").await;
            assert_eq!((card.warn_at, card.breach_at), (Some(shanghai(warn)), Some(shanghai(breach))), "{asked}");
        }
        db.frames();
        d.until(shanghai("2026-09-30T13:00:19")).await;
        assert_eq!(alarms(&db.frames(), Topic::Shop(d.shop)).iter().filter(|a| *a == "breach").count(), 0);
        d.until(shanghai("2026-09-30T13:00:20")).await;
        assert_eq!(alarms(&db.frames(), Topic::Shop(d.shop)).iter().filter(|a| *a == "breach").count(), 1);
    }

    async fn a_shop_abroad_keeps_its_own_time_through_the_clock_change(db: &TestDb) {
        let d = desk(db).await;
        let day = vec![Hours { from: 8 * 60, to: 20 * 60 }];
        let berlin = Calendar { zone: "Europe/Berlin".into(), week: std::array::from_fn(|_| day.clone()), special: vec![] };
        d.set(NOW, "team.calendar", json!(berlin)).await;
        // The night of 25 October 2026 has an hour more.
        let buyer = d.buyer().await;
        let card = d.asks(at("2026-10-24T19:59:50+02:00[Europe/Berlin]"), &buyer, "Hallo").await;
        assert_eq!(card.breach_at, Some(at("2026-10-25T08:00:20+01:00[Europe/Berlin]")));
        let gap = card.breach_at.expect("a limit").since(card.warn_at.expect("a limit"));
        assert_eq!(gap, 13 * HOUR + 20 * S);
        // Open day and night, the limit is thirty seconds whatever the clocks show.
        d.set(NOW.plus(S), "team.calendar", json!(Calendar::always("Europe/Berlin"))).await;
        let buyer = d.buyer().await;
        let asked = at("2026-10-25T02:59:50+02:00[Europe/Berlin]");
        assert_eq!(d.asks(asked, &buyer, "Hallo").await.breach_at, Some(asked.plus(30 * S)));
    }

    async fn another_stage_measures_the_present_wait_anew(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.until(NOW.plus(31 * S)).await;
        assert_eq!(d.conversation(id).await.warned, 2);
        db.frames();
        let card = d.mark(NOW.plus(40 * S), &d.man, id, Mark::Stage(Stage::After)).await.expect("marked");
        assert_eq!((card.warn_at, card.breach_at), (Some(NOW.plus(MIN)), Some(NOW.plus(5 * MIN))));
        d.until(NOW.plus(5 * MIN)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["warn", "breach"], "the limits that lie ahead again are told again");
        d.mark(NOW.plus(6 * MIN), &d.man, id, Mark::Stage(Stage::Pre)).await.expect("marked");
        assert_eq!(d.sessions(id).await[0].rounds[0].breach_at, NOW.plus(30 * S));
        d.check(id).await;
    }

    async fn changed_limits_and_calendars_measure_the_present_waits_anew(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let visitor = d.visitor(d.side).await;
        let beside = d.asks(NOW, &visitor, "在吗").await;
        d.set(NOW.plus(S), "reception.breach_pre", json!(120)).await;
        assert_eq!(d.conversation(id).await.breach_at, Some(NOW.plus(2 * MIN)));
        let other = d.conversation(beside.id).await;
        assert_eq!((other.breach_at, other.rev), (beside.breach_at, beside.rev), "another shop's waits are left alone");
        db.frames();
        d.until(NOW.plus(MIN)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["warn"]);
        d.set(NOW.plus(MIN), "reception.breach_pre", json!(30)).await;
        d.until(NOW.plus(MIN)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["breach"], "a limit that is over by now");
        // NOW is 22:13 in Shanghai: closed until tomorrow at nine.
        d.set(NOW.plus(2 * MIN), "team.calendar", json!(shop_hours())).await;
        assert_eq!(d.conversation(id).await.breach_at, Some(shanghai("2026-09-22T09:00:30")));
        d.until(shanghai("2026-09-22T09:00:29")).await;
        db.frames();
        d.until(shanghai("2026-09-22T09:00:30")).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["breach"]);
        d.check(id).await;
    }

    async fn a_setting_that_means_nothing_here_leaves_no_trace_in_talks(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let before = d.conversation(id).await.last_seq;
        d.set(NOW.plus(S), "team.paper_days", json!(20)).await;
        assert_eq!(d.conversation(id).await.last_seq, before);
        let org = d.org;
        assert_eq!(d.write(move |tx| reception::settings_changed(tx, NOW.plus(S), org, None)).await, Ok(0), "nor is it looked at again");
        d.check(id).await;
    }

    async fn many_waits_are_measured_in_slices(db: &TestDb) {
        let d = desk(db).await;
        let mut ids = Vec::new();
        for _ in 0..120 {
            let buyer = d.buyer().await;
            ids.push(d.asks(NOW, &buyer, "在吗").await.id);
        }
        d.set(NOW.plus(S), "reception.breach_pre", json!(90)).await;
        d.tick(NOW.plus(S)).await;
        for id in ids {
            assert_eq!(d.conversation(id).await.breach_at, Some(NOW.plus(90 * S)));
        }
    }

    async fn a_group_with_hours_of_its_own_is_measured_by_them(db: &TestDb) {
        let d = desk(db).await;
        let night = Calendar { zone: "Asia/Shanghai".into(), week: std::array::from_fn(|_| vec![Hours { from: 0, to: 8 * 60 }]), special: vec![] };
        let new = team::NewGroup { name: "夜班组".into(), stage: Some("after".into()), members: vec![pid(&d.man)], calendar: Some(night), ..Default::default() };
        let group = d.group(new).await;
        let buyer = d.buyer().await;
        let says = reception::BuyerSays { stage: Some(Stage::After), ..as_buyer(d.shop, "在吗") };
        let card = d.buyer_says(NOW, &buyer, says).await.expect("taken").1;
        assert_eq!(card.breach_at, Some(shanghai("2026-09-22T00:05:00")), "at 22:13 the night has not begun");
        let texts: Vec<_> = d.messages(card.id).await.iter().filter(|m| m.from == reception::Sender::Auto).map(|m| body(m)["text"].to_string()).collect();
        assert!(texts.len() == 1 && texts[0].contains("09-22 00:00"), "{texts:?}");
        d.check(card.id).await;
        // The group works by day from now on.
        let (owner, org) = (d.owner.clone(), d.org);
        d.write(move |tx| {
            let change = team::GroupChange { calendar: Some(None), ..Default::default() };
            team::change_group(tx, NOW.plus(S), &owner, group, change)?;
            reception::group_changed(tx, NOW.plus(S), org, group)
        }).await.expect("changed");
        assert_eq!(d.conversation(card.id).await.breach_at, Some(NOW.plus(5 * MIN)));
        d.check(card.id).await;
    }

    async fn sockets_hear_numbers_in_order_when_a_group_with_hours_gets_a_talk(db: &TestDb) {
        let d = desk(db).await;
        let night = Calendar { zone: "Asia/Shanghai".into(), week: std::array::from_fn(|_| vec![Hours { from: 0, to: 8 * 60 }]), special: vec![] };
        let new = team::NewGroup { name: "夜班组".into(), stage: Some("after".into()), members: vec![pid(&d.gu)], calendar: Some(night), ..Default::default() };
        let group = d.group(new).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let last = d.conversation(id).await.last_seq;
        db.frames();
        d.transfer(NOW.plus(S), &d.man, id, reception::To::Group(group)).await.expect("handed on");
        let frames = crate::kit::heard(&db.frames(), Topic::Conversation(id));
        let told: Vec<_> = frames.iter().filter(|f| f["on"] == "message").collect();
        let numbers: Vec<_> = told.iter().map(|f| f["message"]["seq"].as_i64().expect("a number")).collect();
        assert_eq!(numbers, [last + 1, last + 2]);
        assert_eq!(told[0]["message"]["body"]["event"], "hours");
        d.check(id).await;
    }

    async fn a_promise_rings_when_it_is_not_kept(db: &TestDb) {
        let d = desk(db).await;
        let mine = Topic::Person(pid(&d.man));
        let (buyer, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW, &d.man, id, "您稍等2分钟，我核实一下").await;
        assert_eq!(d.conversation(id).await.promise_at, Some(NOW.plus(2 * MIN)));
        d.answers(NOW.plus(MIN), &d.man, id, "查到了").await;
        assert_eq!(d.conversation(id).await.promise_at, None, "kept");
        d.asks(NOW.plus(MIN), &buyer, "怎么样").await;
        d.answers(NOW.plus(MIN), &d.man, id, "再给我3分钟").await;
        db.frames();
        d.until(NOW.plus(4 * MIN - 1)).await;
        assert_eq!(alarms(&db.frames(), mine), Vec::<String>::new());
        d.until(NOW.plus(4 * MIN)).await;
        assert_eq!(alarms(&db.frames(), mine), ["promise"]);
        assert_eq!(d.conversation(id).await.promise_at, None, "told once");
        // The agent knows better than the words: another length, or none.
        let promises = |ms| reception::Say { promise_ms: Some(ms), ..crate::kit::say(id, "稍等5分钟") };
        d.say(NOW.plus(4 * MIN), &d.man, promises(MIN)).await.expect("said");
        assert_eq!(d.conversation(id).await.promise_at, Some(NOW.plus(5 * MIN)));
        d.say(NOW.plus(4 * MIN), &d.man, promises(0)).await.expect("said");
        assert_eq!(d.conversation(id).await.promise_at, None);
        for wrong in [-1, 8 * 24 * HOUR] {
            assert_eq!(code(d.say(NOW.plus(4 * MIN), &d.man, promises(wrong)).await), "time_past");
        }
        // One made by hand, and one taken back.
        d.mark(NOW.plus(5 * MIN), &d.man, id, Mark::Promise(Some(NOW.plus(6 * MIN)))).await.expect("set");
        d.mark(NOW.plus(5 * MIN), &d.man, id, Mark::Promise(None)).await.expect("taken back");
        for wrong in [NOW.plus(5 * MIN), NOW.plus(9 * 24 * HOUR)] {
            assert_eq!(code(d.mark(NOW.plus(5 * MIN), &d.man, id, Mark::Promise(Some(wrong))).await), "time_past");
        }
        // Switched off, words are only words.
        d.set(NOW.plus(6 * MIN), "reception.promises", json!(false)).await;
        d.answers(NOW.plus(6 * MIN), &d.man, id, "稍等5分钟").await;
        assert_eq!(d.conversation(id).await.promise_at, None);
    }

    async fn a_promise_outlives_the_session_that_ended_by_itself(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW, &d.man, id, "给我半个小时，我去仓库看看").await;
        d.until(NOW.plus(10 * MIN)).await;
        let c = d.conversation(id).await;
        assert_eq!((c.state, c.promise_at), (reception::State::Closed, Some(NOW.plus(30 * MIN))));
        db.frames();
        d.until(NOW.plus(30 * MIN)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["promise"]);
        // Whoever closes a talk is done with it.
        let (_, id) = d.talk(NOW, &d.man).await;
        d.answers(NOW, &d.man, id, "给我半个小时").await;
        d.close(NOW, &d.man, id, None).await.expect("closed");
        assert_eq!(d.conversation(id).await.promise_at, None);
    }

    /// Row 306: three answers slower than two minutes.
    async fn the_third_slow_answer_of_a_session_raises_the_alarm_once(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        let mut now = NOW;
        db.frames();
        for (wait, told) in [(120 * S, 0), (121 * S, 0), (121 * S, 0), (60 * S, 0), (121 * S, 1), (121 * S, 1)] {
            now = now.plus(wait);
            d.answers(now, &d.man, id, "抱歉久等").await;
            let slow = alarms(&db.frames(), Topic::Person(pid(&d.man))).iter().filter(|a| *a == "slow").count();
            assert_eq!((slow, d.conversation(id).await.card().slow), (usize::from(told == 1 && wait == 121 * S && now == NOW.plus(543 * S)), told == 1));
            d.asks(now, &buyer, "还有").await;
        }
        d.answers(now, &d.man, id, "好").await;
        d.until(now.plus(HOUR)).await;
        d.asks(now.plus(HOUR), &buyer, "在吗").await;
        assert!(!d.conversation(id).await.card().slow, "the next session begins anew");
    }

    /// Row 286.
    async fn an_open_talk_nobody_touches_raises_an_alarm(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.until(NOW.plus(15 * MIN - 1)).await;
        db.frames();
        d.until(NOW.plus(15 * MIN)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["idle"]);
        assert!(d.conversation(id).await.idle);
        d.until(NOW.plus(3 * HOUR)).await;
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), Vec::<String>::new(), "once");
        d.mark(NOW.plus(3 * HOUR), &d.man, id, Mark::Step(1)).await.expect("touched");
        assert!(!d.conversation(id).await.idle);
        d.until(NOW.plus(3 * HOUR + 15 * MIN)).await;
        assert!(d.conversation(id).await.idle);
        // Nobody is at work at night.
        d.set(NOW.plus(4 * HOUR), "team.calendar", json!(shop_hours())).await;
        let touched = shanghai("2026-09-22T20:50:00");
        d.mark(touched, &d.man, id, Mark::Step(2)).await.expect("touched");
        d.until(shanghai("2026-09-23T09:04:59")).await;
        assert!(!d.conversation(id).await.idle);
        d.until(shanghai("2026-09-23T09:05:00")).await;
        assert!(d.conversation(id).await.idle);
    }

    async fn one_job_a_conversation_moved_and_never_piled_up(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, id) = d.talk(NOW, &d.man).await;
        assert_eq!(jobs(&d).await, [(CLOCK_JOB.to_owned(), NOW.plus(10 * S))]);
        for i in 0..20 {
            d.answers(NOW.plus(i * S), &d.man, id, "稍等2分钟").await;
            d.asks(NOW.plus(i * S), &buyer, "好").await;
            assert_eq!(jobs(&d).await.len(), 1);
        }
        d.until(NOW.plus(HOUR)).await;
        assert!(jobs(&d).await.len() <= 1);
        d.close(NOW.plus(HOUR), &d.man, id, Some("好了")).await.expect("closed");
        d.until(NOW.plus(50 * HOUR)).await;
        assert_eq!(jobs(&d).await, [], "a closed talk needs no clock");
    }

    async fn a_ring_too_early_or_twice_does_nothing_wrong(db: &TestDb) {
        let d = desk(db).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let org = d.org;
        let ring = |now: Ms| { let d = d.clone(); async move {
            let job = Job { id: Id(1), org, kind: CLOCK_JOB.into(), subject: id, due: now, stamp: 1, attempts: 1, payload: "{}".into() };
            d.write(move |tx| reception::ring(tx, now, &job)).await.expect("rung");
        }};
        let before = d.conversation(id).await;
        db.frames();
        for at in [0, 1, 5 * S, 10 * S - 1] { ring(NOW.plus(at)).await; }
        assert!(alarms(&db.frames(), Topic::Person(pid(&d.man))).is_empty());
        let after = d.conversation(id).await;
        assert_eq!((after.last_seq, after.warned, after.clock_at), (before.last_seq, 0, before.clock_at), "set again for the same moment");
        for _ in 0..3 { ring(NOW.plus(31 * S)).await; }
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.man))), ["breach"], "once, and the amber one is over");
        d.answers(NOW.plus(40 * S), &d.man, id, "在的").await;
        for _ in 0..3 { ring(NOW.plus(11 * MIN)).await; }
        assert_eq!(d.events(id).await, ["queued", "assigned", "timed_out"]);
        d.check(id).await;
        let gone = Job { id: Id(1), org, kind: CLOCK_JOB.into(), subject: Id(77), due: NOW, stamp: 1, attempts: 1, payload: "{}".into() };
        d.write(move |tx| reception::ring(tx, NOW, &gone)).await.expect("a conversation that is not there");
    }

    /// Row 117: a follow-up from a conversation.
    async fn a_follow_up_is_given_to_a_colleague_and_goes_with_its_owners_talks(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        let man = d.man.clone();
        let set = move |tx: &mut store::Tx<'_>| {
            let one = reception::remind(tx, NOW, &man, id, NOW.plus(HOUR), "回访")?;
            let two = reception::remind(tx, NOW, &man, id, NOW.plus(2 * HOUR), "补寄枕套")?;
            Ok((one, two))
        };
        let (one, two) = d.write(set).await.expect("set");
        assert_eq!((one.stage, one.shop, one.buyer.as_str()), (reception::Stage::Pre, d.shop, d.conversation(id).await.customer_name.as_str()));
        d.until(NOW.plus(HOUR)).await;
        db.frames();
        let give = |who: &base::Actor, id, to| { let (d, who) = (d.clone(), who.clone()); async move {
            d.write(move |tx| reception::give(tx, NOW.plus(HOUR), &who, id, to)).await
        }};
        for nobody in [pid(&d.man), pid(&d.li), base::Id(7)] {
            assert_eq!(code(give(&d.man, one.id, nobody).await), "agent_cannot");
        }
        assert_eq!(code(give(&d.gu, one.id, pid(&d.man)).await), "not_found", "only one's own");
        give(&d.man, one.id, pid(&d.gu)).await.expect("given");
        let held = |who: &base::Actor| { let (d, who) = (d.clone(), who.clone()); async move {
            d.read(move |tx| reception::reminders(tx, &who, None)).await.into_iter().map(|r| (r.id, r.rung)).collect::<Vec<_>>()
        }};
        assert_eq!((held(&d.man).await, held(&d.gu).await), (vec![(two.id, false)], vec![(one.id, false)]));
        d.until(NOW.plus(HOUR + S)).await;
        assert_eq!(held(&d.gu).await, [(one.id, true)]);
        assert_eq!(alarms(&db.frames(), Topic::Person(pid(&d.gu))), ["remind"], "it rings for its new owner, once");
        // Somebody else has the talk by now: one's own follow-up can be given all the same.
        d.transfer(NOW.plus(HOUR), &d.man, id, reception::To::Person(pid(&d.gu))).await.expect("handed on");
        assert!(!d.conversation(id).await.visible_to(&d.man));
        give(&d.man, two.id, pid(&d.gu)).await.expect("given");
        give(&d.gu, two.id, pid(&d.man)).await.expect("given back");
        d.online(&d.man, NOW.plus(HOUR)).await;
        d.transfer(NOW.plus(HOUR), &d.gu, id, reception::To::Person(pid(&d.man))).await.expect("handed back");
        let man = d.man.clone();
        let three = d.write(move |tx| reception::remind(tx, NOW.plus(HOUR), &man, id, NOW.plus(HOUR + 2 * S), "问尺寸")).await.expect("set");
        d.until(NOW.plus(HOUR + 3 * S)).await;
        assert_eq!(held(&d.man).await, [(three.id, true), (two.id, false)]);
        let (boss, from, to) = (d.boss.clone(), pid(&d.man), reception::To::Person(pid(&d.gu)));
        d.write(move |tx| reception::move_all(tx, NOW.plus(HOUR), &boss, from, Some(to), "他休假", None)).await.expect("moved");
        assert_eq!(held(&d.man).await, []);
        assert_eq!(held(&d.gu).await, [(one.id, true), (three.id, false), (two.id, false)], "what rang for nobody who is there rings again");
        d.until(NOW.plus(HOUR + 5 * S)).await;
        assert_eq!(held(&d.gu).await, [(one.id, true), (three.id, true), (two.id, false)]);
    }

    async fn a_reminder_rings_once_and_stays_until_done(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.gu, NOW).await;
        let mine = Topic::Person(pid(&d.man));
        let (_, id) = d.talk(NOW, &d.man).await;
        let remind = |who: &base::Actor, due: Ms| { let (d, who) = (d.clone(), who.clone()); async move {
            d.write(move |tx| reception::remind(tx, NOW, &who, id, due, "回访是否收到")).await
        }};
        for wrong in [NOW, NOW.plus(-1), NOW.plus(367 * 24 * HOUR)] { assert_eq!(code(remind(&d.man, wrong).await), "time_past"); }
        let late = remind(&d.man, NOW.plus(48 * HOUR)).await.expect("set");
        let early = remind(&d.man, NOW.plus(HOUR)).await.expect("set");
        assert_eq!(d.conversation(id).await.remind_at, Some(NOW.plus(HOUR)));
        d.answers(NOW, &d.man, id, "好的").await;
        d.close(NOW, &d.man, id, None).await.expect("closed");
        db.frames();
        d.until(NOW.plus(HOUR)).await;
        assert_eq!(alarms(&db.frames(), mine), ["remind"], "also of a closed talk");
        let mine_now = || { let (d, man) = (d.clone(), d.man.clone()); async move {
            d.read(move |tx| reception::reminders(tx, &man, None)).await.into_iter().map(|r| (r.id, r.rung)).collect::<Vec<_>>()
        }};
        assert_eq!(mine_now().await, [(early.id, true), (late.id, false)]);
        assert_eq!(d.conversation(id).await.remind_at, Some(NOW.plus(48 * HOUR)));
        // Somebody else has the talk by now; the follow-up is still its owner's.
        d.reopen(NOW.plus(2 * HOUR), &d.man, id).await.expect("open");
        d.transfer(NOW.plus(2 * HOUR), &d.man, id, reception::To::Person(pid(&d.gu))).await.expect("handed on");
        let gu = d.gu.clone();
        assert_eq!(code(d.write(move |tx| reception::done(tx, NOW.plus(2 * HOUR), &gu, early.id)).await), "not_found");
        let man = d.man.clone();
        let card = d.write(move |tx| reception::done(tx, NOW.plus(2 * HOUR), &man, early.id)).await.expect("done");
        assert_eq!((card.agent, card.last.is_none()), (Some(pid(&d.gu)), true));
        let man = d.man.clone();
        assert_eq!(code(d.write(move |tx| reception::done(tx, NOW.plus(2 * HOUR), &man, early.id)).await), "not_found");
        d.until(NOW.plus(49 * HOUR)).await;
        assert_eq!(mine_now().await, [(late.id, true)]);
    }
}
