//! What files are made of, told by content: csv, tsv, xls of two ages, xlsx, markup, archives.

use std::io::{Cursor, Write};

use sheet::{Book, Column, Form, Value, Writer};
use zip::write::SimpleFileOptions;

use crate::ole::{self, Age, Cell};
use crate::{book, cells_of, gbk, rows, shanghai};

pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("begins");
        archive.write_all(bytes).expect("writes");
    }
    archive.finish().expect("ends").into_inner()
}

pub(crate) fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let columns: Vec<Column> = rows[0].iter().map(|name| Column::new(*name)).collect();
    let mut writer = Writer::xlsx(Cursor::new(Vec::new()), "订单", shanghai(), &columns).expect("begins");
    for row in &rows[1..] {
        writer
            .row(row.iter().map(|text| Value::from(*text)))
            .expect("writes");
    }
    writer.finish().expect("ends").into_inner()
}

#[test]
fn a_book_may_be_handed_to_another_thread() {
    let mut book = book(b"a,b\n1,2\n");
    let read = std::thread::spawn(move || cells_of(&mut book, 0));
    assert_eq!(read.join().expect("reads").len(), 2);
}

#[test]
fn tabs_semicolons_and_old_line_ends() {
    assert_eq!(
        rows("订单号\t金额\n1\t2,5\n".as_bytes()),
        [["订单号", "金额"], ["1", "2,5"]]
    );
    assert_eq!(rows("a;b\r\n1;2\r\n".as_bytes()), [["a", "b"], ["1", "2"]]);
    assert_eq!(rows(b"a,b\r1,2\r"), [["a", "b"], ["1", "2"]]);
    assert_eq!(rows(b"sep=;\na,1;b\n"), [["a,1", "b"]]);
    assert_eq!(rows(b"a,b"), [["a", "b"]]);
}

#[test]
fn a_workbook_of_the_old_kind_in_unicode_and_in_gbk() {
    for age in [Age::New, Age::Gbk] {
        let sheet = ole::sheet(
            &[
                (1, 1, Cell::Text("订单编号")),
                (1, 2, Cell::Text("金额")),
                (2, 1, Cell::Text("'3515")),
                (2, 2, Cell::Number(12.5)),
                (4, 1, Cell::Number(3.5153e17)),
            ],
            None,
            age,
        );
        let mut book = book(&ole::workbook(&["订单报表"], &sheet, age));
        assert_eq!(book.sheets()[0].form, Form::Xls);
        assert_eq!(book.sheets()[0].name.as_deref(), Some("订单报表"));
        let read = cells_of(&mut book, 0);
        assert_eq!(read[0], ["", "订单编号", "金额"]);
        assert_eq!(read[1], ["", "'3515", "12.5"]);
        assert_eq!(read[3], ["", "3.5153E+17", ""]);
        let first = book
            .rows(0)
            .expect("reads")
            .next()
            .expect("a row")
            .expect("whole");
        assert_eq!(first.number(), 2);
    }
}

#[test]
fn a_workbook_is_read_as_a_stream_with_the_numbers_of_its_rows() {
    let bytes = xlsx(&[&["订单编号", "备注"], &["1", ""], &["", ""], &["3", "好\n的"]]);
    let mut book = book(&bytes);
    assert_eq!(
        (book.sheets()[0].form, book.sheets()[0].name.as_deref()),
        (Form::Xlsx, Some("订单"))
    );
    let mut rows = book.rows(0).expect("reads");
    let read: Vec<_> = rows.by_ref().map(|row| row.expect("a row")).collect();
    let numbers: Vec<u64> = read.iter().map(sheet::Row::number).collect();
    assert_eq!(numbers, [1, 2, 4]);
    assert_eq!(crate::cells(&read[2]), ["3", "好\n的"]);
    assert_eq!(rows.progress().done, 4);
}

