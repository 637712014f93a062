//! The items of the listing checklist, as they ship (defaults/listing.toml), and how each stands for a product.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base::{Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use store::{Tx, args, record, text_enum};

text_enum! {
    /// Who looks after an item.
    pub enum ListingItemKind {
        /// The program, from the product's data.
        Program = "program",
        /// A person who looks.
        Person = "person",
    }
}

text_enum! {
    /// How an item of a product stands.
    pub enum ListingItemState {
        /// Nobody looked yet.
        Open = "open",
        /// It is as it should be.
        Passed = "passed",
        /// It is to be mended.
        Failed = "failed",
        /// This product does without.
        NotNeeded = "not_needed",
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TwoWords {
    /// Chinese.
    pub zh: String,
    /// English; may be empty.
    #[serde(default)]
    pub en: String,
}

/// An item of the checklist, as it ships (defaults/listing.toml).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListingItem {
    /// Its stable name.
    pub key: String,
    /// Who looks after it.
    pub kind: ListingItemKind,
    /// What is asked.
    pub title: TwoWords,
    /// Why.
    pub why: TwoWords,
}

#[derive(Deserialize)]
struct ItemFile {
    item: Vec<ListingItem>,
}

pub(crate) static ITEMS: LazyLock<Vec<ListingItem>> = LazyLock::new(|| {
    toml::from_str::<ItemFile>(include_str!("../../defaults/listing.toml"))
        .map(|file| file.item)
        .unwrap_or_default()
});

/// The items of the checklist, in their order.
pub fn listing_items() -> &'static [ListingItem] {
    &ITEMS
}

record! {
    /// How an item of a product stands, as it is kept.
    #[derive(Clone, Debug, PartialEq)]
    pub struct MarkRow {
        /// The item.
        pub item: String = "item",
        /// How it stands.
        pub state: ListingItemState = "state",
        /// Why it is not passed; empty for people's marks.
        pub reason: String = "reason",
        /// What shows it, or what somebody wrote.
        pub note: String = "note",
        /// Who says so; null: the program.
        pub by: Option<Id> = "by_id",
        /// Since when.
        pub at: Ms = "at",
    }
}

/// How the items of a product stand, by key.
pub(crate) fn marks(tx: &mut Tx<'_>, org: Id, product: Id) -> Result<BTreeMap<String, MarkRow>, Problem> {
    let sql = format!(
        "SELECT {} FROM listing_mark WHERE org_id = $1 AND product_id = $2",
        MarkRow::COLUMNS
    );
    let rows = tx.rows(&sql, args![org, product], MarkRow::read)?;
    Ok(rows.into_iter().map(|row| (row.item.clone(), row)).collect())
}

/// Keeps how an item of a product stands.
pub(crate) fn put(tx: &mut Tx<'_>, org: Id, product: Id, mark: &MarkRow) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO listing_mark (org_id, product_id, item, state, reason, note, by_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (org_id, product_id, item) DO UPDATE
         SET state = excluded.state, reason = excluded.reason, note = excluded.note, by_id = excluded.by_id,
             at = excluded.at",
        args![
            org,
            product,
            &mark.item,
            mark.state,
            &mark.reason,
            &mark.note,
            mark.by,
            mark.at
        ],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ITEMS, ListingItemKind};

    #[test]
    fn the_checklist_ships_with_both_languages_and_both_kinds() {
        assert!(ITEMS.len() >= 12);
        for item in ITEMS.iter() {
            assert!(
                !item.title.zh.is_empty() && !item.title.en.is_empty(),
                "{}",
                item.key
            );
            assert!(!item.why.zh.is_empty() && !item.why.en.is_empty(), "{}", item.key);
        }
        assert!(ITEMS.iter().any(|item| item.kind == ListingItemKind::Person));
    }
}
