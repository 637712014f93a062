//! Files that are broken, cut, wrong or meant to do harm: each a clear mistake with its place, and never more
//! memory than a file may take.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use sheet::{Book, limits};
use zip::write::SimpleFileOptions;

use crate::forms::{xlsx, zip};
use crate::ole::{self, Age, Cell};
use crate::{book, gbk, refused};

fn place(fault: &sheet::Fault) -> (&str, Option<u64>, Option<&str>) {
    (fault.code, fault.row, fault.column.as_deref())
}

#[test]
fn a_cut_archive_and_a_damaged_one() {
    let whole = xlsx(&[&["订单编号"], &["1"]]);
    assert_eq!(refused(&whole[..whole.len() / 2]).code, "file_cut");
    let csv = gbk(&"订单编号,买家\n1,云淡\n".repeat(500));
    let mut damaged = zip(&[("a.csv", &csv)]);
    damaged[60] ^= 0xff;
    damaged[61] ^= 0xff;
    assert_eq!(refused(&damaged).code, "file_broken");
}

#[test]
fn a_cell_of_five_megabytes_costs_its_row_in_csv_and_xlsx() {
    let long = "长".repeat(5 << 18);
    for text in [format!("\"{long}\""), long.clone()] {
        let csv = format!("订单编号,备注\n1,{text}\n2,好\n");
        let mut book = book(csv.as_bytes());
        let read: Vec<_> = book.rows(0).expect("reads").collect();
        let fault = read[1].as_ref().expect_err("too long");
        assert_eq!(place(fault), ("cell_too_long", Some(2), Some("B")));
        assert_eq!(read[2].as_ref().map(sheet::Row::number), Ok(3));
    }

    let sheet = format!(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{long}</t></is></c></row>\
         <row r=\"2\"><c r=\"A2\"><v>7</v></c></row></sheetData></worksheet>"
    );
    let mut book = book(&workbook(&sheet, ""));
    let read: Vec<_> = book.rows(0).expect("reads").collect();
    let fault = read[0].as_ref().expect_err("too long");
    assert_eq!(place(fault), ("cell_too_long", Some(1), Some("A")));
    assert_eq!(
        read[1].as_ref().map(|row| row.raw(Some(0)).to_owned()),
        Ok("7".into())
    );

    let exact = format!("备注\n{}\n", "长".repeat(limits::CELL_CHARS));
    assert_eq!(
        crate::rows(exact.as_bytes())[1][0].chars().count(),
        limits::CELL_CHARS
    );
}

#[test]
fn five_hundred_columns() {
    let wide = vec!["x"; 500];
    let csv = wide.join(",") + "\n";
    let fault = refused(csv.as_bytes());
    assert_eq!((fault.code, fault.row), ("columns_too_many", Some(1)));
    let named = book(csv.as_bytes()).table(0, |_| true).err().expect("no table");
    assert_eq!(named.code, "columns_too_many");
    assert_eq!(refused(&xlsx(&[&wide])).code, "columns_too_many");
    let page = format!(
        "<table><tr>{}</tr><tr><td>1</td></tr></table>",
        "<td>x</td>".repeat(500)
    );
    assert_eq!(refused(page.as_bytes()).code, "columns_too_many");
    // Empty ones at the end do no harm.
    let mut empty = "订单编号,买家".to_owned() + &",".repeat(500);
    empty.push('\n');
    assert_eq!(crate::rows(empty.as_bytes())[0][0], "订单编号");
}

#[test]
fn a_header_twice_names_both_columns() {
    let fault = book("订单编号,买家,订单 编号 \n1,2,3\n".as_bytes())
        .table(0, |name| name.contains("编号"))
        .err()
        .expect("no table");
    assert_eq!(place(&fault), ("header_twice", Some(1), Some("C")));
    let json = serde_json::to_value(&fault).expect("json");
    assert_eq!(
        (json["first"].as_str(), json["second"].as_str()),
        (Some("A"), Some("C"))
    );
}

#[test]
fn the_wrong_encoding_is_named() {
    let big5 = "訂單編號,買家會員名稱,實際支付金額,收貨地址,聯絡電話,訂單狀態\n1,王小明,二,三,四,五\n";
    assert_eq!(refused(&encoding_rs::BIG5.encode(big5).0).code, "file_encoding");
    // Nothing but ASCII for a megabyte and more, and then something that is no text.
    let mut late = b"a,b\n".repeat(400_000);
    late.extend(encoding_rs::BIG5.encode(big5).0.iter());
    let fault = refused(&late);
    assert_eq!((fault.code, fault.row), ("file_encoding", Some(400_001)));
}

#[test]
fn broken_characters_cost_their_row_alone() {
    let mut bytes = gbk("订单编号,买家\n1,云淡\n2,");
    bytes.extend([0x81, 0xff]);
    bytes.extend(gbk("\n3,风清\n"));
    let mut book = book(&bytes);
    let read: Vec<_> = book.rows(0).expect("reads").collect();
    assert_eq!(
        place(read[2].as_ref().expect_err("broken")),
        ("text_damaged", Some(3), Some("B"))
    );
    assert_eq!(
        read[3].as_ref().map(|row| row.raw(Some(1)).to_owned()),
        Ok("风清".into())
    );
}

#[test]
fn an_open_quotation_mark_is_named_where_it_opens() {
    let fault = refused("订单编号,备注\n1,好\n2,\"没有关\n3,好\n".as_bytes());
    assert_eq!(place(&fault), ("file_quote_open", Some(3), Some("B")));
    let long = format!("订单编号,备注\n1,\"{}", "a,b\n".repeat(3 << 20));
    let fault = refused(long.as_bytes());
    assert_eq!(place(&fault), ("file_quote_open", Some(2), Some("B")));
    assert!(fault.fatal());
}

