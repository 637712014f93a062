use std::collections::VecDeque;
use std::sync::Arc;

use crate::book::{Progress, Rows};
use crate::cell;
use crate::fault::{Fault, Flaw};
use crate::headers::Headers;
use crate::limits::HEADER_ROWS;
use crate::row::{Origin, Row};

/// Rows below the header that are no data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Empty ones, also those a spreadsheet does not even store.
    pub blank: u64,
    /// 合计, 总计, 汇总, 均值 ..
    pub summary: u64,
    /// The header once more.
    pub repeated: u64,
}

/// The data rows of a table, below its header.
///
/// Rows that are blank, sum up the others or repeat the header are left out and counted. In text, a row with
/// something beyond the header's last column is refused with `row_shifted`: a comma in a text has moved its
/// cells, and every column after it would be wrong.
pub struct Table<'a> {
    rows: Rows<'a>,
    /// Rows that were read while the header was looked for.
    waiting: VecDeque<Result<Row, Fault>>,
    headers: Headers,
    origin: Arc<Origin>,
    skipped: Skipped,
    last: u64,
}

impl<'a> Table<'a> {
    pub(crate) fn found(mut rows: Rows<'a>, known: impl Fn(&str) -> bool) -> Result<Table<'a>, Fault> {
        let mut waiting = VecDeque::new();
        let mut best: Option<(usize, usize)> = None;
        for row in rows.by_ref().take(HEADER_ROWS) {
            if let Ok(row) = &row {
                let hits = hits(row, &known);
                if hits > best.map_or(0, |(_, hits)| hits) {
                    best = Some((waiting.len(), hits));
                }
            } else if let Err(fault) = &row
                && fault.fatal()
            {
                return Err(fault.clone());
            }
            waiting.push_back(row);
        }
        match best {
            Some((at, _)) => Table::starting(rows, waiting, at),
            None => Err(missing(&rows, waiting)),
        }
    }

    pub(crate) fn below(mut rows: Rows<'a>, header: u64) -> Result<Table<'a>, Fault> {
        for row in rows.by_ref() {
            let row = row?;
            if row.number() >= header {
                return Table::starting(rows, VecDeque::from([Ok(row)]), 0);
            }
        }
        Err(missing(&rows, VecDeque::new()))
    }

    /// The header is the row `at` of those that wait; those above it are a title.
    fn starting(
        rows: Rows<'a>,
        mut waiting: VecDeque<Result<Row, Fault>>,
        at: usize,
    ) -> Result<Table<'a>, Fault> {
        waiting.drain(..at);
        let Some(header) = waiting.pop_front().transpose()? else {
            return Err(missing(&rows, waiting));
        };
        let headers = Headers::of(&header)?;
        let origin = Arc::new(Origin {
            file: Arc::clone(&header.origin.file),
            sheet: header.origin.sheet.clone(),
            headers: headers.names().to_vec(),
        });
        Ok(Table {
            rows,
            waiting,
            last: headers.row,
            headers,
            origin,
            skipped: Skipped::default(),
        })
    }

    /// The header row.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// What was left out so far.
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }

    /// How far reading has come.
    pub fn progress(&self) -> Progress {
        self.rows.progress()
    }

    /// The row, if it is data.
    fn data(&mut self, mut row: Row) -> Option<Result<Row, Fault>> {
        self.skipped.blank += row.number().saturating_sub(self.last + 1);
        self.last = row.number();
        if row.is_blank() {
            self.skipped.blank += 1;
            return None;
        }
        if row.is_summary() {
            self.skipped.summary += 1;
            return None;
        }
        if self.headers.repeated(&row) {
            self.skipped.repeated += 1;
            return None;
        }
        row.origin = Arc::clone(&self.origin);
        Some(self.fitting(row))
    }

    fn fitting(&self, row: Row) -> Result<Row, Fault> {
        let width = self.headers.width();
        if row.width() <= width || !self.rows.may_shift() {
            return Ok(row);
        }
        let beyond = (width..row.width()).find(|index| !cell::clean(row.raw(Some(*index))).is_empty());
        match beyond {
            None => Ok(row),
            Some(index) => {
                let flaw = Flaw::new("row_shifted")
                    .with("cells", row.width())
                    .with("columns", width);
                Err(row.fault(Some(index), flaw))
            }
        }
    }
}

impl Iterator for Table<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = self.waiting.pop_front().or_else(|| self.rows.next())?;
            match row {
                Ok(row) => {
                    if let Some(data) = self.data(row) {
                        return Some(data);
                    }
                }
                Err(fault) => {
                    self.last = fault.row.unwrap_or(self.last);
                    return Some(Err(fault));
                }
            }
        }
    }
}

/// How many names `known` knows; one is enough only where a row has no other cell.
fn hits(row: &Row, known: &impl Fn(&str) -> bool) -> usize {
    let filled = row.iter().map(cell::clean).filter(|name| !name.is_empty());
    let (mut cells, mut hits) = (0, 0);
    for name in filled {
        cells += 1;
        hits += usize::from(known(&name));
    }
    if hits == 1 && cells > 1 { 0 } else { hits }
}

/// No header: shows the row with the most cells, for a person to see what was read.
fn missing(rows: &Rows<'_>, waiting: VecDeque<Result<Row, Fault>>) -> Fault {
    let mut widest = Vec::new();
    let mut number = None;
    for row in waiting {
        let row = match row {
            Ok(row) => row,
            // A header of five hundred columns is the better answer to why none was found.
            Err(wrong) => return wrong,
        };
        let seen: Vec<String> = row
            .iter()
            .map(|raw| base::snippet(&cell::clean(raw), 20))
            .filter(|name| !name.is_empty())
            .take(10)
            .collect();
        if seen.len() > widest.len() {
            widest = seen;
            number = Some(row.number());
        }
    }
    let flaw = Flaw::new("header_missing").with("seen", widest);
    rows.origin().fault(number, None, flaw)
}
