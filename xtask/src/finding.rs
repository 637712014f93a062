//! One finding of a check, and how it is told. It does not decide what is wrong; the checks do.

use std::fmt;
use std::path::{Path, PathBuf};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// The check fails.
    Wrong,
    /// Worth knowing; the check passes.
    Note,
}

/// Something a check saw, with the place to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// How grave it is.
    pub(crate) level: Level,
    /// The file, relative to the top of the tree.
    pub(crate) file: PathBuf,
    /// The line from 1, or 0 when the whole file is meant.
    pub(crate) line: usize,
    /// What is wrong and how to mend it.
    pub(crate) message: String,
}

impl Finding {
    /// A finding that fails the check.
    pub(crate) fn wrong(file: impl AsRef<Path>, line: usize, message: impl Into<String>) -> Self {
        Self {
            level: Level::Wrong,
            file: file.as_ref().to_path_buf(),
            line,
            message: message.into(),
        }
    }

    /// A finding that is only listed.
    pub(crate) fn note(file: impl AsRef<Path>, line: usize, message: impl Into<String>) -> Self {
        Self {
            level: Level::Note,
            ..Self::wrong(file, line, message)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.level == Level::Note { "note: " } else { "" };
        let file = self.file.display();
        match self.line {
            0 => write!(out, "{file}: {mark}{}", self.message),
            line => write!(out, "{file}:{line}: {mark}{}", self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_file_and_line() {
        assert_eq!(
            Finding::wrong("a.rs", 3, "too long").to_string(),
            "a.rs:3: too long"
        );
        assert_eq!(Finding::note("a.rs", 0, "long").to_string(), "a.rs: note: long");
    }
}
