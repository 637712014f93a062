use base::{Actor, Fen, Id, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;

use crate::bundle::{Bundle, BundlePart, bundle, parts_of};
use crate::coming::{Coming, coming_of};
use crate::product::{ProductFilter, products};

/// What is asked: 有没有货.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StockAsk {
    /// Words of a code, a title or a spec; all of them must be there.
    pub q: String,
    /// Sold in this shop.
    pub shop: Option<Id>,
    /// How many answers, 1 to 50; 20 when left out.
    pub limit: Option<u32>,
}

/// What there is of one SKU, as an agent answers it (row 12).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StockAnswer {
    /// The SKU.
    pub sku: Id,
    /// Its product.
    pub product: Id,
    /// Its merchant code.
    pub code: String,
    /// The product's title.
    pub title: String,
    /// Colour, size and so on.
    pub spec: String,
    /// What it costs.
    pub price_fen: Fen,
    /// Pieces on the shelf; of a bundle, as many as its parts make.
    pub on_hand: i64,
    /// Pieces promised to paid orders.
    pub locked: i64,
    /// Pieces kept back.
    pub safety: i64,
    /// Pieces that may be promised now.
    pub sellable: i64,
    /// Whether it is made of others.
    pub bundle: bool,
    /// What it is made of.
    pub parts: Vec<BundlePart>,
    /// What is under way to us, the soonest first.
    pub coming: Vec<Coming>,
    /// The product's picture.
    pub picture: Option<String>,
}

/// What there is of what the words name, the newest products first. Needs [`Permission::SeeOrders`] or
/// [`Permission::Talk`].
pub fn stock_answers(tx: &mut Tx<'_>, who: &Actor, ask: &StockAsk) -> Result<Vec<StockAnswer>, Problem> {
    if !who.may(Permission::Talk) {
        who.need(Permission::SeeOrders)?;
    }
    let folded = ask.q.to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    // Titles are the longest to say, specs stand in no index: the longest word finds the product.
    let Some(longest) = words.iter().max_by_key(|word| word.chars().count()) else {
        return Err(Problem::input("q", "text_empty", "Say what is asked for."));
    };
    let limit = ask.limit.unwrap_or(20).clamp(1, 50) as usize;
    let filter = ProductFilter {
        q: Some((*longest).to_owned()),
        shop: ask.shop,
        active: Some(true),
    };
    let page = PageAsk {
        cursor: None,
        limit: Some(200),
    };
    let mut answers = Vec::new();
    for product in products(tx, who, &filter, &page)?.items {
        let about = format!("{} {}", product.code, product.title).to_lowercase();
        for sku in product.skus.into_iter().filter(|sku| sku.active) {
            let of_sku = format!("{} {}", sku.code, sku.spec).to_lowercase();
            let named = |word: &&str| about.contains(*word) || of_sku.contains(*word);
            if answers.len() < limit && words.iter().all(named) {
                answers.push(StockAnswer {
                    sku: sku.id,
                    product: product.id,
                    code: sku.code,
                    title: product.title.clone(),
                    spec: sku.spec,
                    price_fen: sku.price_fen,
                    on_hand: sku.on_hand,
                    locked: sku.locked,
                    safety: sku.safety,
                    sellable: sku.sellable,
                    bundle: false,
                    parts: Vec::new(),
                    coming: Vec::new(),
                    picture: product.picture.clone(),
                });
            }
        }
    }
    let ids: Vec<Id> = answers.iter().map(|answer| answer.sku).collect();
    let mut coming = coming_of(tx, who.org, &ids)?;
    for answer in &mut answers {
        answer.coming = coming.remove(&answer.sku).unwrap_or_default();
    }
    let bundles = parts_of(tx, who.org, &ids)?;
    for answer in answers
        .iter_mut()
        .filter(|answer| bundles.contains_key(&answer.sku))
    {
        let Bundle { parts } = bundle(tx, who, answer.sku)?;
        (answer.bundle, answer.parts) = (true, parts);
    }
    Ok(answers)
}
