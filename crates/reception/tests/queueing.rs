//! The queue in the database: dealing, presence, capacity, coming back.

use std::collections::HashMap;

use base::{Actor, Id};
use reception::{Mark, Stage, State, To};
use store::on_both;
use team::{NewGroup, Presence};

use crate::kit::*;

/// How many open conversations each agent has, by their own rows.
pub(crate) async fn loads(d: &Desk) -> HashMap<Id, i64> {
    let org = d.org;
    d.read(move |tx| reception::loads(tx, org)).await
}

on_both! { TABLES;
    async fn two_agents_claim_and_one_gets_it(db: &TestDb) {
        let d = desk(db).await;
        for round in 0..12 {
            let buyer = d.buyer().await;
            let id = d.asks(NOW, &buyer, "在吗").await.id;
            let (a, b) = (d.clone(), d.clone());
            let one = tokio::spawn(async move { a.claim(NOW, &a.man, id).await });
            let two = tokio::spawn(async move { b.claim(NOW, &b.gu, id).await });
            let (one, two) = (one.await.expect("done"), two.await.expect("done"));
            assert_ne!(one.is_ok(), two.is_ok(), "round {round}: {one:?} {two:?}");
            let (winner, lost) = if one.is_ok() { (&d.man, two) } else { (&d.gu, one) };
            assert_eq!(code(lost), "taken");
            assert_eq!(d.conversation(id).await.agent, Some(pid(winner)));
            d.claim(NOW, winner, id).await.expect("to claim again is nothing new");
            assert_eq!(d.events(id).await, ["queued", "assigned"]);
            d.close(NOW, winner, id, Some("测试")).await.expect("closed");
        }
    }

    async fn two_routers_and_claims_at_once_deal_nobody_twice_or_too_much(db: &TestDb) {
        let d = desk(db).await;
        let mut agents = Vec::new();
        for name in ["甲", "乙", "丙"] {
            let agent = d.person(name, "pre_sale", Some(vec![d.shop]), 4).await;
            d.online(&agent, NOW).await;
            agents.push(agent);
        }
        let mut ids = Vec::new();
        for _ in 0..20 {
            let buyer = d.buyer().await;
            ids.push(d.asks(NOW, &buyer, "在吗").await.id);
        }
        let mut tasks = Vec::new();
        for i in 0..16_usize {
            let (d, agent, id) = (d.clone(), agents[i % 3].clone(), ids[(i * 7) % 20]);
            let org = d.org;
            tasks.push(tokio::spawn(async move {
                if i % 2 == 0 { drop(d.write(move |tx| reception::deal(tx, NOW, org)).await); } else { drop(d.claim(NOW, &agent, id).await); }
            }));
        }
        for task in tasks { task.await.expect("done"); }
        d.deal(NOW).await;
        let loads = loads(&d).await;
        assert_eq!(agents.iter().map(|a| loads.get(&pid(a)).copied()).collect::<Vec<_>>(), [Some(4); 3]);
        let mut open = 0;
        for id in ids {
            let assigned = d.events(id).await.iter().filter(|e| *e == "assigned").count();
            let is_open = d.conversation(id).await.state == State::Open;
            assert_eq!(assigned, usize::from(is_open));
            open += i32::from(is_open);
            d.check(id).await;
        }
        assert_eq!(open, 12);
    }

    async fn a_conversation_goes_to_its_last_agent_only_when_online_and_free(db: &TestDb) {
        let d = desk(db).await;
        let (man, gu) = (d.person("甲", "pre_sale", Some(vec![d.shop]), 1).await, d.gu.clone());
        d.online(&man, NOW).await;
        d.online(&gu, NOW).await;
        let buyer = d.buyer().await;
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        d.claim(NOW, &man, id).await.expect("claimed");
        let again = |at: i64| { let (d, buyer) = (d.clone(), buyer.clone()); async move {
            let has = d.conversation(id).await.agent.expect("an agent");
            let agent = Actor { who: base::Who::Person(has), ..d.man.clone() };
            d.close(NOW.plus(at), &agent, id, Some("好了")).await.expect("closed");
            d.asks(NOW.plus(at), &buyer, "还有").await;
        }};
        // Gu has nothing and would be the least loaded; the last one is free, so it is theirs.
        let (_, busy) = d.talk(NOW, &gu).await;
        again(MIN).await;
        d.deal(NOW.plus(MIN)).await;
        assert_eq!(d.conversation(id).await.agent, Some(pid(&man)));
        // Full: somebody else.
        d.close(NOW.plus(MIN), &man, id, Some("好了")).await.expect("closed");
        let (_, full) = d.talk(NOW.plus(MIN), &man).await;
        d.asks(NOW.plus(2 * MIN), &buyer, "还有").await;
        d.deal(NOW.plus(2 * MIN)).await;
        assert_eq!(d.conversation(id).await.agent, Some(pid(&gu)));
        // Not online: somebody else.
        d.close(NOW.plus(2 * MIN), &man, full, Some("好了")).await.expect("closed");
        d.presence(&gu, NOW.plus(2 * MIN), Presence::Busy).await;
        again(3 * MIN).await;
        d.deal(NOW.plus(3 * MIN)).await;
        assert_eq!(d.conversation(id).await.agent, Some(pid(&man)));
        let _ = busy;
    }

    async fn only_who_is_online_is_dealt_buyers(db: &TestDb) {
        let d = desk(db).await;
        let buyer = d.buyer().await;
        let id = d.asks(NOW, &buyer, "在吗").await.id;
        let dealt = |at: i64| { let d = d.clone(); async move { d.deal(NOW.plus(at)).await.is_empty() } };
        assert!(!dealt(0).await, "nobody has a socket");
        let socket = d.online(&d.man, NOW).await;
        for state in [Presence::Busy, Presence::Away, Presence::Off] {
            d.presence(&d.man, NOW, state).await;
            assert!(!dealt(1).await, "{state:?}");
        }
        d.online(&d.li, NOW).await;
        let read = d.person("阅", "read_only", None, 8).await;
        d.online(&read, NOW).await;
        let none = d.person("零", "pre_sale", Some(vec![d.shop]), 0).await;
        d.online(&none, NOW).await;
        assert!(!dealt(2).await, "another shop's, one without the right, one who takes none");
        d.presence(&d.man, NOW, Presence::Online).await;
        d.vanish(&d.man, NOW.plus(3), socket).await;
        assert!(!dealt(4).await, "chose online, but the socket is gone");
        d.online(&d.man, NOW.plus(5)).await;
        assert!(dealt(6).await);
        assert_eq!(d.conversation(id).await.agent, Some(pid(&d.man)));
    }

    async fn a_vanished_agents_buyers_return_with_their_waiting_time(db: &TestDb) {
        let d = desk(db).await;
        let socket = d.online(&d.man, NOW).await;
        let (_, waiting) = d.talk(NOW, &d.man).await;
        let (_, answered) = d.talk(NOW.plus(5 * S), &d.man).await;
        d.answers(NOW.plus(6 * S), &d.man, answered, "稍等").await;
        d.vanish(&d.man, NOW.plus(10 * S), socket).await;
        d.until(NOW.plus(10 * S + MIN - 1)).await;
        assert_eq!(d.conversation(waiting).await.state, State::Open, "a reload of the page is no absence");
        d.until(NOW.plus(10 * S + MIN)).await;
        let (w, a) = (d.conversation(waiting).await, d.conversation(answered).await);
        assert_eq!((w.state, w.queued_at, w.agent), (State::Queued, Some(NOW), None));
        assert_eq!((a.state, a.queued_at), (State::Queued, Some(NOW.plus(10 * S + MIN))));
        d.online(&d.gu, NOW.plus(2 * MIN)).await;
        d.deal(NOW.plus(2 * MIN)).await;
        assert_eq!(d.conversation(waiting).await.agent, Some(pid(&d.gu)));
        for id in [waiting, answered] { d.check(id).await; }
        // Who is back in time keeps theirs.
        let socket = d.online(&d.man, NOW.plus(3 * MIN)).await;
        let (_, kept) = d.talk(NOW.plus(3 * MIN), &d.man).await;
        d.vanish(&d.man, NOW.plus(3 * MIN), socket).await;
        d.online(&d.man, NOW.plus(3 * MIN + 59 * S)).await;
        d.until(NOW.plus(10 * MIN)).await;
        assert_eq!(d.conversation(kept).await.agent, Some(pid(&d.man)));
    }

    async fn who_may_not_answer_any_more_loses_their_talks_to_the_queue(db: &TestDb) {
        let d = desk(db).await;
        let (buyer, lost) = d.talk(NOW, &d.man).await;
        let (_, kept) = d.talk(NOW, &d.gu).await;
        let (owner, org, man, side) = (d.owner.clone(), d.org, pid(&d.man), d.side);
        d.write(move |tx| {
            let change = team::PersonChange { shops: Some(Some(vec![side])), ..Default::default() };
            team::change_person(tx, NOW.plus(S), &owner, man, change)?;
            reception::rights_changed(tx, NOW.plus(S), org, Some(man))
        }).await.expect("moved to the other shop");
        let c = d.conversation(lost).await;
        assert_eq!((c.state, c.agent, c.queued_at), (State::Queued, None, Some(NOW)));
        db.frames();
        d.asks(NOW.plus(2 * S), &buyer, "还在吗").await;
        assert_eq!(crate::kit::heard(&db.frames(), base::Topic::Person(man)), Vec::<serde_json::Value>::new());
        let (owner, gu) = (d.owner.clone(), pid(&d.gu));
        let back = d.write(move |tx| {
            assert_eq!(reception::rights_changed(tx, NOW.plus(3 * S), org, None)?, 0, "all others may");
            let role = team::role_by_key(tx, org, "read_only")?.expect("a role").id;
            let change = team::PersonChange { roles: Some(vec![role]), ..Default::default() };
            team::change_person(tx, NOW.plus(3 * S), &owner, gu, change)?;
            reception::rights_changed(tx, NOW.plus(3 * S), org, None)
        }).await.expect("another role");
        assert_eq!((back, d.conversation(kept).await.state), (1, State::Queued));
        for id in [lost, kept] { d.check(id).await; }
    }

    async fn a_waiting_buyer_rises_when_the_setting_says_and_list_and_router_agree(db: &TestDb) {
        let d = desk(db).await;
        let (early, vip) = (d.buyer().await, d.known().await);
        let first = d.asks(NOW, &early, "在吗").await;
        assert_eq!(first.rises_at, Some(NOW.plus(5 * MIN)));
        let second = d.asks(NOW.plus(S), &vip, "在吗").await;
        let (owner, customer, org) = (d.owner.clone(), crate::kit::customer(&vip), d.org);
        d.write(move |tx| {
            let change = customers::CustomerChange { vip: Some(true), ..Default::default() };
            customers::edit_customer(tx, NOW.plus(S), &owner, customer, &change)?;
            reception::customer_changed(tx, NOW.plus(S), org, customer)
        }).await.expect("a VIP");
        let orders = async |now: base::Ms| {
            let who = d.boss.clone();
            let list = d.read(move |tx| {
                let asked = reception::Asked { tab: reception::Tab::Queue, ..Default::default() };
                reception::conversations(tx, now, &who, &asked, &base::PageAsk::default())
            }).await;
            let mut queue = d.read(move |tx| reception::waiting(tx, org)).await;
            reception::sort(&mut queue, now);
            let list: Vec<Id> = list.items.iter().map(|card| card.id).collect();
            assert_eq!(list, queue.iter().map(|w| w.conversation).collect::<Vec<_>>());
            list
        };
        assert_eq!(orders(NOW.plus(2 * MIN)).await, [second.id, first.id]);
        assert_eq!(orders(NOW.plus(5 * MIN)).await, [first.id, second.id], "risen, and waiting longer");
        d.set(NOW.plus(5 * MIN), "reception.rise", serde_json::json!(600)).await;
        assert_eq!(d.conversation(first.id).await.rises_at, Some(NOW.plus(10 * MIN)));
        assert_eq!(orders(NOW.plus(5 * MIN)).await, [second.id, first.id]);
    }

    async fn each_shop_says_how_long_a_vanished_agent_is_waited_for(db: &TestDb) {
        let d = desk(db).await;
        let both = d.person("双", "pre_sale", None, 8).await;
        let socket = d.online(&both, NOW).await;
        d.set(NOW, "reception.vanished", serde_json::json!(300)).await;
        let tea = d.talk(NOW, &both).await.1;
        let visitor = d.visitor(d.side).await;
        let fruit = d.asks(NOW, &visitor, "在吗").await.id;
        d.claim(NOW, &both, fruit).await.expect("claimed");
        d.vanish(&both, NOW, socket).await;
        d.until(NOW.plus(MIN)).await;
        assert_eq!((d.conversation(fruit).await.state, d.conversation(tea).await.state), (State::Queued, State::Open));
        d.until(NOW.plus(5 * MIN)).await;
        assert_eq!(d.conversation(tea).await.state, State::Queued);
    }

    async fn a_waiting_buyer_keeps_their_time_through_every_hand(db: &TestDb) {
        let d = desk(db).await;
        let group = d.group(NewGroup { name: "组".into(), members: vec![pid(&d.man), pid(&d.gu)], ..Default::default() }).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        d.release(NOW.plus(MIN), &d.man, id).await.expect("released");
        assert_eq!(d.conversation(id).await.queued_at, Some(NOW));
        d.claim(NOW.plus(2 * MIN), &d.gu, id).await.expect("claimed");
        d.transfer(NOW.plus(3 * MIN), &d.gu, id, To::Group(group)).await.expect("to the group");
        assert_eq!(d.conversation(id).await.queued_at, Some(NOW));
        // An answered one waits from when it was put back, and no further hand moves that.
        d.claim(NOW.plus(4 * MIN), &d.man, id).await.expect("claimed");
        d.answers(NOW.plus(4 * MIN), &d.man, id, "我请同事看").await;
        d.release(NOW.plus(5 * MIN), &d.man, id).await.expect("released");
        let events = d.events(id).await.len();
        d.release(NOW.plus(6 * MIN), &d.gu, id).await.expect("it is in the queue already");
        assert_eq!(d.events(id).await.len(), events);
        d.transfer(NOW.plus(7 * MIN), &d.boss, id, To::Group(group)).await.expect("to the group");
        assert_eq!(d.conversation(id).await.queued_at, Some(NOW.plus(5 * MIN)));
        d.check(id).await;
    }

    async fn who_gave_a_buyer_back_is_dealt_them_only_when_nobody_else_can(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.man, NOW).await;
        d.online(&d.gu, NOW).await;
        let (_, id) = d.talk(NOW, &d.man).await;
        for _ in 0..3 { d.talk(NOW, &d.gu).await; }
        d.release(NOW.plus(S), &d.man, id).await.expect("released");
        d.deal(NOW.plus(S)).await;
        assert_eq!(d.conversation(id).await.agent, Some(pid(&d.gu)), "although she has more to do");
        d.presence(&d.man, NOW, Presence::Away).await;
        d.release(NOW.plus(2 * S), &d.gu, id).await.expect("released");
        d.deal(NOW.plus(2 * S)).await;
        assert_eq!(d.conversation(id).await.agent, Some(pid(&d.gu)), "alone at the desk");
    }

    async fn talks_are_routed_by_stage_and_group(db: &TestDb) {
        let d = desk(db).await;
        d.online(&d.man, NOW).await;
        d.online(&d.gu, NOW).await;
        let (man, gu) = (pid(&d.man), pid(&d.gu));
        let new = |name: &str, stage: Option<&str>, members, overflow: &[&str]| NewGroup {
            name: name.into(), stage: stage.map(Into::into), members, overflow: overflow.iter().map(|s| (*s).into()).collect(), ..Default::default()
        };
        let pre = d.group(new("售前组", Some("pre"), vec![man], &[])).await;
        d.group(new("售后组", Some("after"), vec![gu], &["pre"])).await;
        let rest = d.group(new("综合组", None, vec![man], &[])).await;
        let stage = |stage| { let d = d.clone(); async move {
            let buyer = d.buyer().await;
            let says = reception::BuyerSays { stage: Some(stage), ..as_buyer(d.shop, "在吗") };
            d.buyer_says(NOW, &buyer, says).await.expect("taken").1
        }};
        let (one, two, three) = (stage(Stage::Pre).await, stage(Stage::After).await, stage(Stage::In).await);
        assert_eq!((one.group, one.group_name.as_deref(), three.group), (Some(pre), Some("售前组"), Some(rest)));
        d.deal(NOW).await;
        for (card, agent) in [(&one, man), (&two, gu), (&three, man)] {
            assert_eq!(d.conversation(card.id).await.agent, Some(agent));
        }
        // Nobody of the pre-sale group is there; gu has one already, so she is not idle.
        d.presence(&d.man, NOW, Presence::Away).await;
        let four = stage(Stage::Pre).await;
        assert_eq!(d.deal(NOW).await.len(), 1);
        d.close(NOW, &d.gu, two.id, Some("好了")).await.expect("closed");
        d.deal(NOW).await;
        assert_eq!(d.conversation(four.id).await.agent, Some(gu), "row 275: idle after-sale agents help out");
        // A waiting buyer whose stage is set right goes to that stage's group.
        let five = stage(Stage::Pre).await;
        let card = d.mark(NOW, &d.boss, five.id, Mark::Stage(Stage::After)).await.expect("marked");
        assert_eq!(card.group_name.as_deref(), Some("售后组"));
        d.deal(NOW).await;
        assert_eq!(d.conversation(five.id).await.agent, Some(gu));
        d.check(five.id).await;
    }

    async fn capacity_binds_claims_transfers_and_reopening_too(db: &TestDb) {
        let d = desk(db).await;
        let one = d.person("一", "pre_sale", Some(vec![d.shop]), 1).await;
        d.online(&one, NOW).await;
        let (_, first) = d.talk(NOW, &one).await;
        let (_, second) = d.talk(NOW, &d.man).await;
        let buyer = d.buyer().await;
        let queued = d.asks(NOW, &buyer, "在吗").await.id;
        assert_eq!(code(d.claim(NOW, &one, queued).await), "agent_full");
        assert_eq!(code(d.transfer(NOW, &d.man, second, To::Person(pid(&one))).await), "agent_full");
        assert_eq!(code(d.transfer(NOW, &d.man, second, To::Person(pid(&d.gu))).await), "agent_offline");
        assert_eq!(code(d.transfer(NOW, &d.man, second, To::Person(pid(&d.man))).await), "already_theirs");
        d.close(NOW, &one, first, Some("好了")).await.expect("closed");
        let (_, third) = d.talk(NOW, &one).await;
        assert_eq!(code(d.reopen(NOW, &one, first).await), "agent_full");
        let read = d.person("阅", "read_only", Some(vec![d.shop]), 8).await;
        d.online(&read, NOW).await;
        assert_eq!(code(d.transfer(NOW, &d.man, second, To::Person(pid(&read))).await), "agent_cannot");
        let _ = third;
    }

    async fn a_leaving_agents_talks_are_moved_with_a_note(db: &TestDb) {
        let d = desk(db).await;
        let two = d.person("二", "pre_sale", Some(vec![d.shop]), 2).await;
        d.online(&two, NOW).await;
        let mut ids = Vec::new();
        for _ in 0..4 { ids.push(d.talk(NOW, &d.man).await.1); }
        let moving = |who: &Actor, to: Option<To>, ids: Option<Vec<Id>>| {
            let (d, who, from) = (d.clone(), who.clone(), pid(&d.man));
            async move { d.write(move |tx| reception::move_all(tx, NOW.plus(S), &who, from, to, "下班了", ids.as_deref())).await }
        };
        assert_eq!(code(moving(&d.gu, None, None).await), "forbidden");
        let moved = moving(&d.boss, None, Some(vec![ids[0]])).await.expect("moved");
        assert_eq!(moved.iter().map(|c| (c.id, c.state)).collect::<Vec<_>>(), [(ids[0], State::Queued)]);
        let moved = moving(&d.boss, Some(To::Person(pid(&two))), None).await.expect("moved");
        let states: Vec<_> = moved.iter().map(|c| (c.state, c.agent)).collect();
        assert_eq!(states, [(State::Open, Some(pid(&two))), (State::Open, Some(pid(&two))), (State::Queued, None)], "two find room, the third the queue");
        let note = d.messages(ids[1]).await.pop().expect("a message");
        assert_eq!((body(&note)["event"].clone(), body(&note)["note"].clone()), ("transferred".into(), "下班了".into()));
        assert!(moving(&d.boss, None, None).await.expect("nothing left").is_empty());
        for id in ids { d.check(id).await; }
    }

    async fn a_complaint_or_vip_in_the_queue_goes_first(db: &TestDb) {
        let d = desk(db).await;
        let mut ids = Vec::new();
        for at in 0..3 {
            let buyer = d.buyer().await;
            ids.push((d.asks(NOW.plus(at), &buyer, "在吗").await.id, customer(&buyer)));
        }
        db.frames();
        d.mark(NOW.plus(S), &d.boss, ids[2].0, Mark::Complaint(true)).await.expect("marked");
        assert!(db.frames().iter().any(|live| live.topics.contains(&base::Topic::Router)), "the router looks again");
        let (owner, vip, org) = (d.owner.clone(), ids[1].1, d.org);
        d.write(move |tx| {
            customers::edit_customer(tx, NOW, &owner, vip, &customers::CustomerChange { vip: Some(true), ..Default::default() })?;
            reception::customer_changed(tx, NOW, org, vip)
        }).await.expect("a VIP");
        let places = d.deal(NOW.plus(2 * S)).await;
        let order: Vec<_> = places.iter().map(|p| (p.conversation, p.why)).collect();
        assert_eq!(order, [(ids[2].0, None), (ids[1].0, Some("complaint")), (ids[0].0, Some("complaint"))]);
        d.mark(NOW.plus(3 * S), &d.boss, ids[2].0, Mark::Complaint(false)).await.expect("marked");
        assert_eq!(d.deal(NOW.plus(3 * S)).await[0].conversation, ids[1].0);
    }
}
