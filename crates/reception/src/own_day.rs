use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Permission, Problem};
use serde::Serialize;
use store::{Tx, args};

use crate::conversation::Conversation;
use crate::list::shops_asked;
use crate::rules::Rules;
use crate::wall::with_shops;

/// What an agent did today, as they see it themselves. Counted from the rows the wall counts, so both agree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OwnDay {
    /// Since when: midnight in the zone of the shop's calendar; of several shops, the earliest.
    pub from: Ms,
    /// Sessions in which a buyer waited for them.
    pub sessions: i64,
    /// Buyers they answered; one who writes to two shops counts in each.
    pub buyers: i64,
    /// Rounds they answered.
    pub answered: i64,
    /// Mean wait of their first answers, of the sessions begun today, ms; null without one.
    pub first_response_ms: Option<i64>,
    /// Mean wait of all rounds they answered, ms; null without one.
    pub response_ms: Option<i64>,
    /// Answers for which the buyer waited longer than `reception.slow_after`, in hours of work.
    pub slow: i64,
    /// Rounds over the limit, open ones included.
    pub breaches: i64,
    /// Promises that are still to be kept.
    pub promises: i64,
    /// Invitations to rate sent.
    pub invited: i64,
    /// Ratings given.
    pub ratings: i64,
    /// Mean score in hundredths; null without one.
    pub score_hundredths: Option<i64>,
}

/// One round of the agent's.
struct Round {
    conversation: Id,
    session: i64,
    shop: Id,
    buyer_at: Ms,
    began_at: Ms,
    breach_at: Ms,
    ended_at: Option<Ms>,
    answered: bool,
    /// Settings of the session.
    rules: Id,
    session_began: Ms,
}

/// Today's own figures in the shops in scope, or in one of them; nobody else's.
pub fn own_day(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Option<Id>) -> Result<OwnDay, Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    who.need(Permission::Talk)?;
    let shops = shops_asked(tx, who, shop)?;
    let days = days(tx, now, who.org, &shops)?;
    let mut day = OwnDay {
        from: days.keys().next().copied().unwrap_or(now),
        promises: promises(tx, who.org, person, &shops)?,
        ..OwnDay::default()
    };
    let mut sums = Sums::default();
    for (from, shops) in &days {
        for round in rounds(tx, who.org, person, shops, *from)? {
            let slow = round.answered && is_slow(tx, who.org, &round)?;
            sums.add(now, *from, &round, slow);
        }
        sums.rated(tx, who.org, person, shops, *from)?;
    }
    sums.fill(&mut day);
    Ok(day)
}

/// Since when it is today, in the zone of each shop's calendar, with the shops of which that is so.
pub(crate) fn days(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    shops: &[Id],
) -> Result<BTreeMap<Ms, Vec<Id>>, Problem> {
    let mut days: BTreeMap<Ms, Vec<Id>> = BTreeMap::new();
    for (shop, calendar) in team::calendars(tx, org, shops)? {
        days.entry(calendar.day_start(now)).or_default().push(shop);
    }
    Ok(days)
}

/// What the means are made of.
#[derive(Default)]
struct Sums {
    sessions: BTreeSet<(Id, i64)>,
    buyers: BTreeSet<Id>,
    /// Sessions begun today in which they answered.
    first: BTreeSet<(Id, i64)>,
    first_wait_ms: i64,
    answered: i64,
    wait_ms: i64,
    slow: i64,
    breaches: i64,
    invited: i64,
    ratings: i64,
    score: i64,
}

impl Sums {
    /// Takes in a round; those of a conversation come in their order.
    fn add(&mut self, now: Ms, from: Ms, round: &Round, slow: bool) {
        let session = (round.conversation, round.session);
        self.sessions.insert(session);
        self.breaches += i64::from(round.ended_at.unwrap_or(now) > round.breach_at);
        self.slow += i64::from(slow);
        let Some(ended_at) = round.ended_at.filter(|_| round.answered) else {
            return;
        };
        let wait = ended_at.since(round.began_at);
        self.buyers.insert(round.conversation);
        self.answered += 1;
        self.wait_ms += wait;
        if round.session_began >= from && self.first.insert(session) {
            self.first_wait_ms += wait;
        }
    }

