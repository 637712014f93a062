//! What goes with a product: similar, complement, bundle, what fills up a campaign's step, and the better
//! one for more money (rows 213 to 218). Prices are never kept here: they are read from the catalogue.

use base::{Actor, Fen, Id, Ms, Permission, Problem};
use catalogue::{Product, Sku};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, record, text_enum};

use crate::bounds;
use crate::things::noted::{Noted, tell};
use crate::things::reach::{Looked, sold_in, staff};
use crate::things::relation_check::{exists, need_another, need_higher, need_new, need_straight};

text_enum! {
    /// How one product goes with another.
    pub enum RelationKind {
        /// 相似: one for the other, in both directions.
        Similar = "similar",
        /// 互补: the other is needed with it.
        Complement = "complement",
        /// 搭配: worn or used together, in both directions.
        Bundle = "bundle",
        /// 凑单: fills up what is missing to a campaign's step.
        Promotion = "promotion",
        /// 升级: better, for more money.
        Upsell = "upsell",
    }
}

impl RelationKind {
    /// Whether it says the same of both.
    pub(crate) fn both_ways(self) -> bool {
        matches!(self, RelationKind::Similar | RelationKind::Bundle)
    }
}

record! {
    /// A relation as it is kept; SKU 0 means any.
    #[derive(Clone, Debug, PartialEq)]
    pub struct RelationRow {
        /// Its id.
        pub id: Id = "id",
        /// What it says.
        pub kind: RelationKind = "kind",
        /// From here.
        pub product: Id = "product_id",
        /// From this SKU.
        pub sku: Id = "sku_id",
        /// To there.
        pub other: Id = "other_id",
        /// To that SKU.
        pub other_sku: Id = "other_sku_id",
        /// Why.
        pub note: String = "note",
        /// Its place among those of its kind.
        pub position: i64 = "position",
    }
}

/// One product goes with another.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductRelation {
    /// Its id.
    pub id: Id,
    /// How.
    pub kind: RelationKind,
    /// From here.
    pub product: Id,
    /// To there.
    pub other: Id,
    /// From this SKU; null: any.
    pub sku: Option<Id>,
    /// To that SKU; null: any.
    pub other_sku: Option<Id>,
    /// Why, for agents.
    pub note: String,
    /// Its place among those of its kind.
    pub position: i64,
}

/// A relation to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelation {
    /// How.
    pub kind: RelationKind,
    /// From here.
    pub product: Id,
    /// To there.
    pub other: Id,
    /// From this SKU only.
    pub sku: Option<Id>,
    /// To that SKU only.
    pub other_sku: Option<Id>,
    /// Why, at most 200 characters.
    #[serde(default)]
    pub note: String,
    /// Its place, 0 to 1,000.
    #[serde(default)]
    pub position: i64,
}

/// What to change of a relation; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationChange {
    /// Why.
    pub note: Option<String>,
    /// Its place.
    pub position: Option<i64>,
}

/// What goes with a product, as an agent sees it beside the talk.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RelatedProduct {
    /// The relation.
    pub relation: Id,
    /// How it goes with it.
    pub kind: RelationKind,
    /// Why.
    pub note: String,
    /// The other product.
    pub product: Id,
    /// The SKU of it that is meant.
    pub sku: Option<Id>,
    /// The other product's title.
    pub title: String,
    /// That SKU's colour, size and so on.
    pub spec: Option<String>,
    /// The other product's picture.
    pub picture: Option<String>,
    /// What it costs: the SKU, or the cheapest.
    pub price_fen: Fen,
    /// Pieces that may be sold: of the SKU, or of all.
    pub sellable: i64,
    /// What it costs more (less, when negative) than this one.
    pub difference_fen: Fen,
    /// It was written down from the other side.
    pub reverse: bool,
}

fn some(id: Id) -> Option<Id> {
    (id != Id::NONE).then_some(id)
}

impl From<RelationRow> for ProductRelation {
    fn from(row: RelationRow) -> ProductRelation {
        ProductRelation {
            id: row.id,
            kind: row.kind,
            product: row.product,
            other: row.other,
            sku: some(row.sku),
            other_sku: some(row.other_sku),
            note: row.note,
            position: row.position,
        }
    }
}

/// What costs and what is left of a product, or of one SKU of it; `None` when it is not sold.
pub(crate) fn offered(product: &Product, sku: Option<Id>) -> Option<(Fen, i64, Option<&Sku>)> {
    match sku {
        Some(sku) => {
            let sku = product.skus.iter().find(|one| one.id == sku && one.active)?;
            Some((sku.price_fen, sku.sellable, Some(sku)))
        }
        None => {
            let sold = product.skus.iter().filter(|one| one.active);
            Some((product.price_fen?, sold.map(|one| one.sellable).sum(), None))
        }
    }
}

/// The relations a product stands in, from whichever side they were written down.
pub(crate) fn rows_of(tx: &mut Tx<'_>, org: Id, product: Id) -> Result<Vec<RelationRow>, Problem> {
    let sql = format!(
        "SELECT {} FROM relation
         WHERE org_id = $1 AND (product_id = $2 OR (other_id = $2 AND kind IN ('similar', 'bundle')))
         ORDER BY kind, position, id LIMIT 500",
        RelationRow::COLUMNS
    );
    tx.rows(&sql, args![org, product], RelationRow::read)
}

/// What goes with a product in a shop, by kind and place. What the shop does not sell is left out, and so is
/// a better one that costs no more.
pub fn relations(
    tx: &mut Tx<'_>,
    who: &Actor,
    product: Id,
    shop: Id,
) -> Result<Vec<RelatedProduct>, Problem> {
    staff(who)?;
    who.need_shop(shop)?;
    let product = catalogue::product(tx, who, product)?;
    of_product(tx, who, &product, shop)
}

