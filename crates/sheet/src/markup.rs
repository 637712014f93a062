//! Tables in markup that call themselves xls: web pages (`<table>`, `<tr>`, `<td>`) and the XML of older
//! spreadsheets (`<Row>`, `<Cell>`, `<Data>`). Read as a stream of tags; nothing of a page is run or loaded.

use std::sync::Arc;

use memchr::memchr;

use crate::decode::Text;
use crate::entity;
use crate::fault::Fault;
use crate::limits::{COLUMNS, RECORD};
use crate::row::{Cells, Origin, Row, too_long};

/// A tag of more bytes is no tag.
const TAG: usize = 64 << 10;

/// Rows of all tables of a page, one after the other.
pub(crate) struct MarkupRows<'a> {
    text: Text<'a>,
    origin: Arc<Origin>,
    number: u64,
    cells: Cells,
    in_cell: bool,
    /// Cells the last one spans beyond its own.
    span: usize,
    /// The element whose content is no text of the table, until its end.
    hidden: Option<&'static str>,
    ended: bool,
}

enum Event {
    Text(usize),
    Tag(usize),
    End,
}

impl<'a> MarkupRows<'a> {
    pub(crate) fn new(text: Text<'a>, origin: Arc<Origin>) -> MarkupRows<'a> {
        MarkupRows {
            text,
            origin,
            number: 0,
            cells: Cells::default(),
            in_cell: false,
            span: 0,
            hidden: None,
            ended: false,
        }
    }

    /// Bytes of the file read so far.
    pub(crate) fn read(&self) -> u64 {
        self.text.read()
    }

    /// The next piece of text or tag, by its length.
    fn event(&mut self) -> Result<Event, Fault> {
        loop {
            let rest = self.text.rest().as_bytes();
            match memchr(b'<', rest) {
                Some(0) => match tag_end(rest) {
                    Some(end) => return Ok(Event::Tag(end)),
                    None if rest.len() > TAG || self.text.ended() => return Ok(Event::Text(1)),
                    None => {}
                },
                Some(at) => return Ok(Event::Text(at)),
                None if self.text.ended() && rest.is_empty() => return Ok(Event::End),
                None if self.text.ended() || rest.len() > RECORD => return Ok(Event::Text(rest.len())),
                None => {}
            }
            let row = self.number + 1;
            self.text
                .more()
                .map_err(|flaw| self.origin.fault(Some(row), None, flaw))?;
        }
    }

    fn row(&mut self) -> Result<Option<Row>, Fault> {
        loop {
            match self.event()? {
                Event::Text(length) => {
                    if self.in_cell && self.hidden.is_none() {
                        entity::push(&self.text.rest()[..length], self.cells.open());
                    }
                    self.text.advance(length);
                    if self.cells.open_len() > RECORD {
                        return Err(self.skip());
                    }
                }
                Event::Tag(length) => {
                    let tag = Tag::of(&self.text.rest()[..length]);
                    self.text.advance(length);
                    if let Some(row) = self.tag(&tag) {
                        return row.checked(self.text.damaged()).map(Some);
                    }
                }
                Event::End => {
                    self.ended = true;
                    return self.row_end().map(|row| row.checked(false)).transpose();
                }
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> Option<Row> {
        if let Some(hidden) = self.hidden {
            if tag.closes && tag.name == hidden {
                self.hidden = None;
            }
            return None;
        }
        match (tag.name.as_str(), tag.closes) {
            ("tr" | "row", _) => {
                let row = self.row_end();
                if let Some(index) = tag.index {
                    self.number = self.number.max(index.saturating_sub(1));
                }
                return row;
            }
            ("table" | "worksheet", true) => return self.row_end(),
            ("td" | "th" | "cell", closes) => {
                self.cell_end();
                if !closes {
                    self.cell_begins(tag);
                }
            }
            ("br" | "p" | "div", false) if self.in_cell && self.cells.open_len() > 0 => {
                self.cells.open().push('\n');
            }
            ("style", false) => self.hidden = Some("style"),
            ("script", false) => self.hidden = Some("script"),
            ("comment", false) => self.hidden = Some("comment"),
            _ => {}
        }
        None
    }

    fn cell_begins(&mut self, tag: &Tag) {
        // `ss:Index` leaves out empty cells before this one.
        let index = tag.index.map_or(0, |index| index.saturating_sub(1));
        while (self.cells.len() as u64) < index && self.cells.len() <= COLUMNS {
            self.cells.end();
        }
        // Beyond that the row is refused anyway, and must not fill the memory.
        self.in_cell = self.cells.len() < 2 * COLUMNS;
        self.span = tag.span.min(COLUMNS);
        if tag.empty {
            self.cell_end();
        }
    }

    fn cell_end(&mut self) {
        if !self.in_cell {
            return;
        }
        self.in_cell = false;
        for _ in 0..=std::mem::take(&mut self.span) {
            self.cells.end();
        }
    }

    fn row_end(&mut self) -> Option<Row> {
        self.cell_end();
        if self.cells.is_empty() {
            return None;
        }
        self.number += 1;
        let next = Cells::like(&self.cells);
        Some(Row {
            origin: Arc::clone(&self.origin),
            number: self.number,
            cells: std::mem::replace(&mut self.cells, next),
        })
    }

    /// Leaves out a cell that is too long, and the row with it.
    fn skip(&mut self) -> Fault {
        let column = self.cells.len();
        let fault = self.origin.fault(Some(self.number + 1), Some(column), too_long());
        self.number += 1;
        self.cells.clear();
        self.in_cell = false;
        fault
    }
}

impl Iterator for MarkupRows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.row();
        self.ended |= row.as_ref().is_err_and(Fault::fatal);
        row.transpose()
    }
}

/// Where the tag at the beginning of `bytes` ends; quoted values may hold `>`, comments anything.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"<!--") {
        return memchr::memmem::find(bytes, b"-->").map(|at| at + 3);
    }
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if *byte == open => quote = None,
            _ => {}
        }
        if at > TAG {
            return None;
        }
    }
    None
}

struct Tag {
    name: String,
    closes: bool,
    /// `<td/>`
    empty: bool,
    /// `colspan`, `ss:MergeAcross`: further columns.
    span: usize,
    /// `ss:Index`, from 1.
    index: Option<u64>,
}

impl Tag {
    fn of(tag: &str) -> Tag {
        let inner = tag.trim_start_matches('<').trim_end_matches('>');
        let closes = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let (name, values) = inner.split_at(inner.find(|c: char| c.is_whitespace()).unwrap_or(inner.len()));
        let name = name.trim_end_matches('/');
        let name = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
        let across = value(values, "mergeacross").and_then(|text| text.parse().ok());
        let columns = value(values, "colspan").and_then(|text| text.parse::<usize>().ok());
        Tag {
            name,
            closes,
            empty: inner.ends_with('/'),
            span: across.or(columns.map(|all| all.saturating_sub(1))).unwrap_or(0),
            index: value(values, "index").and_then(|text| text.parse().ok()),
        }
    }
}

/// The value of an attribute, whatever its case, quotes and prefix.
fn value<'a>(values: &'a str, name: &str) -> Option<&'a str> {
    let at = values.to_ascii_lowercase().find(&format!("{name}="))?;
    let rest = &values[at + name.len() + 1..];
    let quoted = rest.trim_start_matches(['"', '\'']);
    quoted.split(['"', '\'', ' ', '/', '>']).next()
}
