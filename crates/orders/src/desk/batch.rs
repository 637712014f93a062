use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, Shops};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args};

use super::ask::DeskPerson;
use super::desk_parcel::DeskParcel;
use super::parcel::{Parcel, ParcelRow, ParcelState};
use super::pass::{fresh, wrong_state};
use super::reach::Reach;
use super::view::views;
use super::{look, wake};

/// What is printed together: parcels with places 1, 2, 3 and so on, numbered `yymmdd-BBB-NNN` without a gap.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Batch {
    /// Its id.
    pub id: Id,
    /// `yymmdd-BBB`
    pub number: String,
    /// The shop; null: several.
    pub shop: Option<Id>,
    /// When it was made.
    pub at: Ms,
    /// By whom.
    pub by: Option<DeskPerson>,
    /// Places.
    pub parcels: i64,
    /// Of these, pulled: what lay there went back.
    pub pulled: i64,
    /// Of these, shipped.
    pub shipped: i64,
    /// Papers printed so far, by kind.
    pub printed: BatchPrinted,
}

/// How often each paper of a batch was printed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BatchPrinted {
    /// 拣货单
    pub pick: i64,
    /// 发货单
    pub note: i64,
    /// 面单
    pub label: i64,
}

/// A batch with what lies at its places.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BatchView {
    /// The batch.
    pub batch: Batch,
    /// Its places, from 1.
    pub places: Vec<BatchPlace>,
}

/// A place of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BatchPlace {
    /// From 1.
    pub place: i64,
    /// `yymmdd-BBB-NNN`
    pub number: String,
    /// What lies there; null once it was pulled.
    pub parcel: Option<DeskParcel>,
    /// That it was pulled.
    pub pulled: Option<Pulled>,
}

/// A parcel was pulled out of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Pulled {
    /// The parcel.
    pub parcel: Id,
    /// When.
    pub at: Ms,
    /// Why: `refund`, `changed`, `closed`, `shipped`, `merged` or `unpassed`.
    pub why: String,
}

/// What shall be printed together: these parcels, or those that are passed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// These, at most 500; each must be passed and in no batch.
    pub parcels: Option<Vec<Id>>,
    /// Of this shop.
    pub shop: Option<Id>,
    /// Carried by.
    pub courier: Option<String>,
    /// Only those of one piece, or only the others.
    pub single: Option<bool>,
    /// At most so many, up to 500; 100 when left out.
    pub limit: Option<u32>,
}

/// Which batches a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchFilter {
    /// Of this day: yymmdd.
    pub day: Option<i64>,
}

const MOST: usize = 500;

/// `261122-003`
pub(crate) fn number(day: i64, no: i64) -> String {
    format!("{day:06}-{no:03}")
}

/// `261122-003-017`: where a parcel is in a batch.
pub(crate) fn place_number(day: i64, no: i64, place: i64) -> String {
    format!("{day:06}-{no:03}-{place:03}")
}

/// The number a parcel bears in its batch, if it is in one.
pub(crate) fn number_of(tx: &mut Tx<'_>, org: Id, row: &ParcelRow) -> Result<Option<String>, Problem> {
    let (Some(batch), Some(place)) = (row.batch, row.place) else {
        return Ok(None);
    };
    tx.row(
        "SELECT day, no FROM batch WHERE org_id = $1 AND id = $2",
        args![org, batch],
        |found| Ok(place_number(found.get(0)?, found.get(1)?, place)),
    )
}

/// Marks a place as pulled: its number stays, and says why nothing lies there.
pub(crate) fn pull(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    batch: Id,
    place: i64,
    why: &str,
) -> Result<(), Problem> {
    tx.exec(
        "UPDATE batch_place SET pulled_at = $4, pulled_why = $5 WHERE org_id = $1 AND batch_id = $2 AND place = $3",
        args![org, batch, place, now, why],
    )?;
    Ok(())
}

/// The day a batch is numbered by: yymmdd where the shop is.
fn day_of(at: Ms, zone: TimeZone) -> Result<i64, Problem> {
    let at = jiff::Timestamp::from_millisecond(at.0).map_err(|_| Problem::internal())?;
    let date = at.to_zoned(zone).date();
    Ok(i64::from(date.year()) % 100 * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()))
}

