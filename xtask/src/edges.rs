//! Import edges: which of our crates uses which, against the table in ARCHITECTURE.md. It does not judge
//! the table; a new edge is a change of the design and is seen as one.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::tree::Tree;

const PAGE: &str = "ARCHITECTURE.md";
const FENCE: &str = "```edges";

type Edges = BTreeMap<String, BTreeSet<String>>;

/// Compares the edges of the manifests with the fenced block of the page.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let (real, mut findings) = from_manifests(tree);
    let Some(page) = tree.get(PAGE) else {
        let message = format!("missing; it holds the import edges:\n{}", block(&real));
        findings.push(Finding::wrong(PAGE, 0, message));
        return findings;
    };
    let Some((line, said)) = from_page(&page.text) else {
        let message = format!("has no {FENCE} block; add this one:\n{}", block(&real));
        findings.push(Finding::wrong(PAGE, 0, message));
        return findings;
    };
    let before = findings.len();
    let names: BTreeSet<&String> = real.keys().chain(said.keys()).collect();
    for name in names {
        let (has, says) = (real.get(name), said.get(name));
        if has.is_none() {
            findings.push(Finding::wrong(
                PAGE,
                line,
                format!("names `{name}`, which is no crate of ours"),
            ));
        }
        if says.is_none() {
            findings.push(Finding::wrong(
                PAGE,
                line,
                format!("does not name the crate `{name}`"),
            ));
        }
        let (Some(has), Some(says)) = (has, says) else {
            continue;
        };
        for new in has.difference(says) {
            let file = format!("crates/{name}/Cargo.toml");
            findings.push(Finding::wrong(
                file,
                0,
                format!("`{name}` uses `{new}`, which {PAGE} does not say"),
            ));
        }
        for gone in says.difference(has) {
            findings.push(Finding::wrong(
                PAGE,
                line,
                format!("says `{name}` uses `{gone}`, which it does not"),
            ));
        }
    }
    if findings.len() > before {
        findings.push(Finding::wrong(
            PAGE,
            line,
            format!("the block as the manifests have it:\n{}", block(&real)),
        ));
    }
    findings
}

/// The crates of ours and what each uses of ours.
fn from_manifests(tree: &Tree) -> (Edges, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut manifests = Vec::new();
    for file in tree.with_extension("toml") {
        let parts = file.parts();
        if let ["crates", folder, "Cargo.toml"] = parts.as_slice() {
            match file.text.parse::<toml::Table>() {
                Ok(table) => manifests.push(((*folder).to_owned(), table)),
                Err(why) => findings.push(Finding::wrong(&file.path, 0, format!("cannot be read: {why}"))),
            }
        }
    }
    let ours: BTreeSet<String> = manifests.iter().map(|(folder, _)| folder.clone()).collect();
    let mut edges = Edges::new();
    for (folder, table) in &manifests {
        let mut uses = BTreeSet::new();
        let per_target = table
            .get("target")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flatten();
        let tables = per_target
            .filter_map(|(_, target)| target.as_table())
            .chain([table]);
        for table in tables {
            let Some(dependencies) = table.get("dependencies").and_then(toml::Value::as_table) else {
                continue;
            };
            for (name, value) in dependencies {
                let package = value.get("package").and_then(toml::Value::as_str).unwrap_or(name);
                if ours.contains(package) {
                    uses.insert(package.to_owned());
                }
            }
        }
        edges.insert(folder.clone(), uses);
    }
    (edges, findings)
}

/// The line of the fence and the edges inside it.
fn from_page(text: &str) -> Option<(usize, Edges)> {
    let start = text.lines().position(|line| line.trim_end() == FENCE)?;
    let inside = text
        .lines()
        .skip(start + 1)
        .take_while(|line| !line.starts_with("```"));
    let edge = |line: &str| {
        let (name, uses) = line.split_once(':')?;
        Some((
            name.trim().to_owned(),
            uses.split_whitespace().map(str::to_owned).collect(),
        ))
    };
    Some((start + 1, inside.filter_map(edge).collect()))
}

/// The block to paste: the crate that uses nothing first, each after all it uses.
fn block(edges: &Edges) -> String {
    let mut order: Vec<&String> = Vec::new();
    while order.len() < edges.len() {
        let ready = |(name, uses): &(&String, &BTreeSet<String>)| {
            !order.contains(name) && uses.iter().all(|used| order.contains(&used))
        };
        match edges
            .iter()
            .find(ready)
            .or_else(|| edges.iter().find(|(name, _)| !order.contains(name)))
        {
            Some((name, _)) => order.push(name),
            None => break,
        }
    }
    let mut text = format!("{FENCE}\n");
    for name in &order {
        let used = order
            .iter()
            .filter(|other| edges[*name].contains(**other))
            .map(|other| format!(" {other}"));
        text.push_str(&format!("{name}:{}\n", used.collect::<String>()));
    }
    text + "```"
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: (&str, &str) = (
        "crates/base/Cargo.toml",
        "[package]\nname = \"base\"\n[dependencies]\nserde = \"1\"\n",
    );
    const STORE: (&str, &str) = (
        "crates/store/Cargo.toml",
        "[dependencies]\nbase.workspace = true\n",
    );
    const TEAM: (&str, &str) = (
        "crates/team/Cargo.toml",
        "[dependencies]\nstore.workspace = true\nbase = { path = \"../base\" }\n",
    );

    fn told(page: &str) -> String {
        let tree = Tree::of(&[BASE, STORE, TEAM, (PAGE, page)]);
        check(&tree)
            .iter()
            .map(|finding| format!("{finding}\n"))
            .collect()
    }

    #[test]
    fn a_true_table_passes_in_any_order() {
        assert_eq!(
            told("# Map\n```edges\nteam: store base\nbase:\nstore: base\n```\n"),
            ""
        );
    }

    #[test]
    fn a_new_and_a_gone_edge_are_told_with_the_mended_block() {
        let said = told("# Map\n\n```edges\nbase: team\nstore: base\nteam: base\n```\n");
        assert!(
            said.contains("crates/team/Cargo.toml: `team` uses `store`"),
            "{said}"
        );
        assert!(
            said.contains("ARCHITECTURE.md:3: says `base` uses `team`"),
            "{said}"
        );
        assert!(
            said.contains("```edges\nbase:\nstore: base\nteam: base store\n```"),
            "{said}"
        );
    }

    #[test]
    fn a_crate_the_table_leaves_out_or_invents_is_told() {
        let said = told("```edges\nbase:\nstore: base\nattic: base\n```\n");
        assert!(said.contains("does not name the crate `team`"), "{said}");
        assert!(
            said.contains("names `attic`, which is no crate of ours"),
            "{said}"
        );
    }

    #[test]
    fn a_page_without_a_block_is_told_what_to_add() {
        assert!(told("# Map\n").contains("add this one:\n```edges\nbase:\n"));
    }

    #[test]
    fn edges_behind_a_target_count() {
        let manifest = "[target.'cfg(unix)'.dependencies]\nb = { package = \"base\", path = \"../base\" }\n";
        let tree = Tree::of(&[BASE, ("crates/store/Cargo.toml", manifest)]);
        assert!(from_manifests(&tree).0["store"].contains("base"));
    }
}
