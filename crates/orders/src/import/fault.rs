use base::{Actor, Id, Ms, Page, PageAsk, Problem};
use serde_json::Value;
use sheet::{Fault, Row, cell};
use store::{Tx, args};

use crate::import::run;

/// Refused rows of a run that are kept; the rest is only counted.
pub(crate) const MOST: i64 = 10_000;

/// Bytes of a row at most whose cells are kept; of a longer one the place and the mistake.
const ROW_BYTES: usize = 16_384;
/// How long after the end of a run cells are kept: they hold names, phones and addresses in full.
const KEPT_MS: i64 = 30 * 86_400_000;
/// Runs whose cells are forgotten at once.
const FORGOTTEN: usize = 20;

/// Keeps what is wrong with rows of a sheet of a run, the first [`MOST`], and what stands in them.
pub(crate) fn keep(tx: &mut Tx<'_>, org: Id, id: Id, sheet: usize, faults: &[&Fault]) -> Result<(), Problem> {
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
    let written = |fault: &&Fault| -> Result<(String, Option<String>), Problem> {
        let cells = fault.whole.as_deref().and_then(cells);
        let cells = cells.map(|cells| serde_json::to_string(&cells)).transpose();
        let text = serde_json::to_string(fault).map_err(|_| Problem::internal())?;
        Ok((text, cells.map_err(|_| Problem::internal())?))
    };
    let rows = faults
        .iter()
        .take(usize::try_from(MOST - there).unwrap_or_default())
        .map(written)
        .collect::<Result<Vec<_>, _>>()?;
    let mut arguments = Vec::with_capacity(rows.len() * 6);
    for (no, (text, cells)) in (there + 1..).zip(&rows) {
        arguments.extend_from_slice(args![org, id, no, text, sheet, cells.as_deref()]);
    }
    tx.insert_many(
        "INSERT INTO import_fault (org_id, run_id, no, fault, sheet, cells)",
        6,
        "",
        &arguments,
    )?;
    Ok(())
}

/// What stands in the cells of a row, as a workbook can hold it; `None` where it is too much.
pub(crate) fn cells(row: &Row) -> Option<Vec<String>> {
    if row.iter().map(str::len).sum::<usize>() > ROW_BYTES {
        return None;
    }
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let shown = |c: char| {
        if matches!(c, '\u{fffe}' | '\u{ffff}') {
            '\u{fffd}'
        } else {
            c
        }
    };
    let text = |raw: &str| cell::clean(raw).chars().filter(kept).map(shown).collect();
    Some(row.iter().map(text).collect())
}

/// Forgets what stands in refused rows of runs that ended long ago; where they stood and what is wrong stay.
pub(crate) fn forget_old(tx: &mut Tx<'_>, now: Ms) -> Result<(), Problem> {
    let runs: Vec<(Id, Id)> = tx.rows(
        "SELECT r.org_id, r.id FROM import_run r
         WHERE r.ended_at < $1 AND EXISTS (SELECT 1 FROM import_fault f
           WHERE f.org_id = r.org_id AND f.run_id = r.id AND f.cells IS NOT NULL)
         ORDER BY r.id LIMIT $2",
        args![now.plus(-KEPT_MS), FORGOTTEN],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    for (org, run) in runs {
        forget(tx, org, run)?;
    }
    Ok(())
}

/// Forgets what stands in the refused rows of a run; of how many it was known.
pub(crate) fn forget(tx: &mut Tx<'_>, org: Id, run: Id) -> Result<u64, Problem> {
    tx.exec(
        "UPDATE import_fault SET cells = NULL WHERE org_id = $1 AND run_id = $2 AND cells IS NOT NULL",
        args![org, run],
    )
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
