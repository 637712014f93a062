use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Arg, Event, Tx, args, record, text_enum};

use super::ask::DeskPerson;
use super::courier;
use super::reach::Reach;

text_enum! {
    /// Where a courier's coming stands.
    pub enum PickupState {
        /// They were asked to come.
        Asked = "asked",
        /// They came, or took all that was packed for them.
        Came = "came",
        /// They need not come.
        Cancelled = "cancelled",
    }
}

record! {
    /// A pick-up as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PickupRow {
        pub id: Id = "id",
        pub courier: String = "courier",
        pub from: Ms = "from_at",
        pub until: Ms = "until_at",
        pub parcels: i64 = "parcels",
        pub weight_g: i64 = "weight_g",
        pub unweighed: i64 = "unweighed",
        pub note: String = "note",
        pub state: PickupState = "state",
        pub at: Ms = "at",
        pub person: Id = "person_id",
        pub ended_at: Option<Ms> = "ended_at",
        pub ended_by: Option<Id> = "ended_by",
    }
}

/// That a courier was asked to come for what is packed (row 161). Who rings them up is a person.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Pickup {
    /// Its id.
    pub id: Id,
    /// The courier.
    pub courier: String,
    /// What buyers call them.
    pub courier_name: String,
    /// Not to come before.
    pub from: Ms,
    /// Nor after.
    pub until: Ms,
    /// How many parcels there were.
    pub parcels: i64,
    /// What they weigh in all, as far as it is known, in grams.
    pub weight_g: i64,
    /// Of how many that is not known.
    pub unweighed: i64,
    /// What else is to be said.
    pub note: String,
    /// Where it stands.
    pub state: PickupState,
    /// When they were asked.
    pub at: Ms,
    /// Who asked.
    pub by: Option<DeskPerson>,
    /// When they came, or need not come any more.
    pub ended_at: Option<Ms>,
    /// Who said so; null: the hand-over of the last parcel.
    pub ended_by: Option<DeskPerson>,
}

/// What is packed for a courier and not handed over.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PickupWaiting {
    /// The courier; empty: nobody was chosen.
    pub courier: String,
    /// What buyers call them.
    pub courier_name: String,
    /// How many parcels.
    pub parcels: i64,
    /// What they weigh in all, on the scale or else by their goods, as far as it is known, in grams.
    pub weight_g: i64,
    /// Of how many that is not known.
    pub unweighed: i64,
}

/// A courier to be asked to come; what for is counted.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPickup {
    /// The courier.
    pub courier: String,
    /// Not to come before.
    pub from: Ms,
    /// Nor after.
    pub until: Ms,
    /// What else is to be said, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// How a pick-up ended.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndPickup {
    /// They came; else they need not come any more.
    pub came: bool,
}

/// Which pick-ups a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PickupFilter {
    /// Those that are over, in place of those that are awaited.
    pub ended: Option<bool>,
}

/// A window is at most a week.
const LONGEST_MS: i64 = 7 * 86_400_000;

