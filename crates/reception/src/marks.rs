//! What an agent notes on a conversation with one click.

use base::{Actor, Id, Ms, Permission, Problem, clean_line};
use serde_json::json;
use store::Tx;

use crate::book::Entry;
use crate::card::Card;
use crate::conversation::{Conversation, Stage, State};
use crate::message::Message;
use crate::rules::Rules;
use crate::telling::{Shown, changed};

/// The two kinds of bargaining buyers (row 78), as tags.
pub const BARGAINS: [&str; 2] = ["greedy", "comfort"];

/// What a buyer may threaten with (row 107).
pub const RISKS: [&str; 1] = ["threat"];

/// One mark to set.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// The stage of the sale.
    Stage(Stage),
    /// Another template of steps; begins at its first.
    Template(String),
    /// How many steps are done.
    Step(i64),
    /// Kind of bargaining, or none.
    Bargain(Option<String>),
    /// The buyer threatens, or does not; what the program heard can be taken back, what it did not hear be set.
    Risk(Option<String>),
    /// Tags.
    Tags(Vec<String>),
    /// A complaint goes before others in the queue.
    Complaint(bool),
    /// The payment case the buyer is in, and what of its checklist is done.
    Payment {
        /// Its key, or none.
        case: Option<String>,
        /// The keys of the steps that are done.
        done: Vec<String>,
    },
    /// What was promised, or none.
    Promise(Option<Ms>),
}

/// Sets a mark.
pub fn mark(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, mark: &Mark) -> Result<Card, Problem> {
    who.need(Permission::Talk)?;
    let mut conversation = Conversation::of(tx, who, id)?;
    // Whoever marks it has touched it.
    conversation.touched_at = conversation.touched_at.max(now);
    conversation.idle = false;
    let mut told: Vec<Message> = Vec::new();
    let queued = conversation.state == State::Queued;
    let (kind, data) = match mark {
        Mark::Stage(stage) => {
            let before = std::mem::replace(&mut conversation.stage, *stage);
            let body = json!({"event": "stage", "from": before.key(), "to": stage.key()});
            told.push(conversation.note(tx, now, &body, Entry::Nothing)?);
            conversation.remeasure(tx, now)?;
            if queued {
                told.extend(route_anew(tx, now, &mut conversation, before)?);
            }
            (
                "conversation.stage",
                json!({"stage": [before.key(), stage.key()]}),
            )
        }
        Mark::Template(key) => {
            steps_of(tx, &conversation, key)?;
            let before = std::mem::replace(&mut conversation.template, key.clone());
            conversation.step = 0;
            ("conversation.template", json!({"template": [before, key]}))
        }
        Mark::Step(step) => {
            if !(0..=steps_of(tx, &conversation, &conversation.template)?).contains(step) {
                return Err(Problem::input(
                    "step",
                    "step_range",
                    "The template has fewer steps.",
                ));
            }
            let before = std::mem::replace(&mut conversation.step, *step);
            ("conversation.step", json!({"step": [before, step]}))
        }
        Mark::Bargain(kind) => {
            if kind.as_deref().is_some_and(|kind| !BARGAINS.contains(&kind)) {
                return Err(Problem::input(
                    "bargain",
                    "choice_unknown",
                    "greedy, comfort or null.",
                ));
            }
            let before = std::mem::replace(&mut conversation.bargain, kind.clone());
            ("conversation.bargain", json!({"bargain": [before, kind]}))
        }
        Mark::Risk(risk) => {
            if risk.as_deref().is_some_and(|risk| !RISKS.contains(&risk)) {
                return Err(Problem::input("risk", "choice_unknown", "threat or null."));
            }
            let before = std::mem::replace(&mut conversation.risk, risk.clone());
            if risk.is_some() && before != *risk {
                crate::clock::alarm(tx, &conversation, "threat", now)?;
            }
            ("conversation.risk", json!({"risk": [before, risk]}))
        }
        Mark::Tags(tags) => {
            if tags.len() > 12 {
                return Err(Problem::input("tags", "too_many", "At most 12 tags."));
            }
            let mut clean: Vec<String> = Vec::new();
            for tag in tags {
                let tag = clean_line("tags", tag, 20)?;
                if !clean.contains(&tag) {
                    clean.push(tag);
                }
            }
            conversation.tags = serde_json::to_string(&clean).map_err(|_| Problem::internal())?;
            ("conversation.tags", json!({"tags": clean.len()}))
        }
        Mark::Complaint(on) => {
            let before = std::mem::replace(&mut conversation.complaint, *on);
            conversation.priority = if *on {
                2
            } else {
                i64::from(conversation.customer_vip)
            };
            ("conversation.complaint", json!({"complaint": [before, on]}))
        }
        Mark::Payment { case, done } => {
            let steps = crate::payment::check(case.as_deref(), done)?;
            let before = std::mem::replace(&mut conversation.payment, case.clone());
            conversation.payment_done = serde_json::to_string(&steps).map_err(|_| Problem::internal())?;
            (
                "conversation.payment",
                json!({"payment": [before, case], "done": steps}),
            )
        }
        Mark::Promise(until) => {
            if until.is_some_and(|until| until <= now || until > now.plus(crate::say::PROMISE_MOST_MS)) {
                return Err(Problem::input(
                    "until",
                    "time_past",
                    "A time from now on, within a week.",
                ));
            }
            let before = conversation.promise_at;
            conversation.promise(tx, *until)?;
            ("conversation.promise", json!({"promise": [before, until]}))
        }
    };
    conversation.finish(tx, &told, Shown::ToShop)?;
    changed(tx, now, who, &conversation, kind, data)?;
    if queued && matches!(mark, Mark::Stage(_) | Mark::Complaint(_)) {
        crate::dealing::wake(tx, who.org);
    }
    Ok(conversation.card())
}

/// A waiting buyer of another stage is meant for that stage's group, unless somebody sent them to a
/// group by name.
fn route_anew(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &mut Conversation,
    before: Stage,
) -> Result<Option<Message>, Problem> {
    let present = team::group_for(tx, conversation.org, conversation.shop, before.key())?;
    if conversation.group != present.map(|group| group.id) {
        return Ok(None);
    }
    let group = team::group_for(tx, conversation.org, conversation.shop, conversation.stage.key())?;
    conversation.set_group(tx, now, group.as_ref())
}

/// How many steps a template has, in the shop of the conversation.
fn steps_of(tx: &mut Tx<'_>, conversation: &Conversation, key: &str) -> Result<i64, Problem> {
    let (_, rules) = Rules::now(tx, conversation.org, conversation.shop)?;
    let template = crate::template::templates_of(&rules)
        .into_iter()
        .find(|t| t.key == key);
    template
        .map(|t| t.steps.len() as i64)
        .ok_or_else(|| Problem::input("template", "choice_unknown", "There is no such template."))
}
