//! The queue's rules by themselves: order, dealing, places.

use base::{Id, Ms, Shops};
use proptest::prelude::*;
use reception::{Free, Stage, Waiting, effective_priority, places, plan, sort};

const RISE: i64 = 300_000;
const NOW: Ms = Ms(1_000_000);

fn waiting() -> impl Strategy<Value = Vec<Waiting>> {
    let stage = prop_oneof![Just(Stage::Pre), Just(Stage::In), Just(Stage::After)];
    let some = |most: i64| proptest::option::of((1..=most).prop_map(Id));
    let one = (1..3_i64, some(3), stage, some(6), some(6), 0..3_i64, 0..1_000_i64);
    proptest::collection::vec(one, 0..50).prop_map(|all| {
        let numbered = all.into_iter().zip(1..);
        numbered
            .map(
                |((shop, group, stage, last_agent, given_by, priority, since), id)| Waiting {
                    conversation: Id(100 + id),
                    shop: Id(shop),
                    stage,
                    group,
                    last_agent,
                    given_by,
                    priority,
                    since: Ms(since * 1_000),
                    rises_at: Some(Ms(since * 1_000 + RISE)),
                    session: 1,
                    busy_session: 0,
                },
            )
            .collect()
    })
}

fn agents() -> impl Strategy<Value = Vec<Free>> {
    let groups = proptest::collection::vec((1..=3_i64).prop_map(Id), 0..3);
    let overflow = proptest::collection::vec(
        prop_oneof![Just("pre".to_owned()), Just("after".to_owned())],
        0..2,
    );
    let shops = prop_oneof![
        Just(Shops::All),
        Just(Shops::only(vec![Id(1)])),
        Just(Shops::only(vec![Id(2)]))
    ];
    proptest::collection::vec((0..6_i64, 0..5_i64, groups, overflow, shops), 0..7).prop_map(|all| {
        let numbered = all.into_iter().zip(1..);
        numbered
            .map(|((load, capacity, groups, overflow, shops), id)| Free {
                agent: Id(id),
                name: String::new(),
                load,
                capacity,
                groups,
                overflow,
                shops,
            })
            .collect()
    })
}

/// May take this buyer at all, room apart.
fn suits(agent: &Free, waiting: &Waiting) -> bool {
    let skilled = waiting.group.is_none_or(|group| agent.groups.contains(&group));
    let helps = agent.load == 0 && agent.overflow.iter().any(|stage| stage == waiting.stage.key());
    agent.shops.has(waiting.shop) && (skilled || helps)
}

fn able(agent: &Free, waiting: &Waiting) -> bool {
    agent.load < agent.capacity && suits(agent, waiting)
}

proptest! {
    #[test]
    fn nobody_is_dealt_more_than_they_take_and_nobody_waits_beside_a_free_agent(mut queue in waiting(), before in agents()) {
        sort(&mut queue, NOW);
        let mut after = before.clone();
        let dealt = plan(&queue, &mut after);
        for (was, is) in before.iter().zip(&after) {
            let got = dealt.iter().filter(|(_, agent)| *agent == is.agent).count() as i64;
            prop_assert_eq!(was.load + got, is.load);
            prop_assert!(got == 0 || is.load <= is.capacity);
        }
        // Played again one by one, with the loads of that moment.
        let mut then = before;
        for waiting in &queue {
            let agent = dealt.iter().find(|(conversation, _)| *conversation == waiting.conversation).map(|(_, agent)| *agent);
            let could: Vec<&Free> = then.iter().filter(|agent| able(agent, waiting)).collect();
            let Some(agent) = agent else {
                prop_assert!(could.is_empty(), "{waiting:?} waits beside {could:?}");
                continue;
            };
            prop_assert!(could.iter().any(|free| free.agent == agent));
            let others = could.iter().any(|free| Some(free.agent) != waiting.given_by);
            if could.iter().any(|free| Some(free.agent) == waiting.last_agent) {
                prop_assert_eq!(Some(agent), waiting.last_agent, "the last agent first");
            } else if others {
                prop_assert_ne!(Some(agent), waiting.given_by, "who gave it back comes last");
                let share = |free: &Free| free.load * 1_000 / free.capacity;
                let least = could.iter().filter(|free| Some(free.agent) != waiting.given_by).map(|free| share(free)).min();
                let chosen = could.iter().find(|free| free.agent == agent).map(|free| share(free));
                prop_assert_eq!(chosen, least, "the least loaded");
            }
            then.iter_mut().filter(|free| free.agent == agent).for_each(|free| free.load += 1);
        }
        let mut once: Vec<Id> = dealt.iter().map(|(conversation, _)| *conversation).collect();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), dealt.len(), "one conversation, one agent");
    }

    #[test]
    fn the_queue_is_first_come_first_served_inside_a_priority(mut queue in waiting()) {
        sort(&mut queue, NOW);
        for pair in queue.windows(2) {
            let (a, b) = (effective_priority(&pair[0], NOW), effective_priority(&pair[1], NOW));
            prop_assert!(a > b || (a == b && pair[0].since <= pair[1].since));
        }
    }

    #[test]
    fn places_run_from_one_to_n_in_every_line(mut queue in waiting(), room in 0..9_i64, talk in 1_000..600_000_i64) {
        sort(&mut queue, NOW);
        let told = places(&queue, NOW, |_| (room, talk));
        prop_assert_eq!(told.len(), queue.len());
        let mut lines = std::collections::HashMap::new();
        for (waiting, place) in queue.iter().zip(&told) {
            let next = lines.entry((waiting.shop, waiting.group)).or_insert(0_i64);
            *next += 1;
            prop_assert_eq!((place.conversation, place.place), (waiting.conversation, *next));
            prop_assert_eq!(place.wait_s, (room > 0).then(|| *next * talk / room / 1_000), "nobody there, nothing promised");
            let overtaken = queue.iter().take_while(|w| w.conversation != waiting.conversation).any(|w| {
                (w.shop, w.group) == (waiting.shop, waiting.group) && w.since > waiting.since
            });
            prop_assert_eq!(place.why.is_some(), overtaken, "whoever stands behind a later one is told why");
        }
    }
}

