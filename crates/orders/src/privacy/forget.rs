use base::{Id, Problem};
use serde_json::Value;
use store::{Tx, args};

use crate::import::{ImportAsk, SheetPlan, fault};

/// Refused rows looked at with one call.
const AT_ONCE: i64 = 500;
/// What is said of a refused row without what stood in it.
const PLACE: [&str; 5] = ["file", "sheet", "row", "column", "code"];

/// Forgets what stood in cells of a file, that of the first run after `after`: of refused rows, the samples of columns
/// nobody knew, and names in chat logs that are no account's. A cell says nothing of whose it was, so all are forgotten; file, row, column and what is wrong
/// stay. Answers which run it was and how many texts it changed; `None` when there is none any more.
pub fn forget_cells(tx: &mut Tx<'_>, org: Id, after: Id) -> Result<Option<(Id, i64)>, Problem> {
    let run: Option<(Id, String, String)> = tx.row(
        "SELECT id, sheets, ask FROM import_run WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT 1",
        args![org, after],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let Some((run, sheets, ask)) = run else {
        return Ok(None);
    };
    let mut changed = 0;
    let (bare, asked) = without_samples(&sheets, &ask)?;
    if bare != sheets || asked != ask {
        tx.exec(
            "UPDATE import_run SET sheets = $3, ask = $4 WHERE org_id = $1 AND id = $2",
            args![org, run, &bare, &asked],
        )?;
        changed += 1;
    }
    changed += i64::try_from(fault::forget(tx, org, run)?).unwrap_or(i64::MAX);
    let mut no = 0;
    loop {
        let rows: Vec<(i64, String)> = tx.rows(
            "SELECT no, fault FROM import_fault WHERE org_id = $1 AND run_id = $2 AND no > $3 ORDER BY no LIMIT $4",
            args![org, run, no, AT_ONCE],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let Some((last, _)) = rows.last() else {
            return Ok(Some((run, changed)));
        };
        no = *last;
        for (no, text) in &rows {
            if let Some(bare) = self::bare(text) {
                tx.exec(
                    "UPDATE import_fault SET fault = $4 WHERE org_id = $1 AND run_id = $2 AND no = $3",
                    args![org, run, *no, &bare],
                )?;
                changed += 1;
            }
        }
    }
}

fn without_samples(sheets: &str, ask: &str) -> Result<(String, String), Problem> {
    let broken = |_| Problem::internal();
    let mut plans: Vec<SheetPlan> = serde_json::from_str(sheets).map_err(broken)?;
    for unknown in plans.iter_mut().flat_map(|plan| &mut plan.unknown) {
        unknown.samples.clear();
    }
    let mut asked = ask.to_owned();
    for chats in plans.iter_mut().filter_map(|plan| plan.chats.as_mut()) {
        chats.unsure.clear();
        let mut bare: ImportAsk = serde_json::from_str(ask).map_err(broken)?;
        bare.columns.retain(|_, is| is.is_some());
        asked = serde_json::to_string(&bare).map_err(broken)?;
    }
    Ok((serde_json::to_string(&plans).map_err(broken)?, asked))
}

/// The same without what stood in the cell; `None` where nothing of it is kept.
fn bare(text: &str) -> Option<String> {
    let Ok(Value::Object(mut fault)) = serde_json::from_str::<Value>(text) else {
        return Some("{}".to_owned()).filter(|bare| bare != text);
    };
    let before = fault.len();
    fault.retain(|name, _| PLACE.contains(&name.as_str()));
    (fault.len() < before).then(|| Value::Object(fault).to_string())
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn of_a_refused_row_its_place_and_the_mistake_stay() {
        let place = r#"{"code":"text_too_long","column":"联系手机","file":"订单.csv","row":7}"#;
        let fault = place.replace('}', r#","value":"13812345678"}"#);
        assert_eq!(bare(&fault).as_deref(), Some(place));
        assert_eq!(bare(place), None, "nothing stood there");
        assert_eq!(bare("13812345678").as_deref(), Some("{}"));
        assert_eq!(bare("{}"), None);
    }
}
