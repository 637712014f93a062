use base::{Actor, Id, Ms, Problem};
use serde::Serialize;
use store::{Tx, args};

use crate::conversation::{Conversation, Stage};

/// One visit, with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Session {
    /// Its number in the conversation.
    pub no: i64,
    /// Stage at its start.
    pub stage: Stage,
    /// `buyer` or `agent`: who wrote first.
    pub opened_by: String,
    /// Its first message.
    pub started_at: Ms,
    /// Its end; null while open.
    pub ended_at: Option<Ms>,
    /// `closed`, `left`, `timed_out`.
    pub ended: Option<String>,
    /// Its rounds.
    pub rounds: Vec<RoundView>,
    /// The buyer's score, when rated.
    pub score: Option<i64>,
}

/// One round of a session.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = Round)]
pub struct RoundView {
    /// Its number in the conversation.
    pub no: i64,
    /// The agent addressed.
    pub agent: Option<Id>,
    /// The buyer's first message.
    pub buyer_seq: i64,
    /// From when the wait counts.
    pub began_at: Ms,
    /// When it was too long.
    pub breach_at: Ms,
    /// Its end.
    pub ended_at: Option<Ms>,
    /// The answer.
    pub reply_seq: Option<i64>,
    /// `answered`, `transferred`, `requeued`, `closed`.
    pub ended: Option<String>,
}

/// The sessions of a conversation, the latest first, at most 50.
pub fn sessions(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<Session>, Problem> {
    Conversation::of(tx, who, id)?;
    let mut sessions = tx.rows(
        "SELECT s.no, s.stage, s.opened_by, s.started_at, s.ended_at, s.ended, r.score
         FROM session s LEFT JOIN rating r
           ON r.org_id = s.org_id AND r.conversation_id = s.conversation_id AND r.session = s.no
         WHERE s.org_id = $1 AND s.conversation_id = $2 ORDER BY s.no DESC LIMIT 50",
        args![who.org, id],
        |row| {
            Ok(Session {
                no: row.get(0)?,
                stage: row.get(1)?,
                opened_by: row.get(2)?,
                started_at: row.get(3)?,
                ended_at: row.get(4)?,
                ended: row.get(5)?,
                rounds: Vec::new(),
                score: row.get(6)?,
            })
        },
    )?;
    let first = sessions.last().map_or(0, |s| s.no);
    let rounds = tx.rows(
        "SELECT session, no, agent_id, buyer_seq, began_at, breach_at, ended_at, reply_seq, ended FROM round
         WHERE org_id = $1 AND conversation_id = $2 AND session >= $3 ORDER BY no",
        args![who.org, id, first],
        |row| {
            let round = RoundView {
                no: row.get(1)?,
                agent: row.get(2)?,
                buyer_seq: row.get(3)?,
                began_at: row.get(4)?,
                breach_at: row.get(5)?,
                ended_at: row.get(6)?,
                reply_seq: row.get(7)?,
                ended: row.get(8)?,
            };
            Ok((row.get::<i64>(0)?, round))
        },
    )?;
    for (no, round) in rounds {
        if let Some(session) = sessions.iter_mut().find(|s| s.no == no) {
            session.rounds.push(round);
        }
    }
    Ok(sessions)
}
