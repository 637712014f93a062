use base::{Actor, Id, Ms, Permission, Problem, Who};
use serde_json::json;
use store::{Tx, args};

use crate::book::Entry;
use crate::conversation::{Card, Conversation};
use crate::handover::changed;
use crate::message::{Kind, Message, Sender, Standing};
use crate::rules::{RECALL, Rules, UNDO};
use crate::thread::Shown;

/// Takes one's own message back before it was read, within seconds, as if it had not been sent. An
/// answer that is undone was none: the round is open again.
pub fn undo(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, seq: i64) -> Result<(Message, Card), Problem> {
    who.need(Permission::Talk)?;
    let (mut conversation, message) = own_message(tx, who, id, seq)?;
    let (_, rules) = Rules::now(tx, who.org, conversation.shop)?;
    if now.since(message.at) > rules.ms(&UNDO) || conversation.buyer_read_seq >= seq {
        return Err(Problem::conflict("too_late", "It was read, or sent too long ago; recall it instead."));
    }
    let entry = if message.kind == Kind::Note { Entry::Nothing } else { Entry::Undone(seq) };
    take_back(tx, now, who, &mut conversation, seq, Standing::Undone, &json!({"event": "undone", "seq": seq}), entry)
}

/// Takes one's own message back with a trace, within minutes. The round keeps its answer.
pub fn recall(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, seq: i64) -> Result<(Message, Card), Problem> {
    let (mut conversation, message) = own_message(tx, who, id, seq)?;
    let (_, rules) = Rules::now(tx, who.org, conversation.shop)?;
    if now.since(message.at) > rules.ms(&RECALL) {
        return Err(Problem::conflict("too_late", "It was sent too long ago to be recalled."));
    }
    take_back(tx, now, who, &mut conversation, seq, Standing::Recalled, &json!({"event": "recalled", "seq": seq}), Entry::Nothing)
}

fn own_message(tx: &mut Tx<'_>, who: &Actor, id: Id, seq: i64) -> Result<(Conversation, Message), Problem> {
    let conversation = Conversation::of(tx, who, id)?;
    let message = Message::load(tx, who.org, id, seq)?.ok_or_else(Problem::not_found)?;
    let own = match who.who {
        Who::Buyer(_) => message.from == Sender::Buyer,
        _ => message.from == Sender::Agent && message.person.is_some() && message.person == who.person(),
    };
    if !own {
        return Err(Problem::not_found());
    }
    if message.state != Standing::Sent {
        return Err(Problem::conflict("taken_back", "It was taken back already."));
    }
    Ok((conversation, message))
}

#[expect(clippy::too_many_arguments, reason = "one private step of two verbs")]
fn take_back(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &mut Conversation,
    seq: i64,
    standing: Standing,
    body: &serde_json::Value,
    entry: Entry,
) -> Result<(Message, Card), Problem> {
    let changed_message = replace_body(tx, conversation, seq, "{}", standing)?;
    let trace = conversation.note(tx, now, body, entry)?;
    if conversation.last_at == changed_message.at {
        conversation.last_text = String::new();
        conversation.last_kind = standing.key().to_owned();
    }
    conversation.finish(tx, &[changed_message.clone(), trace], Shown::ToThose)?;
    let kind = if standing == Standing::Undone { "message.undone" } else { "message.recalled" };
    changed(tx, now, who, conversation, kind, json!({"seq": seq}))?;
    Ok((changed_message, conversation.card()))
}

/// Gives a message another body or standing; its `rev` grows.
pub(crate) fn replace_body(tx: &mut Tx<'_>, conversation: &Conversation, seq: i64, body: &str, standing: Standing) -> Result<Message, Problem> {
    tx.row(
        "UPDATE message SET body = $4, state = $5, rev = rev + 1 WHERE org_id = $1 AND conversation_id = $2 AND seq = $3
         RETURNING conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state",
        args![conversation.org, conversation.id, seq, body, standing],
        Message::read,
    )?
    .ok_or_else(Problem::not_found)
}