/// In which order parcels lie in a batch: those of one piece first, by SKU, so that a hand fetches the same thing
/// many times; then the others by their first SKU (practice.md 4.4).
fn arrange(parcels: &mut [Parcel]) {
    parcels.sort_by_cached_key(|parcel| {
        let first = parcel.lines.iter().map(|line| line.code.clone()).min();
        (
            parcel.pieces() != 1,
            first,
            parcel.lines.len(),
            parcel.row.promise_at,
            parcel.row.id,
        )
    });
}

/// Puts passed parcels into a new batch. Needs [`Permission::ShipOrders`]. Refused with `nothing_to_print`,
/// `wrong_state` or `in_a_batch`.
pub fn make_batch(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewBatch) -> Result<BatchView, Problem> {
    who.need(Permission::ShipOrders)?;
    let named = new.parcels.is_some();
    let ids = match &new.parcels {
        Some(ids) if ids.len() > MOST => {
            return Err(
                Problem::input("parcels", "too_many", format!("At most {MOST} parcels.")).with("limit", MOST),
            );
        }
        Some(ids) => ids.clone(),
        None => passed(tx, who, new)?,
    };
    let mut parcels: Vec<Parcel> = Vec::with_capacity(ids.len());
    for id in ids {
        let parcel = fresh(tx, now, who, id, Permission::ShipOrders)?;
        let ready = parcel.row.state == ParcelState::Passed;
        if named && !ready {
            return Err(wrong_state(&parcel).with("parcel", id.0));
        }
        if named && parcel.row.batch.is_some() {
            return Err(Problem::conflict("in_a_batch", "It is in a batch already.").with("parcel", id.0));
        }
        if ready && !parcels.iter().any(|known| known.row.id == id) {
            parcels.push(parcel);
        }
    }
    let Some(first) = parcels.first() else {
        return Err(Problem::conflict(
            "nothing_to_print",
            "Nothing of that is passed and waits for print.",
        ));
    };
    let shop = first.row.shop;
    let zone = team::shop(tx, who.org, shop)?.and_then(|shop| TimeZone::get(&shop.time_zone).ok());
    let day = day_of(now, zone.unwrap_or(TimeZone::UTC))?;
    let one_shop = parcels.iter().all(|parcel| parcel.row.shop == shop);
    let no: i64 = tx
        .value(
            "INSERT INTO batch_day (org_id, day, last) VALUES ($1, $2, 1)
             ON CONFLICT (org_id, day) DO UPDATE SET last = batch_day.last + 1 RETURNING last",
            args![who.org, day],
        )?
        .ok_or_else(Problem::internal)?;
    let id = tx.id();
    tx.exec(
        "INSERT INTO batch (org_id, id, shop_id, day, no, at, person_id) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            who.org,
            id,
            Some(shop).filter(|_| one_shop),
            day,
            no,
            now,
            who.person().unwrap_or(Id::NONE)
        ],
    )?;
    arrange(&mut parcels);
    for (i, parcel) in parcels.iter_mut().enumerate() {
        let place = i as i64 + 1;
        (parcel.row.batch, parcel.row.place) = (Some(id), Some(place));
        tx.exec(
            "INSERT INTO batch_place (org_id, batch_id, place, parcel_id, shop_id) VALUES ($1, $2, $3, $4, $5)",
            args![who.org, id, place, parcel.row.id, parcel.row.shop],
        )?;
        parcel.tell(
            tx,
            now,
            who,
            "parcel.batched",
            json!({ "batch": place_number(day, no, place) }),
        )?;
        parcel.row.save(tx, who.org)?;
        look::worked_on(tx, who.org, parcel)?;
    }
    tx.emit(Event {
        at: now,
        who,
        shop: if one_shop { shop } else { Id::NONE },
        kind: "batch.made",
        subject: id,
        data: json!({ "number": number(day, no), "parcels": parcels.len() }),
    })?;
    wake::lists(tx, shop, &[]);
    batch(tx, now, who, id)
}

