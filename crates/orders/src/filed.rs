//! Which orders a customer has (`customer_order`).
//!
//! An order says itself whose it is; what stands here leads to it. Orders of an import come in here some hundred
//! thousand at once, customer by customer (`import/filing.rs`): beside each order, every one of them would touch a
//! page of its own.

use base::{Id, Problem};
use store::{Tx, args};

/// Ids of orders that may be those of customer `$2` of organisation `$1`: `id IN` it, `AND customer_id = $2`.
pub(crate) const OF_CUSTOMER: &str =
    "(SELECT f.order_id FROM customer_order f WHERE f.org_id = $1 AND f.customer_id = $2)";

/// Ids of orders that may be those of one of several customers; `list` is what stands behind `IN`.
pub(crate) fn of_customers(list: &str) -> String {
    format!("(SELECT f.order_id FROM customer_order f WHERE f.org_id = $1 AND f.customer_id IN {list})")
}

/// Files orders: customer and order. Those that are there already stay.
pub(crate) fn keep(tx: &mut Tx<'_>, org: Id, entries: &[(Id, Id)]) -> Result<(), Problem> {
    let mut arguments = Vec::with_capacity(entries.len() * 2);
    for (customer, order) in entries {
        arguments.extend_from_slice(args![*customer, *order]);
    }
    tx.insert_alike(
        "INSERT INTO customer_order (org_id, customer_id, order_id)",
        args![org],
        2,
        "ON CONFLICT (org_id, customer_id, order_id) DO NOTHING",
        &arguments,
    )?;
    Ok(())
}

/// Takes orders out.
pub(crate) fn forget(tx: &mut Tx<'_>, org: Id, entries: &[(Id, Id)]) -> Result<(), Problem> {
    let mut arguments = Vec::with_capacity(entries.len() * 3);
    for (customer, order) in entries {
        arguments.extend_from_slice(args![org, *customer, *order]);
    }
    tx.exec_many(
        "DELETE FROM customer_order WHERE org_id = $1 AND customer_id = $2 AND order_id = $3",
        3,
        &arguments,
    )?;
    Ok(())
}

/// Files an order of which the customer may have changed.
pub(crate) fn turn(
    tx: &mut Tx<'_>,
    org: Id,
    order: Id,
    was: Option<Id>,
    is: Option<Id>,
) -> Result<(), Problem> {
    if was == is {
        return Ok(());
    }
    let entry = |customer: Option<Id>| customer.map(|customer| (customer, order));
    forget(tx, org, entry(was).as_slice())?;
    keep(tx, org, entry(is).as_slice())
}
