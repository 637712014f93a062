//! What whoever works on an import notes of it.

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Problem};
use serde_json::{Value, json};
use sheet::Fault;
use store::{Tx, args};

use crate::import::run::{Import, ImportCounts, ImportState, get, moved, told, turn};
use crate::import::slice::Slice;

/// Notes words nobody knows, and in how many rows they stand.
pub(crate) fn note(tx: &mut Tx<'_>, org: Id, id: Id, words: &BTreeMap<String, u64>) -> Result<(), Problem> {
    let words = serde_json::to_string(words).map_err(|_| Problem::internal())?;
    tx.exec(
        "UPDATE import_run SET unknown_words = $3 WHERE org_id = $1 AND id = $2",
        args![org, id, &words],
    )?;
    Ok(())
}

/// How long nothing may be heard of whoever works on a run before another takes over.
const LEASE_MS: i64 = 60_000;

/// Begins a run that waits, unless another of the organisation is under way; whether it begins.
pub(crate) fn begin(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id) -> Result<bool, Problem> {
    let busy: Option<Id> = tx.value(
        "SELECT id FROM import_run
         WHERE org_id = $1 AND id <> $2 AND state IN ('running', 'cancelling', 'undoing') AND beat_at > $3 LIMIT 1",
        args![org, id, now.plus(-LEASE_MS)],
    )?;
    if busy.is_some() {
        return Ok(false);
    }
    turn(tx, now, org, id, ImportState::Waiting, ImportState::Running)?;
    Ok(true)
}

/// Takes a run that is under way up as `worker`, who had it as `before`: from then on no slice goes in that
/// another one reads. `None` while whoever has it lives; `alone` says that nobody else can have the database.
pub(crate) fn take_up(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    id: Id,
    before: Id,
    alone: bool,
) -> Result<Option<Import>, Problem> {
    let worker = tx.id();
    let taken = tx.exec(
        "UPDATE import_run SET worker = $3, beat_at = $4
         WHERE org_id = $1 AND id = $2 AND state IN ('running', 'cancelling', 'undoing')
           AND (worker = 0 OR worker = $5 OR beat_at <= $6 OR $7 = 1)",
        args![org, id, worker, now, before, now.plus(-LEASE_MS), alone],
    )?;
    if taken == 1 {
        get(tx, org, id).map(Some)
    } else {
        Ok(None)
    }
}

/// Refuses with `import_moved` a slice that does not follow those that are in, or that another worker reads.
pub(crate) fn expects(tx: &mut Tx<'_>, org: Id, id: Id, worker: Id, slice: &Slice) -> Result<(), Problem> {
    let found: Option<i64> = tx.value(
        "SELECT slices FROM import_run
         WHERE org_id = $1 AND id = $2 AND state = 'running' AND worker = $3 AND slices = $4",
        args![org, id, worker, slice.no - 1],
    )?;
    found.map(drop).ok_or_else(moved)
}

/// Notes that a slice is in, after [`expects`].
pub(crate) fn advance(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    id: Id,
    slice: &Slice,
    faults: &[&Fault],
    counts: &ImportCounts,
) -> Result<(), Problem> {
    let advanced = tx.exec(
        "UPDATE import_run
         SET slices = $3, cursor_sheet = $4, cursor_row = $5, beat_at = $6, n_read = n_read + $7,
             n_created = n_created + $8, n_changed = n_changed + $9, n_unchanged = n_unchanged + $10,
             n_refused = n_refused + $11, n_masked = n_masked + $12
         WHERE org_id = $1 AND id = $2 AND state = 'running' AND slices = $3 - 1",
        args![
            org,
            id,
            slice.no,
            slice.turn,
            i64::try_from(slice.upto).unwrap_or(i64::MAX),
            now,
            counts.read,
            counts.created,
            counts.changed,
            counts.unchanged,
            counts.refused,
            counts.masked_buyers
        ],
    )?;
    if advanced != 1 {
        return Err(moved());
    }
    crate::import::fault::keep(tx, org, id, slice.sheet, faults)
}

/// Notes that customers up to `last` have what the run brought them.
pub(crate) fn summed(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id, after: Id, last: Id) -> Result<(), Problem> {
    let noted = tx.exec(
        "UPDATE import_run SET summed_to = $4, beat_at = $5 WHERE org_id = $1 AND id = $2 AND summed_to = $3",
        args![org, id, after, last, now],
    )?;
    if noted == 1 { Ok(()) } else { Err(moved()) }
}

/// Ends a run: everything is in.
pub(crate) fn finish(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Import, Problem> {
    turn(tx, now, who.org, id, ImportState::Running, ImportState::Done)?;
    let run = get(tx, who.org, id)?;
    told(tx, now, who, &run, "import.finished", json!(run.counts))?;
    Ok(run)
}

/// Ends a run that cannot go on.
pub(crate) fn fail(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, error: &Value) -> Result<Import, Problem> {
    turn(tx, now, who.org, id, ImportState::Running, ImportState::Failed)?;
    tx.exec(
        "UPDATE import_run SET error = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, id, &error.to_string()],
    )?;
    let run = get(tx, who.org, id)?;
    told(
        tx,
        now,
        who,
        &run,
        "import.failed",
        json!({ "code": error["code"] }),
    )?;
    Ok(run)
}

/// Notes what a slice of the undoing gave back.
pub(crate) fn gave_back(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    id: Id,
    given: i64,
    kept: i64,
) -> Result<(), Problem> {
    tx.exec(
        "UPDATE import_run SET given_back = given_back + $3, kept = kept + $4, beat_at = $5
         WHERE org_id = $1 AND id = $2",
        args![org, id, given, kept, now],
    )?;
    Ok(())
}

/// Ends the giving back.
pub(crate) fn undone(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Import, Problem> {
    let run = get(tx, who.org, id)?;
    let to = match run.state {
        ImportState::Cancelling => ImportState::Cancelled,
        _ => ImportState::Undone,
    };
    turn(tx, now, who.org, id, run.state, to)?;
    let run = get(tx, who.org, id)?;
    let data = json!({ "given_back": run.given_back, "kept": run.kept });
    told(tx, now, who, &run, "import.undone", data)?;
    Ok(run)
}

/// Runs of all organisations that somebody has to go on with, the oldest first.
pub(crate) fn open_runs(tx: &mut Tx<'_>) -> Result<Vec<(Id, Id)>, Problem> {
    tx.rows(
        "SELECT org_id, id FROM import_run WHERE state IN ('waiting', 'running', 'cancelling', 'undoing')
         ORDER BY id",
        args![],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
