//! Whose an account is has changed: what it said in logs is theirs from now on.

use base::{Actor, Id, Ms, Problem};
use serde_json::{Value, json};
use store::{Job, NewJob, Tx, args};

use crate::conversation::Conversation;
use crate::logs::weave::{Change, tell, weave};

/// The job that goes through a shop's talks from logs, some at a time.
pub(crate) const ACCOUNTS_JOB: &str = "reception.accounts";
/// Talks of one piece of it.
const AT_ONCE: usize = 10;

/// The accounts of a shop changed hands: its talks from logs are attributed anew, by a job.
pub fn accounts_changed(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id) -> Result<(), Problem> {
    schedule(tx, now, org, shop, Id::NONE)
}

fn schedule(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, after: Id) -> Result<(), Problem> {
    tx.schedule(NewJob {
        org,
        kind: ACCOUNTS_JOB,
        subject: shop,
        due: now,
        payload: &json!({ "after": after }).to_string(),
    })
}

/// A piece of the job.
pub(crate) fn go_on(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    let payload: Value = serde_json::from_str(&job.payload).unwrap_or_default();
    let (org, shop, after) = (
        job.org,
        job.subject,
        payload["after"].as_i64().unwrap_or_default(),
    );
    let talks: Vec<Id> = tx.rows(
        "SELECT DISTINCT conversation_id FROM log_account
         WHERE org_id = $1 AND shop_id = $2 AND conversation_id > $3 ORDER BY conversation_id LIMIT $4",
        args![org, shop, after, AT_ONCE],
        |row| row.get(0),
    )?;
    let people = team::account_people(tx, org, shop)?;
    let mut changed = Vec::new();
    for id in &talks {
        let Some(mut conversation) = Conversation::load(tx, org, *id)? else {
            continue;
        };
        let woven = weave(tx, now, &people, &mut conversation, Change::default())?;
        changed.extend(woven.changed.map(|(from, to)| (*id, from, to)));
    }
    tell(tx, now, &Actor::program(org), shop, shop, &changed)?;
    match talks.last() {
        Some(last) if talks.len() == AT_ONCE => schedule(tx, now, org, shop, *last),
        _ => Ok(()),
    }
}
