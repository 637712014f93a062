use std::collections::HashMap;

use base::{Actor, Fen, Id, Ms, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Arg, Event, Row, Tx, args, pad};

use crate::check;
use crate::stock::Stock;

/// One thing on the shelf: a product in one colour, size and so on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Sku {
    /// Its id.
    pub id: Id,
    /// The product.
    pub product: Id,
    /// The merchant code, one for all shops.
    pub code: String,
    /// Colour, size and so on; empty when the product has one SKU only.
    pub spec: String,
    /// What it costs.
    pub price_fen: Fen,
    /// What no agent may go below.
    pub floor_fen: Fen,
    /// What one piece costs the shop; null: nobody said, or it is not for whoever asks.
    pub cost_fen: Option<Fen>,
    /// Pieces on the shelf.
    pub on_hand: i64,
    /// Pieces promised to paid orders.
    pub locked: i64,
    /// Pieces kept back for flawed ones.
    pub safety: i64,
    /// Pieces that may still be promised: on hand less locked less safety, never below zero.
    pub sellable: i64,
    /// Whether it is sold.
    pub active: bool,
}

/// A SKU as it shall be; the code names it. What is left out stays as it is.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSku {
    /// The merchant code, at most 64 characters.
    pub code: String,
    /// Colour, size and so on, at most 120 characters.
    pub spec: Option<String>,
    /// What it costs; a new SKU needs it.
    pub price_fen: Option<Fen>,
    /// What no agent may go below; a new SKU without it may be sold for no less than its price.
    pub floor_fen: Option<Fen>,
    /// What one piece costs the shop; orders keep what was known when they were made.
    pub cost_fen: Option<Fen>,
    /// Pieces on the shelf, counted; a new SKU without it has none.
    pub on_hand: Option<i64>,
    /// Pieces kept back; a new SKU without it keeps what the setting `catalogue.safety` says.
    pub safety: Option<i64>,
    /// Whether it is sold.
    pub active: Option<bool>,
}

const COLUMNS: &str =
    "id, product_id, code, spec, price_fen, floor_fen, on_hand, locked, safety, active, cost_fen";

impl Sku {
    fn read(row: &Row<'_>) -> Result<Sku, Problem> {
        let stock = Stock {
            on_hand: row.get(6)?,
            locked: row.get(7)?,
            safety: row.get(8)?,
        };
        Ok(Sku {
            id: row.get(0)?,
            product: row.get(1)?,
            code: row.get(2)?,
            spec: row.get(3)?,
            price_fen: row.get(4)?,
            floor_fen: row.get(5)?,
            cost_fen: row.get(10)?,
            on_hand: stock.on_hand,
            locked: stock.locked,
            safety: stock.safety,
            sellable: stock.sellable(),
            active: row.get(9)?,
        })
    }

    /// For rooms that ask no right: what it costs is not among what they show.
    fn read_without_cost(row: &Row<'_>) -> Result<Sku, Problem> {
        Ok(Sku {
            cost_fen: None,
            ..Sku::read(row)?
        })
    }

    /// The SKUs of these products, in the order in which they were made.
    pub(crate) fn of_products(tx: &mut Tx<'_>, org: Id, products: &[Id]) -> Result<Vec<Sku>, Problem> {
        let list = Tx::in_list(2, products.len());
        let sql = format!("SELECT {COLUMNS} FROM sku WHERE org_id = $1 AND product_id IN {list} ORDER BY id");
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(products));
        tx.rows(&sql, &arguments, Sku::read)
    }
}