#[test]
fn a_comma_that_moves_the_cells_costs_the_row() {
    let mut book = book("订单编号,备注,金额\n1,好,不,5\n2,好,6,\n".as_bytes());
    let rows: Vec<_> = book
        .table(0, |name| name.chars().count() > 1)
        .expect("a table")
        .collect();
    assert_eq!(
        place(rows[0].as_ref().expect_err("moved")),
        ("row_shifted", Some(2), Some("D"))
    );
    assert!(rows[1].is_ok());
}

#[test]
fn an_archive_that_grows_beyond_measure_is_refused() {
    let mut bomb = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let best = SimpleFileOptions::default().compression_level(Some(9));
    bomb.start_file("a.csv", best).expect("begins");
    let chunk = b"1,2\n".repeat(1 << 18);
    for _ in 0..64 {
        bomb.write_all(&chunk).expect("writes");
    }
    let bytes = bomb.finish().expect("ends").into_inner();
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    assert_eq!(refused(&bytes).code, "file_too_large");

    let shared = format!("<sst>{}</sst>", "<si/>".repeat(20 << 20));
    let sheet = "<worksheet><sheetData/></worksheet>";
    assert_eq!(refused(&workbook(sheet, &shared)).code, "file_too_large");
    assert_eq!(
        refused(&zip(&[("inner.zip", &zip(&[("a.csv", b"1,2\n")]))])).code,
        "file_empty"
    );
}

#[test]
fn an_xls_that_claims_to_be_vast_is_refused_before_it_is_read() {
    let cells = [(0, 0, Cell::Number(1.0)), (65_535, 255, Cell::Number(1.0))];
    let spans = ole::sheet(&cells, None, Age::New);
    assert_eq!(
        refused(&ole::workbook(&["a"], &spans, Age::New)).code,
        "file_too_large"
    );
    let claims = ole::sheet(&cells[..1], Some((u32::MAX, 256)), Age::New);
    assert_eq!(
        refused(&ole::workbook(&["a"], &claims, Age::New)).code,
        "file_too_large"
    );
    let some = ole::sheet(
        &[(0, 0, Cell::Number(1.0)), (60_000, 50, Cell::Number(1.0))],
        None,
        Age::New,
    );
    assert!(Book::read(ole::workbook(&["a"], &some, Age::New), "a.xls").is_ok());
    let names: Vec<String> = (0..2).map(|n| format!("s{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(
        refused(&ole::workbook(&names, &some, Age::New)).code,
        "file_too_large"
    );
}

#[test]
fn cells_far_out_make_no_rows_and_no_columns() {
    let sheet = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
        <row r=\"1048576\"><c r=\"A1048576\"><v>2</v></c><c r=\"XFD1048576\"><v>3</v></c></row></sheetData></worksheet>";
    let mut book = book(&workbook(sheet, ""));
    let rows: Vec<_> = book.rows(0).expect("reads").collect();
    assert_eq!(rows.len(), 2);
    let far = rows[1].as_ref().expect_err("too far to the right");
    assert_eq!((far.code, far.row), ("columns_too_many", Some(1_048_576)));
}

#[test]
fn what_is_locked_is_said_to_be_locked() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    file.create_stream("/EncryptedPackage").expect("writes");
    let bytes = file.into_inner().into_inner();
    assert_eq!(refused(&bytes).code, "file_locked");
}

#[test]
fn what_is_no_table_is_refused() {
    for (bytes, code) in [
        (&b""[..], "file_empty"),
        (b" \r\n", "file_empty"),
        (b"%PDF-1.7", "file_kind"),
        (&[0, 159, 146, 150, 0, 1, 2, 3, 4, 5], "file_kind"),
        (b"PK\x03\x04", "file_cut"),
    ] {
        assert_eq!(refused(bytes).code, code);
    }
    let none = book("a,b\n1,2\n".as_bytes())
        .table(0, |_| false)
        .err()
        .expect("no header");
    assert_eq!(none.code, "header_missing");
    let json = serde_json::to_value(none).expect("json");
    assert_eq!(json["seen"], serde_json::json!(["a", "b"]));
}

/// A workbook of one sheet, its parts as given.
fn workbook(sheet: &str, shared: &str) -> Vec<u8> {
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let root = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"r2\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let book = format!(
        "<workbook xmlns:r=\"{office}\"><sheets><sheet name=\"订单\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let shared = if shared.is_empty() { "<sst/>" } else { shared };
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn read_all(bytes: Vec<u8>) {
    if let Ok(mut book) = Book::read(bytes, "x") {
        for sheet in 0..book.sheets().len() {
            if let Ok(rows) = book.rows(sheet) {
                let _ = rows.take(10_000).filter(Result::is_ok).count();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever is done to the bytes of a good file, reading it ends and nothing panics.
    #[test]
    fn damaged_files_of_every_form_end_in_rows_or_mistakes(
        form in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = match form {
            0 => xlsx(&[&["订单编号", "备注"], &["1", "好"], &["2", "=1"]]),
            1 => ole::workbook(&["a", "b"], &ole::sheet(&[(0, 0, Cell::Text("订单编号")), (1, 0, Cell::Number(1.5))], Some((2, 1)), Age::New), Age::New),
            2 => gbk("订单编号,\"备注\"\n=\"1\",\"好\n的\"\n"),
            3 => zip(&[("a.csv", b"a,b\n1,2\n"), ("b.csv", "订单,二\n".as_bytes())]),
            _ => "<table><tr><td colspan=2>订单&amp;</td></tr><tr><td>1<td>2</table>".as_bytes().to_vec(),
        };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_all(bytes);
    }

    #[test]
    fn any_bytes_at_all_end_in_rows_or_mistakes(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        read_all(bytes);
    }
}
