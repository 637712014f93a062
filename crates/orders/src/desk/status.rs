//! What platforms are told of parcels that left: a file for each platform with its own columns, what became of it, and
//! what failed, to be sent again (row 147).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sheet::Value;
use store::{Event, Tx, args, text_enum};

use super::ask::DeskPerson;
use super::courier;
use super::file;
use super::parcel::Parcel;
use super::reach::Reach;
use crate::export::ExportFormat;
use crate::order::numbers;
use crate::state::State;

text_enum! {
    /// How far the platform knows of a parcel.
    pub enum StatusState {
        /// It stands in no file yet.
        Waiting = "waiting",
        /// It stands in a file, and nobody said what became of it.
        Sent = "sent",
        /// The platform took it.
        Done = "done",
        /// The platform refused it.
        Failed = "failed",
    }
}

#[derive(Deserialize)]
struct Columns {
    columns: BTreeMap<String, [String; 3]>,
}

static COLUMNS: LazyLock<BTreeMap<String, [String; 3]>> = LazyLock::new(|| {
    let read: Result<Columns, _> = toml::from_str(include_str!("../../data/status.toml"));
    read.expect("data/status.toml is read by a test").columns
});

/// What waits to be told to one platform for one shop.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StatusWaiting {
    /// The shop.
    pub shop: Id,
    /// The platform.
    pub platform: String,
    /// Parcels in no file yet.
    pub waiting: i64,
    /// Parcels in a file of which nothing was heard.
    pub sent: i64,
    /// Parcels the platform refused.
    pub failed: i64,
}

/// A file of what was shipped.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StatusFile {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// The platform.
    pub platform: String,
    /// When it was made.
    pub at: Ms,
    /// By whom.
    pub by: Option<DeskPerson>,
    /// Rows in it.
    pub lines: i64,
    /// When the platform's answer was written down.
    pub told_at: Option<Ms>,
    /// By whom.
    pub told_by: Option<DeskPerson>,
    /// Rows the platform refused.
    pub failed: i64,
}

/// A file to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatusFile {
    /// The shop.
    pub shop: Id,
    /// The platform.
    pub platform: String,
    /// What the platform refused, in place of what stands in no file yet.
    #[serde(default)]
    pub failed: bool,
}

/// An order the platform refused.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusFailure {
    /// The order's number.
    pub number: String,
    /// In the platform's words, at most 200 characters.
    #[serde(default)]
    pub why: String,
}

/// What the platform made of a file.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusResult {
    /// The orders it refused; it took all others.
    pub failed: Vec<StatusFailure>,
}

/// One order of a parcel, and what the platform knows of it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StatusLine {
    /// The parcel.
    pub parcel: Id,
    /// The order.
    pub order: Id,
    /// The order's number.
    pub number: String,
    /// The shop.
    pub shop: Id,
    /// The platform.
    pub platform: String,
    /// Who carries it.
    pub courier: String,
    /// The courier's number.
    pub waybill: String,
    /// When it left.
    pub shipped_at: Option<Ms>,
    /// How far the platform knows.
    pub state: StatusState,
    /// The last file it stood in.
    pub file: Option<Id>,
    /// How often it stood in one.
    pub tries: i64,
    /// Why it was refused, in the platform's words.
    pub why: String,
    /// Since when it stands so.
    pub at: Ms,
}

/// Which lines a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatusFilter {
    /// Of this shop.
    pub shop: Option<Id>,
    /// That stand so: `waiting`, `sent` or `failed`; left out: `failed`.
    pub state: Option<StatusState>,
    /// Of this file, however they stand.
    pub file: Option<Id>,
}

/// Rows of one file at most; the next file holds the rest.
const MOST: usize = 2_000;

/// A parcel left: its platforms are to be told. A shop of its own tells nobody.
pub(crate) fn left(tx: &mut Tx<'_>, now: Ms, org: Id, parcel: &Parcel) -> Result<(), Problem> {
    let orders: Vec<Id> = parcel.orders.iter().map(|(order, _)| *order).collect();
    for order in State::by_ids(tx, org, &orders)? {
        if !COLUMNS.contains_key(&order.platform) {
            continue;
        }
        tx.exec(
            "INSERT INTO status_line (org_id, parcel_id, order_id, shop_id, platform, state, tries, why, at)
             VALUES ($1, $2, $3, $4, $5, 'waiting', 0, '', $6) ON CONFLICT (org_id, parcel_id, order_id) DO NOTHING",
            args![org, parcel.row.id, order.id, parcel.row.shop, &order.platform, now],
        )?;
    }
    Ok(())
}

