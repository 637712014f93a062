use std::collections::HashMap;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::Serialize;
use store::{Arg, Tx, args};

use crate::handed::handed_since;
use crate::list::shops_asked;
use crate::own_day::days;

/// The supervisor's wall: who has what, who waits, what went wrong today.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Wall {
    /// The team, the busiest first.
    pub agents: Vec<AgentLoad>,
    /// Who waits for an agent.
    pub queue: QueueLoad,
    /// Since midnight in the zone of each shop's calendar, wherever one looks from.
    pub today: Today,
}

/// One agent on the wall.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AgentLoad {
    /// The person.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// Presence.
    pub state: team::Presence,
    /// Why.
    pub reason: Option<String>,
    /// Open conversations.
    pub load: i64,
    /// How many they take at once.
    pub capacity: i64,
    /// Of those, how many buyers wait for an answer.
    pub waiting: i64,
    /// How long the longest waits, ms.
    pub longest_wait_ms: i64,
    /// Rounds over the limit today.
    pub breaches_today: i64,
    /// Rounds answered today.
    pub answered_today: i64,
    /// Conversations they handed on today, to a colleague, a group or the queue (row 285).
    pub handed_today: i64,
    /// Mean wait of today's answered rounds, ms; null without one.
    pub response_ms: Option<i64>,
    /// Share of today's rounds answered within three minutes, 0 to 1 (see [`Today::response_rate`]).
    pub response_rate: Option<f64>,
}

/// The queue on the wall.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct QueueLoad {
    /// Buyers who wait for an agent.
    pub waiting: i64,
    /// How long the longest waits, ms.
    pub longest_wait_ms: i64,
}

/// Today's figures. Every one is a sum or a sum over a count of rows of rounds, sessions and ratings.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Today {
    /// Sessions begun.
    pub sessions: i64,
    /// Rounds answered.
    pub answered: i64,
    /// Rounds over the limit, open ones included.
    pub breaches: i64,
    /// Conversations that agents handed on.
    pub handed: i64,
    /// Mean wait of answered rounds, ms.
    pub response_ms: Option<i64>,
    /// 响应率: share of the rounds an agent answered within 180 s, of all that ended or have waited longer, 0 to
    /// 1; null without one (practice.md 2: 3分钟人工响应率; here of the whole day).
    pub response_rate: Option<f64>,
    /// Ratings given.
    pub ratings: i64,
    /// Invitations sent.
    pub invited: i64,
    /// Mean score in hundredths.
    pub score_hundredths: Option<i64>,
}

#[derive(Default)]
struct Rounds {
    answered: i64,
    breaches: i64,
    wait_ms: i64,
    /// Answered within [`PROMPT_MS`].
    prompt: i64,
    /// Answered, closed without an answer, or kept waiting for longer than that: what went on to somebody else
    /// in time is theirs.
    due: i64,
}

impl Rounds {
    fn add(&mut self, other: &Rounds) {
        self.answered += other.answered;
        self.breaches += other.breaches;
        self.wait_ms += other.wait_ms;
        self.prompt += other.prompt;
        self.due += other.due;
    }
}

/// Sessions begun, invitations to rate, ratings and what these come to, in hundredths.
#[derive(Default)]
struct Counted {
    sessions: i64,
    invited: i64,
    rated: i64,
    score: i64,
}

/// An answer within this time counts for 响应率.
const PROMPT_MS: i64 = 180_000;

fn rate(prompt: i64, due: i64) -> Option<f64> {
    (due > 0).then(|| prompt as f64 / due as f64)
}

/// The wall of the shops in scope (or one of them).
pub fn wall(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Option<Id>) -> Result<Wall, Problem> {
    who.need(Permission::Supervise)?;
    let shops = shops_asked(tx, who, shop)?;
    let mut rounds: HashMap<Option<Id>, Rounds> = HashMap::new();
    let mut handed: HashMap<Id, i64> = HashMap::new();
    let mut counted = Counted::default();
    for (from, shops) in days(tx, now, who.org, &shops)? {
        for (agent, found) in rounds_since(tx, now, who.org, &shops, from)? {
            rounds.entry(agent).or_default().add(&found);
        }
        for (agent, found) in handed_since(tx, who.org, &shops, from)? {
            *handed.entry(agent).or_default() += found;
        }
        counted.add(tx, who.org, &shops, from)?;
    }
    let open = open(tx, now, who.org, &shops)?;
    let mut agents: Vec<AgentLoad> = team::presences(tx, now, who)?
        .into_iter()
        .map(|p| {
            let (load, waiting, longest_wait_ms) = open.get(&Some(p.person)).copied().unwrap_or_default();
            let today = rounds.get(&Some(p.person));
            AgentLoad {
                person: p.person,
                name: p.name,
                state: p.state,
                reason: p.reason,
                load,
                capacity: p.capacity,
                waiting,
                longest_wait_ms,
                breaches_today: today.map_or(0, |r| r.breaches),
                answered_today: today.map_or(0, |r| r.answered),
                handed_today: handed.get(&p.person).copied().unwrap_or(0),
                response_ms: today.filter(|r| r.answered > 0).map(|r| r.wait_ms / r.answered),
                response_rate: today.and_then(|r| rate(r.prompt, r.due)),
            }
        })
        .filter(|a| a.capacity > 0 || a.load > 0)
        .collect();
    agents.sort_by_key(|a| {
        (
            std::cmp::Reverse(a.load),
            a.state == team::Presence::Off,
            a.person,
        )
    });
    let (waiting, longest_wait_ms) = queue(tx, now, who.org, &shops)?;
    Ok(Wall {
        agents,
        queue: QueueLoad {
            waiting,
            longest_wait_ms,
        },
        today: today(&rounds, &handed, &counted),
    })
}

