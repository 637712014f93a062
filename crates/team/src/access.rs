use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde_json::json;
use store::{Event, Tx, args};

use crate::lease;
use crate::password::PasswordHash;
use crate::person::{Person, managed};
use crate::{role, sign_in, token};

/// Refuses with `last_owner` when nobody is left who may do everything in every shop.
pub(crate) fn need_owner(tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
    let owners: Option<i64> = tx.value(
        "SELECT count(*) FROM person p JOIN person_role pr ON pr.org_id = p.org_id AND pr.person_id = p.id
                              JOIN role r ON r.org_id = p.org_id AND r.id = pr.role_id
         WHERE p.org_id = $1 AND r.key = $2 AND p.disabled = 0 AND p.outsourced = 0 AND p.shops IS NULL",
        args![org, role::OWNER],
    )?;
    if owners.unwrap_or(0) > 0 {
        return Ok(());
    }
    Err(Problem::conflict(
        "last_owner",
        "Somebody must stay owner of all shops; make another owner first.",
    ))
}

/// Shuts somebody out at once: sign-ins and tokens end, their sockets close, they vanish from presence.
/// Refused for the last owner (`last_owner`).
pub fn disable_person(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Person, Problem> {
    let before = managed(tx, who, id)?;
    if before.disabled {
        return Ok(before);
    }
    tx.exec(
        "UPDATE person SET disabled = 1 WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    if is_owner(tx, who.org, &before)? {
        need_owner(tx, who.org)?;
    }
    sign_in::end_all(tx, who.org, id, None)?;
    token::end_all(tx, who.org, id)?;
    lease::leave(tx, now, who.org, id)?;
    tx.live(Live {
        topics: vec![Topic::Person(id)],
        frame: r#"{"on":"bye","why":"disabled"}"#.into(),
    });
    let data = json!({ "disabled": [false, true] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.disabled",
        subject: id,
        data,
    })?;
    Ok(Person {
        disabled: true,
        ..before
    })
}

fn is_owner(tx: &mut Tx<'_>, org: Id, one: &Person) -> Result<bool, Problem> {
    Ok(role::role_by_key(tx, org, role::OWNER)?.is_some_and(|owner| one.roles.contains(&owner.id)))
}

/// Lets somebody in again.
pub fn enable_person(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Person, Problem> {
    let before = managed(tx, who, id)?;
    if !before.disabled {
        return Ok(before);
    }
    tx.exec(
        "UPDATE person SET disabled = 0 WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "disabled": [true, false] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.enabled",
        subject: id,
        data,
    })?;
    Ok(Person {
        disabled: false,
        ..before
    })
}

/// Gives somebody a new password, drops their second factor and ends their sign-ins.
pub fn reset_password(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    password: PasswordHash,
) -> Result<(), Problem> {
    managed(tx, who, id)?;
    tx.exec(
        "UPDATE person SET password = $3, totp_on = 0, totp_secret = NULL WHERE org_id = $1 AND id = $2",
        args![who.org, id, &password.0],
    )?;
    tx.exec(
        "DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2",
        args![who.org, id],
    )?;
    sign_in::end_all(tx, who.org, id, None)?;
    let data = json!({ "password": ["***", "***"] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.password_reset",
        subject: id,
        data,
    })
}
