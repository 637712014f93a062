use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, record};

use crate::bounds::{self, nullable};
use crate::things::fact;
use crate::things::holding::{DAY_MS, Holding, NEVER, days_left, number, shown};
use crate::things::noted::{Noted, tell};
use crate::things::reach::{Looked, sold_in, staff};
use crate::things::settings::BATCH_DAYS;

record! {
    /// A batch as it is kept.
    #[derive(Clone, Debug, PartialEq)]
    pub struct BatchRow {
        /// Its id.
        pub id: Id = "id",
        /// The product.
        pub product: Id = "product_id",
        /// The SKU, or all.
        pub sku: Option<Id> = "sku_id",
        /// What is printed on it.
        pub code: String = "code",
        /// When it was made.
        pub made_at: Ms = "made_at",
        /// When it expires.
        pub expires_at: Ms = "expires_at",
        /// What else is to be known.
        pub note: String = "note",
    }
}

/// A batch of a product, and until when it keeps (row 97).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductBatch {
    /// Its id.
    pub id: Id,
    /// The product.
    pub product: Id,
    /// The product's title.
    pub product_title: String,
    /// The SKU; null: all of the product.
    pub sku: Option<Id>,
    /// What is printed on it.
    pub code: String,
    /// When it was made.
    pub made_at: Ms,
    /// When it expires; null: not at all.
    pub expires_at: Option<Ms>,
    /// What else is to be known.
    pub note: String,
    /// Whether it still keeps.
    pub state: Holding,
    /// Whole days left, negative once it expired; null when it does not expire.
    pub days_left: Option<i64>,
}

/// A batch to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProductBatch {
    /// What is printed on it, at most 40 characters; unique for the product.
    pub code: String,
    /// When it was made.
    pub made_at: Ms,
    /// When it expires; left out: after the product's shelf life, if one is known.
    pub expires_at: Option<Ms>,
    /// The SKU; left out: all of the product.
    pub sku: Option<Id>,
    /// What else is to be known, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// What to change of a batch; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductBatchChange {
    /// What is printed on it.
    pub code: Option<String>,
    /// When it was made.
    pub made_at: Option<Ms>,
    /// When it expires; null: not at all.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    pub expires_at: Option<Option<Ms>>,
    /// The SKU; null: all of the product.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    pub sku: Option<Option<Id>>,
    /// What else is to be known.
    pub note: Option<String>,
}

/// Which batches a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchFilter {
    /// Of products sold in this shop.
    pub shop: Option<Id>,
    /// How they stand.
    pub state: Option<Holding>,
}

fn view(now: Ms, days: i64, title: &str, row: BatchRow) -> ProductBatch {
    ProductBatch {
        id: row.id,
        product: row.product,
        product_title: title.to_owned(),
        sku: row.sku,
        code: row.code,
        made_at: row.made_at,
        expires_at: shown(row.expires_at),
        note: row.note,
        state: Holding::of(now, row.expires_at, days),
        days_left: days_left(now, row.expires_at),
    }
}

/// The batches of a product, the first to expire first.
pub fn batches_of(tx: &mut Tx<'_>, now: Ms, who: &Actor, product: Id) -> Result<Vec<ProductBatch>, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    let days = number(tx, who, BATCH_DAYS)?;
    let sql = format!(
        "SELECT {} FROM product_batch WHERE org_id = $1 AND product_id = $2 ORDER BY expires_at, id LIMIT 500",
        BatchRow::COLUMNS
    );
    let rows = tx.rows(&sql, args![who.org, product.id], BatchRow::read)?;
    Ok(rows
        .into_iter()
        .map(|row| view(now, days, &product.title, row))
        .collect())
}

/// Batches of all products in reach, the first to expire first. A page may hold fewer than were asked for.
pub fn batches(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &BatchFilter,
    page: &PageAsk,
) -> Result<Page<ProductBatch>, Problem> {
    staff(who)?;
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let days = number(tx, who, BATCH_DAYS)?;
    let (after, to) = Holding::ends(filter.state, now, days);
    let [end, id] = page.numbers().unwrap_or([i64::MIN, 0]);
    let sql = format!(
        "SELECT {} FROM product_batch
         WHERE org_id = $1 AND expires_at > $2 AND expires_at <= $3
           AND (expires_at > $4 OR (expires_at = $4 AND id > $5))
         ORDER BY expires_at, id LIMIT $6",
        BatchRow::COLUMNS
    );
    let arguments = args![who.org, after, to, end, id, page.limit() + 1];
    let rows = tx.rows(&sql, arguments, BatchRow::read)?;
    let cut = Page::cut(rows, page.limit(), |row| vec![row.expires_at.0, row.id.0]);
    let mut looked = Looked::of(tx, who, cut.items.iter().map(|row| row.product))?;
    let mut items = Vec::new();
    for row in cut.items {
        let found = looked.product(tx, who, row.product)?;
        let Some(product) = found.filter(|one| filter.shop.is_none_or(|shop| sold_in(one, shop))) else {
            continue;
        };
        items.push(view(now, days, &product.title, row));
    }
    Ok(Page {
        items,
        next: cut.next,
    })
}

