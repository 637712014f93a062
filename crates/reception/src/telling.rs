//! What sockets and the log are told when a conversation changed.

use base::{Actor, Live, Ms, Problem, Topic};
use serde::Serialize;
use serde_json::json;
use store::{Event, Tx};

use crate::card::Card;
use crate::conversation::{Conversation, State};
use crate::message::{BuyerMessage, Message};

impl Conversation {
    /// Winds the clock, saves, and tells the sockets of the new messages.
    pub(crate) fn finish(&mut self, tx: &mut Tx<'_>, told: &[Message], shown: Shown) -> Result<(), Problem> {
        self.wind(tx)?;
        match shown {
            Shown::ToThose => self.save_talk(tx)?,
            Shown::ToShop => self.save(tx)?,
        }
        let card = self.card();
        for message in told {
            publish(tx, &card, message)?;
        }
        match shown {
            Shown::ToShop => self.tell_shop(tx, &card)?,
            Shown::ToThose if self.state == State::Queued => self.tell_queue(tx, &card)?,
            Shown::ToThose => {}
        }
        Ok(())
    }

    /// Tells the queue's list of the last words of who waits: nobody has the conversation open yet.
    fn tell_queue(&self, tx: &mut Tx<'_>, card: &Card) -> Result<(), Problem> {
        tx.live(Live {
            topics: vec![Topic::Shop(self.shop), Topic::ShopQueue(self.shop)],
            frame: frame(&ConversationFrame {
                on: "conversation",
                conversation: card,
            })?,
        });
        Ok(())
    }

    /// Tells lists that owner, state, stage or place changed, and the buyer who is there for them.
    fn tell_shop(&self, tx: &mut Tx<'_>, card: &Card) -> Result<(), Problem> {
        let whole = frame(&ConversationFrame {
            on: "conversation",
            conversation: card,
        })?;
        let mut topics = vec![Topic::Shop(self.shop), Topic::Conversation(self.id)];
        topics.extend(
            self.agent
                .filter(|_| self.state != State::Queued)
                .map(Topic::Person),
        );
        // Those who see only the queue and their own learn of the rest no more than that it left.
        let queue = match self.state {
            State::Queued => whole.clone(),
            State::Open | State::Closed => {
                json!({"on": "gone", "conversation": self.id, "agent": self.agent, "rev": self.rev})
                    .to_string()
                    .into()
            }
        };
        tx.live(Live { topics, frame: whole });
        tx.live(Live {
            topics: vec![Topic::ShopQueue(self.shop)],
            frame: queue,
        });
        let name = self.agent_name.as_deref().filter(|_| self.state == State::Open);
        let state = json!({"on": "state", "state": self.state.key()});
        let agent = json!({"on": "agent", "name": name, "typing": false});
        for told in [state, agent] {
            tx.live(Live {
                topics: vec![Topic::Buyer(self.id)],
                frame: told.to_string().into(),
            });
        }
        Ok(())
    }
}

/// Who besides those concerned hears of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Nobody: only the conversation's own messages changed.
    ToThose,
    /// Everybody of the shop: owner, state, stage or place in lists changed.
    ToShop,
}

#[derive(Serialize)]
struct MessageFrame<'a> {
    on: &'static str,
    message: &'a Message,
    conversation: &'a Card,
}

#[derive(Serialize)]
struct BuyerFrame<'a> {
    on: &'static str,
    message: BuyerMessage<'a>,
}

#[derive(Serialize)]
struct ConversationFrame<'a> {
    on: &'static str,
    conversation: &'a Card,
}

/// A frame's text.
pub(crate) fn frame(value: &impl Serialize) -> Result<std::sync::Arc<str>, Problem> {
    serde_json::to_string(value)
        .map(Into::into)
        .map_err(|_| Problem::internal())
}

/// Tells the owner, those who look, those who follow all, and the buyer of a message.
pub(crate) fn publish(tx: &mut Tx<'_>, card: &Card, message: &Message) -> Result<(), Problem> {
    let mut topics = vec![Topic::Conversation(card.id), Topic::ShopMessages(card.shop)];
    if let Some(agent) = card.agent.filter(|_| card.state != State::Queued) {
        topics.push(Topic::Person(agent));
    }
    tx.live(Live {
        topics,
        frame: frame(&MessageFrame {
            on: "message",
            message,
            conversation: card,
        })?,
    });
    tx.live(Live {
        topics: vec![Topic::Buyer(card.id)],
        frame: frame(&BuyerFrame {
            on: "message",
            message: message.for_buyer(),
        })?,
    });
    Ok(())
}

/// Writes to the log that a message was sent: ids only.
pub(crate) fn log_message(
    tx: &mut Tx<'_>,
    who: &Actor,
    conversation: &Conversation,
    message: &Message,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: message.at,
        who,
        shop: conversation.shop,
        kind: "message.sent",
        subject: conversation.id,
        data: json!({"seq": message.seq}),
    })
}

/// Writes to the log what somebody did to a conversation.
pub(crate) fn changed(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &Conversation,
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: conversation.shop,
        kind,
        subject: conversation.id,
        data,
    })
}

/// Writes to the log what happened to a conversation by itself.
pub(crate) fn program_event(
    tx: &mut Tx<'_>,
    conversation: &Conversation,
    kind: &'static str,
    now: Ms,
) -> Result<(), Problem> {
    let who = Actor::program(conversation.org);
    changed(
        tx,
        now,
        &who,
        conversation,
        kind,
        json!({"agent": conversation.agent, "session": conversation.session}),
    )
}