/// A parcel came back before its courier had it.
pub(crate) fn came_back(tx: &mut Tx<'_>, org: Id, parcel: Id) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM status_line WHERE org_id = $1 AND parcel_id = $2",
        args![org, parcel],
    )?;
    Ok(())
}

/// What waits, by shop and platform. Needs [`Permission::SeeOrders`].
pub fn status_waiting(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Vec<StatusWaiting>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, shop, 2)?;
    let sql = format!(
        "SELECT shop_id, platform, state, COUNT(*) FROM status_line
         WHERE org_id = $1 AND state <> 'done' AND {} GROUP BY shop_id, platform, state",
        reach.sql
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend(reach.shops);
    let rows: Vec<(Id, String, StatusState, i64)> = tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    let mut sums = BTreeMap::<(Id, String), StatusWaiting>::new();
    for (shop, platform, state, count) in rows {
        let sum = sums
            .entry((shop, platform.clone()))
            .or_insert_with(|| StatusWaiting {
                shop,
                platform,
                waiting: 0,
                sent: 0,
                failed: 0,
            });
        match state {
            StatusState::Waiting => sum.waiting = count,
            StatusState::Sent => sum.sent = count,
            StatusState::Failed => sum.failed = count,
            StatusState::Done => {}
        }
    }
    Ok(sums.into_values().collect())
}

/// Makes a file of what a platform is to be told for a shop. Needs [`Permission::ShipOrders`];
/// `nothing_to_tell` when there is nothing.
pub fn make_status_file(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewStatusFile,
) -> Result<StatusFile, Problem> {
    who.need_shop(new.shop)?;
    team::shop(tx, who.org, new.shop)?.ok_or_else(Problem::not_found)?;
    who.need(Permission::ShipOrders)?;
    if !COLUMNS.contains_key(&new.platform) {
        let detail = "No file is made for this platform.";
        return Err(Problem::input("platform", "unknown_platform", detail));
    }
    let state = if new.failed {
        StatusState::Failed
    } else {
        StatusState::Waiting
    };
    let lines: Vec<(Id, Id)> = tx.rows(
        "SELECT parcel_id, order_id FROM status_line
         WHERE org_id = $1 AND state = $2 AND state <> 'done' AND shop_id = $3 AND platform = $4
         ORDER BY parcel_id, order_id LIMIT $5",
        args![who.org, state, new.shop, &new.platform, MOST],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if lines.is_empty() {
        return Err(Problem::conflict("nothing_to_tell", "There is nothing to tell."));
    }
    let id = tx.id();
    for (parcel, order) in &lines {
        tx.exec(
            "UPDATE status_line SET state = 'sent', file_id = $4, tries = tries + 1, why = '', at = $5
             WHERE org_id = $1 AND parcel_id = $2 AND order_id = $3",
            args![who.org, *parcel, *order, id, now],
        )?;
    }
    let count = lines.len() as i64;
    tx.exec(
        "INSERT INTO status_file (org_id, id, shop_id, platform, at, person_id, lines, failed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
        args![
            who.org,
            id,
            new.shop,
            &new.platform,
            now,
            who.person().unwrap_or(Id::NONE),
            count
        ],
    )?;
    let data = json!({ "platform": new.platform, "lines": count, "again": new.failed });
    told(tx, now, who, (id, new.shop), "status_file.made", data)?;
    one(tx, who, id)
}

fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (id, shop): (Id, Id),
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind,
        subject: id,
        data,
    })
}

const FILE: &str = "id, shop_id, platform, at, person_id, lines, told_at, told_by, failed";