/// Adds a batch to a product. Needs [`Permission::EditKnowledge`]; refuses a code the product has already
/// (`batch_exists`) and an end before it was made (`expires_before_made`).
pub fn add_batch(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    new: &NewProductBatch,
) -> Result<ProductBatch, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    who.need(Permission::EditKnowledge)?;
    let life = fact::of_product(tx, who.org, product.id)?.shelf_life_days;
    let kept = life.map(|days| new.made_at.plus(days * DAY_MS));
    let row = check(BatchRow {
        id: tx.id(),
        product: product.id,
        sku: new.sku,
        code: new.code.clone(),
        made_at: new.made_at,
        expires_at: new.expires_at.or(kept).unwrap_or(NEVER),
        note: new.note.clone(),
    })?;
    need_sku(&product, row.sku)?;
    insert(tx, who.org, &row)?;
    let data = json!({ "product": product.id, "code": [null, row.code], "expires_at": [null, shown(row.expires_at)] });
    tell(tx, now, who, "batch.added", row.id, data)?;
    let days = number(tx, who, BATCH_DAYS)?;
    Ok(view(now, days, &product.title, row))
}

/// Changes a batch. Needs [`Permission::EditKnowledge`].
pub fn change_batch(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &ProductBatchChange,
) -> Result<ProductBatch, Problem> {
    let (product, was) = editable(tx, who, id)?;
    let is = check(BatchRow {
        id,
        product: was.product,
        sku: change.sku.unwrap_or(was.sku),
        code: change.code.clone().unwrap_or_else(|| was.code.clone()),
        made_at: change.made_at.unwrap_or(was.made_at),
        expires_at: change
            .expires_at
            .map_or(was.expires_at, |end| end.unwrap_or(NEVER)),
        note: change.note.clone().unwrap_or_else(|| was.note.clone()),
    })?;
    need_sku(&product, is.sku)?;
    let mut noted = Noted::default();
    noted.note("code", &was.code, &is.code);
    noted.note("sku", &was.sku, &is.sku);
    noted.note("made_at", &was.made_at, &is.made_at);
    noted.note("expires_at", &shown(was.expires_at), &shown(is.expires_at));
    noted.note("note", &was.note, &is.note);
    if !noted.is_empty() {
        if was.code != is.code {
            free_code(tx, who.org, &is)?;
        }
        tx.exec(
            "UPDATE product_batch SET sku_id = $3, code = $4, made_at = $5, expires_at = $6, note = $7
             WHERE org_id = $1 AND id = $2",
            args![who.org, id, is.sku, &is.code, is.made_at, is.expires_at, &is.note],
        )?;
        tell(tx, now, who, "batch.changed", id, noted.into_value())?;
    }
    let days = number(tx, who, BATCH_DAYS)?;
    Ok(view(now, days, &product.title, is))
}

/// Removes a batch. Needs [`Permission::EditKnowledge`].
pub fn remove_batch(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let (product, was) = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM product_batch WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "product": product.id, "code": [was.code, null] });
    tell(tx, now, who, "batch.removed", id, data)
}

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(catalogue::Product, BatchRow), Problem> {
    staff(who)?;
    let sql = format!(
        "SELECT {} FROM product_batch WHERE org_id = $1 AND id = $2",
        BatchRow::COLUMNS
    );
    let row = tx
        .row(&sql, args![who.org, id], BatchRow::read)?
        .ok_or_else(Problem::not_found)?;
    let product = catalogue::product(tx, who, row.product)?;
    who.need(Permission::EditKnowledge)?;
    Ok((product, row))
}

fn check(row: BatchRow) -> Result<BatchRow, Problem> {
    if row.expires_at <= row.made_at {
        let detail = "It cannot expire before it was made.";
        return Err(Problem::input("expires_at", "expires_before_made", detail));
    }
    if row.expires_at != NEVER {
        bounds::moment("expires_at", row.expires_at)?;
    }
    Ok(BatchRow {
        code: clean_line("code", &row.code, 40)?,
        made_at: bounds::moment("made_at", row.made_at)?,
        note: bounds::line("note", &row.note, 200)?,
        ..row
    })
}

fn need_sku(product: &catalogue::Product, sku: Option<Id>) -> Result<(), Problem> {
    match sku {
        Some(sku) if !product.skus.iter().any(|one| one.id == sku) => Err(Problem::not_found()),
        _ => Ok(()),
    }
}

fn exists(code: &str) -> Problem {
    Problem::conflict("batch_exists", "The product has a batch of this code.").with("batch", code)
}

fn free_code(tx: &mut Tx<'_>, org: Id, row: &BatchRow) -> Result<(), Problem> {
    let taken: Option<Id> = tx.value(
        "SELECT id FROM product_batch WHERE org_id = $1 AND product_id = $2 AND code = $3",
        args![org, row.product, &row.code],
    )?;
    taken.map_or(Ok(()), |_| Err(exists(&row.code)))
}

fn insert(tx: &mut Tx<'_>, org: Id, row: &BatchRow) -> Result<(), Problem> {
    let made = tx.exec(
        "INSERT INTO product_batch (org_id, id, product_id, sku_id, code, made_at, expires_at, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org_id, product_id, code) DO NOTHING",
        args![
            org,
            row.id,
            row.product,
            row.sku,
            &row.code,
            row.made_at,
            row.expires_at,
            &row.note
        ],
    )?;
    if made == 1 { Ok(()) } else { Err(exists(&row.code)) }
}
