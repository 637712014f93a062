//! Products' facts in sheets: read with the place of every mistake, looked at before anything is written, and
//! written out again in the same columns.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sheet::{Book, Columns, Fault, Flaw, Names, Row, cell};

use crate::things::fact::ProductFactsChange;
use crate::things::size_text::{read_sizes, read_tests};

static NAMES: LazyLock<Names> =
    LazyLock::new(|| Names::parse(include_str!("../../columns/facts.toml")).unwrap_or_default());

/// The columns in the order of an export: canonical name and header.
pub(crate) const COLUMNS: [(&str, &str); 13] = [
    ("code", "商品编码"),
    ("title", "商品标题"),
    ("category", "类目"),
    ("origin", "产地"),
    ("made_at", "生产日期"),
    ("shelf_life_days", "保质期（天）"),
    ("features", "功能"),
    ("advantages", "优势"),
    ("tests", "检测数据"),
    ("size_table", "尺码表"),
    ("picture_note", "图片与实物差别"),
    ("defects", "瑕疵说明"),
    ("competitor_note", "同行对比说明"),
];

/// More rows than this are sent in several files, so that a file goes in as a whole or not at all.
pub const MOST_ROWS: usize = 2_000;
/// So many mistakes are told; the rest is counted.
pub(crate) const MOST_ERRORS: usize = 500;

/// A mistake of a file, with its place.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ImportError {
    /// Name of the file.
    pub file: String,
    /// The row, as a spreadsheet counts it, from 1.
    pub row: Option<u64>,
    /// The header of the column, or its letter.
    pub column: Option<String>,
    /// Stable, snake_case.
    pub code: String,
    /// One English sentence.
    pub detail: String,
    /// Further facts.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
}

impl From<Fault> for ImportError {
    fn from(fault: Fault) -> ImportError {
        ImportError {
            file: fault.file.to_string(),
            row: fault.row,
            column: fault.column.clone(),
            code: fault.code.to_owned(),
            detail: detail(&fault).to_owned(),
            params: fault
                .params
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }
}

/// This room's own codes in words, and the sheet's for all others.
fn detail(fault: &Fault) -> &'static str {
    match fault.code {
        "size_line" => {
            "A line of the size table is none: write parts between |, as in `cm | 衣长（怎么量）±2` and `M | 80`."
        }
        "test_line" => "A line of the figures is none: write `name | value | unit | source`.",
        "product_twice" => "This product stands in an earlier row; keep one of them.",
        "too_many_rows" => "The file has too many rows; send it in parts.",
        _ => fault.detail(),
    }
}

/// A row of a sheet, read.
#[derive(Clone, Debug)]
pub(crate) struct FactsRow {
    pub(crate) row: u64,
    pub(crate) code: String,
    pub(crate) change: ProductFactsChange,
}

/// A sheet of products' facts, read; nothing was looked up yet.
#[derive(Clone, Debug)]
pub struct FactsFile {
    pub(crate) file: String,
    pub(crate) rows: Vec<FactsRow>,
    pub(crate) errors: Vec<ImportError>,
    /// Reading ended before the file did, so the rows are not all there are.
    pub(crate) cut: bool,
    /// Header of each canonical column that is there.
    headers: Vec<(String, String)>,
}

impl FactsFile {
    /// The header of a canonical column (or of the field of a problem, which may go deeper: `tests.name`).
    pub(crate) fn header(&self, field: &str) -> Option<String> {
        let column = field.split('.').next().unwrap_or(field);
        let found = self.headers.iter().find(|(name, _)| name == column);
        found.map(|(_, header)| header.clone())
    }
}

/// Reads a sheet of products' facts (csv, xls, xlsx, or a zip with one of them). Days are days of `zone`. A
/// file that cannot be read at all has no rows and one error; other mistakes cost their row only. Takes a
/// while for a large file: call it outside transactions.
pub fn read_facts_file(bytes: Vec<u8>, name: &str, zone: &str) -> FactsFile {
    let mut read = FactsFile {
        file: name.to_owned(),
        rows: Vec::new(),
        errors: Vec::new(),
        cut: false,
        headers: Vec::new(),
    };
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    if let Err(fault) = read_into(&mut read, bytes, name, &zone) {
        read.errors.push(fault.into());
        read.cut = true;
    }
    read
}

fn read_into(read: &mut FactsFile, bytes: Vec<u8>, name: &str, zone: &TimeZone) -> Result<(), Fault> {
    let mut book = Book::read(bytes, name)?;
    let table = book.table(0, |header| NAMES.knows(header))?;
    let columns = NAMES.map(table.headers());
    let headers: Vec<String> = table.headers().iter().map(str::to_owned).collect();
    read.headers = columns
        .found()
        .filter_map(|(column, at)| Some((column.to_owned(), headers.get(at)?.clone())))
        .collect();
    let mut seen = std::collections::HashMap::<String, u64>::new();
    for row in table {
        let row = match row {
            Ok(row) => row,
            Err(fault) if fault.fatal() => return Err(fault),
            Err(fault) => {
                read.errors.push(fault.into());
                continue;
            }
        };
        if read.rows.len() + read.errors.len() >= MOST_ROWS {
            return Err(row.fault(None, Flaw::new("too_many_rows").with("limit", MOST_ROWS)));
        }
        match facts_of(&row, &columns, zone) {
            Ok(found) => {
                if let Some(first) = seen.insert(found.code.clone(), found.row) {
                    let flaw = Flaw::new("product_twice").with("other_row", first);
                    read.errors.push(row.fault(columns.at("code"), flaw).into());
                } else {
                    read.rows.push(found);
                }
            }
            Err(fault) => read.errors.push(fault.into()),
        }
    }
    Ok(())
}

