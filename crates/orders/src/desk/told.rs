//! That a buyer was told: of a parcel that is late, of a trouble, of a hold. The words are an agent's; here stands who
//! told it and when, so that nobody waits to be told (rows 162 and 302).

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem};
use serde::Deserialize;
use serde_json::json;
use store::{Tx, args, pad, text_enum};

use super::ask::DeskPerson;
use super::desk_parcel::DoneBy;
use super::hold;
use super::parcel::Parcel;
use super::trouble::{self, may_write};
use super::{look, wake};

text_enum! {
    /// Of what a buyer is told.
    pub enum ToldOf {
        /// A parcel that is late.
        Parcel = "parcel",
        /// A trouble of a parcel.
        Trouble = "trouble",
        /// Why a parcel is held.
        Hold = "hold",
    }
}

/// That a buyer was told.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTold {
    /// Of what.
    pub of: ToldOf,
    /// Of which parcel, trouble or hold.
    pub id: Id,
    /// Was told; false: was not, after all.
    pub told: bool,
}

/// A condition on whether the buyer was told of the row whose id stands in `column`; nothing when nobody asks.
pub(crate) fn condition(told: Option<bool>, column: &str) -> String {
    let Some(told) = told else {
        return String::new();
    };
    let not = if told { "" } else { "NOT " };
    format!("AND {not}EXISTS (SELECT 1 FROM buyer_told b WHERE b.org_id = $1 AND b.subject_id = {column})")
}

/// Who told the buyer of these parcels, troubles or holds, and when.
pub(crate) fn of(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<BTreeMap<Id, DoneBy>, Problem> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT subject_id, at, person_id FROM buyer_told WHERE org_id = $1 AND subject_id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    let rows: Vec<(Id, Ms, Id)> = tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let people: Vec<Id> = rows.iter().map(|(_, _, person)| *person).collect();
    let names = team::names(tx, org, &people)?;
    let by = |id: Id| {
        names.get(&id).map(|name| DeskPerson {
            id,
            name: name.clone(),
        })
    };
    Ok(rows
        .into_iter()
        .map(|(subject, at, person)| (subject, DoneBy { at, by: by(person) }))
        .collect())
}

/// Writes down that the buyer was told, or that they were not after all. Nothing is sent. Rights as
/// [`add_trouble`](super::add_trouble).
pub fn set_told(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewTold) -> Result<Option<DoneBy>, Problem> {
    let parcel = match new.of {
        ToldOf::Parcel => Some(new.id),
        ToldOf::Trouble => trouble::reached(tx, who, new.id)?.parcel,
        ToldOf::Hold => hold::parcel_of(tx, who.org, new.id)?,
    };
    let parcel = Parcel::reached(tx, who, parcel.ok_or_else(Problem::not_found)?)?;
    may_write(who)?;
    if new.told {
        tx.exec(
            "INSERT INTO buyer_told (org_id, subject_id, at, person_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org_id, subject_id) DO UPDATE SET at = excluded.at, person_id = excluded.person_id",
            args![who.org, new.id, now, who.person().unwrap_or(Id::NONE)],
        )?;
    } else {
        tx.exec(
            "DELETE FROM buyer_told WHERE org_id = $1 AND subject_id = $2",
            args![who.org, new.id],
        )?;
    }
    look::worked_on(tx, who.org, &parcel)?;
    parcel.tell(
        tx,
        now,
        who,
        "parcel.told",
        json!({ "of": new.of, "id": new.id, "told": new.told }),
    )?;
    wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
    Ok(of(tx, who.org, &[new.id])?.remove(&new.id))
}
