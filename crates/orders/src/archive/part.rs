use base::{Actor, Fen, Id, Ms, Problem};
use serde_json::json;
use store::{Arg, Event, Tx, args};

use super::facts::tell;
use crate::filed::{self, OF_CUSTOMER};

/// Writes down which orders went from one customer to another.
pub(crate) fn moved(
    tx: &mut Tx<'_>,
    org: Id,
    from: Id,
    into: Id,
    orders: &[(Id, Id)],
) -> Result<(), Problem> {
    let rows: Vec<Arg<'_>> = orders
        .iter()
        .flat_map(|(order, _)| {
            [
                Arg::from(org),
                Arg::from(from),
                Arg::from(into),
                Arg::from(*order),
            ]
        })
        .collect();
    tx.insert_many(
        "INSERT INTO archive_moved (org_id, from_id, into_id, order_id)",
        4,
        "ON CONFLICT (org_id, from_id, into_id, order_id) DO NOTHING",
        &rows,
    )?;
    Ok(())
}

/// Gives a customer who was parted from another the orders back that came from them and still stand with the other;
/// the sums of both follow from their orders. Called when `customer.parted` is read; twice does no harm.
pub fn give_back_customer(tx: &mut Tx<'_>, now: Ms, who: &Actor, from: Id, into: Id) -> Result<(), Problem> {
    if customers::survivor(tx, who.org, from)? != from {
        return Err(Problem::not_found());
    }
    let given: Vec<(Id, Id)> = tx.rows(
        "UPDATE shop_order SET customer_id = $3, rev = rev + 1,
             counted_customer = CASE WHEN counted_customer IS NULL THEN NULL ELSE $3 END
         WHERE org_id = $1 AND customer_id = $2
           AND id IN (SELECT m.order_id FROM archive_moved m WHERE m.org_id = $1 AND m.from_id = $3 AND m.into_id = $2)
         RETURNING id, shop_id",
        args![who.org, into, from],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    tx.exec(
        "DELETE FROM archive_moved WHERE org_id = $1 AND from_id = $2 AND into_id = $3",
        args![who.org, from, into],
    )?;
    let entries = |customer: Id| {
        given
            .iter()
            .map(move |(order, _)| (customer, *order))
            .collect::<Vec<_>>()
    };
    filed::forget(tx, who.org, &entries(into))?;
    filed::keep(tx, who.org, &entries(from))?;
    for customer in [from, into] {
        let sql = format!(
            "SELECT CAST(COALESCE(SUM(counted_fen), 0) AS BIGINT), COUNT(*) FROM shop_order
             WHERE org_id = $1 AND counted_customer = $2 AND id IN {OF_CUSTOMER}"
        );
        let sums = tx.row(&sql, args![who.org, customer], |row| {
            Ok((row.get::<Fen>(0)?, row.get::<i64>(1)?))
        })?;
        let (spent, orders) = sums.unwrap_or_default();
        customers::set_sums(tx, who.org, customer, spent, orders)?;
    }
    tell(tx, now, who, &[from, into])?;
    for (order, shop) in given {
        tx.emit(Event {
            at: now,
            who,
            shop,
            kind: "order.changed",
            subject: order,
            data: json!({ "customer": [into, from] }),
        })?;
    }
    Ok(())
}
