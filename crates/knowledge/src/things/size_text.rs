//! A size table and figures as text in one cell of a sheet: one line each, parts between `|`. Pure.
//!
//! ```text
//! cm | 衣长（从领后中点量到下摆）±2 | 胸围（腋下平铺一圈）
//! M | 80 | 100
//! 注：手工测量
//! ```

use sheet::Flaw;

use crate::things::fact::TestValue;
use crate::things::size::{SizeColumn, SizeRow, SizeTable};

const NOTE: &str = "注：";

/// The table as text; [`read_sizes`] reads the same table again.
pub(crate) fn write_sizes(table: &SizeTable) -> String {
    let columns = table.columns.iter().map(|column| {
        let method = match column.method.as_str() {
            "" => String::new(),
            method => format!("（{}）", plain(method)),
        };
        let tolerance = column.tolerance.map(|t| format!("±{t}")).unwrap_or_default();
        format!("{}{method}{tolerance}", plain(&column.name))
    });
    let mut lines = vec![line(std::iter::once(plain(&table.unit)).chain(columns))];
    for row in &table.rows {
        let values = row.values.iter().map(|value| plain(value));
        lines.push(line(std::iter::once(plain(&row.size)).chain(values)));
    }
    if !table.note.is_empty() {
        lines.push(format!("{NOTE}{}", table.note.replace('\n', " ")));
    }
    lines.join("\n")
}

fn line(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" | ")
}

/// Text without what parts a line and what holds a method.
fn plain(text: &str) -> String {
    text.replace(['|', '｜'], "/")
        .replace('（', "(")
        .replace('）', ")")
        .replace('±', "+-")
        .replace('\n', " ")
}

/// The table a cell holds. Refuses a line that is none (`size_line`) and a tolerance that is no number
/// (`number_bad`); what a table must keep to besides is checked where it is kept.
pub(crate) fn read_sizes(text: &str) -> Result<SizeTable, Flaw> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let head = lines.next().ok_or_else(|| Flaw::new("cell_empty"))?;
    let (unit, columns) = parts(head).ok_or_else(|| Flaw::new("size_line").seen(head))?;
    let mut table = SizeTable {
        unit,
        columns: columns
            .iter()
            .map(|text| column(text))
            .collect::<Result<_, _>>()?,
        rows: Vec::new(),
        note: String::new(),
    };
    for line in lines {
        if let Some(note) = line.strip_prefix(NOTE).or_else(|| line.strip_prefix("注:")) {
            table.note = note.trim().to_owned();
            continue;
        }
        let (size, values) = parts(line).ok_or_else(|| Flaw::new("size_line").seen(line))?;
        table.rows.push(SizeRow { size, values });
    }
    Ok(table)
}

fn parts(line: &str) -> Option<(String, Vec<String>)> {
    let mut parts = line.split(['|', '｜']).map(|part| part.trim().to_owned());
    let first = parts.next()?;
    let rest: Vec<String> = parts.collect();
    (!rest.is_empty()).then_some((first, rest))
}

fn column(text: &str) -> Result<SizeColumn, Flaw> {
    let (text, tolerance) = match text.rsplit_once('±') {
        Some((text, number)) => {
            let number = number.trim();
            let tolerance = number
                .parse::<f64>()
                .map_err(|_| Flaw::new("number_bad").seen(number))?;
            (text.trim(), Some(tolerance))
        }
        None => (text, None),
    };
    let held = text
        .strip_suffix(['）', ')'])
        .and_then(|text| text.split_once('（').or_else(|| text.split_once('(')));
    let (name, method) = held.unwrap_or((text, ""));
    Ok(SizeColumn {
        name: name.trim().to_owned(),
        method: method.trim().to_owned(),
        tolerance,
    })
}

