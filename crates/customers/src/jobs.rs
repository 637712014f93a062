use base::{Ms, Problem};
use store::{Job, Tx};

use crate::level::{LEVELS_JOB, raise_next};

/// Kinds of jobs this room does.
pub const JOBS: &[&str] = &[LEVELS_JOB];

/// Does a job of this room that is due.
pub fn run_job(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    match job.kind.as_str() {
        LEVELS_JOB => raise_next(tx, now, job.org, &job.payload),
        _ => Err(Problem::internal()),
    }
}
