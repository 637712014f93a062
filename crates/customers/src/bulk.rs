//! What a file of many rows does to customers: many at once, and no event a row.

use std::collections::HashMap;

use base::{Actor, Fen, Id, Ms, Permission, Problem, snippet};
use store::{Arg, Tx, args, pad};

use crate::check;
use crate::contact::is_masked;
use crate::identity::{IdentityKind, NAME};

/// The customers whom a shop knows by these nicks, by nick; those nobody knows are made, with `run` as the
/// import that made them. Nicks come cleaned and once each; masked and empty ones name nobody and have no entry.
/// One rule with [`crate::of_buyer`]. Needs [`Permission::EditOrders`] or [`Permission::EditCustomers`], and the shop.
pub fn of_nicks(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    run: Id,
    nicks: &[&str],
) -> Result<HashMap<String, Id>, Problem> {
    let mut missing = Vec::new();
    let mut known = known_nicks(tx, who, shop, nicks)?;
    for nick in nicks {
        let value = check::line("buyer", nick, 128)?;
        if value.is_empty() || is_masked(&value) || known.contains_key(*nick) {
            continue;
        }
        let id = tx.id();
        known.insert((*nick).to_owned(), id);
        missing.push((id, snippet(&value, NAME), value));
    }
    // By nick, as the index goes: neighbours share a page.
    missing.sort_by(|a, b| a.2.cmp(&b.2));
    let mut identities = Vec::with_capacity(missing.len() * 2);
    for (id, _, value) in &missing {
        identities.extend_from_slice(args![value, *id]);
    }
    let made = tx.insert_alike(
        "INSERT INTO customer_identity (org_id, kind, shop_id, proven, created_at, value, customer_id)",
        args![who.org, IdentityKind::Nick.key(), shop, false, now],
        2,
        "ON CONFLICT (org_id, kind, shop_id, value) DO NOTHING",
        &identities,
    )?;
    if made != missing.len() as u64 {
        // Somebody else just made one: looked up again, it is theirs.
        return Err(Problem::unavailable());
    }
    missing.sort_by_key(|(id, ..)| *id);
    let folded: Vec<String> = missing.iter().map(|(_, name, _)| name.to_lowercase()).collect();
    let mut rows = Vec::with_capacity(missing.len() * 3);
    for ((id, name, _), folded) in missing.iter().zip(&folded) {
        rows.extend_from_slice(args![*id, name, folded]);
    }
    tx.insert_alike(
        "INSERT INTO customer (org_id, level, vip, vip_note, note, known, spent_fen, orders, created_at, import_run, id, \
             name, folded)",
        args![who.org, 0, false, "", "", false, 0, 0, now, run],
        3,
        "",
        &rows,
    )?;
    Ok(known)
}

