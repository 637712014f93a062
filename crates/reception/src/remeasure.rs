//! Limits and calendars that change while a buyer waits.

use base::{Calendar, Id, Ms, Problem};
use serde_json::{Value, json};
use std::borrow::Cow;
use store::{NewJob, Tx, args};

use crate::book::Entry;
use crate::conversation::Conversation;
use crate::message::Message;
use crate::rules::Rules;
use crate::telling::Shown;

/// The job that goes on where a slice of changed conversations ended.
pub(crate) const REMEASURE_JOB: &str = "reception.remeasure";
/// Conversations of one slice.
const AT_ONCE: usize = 50;

/// The calendar or a limit changed: the present waits of the shop (or of all) are measured anew, under the
/// new settings, and their clocks move. Sessions keep a system message of it for the rebuild. Goes in
/// slices; a job does what is left. Answers how many conversations were looked at.
pub fn settings_changed(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Option<Id>) -> Result<u64, Problem> {
    let version = team::settings_version(tx, org)?;
    let of = shop.unwrap_or(Id::NONE);
    let mut ids: Vec<Id> = Vec::new();
    // One query a state: each has an index of its own.
    for sql in [
        "SELECT id FROM conversation
         WHERE org_id = $1 AND state = 'open' AND rules <> $2 AND ($3 = 0 OR shop_id = $3) LIMIT $4",
        "SELECT id FROM conversation
         WHERE org_id = $1 AND state = 'queued' AND rules <> $2 AND ($3 = 0 OR shop_id = $3) LIMIT $4",
    ] {
        ids.extend(tx.rows(sql, args![org, version, of, AT_ONCE], |row| row.get::<Id>(0))?);
    }
    if ids.len() >= AT_ONCE {
        tx.schedule(NewJob {
            org,
            kind: REMEASURE_JOB,
            subject: of,
            due: now,
            payload: "{}",
        })?;
    }
    for id in &ids {
        let Some(mut conversation) = Conversation::load(tx, org, *id)? else {
            continue;
        };
        let before = Rules::at(tx, org, conversation.shop, conversation.rules)?;
        let rules = Rules::at(tx, org, conversation.shop, version)?;
        conversation.rules = version;
        if before.same_as(&rules) {
            // Some other room's or shop's setting; nothing here follows from it.
            conversation.save(tx)?;
            continue;
        }
        let message = conversation.note(
            tx,
            now,
            &json!({"event": "rules", "version": version}),
            Entry::Nothing,
        )?;
        conversation.remeasure(tx, now)?;
        if let Some(since) = conversation.queued_at {
            conversation.wait_from(tx, since)?;
        }
        conversation.finish(tx, &[message], Shown::ToShop)?;
    }
    Ok(ids.len() as u64)
}

/// A skill group changed: the conversations meant for it go by its present name and calendar.
pub fn group_changed(tx: &mut Tx<'_>, now: Ms, org: Id, group: Id) -> Result<u64, Problem> {
    let ids: Vec<Id> = tx.rows(
        "SELECT id FROM conversation WHERE org_id = $1 AND state = 'open' AND group_id = $2
         UNION ALL SELECT id FROM conversation WHERE org_id = $1 AND state = 'queued' AND group_id = $2",
        args![org, group],
        |row| row.get(0),
    )?;
    let present = team::group(tx, org, group)?;
    for id in &ids {
        let Some(mut conversation) = Conversation::load(tx, org, *id)? else {
            continue;
        };
        let told = conversation.set_group(tx, now, present.as_ref())?;
        conversation.finish(tx, told.as_slice(), Shown::ToShop)?;
    }
    crate::dealing::wake(tx, org);
    Ok(ids.len() as u64)
}

impl Conversation {
    /// The calendar its clocks go by: its group's, where that has one of its own, else the shop's.
    pub(crate) fn calendar<'a>(&self, rules: &'a Rules) -> Cow<'a, Calendar> {
        match self
            .hours
            .as_deref()
            .and_then(|hours| serde_json::from_str(hours).ok())
        {
            Some(own) => Cow::Owned(own),
            None => Cow::Borrowed(&rules.calendar),
        }
    }

    /// Means it for a group (or for nobody special). A group's own calendar is written down as a system
    /// message, from which a rebuild knows it; the present wait is measured by it.
    pub(crate) fn set_group(
        &mut self,
        tx: &mut Tx<'_>,
        now: Ms,
        group: Option<&team::Group>,
    ) -> Result<Option<Message>, Problem> {
        (self.group, self.group_name) = group.map_or((None, None), |g| (Some(g.id), Some(g.name.clone())));
        let calendar = group.and_then(|g| g.calendar.as_ref());
        let hours = calendar
            .map(serde_json::to_string)
            .transpose()
            .map_err(|_| Problem::internal())?;
        if hours == self.hours {
            return Ok(None);
        }
        self.hours = hours;
        let message = self.note(
            tx,
            now,
            &json!({"event": "hours", "calendar": calendar}),
            Entry::Nothing,
        )?;
        self.remeasure(tx, now)?;
        Ok(Some(message))
    }

    /// Measures the open round anew, if there is one.
    pub(crate) fn remeasure(&mut self, tx: &mut Tx<'_>, now: Ms) -> Result<(), Problem> {
        if self.waiting_since.is_none() {
            return Ok(());
        }
        let rules = Rules::at(tx, self.org, self.shop, self.rules)?;
        let began: Option<Ms> = tx.value(
            "SELECT began_at FROM round WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
            args![self.org, self.id, self.round],
        )?;
        let Some(began) = began else { return Ok(()) };
        let (warn, breach) = rules.limits(self.stage, began, &self.calendar(&rules));
        tx.exec(
            "UPDATE round SET warn_at = $4, breach_at = $5 WHERE org_id = $1 AND conversation_id = $2 AND no = $3",
            args![self.org, self.id, self.round, warn, breach],
        )?;
        (self.warn_at, self.breach_at) = (Some(warn), Some(breach));
        // A limit that lies ahead again is told again when it passes.
        self.warned = self.warned.min(self.limits_passed(now));
        Ok(())
    }
}

/// The calendar a system message of [`Conversation::set_group`] carries.
pub(crate) fn hours_of(body: &Value) -> Option<Calendar> {
    serde_json::from_value(body["calendar"].clone()).ok()
}
