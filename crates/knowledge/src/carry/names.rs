//! Owner, products and campaign of words as files have them: by name, code and title.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Problem};
use serde_json::{Value, json};
use store::Tx;

use super::import::WordsRow;
use super::line::Line;
use crate::things::campaign_name;

/// What ids are called in files. What is out of reach has no name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    owners: BTreeMap<Id, String>,
    products: BTreeMap<Id, String>,
    campaigns: BTreeMap<Id, String>,
}

/// Ids of which the names are asked.
#[derive(Default)]
pub(super) struct Named {
    pub(super) owners: BTreeSet<Id>,
    pub(super) products: BTreeSet<Id>,
    pub(super) campaigns: BTreeSet<Id>,
}

impl Names {
    pub(super) fn of(tx: &mut Tx<'_>, who: &Actor, of: &Named) -> Result<Names, Problem> {
        let listed = |ids: &BTreeSet<Id>| ids.iter().copied().collect::<Vec<Id>>();
        let products = catalogue::products_by_ids(tx, who, &listed(&of.products))?;
        Ok(Names {
            owners: team::names(tx, who.org, &listed(&of.owners))?,
            products: products.into_iter().map(|one| (one.id, one.code)).collect(),
            campaigns: campaign_name::titles(tx, who, &of.campaigns)?,
        })
    }

    pub(super) fn owner(&self, id: Option<Id>) -> String {
        id.and_then(|id| self.owners.get(&id).cloned())
            .unwrap_or_default()
    }

    pub(super) fn products(&self, ids: &[Id]) -> Vec<String> {
        ids.iter()
            .filter_map(|id| self.products.get(id).cloned())
            .collect()
    }

    pub(super) fn campaign(&self, id: Option<Id>) -> String {
        id.and_then(|id| self.campaigns.get(&id).cloned())
            .unwrap_or_default()
    }

    /// The name in place of the id, where a field holds one.
    fn worded(&self, field: &str, value: &Value) -> Value {
        let id = value.as_i64().map(Id);
        match field {
            "owner" if id.is_some() => json!(self.owner(id)),
            "campaign" if id.is_some() => json!(self.campaign(id)),
            "products" => json!(self.products(&ids(value))),
            _ => value.clone(),
        }
    }
}

fn ids(value: &Value) -> Vec<Id> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|one| one.as_i64().map(Id)).collect()
}

/// Puts names in place of ids into what a preview shows.
pub(super) fn name_rows(tx: &mut Tx<'_>, who: &Actor, rows: &mut [WordsRow]) -> Result<(), Problem> {
    let mut named = Named::default();
    for field in rows.iter().flat_map(|row| &row.fields) {
        for value in [&field.was, &field.is] {
            match field.field.as_str() {
                "owner" => named.owners.extend(value.as_i64().map(Id)),
                "campaign" => named.campaigns.extend(value.as_i64().map(Id)),
                "products" => named.products.extend(ids(value)),
                _ => {}
            }
        }
    }
    let names = Names::of(tx, who, &named)?;
    for field in rows.iter_mut().flat_map(|row| &mut row.fields) {
        field.was = names.worded(&field.field, &field.was);
        field.is = names.worded(&field.field, &field.is);
    }
    Ok(())
}

/// Who answers for it, by name or agent number; `None` where the file has no such column. Whoever stands there
/// already stays, also if they left since or somebody else is called the same.
pub(super) fn owner(
    tx: &mut Tx<'_>,
    who: &Actor,
    line: &Line,
    was: Option<Id>,
) -> Result<Option<Option<Id>>, Problem> {
    let Some(said) = line.text("owner").map(str::trim) else {
        return Ok(None);
    };
    if said.is_empty() {
        return Ok(Some(None));
    }
    if let Some(was) = was
        && team::names(tx, who.org, &[was])?.get(&was).map(String::as_str) == Some(said)
    {
        return Ok(Some(Some(was)));
    }
    let mut called = team::people(tx, who, None)?;
    called.retain(|one| !one.disabled && (one.name == said || one.number.to_string() == said));
    match &called[..] {
        [one] => Ok(Some(Some(one.id))),
        [] => Err(Problem::input("owner", "owner_unknown", "There is no such person.").with("value", said)),
        _ => {
            let detail = "Several people have this name; write the agent number.";
            Err(Problem::input("owner", "owner_several", detail).with("value", said))
        }
    }
}

/// The products it is about, by code; `None` where the file has no such column. Those out of reach were not written
/// into the file, and stay.
pub(super) fn products(
    tx: &mut Tx<'_>,
    who: &Actor,
    line: &Line,
    was: &[Id],
) -> Result<Option<Vec<Id>>, Problem> {
    let Some(codes) = line.several("products") else {
        return Ok(None);
    };
    let found = catalogue::products_by_codes(tx, who, &codes)?;
    if let Some(code) = codes
        .iter()
        .find(|code| !found.iter().any(|one| one.code == **code))
    {
        let detail = "There is no product of this code in your shops.";
        return Err(Problem::input("products", "product_unknown", detail).with("value", code.clone()));
    }
    let mut ids: Vec<Id> = found.iter().map(|one| one.id).collect();
    if !was.is_empty() {
        let seen = catalogue::products_by_ids(tx, who, was)?;
        ids.extend(was.iter().filter(|id| !seen.iter().any(|one| one.id == **id)));
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// The campaign it belongs to, by title; `None` where the file has no such column. One out of reach was not written
/// into the file, and stays. Of several with one title the last to end is meant.
pub(super) fn campaign(
    tx: &mut Tx<'_>,
    who: &Actor,
    line: &Line,
    was: Option<Id>,
) -> Result<Option<Option<Id>>, Problem> {
    let Some(said) = line.text("campaign").map(str::trim) else {
        return Ok(None);
    };
    if let Some(was) = was {
        let title = campaign_name::titles(tx, who, &BTreeSet::from([was]))?.remove(&was);
        if title.as_deref().unwrap_or_default() == said {
            return Ok(Some(Some(was)));
        }
    }
    if said.is_empty() {
        return Ok(Some(None));
    }
    campaign_name::titled(tx, who, said).map(|found| Some(Some(found)))
}
