use base::{Id, Ms, Problem};

use crate::{Tx, args};

/// Work to be done later: one row per organisation, kind and subject. Scheduling it again moves it.
pub struct NewJob<'a> {
    /// The organisation.
    pub org: Id,
    /// What is to be done: `reception.response`.
    pub kind: &'static str,
    /// What it is about.
    pub subject: Id,
    /// Not before.
    pub due: Ms,
    /// Facts for the worker, JSON.
    pub payload: &'a str,
}

/// A claimed job. The worker looks at the present state before it acts.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: Id,
    /// The organisation.
    pub org: Id,
    /// What is to be done.
    pub kind: String,
    /// What it is about.
    pub subject: Id,
    /// When it was due.
    pub due: Ms,
    /// Names this claim: a job that was moved or claimed again since has another stamp.
    pub stamp: i64,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// Facts, JSON.
    pub payload: String,
}

/// How often a failing job is tried before it is left for somebody to look at.
pub(crate) const MAX_ATTEMPTS: i64 = 12;

impl Tx<'_> {
    /// Puts a job on the list, or moves it when it is there (also away from a worker that holds it).
    pub fn schedule(&mut self, job: NewJob<'_>) -> Result<(), Problem> {
        let id = self.id();
        self.exec(
            "INSERT INTO job (id, org_id, kind, subject, due, lease_until, stamp, attempts, payload)
             VALUES ($1, $2, $3, $4, $5, 0, $1, 0, $6)
             ON CONFLICT (org_id, kind, subject) DO UPDATE
             SET due = excluded.due, payload = excluded.payload, lease_until = 0, stamp = excluded.stamp,
                 attempts = 0, last_error = NULL",
            args![id, job.org, job.kind, job.subject, job.due, job.payload],
        )?;
        Ok(())
    }

    /// Takes a job off the list, if it is there.
    pub fn unschedule(&mut self, org: Id, kind: &str, subject: Id) -> Result<(), Problem> {
        self.exec(
            "DELETE FROM job WHERE org_id = $1 AND kind = $2 AND subject = $3",
            args![org, kind, subject],
        )?;
        Ok(())
    }

    /// Claims up to `limit` due jobs for `lease_ms`. A worker that dies loses them by the lease.
    pub fn claim_jobs(&mut self, now: Ms, lease_ms: i64, limit: usize) -> Result<Vec<Job>, Problem> {
        let stamp = self.id();
        let sql = self.engine().claim_jobs();
        let mut jobs = self.rows(sql, args![now, now.plus(lease_ms), stamp, limit], |row| {
            Ok(Job {
                id: row.get(0)?,
                org: row.get(1)?,
                kind: row.get(2)?,
                subject: row.get(3)?,
                due: row.get(4)?,
                stamp: row.get(5)?,
                attempts: row.get(6)?,
                payload: row.get(7)?,
            })
        })?;
        jobs.sort_by_key(|job| (job.due, job.id));
        Ok(jobs)
    }

    /// Whether the claim still holds; locks the row, so that work done in the same transaction is
    /// done once even when two workers believe they hold the job. A job that is done goes with it.
    pub fn finish_job(&mut self, job: &Job) -> Result<bool, Problem> {
        Ok(self.exec(
            "DELETE FROM job WHERE id = $1 AND stamp = $2",
            args![job.id, job.stamp],
        )? == 1)
    }

    /// Gives a failed job back, to be tried again after a pause that doubles (2 s to 1 h). After
    /// twelve tries it waits a year, with its error, for somebody to look at it.
    pub fn fail_job(&mut self, now: Ms, job: &Job, error: &str) -> Result<(), Problem> {
        let pause = if job.attempts >= MAX_ATTEMPTS {
            365 * 86_400_000
        } else {
            (1000 << job.attempts.min(12)).min(3_600_000)
        };
        self.exec(
            "UPDATE job SET due = $3, lease_until = 0, last_error = $4 WHERE id = $1 AND stamp = $2",
            args![job.id, job.stamp, now.plus(pause), error],
        )?;
        Ok(())
    }

    /// When the next job is due.
    pub fn next_job(&mut self) -> Result<Option<Ms>, Problem> {
        self.value::<Option<Ms>>("SELECT min(due) FROM job", args![])
            .map(Option::flatten)
    }
}
