use base::{Actor, Id, Page, PageAsk, Problem};
use serde_json::Value;
use sheet::Fault;
use store::{Tx, args};

use crate::import::run;

/// Refused rows of a run that are kept; the rest is only counted.
pub(crate) const MOST: i64 = 10_000;

/// Keeps what is wrong with rows of a run, the first [`MOST`].
pub(crate) fn keep(tx: &mut Tx<'_>, org: Id, id: Id, faults: &[Fault]) -> Result<(), Problem> {
    if faults.is_empty() {
        return Ok(());
    }
    let there: Option<i64> = tx
        .value(
            "SELECT MAX(no) FROM import_fault WHERE org_id = $1 AND run_id = $2",
            args![org, id],
        )?
        .flatten();
    let there = there.unwrap_or_default();
    let texts = faults
        .iter()
        .take(usize::try_from(MOST - there).unwrap_or_default())
        .map(|fault| serde_json::to_string(fault).map_err(|_| Problem::internal()))
        .collect::<Result<Vec<_>, _>>()?;
    let mut arguments = Vec::with_capacity(texts.len() * 4);
    for (no, text) in (there + 1..).zip(&texts) {
        arguments.extend_from_slice(args![org, id, no, text]);
    }
    tx.insert_many(
        "INSERT INTO import_fault (org_id, run_id, no, fault)",
        4,
        "",
        &arguments,
    )?;
    Ok(())
}

/// Rows of an import that were refused, in the order of the file: `{"file","sheet","row","column","code",...}`.
/// Rights as for [`crate::import::import`].
pub fn faults(tx: &mut Tx<'_>, who: &Actor, id: Id, page: &PageAsk) -> Result<Page<Value>, Problem> {
    run::import(tx, who, id)?;
    let after = page.numbers::<1>().map_or(0, |[no]| no);
    let rows: Vec<(i64, String)> = tx.rows(
        "SELECT no, fault FROM import_fault WHERE org_id = $1 AND run_id = $2 AND no > $3 ORDER BY no LIMIT $4",
        args![who.org, id, after, page.limit() + 1],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let page = Page::cut(rows, page.limit(), |(no, _)| vec![*no]);
    let items = page
        .items
        .iter()
        .map(|(_, text)| serde_json::from_str(text).unwrap_or_default());
    Ok(Page {
        items: items.collect(),
        next: page.next,
    })
}
