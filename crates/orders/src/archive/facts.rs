use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Problem};
use customers::{Figures, LastProblem};
use store::{Arg, Tx, args, pad};

use super::place::place;
use crate::filed;
use crate::status::{AfterStatus, OrderStatus, PayStatus};

/// Tells the archive what the orders of these customers come to, as they stand now. Called in the transaction that
/// wrote them; told anew each time, so that what was taken back is not told any more.
pub(crate) fn tell(tx: &mut Tx<'_>, now: Ms, who: &Actor, customers: &[Id]) -> Result<(), Problem> {
    let ids: BTreeSet<Id> = customers.iter().copied().collect();
    let ids: Vec<Id> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(());
    }
    let figures = figures(tx, who.org, &ids)?;
    let told: Vec<(Id, Figures)> = figures.into_iter().collect();
    customers::keep_figures(tx, now, who, &told)
}

/// Notes that these customers are to be told soon: for slices of imports, where their rows lie anywhere.
pub(crate) fn later(tx: &mut Tx<'_>, org: Id, customers: impl Iterator<Item = Id>) -> Result<(), Problem> {
    let ids: BTreeSet<Id> = customers.collect();
    let rows: Vec<Arg<'_>> = ids.into_iter().map(Arg::from).collect();
    tx.insert_alike(
        "INSERT INTO archive_due (org_id, customer_id)",
        args![org],
        1,
        "ON CONFLICT (org_id, customer_id) DO NOTHING",
        &rows,
    )?;
    Ok(())
}

/// Tells of some customers who are due; answers how many there were. Called by the binary's loop. While an import
/// runs its organisation waits: not all of its orders are filed with their customers yet.
pub fn work(tx: &mut Tx<'_>, now: Ms, limit: usize) -> Result<usize, Problem> {
    let due: Vec<(Id, Id)> = tx.rows(
        "SELECT d.org_id, d.customer_id FROM archive_due d
         WHERE NOT EXISTS (SELECT 1 FROM import_run r WHERE r.org_id = d.org_id AND r.state = 'running')
         ORDER BY d.org_id, d.customer_id LIMIT $1",
        args![limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut by_org = BTreeMap::<Id, Vec<Id>>::new();
    for (org, customer) in &due {
        by_org.entry(*org).or_default().push(*customer);
    }
    for (org, customers) in by_org {
        tell(tx, now, &Actor::program(org), &customers)?;
        let sql = format!(
            "DELETE FROM archive_due WHERE org_id = $1 AND customer_id IN {}",
            Tx::in_list(2, customers.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(&customers));
        tx.exec(&sql, &arguments)?;
    }
    Ok(due.len())
}

/// Tells of the customers whose orders are in a parcel.
pub(crate) fn of_parcel(tx: &mut Tx<'_>, now: Ms, who: &Actor, parcel: Id) -> Result<(), Problem> {
    let customers: Vec<Id> = tx.rows(
        "SELECT o.customer_id FROM parcel_order p JOIN shop_order o ON o.org_id = p.org_id AND o.id = p.order_id
         WHERE p.org_id = $1 AND p.parcel_id = $2 AND o.customer_id IS NOT NULL",
        args![who.org, parcel],
        |row| row.get(0),
    )?;
    tell(tx, now, who, &customers)
}

fn figures(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<BTreeMap<Id, Figures>, Problem> {
    let mut all: BTreeMap<Id, Figures> = ids.iter().map(|id| (*id, Figures::default())).collect();
    let list = Tx::in_list(2, ids.len());
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    orders(tx, &list, &arguments, &mut all)?;
    troubles(tx, &list, &arguments, &mut all)?;
    let filed = filed::of_customers(&list);
    let sql = format!(
        "SELECT o.customer_id, s.address FROM shop_order o
         JOIN order_secret s ON s.org_id = o.org_id AND s.order_id = o.id
         WHERE o.org_id = $1 AND o.customer_id IN {list} AND o.id IN {filed} AND o.counted_customer IS NOT NULL AND s.address IS NOT NULL"
    );
    for (id, address) in tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<Id>(0)?, row.get::<String>(1)?))
    })? {
        if let (Some(is), Some(place)) = (all.get_mut(&id), place(&address)) {
            is.regions.insert(place);
        }
    }
    let sql = format!(
        "SELECT o.customer_id, l.sku_id FROM shop_order o
         JOIN order_line l ON l.org_id = o.org_id AND l.order_id = o.id
         WHERE o.org_id = $1 AND o.customer_id IN {list} AND o.id IN {filed} AND o.counted_customer IS NOT NULL AND l.sku_id IS NOT NULL"
    );
    for (id, sku) in tx.rows(&sql, &arguments, |row| Ok((row.get::<Id>(0)?, row.get::<Id>(1)?)))? {
        if let Some(is) = all.get_mut(&id) {
            is.skus.insert(sku);
        }
    }
    Ok(all)
}

