use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, record};

use crate::bounds;
use crate::things::noted::{Noted, tell};
use crate::things::reach::{Looked, sku_of, sold_in, staff};

record! {
    /// The mark of a SKU that is sold before it is there.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct PreorderMark {
        /// When it is expected to leave.
        pub ships_at: Ms = "ships_at",
        /// What else is to be known.
        pub note: String = "note",
    }
}

/// A SKU that is sold before it is there, and when it is expected to leave (row 100).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Preorder {
    /// The SKU.
    pub sku: Id,
    /// Its product.
    pub product: Id,
    /// The product's title.
    pub product_title: String,
    /// The SKU's merchant code.
    pub code: String,
    /// The SKU's colour, size and so on.
    pub spec: String,
    /// When it is expected to leave.
    pub ships_at: Ms,
    /// What else is to be known.
    pub note: String,
    /// The day is past and the mark still stands.
    pub late: bool,
}

/// A SKU is sold before it is there.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPreorder {
    /// When it is expected to leave.
    pub ships_at: Ms,
    /// What else is to be known, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

fn view(now: Ms, product: &catalogue::Product, sku: &catalogue::Sku, mark: PreorderMark) -> Preorder {
    Preorder {
        sku: sku.id,
        product: product.id,
        product_title: product.title.clone(),
        code: sku.code.clone(),
        spec: sku.spec.clone(),
        late: mark.ships_at < now,
        ships_at: mark.ships_at,
        note: mark.note,
    }
}

fn load(tx: &mut Tx<'_>, org: Id, sku: Id) -> Result<Option<PreorderMark>, Problem> {
    let sql = format!(
        "SELECT {} FROM preorder WHERE org_id = $1 AND sku_id = $2",
        PreorderMark::COLUMNS
    );
    tx.row(&sql, args![org, sku], PreorderMark::read)
}

/// The marks of a product's SKUs.
pub(crate) fn of_product(
    tx: &mut Tx<'_>,
    org: Id,
    product: Id,
) -> Result<BTreeMap<Id, PreorderMark>, Problem> {
    let sql = format!(
        "SELECT {}, sku_id FROM preorder WHERE org_id = $1 AND product_id = $2",
        PreorderMark::COLUMNS
    );
    let rows = tx.rows(&sql, args![org, product], |row| {
        Ok((row.get::<Id>(2)?, PreorderMark::read(row)?))
    })?;
    Ok(rows.into_iter().collect())
}

/// Marks a SKU as sold before it is there, or moves its day. Needs [`Permission::EditKnowledge`].
pub fn set_preorder(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sku: Id,
    new: &NewPreorder,
) -> Result<Preorder, Problem> {
    let (product, sku) = sku_of(tx, who, sku)?;
    who.need(Permission::EditKnowledge)?;
    let is = PreorderMark {
        ships_at: bounds::moment("ships_at", new.ships_at)?,
        note: bounds::line("note", &new.note, 200)?,
    };
    let was = load(tx, who.org, sku.id)?;
    if was.as_ref() != Some(&is) {
        tx.exec(
            "INSERT INTO preorder (org_id, sku_id, product_id, ships_at, note) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org_id, sku_id) DO UPDATE SET ships_at = excluded.ships_at, note = excluded.note",
            args![who.org, sku.id, product.id, is.ships_at, &is.note],
        )?;
        let mut noted = Noted::default();
        noted.note(
            "ships_at",
            &was.as_ref().map(|was| was.ships_at),
            &Some(is.ships_at),
        );
        noted.note("note", &was.map(|was| was.note).unwrap_or_default(), &is.note);
        tell(tx, now, who, "preorder.set", sku.id, noted.into_value())?;
    }
    Ok(view(now, &product, &sku, is))
}

/// Takes the mark off a SKU. Needs [`Permission::EditKnowledge`].
pub fn end_preorder(tx: &mut Tx<'_>, now: Ms, who: &Actor, sku: Id) -> Result<(), Problem> {
    let (_, sku) = sku_of(tx, who, sku)?;
    let was = load(tx, who.org, sku.id)?.ok_or_else(Problem::not_found)?;
    who.need(Permission::EditKnowledge)?;
    tx.exec(
        "DELETE FROM preorder WHERE org_id = $1 AND sku_id = $2",
        args![who.org, sku.id],
    )?;
    tell(
        tx,
        now,
        who,
        "preorder.ended",
        sku.id,
        json!({ "ships_at": [was.ships_at, null] }),
    )
}

/// All SKUs in reach that are sold before they are there, the first to leave first.
pub fn preorders(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Option<Id>) -> Result<Vec<Preorder>, Problem> {
    staff(who)?;
    if let Some(shop) = shop {
        who.need_shop(shop)?;
    }
    let sql = format!(
        "SELECT {}, sku_id, product_id FROM preorder WHERE org_id = $1 ORDER BY ships_at, sku_id LIMIT 2000",
        PreorderMark::COLUMNS
    );
    let rows: Vec<(PreorderMark, Id, Id)> = tx.rows(&sql, args![who.org], |row| {
        Ok((PreorderMark::read(row)?, row.get(2)?, row.get(3)?))
    })?;
    let mut looked = Looked::default();
    let mut found = Vec::new();
    for (mark, sku, product) in rows {
        let Some(product) = looked.product(tx, who, product)? else {
            continue;
        };
        let here = shop.is_none_or(|shop| sold_in(product, shop));
        if let Some(sku) = product.skus.iter().find(|one| one.id == sku).filter(|_| here) {
            found.push(view(now, product, sku, mark));
        }
    }
    Ok(found)
}
