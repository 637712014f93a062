use std::io::Cursor;

use base::{Ms, Problem};
use serde_json::{Map, json};
use sheet::{Column, Value, Writer};
use store::text_enum;

use super::columns::{WORDS, columns};
use super::export::{Exported, Rows};
use super::names::Names;
use crate::{NewFaq, NewPolicy, NewScript, WordKind};

text_enum! {
    /// What a file is written as.
    pub enum Format {
        /// A workbook.
        Xlsx = "xlsx",
        /// Comma-separated, UTF-8.
        Csv = "csv",
        /// Lines of JSON.
        Jsonl = "jsonl",
    }
}

impl Format {
    /// What browsers call it.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Csv => "text/csv; charset=utf-8",
            Format::Jsonl => "application/x-ndjson",
        }
    }
}

/// A cell of a row, before it is known what it is written into.
enum Cell {
    Text(String),
    /// A word of an enum, by its name.
    Word(&'static str),
    Count(Option<i64>),
    Moment(Option<Ms>),
    Several(Vec<String>),
}

/// Writes words in the columns in which they are read again; no cell carries a formula.
pub fn write_words(words: &Exported, format: Format) -> Result<Vec<u8>, Problem> {
    let names = &words.names;
    let (kind, title, rows): (_, _, Vec<Vec<Cell>>) = match &words.words {
        Rows::Faq(rows) => (
            WordKind::Faq,
            "问答",
            rows.iter().map(|row| faq(row, names)).collect(),
        ),
        Rows::Script(rows) => (
            WordKind::Script,
            "话术",
            rows.iter().map(|row| script(row, names)).collect(),
        ),
        Rows::Policy(rows) => (
            WordKind::Policy,
            "政策",
            rows.iter().map(|row| policy(row, names)).collect(),
        ),
    };
    if format == Format::Jsonl {
        return Ok(json_lines(kind, rows));
    }
    let heads: Vec<Column> = columns(kind)
        .iter()
        .map(|(_, headers)| Column::new(headers[0]))
        .collect();
    let mut out = Cursor::new(Vec::new());
    let zone = words.zone.clone();
    let writer = match format {
        Format::Csv => Writer::csv(&mut out, zone, &heads),
        _ => Writer::xlsx(&mut out, title, zone, &heads),
    };
    let mut writer = writer.map_err(|_| Problem::internal())?;
    for row in rows {
        let cells = row.into_iter().map(value);
        writer.row(cells).map_err(|_| Problem::internal())?;
    }
    writer.finish().map_err(|_| Problem::internal())?;
    Ok(out.into_inner())
}

fn value(cell: Cell) -> Value<'static> {
    match cell {
        Cell::Text(text) if text.is_empty() => Value::Empty,
        Cell::Text(text) => Value::from(text),
        Cell::Word(key) => {
            let word = WORDS.iter().find(|(name, _)| *name == key);
            Value::from(word.map_or(key, |(_, word)| *word))
        }
        Cell::Count(count) => count.map_or(Value::Empty, Value::Count),
        Cell::Moment(at) => at.map_or(Value::Empty, Value::Moment),
        Cell::Several(texts) if texts.is_empty() => Value::Empty,
        Cell::Several(texts) => Value::from(texts.join("\n")),
    }
}

fn json_lines(kind: WordKind, rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        let mut object = Map::new();
        for ((name, _), cell) in columns(kind).iter().zip(row) {
            let value = match cell {
                Cell::Text(text) => json!(text),
                Cell::Word(key) => json!(key),
                Cell::Count(count) => json!(count),
                Cell::Moment(at) => json!(at.map(sheet_moment)),
                Cell::Several(texts) => json!(texts),
            };
            object.insert((*name).to_owned(), value);
        }
        out.extend(serde_json::Value::Object(object).to_string().into_bytes());
        out.push(b'\n');
    }
    out
}

/// A moment as lines of JSON have it: RFC 3339, in UTC.
fn sheet_moment(at: Ms) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map(|at| at.to_string())
        .unwrap_or_default()
}

fn faq(row: &NewFaq, names: &Names) -> Vec<Cell> {
    vec![
        Cell::Text(row.question.clone()),
        Cell::Several(row.similar.clone()),
        Cell::Text(row.answer.clone()),
        Cell::Text(row.category.clone()),
        Cell::Text(row.intent.clone()),
        Cell::Text(row.question_en.clone()),
        Cell::Text(row.answer_en.clone()),
        Cell::Word(row.status.key()),
        Cell::Moment(row.valid_from),
        Cell::Moment(row.valid_until),
        Cell::Text(names.owner(row.owner)),
        Cell::Several(names.products(&row.products)),
        Cell::Text(names.campaign(row.campaign)),
    ]
}

fn script(row: &NewScript, names: &Names) -> Vec<Cell> {
    vec![
        Cell::Text(row.code.clone()),
        Cell::Text(row.title.clone()),
        Cell::Text(row.text.clone()),
        Cell::Text(row.category.clone()),
        Cell::Word(row.stage.key()),
        row.bargain
            .map_or(Cell::Text(String::new()), |one| Cell::Word(one.key())),
        Cell::Count(row.step),
        Cell::Text(row.title_en.clone()),
        Cell::Text(row.text_en.clone()),
        Cell::Word(row.status.key()),
        Cell::Moment(row.valid_from),
        Cell::Moment(row.valid_until),
        Cell::Text(names.campaign(row.campaign)),
    ]
}

fn policy(row: &NewPolicy, names: &Names) -> Vec<Cell> {
    vec![
        Cell::Text(row.title.clone()),
        Cell::Text(row.text.clone()),
        Cell::Text(row.category.clone()),
        Cell::Text(row.platform.clone()),
        Cell::Text(row.title_en.clone()),
        Cell::Text(row.text_en.clone()),
        Cell::Word(row.status.key()),
        Cell::Moment(row.valid_from),
        Cell::Moment(row.valid_until),
        Cell::Text(names.campaign(row.campaign)),
    ]
}
