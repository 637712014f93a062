//! The first line of every crate says what it owns. It does not look into the files below.

use crate::finding::Finding;
use crate::tree::{File, Tree};

/// Crates whose root does not begin with a `//!` sentence.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.with_extension("rs").filter_map(judge).collect()
}

fn judge(file: &File) -> Option<Finding> {
    let parts = file.parts();
    let (["crates", name, "src", "lib.rs" | "main.rs"] | [name, "src", "main.rs"]) = parts.as_slice() else {
        return None;
    };
    let doc = file
        .text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"))
        .unwrap_or_default();
    // the bare name of the crate says nothing
    (doc.split_whitespace().count() < 3).then(|| {
        Finding::wrong(
            &file.path,
            1,
            format!("say in a `//!` sentence what `{name}` owns"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> usize {
        check(&Tree::of(&[("crates/team/src/lib.rs", text)])).len()
    }

    #[test]
    fn a_crate_begins_with_a_sentence() {
        assert_eq!(lines("//! People, shops and rights; it never routes.\n"), 0);
        assert_eq!(lines("//! team\n"), 1);
        assert_eq!(lines("use std::fmt;\n//! People, shops and rights.\n"), 1);
        assert_eq!(lines(""), 1);
        assert!(check(&Tree::of(&[("crates/team/src/shop.rs", "")])).is_empty());
    }
}
