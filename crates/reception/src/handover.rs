//! From hand to hand: claim, transfer, take over, whisper, give back, move in bulk.

use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde_json::json;
use store::{Tx, args};

use crate::book::Entry;
use crate::card::Card;
use crate::conversation::{Conversation, State};
use crate::dealing::{assign, requeue, wake};
use crate::handed::handed;
use crate::message::{Kind, Message, Sender};
use crate::reminder;
use crate::rules::Rules;
use crate::telling::{Shown, changed, log_message};
use crate::thread::{Added, New};

/// Characters of a hand-over note.
const NOTE_LIMIT: usize = 500;

/// Where a conversation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// A colleague.
    Person(Id),
    /// Whoever of a skill group is free.
    Group(Id),
}

/// Takes a waiting buyer. Two agents claim, one gets it; the other is told `taken`.
pub fn claim(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let found = Conversation::load(tx, who.org, id)?.filter(|conversation| who.shops.has(conversation.shop));
    let mut conversation = found.ok_or_else(Problem::not_found)?;
    match conversation.state {
        State::Queued => {}
        State::Open if conversation.agent == Some(person) => return Ok(conversation.card()),
        // Also to those who do not see it any more: it stood in their queue a moment ago.
        State::Open => return Err(Problem::conflict("taken", "Somebody else has it already.")),
        State::Closed if conversation.visible_to(who) => {
            return Err(Problem::conflict(
                "closed",
                "The conversation is closed; open it again to write.",
            ));
        }
        State::Closed => return Err(Problem::not_found()),
    }
    let name = room_of(tx, now, who, person, conversation.shop)?;
    hand(
        tx,
        now,
        who,
        &mut conversation,
        person,
        &name,
        &json!({"event": "assigned", "to": person, "name": name}),
    )
}

/// Hands a conversation on with a note for whoever gets it. Only its agent or a supervisor may.
pub fn transfer(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, to: To, note: &str) -> Result<Card, Problem> {
    let note = clean_text("note", note, NOTE_LIMIT)?;
    let mut conversation = in_hand(tx, now, who, id)?;
    hand_on(tx, now, who, &mut conversation, to, &note)
}

fn hand_on(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &mut Conversation,
    to: To,
    note: &str,
) -> Result<Card, Problem> {
    let from = conversation.agent.filter(|_| conversation.state == State::Open);
    let from_name = conversation.agent_name.clone().filter(|_| from.is_some());
    match to {
        To::Person(person) => {
            if from == Some(person) {
                return Err(Problem::input(
                    "to_person",
                    "already_theirs",
                    "They have this conversation already.",
                ));
            }
            let name = room_of(tx, now, who, person, conversation.shop)?;
            let body = json!({"event": "transferred", "from": from, "from_name": from_name, "to": person, "name": name, "note": note});
            handed(tx, now, who, conversation, from, Some(person))?;
            hand(tx, now, who, conversation, person, &name, &body)
        }
        To::Group(group) => {
            let group = team::group(tx, who.org, group)?.ok_or_else(Problem::not_found)?;
            if group
                .shops
                .as_ref()
                .is_some_and(|shops| !shops.contains(&conversation.shop))
            {
                return Err(Problem::not_found());
            }
            let hours = conversation.set_group(tx, now, Some(&group))?;
            conversation.given_by = from;
            let body = json!({"event": "transferred", "from": from, "from_name": from_name, "group": group.id,
                              "group_name": group.name, "note": note});
            handed(tx, now, who, conversation, from, None)?;
            requeue(tx, now, who, conversation, hours, &body)?;
            Ok(conversation.card())
        }
    }
}

/// A supervisor takes a conversation from whoever has it.
pub fn take_over(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
    who.need(Permission::Supervise)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let mut conversation = in_hand(tx, now, who, id)?;
    let from = conversation.agent.filter(|_| conversation.state == State::Open);
    if from == Some(person) {
        return Ok(conversation.card());
    }
    let name = crate::colleague::name_of(tx, who.org, person)?.unwrap_or_default();
    handed(tx, now, who, &conversation, from, Some(person))?;
    let body = json!({"event": "taken_over", "by": person, "name": name, "from": from});
    hand(tx, now, who, &mut conversation, person, &name, &body)
}

