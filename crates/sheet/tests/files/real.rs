//! Real files of the folder `XIAOER_DATA` names (or `../shared/data` beside the repository); left out where there
//! is none.

use std::path::PathBuf;

use base::Fen;
use sheet::{Book, Names, cell};

use crate::shanghai;

fn data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("XIAOER_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    Some(folder.join(file)).filter(|path| path.exists())
}

#[test]
fn an_export_of_twenty_thousand_orders_is_read_to_the_fen() {
    let Some(path) = data("tmall-orders/orders_2020-02-01_26.csv") else {
        return;
    };
    let text = std::fs::read_to_string(&path).expect("reads");
    let mut expected = 0;
    for line in text.lines().skip(1) {
        let yuan: f64 = line
            .split(',')
            .nth(2)
            .expect("a cell")
            .parse()
            .expect("an amount");
        expected += (yuan * 100.0).round() as i64;
    }

    let names = Names::parse(
        "[columns]\nno=['订单编号']\npaid=['买家实际支付金额']\ncreated=['订单创建时间']\npaid_at=['订单付款时间']",
    )
    .expect("a table");
    let mut book = Book::open(&path).expect("opens");
    let table = book.table(0, |name| names.knows(name)).expect("a header");
    let columns = names.map(table.headers());
    let (mut sum, mut orders, mut unpaid) = (Fen(0), 0, 0);
    for row in table {
        let row = row.expect("a row");
        row.need(columns.at("no"), cell::id).expect("a number");
        row.need(columns.at("created"), |raw| cell::moment(raw, &shanghai()))
            .expect("a moment");
        let paid_at = row.read(columns.at("paid_at"), |raw| cell::moment(raw, &shanghai()));
        unpaid += usize::from(paid_at.expect("a moment or nothing").is_none());
        sum.0 += row.need(columns.at("paid"), cell::money).expect("an amount").0;
        orders += 1;
    }
    assert_eq!((orders, sum), (20_621, Fen(expected)));
    assert_eq!(
        unpaid,
        text.lines()
            .skip(1)
            .filter(|line| line.split(',').nth(5) == Some(""))
            .count()
    );
}

#[test]
fn every_csv_is_read_without_a_mistake() {
    for (file, rows) in [
        ("beauty-products/products.csv", None),
        ("tmall-orders/orders_2020-02-01_26.csv", Some(20_622)),
    ] {
        let Some(path) = data(file) else {
            continue;
        };
        let mut book = Book::open(&path).expect("opens");
        let read = crate::cells_of(&mut book, 0).len();
        assert!(
            rows.is_none_or(|rows| rows == read) && read > 1000,
            "{file}: {read}"
        );
    }
    let Some(folder) = data("olist") else {
        return;
    };
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|end| end == "csv") {
            let mut reader = csv::Reader::from_path(&path).expect("opens");
            let expected = reader.records().filter(Result::is_ok).count() + 1;
            let mut book = Book::open(&path).expect("opens");
            let rows = book.rows(0).expect("reads").map(|row| row.expect("a row"));
            assert_eq!(rows.filter(|row| !row.is_blank()).count(), expected, "{path:?}");
        }
    }
}
