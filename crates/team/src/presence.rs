use std::collections::HashMap;

use base::{Actor, Id, Live, Ms, Permissions, Problem, Shops, Topic, Who, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args};

use crate::{person, role, wire};

/// How reachable somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes buyers.
    Online,
    /// Serves those there are, takes no new ones.
    Busy,
    /// Not at the desk.
    Away,
    /// Not at work, or no socket is open.
    Off,
}

impl Presence {
    /// The name on the wire and in the database.
    pub fn key(self) -> &'static str {
        match self {
            Presence::Online => "online",
            Presence::Busy => "busy",
            Presence::Away => "away",
            Presence::Off => "off",
        }
    }

    fn from_key(key: &str) -> Presence {
        match key {
            "online" => Presence::Online,
            "busy" => Presence::Busy,
            "away" => Presence::Away,
            _ => Presence::Off,
        }
    }
}

/// What a person chose. It counts while one of their sockets is alive.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Chosen {
    /// The state.
    pub state: Presence,
    /// Why, in their own words: 午餐, 培训, ...
    pub reason: Option<String>,
    /// Since when.
    pub since: Ms,
}

/// The presence of one person, for lists.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PersonPresence {
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// What counts: off without a living socket.
    pub state: Presence,
    /// Why.
    pub reason: Option<String>,
    /// Since when this counts.
    pub since: Option<Ms>,
    /// How many buyers they serve at once.
    pub capacity: i64,
    /// How many sockets are open.
    pub sockets: i64,
}

/// Somebody with a living socket, with all that routing needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    /// Who.
    pub person: Id,
    /// Their name, for colleagues.
    pub name: String,
    /// What buyers see.
    pub nick: String,
    /// What they chose.
    pub presence: Presence,
    /// How many buyers they serve at once.
    pub capacity: i64,
    /// Their skill groups.
    pub groups: Vec<Id>,
    /// Their shops.
    pub shops: Shops,
    /// Their rights.
    pub permissions: Permissions,
    /// Works for another company.
    pub outsourced: bool,
}

/// A stretch of time in one state.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Span {
    /// Who.
    pub person: Id,
    /// The state.
    pub state: Presence,
    /// Why.
    pub reason: Option<String>,
    /// From when.
    pub from: Ms,
    /// Until when; null: still.
    pub until: Option<Ms>,
}

/// Somebody who never chose is online as soon as a socket is open.
fn chosen(tx: &mut Tx<'_>, org: Id, person: Id) -> Result<Chosen, Problem> {
    let sql = "SELECT state, reason, since FROM presence WHERE org_id = $1 AND person_id = $2";
    let found = tx.row(sql, args![org, person], |row| {
        Ok(Chosen { state: Presence::from_key(&row.get::<String>(0)?), reason: row.get(1)?, since: row.get(2)? })
    })?;
    Ok(found.unwrap_or(Chosen { state: Presence::Online, reason: None, since: Ms(0) }))
}

