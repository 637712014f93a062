//! Imports as they are listed, and those of the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Page, PageAsk, Problem};
use serde::Deserialize;
use store::{Tx, args, pad};

use crate::import::ask::{ImportAsk, ImportKind};
use crate::import::look::SheetPlan;
use crate::import::reach::seen;
use crate::import::run::{COLUMNS, Import, ImportState, get, name_senders, read};
use crate::import::shop_name::ShopSaid;
use crate::import::talk::ChatPlan;

/// Which imports a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportFilter {
    /// Of this shop.
    pub shop: Option<Id>,
    /// Standing here.
    pub state: Option<ImportState>,
}

/// Imports of the shops in reach of what one may import, the newest first. Needs the right to import something.
pub fn imports(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &ImportFilter,
    page: &PageAsk,
) -> Result<Page<Import>, Problem> {
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let (sql, arguments) = found(who, filter, page)?;
    let mut page = Page::cut(tx.rows(&sql, &arguments, read)?, page.limit(), |run| {
        vec![run.id.0]
    });
    only_seen(tx, who, &mut page.items)?;
    name_senders(tx, who.org, &mut page.items)?;
    Ok(page)
}

/// The statement of a page, and one row more.
pub(crate) fn found(
    who: &Actor,
    filter: &ImportFilter,
    page: &PageAsk,
) -> Result<(String, Vec<store::Arg<'static>>), Problem> {
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let mut arguments = vec![who.org.into(), before.into(), (page.limit() + 1).into()];
    let mut sql = format!("SELECT {COLUMNS} FROM import_run WHERE org_id = $1 AND id < $2");
    if let Some(shop) = filter.shop {
        arguments.push(shop.into());
        sql += &format!(" AND shop_id = ${}", arguments.len());
    }
    if let Some(state) = filter.state {
        arguments.push(state.key().into());
        sql += &format!(" AND state = ${}", arguments.len());
    }
    let (mine, more) = seen(who, arguments.len() + 1)?;
    arguments.extend(more);
    sql += &format!(" AND {mine} ORDER BY id DESC LIMIT $3");
    Ok((sql, arguments))
}

/// The last finished import of the same bytes that whoever sends them may see, if it read them as they are read now: of
/// the same shop, or a file that says itself which shops it is of. Once a name or a column means something else, the
/// same bytes may bring something new.
pub(crate) fn same(
    tx: &mut Tx<'_>,
    who: &Actor,
    (shop, hash): (Id, &str),
    (ask, sheets): (&ImportAsk, &[SheetPlan]),
) -> Result<Option<Id>, Problem> {
    let (mine, more) = seen(who, 4)?;
    let sql = format!(
        "SELECT MAX(id) FROM import_run
         WHERE org_id = $1 AND hash = $2 AND state = 'done' AND {mine}
           AND (shop_id = $3 OR EXISTS (
               SELECT 1 FROM import_into i
               WHERE i.org_id = import_run.org_id AND i.run_id = import_run.id AND i.shop_id <> 0))"
    );
    let mut arguments = args![who.org, hash, shop].to_vec();
    arguments.extend(more);
    let Some(id) = tx.value::<Option<Id>>(&sql, &arguments)?.flatten() else {
        return Ok(None);
    };
    let last = get(tx, who.org, id)?;
    Ok(Some(id).filter(|_| readings(&last.ask, &last.sheets) == readings(ask, sheets)))
}

/// All that decides what a sheet brings, its bytes given.
#[derive(PartialEq)]
struct Reading<'a> {
    sheet: usize,
    kind: Option<ImportKind>,
    platform: Option<&'a str>,
    header_row: u64,
    columns: BTreeMap<&'a str, usize>,
    /// What is kept beside orders.
    beside: BTreeMap<usize, &'a str>,
    /// Whose rows of a name are; rows of others are refused.
    shops: BTreeMap<&'a str, Option<Id>>,
    /// Without what is known of names that do not stand in it.
    chats: Option<ChatPlan>,
    /// Names of a chat log that were said to be buyers'.
    buyers: Vec<&'a str>,
}

/// How the sheets that are taken in are read.
fn readings<'a>(ask: &'a ImportAsk, sheets: &'a [SheetPlan]) -> Vec<Reading<'a>> {
    let used = sheets.iter().filter(|sheet| sheet.left_out.is_none());
    let reading = |sheet: &'a SheetPlan| {
        let known = sheet.shops.iter().filter(|one| one.said != ShopSaid::Unknown);
        let columns = sheet.columns.iter();
        let chats = sheet.chats.clone().map(|chats| ChatPlan {
            known: Vec::new(),
            unsure: Vec::new(),
            ..chats
        });
        let buyers = ask
            .columns
            .iter()
            .filter(|(_, is)| chats.is_some() && is.is_none());
        Reading {
            sheet: sheet.index,
            kind: sheet.kind,
            platform: sheet.platform.as_deref(),
            header_row: sheet.header_row,
            columns: columns.map(|one| (one.column.as_str(), one.index)).collect(),
            beside: sheet
                .unknown
                .iter()
                .map(|one| (one.index, one.header.as_str()))
                .collect(),
            shops: known.map(|one| (one.name.as_str(), one.shop)).collect(),
            buyers: buyers.map(|(name, _)| name.as_str()).collect(),
            chats,
        }
    };
    used.map(reading).collect()
}

/// Leaves of the imports of the same bytes only those that somebody may see, and that are still in.
pub(crate) fn only_seen(tx: &mut Tx<'_>, who: &Actor, runs: &mut [Import]) -> Result<(), Problem> {
    let same: Vec<Id> = runs.iter().filter_map(|run| run.same_as).collect();
    if same.is_empty() {
        return Ok(());
    }
    let mut arguments = args![who.org].to_vec();
    arguments.extend(pad(&same));
    let (mine, more) = seen(who, arguments.len() + 1)?;
    arguments.extend(more);
    let sql = format!(
        "SELECT id FROM import_run WHERE org_id = $1 AND id IN {} AND state = 'done' AND {mine}",
        Tx::in_list(2, same.len())
    );
    let still: BTreeSet<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?.into_iter().collect();
    for run in runs {
        run.same_as = run.same_as.filter(|id| still.contains(id));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
