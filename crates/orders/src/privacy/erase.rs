use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem};
use store::{Arg, Tx, args, pad};

use super::blank::blank;
use crate::filed;

/// Why the orders of a customer cannot be emptied yet, each with how many: `orders_open` (not done and not closed),
/// `parcels_here` (still to leave), `refunds_open`, `imports_open` (a file is just coming in). No right is asked.
pub fn open_orders(
    tx: &mut Tx<'_>,
    org: Id,
    customers: &[Id],
) -> Result<BTreeMap<&'static str, i64>, Problem> {
    let (list, arguments) = of(org, customers);
    let filed = filed::of_customers(&list);
    let orders = format!("o.org_id = $1 AND o.customer_id IN {list} AND o.id IN {filed}");
    let questions = [
        (
            "orders_open",
            format!(
                "SELECT COUNT(*) FROM shop_order o
                 WHERE {orders} AND o.order_status = 'open' AND o.pay_status <> 'refunded'"
            ),
        ),
        (
            "parcels_here",
            format!(
                "SELECT COUNT(DISTINCT p.id) FROM shop_order o
                 JOIN parcel_order q ON q.org_id = o.org_id AND q.order_id = o.id
                 JOIN parcel p ON p.org_id = q.org_id AND p.id = q.parcel_id
                 WHERE {orders} AND p.state IN ('waiting', 'held', 'passed', 'printed', 'packed')"
            ),
        ),
        (
            "refunds_open",
            format!(
                "SELECT COUNT(*) FROM shop_order o
                 WHERE {orders} AND (o.after_status = 'open' OR EXISTS
                   (SELECT 1 FROM order_refund r WHERE r.org_id = o.org_id AND r.order_id = o.id AND r.status = 'open'))"
            ),
        ),
    ];
    let mut open = BTreeMap::new();
    for (code, sql) in questions {
        let count: i64 = tx.value(&sql, &arguments)?.unwrap_or_default();
        if count > 0 {
            open.insert(code, count);
        }
    }
    let running: Option<i64> = tx.value(
        "SELECT COUNT(*) FROM import_run
         WHERE org_id = $1 AND state IN ('waiting', 'running', 'cancelling', 'undoing')",
        args![org],
    )?;
    if let Some(count) = running.filter(|count| *count > 0) {
        open.insert("imports_open", count);
    }
    Ok(open)
}

/// How many orders of a customer still hold the person.
pub fn erasable_orders(tx: &mut Tx<'_>, org: Id, customers: &[Id]) -> Result<i64, Problem> {
    let (list, arguments) = of(org, customers);
    let sql = format!("SELECT COUNT(*) FROM shop_order o WHERE {}", left(&list));
    Ok(tx.value(&sql, &arguments)?.unwrap_or_default())
}

/// Takes the person out of some of a customer's orders; answers of how many, 0 when none is left. Called by whoever
/// works on an erasure, which asked the rights.
pub fn erase_orders(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customers: &[Id],
    limit: usize,
) -> Result<usize, Problem> {
    let (list, arguments) = of(who.org, customers);
    let sql = format!(
        "SELECT o.id FROM shop_order o WHERE {} ORDER BY o.id LIMIT {limit}",
        left(&list)
    );
    let orders: Vec<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?;
    blank(tx, now, who, &orders)?;
    Ok(orders.len())
}

fn of(org: Id, customers: &[Id]) -> (String, Vec<Arg<'static>>) {
    let mut arguments = vec![Arg::from(org)];
    arguments.extend(pad(customers));
    (Tx::in_list(2, customers.len()), arguments)
}

/// Orders of these customers that still hold the person.
fn left(list: &str) -> String {
    let filed = filed::of_customers(list);
    format!(
        "o.org_id = $1 AND o.customer_id IN {list} AND o.id IN {filed}
         AND NOT EXISTS (SELECT 1 FROM order_erased e WHERE e.org_id = o.org_id AND e.order_id = o.id)"
    )
}
