use base::{Actor, Id, Ms, Problem, Who};
use serde::Serialize;
use serde_json::json;
use store::{Event, Tx, args};
use subtle::ConstantTimeEq;

use crate::password::{PasswordHash, Proof};
use crate::settings::{self, SIGN_IN_IDLE, SIGN_IN_MAX, SIGN_IN_TRIES, SIGN_IN_WINDOW};
use crate::throttle::{self, Limit};
use crate::{org, person, token, totp};

/// A living sign-in, found behind its cookie.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// Its id.
    pub id: Id,
    /// What every write by cookie must carry in `X-CSRF-Token`.
    pub csrf: String,
    /// Whose it is.
    pub person: Id,
    /// Whether its life should be prolonged with [`touch_sign_in`].
    pub stale: bool,
}

impl SignIn {
    /// Whether `given` is this sign-in's CSRF value, in constant time.
    pub fn csrf_is(&self, given: &str) -> bool {
        self.csrf.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// A device that is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Device {
    /// The sign-in's id.
    pub id: Id,
    /// What the browser said it is.
    pub device: String,
    /// From which address.
    pub address: String,
    /// Since when.
    pub made_at: Ms,
    /// Last activity, to about five minutes.
    pub seen_at: Ms,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Somebody who says who they are; the password is checked against `hash` outside the transaction.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What to prove the password against; for a login that does not exist, the hash of nobody.
    pub hash: PasswordHash,
    found: Option<(Id, Id)>,
    pair: String,
    login: String,
    address: Option<String>,
}

/// What somebody shows to be let in.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// That they knew the password.
    pub proof: Option<&'a Proof>,
    /// The code of their second factor, or a recovery code.
    pub code: Option<&'a str>,
    /// What their browser says it is.
    pub device: &'a str,
    /// Their network address; empty when unknown.
    pub address: &'a str,
}

/// Random values of a new sign-in, drawn by the caller.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The cookie's value; only its hash is kept.
    pub cookie: String,
    /// The CSRF value.
    pub csrf: String,
}

/// How a sign-in ended. A refusal is kept (it counts), so it is not an error of the transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Signed in.
    In(Actor, SignIn),
    /// `wrong_sign_in`, `code_required`, `code_wrong` or `disabled`.
    Refused(Problem),
}

/// How long activity is not written down again.
const TOUCH_MS: i64 = 300_000;

