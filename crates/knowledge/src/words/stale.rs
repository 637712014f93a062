use base::{Actor, Fen, Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;

use crate::things::next_step::CartItem;
use crate::words::fill::{Render, known};
use crate::words::fill_live;
use crate::{Facts, Language};

/// What a reply was filled with when it was put into the box, so that it can be looked at again when it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Filled {
    /// The language it was filled in; left out: Chinese. A day is another word in each.
    #[serde(default)]
    pub lang: Option<Language>,
    /// The product it was about.
    #[serde(default)]
    pub product: Option<Id>,
    /// The SKU it was about.
    #[serde(default)]
    pub sku: Option<Id>,
    /// What was in the cart.
    #[serde(default)]
    pub total_fen: Option<Fen>,
    /// Its pieces, where they were known.
    #[serde(default)]
    pub items: Vec<CartItem>,
    /// The live variables of the text and what stood for them: what [`Rendered`](crate::Rendered) came with.
    pub values: Facts,
}

/// Refuses a reply that tells a price, a stock, a coupon or another live value that is another one by now
/// (row 310): `value_changed` with the variable, what it `was` and what it `is` (null: there is none any more).
/// A value that does not stand in the text any more is the agent's own business.
pub fn check_values(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    filled: &Filled,
    text: &str,
) -> Result<(), Problem> {
    let told: Vec<_> = filled
        .values
        .all()
        .filter(|(variable, was)| variable.live() && !was.is_empty() && text.contains(*was))
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let ask = Render {
        shop,
        lang: filled.lang,
        product: filled.product,
        sku: filled.sku,
        total_fen: filled.total_fen,
        items: filled.items.clone(),
        facts: Facts::default(),
    };
    let slots: String = told
        .iter()
        .map(|(variable, _)| format!("{{{}}}", variable.key()))
        .collect();
    let mut facts = known(tx, who, &ask)?;
    fill_live::fill(tx, now, who, &ask, &slots, &mut facts)?;
    for (variable, was) in told {
        let is = facts.get(variable);
        if is != Some(was) {
            let detail = format!(
                "{} was {was} when it was filled in and is another by now.",
                variable.key()
            );
            return Err(Problem::conflict("value_changed", detail)
                .with("variable", variable.key())
                .with("was", was)
                .with("is", is));
        }
    }
    Ok(())
}
