//! Adding to a conversation: the one place where messages get their numbers and where sessions,
//! rounds and clocks follow from them.

use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use store::{Event, NewJob, Tx, args};

use crate::book::{Change, End, Entry, LastRound};
use crate::conversation::{Card, Conversation, State};
use crate::message::{BuyerMessage, Kind, Message, Sender, Standing};
use crate::rules::{Rules, TEMPLATE};

/// The clock job of a conversation.
pub const CLOCK_JOB: &str = "reception.clock";

/// A message about to be added.
pub(crate) struct New<'a> {
    pub(crate) sender: Sender,
    pub(crate) kind: Kind,
    pub(crate) body: String,
    /// First words for lists; `None` leaves the list's line as it is.
    pub(crate) line: Option<String>,
    pub(crate) person: Option<Id>,
    pub(crate) name: Option<&'a str>,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) quote: Option<i64>,
    pub(crate) typed_ms: Option<i64>,
    pub(crate) entry: Entry,
}

impl Default for New<'_> {
    fn default() -> Self {
        New {
            sender: Sender::System,
            kind: Kind::System,
            body: String::new(),
            line: None,
            person: None,
            name: None,
            client_id: None,
            quote: None,
            typed_ms: None,
            entry: Entry::Nothing,
        }
    }
}

/// What came of adding a message.
pub(crate) enum Added {
    New(Message),
    /// The same client id was there already; nothing changed.
    Known(Message),
}

