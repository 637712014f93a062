use std::collections::HashSet;

use base::{Actor, Id, Ms, Problem};
use serde_json::json;
use store::{Arg, Event, Tx, pad};

use crate::archive;

/// Of these orders, those whose person was taken out.
pub(crate) fn erased_among(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<HashSet<Id>, Problem> {
    if orders.is_empty() {
        return Ok(HashSet::new());
    }
    let (list, arguments) = listed(org, orders);
    let sql = format!("SELECT order_id FROM order_erased WHERE org_id = $1 AND order_id IN {list}");
    Ok(tx.rows(&sql, &arguments, |row| row.get(0))?.into_iter().collect())
}

/// Takes the person out of these orders: who receives them, notes and remarks, what files told beside, what was said
/// of refunds and in reviews, numbers of parcels, and what is remembered of former states. The log tells that it was
/// done, and no more.
pub(crate) fn blank(tx: &mut Tx<'_>, now: Ms, who: &Actor, orders: &[Id]) -> Result<(), Problem> {
    if orders.is_empty() {
        return Ok(());
    }
    let (list, arguments) = listed(who.org, orders);
    let mut run = |sql: &str| tx.exec(&sql.replace("{list}", &list), &arguments);
    // What is remembered of them goes first: it is found by refunds and promises that are still there.
    run("DELETE FROM import_row WHERE org_id = $1 AND kind IN ('order', 'review') AND row_id IN {list}")?;
    run(
        "DELETE FROM import_row WHERE org_id = $1 AND kind = 'refund' AND row_id IN
           (SELECT r.id FROM order_refund r WHERE r.org_id = $1 AND r.order_id IN {list})",
    )?;
    run("DELETE FROM ask_address WHERE org_id = $1 AND ask_id IN
           (SELECT a.id FROM order_ask a WHERE a.org_id = $1 AND a.order_id IN {list})")?;
    run("UPDATE order_ask SET text = '', decided_note = '' WHERE org_id = $1 AND order_id IN {list}")?;
    run("DELETE FROM order_secret WHERE org_id = $1 AND order_id IN {list}")?;
    run(
        "UPDATE order_refund SET explained = NULL, back_waybill = NULL, rev = rev + 1
         WHERE org_id = $1 AND order_id IN {list}",
    )?;
    run("UPDATE order_review SET text = '' WHERE org_id = $1 AND order_id IN {list}")?;
    run("UPDATE status_line SET why = '' WHERE org_id = $1 AND order_id IN {list}")?;
    let whose: Vec<(Id, Id, Option<Id>)> = tx.rows(
        &format!(
            "UPDATE shop_order SET remark = NULL, buyer_note = NULL, extra = NULL, waybill = NULL, rev = rev + 1
             WHERE org_id = $1 AND id IN {list} RETURNING id, shop_id, customer_id"
        ),
        &arguments,
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let marks: Vec<Arg<'_>> = orders
        .iter()
        .flat_map(|order| [Arg::from(who.org), Arg::from(*order), Arg::from(now)])
        .collect();
    tx.insert_many(
        "INSERT INTO order_erased (org_id, order_id, at)",
        3,
        "ON CONFLICT (org_id, order_id) DO NOTHING",
        &marks,
    )?;
    parcels(tx, who.org, &list, &arguments)?;
    archive::later(tx, who.org, whose.iter().filter_map(|(.., customer)| *customer))?;
    for (order, shop, _) in whose {
        tx.blank_log(who.org, order, &["waybill"])?;
        tx.emit(Event {
            at: now,
            who,
            shop,
            kind: "order.erased",
            subject: order,
            data: json!({}),
        })?;
    }
    Ok(())
}

/// Parcels nobody else's order is in.
fn parcels(tx: &mut Tx<'_>, org: Id, list: &str, arguments: &[Arg<'_>]) -> Result<(), Problem> {
    let sql = format!(
        "SELECT DISTINCT p.parcel_id FROM parcel_order p WHERE p.org_id = $1 AND p.order_id IN {list}
           AND NOT EXISTS (SELECT 1 FROM parcel_order o WHERE o.org_id = p.org_id AND o.parcel_id = p.parcel_id
             AND NOT EXISTS (SELECT 1 FROM order_erased e WHERE e.org_id = o.org_id AND e.order_id = o.order_id))"
    );
    let parcels: Vec<Id> = tx.rows(&sql, arguments, |row| row.get(0))?;
    if parcels.is_empty() {
        return Ok(());
    }
    let (list, arguments) = listed(org, &parcels);
    for sql in [
        "UPDATE parcel SET waybill = NULL, address_hash = '', rev = rev + 1 WHERE org_id = $1 AND id IN {list}",
        "DELETE FROM parcel_sent WHERE org_id = $1 AND parcel_id IN {list}",
        "UPDATE desk_alarm SET waybill = NULL WHERE org_id = $1 AND waybill IS NOT NULL AND parcel_id IN {list}",
        "DELETE FROM parcel_trace WHERE org_id = $1 AND parcel_id IN {list}",
        "UPDATE parcel_hold SET text = '', mark = '' WHERE org_id = $1 AND parcel_id IN {list}",
        "UPDATE parcel_pass SET error_note = '' WHERE org_id = $1 AND error_note IS NOT NULL AND parcel_id IN {list}",
        "UPDATE desk_trouble SET text = '', solution = ''
         WHERE org_id = $1 AND parcel_id IS NOT NULL AND parcel_id IN {list}",
    ] {
        tx.exec(&sql.replace("{list}", &list), &arguments)?;
    }
    for parcel in parcels {
        tx.blank_log(org, parcel, &["waybill"])?;
    }
    Ok(())
}

/// What stands behind `IN`, and the arguments: the organisation, then the ids.
fn listed(org: Id, ids: &[Id]) -> (String, Vec<Arg<'static>>) {
    let mut arguments = vec![Arg::from(org)];
    arguments.extend(pad(ids));
    (Tx::in_list(2, ids.len()), arguments)
}