fn files(
    tx: &mut Tx<'_>,
    org: Id,
    sql: &str,
    arguments: &[store::Arg<'_>],
) -> Result<Vec<StatusFile>, Problem> {
    type Row = (StatusFile, Id, Option<Id>);
    let rows: Vec<Row> = tx.rows(sql, arguments, |row| {
        let file = StatusFile {
            id: row.get(0)?,
            shop: row.get(1)?,
            platform: row.get(2)?,
            at: row.get(3)?,
            by: None,
            lines: row.get(5)?,
            told_at: row.get(6)?,
            told_by: None,
            failed: row.get(8)?,
        };
        Ok((file, row.get(4)?, row.get(7)?))
    })?;
    let people: Vec<Id> = rows
        .iter()
        .flat_map(|(_, by, told_by)| [Some(*by), *told_by])
        .flatten()
        .collect();
    let names = team::names(tx, org, &people)?;
    let person = |id: Id| {
        names.get(&id).map(|name| DeskPerson {
            id,
            name: name.clone(),
        })
    };
    let view = |(file, by, told_by): Row| StatusFile {
        by: person(by),
        told_by: told_by.and_then(person),
        ..file
    };
    Ok(rows.into_iter().map(view).collect())
}

fn one(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<StatusFile, Problem> {
    let sql = format!("SELECT {FILE} FROM status_file WHERE org_id = $1 AND id = $2");
    let found = files(tx, who.org, &sql, args![who.org, id])?
        .pop()
        .ok_or_else(Problem::not_found)?;
    who.need_shop(found.shop)?;
    Ok(found)
}

/// The files of the shops in reach, the last first. Needs [`Permission::SeeOrders`].
pub fn status_files(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    page: &PageAsk,
) -> Result<Page<StatusFile>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, shop, 4)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {FILE} FROM status_file WHERE org_id = $1 AND id < $2 AND {} ORDER BY id DESC LIMIT $3",
        reach.sql
    );
    let mut arguments = args![who.org, before, page.limit() + 1].to_vec();
    arguments.extend(reach.shops);
    let found = files(tx, who.org, &sql, &arguments)?;
    Ok(Page::cut(found, page.limit(), |file| vec![file.id.0]))
}

/// The bytes of a file, under the platform's own names; no cell carries a formula. Needs
/// [`Permission::ShipOrders`].
pub fn status_file_bytes(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: Id,
    format: ExportFormat,
) -> Result<Vec<u8>, Problem> {
    let file = one(tx, who, id)?;
    who.need(Permission::ShipOrders)?;
    let names = COLUMNS.get(&file.platform).ok_or_else(Problem::internal)?;
    let lines = of_file(tx, who.org, id)?.into_iter();
    let rows = lines.map(|line| [line.number, line.courier, line.waybill].map(Value::from));
    file::table(format, "发货", names.each_ref().map(String::as_str), rows)
}

fn of_file(tx: &mut Tx<'_>, org: Id, file: Id) -> Result<Vec<StatusLine>, Problem> {
    let sql = format!(
        "SELECT {LINE} FROM status_line WHERE org_id = $1 AND file_id = $2 ORDER BY parcel_id, order_id"
    );
    let lines = tx.rows(&sql, args![org, file], line)?;
    whole(tx, org, lines)
}

const LINE: &str = "parcel_id, order_id, shop_id, platform, state, file_id, tries, why, at";

fn line(row: &store::Row<'_>) -> Result<StatusLine, Problem> {
    Ok(StatusLine {
        parcel: row.get(0)?,
        order: row.get(1)?,
        number: String::new(),
        shop: row.get(2)?,
        platform: row.get(3)?,
        courier: String::new(),
        waybill: String::new(),
        shipped_at: None,
        state: row.get(4)?,
        file: row.get(5)?,
        tries: row.get(6)?,
        why: row.get(7)?,
        at: row.get(8)?,
    })
}

