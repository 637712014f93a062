//! Cards that are asked about: orders to be confirmed, forms to be filled.

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, Who, clean_text};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;

use crate::automatic::auto_message;
use crate::buyer_says::WEB;
use crate::card::Card;
use crate::conversation::{Conversation, State};
use crate::message::{Kind, Message, Standing};
use crate::rules::{ORDER_CHECK, Rules};
use crate::say::{Words, check_client_id, has_it, said_already, speak};
use crate::saying::Said;
use crate::takeback::replace_body;
use crate::telling::{Shown, changed};

/// Shows the buyer an order of theirs, optionally to be confirmed (goods, price, payment, delivery).
/// Only to a buyer whose proven identity owns the order: `identity_not_proven`, `order_not_theirs`.
pub fn send_order(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    client_id: &str,
    order: Id,
    confirm: bool,
) -> Result<(Message, Card), Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    check_client_id(client_id)?;
    let (mut conversation, said) = match may_show(tx, now, who, person, id, order, confirm) {
        Ok(admitted) => admitted,
        Err(refused) => return said_already(tx, who, person, id, client_id, refused),
    };
    speak(
        tx,
        now,
        who,
        &mut conversation,
        said,
        &Words {
            client_id,
            quote: None,
            typed_ms: None,
            overridden: Vec::new(),
        },
        None,
    )
}

/// Whether the order may be shown; nothing is changed by asking.
fn may_show(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    person: Id,
    id: Id,
    order: Id,
    confirm: bool,
) -> Result<(Conversation, Said), Problem> {
    let conversation = Conversation::of(tx, who, id)?;
    has_it(tx, now, &conversation, person)?;
    let said = order_card(tx, now, who, &conversation, order, confirm)?;
    Ok((conversation, said))
}

/// The card of an order, for its proven owner.
fn order_card(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &Conversation,
    order: Id,
    confirm: bool,
) -> Result<Said, Problem> {
    if !orders::owned_by(
        tx,
        now,
        conversation.org,
        conversation.shop,
        order,
        conversation.customer,
    )? {
        // What belongs to somebody else answers like what does not exist.
        orders::card(tx, who, order)?;
        return Err(match conversation.customer_known {
            true => Problem::conflict("order_not_theirs", "This is no order of this buyer."),
            false => Problem::conflict(
                "identity_not_proven",
                "The shop cannot vouch for who this buyer is, so no order may be shown.",
            ),
        });
    }
    let mut card = orders::card(tx, who, order)?;
    disclose(tx, conversation.org, &mut card)?;
    // What is flawed must be known to be known: then the buyer is asked, whoever sends the card.
    card.confirm = confirm || card.lines.iter().any(|line| line.flaw.is_some());
    let line = card.number.clone();
    let body = serde_json::to_string(&card).map_err(|_| Problem::internal())?;
    Ok(Said {
        kind: Kind::Order,
        body,
        line,
    })
}

/// What the shop wrote of products without a flaw.
const NO_FLAW: [&str; 3] = ["", "无", "没有"];

/// Puts what is flawed of the goods on their lines (row 230), as it stands with the products.
fn disclose(tx: &mut Tx<'_>, org: Id, card: &mut orders::OrderCard) -> Result<(), Problem> {
    let ids: Vec<Id> = card.lines.iter().filter_map(|line| line.sku).collect();
    let products: BTreeMap<Id, Id> = catalogue::skus(tx, org, &ids)?
        .into_iter()
        .map(|sku| (sku.id, sku.product))
        .collect();
    for line in &mut card.lines {
        let Some(product) = line.sku.and_then(|sku| products.get(&sku)) else {
            continue;
        };
        let facts = knowledge::facts(tx, &Actor::program(org), *product)?;
        line.flaw = Some(facts.defects.trim().to_owned()).filter(|flaw| !NO_FLAW.contains(&flaw.as_str()));
    }
    Ok(())
}

/// An order paid longer ago is no news: it came with a file, or the program was away.
const FRESH_MS: i64 = 3_600_000;