/// Begins a sign-in from a network address (empty: unknown). Counts as failed until it succeeds: per login
/// and address, per login, and per address, each with waits that double. Refuses with `throttled`.
pub fn sign_in_start(tx: &mut Tx<'_>, now: Ms, login: &str, address: &str) -> Result<Candidate, Problem> {
    let login = login.trim().to_lowercase();
    let sql = "SELECT org_id, id, password FROM person WHERE login = $1";
    let found: Option<(Id, Id, Option<String>)> = tx.row(sql, args![&login], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let home = match &found {
        Some((org, ..)) => *org,
        None => org::first_org(tx)?.unwrap_or(Id::NONE),
    };
    let tries = settings::number(tx, home, Id::NONE, &SIGN_IN_TRIES)?;
    let window_ms = settings::number(tx, home, Id::NONE, &SIGN_IN_WINDOW)? * 1000;
    let pair = format!("pair\n{login}\n{address}");
    let by_login = format!("login\n{login}");
    let by_address = (!address.is_empty()).then(|| format!("address\n{address}"));
    let limit = Limit {
        tries,
        window_ms,
        wait_ms: window_ms,
        longest_ms: 3_600_000,
    };
    throttle::count(tx, now, &pair, limit)?;
    // From many addresses at once; the wait stays short, or anybody could lock a colleague out.
    let limit = Limit {
        tries: tries * 4,
        window_ms,
        wait_ms: 30_000,
        longest_ms: window_ms,
    };
    throttle::count(tx, now, &by_login, limit)?;
    // Many logins from one address; a whole office may share it.
    let limit = Limit {
        tries: tries * 10,
        window_ms,
        wait_ms: 60_000,
        longest_ms: 3_600_000,
    };
    if let Some(subject) = &by_address {
        throttle::count(tx, now, subject, limit)?;
    }
    let (found, hash) = match found {
        Some((org, id, hash)) => (
            Some((org, id)),
            hash.map_or_else(PasswordHash::nobody, PasswordHash),
        ),
        None => (None, PasswordHash::nobody()),
    };
    Ok(Candidate {
        hash,
        found,
        pair,
        login: by_login,
        address: by_address,
    })
}

/// Ends a sign-in: with the password proven and, where there is a second factor, its code.
pub fn sign_in_finish(
    tx: &mut Tx<'_>,
    now: Ms,
    candidate: &Candidate,
    shown: &Credentials<'_>,
    fresh: &Fresh,
) -> Result<Entry, Problem> {
    let wrong = || Problem::new(401, "wrong_sign_in", "Login or password is wrong.");
    let Some((org, id)) = candidate.found else {
        return Ok(Entry::Refused(wrong()));
    };
    let sql = "SELECT password FROM person WHERE org_id = $1 AND id = $2";
    let hash = tx.value::<Option<String>>(sql, args![org, id])?.flatten();
    let right = matches!((&hash, shown.proof), (Some(hash), Some(proof)) if *hash == proof.0);
    let Some(one) = person::person(tx, org, id)?.filter(|_| right) else {
        refused(tx, now, org, id, "wrong_sign_in")?;
        return Ok(Entry::Refused(wrong()));
    };
    if one.disabled {
        take_back(tx, candidate)?;
        return Ok(Entry::Refused(Problem::new(
            403,
            "disabled",
            "This account is disabled; ask your supervisor.",
        )));
    }
    if one.totp {
        let Some(code) = shown.code.filter(|code| !code.trim().is_empty()) else {
            take_back(tx, candidate)?;
            return Ok(Entry::Refused(Problem::new(
                401,
                "code_required",
                "Write the code of your second factor.",
            )));
        };
        if !totp::accept(tx, now, org, id, code)? {
            refused(tx, now, org, id, "code_wrong")?;
            let problem = Problem::new(401, "code_wrong", "This code is wrong or was used already.");
            return Ok(Entry::Refused(problem));
        }
    }
    throttle::forget(tx, &candidate.pair)?;
    throttle::forget(tx, &candidate.login)?;
    if let Some(address) = &candidate.address {
        throttle::take_back(tx, address)?;
    }
    let sign_in = insert(tx, now, org, id, shown, fresh)?;
    let actor = person::actor_of(tx, org, id)?.ok_or_else(Problem::internal)?;
    let data = json!({});
    tx.emit(Event {
        at: now,
        who: &actor,
        shop: Id::NONE,
        kind: "person.signed_in",
        subject: id,
        data,
    })?;
    Ok(Entry::In(actor, sign_in))
}

fn take_back(tx: &mut Tx<'_>, candidate: &Candidate) -> Result<(), Problem> {
    throttle::take_back(tx, &candidate.pair)?;
    throttle::take_back(tx, &candidate.login)?;
    candidate
        .address
        .as_deref()
        .map_or(Ok(()), |address| throttle::take_back(tx, address))
}

fn refused(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id, why: &str) -> Result<(), Problem> {
    let who = Actor::program(org);
    let data = json!({ "why": why });
    tx.emit(Event {
        at: now,
        who: &who,
        shop: Id::NONE,
        kind: "person.sign_in_refused",
        subject: id,
        data,
    })
}

fn insert(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    person: Id,
    shown: &Credentials<'_>,
    fresh: &Fresh,
) -> Result<SignIn, Problem> {
    let idle = settings::number(tx, org, Id::NONE, &SIGN_IN_IDLE)? * 1000;
    let longest = settings::number(tx, org, Id::NONE, &SIGN_IN_MAX)? * 1000;
    let id = tx.id();
    let device: String = shown
        .device
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    tx.exec(
        "INSERT INTO sign_in (org_id, id, person_id, hash, csrf, device, address, made_at, seen_at, idle_until, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)",
        args![
            org,
            id,
            person,
            &token::hash(&fresh.cookie),
            &fresh.csrf,
            &device,
            shown.address,
            now,
            now.plus(idle.min(longest)),
            now.plus(longest)
        ],
    )?;
    seen(tx, now, org, person)?;
    Ok(SignIn {
        id,
        csrf: fresh.csrf.clone(),
        person,
        stale: false,
    })
}

fn seen(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<(), Problem> {
    tx.exec(
        "UPDATE person SET last_seen = $3 WHERE org_id = $1 AND id = $2",
        args![org, person, now],
    )?;
    Ok(())
}

/// The actor behind a cookie; `None` when it ended, was never made, or the person is disabled.
pub fn actor_by_cookie(tx: &mut Tx<'_>, now: Ms, cookie: &str) -> Result<Option<(Actor, SignIn)>, Problem> {
    let sql = "SELECT org_id, id, csrf, person_id, seen_at FROM sign_in
               WHERE hash = $1 AND idle_until > $2 AND ends_at > $2";
    let found = tx.row(sql, args![&token::hash(cookie), now], |row| {
        let seen: Ms = row.get(4)?;
        let stale = now.since(seen) >= TOUCH_MS;
        Ok((
            row.get::<Id>(0)?,
            SignIn {
                id: row.get(1)?,
                csrf: row.get(2)?,
                person: row.get(3)?,
                stale,
            },
        ))
    })?;
    let Some((org, sign_in)) = found else {
        return Ok(None);
    };
    Ok(person::actor_of(tx, org, sign_in.person)?.map(|actor| (actor, sign_in)))
}

/// Prolongs a sign-in that is in use, up to its longest life.
pub fn touch_sign_in(tx: &mut Tx<'_>, now: Ms, org: Id, sign_in: &SignIn) -> Result<(), Problem> {
    let idle = settings::number(tx, org, Id::NONE, &SIGN_IN_IDLE)? * 1000;
    tx.exec(
        "UPDATE sign_in SET seen_at = $3, idle_until = CASE WHEN ends_at < $4 THEN ends_at ELSE $4 END
         WHERE org_id = $1 AND id = $2",
        args![org, sign_in.id, now, now.plus(idle)],
    )?;
    seen(tx, now, org, sign_in.person)
}

/// The devices on which the acting person is signed in, the newest first. `current` is the one that asks.
pub fn devices(tx: &mut Tx<'_>, now: Ms, who: &Actor, current: Option<Id>) -> Result<Vec<Device>, Problem> {
    let Who::Person(person) = who.who else {
        return Err(Problem::forbidden());
    };
    let sql = "SELECT id, device, address, made_at, seen_at FROM sign_in
               WHERE org_id = $1 AND person_id = $2 AND idle_until > $3 AND ends_at > $3 ORDER BY id DESC";
    tx.rows(sql, args![who.org, person, now], |row| {
        let id: Id = row.get(0)?;
        Ok(Device {
            id,
            device: row.get(1)?,
            address: row.get(2)?,
            made_at: row.get(3)?,
            seen_at: row.get(4)?,
            current: Some(id) == current,
        })
    })
}

/// Ends one of the acting person's own sign-ins (signing out is ending the present one). Sockets are told
/// to ask again who they are.
pub fn end_sign_in(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let Who::Person(person) = who.who else {
        return Err(Problem::forbidden());
    };
    let sql = "DELETE FROM sign_in WHERE org_id = $1 AND person_id = $2 AND id = $3";
    if tx.exec(sql, args![who.org, person, id])? == 0 {
        return Err(Problem::not_found());
    }
    person::resync(tx, person);
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.signed_out",
        subject: person,
        data: json!({}),
    })
}

/// Ends the sign-ins of a person, but for `keep`; sockets are told to ask again who they are.
pub(crate) fn end_all(tx: &mut Tx<'_>, org: Id, person: Id, keep: Option<Id>) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM sign_in WHERE org_id = $1 AND person_id = $2 AND id <> $3",
        args![org, person, keep.unwrap_or(Id::NONE)],
    )?;
    person::resync(tx, person);
    Ok(())
}

/// Drops sign-ins that ended and failed tries nobody needs any more; answers how many rows went. To be
/// called now and then.
pub fn clean_sign_ins(tx: &mut Tx<'_>, now: Ms) -> Result<u64, Problem> {
    let ended = tx.exec("DELETE FROM sign_in WHERE idle_until <= $1", args![now])?;
    Ok(ended + throttle::clean(tx, now)?)
}