/// Figures as text, one a line: name, value, unit, source.
pub(crate) fn write_tests(tests: &[TestValue]) -> String {
    let lines = tests.iter().map(|test| {
        let all = [&test.name, &test.value, &test.unit, &test.source];
        let last = all.iter().rposition(|part| !part.is_empty()).unwrap_or(0);
        line(all[..=last].iter().map(|part| plain(part)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The figures a cell holds. Refuses a line without a name and a value, or with more than unit and source
/// besides (`test_line`).
pub(crate) fn read_tests(text: &str) -> Result<Vec<TestValue>, Flaw> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let wrong = || Flaw::new("test_line").seen(line);
            let (name, rest) = parts(line).ok_or_else(wrong)?;
            let mut rest = rest.into_iter();
            let test = TestValue {
                name,
                value: rest.next().unwrap_or_default(),
                unit: rest.next().unwrap_or_default(),
                source: rest.next().unwrap_or_default(),
            };
            if rest.next().is_some() || test.value.is_empty() {
                Err(wrong())
            } else {
                Ok(test)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_table_is_read_as_people_write_it() {
        let table =
            read_sizes("cm | 衣长（从领后中点量）±2 ｜ 胸围\nM | 80 | \n\n注：手工测量").expect("a table");
        assert_eq!(
            table.columns[0],
            SizeColumn {
                name: "衣长".into(),
                method: "从领后中点量".into(),
                tolerance: Some(2.0)
            }
        );
        assert_eq!(
            (table.columns[1].method.as_str(), table.columns[1].tolerance),
            ("", None)
        );
        assert_eq!(
            (&table.rows[0].values[..], table.note.as_str()),
            (&["80".to_owned(), String::new()][..], "手工测量")
        );
    }

    #[test]
    fn what_is_no_table_is_told() {
        assert_eq!(
            read_sizes("有 M 和 L").map_err(|flaw| flaw.code),
            Err("size_line")
        );
        assert_eq!(
            read_sizes("cm | 衣长±两").map_err(|flaw| flaw.code),
            Err("number_bad")
        );
        assert_eq!(read_tests("甲醛含量").map_err(|flaw| flaw.code), Err("test_line"));
        assert_eq!(
            read_tests("a | b | c | d | e").map_err(|flaw| flaw.code),
            Err("test_line")
        );
    }

    /// Words as people write them: none of the signs that part a line.
    fn word() -> impl Strategy<Value = String> {
        "[a-z衣长胸围0-9]{1,6}( [a-z码]{1,3})?"
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_again(
            unit in word(),
            columns in proptest::collection::vec((word(), proptest::option::of(word()), proptest::option::of(0..200_i32)), 1..5),
            sizes in proptest::collection::vec(word(), 1..6),
            note in proptest::option::of(word()),
        ) {
            let table = SizeTable {
                unit,
                columns: columns.iter().map(|(name, method, tolerance)| SizeColumn {
                    name: name.clone(),
                    method: method.clone().unwrap_or_default(),
                    tolerance: tolerance.map(|tenths| f64::from(tenths) / 10.0),
                }).collect(),
                rows: sizes.iter().map(|size| SizeRow { size: size.clone(), values: columns.iter().map(|(name, ..)| name.clone()).collect() }).collect(),
                note: note.unwrap_or_default(),
            };
            prop_assert_eq!(read_sizes(&write_sizes(&table)), Ok(table));
        }

        #[test]
        fn figures_that_were_written_are_read_again(rows in proptest::collection::vec((word(), word(), proptest::option::of(word()), proptest::option::of(word())), 0..6)) {
            let tests: Vec<TestValue> = rows.into_iter().map(|(name, value, unit, source)| TestValue {
                name, value, unit: unit.unwrap_or_default(), source: source.unwrap_or_default(),
            }).collect();
            prop_assert_eq!(read_tests(&write_tests(&tests)), Ok(tests));
        }

        #[test]
        fn no_text_breaks_the_reading(text in any::<String>()) {
            let _ = (read_sizes(&text), read_tests(&text));
        }
    }
}