/// An order was paid: its buyer, if they are in a talk with an agent, is asked to check goods, size and
/// address. Automatic, so no answer of the agent; sent where the shop wants it, once an order.
pub fn order_paid(tx: &mut Tx<'_>, now: Ms, org: Id, order: Id) -> Result<Option<Message>, Problem> {
    let program = Actor::program(org);
    let paid = orders::order(tx, &program, order)?;
    let Some(customer) = paid
        .customer
        .filter(|_| paid.pay_status == orders::PayStatus::Paid)
        .filter(|_| paid.paid_at.is_none_or(|at| now.since(at) <= FRESH_MS))
    else {
        return Ok(None);
    };
    let Some(mut conversation) = Conversation::of_buyer(tx, org, paid.shop, customer, WEB)? else {
        return Ok(None);
    };
    if conversation.ended_before(tx, now)? || conversation.state != State::Open || paid.confirmed_at.is_some()
    {
        return Ok(None);
    }
    let rules = Rules::at(tx, org, conversation.shop, conversation.rules)?;
    if !rules.is_on(&ORDER_CHECK) || !orders::owned_by(tx, now, org, paid.shop, order, customer)? {
        return Ok(None);
    }
    if asked_about(tx, &conversation, order)? {
        return Ok(None);
    }
    let said = order_card(tx, now, &program, &conversation, order, true)?;
    let message = auto_message(tx, now, &mut conversation, said.kind, said.body, None)?;
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToThose)?;
    Ok(Some(message))
}

/// Whether the buyer was asked about an order in the last messages already.
fn asked_about(tx: &mut Tx<'_>, conversation: &Conversation, order: Id) -> Result<bool, Problem> {
    let last = Message::page(tx, conversation.org, conversation.id, None, None, 200)?;
    Ok(last
        .iter()
        .filter(|m| m.kind == Kind::Order && m.state == Standing::Sent)
        .any(|m| {
            let body: Value = serde_json::from_str(m.body.get()).unwrap_or_default();
            body["order"] == order.0 && body["confirm"] == true
        }))
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
pub fn answer(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    seq: i64,
    answer: &Answer,
) -> Result<Message, Problem> {
    if !matches!(who.who, Who::Buyer(_)) {
        return Err(Problem::forbidden());
    }
    let mut conversation = Conversation::of(tx, who, id)?;
    let message = Message::load(tx, who.org, id, seq)?
        .filter(|m| m.state == Standing::Sent)
        .ok_or_else(Problem::not_found)?;
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

/// Where the order of a card goes, in full, for the buyer it belongs to: cards show it masked, for they stay in the
/// talk, and the team reads them.
pub fn delivery(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    seq: i64,
) -> Result<orders::Delivery, Problem> {
    let Who::Buyer(customer) = who.who else {
        return Err(Problem::forbidden());
    };
    let conversation = Conversation::of(tx, who, id)?;
    let message = Message::load(tx, who.org, id, seq)?
        .filter(|m| m.kind == Kind::Order && m.state == Standing::Sent)
        .ok_or_else(Problem::not_found)?;
    let body: Value = serde_json::from_str(message.body.get()).map_err(|_| Problem::internal())?;
    let order = Id(body["order"].as_i64().unwrap_or_default());
    if !orders::owned_by(tx, now, who.org, conversation.shop, order, customer)? {
        return Err(Problem::not_found());
    }
    orders::own_delivery(tx, now, who, order)
}

fn confirm(body: &mut Value, now: Ms, answer: &Answer) -> Result<Value, Problem> {
    if body["confirm"] != true || !body["answer"].is_null() {
        return Err(Problem::conflict(
            "answered",
            "There is nothing (more) to confirm here.",
        ));
    }
    let word = answer
        .answer
        .as_deref()
        .filter(|a| ["confirmed", "wrong"].contains(a));
    let word = word.ok_or_else(|| Problem::input("answer", "choice_unknown", "confirmed or wrong."))?;
    let note = answer
        .note
        .as_deref()
        .filter(|n| !n.trim().is_empty())
        .map(|n| clean_text("note", n, 300))
        .transpose()?;
    body["answer"] = json!(word);
    body["note"] = json!(note);
    body["answered_at"] = json!(now);
    let flawed = body["lines"]
        .as_array()
        .is_some_and(|lines| lines.iter().any(|line| line["flaw"].is_string()));
    Ok(json!({"order": body["order"], "answer": word, "flaw": flawed}))
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
                return Err(
                    Problem::input("answers", "required", "A required question has no answer.")
                        .with("name", name),
                );
            }
            None => {}
            Some(value) => {
                let choices = field["choices"].as_array().filter(|_| field["kind"] == "choice");
                if choices.is_some_and(|choices| !choices.iter().any(|c| c == value)) {
                    return Err(
                        Problem::input("answers", "choice_unknown", "One of the choices.").with("name", name)
                    );
                }
                kept.insert(name.to_owned(), json!(clean_text("answers", value, 500)?));
            }
        }
    }
    body["answers"] = Value::Object(kept);
    Ok(json!({"form": true}))
}