impl Conversation {
    /// Adds a message. The caller saves the conversation and publishes in the end.
    pub(crate) fn add(&mut self, tx: &mut Tx<'_>, now: Ms, new: New<'_>) -> Result<Added, Problem> {
        let seq = self.last_seq + 1;
        let own = new.client_id.map(|client| match new.person {
            Some(person) => format!("{person}:{client}"),
            None => format!("{}:{client}", new.sender.key()),
        });
        let inserted = tx.exec(
            "INSERT INTO message (org_id, conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id,
               quote, state, typed_ms) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, 'sent', $12)
             ON CONFLICT (org_id, conversation_id, client_id) WHERE client_id IS NOT NULL DO NOTHING",
            args![
                self.org, self.id, seq, now, new.sender, new.kind, &new.body, new.person, new.name, &own, new.quote,
                new.typed_ms
            ],
        )?;
        if inserted == 0 {
            let known = tx.row(
                "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
                 FROM message WHERE org_id = $1 AND conversation_id = $2 AND client_id = $3",
                args![self.org, self.id, &own],
                Message::read,
            )?;
            return Ok(Added::Known(known.ok_or_else(Problem::internal)?));
        }
        self.last_seq = seq;
        self.touched_at = now;
        self.idle = false;
        if let Some(line) = new.line {
            self.last_from = new.sender.key().to_owned();
            self.last_kind = new.kind.key().to_owned();
            self.last_text = line;
            self.last_at = now;
        }
        self.enter(tx, now, seq, new.entry)?;
        match new.entry {
            Entry::Buyer => {
                self.unread += 1;
                self.buyer_read_seq = seq;
            }
            Entry::Human(_) => {
                self.human_at = Some(now);
                self.promise_at = None;
                self.unread = 0;
                self.agent_read_seq = seq;
            }
            _ => {}
        }
        Ok(Added::New(Message {
            conversation: self.id,
            seq,
            rev: 1,
            from: new.sender,
            kind: new.kind,
            body: RawValue::from_string(new.body).map_err(|_| Problem::internal())?,
            person: new.person,
            name: new.name.map(str::to_owned),
            at: now,
            client_id: new.client_id.map(str::to_owned),
            quote: new.quote,
            state: Standing::Sent,
        }))
    }

    /// Adds what happened as a system message, which is also what a rebuild reads.
    pub(crate) fn note(&mut self, tx: &mut Tx<'_>, now: Ms, body: &Value, entry: Entry) -> Result<Message, Problem> {
        match self.add(tx, now, New { body: body.to_string(), entry, ..New::default() })? {
            Added::New(message) | Added::Known(message) => Ok(message),
        }
    }

    /// Lets sessions and rounds follow.
    fn enter(&mut self, tx: &mut Tx<'_>, now: Ms, seq: i64, entry: Entry) -> Result<(), Problem> {
        let last = match entry {
            Entry::Undone(_) => self.last_round(tx)?,
            _ => None,
        };
        let mut book = self.book();
        for change in book.apply(seq, now, entry, last) {
            self.follow(tx, change)?;
        }
        self.session = book.session;
        self.session_open = book.session_open;
        self.round = book.round;
        (self.round_open, self.waiting_since) = book.waiting.map_or((0, None), |(seq, at)| (seq, Some(at)));
        if self.waiting_since.is_none() {
            (self.warn_at, self.breach_at, self.warned) = (None, None, 0);
        }
        Ok(())
    }

    fn follow(&mut self, tx: &mut Tx<'_>, change: Change) -> Result<(), Problem> {
        match change {
            Change::SessionBegan { no, at, by_agent } => {
                let (version, rules) = Rules::now(tx, self.org, self.shop)?;
                (self.session, self.session_open, self.rules) = (no, true, version);
                self.human_at = None;
                self.slow = 0;
                self.step = 0;
                self.template = rules.text(&TEMPLATE).to_owned();
                let opened_by = if by_agent { "agent" } else { "buyer" };
                tx.exec(
                    "INSERT INTO session (org_id, conversation_id, no, shop_id, rules, stage, opened_by, started_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    args![self.org, self.id, no, self.shop, version, self.stage, opened_by, at],
                )?;
            }
            Change::SessionEnded { no, at, end } => {
                tx.exec(
                    "UPDATE session SET ended_at = $4, ended = $5 WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
                    args![self.org, self.id, no, at, end.key()],
                )?;
            }
            Change::RoundBegan(round) => {
                let rules = Rules::at(tx, self.org, self.shop, self.rules)?;
                let (warn, breach) = rules.limits(self.stage, round.began_at);
                (self.warn_at, self.breach_at, self.warned) = (Some(warn), Some(breach), 0);
                tx.exec(
                    "INSERT INTO round (org_id, conversation_id, no, session, shop_id, agent_id, buyer_seq, buyer_at,
                       began_at, warn_at, breach_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                    args![
                        self.org, self.id, round.no, self.session, self.shop, round.agent, round.buyer_seq, round.buyer_at,
                        round.began_at, warn, breach
                    ],
                )?;
            }
            Change::RoundTaken { no, agent } => {
                tx.exec(
                    "UPDATE round SET agent_id = $4 WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
                    args![self.org, self.id, no, agent],
                )?;
            }
            Change::RoundEnded { no, at, reply, end } => {
                tx.exec(
                    "UPDATE round SET ended_at = $4, reply_seq = $5, ended = $6
                     WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
                    args![self.org, self.id, no, at, reply, end.key()],
                )?;
            }
            Change::RoundReopened { no } => {
                let row = tx.row(
                    "UPDATE round SET ended_at = NULL, reply_seq = NULL, ended = NULL
                     WHERE org_id = $1 AND conversation_id = $2 AND no = $3 RETURNING warn_at, breach_at",
                    args![self.org, self.id, no],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?;
                (self.warn_at, self.breach_at) = row.unwrap_or_default();
            }
        }
        Ok(())
    }

    fn last_round(&self, tx: &mut Tx<'_>) -> Result<Option<LastRound>, Problem> {
        tx.row(
            "SELECT no, reply_seq, buyer_seq, buyer_at FROM round
             WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
            args![self.org, self.id, self.round],
            |row| Ok(LastRound { no: row.get(0)?, reply: row.get(1)?, buyer_seq: row.get(2)?, buyer_at: row.get(3)? }),
        )
    }

    /// The next moment at which something must be looked at.
    pub(crate) fn next_clock(&self, rules: &Rules) -> Option<Ms> {
        let wait = match (self.waiting_since, self.warned) {
            (Some(_), 0) => self.warn_at,
            (Some(_), 1) => self.breach_at,
            _ => None,
        };
        let silence = self.session_ends_at(rules);
        let untouched = (self.state == State::Open && !self.idle).then(|| self.touched_at.plus(rules.untouched));
        [wait, silence, untouched, self.promise_at, self.remind_at].into_iter().flatten().min()
    }

    /// When the session ends by itself: ten minutes after the agent's last effective message, unless
    /// the buyer waits.
    pub(crate) fn session_ends_at(&self, rules: &Rules) -> Option<Ms> {
        let quiet = self.session_open && self.state == State::Open && self.waiting_since.is_none();
        self.human_at.filter(|_| quiet).map(|at| at.plus(rules.session_end))
    }

    /// Ends a session whose silence ran out, at the moment it ran out, whoever noticed.
    pub(crate) fn end_if_silent(&mut self, tx: &mut Tx<'_>, now: Ms, rules: &Rules) -> Result<Option<Message>, Problem> {
        match self.session_ends_at(rules) {
            Some(at) if at <= now => self.end(tx, at, End::TimedOut, &json!({"event": "timed_out"})).map(Some),
            _ => Ok(None),
        }
    }

    /// Ends the session and lets go of the conversation.
    pub(crate) fn end(&mut self, tx: &mut Tx<'_>, at: Ms, end: End, body: &Value) -> Result<Message, Problem> {
        let message = self.note(tx, at, body, Entry::Closed(end))?;
        self.state = State::Closed;
        self.closed_at = Some(at);
        self.queued_at = None;
        self.promise_at = None;
        self.unread = 0;
        (self.group, self.group_name, self.bargain) = (None, None, None);
        if !self.complaint {
            self.priority = i64::from(self.customer_vip);
        }
        Ok(message)
    }

    /// Sets the clock job when something is due before it would ring. It looks at the present state
    /// when it rings and moves itself, so a clock that rings early costs one look and is cheaper
    /// than moving it with every message.
    pub(crate) fn wind(&mut self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        if self.state == State::Closed && self.remind_at.is_none() {
            return Ok(());
        }
        let rules = Rules::at(tx, self.org, self.shop, self.rules)?;
        let Some(due) = self.next_clock(&rules) else { return Ok(()) };
        if self.clock_at.is_none_or(|set| due < set) {
            self.clock_at = Some(due);
            tx.schedule(NewJob { org: self.org, kind: CLOCK_JOB, subject: self.id, due, payload: "{}" })?;
        }
        Ok(())
    }

    /// Winds the clock, saves, and tells the sockets of the new messages.
    pub(crate) fn finish(&mut self, tx: &mut Tx<'_>, told: &[Message], shown: Shown) -> Result<(), Problem> {
        self.wind(tx)?;
        self.save(tx)?;
        let card = self.card();
        for message in told {
            publish(tx, &card, message)?;
        }
        if shown == Shown::ToShop {
            self.tell_shop(tx, &card)?;
        }
        Ok(())
    }
}

