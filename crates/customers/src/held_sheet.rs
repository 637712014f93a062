use std::io::Cursor;

use base::{Held, HeldValue, Problem, snippet};
use jiff::tz::TimeZone;
use sheet::{Column, Value, WriteError, Writer};

/// What a cell of a spreadsheet holds at most, in characters.
const CELL: usize = 32_000;

/// Writes what rooms hold of a person as one workbook, a sheet for each table that has rows; no cell carries a formula.
pub fn write_held(all: &[Held], zone: TimeZone) -> Result<Vec<u8>, Problem> {
    write(all, zone).map_err(|_| Problem::internal())
}

fn write(all: &[Held], zone: TimeZone) -> Result<Vec<u8>, WriteError> {
    let columns = |held: &Held| held.columns.iter().copied().map(Column::new).collect::<Vec<_>>();
    let Some((first, rest)) = all.split_first() else {
        return Ok(Vec::new());
    };
    let mut writer = Writer::xlsx(Cursor::new(Vec::new()), first.title, zone, &columns(first))?;
    rows(&mut writer, first)?;
    for held in rest.iter().filter(|held| !held.rows.is_empty()) {
        writer.next(held.title, &columns(held))?;
        rows(&mut writer, held)?;
    }
    Ok(writer.finish()?.into_inner())
}

fn rows(writer: &mut Writer<Cursor<Vec<u8>>>, held: &Held) -> Result<(), WriteError> {
    held.rows
        .iter()
        .try_for_each(|row| writer.row(row.iter().map(value)))
}

fn value(value: &HeldValue) -> Value<'_> {
    match value {
        HeldValue::Text(text) if text.len() > CELL => Value::from(snippet(text, CELL)),
        HeldValue::Text(text) => Value::from(text.as_str()),
        HeldValue::Count(count) => Value::Count(*count),
        HeldValue::Money(fen) => Value::Money(*fen),
        HeldValue::Moment(at) => Value::Moment(*at),
        HeldValue::Empty => Value::Empty,
    }
}