/// Those of [`of_nicks`] who are known already.
pub fn known_nicks(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    nicks: &[&str],
) -> Result<HashMap<String, Id>, Problem> {
    if !who.may(Permission::EditOrders) {
        who.need(Permission::EditCustomers)?;
    }
    who.need_shop(shop)?;
    let Some(last) = nicks.last() else {
        return Ok(HashMap::new());
    };
    let sql = format!(
        "SELECT value, customer_id FROM customer_identity
         WHERE org_id = $1 AND kind = $2 AND shop_id = $3 AND value IN {}",
        Tx::in_list(4, nicks.len())
    );
    let mut arguments = args![who.org, IdentityKind::Nick.key(), shop].to_vec();
    arguments.extend(nicks.iter().map(|nick| Arg::from(*nick)));
    arguments.resize(3 + nicks.len().next_power_of_two(), Arg::from(*last));
    let found = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

/// Of these customers, those who were merged away, and into whom. Called by imports, which check the rights.
pub fn merged_of(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<HashMap<Id, Id>, Problem> {
    let sql = format!(
        "SELECT id, merged_into FROM customer WHERE org_id = $1 AND id IN {} AND merged_into IS NOT NULL",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    let found = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

/// [`merged_of`] for the customers with ids in `first..=last`.
pub fn merged_between(tx: &mut Tx<'_>, org: Id, first: Id, last: Id) -> Result<HashMap<Id, Id>, Problem> {
    let found = tx.rows(
        "SELECT id, merged_into FROM customer
         WHERE org_id = $1 AND id >= $2 AND id <= $3 AND merged_into IS NOT NULL",
        args![org, first, last],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Adds to the sums of customers what many orders brought them, as [`crate::record_purchase`] does for one:
/// customer, fen, orders. Called by imports, which check the rights.
pub fn add_purchases(tx: &mut Tx<'_>, org: Id, sums: &[(Id, Fen, i64)]) -> Result<(), Problem> {
    let mut arguments = Vec::with_capacity(sums.len() * 4);
    for (customer, fen, orders) in sums {
        arguments.extend_from_slice(args![org, *customer, *fen, *orders]);
    }
    tx.exec_many(
        "UPDATE customer SET spent_fen = spent_fen + $3, orders = orders + $4
         WHERE org_id = $1
           AND id = (SELECT COALESCE(c.merged_into, c.id) FROM customer c WHERE c.org_id = $1 AND c.id = $2)",
        4,
        &arguments,
    )?;
    Ok(())
}

/// Takes away the customers of these ids whom `run` made and nobody has touched since: no purchase, no word, no
/// block, no secret, no other identity. Answers which are gone. Called by imports, which check the rights.
pub fn forget_made(tx: &mut Tx<'_>, org: Id, run: Id, ids: &[Id]) -> Result<Vec<Id>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "DELETE FROM customer
         WHERE org_id = $1 AND import_run = $2 AND spent_fen = 0 AND orders = 0 AND vip = 0 AND level = level_raised AND note = ''
           AND vip_note = '' AND known = 0 AND merged_into IS NULL
           AND NOT EXISTS (SELECT 1 FROM customer m WHERE m.org_id = $1 AND m.merged_into = customer.id)
           AND NOT EXISTS (SELECT 1 FROM customer_block b WHERE b.org_id = $1 AND b.customer_id = customer.id)
           AND NOT EXISTS (SELECT 1 FROM customer_tagged g WHERE g.org_id = $1 AND g.customer_id = customer.id)
           AND NOT EXISTS (SELECT 1 FROM customer_consent e WHERE e.org_id = $1 AND e.customer_id = customer.id)
           AND NOT EXISTS (SELECT 1 FROM customer_plan p WHERE p.org_id = $1 AND p.customer_id = customer.id)
           AND NOT EXISTS (SELECT 1 FROM customer_entry f WHERE f.org_id = $1 AND f.customer_id = customer.id)
           AND NOT EXISTS (SELECT 1 FROM customer_secret s WHERE s.org_id = $1 AND s.customer_id = customer.id)
           AND (SELECT COUNT(*) FROM customer_identity i WHERE i.org_id = $1 AND i.customer_id = customer.id) = 1
           AND id IN {}
         RETURNING id",
        Tx::in_list(3, ids.len())
    );
    let mut arguments = args![org, run].to_vec();
    arguments.extend(pad(ids));
    let gone: Vec<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?;
    let list: Vec<Arg<'_>> = gone
        .iter()
        .flat_map(|id| [Arg::from(org), Arg::from(*id)])
        .collect();
    tx.exec_many(
        "DELETE FROM customer_identity WHERE org_id = $1 AND customer_id = $2",
        2,
        &list,
    )?;
    Ok(gone)
}

/// The customers `run` made with ids in `first..=last`.
pub fn made_by(tx: &mut Tx<'_>, org: Id, run: Id, first: Id, last: Id) -> Result<Vec<Id>, Problem> {
    tx.rows(
        "SELECT id FROM customer WHERE org_id = $1 AND id >= $3 AND id <= $4 AND import_run = $2 ORDER BY id",
        args![org, run, first, last],
        |row| row.get(0),
    )
}