/// What is packed in the shops in reach and not handed over, by courier, the most first. Needs
/// [`Permission::SeeOrders`].
pub fn pickups_waiting(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<PickupWaiting>, Problem> {
    who.need(Permission::SeeOrders)?;
    let names = courier::of_org(tx, who.org)?;
    let reach = Reach::of(who, None, 2)?;
    let sql = format!(
        "SELECT courier, COUNT(*), CAST(COALESCE(SUM(COALESCE(weighed_g, expected_g)), 0) AS BIGINT),
                CAST(SUM(CASE WHEN COALESCE(weighed_g, expected_g) IS NULL THEN 1 ELSE 0 END) AS BIGINT)
         FROM parcel WHERE org_id = $1 AND state = 'packed' AND {}
         GROUP BY courier ORDER BY COUNT(*) DESC, courier",
        reach.sql
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend(reach.shops);
    let mut waiting = tx.rows(&sql, &arguments, |row| {
        Ok(PickupWaiting {
            courier: row.get(0)?,
            courier_name: String::new(),
            parcels: row.get(1)?,
            weight_g: row.get(2)?,
            unweighed: row.get(3)?,
        })
    })?;
    for one in &mut waiting {
        let name = names.get(&one.courier).map(|courier| courier.name.clone());
        one.courier_name = name.unwrap_or_default();
    }
    Ok(waiting)
}

/// Writes down that a courier was asked to come for all that is packed for them in the shops in reach. Needs
/// [`Permission::ShipOrders`]. Refused with `nothing_packed`, and with `already_asked` while they are awaited.
pub fn ask_pickup(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewPickup) -> Result<Pickup, Problem> {
    who.need(Permission::ShipOrders)?;
    let courier = courier::need(tx, who.org, &new.courier)?;
    if new.until <= new.from || new.until <= now || new.until.since(new.from) > LONGEST_MS {
        let detail = "A window ends after it begins, is not over, and is at most a week long.";
        return Err(Problem::input("until", "ends_before_it_begins", detail));
    }
    let (here, shops) = in_reach(who, 3)?;
    let sql =
        format!("SELECT id FROM pickup WHERE org_id = $1 AND courier = $2 AND state = 'asked' AND {here}");
    let mut arguments = args![who.org, &courier.code].to_vec();
    arguments.extend(shops);
    let open: Option<Id> = tx.value(&sql, &arguments)?;
    if let Some(open) = open {
        let detail = "They were asked already; end that first.";
        return Err(Problem::conflict("already_asked", detail).with("pickup", open.0));
    }
    let waiting = pickups_waiting(tx, who)?
        .into_iter()
        .find(|waiting| waiting.courier == courier.code)
        .ok_or_else(|| Problem::conflict("nothing_packed", "Nothing is packed for this courier."))?;
    let row = PickupRow {
        id: tx.id(),
        courier: courier.code,
        from: new.from,
        until: new.until,
        parcels: waiting.parcels,
        weight_g: waiting.weight_g,
        unweighed: waiting.unweighed,
        note: match new.note.trim() {
            "" => String::new(),
            note => clean_text("note", note, 200)?,
        },
        state: PickupState::Asked,
        at: now,
        person: who.person().unwrap_or(Id::NONE),
        ended_at: None,
        ended_by: None,
    };
    tx.exec(
        "INSERT INTO pickup (org_id, id, courier, from_at, until_at, parcels, weight_g, unweighed, note, state, at, person_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            who.org,
            row.id,
            &row.courier,
            row.from,
            row.until,
            row.parcels,
            row.weight_g,
            row.unweighed,
            &row.note,
            row.state,
            now,
            row.person
        ],
    )?;
    let reach = Reach::of(who, None, 4)?;
    let mut arguments = args![who.org, row.id, &row.courier].to_vec();
    arguments.extend(reach.shops);
    tx.exec(
        &format!(
            "INSERT INTO pickup_parcel (org_id, pickup_id, parcel_id)
             SELECT org_id, CAST($2 AS BIGINT), id FROM parcel WHERE org_id = $1 AND state = 'packed' AND courier = $3 AND {}",
            reach.sql
        ),
        &arguments,
    )?;
    tell(
        tx,
        now,
        who,
        &row,
        "pickup.asked",
        json!({ "courier": row.courier, "parcels": row.parcels }),
    )?;
    view(tx, who.org, row)
}

/// Writes down that a courier came, or need not come. Needs [`Permission::ShipOrders`]; one that ended:
/// `already_ended`, one for other shops' parcels: `not_found`.
pub fn end_pickup(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    said: &EndPickup,
) -> Result<Pickup, Problem> {
    who.need(Permission::ShipOrders)?;
    let row = one(tx, who, id)?;
    if row.state != PickupState::Asked {
        return Err(Problem::conflict(
            "already_ended",
            "They came, or were called off.",
        ));
    }
    let state = match said.came {
        true => PickupState::Came,
        false => PickupState::Cancelled,
    };
    let row = end(tx, now, who, row, state, who.person())?;
    view(tx, who.org, row)
}

/// Ends what a courier was asked to come for when they took the last of it.
pub(crate) fn handed_over(tx: &mut Tx<'_>, now: Ms, who: &Actor, courier: &str) -> Result<(), Problem> {
    let sql = format!(
        "SELECT {} FROM pickup WHERE org_id = $1 AND courier = $2 AND state = 'asked'",
        PickupRow::COLUMNS
    );
    for row in tx.rows(&sql, args![who.org, courier], PickupRow::read)? {
        let left: Option<Id> = tx.value(
            "SELECT p.id FROM pickup_parcel l JOIN parcel p ON p.org_id = l.org_id AND p.id = l.parcel_id
             WHERE l.org_id = $1 AND l.pickup_id = $2 AND p.state = 'packed' AND p.courier = $3 LIMIT 1",
            args![who.org, row.id, courier],
        )?;
        if left.is_none() {
            end(tx, now, who, row, PickupState::Came, None)?;
        }
    }
    Ok(())
}

/// Couriers that are awaited for parcels of the shops in reach, the first asked first; those that came or were called
/// off, the last first. Needs [`Permission::SeeOrders`].
pub fn pickups(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &PickupFilter,
    page: &PageAsk,
) -> Result<Page<Pickup>, Problem> {
    who.need(Permission::SeeOrders)?;
    let (state, beyond, order, from) = match filter.ended {
        Some(true) => ("state <> 'asked'", "id < $2", "id DESC", i64::MAX),
        _ => ("state = 'asked'", "id > $2", "id", 0),
    };
    let (here, shops) = in_reach(who, 4)?;
    let sql = format!(
        "SELECT {} FROM pickup WHERE org_id = $1 AND {state} AND {beyond} AND {here} ORDER BY {order} LIMIT $3",
        PickupRow::COLUMNS
    );
    let at = page.numbers::<1>().map_or(from, |[id]| id);
    let mut arguments = args![who.org, at, page.limit() + 1].to_vec();
    arguments.extend(shops);
    let rows = tx.rows(&sql, &arguments, PickupRow::read)?;
    let page = Page::cut(rows, page.limit(), |row| vec![row.id.0]);
    Ok(Page {
        items: views(tx, who.org, page.items)?,
        next: page.next,
    })
}

/// What holds for a pick-up some parcel of which is in reach, with its arguments, which begin with `$first`.
fn in_reach(who: &Actor, first: usize) -> Result<(String, Vec<Arg<'static>>), Problem> {
    let reach = Reach::of(who, None, first)?;
    let sql = format!(
        "EXISTS (SELECT 1 FROM pickup_parcel l JOIN parcel p ON p.org_id = l.org_id AND p.id = l.parcel_id
                 WHERE l.org_id = pickup.org_id AND l.pickup_id = pickup.id AND {})",
        reach.sql
    );
    Ok((sql, reach.shops))
}

