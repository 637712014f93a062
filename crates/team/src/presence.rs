use std::collections::HashMap;

use base::{Actor, Id, Live, Ms, Problem, Topic, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use crate::person;

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

    pub(crate) fn from_key(key: &str) -> Presence {
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
pub(crate) fn chosen(tx: &mut Tx<'_>, org: Id, person: Id) -> Result<Chosen, Problem> {
    let sql = "SELECT state, reason, since FROM presence WHERE org_id = $1 AND person_id = $2";
    let found = tx.row(sql, args![org, person], |row| {
        Ok(Chosen {
            state: Presence::from_key(&row.get::<String>(0)?),
            reason: row.get(1)?,
            since: row.get(2)?,
        })
    })?;
    Ok(found.unwrap_or(Chosen {
        state: Presence::Online,
        reason: None,
        since: Ms(0),
    }))
}

/// What counts for a person now: what they chose, or off when no socket of theirs is alive.
pub fn presence_of(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<Chosen, Problem> {
    let chosen = chosen(tx, org, person)?;
    Ok(if is_there(tx, now, org, person)? {
        chosen
    } else {
        Chosen {
            state: Presence::Off,
            reason: None,
            since: chosen.since,
        }
    })
}

/// Whether a socket of theirs is alive, whatever they chose.
pub fn is_there(tx: &mut Tx<'_>, now: Ms, org: Id, person: Id) -> Result<bool, Problem> {
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
    let reason = reason
        .filter(|text| !text.trim().is_empty())
        .map(|text| clean_line("reason", text, 40))
        .transpose()?;
    let before = chosen(tx, who.org, person)?;
    if before.state == state && before.reason == reason && before.since != Ms(0) {
        return Ok(before);
    }
    let after = Chosen {
        state,
        reason,
        since: now,
    };
    tx.exec(
        "INSERT INTO presence (org_id, person_id, state, reason, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, person_id) DO UPDATE
         SET state = excluded.state, reason = excluded.reason, since = excluded.since",
        args![who.org, person, state.key(), &after.reason, now],
    )?;
    if is_there(tx, now, who.org, person)? {
        close_span(tx, who.org, person, now)?;
        open_span(tx, who.org, person, &after, now)?;
        announce(tx, who.org, person, state, after.reason.as_deref())?;
    }
    // A reason is the person's own words and stays out of the log.
    let data = json!({ "state": [before.state, state] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "presence.changed",
        subject: person,
        data,
    })?;
    Ok(after)
}

pub(crate) fn open_span(
    tx: &mut Tx<'_>,
    org: Id,
    person: Id,
    chosen: &Chosen,
    from: Ms,
) -> Result<(), Problem> {
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

pub(crate) fn close_span(tx: &mut Tx<'_>, org: Id, person: Id, until: Ms) -> Result<(), Problem> {
    tx.exec(
        "UPDATE presence_span SET until_at = CASE WHEN from_at > $3 THEN from_at ELSE $3 END
         WHERE org_id = $1 AND person_id = $2 AND until_at IS NULL",
        args![org, person, until],
    )?;
    Ok(())
}

/// Tells everybody with a shop in common.
pub(crate) fn announce(
    tx: &mut Tx<'_>,
    org: Id,
    person: Id,
    state: Presence,
    reason: Option<&str>,
) -> Result<(), Problem> {
    let Some(one) = person::person(tx, org, person)? else {
        return Ok(());
    };
    let mut topics = vec![Topic::Person(person)];
    match &one.shops {
        None => topics.push(Topic::Org(org)),
        Some(shops) => topics.extend(
            shops
                .iter()
                .flat_map(|shop| [Topic::Shop(*shop), Topic::ShopQueue(*shop)]),
        ),
    }
    let frame = json!({
        "on": "presence", "person": person, "name": one.name, "state": state, "reason": reason,
        "capacity": one.capacity,
    });
    tx.live(Live {
        topics,
        frame: frame.to_string().into(),
    });
    nudge(tx, org);
    Ok(())
}

/// Tells the router that who can take buyers may have changed.
pub(crate) fn nudge(tx: &mut Tx<'_>, org: Id) {
    tx.live(Live {
        topics: vec![Topic::Router],
        frame: org.to_string().into(),
    });
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
            Ok((
                row.get(0)?,
                Chosen {
                    state,
                    reason: row.get(2)?,
                    since: row.get(3)?,
                },
            ))
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
                state: if open == 0 {
                    Presence::Off
                } else {
                    chosen.map_or(Presence::Online, |c| c.state)
                },
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
