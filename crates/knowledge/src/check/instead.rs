//! A reply that says only that there is none carries what there is instead (row 171). Looked up when such a reply was
//! found, never before: what is fine costs no question to the database.

use base::{Actor, Problem, found};
use catalogue::{Product, Sku};
use store::Tx;

use super::gate::CheckAsk;
use super::rule::{Finding, Rule};
use crate::things::alternative::{Alternative, for_sku};
use crate::things::next_step::yuan;
use crate::things::reach::{sku_of, sold_in};

/// The sentence that explains a no for which there is something instead.
const HINT: &str = "negative_instead";

/// Puts what is in stock into the finding of a bare no, where what the talk is about is out of stock: the whole reply
/// may be replaced by a sentence that offers it.
pub(super) fn offer(
    tx: &mut Tx<'_>,
    who: &Actor,
    ask: &CheckAsk,
    findings: &mut [Finding],
) -> Result<(), Problem> {
    let Some(no) = findings.iter_mut().find(|one| one.rule == Rule::Negative) else {
        return Ok(());
    };
    let Some((product, sku)) = found(meant(tx, who, ask))?.flatten() else {
        return Ok(());
    };
    if sku.sellable > 0 || !sold_in(&product, ask.shop) {
        return Ok(());
    }
    if let Some(best) = for_sku(tx, who, &product, &sku, ask.shop, 1)?.first() {
        no.from = 0;
        no.to = u32::try_from(ask.text.encode_utf16().count()).unwrap_or(u32::MAX);
        no.hint = HINT.to_owned();
        no.params
            .insert("instead".to_owned(), named(best, &product).into());
        no.replacement = Some(sentence(ask.text.as_str(), &product, &sku, best));
    }
    Ok(())
}

/// The product of the talk and the SKU that is meant: the one that is named; of a product that is out as a whole, its
/// first.
fn meant(tx: &mut Tx<'_>, who: &Actor, ask: &CheckAsk) -> Result<Option<(Product, Sku)>, Problem> {
    if let Some(sku) = ask.sku {
        return sku_of(tx, who, sku).map(Some);
    }
    let Some(product) = ask.product else {
        return Ok(None);
    };
    let product = catalogue::product(tx, who, product)?;
    let mut sold = product.skus.iter().filter(|sku| sku.active);
    let first = sold.clone().next().cloned();
    let out = sold.all(|sku| sku.sellable == 0);
    Ok(first.filter(|_| out).map(|sku| (product, sku)))
}

/// What it is called: within the same product by what it differs in.
fn named(best: &Alternative, product: &Product) -> String {
    match (best.product == product.id, best.spec.as_str()) {
        (_, "") => best.title.clone(),
        (true, spec) => spec.to_owned(),
        (false, spec) => format!("{}（{spec}）", best.title),
    }
}

/// In the language of the reply.
fn sentence(reply: &str, product: &Product, sku: &Sku, best: &Alternative) -> String {
    let chinese = reply.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    let out = if sku.spec.is_empty() {
        &product.title
    } else {
        &sku.spec
    };
    let (instead, price) = (named(best, product), yuan(best.price_fen));
    if chinese {
        format!("{out}暂时缺货，{instead}有现货，{price}元，发给您看看可以吗？")
    } else {
        format!(
            "{out} is out of stock at the moment; we have {instead} in stock for {price} yuan. Shall I show it to you?"
        )
    }
}
