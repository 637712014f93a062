use base::{Actor, Fen, Id, Ms, Problem};
use serde_json::json;
use store::{Event, Tx, args};

use crate::contact::{Contact, is_masked};
use crate::customer::Customer;

/// Longest note kept when two are joined, in characters.
const NOTE: usize = 4_000;

/// Merges the anonymous customer `from` into `into`: identities, blocks, secrets, notes and sums move, and
/// `from` stays as a name that leads to `into`.
pub(crate) fn merge(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, from: Id, into: Id) -> Result<(), Problem> {
    let gone = Customer::get(tx, org, from)?.ok_or_else(Problem::not_found)?;
    let kept = Customer::get(tx, org, into)?.ok_or_else(Problem::not_found)?;
    for table in ["customer_identity", "customer_block"] {
        let sql = format!("UPDATE {table} SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2");
        tx.exec(&sql, args![org, from, into])?;
    }
    move_secrets(tx, org, from, into)?;
    tx.exec(
        "UPDATE customer SET level = $3, vip = $4, vip_note = $5, note = $6, spent_fen = $7, orders = $8
         WHERE org_id = $1 AND id = $2",
        args![
            org,
            into,
            kept.level.max(gone.level),
            kept.vip || gone.vip,
            &joined(&kept.vip_note, &gone.vip_note),
            &joined(&kept.note, &gone.note),
            Fen(kept.spent_fen.0 + gone.spent_fen.0),
            kept.orders + gone.orders
        ],
    )?;
    tx.exec(
        "UPDATE customer SET merged_into = $3, spent_fen = 0, orders = 0, note = '', vip_note = ''
         WHERE org_id = $1 AND id = $2",
        args![org, from, into],
    )?;
    let who = Actor::buyer(org, shop, into);
    let data = json!({ "merged_into": [null, into] });
    tx.emit(Event {
        at: now,
        who: &who,
        shop,
        kind: "customer.merged",
        subject: from,
        data,
    })
}

/// What the known customer lacks is filled; nothing secret stays behind.
fn move_secrets(tx: &mut Tx<'_>, org: Id, from: Id, into: Id) -> Result<(), Problem> {
    let gone = Contact::get(tx, org, from)?;
    if gone == Contact::default() {
        return Ok(());
    }
    let kept = Contact::get(tx, org, into)?;
    let fill = |kept: Option<String>, gone: Option<String>| match (kept, gone) {
        (Some(kept), Some(gone)) if is_masked(&kept) && !is_masked(&gone) => Some(gone),
        (kept, gone) => kept.or(gone),
    };
    let is = Contact {
        real_name: fill(kept.real_name, gone.real_name),
        phone: fill(kept.phone, gone.phone),
        address: fill(kept.address, gone.address),
    };
    is.put(tx, org, into)?;
    tx.exec(
        "DELETE FROM customer_secret WHERE org_id = $1 AND customer_id = $2",
        args![org, from],
    )?;
    Ok(())
}

fn joined(kept: &str, gone: &str) -> String {
    match (kept.is_empty(), gone.is_empty()) {
        (_, true) => kept.to_owned(),
        (true, false) => gone.to_owned(),
        (false, false) => format!("{kept}\n{gone}").chars().take(NOTE).collect(),
    }
}
