use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Page, PageAsk, Problem, Shops, Who};
use serde::{Deserialize, Serialize};
use store::{Arg, Row, Tx, args, pad};

use crate::bundle;
use crate::check;
use crate::cost;
use crate::sku::Sku;
use crate::spelling;

/// Something the shops sell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Product {
    /// Its id.
    pub id: Id,
    /// The shop's own code.
    pub code: String,
    /// What buyers read.
    pub title: String,
    /// The lowest price of what is sold of it; null when nothing is.
    pub price_fen: Option<Fen>,
    /// The id of a file, or a web address.
    pub picture: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// What speaks for it, a few words each.
    pub selling_points: Vec<String>,
    /// Whether it is sold.
    pub active: bool,
    /// The shops that sell it; null: all of them.
    pub shops: Option<Vec<Id>>,
    /// Its SKUs, in the order in which they were made.
    pub skus: Vec<Sku>,
}

/// Which products a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProductFilter {
    /// Words of the code, the title or a SKU's code.
    pub q: Option<String>,
    /// Sold in this shop.
    pub shop: Option<Id>,
    /// Sold at all, or not any more.
    pub active: Option<bool>,
}

const COLUMNS: &str = "p.id, p.code, p.title, p.picture, p.url, p.selling_points, p.active";

fn read(row: &Row<'_>) -> Result<Product, Problem> {
    let points: String = row.get(5)?;
    Ok(Product {
        id: row.get(0)?,
        code: row.get(1)?,
        title: row.get(2)?,
        price_fen: None,
        picture: row.get(3)?,
        url: row.get(4)?,
        selling_points: points.lines().map(str::to_owned).collect(),
        active: row.get(6)?,
        shops: None,
        skus: Vec::new(),
    })
}

/// A product with its SKUs. One that is sold only in shops out of reach is `not_found`.
pub fn product(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Product, Problem> {
    staff(who)?;
    let sql = format!("SELECT {COLUMNS} FROM product p WHERE p.org_id = $1 AND p.id = $2");
    let found = tx
        .row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::not_found)?;
    let mut found = whole(tx, who.org, vec![found])?;
    cost::shown(who, &mut found);
    let found = found.pop().ok_or_else(Problem::not_found)?;
    if in_reach(who, &found) {
        Ok(found)
    } else {
        Err(Problem::not_found())
    }
}

/// Products asked for in one statement.
const MANY: usize = 200;

/// These products with their SKUs, as far as they are in reach; in no order.
pub fn products_by_ids(tx: &mut Tx<'_>, who: &Actor, ids: &[Id]) -> Result<Vec<Product>, Problem> {
    staff(who)?;
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(MANY) {
        let list = Tx::in_list(2, some.len());
        let sql = format!("SELECT {COLUMNS} FROM product p WHERE p.org_id = $1 AND p.id IN {list}");
        let mut arguments = args![who.org].to_vec();
        arguments.extend(pad(some));
        let rows = tx.rows(&sql, &arguments, read)?;
        found.extend(whole(tx, who.org, rows)?);
    }
    found.retain(|product| in_reach(who, product));
    cost::shown(who, &mut found);
    Ok(found)
}

/// The products of these codes with their SKUs, as far as they are in reach; in no order.
pub fn products_by_codes(tx: &mut Tx<'_>, who: &Actor, codes: &[String]) -> Result<Vec<Product>, Problem> {
    staff(who)?;
    let mut found = Vec::with_capacity(codes.len());
    for code in codes {
        found.extend(by_code(tx, who.org, code)?);
    }
    found.retain(|product| in_reach(who, product));
    cost::shown(who, &mut found);
    Ok(found)
}

