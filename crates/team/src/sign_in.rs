use base::{Actor, Id, Ms, Problem};
use store::{Tx, args};

use crate::{person, token};

/// A living sign-in, found behind its cookie.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// Its id.
    pub id: Id,
    /// What every write by cookie must carry in `X-CSRF-Token`.
    pub csrf: String,
    /// Whose it is.
    pub person: Id,
    /// Whether its life should be prolonged with [`crate::touch_sign_in`].
    pub stale: bool,
}

/// How long activity is not written down again.
const TOUCH_MS: i64 = 300_000;

/// The actor behind a cookie; `None` when it ended, was never made, or the person is disabled.
pub fn actor_by_cookie(tx: &mut Tx<'_>, now: Ms, cookie: &str) -> Result<Option<(Actor, SignIn)>, Problem> {
    let sql = "SELECT org_id, id, csrf, person_id, seen_at FROM sign_in
               WHERE hash = $1 AND idle_until > $2 AND ends_at > $2";
    let found = tx.row(sql, args![&token::hash(cookie), now], |row| {
        let seen: Ms = row.get(4)?;
        let stale = now.since(seen) >= TOUCH_MS;
        Ok((row.get::<Id>(0)?, SignIn { id: row.get(1)?, csrf: row.get(2)?, person: row.get(3)?, stale }))
    })?;
    let Some((org, sign_in)) = found else { return Ok(None) };
    Ok(person::actor_of(tx, org, sign_in.person)?.map(|actor| (actor, sign_in)))
}

/// Ends the sign-ins of a person, but for `keep`.
pub(crate) fn end_all(tx: &mut Tx<'_>, org: Id, person: Id, keep: Option<Id>) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM sign_in WHERE org_id = $1 AND person_id = $2 AND id <> $3",
        args![org, person, keep.unwrap_or(Id::NONE)],
    )?;
    Ok(())
}
