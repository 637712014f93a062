use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Problem};
use store::{Tx, args, pad};

use crate::merge::Merged;
use crate::status::{OrderStatus, PayStatus, ShipStatus};

/// What an order should hold of the stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// Nothing: unpaid, paid back, or closed before it left.
    Nothing,
    /// Its pieces, promised.
    Locked,
    /// Its pieces, gone from the shelf.
    Taken,
}

impl Want {
    fn of(order: &Merged) -> Want {
        match (order.ship_status(), order.pay_status(), order.order_status()) {
            (ShipStatus::Shipped | ShipStatus::Signed, ..) => Want::Taken,
            // Completed without a word on shipping: the goods are with the buyer.
            (ShipStatus::None, PayStatus::Paid, OrderStatus::Done) => Want::Taken,
            (ShipStatus::None, PayStatus::Paid, OrderStatus::Open) => Want::Locked,
            _ => Want::Nothing,
        }
    }

    fn held(self) -> &'static str {
        if self == Want::Taken { "taken" } else { "locked" }
    }
}

/// Makes the order hold of the stock what it should, from what it holds now. Where there is too little the
/// order is kept all the same, and is short until there is enough the next time something of it changes.
pub(crate) fn settle(tx: &mut Tx<'_>, now: Ms, who: &Actor, order: Id, is: &Merged) -> Result<(), Problem> {
    let want = Want::of(is);
    let mut wanted = BTreeMap::<Id, i64>::new();
    if want != Want::Nothing {
        for line in is.lines.iter().flatten() {
            if let Some(sku) = line.sku {
                *wanted.entry(sku).or_default() += line.quantity;
            }
        }
    }
    let held: BTreeMap<Id, (String, i64)> = tx
        .rows(
            "SELECT sku_id, held, quantity FROM order_stock WHERE org_id = $1 AND order_id = $2",
            args![who.org, order],
            |row| Ok((row.get::<Id>(0)?, (row.get::<String>(1)?, row.get::<i64>(2)?))),
        )?
        .into_iter()
        .collect();
    // In the order of their ids, so that two orders never wait for each other's SKUs.
    let skus: BTreeSet<Id> = wanted.keys().chain(held.keys()).copied().collect();
    for sku in skus {
        let (before, after) = (held.get(&sku), wanted.get(&sku).copied());
        let same = before
            .zip(after)
            .is_some_and(|((how, had), has)| *had == has && how == want.held());
        if same {
            continue;
        }
        if let Some((how, quantity)) = before {
            // Nothing to give back means that nothing is held; it is written below as it is.
            let _: Option<catalogue::Stock> = match how.as_str() {
                "locked" => catalogue::unlock(tx, now, who, sku, *quantity)?,
                "taken" => catalogue::give_back(tx, now, who, sku, *quantity)?,
                _ => None,
            };
        }
        match after {
            Some(quantity) => get(tx, now, who, order, sku, quantity, want)?,
            None => {
                let sql = "DELETE FROM order_stock WHERE org_id = $1 AND order_id = $2 AND sku_id = $3";
                tx.exec(sql, args![who.org, order, sku])?;
            }
        }
    }
    Ok(())
}

fn get(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    order: Id,
    sku: Id,
    quantity: i64,
    want: Want,
) -> Result<(), Problem> {
    let got = match want {
        Want::Taken => catalogue::take(tx, now, who, sku, quantity)?,
        Want::Locked => catalogue::lock(tx, now, who, sku, quantity)?,
        Want::Nothing => return Ok(()),
    };
    let held = if got.is_some() { want.held() } else { "short" };
    tx.exec(
        "INSERT INTO order_stock (org_id, order_id, sku_id, held, quantity) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, order_id, sku_id) DO UPDATE SET held = excluded.held, quantity = excluded.quantity",
        args![who.org, order, sku, held, quantity],
    )?;
    Ok(())
}

/// Which of these orders are short of something.
pub(crate) fn short(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<BTreeSet<Id>, Problem> {
    let sql = format!(
        "SELECT order_id FROM order_stock WHERE org_id = $1 AND held = 'short' AND order_id IN {}",
        Tx::in_list(2, orders.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    Ok(tx.rows(&sql, &arguments, |row| row.get(0))?.into_iter().collect())
}
