use base::{Actor, Id, Ms, Permission, Problem, Who};
use serde_json::json;
use store::{Tx, args};

use crate::book::Entry;
use crate::card::Card;
use crate::conversation::Conversation;
use crate::message::{Kind, Message, Sender, Standing};
use crate::promise::promised_ms;
use crate::rules::{RECALL, Rules, UNDO};
use crate::telling::{Shown, changed};

/// Takes one's own message back before it was read, within seconds, as if it had not been sent. An
/// answer that is undone was none: the round is open again, and a slow one does not count. An alarm that was
/// raised stays raised: the buyer waits still, so the next answer is slower yet.
pub fn undo(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, seq: i64) -> Result<(Message, Card), Problem> {
    who.need(Permission::Talk)?;
    let (mut conversation, message) = own_message(tx, who, id, seq)?;
    let (_, rules) = Rules::now(tx, who.org, conversation.shop)?;
    // The buyer never reads a note, whatever number they have read up to.
    let note = message.kind == Kind::Note;
    if now.since(message.at) > rules.ms(&UNDO) || (!note && conversation.buyer_read_seq >= seq) {
        return Err(Problem::conflict(
            "too_late",
            "It was read, or sent too long ago; recall it instead.",
        ));
    }
    let entry = if note { Entry::Nothing } else { Entry::Undone(seq) };
    take_back(tx, now, who, &mut conversation, &message, Standing::Undone, entry)
}

/// Takes one's own message back with a trace, within minutes. The buyer may have read it, so the round keeps its
/// answer, and a slow one counts.
pub fn recall(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, seq: i64) -> Result<(Message, Card), Problem> {
    if !matches!(who.who, Who::Buyer(_)) {
        who.need(Permission::Talk)?;
    }
    let (mut conversation, message) = own_message(tx, who, id, seq)?;
    let (_, rules) = Rules::now(tx, who.org, conversation.shop)?;
    if now.since(message.at) > rules.ms(&RECALL) {
        return Err(Problem::conflict(
            "too_late",
            "It was sent too long ago to be recalled.",
        ));
    }
    take_back(
        tx,
        now,
        who,
        &mut conversation,
        &message,
        Standing::Recalled,
        Entry::Nothing,
    )
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

fn take_back(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &mut Conversation,
    message: &Message,
    standing: Standing,
    entry: Entry,
) -> Result<(Message, Card), Problem> {
    let (kind, event) = match standing {
        Standing::Undone => ("message.undone", "undone"),
        Standing::Recalled | Standing::Sent | Standing::Erased => ("message.recalled", "recalled"),
    };
    let answered = conversation.waiting_since.is_none();
    let gone = replace_body(tx, conversation, message.seq, "{}", standing)?;
    let trace = conversation.note(tx, now, &json!({"event": event, "seq": message.seq}), entry)?;
    if let Some(since) = conversation.waiting_since.filter(|_| answered) {
        let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
        if conversation.slow > 0 && conversation.is_slow(&rules, since, message.at) {
            conversation.slow -= 1;
        }
        // The limits that had passed before the undone answer were told then.
        conversation.warned = conversation.limits_passed(message.at);
    }
    if let Some(promised) = promise_of(message) {
        if conversation.promise_at == Some(promised) {
            conversation.promise(tx, None)?;
        } else if let Some(mut on) = conversation
            .went_on(tx)?
            .filter(|on| on.promise_at == Some(promised))
        {
            on.promise(tx, None)?;
            on.finish(tx, &[], Shown::ToShop)?;
        }
    }
    if conversation.last_at == message.at && conversation.last_kind == message.kind.key() {
        conversation.last_text = String::new();
        conversation.last_kind = standing.key().to_owned();
    }
    conversation.finish(tx, &[gone.clone(), trace], Shown::ToThose)?;
    changed(tx, now, who, conversation, kind, json!({"seq": message.seq}))?;
    Ok((gone, conversation.card()))
}

/// Until when a message promised an answer.
fn promise_of(message: &Message) -> Option<Ms> {
    let body: serde_json::Value = serde_json::from_str(message.body.get()).ok()?;
    body["text"]
        .as_str()
        .and_then(promised_ms)
        .map(|ms| message.at.plus(ms))
}

/// Gives a message another body or standing; its `rev` grows.
pub(crate) fn replace_body(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    seq: i64,
    body: &str,
    standing: Standing,
) -> Result<Message, Problem> {
    tx.row(
        "UPDATE message SET body = $4, state = $5, rev = rev + 1 WHERE org_id = $1 AND conversation_id = $2 AND seq = $3
         RETURNING conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state",
        args![conversation.org, conversation.id, seq, body, standing],
        Message::read,
    )?
    .ok_or_else(Problem::not_found)
}
