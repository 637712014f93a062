//! Bounds of what is written, and how lists stand in columns.

use base::{Fen, Ms, Problem, clean_line, clean_text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

/// The greatest amount that is not a slip of the keyboard: 100 million yuan, in fen.
const MOST_FEN: i64 = 10_000_000_000;

/// A line that may be empty.
pub(crate) fn line(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        clean_line(field, text, limit)
    }
}

/// A text that may be empty.
pub(crate) fn text(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        clean_text(field, text, limit)
    }
}

/// Lines, none of them empty, at most `most` of them.
pub(crate) fn lines(
    field: &'static str,
    lines: &[String],
    most: usize,
    limit: usize,
) -> Result<Vec<String>, Problem> {
    few(field, lines.len(), most)?;
    lines.iter().map(|line| clean_line(field, line, limit)).collect()
}

/// Refuses more than `most` entries.
pub(crate) fn few(field: &'static str, count: usize, most: usize) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    Err(Problem::input(field, "too_many", format!("At most {most}.")).with("limit", most))
}

/// A number within bounds.
pub(crate) fn within(field: &'static str, number: i64, min: i64, max: i64) -> Result<i64, Problem> {
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    let detail = format!("It is between {min} and {max}.");
    Err(Problem::input(field, "out_of_range", detail)
        .with("min", min)
        .with("max", max))
}

/// An amount of money that somebody writes.
pub(crate) fn amount(field: &'static str, amount: Fen) -> Result<Fen, Problem> {
    within(field, amount.0, 0, MOST_FEN).map(Fen)
}

/// A moment between the years 2000 and 2100, so that a slip (seconds for milliseconds) is found.
pub(crate) fn moment(field: &'static str, at: Ms) -> Result<Ms, Problem> {
    within(field, at.0, 946_684_800_000, 4_102_444_800_000).map(Ms)
}

/// A value as the JSON text of a column.
pub(crate) fn to_text<T: Serialize + ?Sized>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|_| Problem::internal())
}

/// A value from the JSON text of a column.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|_| Problem::internal())
}

/// In a patch: left out is `None`, null is `Some(None)`.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
