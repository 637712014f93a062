use base::{Actor, Id, Live, Ms, Problem, Topic, Who};
use serde_json::json;
use store::{Event, Tx};

use crate::automatic::{Fill, Language, auto, pick};
use crate::book::Entry;
use crate::card::Card;
use crate::conversation::{Conversation, Stage, State};
use crate::message::{Kind, Message, Sender};
use crate::rules::{AFTER_DAYS, Rules};
use crate::say::{check_client_id, check_quote};
use crate::saying::{Said, Saying, fill};
use crate::telling::{Shown, log_message, program_event};
use crate::thread::{Added, New, own_id};

/// The channel of the widget.
pub const WEB: &str = "web";

/// Something said by a buyer. `saying` was checked with [`Saying::check`].
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
    /// What their widget speaks; the session's automatic messages follow it.
    pub language: Option<Language>,
}

/// The buyer writes; the first message begins the conversation, and one after an end the next
/// session, which waits in the queue until somebody is free. Refuses blocked buyers (`blocked`).
pub fn buyer_says(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    says: &BuyerSays,
) -> Result<(Message, Card), Problem> {
    let Who::Buyer(customer) = who.who else {
        return Err(Problem::forbidden());
    };
    who.need_shop(says.shop)?;
    check_client_id(&says.client_id)?;
    if !matches!(
        says.saying.kind(),
        Kind::Text | Kind::Image | Kind::Voice | Kind::File | Kind::Product
    ) {
        return Err(Problem::input(
            "kind",
            "choice_unknown",
            "A buyer sends text, image, voice, file or product.",
        ));
    }
    let found = Conversation::of_buyer(tx, who.org, says.shop, customer, WEB)?;
    if let Some(conversation) = &found
        && (conversation.customer_blocked || is_over(tx, now, conversation)?)
        && let Some(message) = Message::known(
            tx,
            who.org,
            conversation.id,
            &own_id(Sender::Buyer, None, &says.client_id),
        )?
    {
        // It was said before that; a repeated send neither begins a session nor is refused.
        return Ok((message, conversation.card()));
    }
    // Whoever is blocked in the middle of a session is marked in the conversation.
    let ask = found
        .as_ref()
        .is_none_or(|conversation| conversation.customer_blocked || !conversation.session_open);
    if ask && customers::blocked(tx, now, who.org, says.shop, customer)?.is_some() {
        return Err(Problem::new(
            403,
            "blocked",
            "The shop does not take messages from you at present.",
        ));
    }
    let mut conversation = match found {
        Some(conversation) => conversation,
        None => Conversation::begin(tx, now, who.org, says.shop, customer, WEB)?,
    };
    check_quote(&conversation, says.quote)?;
    let said = fill(tx, who, says.shop, conversation.id, &says.saying)?;
    receive(tx, now, who, &mut conversation, said, says)
}

/// Whether the buyer's next message begins a session.
fn is_over(tx: &mut Tx<'_>, now: Ms, conversation: &Conversation) -> Result<bool, Problem> {
    let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
    Ok(!conversation.session_open || conversation.session_ends_at(&rules).is_some_and(|at| at <= now))
}

/// Takes in a buyer's message that may be said.
pub(crate) fn receive(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &mut Conversation,
    said: Said,
    says: &BuyerSays,
) -> Result<(Message, Card), Problem> {
    let rules = Rules::at(tx, who.org, conversation.shop, conversation.rules)?;
    let mut told = conversation.end_if_silent(tx, now, &rules)?;
    let begins = !conversation.session_open;
    if begins {
        told.extend(begin_visit(tx, now, conversation, says)?);
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
        Added::Known(message) if !begins => return Ok((message, conversation.card())),
        // It was looked for before the session began.
        Added::Known(_) => return Err(Problem::internal()),
        Added::New(message) => message,
    };
    told.push(message.clone());
    if begins {
        told.extend(greet(tx, now, conversation)?);
        tx.emit(Event {
            at: now,
            who,
            shop: conversation.shop,
            kind: "conversation.queued",
            subject: conversation.id,
            data: json!({"stage": conversation.stage.key(), "session": conversation.session}),
        })?;
        tx.live(Live {
            topics: vec![Topic::Router],
            frame: who.org.to_string().into(),
        });
    }
    let threatens = crate::threat::hear(tx, conversation, &says.saying)?;
    let shown = if begins || threatens {
        Shown::ToShop
    } else {
        Shown::ToThose
    };
    conversation.finish(tx, &told, shown)?;
    log_message(tx, who, conversation, &message)?;
    if threatens {
        crate::clock::alarm(tx, conversation, "threat", now)?;
        program_event(tx, conversation, "conversation.threat", now)?;
    }
    Ok((message, conversation.card()))
}

