use base::{Actor, Id, Ms, Page, PageAsk, Problem};
use catalogue::{Product, ProductFilter};
use serde::{Deserialize, Serialize};
use store::Tx;

use crate::things::basics::{BasicsChange, change_basics};
use crate::things::fact::{self, ProductFacts, ProductFactsChange, change_facts};
use crate::things::reach::staff;

/// A product with what is known of it: a row of the sheet in which products are edited (row 187).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductRow {
    /// What buyers see of it, its prices and stock.
    pub product: Product,
    /// What is known of it.
    pub facts: ProductFacts,
}

/// What to change of a row; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductRowChange {
    /// Of what buyers see; needs [`base::Permission::EditCatalogue`].
    pub basics: Option<BasicsChange>,
    /// Of what is known; needs [`base::Permission::EditKnowledge`].
    pub facts: Option<ProductFactsChange>,
}

/// Products with what is known of them, the newest first, of the shops in reach.
pub fn product_rows(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &ProductFilter,
    page: &PageAsk,
) -> Result<Page<ProductRow>, Problem> {
    staff(who)?;
    let found = catalogue::products(tx, who, filter, page)?;
    let ids: Vec<Id> = found.items.iter().map(|product| product.id).collect();
    let mut known = fact::of_products(tx, who.org, &ids)?;
    let items = found.items.into_iter().map(|product| ProductRow {
        facts: known
            .remove(&product.id)
            .unwrap_or_else(|| ProductFacts::none(product.id)),
        product,
    });
    Ok(Page {
        items: items.collect(),
        next: found.next,
    })
}

/// Changes what stands in a row, all of it or nothing, and answers the row as it is then. A product of another
/// organisation, or sold only in shops out of reach, is `not_found`.
pub fn change_product_row(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    change: &ProductRowChange,
) -> Result<ProductRow, Problem> {
    staff(who)?;
    if let Some(basics) = &change.basics {
        change_basics(tx, now, who, product, basics)?;
    }
    let facts = match &change.facts {
        Some(facts) => change_facts(tx, now, who, product, facts)?,
        None => fact::facts(tx, who, product)?,
    };
    Ok(ProductRow {
        product: catalogue::product(tx, who, product)?,
        facts,
    })
}
