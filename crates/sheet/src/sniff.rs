//! What a file is, told by its content and never by its name (`export-headers`, Q1).

use encoding_rs::Encoding;

use crate::charset;
use crate::fault::Flaw;
use crate::limits::SAMPLE;
use crate::row::Cells;
use crate::split::{self, Shape, Step};

/// Kinds of files.
pub(crate) enum Kind {
    /// A zip: an xlsx, or an archive of tables.
    Zip,
    /// An OLE2 container: an xls, or a locked xlsx.
    Ole,
    /// Anything made of characters.
    Text(Plan),
}

/// How a text is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// `None` as long as there is nothing but ASCII.
    pub(crate) encoding: Option<&'static Encoding>,
    /// Bytes of the mark at the beginning.
    pub(crate) mark: usize,
    /// A web page or an XML table, whatever it calls itself.
    pub(crate) markup: bool,
    pub(crate) shape: Shape,
    /// The first line is `sep=;`, which tells a spreadsheet the delimiter.
    pub(crate) told: bool,
}

/// Rows by which the delimiter is told.
const LINES: usize = 50;

/// What the file is that begins with `head` (its first megabyte, or all of it).
pub(crate) fn kind(head: &[u8]) -> Result<Kind, Flaw> {
    if head.is_empty() {
        return Err(Flaw::new("file_empty"));
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Zip);
    }
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return Ok(Kind::Ole);
    }
    if let Some(looks) = other(head) {
        return Err(Flaw::new("file_kind").with("looks", looks));
    }
    plan(head).map(Kind::Text)
}

/// Files people send by mistake.
fn other(head: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 8] = [
        (b"%PDF-", "pdf"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff", "picture"),
        (b"GIF8", "picture"),
        (b"Rar!\x1a", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"SQLite format 3\0", "sqlite"),
    ];
    KNOWN
        .iter()
        .find(|(magic, _)| head.starts_with(magic))
        .map(|(_, looks)| *looks)
}

fn plan(head: &[u8]) -> Result<Plan, Flaw> {
    let (encoding, mark) = encoding(head)?;
    let sample = &head[mark.min(head.len())..];
    let text = match encoding {
        Some(encoding) => encoding.decode_without_bom_handling(sample).0,
        None => String::from_utf8_lossy(sample),
    };
    let control = text
        .chars()
        .filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
    if control.count() * 50 > text.len() {
        return Err(Flaw::new("file_kind").with("looks", "binary"));
    }
    if text.trim().is_empty() {
        return Err(Flaw::new("file_empty"));
    }
    let markup = markup(&text);
    let whole = head.len() < SAMPLE;
    let (shape, told) = if markup {
        (COMMA, false)
    } else {
        shape(&text, whole)
    };
    Ok(Plan {
        encoding,
        mark,
        markup,
        shape,
        told,
    })
}

fn encoding(head: &[u8]) -> Result<(Option<&'static Encoding>, usize), Flaw> {
    if let Some((encoding, mark)) = charset::marked(head) {
        return Ok((Some(encoding), mark));
    }
    if let Some(encoding) = charset::utf16(head) {
        return Ok((Some(encoding), 0));
    }
    if head.is_ascii() {
        return Ok((None, 0));
    }
    Ok((Some(charset::decide(head)?), 0))
}

fn markup(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if !text.starts_with('<') {
        return false;
    }
    let begin: String = text.chars().take(65_536).collect::<String>().to_ascii_lowercase();
    ["<table", "<html", "<tr", "<workbook", ":workbook"]
        .iter()
        .any(|tag| begin.contains(tag))
}

const COMMA: Shape = Shape {
    delimiter: b',',
    line: b'\n',
};

/// The delimiter, and whether the first line tells it.
fn shape(text: &str, whole: bool) -> (Shape, bool) {
    let line = if text.contains('\n') || !text.contains('\r') {
        b'\n'
    } else {
        b'\r'
    };
    let first = text.lines().next().unwrap_or_default().trim_end();
    if let Some(told) = first
        .strip_prefix("sep=")
        .filter(|told| [",", ";", "|", "\t"].contains(told))
    {
        let delimiter = told.as_bytes()[0];
        return (Shape { delimiter, line }, true);
    }
    let best = [b',', b'\t', b';', b'|']
        .map(|delimiter| Shape { delimiter, line })
        .into_iter()
        .rev()
        .max_by_key(|shape| evenness(text, *shape, whole))
        .unwrap_or(COMMA);
    (best, false)
}

/// How well a delimiter parts the first rows into the same number of cells: rows that agree, times the columns
/// they agree on.
fn evenness(text: &str, shape: Shape, whole: bool) -> usize {
    let mut rest = text;
    let mut cells = Cells::default();
    let mut widths = [0_usize; 512];
    for _ in 0..LINES {
        if rest.is_empty() {
            break;
        }
        let Step::Done(taken) = split::record(rest, shape, whole, &mut cells) else {
            break;
        };
        widths[cells.len().min(511)] += 1;
        rest = &rest[taken..];
    }
    widths
        .iter()
        .enumerate()
        .skip(2)
        .map(|(width, rows)| rows * (width - 1))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind, shape};

    #[test]
    fn the_delimiter_is_the_one_that_makes_even_rows() {
        let of = |text: &str| char::from(shape(text, true).0.delimiter);
        assert_eq!(of("订单号;商品,规格;金额\n1;红,大;2\n2;白,小;3\n"), ';');
        assert_eq!(of("名称：聚水潭成本\na,b,c\n\"1;2;3;4\",x,y\n"), ',');
        assert_eq!(of("a\tb\n\"1,5\"\t2\n"), '\t');
        assert_eq!(of("一列\n甲\n乙\n"), ',');
        assert_eq!(of("sep=|\na|b"), '|');
    }

    #[test]
    fn what_is_no_table_is_named() {
        let looks = |bytes: &[u8]| match kind(bytes) {
            Err(flaw) => flaw
                .params
                .first()
                .map_or(flaw.code.to_owned(), |p| p.1.to_string()),
            Ok(_) => "a table".to_owned(),
        };
        assert_eq!(looks(b"%PDF-1.7 x"), "\"pdf\"");
        assert_eq!(looks(&[0, 1, 2, 3, 4, 5, 6, 7, 8]), "\"binary\"");
        assert_eq!(looks(b" \n\n"), "file_empty");
        assert_eq!(looks(b""), "file_empty");
        assert_eq!(looks("订单号,金额\n1,2".as_bytes()), "a table");
    }

    #[test]
    fn a_web_page_is_known_by_its_tags() {
        let page = |text: &str| matches!(kind(text.as_bytes()), Ok(Kind::Text(plan)) if plan.markup);
        assert!(page(
            "\u{feff}\n <html xmlns:x=\"urn\"><Table border=1><tr><td>1</td></tr></table>"
        ));
        assert!(page("<?xml version=\"1.0\"?><ss:Workbook></ss:Workbook>"));
        assert!(!page("<3,喜欢\n1,2\n"));
    }
}
