//! What rings at the packing table: a parcel must not leave as it is, though it was audited. It rings, on whatever screen
//! and after whatever reload, until somebody says that they have seen it; who did and when is kept (rows 298 and 301).

use base::{Actor, Id, Live, Ms, Page, PageAsk, Permission, Problem, Topic};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record};

use super::ask::DeskPerson;
use super::desk_parcel::DoneBy;
use super::parcel::{Parcel, ParcelState};
use super::reach::Reach;

record! {
    /// An alarm as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AlarmRow {
        pub id: Id = "id",
        pub shop: Id = "shop_id",
        pub parcel: Id = "parcel_id",
        pub why: String = "why",
        pub was: ParcelState = "was",
        pub batch: Option<String> = "batch",
        pub waybill: Option<String> = "waybill",
        pub at: Ms = "at",
        pub seen_at: Option<Ms> = "seen_at",
        pub seen_by: Option<Id> = "seen_by",
    }
}

/// A parcel that must not leave as it is.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DeskAlarm {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// The parcel.
    pub parcel: Id,
    /// Why: `refund`, `changed`, `closed`, `refunded`, `masked`.
    pub why: String,
    /// Where the parcel stood.
    pub was: ParcelState,
    /// Its place in a batch, as it stands on the paper.
    pub batch: Option<String>,
    /// Its waybill, as it stands on the paper.
    pub waybill: Option<String>,
    /// Since when it rings.
    pub at: Ms,
    /// Who has seen it, and when.
    pub seen: Option<DoneBy>,
}

/// Which alarms are asked for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AlarmFilter {
    /// Of this shop.
    pub shop: Option<Id>,
    /// Those that somebody has seen, in place of those that ring.
    pub seen: Option<bool>,
}

/// Rings: this parcel must not leave as it is. One that rings already rings on, for what is the matter now.
pub(super) fn ring(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    parcel: &Parcel,
    why: &str,
    was: ParcelState,
    batch: Option<&str>,
) -> Result<(), Problem> {
    let (new, row) = (tx.id(), &parcel.row);
    let id: Option<Id> = tx.value(
        "INSERT INTO desk_alarm (org_id, id, shop_id, parcel_id, why, was, batch, waybill, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org_id, parcel_id) WHERE seen_at IS NULL DO UPDATE
         SET why = excluded.why, at = excluded.at, batch = COALESCE(excluded.batch, desk_alarm.batch),
             waybill = COALESCE(excluded.waybill, desk_alarm.waybill)
         RETURNING id",
        args![org, new, row.shop, row.id, why, was, batch, &row.waybill, now],
    )?;
    live(
        tx,
        row.shop,
        json!({
            "on": "desk_alarm", "id": id, "shop": row.shop, "parcel": row.id, "why": why, "was": was, "batch": batch,
            "waybill": row.waybill, "at": now, "seen": null,
        }),
    );
    Ok(())
}

fn live(tx: &mut Tx<'_>, shop: Id, frame: serde_json::Value) {
    tx.live(Live {
        topics: vec![Topic::Desk(shop)],
        frame: frame.to_string().into(),
    });
}

/// Of an organisation those that ring, or that were seen, beyond an id, at most so many.
pub(super) fn statement(seen: bool, shops: &str) -> String {
    let (state, beyond, order) = if seen {
        ("seen_at IS NOT NULL", "id < $2", "id DESC")
    } else {
        ("seen_at IS NULL", "id > $2", "id")
    };
    format!(
        "SELECT {} FROM desk_alarm WHERE org_id = $1 AND {state} AND {beyond} AND {shops} ORDER BY {order} LIMIT $3",
        AlarmRow::COLUMNS
    )
}

/// What rings in the shops in reach, the oldest first; or what was seen, the last first. Needs
/// [`Permission::SeeOrders`].
pub fn desk_alarms(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &AlarmFilter,
    page: &PageAsk,
) -> Result<Page<DeskAlarm>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, filter.shop, 4)?;
    let seen = filter.seen == Some(true);
    let at = page
        .numbers::<1>()
        .map_or(if seen { i64::MAX } else { 0 }, |[id]| id);
    let mut arguments = args![who.org, at, page.limit() + 1].to_vec();
    arguments.extend(reach.shops);
    let rows = tx.rows(&statement(seen, &reach.sql), &arguments, AlarmRow::read)?;
    let page = Page::cut(rows, page.limit(), |row| vec![row.id.0]);
    Ok(Page {
        items: views(tx, who.org, page.items)?,
        next: page.next,
    })
}

/// Writes down that somebody has seen an alarm: it rings no more, on no screen. Seen before it stays whose it is. Needs
/// [`Permission::SeeOrders`] and to audit, ship or check.
pub fn see_alarm(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<DeskAlarm, Problem> {
    let sql = format!(
        "SELECT {} FROM desk_alarm WHERE org_id = $1 AND id = $2",
        AlarmRow::COLUMNS
    );
    let mut row = tx
        .row(&sql, args![who.org, id], AlarmRow::read)?
        .ok_or_else(Problem::not_found)?;
    who.need_shop(row.shop)?;
    who.need(Permission::SeeOrders)?;
    use Permission as P;
    if ![P::ShipOrders, P::CheckOrders, P::AuditOrders]
        .into_iter()
        .any(|right| who.may(right))
    {
        return Err(Problem::forbidden());
    }
    if row.seen_at.is_none() {
        (row.seen_at, row.seen_by) = (Some(now), who.person().or(Some(Id::NONE)));
        tx.exec(
            "UPDATE desk_alarm SET seen_at = $3, seen_by = $4 WHERE org_id = $1 AND id = $2",
            args![who.org, id, row.seen_at, row.seen_by],
        )?;
        tx.emit(Event {
            at: now,
            who,
            shop: row.shop,
            kind: "parcel.alarm_seen",
            subject: row.parcel,
            data: json!({ "why": row.why, "rang_at": row.at }),
        })?;
        live(
            tx,
            row.shop,
            json!({ "on": "desk_alarm_seen", "shop": row.shop, "id": id }),
        );
    }
    views(tx, who.org, vec![row])?.pop().ok_or_else(Problem::internal)
}

fn views(tx: &mut Tx<'_>, org: Id, rows: Vec<AlarmRow>) -> Result<Vec<DeskAlarm>, Problem> {
    let people: Vec<Id> = rows.iter().filter_map(|row| row.seen_by).collect();
    let names = team::names(tx, org, &people)?;
    let by = |id: Id| {
        let name = names.get(&id)?.clone();
        Some(DeskPerson { id, name })
    };
    let view = |row: AlarmRow| DeskAlarm {
        seen: row.seen_at.map(|at| DoneBy {
            at,
            by: row.seen_by.and_then(by),
        }),
        id: row.id,
        shop: row.shop,
        parcel: row.parcel,
        why: row.why,
        was: row.was,
        batch: row.batch,
        waybill: row.waybill,
        at: row.at,
    };
    Ok(rows.into_iter().map(view).collect())
}
