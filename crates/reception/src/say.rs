use base::{Actor, Id, Ms, Permission, Problem};
use knowledge::Filled;
use knowledge::check::Rule;
use store::Tx;

use crate::book::Entry;
use crate::card::Card;
use crate::conversation::{Conversation, State};
use crate::message::{Kind, Message, Sender};
use crate::promise::promised_ms;
use crate::rules::{PROMISES, Rules};
use crate::saying::{Said, Saying, fill};
use crate::telling::{Shown, log_message, program_event};
use crate::thread::{Added, New, own_id};
use crate::wording;

/// Something to be said by an agent. `saying` was checked with [`Saying::check`].
#[derive(Clone, Debug)]
pub struct Say {
    /// Where.
    pub conversation: Id,
    /// The sender's own id of it; the same again is the same message.
    pub client_id: String,
    /// What.
    pub saying: Saying,
    /// The number of a quoted message.
    pub quote: Option<i64>,
    /// How long it was typed, for the typing speed; pasted and quick replies leave it out.
    pub typed_ms: Option<i64>,
    /// How long the agent says they promised, ms from now; 0 for no promise, `None` where the words are to be read.
    pub promise_ms: Option<i64>,
    /// Rules of the reply check whose findings the agent has read and sends it all the same; `None` where the
    /// client does not ask its agent.
    pub confirmed: Option<Vec<Rule>>,
    /// What the text was filled with, to be looked at again now (row 310).
    pub filled: Option<Filled>,
}

/// The longest promise.
pub(crate) const PROMISE_MOST_MS: i64 = 7 * 86_400_000;

/// Refuses a client id that is empty, too long or strange.
pub fn check_client_id(client_id: &str) -> Result<(), Problem> {
    let fine =
        (1..=64).contains(&client_id.len()) && client_id.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    if fine {
        return Ok(());
    }
    Err(Problem::input(
        "client_id",
        "client_id_invalid",
        "1 to 64 visible ASCII characters without a colon.",
    ))
}

/// Refuses to quote a number the conversation does not have.
pub(crate) fn check_quote(conversation: &Conversation, quote: Option<i64>) -> Result<(), Problem> {
    match quote {
        Some(seq) if !(1..=conversation.last_seq).contains(&seq) => Err(Problem::input(
            "quote",
            "quote_unknown",
            "There is no message of this number.",
        )),
        _ => Ok(()),
    }
}

/// An agent (or a token of theirs) writes. A note may be left by everybody who sees the
/// conversation; to the buyer writes only who has it (`not_yours`, `closed`), and only what the shop's reply
/// check lets pass (`reply_blocked`, `reply_confirm`).
pub fn say(tx: &mut Tx<'_>, now: Ms, who: &Actor, say: &Say) -> Result<(Message, Card), Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    who.need(Permission::Talk)?;
    check_client_id(&say.client_id)?;
    let (mut conversation, said, overridden) = match admit(tx, now, who, person, say) {
        Ok(admitted) => admitted,
        Err(refused) => return said_already(tx, who, person, say.conversation, &say.client_id, refused),
    };
    let words = Words {
        client_id: &say.client_id,
        quote: say.quote,
        typed_ms: say.typed_ms,
        overridden,
    };
    if said.kind == Kind::Note {
        let Saying::Note { mentions, .. } = &say.saying else {
            return Err(Problem::internal());
        };
        return leave_note(tx, now, who, person, &mut conversation, said, &words, mentions);
    }
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let promise = match (say.promise_ms, &say.saying) {
        (Some(ms), _) => Some(ms).filter(|ms| *ms > 0),
        (None, Saying::Text { text }) if rules.is_on(&PROMISES) => promised_ms(text),
        _ => None,
    };
    let promise = promise.map(|ms| now.plus(ms));
    speak(tx, now, who, &mut conversation, said, &words, promise)
}

/// Whether it may be said; nothing is changed by asking.
fn admit(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    person: Id,
    say: &Say,
) -> Result<(Conversation, Said, Vec<Rule>), Problem> {
    let conversation = Conversation::of(tx, who, say.conversation)?;
    match &say.saying {
        Saying::Note { mentions, .. } => check_mentions(tx, &conversation, mentions)?,
        _ => has_it(tx, now, &conversation, person)?,
    }
    check_quote(&conversation, say.quote)?;
    if say
        .promise_ms
        .is_some_and(|ms| !(0..=PROMISE_MOST_MS).contains(&ms))
    {
        return Err(Problem::input(
            "promise_ms",
            "time_past",
            "From now on, within a week.",
        ));
    }
    if let Saying::Text { text } = &say.saying {
        knowledge::check_filled("body.text", text)?;
        if let Some(filled) = &say.filled {
            knowledge::check_values(tx, now, who, conversation.shop, filled, text)?;
        }
    }
    let said = fill(tx, who, conversation.shop, conversation.id, &say.saying)?;
    let overridden = wording::allowed(tx, who, &conversation, &say.saying, say.confirmed.as_deref())?;
    Ok((conversation, said, overridden))
}

