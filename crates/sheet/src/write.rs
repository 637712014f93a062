use std::borrow::Cow;
use std::io::Write;

use base::{Fen, Ms};
use jiff::tz::TimeZone;

use crate::write_xlsx::Xlsx;

/// A column of a table that is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its header.
    pub name: String,
    /// Its least width in a spreadsheet, in Latin characters; it is wider where its header or the first rows
    /// need it.
    pub width: u16,
}

impl Column {
    /// A column as wide as what stands in it needs.
    pub fn new(name: impl Into<String>) -> Column {
        Column {
            name: name.into(),
            width: 0,
        }
    }
}

/// What is written into a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text, ids and codes included: as text a spreadsheet keeps all their digits.
    Text(Cow<'a, str>),
    /// A number of things.
    Count(i64),
    /// An amount, in yuan with two decimals.
    Money(Fen),
    /// A moment, `2026-02-21 09:00:00` in the table's zone.
    Moment(Ms),
    /// Nothing.
    Empty,
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Value<'a> {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Value<'a> {
        value.map_or(Value::Empty, Into::into)
    }
}

impl From<i64> for Value<'_> {
    fn from(count: i64) -> Self {
        Value::Count(count)
    }
}

impl From<Fen> for Value<'_> {
    fn from(fen: Fen) -> Self {
        Value::Money(fen)
    }
}

impl From<Ms> for Value<'_> {
    fn from(moment: Ms) -> Self {
        Value::Moment(moment)
    }
}

/// Why a table could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// The disk or the connection.
    Io(std::io::Error),
    /// A text longer than the 32,767 characters a cell of a spreadsheet holds; with the row, counted with the
    /// header, and the column's index.
    TooLong {
        /// The row, from 1.
        row: u64,
        /// The column, from 0.
        column: usize,
    },
    /// The library that makes spreadsheets refused something.
    Sheet(rust_xlsxwriter::XlsxError),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WriteError::Io(error) => write!(f, "the table cannot be written: {error}"),
            WriteError::TooLong { row, column } => {
                write!(f, "row {row}, column {column}: longer than a cell may be")
            }
            WriteError::Sheet(error) => write!(f, "the spreadsheet cannot be made: {error}"),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<std::io::Error> for WriteError {
    fn from(error: std::io::Error) -> WriteError {
        WriteError::Io(error)
    }
}

impl From<csv::Error> for WriteError {
    fn from(error: csv::Error) -> WriteError {
        WriteError::Io(error.into())
    }
}

/// Writes a table row by row, in constant memory, so that no cell carries a formula: whoever opens it runs
/// nothing that a buyer has written.
pub struct Writer<W: Write + Send> {
    out: Out<W>,
    zone: TimeZone,
}

enum Out<W: Write + Send> {
    Csv {
        csv: Box<csv::Writer<W>>,
        cells: Vec<String>,
    },
    Xlsx {
        sheet: Box<Xlsx>,
        to: W,
    },
}

impl<W: Write + Send> Writer<W> {
    /// A csv as spreadsheets in China open it: UTF-8 with its mark, lines ending in CR LF. A text that a
    /// spreadsheet would take for a formula gets an apostrophe, which [`crate::cell::clean`] takes off again.
    pub fn csv(mut to: W, zone: TimeZone, columns: &[Column]) -> Result<Writer<W>, WriteError> {
        to.write_all("\u{feff}".as_bytes())?;
        let mut csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(to);
        csv.write_record(columns.iter().map(|column| shielded(&column.name).into_owned()))?;
        Ok(Writer {
            out: Out::Csv {
                csv: Box::new(csv),
                cells: Vec::new(),
            },
            zone,
        })
    }

    /// A spreadsheet with one sheet of this title: header bold and frozen, texts as text cells, amounts and
    /// counts as numbers, moments as dates. Rows beyond what a sheet holds go on in further sheets.
    pub fn xlsx(to: W, title: &str, zone: TimeZone, columns: &[Column]) -> Result<Writer<W>, WriteError> {
        let sheet = Box::new(Xlsx::new(title, columns)?);
        Ok(Writer {
            out: Out::Xlsx { sheet, to },
            zone,
        })
    }

    /// Ends the present table and begins another: in a spreadsheet a sheet of its own, in a csv below an empty line.
    pub fn next(&mut self, title: &str, columns: &[Column]) -> Result<(), WriteError> {
        match &mut self.out {
            Out::Csv { csv, .. } => {
                csv.write_record([""])?;
                Ok(csv.write_record(columns.iter().map(|column| shielded(&column.name).into_owned()))?)
            }
            Out::Xlsx { sheet, .. } => sheet.next(title, columns),
        }
    }

    /// Writes one row.
    pub fn row<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<(), WriteError> {
        match &mut self.out {
            Out::Csv { csv, cells } => {
                cells.clear();
                cells.extend(values.into_iter().map(|value| csv_cell(&value, &self.zone)));
                Ok(csv.write_record(cells.iter())?)
            }
            Out::Xlsx { sheet, .. } => sheet.row(values, &self.zone),
        }
    }

    /// Ends the table. What is not ended is not whole.
    pub fn finish(self) -> Result<W, WriteError> {
        match self.out {
            Out::Csv { csv, .. } => csv
                .into_inner()
                .map_err(|error| WriteError::Io(error.into_error())),
            Out::Xlsx { sheet, mut to } => {
                sheet.save(&mut to)?;
                to.flush()?;
                Ok(to)
            }
        }
    }
}

/// The moment as the clock of `zone` shows it; `None` for one no calendar has.
pub(crate) fn shown(moment: Ms, zone: &TimeZone) -> Option<jiff::civil::DateTime> {
    let at = jiff::Timestamp::from_millisecond(moment.0).ok()?;
    Some(zone.to_datetime(at))
}

/// Yuan with two decimals and nothing else.
pub(crate) fn yuan(Fen(fen): Fen) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

fn csv_cell(value: &Value<'_>, zone: &TimeZone) -> String {
    match value {
        Value::Text(text) => shielded(text).into_owned(),
        Value::Count(count) => count.to_string(),
        Value::Money(fen) => yuan(*fen),
        Value::Moment(moment) => shown(*moment, zone).map_or_else(String::new, |at| written(&at)),
        Value::Empty => String::new(),
    }
}

/// `2026-02-21 09:00:00`, with milliseconds where there are any.
pub(crate) fn written(at: &jiff::civil::DateTime) -> String {
    let format = if at.subsec_nanosecond() == 0 {
        "%Y-%m-%d %H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S%.3f"
    };
    at.strftime(format).to_string()
}

/// With an apostrophe before what a spreadsheet would run when it opens a csv: `=`, `+`, `-`, `@`, also full
/// width, and what hides one of them (tab, line end). A leading apostrophe gets a second, for the first to
/// come back.
pub(crate) fn shielded(text: &str) -> Cow<'_, str> {
    let first = text.chars().next();
    let runs = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n' | '\'')
    );
    if runs {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}