/// A supervisor's word to the agent, unseen by the buyer.
pub fn whisper(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, text: &str) -> Result<Message, Problem> {
    who.need(Permission::Supervise)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let text = clean_text("text", text, crate::saying::TEXT_LIMIT)?;
    let mut conversation = Conversation::of(tx, who, id)?;
    let name = crate::colleague::name_of(tx, who.org, person)?;
    let body = json!({"text": text, "mentions": [], "whisper": true}).to_string();
    let new = New {
        sender: Sender::Agent,
        kind: Kind::Note,
        body,
        person: Some(person),
        name: name.as_deref(),
        ..New::default()
    };
    let message = match conversation.add(tx, now, new)? {
        Added::New(message) | Added::Known(message) => message,
    };
    if let Some(agent) = conversation.agent.filter(|_| conversation.state == State::Open) {
        crate::clock::alarm_person(tx, &conversation, agent, "whisper", now)?;
    }
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToThose)?;
    log_message(tx, who, &conversation, &message)?;
    Ok(message)
}

/// Puts a conversation back into the queue, with a note.
pub fn release(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, note: &str) -> Result<Card, Problem> {
    let note = clean_text("note", note, NOTE_LIMIT)?;
    let mut conversation = in_hand(tx, now, who, id)?;
    if conversation.state == State::Queued {
        return Ok(conversation.card());
    }
    conversation.given_by = conversation.agent;
    handed(tx, now, who, &conversation, conversation.agent, None)?;
    let body = json!({"event": "requeued", "why": "released", "name": conversation.agent_name, "note": note});
    requeue(tx, now, who, &mut conversation, None, &body)?;
    Ok(conversation.card())
}

/// Moves the open conversations of somebody who leaves (all, or `ids`), with a note. Those that find
/// no room with a person go to the queue. Their follow-ups go to the person who gets the conversation.
pub fn move_all(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    from: Id,
    to: Option<To>,
    note: &str,
    ids: Option<&[Id]>,
) -> Result<Vec<Card>, Problem> {
    who.need(Permission::MoveTalks)?;
    let note = clean_text("note", note, NOTE_LIMIT)?;
    let theirs: Vec<Id> = tx.rows(
        "SELECT id FROM conversation WHERE org_id = $1 AND agent_id = $2 AND state = 'open' ORDER BY id",
        args![who.org, from],
        |row| row.get(0),
    )?;
    let mut moved = Vec::new();
    for id in theirs
        .into_iter()
        .filter(|id| ids.is_none_or(|ids| ids.contains(id)))
    {
        let mut conversation = Conversation::load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
        if !conversation.visible_to(who) || conversation.ended_before(tx, now)? {
            continue;
        }
        let handed = match to {
            Some(to) => hand_on(tx, now, who, &mut conversation, to, &note).map(Some),
            None => Ok(None),
        };
        let card = match handed {
            Ok(Some(_)) => {
                if let Some(To::Person(person)) = to {
                    reminder::follow(tx, &mut conversation, from, person)?;
                }
                conversation.card()
            }
            Err(problem) if problem.code != "agent_full" => return Err(problem),
            Ok(None) | Err(_) => {
                conversation.given_by = Some(from);
                crate::handed::handed(tx, now, who, &conversation, Some(from), None)?;
                let body = json!({"event": "requeued", "why": "moved", "name": conversation.agent_name, "note": note});
                requeue(tx, now, who, &mut conversation, None, &body)?;
                conversation.card()
            }
        };
        moved.push(card);
    }
    Ok(moved)
}

