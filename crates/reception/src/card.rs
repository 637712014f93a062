//! A conversation as others are shown it.

use base::{Actor, Id, Ms};
use serde::Serialize;

use crate::conversation::{Conversation, Stage, State};

/// A conversation as lists, sockets and the API show it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Conversation)]
pub struct Card {
    /// Its id.
    pub id: Id,
    /// Grows with every change; drop a card that is not newer than what you have.
    pub rev: i64,
    /// The shop.
    pub shop: Id,
    /// `web`.
    pub channel: String,
    /// Who has it.
    pub state: State,
    /// Stage of the sale.
    pub stage: Stage,
    /// The buyer.
    pub customer: Buyer,
    /// The agent who has it, or had it last.
    pub agent: Option<Id>,
    /// That agent's display name.
    pub agent_name: Option<String>,
    /// The skill group it is meant for.
    pub group: Option<Id>,
    /// That group's name.
    pub group_name: Option<String>,
    /// 0 normal, 1 VIP, 2 complaint.
    pub priority: i64,
    /// Marked as a complaint.
    pub complaint: bool,
    /// Number of the last session.
    pub session: i64,
    /// The buyer's first message without an effective answer.
    pub waiting_since: Option<Ms>,
    /// When the buyer began to wait for an agent.
    pub queued_at: Option<Ms>,
    /// When that wait counts one priority more.
    pub rises_at: Option<Ms>,
    /// When the wait turns amber.
    pub warn_at: Option<Ms>,
    /// When the wait turns red.
    pub breach_at: Option<Ms>,
    /// What the agent promised.
    pub promise_at: Option<Ms>,
    /// The next reminder.
    pub remind_at: Option<Ms>,
    /// Answers have been slow as often as the setting allows.
    pub slow: bool,
    /// Nobody has touched it for too long.
    pub idle: bool,
    /// Number of the last message.
    pub last_seq: i64,
    /// The agent has read so far.
    pub agent_read_seq: i64,
    /// The buyer has read so far.
    pub buyer_read_seq: i64,
    /// Buyer messages the agent has not read.
    pub unread: i64,
    /// The last message lists show; null before the first.
    pub last: Option<Last>,
    /// Stage template.
    pub template: String,
    /// How many of its steps are done.
    pub step: i64,
    /// Kind of bargaining.
    pub bargain: Option<String>,
    /// `threat`: the buyer threatens with a bad review or with exposure.
    pub risk: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The payment case the buyer is in.
    pub payment: Option<String>,
    /// What of its checklist is done.
    pub payment_done: Vec<String>,
    /// When it began.
    pub created_at: Ms,
    /// When the last session ended.
    pub closed_at: Option<Ms>,
}

/// The buyer, as a card shows them.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = CardBuyer)]
pub struct Buyer {
    /// Customer id.
    pub id: Id,
    /// What they are called.
    pub name: String,
    /// Member level.
    pub level: i64,
    /// Marked VIP.
    pub vip: bool,
    /// Whether the shop vouches for who this is.
    pub known: bool,
    /// Whether they are blocked.
    pub blocked: bool,
}

/// The last message of a card.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Last {
    /// Sender.
    pub from: String,
    /// Kind.
    pub kind: String,
    /// First words.
    pub text: String,
    /// When.
    pub at: Ms,
}

impl Conversation {
    /// The card of it.
    pub fn card(&self) -> Card {
        Card {
            id: self.id,
            rev: self.rev,
            shop: self.shop,
            channel: self.channel.clone(),
            state: self.state,
            stage: self.stage,
            customer: Buyer {
                id: self.customer,
                name: self.customer_name.clone(),
                level: self.customer_level,
                vip: self.customer_vip,
                known: self.customer_known,
                blocked: self.customer_blocked,
            },
            agent: self.agent,
            agent_name: self.agent_name.clone(),
            group: self.group,
            group_name: self.group_name.clone(),
            priority: self.priority,
            complaint: self.complaint,
            session: self.session,
            waiting_since: self.waiting_since,
            queued_at: self.queued_at,
            rises_at: self.rises_at,
            warn_at: self.warn_at,
            breach_at: self.breach_at,
            promise_at: self.promise_at,
            remind_at: self.remind_at,
            slow: self.slow < 0,
            idle: self.idle,
            last_seq: self.last_seq,
            agent_read_seq: self.agent_read_seq,
            buyer_read_seq: self.buyer_read_seq,
            unread: self.unread,
            last: (!self.last_from.is_empty()).then(|| Last {
                from: self.last_from.clone(),
                kind: self.last_kind.clone(),
                text: self.last_text.clone(),
                at: self.last_at,
            }),
            template: self.template.clone(),
            step: self.step,
            bargain: self.bargain.clone(),
            risk: self.risk.clone(),
            tags: serde_json::from_str(&self.tags).unwrap_or_default(),
            payment: self.payment.clone(),
            payment_done: serde_json::from_str(&self.payment_done).unwrap_or_default(),
            created_at: self.created_at,
            closed_at: self.closed_at,
        }
    }

    /// The card for somebody who may have lost sight of the conversation since they did something in
    /// it: then without the buyer's last words.
    pub(crate) fn card_for(&self, who: &Actor) -> Card {
        let card = self.card();
        if self.visible_to(who) {
            card
        } else {
            Card { last: None, ..card }
        }
    }
}