#[test]
fn a_web_page_that_calls_itself_xls() {
    let page = "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=gb2312>\
        <style>td{mso-number-format:'<>'}</style></head><body><!-- <table><tr><td>no --><TABLE border=1>\
        <tr><th colspan=3>退款管理</th></tr>\n<tr><th>订单编号<th>买家&nbsp;昵称</th><th>说明</th></tr>\
        <tr><td x:str=\"a>b\">3515&amp;1</td><td>  清风\n  徐来 </td><td>一<br/>二</td></tr><tr><td>1</td><td/><td>x</td></tr></table>";
    let mut book = Book::read(gbk(page), "退款报表.xls").expect("opens");
    assert_eq!(book.sheets()[0].form, Form::Markup);
    let read = cells_of(&mut book, 0);
    assert_eq!(read[0], ["退款管理", "", ""]);
    assert_eq!(read[1], ["订单编号", "买家\u{a0}昵称", "说明"]);
    assert_eq!(read[2], ["3515&1", " 清风 徐来 ", "一\n二"]);
    assert_eq!(read[3], ["1", "", "x"]);
}

#[test]
fn a_spreadsheet_in_xml() {
    let xml = "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
        xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"订单\"><Table>\
        <Row><Cell><Data ss:Type=\"String\">订单编号</Data></Cell><Cell><Data ss:Type=\"String\">备注</Data></Cell></Row>\
        <Row ss:Index=\"4\"><Cell><Data ss:Type=\"Number\">7</Data></Cell><Cell ss:Index=\"3\"><Data>末</Data>\
        <Comment><Data>不看</Data></Comment></Cell></Row></Table></Worksheet></Workbook>";
    let mut book = book(xml.as_bytes());
    let read: Vec<_> = book
        .rows(0)
        .expect("reads")
        .map(|row| row.expect("a row"))
        .collect();
    assert_eq!(crate::cells(&read[0]), ["订单编号", "备注"]);
    assert_eq!(
        (crate::cells(&read[1]), read[1].number()),
        (vec!["7".into(), String::new(), "末".into()], 4)
    );
}

#[test]
fn an_archive_gives_the_tables_of_all_its_files() {
    let inner = xlsx(&[&["订单编号"], &["2"]]);
    let name = gbk("订单.csv");
    let bytes = zip(&[
        ("a.csv", &gbk("订单编号,买家\n1,云淡\n")),
        ("b/c.xls", &inner),
        ("__MACOSX/._a.csv", b"x"),
        (".DS_Store", b"x"),
        ("图.png", b"\x89PNG\r\n\x1a\n"),
    ]);
    assert_eq!(name.len(), 8);
    let mut book = Book::read(bytes, "all.zip").expect("opens");
    let files: Vec<&str> = book.sheets().iter().map(|sheet| &*sheet.file).collect();
    assert_eq!(files, ["all.zip/a.csv", "all.zip/b/c.xls"]);
    let out: Vec<_> = book
        .left_out()
        .iter()
        .map(|fault| (&*fault.file, fault.code))
        .collect();
    assert_eq!(out, [("all.zip/图.png", "file_kind")]);
    assert_eq!(cells_of(&mut book, 0)[1], ["1", "云淡"]);
    assert_eq!(cells_of(&mut book, 1), [["订单编号"], ["2"]]);
    assert_eq!(
        cells_of(&mut book, 0)[1],
        ["1", "云淡"],
        "a sheet may be read again"
    );
}

#[test]
fn a_file_on_the_disk_is_read_from_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ExportOrderList.xlsx");
    std::fs::write(&path, gbk("订单编号,买家\n1,云淡\n")).expect("writes");
    let mut book = Book::open(&path).expect("opens");
    assert_eq!(&*book.sheets()[0].file, "ExportOrderList.xlsx");
    assert_eq!(cells_of(&mut book, 0)[1], ["1", "云淡"]);
    let gone = Book::open(&folder.path().join("no.csv"))
        .err()
        .expect("is not there");
    assert_eq!(gone.code, "file_unreadable");
}
