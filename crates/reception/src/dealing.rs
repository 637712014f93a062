//! Dealing the queue in the database, and what puts a conversation back into it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde_json::json;
use store::{Arg, Tx, args};

use crate::automatic::{Fill, auto, pick_busy};
use crate::book::Entry;
use crate::conversation::{Conversation, State};
use crate::message::Message;
use crate::queue::{Free, Place, Waiting, places, plan, sort};
use crate::rules::{RISE, Rules};
use crate::telling::{Shown, changed};

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
        return Ok(Dealt {
            dealt: 0,
            more: false,
            places: Vec::new(),
        });
    }
    sort(&mut queue, now);
    let mut agents = free(tx, now, org)?;
    let mut dealt = plan(&queue, &mut agents);
    let more = dealt.len() > DEAL_AT_ONCE;
    dealt.truncate(DEAL_AT_ONCE);
    let program = Actor::program(org);
    for (conversation, agent) in &dealt {
        let Some(mut conversation) = Conversation::load(tx, org, *conversation)? else {
            continue;
        };
        let name = agents
            .iter()
            .find(|a| a.agent == *agent)
            .map(|a| a.name.clone())
            .unwrap_or_default();
        let message = assign(
            tx,
            now,
            &mut conversation,
            *agent,
            &name,
            &json!({"event": "assigned", "to": agent, "name": name}),
        )?;
        conversation.finish(tx, &[message], Shown::ToShop)?;
        changed(
            tx,
            now,
            &program,
            &conversation,
            "conversation.assigned",
            json!({"agent": [null, agent]}),
        )?;
    }
    queue.retain(|w| {
        !dealt
            .iter()
            .any(|(conversation, _)| *conversation == w.conversation)
    });
    if queue.is_empty() {
        return Ok(Dealt {
            dealt: dealt.len(),
            more,
            places: Vec::new(),
        });
    }
    let mut talks = HashMap::new();
    for waiting in &queue {
        if let std::collections::hash_map::Entry::Vacant(unknown) = talks.entry(waiting.shop) {
            unknown.insert(talk_ms(tx, org, waiting.shop, now)?);
        }
    }
    let room = |waiting: &Waiting| {
        let able = agents
            .iter()
            .filter(|a| a.shops.has(waiting.shop) && waiting.group.is_none_or(|g| a.groups.contains(&g)));
        (
            able.map(|a| a.capacity).sum(),
            talks.get(&waiting.shop).copied().unwrap_or(TALK_MS),
        )
    };
    let places = places(&queue, now, room);
    // Whoever is dealt in the next slice does not wait.
    for (waiting, place) in queue.iter().zip(&places).filter(|_| !more) {
        say_busy(tx, now, org, waiting, place)?;
    }
    Ok(Dealt {
        dealt: dealt.len(),
        more,
        places,
    })
}

/// Gives a conversation to an agent. The caller finishes it.
pub(crate) fn assign(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &mut Conversation,
    agent: Id,
    name: &str,
    body: &serde_json::Value,
) -> Result<Message, Problem> {
    let message = conversation.note(tx, now, body, Entry::Assigned(agent))?;
    conversation.state = State::Open;
    conversation.agent = Some(agent);
    conversation.agent_name = Some(name.to_owned());
    (conversation.queued_at, conversation.rises_at) = (None, None);
    conversation.given_by = None;
    Ok(message)
}

impl Conversation {
    /// The buyer waits for an agent since `at`, and counts one priority more some time later (a setting).
    pub(crate) fn wait_from(&mut self, tx: &mut Tx<'_>, at: Ms) -> Result<(), Problem> {
        let (_, rules) = Rules::now(tx, self.org, self.shop)?;
        (self.queued_at, self.rises_at) = (Some(at), Some(at.plus(rules.ms(&RISE))));
        Ok(())
    }
}

/// Everybody of the organisation who waits, unsorted.
pub fn waiting(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Waiting>, Problem> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {} FROM conversation WHERE org_id = $1 AND state = 'queued'",
            Waiting::COLUMNS
        )
    });
    tx.rows(&SQL, args![org], Waiting::read)
}

