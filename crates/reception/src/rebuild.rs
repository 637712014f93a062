//! Makes sessions and rounds again from the messages, and says where the written ones differ.

use std::sync::Arc;

use base::{Calendar, Id, Ms, Problem};
use serde_json::Value;
use store::{Tx, args};

use crate::book::{Book, Change, End, Entry, LastRound};
use crate::conversation::{Conversation, Stage, State};
use crate::message::{Kind, Message, Sender, Standing};
use crate::remeasure::hours_of;
use crate::rules::Rules;
use crate::telling::Shown;

/// A session row, written or made again: no, rules and stage at its begin, opened_by, started_at,
/// ended_at, ended.
type SessionRow = (i64, (Id, Stage), String, Ms, Option<Ms>, Option<String>);
/// A round row, written or made again: no, session, agent, buyer_seq, buyer_at, began_at, warn_at,
/// breach_at, ended_at, reply_seq, ended.
type RoundRow = (
    i64,
    i64,
    Option<Id>,
    (i64, Ms),
    Ms,
    (Ms, Ms),
    Option<Ms>,
    Option<i64>,
    Option<String>,
);

/// What the messages of a conversation make.
#[derive(Default)]
struct Derived {
    sessions: Vec<SessionRow>,
    rounds: Vec<RoundRow>,
    book: Book,
    human_at: Option<Ms>,
    last_seq: i64,
    messages: i64,
}

/// Where the conversation's own row says it stands.
#[derive(Debug, PartialEq)]
struct Stand {
    state: State,
    book: Book,
    limits: Option<(Ms, Ms)>,
    human_at: Option<Ms>,
    last_seq: i64,
}

/// Whether the written sessions and rounds of a conversation, and where its row says it stands, are what
/// its messages make; with `mend` they are put right. Answers what differed.
pub fn rebuild(tx: &mut Tx<'_>, org: Id, id: Id, mend: bool) -> Result<Vec<String>, Problem> {
    let Some(mut conversation) = Conversation::load(tx, org, id)? else {
        return Ok(Vec::new());
    };
    let derived = derive(tx, &conversation, (0, Book::default()))?;
    let (sessions, rounds) = written(tx, org, id)?;
    let mut differs = Vec::new();
    if derived.sessions != sessions {
        differs.push(format!(
            "conversation {id}: sessions {sessions:?}, from messages {:?}",
            derived.sessions
        ));
    }
    if derived.rounds != rounds {
        differs.push(format!(
            "conversation {id}: rounds {rounds:?}, from messages {:?}",
            derived.rounds
        ));
    }
    let (stands, should) = (stand_of(&conversation), stand_from(&derived));
    if stands != should {
        differs.push(format!(
            "conversation {id}: stands {stands:?}, from messages {should:?}"
        ));
    }
    if derived.messages != derived.last_seq {
        differs.push(format!(
            "conversation {id}: {} messages up to number {}",
            derived.messages, derived.last_seq
        ));
    }
    if mend && !differs.is_empty() {
        write(tx, &conversation, &derived, Book::default(), false)?;
        take_stand(tx, &mut conversation, should)?;
        // Its clock may have been set for what was not so.
        conversation.clock_at = None;
        conversation.finish(tx, &[], Shown::ToShop)?;
    }
    Ok(differs)
}

/// Writes sessions and rounds of a conversation as its messages behind the number `from` make them, between two
/// sessions, where `book` stood; and puts its own row where it then stands. The caller saves that.
pub(crate) fn replay(
    tx: &mut Tx<'_>,
    conversation: &mut Conversation,
    (from, book): (i64, Book),
) -> Result<(), Problem> {
    let derived = derive(tx, conversation, (from, book))?;
    let new = conversation.last_seq == 0;
    write(tx, conversation, &derived, book, new)?;
    take_stand(tx, conversation, stand_from(&derived))
}

