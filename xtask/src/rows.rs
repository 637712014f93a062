//! docs/requirements.md against the tests: every row asked for has a line, every test it names exists. It
//! does not run the tests.
//!
//! A line is a row of a Markdown table: its number first, and in the column headed `test` (or `tests`) the
//! tests in backticks, a Rust test as `crate::path::name` or its bare name, a web test by its title. A row
//! that is not done says so with a cell that begins with `open` and tells why.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::tree::{File, Tree};

const PAGE: &str = "docs/requirements.md";

/// The rows that are built, by the room that owns them.
const ASKED: [(&str, &[u32]); 6] = [
    (
        "reception",
        &[
            1, 8, 71, 72, 73, 75, 78, 82, 83, 84, 88, 91, 92, 96, 113, 117, 118, 123, 124, 126, 131, 134,
            138, 165, 169, 172, 183, 275, 284, 285, 286, 287, 304, 305, 306, 307, 308,
        ],
    ),
    ("team", &[2, 103, 180, 181, 246]),
    ("channels", &[116]),
    (
        "knowledge",
        &[
            3, 4, 6, 7, 13, 14, 22, 35, 36, 54, 74, 76, 77, 80, 86, 87, 95, 97, 98, 99, 100, 102, 104, 105,
            106, 107, 108, 109, 110, 112, 115, 158, 159, 166, 167, 168, 170, 171, 185, 186, 187, 188, 213,
            214, 215, 216, 218, 221, 222, 223, 224, 225, 289, 294, 295, 297, 309, 310, 311,
        ],
    ),
    (
        "orders",
        &[
            12, 15, 17, 18, 20, 21, 89, 90, 93, 94, 114, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149,
            150, 151, 152, 153, 154, 155, 156, 157, 160, 161, 162, 173, 230, 231, 232, 298, 299, 300, 301,
            302, 303,
        ],
    ),
    (
        "customers",
        &[27, 29, 51, 52, 53, 69, 111, 164, 245, 281, 282, 315],
    ),
];

/// A line of the page's tables.
struct Row<'a> {
    line: usize,
    number: u32,
    cells: Vec<&'a str>,
    /// The cell under the heading `test`, if the table has one.
    tests: Option<&'a str>,
}

/// Checks the page against the sources.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.get(PAGE) else {
        return vec![Finding::wrong(
            PAGE,
            0,
            "missing; it says of each row where it works and which test shows it",
        )];
    };
    let rows = rows(&page.text);
    let mut findings = missing(&rows);
    for row in &rows {
        findings.extend(judge(tree, row));
    }
    findings
}

fn missing(rows: &[Row]) -> Vec<Finding> {
    let present: BTreeSet<u32> = rows.iter().map(|row| row.number).collect();
    let absent = |(room, asked): &(&str, &[u32])| {
        let gone: Vec<String> = asked
            .iter()
            .filter(|row| !present.contains(row))
            .map(u32::to_string)
            .collect();
        (!gone.is_empty())
            .then(|| Finding::wrong(PAGE, 0, format!("has no line for {room} {}", gone.join(", "))))
    };
    ASKED.iter().filter_map(absent).collect()
}

fn judge(tree: &Tree, row: &Row) -> Vec<Finding> {
    let Row { line, number, .. } = *row;
    let open = row.cells.iter().find(|cell| has_prefix(cell, "open"));
    let named = ticked(row.tests.unwrap_or_default());
    if let (Some(open), true) = (open, named.is_empty()) {
        let why = open["open".len()..].trim_matches(|ch: char| !ch.is_alphanumeric());
        return vec![match why {
            "" => Finding::wrong(PAGE, line, format!("row {number} is open and does not say why")),
            why => Finding::note(PAGE, line, format!("row {number} is open: {why}")),
        }];
    }
    if row.tests.is_none() {
        return vec![Finding::wrong(
            PAGE,
            line,
            format!("row {number} stands in a table without a `test` column"),
        )];
    }
    if named.is_empty() {
        return vec![Finding::wrong(
            PAGE,
            line,
            format!("row {number} names no test (`name`) and is not open"),
        )];
    }
    let unknown = named.into_iter().filter(|name| !exists(tree, name));
    unknown
        .map(|name| {
            Finding::wrong(
                PAGE,
                line,
                format!("row {number} names `{name}`, which is no test"),
            )
        })
        .collect()
}

fn has_prefix(cell: &str, prefix: &str) -> bool {
    let word = cell
        .split(|ch: char| !ch.is_alphanumeric())
        .next()
        .unwrap_or_default();
    word.eq_ignore_ascii_case(prefix)
}

/// The numbered lines of all tables.
fn rows(text: &str) -> Vec<Row<'_>> {
    let mut found = Vec::new();
    let mut column = None;
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        if !line.trim_start().starts_with('|') {
            inside = false;
            continue;
        }
        let cells = cells(line);
        if !inside {
            inside = true;
            let heads = |cell: &&str| matches!(cell.to_lowercase().as_str(), "test" | "tests");
            column = cells.iter().position(heads);
        } else if let Some(Ok(number)) = cells.first().map(|cell| cell.parse()) {
            let tests = column.and_then(|column| cells.get(column).copied());
            found.push(Row {
                line: at + 1,
                number,
                cells,
                tests,
            });
        }
    }
    found
}