/// When they paid, when a deal was completed, and which orders had after-sale.
fn orders(
    tx: &mut Tx<'_>,
    list: &str,
    arguments: &[Arg<'_>],
    all: &mut BTreeMap<Id, Figures>,
) -> Result<(), Problem> {
    struct One {
        customer: Id,
        order: Id,
        counts: bool,
        began: Ms,
        done: Option<Ms>,
        trouble: bool,
        changed: Ms,
    }
    let filed = filed::of_customers(list);
    let sql = format!(
        "SELECT customer_id, id, counted_customer, COALESCE(paid_at, sort_at), order_status,
                COALESCE(done_at, signed_at, changed_at, sort_at), after_status, pay_status, refund_fen,
                COALESCE(changed_at, sort_at)
         FROM shop_order WHERE org_id = $1 AND customer_id IN {list} AND id IN {filed}"
    );
    let rows = tx.rows(&sql, arguments, |row| {
        let done = row.get::<String>(4)? == OrderStatus::Done.key();
        let after = row.get::<String>(6)? != AfterStatus::None.key()
            || row.get::<String>(7)? == PayStatus::Refunded.key()
            || row.get::<Option<i64>>(8)?.is_some_and(|fen| fen > 0);
        Ok(One {
            customer: row.get(0)?,
            order: row.get(1)?,
            counts: row.get::<Option<Id>>(2)?.is_some(),
            began: row.get(3)?,
            done: if done { row.get(5)? } else { None },
            trouble: after,
            changed: row.get(9)?,
        })
    })?;
    for one in rows {
        let Some(is) = all.get_mut(&one.customer) else {
            continue;
        };
        if one.counts {
            is.first_paid_at = Some(is.first_paid_at.map_or(one.began, |at| at.min(one.began)));
            is.last_paid_at = is.last_paid_at.max(Some(one.began));
            if let Some(done) = one.done {
                is.member_since = Some(is.member_since.map_or(done, |at| at.min(done)));
            }
        }
        if one.trouble {
            is.refunds += 1;
            went_wrong(is, one.changed, "refund", one.order);
        }
    }
    Ok(())
}

/// Troubles with the parcels of their orders.
fn troubles(
    tx: &mut Tx<'_>,
    list: &str,
    arguments: &[Arg<'_>],
    all: &mut BTreeMap<Id, Figures>,
) -> Result<(), Problem> {
    let filed = filed::of_customers(list);
    // A parcel with several orders of one customer is one trouble.
    let sql = format!(
        "SELECT o.customer_id, t.id, t.kind, t.at, MIN(o.id) FROM shop_order o
         JOIN parcel_order p ON p.org_id = o.org_id AND p.order_id = o.id
         JOIN desk_trouble t ON t.org_id = p.org_id AND t.parcel_id = p.parcel_id
         WHERE o.org_id = $1 AND o.customer_id IN {list} AND o.id IN {filed} AND t.parcel_id IS NOT NULL
         GROUP BY o.customer_id, t.id, t.kind, t.at"
    );
    let rows = tx.rows(&sql, arguments, |row| {
        let (customer, kind, at, order): (Id, String, Ms, Id) =
            (row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((customer, kind, at, order))
    })?;
    for (customer, kind, at, order) in rows {
        if let Some(is) = all.get_mut(&customer) {
            is.troubles += 1;
            went_wrong(is, at, &kind, order);
        }
    }
    Ok(())
}

fn went_wrong(is: &mut Figures, at: Ms, kind: &str, order: Id) {
    if is.problem.as_ref().is_none_or(|last| last.at <= at) {
        is.problem = Some(LastProblem {
            at,
            kind: kind.to_owned(),
            order: Some(order),
        });
    }
}
