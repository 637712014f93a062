use base::{Actor, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Event, Tx, args};

use crate::check;
use crate::picture;
use crate::product::{Product, by_code, in_reach, lowest};
use crate::setting::SETTINGS;
use crate::sku::{self, NewSku, Sku};
use crate::spelling::spelled;

/// A product as it shall be; the code names it. What is left out stays as it is.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// The shop's own code, at most 64 characters.
    pub code: String,
    /// What buyers read, at most 200 characters; a new product needs it.
    pub title: Option<String>,
    /// The id of a file, or a web address; empty takes it away.
    pub picture: Option<String>,
    /// Its page; empty takes it away.
    pub url: Option<String>,
    /// What speaks for it: at most 20 points of 100 characters.
    pub selling_points: Option<Vec<String>>,
    /// Whether it is sold.
    pub active: Option<bool>,
    /// The shops that sell it. Shops out of the caller's reach keep or lack it as before; left out for a
    /// new product, it is sold in all shops the caller has.
    pub shops: Option<Vec<Id>>,
    /// SKUs to make or change, at most 500; those not named stay as they are.
    #[serde(default)]
    pub skus: Vec<NewSku>,
}

const MOST_SKUS: usize = 500;
const MOST_POINTS: usize = 20;

/// Makes the product, or changes the one of this code. Needs [`Permission::EditCatalogue`]; a product that
/// is sold only in shops out of reach is `not_found`. Refuses a SKU code of another product
/// (`sku_code_taken`) and a product without any SKU (`sku_missing`).
pub fn upsert_product(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewProduct) -> Result<Product, Problem> {
    who.need(Permission::EditCatalogue)?;
    if new.skus.len() > MOST_SKUS {
        return Err(too_many("skus", MOST_SKUS));
    }
    let code = clean_line("code", &new.code, 64)?;
    let was = by_code(tx, who.org, &code)?;
    if was.as_ref().is_some_and(|was| !in_reach(who, was)) {
        return Err(Problem::not_found());
    }
    let is = wanted(tx, who, code, new, was.as_ref())?;
    let id = if was.is_some() { is.id } else { tx.id() };
    let shops = listings(tx, who, new, was.as_ref())?;
    let mut changes = check::changes(was.as_ref().map(fields), fields(&is));
    let listed_before = was.as_ref().and_then(|was| was.shops.clone());
    if listed_before != shops {
        changes.insert("shops".to_owned(), json!([listed_before, shops]));
    }
    // The row comes first: it is what two makers of the same code meet at.
    write(tx, now, who.org, id, &is, was.is_none())?;
    if listed_before != shops {
        list_in(tx, who.org, id, shops.as_deref().unwrap_or_default())?;
    }
    let safety = safety(tx, who.org)?;
    let mut skus_changed = false;
    for sku in &new.skus {
        skus_changed |= sku::upsert(tx, now, who, id, safety, sku)?;
    }
    let skus = Sku::of_products(tx, who.org, &[id])?;
    if skus.is_empty() {
        return Err(Problem::input(
            "skus",
            "sku_missing",
            "A product needs at least one SKU.",
        ));
    }
    if skus_changed || was.as_ref().is_none_or(|was| was.title != is.title) {
        let codes: Vec<&str> = skus.iter().map(|sku| sku.code.as_str()).collect();
        let folded = format!("{}\n{}\n{}", is.code, is.title, codes.join("\n")).to_lowercase();
        tx.exec(
            "UPDATE product SET folded = $3, spelled = $4 WHERE org_id = $1 AND id = $2",
            args![who.org, id, &folded, &spelled(&is.title)],
        )?;
    }
    spell_older(tx, who.org)?;
    if was.is_none() || !changes.is_empty() {
        let kind = if was.is_some() {
            "product.changed"
        } else {
            "product.created"
        };
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind,
            subject: id,
            data: changes.into(),
        })?;
    }
    Ok(Product {
        id,
        shops,
        price_fen: lowest(&skus),
        skus,
        ..is
    })
}

/// Pieces of a new SKU that are kept back.
pub(crate) fn safety(tx: &mut Tx<'_>, org: Id) -> Result<i64, Problem> {
    Ok(team::setting(tx, org, Id::NONE, &SETTINGS[0])?
        .as_i64()
        .unwrap_or_default())
}

/// Whether [`upsert_product`] would change anything of the product itself; its refusals, but for those of SKUs,
/// come from here too.
pub(crate) fn weigh(
    tx: &mut Tx<'_>,
    who: &Actor,
    code: String,
    new: &NewProduct,
    was: Option<&Product>,
) -> Result<bool, Problem> {
    if new.skus.len() > MOST_SKUS {
        return Err(too_many("skus", MOST_SKUS));
    }
    let is = wanted(tx, who, code, new, was)?;
    let shops = listings(tx, who, new, was)?;
    Ok(was.is_none_or(|was| fields(was) != fields(&is) || was.shops != shops))
}

