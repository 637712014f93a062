//! What a text says of campaigns, of what may be bought instead and of pre-sale days, as it is when the text is
//! sent (row 310).

use base::{Actor, Fen, Id, Ms, Problem};
use catalogue::{Product, Sku};
use jiff::tz::TimeZone;
use store::Tx;

use crate::things::alternative::for_sku;
use crate::things::next_step::{Cart, campaign_words};
use crate::things::preorder;
use crate::things::reach::sold_in;
use crate::words::fill::Render;
use crate::words::kinds::Language;
use crate::words::variable::{Facts, Variable, variables_of};

/// Fills in what `text` asks for, and forgets what was said before of campaigns that are over.
pub(crate) fn fill(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &Render,
    text: &str,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let asked = variables_of(text);
    let meant = meant(tx, who, ask)?;
    if asked
        .iter()
        .any(|one| matches!(one, Variable::Campaign | Variable::Coupon | Variable::Missing))
    {
        let product = meant.as_ref().map(|(product, _)| product.id);
        campaigns(tx, now, who, ask, product, facts)?;
    }
    let Some((product, sku)) = meant else {
        return Ok(());
    };
    if asked.contains(&Variable::Alternative) {
        instead(tx, who, ask.shop, &product, &sku, facts)?;
    }
    if asked.contains(&Variable::ShipBy) {
        ship_by(tx, who.org, ask, &product, &sku, facts)?;
    }
    Ok(())
}

/// The product that is talked about and the SKU that is meant: the one that was named, else the first.
fn meant(tx: &mut Tx<'_>, who: &Actor, ask: &Render) -> Result<Option<(Product, Sku)>, Problem> {
    let named = match ask.sku {
        Some(sku) => catalogue::sku(tx, who.org, sku)?,
        None => None,
    };
    let Some(product) = ask.product.or(named.as_ref().map(|sku| sku.product)) else {
        return Ok(None);
    };
    let product = catalogue::product(tx, who, product)?;
    let sku = named.or_else(|| product.skus.iter().find(|sku| sku.active).cloned());
    Ok(sku.map(|sku| (product, sku)))
}

/// What is missing is only known where the cart is: else it stays as the caller said.
fn campaigns(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &Render,
    product: Option<Id>,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let cart = Cart {
        items: ask.items.clone(),
        total: ask.total_fen.unwrap_or(Fen(0)),
        product,
    };
    let words = campaign_words(tx, now, who, ask.shop, &cart)?;
    let mut known = vec![
        (Variable::Campaign, words.campaign),
        (Variable::Coupon, words.coupon),
    ];
    if ask.total_fen.is_some() || !ask.items.is_empty() {
        known.push((Variable::Missing, words.missing));
    }
    for (variable, value) in known {
        match value {
            Some(value) => facts.set(variable, &value),
            None => facts.clear(variable),
        }
    }
    Ok(())
}

fn instead(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    product: &Product,
    sku: &Sku,
    facts: &mut Facts,
) -> Result<(), Problem> {
    // What a person chose to offer is theirs to choose, as long as the shop has it; titles are not looked up.
    if facts.get(Variable::Alternative).is_some() || !sold_in(product, shop) {
        return Ok(());
    }
    if let Some(best) = for_sku(tx, who, product, sku, shop, 1)?.first() {
        let title = match best.spec.as_str() {
            "" => best.title.clone(),
            spec => format!("{}（{spec}）", best.title),
        };
        facts.set(Variable::Alternative, &title);
    }
    Ok(())
}

/// The pre-sale day of the SKU, where it has one: `11月24日`, `24 Nov`.
fn ship_by(
    tx: &mut Tx<'_>,
    org: Id,
    ask: &Render,
    product: &Product,
    sku: &Sku,
    facts: &mut Facts,
) -> Result<(), Problem> {
    let marks = preorder::of_product(tx, org, product.id)?;
    let Some(mark) = marks.get(&sku.id).filter(|_| sku.sellable == 0) else {
        return Ok(());
    };
    let zone = team::calendar(tx, org, ask.shop)?.zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    if let Ok(at) = jiff::Timestamp::from_millisecond(mark.ships_at.0) {
        let form = match ask.lang {
            Some(Language::En) => "%-d %b",
            _ => "%-m月%-d日",
        };
        facts.set(Variable::ShipBy, &zone.to_datetime(at).strftime(form).to_string());
    }
    Ok(())
}
