//! Which files hold examples that rustdoc would run. Running them costs a build of each crate's documents,
//! so `make test` asks here first.

use crate::tree::Tree;

/// The paths of the files under `crates/*/src` with a runnable example.
pub(crate) fn list(tree: &Tree) -> Vec<String> {
    let in_source = tree
        .with_extension("rs")
        .filter(|file| file.in_crate().is_some() && !file.is_test());
    in_source
        .filter(|file| has_example(&file.text))
        .map(|file| file.path.display().to_string())
        .collect()
}

fn has_example(text: &str) -> bool {
    let mut open = false;
    for line in text.lines() {
        let line = line.trim_start();
        let Some(doc) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            open = false;
            continue;
        };
        let Some(language) = doc.trim_start().strip_prefix("```") else {
            continue;
        };
        if !open && runs(language) {
            return true;
        }
        open = !open;
    }
    false
}

/// Whether rustdoc takes a fence of this language for a test.
fn runs(language: &str) -> bool {
    let mut words = language
        .split([',', ' '])
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words.all(|word| {
        matches!(word, "rust" | "no_run" | "should_panic" | "compile_fail") || word.starts_with("edition")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_runnable_fences_count() {
        assert!(has_example(
            "/// Adds.\n/// ```\n/// add(1, 1);\n/// ```\nfn add() {}"
        ));
        assert!(has_example("//! ```rust,no_run\n//! x();\n//! ```"));
        assert!(!has_example("//! ```text\n//! a -> b\n//! ```\n"));
        assert!(!has_example(
            "//! ```sql\n//! SELECT 1\n//! ```\n\n//! ```json\n//! {}\n//! ```\n"
        ));
        assert!(!has_example("fn a() { \"```\"; }"));
    }
}