/// The product as it shall be, checked, without shops and SKUs.
fn wanted(
    tx: &mut Tx<'_>,
    who: &Actor,
    code: String,
    new: &NewProduct,
    was: Option<&Product>,
) -> Result<Product, Problem> {
    let title = match (&new.title, was) {
        (Some(title), _) => clean_line("title", title, 200)?,
        (None, Some(was)) => was.title.clone(),
        (None, None) => return Err(Problem::input("title", "missing", "A new product needs a title.")),
    };
    let selling_points = match &new.selling_points {
        Some(points) if points.len() > MOST_POINTS => return Err(too_many("selling_points", MOST_POINTS)),
        Some(points) => points
            .iter()
            .map(|point| clean_line("selling_points", point, 100))
            .collect::<Result<_, _>>()?,
        None => was.map(|was| was.selling_points.clone()).unwrap_or_default(),
    };
    let picture_was = was.and_then(|was| was.picture.clone());
    let picture = address("picture", new.picture.as_deref(), picture_was.clone(), true)?;
    picture::check(tx, who, picture.as_deref(), picture_was.as_deref())?;
    Ok(Product {
        id: was.map_or(Id::NONE, |was| was.id),
        code,
        title,
        price_fen: None,
        picture,
        url: address(
            "url",
            new.url.as_deref(),
            was.and_then(|was| was.url.clone()),
            false,
        )?,
        selling_points,
        active: new.active.or(was.map(|was| was.active)).unwrap_or(true),
        shops: None,
        skus: Vec::new(),
    })
}

/// A web address (or, where `file` allows it, the id of a file). Other schemes could run script where the
/// address is shown as a link.
fn address(
    field: &'static str,
    new: Option<&str>,
    was: Option<String>,
    file: bool,
) -> Result<Option<String>, Problem> {
    let Some(new) = new else { return Ok(was) };
    if new.trim().is_empty() {
        return Ok(None);
    }
    let text = clean_line(field, new, 1_000)?;
    let web = text.starts_with("https://") || text.starts_with("http://");
    let id = file && text.parse::<i64>().is_ok_and(|id| id > 0);
    if web || id {
        return Ok(Some(text));
    }
    Err(Problem::input(
        field,
        "not_an_address",
        "Write a web address that begins with https://.",
    ))
}

/// The shops that shall sell it; `None` is all.
fn listings(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &NewProduct,
    was: Option<&Product>,
) -> Result<Option<Vec<Id>>, Problem> {
    let Some(listed) = &new.shops else {
        return Ok(match (was, &who.shops) {
            (Some(was), _) => was.shops.clone(),
            (None, Shops::All) => None,
            (None, Shops::Only(shops)) => Some(shops.to_vec()),
        });
    };
    for shop in listed {
        who.need_shop(*shop)?;
        team::shop(tx, who.org, *shop)?.ok_or_else(Problem::not_found)?;
    }
    let kept = was
        .and_then(|was| was.shops.as_ref())
        .into_iter()
        .flatten()
        .filter(|shop| !who.shops.has(**shop));
    let mut shops: Vec<Id> = listed.iter().chain(kept).copied().collect();
    shops.sort_unstable();
    shops.dedup();
    if shops.is_empty() {
        return Err(Problem::input(
            "shops",
            "missing",
            "Name a shop that sells it, or end its sale with active.",
        ));
    }
    Ok(Some(shops))
}

fn write(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id, is: &Product, new: bool) -> Result<(), Problem> {
    if new {
        let made = tx.exec(
            "INSERT INTO product (org_id, id, code, title, selling_points, active, folded, created_at, changed_at)
             VALUES ($1, $2, $3, '', '', 0, '', $4, $4) ON CONFLICT (org_id, code) DO NOTHING",
            args![org, id, &is.code, now],
        )?;
        if made != 1 {
            // It was looked up in this very transaction.
            return Err(Problem::unavailable());
        }
    }
    let points = is.selling_points.join("\n");
    tx.exec(
        "UPDATE product SET title = $3, picture = $4, url = $5, selling_points = $6, active = $7, changed_at = $8
         WHERE org_id = $1 AND id = $2",
        args![org, id, &is.title, &is.picture, &is.url, &points, is.active, now],
    )?;
    Ok(())
}

fn list_in(tx: &mut Tx<'_>, org: Id, product: Id, shops: &[Id]) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM product_shop WHERE org_id = $1 AND product_id = $2",
        args![org, product],
    )?;
    for shop in shops {
        tx.exec(
            "INSERT INTO product_shop (org_id, product_id, shop_id) VALUES ($1, $2, $3)",
            args![org, product, *shop],
        )?;
    }
    Ok(())
}

/// Spells products that were written before titles were spelled, a few with each one that is written now.
fn spell_older(tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
    const ALONG: usize = 50;
    let older = tx.rows(
        "SELECT id, title FROM product WHERE org_id = $1 AND spelled IS NULL ORDER BY id LIMIT $2",
        args![org, ALONG],
        |row| Ok((row.get::<Id>(0)?, row.get::<String>(1)?)),
    )?;
    for (id, title) in older {
        tx.exec(
            "UPDATE product SET spelled = $3 WHERE org_id = $1 AND id = $2",
            args![org, id, &spelled(&title)],
        )?;
    }
    Ok(())
}

/// The fields the log tells changes of.
fn fields(product: &Product) -> [(&'static str, Value); 5] {
    [
        ("title", json!(product.title)),
        ("picture", json!(product.picture)),
        ("url", json!(product.url)),
        ("selling_points", json!(product.selling_points)),
        ("active", json!(product.active)),
    ]
}

fn too_many(field: &'static str, most: usize) -> Problem {
    Problem::input(field, "too_many", format!("At most {most}.")).with("limit", most)
}
