//! What the room does later, in pieces.

use base::{Ms, Problem};
use store::{Job, Tx};

use crate::desk;

/// The kinds of jobs of this room.
pub const JOBS: &[&str] = &[desk::EXPECTED_JOB, desk::PRICES_JOB];

/// Does one of [`JOBS`].
pub fn run_job(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    match job.kind.as_str() {
        desk::EXPECTED_JOB => desk::reckon_next(tx, now, job.org, &job.payload),
        desk::PRICES_JOB => desk::price_list_next(tx, now, job.org, job.subject, &job.payload),
        _ => Err(Problem::internal()),
    }
}
