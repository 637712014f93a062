use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Problem};
use catalogue::Shelf;
use store::{Row, Tx, args, pad};

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

/// What one order holds of a SKU.
struct Kept {
    how: String,
    quantity: i64,
    /// Pieces that left with a parcel before the whole order did: they are not held, and not wanted again.
    gone: i64,
}

/// What one order holds, by SKU.
type Held = BTreeMap<Id, Kept>;

/// What bundles are made of.
type Bundles = BTreeMap<Id, catalogue::Parts>;

/// What is to be done about one SKU: first give back what is held, then get what is wanted.
struct Step {
    sku: Id,
    back: Option<(String, i64)>,
    get: Option<i64>,
    gone: i64,
}

/// From what an order holds to what it should hold, in the order of the SKUs' ids, so that two orders never wait
/// for each other's. A bundle holds what it is made of.
fn steps(want: Want, is: &Merged, held: &Held, bundles: &Bundles) -> Vec<Step> {
    let mut wanted = BTreeMap::<Id, i64>::new();
    if want != Want::Nothing {
        for line in is.lines.iter().flatten() {
            let Some(sku) = line.sku else {
                continue;
            };
            match bundles.get(&sku) {
                Some(parts) => {
                    for (part, quantity) in parts {
                        *wanted.entry(*part).or_default() += quantity * line.quantity;
                    }
                }
                None => *wanted.entry(sku).or_default() += line.quantity,
            }
        }
    }
    let skus: BTreeSet<Id> = wanted.keys().chain(held.keys()).copied().collect();
    let step = |sku: Id| {
        let kept = held.get(&sku);
        let gone = kept.map_or(0, |kept| kept.gone);
        Step {
            sku,
            back: kept
                .filter(|kept| kept.quantity > 0)
                .map(|kept| (kept.how.clone(), kept.quantity)),
            get: wanted
                .get(&sku)
                .map(|wanted| wanted - gone)
                .filter(|wanted| *wanted > 0),
            gone,
        }
    };
    let same = |step: &Step| match (&step.back, step.get) {
        (Some((how, had)), Some(has)) => *had == has && how == want.held(),
        (None, None) => true,
        _ => false,
    };
    skus.into_iter().map(step).filter(|step| !same(step)).collect()
}

/// What bundles among the lines of orders are made of.
fn bundles<'a>(
    tx: &mut Tx<'_>,
    org: Id,
    orders: impl Iterator<Item = &'a Merged>,
) -> Result<Bundles, Problem> {
    let lines = orders.flat_map(|is| is.lines.iter().flatten());
    let skus: BTreeSet<Id> = lines.filter_map(|line| line.sku).collect();
    catalogue::parts_of(tx, org, &skus.into_iter().collect::<Vec<_>>())
}

/// Makes the order hold of the stock what it should, from what it holds now. Where there is too little the
/// order is kept all the same, and is short until there is enough the next time something of it changes.
pub(crate) fn settle(tx: &mut Tx<'_>, now: Ms, who: &Actor, order: Id, is: &Merged) -> Result<(), Problem> {
    let want = Want::of(is);
    let held: Held = tx
        .rows(
            "SELECT sku_id, held, quantity, gone FROM order_stock WHERE org_id = $1 AND order_id = $2",
            args![who.org, order],
            |row| Ok((row.get::<Id>(0)?, kept(row, 1)?)),
        )?
        .into_iter()
        .collect();
    let bundles = bundles(tx, who.org, std::iter::once(is))?;
    for Step {
        sku,
        back,
        get: wanted,
        gone,
    } in steps(want, is, &held, &bundles)
    {
        if let Some((how, quantity)) = back {
            // Nothing to give back means that nothing is held; it is written below as it is.
            let _: Option<catalogue::Stock> = match how.as_str() {
                "locked" => catalogue::unlock(tx, now, who, sku, quantity)?,
                "taken" => catalogue::give_back(tx, now, who, sku, quantity)?,
                _ => None,
            };
        }
        match wanted {
            Some(quantity) => get(tx, now, who, order, sku, quantity, want)?,
            None if gone > 0 => {
                let sql = "UPDATE order_stock SET quantity = 0, held = 'locked'
                           WHERE org_id = $1 AND order_id = $2 AND sku_id = $3";
                tx.exec(sql, args![who.org, order, sku])?;
            }
            None => {
                let sql = "DELETE FROM order_stock WHERE org_id = $1 AND order_id = $2 AND sku_id = $3";
                tx.exec(sql, args![who.org, order, sku])?;
            }
        }
    }
    Ok(())
}

