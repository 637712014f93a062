use std::sync::LazyLock;

use base::{Actor, Id, Ms, Problem};
use store::{Tx, args, record, text_enum};

use crate::book::Book;

text_enum! {
    /// Who has a conversation.
    pub enum State {
        /// Nobody yet; it waits for an agent.
        Queued = "queued",
        /// Its agent.
        Open = "open",
        /// Nobody; the last session ended.
        Closed = "closed",
    }
}

text_enum! {
    /// The stage of the sale a contact is about. It can change during the contact.
    pub enum Stage {
        /// 售前
        Pre = "pre",
        /// 售中
        In = "in",
        /// 售后
        After = "after",
    }
}

record! {
    /// The thread of one buyer with one shop on one channel, and what lists and clocks need of it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Conversation {
        /// The organisation.
        pub org: Id = "org_id",
        /// Its id.
        pub id: Id = "id",
        /// The shop.
        pub shop: Id = "shop_id",
        /// The buyer.
        pub customer: Id = "customer_id",
        /// What the buyer is called (kept in step with the archive).
        pub customer_name: String = "customer_name",
        /// Member level.
        pub customer_level: i64 = "customer_level",
        /// Marked VIP.
        pub customer_vip: bool = "customer_vip",
        /// Whether the shop vouches for who this is.
        pub customer_known: bool = "customer_known",
        /// Whether the buyer is blocked.
        pub customer_blocked: bool = "customer_blocked",
        /// `web`.
        pub channel: String = "channel",
        /// Who has it.
        pub state: State = "state",
        /// Stage of the sale.
        pub stage: Stage = "stage",
        /// The skill group it is meant for.
        pub group: Option<Id> = "group_id",
        /// That group's name.
        pub group_name: Option<String> = "group_name",
        /// The agent who has it, or had it last.
        pub agent: Option<Id> = "agent_id",
        /// That agent's display name.
        pub agent_name: Option<String> = "agent_name",
        /// 0 normal, 1 VIP, 2 complaint; higher goes first.
        pub priority: i64 = "priority",
        /// Marked as a complaint.
        pub complaint: bool = "complaint",
        /// Number of the last session.
        pub session: i64 = "session",
        /// Whether it is open.
        pub session_open: bool = "session_open",
        /// Version of the settings it runs under.
        pub rules: Id = "rules",
        /// Number of the last round.
        pub round: i64 = "round",
        /// Number of the open round's first buyer message, 0 when nobody waits.
        pub round_open: i64 = "round_open",
        /// When that message came.
        pub waiting_since: Option<Ms> = "waiting_since",
        /// When the buyer began to wait for an agent.
        pub queued_at: Option<Ms> = "queued_at",
        /// When that wait rises one priority.
        pub rises_at: Option<Ms> = "rises_at",
        /// When the wait turns amber.
        pub warn_at: Option<Ms> = "warn_at",
        /// When it turns red.
        pub breach_at: Option<Ms> = "breach_at",
        /// How far the alarms of this wait went: 0 none, 1 warned, 2 breached.
        pub warned: i64 = "warned",
        /// The last effective message of an agent in this session.
        pub human_at: Option<Ms> = "human_at",
        /// When somebody last did something here.
        pub touched_at: Ms = "touched_at",
        /// Slow answers in this session; negative once the alarm was raised.
        pub slow: i64 = "slow",
        /// The session in which the buyer was told that it takes longer.
        pub busy_session: i64 = "busy_session",
        /// Whether the alarm for a conversation nobody touches was raised.
        pub idle: bool = "idle",
        /// What the agent promised ("in two minutes").
        pub promise_at: Option<Ms> = "promise_at",
        /// How far that was told of: 0 nobody, 1 those who decide prices of the talk, 2 whoever made it that it broke.
        pub promise_told: i64 = "promise_told",
        /// The next reminder.
        pub remind_at: Option<Ms> = "remind_at",
        /// For when the clock job is set.
        pub clock_at: Option<Ms> = "clock_at",
        /// Number of the last message.
        pub last_seq: i64 = "last_seq",
        /// Grows with every change.
        pub rev: i64 = "rev",
        /// The agent has read so far.
        pub agent_read_seq: i64 = "agent_read_seq",
        /// The buyer has read so far.
        pub buyer_read_seq: i64 = "buyer_read_seq",
        /// Buyer messages the agent has not read.
        pub unread: i64 = "unread",
        /// Sender of the last message lists show.
        pub last_from: String = "last_from",
        /// Its kind.
        pub last_kind: String = "last_kind",
        /// Its first words.
        pub last_text: String = "last_text",
        /// Its time.
        pub last_at: Ms = "last_at",
        /// Stage template.
        pub template: String = "template",
        /// How many of its steps are done.
        pub step: i64 = "step",
        /// Kind of bargaining, if any.
        pub bargain: Option<String> = "bargain",
        /// What the buyer of this session threatens with, if they do: `threat`.
        pub risk: Option<String> = "risk",
        /// Tags, a JSON list.
        pub tags: String = "tags",
        /// The payment case the buyer is in, if any.
        pub payment: Option<String> = "payment",
        /// What of its checklist is done, a JSON list.
        pub payment_done: String = "payment_done",
        /// The agent who gave it back to the queue last; dealt to others first.
        pub given_by: Option<Id> = "given_by",
        /// The calendar of its group, where the group has one of its own (JSON).
        pub hours: Option<String> = "hours",
        /// The language the buyer's widget speaks ([`crate::Language`]); unknown where nobody told it.
        pub language: Option<String> = "language",
        /// `last_at` in minutes, as the lists' index has it.
        pub active_minute: i64 = "active_minute",
        /// When it began.
        pub created_at: Ms = "created_at",
        /// When the last session ended.
        pub closed_at: Option<Ms> = "closed_at",
    }
}

