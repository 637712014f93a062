//! Refused rows as a workbook: what stands in them, beside what is wrong. Mended there it goes in again.
//!
//! A workbook and no csv: whoever mends it opens it in a spreadsheet, which would round long numbers of a csv away.

use std::collections::{BTreeMap, HashSet};
use std::io::Cursor;
use std::sync::LazyLock;

use base::{Actor, Fen, Id, Ms, Permission, Problem};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use sheet::{Column, Fault, Writer, cell};
use store::{Tx, args, text_enum};

use crate::import::fault;
use crate::import::run::{self, Import};

text_enum! {
    /// The language a file tells its mistakes in.
    pub enum FileLanguage {
        /// Chinese.
        Zh = "zh",
        /// English.
        En = "en",
    }
}

/// A refused row, with what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedRow {
    /// The sheet's headers, by column.
    headers: Vec<String>,
    /// `None` where it could not be read, is too long, or is forgotten.
    cells: Option<Vec<String>>,
    /// Where it stands and what is wrong, as it is told.
    fault: Value,
}

/// What is wrong, and how to mend it.
#[derive(Deserialize)]
struct Words {
    what: String,
    mend: String,
}

/// By language and code; the console says the same.
static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, Words>>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../data/faults.json")).expect("data/faults.json is read by a test")
});

/// The columns we write before those of the file: its row, the column, what is wrong, how to mend it. An import passes
/// over them.
const ADDED: [[&str; 4]; 2] = [
    ["※原来的行", "※有错的列", "※问题", "※怎么改"],
    ["※Row", "※Wrong column", "※What is wrong", "※How to mend it"],
];
/// Before them, where rows cannot be mended by themselves: of which file and sheet they are.
const PLACE: [[&str; 2]; 2] = [["※文件", "※表"], ["※File", "※Sheet"]];
/// What the sheet of such rows is called.
const APART: [&str; 2] = ["不能单独改的行", "Not to be mended alone"];
/// Mistakes that are not mended in their row: it could not be read as it is, and where rows are lines the others of its
/// order went in without it; or the rows of the order stand apart.
const ELSEWHERE: [&str; 5] = [
    "row_shifted",
    "text_damaged",
    "cell_too_long",
    "columns_too_many",
    "order_scattered",
];

/// Whether a header is one that we write.
pub(crate) fn is_added(header: &str) -> bool {
    header.starts_with('※')
        && ADDED
            .as_flattened()
            .iter()
            .chain(PLACE.as_flattened())
            .any(|added| cell::key(added) == cell::key(header))
}

impl RefusedRow {
    /// Of a preview.
    pub(crate) fn of(fault: &Fault) -> RefusedRow {
        let row = fault.whole.as_deref();
        RefusedRow {
            headers: row.map(|row| row.headers().to_vec()).unwrap_or_default(),
            cells: row.and_then(fault::cells),
            fault: json!(fault),
        }
    }

    fn word(&self, name: &str) -> &str {
        self.fault[name].as_str().unwrap_or_default()
    }

    fn place(&self) -> (&str, &str, i64) {
        let row = self.fault["row"].as_i64().unwrap_or_default();
        (self.word("file"), self.word("sheet"), row)
    }

    fn words(&self, language: FileLanguage) -> (String, String) {
        let all = &WORDS[language.key()];
        let code = self.word("code");
        let words = all.get(code).unwrap_or_else(|| &all["row_refused"]);
        (filled(&words.what, &self.fault), filled(&words.mend, &self.fault))
    }
}

/// A sentence with its facts; one that is not known leaves no brace.
fn filled(sentence: &str, facts: &Value) -> String {
    let mut text = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        match &facts[name] {
            Value::String(fact) => text.push_str(fact),
            Value::Number(fen) if name == "most" => {
                text.push_str(&Fen(fen.as_i64().unwrap_or_default()).to_string());
            }
            Value::Number(fact) => text.push_str(&fact.to_string()),
            _ => {}
        }
        rest = behind;
    }
    text + rest
}