/// Opens a closed conversation again, to write to the buyer first.
pub fn reopen(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let mut conversation = Conversation::of(tx, who, id)?;
    if !conversation.ended_before(tx, now)? {
        return Err(Problem::conflict("not_closed", "The conversation is not closed."));
    }
    if conversation.channel == crate::LOG {
        let detail = "This talk comes out of a log; its buyer is not here to read an answer.";
        return Err(Problem::conflict("from_log", detail));
    }
    conversation.need_buyer(tx)?;
    let name = room_of(tx, now, who, person, conversation.shop)?;
    conversation.refresh_customer(tx, now)?;
    conversation.stage = crate::buyer_says::stage_of(tx, now, &conversation)?;
    let (version, _) = Rules::now(tx, who.org, conversation.shop)?;
    let stage = conversation.stage.key();
    let body = json!({"event": "reopened", "by": person, "name": name, "stage": stage, "version": version});
    let message = conversation.note(tx, now, &body, Entry::Reopened(person))?;
    conversation.state = State::Open;
    (conversation.agent, conversation.agent_name) = (Some(person), Some(name));
    conversation.closed_at = None;
    conversation.finish(tx, &[message], Shown::ToShop)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "conversation.reopened",
        json!({"agent": [null, person]}),
    )?;
    Ok(conversation.card())
}

fn hand(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &mut Conversation,
    to: Id,
    name: &str,
    body: &serde_json::Value,
) -> Result<Card, Problem> {
    let before = conversation.agent.filter(|_| conversation.state == State::Open);
    let message = assign(tx, now, conversation, to, name, body)?;
    conversation.finish(tx, &[message], Shown::ToShop)?;
    let kind = match body["event"].as_str() {
        Some("transferred") => "conversation.transferred",
        Some("taken_over") => "conversation.taken_over",
        _ => "conversation.claimed",
    };
    changed(tx, now, who, conversation, kind, json!({"agent": [before, to]}))?;
    // The one who gave it has room again.
    wake(tx, who.org);
    Ok(conversation.card())
}

/// A conversation that is going on, for whoever may hand it on.
fn in_hand(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Conversation, Problem> {
    who.need(Permission::Talk)?;
    let conversation = Conversation::of(tx, who, id)?;
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    if conversation.session_ends_at(&rules).is_some_and(|at| at <= now) {
        return Err(Problem::conflict(
            "closed",
            "The session ended by itself; open it again to write.",
        ));
    }
    owned(who, &conversation)?;
    Ok(conversation)
}

/// Its agent, or a supervisor.
pub(crate) fn owned(who: &Actor, conversation: &Conversation) -> Result<(), Problem> {
    if conversation.state == State::Closed {
        return Err(Problem::conflict("closed", "The conversation is closed."));
    }
    let mine = conversation.state == State::Open
        && conversation.agent.is_some()
        && conversation.agent == who.person();
    let queued = conversation.state == State::Queued;
    if mine || queued || who.may(Permission::Supervise) {
        return Ok(());
    }
    Err(Problem::conflict(
        "not_yours",
        "Another agent has this conversation.",
    ))
}

/// The display name of somebody who can take one more: `agent_offline`, `agent_full` otherwise.
fn room_of(tx: &mut Tx<'_>, now: Ms, who: &Actor, person: Id, shop: Id) -> Result<String, Problem> {
    let someone = team::person(tx, who.org, person)?.ok_or_else(Problem::not_found)?;
    let actor = team::actor_of(tx, who.org, person)?.ok_or_else(Problem::not_found)?;
    // Who works in another shop only does not exist here.
    if !actor.shops.has(shop) {
        return Err(Problem::not_found());
    }
    if !actor.may(Permission::Talk) {
        return Err(Problem::input(
            "to_person",
            "agent_cannot",
            "They do not receive buyers.",
        ));
    }
    let own = who.person() == Some(person);
    if !own {
        let here = team::presence_of(tx, now, who.org, person).map(|p| p.state != team::Presence::Off)?;
        if !here {
            return Err(Problem::conflict(
                "agent_offline",
                "They are not online; choose somebody else or a group.",
            ));
        }
    }
    if crate::dealing::load_of(tx, who.org, person)? >= someone.capacity {
        return Err(Problem::conflict(
            "agent_full",
            "They have as many conversations as they take at once.",
        )
        .with("capacity", someone.capacity));
    }
    Ok(someone.nick)
}
