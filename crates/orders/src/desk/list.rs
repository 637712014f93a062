use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Arg, Tx, args};

use super::desk_parcel::DeskParcel;
use super::parcel::{Parcel, ParcelRow, ParcelState};
use super::reach::Reach;
use super::view::views;
use super::{settings, told};

/// In which order parcels are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParcelSort {
    /// What has to leave soonest first.
    #[default]
    Promise,
    /// The last first.
    New,
}

/// Which parcels a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ParcelFilter {
    /// Standing so; several with commas between. Left out: all that are still here.
    pub state: Option<String>,
    /// Of this shop.
    pub shop: Option<Id>,
    /// Held for this reason.
    pub reason: Option<String>,
    /// Held for something (for `reason`, where it is given) that the buyer was told of, or was not.
    pub told: Option<bool>,
    /// With this flag.
    pub flag: Option<i64>,
    /// Carried by.
    pub courier: Option<String>,
    /// 加急
    pub urgent: Option<bool>,
    /// That should have left by now.
    pub late: Option<bool>,
    /// Passed by this person.
    pub passed_by: Option<Id>,
    /// Of this order.
    pub order: Option<Id>,
    /// An order's number, a waybill or a batch number, in full.
    pub q: Option<String>,
    /// In which order.
    #[param(inline)]
    pub sort: Option<ParcelSort>,
}

/// How many there are, and since when the oldest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelCount {
    /// How many.
    pub count: i64,
    /// Since when the one stands so that stands so longest.
    pub oldest_at: Option<Ms>,
}

/// How many are held for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ReasonCount {
    /// The reason.
    pub reason: String,
    /// How many.
    pub count: i64,
    /// Since when the oldest.
    pub oldest_at: Option<Ms>,
}

/// Where the work is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelCounts {
    /// By where they stand; of what left, nothing.
    pub by_state: BTreeMap<String, ParcelCount>,
    /// By why they are held, the most first.
    pub by_reason: Vec<ReasonCount>,
    /// That should have left by now.
    pub late: i64,
    /// That have to leave within the hours of the setting `orders.warn_hours`.
    pub soon: i64,
    /// 加急
    pub urgent: i64,
    /// Passed and in no batch yet.
    pub to_batch: i64,
    /// Passed within 24 hours.
    pub passed_24h: i64,
    /// Shipped within 24 hours.
    pub shipped_24h: i64,
}

/// Which parcels are counted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CountFilter {
    /// Of this shop.
    pub shop: Option<Id>,
}

const DAY_MS: i64 = 86_400_000;
const HERE: [ParcelState; 5] = [
    ParcelState::Waiting,
    ParcelState::Held,
    ParcelState::Passed,
    ParcelState::Printed,
    ParcelState::Packed,
];

/// Parcels of the shops in reach. Needs [`Permission::SeeOrders`].
pub fn parcels(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &ParcelFilter,
    page: &PageAsk,
) -> Result<Page<DeskParcel>, Problem> {
    who.need(Permission::SeeOrders)?;
    let states = states(filter)?;
    let named = match filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        Some(q) => Some(find(tx, who.org, q)?),
        None => filter
            .order
            .map(|order| of_order(tx, who.org, order))
            .transpose()?,
    };
    let mut rows = Vec::new();
    // One statement a state: each goes along the index in its order, and the first of all are among the first of each.
    for state in &states {
        rows.extend(of_state(tx, now, who, filter, page, *state, named.as_deref())?);
    }
    let sort = filter.sort.unwrap_or_default();
    match sort {
        ParcelSort::Promise => rows.sort_by_key(|row| (row.promise_at, row.id)),
        ParcelSort::New => rows.sort_by_key(|row| std::cmp::Reverse(row.id)),
    }
    let page = Page::cut(rows, page.limit(), |row| match sort {
        ParcelSort::Promise => vec![row.promise_at.0, row.id.0],
        ParcelSort::New => vec![0, row.id.0],
    });
    let parcels = Parcel::whole(tx, who.org, page.items)?;
    Ok(Page {
        items: views(tx, now, who.org, parcels)?,
        next: page.next,
    })
}

