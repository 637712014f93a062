//! The source tree in memory: every file the checks read, with its path. It does not look into build
//! output, installed packages or git's own folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const SKIPPED: [&str; 5] = ["target", "node_modules", "dist", "screenshots", "data"];
const READ: [&str; 7] = ["rs", "toml", "sql", "md", "ts", "vue", "mjs"];

/// One text file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Its path from the top of the tree.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
}

/// The files of the house, sorted by path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// All files with an extension the checks know.
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the tree under `top`. Fails when a folder or file cannot be read.
    pub(crate) fn read(top: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        walk(top, Path::new(""), &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// The file at `path`, if there is one.
    pub(crate) fn get(&self, path: impl AsRef<Path>) -> Option<&File> {
        self.files.iter().find(|file| file.path == path.as_ref())
    }

    /// The files with this extension.
    pub(crate) fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a File> {
        self.files
            .iter()
            .filter(move |file| file.extension() == extension)
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: path.into(),
            text: (*text).to_owned(),
        };
        Self {
            files: files.iter().map(file).collect(),
        }
    }
}

impl File {
    /// The extension, or nothing.
    pub(crate) fn extension(&self) -> &str {
        self.path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default()
    }

    /// The parts of the path, as text.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.path.iter().filter_map(|part| part.to_str()).collect()
    }

    /// The crate under `crates/` the file stands in, if it does.
    pub(crate) fn in_crate(&self) -> Option<&str> {
        match self.parts().as_slice() {
            ["crates", name, _, ..] => Some(name),
            _ => None,
        }
    }

    /// Whether the whole file is test code, by where it stands or how it is named.
    pub(crate) fn is_test(&self) -> bool {
        let name = self
            .path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let folders = self.path.parent().unwrap_or(Path::new(""));
        folders
            .iter()
            .any(|part| ["tests", "benches", "e2e"].iter().any(|test| part == *test))
            || name == "tests.rs"
            || name.ends_with("_tests.rs")
            || name.ends_with(".test.ts")
            || name.ends_with(".test.mjs")
    }
}

fn walk(top: &Path, folder: &Path, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(top.join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = folder.join(name.as_ref());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            // `data` and `target` are output at the top only; a room may own a folder of such a name
            let output = SKIPPED.contains(&name.as_ref())
                && (folder.as_os_str().is_empty() || name == "node_modules" || name == "dist");
            if !output && !name.starts_with('.') {
                walk(top, &path, files)?;
            }
        } else if kind.is_file() {
            let known = path
                .extension()
                .is_some_and(|found| READ.iter().any(|read| found == *read));
            if known {
                let bytes = fs::read(top.join(&path))?;
                files.push(File {
                    path,
                    text: String::from_utf8_lossy(&bytes).into_owned(),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_code_is_known_by_its_place() {
        let tree = Tree::of(&[
            ("crates/team/src/shop.rs", ""),
            ("crates/team/tests/shop.rs", ""),
            ("crates/team/src/shop/tests.rs", ""),
            ("web/console/a.test.ts", ""),
            ("web/e2e/lib.mjs", ""),
        ]);
        let tests: Vec<bool> = tree.files.iter().map(File::is_test).collect();
        assert_eq!(tests, [false, true, true, true, true]);
        assert_eq!(tree.files[0].in_crate(), Some("team"));
        assert_eq!(tree.files[3].in_crate(), None);
    }

    #[test]
    fn the_real_tree_is_read_without_build_output() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let tree = Tree::read(&top).expect("the tree of this repository is readable");
        assert!(tree.get("xtask/src/tree.rs").is_some());
        assert!(
            !tree
                .files
                .iter()
                .any(|file| file.parts().contains(&"node_modules"))
        );
        assert!(!tree.files.iter().any(|file| file.parts()[0] == "target"));
    }
}
