use base::{Actor, Id, Ms, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record};

use super::{courier, region, wake};

record! {
    /// Where a courier does not deliver for a time: 停发区 (row 302).
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct StopArea {
        /// Its id.
        pub id: Id = "id",
        /// The courier; empty: every one.
        pub courier: String = "courier",
        /// A province, or a province and a city.
        pub region: String = "region",
        /// From when on.
        pub from: Ms = "from_at",
        /// Until when; null: nobody knows.
        pub until: Option<Ms> = "until_at",
        /// What is to be told.
        pub note: String = "note",
    }
}

/// A stop area as it shall be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStopArea {
    /// The courier; left out: every one.
    pub courier: Option<String>,
    /// A province, or a province and a city, at most 60 characters.
    pub region: String,
    /// From when on.
    pub from: Ms,
    /// Until when, if that is known.
    pub until: Option<Ms>,
    /// What is to be told, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

impl StopArea {
    /// Whether it keeps a parcel of `courier` from going to `address` at `now`.
    pub(crate) fn stops(&self, courier: &str, address: &str, now: Ms) -> bool {
        (self.courier.is_empty() || self.courier == courier)
            && self.from <= now
            && self.until.is_none_or(|until| now < until)
            && region::within(address, &self.region)
    }
}

/// All stop areas; no right is asked.
pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<StopArea>, Problem> {
    let sql = format!(
        "SELECT {} FROM stop_area WHERE org_id = $1 ORDER BY from_at DESC, id DESC",
        StopArea::COLUMNS
    );
    tx.rows(&sql, args![org], StopArea::read)
}

/// The stop areas, the latest first. Needs [`Permission::SeeOrders`].
pub fn stop_areas(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<StopArea>, Problem> {
    who.need(Permission::SeeOrders)?;
    of_org(tx, who.org)
}

/// Makes a stop area (without `id`) or changes one; parcels that wait are looked at again. Needs
/// [`Permission::EditDeskRules`].
pub fn set_stop_area(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Option<Id>,
    new: &NewStopArea,
) -> Result<StopArea, Problem> {
    who.need(Permission::EditDeskRules)?;
    let was = match id {
        Some(id) => Some(one(tx, who.org, id)?),
        None => None,
    };
    if let Some(code) = &new.courier {
        courier::need(tx, who.org, code)?;
    }
    let region = clean_line("region", &new.region, 60)?;
    if !region::has_province(&region) {
        let detail = "A region begins with a province: 新疆, 浙江省杭州市.";
        return Err(Problem::input("region", "no_province", detail));
    }
    if new.until.is_some_and(|until| until <= new.from) {
        return Err(Problem::input(
            "until",
            "ends_before_it_begins",
            "It ends before it begins.",
        ));
    }
    let note = match new.note.trim() {
        "" => String::new(),
        note => clean_line("note", note, 200)?,
    };
    let is = StopArea {
        id: id.unwrap_or_else(|| tx.id()),
        courier: new.courier.clone().unwrap_or_default(),
        region,
        from: new.from,
        until: new.until,
        note,
    };
    if was.as_ref() == Some(&is) {
        return Ok(is);
    }
    tx.exec(
        "INSERT INTO stop_area (org_id, id, courier, region, from_at, until_at, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (org_id, id) DO UPDATE
         SET courier = excluded.courier, region = excluded.region, from_at = excluded.from_at,
             until_at = excluded.until_at, note = excluded.note",
        args![
            who.org,
            is.id,
            &is.courier,
            &is.region,
            is.from,
            is.until,
            &is.note
        ],
    )?;
    told(tx, now, who, is.id, json!({ "stop_area": [was, is] }))?;
    Ok(is)
}

/// Takes a stop area away. Needs [`Permission::EditDeskRules`].
pub fn remove_stop_area(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    who.need(Permission::EditDeskRules)?;
    let was = one(tx, who.org, id)?;
    tx.exec(
        "DELETE FROM stop_area WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    told(tx, now, who, id, json!({ "stop_area": [was, null] }))
}

fn told(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, data: serde_json::Value) -> Result<(), Problem> {
    wake::all(tx, now, who.org)?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "stop_area.changed",
        subject: id,
        data,
    })
}

fn one(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<StopArea, Problem> {
    let sql = format!(
        "SELECT {} FROM stop_area WHERE org_id = $1 AND id = $2",
        StopArea::COLUMNS
    );
    tx.row(&sql, args![org, id], StopArea::read)?
        .ok_or_else(Problem::not_found)
}