fn states(filter: &ParcelFilter) -> Result<Vec<ParcelState>, Problem> {
    let Some(text) = filter.state.as_deref().filter(|text| !text.is_empty()) else {
        let all = filter.q.is_some() || filter.order.is_some();
        return Ok(if all {
            ParcelState::ALL.to_vec()
        } else {
            HERE.to_vec()
        });
    };
    let known = |name: &str| {
        ParcelState::ALL
            .iter()
            .copied()
            .find(|state| state.key() == name.trim())
    };
    let mut found: Vec<ParcelState> = Vec::new();
    for name in text.split(',') {
        let state =
            known(name).ok_or_else(|| Problem::input("state", "bad_field", "There is no such state."))?;
        if !found.contains(&state) {
            found.push(state);
        }
    }
    Ok(found)
}

fn of_state(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &ParcelFilter,
    page: &PageAsk,
    state: ParcelState,
    named: Option<&[Id]>,
) -> Result<Vec<ParcelRow>, Problem> {
    let reach = Reach::of(who, filter.shop, 12)?;
    let (after, order) = match filter.sort.unwrap_or_default() {
        ParcelSort::Promise => ("(p.promise_at, p.id) > ($3, $4)", "p.promise_at, p.id"),
        ParcelSort::New => ("$3 = $3 AND p.id < $4", "p.id DESC"),
    };
    let [at, id] = page.numbers().unwrap_or(match filter.sort.unwrap_or_default() {
        ParcelSort::Promise => [i64::MIN, 0],
        ParcelSort::New => [0, i64::MAX],
    });
    let first = 12 + reach.shops.len();
    let some = match named {
        Some(ids) => format!("AND p.id IN {}", Tx::in_list(first, ids.len())),
        None => String::new(),
    };
    let held = match (&filter.reason, filter.told) {
        (None, None) => "AND $5 IS NULL".to_owned(),
        (_, told) => format!(
            "AND EXISTS (SELECT 1 FROM parcel_hold h WHERE h.org_id = p.org_id AND h.parcel_id = p.id
                           AND ($5 IS NULL OR h.reason = $5) AND h.released_at IS NULL {})",
            told::condition(told, "h.id")
        ),
    };
    let columns: Vec<String> = ParcelRow::COLUMNS
        .split(", ")
        .map(|name| format!("p.{name}"))
        .collect();
    let sql = format!(
        "SELECT {} FROM parcel p
         WHERE p.org_id = $1 AND p.state = $2 AND {after} {held}
           AND ($6 IS NULL OR p.flag = $6) AND ($7 IS NULL OR p.courier = $7) AND ($8 IS NULL OR p.urgent = $8)
           AND ($9 IS NULL OR p.promise_at < $9)
           AND ($10 IS NULL OR EXISTS (SELECT 1 FROM parcel_pass a WHERE a.org_id = p.org_id AND a.id = p.pass_id
                                         AND a.person_id = $10))
           AND {} {some}
         ORDER BY {order} LIMIT $11",
        columns.join(", "),
        reach.sql,
    );
    let late = filter.late.filter(|late| *late).map(|_| now);
    let mut arguments: Vec<Arg<'_>> = args![
        who.org,
        state,
        at,
        id,
        &filter.reason,
        filter.flag,
        &filter.courier,
        filter.urgent,
        late,
        filter.passed_by,
        page.limit() + 1
    ]
    .to_vec();
    arguments.extend(reach.shops);
    if let Some(ids) = named {
        arguments.extend(store::pad(ids));
    }
    tx.rows(&sql, &arguments, ParcelRow::read)
}

fn of_order(tx: &mut Tx<'_>, org: Id, order: Id) -> Result<Vec<Id>, Problem> {
    tx.rows(
        "SELECT parcel_id FROM parcel_order WHERE org_id = $1 AND order_id = $2",
        args![org, order],
        |row| row.get(0),
    )
}

/// The orders of the parcel with this waybill.
pub(crate) fn parcel_orders(tx: &mut Tx<'_>, org: Id, waybill: &str) -> Result<Vec<Id>, Problem> {
    tx.rows(
        "SELECT o.order_id FROM parcel p JOIN parcel_order o ON o.org_id = p.org_id AND o.parcel_id = p.id
         WHERE p.org_id = $1 AND p.waybill = $2",
        args![org, waybill],
        |row| row.get(0),
    )
}

