//! Campaigns as words and files name them.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Problem};
use store::{Row, Tx, args};

use crate::bounds;
use crate::things::reach::concerns;

/// Refuses a campaign that is not there or holds in no shop in reach (`campaign_unknown`).
fn seen(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(), Problem> {
    let sql = "SELECT shops FROM campaign WHERE org_id = $1 AND id = $2";
    let found = tx.row(sql, args![who.org, id], |row| {
        let shops: Option<String> = row.get(0)?;
        shops.as_deref().map(bounds::from_text).transpose()
    })?;
    let seen = |shops: &Option<Vec<Id>>| concerns(&who.shops, shops.as_deref());
    found.filter(seen).map(drop).ok_or_else(unknown)
}

/// [`seen`], where it is another than it was: whoever has fewer shops than who chose it may still change the rest.
pub(crate) fn newly_seen(
    tx: &mut Tx<'_>,
    who: &Actor,
    was: Option<Id>,
    is: Option<Id>,
) -> Result<(), Problem> {
    match is.filter(|_| was != is) {
        Some(campaign) => seen(tx, who, campaign),
        None => Ok(()),
    }
}

/// The titles of these campaigns, as far as they hold in a shop in reach.
pub(crate) fn titles(
    tx: &mut Tx<'_>,
    who: &Actor,
    ids: &BTreeSet<Id>,
) -> Result<BTreeMap<Id, String>, Problem> {
    let mut titles = BTreeMap::new();
    let sql = "SELECT title, shops FROM campaign WHERE org_id = $1 AND id = $2";
    for id in ids {
        if let Some((title, shops)) = tx.row(sql, args![who.org, *id], titled_row)?
            && concerns(&who.shops, shops.as_deref())
        {
            titles.insert(*id, title);
        }
    }
    Ok(titles)
}

/// The campaign of this title that ends last, of those that hold in a shop in reach (`campaign_unknown`).
pub(crate) fn titled(tx: &mut Tx<'_>, who: &Actor, title: &str) -> Result<Id, Problem> {
    let sql = "SELECT title, shops, id FROM campaign WHERE org_id = $1 AND title = $2 ORDER BY ends_at DESC, id DESC";
    let found = tx.rows(sql, args![who.org, title], |row| {
        Ok((titled_row(row)?.1, row.get::<Id>(2)?))
    })?;
    let seen = found
        .into_iter()
        .find(|(shops, _)| concerns(&who.shops, shops.as_deref()));
    seen.map(|(_, id)| id).ok_or_else(unknown)
}

fn titled_row(row: &Row<'_>) -> Result<(String, Option<Vec<Id>>), Problem> {
    let shops: Option<String> = row.get(1)?;
    Ok((row.get(0)?, shops.as_deref().map(bounds::from_text).transpose()?))
}

fn unknown() -> Problem {
    Problem::input(
        "campaign",
        "campaign_unknown",
        "There is no such campaign in your shops.",
    )
}