/// Passed parcels that are in no batch, what has to leave soonest first.
fn passed(tx: &mut Tx<'_>, who: &Actor, new: &NewBatch) -> Result<Vec<Id>, Problem> {
    let reach = Reach::of(who, new.shop, 4)?;
    let single = match new.single {
        None => "",
        Some(true) => {
            "AND (SELECT SUM(l.quantity) FROM parcel_line l WHERE l.org_id = parcel.org_id AND l.parcel_id = parcel.id) = 1"
        }
        Some(false) => {
            "AND (SELECT SUM(l.quantity) FROM parcel_line l WHERE l.org_id = parcel.org_id AND l.parcel_id = parcel.id) > 1"
        }
    };
    let sql = format!(
        "SELECT id FROM parcel WHERE org_id = $1 AND state = 'passed' AND batch_id IS NULL
           AND ($2 IS NULL OR courier = $2) {single} AND {}
         ORDER BY promise_at, id LIMIT $3",
        reach.sql
    );
    let limit = new.limit.unwrap_or(100).clamp(1, MOST as u32);
    let mut arguments = args![who.org, &new.courier, limit].to_vec();
    arguments.extend(reach.shops);
    tx.rows(&sql, &arguments, |row| row.get(0))
}

/// One row of a batch with its sums.
pub(crate) struct BatchRow {
    pub(crate) id: Id,
    pub(crate) shop: Option<Id>,
    pub(crate) day: i64,
    pub(crate) no: i64,
    at: Ms,
    person: Id,
    sums: [i64; 3],
}

const COLUMNS: &str = "b.id, b.shop_id, b.day, b.no, b.at, b.person_id,
    (SELECT COUNT(*) FROM batch_place l WHERE l.org_id = b.org_id AND l.batch_id = b.id),
    (SELECT COUNT(*) FROM batch_place l WHERE l.org_id = b.org_id AND l.batch_id = b.id AND l.pulled_at IS NOT NULL),
    (SELECT COUNT(*) FROM parcel p WHERE p.org_id = b.org_id AND p.batch_id = b.id AND p.state = 'shipped')";

fn read(row: &Row<'_>) -> Result<BatchRow, Problem> {
    Ok(BatchRow {
        id: row.get(0)?,
        shop: row.get(1)?,
        day: row.get(2)?,
        no: row.get(3)?,
        at: row.get(4)?,
        person: row.get(5)?,
        sums: [row.get(6)?, row.get(7)?, row.get(8)?],
    })
}

/// A batch all of whose shops are in reach; any other is `not_found`.
pub(crate) fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<BatchRow, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM batch b WHERE b.org_id = $1 AND b.id = $2");
    let found = tx
        .row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::not_found)?;
    let shops: Vec<Id> = tx.rows(
        "SELECT DISTINCT shop_id FROM batch_place WHERE org_id = $1 AND batch_id = $2",
        args![who.org, id],
        |row| row.get(0),
    )?;
    for shop in shops {
        who.need_shop(shop)?;
    }
    Ok(found)
}

fn shown(tx: &mut Tx<'_>, org: Id, rows: Vec<BatchRow>) -> Result<Vec<Batch>, Problem> {
    let people: Vec<Id> = rows.iter().map(|row| row.person).collect();
    let names = team::names(tx, org, &people)?;
    let mut batches = Vec::with_capacity(rows.len());
    for row in rows {
        let mut printed = BatchPrinted::default();
        let counts: Vec<(String, i64)> = tx.rows(
            "SELECT paper, COUNT(*) FROM print WHERE org_id = $1 AND batch_id = $2 AND printed_at IS NOT NULL
             GROUP BY paper",
            args![org, row.id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (paper, count) in counts {
            match paper.as_str() {
                "pick" => printed.pick = count,
                "note" => printed.note = count,
                _ => printed.label = count,
            }
        }
        batches.push(Batch {
            id: row.id,
            number: number(row.day, row.no),
            shop: row.shop,
            at: row.at,
            by: names.get(&row.person).map(|name| DeskPerson {
                id: row.person,
                name: name.clone(),
            }),
            parcels: row.sums[0],
            pulled: row.sums[1],
            shipped: row.sums[2],
            printed,
        });
    }
    Ok(batches)
}

/// Batches all of whose shops are in reach, the last first. Needs [`Permission::SeeOrders`].
pub fn batches(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &BatchFilter,
    page: &PageAsk,
) -> Result<Page<Batch>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, None, 5)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {COLUMNS} FROM batch b WHERE b.org_id = $1 AND b.id < $2 AND ($3 IS NULL OR b.day = $3)
           AND NOT EXISTS (SELECT 1 FROM batch_place l WHERE l.org_id = b.org_id AND l.batch_id = b.id AND {})
         ORDER BY b.id DESC LIMIT $4",
        match who.shops {
            Shops::All => "1 = 0".to_owned(),
            Shops::Only(_) => format!("NOT l.{}", reach.sql),
        }
    );
    let mut arguments = args![who.org, before, filter.day, page.limit() + 1].to_vec();
    arguments.extend(reach.shops);
    let rows = tx.rows(&sql, &arguments, read)?;
    let page = Page::cut(rows, page.limit(), |row| vec![row.id.0]);
    Ok(Page {
        items: shown(tx, who.org, page.items)?,
        next: page.next,
    })
}

