//! What the running campaigns give for what a buyer has chosen, what is missing to the next step, and what
//! would fill it up (row 215).

use std::collections::BTreeSet;

use base::{Actor, Fen, Id, Ms, PageAsk, Problem, found};
use catalogue::{Product, ProductFilter};
use serde::{Deserialize, Serialize};
use store::Tx;

use crate::bounds;
use crate::things::campaign::Campaign;
use crate::things::campaign_list::running;
use crate::things::offer::{CampaignKind, reached};
use crate::things::reach::{Looked, sku_of, sold_in, staff};
use crate::things::relation::{RelationKind, rows_of};

/// What a buyer has chosen so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cart {
    /// Its pieces; when there are none, `total` counts.
    pub items: Vec<CartItem>,
    /// What it comes to, where the pieces are not known.
    pub total: Fen,
    /// The product that is talked about.
    pub product: Option<Id>,
}

/// Pieces of one SKU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CartItem {
    /// The SKU.
    pub sku: Id,
    /// How many.
    pub quantity: i64,
}

/// What a running campaign gives for a cart.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CampaignOffer {
    /// The campaign.
    pub campaign: Id,
    /// What it is called.
    pub title: String,
    /// What it gives.
    pub kind: CampaignKind,
    /// How one says it to buyers.
    pub text: String,
    /// The coupon's code or name.
    pub coupon: String,
    /// A hint to favourite the shop may be given.
    pub favourite: bool,
    /// What agents should know.
    pub note: String,
    /// It is over from here on.
    pub ends_at: Ms,
    /// Whether the product that is talked about counts; true when none is.
    pub covers: bool,
    /// What of the cart counts.
    pub counted_fen: Fen,
    /// Money off.
    pub off_fen: Fen,
    /// The gift.
    pub gift: Option<String>,
    /// Freight is free.
    pub free_freight: bool,
    /// The price of each piece (fixed price).
    pub price_fen: Option<Fen>,
    /// The next step, if there is one.
    pub next: Option<CampaignNext>,
}

/// The next step of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CampaignNext {
    /// From which amount on.
    pub threshold_fen: Fen,
    /// What is missing to it.
    pub missing_fen: Fen,
    /// Money off in all, once it is reached.
    pub off_fen: Option<Fen>,
    /// The gift, once it is reached.
    pub gift: Option<String>,
    /// Freight is free, once it is reached.
    pub free_freight: bool,
    /// What would fill it up, the cheapest that does first; empty while nothing counts yet.
    pub add: Vec<AddOn>,
}

/// Something that fills up what is missing.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AddOn {
    /// The product.
    pub product: Id,
    /// The SKU.
    pub sku: Id,
    /// The product's title.
    pub title: String,
    /// The SKU's colour, size and so on.
    pub spec: String,
    /// The product's picture.
    pub picture: Option<String>,
    /// What it costs.
    pub price_fen: Fen,
    /// Pieces that may be sold.
    pub sellable: i64,
}

const MOST_ITEMS: usize = 50;
const MOST_PIECES: i64 = 10_000;
const ADD_ONS: usize = 5;
/// As many of a campaign's products are looked at for what fills it up.
const LOOKED_AT: usize = 100;

/// What each campaign that runs in a shop gives for a cart, the first to end first.
pub fn offers(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    cart: &Cart,
) -> Result<Vec<CampaignOffer>, Problem> {
    staff(who)?;
    who.need_shop(shop)?;
    let lines = lines(tx, who, shop, cart)?;
    let mut looked = Looked::default();
    let mut pool = None;
    let mut offers = Vec::new();
    for campaign in running(tx, now, who.org, shop)? {
        let counted = counted(&campaign, cart, &lines);
        let mut offer = given(&campaign, cart, counted, &lines);
        // Where nothing is in the cart yet, nothing fills it up.
        if let Some(next) = offer.next.as_mut().filter(|_| counted > Fen(0)) {
            let near = near(tx, who, shop, &campaign, cart, &mut looked, &mut pool)?;
            next.add = add_ons(&campaign, &near, &lines, next.missing_fen);
        }
        offers.push(offer);
    }
    Ok(offers)
}

