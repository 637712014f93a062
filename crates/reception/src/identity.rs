//! What follows in reception when a buyer proves who they are, and which files a buyer may see.

use base::{Actor, Id, Ms, Problem};
use serde_json::json;
use store::{FileRow, Tx, args};

use crate::conversation::Conversation;
use crate::handover::changed;
use crate::say::WEB;
use crate::thread::Shown;

/// A visitor proved to be a customer: the conversation they had as a visitor is the customer's from now
/// on, unless the customer has one of their own, which then goes on.
pub fn customer_proved(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, customer: Id, merged: Option<Id>) -> Result<(), Problem> {
    if let Some(visitor) = merged {
        orders::move_customer(tx, now, &Actor::program(org), visitor, customer)?;
    }
    let own = Conversation::of_buyer(tx, org, shop, customer, WEB)?;
    let conversation = match (own, merged) {
        (Some(own), _) => Some(own),
        (None, Some(visitor)) => Conversation::of_buyer(tx, org, shop, visitor, WEB)?,
        (None, None) => None,
    };
    let Some(mut conversation) = conversation else { return Ok(()) };
    let before = conversation.customer;
    conversation.customer = customer;
    let (name, known) = (conversation.customer_name.clone(), conversation.customer_known);
    conversation.refresh_customer(tx, now)?;
    if before == customer && name == conversation.customer_name && known == conversation.customer_known {
        return Ok(());
    }
    conversation.finish(tx, &[], Shown::ToShop)?;
    if before != customer {
        let who = Actor::buyer(org, shop, customer);
        changed(tx, now, &who, &conversation, "conversation.joined", json!({"customer": [before, customer]}))?;
    }
    Ok(())
}

/// What is kept of a customer in conversations is brought up to date (name, level, VIP, blocked).
pub fn customer_changed(tx: &mut Tx<'_>, now: Ms, org: Id, customer: Id) -> Result<(), Problem> {
    let sql = "SELECT id FROM conversation WHERE org_id = $1 AND customer_id = $2";
    let ids: Vec<Id> = tx.rows(sql, args![org, customer], |row| row.get(0))?;
    for id in ids {
        let Some(mut conversation) = Conversation::load(tx, org, id)? else { continue };
        conversation.refresh_customer(tx, now)?;
        conversation.finish(tx, &[], Shown::ToShop)?;
    }
    Ok(())
}

/// A file the buyer may see: one they sent, or one that was said in their conversation.
pub fn buyer_file(tx: &mut Tx<'_>, org: Id, shop: Id, customer: Option<Id>, id: Id) -> Result<FileRow, Problem> {
    let customer = customer.ok_or_else(Problem::not_found)?;
    let file = FileRow::load(tx, org, id)?.filter(|f| f.shop == shop).ok_or_else(Problem::not_found)?;
    if file.owner_kind == "buyer" && file.owner == customer {
        return Ok(file);
    }
    let said_to = match file.subject {
        Id::NONE => None,
        subject => Conversation::load(tx, org, subject)?,
    };
    said_to.filter(|c| c.customer == customer).map(|_| file).ok_or_else(Problem::not_found)
}

/// A file somebody of the team may see: sent in one of their shops, and where it was said in a
/// conversation, in one they may see.
pub fn team_file(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<FileRow, Problem> {
    let file = FileRow::load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    let own = file.owner_kind == "person" && Some(file.owner) == who.person();
    if file.shop != Id::NONE && !who.shops.has(file.shop) {
        return Err(Problem::not_found());
    }
    if file.subject != Id::NONE && !own {
        Conversation::of(tx, who, file.subject)?;
    }
    Ok(file)
}
