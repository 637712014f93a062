//! Generated files that are committed: is docs/openapi.json what the binary says, and web/api/schema.ts
//! what the generator makes of it? It changes neither; `make openapi` does.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, id};

use crate::finding::Finding;

const DOCUMENT: &str = "docs/openapi.json";
const SCHEMA: &str = "web/api/schema.ts";
const GENERATOR: &str = "web/node_modules/.bin/openapi-typescript";

/// Compares both files under `top` with what `binary` and the generator write today.
pub(crate) fn check(top: &Path, binary: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    match output(Command::new(binary).arg("openapi")) {
        Ok(fresh) => findings.extend(compare(top, DOCUMENT, &fresh)),
        Err(why) => findings.push(Finding::wrong(
            DOCUMENT,
            0,
            format!("`{} openapi`: {why}", binary.display()),
        )),
    }
    if !top.join(DOCUMENT).exists() {
        return findings;
    }
    match schema(top) {
        Ok(fresh) => findings.extend(compare(top, SCHEMA, &fresh)),
        Err(why) => findings.push(Finding::wrong(SCHEMA, 0, format!("{GENERATOR}: {why}"))),
    }
    findings
}

fn schema(top: &Path) -> Result<String, String> {
    let out = std::env::temp_dir().join(format!("xiaoer-schema-{}.ts", id()));
    let made = output(
        Command::new(top.join(GENERATOR))
            .arg(top.join(DOCUMENT))
            .arg("-o")
            .arg(&out),
    );
    let text = made.and_then(|_| fs::read_to_string(&out).map_err(|why| why.to_string()));
    // the file is ours and temporary; one that was never written is no harm
    let _ = fs::remove_file(&out);
    text
}

/// What a command wrote, or in words why it failed.
fn output(command: &mut Command) -> Result<String, String> {
    let told = |why: io::Error| why.to_string();
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().map_err(told)?;
    if !status.success() {
        return Err(format!("{status}\n{}", String::from_utf8_lossy(&stderr).trim()));
    }
    String::from_utf8(stdout).map_err(|why| why.to_string())
}

fn compare(top: &Path, path: &str, fresh: &str) -> Option<Finding> {
    let committed = match fs::read_to_string(top.join(path)) {
        Ok(text) => text,
        Err(why) => {
            return Some(Finding::wrong(
                path,
                0,
                format!("{why}; make it with `make openapi`"),
            ));
        }
    };
    if committed == fresh {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), fresh.lines().collect());
    let line = (0..)
        .find(|at| old.get(*at) != new.get(*at) || *at >= old.len())
        .unwrap_or_default();
    let shown = |lines: &[&str]| {
        lines
            .get(line)
            .map_or("(the end)".to_owned(), |text| text.trim().to_owned())
    };
    let message = format!(
        "stale: says {}, should say {}; run `make openapi`",
        shown(&old),
        shown(&new)
    );
    Some(Finding::wrong(path, line + 1, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file<T>(name: &str, text: &str, act: impl FnOnce(&Path) -> T) -> T {
        let top = std::env::temp_dir().join(format!("xtask-fresh-{}-{name}", id()));
        fs::create_dir_all(top.join("docs")).expect("a temporary folder");
        fs::write(top.join(DOCUMENT), text).expect("a temporary file");
        let result = act(&top);
        fs::remove_dir_all(&top).expect("the temporary folder is ours");
        result
    }

    #[test]
    fn an_equal_file_is_fresh() {
        assert_eq!(
            with_file("equal", "{\n}\n", |top| compare(top, DOCUMENT, "{\n}\n")),
            None
        );
    }

    #[test]
    fn a_stale_file_is_told_with_its_first_line() {
        let said = with_file("stale", "{\n \"a\": 1\n}\n", |top| {
            compare(top, DOCUMENT, "{\n \"a\": 2\n}\n")
        });
        let said = said.expect("a finding");
        assert_eq!(said.line, 2);
        assert!(
            said.message.contains("says \"a\": 1, should say \"a\": 2"),
            "{said}"
        );
        let said = with_file("short", "{\n", |top| compare(top, DOCUMENT, "{\n}\n")).expect("a finding");
        assert!(said.message.contains("says (the end), should say }"), "{said}");
        assert!(with_file("newline", "{}", |top| compare(top, DOCUMENT, "{}\n")).is_some());
    }

    #[test]
    fn a_missing_file_and_a_failing_command_are_told() {
        let said = with_file("missing", "", |top| compare(top, SCHEMA, "x")).expect("a finding");
        assert!(said.message.contains("make openapi"), "{said}");
        assert!(output(&mut Command::new("false")).is_err_and(|why| why.contains("exit status: 1")));
        assert!(output(Command::new("echo").arg("小二")).is_ok_and(|text| text == "小二\n"));
    }
}
