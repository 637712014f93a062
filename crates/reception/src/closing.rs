//! How sessions end: closed, left, or by themselves.

use base::{Actor, Id, Ms, Permission, Problem, Who, clean_text};
use serde_json::{Value, json};
use store::Tx;

use crate::automatic::{Fill, auto, pick};
use crate::book::{End, Entry};
use crate::card::Card;
use crate::conversation::{Conversation, State};
use crate::dealing::wake;
use crate::handover::owned;
use crate::message::Message;
use crate::rules::{CLOSE_GUARD, Rules};
use crate::telling::{Shown, changed, program_event};

/// Ends a session. Where the shop guards closing, it asks for a reason (`close_reason_required`,
/// with `why`: `unanswered`, `unpaid` or `unconfirmed`) and keeps it.
pub fn close(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, reason: Option<&str>) -> Result<Card, Problem> {
    who.need(Permission::Talk)?;
    let reason = reason
        .filter(|r| !r.trim().is_empty())
        .map(|r| clean_text("reason", r, 200))
        .transpose()?;
    let mut conversation = Conversation::of(tx, who, id)?;
    if conversation.ended_before(tx, now)? {
        return Ok(conversation.card());
    }
    owned(who, &conversation)?;
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let open = open_end(tx, &conversation)?;
    if let Some((why, order)) = open
        && reason.is_none()
        && rules.is_on(&CLOSE_GUARD)
    {
        let detail = "Say why it is closed although something is open.";
        let problem = Problem::new(409, "close_reason_required", detail).with("why", why);
        return Err(match order {
            Some(order) => problem.with("order", order.0),
            None => problem,
        });
    }
    let mut told = Vec::new();
    told.extend(farewell(tx, now, &mut conversation, &rules)?);
    let why = open.map(|(why, _)| why);
    let name = closer(tx, who, &conversation)?;
    let body = json!({"event": "closed", "by": who.person(), "name": name, "reason": reason, "open": why});
    told.push(conversation.end(tx, now, End::Closed, &body)?);
    crate::rating::invite_if_wanted(tx, now, &conversation, &rules)?;
    conversation.finish(tx, &told, Shown::ToShop)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "conversation.closed",
        json!({"open": why, "session": conversation.session}),
    )?;
    wake(tx, who.org);
    Ok(conversation.card())
}

/// What the one who closes is called.
fn closer(tx: &mut Tx<'_>, who: &Actor, conversation: &Conversation) -> Result<Option<String>, Problem> {
    match who.person() {
        Some(person) if conversation.agent != Some(person) => crate::colleague::name_of(tx, who.org, person),
        _ => Ok(conversation.agent_name.clone()),
    }
}

/// The buyer leaves.
pub fn leave(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    if !matches!(who.who, Who::Buyer(_)) {
        return Err(Problem::forbidden());
    }
    let mut conversation = Conversation::of(tx, who, id)?;
    if conversation.ended_before(tx, now)? {
        return Ok(());
    }
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let message = conversation.end(tx, now, End::Left, &json!({"event": "closed", "by": "buyer"}))?;
    crate::rating::invite_if_wanted(tx, now, &conversation, &rules)?;
    conversation.finish(tx, &[message], Shown::ToShop)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "conversation.left",
        json!({"session": conversation.session}),
    )?;
    wake(tx, who.org);
    Ok(())
}

impl Conversation {
    /// Whether its session is over, by now at the latest: one whose silence ran out unnoticed is ended
    /// here and everybody told.
    pub(crate) fn ended_before(&mut self, tx: &mut Tx<'_>, now: Ms) -> Result<bool, Problem> {
        let rules = Rules::at(tx, self.org, self.shop, self.rules)?;
        let told = self.end_if_silent(tx, now, &rules)?;
        if !told.is_empty() {
            self.finish(tx, &told, Shown::ToShop)?;
        }
        Ok(self.state == State::Closed)
    }

    /// Ends a session whose silence ran out, at the moment it ran out and with all that belongs to it,
    /// whoever noticed. Answers what was said thereby; the caller finishes.
    pub(crate) fn end_if_silent(
        &mut self,
        tx: &mut Tx<'_>,
        now: Ms,
        rules: &Rules,
    ) -> Result<Vec<Message>, Problem> {
        let Some(at) = self.session_ends_at(rules).filter(|at| *at <= now) else {
            return Ok(Vec::new());
        };
        // Whoever promised something still owes it.
        let promise = (self.promise_at, self.promise_told);
        let mut told = Vec::new();
        told.extend(farewell(tx, at, self, rules)?);
        told.push(self.end(tx, at, End::TimedOut, &json!({"event": "timed_out"}))?);
        (self.promise_at, self.promise_told) = promise;
        crate::rating::invite_if_wanted(tx, at, self, rules)?;
        program_event(tx, self, "conversation.timed_out", at)?;
        wake(tx, self.org);
        Ok(told)
    }

    /// Ends the session and lets go of the conversation.
    pub(crate) fn end(
        &mut self,
        tx: &mut Tx<'_>,
        at: Ms,
        end: End,
        body: &Value,
    ) -> Result<Message, Problem> {
        let message = self.note(tx, at, body, Entry::Closed(end))?;
        self.state = State::Closed;
        self.closed_at = Some(at);
        (self.queued_at, self.rises_at) = (None, None);
        self.promise(tx, None)?;
        self.given_by = None;
        self.unread = 0;
        (self.group, self.group_name, self.hours, self.bargain) = (None, None, None, None);
        if !self.complaint {
            self.priority = i64::from(self.customer_vip);
        }
        Ok(message)
    }
}

/// What is still open in a conversation, and which order is meant: the buyer waits, or an order of
/// theirs is unpaid or not confirmed.
fn open_end(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
) -> Result<Option<(&'static str, Option<Id>)>, Problem> {
    if conversation.waiting_since.is_some() {
        return Ok(Some(("unanswered", None)));
    }
    let unfinished =
        orders::unpaid_or_unconfirmed(tx, conversation.org, conversation.shop, conversation.customer)?;
    Ok(unfinished.first().map(|order| match order.why {
        orders::Why::Unpaid => ("unpaid", Some(order.order)),
        orders::Why::Unconfirmed => ("unconfirmed", Some(order.order)),
    }))
}

/// The farewell, when the talk ends with an answer given.
fn farewell(
    tx: &mut Tx<'_>,
    at: Ms,
    conversation: &mut Conversation,
    rules: &Rules,
) -> Result<Option<Message>, Problem> {
    let answered = conversation.human_at.is_some() && conversation.waiting_since.is_none();
    match pick(&rules.automatic.farewell, at) {
        Some(text) if answered => auto(tx, at, conversation, text, Fill::default()).map(Some),
        _ => Ok(None),
    }
}