impl Conversation {
    /// Tells lists that owner, state, stage or place changed, and the buyer who is there for them.
    fn tell_shop(&self, tx: &mut Tx<'_>, card: &Card) -> Result<(), Problem> {
        let whole = frame(&ConversationFrame { on: "conversation", conversation: card })?;
        let mut topics = vec![Topic::Shop(self.shop), Topic::Conversation(self.id)];
        topics.extend(self.agent.filter(|_| self.state != State::Queued).map(Topic::Person));
        // Those who see only the queue and their own learn of the rest no more than that it left.
        let queue = match self.state {
            State::Queued => whole.clone(),
            State::Open | State::Closed => {
                json!({"on": "gone", "conversation": self.id, "agent": self.agent, "rev": self.rev}).to_string().into()
            }
        };
        tx.live(Live { topics, frame: whole });
        tx.live(Live { topics: vec![Topic::ShopQueue(self.shop)], frame: queue });
        let name = self.agent_name.as_deref().filter(|_| self.state == State::Open);
        let state = json!({"on": "state", "state": self.state.key()});
        let agent = json!({"on": "agent", "name": name, "typing": false});
        for told in [state, agent] {
            tx.live(Live { topics: vec![Topic::Buyer(self.id)], frame: told.to_string().into() });
        }
        Ok(())
    }
}

/// Who besides those concerned hears of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nobody: only the conversation's own messages changed.
    ToThose,
    /// Everybody of the shop: owner, state, stage or place in lists changed.
    ToShop,
}

#[derive(Serialize)]
struct MessageFrame<'a> {
    on: &'static str,
    message: &'a Message,
    conversation: &'a Card,
}

#[derive(Serialize)]
struct BuyerFrame<'a> {
    on: &'static str,
    message: BuyerMessage<'a>,
}

#[derive(Serialize)]
struct ConversationFrame<'a> {
    on: &'static str,
    conversation: &'a Card,
}

/// A frame's text.
pub(crate) fn frame(value: &impl Serialize) -> Result<std::sync::Arc<str>, Problem> {
    serde_json::to_string(value).map(Into::into).map_err(|_| Problem::internal())
}

/// Tells the owner, those who look, those who follow all, and the buyer of a message.
pub(crate) fn publish(tx: &mut Tx<'_>, card: &Card, message: &Message) -> Result<(), Problem> {
    let mut topics = vec![Topic::Conversation(card.id), Topic::ShopMessages(card.shop)];
    if let Some(agent) = card.agent.filter(|_| card.state != State::Queued) {
        topics.push(Topic::Person(agent));
    }
    tx.live(Live { topics, frame: frame(&MessageFrame { on: "message", message, conversation: card })? });
    tx.live(Live {
        topics: vec![Topic::Buyer(card.id)],
        frame: frame(&BuyerFrame { on: "message", message: message.for_buyer() })?,
    });
    Ok(())
}

/// Writes to the log that a message was sent: ids only.
pub(crate) fn log_message(tx: &mut Tx<'_>, who: &Actor, conversation: &Conversation, message: &Message) -> Result<(), Problem> {
    tx.emit(Event {
        at: message.at,
        who,
        shop: conversation.shop,
        kind: "message.sent",
        subject: conversation.id,
        data: json!({"seq": message.seq}),
    })
}
