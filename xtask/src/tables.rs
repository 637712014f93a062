//! A room touches only its own tables. It reads the schema files and the SQL written in string literals;
//! SQL put together at run time is beyond it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::finding::Finding;
use crate::rust_text::{Kind, cut, test_modules};
use crate::tree::{File, Tree};

/// Table name to the crate that owns it.
type Owners = BTreeMap<String, String>;

/// Finds SQL that names a table of another crate.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let (owners, mut findings) = owners(tree);
    for file in tree.with_extension("sql") {
        if let Some(room) = file.in_crate().filter(|_| is_schema(file)) {
            let text = without_comments(&file.text);
            findings.extend(
                strangers(&text, 1, room, &owners).map(|(line, said)| Finding::wrong(&file.path, line, said)),
            );
        }
    }
    for file in tree.with_extension("rs") {
        let Some(room) = file.in_crate() else { continue };
        if file.is_test() || reads_every_table(file, room) {
            continue;
        }
        let tests = test_modules(&file.text);
        for piece in cut(&file.text) {
            let tested = tests
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&piece.line));
            if piece.kind == Kind::Text && !tested && looks_like_sql(&piece.text) {
                let found = strangers(&piece.text, piece.line, room, &owners);
                findings.extend(found.map(|(line, said)| Finding::wrong(&file.path, line, said)));
            }
        }
    }
    findings
}

/// Backup and restore carry every table of every room, and belong to the binary.
fn reads_every_table(file: &File, room: &str) -> bool {
    room == "xiaoer" && file.parts().iter().any(|part| part.starts_with("backup"))
}

fn is_schema(file: &File) -> bool {
    file.path
        .parent()
        .and_then(Path::file_name)
        .is_some_and(|folder| folder == "schema")
}

fn owners(tree: &Tree) -> (Owners, Vec<Finding>) {
    let mut owners = Owners::new();
    let mut findings = Vec::new();
    for file in tree.with_extension("sql") {
        let Some(room) = file.in_crate().filter(|_| is_schema(file)) else {
            continue;
        };
        let words = words(&without_comments(&file.text));
        for (at, (line, word)) in words.iter().enumerate() {
            if !word.eq_ignore_ascii_case("create") || !is(&words, at + 1, "table") {
                continue;
            }
            let skip = if is(&words, at + 2, "if") { 5 } else { 2 };
            let Some((_, name)) = words.get(at + skip) else {
                continue;
            };
            let owner = owners
                .entry(name.to_lowercase())
                .or_insert_with(|| room.to_owned());
            if owner != room {
                findings.push(Finding::wrong(
                    &file.path,
                    *line,
                    format!("`{name}` is a table of {owner} already"),
                ));
            }
        }
    }
    (owners, findings)
}

/// The tables of other crates that `sql` names, with their lines.
fn strangers<'a>(
    sql: &str,
    first_line: usize,
    room: &'a str,
    owners: &'a Owners,
) -> impl Iterator<Item = (usize, String)> + 'a {
    let foreign = move |(line, name): (usize, String)| {
        let owner = owners.get(&name).filter(|owner| *owner != room)?;
        let said = format!("touches `{name}`, a table of {owner}; call a verb of {owner} instead");
        Some((first_line + line - 1, said))
    };
    named_tables(sql).into_iter().filter_map(foreign)
}

/// The names behind FROM, JOIN, INTO, UPDATE and ALTER/DROP/TRUNCATE TABLE, in lower case.
fn named_tables(sql: &str) -> Vec<(usize, String)> {
    let words = words(sql);
    let mut found = Vec::new();
    for (at, (_, word)) in words.iter().enumerate() {
        let word = word.to_ascii_lowercase();
        let starts = match word.as_str() {
            "from" | "join" | "into" | "update" => true,
            "table" => {
                at > 0
                    && ["alter", "drop", "truncate"]
                        .iter()
                        .any(|verb| is(&words, at - 1, verb))
            }
            _ => false,
        };
        if !starts {
            continue;
        }
        let mut next = at + 1;
        while ["if", "exists", "only"]
            .iter()
            .any(|filler| is(&words, next, filler))
        {
            next += 1;
        }
        // `FROM a x, b AS y` names two tables
        while let Some((line, name)) = words.get(next).filter(|(_, name)| is_name(name)) {
            found.push((*line, name.to_lowercase()));
            next += 1;
            if is(&words, next, "as") {
                next += 1;
            }
            if words.get(next).is_some_and(|(_, alias)| is_name(alias)) && is(&words, next + 1, ",") {
                next += 1;
            }
            if word != "from" || !is(&words, next, ",") {
                break;
            }
            next += 1;
        }
    }
    found
}

fn is(words: &[(usize, String)], at: usize, wanted: &str) -> bool {
    words
        .get(at)
        .is_some_and(|(_, word)| word.eq_ignore_ascii_case(wanted))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|ch: char| ch.is_ascii_alphabetic() || ch == '_')
}

