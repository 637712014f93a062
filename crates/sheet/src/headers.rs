use std::collections::HashMap;

use crate::cell;
use crate::fault::{Fault, Flaw};
use crate::row::{Row, letter};

/// The header row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Headers {
    /// Its row, as the spreadsheet counts it.
    pub row: u64,
    names: Vec<String>,
    keys: Vec<String>,
}

impl Headers {
    /// The names of `row`, trimmed and on one line. Refuses with `header_twice` two columns whose names differ
    /// in nothing but width, blanks and case; columns without a name may be many.
    pub(crate) fn of(row: &Row) -> Result<Headers, Fault> {
        let names: Vec<String> = row.iter().map(shown).collect();
        let keys: Vec<String> = names.iter().map(|name| cell::key(name)).collect();
        let mut first = HashMap::new();
        for (index, key) in keys.iter().enumerate().filter(|(_, key)| !key.is_empty()) {
            if let Some(before) = first.insert(key.as_str(), index) {
                let flaw = Flaw::new("header_twice")
                    .with("name", names[index].as_str())
                    .with("first", letter(before))
                    .with("second", letter(index));
                return Err(row.fault(Some(index), flaw));
            }
        }
        Ok(Headers {
            row: row.number(),
            names,
            keys,
        })
    }

    /// Headers that stand in no file, e.g. to try a layout against.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Headers {
        let names: Vec<String> = names.into_iter().map(shown).collect();
        Headers {
            row: 1,
            keys: names.iter().map(|name| cell::key(name)).collect(),
            names,
        }
    }

    /// The names by column, empty where a column has none.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// How many columns there are, those without a name included.
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// What names are compared by ([`cell::key`]), by column.
    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether `row` repeats the header, as in files put together from several.
    pub(crate) fn repeated(&self, row: &Row) -> bool {
        let mut named = self.keys.iter().enumerate().filter(|(_, key)| !key.is_empty());
        named.all(|(index, key)| cell::is_key(row.raw(Some(index)), key))
    }
}

fn shown(raw: &str) -> String {
    let clean = cell::clean(raw);
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}