fn written(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<(Vec<SessionRow>, Vec<RoundRow>), Problem> {
    let sessions = tx.rows(
        "SELECT no, rules, stage, opened_by, started_at, ended_at, ended FROM session
         WHERE org_id = $1 AND conversation_id = $2 ORDER BY no",
        args![org, id],
        |r| {
            Ok((
                r.get(0)?,
                (r.get(1)?, r.get(2)?),
                r.get(3)?,
                r.get(4)?,
                r.get(5)?,
                r.get(6)?,
            ))
        },
    )?;
    let rounds = tx.rows(
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
    Ok((sessions, rounds))
}

fn stand_of(conversation: &Conversation) -> Stand {
    Stand {
        state: conversation.state,
        book: conversation.book(),
        limits: conversation.warn_at.zip(conversation.breach_at),
        human_at: conversation.human_at,
        last_seq: conversation.last_seq,
    }
}

fn stand_from(derived: &Derived) -> Stand {
    let state = match (derived.book.session_open, derived.book.agent) {
        (false, _) => State::Closed,
        (true, Some(_)) => State::Open,
        (true, None) => State::Queued,
    };
    let open_round = derived.rounds.last().filter(|_| derived.book.waiting.is_some());
    Stand {
        state,
        book: derived.book,
        limits: open_round.map(|round| round.5),
        human_at: derived.human_at,
        last_seq: derived.last_seq,
    }
}

fn take_stand(tx: &mut Tx<'_>, conversation: &mut Conversation, stand: Stand) -> Result<(), Problem> {
    let book = stand.book;
    if stand.state != conversation.state && stand.state == State::Queued {
        let since = book.waiting.map_or(conversation.touched_at, |(_, at)| at);
        conversation.wait_from(tx, since)?;
    }
    if let Some(agent) = book.agent.filter(|agent| conversation.agent != Some(*agent)) {
        conversation.agent = Some(agent);
        conversation.agent_name = crate::colleague::name_of(tx, conversation.org, agent)?;
    }
    conversation.state = stand.state;
    (
        conversation.session,
        conversation.session_open,
        conversation.round,
    ) = (book.session, book.session_open, book.round);
    (conversation.round_open, conversation.waiting_since) =
        book.waiting.map_or((0, None), |(seq, at)| (seq, Some(at)));
    (conversation.warn_at, conversation.breach_at) = stand.limits.unzip();
    conversation.human_at = stand.human_at;
    conversation.last_seq = stand.last_seq;
    Ok(())
}

/// What the limits of a round are measured by, as the messages go along.
struct Measure {
    rules: Arc<Rules>,
    version: Id,
    stage: Stage,
    hours: Option<Calendar>,
}

impl Measure {
    fn limits(&self, at: Ms) -> (Ms, Ms) {
        self.rules.limits(
            self.stage,
            at,
            self.hours.as_ref().unwrap_or(&self.rules.calendar),
        )
    }
}

/// Messages that are read at once.
const PAGE: usize = 500;

fn derive(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    (last_seq, book): (i64, Book),
) -> Result<Derived, Problem> {
    let (org, shop) = (conversation.org, conversation.shop);
    let rules = Rules::at(tx, org, shop, conversation.rules)?;
    let mut measure = Measure {
        rules,
        version: conversation.rules,
        stage: conversation.stage,
        hours: None,
    };
    let mut derived = Derived {
        last_seq,
        book,
        ..Derived::default()
    };
    loop {
        let page = Message::page(tx, org, conversation.id, Some(derived.last_seq), None, PAGE)?;
        let last = page.len() < PAGE;
        for message in &page {
            derived.messages += 1;
            derived.last_seq = message.seq;
            let (entry, body) = entry_of(message)?;
            if matches!(body["event"].as_str(), Some("queued" | "reopened")) {
                measure.version = Id(body["version"].as_i64().unwrap_or_default());
                measure.rules = Rules::at(tx, org, shop, measure.version)?;
                measure.stage = stage_named(&body["stage"]).unwrap_or(measure.stage);
            }
            let last = derived.rounds.last().map(|r| LastRound {
                no: r.0,
                reply: r.7,
                buyer_seq: r.3.0,
                buyer_at: r.3.1,
            });
            for change in derived.book.apply(message.seq, message.at, entry, last) {
                if matches!(change, Change::SessionBegan { .. }) {
                    derived.human_at = None;
                }
                follow(&mut derived.sessions, &mut derived.rounds, change, &measure);
            }
            match entry {
                Entry::Human(_) if message.state != Standing::Undone => derived.human_at = Some(message.at),
                Entry::Closed(_) => measure.hours = None,
                _ => {}
            }
            // The present wait is measured anew when its stage, its calendar or the shop's settings change.
            match body["event"].as_str() {
                Some("stage") => measure.stage = stage_named(&body["to"]).unwrap_or(measure.stage),
                Some("rules") => {
                    measure.version = Id(body["version"].as_i64().unwrap_or_default());
                    measure.rules = Rules::at(tx, org, shop, measure.version)?;
                }
                Some("hours") => measure.hours = hours_of(&body),
                _ => continue,
            }
            if derived.book.waiting.is_some()
                && let Some(round) = derived.rounds.last_mut()
            {
                round.5 = measure.limits(round.4);
            }
        }
        if last {
            return Ok(derived);
        }
    }
}

fn stage_named(name: &Value) -> Option<Stage> {
    Stage::ALL.iter().copied().find(|stage| name == stage.key())
}

/// What a stored message means.
pub(crate) fn entry_of(message: &Message) -> Result<(Entry, Value), Problem> {
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
                Some("closed") => Some(Entry::Closed(if body["by"] == "buyer" {
                    End::Left
                } else {
                    End::Closed
                })),
                Some("timed_out") => Some(Entry::Closed(End::TimedOut)),
                Some("reopened") => id("by").map(Entry::Reopened),
                Some("undone") => body["seq"].as_i64().map(Entry::Undone),
                Some("carried") => body["since"].as_i64().map(|since| Entry::Since(Ms(since))),
                _ => None,
            };
            return Ok((entry.unwrap_or(Entry::Nothing), body));
        }
        _ => Entry::Nothing,
    };
    Ok((entry, Value::Null))
}