/// Products, the newest first, of the shops in reach.
pub fn products(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &ProductFilter,
    page: &PageAsk,
) -> Result<Page<Product>, Problem> {
    staff(who)?;
    let reach = match filter.shop {
        Some(shop) => {
            who.need_shop(shop)?;
            Shops::only(vec![shop])
        }
        None => who.shops.clone(),
    };
    let (all, shops) = match &reach {
        Shops::All => (true, &[] as &[Id]),
        Shops::Only(shops) => (false, &shops[..]),
    };
    // Every word must be there, wherever it stands and however it is typed.
    let words = check::words(filter.q.as_deref().unwrap_or_default());
    let patterns: Vec<String> = words.iter().map(|word| check::anywhere(word)).collect();
    let named: String = (6..)
        .zip(&words)
        .map(|(at, word)| {
            if spelling::can_be_pinyin(word) {
                format!("AND (p.folded LIKE ${at} ESCAPE '!' OR p.spelled LIKE ${at} ESCAPE '!') ")
            } else {
                format!("AND p.folded LIKE ${at} ESCAPE '!' ")
            }
        })
        .collect();
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {COLUMNS} FROM product p
         WHERE p.org_id = $1 AND p.id < $2
           AND ($3 IS NULL OR p.active = $3)
           AND ($4 = 1
             OR EXISTS (SELECT 1 FROM product_shop s
                        WHERE s.org_id = p.org_id AND s.product_id = p.id AND s.shop_id IN {})
             OR NOT EXISTS (SELECT 1 FROM product_shop s WHERE s.org_id = p.org_id AND s.product_id = p.id))
           {named}
         ORDER BY p.id DESC LIMIT $5",
        Tx::in_list(6 + patterns.len(), shops.len())
    );
    let mut arguments = args![who.org, before, filter.active, all, page.limit() + 1].to_vec();
    arguments.extend(patterns.iter().map(Arg::from));
    arguments.extend(pad(shops));
    let rows = tx.rows(&sql, &arguments, read)?;
    let mut page = Page::cut(rows, page.limit(), |product| vec![product.id.0]);
    page.items = whole(tx, who.org, page.items)?;
    cost::shown(who, &mut page.items);
    Ok(page)
}

/// The product of this code, whole; no right is asked.
pub(crate) fn by_code(tx: &mut Tx<'_>, org: Id, code: &str) -> Result<Option<Product>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM product p WHERE p.org_id = $1 AND p.code = $2");
    let found = tx.rows(&sql, args![org, code], read)?;
    Ok(whole(tx, org, found)?.pop())
}

/// The lowest price of what is sold.
pub(crate) fn lowest(skus: &[Sku]) -> Option<Fen> {
    skus.iter()
        .filter(|sku| sku.active)
        .map(|sku| sku.price_fen)
        .min()
}

/// The catalogue is for those who work in the organisation; a buyer is shown cards.
fn staff(who: &Actor) -> Result<(), Problem> {
    if matches!(who.who, Who::Buyer(_)) {
        Err(Problem::forbidden())
    } else {
        Ok(())
    }
}

/// Whether a shop that sells it is in the actor's reach.
pub(crate) fn in_reach(who: &Actor, product: &Product) -> bool {
    product
        .shops
        .as_ref()
        .is_none_or(|shops| shops.iter().any(|shop| who.shops.has(*shop)))
}

/// Adds shops and SKUs to rows that were read.
fn whole(tx: &mut Tx<'_>, org: Id, mut products: Vec<Product>) -> Result<Vec<Product>, Problem> {
    let ids: Vec<Id> = products.iter().map(|product| product.id).collect();
    let sql = format!(
        "SELECT product_id, shop_id FROM product_shop WHERE org_id = $1 AND product_id IN {}
         ORDER BY product_id, shop_id",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(&ids));
    let mut shops = BTreeMap::<Id, Vec<Id>>::new();
    for (product, shop) in tx.rows(&sql, &arguments, |row| Ok((row.get::<Id>(0)?, row.get::<Id>(1)?)))? {
        shops.entry(product).or_default().push(shop);
    }
    let mut skus = BTreeMap::<Id, Vec<Sku>>::new();
    for sku in Sku::of_products(tx, org, &ids)? {
        skus.entry(sku.product).or_default().push(sku);
    }
    bundle::count(tx, org, skus.values_mut().flatten())?;
    for product in &mut products {
        product.shops = shops.remove(&product.id);
        product.skus = skus.remove(&product.id).unwrap_or_default();
        product.price_fen = lowest(&product.skus);
    }
    Ok(products)
}
