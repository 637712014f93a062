//! Stock that is wrong in the books: a SKU somebody could not find though the books have it, or that lies in a parcel
//! though the books have none. A line comes by itself with the figure in the books, and goes when somebody has counted;
//! what was counted is the stock then. Whoever answers 有没有货 meanwhile sees that the figure is doubted.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, pad, record, text_enum};

use super::ask::DeskPerson;
use super::desk_parcel::DoneBy;
use super::parcel::Parcel;
use super::wake;

text_enum! {
    /// What showed that the books are wrong.
    pub enum DoubtCause {
        /// Whoever packs did not find what the books say is there.
        Missing = "missing",
        /// A packed parcel holds more than the books say was there.
        StockMissing = "stock_missing",
        /// Somebody wrote it down.
        Hand = "hand",
    }
}

record! {
    /// A doubt as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DoubtRow {
        pub id: Id = "id",
        pub sku: Id = "sku_id",
        pub cause: DoubtCause = "cause",
        pub parcel: Option<Id> = "parcel_id",
        pub text: String = "text",
        pub books: i64 = "books",
        pub wanted: Option<i64> = "wanted",
        pub at: Ms = "at",
        pub person: Id = "person_id",
        pub times: i64 = "times",
        pub last_at: Ms = "last_at",
        pub counted: Option<i64> = "counted",
        pub counted_at: Option<Ms> = "counted_at",
        pub counted_by: Option<Id> = "counted_by",
        pub books_before: Option<i64> = "books_before",
        pub reason: String = "reason",
    }
}

/// A SKU whose stock in the books is doubted, until it was counted.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StockDoubt {
    /// Its id.
    pub id: Id,
    /// The SKU.
    pub sku: Id,
    /// Its merchant code.
    pub code: String,
    /// The product's title; empty where it is sold only in shops out of reach.
    pub title: String,
    /// Colour, size and so on.
    pub spec: String,
    /// What showed it.
    pub cause: DoubtCause,
    /// In words.
    pub text: String,
    /// The parcel it showed with.
    pub parcel: Option<Id>,
    /// Pieces the books said there were when it showed.
    pub books: i64,
    /// Pieces that were wanted then; null: nobody says.
    pub wanted: Option<i64>,
    /// Pieces the books say there are now.
    pub on_hand: i64,
    /// Of these, promised to orders.
    pub locked: i64,
    /// Since when it is doubted.
    pub at: Ms,
    /// Who found it; null: the program.
    pub by: Option<DeskPerson>,
    /// How often it showed.
    pub times: i64,
    /// When it showed last.
    pub last_at: Ms,
    /// Pieces that were counted; null: nobody has.
    pub counted: Option<i64>,
    /// Who counted, and when.
    pub counted_by: Option<DoneBy>,
    /// Pieces the books said before that.
    pub books_before: Option<i64>,
    /// Why they were wrong, in words.
    pub reason: String,
}

/// A doubt to be written down by hand.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDoubt {
    /// The SKU.
    pub sku: Id,
    /// In words, at most 500 characters.
    pub text: String,
}

/// What was counted.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountStock {
    /// Pieces on the shelf, also those that are promised.
    pub counted: i64,
    /// Why the books were wrong, at most 500 characters.
    pub reason: String,
}

/// Which doubts a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DoubtFilter {
    /// Those that were counted, in place of those that wait.
    pub counted: Option<bool>,
}

/// Of which SKUs is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DoubtedAsk {
    /// Their ids with commas between them, at most 50.
    pub skus: String,
}

/// More pieces than this are a slip.
const MOST_PIECES: i64 = 10_000_000;

/// Where and with how many pieces it showed.
#[derive(Clone, Copy, Default)]
pub(super) struct Shown {
    pub(super) parcel: Option<(Id, Id)>,
    pub(super) wanted: Option<i64>,
}

/// Doubts the stock of a SKU; one that is doubted already showed once more.
pub(super) fn raise(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (sku, cause): (Id, DoubtCause),
    shown: Shown,
    text: &str,
) -> Result<Id, Problem> {
    let books = catalogue::sku(tx, who.org, sku)?
        .ok_or_else(Problem::not_found)?
        .on_hand;
    let new = tx.id();
    let (parcel, shop) = (
        shown.parcel.map(|(parcel, _)| parcel),
        shown.parcel.map(|(_, shop)| shop),
    );
    let shop = shop.unwrap_or(Id::NONE);
    let id: Option<Id> = tx.value(
        "INSERT INTO stock_doubt (org_id, id, sku_id, cause, shop_id, parcel_id, text, books, wanted, at, person_id, times,
             last_at, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $10, '')
         ON CONFLICT (org_id, sku_id) WHERE counted_at IS NULL DO UPDATE
         SET times = stock_doubt.times + 1, last_at = excluded.last_at
         RETURNING id",
        args![
            who.org,
            new,
            sku,
            cause,
            shop,
            parcel,
            text,
            books,
            shown.wanted,
            now,
            who.person().unwrap_or(Id::NONE)
        ],
    )?;
    let id = id.ok_or_else(Problem::internal)?;
    if id == new {
        tell(
            tx,
            now,
            who,
            (id, shop),
            "stock.doubted",
            json!({ "sku": sku, "cause": cause, "books": books }),
        )?;
    }
    Ok(id)
}