fn one(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<PickupRow, Problem> {
    let (here, shops) = in_reach(who, 3)?;
    let sql = format!(
        "SELECT {} FROM pickup WHERE org_id = $1 AND id = $2 AND {here}",
        PickupRow::COLUMNS
    );
    let mut arguments = args![who.org, id].to_vec();
    arguments.extend(shops);
    tx.row(&sql, &arguments, PickupRow::read)?
        .ok_or_else(Problem::not_found)
}

fn end(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    mut row: PickupRow,
    state: PickupState,
    by: Option<Id>,
) -> Result<PickupRow, Problem> {
    (row.state, row.ended_at, row.ended_by) = (state, Some(now), by);
    tx.exec(
        "UPDATE pickup SET state = $3, ended_at = $4, ended_by = $5 WHERE org_id = $1 AND id = $2",
        args![who.org, row.id, row.state, now, by],
    )?;
    tell(
        tx,
        now,
        who,
        &row,
        "pickup.ended",
        json!({ "state": ["asked", row.state] }),
    )?;
    Ok(row)
}

fn tell(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    row: &PickupRow,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind,
        subject: row.id,
        data,
    })
}

fn view(tx: &mut Tx<'_>, org: Id, row: PickupRow) -> Result<Pickup, Problem> {
    views(tx, org, vec![row])?.pop().ok_or_else(Problem::internal)
}

fn views(tx: &mut Tx<'_>, org: Id, rows: Vec<PickupRow>) -> Result<Vec<Pickup>, Problem> {
    let people: Vec<Id> = rows
        .iter()
        .flat_map(|row| [Some(row.person), row.ended_by])
        .flatten()
        .collect();
    let names = team::names(tx, org, &people)?;
    let couriers = courier::of_org(tx, org)?;
    let person = |id: Id| {
        names.get(&id).map(|name| DeskPerson {
            id,
            name: name.clone(),
        })
    };
    let view = |row: PickupRow| Pickup {
        courier_name: couriers
            .get(&row.courier)
            .map(|courier| courier.name.clone())
            .unwrap_or_default(),
        by: person(row.person),
        ended_by: row.ended_by.and_then(person),
        id: row.id,
        courier: row.courier,
        from: row.from,
        until: row.until,
        parcels: row.parcels,
        weight_g: row.weight_g,
        unweighed: row.unweighed,
        note: row.note,
        state: row.state,
        at: row.at,
        ended_at: row.ended_at,
    };
    Ok(rows.into_iter().map(view).collect())
}
