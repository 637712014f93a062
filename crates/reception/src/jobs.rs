//! The jobs of reception.

use base::{Ms, Problem};
use store::{Job, Tx};

use crate::clock::CLOCK_JOB;
use crate::logs::ACCOUNTS_JOB;
use crate::remeasure::REMEASURE_JOB;
use crate::vanished::VANISHED_JOB;

/// Does a claimed job of this room, which was taken off the list (`finish_job`) in this transaction;
/// answers whether it was one.
pub fn run_job(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<bool, Problem> {
    match job.kind.as_str() {
        CLOCK_JOB => crate::clock::ring(tx, now, job)?,
        VANISHED_JOB => crate::vanished::ring(tx, now, job)?,
        REMEASURE_JOB => {
            let shop = Some(job.subject).filter(|shop| *shop != base::Id::NONE);
            crate::remeasure::settings_changed(tx, now, job.org, shop)?;
        }
        ACCOUNTS_JOB => crate::logs::go_on(tx, now, job)?,
        _ => return Ok(false),
    }
    Ok(true)
}
