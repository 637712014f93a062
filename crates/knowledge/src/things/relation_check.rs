//! What may go together: no product with itself, nothing twice, and no up-sell that leads down or back.

use base::{Id, Problem};
use catalogue::Product;
use serde_json::json;
use store::{Tx, args};

use crate::things::circle;
use crate::things::relation::{NewRelation, RelationKind, RelationRow, offered};

/// Refuses a product with itself (`relation_self`), but for an up-sell between two of its SKUs.
pub(crate) fn need_another(row: &RelationRow) -> Result<(), Problem> {
    let two_skus = row.sku != Id::NONE && row.other_sku != Id::NONE && row.sku != row.other_sku;
    if row.product != row.other || (row.kind == RelationKind::Upsell && two_skus) {
        return Ok(());
    }
    let detail = "A product does not go with itself; an up-sell may name two of its SKUs.";
    Err(Problem::input("other", "relation_self", detail))
}

/// It is written down already.
pub(crate) fn exists() -> Problem {
    Problem::conflict("relation_exists", "These two go together already.")
}

/// Refuses what is written down already from the other side (`relation_exists`), where it says the same of both.
pub(crate) fn need_new(tx: &mut Tx<'_>, org: Id, row: &RelationRow) -> Result<(), Problem> {
    if !row.kind.both_ways() {
        return Ok(());
    }
    let known: Option<Id> = tx.value(
        "SELECT id FROM relation WHERE org_id = $1 AND kind = $2 AND product_id = $3 AND sku_id = $4
           AND other_id = $5 AND other_sku_id = $6",
        args![org, row.kind, row.other, row.other_sku, row.product, row.sku],
    )?;
    known.map_or(Ok(()), |_| Err(exists()))
}

/// Refuses an up-sell that does not cost more (`upsell_not_higher`).
pub(crate) fn need_higher(here: &Product, there: &Product, new: &NewRelation) -> Result<(), Problem> {
    let (Some((from, ..)), Some((to, ..))) = (offered(here, new.sku), offered(there, new.other_sku)) else {
        let detail = "An up-sell is between what is sold now.";
        return Err(Problem::input("other", "not_sold", detail));
    };
    if to > from {
        return Ok(());
    }
    let detail = "The better one must cost more than this one.";
    Err(Problem::input("other", "upsell_not_higher", detail).with("difference_fen", to.0 - from.0))
}

/// Up-sells lead upwards only; one that leads back would send an agent round and round.
pub(crate) fn need_straight(tx: &mut Tx<'_>, org: Id, row: &RelationRow) -> Result<(), Problem> {
    let ways = tx.rows(
        "SELECT product_id, sku_id, other_id, other_sku_id FROM relation WHERE org_id = $1 AND kind = 'upsell'",
        args![org],
        |row| {
            let from = (row.get::<Id>(0)?, row.get::<Id>(1)?);
            Ok((from, (row.get::<Id>(2)?, row.get::<Id>(3)?)))
        },
    )?;
    let Some(path) = circle::way(&ways, (row.other, row.other_sku), (row.product, row.sku)) else {
        return Ok(());
    };
    let path: Vec<Id> = std::iter::once(row.product).chain(path).collect();
    let detail = "This up-sell would lead back to where it begins.";
    Err(Problem::conflict("relation_circular", detail).with("path", json!(path)))
}
