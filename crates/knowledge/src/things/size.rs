//! Sizes of a product, and how each was measured: 80 cm from the collar and 75 cm from the shoulder are the
//! same coat (rows 221 and 222).

use std::collections::BTreeSet;

use base::{Problem, clean_line};
use serde::{Deserialize, Serialize};

use crate::bounds::{few, line, text};

/// The sizes of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SizeTable {
    /// The unit of all numbers: `cm`, `mm`, `inch` or the shop's own.
    pub unit: String,
    /// What is measured.
    pub columns: Vec<SizeColumn>,
    /// The sizes.
    pub rows: Vec<SizeRow>,
    /// What else a buyer should know.
    #[serde(default)]
    pub note: String,
}

/// One measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SizeColumn {
    /// What is measured: 衣长.
    pub name: String,
    /// How: 从领后中点垂直量到下摆. Empty while nobody wrote it.
    #[serde(default)]
    pub method: String,
    /// How far a piece may be off, in the table's unit.
    #[serde(default)]
    pub tolerance: Option<f64>,
}

/// One size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SizeRow {
    /// Its name: M, 1.8m床.
    pub size: String,
    /// One value a column, in their order; empty where it does not apply.
    pub values: Vec<String>,
}

const MOST_COLUMNS: usize = 20;
const MOST_ROWS: usize = 100;
/// Nothing is tolerated to be off by more, in any unit.
const MOST_TOLERANCE: f64 = 1_000.0;

impl SizeTable {
    /// The table, cleaned. Refuses a row with another number of values than there are columns (`size_row`),
    /// a size or column named twice (`duplicate_size`, `duplicate_column`).
    pub(crate) fn cleaned(&self) -> Result<SizeTable, Problem> {
        few("size_table.columns", self.columns.len(), MOST_COLUMNS)?;
        few("size_table.rows", self.rows.len(), MOST_ROWS)?;
        if self.columns.is_empty() || self.rows.is_empty() {
            let detail = "A size table has columns and rows; send null for none.";
            return Err(Problem::input("size_table", "missing", detail));
        }
        let columns: Vec<SizeColumn> = self
            .columns
            .iter()
            .map(SizeColumn::cleaned)
            .collect::<Result<_, _>>()?;
        let names: BTreeSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        if names.len() < columns.len() {
            let detail = "Two columns have one name.";
            return Err(Problem::input("size_table.columns", "duplicate_column", detail));
        }
        let mut rows = Vec::<SizeRow>::with_capacity(self.rows.len());
        for (at, row) in self.rows.iter().enumerate() {
            let row = row
                .cleaned(columns.len())
                .map_err(|problem| problem.with("row", at))?;
            if rows.iter().any(|other| other.size == row.size) {
                let detail = "This size stands in the table already.";
                return Err(Problem::input("size_table.rows", "duplicate_size", detail).with("row", at));
            }
            rows.push(row);
        }
        Ok(SizeTable {
            unit: clean_line("size_table.unit", &self.unit, 10)?,
            columns,
            rows,
            note: text("size_table.note", &self.note, 500)?,
        })
    }

    /// The columns that do not say how they are measured.
    pub(crate) fn without_method(&self) -> Vec<&str> {
        let without = self.columns.iter().filter(|column| column.method.is_empty());
        without.map(|column| column.name.as_str()).collect()
    }
}

impl SizeColumn {
    fn cleaned(&self) -> Result<SizeColumn, Problem> {
        if let Some(tolerance) = self.tolerance
            && !(0.0..=MOST_TOLERANCE).contains(&tolerance)
        {
            let detail = "A tolerance is not negative.";
            return Err(
                Problem::input("size_table.columns.tolerance", "out_of_range", detail)
                    .with("min", 0)
                    .with("max", MOST_TOLERANCE),
            );
        }
        Ok(SizeColumn {
            name: clean_line("size_table.columns.name", &self.name, 40)?,
            method: line("size_table.columns.method", &self.method, 200)?,
            tolerance: self.tolerance,
        })
    }
}

impl SizeRow {
    fn cleaned(&self, columns: usize) -> Result<SizeRow, Problem> {
        if self.values.len() != columns {
            let detail = format!("There are {columns} columns, so a size has {columns} values.");
            return Err(Problem::input("size_table.rows", "size_row", detail));
        }
        Ok(SizeRow {
            size: clean_line("size_table.rows.size", &self.size, 40)?,
            values: self
                .values
                .iter()
                .map(|value| line("size_table.rows.values", value, 40))
                .collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{SizeColumn, SizeRow, SizeTable};

    fn table(sizes: &[(&str, usize)]) -> SizeTable {
        let column = |name: &str, method: &str| SizeColumn {
            name: name.into(),
            method: method.into(),
            tolerance: Some(2.0),
        };
        SizeTable {
            unit: "cm".into(),
            columns: vec![column("衣长", "从领后中点量到下摆"), column("胸围", "")],
            rows: sizes
                .iter()
                .map(|(size, values)| SizeRow {
                    size: (*size).into(),
                    values: vec!["80".into(); *values],
                })
                .collect(),
            note: String::new(),
        }
    }

    fn refused(table: &SizeTable) -> (String, serde_json::Value) {
        let problem = table.cleaned().expect_err("refused");
        (
            problem.code.to_string(),
            problem.params.get("row").cloned().unwrap_or_default(),
        )
    }

    #[test]
    fn a_row_that_does_not_fit_is_named() {
        assert!(table(&[("M", 2), ("L", 2)]).cleaned().is_ok());
        assert_eq!(
            refused(&table(&[("M", 2), ("L", 3)])),
            ("size_row".into(), 1.into())
        );
        assert_eq!(
            refused(&table(&[("M", 2), (" M ", 2)])),
            ("duplicate_size".into(), 1.into())
        );
        let mut twice = table(&[("M", 2)]);
        twice.columns[1].name = "衣长".into();
        assert_eq!(refused(&twice).0, "duplicate_column");
        twice.columns.truncate(1);
        twice.columns[0].tolerance = Some(-1.0);
        assert_eq!(refused(&twice).0, "out_of_range");
        twice.columns[0].tolerance = Some(f64::NAN);
        assert_eq!(refused(&twice).0, "out_of_range");
        assert_eq!(refused(&table(&[])).0, "missing");
    }

    #[test]
    fn columns_without_a_method_are_known() {
        assert_eq!(table(&[("M", 2)]).without_method(), ["胸围"]);
    }
}
