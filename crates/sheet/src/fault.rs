use std::sync::Arc;

use base::Problem;
use serde::ser::SerializeMap;
use serde_json::Value;

use crate::row::Row;

/// What is wrong with one cell or one file, without the place where it stands.
///
/// Rooms make their own with codes of their own (`order_twice`); the codes of this crate are listed in
/// its first page.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    /// Stable, snake_case.
    pub code: &'static str,
    /// Facts by name for the sentence the console makes of it.
    pub params: Vec<(&'static str, Value)>,
}

impl Flaw {
    /// A flaw without facts.
    pub fn new(code: &'static str) -> Flaw {
        Flaw {
            code,
            params: Vec::new(),
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Flaw {
        self.params.push((name, value.into()));
        self
    }

    /// The same with what stood in the cell, at most 40 characters of it, as `value`.
    #[must_use]
    pub fn seen(self, cell: &str) -> Flaw {
        self.with("value", base::snippet(cell, 40))
    }
}

/// A mistake in a file, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Name of the file, for a file in an archive `archive.zip/inner.csv`.
    pub file: Arc<str>,
    /// Name of the sheet, where the file has several.
    pub sheet: Option<Arc<str>>,
    /// The row as the spreadsheet counts it, from 1.
    pub row: Option<u64>,
    /// The header's text where it is known, else the column's letter.
    pub column: Option<String>,
    /// See [`Flaw::code`].
    pub code: &'static str,
    /// See [`Flaw::params`].
    pub params: Vec<(&'static str, Value)>,
    /// The row as it stands in the file, where it could be read: for whoever mends it. It is not told with the fault.
    pub whole: Option<Box<Row>>,
}

impl Fault {
    /// Whether reading ends with it: the file as a whole cannot be read on. Other mistakes cost their row.
    pub fn fatal(&self) -> bool {
        self.code.starts_with("file_") || self.code.starts_with("header_")
    }

    /// One English sentence: what is wrong and how to mend it. The console has its own words.
    pub fn detail(&self) -> &'static str {
        meaning(self.code)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, ", sheet {sheet}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}: {}", self.code, self.detail())
    }
}

impl std::error::Error for Fault {}

impl serde::Serialize for Fault {
    /// `{"file","sheet"?,"row"?,"column"?,"code", ...params}`.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", self.file.as_ref())?;
        if let Some(sheet) = &self.sheet {
            map.serialize_entry("sheet", sheet.as_ref())?;
        }
        if let Some(row) = self.row {
            map.serialize_entry("row", &row)?;
        }
        if let Some(column) = &self.column {
            map.serialize_entry("column", column)?;
        }
        map.serialize_entry("code", self.code)?;
        for (name, value) in &self.params {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl From<Fault> for Problem {
    /// 422 with the field `file` and the place among the facts.
    fn from(fault: Fault) -> Problem {
        let mut problem =
            Problem::input("file", fault.code, fault.detail()).with("file", fault.file.as_ref());
        if let Some(sheet) = &fault.sheet {
            problem = problem.with("sheet", sheet.as_ref());
        }
        if let Some(row) = fault.row {
            problem = problem.with("row", row);
        }
        if let Some(column) = fault.column {
            problem = problem.with("column", column);
        }
        for (name, value) in fault.params {
            problem = problem.with(name, value);
        }
        problem
    }
}

/// The English sentence of a code. A room's own code, which this crate does not know, reads generally.
pub fn meaning(code: &str) -> &'static str {
    match code {
        "file_unreadable" => "The file cannot be read from the disk.",
        "file_empty" => "There is nothing in this file.",
        "file_kind" => "This is not a table; send csv, xls, xlsx, or a zip of such files.",
        "file_broken" => "The file is damaged; export it again.",
        "file_cut" => "The file ends in the middle; it was not uploaded or copied to its end.",
        "file_locked" => "The file is protected by a password; save it without one.",
        "file_too_large" => "Unpacked, this file is larger than it may be; split it or save it as csv.",
        "file_encoding" => "The characters are in no encoding we know; save it as UTF-8 or GBK.",
        "file_quote_open" => "A quotation mark is opened here and never closed.",
        "header_missing" => "No row with known column names was found among the first fifty.",
        "header_twice" => "Two columns have the same name; rename one of them.",
        "columns_too_many" => "There are more columns than a table may have.",
        "cell_too_long" => "This cell is longer than a cell may be.",
        "text_damaged" => "Some characters here are broken.",
        "row_shifted" => "This row has more cells than the header; a comma in a text has moved them.",
        "cell_empty" => "This cell must not be empty.",
        "id_lost" => "A spreadsheet has rounded this number; its last digits are lost. Export it anew.",
        "id_too_long" => "This is too long for a number or code.",
        "number_bad" => "This is not a number.",
        "number_negative" => "This must not be negative.",
        "number_too_large" => "This number is too large.",
        "number_too_fine" => "This number has more decimals than it may have.",
        "date_bad" => "This is not a date we can read; write it as 2026-02-21 09:00:00.",
        "date_out_of_range" => "The year lies outside 2000 to 2100.",
        "percent_unclear" => "Without a percent sign this may mean two things; write 12.5% or 0.125.",
        "duration_bad" => "This is not a length of time; write it as 8分48秒 or 00:08:48.",
        "chat_unknown" => {
            "There is no message in this that we can recognise; see which chat logs can be read."
        }
        "chat_line" => "These words stand before the first message, so nobody said them.",
        "chat_whose" => {
            "None of these names is known to be yours; say which are your accounts and which buyers, then look again."
        }
        "chat_to_nobody" => "No buyer writes in this log, so we cannot tell to whom this was said.",
        "in_the_future" => "This moment is more than a day ahead.",
        "flag_bad" => "Write 是 or 否.",
        _ => "This cannot be taken as it stands.",
    }
}
