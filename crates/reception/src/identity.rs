//! What follows in reception when it becomes known who a buyer is, or that changes.

use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde_json::json;
use store::{Tx, args};

use crate::automatic::Language;
use crate::book::{End, Entry};
use crate::buyer_says::{BuyerSays, WEB, receive};
use crate::conversation::{Conversation, State};
use crate::dealing::wake;
use crate::message::{Kind, Message, Sender, Standing};
use crate::saying::{Said, Saying};
use crate::telling::{Shown, changed};
use crate::thread::own_id;

/// A visitor proved to be a customer: the conversation they had as a visitor is the customer's from now
/// on. Where the customer has one of their own, that goes on; what the visitor asked and nobody answered
/// yet is asked there again, and the visitor's conversation ends.
pub fn customer_proved(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    shop: Id,
    customer: Id,
    merged: Option<Id>,
) -> Result<(), Problem> {
    let mut visitors = None;
    if let Some(visitor) = merged {
        orders::move_customer(tx, now, &Actor::program(org), visitor, customer)?;
        let sql = "UPDATE record SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2";
        tx.exec(sql, args![org, visitor, customer])?;
        visitors = Conversation::of_buyer(tx, org, shop, visitor, WEB)?;
    }
    let own = Conversation::of_buyer(tx, org, shop, customer, WEB)?;
    match (own, visitors) {
        (None, Some(visitors)) => taken_along(tx, now, visitors, customer),
        (Some(own), visitors) => {
            refreshed(tx, now, own)?;
            visitors.map_or(Ok(()), |visitors| carry_over(tx, now, visitors, customer))
        }
        (None, None) => Ok(()),
    }
}

/// Two customers were joined by hand: what is here of `from` is `into`'s, shop by shop as when a visitor is proved.
pub fn customers_joined(tx: &mut Tx<'_>, now: Ms, org: Id, from: Id, into: Id) -> Result<(), Problem> {
    orders::move_customer(tx, now, &Actor::program(org), from, into)?;
    let sql =
        "SELECT DISTINCT shop_id FROM conversation WHERE org_id = $1 AND customer_id = $2 ORDER BY shop_id";
    let shops: Vec<Id> = tx.rows(sql, args![org, from], |row| row.get(0))?;
    for shop in shops {
        customer_proved(tx, now, org, shop, into, Some(from))?;
        crate::logs::joined(tx, now, org, shop, from, into)?;
    }
    customer_changed(tx, now, org, into)
}

/// The visitor's conversation is the customer's.
fn taken_along(
    tx: &mut Tx<'_>,
    now: Ms,
    mut conversation: Conversation,
    customer: Id,
) -> Result<(), Problem> {
    let before = std::mem::replace(&mut conversation.customer, customer);
    conversation.refresh_customer(tx, now)?;
    conversation.finish(tx, &[], Shown::ToShop)?;
    let who = Actor::buyer(conversation.org, conversation.shop, customer);
    changed(
        tx,
        now,
        &who,
        &conversation,
        "conversation.joined",
        json!({"customer": [before, customer]}),
    )
}

/// Ends the visitor's conversation; its open questions are asked in the customer's own, and what was promised is owed
/// there.
fn carry_over(tx: &mut Tx<'_>, now: Ms, mut visitors: Conversation, customer: Id) -> Result<(), Problem> {
    // Other windows of theirs find the conversation that goes on by saying hello again.
    tx.live(Live {
        topics: vec![Topic::Buyer(visitors.id)],
        frame: r#"{"on":"resync"}"#.into(),
    });
    let over = visitors.ended_before(tx, now)?;
    owed_on(tx, &mut visitors, customer)?;
    if over {
        return Ok(());
    }
    let (org, shop, stage) = (visitors.org, visitors.shop, visitors.stage);
    let (queued, waits, asked_from) = (visitors.queued_at, visitors.waiting_since, visitors.round_open);
    let language = visitors.language.as_deref().and_then(Language::of);
    let open = match asked_from {
        0 => Vec::new(),
        seq => Message::page(tx, org, visitors.id, Some(seq - 1), None, 200)?,
    };
    let ended = visitors.end(tx, now, End::Left, &json!({"event": "closed", "by": "buyer"}))?;
    visitors.finish(tx, &[ended], Shown::ToShop)?;
    let who = Actor::buyer(org, shop, customer);
    changed(
        tx,
        now,
        &who,
        &visitors,
        "conversation.left",
        json!({"session": visitors.session}),
    )?;
    // Whoever had the talk has a place for somebody else.
    wake(tx, org);
    if customers::blocked(tx, now, org, shop, customer)?.is_some() {
        return Ok(());
    }
    for message in open
        .into_iter()
        .filter(|m| m.from == Sender::Buyer && m.state == Standing::Sent)
    {
        let Some(mut own) = Conversation::of_buyer(tx, org, shop, customer, WEB)? else {
            return Ok(());
        };
        let line = if message.kind == Kind::Text {
            text_of(&message)
        } else {
            String::new()
        };
        let said = Said {
            kind: message.kind,
            body: message.body.get().to_owned(),
            line: base::snippet(&line, 60),
        };
        let says = BuyerSays {
            shop,
            client_id: carried_id(tx, &own, &message)?,
            saying: Saying::Text { text: line },
            quote: None,
            stage: Some(stage),
            language,
        };
        receive(tx, now, &who, &mut own, said, &says)?;
    }
    waits.map_or(Ok(()), |waits| {
        waits_on(tx, now, &visitors, customer, waits, queued.unwrap_or(waits))
    })
}

