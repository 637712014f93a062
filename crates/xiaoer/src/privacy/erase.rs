use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Ms, Problem};
use customers::{Erasure, ErasureState};
use serde::Serialize;
use serde_json::json;
use store::{Job, NewJob, Tx};

/// The job that erases a customer, a piece with each run; its subject is the erasure.
pub(crate) const JOB: &str = "privacy.erase";
/// Orders and messages of one piece.
const ORDERS: usize = 16;
const MESSAGES: usize = 200;
/// How long an erasure waits for what is open before it looks again.
const AGAIN_MS: i64 = 600_000;

/// Why a customer cannot be erased now.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub(crate) struct Blocker {
    /// `talks_open`, `orders_open`, `parcels_here`, `refunds_open` or `imports_open`.
    pub code: &'static str,
    /// How many.
    pub count: i64,
}

/// What erasing a customer would do.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub(crate) struct ErasePreview {
    /// Who would be erased.
    pub customer: Id,
    /// What they are called: to be written once more by whoever erases them.
    pub name: String,
    /// What has to end first.
    pub blockers: Vec<Blocker>,
    /// How many of what would be removed: `identities`, `contacts`, `tags`, `consents`, `plans`, `entries`, `orders`
    /// (of whom the person is taken out), `messages`, `talks`, `files`.
    pub removed: BTreeMap<String, i64>,
    /// Orders whose amounts stay for the books.
    pub kept_orders: i64,
    /// What those paid orders come to.
    pub kept_fen: Fen,
    /// The erasure, where it was asked for already.
    pub erasure: Option<Erasure>,
}

/// What erasing a customer would do. Rights as [`customers::may_erase`].
pub(crate) fn preview(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<ErasePreview, Problem> {
    customers::may_erase(who)?;
    let org = who.org;
    let id = customers::survivor(tx, org, id)?;
    let ids = customers::ids_of(tx, org, id)?;
    let program = Actor::program(org);
    let is = customers::customer(tx, now, &program, id)?.customer;
    let mut removed = customers::erasable(tx, org, &ids)?;
    let orders = orders::privacy::erasable_orders(tx, org, &ids)?;
    removed.insert("orders".to_owned(), orders);
    removed.extend(reception::privacy::erasable_talks(tx, org, &ids)?);
    removed.retain(|_, count| *count > 0);
    Ok(ErasePreview {
        customer: id,
        name: is.name,
        blockers: blockers(tx, org, &ids)?,
        removed,
        kept_orders: is.orders,
        kept_fen: is.spent_fen,
        erasure: customers::erasure_of(tx, org, id)?,
    })
}

fn blockers(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<Vec<Blocker>, Problem> {
    let mut open = reception::privacy::open_talks(tx, org, ids)?;
    open.extend(orders::privacy::open_orders(tx, org, ids)?);
    let blocker = |(code, count)| Blocker { code, count };
    Ok(open.into_iter().map(blocker).collect())
}

/// Erases a customer: refused with `erasure_blocked` and its `blockers` while something of theirs is open, else who
/// they are is gone with this transaction, and the rest piece by piece soon after. Asked again it answers with the
/// erasure that is there. `confirm` and `key` as in [`customers::begin_erasure`].
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    confirm: &str,
    key: &str,
) -> Result<Erasure, Problem> {
    customers::may_erase(who)?;
    let org = who.org;
    let id = customers::survivor(tx, org, id)?;
    if let Some(there) = customers::erasure_of(tx, org, id)? {
        return Ok(there);
    }
    let ids = customers::ids_of(tx, org, id)?;
    let open = blockers(tx, org, &ids)?;
    if !open.is_empty() {
        let detail = "Something of this customer is still open; end it first.";
        return Err(Problem::conflict("erasure_blocked", detail).with("blockers", json!(open)));
    }
    let erasure = customers::begin_erasure(tx, now, who, id, confirm, key)?;
    for one in ids {
        reception::customer_changed(tx, now, org, one)?;
    }
    again(tx, org, erasure.id, now)?;
    Ok(erasure)
}

fn again(tx: &mut Tx<'_>, org: Id, erasure: Id, due: Ms) -> Result<(), Problem> {
    tx.schedule(NewJob {
        org,
        kind: JOB,
        subject: erasure,
        due,
        payload: "{}",
    })
}

/// Does the next piece of an erasure and puts the one after on the list, in one transaction: killed at any place, it
/// goes on where it was.
pub(crate) fn step(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    let org = job.org;
    let Some(mut one) = customers::erasure(tx, org, job.subject)? else {
        return Ok(());
    };
    if one.state == ErasureState::Done {
        return Ok(());
    }
    let who = Actor::program(org);
    let ids = customers::ids_of(tx, org, one.customer)?;
    let open = blockers(tx, org, &ids)?;
    one.why = open.iter().map(|blocker| blocker.code.to_owned()).collect();
    if !one.why.is_empty() {
        one.state = ErasureState::Waiting;
        customers::note_erasure(tx, now, &who, &one)?;
        return again(tx, org, one.id, now.plus(AGAIN_MS));
    }
    one.state = ErasureState::Running;
    piece(tx, now, &who, &mut one, &ids)?;
    customers::note_erasure(tx, now, &who, &one)?;
    match one.state {
        ErasureState::Done => Ok(()),
        _ => again(tx, org, one.id, now),
    }
}

/// One piece; a stage ends when nothing of it is left.
fn piece(tx: &mut Tx<'_>, now: Ms, who: &Actor, one: &mut Erasure, ids: &[Id]) -> Result<(), Problem> {
    let org = who.org;
    let mut count = |name: &str, more: i64| {
        if more > 0 {
            *one.removed.entry(name.to_owned()).or_default() += more;
        }
    };
    let next = match one.stage.as_str() {
        "" | "orders" => {
            let done = orders::privacy::erase_orders(tx, now, who, ids, ORDERS)?;
            count("orders", done as i64);
            if done == 0 { "talks" } else { "orders" }
        }
        "talks" => {
            let done = reception::privacy::erase_talks(tx, now, who, ids, MESSAGES)?;
            count("messages", done.messages);
            count("files", done.files);
            if done.done { "questions" } else { "talks" }
        }
        "questions" => {
            let talks = reception::privacy::talks_of(tx, org, ids)?;
            knowledge::forget_proposals(tx, now, who, &talks)?;
            knowledge::forget_listing_notes(tx, org, &talks)?;
            for id in ids {
                knowledge::forget_customer(tx, org, *id)?;
                reception::customer_changed(tx, now, org, *id)?;
            }
            "cells"
        }
        _ => {
            match orders::privacy::forget_cells(tx, org, Id(one.place))? {
                Some((run, changed)) => {
                    count("cells", changed);
                    one.place = run.0;
                }
                None => one.state = ErasureState::Done,
            }
            "cells"
        }
    };
    next.clone_into(&mut one.stage);
    Ok(())
}