/// Refuses whoever does not have the conversation now.
pub(crate) fn has_it(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &Conversation,
    person: Id,
) -> Result<(), Problem> {
    let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
    let over = conversation.session_ends_at(&rules).is_some_and(|at| at <= now);
    match conversation.state {
        State::Closed => Err(Problem::conflict(
            "closed",
            "The conversation is closed; open it again to write.",
        )),
        _ if over => Err(Problem::conflict(
            "closed",
            "The session ended by itself; open it again to write.",
        )),
        State::Open if conversation.agent == Some(person) => Ok(()),
        State::Queued | State::Open => Err(Problem::conflict(
            "not_yours",
            "Another agent has this conversation, or nobody yet. Take it first.",
        )),
    }
}

/// Who is told of a note must work in that shop; anybody else does not exist here.
fn check_mentions(tx: &mut Tx<'_>, conversation: &Conversation, mentions: &[Id]) -> Result<(), Problem> {
    for person in mentions {
        let colleague = team::actor_of(tx, conversation.org, *person)?;
        colleague
            .filter(|colleague| colleague.shops.has(conversation.shop))
            .ok_or_else(Problem::not_found)?;
    }
    Ok(())
}

/// A repeated send of what was said while it was still allowed answers with that message, also to
/// somebody who does not see the conversation any more.
pub(crate) fn said_already(
    tx: &mut Tx<'_>,
    who: &Actor,
    person: Id,
    conversation: Id,
    client_id: &str,
    refused: Problem,
) -> Result<(Message, Card), Problem> {
    if refused.status >= 500 {
        return Err(refused);
    }
    let own = own_id(Sender::Agent, Some(person), client_id);
    let Some(message) = Message::known(tx, who.org, conversation, &own)? else {
        return Err(refused);
    };
    match Conversation::load(tx, who.org, conversation)? {
        Some(conversation) if who.shops.has(conversation.shop) => Ok((message, conversation.card_for(who))),
        _ => Err(refused),
    }
}

/// What a message has besides its body.
pub(crate) struct Words<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) quote: Option<i64>,
    pub(crate) typed_ms: Option<i64>,
    /// Rules of the reply check that were overridden.
    pub(crate) overridden: Vec<Rule>,
}

/// The longest time that typing one message is believed to take.
const TYPED_MOST_MS: i64 = 3_600_000;

/// Adds an effective message of the agent who has the conversation, and what follows from it: the
/// wait ends, a slow answer counts, an earlier promise is kept, a new one begins.
pub(crate) fn speak(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &mut Conversation,
    said: Said,
    words: &Words<'_>,
    promise: Option<Ms>,
) -> Result<(Message, Card), Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let slow = conversation
        .waiting_since
        .is_some_and(|since| conversation.is_slow(&rules, since, now));
    let name = conversation.agent_name.clone();
    let new = New {
        sender: Sender::Agent,
        kind: said.kind,
        body: said.body,
        line: Some(said.line),
        person: Some(person),
        name: name.as_deref(),
        client_id: Some(words.client_id),
        quote: words.quote,
        typed_ms: words.typed_ms.filter(|ms| (1..=TYPED_MOST_MS).contains(ms)),
        entry: Entry::Human(person),
    };
    let message = match conversation.add(tx, now, new)? {
        Added::Known(message) => return Ok((message, conversation.card())),
        Added::New(message) => message,
    };
    if slow && conversation.slow >= 0 {
        conversation.slow += 1;
        if conversation.slow >= rules.slow_times {
            conversation.slow = -1;
            crate::clock::alarm(tx, conversation, "slow", now)?;
            program_event(tx, conversation, "conversation.slow", now)?;
        }
    }
    conversation.spoke(tx, promise)?;
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToThose)?;
    log_message(tx, who, conversation, &message)?;
    wording::log_overridden(tx, now, who, conversation, &message, &words.overridden)?;
    Ok((message, conversation.card()))
}

#[expect(clippy::too_many_arguments, reason = "one private step of a verb")]
fn leave_note(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    person: Id,
    conversation: &mut Conversation,
    said: Said,
    words: &Words<'_>,
    mentions: &[Id],
) -> Result<(Message, Card), Problem> {
    let name = crate::colleague::name_of(tx, who.org, person)?;
    let new = New {
        sender: Sender::Agent,
        kind: Kind::Note,
        body: said.body,
        person: Some(person),
        name: name.as_deref(),
        client_id: Some(words.client_id),
        quote: words.quote,
        ..New::default()
    };
    let message = match conversation.add(tx, now, new)? {
        Added::Known(message) => return Ok((message, conversation.card())),
        Added::New(message) => message,
    };
    for person in mentions {
        crate::clock::alarm_person(tx, conversation, *person, "mention", now)?;
    }
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToThose)?;
    log_message(tx, who, conversation, &message)?;
    Ok((message, conversation.card()))
}