pub(crate) fn with_shops<'a>(first: &[Arg<'a>], shops: &[Id]) -> (String, Vec<Arg<'a>>) {
    let list = Tx::in_list(first.len() + 1, shops.len());
    (list, first.iter().copied().chain(store::pad(shops)).collect())
}

fn rounds_since(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    shops: &[Id],
    from: Ms,
) -> Result<HashMap<Option<Id>, Rounds>, Problem> {
    let (list, args) = with_shops(args![org, from, now], shops);
    let sql = format!(
        "SELECT agent_id, CAST(SUM(CASE WHEN ended = 'answered' THEN 1 ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN COALESCE(ended_at, $3) > breach_at THEN 1 ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN ended = 'answered' THEN ended_at - began_at ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN ended = 'answered' AND ended_at - began_at <= {PROMPT_MS} THEN 1 ELSE 0 END) AS BIGINT),
           CAST(SUM(CASE WHEN ended IN ('answered', 'closed') OR COALESCE(ended_at, $3) - began_at > {PROMPT_MS}
             THEN 1 ELSE 0 END) AS BIGINT)
         FROM round WHERE org_id = $1 AND began_at >= $2 AND shop_id IN {list} GROUP BY agent_id"
    );
    let rows = tx.rows(&sql, &args, |row| {
        Ok((
            row.get::<Option<Id>>(0)?,
            Rounds {
                answered: row.get(1)?,
                breaches: row.get(2)?,
                wait_ms: row.get(3)?,
                prompt: row.get(4)?,
                due: row.get(5)?,
            },
        ))
    })?;
    Ok(rows.into_iter().collect())
}

/// Open conversations, waiting buyers and the longest wait by agent.
type Loads = HashMap<Option<Id>, (i64, i64, i64)>;

fn open(tx: &mut Tx<'_>, now: Ms, org: Id, shops: &[Id]) -> Result<Loads, Problem> {
    let (list, args) = with_shops(args![org], shops);
    let sql = format!(
        "SELECT agent_id, count(*), count(waiting_since), min(waiting_since) FROM conversation
         WHERE org_id = $1 AND state = 'open' AND shop_id IN {list} GROUP BY agent_id"
    );
    let rows = tx.rows(&sql, &args, |row| {
        let longest: Option<Ms> = row.get(3)?;
        Ok((
            row.get(0)?,
            (
                row.get(1)?,
                row.get(2)?,
                longest.map_or(0, |since| now.since(since)),
            ),
        ))
    })?;
    Ok(rows.into_iter().collect())
}

fn queue(tx: &mut Tx<'_>, now: Ms, org: Id, shops: &[Id]) -> Result<(i64, i64), Problem> {
    let (list, args) = with_shops(args![org], shops);
    let sql = format!(
        "SELECT count(*), min(queued_at) FROM conversation WHERE org_id = $1 AND state = 'queued' AND shop_id IN {list}"
    );
    let row = tx.row(&sql, &args, |row| {
        let longest: Option<Ms> = row.get(1)?;
        Ok((row.get(0)?, longest.map_or(0, |since| now.since(since))))
    })?;
    Ok(row.unwrap_or_default())
}

impl Counted {
    fn add(&mut self, tx: &mut Tx<'_>, org: Id, shops: &[Id], from: Ms) -> Result<(), Problem> {
        let (list, args) = with_shops(args![org, from], shops);
        let sessions: Option<i64> = tx.value(
            &format!(
                "SELECT count(*) FROM session WHERE org_id = $1 AND started_at >= $2 AND shop_id IN {list}"
            ),
            &args,
        )?;
        let ratings: Option<(i64, i64, i64)> = tx.row(
            &format!(
                "SELECT count(*), count(score), CAST(COALESCE(SUM(score * 100), 0) AS BIGINT) FROM rating
                 WHERE org_id = $1 AND invited_at >= $2 AND shop_id IN {list}"
            ),
            &args,
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let (invited, rated, score) = ratings.unwrap_or_default();
        self.sessions += sessions.unwrap_or(0);
        self.invited += invited;
        self.rated += rated;
        self.score += score;
        Ok(())
    }
}

fn today(rounds: &HashMap<Option<Id>, Rounds>, handed: &HashMap<Id, i64>, counted: &Counted) -> Today {
    let mut all = Rounds::default();
    for of_one in rounds.values() {
        all.add(of_one);
    }
    Today {
        sessions: counted.sessions,
        answered: all.answered,
        breaches: all.breaches,
        handed: handed.values().sum(),
        response_ms: (all.answered > 0).then(|| all.wait_ms / all.answered),
        response_rate: rate(all.prompt, all.due),
        ratings: counted.rated,
        invited: counted.invited,
        score_hundredths: (counted.rated > 0).then(|| counted.score / counted.rated),
    }
}
