//! File sizes: a long file is a smell, a very long one a second noun that moved in. Tests and generated
//! files are not measured.

use crate::finding::Finding;
use crate::tree::{File, Tree};

const LISTED: usize = 400;
const MOST: usize = 800;
const LISTED_VUE: usize = 250;
const GENERATED: [&str; 1] = ["web/api/schema.ts"];

/// Lists the long files and fails the very long ones.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter(|file| is_measured(file))
        .filter_map(judge)
        .collect()
}

fn is_measured(file: &File) -> bool {
    let generated = GENERATED.iter().any(|path| file.path.as_os_str() == *path);
    matches!(file.extension(), "rs" | "ts" | "vue") && !generated && !file.is_test()
}

fn judge(file: &File) -> Option<Finding> {
    let lines = file.text.lines().count();
    let listed = if file.extension() == "vue" {
        LISTED_VUE
    } else {
        LISTED
    };
    if lines > MOST {
        return Some(Finding::wrong(
            &file.path,
            0,
            format!("{lines} lines, more than {MOST}: move a noun out"),
        ));
    }
    (lines > listed).then(|| Finding::note(&file.path, 0, format!("{lines} lines, more than {listed}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;

    fn level(path: &str, lines: usize) -> Option<Level> {
        let text = "x\n".repeat(lines);
        check(&Tree::of(&[(path, &text)]))
            .first()
            .map(|finding| finding.level)
    }

    #[test]
    fn long_files_are_listed_and_very_long_ones_fail() {
        assert_eq!(level("crates/a/src/b.rs", 400), None);
        assert_eq!(level("crates/a/src/b.rs", 401), Some(Level::Note));
        assert_eq!(level("crates/a/src/b.rs", 800), Some(Level::Note));
        assert_eq!(level("web/console/b.ts", 801), Some(Level::Wrong));
        assert_eq!(level("web/console/b.vue", 251), Some(Level::Note));
    }

    #[test]
    fn tests_and_generated_files_may_be_long() {
        assert_eq!(level("crates/a/tests/b.rs", 900), None);
        assert_eq!(level("web/api/schema.ts", 9000), None);
        assert_eq!(level("web/console/b.test.ts", 900), None);
        assert_eq!(level("docs/long.md", 900), None);
    }
}