const MINUTE_MS: i64 = 60_000;

impl Conversation {
    /// The conversation `id`, if the actor may know of it: of their organisation and shops, and with
    /// the right to see others' conversations unless it is theirs or waits in the queue.
    pub fn of(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Conversation, Problem> {
        let conversation = Conversation::load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
        if conversation.visible_to(who) {
            Ok(conversation)
        } else {
            Err(Problem::not_found())
        }
    }

    /// The conversation, whoever asks.
    pub fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Conversation>, Problem> {
        static SQL: LazyLock<String> = LazyLock::new(|| {
            format!(
                "SELECT {} FROM conversation WHERE org_id = $1 AND id = $2",
                Conversation::COLUMNS
            )
        });
        tx.row(&SQL, args![org, id], Conversation::read)
    }

    /// The buyer's conversation with the shop on a channel, if they ever talked.
    pub fn of_buyer(
        tx: &mut Tx<'_>,
        org: Id,
        shop: Id,
        customer: Id,
        channel: &str,
    ) -> Result<Option<Conversation>, Problem> {
        static SQL: LazyLock<String> = LazyLock::new(|| {
            format!(
                "SELECT {} FROM conversation WHERE org_id = $1 AND customer_id = $2 AND shop_id = $3 AND channel = $4",
                Conversation::COLUMNS
            )
        });
        tx.row(&SQL, args![org, customer, shop, channel], Conversation::read)
    }

    /// Where its buyer goes on, having proved in it who they are; `None` where they go on here.
    pub(crate) fn went_on(&self, tx: &mut Tx<'_>) -> Result<Option<Conversation>, Problem> {
        let buyer = customers::survivor(tx, self.org, self.customer)?;
        if buyer == self.customer {
            return Ok(None);
        }
        Conversation::of_buyer(tx, self.org, self.shop, buyer, &self.channel)
    }

    /// Refuses with `went_on`, which names the other, where the buyer goes on in another conversation.
    pub(crate) fn need_buyer(&self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        let Some(on) = self.went_on(tx)? else {
            return Ok(());
        };
        let detail = "This buyer goes on in another conversation; here nobody would read it.";
        Err(Problem::conflict("went_on", detail).with("conversation", on.id.0))
    }

    /// A new conversation, closed and empty until its first message.
    pub(crate) fn begin(
        tx: &mut Tx<'_>,
        now: Ms,
        org: Id,
        shop: Id,
        customer: Id,
        channel: &str,
    ) -> Result<Conversation, Problem> {
        let id = tx.id();
        static SQL: LazyLock<String> = LazyLock::new(|| {
            format!(
                "INSERT INTO conversation (org_id, id, shop_id, customer_id, customer_name, customer_level, customer_vip,
                   customer_known, customer_blocked, channel, state, stage, priority, complaint, session, session_open,
                   rules, round, round_open, warned, touched_at, slow, busy_session, idle, last_seq, rev, agent_read_seq,
                   buyer_read_seq, unread, last_from, last_kind, last_text, last_at, active_minute, template, step,
                   tags, payment_done, created_at)
                 VALUES ($1, $2, $3, $4, '', 0, 0, 0, 0, $5, 'closed', 'pre', 0, 0, 0, 0, 0, 0, 0, 0, $6, 0, 0, 0, 0, 0, 0,
                   0, 0, '', '', '', $6, $7, '', 0, '[]', '[]', $6) RETURNING {}",
                Conversation::COLUMNS
            )
        });
        let minute = now.0 / MINUTE_MS;
        tx.row(
            &SQL,
            args![org, id, shop, customer, channel, now, minute],
            Conversation::read,
        )?
        .ok_or_else(Problem::internal)
    }

