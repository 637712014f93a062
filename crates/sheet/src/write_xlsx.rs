use std::io::Write;

use base::{Fen, Ms};
use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::limits::CELL_CHARS;
use crate::write::{Column, Value, WriteError, shielded, shown, written, yuan};

/// Rows a sheet holds, the header included.
const ROWS: u32 = 1_048_576;

/// Rows by which columns are made wide.
const MEASURED: u64 = 200;

/// A number of more digits is written as text: a spreadsheet keeps fifteen.
const EXACT: i64 = 999_999_999_999_999;

/// A spreadsheet that is being written.
pub(crate) struct Xlsx {
    book: Workbook,
    title: String,
    columns: Vec<Column>,
    /// As wide as the header and the first rows need.
    widths: Vec<u16>,
    /// Sheets begun.
    sheets: usize,
    /// Sheets of the present table.
    parts: usize,
    /// The next row of the present sheet.
    row: u32,
    /// Rows written in all, headers included.
    written: u64,
    formats: Formats,
}

struct Formats {
    header: Format,
    money: Format,
    moment: Format,
}

impl Xlsx {
    pub(crate) fn new(title: &str, columns: &[Column]) -> Result<Xlsx, WriteError> {
        let mut sheet = Xlsx {
            book: Workbook::new(),
            title: titled(title),
            columns: columns.to_vec(),
            widths: columns.iter().map(width).collect(),
            sheets: 0,
            parts: 0,
            row: 0,
            written: 0,
            formats: Formats {
                header: Format::new().set_bold().set_align(FormatAlign::VerticalCenter),
                money: Format::new().set_num_format("#,##0.00"),
                moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            },
        };
        sheet.begin()?;
        Ok(sheet)
    }

    /// Begins another table.
    pub(crate) fn next(&mut self, title: &str, columns: &[Column]) -> Result<(), WriteError> {
        self.widen()?;
        self.title = titled(title);
        self.columns = columns.to_vec();
        self.widths = columns.iter().map(width).collect();
        (self.parts, self.written) = (0, 0);
        self.begin()
    }

    /// Begins a sheet with its header.
    fn begin(&mut self) -> Result<(), WriteError> {
        self.sheets += 1;
        self.parts += 1;
        let name = match self.parts {
            1 => self.title.clone(),
            n => format!("{} {n}", self.title),
        };
        let sheet = self.book.add_worksheet_with_constant_memory().map_err(failed)?;
        sheet.set_name(name).map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        for (column, at) in self.columns.iter().zip(0_u16..) {
            sheet
                .write_string_with_format(0, at, &column.name, &self.formats.header)
                .map_err(failed)?;
        }
        self.row = 1;
        self.written += 1;
        Ok(())
    }

