//! Files as people send them: every quirk of platform exports, every form, hostile ones, real ones.

mod forms;
mod hostile;
mod layouts;
mod ole;
mod quirks;
mod real;
mod tables;
mod writing;

use jiff::tz::TimeZone;
use sheet::{Book, Fault, Row};

/// The clock of the shops in these tests.
fn shanghai() -> TimeZone {
    TimeZone::get("Asia/Shanghai").expect("the zone data ships")
}

fn book(bytes: &[u8]) -> Book {
    Book::read(bytes, "a.csv").expect("opens")
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

/// All rows of the first sheet, cell by cell.
fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    cells_of(&mut book(bytes), 0)
}

fn cells_of(book: &mut Book, sheet: usize) -> Vec<Vec<String>> {
    book.rows(sheet)
        .expect("reads")
        .map(|row| cells(&row.expect("a row")))
        .collect()
}

fn cells(row: &Row) -> Vec<String> {
    row.iter().map(str::to_owned).collect()
}

/// Why a file is not opened or its first sheet not read.
fn refused(bytes: &[u8]) -> Fault {
    match Book::read(bytes, "a.csv") {
        Err(fault) => fault,
        Ok(mut book) => {
            let read = book.rows(0).and_then(|rows| rows.collect::<Result<Vec<_>, _>>());
            read.expect_err("something is wrong with it")
        }
    }
}
