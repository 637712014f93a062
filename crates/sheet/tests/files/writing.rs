//! What is written reads back the same, and nothing in it runs.

use std::io::{Cursor, Read};

use base::{Fen, Ms};
use proptest::prelude::*;
use sheet::{Book, Column, Form, Value, Writer, cell};

use crate::{cells_of, shanghai};

fn columns() -> Vec<Column> {
    ["订单编号", "备注", "件数", "实付", "付款时间"]
        .map(Column::new)
        .to_vec()
}

type Order = (String, String, i64, i64, i64);

fn values(order: &Order) -> [Value<'_>; 5] {
    let (no, note, things, fen, at) = order;
    [
        Value::from(no.as_str()),
        Value::from(note.as_str()),
        Value::Count(*things),
        Value::Money(Fen(*fen)),
        Value::Moment(Ms(*at)),
    ]
}

fn csv(orders: &[Order]) -> Vec<u8> {
    let mut writer = Writer::csv(Vec::new(), shanghai(), &columns()).expect("begins");
    for order in orders {
        writer.row(values(order)).expect("writes");
    }
    writer.finish().expect("ends")
}

fn xlsx(orders: &[Order]) -> Vec<u8> {
    let to = Cursor::new(Vec::new());
    let mut writer = Writer::xlsx(to, "订单", shanghai(), &columns()).expect("begins");
    for order in orders {
        writer.row(values(order)).expect("writes");
    }
    writer.finish().expect("ends").into_inner()
}

fn read_back(bytes: &[u8]) -> Vec<Order> {
    let mut book = Book::read(bytes, "a").expect("opens");
    let table = book.table(0, |_| true).expect("a header");
    table
        .map(|row| {
            let row = row.expect("a row");
            (
                cell::clean(row.raw(Some(0))).into_owned(),
                cell::clean(row.raw(Some(1))).into_owned(),
                row.need(Some(2), |raw| cell::decimal(raw, 0)).expect("a number"),
                row.need(Some(3), cell::signed_money).expect("an amount").0,
                row.need(Some(4), |raw| cell::moment(raw, &shanghai()))
                    .expect("a moment")
                    .0,
            )
        })
        .collect()
}

#[test]
fn a_csv_begins_with_its_mark_and_no_cell_of_it_runs() {
    let order = (
        "351531000123456789".into(),
        "=HYPERLINK(\"x\")".into(),
        2,
        -1250,
        1_772_330_400_000,
    );
    let bytes = csv(&[order]);
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert_eq!(
        text,
        "\u{feff}订单编号,备注,件数,实付,付款时间\r\n351531000123456789,\"'=HYPERLINK(\"\"x\"\")\",2,-12.50,2026-03-01 10:00:00\r\n"
    );
    let form = Book::read(bytes, "a").expect("opens").sheets()[0].form;
    assert_eq!(
        form,
        Form::Text {
            encoding: "UTF-8",
            delimiter: ','
        }
    );
}

#[test]
fn every_beginning_that_a_spreadsheet_runs_is_shielded_and_comes_back() {
    for start in ["=", "+", "-", "@", "＝", "'", "=\"x\"", "\t=", "\r="] {
        let note = format!("{start}1+1");
        let order = ("1".to_owned(), note.clone(), 0, 0, 1_772_330_400_000);
        let text = String::from_utf8(csv(std::slice::from_ref(&order))).expect("text");
        assert!(
            text.contains(&format!("'{}", note.replace('"', "\"\""))),
            "{text}"
        );
        let kept = cell::clean(&format!("'{note}")).into_owned();
        assert_eq!(read_back(text.as_bytes())[0].1, kept);
        assert_eq!(read_back(&xlsx(&[order]))[0].1, kept.trim());
    }
}

#[test]
fn a_spreadsheet_has_text_cells_numbers_dates_and_a_frozen_header() {
    let order = (
        "351531000123456789".into(),
        "=1+1".into(),
        2,
        123_450,
        1_772_330_400_000,
    );
    let bytes = xlsx(&[order]);
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a zip");
    let mut sheet = String::new();
    let mut part = archive.by_name("xl/worksheets/sheet1.xml").expect("a sheet");
    part.read_to_string(&mut sheet).expect("reads");
    assert!(
        !sheet.contains("<f>") && sheet.contains("state=\"frozen\""),
        "{sheet}"
    );
    assert!(
        sheet.contains("<v>1234.5</v>") && sheet.contains("t=\"inlineStr\""),
        "{sheet}"
    );
    assert!(sheet.contains("<col min=\"5\" max=\"5\" width=\"21"), "{sheet}");
    let mut book = Book::read(bytes.clone(), "a").expect("opens");
    assert_eq!(
        cells_of(&mut book, 0)[1],
        ["351531000123456789", "=1+1", "2", "1234.5", "2026-03-01 10:00:00"]
    );
    assert_eq!(book.sheets()[0].name.as_deref(), Some("订单"));
}

#[test]
fn a_text_that_no_cell_holds_is_refused_with_its_place() {
    let to = Cursor::new(Vec::new());
    let mut writer = Writer::xlsx(to, "a/b", shanghai(), &columns()).expect("begins");
    let long = "长".repeat(40_000);
    let error = writer
        .row([Value::Empty, Value::from(long)])
        .expect_err("too long");
    assert_eq!(error.to_string(), "row 2, column 1: longer than a cell may be");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_reads_back_the_same(
        orders in prop::collection::vec(
            (
                "[0-9]{1,20}",
                "[=+@'\"-]{0,2}[a-zA-Z0-9,;\"'好的。😀-]([a-z,;\"\n=' 好]{0,12}[a-z好\"'])?",
                -1_000_000_000_000_000_000_i64..1_000_000_000_000_000_000,
                -100_000_000_000_000_i64..100_000_000_000_000,
                946_700_000_000_i64..4_100_000_000_000,
            ),
            1..8,
        ),
    ) {
        prop_assert_eq!(&read_back(&csv(&orders)), &orders);
        prop_assert_eq!(&read_back(&xlsx(&orders)), &orders);
    }
}

#[test]
fn several_tables_stand_in_one_workbook() {
    let to = Cursor::new(Vec::new());
    let mut writer = Writer::xlsx(to, "订单", shanghai(), &columns()[..2]).expect("begins");
    writer
        .row([Value::from("1"), Value::from("=1+1")])
        .expect("writes");
    writer.next("评价", &columns()[1..2]).expect("begins again");
    writer.row([Value::from("很好")]).expect("writes");
    let bytes = writer.finish().expect("ends").into_inner();
    let mut book = Book::read(bytes, "a").expect("opens");
    for (sheet, first) in [(0, "1"), (1, "很好")] {
        let mut table = book.table(sheet, |_| true).expect("a header");
        let row = table.next().expect("a row").expect("read");
        assert_eq!(cell::clean(row.raw(Some(0))), first);
        assert!(table.next().is_none());
    }
}