fn follow(sessions: &mut Vec<SessionRow>, rounds: &mut Vec<RoundRow>, change: Change, measure: &Measure) {
    match change {
        Change::SessionBegan { no, at, by_agent } => {
            let opened_by = if by_agent { "agent" } else { "buyer" };
            sessions.push((
                no,
                (measure.version, measure.stage),
                opened_by.to_owned(),
                at,
                None,
                None,
            ));
        }
        Change::SessionEnded { at, end, .. } => {
            if let Some(session) = sessions.last_mut() {
                (session.4, session.5) = (Some(at), Some(end.key().to_owned()));
            }
        }
        Change::RoundBegan(r) => {
            let session = sessions.last().map_or(0, |s| s.0);
            rounds.push((
                r.no,
                session,
                r.agent,
                (r.buyer_seq, r.buyer_at),
                r.began_at,
                measure.limits(r.began_at),
                None,
                None,
                None,
            ));
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
        Change::RoundSince { buyer_at, .. } => {
            if let Some(round) = rounds.last_mut() {
                round.3.1 = buyer_at;
            }
        }
    }
}

/// Writes them, in the place of those that are there behind `before`; a conversation that is `new` has none.
fn write(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    derived: &Derived,
    before: Book,
    new: bool,
) -> Result<(), Problem> {
    let (org, id) = (conversation.org, conversation.id);
    let Derived { sessions, rounds, .. } = derived;
    let mut arguments = Vec::with_capacity(sessions.len() * 10);
    for (no, (rules, stage), opened_by, started, ended_at, ended) in sessions {
        arguments.extend_from_slice(args![
            org,
            id,
            *no,
            conversation.shop,
            *rules,
            *stage,
            opened_by,
            *started,
            *ended_at,
            ended
        ]);
    }
    tx.insert_many(
        "INSERT INTO session (org_id, conversation_id, no, shop_id, rules, stage, opened_by, started_at, ended_at, ended)",
        10,
        "ON CONFLICT (org_id, conversation_id, no) DO UPDATE SET shop_id = excluded.shop_id, \
           rules = excluded.rules, stage = excluded.stage, opened_by = excluded.opened_by, \
           started_at = excluded.started_at, ended_at = excluded.ended_at, ended = excluded.ended",
        &arguments,
    )?;
    if !new {
        tx.exec(
            "DELETE FROM session WHERE org_id = $1 AND conversation_id = $2 AND no > $3",
            args![org, id, derived.book.session],
        )?;
        tx.exec(
            "DELETE FROM round WHERE org_id = $1 AND conversation_id = $2 AND no > $3",
            args![org, id, before.round],
        )?;
    }
    let mut arguments = Vec::with_capacity(rounds.len() * 14);
    for (no, session, agent, (buyer_seq, buyer_at), began, (warn, breach), ended_at, reply, ended) in rounds {
        arguments.extend_from_slice(args![
            org,
            id,
            *no,
            *session,
            conversation.shop,
            *agent,
            *buyer_seq,
            *buyer_at,
            *began,
            *warn,
            *breach,
            *ended_at,
            *reply,
            ended
        ]);
    }
    tx.insert_many(
        "INSERT INTO round (org_id, conversation_id, no, session, shop_id, agent_id, buyer_seq, buyer_at, began_at, \
           warn_at, breach_at, ended_at, reply_seq, ended)",
        14,
        "",
        &arguments,
    )?;
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
