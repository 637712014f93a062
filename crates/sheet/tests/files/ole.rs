//! Workbooks of the old kind, put together record by record: no library writes them.

use std::io::{Cursor, Write};

pub(crate) enum Cell<'a> {
    Text(&'a str),
    Number(f64),
}

/// How texts are kept.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Age {
    /// BIFF8, Unicode.
    New,
    /// BIFF5 with code page 936.
    Gbk,
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a short record");
    [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn cell(row: u16, column: u16, cell: &Cell<'_>, age: Age) -> Vec<u8> {
    let mut data = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    match cell {
        Cell::Number(number) => {
            data.extend(number.to_le_bytes());
            record(0x0203, &data)
        }
        Cell::Text(text) => {
            match age {
                Age::New => {
                    data.extend(
                        u16::try_from(text.encode_utf16().count())
                            .expect("short")
                            .to_le_bytes(),
                    );
                    data.push(1);
                    data.extend(wide(text));
                }
                Age::Gbk => {
                    let bytes = crate::gbk(text);
                    data.extend(u16::try_from(bytes.len()).expect("short").to_le_bytes());
                    data.extend(bytes);
                }
            }
            record(0x0204, &data)
        }
    }
}

fn begin(age: Age, what: u16) -> Vec<u8> {
    let version: u16 = if age == Age::New { 0x0600 } else { 0x0500 };
    record(
        0x0809,
        &[version.to_le_bytes(), what.to_le_bytes(), [0; 2], [0; 2]].concat(),
    )
}

/// The records of a sheet with these cells, and the bounds it claims to have: rows, columns.
pub(crate) fn sheet(cells: &[(u16, u16, Cell<'_>)], claims: Option<(u32, u16)>, age: Age) -> Vec<u8> {
    let mut stream = begin(age, 0x0010);
    if let Some((rows, columns)) = claims {
        let data = [
            &[0; 4][..],
            &rows.to_le_bytes(),
            &[0; 2],
            &columns.to_le_bytes(),
            &[0; 2],
        ]
        .concat();
        stream.extend(record(0x0200, &data));
    }
    for (row, column, value) in cells {
        stream.extend(cell(*row, *column, value, age));
    }
    stream.extend(record(0x000a, &[]));
    stream
}

/// A workbook with one sheet under each of these names, all of the same records.
pub(crate) fn workbook(names: &[&str], sheet: &[u8], age: Age) -> Vec<u8> {
    let bound = |at: u32| -> Vec<u8> {
        let of = |name: &&str| {
            let mut data = [&at.to_le_bytes()[..], &[0, 0]].concat();
            match age {
                Age::New => {
                    data.extend([u8::try_from(name.encode_utf16().count()).expect("short"), 1]);
                    data.extend(wide(name));
                }
                Age::Gbk => {
                    let bytes = crate::gbk(name);
                    data.push(u8::try_from(bytes.len()).expect("short"));
                    data.extend(bytes);
                }
            }
            record(0x0085, &data)
        };
        names.iter().flat_map(of).collect()
    };
    let mut head = begin(age, 0x0005);
    let page: u16 = if age == Age::New { 1200 } else { 936 };
    head.extend(record(0x0042, &page.to_le_bytes()));
    let end = record(0x000a, &[]);
    let at = u32::try_from(head.len() + bound(0).len() + end.len()).expect("small");
    let stream = [&head[..], &bound(at), &end, sheet].concat();

    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a container");
    let name = if age == Age::New { "/Workbook" } else { "/Book" };
    file.create_stream(name)
        .and_then(|mut to| to.write_all(&stream))
        .expect("writes");
    file.into_inner().into_inner()
}
