//! Whose things somebody may see and touch.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Problem, Shops, Who, found};
use catalogue::{Product, Sku};
use store::Tx;

/// The knowledge is the team's own; buyers are told what agents tell them.
pub(crate) fn staff(who: &Actor) -> Result<(), Problem> {
    if matches!(who.who, Who::Buyer(_)) {
        Err(Problem::forbidden())
    } else {
        Ok(())
    }
}

/// Somebody of the team who acts, as an id.
pub(crate) fn someone(who: &Actor) -> Result<Id, Problem> {
    who.person().ok_or_else(Problem::forbidden)
}

/// The product of a SKU, and the SKU; what stands out of reach is `not_found`.
pub(crate) fn sku_of(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(Product, Sku), Problem> {
    staff(who)?;
    let sku = catalogue::sku(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    Ok((catalogue::product(tx, who, sku.product)?, sku))
}

/// Whether this shop sells the product at present.
pub(crate) fn sold_in(product: &Product, shop: Id) -> bool {
    let listed = product.shops.as_ref().is_none_or(|shops| shops.contains(&shop));
    product.active && listed && product.price_fen.is_some()
}

/// Whether what holds in these shops (`None`: in all) concerns somebody who has `mine`.
pub(crate) fn concerns(mine: &Shops, shops: Option<&[Id]>) -> bool {
    shops.is_none_or(|shops| shops.iter().any(|shop| mine.has(*shop)))
}

/// Shops that something new shall hold in: known ones in reach, each once. What holds in all shops is
/// decided by those who have them all (`shop_required` for others).
pub(crate) fn shops_for(
    tx: &mut Tx<'_>,
    who: &Actor,
    shops: Option<Vec<Id>>,
) -> Result<Option<Vec<Id>>, Problem> {
    let Some(mut shops) = shops else {
        return match who.shops {
            Shops::All => Ok(None),
            Shops::Only(_) => Err(Problem::input(
                "shops",
                "shop_required",
                "Choose among your shops.",
            )),
        };
    };
    shops.sort_unstable();
    shops.dedup();
    if shops.is_empty() {
        return Err(Problem::input("shops", "missing", "Name a shop, or all of them."));
    }
    for shop in &shops {
        known_shop(tx, who, *shop)?;
    }
    Ok(Some(shops))
}

/// A shop of the organisation within the actor's reach.
pub(crate) fn known_shop(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<(), Problem> {
    who.need_shop(shop)?;
    team::shop(tx, who.org, shop)?
        .map(drop)
        .ok_or_else(Problem::not_found)
}

/// Products that are looked up in one verb, each once.
#[derive(Default)]
pub(crate) struct Looked(BTreeMap<Id, Option<Product>>);

impl Looked {
    /// These products, read together.
    pub(crate) fn of(
        tx: &mut Tx<'_>,
        who: &Actor,
        ids: impl IntoIterator<Item = Id>,
    ) -> Result<Looked, Problem> {
        let ids: BTreeSet<Id> = ids.into_iter().collect();
        let asked: Vec<Id> = ids.iter().copied().collect();
        let mut looked: BTreeMap<Id, Option<Product>> = ids.into_iter().map(|id| (id, None)).collect();
        for product in catalogue::products_by_ids(tx, who, &asked)? {
            looked.insert(product.id, Some(product));
        }
        Ok(Looked(looked))
    }

    /// The product, or nothing when it is out of reach.
    pub(crate) fn product(
        &mut self,
        tx: &mut Tx<'_>,
        who: &Actor,
        id: Id,
    ) -> Result<Option<&Product>, Problem> {
        let known = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(found(catalogue::product(tx, who, id))?),
        };
        Ok(known.as_ref())
    }

    /// Takes in a product that was read already.
    pub(crate) fn know(&mut self, product: Product) {
        self.0.insert(product.id, Some(product));
    }
}