/// Adds what parcels and orders say.
fn whole(tx: &mut Tx<'_>, org: Id, mut lines: Vec<StatusLine>) -> Result<Vec<StatusLine>, Problem> {
    let known = courier::of_org(tx, org)?;
    for part in lines.chunks_mut(200) {
        let parcels: Vec<Id> = part
            .iter()
            .map(|line| line.parcel)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let parcels: BTreeMap<Id, Parcel> = Parcel::load(tx, org, &parcels)?
            .into_iter()
            .map(|parcel| (parcel.row.id, parcel))
            .collect();
        let orders: Vec<Id> = part.iter().map(|line| line.order).collect();
        let numbers = numbers(tx, org, &orders)?;
        for line in part {
            line.number = numbers.get(&line.order).cloned().unwrap_or_default();
            let Some(parcel) = parcels.get(&line.parcel) else {
                continue;
            };
            line.courier = known
                .get(&parcel.row.courier)
                .map_or(&parcel.row.courier, |courier| &courier.name)
                .clone();
            line.waybill = parcel.row.waybill.clone().unwrap_or_default();
            line.shipped_at = parcel.row.shipped_at;
        }
    }
    Ok(lines)
}

/// Writes down what the platform made of a file: what it refused has failed, all else is done. It can be said
/// again. Needs [`Permission::ShipOrders`]; an order that is not in the file: `not_in_the_file`.
pub fn set_status_result(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    said: &StatusResult,
) -> Result<StatusFile, Problem> {
    one(tx, who, id)?;
    who.need(Permission::ShipOrders)?;
    let lines = of_file(tx, who.org, id)?;
    let mut failed = BTreeMap::<&str, String>::new();
    for failure in &said.failed {
        let number = failure.number.trim();
        if !lines.iter().any(|line| line.number == number) {
            let detail = "The file has no such order.";
            return Err(Problem::input("failed", "not_in_the_file", detail).with("number", number));
        }
        let why = match failure.why.trim() {
            "" => String::new(),
            why => clean_line("why", why, 200)?,
        };
        failed.insert(number, why);
    }
    let mut count = 0;
    for line in &lines {
        let why = failed.get(line.number.as_str());
        let state = if why.is_some() {
            StatusState::Failed
        } else {
            StatusState::Done
        };
        count += i64::from(why.is_some());
        tx.exec(
            "UPDATE status_line SET state = $4, why = $5, at = $6
             WHERE org_id = $1 AND parcel_id = $2 AND order_id = $3",
            args![
                who.org,
                line.parcel,
                line.order,
                state,
                why.map_or("", String::as_str),
                now
            ],
        )?;
    }
    tx.exec(
        "UPDATE status_file SET told_at = $3, told_by = $4, failed = $5 WHERE org_id = $1 AND id = $2",
        args![who.org, id, now, who.person(), count],
    )?;
    let is = one(tx, who, id)?;
    told(
        tx,
        now,
        who,
        (id, is.shop),
        "status_file.answered",
        json!({ "failed": count }),
    )?;
    Ok(is)
}

/// Orders of parcels that left, and what their platforms know; the first that left first. Needs
/// [`Permission::SeeOrders`].
pub fn status_lines(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &StatusFilter,
    page: &PageAsk,
) -> Result<Page<StatusLine>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, filter.shop, 6)?;
    let [parcel, order] = page.numbers().unwrap_or([0; 2]);
    let (of, value) = match filter.file {
        Some(file) => {
            one(tx, who, file)?;
            ("file_id = $5", file.into())
        }
        None => (
            "state = $5 AND state <> 'done'",
            store::Arg::from(filter.state.unwrap_or(StatusState::Failed)),
        ),
    };
    let sql = format!(
        "SELECT {LINE} FROM status_line WHERE org_id = $1 AND (parcel_id, order_id) > ($2, $3) AND {of} AND {}
         ORDER BY parcel_id, order_id LIMIT $4",
        reach.sql
    );
    let mut arguments = args![who.org, parcel, order, page.limit() + 1, value].to_vec();
    arguments.extend(reach.shops);
    let lines = tx.rows(&sql, &arguments, line)?;
    let page = Page::cut(lines, page.limit(), |line| vec![line.parcel.0, line.order.0]);
    Ok(Page {
        items: whole(tx, who.org, page.items)?,
        next: page.next,
    })
}

#[cfg(test)]
mod tests {
    use super::COLUMNS;

    #[test]
    fn every_platform_but_the_shops_own_page_has_its_columns() {
        for platform in team::PLATFORMS {
            assert_eq!(COLUMNS.contains_key(platform), platform != "web", "{platform}");
        }
        assert!(
            COLUMNS
                .values()
                .all(|names| names.iter().all(|name| !name.is_empty()))
        );
    }
}
