use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record, text_enum};

use super::ask::DeskPerson;
use super::desk_parcel::DoneBy;
use super::parcel::Parcel;
use super::reach::Reach;
use super::told;
use crate::order::numbers;

text_enum! {
    /// What is the matter.
    pub enum TroubleKind {
        /// Nothing is heard of it.
        Stalled = "stalled",
        /// The courier lost it.
        Lost = "lost",
        /// The buyer would not take it.
        Refused = "refused",
        /// Nobody is there to take it.
        Unreachable = "unreachable",
        /// Where it goes cannot be found.
        WrongAddress = "wrong_address",
        /// It broke under way.
        Damaged = "damaged",
        /// In the warehouse: sizes or colours that do not fit what is sold.
        Ratio = "ratio",
        /// In the warehouse: goods that are not good.
        Quality = "quality",
        /// In the warehouse: there is less or more than is written.
        Count = "count",
        /// Something else.
        Other = "other",
    }
}

record! {
    /// A trouble as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TroubleRow {
        pub id: Id = "id",
        pub shop: Id = "shop_id",
        pub parcel: Option<Id> = "parcel_id",
        pub sku: Option<Id> = "sku_id",
        pub kind: TroubleKind = "kind",
        pub text: String = "text",
        pub at: Ms = "at",
        pub person: Id = "person_id",
        pub solved_at: Option<Ms> = "solved_at",
        pub solved_by: Option<Id> = "solved_by",
        pub solution: String = "solution",
    }
}

/// A difficult parcel, or something wrong in the warehouse, until somebody solved it (rows 156, 162 and 173).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Trouble {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// The parcel.
    pub parcel: Option<Id>,
    /// The parcel's waybill.
    pub waybill: Option<String>,
    /// The number of the parcel's first order.
    pub order_number: Option<String>,
    /// The SKU.
    pub sku: Option<Id>,
    /// What is the matter.
    pub kind: TroubleKind,
    /// In words.
    pub text: String,
    /// Since when it is written down.
    pub at: Ms,
    /// By whom.
    pub by: Option<DeskPerson>,
    /// When it was solved.
    pub solved_at: Option<Ms>,
    /// By whom.
    pub solved_by: Option<DeskPerson>,
    /// How.
    pub solution: String,
    /// Who told the buyer, and when.
    pub told: Option<DoneBy>,
}

/// A trouble to be written down.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrouble {
    /// The shop; a parcel brings its own.
    pub shop: Option<Id>,
    /// The parcel.
    pub parcel: Option<Id>,
    /// The SKU.
    pub sku: Option<Id>,
    /// What is the matter.
    pub kind: TroubleKind,
    /// In words, at most 500 characters.
    pub text: String,
}

/// How a trouble was solved.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SolveTrouble {
    /// In words, at most 500 characters; null: it is open again.
    pub solution: Option<String>,
}

/// Which troubles a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TroubleFilter {
    /// Of this shop.
    pub shop: Option<Id>,
    /// Of parcels only, or of the warehouse only.
    pub of_parcels: Option<bool>,
    /// Solved ones, in place of those that are open.
    pub solved: Option<bool>,
    /// Of which the buyer was told, or was not.
    pub told: Option<bool>,
}

pub(crate) fn may_write(who: &Actor) -> Result<(), Problem> {
    use Permission as P;
    who.need(P::SeeOrders)?;
    if [P::Talk, P::EditOrders, P::AuditOrders, P::ShipOrders]
        .into_iter()
        .any(|right| who.may(right))
    {
        return Ok(());
    }
    Err(Problem::forbidden())
}

/// Writes a trouble down. Needs [`Permission::SeeOrders`] and to talk to buyers or to work on orders.
pub fn add_trouble(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewTrouble) -> Result<Trouble, Problem> {
    let shop = match (new.parcel, new.shop) {
        (Some(parcel), _) => Parcel::reached(tx, who, parcel)?.row.shop,
        (None, Some(shop)) => {
            who.need_shop(shop)?;
            team::shop(tx, who.org, shop)?.ok_or_else(Problem::not_found)?.id
        }
        (None, None) => return Err(Problem::input("shop", "missing", "Name the parcel or the shop.")),
    };
    may_write(who)?;
    if let Some(sku) = new.sku {
        catalogue::sku(tx, who.org, sku)?.ok_or_else(Problem::not_found)?;
    }
    let row = TroubleRow {
        id: tx.id(),
        shop,
        parcel: new.parcel,
        sku: new.sku,
        kind: new.kind,
        text: clean_text("text", &new.text, 500)?,
        at: now,
        person: who.person().unwrap_or(Id::NONE),
        solved_at: None,
        solved_by: None,
        solution: String::new(),
    };
    tx.exec(
        "INSERT INTO desk_trouble (org_id, id, shop_id, parcel_id, sku_id, kind, text, at, person_id, solution)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')",
        args![who.org, row.id, shop, row.parcel, row.sku, row.kind, &row.text, now, row.person],
    )?;
    tell(
        tx,
        now,
        who,
        &row,
        "trouble.written",
        json!({ "kind": row.kind, "parcel": row.parcel, "sku": row.sku }),
    )?;
    if let Some(parcel) = row.parcel {
        crate::archive::of_parcel(tx, now, who, parcel)?;
    }
    view_one(tx, who.org, row)
}

