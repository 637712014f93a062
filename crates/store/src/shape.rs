//! What the tables look like, asked of the engine: columns, types, keys. For backup, restore and check,
//! which treat the tables of all rooms alike.

use base::Problem;
use serde::{Deserialize, Serialize};

use crate::cells::Cell;
use crate::dialect::Engine;
use crate::{Arg, Schema, Tx, args};

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Int,
    Real,
    Text,
    Blob,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether it may be null.
    pub(crate) null: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The primary key, as places in `columns`.
    pub(crate) key: Vec<usize>,
    /// Places of columns that stand in a primary or unique key.
    pub(crate) unique: Vec<usize>,
    /// The column that PostgreSQL numbers by itself.
    pub(crate) identity: Option<usize>,
}

/// Rows of a page at most.
pub(crate) const PAGE: usize = 500;

/// The tables that the schemas make, in order.
pub(crate) fn table_names(engine: Engine, schemas: &[Schema]) -> Vec<String> {
    let mut names = Vec::new();
    for (_, text) in schemas.iter().flat_map(|schema| schema.steps) {
        let text = engine.migration(text);
        let bare: String = text
            .lines()
            .map(|line| line.split_once("--").map_or(line, |(sql, _)| sql))
            .collect::<Vec<_>>()
            .join("\n");
        let mut words = bare
            .split(|c: char| c.is_whitespace() || c == '(')
            .filter(|word| !word.is_empty())
            .peekable();
        while let Some(word) = words.next() {
            if !word.eq_ignore_ascii_case("CREATE")
                || words.next_if(|w| w.eq_ignore_ascii_case("TABLE")).is_none()
            {
                continue;
            }
            for skipped in ["IF", "NOT", "EXISTS"] {
                let _ = words.next_if(|w| w.eq_ignore_ascii_case(skipped));
            }
            let name = words.next().map(|name| name.trim_matches('"').to_owned());
            // A table that was laid out anew is still one.
            names.extend(name.filter(|name| !names.contains(name)));
        }
    }
    names
}

/// The name as it stands in SQL, whatever it is.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Table {
    /// Asks the engine; `None` when there is no such table.
    pub(crate) fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<Table>, Problem> {
        let engine = tx.engine();
        let asked = match engine {
            Engine::Sqlite => name.to_owned(),
            Engine::Postgres => quoted(name),
        };
        let found: Vec<(String, String, bool, bool)> =
            tx.rows(engine.table_columns(), args![&asked], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        if found.is_empty() {
            return Ok(None);
        }
        let mut columns = Vec::new();
        for (column, declared, not_null, _) in &found {
            let kind = match declared.to_ascii_lowercase().as_str() {
                "bigint" | "integer" | "int8" => Kind::Int,
                "double precision" | "real" | "float8" => Kind::Real,
                "text" => Kind::Text,
                "blob" | "bytea" => Kind::Blob,
                _ => return Err(odd(name, &format!("column {column} is {declared}"))),
            };
            columns.push(Column {
                name: column.clone(),
                kind,
                null: !not_null,
            });
        }
        let place = |column: &str| columns.iter().position(|c| c.name == column);
        let keys: Vec<(String, bool)> = tx.rows(engine.table_keys(), args![&asked], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let key: Vec<usize> = keys
            .iter()
            .filter(|(_, primary)| *primary)
            .filter_map(|(c, _)| place(c))
            .collect();
        let unique = keys.iter().filter_map(|(c, _)| place(c)).collect();
        if key.is_empty() {
            return Err(odd(name, "there is no primary key"));
        }
        let identity = found.iter().position(|(_, _, _, identity)| *identity);
        Ok(Some(Table {
            name: name.to_owned(),
            columns,
            key,
            unique,
            identity,
        }))
    }

    /// All the tables the schemas make. A table of theirs that is missing is a fault.
    pub(crate) fn all(tx: &mut Tx<'_>, schemas: &[Schema]) -> Result<Vec<Table>, Problem> {
        let mut tables = Vec::new();
        for name in table_names(tx.engine(), schemas) {
            tables.push(Table::find(tx, &name)?.ok_or_else(|| odd(&name, "the table is missing"))?);
        }
        Ok(tables)
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The names of these columns, for SQL.
    pub(crate) fn list(&self, places: impl Iterator<Item = usize>) -> String {
        places
            .map(|place| quoted(&self.columns[place].name))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The next rows in the order of the primary key, after the row `last`.
    pub(crate) fn page(&self, tx: &mut Tx<'_>, last: Option<&[Cell]>) -> Result<Vec<Vec<Cell>>, Problem> {
        let (columns, key) = (
            self.list(0..self.columns.len()),
            self.list(self.key.iter().copied()),
        );
        let from = match last {
            None => String::new(),
            Some(_) => {
                let slots: Vec<String> = (1..=self.key.len()).map(|n| format!("${n}")).collect();
                format!("WHERE ({key}) > ({})", slots.join(", "))
            }
        };
        let sql = format!(
            "SELECT {columns} FROM {} {from} ORDER BY {key} LIMIT {PAGE}",
            quoted(&self.name)
        );
        let args: Vec<Arg<'_>> = last
            .map(|row| {
                self.key
                    .iter()
                    .map(|&place| row[place].arg(self.columns[place].kind))
                    .collect()
            })
            .unwrap_or_default();
        let read = tx.rows(&sql, &args, |row| {
            self.columns
                .iter()
                .enumerate()
                .map(|(place, column)| Cell::read(row, place, column.kind))
                .collect()
        });
        read.map_err(|problem| problem.with("table", self.name.as_str()))
    }

    /// Reads every row in pages, on the snapshot of `tx`.
    pub(crate) fn each(
        &self,
        tx: &mut Tx<'_>,
        mut see: impl FnMut(Vec<Cell>) -> Result<(), Problem>,
    ) -> Result<u64, Problem> {
        let mut rows = 0;
        let mut last: Option<Vec<Cell>> = None;
        loop {
            let page = self.page(tx, last.as_deref())?;
            let full = page.len() == PAGE;
            last = page.last().cloned();
            rows += page.len() as u64;
            for row in page {
                see(row)?;
            }
            if !full {
                return Ok(rows);
            }
        }
    }
}

fn odd(table: &str, what: &str) -> Problem {
    tracing::error!(table, what, "a table is not as the schemas say");
    Problem::internal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_in_the_texts_of_schemas() {
        const TEXT: &str = "-- CREATE TABLE no (a BIGINT);\nCREATE TABLE a(id BIGINT); create table if not exists \"order\" (x BIGINT);
            CREATE INDEX a_b ON a (b);\n-- sqlite: CREATE TABLE only_here (\n-- postgres: CREATE TABLE only_there (\n id BIGINT);";
        let schemas = [Schema {
            room: "r",
            steps: &[("1", TEXT)],
        }];
        assert_eq!(table_names(Engine::Sqlite, &schemas), ["a", "order", "only_here"]);
        assert_eq!(
            table_names(Engine::Postgres, &schemas),
            ["a", "order", "only_there"]
        );
        assert_eq!(
            table_names(Engine::Sqlite, &[crate::SCHEMA]),
            ["meta", "node", "log", "job", "file", "idempotency", "file_gone"]
        );
    }
}
