use std::collections::BTreeMap;
use std::sync::Arc;

use base::Problem;
use serde_json::{Map, Value};
use sheet::{Book, Fault, cell};

use super::columns::{columns, names, needed};
use super::import::WordsError;
use super::line::{Line, cell_of};
use crate::WordKind;

/// Rows of one file; one of more is split before it is sent.
const ROWS_MAX: u64 = 20_000;
/// Mistakes that are listed; after so many the file is another than it is taken for.
const ERRORS_MAX: usize = 1_000;

/// A file that was read: its rows, and what is wrong with it so far.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub(super) kind: WordKind,
    pub(super) lines: Vec<Line>,
    pub(super) errors: Vec<WordsError>,
    /// Rows that were read, wrong ones included.
    pub(super) read: u64,
}

/// Reads a file: lines of JSON when it begins with `{`, else a table. What is wrong stands in the answer
/// with its row and column; an unreadable file is one mistake without a row.
pub fn parse_words(kind: WordKind, bytes: &[u8], name: &str) -> Result<Parsed, Problem> {
    let mut parsed = Parsed {
        kind,
        lines: Vec::new(),
        errors: Vec::new(),
        read: 0,
    };
    let content = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = content.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') {
        json_lines(&mut parsed, content, name);
    } else if let Err(fault) = tables(&mut parsed, bytes, name)? {
        parsed.errors.push(faulty(&fault));
    }
    if parsed.read > ROWS_MAX {
        parsed.lines.clear();
        let message = format!("At most {ROWS_MAX} rows in one file; split it.");
        parsed.errors = vec![whole(name, "too_many_rows", message)];
    }
    parsed.errors.truncate(ERRORS_MAX);
    Ok(parsed)
}

/// A mistake of the file as a whole.
fn whole(name: &str, code: &str, message: String) -> WordsError {
    WordsError {
        file: name.to_owned(),
        row: None,
        column: None,
        code: code.to_owned(),
        message,
        params: BTreeMap::new(),
    }
}

fn faulty(fault: &Fault) -> WordsError {
    let params = fault
        .params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    WordsError {
        file: fault.file.to_string(),
        row: fault.row,
        column: fault.column.clone(),
        code: fault.code.to_owned(),
        message: fault.detail().to_owned(),
        params: params.collect(),
    }
}

/// Reads every sheet that has the columns; one without them is named only if none has.
fn tables(parsed: &mut Parsed, bytes: &[u8], name: &str) -> Result<Result<(), Fault>, Problem> {
    let names = names(parsed.kind)?;
    let mut book = match Book::read(bytes, name) {
        Ok(book) => book,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut left = None;
    let mut taken = false;
    for index in 0..book.sheets().len() {
        let file = Arc::clone(&book.sheets()[index].file);
        let table = match book.table(index, |header| names.knows(header)) {
            Ok(table) => table,
            // An empty sheet beside a full one is no mistake.
            Err(fault) => {
                left = left.or(Some(faulty(&fault)));
                continue;
            }
        };
        let map = names.map(table.headers());
        let missing = needed(parsed.kind).iter().find(|column| map.at(column).is_none());
        if let Some(column) = missing {
            let known = columns(parsed.kind).iter().find(|(name, _)| name == column);
            let header = known.map_or(*column, |(_, headers)| headers[0]);
            let mut error = whole(&file, "column_missing", format!("There is no column {header}."));
            error.params.insert("column".into(), header.into());
            left = left.or(Some(error));
            continue;
        }
        taken = true;
        let found: Vec<(String, usize)> = map.found().map(|(name, at)| (name.to_owned(), at)).collect();
        let shown: Vec<String> = table.headers().iter().map(str::to_owned).collect();
        let headers: BTreeMap<String, String> = found
            .iter()
            .map(|(name, at)| (name.clone(), shown[*at].clone()))
            .collect();
        let headers = Arc::new(headers);
        for row in table {
            parsed.read += 1;
            match row {
                Ok(row) => parsed.lines.push(Line {
                    file: Arc::clone(&file),
                    row: row.number(),
                    headers: Arc::clone(&headers),
                    cells: found
                        .iter()
                        .map(|(name, at)| {
                            let text = cell::text(row.raw(Some(*at))).unwrap_or_default();
                            (name.clone(), text.into_owned())
                        })
                        .collect(),
                }),
                Err(fault) => {
                    let mut error = faulty(&fault);
                    let header = error
                        .column
                        .as_deref()
                        .and_then(place_of)
                        .and_then(|at| shown.get(at));
                    error.column = header.cloned().or(error.column);
                    parsed.errors.push(error);
                }
            }
            if parsed.read > ROWS_MAX || parsed.errors.len() > ERRORS_MAX {
                return Ok(Ok(()));
            }
        }
    }
    if !taken {
        parsed.errors.extend(left);
    }
    Ok(Ok(()))
}

/// The place of a column by its letters (`A`, `B`, ... `AA`), from 0: where a cell could not even be read, the
/// sheet names its column like that.
fn place_of(letters: &str) -> Option<usize> {
    let mut digits = letters
        .bytes()
        .map(|byte| byte.is_ascii_uppercase().then(|| usize::from(byte - b'A') + 1));
    let number = digits.try_fold(0_usize, |sum, digit| sum.checked_mul(26)?.checked_add(digit?))?;
    number.checked_sub(1)
}

/// The column that a name in a line of JSON stands for: the program's own, or a header of it.
fn column_of(kind: WordKind, name: &str) -> Option<&'static str> {
    let named = |headers: &[&str]| headers.iter().any(|header| header.eq_ignore_ascii_case(name));
    let mut all = columns(kind).iter();
    all.find(|(column, headers)| *column == name || named(headers))
        .map(|(column, _)| *column)
}

/// Reads lines of JSON, each an object with the columns' names.
fn json_lines(parsed: &mut Parsed, bytes: &[u8], name: &str) {
    let file: Arc<str> = name.into();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let row = index as u64 + 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        parsed.read += 1;
        let wrong = |code: &str, message: String| WordsError {
            row: Some(row),
            ..whole(name, code, message)
        };
        let Ok(text) = std::str::from_utf8(line) else {
            let message = "Lines of JSON are UTF-8.".to_owned();
            parsed.errors.push(wrong("text_damaged", message));
            continue;
        };
        match serde_json::from_str::<Map<String, Value>>(text) {
            Err(error) => parsed
                .errors
                .push(wrong("json_bad", format!("No line of JSON: {error}"))),
            Ok(object) => {
                let cells: BTreeMap<String, String> = object
                    .iter()
                    .filter_map(|(name, value)| {
                        Some((column_of(parsed.kind, name)?.to_owned(), cell_of(value)))
                    })
                    .collect();
                match needed(parsed.kind)
                    .iter()
                    .find(|column| !cells.contains_key(**column))
                {
                    Some(column) => {
                        let mut error = wrong("column_missing", format!("There is no {column}."));
                        error.column = Some((*column).to_owned());
                        parsed.errors.push(error);
                    }
                    None => parsed.lines.push(Line {
                        file: Arc::clone(&file),
                        row,
                        headers: Arc::default(),
                        cells,
                    }),
                }
            }
        }
        if parsed.read > ROWS_MAX || parsed.errors.len() > ERRORS_MAX {
            return;
        }
    }
}
