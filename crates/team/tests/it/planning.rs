//! Rosters, papers, groups and the audit trail.

use base::{Actor, Calendar, Id, Ms, PageAsk, Topic};
use serde_json::json;
use store::on_both;
use team::{
    AuditFilter, Cell, GroupChange, NewGroup, NewPaper, NewShift, OnShift, PaperState, Rotate, ShopChange,
};

use crate::common::{NOW, TABLES, code, house, pid, somebody};

fn shanghai(text: &str) -> Ms {
    Ms(format!("{text}+08:00[Asia/Shanghai]")
        .parse::<jiff::Zoned>()
        .expect("a moment")
        .timestamp()
        .as_millisecond())
}

on_both! { TABLES;
    async fn early_and_late_shifts_rotate_two_and_two(db: &TestDb) {
        let h = house(db).await;
        let (o, org, tea) = (h.owner.clone(), h.org, h.tea);
        let (people, early, late) = db.write(move |tx| {
            let program = Actor::program(org);
            let mut people = Vec::new();
            for login in ["a1", "a2", "a3", "a4"] { people.push(pid(&somebody(tx, &program, login, "pre_sale", Some(vec![tea]))?)); }
            let early = team::add_shift(tx, NOW, &o, NewShift { name: "早班".into(), from_min: 480, to_min: 960, color: None })?.id;
            let late = team::add_shift(tx, NOW, &o, NewShift { name: "晚班".into(), from_min: 960, to_min: 1440, color: None })?.id;
            Ok((people, early, late))
        }).await.expect("made");
        let plan = Rotate { from: "2026-11-23".into(), to: "2026-12-06".into(), people: people.clone(), shifts: vec![Some(early), Some(late)], every_days: 7 };
        let s = h.supervisor.clone();
        assert_eq!(db.write(move |tx| team::rotate(tx, NOW, &s, &plan)).await, Ok(56));
        let s = h.supervisor.clone();
        let roster = db.read(move |tx| team::roster(tx, &s, "2026-11-23", "2026-12-06")).await.expect("read");
        assert_eq!((roster.days.len(), roster.days[13].as_str()), (14, "2026-12-06"));
        for day in 0..14 {
            let on = |shift: Id| roster.rows.iter().filter(|row| row.cells[day].shift == Some(shift)).count();
            assert_eq!((on(early), on(late)), (2, 2), "{}", roster.days[day]);
        }
        let first = roster.rows.iter().find(|row| row.person == people[0]).expect("there");
        assert_eq!((first.cells[6].shift, first.cells[7].shift), (Some(early), Some(late)), "they change after a week");
        let on = db.read(move |tx| team::on_shift(tx, org, shanghai("2026-11-23T08:00"))).await.expect("read");
        assert_eq!(on, [OnShift { person: people[0], shift: early }, OnShift { person: people[2], shift: early }]);
        let none = db.read(move |tx| team::on_shift(tx, org, shanghai("2026-11-23T07:59"))).await.expect("read");
        assert!(none.is_empty());
        let o = h.owner.clone();
        assert_eq!(code(db.write(move |tx| team::remove_shift(tx, NOW, &o, early)).await), "shift_in_use");
    }

    async fn a_night_shift_runs_on_past_midnight(db: &TestDb) {
        let h = house(db).await;
        let (o, org, agent) = (h.owner.clone(), h.org, pid(&h.xiaoman));
        let night = db.write(move |tx| {
            let night = team::add_shift(tx, NOW, &o, NewShift { name: "夜班".into(), from_min: 1320, to_min: 360, color: Some("#334455".into()) })?.id;
            team::set_roster(tx, NOW, &o, &[Cell { person: agent, day: "2026-12-31".into(), shift: Some(night) }])?;
            Ok(night)
        }).await.expect("made");
        for (at, runs) in [("2026-12-31T05:00", false), ("2026-12-31T21:59", false), ("2026-12-31T22:00", true), ("2027-01-01T00:00", true),
            ("2027-01-01T05:59", true), ("2027-01-01T06:00", false), ("2027-01-01T22:00", false)] {
            let on = db.read(move |tx| team::on_shift(tx, org, shanghai(at))).await.expect("read");
            assert_eq!(on == [OnShift { person: agent, shift: night }], runs, "{at}");
        }
        let o = h.owner.clone();
        db.write(move |tx| team::set_roster(tx, NOW, &o, &[Cell { person: agent, day: "2026-12-31".into(), shift: None }])).await.expect("cleared");
        assert_eq!(db.read(move |tx| team::on_shift(tx, org, shanghai("2026-12-31T23:00"))).await, Ok(vec![]));
    }

    async fn a_wrong_roster_names_what_is_wrong(db: &TestDb) {
        let h = house(db).await;
        let set = |day: &'static str| { let o = h.owner.clone(); let person = pid(&h.xiaoman); db.write(move |tx| team::set_roster(tx, NOW, &o, &[Cell { person, day: day.into(), shift: None }])) };
        for day in ["2026-02-30", "2026-2-3", "morgen", "2026-11-21T00:00"] { assert_eq!(code(set(day).await), "date", "{day}"); }
        let o = h.owner.clone();
        assert_eq!(code(db.read(move |tx| team::roster(tx, &o, "2026-11-22", "2026-11-21")).await), "range");
        let o = h.owner.clone();
        assert_eq!(code(db.read(move |tx| team::roster(tx, &o, "2020-01-01", "2026-11-21")).await), "too_many");
        for (from_min, to_min, field) in [(-1, 60, "from_min"), (1440, 60, "from_min"), (0, 1441, "to_min"), (60, 60, "to_min")] {
            let o = h.owner.clone();
            let problem = db.write(move |tx| team::add_shift(tx, NOW, &o, NewShift { name: "x".into(), from_min, to_min, color: None })).await.expect_err("refused");
            assert_eq!(problem.field.as_deref(), Some(field));
        }
    }

    async fn papers_and_editions_raise_an_alarm_before_and_at_their_end(db: &TestDb) {
        let h = house(db).await;
        const DAY: i64 = 86_400_000;
        let (o, tea, until) = (h.owner.clone(), h.tea, NOW.plus(40 * DAY));
        let paper = db.write(move |tx| {
            let new = NewPaper { kind: "licence".into(), number: "91310000MA1K".into(), valid_until: Some(until), file: None };
            team::change_shop(tx, NOW, &o, tea, ShopChange { edition: Some("旗舰版".into()), edition_until: Some(Some(NOW.plus(10 * DAY))), ..ShopChange::default() })?;
            team::add_paper(tx, NOW, &o, tea, new)
        }).await.expect("added");
        assert_eq!(paper.state, PaperState::Ok);
        let state = |at: Ms| { let o = h.owner.clone(); async move { db.read(move |tx| team::papers(tx, at, &o, tea)).await.expect("read")[0].state } };
        assert_eq!(state(NOW.plus(9 * DAY)).await, PaperState::Ok);
        assert_eq!(state(NOW.plus(10 * DAY)).await, PaperState::Expiring);
        assert_eq!(state(until).await, PaperState::Expired);
        // Runs what is due at a moment; gives the alarms raised.
        let alarms = |at: Ms| async move {
            db.frames();
            for job in db.write(move |tx| tx.claim_jobs(at, 1_000, 10)).await.expect("claimed") {
                assert!(team::JOBS.contains(&job.kind.as_str()));
                db.write(move |tx| team::run_job(tx, at, &job)).await.expect("ran");
            }
            db.frames().into_iter().filter(|live| live.frame.contains(r#""alarm":"paper""#)).map(|live| (live.topics, live.frame.to_string())).collect::<Vec<_>>()
        };
        let now = alarms(NOW).await;
        assert_eq!(now.len(), 1, "the edition is near its end already");
        assert!(now[0].1.contains(r#""paper":"edition""#) && now[0].1.contains("expiring"));
        assert_eq!(now[0].0, [Topic::Person(pid(&h.owner))], "those who look after papers");
        assert!(alarms(NOW.plus(DAY)).await.is_empty(), "once, not every day");
        let later = alarms(NOW.plus(10 * DAY)).await;
        assert_eq!(later.len(), 2, "the edition ended, the paper is near its end: {later:?}");
        assert_eq!(alarms(until).await.len(), 1);
        assert!(alarms(until.plus(DAY)).await.is_empty());
        // A renewed paper starts its clock again; a removed one has none.
        let (o, id) = (h.owner.clone(), paper.id);
        db.write(move |tx| {
            let change = team::PaperChange { valid_until: Some(Some(until.plus(365 * DAY))), ..team::PaperChange::default() };
            team::change_paper(tx, until, &o, id, change)
        }).await.expect("renewed");
        assert_eq!(db.read(|tx| tx.next_job()).await, Ok(Some(until.plus(335 * DAY))));
        let o = h.owner.clone();
        db.write(move |tx| team::set_setting(tx, until, &o, None, paper_days(), &json!(5))).await.expect("set");
        assert_eq!(db.read(|tx| tx.next_job()).await, Ok(Some(until.plus(360 * DAY))), "clocks follow the setting");
        let o = h.owner.clone();
        db.write(move |tx| team::remove_paper(tx, until, &o, id)).await.expect("removed");
        assert_eq!(db.read(|tx| tx.next_job()).await, Ok(None));
    }

    async fn groups_hold_their_stage_people_and_hours(db: &TestDb) {
        let h = house(db).await;
        let (s, tea, agent) = (h.supervisor.clone(), h.tea, pid(&h.xiaoman));
        let group = db.write(move |tx| {
            let new = NewGroup { name: "售后一组".into(), stage: Some("after".into()), shops: Some(vec![tea]), members: vec![agent, agent], overflow: vec!["pre".into()], calendar: None };
            team::add_group(tx, NOW, &s, new)
        }).await.expect("added");
        assert_eq!((group.members.clone(), group.overflow.clone()), (vec![agent], vec!["pre".to_owned()]));
        let (s, id) = (h.supervisor.clone(), group.id);
        let mut hours = Calendar::always("Asia/Shanghai");
        hours.week[0] = vec![base::Hours { from: 600, to: 500 }];
        assert_eq!(code(db.write(move |tx| team::change_group(tx, NOW, &s, id, GroupChange { calendar: Some(Some(hours.clone())), ..GroupChange::default() })).await), "calendar");
        let s = h.supervisor.clone();
        assert_eq!(code(db.write(move |tx| team::change_group(tx, NOW, &s, id, GroupChange { stage: Some(Some("later".into())), ..GroupChange::default() })).await), "choice");
        let s = h.supervisor.clone();
        let changed = db.write(move |tx| team::change_group(tx, NOW, &s, id, GroupChange { calendar: Some(Some(Calendar::always("Asia/Tokyo"))), stage: Some(None), ..GroupChange::default() })).await.expect("changed");
        assert_eq!((changed.stage, changed.calendar.map(|c| c.zone)), (None, Some("Asia/Tokyo".into())));
        let org = h.org;
        assert_eq!(db.read(move |tx| team::person(tx, org, agent)).await.expect("read").expect("there").groups, [id]);
        let zone = db.read(move |tx| team::calendar(tx, org, tea)).await.expect("read");
        assert_eq!(zone, Calendar::always("Asia/Shanghai"));
        let s = h.supervisor.clone();
        db.write(move |tx| team::remove_group(tx, NOW, &s, id)).await.expect("removed");
        assert!(db.read(move |tx| team::person(tx, org, agent)).await.expect("read").expect("there").groups.is_empty());
    }

    async fn the_audit_trail_shows_each_their_own_shops_and_pages(db: &TestDb) {
        let h = house(db).await;
        for (shop, color) in [(h.tea, "#000001"), (h.fruit, "#000002"), (h.tea, "#000003")] {
            let o = h.owner.clone();
            db.write(move |tx| team::change_shop(tx, NOW, &o, shop, ShopChange { color: Some(color.into()), ..ShopChange::default() })).await.expect("changed");
        }
        let read = |who: &Actor, filter: AuditFilter, page: PageAsk| { let who = who.clone(); db.read(move |tx| team::audit(tx, &who, &filter, &page)) };
        let changes = || AuditFilter { what: Some("shop.changed".into()), ..AuditFilter::default() };
        let page = read(&h.owner, changes(), PageAsk { limit: Some(2), cursor: None }).await.expect("read");
        assert_eq!(page.items.len(), 2);
        assert_eq!(page.items[0].data, json!({ "color": ["#000001", "#000003"] }));
        assert_eq!((page.items[0].name.as_deref(), page.items[0].subject_kind.as_str(), page.items[0].shop), (Some("linyuan"), "shop", Some(h.tea)));
        let rest = read(&h.owner, changes(), PageAsk { limit: Some(2), cursor: page.next }).await.expect("read");
        assert_eq!((rest.items.len(), rest.next), (1, None));
        let theirs = read(&h.supervisor, AuditFilter { what: Some("shop".into()), ..AuditFilter::default() }, PageAsk::default()).await.expect("read");
        assert_eq!(theirs.items.iter().map(|row| (row.event.as_str(), row.shop)).collect::<Vec<_>>(),
            [("shop.changed", Some(h.tea)), ("shop.changed", Some(h.tea)), ("shop.added", Some(h.tea))]);
        let by_owner = read(&h.owner, AuditFilter { who: h.owner.person(), ..AuditFilter::default() }, PageAsk::default()).await.expect("read");
        assert!(by_owner.items.len() == 3 && by_owner.items.iter().all(|row| row.person == h.owner.person()));
        let nothing = read(&h.owner, AuditFilter { what: Some("sh_p".into()), ..AuditFilter::default() }, PageAsk::default()).await.expect("read");
        assert!(nothing.items.is_empty(), "marks of LIKE are letters");
        let of_org = read(&h.owner, AuditFilter { what: Some("person.added".into()), ..AuditFilter::default() }, PageAsk::default()).await.expect("read");
        assert_eq!(of_org.items.len(), 4, "the other organisation's people are not among them");
    }
}

fn paper_days() -> &'static team::Setting {
    team::SETTINGS
        .iter()
        .find(|setting| setting.key == "team.paper_days")
        .expect("a setting")
}
