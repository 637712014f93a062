use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem, Who, clean_line};
use serde::Serialize;
use store::{Tx, args, record};

use crate::import::ask::{self, ImportKind};

record! {
    /// A header that a person has explained for the files of a shop.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct TaughtName {
        /// What such files are of.
        pub kind: ImportKind = "kind",
        /// The header.
        pub header: String = "header",
        /// The column it means; empty: it is left out.
        pub column: String = "field",
        /// When it was explained.
        pub at: Ms = "at",
    }
}

/// Remembers what headers mean in files of a kind of this shop; `None` is left out. Of chat logs only which names are
/// the shop's: buyers' names are kept nowhere but with them.
pub(crate) fn teach(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    kind: ImportKind,
    columns: &BTreeMap<String, Option<String>>,
) -> Result<(), Problem> {
    who.need(kind.right())?;
    who.need_shop(shop)?;
    let person = match who.who {
        Who::Person(person) => person,
        _ => Id::NONE,
    };
    for (header, column) in columns {
        let header = clean_line("header", header, 200)?;
        if kind == ImportKind::Chats && column.is_none() {
            forget(tx, who.org, shop, kind, &header)?;
            continue;
        }
        tx.exec(
            "INSERT INTO import_name (org_id, shop_id, kind, header, field, person_id, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (org_id, shop_id, kind, header) DO UPDATE
             SET field = excluded.field, person_id = excluded.person_id, at = excluded.at",
            args![
                who.org,
                shop,
                kind,
                &header,
                column.as_deref().unwrap_or_default(),
                person,
                now
            ],
        )?;
    }
    Ok(())
}

fn forget(tx: &mut Tx<'_>, org: Id, shop: Id, kind: ImportKind, header: &str) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM import_name WHERE org_id = $1 AND shop_id = $2 AND kind = $3 AND header = $4",
        args![org, shop, kind, header],
    )?;
    Ok(())
}

/// What was explained for files of a shop. Needs the right to import something, and the shop.
pub fn names(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<Vec<TaughtName>, Problem> {
    ask::rights(who)?;
    who.need_shop(shop)?;
    let sql = format!(
        "SELECT {} FROM import_name WHERE org_id = $1 AND shop_id = $2 ORDER BY kind, header",
        TaughtName::COLUMNS
    );
    tx.rows(&sql, args![who.org, shop], TaughtName::read)
}

/// Forgets what a header was explained to mean; `not_found` where it was not. Rights as for [`names`].
pub fn forget_name(tx: &mut Tx<'_>, who: &Actor, shop: Id, header: &str) -> Result<(), Problem> {
    ask::rights(who)?;
    who.need_shop(shop)?;
    // No header has a null, which no database looks for.
    let gone = match header.contains('\0') {
        true => 0,
        false => tx.exec(
            "DELETE FROM import_name WHERE org_id = $1 AND shop_id = $2 AND header = $3",
            args![who.org, shop, header],
        )?,
    };
    match gone {
        0 => Err(Problem::not_found()),
        _ => Ok(()),
    }
}
