//! What happens when time passes: limits, promises, silence, reminders.

use base::{Id, Live, Ms, Problem, Topic};
use serde_json::json;
use store::{Job, NewJob, Tx};

use crate::conversation::{Conversation, State};
use crate::rules::Rules;
use crate::telling::{Shown, program_event};

/// The clock job of a conversation.
pub const CLOCK_JOB: &str = "reception.clock";

impl Conversation {
    /// The next moment at which something must be looked at.
    fn next_clock(&self, rules: &Rules) -> Option<Ms> {
        let wait = match (self.waiting_since, self.warned) {
            (Some(_), 0) => self.warn_at,
            (Some(_), 1) => self.breach_at,
            _ => None,
        };
        let times = [
            wait,
            self.session_ends_at(rules),
            self.untouched_at(rules),
            self.promise_clock(),
            self.remind_at,
        ];
        times.into_iter().flatten().min()
    }

    /// When the session ends by itself: ten minutes after the agent's last effective message, unless
    /// the buyer waits.
    pub(crate) fn session_ends_at(&self, rules: &Rules) -> Option<Ms> {
        let quiet = self.session_open && self.state == State::Open && self.waiting_since.is_none();
        self.human_at
            .filter(|_| quiet)
            .map(|at| at.plus(rules.session_end))
    }

    /// When an open conversation will have been left alone for too long, in hours of work.
    fn untouched_at(&self, rules: &Rules) -> Option<Ms> {
        let watched = self.state == State::Open && !self.idle;
        watched.then(|| self.calendar(rules).add_open(self.touched_at, rules.untouched))
    }

    /// How far the limits of the present wait have passed at `at`: 0 none, 1 amber, 2 red.
    pub(crate) fn limits_passed(&self, at: Ms) -> i64 {
        [self.warn_at, self.breach_at]
            .into_iter()
            .flatten()
            .filter(|limit| *limit <= at)
            .count() as i64
    }

    /// Whether an answer at `at` to a buyer who waits since `since` is slow (row 306).
    pub(crate) fn is_slow(&self, rules: &Rules, since: Ms, at: Ms) -> bool {
        self.calendar(rules).open_between(since, at) > rules.slow_after
    }

    /// Sets the clock job when something is due before it would ring. It looks at the present state
    /// when it rings and moves itself, so a clock that rings early costs one look and is cheaper
    /// than moving it with every message.
    pub(crate) fn wind(&mut self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        if self.state == State::Closed && self.remind_at.is_none() && self.promise_at.is_none() {
            return Ok(());
        }
        let rules = Rules::at(tx, self.org, self.shop, self.rules)?;
        let Some(due) = self.next_clock(&rules) else {
            return Ok(());
        };
        if self.clock_at.is_none_or(|set| due < set) {
            self.clock_at = Some(due);
            tx.schedule(NewJob {
                org: self.org,
                kind: CLOCK_JOB,
                subject: self.id,
                due,
                payload: "{}",
            })?;
        }
        Ok(())
    }
}

/// The clock of a conversation rang: looks at the present state, does what is due, and sets itself
/// for what is next. The job was taken off the list (`finish_job`) in this transaction before.
pub fn ring(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    debug_assert_eq!(job.kind, CLOCK_JOB);
    let Some(mut conversation) = Conversation::load(tx, job.org, job.subject)? else {
        return Ok(());
    };
    let rules = Rules::at(tx, job.org, conversation.shop, conversation.rules)?;
    conversation.clock_at = None;
    let mut shown = Shown::ToThose;
    let passed = |at: Option<Ms>| at.is_some_and(|at| at <= now);
    if conversation.waiting_since.is_some() {
        if conversation.warned < 2 && passed(conversation.breach_at) {
            conversation.warned = 2;
            alarm(tx, &conversation, "breach", now)?;
            program_event(tx, &conversation, "conversation.breached", now)?;
        } else if conversation.warned < 1 && passed(conversation.warn_at) {
            conversation.warned = 1;
            alarm(tx, &conversation, "warn", now)?;
        }
    }
    if conversation.ring_promise(tx, now)? {
        shown = Shown::ToShop;
    }
    if passed(conversation.remind_at) {
        shown = Shown::ToShop;
        crate::reminder::ring(tx, now, &mut conversation)?;
    }
    let told = conversation.end_if_silent(tx, now, &rules)?;
    if !told.is_empty() {
        shown = Shown::ToShop;
    } else if passed(conversation.untouched_at(&rules)) {
        conversation.idle = true;
        shown = Shown::ToShop;
        alarm(tx, &conversation, "idle", now)?;
        program_event(tx, &conversation, "conversation.idle", now)?;
    }
    conversation.finish(tx, &told, shown)
}

/// Tells the owner; a breach, a threat, and whatever nobody owns, everybody who sees all of the shop.
pub(crate) fn alarm(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    alarm: &'static str,
    now: Ms,
) -> Result<(), Problem> {
    let owner = conversation
        .agent
        .filter(|_| conversation.state != State::Queued)
        .map(Topic::Person);
    let mut topics: Vec<Topic> = owner.into_iter().collect();
    if ["breach", "threat"].contains(&alarm) || topics.is_empty() {
        topics.push(Topic::Shop(conversation.shop));
    }
    tell(tx, conversation, topics, alarm, now)
}

/// Tells one person.
pub(crate) fn alarm_person(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    person: Id,
    alarm: &'static str,
    now: Ms,
) -> Result<(), Problem> {
    tell(tx, conversation, vec![Topic::Person(person)], alarm, now)
}

fn tell(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    topics: Vec<Topic>,
    alarm: &'static str,
    now: Ms,
) -> Result<(), Problem> {
    let frame = json!({
        "on": "alarm", "alarm": alarm, "conversation": conversation.id, "agent": conversation.agent,
        "name": conversation.customer_name, "at": now,
    });
    tx.live(Live {
        topics,
        frame: frame.to_string().into(),
    });
    Ok(())
}
