//! Adding to a conversation: the one place where messages get their numbers and where sessions,
//! rounds and clocks follow from them.

use base::{Id, Ms, Problem};
use serde_json::Value;
use serde_json::value::RawValue;
use store::{Tx, args};

use crate::book::{Change, Entry, LastRound};
use crate::conversation::Conversation;
use crate::message::{Kind, Message, Sender, Standing};
use crate::rules::Rules;

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

/// A client id as it is stored: unique per sender, so the sender stands in front.
pub(crate) fn own_id(sender: Sender, person: Option<Id>, client_id: &str) -> String {
    match person {
        Some(person) => format!("{person}:{client_id}"),
        None => format!("{}:{client_id}", sender.key()),
    }
}

impl Conversation {
    /// Adds a message. The caller saves the conversation and publishes in the end.
    pub(crate) fn add(&mut self, tx: &mut Tx<'_>, now: Ms, new: New<'_>) -> Result<Added, Problem> {
        let seq = self.last_seq + 1;
        let own = new.client_id.map(|client| own_id(new.sender, new.person, client));
        // Without a target it also stands for the number: whoever else took it in the meantime makes this
        // transaction run again rather than fail.
        let inserted = tx.exec(
            "INSERT INTO message (org_id, conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id,
               quote, state, typed_ms) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, 'sent', $12)
             ON CONFLICT DO NOTHING",
            args![
                self.org, self.id, seq, now, new.sender, new.kind, &new.body, new.person, new.name, &own, new.quote,
                new.typed_ms
            ],
        )?;
        if inserted == 0 {
            let own = own.ok_or_else(Problem::internal)?;
            let known = Message::known(tx, self.org, self.id, &own)?;
            return Ok(Added::Known(known.ok_or_else(Problem::internal)?));
        }
        self.last_seq = seq;
        self.touched_at = self.touched_at.max(now);
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
    pub(crate) fn note(
        &mut self,
        tx: &mut Tx<'_>,
        now: Ms,
        body: &Value,
        entry: Entry,
    ) -> Result<Message, Problem> {
        match self.add(
            tx,
            now,
            New {
                body: body.to_string(),
                entry,
                ..New::default()
            },
        )? {
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
        if let Entry::Undone(undone) = entry {
            self.human_at = self.human_before(tx, undone)?;
        }
        Ok(())
    }

    /// The last effective message of an agent in this session before message `seq`.
    fn human_before(&self, tx: &mut Tx<'_>, seq: i64) -> Result<Option<Ms>, Problem> {
        tx.value(
            "SELECT at FROM message
             WHERE org_id = $1 AND conversation_id = $2 AND seq < $3 AND sender = 'agent' AND kind <> 'note'
               AND state <> 'undone'
               AND at >= (SELECT started_at FROM session WHERE org_id = $1 AND conversation_id = $2 AND no = $4)
             ORDER BY seq DESC LIMIT 1",
            args![self.org, self.id, seq, self.session],
        )
    }

    fn follow(&mut self, tx: &mut Tx<'_>, change: Change) -> Result<(), Problem> {
        match change {
            Change::SessionBegan { no, at, by_agent } => {
                let (version, rules) = Rules::now(tx, self.org, self.shop)?;
                (self.session, self.session_open, self.rules) = (no, true, version);
                self.human_at = None;
                self.slow = 0;
                self.step = 0;
                (self.payment, self.payment_done) = (None, "[]".to_owned());
                self.template = rules.template().to_owned();
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
                let (warn, breach) = rules.limits(self.stage, round.began_at, &self.calendar(&rules));
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
            Change::RoundSince { no, buyer_at } => {
                tx.exec(
                    "UPDATE round SET buyer_at = $4 WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
                    args![self.org, self.id, no, buyer_at],
                )?;
            }
        }
        Ok(())
    }

    fn last_round(&self, tx: &mut Tx<'_>) -> Result<Option<LastRound>, Problem> {
        tx.row(
            "SELECT no, reply_seq, buyer_seq, buyer_at FROM round
             WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
            args![self.org, self.id, self.round],
            |row| {
                Ok(LastRound {
                    no: row.get(0)?,
                    reply: row.get(1)?,
                    buyer_seq: row.get(2)?,
                    buyer_at: row.get(3)?,
                })
            },
        )
    }
}