/// Pieces of the cart with their product and price.
struct Line {
    product: Id,
    sku: Id,
    price: Fen,
    quantity: i64,
}

fn lines(tx: &mut Tx<'_>, who: &Actor, shop: Id, cart: &Cart) -> Result<Vec<Line>, Problem> {
    bounds::few("items", cart.items.len(), MOST_ITEMS)?;
    bounds::amount("total_fen", cart.total)?;
    let mut lines = Vec::with_capacity(cart.items.len());
    for item in &cart.items {
        let quantity = bounds::within("items", item.quantity, 1, MOST_PIECES)?;
        let (product, sku) = sku_of(tx, who, item.sku)?;
        if !sold_in(&product, shop) {
            return Err(Problem::not_found());
        }
        lines.push(Line {
            product: product.id,
            sku: sku.id,
            price: sku.price_fen,
            quantity,
        });
    }
    Ok(lines)
}

/// What of the cart counts for a campaign. Where the pieces are not known, all of it counts if the product
/// that is talked about does.
fn counted(campaign: &Campaign, cart: &Cart, lines: &[Line]) -> Fen {
    if cart.items.is_empty() {
        let counts = campaign.products.is_none() || cart.product.is_some_and(|one| campaign.covers(one));
        return if counts { cart.total } else { Fen(0) };
    }
    let counting = lines.iter().filter(|line| campaign.covers(line.product));
    Fen(counting.map(|line| line.price.0 * line.quantity).sum())
}

fn given(campaign: &Campaign, cart: &Cart, counted: Fen, lines: &[Line]) -> CampaignOffer {
    let reached = reached(campaign.kind, campaign.repeats, &campaign.steps, counted);
    let fixed = campaign.steps.first().and_then(|step| step.price_fen);
    let off = match fixed {
        Some(price) => {
            let counting = lines.iter().filter(|line| campaign.covers(line.product));
            Fen(counting
                .map(|line| (line.price.0 - price.0).max(0) * line.quantity)
                .sum())
        }
        None => reached.off,
    };
    CampaignOffer {
        campaign: campaign.id,
        title: campaign.title.clone(),
        kind: campaign.kind,
        text: campaign.words().to_owned(),
        coupon: campaign.coupon.clone(),
        favourite: campaign.favourite,
        note: campaign.note.clone(),
        ends_at: campaign.ends_at,
        covers: cart.product.is_none_or(|one| campaign.covers(one)),
        counted_fen: counted,
        off_fen: off,
        gift: reached.gift,
        free_freight: reached.free_freight,
        price_fen: fixed,
        next: reached.next.map(|next| CampaignNext {
            threshold_fen: next.threshold,
            missing_fen: next.missing,
            off_fen: next.off,
            gift: next.gift,
            free_freight: next.free_freight,
            add: Vec::new(),
        }),
    }
}

/// Products that could fill up a step: those written down for the product that is talked about (first), then
/// the campaign's own, or for a campaign on everything what the shop sells (read once: `pool`).
fn near(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    campaign: &Campaign,
    cart: &Cart,
    looked: &mut Looked,
    pool: &mut Option<Vec<Product>>,
) -> Result<Vec<Product>, Problem> {
    let mut found = Vec::new();
    if let Some(product) = cart.product {
        let rows = rows_of(tx, who.org, product)?;
        for row in rows.iter().filter(|row| row.kind == RelationKind::Promotion) {
            found.extend(looked.product(tx, who, row.other)?.cloned());
        }
    }
    match &campaign.products {
        Some(products) => {
            let some = &products[..products.len().min(LOOKED_AT)];
            found.extend(catalogue::products_by_ids(tx, who, some)?);
        }
        None => {
            if pool.is_none() {
                *pool = Some(of_shop(tx, who, shop)?);
            }
            found.extend(pool.iter().flatten().cloned());
        }
    }
    found.retain(|one| sold_in(one, shop));
    Ok(found)
}

