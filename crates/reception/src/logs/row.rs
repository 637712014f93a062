//! Messages of a conversation from logs as they are stored.

use std::sync::LazyLock;

use base::{Id, Ms, Problem};
use store::{Arg, Tx, args};

use crate::message::{Kind, Message, Sender, Standing};

/// A message with what only this way of writing keeps.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) at: Ms,
    pub(super) sender: Sender,
    pub(super) kind: Kind,
    pub(super) body: String,
    pub(super) person: Option<Id>,
    pub(super) name: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) quote: Option<i64>,
    pub(super) state: Standing,
    pub(super) typed_ms: Option<i64>,
    pub(super) log_run: Option<i64>,
    /// Grows when it changes; a new one's is 1.
    pub(super) rev: i64,
}

const COLUMNS: usize = 15;

impl Row {
    /// A system message that follows from what a log tells.
    pub(super) fn follows(at: Ms, body: &serde_json::Value) -> Row {
        Row {
            at,
            sender: Sender::System,
            kind: Kind::System,
            body: body.to_string(),
            person: None,
            name: None,
            client_id: None,
            quote: None,
            state: Standing::Sent,
            typed_ms: None,
            log_run: Some(0),
            rev: 1,
        }
    }

    /// As other rules of this room read it.
    pub(super) fn message(&self, conversation: Id, seq: i64) -> Result<Message, Problem> {
        Ok(Message {
            conversation,
            seq,
            rev: self.rev,
            from: self.sender,
            kind: self.kind,
            body: serde_json::value::RawValue::from_string(self.body.clone())
                .map_err(|_| Problem::internal())?,
            person: self.person,
            name: self.name.clone(),
            at: self.at,
            client_id: self.client_id.clone(),
            quote: self.quote,
            state: self.state,
        })
    }

    /// All of a conversation behind the number `after`, in their order.
    pub(super) fn all(tx: &mut Tx<'_>, org: Id, conversation: Id, after: i64) -> Result<Vec<Row>, Problem> {
        tx.rows(
            "SELECT at, sender, kind, body, person_id, name, client_id, quote, state, typed_ms, log_run, rev
             FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 ORDER BY seq",
            args![org, conversation, after],
            |row| {
                Ok(Row {
                    at: row.get(0)?,
                    sender: row.get(1)?,
                    kind: row.get(2)?,
                    body: row.get(3)?,
                    person: row.get(4)?,
                    name: row.get(5)?,
                    client_id: row.get(6)?,
                    quote: row.get(7)?,
                    state: row.get(8)?,
                    typed_ms: row.get(9)?,
                    log_run: row.get(10)?,
                    rev: row.get(11)?,
                })
            },
        )
    }

    /// Takes all messages behind the number `kept` away.
    pub(super) fn take_away(tx: &mut Tx<'_>, org: Id, conversation: Id, kept: i64) -> Result<(), Problem> {
        tx.exec(
            "DELETE FROM message WHERE org_id = $1 AND conversation_id = $2 AND seq > $3",
            args![org, conversation, kept],
        )?;
        Ok(())
    }

    /// Puts `rows` behind the number `kept`, where nothing is any more.
    pub(super) fn put(
        tx: &mut Tx<'_>,
        org: Id,
        conversation: Id,
        kept: i64,
        rows: &[Row],
    ) -> Result<(), Problem> {
        static HEAD: LazyLock<String> = LazyLock::new(|| {
            "INSERT INTO message (org_id, conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, \
             quote, state, typed_ms, log_run)"
                .to_owned()
        });
        let mut arguments: Vec<Arg<'_>> = Vec::with_capacity(rows.len() * COLUMNS);
        for (seq, row) in (kept + 1..).zip(rows) {
            arguments.extend_from_slice(args![
                org,
                conversation,
                seq,
                row.rev,
                row.at,
                row.sender,
                row.kind,
                &row.body,
                row.person,
                &row.name,
                &row.client_id,
                row.quote,
                row.state,
                row.typed_ms,
                row.log_run
            ]);
        }
        tx.insert_many(&HEAD, COLUMNS, "", &arguments)?;
        Ok(())
    }
}
