//! Makes sessions and rounds again from the messages, and says where the written ones differ.

use base::{Id, Ms, Problem};
use serde_json::Value;
use store::{Tx, args};

use crate::book::{Book, Change, End, Entry, LastRound};
use crate::conversation::{Conversation, Stage};
use crate::message::{Kind, Message, Sender};
use crate::rules::Rules;

/// A session row, written or made again.
type SessionRow = (i64, String, Ms, Option<Ms>, Option<String>);
/// A round row, written or made again: no, session, agent, buyer_seq, buyer_at, began_at, warn_at,
/// breach_at, ended_at, reply_seq, ended.
type RoundRow = (i64, i64, Option<Id>, (i64, Ms), Ms, (Ms, Ms), Option<Ms>, Option<i64>, Option<String>);

/// Whether the written sessions and rounds of a conversation are what its messages make; with `mend`
/// they are put right. Answers what differed.
pub fn rebuild(tx: &mut Tx<'_>, org: Id, id: Id, mend: bool) -> Result<Vec<String>, Problem> {
    let Some(conversation) = Conversation::load(tx, org, id)? else { return Ok(Vec::new()) };
    let (sessions, rounds) = derive(tx, &conversation)?;
    let written_sessions: Vec<SessionRow> = tx.rows(
        "SELECT no, opened_by, started_at, ended_at, ended FROM session
         WHERE org_id = $1 AND conversation_id = $2 ORDER BY no",
        args![org, id],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)),
    )?;
    let written_rounds: Vec<RoundRow> = tx.rows(
        "SELECT no, session, agent_id, buyer_seq, buyer_at, began_at, warn_at, breach_at, ended_at, reply_seq, ended
         FROM round WHERE org_id = $1 AND conversation_id = $2 ORDER BY no",
        args![org, id],
        |r| {
            Ok((
                r.get(0)?, r.get(1)?, r.get(2)?, (r.get(3)?, r.get(4)?), r.get(5)?, (r.get(6)?, r.get(7)?), r.get(8)?,
                r.get(9)?, r.get(10)?,
            ))
        },
    )?;
    let mut differs = Vec::new();
    if sessions != written_sessions {
        differs.push(format!("conversation {id}: sessions {written_sessions:?}, from messages {sessions:?}"));
    }
    if rounds != written_rounds {
        differs.push(format!("conversation {id}: rounds {written_rounds:?}, from messages {rounds:?}"));
    }
    if mend && !differs.is_empty() {
        write(tx, &conversation, &sessions, &rounds)?;
    }
    Ok(differs)
}

