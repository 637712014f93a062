use base::{Actor, Fen, Id, Ms, Permission, Problem, clean_line};
use catalogue::Product;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Row, Tx, args};

use crate::bounds;
use crate::things::noted::{Noted, tell};
use crate::things::reach::staff;

/// What is repaired of one part, for how long, and what it costs otherwise (rows 223 to 225).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Warranty {
    /// Its id.
    pub id: Id,
    /// The product.
    pub product: Id,
    /// The part: 屏幕, 电池, 整机.
    pub part: String,
    /// How many months from the day it was received; 0: no warranty.
    pub months: i64,
    /// What is repaired for nothing.
    pub scope: String,
    /// When a repair is charged.
    pub chargeable: String,
    /// What repairs cost then.
    pub prices: Vec<RepairPrice>,
}

/// What one repair costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepairPrice {
    /// What is done, at most 80 characters.
    pub item: String,
    /// What it costs.
    pub fen: Fen,
}

/// A warranty to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWarranty {
    /// The part, at most 40 characters; one warranty a part.
    pub part: String,
    /// Months, 0 to 600.
    pub months: i64,
    /// What is repaired for nothing, at most 1,000 characters.
    #[serde(default)]
    pub scope: String,
    /// When a repair is charged, at most 1,000 characters.
    #[serde(default)]
    pub chargeable: String,
    /// What repairs cost then, at most 50.
    #[serde(default)]
    pub prices: Vec<RepairPrice>,
}

/// What to change of a warranty; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WarrantyChange {
    /// The part.
    pub part: Option<String>,
    /// Months.
    pub months: Option<i64>,
    /// What is repaired for nothing.
    pub scope: Option<String>,
    /// When a repair is charged.
    pub chargeable: Option<String>,
    /// What repairs cost then.
    pub prices: Option<Vec<RepairPrice>>,
}

const COLUMNS: &str = "id, product_id, part, months, scope, chargeable, prices";

fn read(row: &Row<'_>) -> Result<Warranty, Problem> {
    Ok(Warranty {
        id: row.get(0)?,
        product: row.get(1)?,
        part: row.get(2)?,
        months: row.get(3)?,
        scope: row.get(4)?,
        chargeable: row.get(5)?,
        prices: bounds::from_text(&row.get::<String>(6)?)?,
    })
}

/// The warranties of a product, in the order in which they were added.
pub fn warranties(tx: &mut Tx<'_>, who: &Actor, product: Id) -> Result<Vec<Warranty>, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    of_product(tx, who.org, product.id)
}

/// The warranties of a product that was looked up before.
pub(crate) fn of_product(tx: &mut Tx<'_>, org: Id, product: Id) -> Result<Vec<Warranty>, Problem> {
    let sql =
        format!("SELECT {COLUMNS} FROM warranty WHERE org_id = $1 AND product_id = $2 ORDER BY id LIMIT 200");
    tx.rows(&sql, args![org, product], read)
}

/// Adds a warranty to a product. Needs [`Permission::EditKnowledge`]; refuses a part that has one
/// (`warranty_exists`).
pub fn add_warranty(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    new: &NewWarranty,
) -> Result<Warranty, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    who.need(Permission::EditKnowledge)?;
    let is = check(Warranty {
        id: tx.id(),
        product: product.id,
        part: new.part.clone(),
        months: new.months,
        scope: new.scope.clone(),
        chargeable: new.chargeable.clone(),
        prices: new.prices.clone(),
    })?;
    let made = tx.exec(
        "INSERT INTO warranty (org_id, id, product_id, part, months, scope, chargeable, prices)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org_id, product_id, part) DO NOTHING",
        args![
            who.org,
            is.id,
            is.product,
            &is.part,
            is.months,
            &is.scope,
            &is.chargeable,
            &bounds::to_text(&is.prices)?
        ],
    )?;
    if made != 1 {
        return Err(exists(&is.part));
    }
    let data = json!({ "product": product.id, "part": [null, is.part], "months": [null, is.months] });
    tell(tx, now, who, "warranty.added", is.id, data)?;
    Ok(is)
}

/// Changes a warranty. Needs [`Permission::EditKnowledge`].
pub fn change_warranty(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &WarrantyChange,
) -> Result<Warranty, Problem> {
    let (_, was) = editable(tx, who, id)?;
    let is = check(Warranty {
        id,
        product: was.product,
        part: change.part.clone().unwrap_or_else(|| was.part.clone()),
        months: change.months.unwrap_or(was.months),
        scope: change.scope.clone().unwrap_or_else(|| was.scope.clone()),
        chargeable: change
            .chargeable
            .clone()
            .unwrap_or_else(|| was.chargeable.clone()),
        prices: change.prices.clone().unwrap_or_else(|| was.prices.clone()),
    })?;
    let mut noted = Noted::default();
    noted.note("part", &was.part, &is.part);
    noted.note("months", &was.months, &is.months);
    noted.note("scope", &was.scope, &is.scope);
    noted.note("chargeable", &was.chargeable, &is.chargeable);
    noted.note("prices", &was.prices, &is.prices);
    if noted.is_empty() {
        return Ok(was);
    }
    if was.part != is.part {
        let taken: Option<Id> = tx.value(
            "SELECT id FROM warranty WHERE org_id = $1 AND product_id = $2 AND part = $3",
            args![who.org, is.product, &is.part],
        )?;
        if taken.is_some() {
            return Err(exists(&is.part));
        }
    }
    tx.exec(
        "UPDATE warranty SET part = $3, months = $4, scope = $5, chargeable = $6, prices = $7
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            &is.part,
            is.months,
            &is.scope,
            &is.chargeable,
            &bounds::to_text(&is.prices)?
        ],
    )?;
    tell(tx, now, who, "warranty.changed", id, noted.into_value())?;
    Ok(is)
}

/// Removes a warranty. Needs [`Permission::EditKnowledge`].
pub fn remove_warranty(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let (product, was) = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM warranty WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "product": product.id, "part": [was.part, null], "months": [was.months, null] });
    tell(tx, now, who, "warranty.removed", id, data)
}

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(Product, Warranty), Problem> {
    staff(who)?;
    let sql = format!("SELECT {COLUMNS} FROM warranty WHERE org_id = $1 AND id = $2");
    let row = tx
        .row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::not_found)?;
    let product = catalogue::product(tx, who, row.product)?;
    who.need(Permission::EditKnowledge)?;
    Ok((product, row))
}

fn check(is: Warranty) -> Result<Warranty, Problem> {
    bounds::few("prices", is.prices.len(), 50)?;
    let price = |price: &RepairPrice| -> Result<RepairPrice, Problem> {
        Ok(RepairPrice {
            item: clean_line("prices.item", &price.item, 80)?,
            fen: bounds::amount("prices.fen", price.fen)?,
        })
    };
    Ok(Warranty {
        part: clean_line("part", &is.part, 40)?,
        months: bounds::within("months", is.months, 0, 600)?,
        scope: bounds::text("scope", &is.scope, 1_000)?,
        chargeable: bounds::text("chargeable", &is.chargeable, 1_000)?,
        prices: is.prices.iter().map(price).collect::<Result<_, _>>()?,
        ..is
    })
}

fn exists(part: &str) -> Problem {
    Problem::conflict("warranty_exists", "This part of the product has a warranty.").with("part", part)
}
