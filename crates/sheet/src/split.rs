//! Records of delimited text. Not the `csv` crate: it drops blank lines, so that its rows are not those a
//! spreadsheet shows; it bounds no record, so that one open quotation mark swallows a file of a gigabyte;
//! and it parts `="a,b"` in two (`export-headers`, Q2).

use memchr::{memchr, memchr2};

use crate::row::Cells;

/// How cells and lines are parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) delimiter: u8,
    /// `\n` (with or without `\r` before it), or `\r` in files that have no other.
    pub(crate) line: u8,
}

/// What came of looking for a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The record ends here; the next begins after so many bytes.
    Done(usize),
    /// The text ends within the cell `column`; give more of it.
    More { column: usize },
    /// The input is over within a quoted cell.
    Open { column: usize },
}

/// What follows a cell.
enum Next {
    Cell(usize),
    Line(usize),
    End,
    More,
    Open,
}

/// Reads one record from the beginning of `text` into `cells`. `last` says that nothing comes after `text`.
pub(crate) fn record(text: &str, shape: Shape, last: bool, cells: &mut Cells) -> Step {
    cells.clear();
    let scan = Scan {
        text,
        bytes: text.as_bytes(),
        shape,
        last,
    };
    let mut at = 0;
    loop {
        let next = match (scan.bytes.get(at), scan.bytes.get(at + 1)) {
            (Some(b'"'), _) => scan.quoted(at + 1, cells),
            (Some(b'='), Some(b'"')) => scan.formula(at, cells),
            _ => scan.plain(at, cells),
        };
        match next {
            Next::Cell(after) => {
                cells.end();
                at = after;
            }
            Next::Line(after) => {
                cells.end();
                return Step::Done(after);
            }
            Next::End => {
                cells.end();
                return Step::Done(scan.bytes.len());
            }
            Next::More => {
                return Step::More { column: cells.len() };
            }
            Next::Open => {
                return Step::Open { column: cells.len() };
            }
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    shape: Shape,
    last: bool,
}

impl Scan<'_> {
    fn plain(&self, start: usize, cells: &mut Cells) -> Next {
        let Some(found) = memchr2(self.shape.delimiter, self.shape.line, &self.bytes[start..]) else {
            if !self.last {
                return Next::More;
            }
            cells.open().push_str(self.text[start..].trim_end_matches('\r'));
            return Next::End;
        };
        let end = start + found;
        if self.bytes[end] == self.shape.delimiter {
            cells.open().push_str(&self.text[start..end]);
            return Next::Cell(end + 1);
        }
        let content = &self.text[start..end];
        cells
            .open()
            .push_str(content.strip_suffix('\r').unwrap_or(content));
        Next::Line(end + 1)
    }

    /// A quotation mark inside that ends nothing is kept as a character: shops forget to double it.
    fn quoted(&self, start: usize, cells: &mut Cells) -> Next {
        let (mut from, mut look) = (start, start);
        loop {
            let Some(found) = memchr(b'"', &self.bytes[look..]) else {
                return if self.last { Next::Open } else { Next::More };
            };
            let quote = look + found;
            if self.bytes.get(quote + 1) == Some(&b'"') {
                cells.open().push_str(&self.text[from..=quote]);
                from = quote + 2;
                look = from;
                continue;
            }
            match self.after(quote + 1) {
                Some(next) => {
                    if !matches!(next, Next::More) {
                        cells.open().push_str(&self.text[from..quote]);
                    }
                    return next;
                }
                None => look = quote + 1,
            }
        }
    }

    /// `="..."` is one cell whatever stands in it, if it ends on its line; it is kept as it stands.
    fn formula(&self, start: usize, cells: &mut Cells) -> Next {
        let mut look = start + 2;
        loop {
            let Some(found) = memchr2(b'"', self.shape.line, &self.bytes[look..]) else {
                return if self.last {
                    self.plain(start, cells)
                } else {
                    Next::More
                };
            };
            let at = look + found;
            if self.bytes[at] != b'"' {
                return self.plain(start, cells);
            }
            match self.after(at + 1) {
                Some(Next::More) => return Next::More,
                Some(next) => {
                    cells.open().push_str(&self.text[start..=at]);
                    return next;
                }
                None => look = at + 1,
            }
        }
    }

    /// What follows a closing quotation mark; `None` if that was not one.
    fn after(&self, at: usize) -> Option<Next> {
        let blanks = self.bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let at = at + blanks;
        match self.bytes.get(at) {
            None if self.last => Some(Next::End),
            None => Some(Next::More),
            Some(byte) if *byte == self.shape.delimiter => Some(Next::Cell(at + 1)),
            Some(byte) if *byte == self.shape.line => Some(Next::Line(at + 1)),
            Some(b'\r') => match self.bytes.get(at + 1) {
                Some(byte) if *byte == self.shape.line => Some(Next::Line(at + 2)),
                None if self.last => Some(Next::End),
                None => Some(Next::More),
                Some(_) => None,
            },
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Shape, Step, record};
    use crate::row::Cells;

    const COMMA: Shape = Shape {
        delimiter: b',',
        line: b'\n',
    };

    fn all(mut text: &str) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let mut cells = Cells::default();
        while !text.is_empty() {
            match record(text, COMMA, true, &mut cells) {
                Step::Done(n) => text = &text[n..],
                step => panic!("{step:?} in {text:?}"),
            }
            rows.push((0..cells.len()).map(|i| cells.get(i).to_owned()).collect());
        }
        rows
    }

    #[test]
    fn quoted_line_ends_and_blank_lines_are_kept() {
        assert_eq!(
            all("a,b\r\n\r\n\"1\n2\",\"\"\n"),
            [vec!["a", "b"], vec![""], vec!["1\n2", ""]]
        );
    }

    #[test]
    fn an_excel_text_formula_is_one_cell_even_with_commas_and_at_the_beginning_of_a_row() {
        assert_eq!(
            all("=\"3515\",=\"张,三\",=\"\"\n=\"1,2\n"),
            [vec!["=\"3515\"", "=\"张,三\"", "=\"\""], vec!["=\"1", "2"]]
        );
        assert_eq!(all("\"=\"\"3515\"\"\",x"), [["=\"3515\"", "x"]]);
    }

    #[test]
    fn a_forgotten_quotation_mark_within_a_quoted_cell_is_a_character() {
        assert_eq!(all("\"说\"好\"的\" ,x\n"), [["说\"好\"的", "x"]]);
        assert_eq!(all("24\" 显示器,\"a\"\"b\"\n"), [["24\" 显示器", "a\"b"]]);
    }

    #[test]
    fn an_open_quotation_mark_is_named_with_its_column() {
        let mut cells = Cells::default();
        assert_eq!(
            record("a,\"b,c\nd", COMMA, true, &mut cells),
            Step::Open { column: 1 }
        );
        assert_eq!(
            record("a,\"b,c\nd", COMMA, false, &mut cells),
            Step::More { column: 1 }
        );
    }

    proptest! {
        /// What the csv crate writes is read the same, wherever the text is cut in between.
        #[test]
        fn well_formed_csv_reads_as_it_was_written(
            rows in prop::collection::vec(prop::collection::vec("[a-c,\"\n\r 好]{0,6}", 2..5), 1..6),
            cut in any::<prop::sample::Index>(),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).expect("writes");
            }
            let text = String::from_utf8(writer.into_inner().expect("ends")).expect("text");
            prop_assert_eq!(&all(&text), &rows);

            let mut at = cut.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let mut cells = Cells::default();
            if let Step::Done(n) = record(&text[..at], COMMA, false, &mut cells) {
                let early: Vec<&str> = (0..cells.len()).map(|i| cells.get(i)).collect();
                prop_assert_eq!(early, rows[0].iter().map(String::as_str).collect::<Vec<_>>());
                prop_assert!(n <= at);
            }
        }
    }
}
