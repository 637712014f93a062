use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, pad};

use crate::product::{Product, product};
use crate::sku::{Sku, sku, skus};

/// What one bundle is made of: SKUs and pieces of each (row 299).
pub type Parts = Vec<(Id, i64)>;

/// A SKU within a bundle.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BundlePart {
    /// The SKU.
    pub sku: Id,
    /// Its merchant code.
    pub code: String,
    /// Its product's title.
    pub title: String,
    /// Colour, size and so on.
    pub spec: String,
    /// Pieces of it in one bundle.
    pub quantity: i64,
    /// Pieces of it that may still be promised.
    pub sellable: i64,
}

/// What a SKU is made of; no parts: it stands for itself.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Bundle {
    /// The parts, by SKU.
    pub parts: Vec<BundlePart>,
}

/// A SKU within a bundle, as it shall be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBundlePart {
    /// The SKU.
    pub sku: Id,
    /// Pieces of it in one bundle, 1 to 999.
    pub quantity: i64,
}

/// What a SKU shall be made of.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBundle {
    /// The parts, at most 50; none make it a SKU of its own again.
    pub parts: Vec<NewBundlePart>,
}

const MOST_PARTS: usize = 50;
const MOST_PIECES: i64 = 999;

/// What these SKUs are made of; those that stand for themselves are left out. No right is asked.
pub fn parts_of(tx: &mut Tx<'_>, org: Id, bundles: &[Id]) -> Result<BTreeMap<Id, Parts>, Problem> {
    let mut found = BTreeMap::<Id, Parts>::new();
    if bundles.is_empty() {
        return Ok(found);
    }
    let sql = format!(
        "SELECT bundle_id, sku_id, quantity FROM bundle_part WHERE org_id = $1 AND bundle_id IN {}
         ORDER BY bundle_id, sku_id",
        Tx::in_list(2, bundles.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(bundles));
    for (bundle, sku, quantity) in tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<Id>(0)?, row.get(1)?, row.get(2)?))
    })? {
        found.entry(bundle).or_default().push((sku, quantity));
    }
    Ok(found)
}

/// Makes what bundles among these SKUs say of their stock follow from their parts: as many as the scarcest
/// part allows.
pub(crate) fn count<'a>(
    tx: &mut Tx<'_>,
    org: Id,
    of: impl Iterator<Item = &'a mut Sku>,
) -> Result<(), Problem> {
    let mut of: Vec<&mut Sku> = of.collect();
    let ids: Vec<Id> = of.iter().map(|sku| sku.id).collect();
    let parts = parts_of(tx, org, &ids)?;
    if parts.is_empty() {
        return Ok(());
    }
    let named: Vec<Id> = parts.values().flatten().map(|(sku, _)| *sku).collect();
    let stock: BTreeMap<Id, Sku> = skus(tx, org, &named)?
        .into_iter()
        .map(|sku| (sku.id, sku))
        .collect();
    for bundle in &mut of {
        let Some(parts) = parts.get(&bundle.id) else {
            continue;
        };
        let whole = |count: fn(&Sku) -> i64| {
            let each = parts
                .iter()
                .map(|(sku, quantity)| stock.get(sku).map_or(0, count) / quantity);
            each.min().unwrap_or(0)
        };
        bundle.sellable = whole(|sku| if sku.active { sku.sellable } else { 0 });
        bundle.on_hand = whole(|sku| sku.on_hand);
    }
    Ok(())
}

/// What a SKU is made of. Any other organisation's or shop's is `not_found`.
pub fn bundle(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Bundle, Problem> {
    reached(tx, who, id)?;
    view(tx, who.org, id)
}

/// Says what a SKU is made of. Orders taken in from then on hold its parts in its place.
/// Needs [`Permission::EditCatalogue`].
pub fn set_bundle(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: &NewBundle) -> Result<Bundle, Problem> {
    reached(tx, who, id)?;
    who.need(Permission::EditCatalogue)?;
    let wanted = check(tx, who, id, new)?;
    let was = parts_of(tx, who.org, &[id])?.remove(&id).unwrap_or_default();
    if was != wanted {
        tx.exec(
            "DELETE FROM bundle_part WHERE org_id = $1 AND bundle_id = $2",
            args![who.org, id],
        )?;
        for (sku, quantity) in &wanted {
            tx.exec(
                "INSERT INTO bundle_part (org_id, bundle_id, sku_id, quantity) VALUES ($1, $2, $3, $4)",
                args![who.org, id, *sku, *quantity],
            )?;
        }
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind: "sku.bundled",
            subject: id,
            data: json!({ "parts": [was, wanted] }),
        })?;
    }
    view(tx, who.org, id)
}

/// The parts in the order of their ids; a bundle within a bundle is refused, in either direction.
fn check(tx: &mut Tx<'_>, who: &Actor, id: Id, new: &NewBundle) -> Result<Parts, Problem> {
    if new.parts.len() > MOST_PARTS {
        let detail = format!("At most {MOST_PARTS} parts.");
        return Err(Problem::input("parts", "too_many", detail).with("limit", MOST_PARTS));
    }
    let mut wanted = BTreeMap::new();
    for part in &new.parts {
        if !(1..=MOST_PIECES).contains(&part.quantity) {
            let detail = format!("Between 1 and {MOST_PIECES} pieces.");
            return Err(Problem::input("parts.quantity", "out_of_range", detail)
                .with("min", 1)
                .with("max", MOST_PIECES));
        }
        reached(tx, who, part.sku)?;
        if part.sku == id {
            return Err(Problem::input(
                "parts.sku",
                "bundle_self",
                "A bundle does not hold itself.",
            ));
        }
        if wanted.insert(part.sku, part.quantity).is_some() {
            return Err(Problem::input(
                "parts.sku",
                "duplicate_sku",
                "A SKU stands in a bundle once.",
            ));
        }
    }
    let named: Vec<Id> = wanted.keys().copied().collect();
    let held: Option<Id> = tx.value(
        "SELECT bundle_id FROM bundle_part WHERE org_id = $1 AND sku_id = $2",
        args![who.org, id],
    )?;
    if !parts_of(tx, who.org, &named)?.is_empty() || (held.is_some() && !wanted.is_empty()) {
        let detail = "A bundle is made of SKUs that stand for themselves.";
        return Err(Problem::input("parts.sku", "bundle_nested", detail));
    }
    Ok(wanted.into_iter().collect())
}

/// The product of a SKU in reach.
pub(crate) fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Product, Problem> {
    let found = sku(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    product(tx, who, found.product)
}

fn view(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Bundle, Problem> {
    let parts = parts_of(tx, org, &[id])?.remove(&id).unwrap_or_default();
    let mut views = Vec::with_capacity(parts.len());
    for (part, quantity) in parts {
        let Some(found) = sku(tx, org, part)? else {
            continue;
        };
        let title = tx.value(
            "SELECT title FROM product WHERE org_id = $1 AND id = $2",
            args![org, found.product],
        )?;
        views.push(BundlePart {
            sku: part,
            code: found.code,
            title: title.unwrap_or_default(),
            spec: found.spec,
            quantity,
            sellable: found.sellable,
        });
    }
    Ok(Bundle { parts: views })
}