/// What goes with a product that was looked up before.
pub(crate) fn of_product(
    tx: &mut Tx<'_>,
    who: &Actor,
    product: &Product,
    shop: Id,
) -> Result<Vec<RelatedProduct>, Problem> {
    let rows = rows_of(tx, who.org, product.id)?;
    let mut looked = Looked::default();
    looked.know(product.clone());
    let mut found = Vec::new();
    for row in rows {
        let reverse = row.product != product.id;
        let (sku, other, other_sku) = if reverse {
            (row.other_sku, row.product, row.sku)
        } else {
            (row.sku, row.other, row.other_sku)
        };
        let Some(there) = looked.product(tx, who, other)?.filter(|one| sold_in(one, shop)) else {
            continue;
        };
        let Some((price, sellable, that)) = offered(there, some(other_sku)) else {
            continue;
        };
        let here = offered(product, some(sku)).map_or(price, |(price, ..)| price);
        let difference = Fen(price.0 - here.0);
        if row.kind == RelationKind::Upsell && difference.0 <= 0 {
            continue;
        }
        found.push(RelatedProduct {
            relation: row.id,
            kind: row.kind,
            note: row.note,
            product: other,
            sku: some(other_sku),
            title: there.title.clone(),
            spec: that.map(|sku| sku.spec.clone()).filter(|spec| !spec.is_empty()),
            picture: there.picture.clone(),
            price_fen: price,
            sellable,
            difference_fen: difference,
            reverse,
        });
    }
    Ok(found)
}

/// Says that one product goes with another. Needs [`Permission::EditKnowledge`] and both products in reach.
///
/// Refuses a product with itself (`relation_self`; two SKUs of one product may be an up-sell), what is
/// written down already, from either side where it says the same of both (`relation_exists`), an up-sell
/// that does not cost more (`upsell_not_higher`) and one that would lead back to where it began
/// (`relation_circular`, with the way).
pub fn add_relation(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewRelation,
) -> Result<ProductRelation, Problem> {
    staff(who)?;
    let here = catalogue::product(tx, who, new.product)?;
    let there = catalogue::product(tx, who, new.other)?;
    for (product, sku) in [(&here, new.sku), (&there, new.other_sku)] {
        if sku.is_some_and(|sku| !product.skus.iter().any(|one| one.id == sku)) {
            return Err(Problem::not_found());
        }
    }
    who.need(Permission::EditKnowledge)?;
    let row = RelationRow {
        id: tx.id(),
        kind: new.kind,
        product: here.id,
        sku: new.sku.unwrap_or(Id::NONE),
        other: there.id,
        other_sku: new.other_sku.unwrap_or(Id::NONE),
        note: bounds::line("note", &new.note, 200)?,
        position: bounds::within("position", new.position, 0, 1_000)?,
    };
    need_another(&row)?;
    need_new(tx, who.org, &row)?;
    if row.kind == RelationKind::Upsell {
        need_higher(&here, &there, new)?;
        need_straight(tx, who.org, &row)?;
    }
    let made = tx.exec(
        "INSERT INTO relation (org_id, id, kind, product_id, sku_id, other_id, other_sku_id, note, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org_id, kind, product_id, sku_id, other_id, other_sku_id) DO NOTHING",
        args![
            who.org,
            row.id,
            row.kind,
            row.product,
            row.sku,
            row.other,
            row.other_sku,
            &row.note,
            row.position
        ],
    )?;
    if made != 1 {
        return Err(exists());
    }
    let data = json!({ "kind": [null, row.kind], "product": row.product, "other": row.other });
    tell(tx, now, who, "relation.added", row.id, data)?;
    Ok(row.into())
}

/// Changes note or place of a relation. Needs [`Permission::EditKnowledge`].
pub fn change_relation(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &RelationChange,
) -> Result<ProductRelation, Problem> {
    let was = editable(tx, who, id)?;
    let is = RelationRow {
        note: match &change.note {
            Some(note) => bounds::line("note", note, 200)?,
            None => was.note.clone(),
        },
        position: bounds::within("position", change.position.unwrap_or(was.position), 0, 1_000)?,
        ..was.clone()
    };
    let mut noted = Noted::default();
    noted.note("note", &was.note, &is.note);
    noted.note("position", &was.position, &is.position);
    if !noted.is_empty() {
        tx.exec(
            "UPDATE relation SET note = $3, position = $4 WHERE org_id = $1 AND id = $2",
            args![who.org, id, &is.note, is.position],
        )?;
        tell(tx, now, who, "relation.changed", id, noted.into_value())?;
    }
    Ok(is.into())
}

/// Removes a relation. Needs [`Permission::EditKnowledge`].
pub fn remove_relation(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let was = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM relation WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "kind": [was.kind, null], "product": was.product, "other": was.other });
    tell(tx, now, who, "relation.removed", id, data)
}

/// A relation from a product in reach; the other one may be sold elsewhere only.
fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<RelationRow, Problem> {
    staff(who)?;
    let sql = format!(
        "SELECT {} FROM relation WHERE org_id = $1 AND id = $2",
        RelationRow::COLUMNS
    );
    let row = tx
        .row(&sql, args![who.org, id], RelationRow::read)?
        .ok_or_else(Problem::not_found)?;
    catalogue::product(tx, who, row.product)?;
    who.need(Permission::EditKnowledge)?;
    Ok(row)
}
