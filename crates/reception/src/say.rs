use base::{Actor, Id, Live, Ms, Permission, Problem, Topic, Who};
use serde_json::json;
use store::{Event, Tx, args};

use crate::automatic::{AutoText, Fill, pick};
use crate::book::Entry;
use crate::conversation::{Card, Conversation, Stage, State};
use crate::message::{Kind, Message, Saying, Sender, fill};
use crate::promise::promised_ms;
use crate::rules::{AFTER_DAYS, PROMISES, Rules};
use crate::thread::{Added, New, Shown, log_message};

/// The channel of the widget.
pub const WEB: &str = "web";

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
}

/// Something said by a buyer.
#[derive(Clone, Debug)]
pub struct BuyerSays {
    /// The shop.
    pub shop: Id,
    /// The buyer's own id of it.
    pub client_id: String,
    /// What.
    pub saying: Saying,
    /// The number of a quoted message.
    pub quote: Option<i64>,
    /// What the buyer chose from the menu.
    pub stage: Option<Stage>,
}

/// Refuses a client id that is empty, too long or strange.
pub fn check_client_id(client_id: &str) -> Result<(), Problem> {
    let fine = (1..=64).contains(&client_id.len()) && client_id.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    if fine {
        return Ok(());
    }
    Err(Problem::input("client_id", "client_id_invalid", "1 to 64 visible ASCII characters without a colon."))
}

/// An agent (or a token of theirs) writes. A note may be left by everybody who sees the
/// conversation; to the buyer writes only who has it (`not_yours`, `closed`).
pub fn say(tx: &mut Tx<'_>, now: Ms, who: &Actor, say: &Say) -> Result<(Message, Card), Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    who.need(Permission::Talk)?;
    let mut conversation = Conversation::of(tx, who, say.conversation)?;
    let note = say.saying.kind() == Kind::Note;
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let ended = if note { None } else { conversation.end_if_silent(tx, now, &rules)? };
    if !note && ended.is_some() {
        // Saying it again would be refused, so a repeated send must still find its message.
        return Err(Problem::conflict("closed", "The session ended by itself; open it again to write."));
    }
    let name = match conversation.agent {
        Some(agent) if agent == person => conversation.agent_name.clone(),
        _ => crate::colleague::name_of(tx, who.org, person)?,
    };
    let said = fill(tx, who, conversation.shop, conversation.id, &say.saying)?;
    let slow = !note && conversation.waiting_since.is_some_and(|since| rules.calendar.open_between(since, now) > rules.slow_after);
    let new = New {
        sender: Sender::Agent,
        kind: said.kind,
        body: said.body,
        line: (!note).then_some(said.line),
        person: Some(person),
        name: name.as_deref(),
        client_id: Some(&say.client_id),
        quote: say.quote,
        typed_ms: say.typed_ms,
        entry: if note { Entry::Nothing } else { Entry::Human(person) },
    };
    let owner = conversation.state == State::Open && conversation.agent == Some(person);
    if !note && !owner {
        return known_or(tx, &conversation, person, &say.client_id, not_owner(&conversation));
    }
    let message = match conversation.add(tx, now, new)? {
        Added::Known(message) => return Ok((message, conversation.card())),
        Added::New(message) => message,
    };
    if slow && conversation.slow >= 0 {
        conversation.slow += 1;
        if conversation.slow >= rules.slow_times {
            conversation.slow = -1;
            crate::clock::alarm(tx, &conversation, "slow", now)?;
        }
    }
    if let Saying::Text { text } = &say.saying
        && rules.is_on(&PROMISES)
    {
        conversation.promise_at = promised_ms(text).map(|ms| now.plus(ms));
    }
    if let Saying::Note { mentions, .. } = &say.saying {
        for person in mentions {
            crate::clock::alarm_person(tx, &conversation, *person, "mention", now)?;
        }
    }
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToThose)?;
    log_message(tx, who, &conversation, &message)?;
    Ok((message, conversation.card()))
}

fn not_owner(conversation: &Conversation) -> Problem {
    match conversation.state {
        State::Closed => Problem::conflict("closed", "The conversation is closed; open it again to write."),
        State::Queued | State::Open => {
            Problem::conflict("not_yours", "Another agent has this conversation, or nobody yet. Take it first.")
        }
    }
}

/// A repeated send of what was said while it was still allowed answers with that message.
fn known_or(tx: &mut Tx<'_>, conversation: &Conversation, person: Id, client_id: &str, refused: Problem) -> Result<(Message, Card), Problem> {
    let known = tx.row(
        "SELECT conversation_id, seq, rev, at, sender, kind, body, person_id, name, client_id, quote, state
         FROM message WHERE org_id = $1 AND conversation_id = $2 AND client_id = $3",
        args![conversation.org, conversation.id, &format!("{person}:{client_id}")],
        Message::read,
    )?;
    known.map(|message| (message, conversation.card())).ok_or(refused)
}

