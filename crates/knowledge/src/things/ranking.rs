//! Which of several things fits best in place of another. Pure.

use std::collections::{BTreeMap, BTreeSet};

use base::{Fen, Id};
use catalogue::{Product, Sku};
use serde::Serialize;

/// What is out of stock.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) product: Id,
    pub(crate) sku: Id,
    pub(crate) spec: String,
    pub(crate) price: Fen,
    /// How far a price may lie from it, in percent.
    pub(crate) percent: i64,
}

/// Something the shop sells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) product: &'a Product,
    pub(crate) sku: &'a Sku,
    /// Somebody wrote down that it is similar.
    pub(crate) chosen: bool,
    pub(crate) same_category: bool,
}

/// Why something is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlternativeReason {
    /// Somebody wrote down that it is similar.
    Chosen,
    /// Another SKU of the same product.
    SameProduct,
    /// The same size, colour and so on.
    SameSpec,
    /// The same category.
    SameCategory,
    /// The same price range.
    Price,
}

/// What fits, with its reasons.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ranked<'a> {
    pub(crate) product: &'a Product,
    pub(crate) sku: &'a Sku,
    pub(crate) why: Vec<AlternativeReason>,
}

/// A buyer who is shown five colours of one thing is shown one thing.
const MOST_OF_SAME_PRODUCT: usize = 2;
const MOST_OF_OTHER_PRODUCT: usize = 1;

/// Weights, in points: what somebody chose by hand counts most, then the size.
const CHOSEN: i64 = 4_000;
const SPEC: i64 = 3_000;
const SAME_PRODUCT: i64 = 1_000;
const SAME_CATEGORY: i64 = 1_000;
const PRICE: i64 = 1_000;
/// From this share of a spec on, in thousandths, it counts as the same.
const SAME_SPEC_FROM: i64 = 500;

/// At most `limit` candidates that are in stock and in the price range (what was chosen by hand may cost
/// more or less), the best first. Of ties, the nearer price, then the older SKU.
pub(crate) fn rank<'a>(wanted: &Wanted, candidates: &[Candidate<'a>], limit: usize) -> Vec<Ranked<'a>> {
    let mut by_sku = BTreeMap::<Id, Candidate<'a>>::new();
    for one in candidates {
        let merged = by_sku.entry(one.sku.id).or_insert(*one);
        merged.chosen |= one.chosen;
        merged.same_category |= one.same_category;
    }
    let spec = parts(&wanted.spec);
    let mut ranked: Vec<(i64, i64, Ranked<'a>)> = by_sku
        .into_values()
        .filter(|one| one.sku.id != wanted.sku && one.sku.sellable > 0)
        .filter_map(|one| points(wanted, &spec, &one))
        .collect();
    ranked.sort_by_key(|(points, off, one)| (-points, *off, one.sku.id));
    let mut taken = BTreeMap::<Id, usize>::new();
    let mut best = Vec::new();
    for (_, _, one) in ranked {
        let most = if one.product.id == wanted.product {
            MOST_OF_SAME_PRODUCT
        } else {
            MOST_OF_OTHER_PRODUCT
        };
        let count = taken.entry(one.product.id).or_default();
        if *count < most && best.len() < limit {
            *count += 1;
            best.push(one);
        }
    }
    best
}

/// Points, distance of the prices, and why; `None` for what is no alternative.
fn points<'a>(
    wanted: &Wanted,
    spec: &BTreeSet<String>,
    one: &Candidate<'a>,
) -> Option<(i64, i64, Ranked<'a>)> {
    let off = (one.sku.price_fen.0 - wanted.price.0).abs();
    let range = wanted.price.0.saturating_mul(wanted.percent) / 100;
    let in_range = off <= range;
    if !in_range && !one.chosen {
        return None;
    }
    let same_product = one.product.id == wanted.product;
    let shared = shared(spec, &parts(&one.sku.spec));
    // A different thing in another size at a like price is no alternative.
    if !spec.is_empty() && shared == 0 && !(one.chosen || same_product || one.same_category) {
        return None;
    }
    let nearness = if range == 0 {
        i64::from(off == 0) * PRICE
    } else {
        PRICE - (PRICE * off.min(range)) / range
    };
    let points = i64::from(one.chosen) * CHOSEN
        + SPEC * shared / 1_000
        + i64::from(same_product) * SAME_PRODUCT
        + i64::from(one.same_category && !same_product) * SAME_CATEGORY
        + nearness;
    let reasons = [
        (one.chosen, AlternativeReason::Chosen),
        (same_product, AlternativeReason::SameProduct),
        (shared >= SAME_SPEC_FROM, AlternativeReason::SameSpec),
        (one.same_category, AlternativeReason::SameCategory),
        (in_range, AlternativeReason::Price),
    ];
    let why = reasons
        .into_iter()
        .filter_map(|(is, why)| is.then_some(why))
        .collect();
    let ranked = Ranked {
        product: one.product,
        sku: one.sku,
        why,
    };
    Some((points, off, ranked))
}

/// The parts of a spec: `灰色 1.8m床` is a colour and a size.
fn parts(spec: &str) -> BTreeSet<String> {
    spec.to_lowercase()
        .split(|c: char| c.is_whitespace() || "/|,，、;；:：+＋（）()【】[]".contains(c))
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// How much of `wanted` the other has, in thousandths. A size counts twice what a colour counts: a wrong
/// colour may do, a wrong size does not.
fn shared(wanted: &BTreeSet<String>, other: &BTreeSet<String>) -> i64 {
    let weight = |part: &str| if is_size(part) { 2 } else { 1 };
    let all: i64 = wanted.iter().map(|part| weight(part)).sum();
    let met: i64 = wanted.intersection(other).map(|part| weight(part)).sum();
    if all == 0 { 0 } else { 1_000 * met / all }
}

fn is_size(part: &str) -> bool {
    let letters = part.trim_end_matches('码');
    part.contains(|c: char| c.is_ascii_digit())
        || matches!(
            letters,
            "xxs" | "xs" | "s" | "m" | "l" | "xl" | "xxl" | "xxxl" | "均"
        )
}

#[cfg(test)]
mod tests;
