//! What to offer when something is out of stock: the same spec in the same price range (rows 13, 99, 171).

use base::{Actor, Fen, Id, PageAsk, Problem};
use catalogue::{Product, ProductCard, ProductFilter, Sku};
use serde::Serialize;
use store::Tx;

use crate::things::fact;
use crate::things::holding::number;
use crate::things::ranking::{self, AlternativeReason, Candidate, Wanted};
use crate::things::reach::{sku_of, sold_in, staff};
use crate::things::relation::{RelationKind, rows_of};
use crate::things::settings::ALTERNATIVE_PERCENT;

/// Something that may be offered instead.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Alternative {
    /// Its product.
    pub product: Id,
    /// The SKU.
    pub sku: Id,
    /// The SKU's merchant code.
    pub code: String,
    /// The product's title.
    pub title: String,
    /// The SKU's colour, size and so on.
    pub spec: String,
    /// The product's picture.
    pub picture: Option<String>,
    /// What it costs.
    pub price_fen: Fen,
    /// What it costs more (less, when negative).
    pub difference_fen: Fen,
    /// Pieces that may be sold.
    pub sellable: i64,
    /// Why it is offered.
    pub why: Vec<AlternativeReason>,
    /// The card to send.
    pub card: ProductCard,
}

/// The shop's other products are looked at unless so many were found nearer by.
const SEVERAL: usize = 5;
/// As many products of the wanted one's category are looked at.
const SAME_CATEGORY: usize = 100;
/// As many pages of the shop's products are looked at when nothing nearer was found.
const PAGES: usize = 5;

/// At most `limit` SKUs the shop has in stock to offer in place of `sku`, the best first. The SKU itself may
/// be out of stock, or sold no longer.
pub fn alternatives(
    tx: &mut Tx<'_>,
    who: &Actor,
    sku: Id,
    shop: Id,
    limit: usize,
) -> Result<Vec<Alternative>, Problem> {
    staff(who)?;
    who.need_shop(shop)?;
    let (product, sku) = sku_of(tx, who, sku)?;
    for_sku(tx, who, &product, &sku, shop, limit.clamp(1, 20))
}

/// Alternatives of a SKU that was looked up before.
pub(crate) fn for_sku(
    tx: &mut Tx<'_>,
    who: &Actor,
    product: &Product,
    sku: &Sku,
    shop: Id,
    limit: usize,
) -> Result<Vec<Alternative>, Problem> {
    let wanted = Wanted {
        product: product.id,
        sku: sku.id,
        spec: sku.spec.clone(),
        price: sku.price_fen,
        percent: number(tx, who, ALTERNATIVE_PERCENT)?,
    };
    let mut near = vec![(product.clone(), false, false)];
    near.extend(chosen(tx, who, product.id)?);
    near.extend(of_category(tx, who, product.id)?);
    // However few are asked for, they are the best of several.
    let several = limit.max(SEVERAL);
    let mut best = pick(&wanted, &near, shop, several);
    if best.len() < several {
        near.extend(of_shop(tx, who, shop)?);
        best = pick(&wanted, &near, shop, several);
    }
    best.truncate(limit);
    Ok(best)
}

/// A product, whether somebody chose it as similar, whether it is of the same category.
type Near = (Product, bool, bool);

fn chosen(tx: &mut Tx<'_>, who: &Actor, product: Id) -> Result<Vec<Near>, Problem> {
    let rows = rows_of(tx, who.org, product)?;
    let similar = rows.iter().filter(|row| row.kind == RelationKind::Similar);
    let others: Vec<Id> = similar
        .map(|row| {
            if row.product == product {
                row.other
            } else {
                row.product
            }
        })
        .collect();
    let found = catalogue::products_by_ids(tx, who, &others)?;
    Ok(found.into_iter().map(|one| (one, true, false)).collect())
}

fn of_category(tx: &mut Tx<'_>, who: &Actor, product: Id) -> Result<Vec<Near>, Problem> {
    let category = fact::of_product(tx, who.org, product)?.category;
    let ids = fact::in_category(tx, who.org, &category, SAME_CATEGORY)?;
    let found = catalogue::products_by_ids(tx, who, &ids)?;
    Ok(found.into_iter().map(|one| (one, false, true)).collect())
}

fn of_shop(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<Vec<Near>, Problem> {
    let filter = ProductFilter {
        q: None,
        shop: Some(shop),
        active: Some(true),
    };
    let mut ask = PageAsk {
        cursor: None,
        limit: Some(200),
    };
    let mut found = Vec::new();
    for _ in 0..PAGES {
        let page = catalogue::products(tx, who, &filter, &ask)?;
        found.extend(page.items.into_iter().map(|product| (product, false, false)));
        if page.next.is_none() {
            break;
        }
        ask.cursor = page.next;
    }
    Ok(found)
}

fn pick(wanted: &Wanted, near: &[Near], shop: Id, limit: usize) -> Vec<Alternative> {
    let sold = near.iter().filter(|(product, ..)| sold_in(product, shop));
    let candidates: Vec<Candidate<'_>> = sold
        .flat_map(|(product, chosen, category)| {
            let skus = product.skus.iter().filter(|sku| sku.active);
            skus.map(|sku| Candidate {
                product,
                sku,
                chosen: *chosen,
                same_category: *category,
            })
        })
        .collect();
    ranking::rank(wanted, &candidates, limit)
        .into_iter()
        .map(|ranked| shown(wanted, ranked.product, ranked.sku, ranked.why))
        .collect()
}

fn shown(wanted: &Wanted, product: &Product, sku: &Sku, why: Vec<AlternativeReason>) -> Alternative {
    let card = ProductCard {
        product: product.id,
        sku: Some(sku.id),
        title: product.title.clone(),
        spec: Some(sku.spec.clone()).filter(|spec| !spec.is_empty()),
        price_fen: sku.price_fen,
        picture: product.picture.clone(),
    };
    Alternative {
        product: product.id,
        sku: sku.id,
        code: sku.code.clone(),
        title: product.title.clone(),
        spec: sku.spec.clone(),
        picture: product.picture.clone(),
        price_fen: sku.price_fen,
        difference_fen: Fen(sku.price_fen.0 - wanted.price.0),
        sellable: sku.sellable,
        why,
        card,
    }
}
