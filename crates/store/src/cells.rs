//! One value of one row, whatever the table: read from an engine, as JSON in an archive, in COPY's text.

use base::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::shape::{Column, Kind};
use crate::{Arg, Row};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Cell {
    pub(crate) fn read(row: &Row<'_>, place: usize, kind: Kind) -> Result<Cell, Problem> {
        Ok(match kind {
            Kind::Int => row.get::<Option<i64>>(place)?.map(Cell::Int),
            Kind::Real => row.get::<Option<f64>>(place)?.map(Cell::Real),
            Kind::Text => row.get::<Option<String>>(place)?.map(Cell::Text),
            Kind::Blob => row.get::<Option<Vec<u8>>>(place)?.map(Cell::Blob),
        }
        .unwrap_or(Cell::Null))
    }

    /// As an argument; a null takes the type of its column.
    pub(crate) fn arg(&self, kind: Kind) -> Arg<'_> {
        match (self, kind) {
            (Cell::Int(v), _) => Arg::Int(Some(*v)),
            (Cell::Real(v), _) => Arg::Real(Some(*v)),
            (Cell::Text(v), _) => Arg::Text(Some(v)),
            (Cell::Blob(v), _) => Arg::Blob(Some(v)),
            (Cell::Null, Kind::Int) => Arg::Int(None),
            (Cell::Null, Kind::Real) => Arg::Real(None),
            (Cell::Null, Kind::Text) => Arg::Text(None),
            (Cell::Null, Kind::Blob) => Arg::Blob(None),
        }
    }

    /// What stands in place of a secret that is left out.
    pub(crate) fn empty(column: &Column) -> Cell {
        match column.kind {
            _ if column.null => Cell::Null,
            Kind::Int => Cell::Int(0),
            Kind::Real => Cell::Real(0.0),
            Kind::Text => Cell::Text(String::new()),
            Kind::Blob => Cell::Blob(Vec::new()),
        }
    }

    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Cell::Null => out.extend_from_slice(b"null"),
            Cell::Int(v) => out.extend_from_slice(v.to_string().as_bytes()),
            // JSON has no words for these.
            Cell::Real(v) if !v.is_finite() => out.extend_from_slice(format!("\"{v}\"").as_bytes()),
            // One zero: SQLite knows no other.
            Cell::Real(v) => {
                out.extend_from_slice(format!("{:?}", if *v == 0.0 { 0.0 } else { *v }).as_bytes())
            }
            // Writing text to memory cannot fail.
            Cell::Text(v) => drop(serde_json::to_writer(out, v)),
            Cell::Blob(v) => out.extend_from_slice(format!("\"{}\"", BASE64.encode(v)).as_bytes()),
        }
    }

    /// What is wrong with it is said without its content.
    pub(crate) fn from_json(json: &RawValue, column: &Column) -> Result<Cell, String> {
        let text = json.get();
        if text == "null" {
            if column.null {
                return Ok(Cell::Null);
            }
            return Err(format!("{} must not be null", column.name));
        }
        let string = || serde_json::from_str::<String>(text).ok();
        let read = match column.kind {
            Kind::Int => text.parse().ok().map(Cell::Int),
            // serde_json rounds the last digit of some numbers; the standard library does not.
            Kind::Real if text.starts_with('"') => match string().as_deref() {
                Some("NaN") => Some(Cell::Real(f64::NAN)),
                Some("inf") => Some(Cell::Real(f64::INFINITY)),
                Some("-inf") => Some(Cell::Real(f64::NEG_INFINITY)),
                _ => None,
            },
            Kind::Real => text.parse().ok().filter(|v: &f64| v.is_finite()).map(Cell::Real),
            Kind::Text => string().map(Cell::Text),
            Kind::Blob => string().and_then(|text| BASE64.decode(text).ok()).map(Cell::Blob),
        };
        read.ok_or_else(|| format!("{} is not of its type", column.name))
    }

    /// In the text format of COPY.
    pub(crate) fn write_copy(&self, out: &mut Vec<u8>) {
        match self {
            Cell::Null => out.extend_from_slice(b"\\N"),
            Cell::Int(v) => out.extend_from_slice(v.to_string().as_bytes()),
            Cell::Real(v) => out.extend_from_slice(format!("{v:?}").as_bytes()),
            Cell::Text(v) => {
                for &byte in v.as_bytes() {
                    match byte {
                        b'\\' => out.extend_from_slice(b"\\\\"),
                        b'\n' => out.extend_from_slice(b"\\n"),
                        b'\r' => out.extend_from_slice(b"\\r"),
                        b'\t' => out.extend_from_slice(b"\\t"),
                        byte => out.push(byte),
                    }
                }
            }
            Cell::Blob(v) => {
                out.extend_from_slice(b"\\\\x");
                for byte in v {
                    out.extend_from_slice(format!("{byte:02x}").as_bytes());
                }
            }
        }
    }
}

/// A row as a line of JSON, without the line's end.
pub(crate) fn write_row(row: &[Cell], out: &mut Vec<u8>) {
    for (place, cell) in row.iter().enumerate() {
        out.push(if place == 0 { b'[' } else { b',' });
        cell.write_json(out);
    }
    out.push(b']');
}

pub(crate) fn read_row(line: &str, columns: &[Column]) -> Result<Vec<Cell>, String> {
    let parts: Vec<&RawValue> =
        serde_json::from_str(line).map_err(|_| "it is not a list of values".to_owned())?;
    if parts.len() != columns.len() {
        return Err(format!(
            "it has {} values instead of {}",
            parts.len(),
            columns.len()
        ));
    }
    parts
        .iter()
        .zip(columns)
        .map(|(json, column)| Cell::from_json(json, column))
        .collect()
}

/// A digest of rows in any order: engines sort text differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowSum {
    pub(crate) rows: u64,
    sum: [u64; 4],
}

impl RowSum {
    pub(crate) fn add(&mut self, row: &[Cell]) {
        let mut line = Vec::new();
        write_row(row, &mut line);
        let hash = Sha256::digest(&line);
        for (sum, part) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            let part = part.iter().fold(0, |n: u64, &byte| n << 8 | u64::from(byte));
            *sum = sum.wrapping_add(part);
        }
        self.rows += 1;
    }
}