/// The run whose refused rows somebody takes; that they do is logged. Rights as for [`run::import`]; whoever did not
/// send the file sees people in full only with the rights to reveal and to export.
pub(crate) fn asked(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Import, Problem> {
    let run = run::import(tx, who, id)?;
    let sender = run.by.as_ref().map(|by| by.id);
    if who.person().is_none() || who.person() != sender {
        who.need(Permission::Export)?;
        who.need(Permission::Reveal)?;
    }
    let data = json!({ "refused": run.counts.refused });
    run::told(tx, now, who, &run, "import.refused_taken", data)?;
    Ok(run)
}

/// The refused rows of a run that are kept, in the order of the file.
pub(crate) fn kept(tx: &mut Tx<'_>, org: Id, run: &Import) -> Result<Vec<RefusedRow>, Problem> {
    let rows: Vec<(String, usize, Option<String>)> = tx.rows(
        "SELECT fault, sheet, cells FROM import_fault WHERE org_id = $1 AND run_id = $2 ORDER BY no",
        args![org, run.id],
        |row| {
            let sheet = usize::try_from(row.get::<i64>(1)?).unwrap_or_default();
            Ok((row.get(0)?, sheet, row.get(2)?))
        },
    )?;
    let broken = |_| Problem::internal();
    let whole = |(text, sheet, cells): (String, usize, Option<String>)| {
        let plan = run.sheets.iter().find(|plan| plan.index == sheet);
        Ok(RefusedRow {
            headers: plan.map(|plan| plan.headers.clone()).unwrap_or_default(),
            cells: cells
                .map(|cells| serde_json::from_str(&cells))
                .transpose()
                .map_err(broken)?,
            fault: serde_json::from_str(&text).map_err(broken)?,
        })
    };
    rows.into_iter().map(whole).collect()
}

/// A row with all that is wrong with it.
struct Entry<'r> {
    row: &'r RefusedRow,
    columns: Vec<&'r str>,
    what: Vec<String>,
    mend: Vec<String>,
}

/// One entry a row, in the order of the file.
fn entries(rows: &[RefusedRow], language: FileLanguage) -> Vec<Entry<'_>> {
    let mut entries = Vec::<Entry<'_>>::new();
    let mut known = BTreeMap::new();
    for row in rows {
        let at = match row.place() {
            (.., 0) => entries.len(),
            place => *known.entry(place).or_insert(entries.len()),
        };
        if at == entries.len() {
            entries.push(Entry {
                row,
                columns: Vec::new(),
                what: Vec::new(),
                mend: Vec::new(),
            });
        }
        let entry = &mut entries[at];
        let (what, mend) = row.words(language);
        entry
            .columns
            .extend(Some(row.word("column")).filter(|name| !name.is_empty()));
        entry.what.push(what);
        if !entry.mend.contains(&mend) {
            entry.mend.push(mend);
        }
        if row.cells.is_some() && entry.row.cells.is_none() {
            entry.row = row;
        }
    }
    entries.sort_by_key(|entry| {
        let (file, sheet, row) = entry.row.place();
        (file.to_owned(), sheet.to_owned(), row)
    });
    entries
}

/// Places of rows that cannot be mended by themselves: taken in alone, what they say would be wrong.
fn elsewhere(rows: &[RefusedRow]) -> HashSet<(&str, &str, i64)> {
    let of = |code: &str| ELSEWHERE.contains(&code);
    let mut places: HashSet<_> = rows
        .iter()
        .filter(|row| of(row.word("code")))
        .map(RefusedRow::place)
        .collect();
    let others: Vec<_> = rows
        .iter()
        .filter(|row| {
            let (file, sheet, _) = row.place();
            let first = row.fault["first"].as_i64().unwrap_or_default();
            row.word("code") == "order_incomplete" && places.contains(&(file, sheet, first))
        })
        .map(RefusedRow::place)
        .collect();
    places.extend(others);
    places
}

