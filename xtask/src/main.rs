//! Checks that keep the house true: edges, tables, sizes, fresh files, rows, marks and headers. It changes
//! nothing.

mod doc_tests;
mod edges;
mod finding;
mod fresh;
mod headers;
mod marks;
mod rows;
mod rust_text;
mod sizes;
mod tables;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use finding::{Finding, Level};
use tree::Tree;

const USAGE: &str = "\
usage: cargo run -q -p xtask -- check                  all checks of the sources
       cargo run -q -p xtask -- check --fresh BINARY   only: are the generated files what BINARY says?
       cargo run -q -p xtask -- doc-tests              list the files with examples that rustdoc runs";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    match args.as_slice() {
        ["check"] => with_tree(top, |tree| told(&sources(tree))),
        ["check", "--fresh", binary] => told(&[("fresh", fresh::check(top, &PathBuf::from(binary)))]),
        ["doc-tests"] => with_tree(top, |tree| {
            doc_tests::list(tree).iter().for_each(|path| println!("{path}"));
            ExitCode::SUCCESS
        }),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn with_tree(top: &Path, act: impl FnOnce(&Tree) -> ExitCode) -> ExitCode {
    match Tree::read(top) {
        Ok(tree) => act(&tree),
        Err(why) => {
            eprintln!("{}: {why}", top.display());
            ExitCode::FAILURE
        }
    }
}

/// Every check of the sources with its name.
fn sources(tree: &Tree) -> [(&'static str, Vec<Finding>); 6] {
    [
        ("edges", edges::check(tree)),
        ("tables", tables::check(tree)),
        ("sizes", sizes::check(tree)),
        ("rows", rows::check(tree)),
        ("marks", marks::check(tree)),
        ("headers", headers::check(tree)),
    ]
}

/// Prints the findings and one closing line; fails when one of them is wrong.
fn told(checks: &[(&str, Vec<Finding>)]) -> ExitCode {
    let mut counts = Vec::new();
    let mut wrong = 0;
    for (name, findings) in checks {
        for finding in findings {
            println!("{finding}");
        }
        let bad = findings
            .iter()
            .filter(|finding| finding.level == Level::Wrong)
            .count();
        counts.push(format!("{name} {bad}"));
        wrong += bad;
    }
    println!("xtask check: {wrong} wrong ({})", counts.join(", "));
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
