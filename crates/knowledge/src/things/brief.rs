//! All an agent sees of a product beside the talk, in one read (issue 3).

use base::{Actor, Fen, Id, Ms, Problem};
use catalogue::{Coming, Product, ProductCard, Sku};
use serde::Serialize;
use store::Tx;

use crate::things::alternative::{Alternative, for_sku};
use crate::things::batch::{ProductBatch, batches_of};
use crate::things::certificate::{self, Certificate};
use crate::things::fact::{self, ProductFacts};
use crate::things::guide::{self, Guide};
use crate::things::main_push::{self, MainPush};
use crate::things::next_step::{CampaignOffer, Cart, offers};
use crate::things::preorder::{self, PreorderMark};
use crate::things::reach::{sold_in, staff};
use crate::things::relation::{self, RelatedProduct};
use crate::things::warranty::{self, Warranty};

/// Whether a SKU can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    /// It is there.
    InStock,
    /// It is sold before it is there.
    Preorder,
    /// It is out of stock, or sold no longer.
    Out,
}

/// What is left of a SKU.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SkuStock {
    /// The SKU.
    pub sku: Id,
    /// Its merchant code.
    pub code: String,
    /// Its colour, size and so on.
    pub spec: String,
    /// What it costs.
    pub price_fen: Fen,
    /// Pieces that may be sold.
    pub sellable: i64,
    /// Whether it is sold.
    pub active: bool,
    /// When it is expected, if it is sold before it is there.
    pub preorder: Option<PreorderMark>,
    /// What is under way to the shop, the soonest first.
    pub coming: Vec<Coming>,
    /// Whether it can be had.
    pub state: StockState,
}

/// All an agent sees of a product beside the talk.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductBrief {
    /// The product.
    pub product: Product,
    /// What is known of it.
    pub facts: ProductFacts,
    /// What is left of each SKU.
    pub stock: Vec<SkuStock>,
    /// Its batches, the first to expire first.
    pub batches: Vec<ProductBatch>,
    /// Its certificates.
    pub certificates: Vec<Certificate>,
    /// Its warranty, part by part.
    pub warranty: Vec<Warranty>,
    /// What goes with it.
    pub relations: Vec<RelatedProduct>,
    /// The running campaigns, and what is missing to their next step.
    pub campaigns: Vec<CampaignOffer>,
    /// Whether the shop would like to sell it just now.
    pub main_push: Option<MainPush>,
    /// What to offer instead; empty while any of it can be had.
    pub alternatives: Vec<Alternative>,
    /// Questions for an undecided buyer.
    pub guide: Option<Guide>,
    /// The card to send; null when the shop does not sell it.
    pub card: Option<ProductCard>,
}

const ALTERNATIVES: usize = 5;

/// All there is to know of a product in a talk of `shop`, with `total` in the cart so far. A product of other
/// shops only is `not_found`.
pub fn product_brief(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    shop: Id,
    total: Fen,
) -> Result<ProductBrief, Problem> {
    staff(who)?;
    who.need_shop(shop)?;
    let product = catalogue::product(tx, who, product)?;
    let facts = fact::of_product(tx, who.org, product.id)?;
    let marks = preorder::of_product(tx, who.org, product.id)?;
    let skus: Vec<Id> = product.skus.iter().map(|sku| sku.id).collect();
    let mut coming = catalogue::coming_of(tx, who.org, &skus)?;
    let stock: Vec<SkuStock> = product
        .skus
        .iter()
        .map(|sku| {
            let coming = coming.remove(&sku.id).unwrap_or_default();
            stock_of(sku, marks.get(&sku.id), coming)
        })
        .collect();
    let cart = Cart {
        items: Vec::new(),
        total,
        product: Some(product.id),
    };
    let card = if sold_in(&product, shop) {
        Some(catalogue::card(tx, who.org, shop, product.id, None)?)
    } else {
        None
    };
    let mut campaigns = offers(tx, now, who, shop, &cart)?;
    // What concerns this product comes first.
    campaigns.sort_by_key(|offer| !offer.covers);
    Ok(ProductBrief {
        batches: batches_of(tx, now, who, product.id)?,
        certificates: certificate::of_product(tx, now, who, &product)?,
        warranty: warranty::of_product(tx, who.org, product.id)?,
        relations: relation::of_product(tx, who, &product, shop)?,
        campaigns,
        main_push: main_push::running_of(tx, now, who.org, &product, shop)?,
        alternatives: instead(tx, who, &product, &stock, shop)?,
        guide: guide::of_category(tx, who, &facts.category)?,
        card,
        stock,
        facts,
        product,
    })
}

fn stock_of(sku: &Sku, mark: Option<&PreorderMark>, coming: Vec<Coming>) -> SkuStock {
    let state = if sku.active && sku.sellable > 0 {
        StockState::InStock
    } else if sku.active && mark.is_some() {
        StockState::Preorder
    } else {
        StockState::Out
    };
    SkuStock {
        sku: sku.id,
        code: sku.code.clone(),
        spec: sku.spec.clone(),
        price_fen: sku.price_fen,
        sellable: sku.sellable,
        active: sku.active,
        preorder: mark.cloned(),
        coming,
        state,
    }
}

/// What to offer when nothing of a product can be had, for its first SKU; the buyer's own SKU is asked for by
/// [`crate::alternatives`].
fn instead(
    tx: &mut Tx<'_>,
    who: &Actor,
    product: &Product,
    stock: &[SkuStock],
    shop: Id,
) -> Result<Vec<Alternative>, Problem> {
    if stock.iter().any(|one| one.state != StockState::Out) {
        return Ok(Vec::new());
    }
    match product.skus.first() {
        Some(sku) => for_sku(tx, who, product, sku, shop, ALTERNATIVES),
        None => Ok(Vec::new()),
    }
}