    /// Takes in the ratings of sessions that ended with them.
    fn rated(&mut self, tx: &mut Tx<'_>, org: Id, person: Id, shops: &[Id], from: Ms) -> Result<(), Problem> {
        let (list, args) = with_shops(args![org, person, from], shops);
        let row: Option<(i64, i64, i64)> = tx.row(
            &format!(
                "SELECT count(*), count(score), CAST(COALESCE(SUM(score * 100), 0) AS BIGINT) FROM rating
                 WHERE org_id = $1 AND agent_id = $2 AND invited_at >= $3 AND shop_id IN {list}"
            ),
            &args,
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let (invited, ratings, score) = row.unwrap_or_default();
        self.invited += invited;
        self.ratings += ratings;
        self.score += score;
        Ok(())
    }

    fn fill(self, day: &mut OwnDay) {
        let mean = |sum: i64, count: i64| (count > 0).then(|| sum / count);
        day.sessions = self.sessions.len() as i64;
        day.buyers = self.buyers.len() as i64;
        day.answered = self.answered;
        day.first_response_ms = mean(self.first_wait_ms, self.first.len() as i64);
        day.response_ms = mean(self.wait_ms, self.answered);
        day.slow = self.slow;
        day.breaches = self.breaches;
        day.invited = self.invited;
        day.ratings = self.ratings;
        day.score_hundredths = mean(self.score, self.ratings);
    }
}

/// Rounds of $2 since $3, each with what its session runs under.
fn statement(list: &str) -> String {
    format!(
        "SELECT r.conversation_id, r.session, r.shop_id, r.buyer_at, r.began_at, r.breach_at, r.ended_at, r.ended,
           s.rules, s.started_at
         FROM round r JOIN session s
           ON s.org_id = r.org_id AND s.conversation_id = r.conversation_id AND s.no = r.session
         WHERE r.org_id = $1 AND r.agent_id = $2 AND r.began_at >= $3 AND r.shop_id IN {list}
         ORDER BY r.conversation_id, r.no"
    )
}

fn rounds(tx: &mut Tx<'_>, org: Id, person: Id, shops: &[Id], from: Ms) -> Result<Vec<Round>, Problem> {
    let (list, args) = with_shops(args![org, person, from], shops);
    tx.rows(&statement(&list), &args, |row| {
        Ok(Round {
            conversation: row.get(0)?,
            session: row.get(1)?,
            shop: row.get(2)?,
            buyer_at: row.get(3)?,
            began_at: row.get(4)?,
            breach_at: row.get(5)?,
            ended_at: row.get(6)?,
            answered: row.get::<Option<String>>(7)?.as_deref() == Some("answered"),
            rules: row.get(8)?,
            session_began: row.get(9)?,
        })
    })
}

/// Whether the buyer waited too long for an answer, by the rule that raises the alarm (row 306).
fn is_slow(tx: &mut Tx<'_>, org: Id, round: &Round) -> Result<bool, Problem> {
    let rules = Rules::at(tx, org, round.shop, round.rules)?;
    let Some(ended_at) = round
        .ended_at
        .filter(|at| at.since(round.buyer_at) > rules.slow_after)
    else {
        return Ok(false);
    };
    // Few get here: only those need the conversation, which knows its group's own hours.
    let Some(conversation) = Conversation::load(tx, org, round.conversation)? else {
        return Ok(false);
    };
    Ok(conversation.is_slow(&rules, round.buyer_at, ended_at))
}

fn promises(tx: &mut Tx<'_>, org: Id, person: Id, shops: &[Id]) -> Result<i64, Problem> {
    let (list, args) = with_shops(args![org, person], shops);
    let sql = format!(
        "SELECT count(promise_at) FROM conversation
         WHERE org_id = $1 AND agent_id = $2 AND state = 'open' AND shop_id IN {list}"
    );
    Ok(tx.value(&sql, &args)?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use store::on_both;

    use super::*;

    const TABLES: &[store::Schema] = &[team::SCHEMA, customers::SCHEMA, crate::SCHEMA];

    on_both! { TABLES;
        async fn a_day_of_ones_own_is_found_along_the_agents_rounds(db: &TestDb) {
            let sqlite = db.engine_name().eq_ignore_ascii_case("sqlite");
            let lines: Vec<String> = db.write(move |tx| {
                for sql in [
                    "INSERT INTO round (org_id, conversation_id, no, session, shop_id, agent_id, buyer_seq, buyer_at, began_at, warn_at, breach_at)
                     WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 50000)
                     SELECT 1, i, 1, 1, 2 + i % 2, 7 + i % 5, 1, i, i, i, i FROM s",
                    "INSERT INTO session (org_id, conversation_id, no, shop_id, rules, stage, opened_by, started_at)
                     WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 50000)
                     SELECT 1, i, 1, 2 + i % 2, 0, 'pre', 'buyer', i FROM s",
                    if sqlite { "ANALYZE" } else { "ANALYZE round, session" },
                ] {
                    tx.exec(sql, &[])?;
                }
                let (list, arguments) = with_shops(args![Id(1), Id(7), 49_000_i64], &[Id(2), Id(3)]);
                let (head, column) = if sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
                tx.rows(&format!("{head} {}", statement(&list)), &arguments, |row| row.get(column))
            }).await.expect("a plan");
            let plan = lines.join("\n");
            assert!(plan.contains("round_agent"), "{plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN"), "{plan}");
        }
    }
}