    pub(crate) fn row<'a>(
        &mut self,
        values: impl IntoIterator<Item = Value<'a>>,
        zone: &TimeZone,
    ) -> Result<(), WriteError> {
        if self.row == ROWS {
            self.widen()?;
            self.begin()?;
        }
        let (row, number) = (self.row, self.written + 1);
        let sheet = self.book.worksheet_from_index(self.sheets - 1).map_err(failed)?;
        for (value, column) in values.into_iter().zip(0_u16..) {
            if let Value::Text(text) = &value
                && text.len() > CELL_CHARS
                && text.chars().count() > CELL_CHARS
            {
                return Err(WriteError::TooLong {
                    row: number,
                    column: usize::from(column),
                });
            }
            put(sheet, (row, column), &value, &self.formats, zone).map_err(failed)?;
            if self.written <= MEASURED
                && let Some(width) = self.widths.get_mut(usize::from(column))
            {
                *width = (*width).max(needed(&value));
            }
        }
        self.row += 1;
        self.written = number;
        Ok(())
    }

    /// Gives the columns of the present sheet their widths.
    fn widen(&mut self) -> Result<(), WriteError> {
        let sheet = self.book.worksheet_from_index(self.sheets - 1).map_err(failed)?;
        for (width, column) in self.widths.iter().zip(0_u16..) {
            sheet
                .set_column_width(column, f64::from(*width))
                .map_err(failed)?;
        }
        Ok(())
    }

    pub(crate) fn save(mut self, to: &mut (impl Write + Send)) -> Result<(), WriteError> {
        self.widen()?;
        self.book.save_to_writer(to).map_err(failed)
    }
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value<'_>,
    formats: &Formats,
    zone: &TimeZone,
) -> Result<(), XlsxError> {
    match value {
        Value::Text(text) if text.is_empty() => {}
        Value::Text(text) => {
            // A text cell runs nothing. What `cell::clean` would take for a shell gets one of its own.
            let shelled = text.starts_with('\'') || text.starts_with("=\"");
            let text = if shelled {
                shielded(text)
            } else {
                text.as_ref().into()
            };
            sheet.write_string(row, column, text.as_ref())?;
        }
        Value::Count(count) if count.abs() > EXACT => {
            sheet.write_string(row, column, count.to_string())?;
        }
        Value::Count(count) => {
            sheet.write_number(row, column, *count as f64)?;
        }
        Value::Money(Fen(fen)) if fen.abs() > EXACT => {
            sheet.write_string(row, column, yuan(Fen(*fen)))?;
        }
        Value::Money(Fen(fen)) => {
            // The nearest double of a decimal of fifteen digits reads back as that decimal.
            sheet.write_number_with_format(row, column, *fen as f64 / 100.0, &formats.money)?;
        }
        Value::Moment(moment) => put_moment(sheet, (row, column), *moment, formats, zone)?,
        Value::Empty => {}
    }
    Ok(())
}

fn put_moment(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    moment: Ms,
    formats: &Formats,
    zone: &TimeZone,
) -> Result<(), XlsxError> {
    let Some(at) = shown(moment, zone) else {
        return Ok(());
    };
    let year = u16::try_from(at.year()).unwrap_or(0);
    if !(1900..=9999).contains(&year) {
        sheet.write_string(row, column, written(&at))?;
        return Ok(());
    }
    let seconds = f64::from(at.second()) + f64::from(at.subsec_nanosecond()) / 1e9;
    let date = ExcelDateTime::from_ymd(year, at.month().unsigned_abs(), at.day().unsigned_abs())?;
    let date = date.and_hms(
        at.hour().unsigned_abs().into(),
        at.minute().unsigned_abs(),
        seconds,
    )?;
    sheet.write_datetime_with_format(row, column, &date, &formats.moment)?;
    Ok(())
}

/// A title as sheets may have it: at most 28 characters, so that a number fits behind, none of `[]:*?/\`.
fn titled(title: &str) -> String {
    let kept: String = title
        .chars()
        .filter(|c| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !c.is_control())
        .take(28)
        .collect();
    let kept = kept.trim().trim_matches('\'');
    if kept.is_empty() {
        "Sheet".to_owned()
    } else {
        kept.to_owned()
    }
}

fn width(column: &Column) -> u16 {
    column.width.max(letters(&column.name))
}

/// The width a value needs in order not to be cut, or shown as `####`.
fn needed(value: &Value<'_>) -> u16 {
    match value {
        Value::Text(text) => letters(text),
        Value::Count(count) => letters(&count.to_string()),
        Value::Money(fen) => letters(&fen.to_string()),
        Value::Moment(_) => 21,
        Value::Empty => 0,
    }
}

/// Latin letters, of which a Chinese one takes two, with a little room; between 8 and 40.
fn letters(text: &str) -> u16 {
    let letters: usize = text
        .chars()
        .take(40)
        .map(|c| if c.is_ascii() { 1 } else { 2 })
        .sum();
    u16::try_from(letters + 2).unwrap_or(40).clamp(8, 40)
}

fn failed(error: XlsxError) -> WriteError {
    match error {
        XlsxError::IoError(error) => WriteError::Io(error),
        error => WriteError::Sheet(error),
    }
}
