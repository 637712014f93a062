use base::{Ms, Problem};
use store::{Tx, args};

use crate::token::hash;

/// How often something may fail, and how long whoever failed too often waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Failures that are free.
    pub(crate) tries: i64,
    /// After how long a few failures are forgotten, in milliseconds.
    pub(crate) window_ms: i64,
    /// The first wait, in milliseconds; it doubles with each failure after it.
    pub(crate) wait_ms: i64,
    /// The longest wait, in milliseconds.
    pub(crate) longest_ms: i64,
}

/// Who failed too often is remembered this long after the last failure.
const MEMORY_MS: i64 = 86_400_000;

/// Counts a try as failed before it is made, so that many at once gain nothing; a success takes it back
/// with [`forget`] or [`take_back`]. Refuses with `throttled` (`retry_s`) while a wait runs.
pub(crate) fn count(tx: &mut Tx<'_>, now: Ms, subject: &str, limit: Limit) -> Result<(), Problem> {
    let subject = hash(subject);
    let sql = "SELECT failures, last_at, until FROM sign_in_try WHERE subject = $1";
    let found: Option<(i64, Ms, Ms)> = tx.row(sql, args![&subject], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let failures = match found {
        Some((_, _, until)) if until > now => return Err(throttled(until.since(now))),
        Some((failures, last, _)) => {
            let memory = if failures < limit.tries {
                limit.window_ms
            } else {
                MEMORY_MS
            };
            if now.since(last) < memory { failures + 1 } else { 1 }
        }
        None => 1,
    };
    let over = failures - limit.tries;
    let until = if over < 0 {
        Ms(0)
    } else {
        now.plus(
            limit
                .wait_ms
                .saturating_mul(1 << over.min(20))
                .min(limit.longest_ms),
        )
    };
    tx.exec(
        "INSERT INTO sign_in_try (subject, failures, last_at, until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (subject) DO UPDATE
         SET failures = excluded.failures, last_at = excluded.last_at, until = excluded.until",
        args![&subject, failures, now, until],
    )?;
    Ok(())
}

/// Takes back the try counted last: it was no failure, and no success either.
pub(crate) fn take_back(tx: &mut Tx<'_>, subject: &str) -> Result<(), Problem> {
    let sql = "UPDATE sign_in_try SET failures = failures - 1, until = 0 WHERE subject = $1 AND failures > 0";
    tx.exec(sql, args![&hash(subject)])?;
    Ok(())
}

/// Forgets all failures.
pub(crate) fn forget(tx: &mut Tx<'_>, subject: &str) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM sign_in_try WHERE subject = $1",
        args![&hash(subject)],
    )?;
    Ok(())
}

/// Drops what is older than the memory; answers how many rows went.
pub(crate) fn clean(tx: &mut Tx<'_>, now: Ms) -> Result<u64, Problem> {
    tx.exec(
        "DELETE FROM sign_in_try WHERE last_at < $1",
        args![now.plus(-MEMORY_MS)],
    )
}

fn throttled(wait_ms: i64) -> Problem {
    let retry_s = (wait_ms + 999) / 1000;
    Problem::new(
        429,
        "throttled",
        format!("Too many failed tries; try again in {retry_s} s."),
    )
    .with("retry_s", retry_s)
}
