use std::collections::BTreeMap;

use base::{Id, Problem};
use store::{Tx, args, pad};

use crate::stock::Stock;

/// The stock of some SKUs while many orders of one transaction take from it and give to it: read once, written
/// once. The same rules as [`crate::lock`], [`crate::unlock`], [`crate::take`] and [`crate::give_back`], without
/// an event for each; for imports, which write one event for all they do.
#[derive(Clone, Debug, Default)]
pub struct Shelf(BTreeMap<Id, (Stock, Stock)>);

impl Shelf {
    /// What there is of these SKUs; unknown ones are left out, and nothing can be got of them.
    pub fn load(tx: &mut Tx<'_>, org: Id, skus: &[Id]) -> Result<Shelf, Problem> {
        if skus.is_empty() {
            return Ok(Shelf::default());
        }
        let sql = format!(
            "SELECT on_hand, locked, safety, id FROM sku WHERE org_id = $1 AND id IN {}",
            Tx::in_list(2, skus.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(skus));
        let rows = tx.rows(&sql, &arguments, |row| Ok((row.get::<Id>(3)?, Stock::read(row)?)))?;
        Ok(Shelf(
            rows.into_iter()
                .map(|(sku, stock)| (sku, (stock, stock)))
                .collect(),
        ))
    }

    fn change(&mut self, sku: Id, may: impl Fn(&Stock) -> bool, change: impl Fn(&mut Stock)) -> bool {
        let Some((_, stock)) = self.0.get_mut(&sku).filter(|(_, stock)| may(stock)) else {
            return false;
        };
        change(stock);
        true
    }

    /// Promises `quantity` pieces; `false` when fewer than that may be sold.
    pub fn lock(&mut self, sku: Id, quantity: i64) -> bool {
        self.change(
            sku,
            |stock| stock.on_hand - stock.locked - stock.safety >= quantity,
            |stock| stock.locked += quantity,
        )
    }

    /// Takes a promise back; `false` when fewer are promised.
    pub fn unlock(&mut self, sku: Id, quantity: i64) -> bool {
        self.change(
            sku,
            |stock| stock.locked >= quantity,
            |stock| stock.locked -= quantity,
        )
    }

    /// Pieces leave the shelf; `false` when fewer are on hand.
    pub fn take(&mut self, sku: Id, quantity: i64) -> bool {
        self.change(
            sku,
            |stock| stock.on_hand >= quantity,
            |stock| stock.on_hand -= quantity,
        )
    }

    /// Pieces lie on the shelf again.
    pub fn give_back(&mut self, sku: Id, quantity: i64) -> bool {
        self.change(sku, |_| true, |stock| stock.on_hand += quantity)
    }

    /// Writes what is different.
    pub fn write(&self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        let mut arguments = Vec::new();
        for (sku, (was, is)) in self.0.iter().filter(|(_, (was, is))| was != is) {
            let (on_hand, locked) = (is.on_hand - was.on_hand, is.locked - was.locked);
            arguments.extend_from_slice(args![org, *sku, on_hand, locked]);
        }
        tx.exec_many(
            "UPDATE sku SET on_hand = on_hand + $3, locked = locked + $4 WHERE org_id = $1 AND id = $2",
            4,
            &arguments,
        )?;
        Ok(())
    }
}