/// A trouble of a shop in the actor's reach: any other is `not_found`.
pub(crate) fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<TroubleRow, Problem> {
    let sql = format!(
        "SELECT {} FROM desk_trouble WHERE org_id = $1 AND id = $2",
        TroubleRow::COLUMNS
    );
    let row = tx
        .row(&sql, args![who.org, id], TroubleRow::read)?
        .ok_or_else(Problem::not_found)?;
    who.need_shop(row.shop)?;
    Ok(row)
}

/// Writes down how a trouble was solved, or opens it again. Rights as [`add_trouble`].
pub fn solve_trouble(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    said: &SolveTrouble,
) -> Result<Trouble, Problem> {
    let mut row = reached(tx, who, id)?;
    may_write(who)?;
    let was = row.solved_at.is_some();
    match &said.solution {
        Some(solution) => {
            row.solution = clean_text("solution", solution, 500)?;
            (row.solved_at, row.solved_by) = (Some(now), who.person());
        }
        None => (row.solved_at, row.solved_by, row.solution) = (None, None, String::new()),
    }
    tx.exec(
        "UPDATE desk_trouble SET solved_at = $3, solved_by = $4, solution = $5 WHERE org_id = $1 AND id = $2",
        args![who.org, id, row.solved_at, row.solved_by, &row.solution],
    )?;
    tell(
        tx,
        now,
        who,
        &row,
        "trouble.solved",
        json!({ "solved": [was, row.solved_at.is_some()] }),
    )?;
    view_one(tx, who.org, row)
}

/// Of an organisation those beyond an id, at most so many.
pub(super) fn statement(filter: &TroubleFilter, shops: &str) -> String {
    let (state, beyond, order) = if filter.solved == Some(true) {
        ("solved_at IS NOT NULL", "id < $2", "id DESC")
    } else {
        ("solved_at IS NULL", "id > $2", "id")
    };
    let of = match filter.of_parcels {
        None => "",
        Some(true) => "AND parcel_id IS NOT NULL",
        Some(false) => "AND parcel_id IS NULL",
    };
    let told = told::condition(filter.told, "desk_trouble.id");
    format!(
        "SELECT {} FROM desk_trouble WHERE org_id = $1 AND {state} AND {beyond} {of} {told} AND {shops} ORDER BY {order} LIMIT $3",
        TroubleRow::COLUMNS
    )
}

/// Troubles of the shops in reach: those that are open, the oldest first; those that are solved, the last first.
/// Needs [`Permission::SeeOrders`].
pub fn troubles(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &TroubleFilter,
    page: &PageAsk,
) -> Result<Page<Trouble>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, filter.shop, 4)?;
    let solved = filter.solved == Some(true);
    let sql = statement(filter, &reach.sql);
    let at = page
        .numbers::<1>()
        .map_or(if solved { i64::MAX } else { 0 }, |[id]| id);
    let mut arguments = args![who.org, at, page.limit() + 1].to_vec();
    arguments.extend(reach.shops);
    let rows = tx.rows(&sql, &arguments, TroubleRow::read)?;
    let page = Page::cut(rows, page.limit(), |row| vec![row.id.0]);
    Ok(Page {
        items: views(tx, who.org, page.items)?,
        next: page.next,
    })
}

fn view_one(tx: &mut Tx<'_>, org: Id, row: TroubleRow) -> Result<Trouble, Problem> {
    views(tx, org, vec![row])?.pop().ok_or_else(Problem::internal)
}

fn views(tx: &mut Tx<'_>, org: Id, rows: Vec<TroubleRow>) -> Result<Vec<Trouble>, Problem> {
    let people: Vec<Id> = rows
        .iter()
        .flat_map(|row| [Some(row.person), row.solved_by])
        .flatten()
        .collect();
    let names = team::names(tx, org, &people)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut told = told::of(tx, org, &ids)?;
    let parcels: Vec<Id> = rows.iter().filter_map(|row| row.parcel).collect();
    let parcels = Parcel::load(tx, org, &parcels)?;
    let first: BTreeMap<Id, Id> = parcels
        .iter()
        .filter_map(|parcel| Some((parcel.row.id, parcel.orders.first()?.0)))
        .collect();
    let orders: Vec<Id> = first.values().copied().collect();
    let numbers = numbers(tx, org, &orders)?;
    let person = |id: Id| {
        names.get(&id).map(|name| DeskPerson {
            id,
            name: name.clone(),
        })
    };
    let view = |row: TroubleRow| Trouble {
        waybill: parcels
            .iter()
            .find(|parcel| Some(parcel.row.id) == row.parcel)
            .and_then(|parcel| parcel.row.waybill.clone()),
        order_number: row
            .parcel
            .and_then(|parcel| numbers.get(first.get(&parcel)?).cloned()),
        told: told.remove(&row.id),
        by: person(row.person),
        solved_by: row.solved_by.and_then(person),
        id: row.id,
        shop: row.shop,
        parcel: row.parcel,
        sku: row.sku,
        kind: row.kind,
        text: row.text,
        at: row.at,
        solved_at: row.solved_at,
        solution: row.solution,
    };
    Ok(rows.into_iter().map(view).collect())
}

fn tell(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    row: &TroubleRow,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: row.shop,
        kind,
        subject: row.id,
        data,
    })
}