/// A SKU by id. No right is asked: callers show it only where the product may be seen.
pub fn sku(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Sku>, Problem> {
    tx.row(
        &format!("SELECT {COLUMNS} FROM sku WHERE org_id = $1 AND id = $2"),
        args![org, id],
        Sku::read_without_cost,
    )
}

/// SKUs by id, in no order; those nobody knows are left out. No right is asked, as with [`sku`].
pub fn skus(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<Vec<Sku>, Problem> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM sku WHERE org_id = $1 AND id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    tx.rows(&sql, &arguments, Sku::read_without_cost)
}

/// A SKU by its merchant code, exactly as written.
pub fn sku_by_code(tx: &mut Tx<'_>, org: Id, code: &str) -> Result<Option<Sku>, Problem> {
    let found = by_code(tx, org, code)?;
    Ok(found.map(|sku| Sku {
        cost_fen: None,
        ..sku
    }))
}

/// [`sku_by_code`] with what it costs.
pub(crate) fn by_code(tx: &mut Tx<'_>, org: Id, code: &str) -> Result<Option<Sku>, Problem> {
    tx.row(
        &format!("SELECT {COLUMNS} FROM sku WHERE org_id = $1 AND code = $2"),
        args![org, code],
        Sku::read,
    )
}

/// The SKUs of these merchant codes, by code; codes the catalogue does not know are left out.
pub fn skus_by_codes(tx: &mut Tx<'_>, org: Id, codes: &[&str]) -> Result<HashMap<String, Id>, Problem> {
    let Some(last) = codes.last() else {
        return Ok(HashMap::new());
    };
    let sql = format!(
        "SELECT code, id FROM sku WHERE org_id = $1 AND code IN {}",
        Tx::in_list(2, codes.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(codes.iter().map(|code| Arg::from(*code)));
    arguments.resize(1 + codes.len().next_power_of_two(), Arg::from(*last));
    let found = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.into_iter().collect())
}

/// Whether [`upsert`] would change anything; every refusal of it comes from here too.
pub(crate) fn weigh(
    tx: &mut Tx<'_>,
    org: Id,
    product: Option<Id>,
    safety: i64,
    new: &NewSku,
) -> Result<bool, Problem> {
    let code = clean_line("skus.code", &new.code, 64)?;
    let was = by_code(tx, org, &code)?;
    if was.as_ref().is_some_and(|was| Some(was.product) != product) {
        return Err(taken(code));
    }
    let is = wanted(product.unwrap_or(Id::NONE), code, safety, new, was.as_ref())?;
    Ok(was.as_ref() != Some(&is))
}

fn taken(code: String) -> Problem {
    let detail = "Another product has a SKU of this code.";
    Problem::conflict("sku_code_taken", detail).with("sku", code)
}

/// Makes or changes one SKU of `product`; the right was checked. A new one keeps `safety` pieces back unless
/// told otherwise. Answers whether anything changed.
pub(crate) fn upsert(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    safety: i64,
    new: &NewSku,
) -> Result<bool, Problem> {
    let code = clean_line("skus.code", &new.code, 64)?;
    let was = by_code(tx, who.org, &code)?;
    if was.as_ref().is_some_and(|was| was.product != product) {
        return Err(taken(code));
    }
    let is = wanted(product, code, safety, new, was.as_ref())?;
    if was.as_ref() == Some(&is) {
        return Ok(false);
    }
    let id = if was.is_some() {
        is.id
    } else {
        make(tx, who.org, product, &is.code)?
    };
    // Locked pieces are not ours to set: they follow orders.
    tx.exec(
        "UPDATE sku SET spec = $3, price_fen = $4, floor_fen = $5, on_hand = $6, safety = $7, active = $8,
           cost_fen = $9
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            &is.spec,
            is.price_fen,
            is.floor_fen,
            is.on_hand,
            is.safety,
            is.active,
            is.cost_fen
        ],
    )?;
    let mut data = check::changes(was.as_ref().map(fields), fields(&is));
    // The log is read by people who do not see costs: it tells that it changed.
    if was.as_ref().and_then(|was| was.cost_fen) != is.cost_fen {
        data.insert("cost".to_owned(), json!(true));
    }
    let data = data.into();
    let kind = if was.is_some() {
        "sku.changed"
    } else {
        "sku.created"
    };
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind,
        subject: id,
        data,
    })?;
    Ok(true)
}

/// Makes the row of a SKU, to be filled. Two who make one code at once meet here.
fn make(tx: &mut Tx<'_>, org: Id, product: Id, code: &str) -> Result<Id, Problem> {
    let id = tx.id();
    let made = tx.exec(
        "INSERT INTO sku (org_id, id, product_id, code, spec, price_fen, floor_fen, on_hand, locked, safety, active)
         VALUES ($1, $2, $3, $4, '', 0, 0, 0, 0, 0, 0) ON CONFLICT (org_id, code) DO NOTHING",
        args![org, id, product, code],
    )?;
    // It was looked up in this very transaction.
    if made == 1 {
        Ok(id)
    } else {
        Err(Problem::unavailable())
    }
}

/// The SKU as it shall be, checked.
fn wanted(product: Id, code: String, safety: i64, new: &NewSku, was: Option<&Sku>) -> Result<Sku, Problem> {
    let spec = match &new.spec {
        Some(spec) if spec.trim().is_empty() => String::new(),
        Some(spec) => clean_line("skus.spec", spec, 120)?,
        None => was.map(|was| was.spec.clone()).unwrap_or_default(),
    };
    let price = new.price_fen.or(was.map(|was| was.price_fen));
    let price =
        price.ok_or_else(|| Problem::input("skus.price_fen", "missing", "A new SKU needs a price."))?;
    let price_fen = check::price("skus.price_fen", price)?;
    let floor = new
        .floor_fen
        .or(was.map(|was| was.floor_fen))
        .unwrap_or(price_fen);
    let floor_fen = check::price("skus.floor_fen", floor)?;
    if floor_fen > price_fen {
        let detail = "The floor is above the price; lower it, or raise the price.";
        return Err(Problem::input("skus.floor_fen", "floor_above_price", detail).with("sku", code));
    }
    let cost = new.cost_fen.or(was.and_then(|was| was.cost_fen));
    let stock = Stock {
        on_hand: check::pieces(
            "skus.on_hand",
            new.on_hand.or(was.map(|was| was.on_hand)).unwrap_or(0),
        )?,
        locked: was.map_or(0, |was| was.locked),
        safety: check::pieces(
            "skus.safety",
            new.safety.or(was.map(|was| was.safety)).unwrap_or(safety),
        )?,
    };
    Ok(Sku {
        id: was.map_or(Id::NONE, |was| was.id),
        product,
        code,
        spec,
        price_fen,
        floor_fen,
        cost_fen: cost.map(|cost| check::price("skus.cost_fen", cost)).transpose()?,
        on_hand: stock.on_hand,
        locked: stock.locked,
        safety: stock.safety,
        sellable: stock.sellable(),
        active: new.active.or(was.map(|was| was.active)).unwrap_or(true),
    })
}

/// The fields the log tells changes of.
fn fields(sku: &Sku) -> [(&'static str, Value); 6] {
    [
        ("spec", json!(sku.spec)),
        ("price_fen", json!(sku.price_fen)),
        ("floor_fen", json!(sku.floor_fen)),
        ("on_hand", json!(sku.on_hand)),
        ("safety", json!(sku.safety)),
        ("active", json!(sku.active)),
    ]
}
