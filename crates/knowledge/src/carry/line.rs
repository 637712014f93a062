use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Ms, Problem};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde_json::Value;
use sheet::{Flaw, cell};

use super::columns::WORDS;
use super::import::WordsError;

/// A row of a file: what stands in the columns it has.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) file: Arc<str>,
    pub(super) row: u64,
    /// What each column is called in the file.
    pub(super) headers: Arc<BTreeMap<String, String>>,
    pub(super) cells: BTreeMap<String, String>,
}

impl Line {
    /// What stands in a column; `None` where the file has no such column.
    pub(super) fn text(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }

    /// Several texts in one cell: on lines of their own, or parted by `；`, `;` or `|`.
    pub(super) fn several(&self, column: &str) -> Option<Vec<String>> {
        let cell = self.text(column)?;
        let parts: Vec<&str> = match cell.contains('\n') {
            true => cell.lines().collect(),
            false => cell.split(['；', ';', '|', '｜']).collect(),
        };
        let texts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
        Some(texts.map(str::to_owned).collect())
    }

    /// One of an enum's values by its name or by a word for it; `Some(None)` for an empty cell.
    pub(super) fn choice<T: Copy>(
        &self,
        column: &'static str,
        all: &[T],
        key: fn(T) -> &'static str,
    ) -> Result<Option<Option<T>>, Problem> {
        let Some(said) = self.text(column) else {
            return Ok(None);
        };
        let said = said.trim().to_lowercase();
        if said.is_empty() {
            return Ok(Some(None));
        }
        let named = |one: &&T| {
            let key = key(**one);
            key == said || WORDS.contains(&(key, said.as_str()))
        };
        match all.iter().find(named) {
            Some(found) => Ok(Some(Some(*found))),
            None => {
                let choices: Vec<&str> = all.iter().map(|one| key(*one)).collect();
                let detail = format!("One of: {}.", choices.join(", "));
                Err(Problem::input(column, "choice_unknown", detail).with("value", said))
            }
        }
    }

    /// A moment; of a day alone its beginning, or with `end` the beginning of the next.
    pub(super) fn moment(
        &self,
        column: &'static str,
        zone: &TimeZone,
        end: bool,
    ) -> Result<Option<Option<Ms>>, Problem> {
        let Some(said) = self.text(column) else {
            return Ok(None);
        };
        let moment = cell::moment(said, zone).map_err(|flaw| flawed(column, &flaw))?;
        let day_alone = !said.contains([':', '：', '时']);
        let late = |at: Ms| match end && day_alone && is_midnight(at, zone) {
            true => at.plus(86_400_000),
            false => at,
        };
        Ok(Some(moment.map(late)))
    }

    /// A whole number.
    pub(super) fn count(&self, column: &'static str) -> Result<Option<Option<i64>>, Problem> {
        let Some(said) = self.text(column) else {
            return Ok(None);
        };
        cell::count(said).map(Some).map_err(|flaw| flawed(column, &flaw))
    }

    /// What a verb refused, with its place in the file.
    pub(super) fn error(&self, problem: &Problem) -> WordsError {
        let column = problem.field.as_deref().map(|field| {
            let header = self.headers.get(field);
            header.cloned().unwrap_or_else(|| field.to_owned())
        });
        WordsError {
            file: self.file.to_string(),
            row: Some(self.row),
            column,
            code: problem.code.to_string(),
            message: problem.detail.to_string(),
            params: problem.params.clone().into_iter().collect(),
        }
    }
}

fn is_midnight(at: Ms, zone: &TimeZone) -> bool {
    let here = Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(zone.clone()));
    here.is_ok_and(|here| here.time() == Time::midnight())
}

/// A cell that cannot be read.
fn flawed(column: &'static str, flaw: &Flaw) -> Problem {
    let mut problem = Problem::input(column, flaw.code, sheet::meaning(flaw.code));
    for (name, value) in &flaw.params {
        problem = problem.with(name, value.clone());
    }
    problem
}

/// A value of a line of JSON as a cell would have it.
pub(super) fn cell_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell_of).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}
