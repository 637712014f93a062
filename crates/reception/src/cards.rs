//! Cards that are asked about: orders to be confirmed, forms to be filled.

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;

use crate::book::Entry;
use crate::conversation::{Card, Conversation, State};
use crate::handover::changed;
use crate::message::{Kind, Message, Sender, Standing};
use crate::takeback::replace_body;
use crate::thread::{Added, New, Shown, log_message};

/// Shows the buyer an order of theirs, optionally to be confirmed (goods, price, payment, delivery).
/// Only to a buyer whose proven identity owns the order: `identity_not_proven`, `order_not_theirs`.
pub fn send_order(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, client_id: &str, order: Id, confirm: bool) -> Result<(Message, Card), Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let mut conversation = Conversation::of(tx, who, id)?;
    if conversation.state != State::Open || conversation.agent != Some(person) {
        return Err(Problem::conflict("not_yours", "Another agent has this conversation, or nobody."));
    }
    if !conversation.customer_known {
        return Err(Problem::conflict("identity_not_proven", "The shop cannot vouch for who this buyer is, so no order may be shown."));
    }
    if !orders::owned_by(tx, now, who.org, conversation.shop, order, conversation.customer)? {
        return Err(Problem::conflict("order_not_theirs", "This is no order of this buyer."));
    }
    let mut card = orders::card(tx, who, order)?;
    card.confirm = confirm;
    let body = serde_json::to_string(&card).map_err(|_| Problem::internal())?;
    let name = conversation.agent_name.clone();
    let new = New {
        sender: Sender::Agent,
        kind: Kind::Order,
        body,
        line: Some(card.number.clone()),
        person: Some(person),
        name: name.as_deref(),
        client_id: Some(client_id),
        entry: Entry::Human(person),
        ..New::default()
    };
    let message = match conversation.add(tx, now, new)? {
        Added::Known(message) => return Ok((message, conversation.card())),
        Added::New(message) => message,
    };
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToThose)?;
    log_message(tx, who, &conversation, &message)?;
    Ok((message, conversation.card()))
}

/// A buyer's answer to a card.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    /// Order card: `confirmed` or `wrong`.
    pub answer: Option<String>,
    /// What is wrong with the order.
    pub note: Option<String>,
    /// Form: answers by field name.
    pub answers: Option<BTreeMap<String, String>>,
}

/// The buyer answers an order card or a form, once.
pub fn answer(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, seq: i64, answer: &Answer) -> Result<Message, Problem> {
    let mut conversation = Conversation::of(tx, who, id)?;
    let message = Message::load(tx, who.org, id, seq)?.filter(|m| m.state == Standing::Sent).ok_or_else(Problem::not_found)?;
    let mut body: Value = serde_json::from_str(message.body.get()).map_err(|_| Problem::internal())?;
    let data = match message.kind {
        Kind::Order => confirm(&mut body, now, answer)?,
        Kind::Form => fill_form(&mut body, answer)?,
        _ => return Err(Problem::conflict("no_question", "This message asks nothing.")),
    };
    if let (Kind::Order, Some(order)) = (message.kind, body["order"].as_i64()) {
        orders::confirm(tx, now, who, Id(order), body["answer"] == "confirmed")?;
    }
    let message = replace_body(tx, &conversation, seq, &body.to_string(), Standing::Sent)?;
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToShop)?;
    changed(tx, now, who, &conversation, "card.answered", data)?;
    Ok(message)
}

fn confirm(body: &mut Value, now: Ms, answer: &Answer) -> Result<Value, Problem> {
    if body["confirm"] != true || !body["answer"].is_null() {
        return Err(Problem::conflict("answered", "There is nothing (more) to confirm here."));
    }
    let word = answer.answer.as_deref().filter(|a| ["confirmed", "wrong"].contains(a));
    let word = word.ok_or_else(|| Problem::input("answer", "choice_unknown", "confirmed or wrong."))?;
    let note = answer.note.as_deref().filter(|n| !n.trim().is_empty()).map(|n| clean_text("note", n, 300)).transpose()?;
    body["answer"] = json!(word);
    body["note"] = json!(note);
    body["answered_at"] = json!(now);
    Ok(json!({"order": body["order"], "answer": word}))
}

fn fill_form(body: &mut Value, answer: &Answer) -> Result<Value, Problem> {
    if !body["answers"].is_null() {
        return Err(Problem::conflict("answered", "This form was filled already."));
    }
    let given = answer.answers.clone().unwrap_or_default();
    let mut kept = serde_json::Map::new();
    for field in body["fields"].as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default();
        let value = given.get(name).map(|v| v.trim()).filter(|v| !v.is_empty());
        match value {
            None if field["required"] == true => {
                return Err(Problem::input("answers", "required", "A required question has no answer.").with("name", name));
            }
            None => {}
            Some(value) => {
                let choices = field["choices"].as_array().filter(|_| field["kind"] == "choice");
                if choices.is_some_and(|choices| !choices.iter().any(|c| c == value)) {
                    return Err(Problem::input("answers", "choice_unknown", "One of the choices.").with("name", name));
                }
                kept.insert(name.to_owned(), json!(clean_text("answers", value, 500)?));
            }
        }
    }
    body["answers"] = Value::Object(kept);
    Ok(json!({"form": true}))
}
