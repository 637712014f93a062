//! Agents who are gone without a word: what they had goes back to the queue.

use base::{Actor, Id, Ms, Permission, Problem};
use serde_json::{Value, json};
use store::{Job, NewJob, Tx, args};

use crate::conversation::Conversation;
use crate::dealing::requeue;
use crate::rules::{Rules, VANISHED};

/// The job that takes the conversations of an agent who vanished.
pub const VANISHED_JOB: &str = "reception.vanished";

/// An agent lost their last socket: unless they are back in time (a setting of each shop), their
/// conversations return to the queue.
pub fn agent_vanished(tx: &mut Tx<'_>, now: Ms, org: Id, agent: Id) -> Result<(), Problem> {
    take_back(tx, now, org, agent, now)
}

/// The time is up for some conversations at least.
pub(crate) fn ring(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    let gone = serde_json::from_str(&job.payload)
        .map(|payload: Value| payload["gone"].as_i64())
        .ok()
        .flatten();
    take_back(tx, now, job.org, job.subject, gone.map_or(job.due, Ms))
}

/// Takes what is due of an agent who is gone since `gone` and sets the clock for the rest.
fn take_back(tx: &mut Tx<'_>, now: Ms, org: Id, agent: Id, gone: Ms) -> Result<(), Problem> {
    let mut next: Option<Ms> = None;
    for (id, shop) in if_gone(tx, now, org, agent)? {
        let (_, rules) = Rules::now(tx, org, shop)?;
        let due = gone.plus(rules.ms(&VANISHED));
        if due > now {
            next = Some(next.map_or(due, |next| next.min(due)));
        } else {
            back_to_queue(tx, now, org, id, "vanished")?;
        }
    }
    let Some(due) = next else { return Ok(()) };
    let payload = json!({"gone": gone}).to_string();
    tx.schedule(NewJob {
        org,
        kind: VANISHED_JOB,
        subject: agent,
        due,
        payload: &payload,
    })
}

/// What an agent has (conversation and shop), if no socket of theirs is alive.
fn if_gone(tx: &mut Tx<'_>, now: Ms, org: Id, agent: Id) -> Result<Vec<(Id, Id)>, Problem> {
    if team::is_there(tx, now, org, agent)? {
        return Ok(Vec::new());
    }
    held_by(tx, org, agent)
}

/// The open conversations of an agent, with their shops.
fn held_by(tx: &mut Tx<'_>, org: Id, agent: Id) -> Result<Vec<(Id, Id)>, Problem> {
    tx.rows(
        "SELECT id, shop_id FROM conversation WHERE org_id = $1 AND agent_id = $2 AND state = 'open' ORDER BY id",
        args![org, agent],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

fn back_to_queue(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id, why: &'static str) -> Result<(), Problem> {
    let Some(mut conversation) = Conversation::load(tx, org, id)? else {
        return Ok(());
    };
    if conversation.ended_before(tx, now)? {
        return Ok(());
    }
    let body = json!({"event": "requeued", "why": why});
    requeue(tx, now, &Actor::program(org), &mut conversation, None, &body)
}

/// The rights of a person, or of everybody with a role (`None`), changed: what somebody has and may not answer any
/// more (another shop's, or without the right to talk) goes back to the queue. Answers how many went.
pub fn rights_changed(tx: &mut Tx<'_>, now: Ms, org: Id, person: Option<Id>) -> Result<usize, Problem> {
    let agents = match person {
        Some(person) => vec![person],
        None => tx.rows(
            "SELECT DISTINCT agent_id FROM conversation WHERE org_id = $1 AND state = 'open' AND agent_id IS NOT NULL",
            args![org],
            |row| row.get(0),
        )?,
    };
    let mut back = 0;
    for agent in agents {
        let held = held_by(tx, org, agent)?;
        if held.is_empty() {
            continue;
        }
        let now_may = team::actor_of(tx, org, agent)?.filter(|who| who.may(Permission::Talk));
        for (id, shop) in held {
            if !now_may.as_ref().is_some_and(|who| who.shops.has(shop)) {
                back_to_queue(tx, now, org, id, "rights")?;
                back += 1;
            }
        }
    }
    Ok(back)
}
