use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, record, text_enum};

use crate::check;
use crate::customer::survivor;
use crate::told::told;

text_enum! {
    /// What an entry of a customer's file is about.
    pub enum EntryKind {
        /// The goods: what was wrong with them.
        Quality = "quality",
        /// What was done after the sale.
        AfterSale = "after_sale",
        /// What pleased them.
        Praise = "praise",
        /// Something else.
        Other = "other",
    }
}

record! {
    /// An entry of a customer's file (row 69).
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Entry {
        /// Its id.
        pub id: Id = "id",
        /// What it is about.
        pub kind: EntryKind = "kind",
        /// In words.
        pub text: String = "text",
        /// The order's number; may be empty.
        pub order_number: String = "order_number",
        /// Who wrote it; 0: the program.
        pub written_by: Id = "written_by",
        /// When.
        pub written_at: Ms = "written_at",
    }
}

/// An entry with the name of who wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct EntryView {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// Who wrote it, by name; null: the program.
    pub by: Option<String>,
}

/// An entry to be written.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// What it is about.
    pub kind: EntryKind,
    /// In words, at most 1,000 characters.
    pub text: String,
    /// The order's number, at most 64 characters.
    #[serde(default)]
    pub order_number: String,
}

/// Writes an entry into a customer's file. Needs [`Permission::EditCustomers`].
pub fn add_entry(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
    new: &NewEntry,
) -> Result<Entry, Problem> {
    who.need(Permission::EditCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    let entry = Entry {
        id: tx.id(),
        kind: new.kind,
        text: clean_text("text", &new.text, 1_000)?,
        order_number: check::line("order_number", &new.order_number, 64)?,
        written_by: who.person().unwrap_or(Id::NONE),
        written_at: now,
    };
    tx.exec(
        "INSERT INTO customer_entry (org_id, id, customer_id, kind, text, order_number, written_by, written_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            who.org,
            entry.id,
            customer,
            entry.kind,
            &entry.text,
            &entry.order_number,
            entry.written_by,
            now
        ],
    )?;
    let data = json!({ "entry": entry.id, "kind": entry.kind });
    told(tx, now, who, "customer.entry_added", customer, data)?;
    Ok(entry)
}

/// Takes an entry out of a customer's file, or puts it back. Needs [`Permission::EditCustomers`].
pub fn remove_entry(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, removed: bool) -> Result<(), Problem> {
    who.need(Permission::EditCustomers)?;
    let at = removed.then_some(now);
    let customer: Option<Id> = tx
        .rows(
            "UPDATE customer_entry SET removed_at = $3 WHERE org_id = $1 AND id = $2 RETURNING customer_id",
            args![who.org, id, at],
            |row| row.get(0),
        )?
        .pop();
    let customer = customer.ok_or_else(Problem::not_found)?;
    let data = json!({ "entry": id, "removed": removed });
    told(tx, now, who, "customer.entry_removed", customer, data)
}

/// The file of a customer, the last entry first. Needs [`Permission::SeeCustomers`].
pub fn entries(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: Id,
    page: &PageAsk,
) -> Result<Page<EntryView>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {} FROM customer_entry
         WHERE org_id = $1 AND customer_id = $2 AND removed_at IS NULL AND id < $3 ORDER BY id DESC LIMIT $4",
        Entry::COLUMNS
    );
    let rows = tx.rows(
        &sql,
        args![who.org, customer, before, page.limit() + 1],
        Entry::read,
    )?;
    let page = Page::cut(rows, page.limit(), |row| vec![row.id.0]);
    let people: Vec<Id> = page.items.iter().map(|entry| entry.written_by).collect();
    let names = team::names(tx, who.org, &people)?;
    let view = |entry: Entry| EntryView {
        by: names.get(&entry.written_by).cloned(),
        entry,
    };
    Ok(Page {
        items: page.items.into_iter().map(view).collect(),
        next: page.next,
    })
}
