//! What pieces cost the shop. Only those who keep the catalogue see it; rooms that count profit ask here.

use std::collections::HashMap;

use base::{Actor, Fen, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, pad};

use crate::bundle::{parts_of, reached};
use crate::check;
use crate::product::Product;

/// What one piece of a SKU costs the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkuCost {
    /// For one piece; null: nobody knows. Orders keep what was known when they were made.
    pub cost_fen: Option<Fen>,
}

/// Says what one piece of a SKU costs the shop, or that nobody knows. Needs [`Permission::EditCatalogue`]; any other
/// organisation's or shop's SKU is `not_found`.
pub fn set_cost(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: SkuCost) -> Result<SkuCost, Problem> {
    reached(tx, who, id)?;
    who.need(Permission::EditCatalogue)?;
    let cost = new
        .cost_fen
        .map(|cost| check::price("cost_fen", cost))
        .transpose()?;
    if own(tx, who.org, &[id])?.get(&id).copied() == cost {
        return Ok(new);
    }
    tx.exec(
        "UPDATE sku SET cost_fen = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, id, cost],
    )?;
    // The log is read by people who do not see costs: it tells that it changed.
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "sku.changed",
        subject: id,
        data: json!({ "cost": true }),
    })?;
    Ok(new)
}

/// What one piece of these SKUs costs the shop; of a bundle nobody gave a cost of its own, what its parts cost. Those
/// of which it is not known are left out. No right is asked: callers tell it to those with
/// [`Permission::EditCatalogue`] only.
pub fn costs(tx: &mut Tx<'_>, org: Id, skus: &[Id]) -> Result<HashMap<Id, Fen>, Problem> {
    let mut known = own(tx, org, skus)?;
    let bare: Vec<Id> = skus
        .iter()
        .copied()
        .filter(|sku| !known.contains_key(sku))
        .collect();
    let bundles = parts_of(tx, org, &bare)?;
    let parts: Vec<Id> = bundles.values().flatten().map(|(part, _)| *part).collect();
    let parts = own(tx, org, &parts)?;
    for (bundle, made_of) in bundles {
        let each = made_of
            .iter()
            .map(|(part, quantity)| Some(parts.get(part)?.0 * quantity));
        if let Some(all) = each.sum::<Option<i64>>() {
            known.insert(bundle, Fen(all));
        }
    }
    Ok(known)
}

fn own(tx: &mut Tx<'_>, org: Id, skus: &[Id]) -> Result<HashMap<Id, Fen>, Problem> {
    if skus.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT id, cost_fen FROM sku WHERE org_id = $1 AND cost_fen IS NOT NULL AND id IN {}",
        Tx::in_list(2, skus.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(skus));
    let found = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

/// Products as somebody may see them: without costs for those who do not keep the catalogue.
pub(crate) fn shown(who: &Actor, products: &mut [Product]) {
    if who.may(Permission::EditCatalogue) {
        return;
    }
    for sku in products.iter_mut().flat_map(|product| &mut product.skus) {
        sku.cost_fen = None;
    }
}
