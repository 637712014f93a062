//! What names of shops in ERPs' files were said to mean: listed, said otherwise, forgotten. They count for all files of
//! the organisation, so only those keep them who have all its shops.

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem, Shops};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use crate::import::ask::ImportKind;
use crate::import::run::ImportSender;

/// A name in ERPs' files, and which of our shops it was said to be.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct KeptShopName {
    /// The name.
    pub name: String,
    /// The shop; null: rows of this name are left out.
    pub shop: Option<Id>,
    /// Who said so last; null: nobody in person.
    pub by: Option<ImportSender>,
    /// When.
    pub at: Ms,
}

/// Which shop a name that is remembered means from now on.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShopNameChange {
    /// The name, as files have it.
    pub name: String,
    /// The shop; null: rows of this name are left out.
    pub shop: Option<Id>,
}

/// The names that are remembered, by name; to whoever has not all shops there are none. Needs the right to import
/// orders.
pub fn shop_names(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<KeptShopName>, Problem> {
    who.need(ImportKind::Orders.right())?;
    if who.shops != Shops::All {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, Option<Id>, Id, Ms)> = tx.rows(
        "SELECT name, shop_id, person_id, at FROM import_shop WHERE org_id = $1 ORDER BY name",
        args![who.org],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let mut people = BTreeMap::<Id, Option<ImportSender>>::new();
    for (.., person, _) in &rows {
        if !people.contains_key(person) {
            let found = team::person(tx, who.org, *person)?;
            let by = found.map(|found| ImportSender {
                id: found.id,
                name: found.name,
            });
            people.insert(*person, by);
        }
    }
    let kept = rows.into_iter().map(|(name, shop, person, at)| KeptShopName {
        name,
        shop,
        by: people.get(&person).cloned().flatten(),
        at,
    });
    Ok(kept.collect())
}

/// Says otherwise what a name means, for files that come from now on. Needs the right to import orders, and all shops.
pub fn change_shop_name(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    change: &ShopNameChange,
) -> Result<Vec<KeptShopName>, Problem> {
    of_all(who, &change.name)?;
    if let Some(shop) = change.shop {
        let found = team::shop(tx, who.org, shop)?;
        found.filter(|shop| shop.active).ok_or_else(Problem::not_found)?;
    }
    let was = meant(tx, who.org, &change.name)?.ok_or_else(Problem::not_found)?;
    keep(tx, now, who, &change.name, change.shop)?;
    told(tx, now, who, &change.name, (Some(was), Some(change.shop)))?;
    shop_names(tx, who)
}

/// Which shop a name is remembered to mean, if it is.
fn meant(tx: &mut Tx<'_>, org: Id, name: &str) -> Result<Option<Option<Id>>, Problem> {
    tx.row(
        "SELECT shop_id FROM import_shop WHERE org_id = $1 AND name = $2",
        args![org, name],
        |row| row.get(0),
    )
}

fn keep(tx: &mut Tx<'_>, now: Ms, who: &Actor, name: &str, shop: Option<Id>) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO import_shop (org_id, name, shop_id, person_id, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, name) DO UPDATE
         SET shop_id = excluded.shop_id, person_id = excluded.person_id, at = excluded.at",
        args![who.org, name, shop, who.person().unwrap_or(Id::NONE), now],
    )?;
    Ok(())
}

/// Remembers which shop a name means, whatever it meant before. Rights are the caller's to ask.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    name: &str,
    shop: Option<Id>,
) -> Result<(), Problem> {
    let was = meant(tx, who.org, name)?;
    keep(tx, now, who, name, shop)?;
    told(tx, now, who, name, (was, Some(shop)))
}

/// Tells what a name meant and means; none: it is not remembered. It is the organisation's, and of no shop.
fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    name: &str,
    (was, is): (Option<Option<Id>>, Option<Option<Id>>),
) -> Result<(), Problem> {
    if was == is {
        return Ok(());
    }
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: match is {
            None => "import_shop.forgotten",
            Some(None) => "import_shop.left_out",
            Some(Some(_)) => "import_shop.taught",
        },
        subject: Id::NONE,
        data: json!({ "name": name, "shop": [was.flatten(), is.flatten()] }),
    })
}

/// Forgets what a name was said to mean: the next file asks again. `not_found` where it is not remembered. Rights as for [`change_shop_name`].
pub fn forget_shop_name(tx: &mut Tx<'_>, now: Ms, who: &Actor, name: &str) -> Result<(), Problem> {
    of_all(who, name)?;
    let was = meant(tx, who.org, name)?.ok_or_else(Problem::not_found)?;
    tx.exec(
        "DELETE FROM import_shop WHERE org_id = $1 AND name = $2",
        args![who.org, name],
    )?;
    told(tx, now, who, name, (Some(was), None))
}

/// Refuses whoever may not say what names mean. A name is looked for as files have it, odd characters and all; but none
/// has a null, which no database looks for.
fn of_all(who: &Actor, name: &str) -> Result<(), Problem> {
    who.need(ImportKind::Orders.right())?;
    if who.shops != Shops::All {
        return Err(Problem::forbidden());
    }
    match name.contains('\0') {
        true => Err(Problem::not_found()),
        false => Ok(()),
    }
}
