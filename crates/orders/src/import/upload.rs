//! Files that were uploaded for imports: how many somebody may leave here, and when they go. They hold names, phones
//! and addresses in full, so they stay only as long as a run may still read them; giving back needs the journal alone.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use base::{Actor, Id, Ms, Problem};
use serde_json::json;
use store::{Db, Tx, args};

use crate::import::fault;
use crate::import::run::{ImportState, get, told, turn};

/// Files of one person that may wait to be taken in, and bytes of them together.
const MOST_FILES: i64 = 20;
const MOST_BYTES: i64 = 4 << 30;
/// How long a file that was only looked at stays.
const LOOKED_MS: i64 = 7 * 86_400_000;
/// How long a file no run names may still be on its way.
const COMING_MS: i64 = 86_400_000;

/// States in which a run may still read its file.
const READS: &str = "state IN ('looked', 'waiting', 'running')";

/// Refuses with `imports_too_many` whoever has left too much that is not taken in yet. The command line, whose files
/// stay where they are, may.
pub(crate) fn room(tx: &mut Tx<'_>, who: &Actor) -> Result<(), Problem> {
    let Some(person) = who.person() else {
        return Ok(());
    };
    let sql = format!(
        "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM import_run
         WHERE org_id = $1 AND person_id = $2 AND {READS}"
    );
    let left: Option<(i64, i64)> =
        tx.row(&sql, args![who.org, person], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (files, bytes) = left.unwrap_or_default();
    if files < MOST_FILES && bytes < MOST_BYTES {
        return Ok(());
    }
    let detail = "Take in or cancel the files you have sent before.";
    Err(Problem::conflict("imports_too_many", detail)
        .with("limit", MOST_FILES)
        .with("files", files))
}

/// Ends runs that were looked at long ago and never taken in, of all organisations.
fn lapse(tx: &mut Tx<'_>, now: Ms, runs: &[(Id, Id)]) -> Result<(), Problem> {
    for (org, id) in runs {
        let run = get(tx, *org, *id)?;
        if run.state == ImportState::Looked {
            turn(tx, now, *org, *id, ImportState::Looked, ImportState::Cancelled)?;
            told(
                tx,
                now,
                &Actor::program(*org),
                &run,
                "import.cancelled",
                json!({}),
            )?;
        }
    }
    Ok(())
}

fn lapsed(tx: &mut Tx<'_>, now: Ms) -> Result<Vec<(Id, Id)>, Problem> {
    tx.rows(
        "SELECT org_id, id FROM import_run WHERE state = 'looked' AND made_at < $1 ORDER BY id LIMIT 100",
        args![now.plus(-LOOKED_MS)],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Of these paths: those a run may still read, and those only ended runs name.
fn paths(tx: &mut Tx<'_>, files: &[PathBuf]) -> Result<(HashSet<PathBuf>, HashSet<PathBuf>), Problem> {
    let (mut read, mut ended) = (HashSet::new(), HashSet::new());
    let sql =
        format!("SELECT CAST(CASE WHEN {READS} THEN 1 ELSE 0 END AS BIGINT) FROM import_run WHERE path = $1");
    for file in files {
        let runs: Vec<bool> = tx.rows(&sql, args![&*file.to_string_lossy()], |row| row.get(0))?;
        if runs.contains(&true) {
            read.insert(file.clone());
        } else if !runs.is_empty() {
            ended.insert(file.clone());
        }
    }
    Ok((read, ended))
}

/// Takes files out of `folder`, where uploads lie, that no run may read any more; runs that were only looked at end
/// after a week, and what stands in refused rows is forgotten a month after the end of theirs. A file that cannot be taken away is tried again the next time.
pub(crate) async fn tidy(db: &Db, now: Ms, folder: &Path) -> Result<(), Problem> {
    let old = db.read(move |tx| lapsed(tx, now)).await?;
    if !old.is_empty() {
        db.write(move |tx| lapse(tx, now, &old)).await?;
    }
    db.write(move |tx| fault::forget_old(tx, now)).await?;
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else {
        return Ok(());
    };
    let mut files = Vec::new();
    while let Ok(Some(entry)) = entries.next_entry().await {
        files.push(entry.path());
    }
    if files.is_empty() {
        return Ok(());
    }
    let asked = files.clone();
    let (read, ended) = db.read(move |tx| paths(tx, &asked)).await?;
    for file in files {
        let goes = ended.contains(&file) || (!read.contains(&file) && stale(&file, now).await);
        if goes && let Err(error) = tokio::fs::remove_file(&file).await {
            tracing::warn!(%error, "an uploaded file could not be taken away");
        }
    }
    Ok(())
}

/// Whether a file lies here for so long that nobody is sending it any more.
async fn stale(file: &Path, now: Ms) -> bool {
    let Ok(about) = tokio::fs::metadata(file).await else {
        return false;
    };
    let since = about
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .is_some_and(|at| now.since(Ms(at)) > COMING_MS)
}

/// Makes a file in `folder` that nobody but this program's user can read.
pub(crate) async fn create(folder: &Path, name: &str) -> std::io::Result<(tokio::fs::File, PathBuf)> {
    tokio::fs::create_dir_all(folder).await?;
    let path = folder.join(name);
    let mut how = tokio::fs::OpenOptions::new();
    how.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        tokio::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).await?;
        how.mode(0o600);
    }
    Ok((how.open(&path).await?, path))
}