/// A batch with what lies at its places. Needs [`Permission::SeeOrders`].
pub fn batch(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<BatchView, Problem> {
    let row = reached(tx, who, id)?;
    who.need(Permission::SeeOrders)?;
    let (day, no) = (row.day, row.no);
    let places = places(tx, who.org, id)?;
    let here: Vec<Id> = places
        .iter()
        .filter(|place| place.pulled.is_none())
        .map(|place| place.parcel)
        .collect();
    let mut parcels: std::collections::BTreeMap<Id, DeskParcel> = Default::default();
    let loaded = Parcel::load(tx, who.org, &here)?;
    for view in views(tx, now, who.org, loaded)? {
        parcels.insert(view.id, view);
    }
    let shown = shown(tx, who.org, vec![row])?
        .pop()
        .ok_or_else(Problem::internal)?;
    let place = |found: Place| BatchPlace {
        place: found.place,
        number: place_number(day, no, found.place),
        parcel: parcels.remove(&found.parcel).filter(|_| found.pulled.is_none()),
        pulled: found.pulled.map(|(at, why)| Pulled {
            parcel: found.parcel,
            at,
            why,
        }),
    };
    Ok(BatchView {
        batch: shown,
        places: places.into_iter().map(place).collect(),
    })
}

/// A place as its row keeps it.
pub(crate) struct Place {
    pub(crate) place: i64,
    pub(crate) parcel: Id,
    pub(crate) pulled: Option<(Ms, String)>,
}

/// The places of a batch, in their order.
pub(crate) fn places(tx: &mut Tx<'_>, org: Id, batch: Id) -> Result<Vec<Place>, Problem> {
    tx.rows(
        "SELECT place, parcel_id, pulled_at, pulled_why FROM batch_place WHERE org_id = $1 AND batch_id = $2
         ORDER BY place",
        args![org, batch],
        |row| {
            Ok(Place {
                place: row.get(0)?,
                parcel: row.get(1)?,
                pulled: row.get::<Option<Ms>>(2)?.zip(row.get::<Option<String>>(3)?),
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use base::Fen;

    use super::super::parcel::LineRow;
    use super::*;

    fn parcel(id: i64, lines: &[(&str, i64)]) -> Parcel {
        let line = |(code, quantity): &(&str, i64)| LineRow {
            place: 1,
            order: Id(1),
            home: Id(id),
            sku: None,
            code: (*code).into(),
            title: String::new(),
            spec: String::new(),
            quantity: *quantity,
            price_fen: Fen(0),
            bundle: None,
            gift: None,
        };
        Parcel {
            row: ParcelRow::new(Id(id), Id(1), Ms(0)),
            orders: vec![(Id(1), Id(id))],
            lines: lines.iter().map(line).collect(),
        }
    }

    #[test]
    fn single_pieces_lie_first_and_like_lies_by_like() {
        let mut parcels = vec![
            parcel(1, &[("B", 1), ("C", 1)]),
            parcel(2, &[("B", 1)]),
            parcel(3, &[("A", 1)]),
            parcel(4, &[("A", 2)]),
            parcel(5, &[("A", 1)]),
        ];
        arrange(&mut parcels);
        assert_eq!(
            parcels.iter().map(|parcel| parcel.row.id.0).collect::<Vec<_>>(),
            [3, 5, 2, 4, 1]
        );
    }

    #[test]
    fn batches_are_numbered_by_the_day_where_the_shop_is() {
        // 2026-11-22 16:30 UTC is the 23rd in Shanghai.
        let at = Ms(1_795_365_000_000);
        assert_eq!(day_of(at, TimeZone::UTC), Ok(261_122));
        assert_eq!(
            day_of(at, TimeZone::get("Asia/Shanghai").expect("a zone")),
            Ok(261_123)
        );
        assert_eq!(
            (number(261_122, 3), place_number(60_105, 12, 7)),
            ("261122-003".into(), "060105-012-007".into())
        );
    }
}
