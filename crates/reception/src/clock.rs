//! What happens when time passes: limits, promises, silence, reminders.

use base::{Id, Live, Ms, Problem, Topic};
use serde_json::json;
use store::{Event, Job, Tx, args};

use crate::conversation::{Conversation, State};
use crate::rules::Rules;
use crate::thread::{CLOCK_JOB, Shown};
use crate::{closing, rating};

/// The clock of a conversation rang: looks at the present state, does what is due, and sets itself
/// for what is next.
pub fn ring(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    debug_assert_eq!(job.kind, CLOCK_JOB);
    let Some(mut conversation) = Conversation::load(tx, job.org, job.subject)? else { return Ok(()) };
    let rules = Rules::at(tx, job.org, conversation.shop, conversation.rules)?;
    conversation.clock_at = None;
    let mut told = Vec::new();
    let mut shown = Shown::ToThose;
    let passed = |at: Option<Ms>| at.is_some_and(|at| at <= now);
    if conversation.waiting_since.is_some() {
        if conversation.warned < 2 && passed(conversation.breach_at) {
            conversation.warned = 2;
            alarm(tx, &conversation, "breach", now)?;
            event(tx, &conversation, "conversation.breached", now)?;
        } else if conversation.warned < 1 && passed(conversation.warn_at) {
            conversation.warned = 1;
            alarm(tx, &conversation, "warn", now)?;
        }
    }
    if passed(conversation.promise_at) {
        conversation.promise_at = None;
        alarm(tx, &conversation, "promise", now)?;
        event(tx, &conversation, "promise.broken", now)?;
    }
    if passed(conversation.remind_at) {
        crate::reminder::ring(tx, now, &mut conversation)?;
    }
    if conversation.state == State::Open && !conversation.idle && now.since(conversation.touched_at) >= rules.untouched {
        conversation.idle = true;
        shown = Shown::ToShop;
        alarm(tx, &conversation, "idle", now)?;
    }
    if conversation.session_ends_at(&rules).is_some_and(|at| at <= now) {
        told.extend(closing::say_farewell(tx, now, &mut conversation, &rules)?);
        told.extend(conversation.end_if_silent(tx, now, &rules)?);
        rating::invite_if_wanted(tx, now, &conversation, &rules)?;
        event(tx, &conversation, "conversation.timed_out", now)?;
        tx.live(Live { topics: vec![Topic::Router], frame: conversation.org.to_string().into() });
        shown = Shown::ToShop;
    }
    conversation.finish(tx, &told, shown)
}

fn event(tx: &mut Tx<'_>, conversation: &Conversation, kind: &'static str, now: Ms) -> Result<(), Problem> {
    let who = base::Actor::program(conversation.org);
    let data = json!({"agent": conversation.agent, "session": conversation.session});
    tx.emit(Event { at: now, who: &who, shop: conversation.shop, kind, subject: conversation.id, data })
}

/// Tells the owner; a breach, and whatever nobody owns, the whole shop.
pub(crate) fn alarm(tx: &mut Tx<'_>, conversation: &Conversation, alarm: &'static str, now: Ms) -> Result<(), Problem> {
    let owner = conversation.agent.filter(|_| conversation.state == State::Open).map(Topic::Person);
    let mut topics: Vec<Topic> = owner.into_iter().collect();
    if alarm == "breach" || topics.is_empty() {
        topics.push(Topic::Shop(conversation.shop));
    }
    tell(tx, conversation, topics, alarm, now)
}

/// Tells one person.
pub(crate) fn alarm_person(tx: &mut Tx<'_>, conversation: &Conversation, person: Id, alarm: &'static str, now: Ms) -> Result<(), Problem> {
    tell(tx, conversation, vec![Topic::Person(person)], alarm, now)
}

fn tell(tx: &mut Tx<'_>, conversation: &Conversation, topics: Vec<Topic>, alarm: &'static str, now: Ms) -> Result<(), Problem> {
    let frame = json!({
        "on": "alarm", "alarm": alarm, "conversation": conversation.id, "agent": conversation.agent,
        "name": conversation.customer_name, "at": now,
    });
    tx.live(Live { topics, frame: frame.to_string().into() });
    Ok(())
}

/// The calendar or a limit changed: every present wait of the shop is measured anew, under the new
/// settings, and its clock moves. Sessions keep a system message of it for the rebuild.
pub fn settings_changed(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Option<Id>) -> Result<u64, Problem> {
    let ids: Vec<Id> = tx.rows(
        "SELECT id FROM conversation WHERE org_id = $1 AND state IN ('open', 'queued') AND ($2 = 0 OR shop_id = $2)",
        args![org, shop.unwrap_or(Id::NONE)],
        |row| row.get(0),
    )?;
    for id in &ids {
        let Some(mut conversation) = Conversation::load(tx, org, *id)? else { continue };
        let (version, rules) = Rules::now(tx, org, conversation.shop)?;
        if conversation.rules == version {
            continue;
        }
        conversation.rules = version;
        let message = conversation.note(tx, now, &json!({"event": "rules", "version": version}), crate::book::Entry::Nothing)?;
        if conversation.waiting_since.is_some() {
            conversation.remeasure(tx, &rules)?;
        }
        conversation.finish(tx, &[message], Shown::ToShop)?;
    }
    Ok(ids.len() as u64)
}

impl Conversation {
    /// Measures the open round by `rules`.
    pub(crate) fn remeasure(&mut self, tx: &mut Tx<'_>, rules: &Rules) -> Result<(), Problem> {
        let began: Option<Ms> = tx.value(
            "SELECT began_at FROM round WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
            args![self.org, self.id, self.round],
        )?;
        let Some(began) = began else { return Ok(()) };
        let (warn, breach) = rules.limits(self.stage, began);
        tx.exec(
            "UPDATE round SET warn_at = $4, breach_at = $5 WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
            args![self.org, self.id, self.round, warn, breach],
        )?;
        (self.warn_at, self.breach_at) = (Some(warn), Some(breach));
        Ok(())
    }
}