/// Prepares a closed conversation for its next session: stage, group, who the buyer is, their language. What the session
/// begins under is written down first, so that the messages alone tell it again.
fn begin_visit(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &mut Conversation,
    says: &BuyerSays,
) -> Result<Vec<Message>, Problem> {
    conversation.stage = match says.stage {
        Some(stage) => stage,
        None => stage_of(tx, now, conversation)?,
    };
    conversation.refresh_customer(tx, now)?;
    let (version, _) = Rules::now(tx, conversation.org, conversation.shop)?;
    let body = json!({"event": "queued", "stage": conversation.stage.key(), "version": version});
    let mut told = vec![conversation.note(tx, now, &body, Entry::Nothing)?];
    let group = team::group_for(tx, conversation.org, conversation.shop, conversation.stage.key())?;
    told.extend(conversation.set_group(tx, now, group.as_ref())?);
    conversation.state = State::Queued;
    conversation.wait_from(tx, now)?;
    conversation.closed_at = None;
    conversation.risk = None;
    conversation.language = says.language.map(|one| one.key().to_owned());
    Ok(told)
}

/// The stage that the buyer's orders speak for.
pub(crate) fn stage_of(tx: &mut Tx<'_>, now: Ms, conversation: &Conversation) -> Result<Stage, Problem> {
    let (org, shop) = (conversation.org, conversation.shop);
    let (_, rules) = Rules::now(tx, org, shop)?;
    let facts = orders::stage_facts(
        tx,
        org,
        shop,
        conversation.customer,
        now,
        rules.number(&AFTER_DAYS),
    )?;
    Ok(if facts.shipped_within || facts.after_open {
        Stage::After
    } else if facts.paid_open {
        Stage::In
    } else {
        Stage::Pre
    })
}

impl Conversation {
    /// Brings what it keeps of the buyer up to date.
    pub(crate) fn refresh_customer(&mut self, tx: &mut Tx<'_>, now: Ms) -> Result<(), Problem> {
        if let Some(customer) = customers::summary(tx, now, self.org, self.customer)? {
            self.customer_blocked = customer.is_blocked(self.shop);
            self.customer_name = customer.name;
            self.customer_level = customer.level;
            self.customer_vip = customer.vip;
            self.customer_known = customer.known;
        }
        self.priority = if self.complaint {
            2
        } else {
            i64::from(self.customer_vip)
        };
        Ok(())
    }
}

/// The welcome, or out of hours when the shop opens.
fn greet(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation) -> Result<Option<Message>, Problem> {
    let rules = Rules::at(tx, conversation.org, conversation.shop, conversation.rules)?;
    let calendar = conversation.calendar(&rules).into_owned();
    let texts = if calendar.is_open(now) {
        &rules.automatic.welcome
    } else {
        &rules.automatic.closed
    };
    let Some(text) = pick(texts, now) else {
        return Ok(None);
    };
    let opens = calendar
        .next_open(now)
        .map(|at| local_time(&calendar.zone, at))
        .unwrap_or_default();
    auto(
        tx,
        now,
        conversation,
        text,
        Fill {
            opens,
            ..Fill::default()
        },
    )
    .map(Some)
}

/// `11-22 09:00` in a time zone.
fn local_time(zone: &str, at: Ms) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.in_tz(zone).map_or_else(
        |_| moment.to_string(),
        |local| local.strftime("%m-%d %H:%M").to_string(),
    )
}
