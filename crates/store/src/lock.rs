use std::fs::{File, TryLockError};
use std::path::Path;

use base::Problem;

/// Holds a data folder: one process at a time owns the SQLite file in it. Let go on drop or death.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder (made if need be); `folder_locked` when another process has it.
    pub fn take(folder: &Path) -> Result<FolderLock, Problem> {
        let refused = |what: &str, error: &std::io::Error| {
            Problem::input(
                "data",
                "folder_unusable",
                format!("{what} {}: {error}", folder.display()),
            )
        };
        std::fs::create_dir_all(folder).map_err(|e| refused("Cannot make", &e))?;
        let file = File::create(folder.join("lock")).map_err(|e| refused("Cannot write in", &e))?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Problem::conflict(
                "folder_locked",
                "Another Xiaoer process is using this folder.",
            )),
            Err(TryLockError::Error(error)) => Err(refused("Cannot lock", &error)),
        }
    }
}