fn one(id: i64, priority: i64, since: i64) -> Waiting {
    Waiting {
        conversation: Id(id),
        shop: Id(1),
        stage: Stage::Pre,
        group: None,
        last_agent: None,
        given_by: None,
        priority,
        since: Ms(since),
        rises_at: Some(Ms(since + RISE)),
        session: 1,
        busy_session: 0,
    }
}

fn order(queue: &[Waiting], now: i64) -> Vec<i64> {
    let mut queue = queue.to_vec();
    sort(&mut queue, Ms(now));
    queue.iter().map(|w| w.conversation.0).collect()
}

#[test]
fn complaints_and_vips_go_first_and_who_waits_five_minutes_rises_one() {
    let (normal, vip, complaint) = (one(1, 0, 0), one(2, 1, 1_000), one(3, 2, 2_000));
    let queue = [normal.clone(), vip, complaint];
    assert_eq!(order(&queue, 10_000), [3, 2, 1]);
    assert_eq!(order(&queue, 299_999), [3, 2, 1]);
    assert_eq!(
        order(&queue, 300_000),
        [3, 1, 2],
        "five minutes: level with the VIP, and there before them"
    );
    assert_eq!(
        order(&queue, 900_000),
        [3, 2, 1],
        "all have risen by now, once each"
    );
    let fresh = one(4, 1, 299_999);
    assert_eq!(order(&[normal, fresh], 300_000), [1, 4]);
}

#[test]
fn nobody_blocks_those_behind_who_need_other_groups() {
    let of = |id, group| Waiting {
        group: Some(Id(group)),
        ..one(id, 0, id)
    };
    let queue = [of(1, 1), of(2, 1), of(3, 2)];
    let agent = |id: i64, group: i64| Free {
        agent: Id(id),
        name: String::new(),
        load: 0,
        capacity: 1,
        groups: vec![Id(group)],
        overflow: vec![],
        shops: Shops::All,
    };
    assert_eq!(plan(&queue, &mut [agent(7, 2)]), [(Id(3), Id(7))]);
    assert_eq!(
        plan(&queue, &mut [agent(7, 2), agent(8, 1)]),
        [(Id(1), Id(8)), (Id(3), Id(7))]
    );
}

/// Row 275: after-sale agents take pre-sale talks when they have nothing else to do.
#[test]
fn idle_agents_of_another_group_help_out_where_their_group_says_so() {
    let pre = |id| Waiting {
        group: Some(Id(1)),
        ..one(id, 0, id)
    };
    let after = |load, overflow: &[&str]| Free {
        agent: Id(7),
        name: String::new(),
        load,
        capacity: 8,
        groups: vec![Id(2)],
        overflow: overflow.iter().map(|s| (*s).to_owned()).collect(),
        shops: Shops::All,
    };
    assert_eq!(
        plan(&[pre(1), pre(2)], &mut [after(0, &["pre"])]),
        [(Id(1), Id(7))],
        "one, then they are not idle"
    );
    assert_eq!(plan(&[pre(1)], &mut [after(1, &["pre"])]), []);
    assert_eq!(plan(&[pre(1)], &mut [after(0, &["in"])]), []);
    assert_eq!(plan(&[pre(1)], &mut [after(0, &[])]), []);
}

#[test]
fn a_later_buyer_who_stands_before_one_is_named_as_the_reason() {
    let mut queue = vec![one(1, 0, 0), one(2, 1, 1_000), one(3, 2, 2_000)];
    sort(&mut queue, Ms(5_000));
    let why: Vec<_> = places(&queue, Ms(5_000), |_| (2, 60_000))
        .into_iter()
        .map(|p| (p.conversation.0, p.place, p.wait_s, p.why))
        .collect();
    assert_eq!(
        why,
        [
            (3, 1, Some(30), None),
            (2, 2, Some(60), Some("complaint")),
            (1, 3, Some(90), Some("complaint"))
        ]
    );
}