/// Names and single marks with their lines; quotes around names are dropped.
fn words(sql: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut joined = false;
    for (number, line) in sql.lines().enumerate() {
        for ch in line.chars() {
            let part = ch.is_alphanumeric() || ch == '_' || ch == '$';
            match found.last_mut() {
                Some((_, last)) if part && joined => last.push(ch),
                _ if part || !(ch.is_whitespace() || ch == '"') => found.push((number + 1, ch.to_string())),
                _ => {}
            }
            joined = part;
        }
        joined = false;
    }
    found
}

/// Whether a string literal is SQL and not prose that happens to say "from".
fn looks_like_sql(text: &str) -> bool {
    const BEGINS: [&str; 9] = [
        "select", "insert", "update", "delete", "with", "create", "drop", "alter", "truncate",
    ];
    const INSIDE: [&str; 5] = [" FROM ", "JOIN ", "INTO ", "UPDATE ", "FROM "];
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    BEGINS.contains(&first.as_str()) || INSIDE.iter().any(|word| text.contains(word))
}

/// SQL with its `--` comments blanked, so that prose in them names no table.
fn without_comments(sql: &str) -> String {
    let line = |line: &str| {
        // a line for one engine only is SQL behind its mark
        let rest = ["-- sqlite:", "-- postgres:"]
            .iter()
            .find_map(|mark| line.trim_start().strip_prefix(mark));
        rest.unwrap_or(line)
            .split("--")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    sql.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEAM: (&str, &str) = (
        "crates/team/schema/0001_people.sql",
        "-- who works here\nCREATE TABLE people (id BIGINT);\nCREATE TABLE IF NOT EXISTS \"shops\" (id BIGINT);\n",
    );
    const RECEPTION: (&str, &str) = (
        "crates/reception/src/schema/0001.sql",
        "CREATE TABLE conversations (id BIGINT);\n",
    );

    fn told(path: &str, text: &str) -> Vec<String> {
        let tree = Tree::of(&[TEAM, RECEPTION, (path, text)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_room_may_use_its_own_tables() {
        let source = "fn a() { q(\"SELECT * FROM conversations c JOIN other o ON 1 = 1\"); }";
        assert!(told("crates/reception/src/a.rs", source).is_empty());
    }

    #[test]
    fn a_table_of_another_room_is_told_with_its_line() {
        let source = "fn a() {\n    q(\n        \"SELECT c.id\n         FROM conversations c, people p\n         WHERE 1 = 1\");\n}";
        let said = told("crates/reception/src/a.rs", source);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with("crates/reception/src/a.rs:4: touches `people`, a table of team"),
            "{said:?}"
        );
    }

    #[test]
    fn every_way_to_name_a_table_is_seen() {
        for sql in [
            "select 1 from shops",
            "INSERT INTO shops (id) VALUES ($1)",
            "UPDATE shops SET id = 1",
            "DELETE FROM shops",
            "SELECT 1 FROM conversations AS c LEFT JOIN shops ON 1 = 1",
            "WITH x AS (SELECT 1 FROM conversations c, shops) SELECT 1",
            "DROP TABLE IF EXISTS shops",
            "SELECT 1 FROM \\\"shops\\\"",
        ] {
            let said = told(
                "crates/reception/src/a.rs",
                &format!("const Q: &str = \"{sql}\";"),
            );
            assert_eq!(said.len(), 1, "{sql}: {said:?}");
        }
    }

    #[test]
    fn prose_upserts_and_locks_name_no_table() {
        for text in [
            "a message from people of the shop",
            "INSERT INTO conversations (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = 1",
            "SELECT 1 FROM conversations FOR UPDATE SKIP LOCKED",
        ] {
            let said = told(
                "crates/reception/src/a.rs",
                &format!("const Q: &str = \"{text}\";"),
            );
            assert!(said.is_empty(), "{said:?}");
        }
        assert!(told("crates/reception/src/a.rs", "// SELECT 1 FROM people\nfn a() {}").is_empty());
    }

    #[test]
    fn tests_and_the_backup_may_look_at_every_table() {
        let source = "const Q: &str = \"SELECT 1 FROM people\";";
        assert!(told("crates/reception/tests/a.rs", source).is_empty());
        assert!(told("crates/xiaoer/src/backup.rs", source).is_empty());
        assert!(told("crates/xiaoer/src/backup/write.rs", source).is_empty());
        assert!(
            told(
                "crates/reception/src/a.rs",
                &format!("#[cfg(test)]\nmod tests {{\n{source}\n}}")
            )
            .is_empty()
        );
        assert_eq!(told("crates/xiaoer/src/serve.rs", source).len(), 1);
        assert_eq!(told("crates/reception/src/backup.rs", source).len(), 1);
    }

    #[test]
    fn a_schema_may_not_touch_or_take_anothers_table() {
        let said = told("crates/hub/schema/0001.sql", "CREATE TABLE people (id BIGINT);\n");
        assert!(said[0].contains("`people` is a table of"), "{said:?}");
        let said = told(
            "crates/hub/schema/0001.sql",
            "-- postgres: ALTER TABLE people ADD COLUMN x BIGINT;\n",
        );
        assert!(
            said[0].contains("crates/hub/schema/0001.sql:1: touches `people`"),
            "{said:?}"
        );
    }
}