fn derive(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<(Vec<SessionRow>, Vec<RoundRow>), Problem> {
    let versions: Vec<(Id, Stage)> = tx.rows(
        "SELECT rules, stage FROM session WHERE org_id = $1 AND conversation_id = $2 ORDER BY no",
        args![conversation.org, conversation.id],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    let (mut rules, mut stage) = (Id::NONE, Stage::Pre);
    let mut book = Book::default();
    let (mut sessions, mut rounds): (Vec<SessionRow>, Vec<RoundRow>) = (Vec::new(), Vec::new());
    let mut after = 0;
    loop {
        let page = Message::page(tx, conversation.org, conversation.id, Some(after), None, 500)?;
        let Some(last) = page.last() else { return Ok((sessions, rounds)) };
        after = last.seq;
        for message in &page {
            let (entry, body) = entry_of(message)?;
            let last = rounds.last().map(|r| LastRound { no: r.0, reply: r.7, buyer_seq: r.3.0, buyer_at: r.3.1 });
            for change in book.apply(message.seq, message.at, entry, last) {
                if let Change::SessionBegan { no, .. } = change
                    && let Some((version, first)) = usize::try_from(no - 1).ok().and_then(|i| versions.get(i))
                {
                    (rules, stage) = (*version, *first);
                }
                let limits = limits(tx, conversation, rules)?;
                follow(&mut sessions, &mut rounds, change, |at| limits.limits(stage, at));
            }
            // The present wait is measured anew when its stage or the shop's settings change.
            let remeasure = match body["event"].as_str() {
                Some("stage") => {
                    stage = if body["to"] == "pre" { Stage::Pre } else if body["to"] == "in" { Stage::In } else { Stage::After };
                    true
                }
                Some("rules") => {
                    rules = Id(body["version"].as_i64().unwrap_or_default());
                    true
                }
                _ => false,
            };
            if remeasure && book.waiting.is_some() {
                let limits = limits(tx, conversation, rules)?;
                if let Some(round) = rounds.last_mut() {
                    round.5 = limits.limits(stage, round.4);
                }
            }
        }
    }
}

fn limits(tx: &mut Tx<'_>, conversation: &Conversation, rules: Id) -> Result<std::sync::Arc<Rules>, Problem> {
    Rules::at(tx, conversation.org, conversation.shop, rules)
}

/// What a stored message means.
fn entry_of(message: &Message) -> Result<(Entry, Value), Problem> {
    let entry = match (message.from, message.kind) {
        (Sender::Buyer, _) => Entry::Buyer,
        (Sender::Agent, kind) if kind != Kind::Note => Entry::Human(message.person.unwrap_or_default()),
        (Sender::System, _) => {
            let body: Value = serde_json::from_str(message.body.get()).map_err(|_| Problem::internal())?;
            let id = |name: &str| body[name].as_i64().map(Id);
            let entry = match body["event"].as_str() {
                Some("assigned") => id("to").map(Entry::Assigned),
                Some("transferred") => Some(id("to").map_or(Entry::Queued, Entry::Assigned)),
                Some("taken_over") => id("by").map(Entry::Assigned),
                Some("requeued") => Some(Entry::Queued),
                Some("closed") => Some(Entry::Closed(if body["by"] == "buyer" { End::Left } else { End::Closed })),
                Some("timed_out") => Some(Entry::Closed(End::TimedOut)),
                Some("reopened") => id("by").map(Entry::Reopened),
                Some("undone") => body["seq"].as_i64().map(Entry::Undone),
                _ => None,
            };
            return Ok((entry.unwrap_or(Entry::Nothing), body));
        }
        _ => Entry::Nothing,
    };
    Ok((entry, Value::Null))
}

fn follow(sessions: &mut Vec<SessionRow>, rounds: &mut Vec<RoundRow>, change: Change, limits: impl Fn(Ms) -> (Ms, Ms)) {
    match change {
        Change::SessionBegan { no, at, by_agent } => {
            sessions.push((no, if by_agent { "agent" } else { "buyer" }.to_owned(), at, None, None));
        }
        Change::SessionEnded { at, end, .. } => {
            if let Some(session) = sessions.last_mut() {
                (session.3, session.4) = (Some(at), Some(end.key().to_owned()));
            }
        }
        Change::RoundBegan(r) => {
            let session = sessions.last().map_or(0, |s| s.0);
            rounds.push((r.no, session, r.agent, (r.buyer_seq, r.buyer_at), r.began_at, limits(r.began_at), None, None, None));
        }
        Change::RoundTaken { agent, .. } => {
            if let Some(round) = rounds.last_mut() {
                round.2 = Some(agent);
            }
        }
        Change::RoundEnded { at, reply, end, .. } => {
            if let Some(round) = rounds.last_mut() {
                (round.6, round.7, round.8) = (Some(at), reply, Some(end.key().to_owned()));
            }
        }
        Change::RoundReopened { .. } => {
            if let Some(round) = rounds.last_mut() {
                (round.6, round.7, round.8) = (None, None, None);
            }
        }
    }
}

fn write(tx: &mut Tx<'_>, conversation: &Conversation, sessions: &[SessionRow], rounds: &[RoundRow]) -> Result<(), Problem> {
    let (org, id) = (conversation.org, conversation.id);
    for (no, opened_by, started, ended_at, ended) in sessions {
        tx.exec(
            "INSERT INTO session (org_id, conversation_id, no, shop_id, rules, stage, opened_by, started_at, ended_at, ended)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (org_id, conversation_id, no) DO UPDATE SET opened_by = excluded.opened_by,
               started_at = excluded.started_at, ended_at = excluded.ended_at, ended = excluded.ended",
            args![
                org, id, *no, conversation.shop, conversation.rules, conversation.stage, opened_by, *started, *ended_at, ended
            ],
        )?;
    }
    let count = sessions.len();
    tx.exec("DELETE FROM session WHERE org_id = $1 AND conversation_id = $2 AND no > $3", args![org, id, count])?;
    tx.exec("DELETE FROM round WHERE org_id = $1 AND conversation_id = $2", args![org, id])?;
    for (no, session, agent, (buyer_seq, buyer_at), began, (warn, breach), ended_at, reply, ended) in rounds {
        tx.exec(
            "INSERT INTO round (org_id, conversation_id, no, session, shop_id, agent_id, buyer_seq, buyer_at, began_at,
               warn_at, breach_at, ended_at, reply_seq, ended)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            args![
                org, id, *no, *session, conversation.shop, *agent, *buyer_seq, *buyer_at, *began, *warn, *breach, *ended_at,
                *reply, ended
            ],
        )?;
    }
    Ok(())
}

/// The conversations of an organisation after `after`, for going through them all in slices.
pub fn ids_after(tx: &mut Tx<'_>, org: Id, after: Id, limit: usize) -> Result<Vec<Id>, Problem> {
    tx.rows(
        "SELECT id FROM conversation WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        args![org, after, limit],
        |row| row.get(0),
    )
}
