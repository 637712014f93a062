use base::{Id, Ms, Problem};

use crate::{Tx, args};

/// What a write answered under its `Idempotency-Key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The hash of the request, so that another request under the same key is found out.
    pub request: String,
    /// HTTP status.
    pub status: i64,
    /// The body as it was sent.
    pub body: String,
}

impl Tx<'_> {
    /// The answer kept under `key` by `actor` (a name of the edge's own, such as `person:17`).
    pub fn kept_answer(&mut self, org: Id, actor: &str, key: &str) -> Result<Option<KeptAnswer>, Problem> {
        self.row(
            "SELECT request, status, body FROM idempotency WHERE org_id = $1 AND actor = $2 AND key = $3",
            args![org, actor, key],
            |row| {
                Ok(KeptAnswer {
                    request: row.get(0)?,
                    status: row.get(1)?,
                    body: row.get(2)?,
                })
            },
        )
    }

    /// Keeps an answer, in the transaction that did the work. A key that is there already keeps its
    /// first answer.
    pub fn keep_answer(
        &mut self,
        now: Ms,
        org: Id,
        actor: &str,
        key: &str,
        answer: &KeptAnswer,
    ) -> Result<(), Problem> {
        self.exec(
            "INSERT INTO idempotency (org_id, actor, key, request, status, body, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org_id, actor, key) DO NOTHING",
            args![org, actor, key, &answer.request, answer.status, &answer.body, now],
        )?;
        Ok(())
    }

    /// Forgets up to `limit` answers from before `before`; says how many. Run it in the bulk lane until
    /// it says 0.
    pub fn sweep_answers(&mut self, before: Ms, limit: usize) -> Result<u64, Problem> {
        self.exec(
            "DELETE FROM idempotency WHERE (org_id, actor, key) IN
               (SELECT org_id, actor, key FROM idempotency WHERE at < $1 ORDER BY at LIMIT $2)",
            args![before, limit],
        )
    }
}
