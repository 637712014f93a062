use std::sync::Arc;

use memchr::{memchr, memchr2};

use crate::decode::Text;
use crate::fault::{Fault, Flaw};
use crate::limits::RECORD;
use crate::row::{Cells, Origin, Row, too_long};
use crate::sniff::Plan;
use crate::split::{self, Shape, Step};

/// Rows of delimited text.
pub(crate) struct TextRows<'a> {
    text: Text<'a>,
    shape: Shape,
    origin: Arc<Origin>,
    number: u64,
    cells: Cells,
    failed: bool,
}

impl<'a> TextRows<'a> {
    pub(crate) fn new(text: Text<'a>, plan: &Plan, origin: Arc<Origin>) -> Result<TextRows<'a>, Fault> {
        let mut rows = TextRows {
            text,
            shape: plan.shape,
            origin,
            number: 0,
            cells: Cells::default(),
            failed: false,
        };
        if plan.told {
            rows.next().transpose()?;
        }
        Ok(rows)
    }

    /// Bytes of the file read so far.
    pub(crate) fn read(&self) -> u64 {
        self.text.read()
    }

    fn row(&mut self) -> Result<Option<Row>, Fault> {
        loop {
            if self.text.rest().is_empty() {
                if self.text.ended() {
                    return Ok(None);
                }
                self.more()?;
                continue;
            }
            let (rest, last) = (self.text.rest(), self.text.ended());
            match split::record(rest, self.shape, last, &mut self.cells) {
                Step::Done(taken) => {
                    self.text.advance(taken);
                    self.number += 1;
                    return self.finished().map(Some);
                }
                Step::More { column } if rest.len() > RECORD => return Err(self.skip(column)),
                Step::More { .. } => self.more()?,
                Step::Open { column } => return Err(self.open(column)),
            }
        }
    }

    fn finished(&mut self) -> Result<Row, Fault> {
        let next = Cells::like(&self.cells);
        Row {
            origin: Arc::clone(&self.origin),
            number: self.number,
            cells: std::mem::replace(&mut self.cells, next),
        }
        .checked(self.text.damaged())
    }

    fn more(&mut self) -> Result<(), Fault> {
        let row = self.number + 1;
        self.text
            .more()
            .map_err(|flaw| self.origin.fault(Some(row), None, flaw))
    }

    /// Leaves out a record that is too long, up to its end.
    fn skip(&mut self, column: usize) -> Fault {
        self.number += 1;
        let mut quoted = false;
        loop {
            let bytes = self.text.rest().as_bytes();
            let found = if quoted {
                memchr(b'"', bytes)
            } else {
                memchr2(b'"', self.shape.line, bytes)
            };
            let Some(at) = found else {
                let length = bytes.len();
                self.text.advance(length);
                if self.text.ended() {
                    break;
                }
                if let Err(flaw) = self.text.more() {
                    return self.origin.fault(Some(self.number), Some(column), flaw);
                }
                continue;
            };
            let line_ends = bytes[at] == self.shape.line;
            self.text.advance(at + 1);
            if line_ends {
                quoted = false;
                break;
            }
            quoted = !quoted;
        }
        let flaw = if quoted {
            Flaw::new("file_quote_open")
        } else {
            too_long()
        };
        self.origin.fault(Some(self.number), Some(column), flaw)
    }

    fn open(&self, column: usize) -> Fault {
        self.origin
            .fault(Some(self.number + 1), Some(column), Flaw::new("file_quote_open"))
    }
}

impl Iterator for TextRows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let row = self.row();
        self.failed = row.as_ref().is_err_and(Fault::fatal);
        row.transpose()
    }
}
