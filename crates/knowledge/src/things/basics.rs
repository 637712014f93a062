use base::{Actor, Id, Ms, Permission, Problem};
use catalogue::{NewProduct, Product};
use serde::Deserialize;
use store::Tx;

use crate::things::listing;
use crate::things::reach::staff;

/// What to change of what buyers see of a product; what is left out stays. Prices and stock come by files and lists.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BasicsChange {
    /// What buyers read, at most 200 characters.
    pub title: Option<String>,
    /// The id of a picture that was uploaded, or a web address; empty takes it away.
    pub picture: Option<String>,
    /// Its page; empty takes it away.
    pub url: Option<String>,
    /// What speaks for it: at most 20 points of 100 characters.
    pub selling_points: Option<Vec<String>>,
}

/// Changes what buyers see of a product, and looks at its listing again (rows 3, 158): its main picture is measured
/// at once. Needs [`Permission::EditCatalogue`].
pub fn change_basics(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    change: &BasicsChange,
) -> Result<Product, Problem> {
    staff(who)?;
    let was = catalogue::product(tx, who, product)?;
    who.need(Permission::EditCatalogue)?;
    let new = NewProduct {
        code: was.code,
        title: change.title.clone(),
        picture: change.picture.clone(),
        url: change.url.clone(),
        selling_points: change.selling_points.clone(),
        active: None,
        shops: None,
        skus: Vec::new(),
    };
    let is = catalogue::upsert_product(tx, now, who, &new)?;
    listing::look(tx, now, who, &is)?;
    Ok(is)
}