/// The parcels that a number names: an order's, a waybill's, or a place in a batch.
pub(crate) fn find(tx: &mut Tx<'_>, org: Id, q: &str) -> Result<Vec<Id>, Problem> {
    let orders: Vec<Id> = tx.rows(
        "SELECT id FROM shop_order WHERE org_id = $1 AND number = $2",
        args![org, q],
        |row| row.get(0),
    )?;
    let mut found = Vec::new();
    for order in orders {
        found.extend(of_order(tx, org, order)?);
    }
    found.extend(tx.rows(
        "SELECT id FROM parcel WHERE org_id = $1 AND waybill = $2",
        args![org, q],
        |row| row.get::<Id>(0),
    )?);
    let numbers: Vec<i64> = q.split('-').map_while(|part| part.parse().ok()).collect();
    if let [day, no, ..] = numbers[..]
        && numbers.len() <= 3
        && numbers.len() == q.split('-').count()
    {
        found.extend(tx.rows(
            "SELECT l.parcel_id FROM batch b JOIN batch_place l ON l.org_id = b.org_id AND l.batch_id = b.id
             WHERE b.org_id = $1 AND b.day = $2 AND b.no = $3 AND ($4 IS NULL OR l.place = $4)",
            args![org, day, no, numbers.get(2).copied()],
            |row| row.get::<Id>(0),
        )?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Of an organisation what somebody here shipped since a moment, in the shops that follow. It is not asked for the state
/// too: SQLite would read all that ever left.
pub(super) const SHIPPED_SINCE: &str = "SELECT COUNT(*) FROM parcel
     WHERE org_id = $1 AND shipped_at IS NOT NULL AND shipped_at > $2 AND shipped_by IS NOT NULL AND ";

/// Where the work is, in the shops in reach. Needs [`Permission::SeeOrders`].
pub fn parcel_counts(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &CountFilter,
) -> Result<ParcelCounts, Problem> {
    who.need(Permission::SeeOrders)?;
    let mut counts = ParcelCounts::default();
    let reach = Reach::of(who, filter.shop, 4)?;
    let sql = format!(
        "SELECT state, COUNT(*), MIN(since_at),
                CAST(SUM(CASE WHEN promise_at < $2 THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN promise_at >= $2 AND promise_at < $3 THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(urgent) AS BIGINT),
                CAST(SUM(CASE WHEN state = 'passed' AND batch_id IS NULL THEN 1 ELSE 0 END) AS BIGINT)
         FROM parcel WHERE org_id = $1 AND state IN ('waiting', 'held', 'passed', 'printed', 'packed') AND {}
         GROUP BY state",
        reach.sql
    );
    let soon = settings::of_shop(tx, who.org, filter.shop.unwrap_or(Id::NONE))?.warn_ms;
    let mut arguments = args![who.org, now, now.plus(soon)].to_vec();
    arguments.extend(reach.shops);
    for state in HERE {
        counts
            .by_state
            .insert(state.key().to_owned(), ParcelCount::default());
    }
    let rows: Vec<(String, ParcelCount, [i64; 4])> = tx.rows(&sql, &arguments, |row| {
        let count = ParcelCount {
            count: row.get(1)?,
            oldest_at: row.get(2)?,
        };
        Ok((
            row.get(0)?,
            count,
            [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?],
        ))
    })?;
    for (state, count, [late, soon, urgent, to_batch]) in rows {
        counts.late += late;
        counts.soon += soon;
        counts.urgent += urgent;
        counts.to_batch += to_batch;
        counts.by_state.insert(state, count);
    }
    counts.by_reason = by_reason(tx, who, filter)?;
    let reach = Reach::of(who, filter.shop, 3)?;
    let day = now.plus(-DAY_MS);
    for (sql, sum) in [
        (
            "SELECT COUNT(*) FROM parcel_pass WHERE org_id = $1 AND at > $2 AND undone_at IS NULL AND ",
            &mut counts.passed_24h,
        ),
        (SHIPPED_SINCE, &mut counts.shipped_24h),
    ] {
        let mut arguments = args![who.org, day].to_vec();
        arguments.extend(reach.shops.iter().copied());
        *sum = tx.value(&format!("{sql}{}", reach.sql), &arguments)?.unwrap_or(0);
    }
    Ok(counts)
}

fn by_reason(tx: &mut Tx<'_>, who: &Actor, filter: &CountFilter) -> Result<Vec<ReasonCount>, Problem> {
    let reach = Reach::of(who, filter.shop, 2)?;
    let sql = format!(
        "SELECT reason, COUNT(*), MIN(at) FROM parcel_hold WHERE org_id = $1 AND released_at IS NULL AND {}
         GROUP BY reason ORDER BY COUNT(*) DESC, reason",
        reach.sql
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend(reach.shops);
    tx.rows(&sql, &arguments, |row| {
        Ok(ReasonCount {
            reason: row.get(0)?,
            count: row.get(1)?,
            oldest_at: row.get(2)?,
        })
    })
}
