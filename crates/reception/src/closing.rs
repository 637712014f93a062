use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde_json::json;
use store::Tx;

use crate::automatic::{Fill, pick};
use crate::book::End;
use crate::conversation::{Card, Conversation, State};
use crate::handover::{changed, owned};
use crate::message::Message;
use crate::queue::wake;
use crate::rules::{CLOSE_GUARD, Rules};
use crate::thread::Shown;

/// Ends a session. Where the shop guards closing, it asks for a reason (`close_reason_required`,
/// with `why`: `unanswered`, `unpaid` or `unconfirmed`) and keeps it.
pub fn close(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, reason: Option<&str>) -> Result<Card, Problem> {
    who.need(Permission::Talk)?;
    let reason = reason.filter(|r| !r.trim().is_empty()).map(|r| clean_text("reason", r, 200)).transpose()?;
    let mut conversation = Conversation::of(tx, who, id)?;
    if conversation.state == State::Closed {
        return Ok(conversation.card());
    }
    owned(who, &conversation)?;
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let why = open_end(tx, &conversation)?;
    if let Some(why) = why
        && reason.is_none()
        && rules.is_on(&CLOSE_GUARD)
    {
        let detail = "Say why it is closed although something is open.";
        return Err(Problem::new(409, "close_reason_required", detail).with("why", why));
    }
    let mut told = Vec::new();
    told.extend(say_farewell(tx, now, &mut conversation, &rules)?);
    let body = json!({"event": "closed", "by": who.person(), "name": conversation.agent_name, "reason": reason, "open": why});
    told.push(conversation.end(tx, now, End::Closed, &body)?);
    crate::rating::invite_if_wanted(tx, now, &conversation, &rules)?;
    conversation.finish(tx, &told, Shown::ToShop)?;
    changed(tx, now, who, &conversation, "conversation.closed", json!({"open": why, "session": conversation.session}))?;
    wake(tx, who.org);
    Ok(conversation.card())
}

/// The buyer leaves.
pub fn leave(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let mut conversation = Conversation::of(tx, who, id)?;
    if conversation.state == State::Closed {
        return Ok(());
    }
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let message = conversation.end(tx, now, End::Left, &json!({"event": "closed", "by": "buyer"}))?;
    crate::rating::invite_if_wanted(tx, now, &conversation, &rules)?;
    conversation.finish(tx, &[message], Shown::ToShop)?;
    changed(tx, now, who, &conversation, "conversation.left", json!({"session": conversation.session}))?;
    wake(tx, who.org);
    Ok(())
}

/// What is still open in a conversation: the buyer waits, or an order of theirs is unpaid or not
/// confirmed.
fn open_end(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<Option<&'static str>, Problem> {
    if conversation.waiting_since.is_some() {
        return Ok(Some("unanswered"));
    }
    let unfinished = orders::unpaid_or_unconfirmed(tx, conversation.org, conversation.shop, conversation.customer)?;
    Ok(unfinished.first().map(|order| match order.why {
        orders::Why::Unpaid => "unpaid",
        orders::Why::Unconfirmed => "unconfirmed",
    }))
}

/// The farewell, when the talk ends with an answer given.
pub(crate) fn say_farewell(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation, rules: &Rules) -> Result<Option<Message>, Problem> {
    let answered = conversation.human_at.is_some() && conversation.waiting_since.is_none();
    match pick(&rules.automatic.farewell, now) {
        Some(text) if answered => crate::say::auto(tx, now, conversation, text, Fill::default()).map(Some),
        _ => Ok(None),
    }
}