/// The buyer writes; the first message begins the conversation, and one after an end the next
/// session, which waits in the queue until somebody is free.
pub fn buyer_says(tx: &mut Tx<'_>, now: Ms, who: &Actor, says: &BuyerSays) -> Result<(Message, Card), Problem> {
    let Who::Buyer(customer) = who.who else { return Err(Problem::forbidden()) };
    who.need_shop(says.shop)?;
    let mut conversation = match Conversation::of_buyer(tx, who.org, says.shop, customer, WEB)? {
        Some(conversation) => conversation,
        None => Conversation::begin(tx, now, who.org, says.shop, customer, WEB)?,
    };
    if (conversation.customer_blocked || conversation.last_seq == 0)
        && customers::blocked(tx, now, who.org, says.shop, customer)?.is_some()
    {
        return Err(Problem::new(403, "blocked", "The shop does not take messages from you at present."));
    }
    let said = fill(tx, who, says.shop, conversation.id, &says.saying)?;
    let mut told = Vec::new();
    if conversation.session_open {
        let rules = Rules::at(tx, who.org, says.shop, conversation.rules)?;
        told.extend(conversation.end_if_silent(tx, now, &rules)?);
    }
    let begins = !conversation.session_open;
    if begins {
        begin_visit(tx, now, &mut conversation, says.stage)?;
    }
    let new = New {
        sender: Sender::Buyer,
        kind: said.kind,
        body: said.body,
        line: Some(said.line),
        client_id: Some(&says.client_id),
        quote: says.quote,
        entry: Entry::Buyer,
        ..New::default()
    };
    let message = match conversation.add(tx, now, new)? {
        Added::Known(message) if told.is_empty() && !begins => return Ok((message, conversation.card())),
        // It was said before the session ended; only reading is left to do.
        Added::Known(message) => {
            let unchanged = Conversation::load(tx, who.org, conversation.id)?.ok_or_else(Problem::not_found)?;
            return Ok((message, unchanged.card()));
        }
        Added::New(message) => message,
    };
    told.push(message.clone());
    if begins {
        told.extend(greet(tx, now, &mut conversation)?);
        tx.emit(Event {
            at: now,
            who,
            shop: conversation.shop,
            kind: "conversation.queued",
            subject: conversation.id,
            data: json!({"stage": conversation.stage.key(), "session": conversation.session}),
        })?;
        tx.live(Live { topics: vec![Topic::Router], frame: who.org.to_string().into() });
    }
    let shown = if begins { Shown::ToShop } else { Shown::ToThose };
    conversation.finish(tx, &told, shown)?;
    log_message(tx, who, &conversation, &message)?;
    Ok((message, conversation.card()))
}

/// Prepares a closed conversation for its next session: stage, group, who the buyer is.
fn begin_visit(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation, chosen: Option<Stage>) -> Result<(), Problem> {
    let (org, shop) = (conversation.org, conversation.shop);
    let (_, rules) = Rules::now(tx, org, shop)?;
    let facts = orders::stage_facts(tx, org, shop, conversation.customer, now, rules.number(&AFTER_DAYS))?;
    conversation.stage = match chosen {
        Some(stage) => stage,
        None if facts.shipped_within => Stage::After,
        None if facts.paid_open => Stage::In,
        None => Stage::Pre,
    };
    conversation.refresh_customer(tx, now)?;
    let group = crate::colleague::group_for(tx, org, shop, conversation.stage.key())?;
    (conversation.group, conversation.group_name) = group.map_or((None, None), |g| (Some(g.id), Some(g.name)));
    conversation.state = State::Queued;
    conversation.queued_at = Some(now);
    conversation.closed_at = None;
    Ok(())
}

impl Conversation {
    /// Brings what it keeps of the buyer up to date.
    pub(crate) fn refresh_customer(&mut self, tx: &mut Tx<'_>, now: Ms) -> Result<(), Problem> {
        if let Some(customer) = customers::summary(tx, now, self.org, self.customer)? {
            self.customer_name = customer.name;
            self.customer_level = customer.level;
            self.customer_vip = customer.vip;
            self.customer_known = customer.known;
        }
        self.customer_blocked = customers::blocked(tx, now, self.org, self.shop, self.customer)?.is_some();
        self.priority = if self.complaint { 2 } else { i64::from(self.customer_vip) };
        Ok(())
    }
}

/// The welcome, or out of hours when the shop opens.
fn greet(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation) -> Result<Option<Message>, Problem> {
    let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
    let texts = if rules.calendar.is_open(now) { &rules.automatic.welcome } else { &rules.automatic.closed };
    let Some(text) = pick(texts, now) else { return Ok(None) };
    let opens = rules.calendar.next_open(now).map(|at| local_time(&rules.calendar.zone, at)).unwrap_or_default();
    auto(tx, now, conversation, text, Fill { opens, ..Fill::default() }).map(Some)
}

/// Adds an automatic message: marked, and no reply for any figure.
pub(crate) fn auto(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation, text: &AutoText, fill: Fill<'_>) -> Result<Message, Problem> {
    let shop = team::shop(tx, conversation.org, conversation.shop)?.map(|shop| shop.name).unwrap_or_default();
    let buyer = conversation.customer_name.clone();
    let fill = Fill { shop: &shop, buyer: &buyer, ..fill };
    let body = json!({"text": text.filled(&fill)}).to_string();
    let new = New { sender: Sender::Auto, kind: Kind::Text, body, ..New::default() };
    match conversation.add(tx, now, new)? {
        Added::New(message) | Added::Known(message) => Ok(message),
    }
}

/// `11-22 09:00` in a time zone.
fn local_time(zone: &str, at: Ms) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.in_tz(zone).map_or_else(|_| moment.to_string(), |local| local.strftime("%m-%d %H:%M").to_string())
}
