use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Data, Range, Reader, Xls, XlsError};

use crate::fault::{Fault, Flaw};
use crate::input::Input;
use crate::limits::{HELD, XLS_CELLS, XLS_SHEETS};
use crate::render;
use crate::row::{Cells, Origin, Row};
use crate::xlsx;

/// A sheet of an xls, which is read as a whole: the format knows no other way, and no more than 65,536 rows.
pub(crate) struct XlsSheet {
    pub(crate) name: Arc<str>,
    range: Range<Data>,
}

/// Opens an xls. Refuses with `file_too_large` one whose sheets span more cells than memory should hold: a
/// file of two cells may say it spans sixteen million.
pub(crate) fn open(input: &Input) -> Result<Vec<XlsSheet>, Flaw> {
    match catch_unwind(AssertUnwindSafe(|| sheets(input))) {
        Ok(sheets) => sheets,
        Err(_) => Err(Flaw::new("file_broken")),
    }
}

fn sheets(input: &Input) -> Result<Vec<XlsSheet>, Flaw> {
    guard(input.again()?)?;
    let mut book = Xls::new(input.again()?).map_err(|error| match error {
        XlsError::Password => Flaw::new("file_locked"),
        _ => Flaw::new("file_broken"),
    })?;
    xlsx::sheets(&book)
        .into_iter()
        .map(|name| {
            let range = book
                .worksheet_range(&name)
                .map_err(|_| Flaw::new("file_broken"))?;
            Ok(XlsSheet {
                name: name.into(),
                range,
            })
        })
        .collect()
}

/// Walks the records of all sheets and sums what each spans, before anything is made of them.
fn guard(input: Input) -> Result<(), Flaw> {
    let stream = stream(input)?;
    let mut cells = 0_u64;
    let sheets: Vec<usize> = Records { stream: &stream }
        .take_while(|(kind, _)| *kind != EOF)
        .filter(|(kind, data)| *kind == BOUND_SHEET && data.len() >= 4)
        .map(|(_, data)| u32::from_le_bytes([data[0], data[1], data[2], data[3]]) as usize)
        .take(XLS_SHEETS + 1)
        .collect();
    if sheets.len() > XLS_SHEETS {
        return Err(Flaw::new("file_too_large").with("sheets", XLS_SHEETS));
    }
    for at in sheets {
        let sheet = stream.get(at..).ok_or_else(|| Flaw::new("file_broken"))?;
        cells = cells.saturating_add(area(sheet));
        if cells > XLS_CELLS {
            return Err(Flaw::new("file_too_large").with("cells", XLS_CELLS));
        }
    }
    Ok(())
}

fn stream(input: Input) -> Result<Vec<u8>, Flaw> {
    let mut file = cfb::CompoundFile::open(input).map_err(|_| Flaw::new("file_broken"))?;
    if file.exists("EncryptedPackage") {
        return Err(Flaw::new("file_locked"));
    }
    let name = ["Workbook", "Book"].into_iter().find(|name| file.exists(name));
    let Some(name) = name else {
        return Err(Flaw::new("file_kind").with("looks", "ole"));
    };
    let stream = file.open_stream(name).map_err(|_| Flaw::new("file_broken"))?;
    let mut bytes = Vec::new();
    stream
        .take(HELD + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| Flaw::new("file_cut"))?;
    if bytes.len() as u64 > HELD {
        return Err(Flaw::new("file_too_large").with("bytes", HELD));
    }
    Ok(bytes)
}

const EOF: u16 = 0x000a;
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const MUL_RK: u16 = 0x00bd;

/// The cells the rectangle around all records of a sheet has, or the one it declares, whichever is more.
fn area(sheet: &[u8]) -> u64 {
    let mut first = (u64::MAX, u64::MAX);
    let mut last = (0, 0);
    let mut declared = 0;
    for (kind, data) in (Records { stream: sheet }).take_while(|(kind, _)| *kind != EOF) {
        match kind {
            DIMENSIONS => declared = declared.max(dimensions(data)),
            0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x0006 | MUL_RK if data.len() >= 4 => {
                let (row, column) = (u64::from(u16_at(data, 0)), u64::from(u16_at(data, 2)));
                let end = match kind {
                    MUL_RK => u64::from(u16_at(data, data.len() - 2)),
                    _ => column,
                };
                first = (first.0.min(row), first.1.min(column));
                last = (last.0.max(row), last.1.max(column).max(end));
            }
            _ => {}
        }
    }
    if first.0 == u64::MAX {
        return declared;
    }
    let spanned = (last.0 - first.0 + 1) * (last.1 - first.1 + 1);
    spanned.max(declared)
}

fn dimensions(data: &[u8]) -> u64 {
    let u32_at = |at: usize| u64::from(u16_at(data, at)) | u64::from(u16_at(data, at + 2)) << 16;
    let (rows, columns) = match data.len() {
        10 => (u64::from(u16_at(data, 2)), u64::from(u16_at(data, 6))),
        14.. => (u32_at(4), u64::from(u16_at(data, 10))),
        _ => return 0,
    };
    rows * columns
}

fn u16_at(data: &[u8], at: usize) -> u16 {
    match data.get(at..at + 2) {
        Some(bytes) => u16::from_le_bytes([bytes[0], bytes[1]]),
        None => 0,
    }
}

/// Records of a stream: kind, length, data.
struct Records<'a> {
    stream: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.stream.split_at_checked(4)?;
        let (data, rest) = rest.split_at_checked(usize::from(u16_at(head, 2)))?;
        self.stream = rest;
        Some((u16_at(head, 0), data))
    }
}

/// Rows of one sheet.
pub(crate) struct XlsRows<'a> {
    range: &'a Range<Data>,
    origin: Arc<Origin>,
    at: usize,
}

impl<'a> XlsRows<'a> {
    pub(crate) fn new(sheet: &'a XlsSheet, origin: Arc<Origin>) -> XlsRows<'a> {
        XlsRows {
            range: &sheet.range,
            origin,
            at: 0,
        }
    }

    /// Rows read, and rows there are.
    pub(crate) fn progress(&self) -> (u64, u64) {
        (self.at as u64, self.range.height() as u64)
    }
}

impl Iterator for XlsRows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let width = self.range.width();
        if self.at >= self.range.height() {
            return None;
        }
        let (top, left) = self.range.start().unwrap_or_default();
        let mut cells = Cells::default();
        for _ in 0..left {
            cells.end();
        }
        for column in 0..width {
            if let Some(value) = self.range.get((self.at, column)) {
                render::data(value, cells.open());
            }
            cells.end();
        }
        let number = u64::from(top) + self.at as u64 + 1;
        self.at += 1;
        let row = Row {
            origin: Arc::clone(&self.origin),
            number,
            cells,
        };
        Some(row.checked(false))
    }
}