    /// Whether `who` may see it.
    pub fn visible_to(&self, who: &Actor) -> bool {
        use base::Permission::{SeeAllTalks, Talk};
        let mine = who.person().is_some() && self.agent == who.person();
        who.org == self.org
            && who.shops.has(self.shop)
            && match who.who {
                base::Who::Buyer(customer) => customer == self.customer,
                base::Who::Program => true,
                _ => who.may(SeeAllTalks) || (who.may(Talk) && (mine || self.state == State::Queued)),
            }
    }

    /// Where it stands, for the book.
    pub(crate) fn book(&self) -> Book {
        Book {
            agent: self.agent.filter(|_| self.state == State::Open),
            session: self.session,
            session_open: self.session_open,
            round: self.round,
            waiting: self
                .waiting_since
                .filter(|_| self.round_open > 0)
                .map(|at| (self.round_open, at)),
        }
    }

    /// Writes it back. `rev` grows by one.
    pub(crate) fn save(&mut self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        self.rev += 1;
        self.active_minute = self.last_at.0 / MINUTE_MS;
        tx.exec(
            "UPDATE conversation SET customer_id = $3, customer_name = $4, customer_level = $5, customer_vip = $6,
               customer_known = $7, customer_blocked = $8, state = $9, stage = $10, group_id = $11, group_name = $12,
               agent_id = $13, agent_name = $14, priority = $15, complaint = $16, session = $17, session_open = $18,
               rules = $19, round = $20, round_open = $21, waiting_since = $22, queued_at = $23, warn_at = $24,
               breach_at = $25, warned = $26, human_at = $27, touched_at = $28, slow = $29, idle = $30,
               promise_at = $31, remind_at = $32, clock_at = $33, last_seq = $34, rev = $35, agent_read_seq = $36,
               buyer_read_seq = $37, unread = $38, last_from = $39, last_kind = $40, last_text = $41, last_at = $42,
               active_minute = $43, template = $44, step = $45, bargain = $46, tags = $47, closed_at = $48, busy_session = $49,
               payment = $50, payment_done = $51, given_by = $52, hours = $53, rises_at = $54, risk = $55,
               language = $56, promise_told = $57
             WHERE org_id = $1 AND id = $2",
            args![
                self.org, self.id, self.customer, &self.customer_name, self.customer_level, self.customer_vip,
                self.customer_known, self.customer_blocked, self.state, self.stage, self.group, &self.group_name,
                self.agent, &self.agent_name, self.priority, self.complaint, self.session, self.session_open,
                self.rules, self.round, self.round_open, self.waiting_since, self.queued_at, self.warn_at,
                self.breach_at, self.warned, self.human_at, self.touched_at, self.slow, self.idle,
                self.promise_at, self.remind_at, self.clock_at, self.last_seq, self.rev, self.agent_read_seq,
                self.buyer_read_seq, self.unread, &self.last_from, &self.last_kind, &self.last_text, self.last_at,
                self.active_minute, &self.template, self.step, &self.bargain, &self.tags, self.closed_at, self.busy_session,
                &self.payment, &self.payment_done, self.given_by, &self.hours, self.rises_at, &self.risk,
                &self.language, self.promise_told,
            ],
        )?;
        Ok(())
    }

    /// Writes back what a message alone can change: no owner, no stage, nothing of the buyer, and so no
    /// index but that of the lists, once a minute. Most writes are these.
    pub(crate) fn save_talk(&mut self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        if self.active_minute != self.last_at.0 / MINUTE_MS {
            return self.save(tx);
        }
        self.rev += 1;
        tx.exec(
            "UPDATE conversation SET round = $3, round_open = $4, waiting_since = $5, warn_at = $6, breach_at = $7,
               warned = $8, human_at = $9, touched_at = $10, slow = $11, idle = $12, promise_at = $13, clock_at = $14,
               last_seq = $15, rev = $16, agent_read_seq = $17, buyer_read_seq = $18, unread = $19, last_from = $20,
               last_kind = $21, last_text = $22, last_at = $23, busy_session = $24,
               promise_told = $25
             WHERE org_id = $1 AND id = $2",
            args![
                self.org, self.id, self.round, self.round_open, self.waiting_since, self.warn_at, self.breach_at,
                self.warned, self.human_at, self.touched_at, self.slow, self.idle, self.promise_at, self.clock_at,
                self.last_seq, self.rev, self.agent_read_seq, self.buyer_read_seq, self.unread, &self.last_from,
                &self.last_kind, &self.last_text, self.last_at, self.busy_session, self.promise_told,
            ],
        )?;
        #[cfg(debug_assertions)]
        assert_eq!(
            Conversation::load(tx, self.org, self.id)?.as_ref(),
            Some(&*self),
            "something else than the talk changed"
        );
        Ok(())
    }
}
