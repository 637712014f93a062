use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use crate::fault::{Fault, Flaw};
use crate::input::Input;
use crate::limits::COLUMNS;
use crate::render;
use crate::row::{Cells, Origin, Row};

/// Opens a workbook that [`crate::archive::guard`] has passed.
pub(crate) fn open(input: Input) -> Result<Xlsx<Input>, Flaw> {
    // A library that reads hostile bytes may run into a panic; it must cost this file and nothing more.
    match catch_unwind(AssertUnwindSafe(|| Xlsx::new(input))) {
        Ok(Ok(book)) => Ok(book),
        Ok(Err(error)) => Err(flaw(&error)),
        Err(_) => Err(Flaw::new("file_broken")),
    }
}

/// The tables a person sees when opening the workbook: no charts, nothing hidden.
pub(crate) fn sheets<R: Reader<Input>>(book: &R) -> Vec<String> {
    book.sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}

fn flaw(error: &XlsxError) -> Flaw {
    match error {
        XlsxError::Password => Flaw::new("file_locked"),
        XlsxError::Io(error) => crate::decode::unreadable(error),
        _ => Flaw::new("file_broken"),
    }
}

/// Rows of one sheet, read as a stream: a row at a time is in memory.
pub(crate) struct XlsxRows<'a> {
    reader: XlsxCellReader<'a, Input>,
    origin: Arc<Origin>,
    /// The first cell of the next row.
    waiting: Option<Placed<'a>>,
    cells: Cells,
    /// Rows the sheet says it has.
    rows: u64,
    done: u64,
    /// The sheet's last cell was read.
    over: bool,
    ended: bool,
}

struct Placed<'a> {
    row: u32,
    column: u32,
    value: DataRef<'a>,
}

impl<'a> XlsxRows<'a> {
    pub(crate) fn new(
        book: &'a mut Xlsx<Input>,
        sheet: &str,
        origin: Arc<Origin>,
    ) -> Result<XlsxRows<'a>, Fault> {
        let opened = catch_unwind(AssertUnwindSafe(move || {
            let book = book;
            book.worksheet_cells_reader(sheet)
        }));
        let reader = match opened {
            Ok(Ok(reader)) => reader,
            Ok(Err(error)) => return Err(origin.fault(None, None, flaw(&error))),
            Err(_) => return Err(origin.fault(None, None, Flaw::new("file_broken"))),
        };
        let rows = u64::from(reader.dimensions().end.0) + 1;
        Ok(XlsxRows {
            reader,
            origin,
            waiting: None,
            cells: Cells::default(),
            rows,
            done: 0,
            over: false,
            ended: false,
        })
    }

    /// Rows read, and rows the sheet says it has.
    pub(crate) fn progress(&self) -> (u64, u64) {
        (self.done, self.rows.max(self.done))
    }

    fn cell(&mut self) -> Result<Option<Placed<'a>>, Flaw> {
        if let Some(waiting) = self.waiting.take() {
            return Ok(Some(waiting));
        }
        if self.over {
            return Ok(None); // the reader must not be asked beyond its end
        }
        match catch_unwind(AssertUnwindSafe(|| self.reader.next_cell())) {
            Ok(Ok(Some(cell))) => Ok(Some(Placed {
                row: cell.get_position().0,
                column: cell.get_position().1,
                value: cell.get_value().clone(),
            })),
            Ok(Ok(None)) => {
                self.over = true;
                Ok(None)
            }
            Ok(Err(error)) => Err(flaw(&error)),
            Err(_) => Err(Flaw::new("file_broken")),
        }
    }

    fn row(&mut self) -> Result<Option<Row>, Fault> {
        let mut number = None;
        let mut beyond = false;
        loop {
            let row = number.map_or(self.done + 1, |row: u32| u64::from(row) + 1);
            let cell = self
                .cell()
                .map_err(|flaw| self.origin.fault(Some(row), None, flaw))?;
            let Some(cell) = cell else {
                break;
            };
            if number.is_some_and(|number| number != cell.row) {
                self.waiting = Some(cell);
                break;
            }
            number = Some(cell.row);
            beyond |= !self.place(&cell);
        }
        let Some(number) = number else {
            self.ended = true;
            return Ok(None);
        };
        self.done = u64::from(number) + 1;
        let next = Cells::like(&self.cells);
        let row = Row {
            origin: Arc::clone(&self.origin),
            number: self.done,
            cells: std::mem::replace(&mut self.cells, next),
        };
        if beyond {
            let flaw = Flaw::new("columns_too_many").with("limit", COLUMNS);
            return Err(row.fault(None, flaw));
        }
        row.checked(false).map(Some)
    }

    /// Puts a cell into its column; `false` for one beyond the last column there may be.
    fn place(&mut self, cell: &Placed<'_>) -> bool {
        let column = cell.column as usize;
        if matches!(cell.value, DataRef::Empty) || column < self.cells.len() {
            return true;
        }
        if column >= COLUMNS {
            return false;
        }
        while self.cells.len() < column {
            self.cells.end();
        }
        render::cell(&cell.value, self.cells.open());
        self.cells.end();
        true
    }
}

impl Iterator for XlsxRows<'_> {
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
