use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem, Who, clean_line, mask_name};
use serde::Serialize;
use serde_json::json;
use store::{Event, Tx, args, record};

use crate::import::ask::{self, ImportKind};
use crate::import::columns;
use crate::import::look::shown;

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
        let of = (shop, kind, header.as_str());
        let was = meant(tx, who.org, of)?;
        if kind == ImportKind::Chats && column.is_none() {
            forget(tx, who.org, of)?;
            told(tx, now, who, of, (was.as_deref(), None))?;
            continue;
        }
        let is = column.as_deref().unwrap_or_default();
        tx.exec(
            "INSERT INTO import_name (org_id, shop_id, kind, header, field, person_id, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (org_id, shop_id, kind, header) DO UPDATE
             SET field = excluded.field, person_id = excluded.person_id, at = excluded.at",
            args![who.org, shop, kind, &header, is, person, now],
        )?;
        told(tx, now, who, of, (was.as_deref(), Some(is)))?;
    }
    Ok(())
}

/// A header of files of a shop and a kind.
type Of<'a> = (Id, ImportKind, &'a str);

fn meant(tx: &mut Tx<'_>, org: Id, (shop, kind, header): Of<'_>) -> Result<Option<String>, Problem> {
    tx.value(
        "SELECT field FROM import_name WHERE org_id = $1 AND shop_id = $2 AND kind = $3 AND header = $4",
        args![org, shop, kind, header],
    )
}

fn forget(tx: &mut Tx<'_>, org: Id, (shop, kind, header): Of<'_>) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM import_name WHERE org_id = $1 AND shop_id = $2 AND kind = $3 AND header = $4",
        args![org, shop, kind, header],
    )?;
    Ok(())
}

/// Tells what a header meant and means; none: it is not remembered, empty: it is left out. In a chat log it is a name
/// of somebody, and stands masked.
fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (shop, kind, header): Of<'_>,
    (was, is): (Option<&str>, Option<&str>),
) -> Result<(), Problem> {
    if was == is {
        return Ok(());
    }
    let name = match kind {
        ImportKind::Chats => mask_name(header),
        _ => shown("", header),
    };
    let called = |column: Option<&str>| column.and_then(|column| columns::called(kind, column));
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: match is {
            None => "import_name.forgotten",
            Some("") => "import_name.left_out",
            Some(_) => "import_name.taught",
        },
        subject: Id::NONE,
        data: json!({ "name": name, "kind": kind, "column": [called(was), called(is)] }),
    })
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
pub fn forget_name(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, header: &str) -> Result<(), Problem> {
    let taught = names(tx, who, shop)?;
    let mut gone = taught.iter().filter(|name| name.header == header).peekable();
    if gone.peek().is_none() {
        return Err(Problem::not_found());
    }
    for name in gone {
        let of = (shop, name.kind, header);
        forget(tx, who.org, of)?;
        told(tx, now, who, of, (Some(&name.column), None))?;
    }
    Ok(())
}