/// What counts for a person now: what they chose, or off when no socket of theirs is alive.
pub fn presence_of(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<Chosen, Problem> {
    let chosen = chosen(tx, org, person)?;
    Ok(if alive(tx, now, org, person)? { chosen } else { Chosen { state: Presence::Off, reason: None, since: chosen.since } })
}

fn alive(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<bool, Problem> {
    let sql = "SELECT socket FROM lease WHERE org_id = $1 AND person_id = $2 AND until > $3 LIMIT 1";
    Ok(tx.value::<Id>(sql, args![org, person, now])?.is_some())
}

/// Sets the acting person's state, on all their sockets. Refuses whoever is not a person.
pub fn set_presence(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    state: Presence,
    reason: Option<&str>,
) -> Result<Chosen, Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let reason = reason.filter(|text| !text.trim().is_empty()).map(|text| clean_line("reason", text, 40)).transpose()?;
    let before = chosen(tx, who.org, person)?;
    if before.state == state && before.reason == reason && before.since != Ms(0) {
        return Ok(before);
    }
    let after = Chosen { state, reason, since: now };
    tx.exec(
        "INSERT INTO presence (org_id, person_id, state, reason, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, person_id) DO UPDATE
         SET state = excluded.state, reason = excluded.reason, since = excluded.since",
        args![who.org, person, state.key(), &after.reason, now],
    )?;
    if alive(tx, now, who.org, person)? {
        close_span(tx, who.org, person, now)?;
        open_span(tx, who.org, person, &after, now)?;
        announce(tx, who.org, person, state, after.reason.as_deref())?;
    }
    // A reason is the person's own words and stays out of the log.
    let data = json!({ "state": [before.state, state] });
    tx.emit(Event { at: now, who, shop: Id::NONE, kind: "presence.changed", subject: person, data })?;
    Ok(after)
}

fn open_span(tx: &mut Tx<'_>, org: Id, person: Id, chosen: &Chosen, from: Ms) -> Result<(), Problem> {
    if chosen.state == Presence::Off {
        return Ok(());
    }
    let id = tx.id();
    tx.exec(
        "INSERT INTO presence_span (org_id, id, person_id, state, reason, from_at, until_at)
         VALUES ($1, $2, $3, $4, $5, $6, NULL)",
        args![org, id, person, chosen.state.key(), &chosen.reason, from],
    )?;
    Ok(())
}

fn close_span(tx: &mut Tx<'_>, org: Id, person: Id, until: Ms) -> Result<(), Problem> {
    tx.exec(
        "UPDATE presence_span SET until_at = CASE WHEN from_at > $3 THEN from_at ELSE $3 END
         WHERE org_id = $1 AND person_id = $2 AND until_at IS NULL",
        args![org, person, until],
    )?;
    Ok(())
}

/// Tells everybody with a shop in common.
fn announce(tx: &mut Tx<'_>, org: Id, person: Id, state: Presence, reason: Option<&str>) -> Result<(), Problem> {
    let Some(one) = person::person(tx, org, person)? else { return Ok(()) };
    let mut topics = vec![Topic::Person(person)];
    match &one.shops {
        None => topics.push(Topic::Org(org)),
        Some(shops) => topics.extend(shops.iter().flat_map(|shop| [Topic::Shop(*shop), Topic::ShopQueue(*shop)])),
    }
    let frame = json!({
        "on": "presence", "person": person, "name": one.name, "state": state, "reason": reason,
        "capacity": one.capacity,
    });
    tx.live(Live { topics, frame: frame.to_string().into() });
    nudge(tx, org);
    Ok(())
}

/// Tells the router that who can take buyers may have changed.
pub(crate) fn nudge(tx: &mut Tx<'_>, org: Id) {
    tx.live(Live { topics: vec![Topic::Router], frame: org.to_string().into() });
}

/// Says that a socket of a person lives until `until`. Renewing is one statement; the first lease makes
/// the person present.
pub fn lease(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id, socket: Id, node: &str, until: Ms) -> Result<(), Problem> {
    let renewed = tx.exec(
        "UPDATE lease SET until = $4 WHERE org_id = $1 AND person_id = $2 AND socket = $3 AND until > $5",
        args![org, person, socket, until, now],
    )?;
    if renewed == 1 {
        return Ok(());
    }
    // Leases that ran out unseen end their span where they ended, not here.
    sweep(tx, now, org, person)?;
    let first = !alive(tx, now, org, person)?;
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
    if tx.exec(sql, args![org, person, socket])? == 1 && !alive(tx, now, org, person)? {
        gone(tx, now, org, person, now)?;
    }
    Ok(())
}

/// All sockets of a person are closed at once.
pub(crate) fn leave(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<(), Problem> {
    sweep(tx, now, org, person)?;
    if tx.exec("DELETE FROM lease WHERE org_id = $1 AND person_id = $2", args![org, person])? > 0 {
        gone(tx, now, org, person, now)?;
    }
    Ok(())
}

/// Takes away leases of a person that ran out; the span ends with the last of them. Answers whether
/// the person lost their last one thereby.
fn sweep(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<bool, Problem> {
    let sql = "DELETE FROM lease WHERE org_id = $1 AND person_id = $2 AND until <= $3 RETURNING until";
    let ended: Vec<Ms> = tx.rows(sql, args![org, person, now], |row| row.get(0))?;
    let Some(last) = ended.into_iter().max() else { return Ok(false) };
    if alive(tx, now, org, person)? {
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
    let who = Actor { who: Who::Person(person), ..Actor::program(org) };
    tx.emit(Event { at: now, who: &who, shop: Id::NONE, kind, subject: person, data: json!({}) })
}

/// Takes away all leases that ran out and answers who (organisation, person) just lost their last one:
/// they count as off since it ended.
pub fn expire_leases(tx: &mut Tx<'_>, now: Ms) -> Result<Vec<(Id, Id)>, Problem> {
    let sql = "SELECT DISTINCT org_id, person_id FROM lease WHERE until <= $1 ORDER BY org_id, person_id LIMIT 200";
    let late: Vec<(Id, Id)> = tx.rows(sql, args![now], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut lost = Vec::new();
    for (org, person) in late {
        if sweep(tx, now, org, person)? {
            lost.push((org, person));
        }
    }
    Ok(lost)
}

/// Everybody of the organisation with a living socket, with what routing needs to know.
pub fn ready(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<Vec<Ready>, Problem> {
    let sql = "SELECT p.id, p.name, p.nick, p.capacity, p.shops, p.outsourced, pr.state
               FROM person p LEFT JOIN presence pr ON pr.org_id = p.org_id AND pr.person_id = p.id
               WHERE p.org_id = $1 AND p.disabled = 0
                 AND EXISTS (SELECT 1 FROM lease l WHERE l.org_id = p.org_id AND l.person_id = p.id AND l.until > $2)
               ORDER BY p.id";
    let mut found = tx.rows(sql, args![org, now], read_ready)?;
    if found.is_empty() {
        return Ok(found);
    }
    let all = role::of_org(tx, org)?;
    let held: Vec<(Id, Id)> = tx.rows(
        "SELECT pr.person_id, pr.role_id FROM person_role pr
         WHERE pr.org_id = $1
           AND EXISTS (SELECT 1 FROM lease l WHERE l.org_id = pr.org_id AND l.person_id = pr.person_id AND l.until > $2)",
        args![org, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let members: Vec<(Id, Id)> = tx.rows(
        "SELECT m.person_id, m.group_id FROM group_member m
         WHERE m.org_id = $1
           AND EXISTS (SELECT 1 FROM lease l WHERE l.org_id = m.org_id AND l.person_id = m.person_id AND l.until > $2)
         ORDER BY m.person_id, m.group_id",
        args![org, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (held, members) = (by_person(held), by_person(members));
    for one in &mut found {
        let roles = held.get(&one.person).map(Vec::as_slice).unwrap_or_default();
        one.permissions = role::rights_among(&all, roles, one.outsourced);
        one.groups = members.get(&one.person).cloned().unwrap_or_default();
    }
    Ok(found)
}

fn by_person(pairs: Vec<(Id, Id)>) -> HashMap<Id, Vec<Id>> {
    let mut out: HashMap<Id, Vec<Id>> = HashMap::new();
    for (person, id) in pairs {
        out.entry(person).or_default().push(id);
    }
    out
}

fn read_ready(row: &Row<'_>) -> Result<Ready, Problem> {
    let shops: Option<Vec<Id>> = wire::from_text_opt(row.get::<Option<String>>(4)?.as_deref())?;
    Ok(Ready {
        person: row.get(0)?,
        name: row.get(1)?,
        nick: row.get(2)?,
        capacity: row.get(3)?,
        shops: wire::shop_set(shops.as_deref()),
        outsourced: row.get(5)?,
        presence: row.get::<Option<String>>(6)?.map_or(Presence::Online, |key| Presence::from_key(&key)),
        groups: Vec::new(),
        permissions: Permissions::NONE,
    })
}

/// The presence of everybody the actor sees who is not disabled.
pub fn presences(tx: &mut Tx<'_>, now: Ms, who: &Actor) -> Result<Vec<PersonPresence>, Problem> {
    let people = person::people(tx, who, None)?;
    let sockets: HashMap<Id, i64> = tx
        .rows(
            "SELECT person_id, count(*) FROM lease WHERE org_id = $1 AND until > $2 GROUP BY person_id",
            args![who.org, now],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .into_iter()
        .collect();
    let sql = "SELECT person_id, state, reason, since FROM presence WHERE org_id = $1";
    let chosen: HashMap<Id, Chosen> = tx
        .rows(sql, args![who.org], |row| {
            let state = Presence::from_key(&row.get::<String>(1)?);
            Ok((row.get(0)?, Chosen { state, reason: row.get(2)?, since: row.get(3)? }))
        })?
        .into_iter()
        .collect();
    Ok(people
        .into_iter()
        .filter(|one| !one.disabled)
        .map(|one| {
            let open = sockets.get(&one.id).copied().unwrap_or(0);
            let chosen = chosen.get(&one.id).filter(|_| open > 0);
            PersonPresence {
                person: one.id,
                name: one.name,
                state: if open == 0 { Presence::Off } else { chosen.map_or(Presence::Online, |c| c.state) },
                reason: chosen.and_then(|c| c.reason.clone()),
                since: chosen.map(|c| c.since),
                capacity: one.capacity,
                sockets: open,
            }
        })
        .collect())
}

/// Who was in which state between two moments, for figures; a person's spans in order.
pub fn presence_spans(tx: &mut Tx<'_>, org: Id, from: Ms, to: Ms) -> Result<Vec<Span>, Problem> {
    let sql = "SELECT person_id, state, reason, from_at, until_at FROM presence_span
               WHERE org_id = $1 AND from_at < $3 AND (until_at IS NULL OR until_at > $2)
               ORDER BY person_id, from_at, id";
    tx.rows(sql, args![org, from, to], |row| {
        Ok(Span {
            person: row.get(0)?,
            state: Presence::from_key(&row.get::<String>(1)?),
            reason: row.get(2)?,
            from: row.get(3)?,
            until: row.get(4)?,
        })
    })
}