/// Writes refused rows as a workbook: a sheet for each of the file's, as it is, with what is wrong before it; rows that
/// cannot be mended by themselves stand on a last sheet, which an import passes over. No cell carries a formula.
pub fn write_refused(rows: &[RefusedRow], language: FileLanguage) -> Result<Vec<u8>, Problem> {
    let say = usize::from(language == FileLanguage::En);
    let unwritten = |_| Problem::internal();
    let apart = elsewhere(rows);
    let mut tables = Vec::<(&[String], (&str, &str), Vec<Entry<'_>>)>::new();
    let mut others = Vec::new();
    for entry in entries(rows, language) {
        let (file, sheet, _) = entry.row.place();
        if entry.row.cells.is_none() || entry.row.headers.is_empty() || apart.contains(&entry.row.place()) {
            others.push(entry);
            continue;
        }
        let same = tables
            .iter_mut()
            .find(|(headers, place, _)| *place == (file, sheet) && *headers == entry.row.headers.as_slice());
        match same {
            Some((.., entries)) => entries.push(entry),
            None => tables.push((&entry.row.headers, (file, sheet), vec![entry])),
        }
    }
    let mut out = Out {
        language,
        several: tables.len() + usize::from(!others.is_empty()) > 1,
        begun: 0,
        writer: None,
    };
    for (headers, (file, sheet), entries) in &tables {
        // Of a file of such rows that was sent again what we wrote the last time goes.
        let own: Vec<usize> = (0..headers.len()).filter(|at| !is_added(&headers[*at])).collect();
        let names = own.iter().map(|at| headers[*at].as_str());
        let title = if sheet.is_empty() { file } else { sheet };
        out.begin(title, ADDED[say].into_iter().chain(names))?;
        for entry in entries {
            let cells = entry.row.cells.as_deref().unwrap_or_default();
            let text = |at: &usize| cells.get(*at).map_or("", String::as_str);
            out.row(entry, &[], own.iter().map(text))?;
        }
    }
    if !others.is_empty() || tables.is_empty() {
        out.begin(APART[say], PLACE[say].into_iter().chain(ADDED[say]))?;
        for entry in &others {
            let (file, sheet, _) = entry.row.place();
            let cells = entry.row.cells.as_deref().unwrap_or_default();
            out.row(entry, &[file, sheet], cells.iter().map(String::as_str))?;
        }
    }
    let writer = out.writer.ok_or_else(Problem::internal)?;
    Ok(writer.finish().map_err(unwritten)?.into_inner())
}

/// A workbook that is being written.
struct Out {
    language: FileLanguage,
    /// Whether sheets are numbered, so that no two are called the same.
    several: bool,
    /// Sheets begun.
    begun: usize,
    writer: Option<Writer<Cursor<Vec<u8>>>>,
}

impl Out {
    fn begin<'a>(&mut self, title: &str, headers: impl Iterator<Item = &'a str>) -> Result<(), Problem> {
        let unwritten = |_| Problem::internal();
        let columns: Vec<Column> = headers.map(Column::new).collect();
        self.begun += 1;
        let title = match self.several {
            true => format!("{} {title}", self.begun),
            false => title.to_owned(),
        };
        match &mut self.writer {
            None => {
                let writer = Writer::xlsx(Cursor::new(Vec::new()), &title, TimeZone::UTC, &columns);
                self.writer = Some(writer.map_err(unwritten)?);
            }
            Some(writer) => writer.next(&title, &columns).map_err(unwritten)?,
        }
        Ok(())
    }

    fn row<'a>(
        &mut self,
        entry: &'a Entry<'_>,
        before: &[&'a str],
        cells: impl Iterator<Item = &'a str>,
    ) -> Result<(), Problem> {
        let (between, after) = match self.language {
            FileLanguage::Zh => ("、", "；"),
            FileLanguage::En => (", ", "; "),
        };
        let (.., row) = entry.row.place();
        let added: [sheet::Value<'_>; 4] = [
            Some(row).filter(|row| *row > 0).into(),
            entry.columns.join(between).into(),
            entry.what.join(after).into(),
            entry.mend.join(after).into(),
        ];
        let values = before.iter().copied().map(sheet::Value::from);
        let values = values.chain(added).chain(cells.map(sheet::Value::from));
        let writer = self.writer.as_mut().ok_or_else(Problem::internal)?;
        writer.row(values).map_err(|_| Problem::internal())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ADDED, PLACE, WORDS, filled, is_added};
    use crate::import::columns;

    #[test]
    fn every_mistake_has_its_words_in_both_languages() {
        let codes = |language: &str| WORDS[language].keys().cloned().collect::<Vec<_>>();
        assert_eq!(codes("zh"), codes("en"));
        for words in WORDS.values().flat_map(|all| all.values()) {
            let said = filled(&words.what, &json!({})) + &filled(&words.mend, &json!({}));
            assert!(!said.contains(['{', '}']), "{said}");
        }
    }

    #[test]
    fn facts_stand_in_the_sentence() {
        let facts = json!({ "number": "A1", "limit": 200, "most": 12_050 });
        assert_eq!(
            filled("{number}: {limit}, {most}{none}", &facts),
            "A1: 200, ¥120.50"
        );
    }

    #[test]
    fn what_we_write_is_no_column_of_a_file() {
        for header in ADDED.as_flattened().iter().chain(PLACE.as_flattened()) {
            assert!(is_added(header) && !columns::knows(header), "{header}");
        }
        assert!(!is_added("※备注") && !is_added("问题"));
    }
}