/// Those of these conversations that wait for an agent.
pub fn still_waiting(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<HashSet<Id>, Problem> {
    let mut out = HashSet::new();
    for some in ids.chunks(256) {
        let sql = format!(
            "SELECT id FROM conversation WHERE org_id = $1 AND state = 'queued' AND id IN {}",
            Tx::in_list(2, some.len())
        );
        let args: Vec<Arg<'_>> = std::iter::once(Arg::from(org)).chain(store::pad(some)).collect();
        out.extend(tx.rows(&sql, &args, |row| row.get::<Id>(0))?);
    }
    Ok(out)
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
            overflow: groups
                .iter()
                .filter(|g| r.groups.contains(&g.id))
                .flat_map(|g| g.overflow.clone())
                .collect(),
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

/// How many open conversations one agent has.
pub(crate) fn load_of(tx: &mut Tx<'_>, org: Id, agent: Id) -> Result<i64, Problem> {
    let sql = "SELECT count(*) FROM conversation WHERE org_id = $1 AND agent_id = $2 AND state = 'open'";
    Ok(tx.value(sql, args![org, agent])?.unwrap_or(0))
}

/// The mean length of the shop's last talks of the past two hours.
fn talk_ms(tx: &mut Tx<'_>, org: Id, shop: Id, now: Ms) -> Result<i64, Problem> {
    let mean: Option<Option<i64>> = tx.value(
        "SELECT CAST(AVG(ended_at - started_at) AS BIGINT) FROM (
           SELECT started_at, ended_at FROM session
           WHERE org_id = $1 AND shop_id = $2 AND started_at > $3 AND ended_at IS NOT NULL
           ORDER BY started_at DESC LIMIT 50) AS lately",
        args![org, shop, now.plus(-7_200_000)],
    )?;
    Ok(mean.flatten().filter(|ms| *ms > 0).unwrap_or(TALK_MS))
}

/// Tells a waiting buyer, once a session, that it takes longer.
fn say_busy(tx: &mut Tx<'_>, now: Ms, org: Id, waiting: &Waiting, place: &Place) -> Result<(), Problem> {
    if waiting.busy_session == waiting.session {
        return Ok(());
    }
    let Some(mut conversation) = Conversation::load(tx, org, waiting.conversation)? else {
        return Ok(());
    };
    let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
    if !conversation.calendar(&rules).is_open(now) {
        return Ok(());
    }
    let Some(text) = pick_busy(
        &rules.automatic.busy,
        now,
        place.place,
        place.wait_s,
        conversation.language.as_deref(),
    ) else {
        return Ok(());
    };
    conversation.busy_session = conversation.session;
    let fill = Fill {
        place: place.place,
        wait_s: place.wait_s,
        ..Fill::default()
    };
    let message = auto(tx, now, &mut conversation, text, fill)?;
    conversation.finish(tx, &[message], Shown::ToThose)
}

/// Wakes the router of an organisation.
pub(crate) fn wake(tx: &mut Tx<'_>, org: Id) {
    tx.live(Live {
        topics: vec![Topic::Router],
        frame: org.to_string().into(),
    });
}

/// Puts a conversation back into the queue; the buyer keeps the time they have waited from. `before` are messages
/// of the same step with lower numbers, which sockets hear first.
pub(crate) fn requeue(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &mut Conversation,
    before: Option<Message>,
    body: &serde_json::Value,
) -> Result<(), Problem> {
    let message = conversation.note(tx, now, body, Entry::Queued)?;
    let agent = conversation.agent.take();
    conversation.agent_name = None;
    let since = conversation
        .queued_at
        .filter(|_| conversation.state == State::Queued);
    conversation.state = State::Queued;
    let since = since.or(conversation.waiting_since).unwrap_or(now);
    conversation.wait_from(tx, since)?;
    let told: Vec<Message> = before.into_iter().chain([message]).collect();
    conversation.finish(tx, &told, Shown::ToShop)?;
    let data = json!({"agent": [agent, null]});
    changed(tx, now, who, conversation, "conversation.requeued", data)?;
    wake(tx, conversation.org);
    Ok(())
}
