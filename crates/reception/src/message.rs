use std::borrow::Cow;

use base::{Id, Ms, Problem};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use store::{Row, Tx, args, text_enum};

text_enum! {
    /// Who wrote a message.
    pub enum Sender {
        /// The buyer.
        Buyer = "buyer",
        /// A person of the team.
        Agent = "agent",
        /// The program; never counts as human.
        Auto = "auto",
        /// What happened to the conversation.
        System = "system",
    }
}

text_enum! {
    /// What became of a message.
    pub enum Standing {
        /// It stands.
        Sent = "sent",
        /// Taken back with a trace.
        Recalled = "recalled",
        /// Taken back before it was read.
        Undone = "undone",
        /// Emptied: the buyer was erased, or it is older than messages are kept.
        Erased = "erased",
    }
}

text_enum! {
    /// The kinds of messages.
    pub enum Kind {
        /// Words.
        Text = "text",
        /// A picture.
        Image = "image",
        /// A voice message.
        Voice = "voice",
        /// Any other file.
        File = "file",
        /// A product.
        Product = "product",
        /// An order, to be looked at or confirmed.
        Order = "order",
        /// A coupon.
        Coupon = "coupon",
        /// Questions to be answered.
        Form = "form",
        /// For the team only.
        Note = "note",
        /// What happened.
        System = "system",
    }
}

/// A message as it goes over the wire to the team.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Message {
    /// Its conversation.
    pub conversation: Id,
    /// Its number there, gapless from 1.
    pub seq: i64,
    /// Grows when it changes (recalled, answered).
    pub rev: i64,
    /// Who wrote it.
    pub from: Sender,
    /// What it is.
    pub kind: Kind,
    /// By kind, see docs/sockets.md.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
    /// The person of the team who wrote it.
    pub person: Option<Id>,
    /// Their display name at that time.
    pub name: Option<String>,
    /// When.
    pub at: Ms,
    /// The sender's own id of it.
    pub client_id: Option<String>,
    /// The number of the message it quotes.
    pub quote: Option<i64>,
    /// What became of it.
    pub state: Standing,
}

/// A message as the buyer sees it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum BuyerMessage<'a> {
    /// One the buyer sees.
    Shown {
        /// Its number.
        seq: i64,
        /// Grows when it changes.
        rev: i64,
        /// Who wrote it.
        from: Sender,
        /// What it is.
        kind: Kind,
        /// By kind.
        body: Cow<'a, RawValue>,
        /// The agent's display name.
        name: Option<&'a str>,
        /// When.
        at: Ms,
        /// The sender's own id of it.
        client_id: Option<&'a str>,
        /// Quoted number.
        quote: Option<i64>,
        /// What became of it.
        state: Standing,
    },
    /// The number of one the buyer does not see, so that there is no gap.
    Hidden {
        /// Always `hidden`.
        kind: &'static str,
        /// Its number.
        seq: i64,
        /// Grows when it changes.
        rev: i64,
    },
}

/// What the buyer is told of a system event: who came, that it was handed on, that it ended. Never a
/// note, a reason or an id of the team; `None` for what is the team's own affair.
fn told_of(body: &RawValue) -> Option<Value> {
    let body: Value = serde_json::from_str(body.get()).ok()?;
    match body["event"].as_str()? {
        "assigned" => Some(json!({"event": "assigned", "name": body["name"]})),
        "transferred" => {
            Some(json!({"event": "transferred", "name": body["name"], "group_name": body["group_name"]}))
        }
        "closed" => {
            let by = if body["by"] == "buyer" { "buyer" } else { "agent" };
            Some(json!({"event": "closed", "by": by, "name": body["name"]}))
        }
        "timed_out" => Some(json!({"event": "timed_out"})),
        _ => None,
    }
}

impl Message {
    /// The columns [`Message::read`] expects.
    pub const COLUMNS: &'static str =
        "conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state";

    /// Reads a row selected with [`Message::COLUMNS`].
    pub fn read(row: &Row<'_>) -> Result<Message, Problem> {
        let body: String = row.get(6)?;
        let client_id: Option<String> = row.get(9)?;
        Ok(Message {
            conversation: row.get(0)?,
            seq: row.get(1)?,
            rev: row.get(2)?,
            at: row.get(3)?,
            from: row.get(4)?,
            kind: row.get(5)?,
            body: RawValue::from_string(body).map_err(|_| Problem::internal())?,
            person: row.get(7)?,
            name: row.get(8)?,
            // Stored with its sender in front, because it is unique per sender.
            client_id: client_id.and_then(|c| c.split_once(':').map(|(_, own)| own.to_owned())),
            quote: row.get(10)?,
            state: row.get(11)?,
        })
    }

    /// Message `seq` of a conversation.
    pub fn load(tx: &mut Tx<'_>, org: Id, conversation: Id, seq: i64) -> Result<Option<Message>, Problem> {
        tx.row(
            "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
             FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq = $3",
            args![org, conversation, seq],
            Message::read,
        )
    }

    /// Up to `limit` messages with numbers in `(after, before)`, ascending; from the lower end when
    /// `after` is given, else the last ones.
    pub fn page(
        tx: &mut Tx<'_>,
        org: Id,
        conversation: Id,
        after: Option<i64>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Message>, Problem> {
        let (low, high) = (after.unwrap_or(0), before.unwrap_or(i64::MAX));
        let args = args![org, conversation, low, high, limit];
        if after.is_some() {
            return tx.rows(
                "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
                 FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 AND seq < $4
                 ORDER BY seq LIMIT $5",
                args,
                Message::read,
            );
        }
        let mut page = tx.rows(
            "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
             FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 AND seq < $4
             ORDER BY seq DESC LIMIT $5",
            args,
            Message::read,
        )?;
        page.reverse();
        Ok(page)
    }

    /// The message somebody sent under a client id of their own (`sender` in front, see `add`).
    pub(crate) fn known(
        tx: &mut Tx<'_>,
        org: Id,
        conversation: Id,
        own: &str,
    ) -> Result<Option<Message>, Problem> {
        tx.row(
            "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
             FROM message WHERE org_id = $1 AND conversation_id = $2 AND client_id = $3",
            args![org, conversation, own],
            Message::read,
        )
    }

    /// The message as the buyer sees it.
    pub fn for_buyer(&self) -> BuyerMessage<'_> {
        let body = match self.kind {
            Kind::Note => None,
            Kind::System => told_of(&self.body)
                .and_then(|told| to_raw_value(&told).ok())
                .map(Cow::Owned),
            _ if self.state == Standing::Undone => None,
            _ => Some(Cow::Borrowed(&*self.body)),
        };
        let Some(body) = body else {
            return BuyerMessage::Hidden {
                kind: "hidden",
                seq: self.seq,
                rev: self.rev,
            };
        };
        BuyerMessage::Shown {
            seq: self.seq,
            rev: self.rev,
            from: self.from,
            kind: self.kind,
            body,
            name: self.name.as_deref(),
            at: self.at,
            client_id: self.client_id.as_deref(),
            quote: self.quote,
            state: self.state,
        }
    }
}
