//! Marks of unfinished work and of silenced lints. It finds words; whether a thing is finished it cannot
//! see.

use crate::finding::Finding;
use crate::rust_text::{Kind, code_only, cut};
use crate::tree::{File, Tree};

// Written in two halves, so that this file does not find itself.
const NOTES: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
const EXCUSES: [&str; 5] = [
    concat!("not ", "implemented"),
    concat!("for ", "now"),
    concat!("coming ", "soon"),
    concat!("hard", "coded"),
    concat!("敬请", "期待"),
];
const MACROS: [&str; 3] = [
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("db", "g!"),
];
const SCRIPT: [&str; 8] = [
    concat!("@ts-", "ignore"),
    concat!("@ts-", "nocheck"),
    concat!("it.", "only("),
    concat!("test.", "only("),
    concat!("describe.", "only("),
    concat!("it.", "skip("),
    concat!("test.", "skip("),
    concat!("describe.", "skip("),
];

/// Finds the marks in Rust and in the web's sources.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        match file.extension() {
            "rs" => rust(file, &mut findings),
            "ts" | "vue" | "mjs" => script(file, &mut findings),
            _ => {}
        }
    }
    findings
}

fn rust(file: &File, findings: &mut Vec<Finding>) {
    for piece in cut(&file.text) {
        if piece.kind != Kind::Code {
            words(file, piece.line, &piece.text, findings);
        }
    }
    let code = code_only(&file.text);
    for (number, line) in code.lines().enumerate() {
        for mark in MACROS.iter().filter(|mark| has_word(line, mark)) {
            findings.push(Finding::wrong(
                &file.path,
                number + 1,
                format!("`{mark}` is left in"),
            ));
        }
    }
    for (line, attribute) in attributes(&code) {
        if has_word(attribute, "allow") {
            let message = "use `#[expect(lint, reason = \"...\")]` in place of `allow`";
            findings.push(Finding::wrong(&file.path, line, message));
        }
        if attribute == "ignore" {
            findings.push(Finding::wrong(
                &file.path,
                line,
                "an ignored test says why: `#[ignore = \"...\"]`",
            ));
        }
    }
}

fn script(file: &File, findings: &mut Vec<Finding>) {
    if file.path.ends_with("schema.ts") {
        return;
    }
    words(file, 1, &file.text, findings);
    for (number, line) in file.text.lines().enumerate() {
        for mark in SCRIPT.iter().filter(|mark| line.contains(**mark)) {
            findings.push(Finding::wrong(
                &file.path,
                number + 1,
                format!("`{mark}` is left in"),
            ));
        }
        if line.contains("eslint-disable") && !line.contains(" -- ") {
            let message = "a disabled rule says why: `eslint-disable-next-line RULE -- reason`";
            findings.push(Finding::wrong(&file.path, number + 1, message));
        }
    }
}

fn words(file: &File, first_line: usize, text: &str, findings: &mut Vec<Finding>) {
    for (number, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        let notes = NOTES.iter().filter(|note| has_word(line, note));
        let excuses = EXCUSES.iter().filter(|excuse| has_word(&lower, excuse));
        for mark in notes.chain(excuses) {
            findings.push(Finding::wrong(
                &file.path,
                first_line + number,
                format!("\"{mark}\" is left in"),
            ));
        }
    }
}

/// Whether `word` stands in `line` with no letter or digit of ASCII beside it.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |ch: char| ch.is_ascii_alphanumeric() || ch == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(is_part);
        let after = line[at + word.len()..].chars().next().is_some_and(is_part);
        let open_ended = word.ends_with('!');
        !before && (open_ended || !after)
    })
}

/// The insides of `#[...]` and `#![...]` with their lines.
fn attributes(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices('#') {
        let rest = code[at + 1..].trim_start_matches('!');
        let Some(inside) = rest.strip_prefix('[') else {
            continue;
        };
        let mut depth = 1usize;
        let end = inside.find(|ch| {
            match ch {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let line = code[..at].matches('\n').count() + 1;
        found.push((line, inside[..end.unwrap_or(inside.len())].trim()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<usize> {
        check(&Tree::of(&[(path, text)]))
            .iter()
            .map(|finding| finding.line)
            .collect()
    }

    #[test]
    fn notes_to_oneself_are_found_in_comments_and_texts() {
        let source = format!(
            "fn a() {{}}\n// {}: later\nlet x = \"{}\";\n",
            NOTES[0], EXCUSES[0]
        );
        assert_eq!(told("crates/a/src/b.rs", &source), [2, 3]);
        assert_eq!(told("web/console/b.ts", &format!("x\n// {} y\n", NOTES[1])), [2]);
    }

    #[test]
    fn words_that_only_look_alike_pass() {
        assert!(
            told(
                "crates/a/src/b.rs",
                "// a methodology; wait for nowhere; 待办 todo list\n"
            )
            .is_empty()
        );
        assert!(
            told(
                "crates/a/src/b.rs",
                "fn allow(x: u8) { door.allow(x); rule.allow_list(x); }\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn allow_and_left_in_macros_are_found() {
        let source = format!(
            "#[expect(dead_code, reason = \"x\")]\n#[allow(dead_code)]\nfn a() {{ {}(); }}\n",
            MACROS[0]
        );
        assert_eq!(told("crates/a/src/b.rs", &source), [3, 2]);
        assert_eq!(
            told("crates/a/src/b.rs", "#![cfg_attr(test,\n  allow(dead_code))]\n"),
            [1]
        );
    }

    #[test]
    fn an_ignored_test_says_why() {
        assert_eq!(
            told("crates/a/tests/b.rs", "#[test]\n#[ignore]\nfn a() {}\n"),
            [2]
        );
        assert!(
            told(
                "crates/a/tests/b.rs",
                "#[test]\n#[ignore = \"needs a disk\"]\nfn a() {}\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn a_silenced_web_rule_says_why() {
        assert_eq!(
            told("web/ui/a.vue", "// eslint-disable-next-line vue/no-v-html\n"),
            [1]
        );
        assert!(
            told(
                "web/ui/a.vue",
                "// eslint-disable-next-line vue/no-v-html -- escaped above\n"
            )
            .is_empty()
        );
        assert_eq!(
            told("web/ui/a.test.ts", &format!("{}'x', () => {{}})\n", SCRIPT[2])),
            [1]
        );
    }
}
