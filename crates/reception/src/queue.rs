//! Who is dealt which waiting buyer, and what the others are told. The plan is pure.

use std::collections::HashMap;

use base::{Id, Ms};
use store::record;

use crate::conversation::Stage;

record! {
    /// A waiting buyer, as the queue sees them.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Waiting {
        /// The conversation.
        pub conversation: Id = "id",
        /// The shop.
        pub shop: Id = "shop_id",
        /// Stage of the sale.
        pub stage: Stage = "stage",
        /// The skill group it is meant for.
        pub group: Option<Id> = "group_id",
        /// The agent who had it last; gets it again when online and free.
        pub last_agent: Option<Id> = "agent_id",
        /// The agent who gave it back; gets it again only when nobody else can.
        pub given_by: Option<Id> = "given_by",
        /// 0 normal, 1 VIP, 2 complaint.
        pub priority: i64 = "priority",
        /// When the buyer began to wait.
        pub since: Ms = "queued_at",
        /// From when on they count one priority more.
        pub rises_at: Option<Ms> = "rises_at",
        /// Session number, and the one in which the buyer was told that it takes longer.
        pub session: i64 = "session",
        /// See `session`.
        pub busy_session: i64 = "busy_session",
    }
}

/// An agent, as the queue sees them.
#[derive(Clone, Debug, PartialEq)]
pub struct Free {
    /// The person.
    pub agent: Id,
    /// Display name.
    pub name: String,
    /// Conversations they have.
    pub load: i64,
    /// How many they take at once.
    pub capacity: i64,
    /// Their skill groups.
    pub groups: Vec<Id>,
    /// Stages they take when they have nothing else to do.
    pub overflow: Vec<String>,
    /// Their shops.
    pub shops: base::Shops,
}

/// The priority a waiting buyer has now.
pub fn effective_priority(waiting: &Waiting, now: Ms) -> i64 {
    place_of(waiting.priority, waiting.rises_at, now)
}

/// The priority a wait has now, one more once it rose.
fn place_of(priority: i64, rises_at: Option<Ms>, now: Ms) -> i64 {
    priority + i64::from(rises_at.is_some_and(|at| at <= now))
}

/// The order of the queue: priority (risen after five minutes), then who waits longest. The one place where it
/// stands; lists and places follow it.
pub(crate) fn before(
    now: Ms,
    priority: i64,
    rises_at: Option<Ms>,
    since: Option<Ms>,
    conversation: Id,
) -> impl Ord + use<> {
    (-place_of(priority, rises_at, now), since, conversation)
}

/// Sorts the queue, whose turn it is first.
pub fn sort(queue: &mut [Waiting], now: Ms) {
    queue.sort_by_key(|w| before(now, w.priority, w.rises_at, Some(w.since), w.conversation));
}

/// Deals the sorted queue: each buyer, in order, to the last agent if free, else to the least loaded
/// of those who may take them, whoever gave them back last of all. Nobody gets more than their capacity; who finds no agent waits on,
/// without holding up those behind who need others.
pub fn plan(queue: &[Waiting], agents: &mut [Free]) -> Vec<(Id, Id)> {
    let mut dealt = Vec::new();
    for waiting in queue {
        let able = |agent: &Free| {
            agent.load < agent.capacity && agent.shops.has(waiting.shop) && suits(agent, waiting)
        };
        let last = agents
            .iter()
            .position(|a| Some(a.agent) == waiting.last_agent && able(a));
        let least = || {
            let free = agents.iter().enumerate().filter(|(_, a)| able(a));
            free.min_by_key(|(_, a)| {
                (
                    Some(a.agent) == waiting.given_by,
                    a.load * 1_000 / a.capacity.max(1),
                    a.load,
                    a.agent,
                )
            })
            .map(|(index, _)| index)
        };
        if let Some(index) = last.or_else(least) {
            agents[index].load += 1;
            dealt.push((waiting.conversation, agents[index].agent));
        }
    }
    dealt
}

/// By skill group; an idle agent of another group helps out where the group's setting says so.
fn suits(agent: &Free, waiting: &Waiting) -> bool {
    match waiting.group {
        None => true,
        Some(group) if agent.groups.contains(&group) => true,
        Some(_) => agent.load == 0 && agent.overflow.iter().any(|stage| stage == waiting.stage.key()),
    }
}

/// What a buyer in the queue is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The conversation.
    pub conversation: Id,
    /// From 1.
    pub place: i64,
    /// Expected wait in seconds; none while nobody who could take the talk is there.
    pub wait_s: Option<i64>,
    /// Why somebody may stand before one who came earlier: `complaint`, `vip`, `transfer`.
    pub why: Option<&'static str>,
}

/// The places of a sorted queue; buyers of one shop and group stand in one line. Expected wait by
/// Little's law: with `room` places among agents and talks of `talk_ms` on average, one place gets
/// free every `talk_ms / room`.
pub fn places(queue: &[Waiting], now: Ms, line: impl Fn(&Waiting) -> (i64, i64)) -> Vec<Place> {
    let mut lines: HashMap<(Id, Option<Id>), Vec<&Waiting>> = HashMap::new();
    let mut out = Vec::new();
    for waiting in queue {
        let ahead = lines.entry((waiting.shop, waiting.group)).or_default();
        let place = ahead.len() as i64 + 1;
        let (room, talk_ms) = line(waiting);
        let mine = effective_priority(waiting, now);
        let passed = ahead
            .iter()
            .filter(|w| w.since > waiting.since && effective_priority(w, now) > mine);
        let why = passed
            .map(|w| if w.priority >= 2 { "complaint" } else { "vip" })
            .min();
        out.push(Place {
            conversation: waiting.conversation,
            place,
            wait_s: (room > 0).then(|| place * talk_ms / room / 1_000),
            why,
        });
        ahead.push(waiting);
    }
    out
}
