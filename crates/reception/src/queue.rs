//! Who is dealt which waiting buyer, and what the others are told. The plan is pure.

use std::collections::HashMap;

use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde_json::json;
use store::{Event, Tx, args, record};

use crate::automatic::{Fill, pick_busy};
use crate::book::Entry;
use crate::conversation::{Conversation, Stage, State};
use crate::message::Message;
use crate::rules::{RISE, Rules};
use crate::thread::Shown;

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
        /// 0 normal, 1 VIP, 2 complaint.
        pub priority: i64 = "priority",
        /// When the buyer began to wait.
        pub since: Ms = "queued_at",
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

/// The priority a waiting buyer has now: one more after `rise_ms`.
pub fn effective_priority(waiting: &Waiting, now: Ms, rise_ms: i64) -> i64 {
    waiting.priority + i64::from(now.since(waiting.since) >= rise_ms)
}

/// Sorts the queue: priority (risen after five minutes), then who waits longest.
pub fn sort(queue: &mut [Waiting], now: Ms, rise_ms: impl Fn(Id) -> i64) {
    queue.sort_by_key(|w| (-effective_priority(w, now, rise_ms(w.shop)), w.since, w.conversation));
}

/// Deals the sorted queue: each buyer, in order, to the last agent if free, else to the least loaded
/// of those who may take them. Nobody gets more than their capacity; who finds no agent waits on,
/// without holding up those behind who need others.
pub fn plan(queue: &[Waiting], agents: &mut [Free]) -> Vec<(Id, Id)> {
    let mut dealt = Vec::new();
    for waiting in queue {
        let able = |agent: &Free| agent.load < agent.capacity && agent.shops.has(waiting.shop) && suits(agent, waiting);
        let last = agents.iter().position(|a| Some(a.agent) == waiting.last_agent && able(a));
        let least = || {
            let free = agents.iter().enumerate().filter(|(_, a)| able(a));
            free.min_by_key(|(_, a)| (a.load * 1_000 / a.capacity.max(1), a.load, a.agent)).map(|(index, _)| index)
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
    /// Expected wait in seconds.
    pub wait_s: i64,
    /// Why somebody may stand before one who came earlier: `complaint`, `vip`, `transfer`.
    pub why: Option<&'static str>,
}

/// The places of a sorted queue; buyers of one shop and group stand in one line. Expected wait by
/// Little's law: with `room` places among agents and talks of `talk_ms` on average, one place gets
/// free every `talk_ms / room`.
pub fn places(queue: &[Waiting], now: Ms, rise_ms: impl Fn(Id) -> i64, line: impl Fn(&Waiting) -> (i64, i64)) -> Vec<Place> {
    let mut lines: HashMap<(Id, Option<Id>), Vec<&Waiting>> = HashMap::new();
    let mut out = Vec::new();
    for waiting in queue {
        let ahead = lines.entry((waiting.shop, waiting.group)).or_default();
        let place = ahead.len() as i64 + 1;
        let (room, talk_ms) = line(waiting);
        let mine = effective_priority(waiting, now, rise_ms(waiting.shop));
        let passed = ahead.iter().filter(|w| w.since > waiting.since && effective_priority(w, now, rise_ms(w.shop)) > mine);
        let why = passed.map(|w| if w.priority >= 2 { "complaint" } else { "vip" }).min();
        out.push(Place { conversation: waiting.conversation, place, wait_s: place * talk_ms / room.max(1) / 1_000, why });
        ahead.push(waiting);
    }
    out
}

/// Most buyers dealt in one transaction; the rest follows in the next.
const DEAL_AT_ONCE: usize = 50;
/// The length of a talk where none is known yet.
const TALK_MS: i64 = 300_000;

/// What dealing came to.
#[derive(Clone, Debug)]
pub struct Dealt {
    /// How many buyers got an agent.
    pub dealt: usize,
    /// Whether to deal again at once.
    pub more: bool,
    /// Those who wait on.
    pub places: Vec<Place>,
}

/// Deals waiting buyers of an organisation to its free agents. Run by one router at a time; what
/// two routers would both do, the store lets only one of them commit.
pub fn deal(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<Dealt, Problem> {
    let mut queue = waiting(tx, org)?;
    if queue.is_empty() {
        return Ok(Dealt { dealt: 0, more: false, places: Vec::new() });
    }
    let rise = rises(tx, org, &queue)?;
    let rise_of = |shop: Id| rise.get(&shop).copied().unwrap_or(300_000);
    sort(&mut queue, now, rise_of);
    let mut agents = free(tx, now, org)?;
    let mut dealt = plan(&queue, &mut agents);
    let more = dealt.len() > DEAL_AT_ONCE;
    dealt.truncate(DEAL_AT_ONCE);
    let program = Actor::program(org);
    for (conversation, agent) in &dealt {
        let Some(mut conversation) = Conversation::load(tx, org, *conversation)? else { continue };
        let name = agents.iter().find(|a| a.agent == *agent).map(|a| a.name.clone()).unwrap_or_default();
        let message = assign(tx, now, &mut conversation, *agent, &name, &json!({"event": "assigned", "to": agent, "name": name}))?;
        conversation.finish(tx, &[message], Shown::ToShop)?;
        tx.emit(Event {
            at: now,
            who: &program,
            shop: conversation.shop,
            kind: "conversation.assigned",
            subject: conversation.id,
            data: json!({"agent": [null, agent]}),
        })?;
    }
    queue.retain(|w| !dealt.iter().any(|(conversation, _)| *conversation == w.conversation));
    let talk = talk_ms(tx, org, now)?;
    let room = |waiting: &Waiting| {
        let able = agents.iter().filter(|a| a.shops.has(waiting.shop) && waiting.group.is_none_or(|g| a.groups.contains(&g)));
        (able.map(|a| a.capacity).sum(), talk)
    };
    let places = places(&queue, now, rise_of, room);
    for (waiting, place) in queue.iter().zip(&places) {
        say_busy(tx, now, org, waiting, place)?;
    }
    Ok(Dealt { dealt: dealt.len(), more, places })
}

/// Gives a conversation to an agent. The caller finishes it.
pub(crate) fn assign(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation, agent: Id, name: &str, body: &serde_json::Value) -> Result<Message, Problem> {
    let message = conversation.note(tx, now, body, Entry::Assigned(agent))?;
    conversation.state = State::Open;
    conversation.agent = Some(agent);
    conversation.agent_name = Some(name.to_owned());
    conversation.queued_at = None;
    Ok(message)
}

/// Everybody of the organisation who waits, unsorted.
pub fn waiting(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Waiting>, Problem> {
    tx.rows(
        "SELECT id, shop_id, stage, group_id, agent_id, priority, queued_at, session, busy_session FROM conversation
         WHERE org_id = $1 AND state = 'queued'",
        args![org],
        Waiting::read,
    )
}

/// The agents who are online, with what they have.
pub fn free(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<Vec<Free>, Problem> {
    let loads = loads(tx, org)?;
    let ready = team::ready(tx, now, org)?;
    let groups = team::groups_of_org(tx, org)?;
    Ok(ready
        .into_iter()
        .filter(|r| r.presence == team::Presence::Online && r.permissions.has(base::Permission::Talk))
        .map(|r| Free {
            agent: r.person,
            load: loads.get(&r.person).copied().unwrap_or(0),
            capacity: r.capacity,
            overflow: groups.iter().filter(|g| r.groups.contains(&g.id)).flat_map(|g| g.overflow.clone()).collect(),
            groups: r.groups,
            shops: r.shops,
            name: r.nick,
        })
        .collect())
}

/// How many open conversations each agent has.
pub fn loads(tx: &mut Tx<'_>, org: Id) -> Result<HashMap<Id, i64>, Problem> {
    let rows = tx.rows(
        "SELECT agent_id, count(*) FROM conversation WHERE org_id = $1 AND state = 'open' GROUP BY agent_id",
        args![org],
        |row| Ok((row.get::<Option<Id>>(0)?.unwrap_or_default(), row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

fn rises(tx: &mut Tx<'_>, org: Id, queue: &[Waiting]) -> Result<HashMap<Id, i64>, Problem> {
    let mut rises = HashMap::new();
    for waiting in queue {
        if !rises.contains_key(&waiting.shop) {
            let (_, rules) = Rules::now(tx, org, waiting.shop)?;
            rises.insert(waiting.shop, rules.ms(&RISE));
        }
    }
    Ok(rises)
}

/// The mean length of the last talks of the past two hours.
fn talk_ms(tx: &mut Tx<'_>, org: Id, now: Ms) -> Result<i64, Problem> {
    let mean: Option<Option<i64>> = tx.value(
        "SELECT CAST(AVG(ended_at - started_at) AS BIGINT) FROM (
           SELECT started_at, ended_at FROM session
           WHERE org_id = $1 AND shop_id > 0 AND started_at > $2 AND ended_at IS NOT NULL LIMIT 50) AS lately",
        args![org, now.plus(-7_200_000)],
    )?;
    Ok(mean.flatten().filter(|ms| *ms > 0).unwrap_or(TALK_MS))
}

/// Tells a waiting buyer, once a session, that it takes longer.
fn say_busy(tx: &mut Tx<'_>, now: Ms, org: Id, waiting: &Waiting, place: &Place) -> Result<(), Problem> {
    if waiting.busy_session == waiting.session {
        return Ok(());
    }
    let Some(mut conversation) = Conversation::load(tx, org, waiting.conversation)? else { return Ok(()) };
    let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
    if !rules.calendar.is_open(now) {
        return Ok(());
    }
    let Some(text) = pick_busy(&rules.automatic.busy, now, place.place, place.wait_s) else { return Ok(()) };
    conversation.busy_session = conversation.session;
    let fill = Fill { place: place.place, wait_s: place.wait_s, ..Fill::default() };
    let message = crate::say::auto(tx, now, &mut conversation, text, fill)?;
    conversation.finish(tx, &[message], Shown::ToThose)
}

/// Wakes the router of an organisation.
pub(crate) fn wake(tx: &mut Tx<'_>, org: Id) {
    tx.live(Live { topics: vec![Topic::Router], frame: org.to_string().into() });
}

/// The conversations of agents who vanished go back to the queue.
pub fn requeue_vanished(tx: &mut Tx<'_>, now: Ms, org: Id, agent: Id) -> Result<usize, Problem> {
    let back = team::ready(tx, now, org)?.iter().any(|r| r.person == agent);
    if back {
        return Ok(0);
    }
    let ids: Vec<Id> = tx.rows(
        "SELECT id FROM conversation WHERE org_id = $1 AND agent_id = $2 AND state = 'open'",
        args![org, agent],
        |row| row.get(0),
    )?;
    let program = Actor::program(org);
    for id in &ids {
        let Some(mut conversation) = Conversation::load(tx, org, *id)? else { continue };
        requeue(tx, now, &program, &mut conversation, &json!({"event": "requeued", "why": "vanished"}))?;
    }
    Ok(ids.len())
}

/// Puts a conversation back into the queue; the buyer keeps the time they have waited from.
pub(crate) fn requeue(tx: &mut Tx<'_>, now: Ms, who: &Actor, conversation: &mut Conversation, body: &serde_json::Value) -> Result<(), Problem> {
    let message = conversation.note(tx, now, body, Entry::Queued)?;
    let before = conversation.agent.take();
    conversation.agent_name = None;
    conversation.state = State::Queued;
    conversation.queued_at = Some(conversation.waiting_since.unwrap_or(now));
    conversation.finish(tx, &[message], Shown::ToShop)?;
    tx.emit(Event {
        at: now,
        who,
        shop: conversation.shop,
        kind: "conversation.requeued",
        subject: conversation.id,
        data: json!({"agent": [before, null]}),
    })?;
    wake(tx, conversation.org);
    Ok(())
}

/// The job that takes the conversations of an agent who vanished.
pub const VANISHED_JOB: &str = "reception.vanished";

/// An agent lost their last socket: unless they are back in time, their conversations return to the
/// queue.
pub fn agent_vanished(tx: &mut Tx<'_>, now: Ms, org: Id, agent: Id) -> Result<(), Problem> {
    let seconds = team::setting(tx, org, Id::NONE, &crate::rules::VANISHED)?.as_i64().unwrap_or(60);
    let due = now.plus(seconds * 1_000);
    tx.schedule(store::NewJob { org, kind: VANISHED_JOB, subject: agent, due, payload: "{}" })
}

/// Does a job of this room; answers whether it was one.
pub fn run_job(tx: &mut Tx<'_>, now: Ms, job: &store::Job) -> Result<bool, Problem> {
    match job.kind.as_str() {
        crate::thread::CLOCK_JOB => crate::clock::ring(tx, now, job)?,
        VANISHED_JOB => drop(requeue_vanished(tx, now, job.org, job.subject)?),
        _ => return Ok(false),
    }
    Ok(true)
}