/// Whoever packs did not find these SKUs: those of which the books say that there are enough are doubted.
pub(super) fn missing(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    parcel: &Parcel,
    skus: &[Id],
    text: &str,
) -> Result<(), Problem> {
    let wanted = pieces(parcel);
    for sku in catalogue::skus(tx, who.org, skus)? {
        let Some(wanted) = wanted
            .get(&sku.id)
            .copied()
            .filter(|wanted| *wanted <= sku.on_hand)
        else {
            continue;
        };
        let shown = Shown {
            parcel: Some((parcel.row.id, parcel.row.shop)),
            wanted: Some(wanted),
        };
        raise(tx, now, who, (sku.id, DoubtCause::Missing), shown, text)?;
    }
    Ok(())
}

/// A packed parcel was not handed over, since it holds more than the books have: those SKUs are doubted.
pub(super) fn too_few(tx: &mut Tx<'_>, now: Ms, who: &Actor, parcel: Id) -> Result<(), Problem> {
    let parcel = Parcel::reached(tx, who, parcel)?;
    let wanted = pieces(&parcel);
    let ids: Vec<Id> = wanted.keys().copied().collect();
    for sku in catalogue::skus(tx, who.org, &ids)? {
        let Some(wanted) = wanted
            .get(&sku.id)
            .copied()
            .filter(|wanted| *wanted > sku.on_hand)
        else {
            continue;
        };
        let shown = Shown {
            parcel: Some((parcel.row.id, parcel.row.shop)),
            wanted: Some(wanted),
        };
        raise(tx, now, who, (sku.id, DoubtCause::StockMissing), shown, "")?;
    }
    Ok(())
}

/// Pieces of each SKU in a parcel.
fn pieces(parcel: &Parcel) -> BTreeMap<Id, i64> {
    let mut sums = BTreeMap::new();
    for line in &parcel.lines {
        if let Some(sku) = line.sku {
            *sums.entry(sku).or_default() += line.quantity;
        }
    }
    sums
}

/// Writes a doubt down by hand. Needs [`Permission::SeeOrders`] and to audit or ship orders, or to edit the catalogue.
pub fn doubt_stock(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewDoubt) -> Result<StockDoubt, Problem> {
    who.need(Permission::SeeOrders)?;
    use Permission as P;
    if ![P::ShipOrders, P::AuditOrders, P::EditCatalogue]
        .into_iter()
        .any(|right| who.may(right))
    {
        return Err(Problem::forbidden());
    }
    let text = clean_text("text", &new.text, 500)?;
    if catalogue::parts_of(tx, who.org, &[new.sku])?.contains_key(&new.sku) {
        let detail = "A set has no stock of its own: name what it is made of.";
        return Err(Problem::input("sku", "is_bundle", detail));
    }
    let id = raise(tx, now, who, (new.sku, DoubtCause::Hand), Shown::default(), &text)?;
    one(tx, who, id)
}

/// Writes down what was counted: it is the stock from now on, and the doubt is over. Needs
/// [`Permission::SeeOrders`] and [`Permission::EditCatalogue`]; counted before: `already_counted`.
pub fn count_stock(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    said: &CountStock,
) -> Result<StockDoubt, Problem> {
    let row = get(tx, who.org, id)?;
    who.need(Permission::SeeOrders)?;
    who.need(Permission::EditCatalogue)?;
    if row.counted_at.is_some() {
        return Err(Problem::conflict("already_counted", "Somebody has counted it."));
    }
    if !(0..=MOST_PIECES).contains(&said.counted) {
        return Err(
            Problem::input("counted", "out_of_range", "0 to 10,000,000 pieces.")
                .with("min", 0)
                .with("max", MOST_PIECES),
        );
    }
    let reason = clean_text("reason", &said.reason, 500)?;
    let before = catalogue::count(tx, now, who, row.sku, said.counted)?;
    tx.exec(
        "UPDATE stock_doubt SET counted = $3, counted_at = $4, counted_by = $5, books_before = $6, reason = $7
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            said.counted,
            now,
            who.person().unwrap_or(Id::NONE),
            before,
            &reason
        ],
    )?;
    tell(
        tx,
        now,
        who,
        (id, Id::NONE),
        "stock.counted",
        json!({ "sku": row.sku, "on_hand": [before, said.counted], "reason": reason }),
    )?;
    // What was short may be there now, and what was promised may not.
    wake::all(tx, now, who.org)?;
    one(tx, who, id)
}

/// Of an organisation those that wait, or that were counted, beyond an id, at most so many.
pub(super) fn statement(counted: bool) -> String {
    let (state, beyond, order) = if counted {
        ("counted_at IS NOT NULL", "id < $2", "id DESC")
    } else {
        ("counted_at IS NULL", "id > $2", "id")
    };
    format!(
        "SELECT {} FROM stock_doubt WHERE org_id = $1 AND {state} AND {beyond} ORDER BY {order} LIMIT $3",
        DoubtRow::COLUMNS
    )
}

