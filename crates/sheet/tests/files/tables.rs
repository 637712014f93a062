//! Finding the header, and what is left out below it.

use sheet::{Names, Skipped};

use crate::book;
use crate::forms::xlsx;

#[test]
fn the_header_is_the_row_with_the_most_known_names_even_below_a_title() {
    let names =
        Names::parse("[columns]\nno = ['订单号']\npaid = ['金额']\nnick = ['买家']").expect("a table");
    let mut file = "店铺：小满家纺,,\n导出时间,金额,\n".to_owned();
    file.push_str(&"说明,,\n".repeat(40));
    file.push_str("订单号,买家,金额\n1,云淡,5\n");
    let mut book = book(file.as_bytes());
    let table = book.table(0, |name| names.knows(name)).expect("a header");
    assert_eq!((table.headers().row, table.headers().width()), (43, 3));
    assert_eq!(table.count(), 1);

    let mut late = "说明,\n".repeat(50);
    late.push_str("订单号,买家\n");
    let none = crate::book(late.as_bytes())
        .table(0, |name| names.knows(name))
        .err();
    assert_eq!(none.map(|fault| fault.code), Some("header_missing"));
}

#[test]
fn a_person_may_point_out_the_header() {
    let mut book = book("标题\n甲,乙\n1,2\n3,4\n".as_bytes());
    let table = book.table_below(0, 2).expect("a table");
    assert_eq!(table.headers().iter().collect::<Vec<_>>(), ["甲", "乙"]);
    assert_eq!(table.count(), 2);
    let none = book.table_below(0, 9).err().expect("no such row");
    assert_eq!((none.code, &*none.file), ("header_missing", "a.csv"));
}

#[test]
fn one_known_name_is_a_header_only_where_it_stands_alone() {
    let known = |name: &str| name == "订单号";
    assert!(book("订单号\n1\n2\n".as_bytes()).table(0, known).is_ok());
    assert!(book("订单号,别的\n1,2\n".as_bytes()).table(0, known).is_err());
}

#[test]
fn rows_a_spreadsheet_does_not_store_are_counted_as_blank() {
    let bytes = xlsx(&[
        &["订单号", "金额"],
        &["1", "5"],
        &["", ""],
        &["", ""],
        &["2", "6"],
        &["合计", "11"],
    ]);
    let mut book = book(&bytes);
    let mut table = book.table(0, |_| true).expect("a table");
    let rows: Vec<_> = table.by_ref().map(|row| row.expect("a row").number()).collect();
    assert_eq!(rows, [2, 5]);
    assert_eq!(
        table.skipped(),
        Skipped {
            blank: 2,
            summary: 1,
            repeated: 0
        }
    );
    assert_eq!(table.progress().done, 6);
}

#[test]
fn a_mistake_names_the_column_by_its_header_and_else_by_its_letter() {
    let mut book = book("订单号,,金额 \n1,x,abc\n".as_bytes());
    let mut table = book
        .table(0, |name| name.chars().count() > 1 && name != "abc")
        .expect("a table");
    let row = table.next().expect("a row").expect("whole");
    let named = row.read(Some(2), sheet::cell::money).expect_err("no amount");
    assert_eq!(
        named.to_string(),
        "a.csv, row 2, column 金额: number_bad: This is not a number."
    );
    let bare = row.read(Some(1), sheet::cell::money).expect_err("no amount");
    assert_eq!(bare.column.as_deref(), Some("B"));
    let empty = row.need(None, sheet::cell::id).expect_err("there is none");
    assert_eq!((empty.code, empty.column), ("cell_empty", None));
    let own = row.fault(Some(0), sheet::Flaw::new("order_twice").with("first", 17));
    let problem = base::Problem::from(own);
    assert_eq!((problem.status, problem.code.as_ref()), (422, "order_twice"));
    assert_eq!(problem.params["row"], 2);
    assert_eq!(problem.params["first"], 17);
}