/// What was promised in a conversation that ends, or ended by itself before, is owed in the customer's own.
fn owed_on(tx: &mut Tx<'_>, ends: &mut Conversation, customer: Id) -> Result<(), Problem> {
    let Some(mut own) = Conversation::of_buyer(tx, ends.org, ends.shop, customer, WEB)? else {
        return Ok(());
    };
    let before = (own.clone(), ends.clone());
    own.take_on(tx, ends)?;
    for (one, before) in [(&mut own, before.0), (ends, before.1)] {
        if *one != before {
            one.finish(tx, &[], Shown::ToShop)?;
        }
    }
    Ok(())
}

/// Whoever waits in the customer's own conversation waits since they asked in the one that ended, and for an agent since
/// they began to.
fn waits_on(
    tx: &mut Tx<'_>,
    now: Ms,
    ended: &Conversation,
    customer: Id,
    waits: Ms,
    queued: Ms,
) -> Result<(), Problem> {
    let own = Conversation::of_buyer(tx, ended.org, ended.shop, customer, WEB)?;
    let Some(mut own) = own.filter(|own| own.waiting_since.is_some()) else {
        return Ok(());
    };
    if own.state == State::Queued && own.queued_at.is_none_or(|at| queued < at) {
        own.wait_from(tx, queued)?;
    }
    let body = json!({"event": "carried", "conversation": ended.id, "since": waits});
    let told = own.note(tx, now, &body, Entry::Since(waits))?;
    own.finish(tx, &[told], Shown::ToShop)
}

/// Under which id a message is asked again: the buyer's own, so that a send they repeat finds it; another where that one
/// is taken.
fn carried_id(tx: &mut Tx<'_>, own: &Conversation, message: &Message) -> Result<String, Problem> {
    if let Some(client_id) = &message.client_id
        && Message::known(tx, own.org, own.id, &own_id(Sender::Buyer, None, client_id))?.is_none()
    {
        return Ok(client_id.clone());
    }
    Ok(format!("visit-{}-{}", message.conversation, message.seq))
}

fn text_of(message: &Message) -> String {
    let body: serde_json::Value = serde_json::from_str(message.body.get()).unwrap_or_default();
    body["text"].as_str().unwrap_or_default().to_owned()
}

/// What is kept of a customer in conversations is brought up to date (name, level, VIP, blocked).
pub fn customer_changed(tx: &mut Tx<'_>, now: Ms, org: Id, customer: Id) -> Result<(), Problem> {
    let sql = "SELECT id FROM conversation WHERE org_id = $1 AND customer_id = $2";
    let ids: Vec<Id> = tx.rows(sql, args![org, customer], |row| row.get(0))?;
    for id in ids {
        if let Some(conversation) = Conversation::load(tx, org, id)? {
            refreshed(tx, now, conversation)?;
        }
    }
    Ok(())
}

fn refreshed(tx: &mut Tx<'_>, now: Ms, mut conversation: Conversation) -> Result<(), Problem> {
    let before = conversation.clone();
    conversation.refresh_customer(tx, now)?;
    if conversation == before {
        return Ok(());
    }
    conversation.finish(tx, &[], Shown::ToShop)?;
    if conversation.state == State::Queued && conversation.priority != before.priority {
        crate::dealing::wake(tx, conversation.org);
    }
    let who = Actor::program(conversation.org);
    changed(
        tx,
        now,
        &who,
        &conversation,
        "conversation.customer",
        json!({"customer": conversation.customer}),
    )
}
