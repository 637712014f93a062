//! Products as files tell them: refused before anything is written, and given back as they were.

use base::{Actor, Fen, Id, Ms, Permission, Problem, clean_line};
use serde_json::json;
use store::{Event, Tx, args, pad};

use crate::new_product::{self, NewProduct, upsert_product};
use crate::product::{Product, by_code, in_reach, product};
use crate::sku::{self, NewSku, Sku, sku_by_code};

/// A counted SKU, by its merchant code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedSku {
    /// The merchant code.
    pub code: String,
    /// Pieces on the shelf.
    pub on_hand: i64,
    /// Pieces kept back; left out: as before.
    pub safety: Option<i64>,
    /// What one piece costs the shop; left out: as before.
    pub cost_fen: Option<Fen>,
}

/// What [`import_product`] would do, without doing it: the product as it is, and whether anything changes. Every
/// refusal of [`upsert_product`] comes from here, so that whoever imports many can go on after one.
pub fn weigh_product(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &NewProduct,
) -> Result<(Option<Product>, bool), Problem> {
    who.need(Permission::EditCatalogue)?;
    let new = &with_floors(tx, who.org, new)?;
    let code = clean_line("code", &new.code, 64)?;
    let was = by_code(tx, who.org, &code)?;
    if was.as_ref().is_some_and(|was| !in_reach(who, was)) {
        return Err(Problem::not_found());
    }
    let mut changed = new_product::weigh(tx, who, code, new, was.as_ref())?;
    let safety = new_product::safety(tx, who.org)?;
    for sku in &new.skus {
        changed |= sku::weigh(tx, who.org, was.as_ref().map(|was| was.id), safety, sku)?;
    }
    if was.is_none() && new.skus.is_empty() {
        let detail = "A product needs at least one SKU.";
        return Err(Problem::input("skus", "sku_missing", detail));
    }
    Ok((was, changed))
}

/// [`upsert_product`] for whoever takes in many: what is refused leaves nothing behind. A new product is sold in
/// `shop`. Answers the product as it was and as it is.
pub fn import_product(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    new: &NewProduct,
) -> Result<(Option<Product>, Product), Problem> {
    let (was, changed) = weigh_product(tx, who, new)?;
    let new = &with_floors(tx, who.org, new)?;
    match was {
        Some(was) if !changed => Ok((Some(was.clone()), was)),
        Some(was) => {
            let is = upsert_product(tx, now, who, new)?;
            Ok((Some(was), is))
        }
        None => {
            let new = NewProduct {
                shops: Some(vec![shop]),
                ..new.clone()
            };
            Ok((None, upsert_product(tx, now, who, &new)?))
        }
    }
}

/// The same with the floors that follow: where a SKU may be sold for no less than its price and a file tells a new
/// price and no floor, the floor is the new price.
fn with_floors(tx: &mut Tx<'_>, org: Id, new: &NewProduct) -> Result<NewProduct, Problem> {
    let mut new = new.clone();
    for sku in &mut new.skus {
        if let (Some(price), None) = (sku.price_fen, sku.floor_fen)
            && let Some(was) = sku_by_code(tx, org, &sku.code)?
            && was.floor_fen == was.price_fen
        {
            sku.floor_fen = Some(price);
        }
    }
    Ok(new)
}

/// The change of the product a counted SKU is of. `sku_unknown` when the catalogue has none of this code.
pub fn counted(tx: &mut Tx<'_>, who: &Actor, counted: &CountedSku) -> Result<NewProduct, Problem> {
    who.need(Permission::EditCatalogue)?;
    let unknown = || {
        Problem::input(
            "skus.code",
            "sku_unknown",
            "The catalogue has no SKU of this code.",
        )
    };
    let sku = sku_by_code(tx, who.org, &counted.code)?.ok_or_else(unknown)?;
    let of = product(tx, who, sku.product).map_err(|_| unknown())?;
    Ok(NewProduct {
        code: of.code,
        title: None,
        picture: None,
        url: None,
        selling_points: None,
        active: None,
        shops: None,
        skus: vec![NewSku {
            code: counted.code.clone(),
            spec: None,
            price_fen: None,
            floor_fen: None,
            on_hand: Some(counted.on_hand),
            safety: counted.safety,
            cost_fen: counted.cost_fen,
            active: None,
        }],
    })
}