/// [`settle`] for many orders, one after the other, with one look at the stock and one write, and no events.
pub(crate) fn settle_many(tx: &mut Tx<'_>, org: Id, orders: &[(Id, &Merged)]) -> Result<(), Problem> {
    let mut held = held_by(tx, org, orders)?;
    let bundles = bundles(tx, org, orders.iter().map(|(_, is)| *is))?;
    let named = orders.iter().flat_map(|(_, is)| is.lines.iter().flatten());
    let skus: BTreeSet<Id> = named
        .filter_map(|line| line.sku)
        .chain(held.values().flat_map(|held| held.keys().copied()))
        .chain(bundles.values().flatten().map(|(sku, _)| *sku))
        .collect();
    if skus.is_empty() {
        return Ok(());
    }
    let mut shelf = Shelf::load(tx, org, &skus.into_iter().collect::<Vec<_>>())?;
    let (mut keep, mut drop) = (Vec::new(), Vec::new());
    for (order, is) in orders {
        let want = Want::of(is);
        let held = held.remove(order).unwrap_or_default();
        for Step { sku, back, get, gone } in steps(want, is, &held, &bundles) {
            if let Some((how, quantity)) = back {
                // As above: what was not held is not given back.
                let _ = match how.as_str() {
                    "locked" => shelf.unlock(sku, quantity),
                    "taken" => shelf.give_back(sku, quantity),
                    _ => false,
                };
            }
            let Some(quantity) = get else {
                if gone > 0 {
                    keep.extend_from_slice(args![org, *order, sku, "locked", 0]);
                    continue;
                }
                drop.extend_from_slice(args![org, *order, sku]);
                continue;
            };
            let got = match want {
                Want::Taken => shelf.take(sku, quantity),
                Want::Locked => shelf.lock(sku, quantity),
                Want::Nothing => false,
            };
            let now = if got { want.held() } else { "short" };
            keep.extend_from_slice(args![org, *order, sku, now, quantity]);
        }
    }
    shelf.write(tx, org)?;
    tx.exec_many(
        "DELETE FROM order_stock WHERE org_id = $1 AND order_id = $2 AND sku_id = $3",
        3,
        &drop,
    )?;
    tx.insert_many(
        "INSERT INTO order_stock (org_id, order_id, sku_id, held, quantity)",
        5,
        "ON CONFLICT (org_id, order_id, sku_id) DO UPDATE SET held = excluded.held, quantity = excluded.quantity",
        &keep,
    )?;
    Ok(())
}

/// Reads what is kept of one SKU, from this column on.
fn kept(row: &Row<'_>, first: usize) -> Result<Kept, Problem> {
    Ok(Kept {
        how: row.get(first)?,
        quantity: row.get(first + 1)?,
        gone: row.get(first + 2)?,
    })
}

/// What these orders hold.
fn held_by(tx: &mut Tx<'_>, org: Id, orders: &[(Id, &Merged)]) -> Result<BTreeMap<Id, Held>, Problem> {
    let ids: Vec<Id> = orders.iter().map(|(order, _)| *order).collect();
    let sql = format!(
        "SELECT order_id, sku_id, held, quantity, gone FROM order_stock WHERE org_id = $1 AND order_id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(&ids));
    let rows: Vec<(Id, Id, Kept)> = tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?, kept(row, 2)?))
    })?;
    let mut held = BTreeMap::<Id, Held>::new();
    for (order, sku, kept) in rows {
        held.entry(order).or_default().insert(sku, kept);
    }
    Ok(held)
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

/// Of which SKUs of these orders there is too little, each with its order.
pub(crate) fn short_of(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<BTreeSet<(Id, Id)>, Problem> {
    let sql = format!(
        "SELECT order_id, sku_id FROM order_stock WHERE org_id = $1 AND held = 'short' AND order_id IN {}",
        Tx::in_list(2, orders.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    Ok(tx
        .rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?
        .into_iter()
        .collect())
}