/// The cells of a table line; a bar behind a backslash or inside backticks is text.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let mut found = Vec::new();
    let (mut from, mut ticked, mut before) = (1, false, ' ');
    for (at, ch) in line.char_indices().skip(1) {
        match ch {
            '`' => ticked = !ticked,
            '|' if !ticked && before != '\\' => {
                found.push(line[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
        before = ch;
    }
    found
}

fn ticked(cell: &str) -> Vec<&str> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

/// Whether a test of this name or title is written somewhere.
fn exists(tree: &Tree, name: &str) -> bool {
    let is_path = name
        .split("::")
        .all(|part| !part.is_empty() && part.chars().all(|ch| ch.is_ascii_alphanumeric() || ch == '_'));
    (is_path && tree.with_extension("rs").any(|file| has_function(file, name)))
        || tree.files.iter().any(|file| has_title(file, name))
}

fn has_function(file: &File, name: &str) -> bool {
    let (path, function) = name.rsplit_once("::").unwrap_or(("", name));
    let first = path.split("::").next().unwrap_or_default();
    if !first.is_empty() && !file.parts().contains(&first) {
        return false;
    }
    let wanted = format!("fn {function}");
    file.text
        .match_indices(&wanted)
        .any(|(at, _)| file.text[at + wanted.len()..].starts_with(['(', '<']))
}

/// A title stands between quotes; `group > title` is found by its last part.
fn has_title(file: &File, name: &str) -> bool {
    if !(file.is_test() && matches!(file.extension(), "ts" | "mjs")) {
        return false;
    }
    let title = name.rsplit(" > ").next().unwrap_or(name);
    ['\'', '"', '`']
        .iter()
        .any(|quote| file.text.contains(&format!("{quote}{title}{quote}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "| row | where | tests |\n|--:|:--|:--|\n";
    const RUST: (&str, &str) = (
        "crates/reception/tests/queue.rs",
        "#[test]\nfn who_waits_longest_is_first() {}\nfn with<T>(x: T) {}\n",
    );
    const WEB: (&str, &str) = (
        "web/console/queue.test.ts",
        "it('the card turns amber', () => {})\n",
    );

    fn told(lines: &str) -> Vec<String> {
        let page = format!("# Rows\n\n{HEAD}{lines}");
        let tree = Tree::of(&[(PAGE, &page), RUST, WEB]);
        let of_lines = check(&tree).into_iter().filter(|finding| finding.line > 0);
        of_lines.map(|finding| finding.to_string()).collect()
    }

    #[test]
    fn tests_that_exist_are_found_by_name_path_and_title() {
        assert!(told("| 1 | queue | `who_waits_longest_is_first` |\n").is_empty());
        assert!(told("| 1 | queue | `reception::queue::who_waits_longest_is_first`, `with` |\n").is_empty());
        assert!(told("| 1 | `a | b` \\| c | `the card turns amber` |\n").is_empty());
        assert!(told("| 1 | queue | `queue > the card turns amber` |\n").is_empty());
    }

    #[test]
    fn a_test_that_is_not_there_is_told() {
        let said =
            told("| 1 | queue | `who_waits_longest` |\n| 8 | auto | `team::who_waits_longest_is_first` |\n");
        assert_eq!(said.len(), 2, "{said:?}");
        assert_eq!(
            said[0],
            "docs/requirements.md:5: row 1 names `who_waits_longest`, which is no test"
        );
        assert!(said[1].contains(":6: row 8 names `team::"), "{said:?}");
        assert_eq!(told("| 1 | queue | `the card turns` |\n").len(), 1);
    }

    #[test]
    fn a_row_names_a_test_or_is_open_with_a_reason() {
        assert!(told("| 1 | queue | |\n")[0].contains("names no test"));
        assert!(told("| 1 | open | |\n")[0].contains("does not say why"));
        assert_eq!(
            told("| 1 | open: needs a printer | |\n"),
            ["docs/requirements.md:5: note: row 1 is open: needs a printer"]
        );
        assert!(told("| 1 | opening hours | |\n")[0].contains("names no test"));
    }

    #[test]
    fn a_row_nobody_wrote_is_told() {
        let page = format!("{HEAD}| 116 | web | `who_waits_longest_is_first` |\n| 2 | x | `with` |\n");
        let said: Vec<String> = check(&Tree::of(&[(PAGE, &page), RUST]))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(said.len(), 5, "{said:?}");
        assert!(said[0].contains("has no line for reception 1, 8, 71"), "{said:?}");
        assert!(
            said[1].contains("has no line for team 103, 180, 181, 246"),
            "{said:?}"
        );
    }

    #[test]
    fn a_table_without_a_test_column_is_told() {
        let page = "| row | where |\n|--|--|\n| 1 | queue |\n";
        let said = check(&Tree::of(&[(PAGE, page)]));
        assert!(
            said.iter()
                .any(|finding| finding.message.contains("without a `test` column"))
        );
    }

    #[test]
    fn all_rows_of_the_rooms_that_are_built_are_asked_for() {
        let counts: Vec<usize> = ASKED.iter().map(|(_, rows)| rows.len()).collect();
        assert_eq!(counts, [37, 5, 1, 59, 42, 12]);
    }
}
