use base::{Actor, Id, Page, PageAsk, Problem};
use jiff::tz::TimeZone;
use serde_json::Value;
use sheet::{Column, Fault, Writer};
use store::{Tx, args};

use crate::import::run;

/// Refused rows of a run that are kept; the rest is only counted.
pub(crate) const MOST: i64 = 10_000;

/// Keeps what is wrong with rows of a run, the first [`MOST`].
pub(crate) fn keep(tx: &mut Tx<'_>, org: Id, id: Id, faults: &[&Fault]) -> Result<(), Problem> {
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

/// [`faults`] as a csv file, all that are kept: file, sheet, row, column, code and what it means.
pub fn faults_csv(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<u8>, Problem> {
    run::import(tx, who, id)?;
    let texts: Vec<String> = tx.rows(
        "SELECT fault FROM import_fault WHERE org_id = $1 AND run_id = $2 ORDER BY no",
        args![who.org, id],
        |row| row.get(0),
    )?;
    let columns = ["file", "sheet", "row", "column", "code", "meaning"].map(Column::new);
    let mut file = Vec::new();
    let unwritten = |_| Problem::internal();
    let mut writer = Writer::csv(&mut file, TimeZone::UTC, &columns).map_err(unwritten)?;
    for text in &texts {
        let fault: Value = serde_json::from_str(text).map_err(|_| Problem::internal())?;
        let word = |name: &str| fault[name].as_str().unwrap_or_default().to_owned();
        let code = word("code");
        let meaning = meaning(&code);
        let cells: [sheet::Value<'_>; 6] = [
            word("file").into(),
            word("sheet").into(),
            fault["row"].as_i64().into(),
            word("column").into(),
            code.into(),
            meaning.into(),
        ];
        writer.row(cells).map_err(unwritten)?;
    }
    writer.finish().map_err(unwritten)?;
    Ok(file)
}

/// The English sentence of a code, of this room's own ones too.
fn meaning(code: &str) -> &'static str {
    match code {
        "order_scattered" => "The lines of this order stand apart in the file; sort it by order number.",
        "order_incomplete" => "Another row of the same order was refused; half an order is not taken in.",
        "buyer_erased" => "This buyer asked to be erased; take the row out of the file.",
        "stars_bad" => "Give 1 to 5, or 好评, 中评, 差评.",
        "not_received" => "The goods of this order have not come yet; import its newer state first.",
        "order_unknown" => "There is no order of this number yet; import the orders first.",
        "row_not_an_order" => {
            "Beside the number there is no buyer, time, state or goods: no order is made of it."
        }
        "refund_above_paid" => "More is paid back than the order cost.",
        "sku_unknown" => "The catalogue has no SKU of this code; import the products first.",
        "too_many_lines" | "too_many" => "There are more of these than there may be.",
        "out_of_range" => "This number is smaller or larger than it may be.",
        "in_the_future" => "This moment is more than a day ahead.",
        "too_long" => "This text is longer than it may be.",
        "missing" => "Something new needs this.",
        "floor_above_price" => "The lowest price is above the price.",
        "sku_code_taken" => "Another product has a SKU of this code.",
        code => sheet::meaning(code),
    }
}