/// What a row says. An empty cell says nothing, so what is known stays.
fn facts_of(row: &Row, columns: &Columns, zone: &TimeZone) -> Result<FactsRow, Fault> {
    let text = |column: &str| row.text(columns.at(column)).map(|text| text.into_owned());
    let list = |column: &str| {
        text(column).map(|text| {
            text.lines()
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect()
        })
    };
    let parsed = |column: &str| columns.at(column);
    let sizes = match text("size_table") {
        Some(text) => Some(Some(
            read_sizes(&text).map_err(|flaw| row.fault(parsed("size_table"), flaw))?,
        )),
        None => None,
    };
    let tests = match text("tests") {
        Some(text) => Some(read_tests(&text).map_err(|flaw| row.fault(parsed("tests"), flaw))?),
        None => None,
    };
    Ok(FactsRow {
        row: row.number(),
        code: row.need(columns.at("code"), cell::id)?,
        change: ProductFactsChange {
            rev: None,
            category: text("category"),
            features: list("features"),
            advantages: list("advantages"),
            origin: text("origin"),
            made_at: row
                .read(columns.at("made_at"), |raw| cell::moment(raw, zone))?
                .map(Some),
            shelf_life_days: row.read(columns.at("shelf_life_days"), cell::count)?.map(Some),
            tests,
            picture_note: text("picture_note"),
            defects: text("defects"),
            competitor_note: text("competitor_note"),
            size_table: sizes,
        },
    })
}

/// A mistake found while looking a row up.
pub(crate) fn mistake(
    file: &FactsFile,
    row: u64,
    column: Option<String>,
    code: &str,
    detail: &str,
    params: Map<String, Value>,
) -> ImportError {
    ImportError {
        file: file.file.clone(),
        row: Some(row),
        column,
        code: code.to_owned(),
        detail: detail.to_owned(),
        params,
    }
}

/// The facts of a refusal, for [`mistake`].
pub(crate) fn params(problem: &base::Problem) -> Map<String, Value> {
    let mut params = problem.params.clone();
    params.remove("file");
    if let Some(row) = params.remove("row") {
        // The row of a size table, not of the sheet.
        params.insert("size_row".to_owned(), json!(row));
    }
    params
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, NAMES, read_facts_file};

    #[test]
    fn an_export_writes_headers_an_import_knows() {
        for (column, header) in COLUMNS {
            assert!(NAMES.knows(header), "{column}");
        }
        assert_eq!(NAMES.columns().count(), COLUMNS.len());
    }

    #[test]
    fn rows_are_read_with_their_place() {
        let csv = "商品编码,产地,生产日期,保质期,功能\nSJ01,江苏南通,2026/8/1,12个月,\"可机洗\n可烘干\"\nSJ02,,,180,\nSJ02,,,,\n,浙江,,,\n1.23E+11,,,,\n";
        let file = read_facts_file(csv.as_bytes().to_vec(), "facts.csv", "Asia/Shanghai");
        let codes: Vec<_> = file
            .errors
            .iter()
            .map(|one| (one.row, one.column.as_deref(), one.code.as_str()))
            .collect();
        assert_eq!(
            codes,
            [
                (Some(2), Some("保质期"), "number_bad"),
                (Some(4), Some("商品编码"), "product_twice"),
                (Some(5), Some("商品编码"), "cell_empty"),
                (Some(6), Some("商品编码"), "id_lost"),
            ]
        );
        assert_eq!(file.rows.len(), 1);
        assert_eq!(
            (
                file.rows[0].code.as_str(),
                file.rows[0].change.shelf_life_days,
                &file.rows[0].change.origin
            ),
            ("SJ02", Some(Some(180)), &None)
        );
    }

    #[test]
    fn a_file_that_is_no_table_is_one_mistake() {
        for (bytes, code) in [
            (&b"%PDF-1.4\n"[..], "file_kind"),
            (b"PK\x03\x04 cut", "file_cut"),
            (b"a,b\n1,2\n", "header_missing"),
            (b"", "file_empty"),
        ] {
            let file = read_facts_file(bytes.to_vec(), "x.xlsx", "Asia/Shanghai");
            let codes: Vec<_> = file.errors.iter().map(|one| one.code.as_str()).collect();
            assert_eq!((codes, file.rows.len()), (vec![code], 0));
        }
    }
}