fn of_shop(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<Vec<Product>, Problem> {
    let filter = ProductFilter {
        q: None,
        shop: Some(shop),
        active: Some(true),
    };
    let ask = PageAsk {
        cursor: None,
        limit: Some(200),
    };
    Ok(catalogue::products(tx, who, &filter, &ask)?.items)
}

/// One SKU a product that alone covers what is missing, is in stock, counts for the campaign and is not in
/// the cart: the cheapest first.
fn add_ons(campaign: &Campaign, near: &[Product], lines: &[Line], missing: Fen) -> Vec<AddOn> {
    let mut found: Vec<(Fen, &Product, &catalogue::Sku)> = Vec::new();
    let mut seen = BTreeSet::new();
    for product in near
        .iter()
        .filter(|one| campaign.covers(one.id) && seen.insert(one.id))
    {
        let fits = product.skus.iter().filter(|sku| {
            sku.active
                && sku.sellable > 0
                && sku.price_fen >= missing
                && !lines.iter().any(|line| line.sku == sku.id)
        });
        found.extend(
            fits.min_by_key(|sku| (sku.price_fen, sku.id))
                .map(|sku| (sku.price_fen, product, sku)),
        );
    }
    found.sort_by_key(|(price, _, sku)| (*price, sku.id));
    let add_on = |(_, product, sku): (Fen, &Product, &catalogue::Sku)| AddOn {
        product: product.id,
        sku: sku.id,
        title: product.title.clone(),
        spec: sku.spec.clone(),
        picture: product.picture.clone(),
        price_fen: sku.price_fen,
        sellable: sku.sellable,
    };
    found.into_iter().take(ADD_ONS).map(add_on).collect()
}

/// What `{campaign}`, `{coupon}` and `{missing}` stand for in a script, at the moment it is sent (row 310).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CampaignWords {
    /// How one says the campaign that gives most for the cart, or lacks least.
    pub campaign: Option<String>,
    /// The coupon's code or name.
    pub coupon: Option<String>,
    /// Yuan that are missing to the nearest step: `12`, `12.50`.
    pub missing: Option<String>,
}

/// The words for campaigns running in a shop; each is `None` when no campaign has it. No right is asked:
/// whoever sends the script may speak for the shop.
pub fn campaign_words(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    cart: &Cart,
) -> Result<CampaignWords, Problem> {
    let product = cart.product;
    let known = found(lines(tx, who, shop, cart))?;
    // A cart with what this shop sells no more is counted by its sum.
    let cart = &match known {
        Some(_) => cart.clone(),
        None => Cart {
            items: Vec::new(),
            ..cart.clone()
        },
    };
    let lines = known.unwrap_or_default();
    let mut all: Vec<(Campaign, CampaignOffer)> = running(tx, now, who.org, shop)?
        .into_iter()
        .filter(|one| product.is_none_or(|product| one.covers(product)))
        .map(|one| {
            let offer = given(&one, cart, counted(&one, cart, &lines), &lines);
            (one, offer)
        })
        .collect();
    let lacking = |offer: &CampaignOffer| offer.next.as_ref().map_or(i64::MAX, |next| next.missing_fen.0);
    // The sort is stable, so of equals the first to end comes first.
    all.sort_by_key(|(_, offer)| (-offer.off_fen.0, lacking(offer)));
    let missing = all
        .iter()
        .filter_map(|(_, offer)| offer.next.as_ref())
        .map(|next| next.missing_fen)
        .min();
    let coupon = all.iter().find(|(one, _)| one.kind == CampaignKind::Coupon);
    Ok(CampaignWords {
        campaign: all.first().map(|(one, _)| one.words().to_owned()),
        coupon: coupon.map(|(one, _)| one.coupon.clone()),
        missing: missing.map(yuan),
    })
}

/// An amount as one writes it in a sentence: `12`, `12.50`.
pub(crate) fn yuan(amount: Fen) -> String {
    let (whole, rest) = (amount.0 / 100, amount.0 % 100);
    if rest == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use base::Fen;

    use super::yuan;

    #[test]
    fn yuan_are_written_as_in_a_sentence() {
        assert_eq!(
            (yuan(Fen(1_200)), yuan(Fen(1_205)), yuan(Fen(9))),
            ("12".into(), "12.05".into(), "0.09".into())
        );
    }
}
