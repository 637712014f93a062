use std::collections::HashMap;

use base::{Fen, Id, Problem, found};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use crate::sku::Sku;

/// A product as a message shows it: the body of a `product` message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProductCard {
    /// The product.
    pub product: Id,
    /// The SKU that is meant, if one is.
    pub sku: Option<Id>,
    /// The product's title.
    pub title: String,
    /// The SKU's colour, size and so on.
    pub spec: Option<String>,
    /// The SKU's price; without a SKU, the lowest.
    pub price_fen: Fen,
    /// The id of a file, or a web address.
    pub picture: Option<String>,
}

/// The card of a product that `shop` sells, of one of its SKUs or of the product as a whole. What is not
/// sold there (any more), and a SKU of another product, is `not_found`.
pub fn card(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    product: Id,
    sku: Option<Id>,
) -> Result<ProductCard, Problem> {
    let head = tx.row(
        "SELECT title, picture FROM product p
         WHERE org_id = $1 AND id = $2 AND active = 1
           AND (EXISTS (SELECT 1 FROM product_shop s
                        WHERE s.org_id = p.org_id AND s.product_id = p.id AND s.shop_id = $3)
             OR NOT EXISTS (SELECT 1 FROM product_shop s WHERE s.org_id = p.org_id AND s.product_id = p.id))",
        args![org, product, shop],
        |row| Ok((row.get::<String>(0)?, row.get::<Option<String>>(1)?)),
    )?;
    let (title, picture) = head.ok_or_else(Problem::not_found)?;
    let skus = Sku::of_products(tx, org, &[product])?;
    let mut sold = skus.into_iter().filter(|one| one.active);
    let chosen = match sku {
        Some(sku) => sold.find(|one| one.id == sku),
        None => sold.min_by_key(|one| one.price_fen),
    };
    let chosen = chosen.ok_or_else(Problem::not_found)?;
    let spec = sku.map(|_| chosen.spec).filter(|spec| !spec.is_empty());
    Ok(ProductCard {
        product,
        sku,
        title,
        spec,
        price_fen: chosen.price_fen,
        picture,
    })
}

/// The card of the product whose code is one of these, by code: for links to items of a platform. What is not sold in
/// `shop` has none.
pub fn cards_by_code(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    codes: &[&str],
) -> Result<HashMap<String, ProductCard>, Problem> {
    let mut cards = HashMap::new();
    for code in codes {
        let sql = "SELECT id FROM product WHERE org_id = $1 AND code = $2";
        let Some(product) = tx.value::<Id>(sql, args![org, *code])? else {
            continue;
        };
        if let Some(card) = found(card(tx, org, shop, product, None))? {
            cards.insert((*code).to_owned(), card);
        }
    }
    Ok(cards)
}