/// SKUs whose stock is doubted, the oldest first; or that were counted, the last first. Stock is shared by all shops, so
/// all of them are here. Needs [`Permission::SeeOrders`].
pub fn doubts(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &DoubtFilter,
    page: &PageAsk,
) -> Result<Page<StockDoubt>, Problem> {
    who.need(Permission::SeeOrders)?;
    let counted = filter.counted == Some(true);
    let at = page
        .numbers::<1>()
        .map_or(if counted { i64::MAX } else { 0 }, |[id]| id);
    let arguments = args![who.org, at, page.limit() + 1].to_vec();
    let rows = tx.rows(&statement(counted), &arguments, DoubtRow::read)?;
    let page = Page::cut(rows, page.limit(), |row| vec![row.id.0]);
    Ok(Page {
        items: views(tx, who, page.items)?,
        next: page.next,
    })
}

/// A SKU whose stock is doubted, as an agent is told it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DoubtedSku {
    /// The SKU.
    pub sku: Id,
    /// Since when.
    pub at: Ms,
    /// What showed it.
    pub cause: DoubtCause,
}

/// Those of these SKUs whose stock is doubted, for the answer to 有没有货 (row 12). Needs [`Permission::SeeOrders`] or
/// [`Permission::Talk`].
pub fn doubted(tx: &mut Tx<'_>, who: &Actor, ask: &DoubtedAsk) -> Result<Vec<DoubtedSku>, Problem> {
    if !who.may(Permission::Talk) {
        who.need(Permission::SeeOrders)?;
    }
    let ids: Result<Vec<Id>, _> = ask
        .skus
        .split(',')
        .filter(|one| !one.is_empty())
        .map(|one| one.parse().map(Id))
        .collect();
    let ids = ids
        .ok()
        .filter(|ids| ids.len() <= 50)
        .ok_or_else(|| Problem::input("skus", "bad_ids", "At most 50 ids with commas between them."))?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT sku_id, at, cause FROM stock_doubt WHERE org_id = $1 AND counted_at IS NULL AND sku_id IN {}
         ORDER BY sku_id",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend(pad(&ids));
    tx.rows(&sql, &arguments, |row| {
        Ok(DoubtedSku {
            sku: row.get(0)?,
            at: row.get(1)?,
            cause: row.get(2)?,
        })
    })
}

fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<DoubtRow, Problem> {
    let sql = format!(
        "SELECT {} FROM stock_doubt WHERE org_id = $1 AND id = $2",
        DoubtRow::COLUMNS
    );
    tx.row(&sql, args![org, id], DoubtRow::read)?
        .ok_or_else(Problem::not_found)
}

fn one(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<StockDoubt, Problem> {
    let row = get(tx, who.org, id)?;
    views(tx, who, vec![row])?.pop().ok_or_else(Problem::internal)
}

fn views(tx: &mut Tx<'_>, who: &Actor, rows: Vec<DoubtRow>) -> Result<Vec<StockDoubt>, Problem> {
    let people: Vec<Id> = rows
        .iter()
        .flat_map(|row| [Some(row.person), row.counted_by])
        .flatten()
        .collect();
    let names = team::names(tx, who.org, &people)?;
    let person = |id: Id| {
        let name = names.get(&id)?.clone();
        Some(DeskPerson { id, name })
    };
    let ids: BTreeSet<Id> = rows.iter().map(|row| row.sku).collect();
    let ids: Vec<Id> = ids.into_iter().collect();
    let skus: BTreeMap<Id, catalogue::Sku> = catalogue::skus(tx, who.org, &ids)?
        .into_iter()
        .map(|sku| (sku.id, sku))
        .collect();
    let products: Vec<Id> = skus.values().map(|sku| sku.product).collect();
    let titles: BTreeMap<Id, String> = catalogue::products_by_ids(tx, who, &products)?
        .into_iter()
        .map(|product| (product.id, product.title))
        .collect();
    let view = |row: DoubtRow| {
        let sku = skus.get(&row.sku);
        StockDoubt {
            id: row.id,
            sku: row.sku,
            code: sku.map(|sku| sku.code.clone()).unwrap_or_default(),
            title: sku
                .and_then(|sku| titles.get(&sku.product).cloned())
                .unwrap_or_default(),
            spec: sku.map(|sku| sku.spec.clone()).unwrap_or_default(),
            cause: row.cause,
            text: row.text,
            parcel: row.parcel,
            books: row.books,
            wanted: row.wanted,
            on_hand: sku.map_or(0, |sku| sku.on_hand),
            locked: sku.map_or(0, |sku| sku.locked),
            at: row.at,
            by: person(row.person),
            times: row.times,
            last_at: row.last_at,
            counted: row.counted,
            counted_by: row.counted_at.map(|at| DoneBy {
                at,
                by: row.counted_by.and_then(person),
            }),
            books_before: row.books_before,
            reason: row.reason,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

fn tell(
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
