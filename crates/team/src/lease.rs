use base::{Actor, Id, Ms, Problem, Who};
use serde_json::json;
use store::{Event, Tx, args};

use crate::presence::{Presence, announce, chosen, close_span, is_there, open_span};

/// Says that a socket of a person lives until `until`. Renewing is one statement; the first lease makes
/// the person present.
pub fn lease(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    person: Id,
    socket: Id,
    node: &str,
    until: Ms,
) -> Result<(), Problem> {
    let renewed = tx.exec(
        "UPDATE lease SET until = $4 WHERE org_id = $1 AND person_id = $2 AND socket = $3 AND until > $5",
        args![org, person, socket, until, now],
    )?;
    if renewed == 1 {
        return Ok(());
    }
    // Leases that ran out unseen end their span where they ended, not here.
    sweep(tx, now, org, person)?;
    let first = !is_there(tx, now, org, person)?;
    tx.exec(
        "INSERT INTO lease (org_id, person_id, socket, node, until) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, person_id, socket) DO UPDATE SET until = excluded.until, node = excluded.node",
        args![org, person, socket, node, until],
    )?;
    if first {
        let chosen = chosen(tx, org, person)?;
        open_span(tx, org, person, &chosen, now)?;
        announce(tx, org, person, chosen.state, chosen.reason.as_deref())?;
        came_or_went(tx, now, org, person, "presence.connected")?;
    }
    Ok(())
}

/// The socket was closed. With the last one the person is off.
pub fn drop_lease(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id, socket: Id) -> Result<(), Problem> {
    sweep(tx, now, org, person)?;
    let sql = "DELETE FROM lease WHERE org_id = $1 AND person_id = $2 AND socket = $3";
    if tx.exec(sql, args![org, person, socket])? == 1 && !is_there(tx, now, org, person)? {
        gone(tx, now, org, person, now)?;
    }
    Ok(())
}

/// All sockets of a person are closed at once.
pub(crate) fn leave(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<(), Problem> {
    sweep(tx, now, org, person)?;
    if tx.exec(
        "DELETE FROM lease WHERE org_id = $1 AND person_id = $2",
        args![org, person],
    )? > 0
    {
        gone(tx, now, org, person, now)?;
    }
    Ok(())
}

/// Takes away leases of a person that ran out; the span ends with the last of them. Answers whether
/// the person lost their last one thereby.
fn sweep(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<bool, Problem> {
    let sql = "DELETE FROM lease WHERE org_id = $1 AND person_id = $2 AND until <= $3 RETURNING until";
    let ended: Vec<Ms> = tx.rows(sql, args![org, person, now], |row| row.get(0))?;
    let Some(last) = ended.into_iter().max() else {
        return Ok(false);
    };
    if is_there(tx, now, org, person)? {
        return Ok(false);
    }
    gone(tx, now, org, person, last)?;
    Ok(true)
}

fn gone(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id, since: Ms) -> Result<(), Problem> {
    close_span(tx, org, person, since)?;
    announce(tx, org, person, Presence::Off, None)?;
    came_or_went(tx, now, org, person, "presence.disconnected")
}

fn came_or_went(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id, kind: &'static str) -> Result<(), Problem> {
    let who = Actor {
        who: Who::Person(person),
        ..Actor::program(org)
    };
    tx.emit(Event {
        at: now,
        who: &who,
        shop: Id::NONE,
        kind,
        subject: person,
        data: json!({}),
    })
}

/// Takes away all leases that ran out and answers who (organisation, person) just lost their last one:
/// they count as off since it ended.
pub fn expire_leases(tx: &mut Tx<'_>, now: Ms) -> Result<Vec<(Id, Id)>, Problem> {
    let sql =
        "SELECT DISTINCT org_id, person_id FROM lease WHERE until <= $1 ORDER BY org_id, person_id LIMIT 200";
    let late: Vec<(Id, Id)> = tx.rows(sql, args![now], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut lost = Vec::new();
    for (org, person) in late {
        if sweep(tx, now, org, person)? {
            lost.push((org, person));
        }
    }
    Ok(lost)
}
