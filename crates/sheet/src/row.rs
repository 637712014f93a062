use std::borrow::Cow;
use std::sync::Arc;

use crate::cell;
use crate::fault::{Fault, Flaw};
use crate::limits;

/// The texts of one row in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cells {
    text: String,
    ends: Vec<u32>,
}

impl Cells {
    /// Empty, with room for as much as `last` held: rows of a file resemble each other.
    pub(crate) fn like(last: &Cells) -> Cells {
        Cells {
            text: String::with_capacity(last.text.len() + last.text.len() / 4),
            ends: Vec::with_capacity(last.ends.len()),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell that is being written.
    pub(crate) fn open(&mut self) -> &mut String {
        &mut self.text
    }

    /// Bytes of the cell that is being written.
    pub(crate) fn open_len(&self) -> usize {
        self.text.len() - self.start(self.ends.len())
    }

    /// Ends the cell that is being written.
    pub(crate) fn end(&mut self) {
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    fn start(&self, index: usize) -> usize {
        index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| *end as usize)
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        match self.ends.get(index) {
            Some(end) => &self.text[self.start(index)..*end as usize],
            None => "",
        }
    }
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Origin {
    pub(crate) file: Arc<str>,
    pub(crate) sheet: Option<Arc<str>>,
    pub(crate) headers: Vec<String>,
}

impl Origin {
    pub(crate) fn fault(&self, row: Option<u64>, column: Option<usize>, flaw: Flaw) -> Fault {
        Fault {
            file: Arc::clone(&self.file),
            sheet: self.sheet.clone(),
            row,
            column: column.map(|column| self.column(column)),
            code: flaw.code,
            params: flaw.params,
            whole: None,
        }
    }

    fn column(&self, index: usize) -> String {
        match self.headers.get(index) {
            Some(header) if !header.is_empty() => header.clone(),
            _ => letter(index),
        }
    }
}

/// The letters a spreadsheet gives the column `index`, counted from 0: A, B .. Z, AA.
pub fn letter(index: usize) -> String {
    let mut letters = Vec::new();
    let mut left = index + 1;
    while left > 0 {
        left -= 1;
        letters.push(b'A' + u8::try_from(left % 26).unwrap_or(0));
        left /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// One row of a table. It owns its text, so rows can be gathered and handed to another thread.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub(crate) origin: Arc<Origin>,
    pub(crate) number: u64,
    pub(crate) cells: Cells,
}

impl Row {
    /// The row as the spreadsheet counts it, from 1; blank rows and those above the header count too. A
    /// quoted cell of several lines is one row.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many cells the row has, trailing empty ones included.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// The cell as it stands in the file; empty for a column that is not there.
    pub fn raw(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| self.cells.get(column))
    }

    /// All cells as they stand in the file.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.cells.len()).map(|index| self.cells.get(index))
    }

    /// The cleaned text, `None` for an empty cell or a null word ([`cell::text`]).
    pub fn text(&self, column: Option<usize>) -> Option<Cow<'_, str>> {
        cell::text(self.raw(column))
    }

    /// What `read` makes of the cell, e.g. `row.read(paid, cell::money)?`; a flaw gets its place.
    pub fn read<T>(
        &self,
        column: Option<usize>,
        read: impl FnOnce(&str) -> Result<Option<T>, Flaw>,
    ) -> Result<Option<T>, Fault> {
        read(self.raw(column)).map_err(|flaw| self.fault(column, flaw))
    }

    /// Like [`Row::read`] for a cell that must not be empty: refused with `cell_empty`.
    pub fn need<T>(
        &self,
        column: Option<usize>,
        read: impl FnOnce(&str) -> Result<Option<T>, Flaw>,
    ) -> Result<T, Fault> {
        self.read(column, read)?
            .ok_or_else(|| self.fault(column, Flaw::new("cell_empty")))
    }

    /// A mistake in this row, at `column` where one is to blame.
    pub fn fault(&self, column: Option<usize>, flaw: Flaw) -> Fault {
        Fault {
            whole: Some(Box::new(self.clone())),
            ..self.origin.fault(Some(self.number), column, flaw)
        }
    }

    /// The names above the row's cells, as far as a header was found; empty where a column has none.
    pub fn headers(&self) -> &[String] {
        &self.origin.headers
    }

    /// Whether there is nothing in it but blanks and the shells of empty cells (`=""`).
    pub fn is_blank(&self) -> bool {
        self.cells
            .text
            .chars()
            .all(|c| cell::is_blank(c) || matches!(c, '=' | '"' | '\''))
    }

    /// Whether its first word says that it sums up the others: 合计, 总计, 汇总, 均值 (`export-headers`, Q8).
    pub fn is_summary(&self) -> bool {
        self.iter()
            .find(|raw| !raw.trim().is_empty())
            .is_some_and(cell::sums_up)
    }

    /// The row, or what is too large about it. `damaged` tells that the file has broken characters.
    pub(crate) fn checked(self, damaged: bool) -> Result<Row, Fault> {
        match self.excess(damaged) {
            Some((column, flaw)) => Err(self.fault(column, flaw)),
            None => Ok(self),
        }
    }

    fn excess(&self, damaged: bool) -> Option<(Option<usize>, Flaw)> {
        if self.cells.len() > limits::COLUMNS {
            let filled = |index: &usize| !self.cells.get(*index).trim().is_empty();
            let columns = (0..self.cells.len()).rfind(filled).map_or(0, |last| last + 1);
            if columns > limits::COLUMNS {
                let flaw = Flaw::new("columns_too_many")
                    .with("columns", columns)
                    .with("limit", limits::COLUMNS);
                return Some((None, flaw));
            }
        }
        if self.cells.text.len() > limits::CELL_CHARS {
            let long = self
                .iter()
                .position(|raw| raw.len() > limits::CELL_CHARS && raw.chars().count() > limits::CELL_CHARS);
            if let Some(column) = long {
                return Some((Some(column), too_long()));
            }
        }
        if damaged {
            let column = self.iter().position(|raw| raw.contains(DAMAGED))?;
            return Some((Some(column), Flaw::new("text_damaged")));
        }
        None
    }
}

/// Stands where bytes were no characters. A noncharacter, so that no honest file has it.
pub(crate) const DAMAGED: char = '\u{ffff}';

pub(crate) fn too_long() -> Flaw {
    Flaw::new("cell_too_long").with("limit", limits::CELL_CHARS)
}

#[cfg(test)]
mod tests {
    use super::letter;

    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        let seen: Vec<String> = [0, 25, 26, 51, 52, 701, 702].map(letter).to_vec();
        assert_eq!(seen, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
