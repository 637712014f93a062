//! What an index finds in its folder: whether it can go on, and if not, how the folder is emptied.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::schema::{self, VERSION};
use crate::{Error, Index};

/// What was found in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The index goes on from [`Index::cursor`].
    Kept,
    /// There was no index; an empty one is there now, with cursor 0.
    New,
    /// The index was of another epoch (the store was restored); it was emptied, cursor 0.
    OtherEpoch,
    /// The index was made by another version of this crate; it was emptied, cursor 0.
    OtherVersion,
    /// The index could not be read; it was emptied, cursor 0.
    Broken,
}

impl Opened {
    /// Whether the index is empty now and must be fed from the beginning.
    pub fn needs_rebuild(self) -> bool {
        self != Opened::Kept
    }
}

/// What a commit carries: the version of the schema, how far the log was read, the store's epoch.
pub(crate) fn payload(cursor: i128, epoch: &str) -> String {
    format!("{VERSION} {cursor} {epoch}")
}

/// The index in the folder, `None` when there is none, or why it cannot go on.
pub(crate) fn existing(dir: &Path, epoch: &str) -> Result<Option<Index>, Opened> {
    if !dir.join("meta.json").exists() {
        return Ok(None);
    }
    let read = || -> Result<Result<Index, Opened>, Error> {
        let index = tantivy::Index::open_in_dir(dir)?;
        let (ours, fields) = schema::schema();
        let Some(payload) = index.load_metas()?.payload else {
            // Made, but never committed to: as good as none.
            return Ok(Err(Opened::New));
        };
        let mut parts = payload.splitn(3, ' ');
        let version = parts.next().and_then(|v| v.parse().ok());
        let cursor = parts.next().and_then(|c| c.parse().ok());
        let (Some(cursor), Some(its)) = (cursor, parts.next()) else {
            return Ok(Err(Opened::Broken));
        };
        if version != Some(VERSION) || index.schema() != ours {
            return Ok(Err(Opened::OtherVersion));
        }
        if its != epoch {
            return Ok(Err(Opened::OtherEpoch));
        }
        let index = Index::over(index, fields, cursor, epoch)?;
        index.touch()?;
        Ok(Ok(index))
    };
    // A damaged file may fail a bound check inside the engine: that is a broken index, not a crash.
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(Ok(index))) => Ok(Some(index)),
        Ok(Ok(Err(Opened::New))) => Ok(None),
        Ok(Ok(Err(reason))) => Err(reason),
        Ok(Err(error)) => {
            tracing::warn!(%error, "search index cannot be read");
            Err(Opened::Broken)
        }
        Err(_) => Err(Opened::Broken),
    }
}

/// Removes the index's files, and nothing else that someone may have put into the folder.
pub(crate) fn wipe(dir: &Path) -> Result<(), Error> {
    for entry in std::fs::read_dir(dir)? {
        let path: PathBuf = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let ours = ["meta.json", ".managed.json"].contains(&name)
            || name.starts_with(".tantivy-")
            || name.starts_with(".tmp")
            || ["idx", "pos", "term", "store", "fast", "fieldnorm", "del", "temp"].contains(&ending);
        if !ours {
            continue;
        }
        if path.is_dir() {
            std::fs::remove_dir_all(&path)?;
        } else {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}
