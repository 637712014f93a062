use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args, pad};

use crate::bundle::{parts_of, reached};
use crate::stock::receive;

/// Pieces of a SKU that are under way to us (row 149).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Coming {
    /// Its id.
    pub id: Id,
    /// The SKU.
    pub sku: Id,
    /// Pieces.
    pub quantity: i64,
    /// When they are expected.
    pub due_at: Ms,
    /// Of whom, and what else is to be known.
    pub note: String,
}

/// Pieces that are expected.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComing {
    /// Pieces, 1 to 1,000,000.
    pub quantity: i64,
    /// When they are expected.
    pub due_at: Ms,
    /// Of whom, and what else is to be known, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// What came.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Received {
    /// Pieces, counted, 1 to 1,000,000; left out: all.
    pub quantity: Option<i64>,
}

const COLUMNS: &str = "id, sku_id, quantity, due_at, note";
const MOST: i64 = 1_000_000;
/// Pieces may be expected again on so many occasions.
const MOST_OPEN: usize = 20;
/// A year before or after: a slip of the pen lies beyond.
const YEAR_MS: i64 = 366 * 86_400_000;

fn read(row: &Row<'_>) -> Result<Coming, Problem> {
    Ok(Coming {
        id: row.get(0)?,
        sku: row.get(1)?,
        quantity: row.get(2)?,
        due_at: row.get(3)?,
        note: row.get(4)?,
    })
}

fn pieces(quantity: i64) -> Result<i64, Problem> {
    if (1..=MOST).contains(&quantity) {
        return Ok(quantity);
    }
    Err(
        Problem::input("quantity", "out_of_range", format!("Between 1 and {MOST}."))
            .with("min", 1)
            .with("max", MOST),
    )
}

/// What is under way of these SKUs, by SKU, the soonest first; no right is asked.
pub fn coming_of(tx: &mut Tx<'_>, org: Id, skus: &[Id]) -> Result<BTreeMap<Id, Vec<Coming>>, Problem> {
    let mut found = BTreeMap::<Id, Vec<Coming>>::new();
    if skus.is_empty() {
        return Ok(found);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM sku_coming WHERE org_id = $1 AND received IS NULL AND sku_id IN {}
         ORDER BY sku_id, due_at, id",
        Tx::in_list(2, skus.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(skus));
    for coming in tx.rows(&sql, &arguments, read)? {
        found.entry(coming.sku).or_default().push(coming);
    }
    Ok(found)
}

/// The SKUs of which something is under way; no right is asked.
pub fn skus_coming(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Id>, Problem> {
    tx.rows(
        "SELECT DISTINCT sku_id FROM sku_coming WHERE org_id = $1 AND received IS NULL ORDER BY sku_id",
        args![org],
        |row| row.get(0),
    )
}

/// Writes down that pieces of a SKU are under way. Needs [`Permission::EditCatalogue`]; a set has no stock of its own:
/// `is_bundle`.
pub fn add_coming(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sku: Id,
    new: &NewComing,
) -> Result<Coming, Problem> {
    reached(tx, who, sku)?;
    who.need(Permission::EditCatalogue)?;
    no_bundle(tx, who.org, sku)?;
    let quantity = pieces(new.quantity)?;
    if (new.due_at.since(now)).abs() > YEAR_MS {
        return Err(Problem::input("due_at", "out_of_range", "Within a year."));
    }
    let open = coming_of(tx, who.org, &[sku])?.remove(&sku).unwrap_or_default();
    if open.len() >= MOST_OPEN {
        return Err(
            Problem::conflict("too_many", format!("At most {MOST_OPEN} at once.")).with("limit", MOST_OPEN),
        );
    }
    let coming = Coming {
        id: tx.id(),
        sku,
        quantity,
        due_at: new.due_at,
        note: match new.note.trim() {
            "" => String::new(),
            note => clean_text("note", note, 200)?,
        },
    };
    tx.exec(
        "INSERT INTO sku_coming (org_id, id, sku_id, quantity, due_at, note, at, person_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            who.org,
            coming.id,
            sku,
            quantity,
            coming.due_at,
            &coming.note,
            now,
            who.person().unwrap_or(Id::NONE)
        ],
    )?;
    tell(
        tx,
        now,
        who,
        &coming,
        json!({ "coming": coming.id, "quantity": quantity, "due_at": coming.due_at }),
    )?;
    Ok(coming)
}

fn no_bundle(tx: &mut Tx<'_>, org: Id, sku: Id) -> Result<(), Problem> {
    if parts_of(tx, org, &[sku])?.contains_key(&sku) {
        let detail = "A set has no stock of its own: its parts have.";
        return Err(Problem::conflict("is_bundle", detail));
    }
    Ok(())
}

/// Pieces that were under way lie on the shelf now: on hand rises by what came. Needs [`Permission::EditCatalogue`];
/// of what is a set by now: `is_bundle`.
pub fn receive_coming(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    came: &Received,
) -> Result<Coming, Problem> {
    let coming = open(tx, who, id)?;
    // It may have become a set since.
    no_bundle(tx, who.org, coming.sku)?;
    let quantity = pieces(came.quantity.unwrap_or(coming.quantity))?;
    end(tx, now, who, id, quantity)?;
    receive(tx, now, who, coming.sku, quantity)?;
    Ok(coming)
}

/// What was under way does not come. Needs [`Permission::EditCatalogue`].
pub fn drop_coming(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let coming = open(tx, who, id)?;
    end(tx, now, who, id, 0)?;
    tell(
        tx,
        now,
        who,
        &coming,
        json!({ "coming": id, "dropped": coming.quantity }),
    )
}

/// What is still under way; what came, and what is another's, is `not_found`.
fn open(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Coming, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM sku_coming WHERE org_id = $1 AND id = $2 AND received IS NULL");
    let coming = tx
        .row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::not_found)?;
    reached(tx, who, coming.sku)?;
    who.need(Permission::EditCatalogue)?;
    Ok(coming)
}

fn end(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, received: i64) -> Result<(), Problem> {
    tx.exec(
        "UPDATE sku_coming SET received = $3, ended_at = $4, ended_by = $5 WHERE org_id = $1 AND id = $2",
        args![who.org, id, received, now, who.person().unwrap_or(Id::NONE)],
    )?;
    Ok(())
}

fn tell(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    coming: &Coming,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "sku.coming",
        subject: coming.sku,
        data,
    })
}