/// Makes a product that an import left as `is` what it was before; takes it away where it was not there.
/// `false`, and nothing done, when somebody changed it since or has pieces of it promised.
pub fn give_back_product(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    was: Option<&Product>,
    is: &Product,
) -> Result<bool, Problem> {
    who.need(Permission::EditCatalogue)?;
    let Some(stands) = by_code(tx, who.org, &is.code)? else {
        return Ok(false);
    };
    let more: Vec<&Sku> = is
        .skus
        .iter()
        .filter(|sku| !was.is_some_and(|was| was.skus.iter().any(|old| old.id == sku.id)))
        .collect();
    let promised = |sku: &Sku| stands.skus.iter().any(|now| now.id == sku.id && now.locked > 0);
    if !is_same_product(&stands, is) || more.iter().any(|sku| promised(sku)) {
        return Ok(false);
    }
    let gone: Vec<Id> = more.iter().map(|sku| sku.id).collect();
    forget_skus(tx, who.org, &gone)?;
    match was {
        Some(was) => {
            upsert_product(tx, now, who, &as_new(was))?;
            forget_costs(tx, who.org, was)?;
        }
        None => {
            for table in ["product_shop", "product"] {
                let column = if table == "product" { "id" } else { "product_id" };
                let sql = format!("DELETE FROM {table} WHERE org_id = $1 AND {column} = $2");
                tx.exec(&sql, args![who.org, is.id])?;
            }
            tx.emit(Event {
                at: now,
                who,
                shop: Id::NONE,
                kind: "product.deleted",
                subject: is.id,
                data: json!({}),
            })?;
        }
    }
    Ok(true)
}

/// Whether a product is the same as before, but for what orders change of it.
pub fn is_same_product(was: &Product, is: &Product) -> bool {
    bare(was) == bare(is)
}

/// A product without what orders change of it.
fn bare(product: &Product) -> Product {
    let mut product = product.clone();
    for sku in &mut product.skus {
        (sku.locked, sku.sellable) = (0, 0);
    }
    product
}

/// All of a product as something to be written.
fn as_new(was: &Product) -> NewProduct {
    let sku = |sku: &Sku| NewSku {
        code: sku.code.clone(),
        spec: Some(sku.spec.clone()),
        price_fen: Some(sku.price_fen),
        floor_fen: Some(sku.floor_fen),
        on_hand: Some(sku.on_hand),
        safety: Some(sku.safety),
        cost_fen: sku.cost_fen,
        active: Some(sku.active),
    };
    NewProduct {
        code: was.code.clone(),
        title: Some(was.title.clone()),
        picture: Some(was.picture.clone().unwrap_or_default()),
        url: Some(was.url.clone().unwrap_or_default()),
        selling_points: Some(was.selling_points.clone()),
        active: Some(was.active),
        shops: None,
        skus: was.skus.iter().map(sku).collect(),
    }
}

/// Takes costs away that were not known: what is left out of a change stays.
fn forget_costs(tx: &mut Tx<'_>, org: Id, was: &Product) -> Result<(), Problem> {
    for sku in was.skus.iter().filter(|sku| sku.cost_fen.is_none()) {
        tx.exec(
            "UPDATE sku SET cost_fen = NULL WHERE org_id = $1 AND id = $2",
            args![org, sku.id],
        )?;
    }
    Ok(())
}

fn forget_skus(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<(), Problem> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "DELETE FROM sku WHERE org_id = $1 AND id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    tx.exec(&sql, &arguments)?;
    Ok(())
}
