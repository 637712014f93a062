//! Reception 接待: conversations, messages, sessions and rounds, the queue, clocks and hand-over.
//!
//! It does not know sockets or HTTP beyond its `http` folder, nor what an order or a customer is beyond
//! what the rooms below tell it.

mod automatic;
mod book;
mod cards;
mod clock;
mod closing;
mod colleague;
mod consultation;
mod conversation;
mod handover;
pub mod http;
mod identity;
mod list;
mod marks;
mod message;
mod promise;
mod queue;
mod quick_reply;
mod rating;
mod reading;
mod rebuild;
mod reminder;
mod rules;
mod say;
mod session;
mod takeback;
mod template;
mod thread;
mod wall;

pub use automatic::{AutoText, Automatic};
pub use book::{Book, Change, End, Entry, LastRound, Round, RoundEnd};
pub use cards::{Answer, answer, send_order};
pub use clock::{ring, settings_changed};
pub use closing::{close, leave};
pub use consultation::{Record, keep_record, records};
pub use conversation::{Buyer, Card, Conversation, Last, Stage, State};
pub use handover::{To, claim, move_all, release, reopen, take_over, transfer, whisper};
pub use identity::{buyer_file, customer_changed, customer_proved, team_file};
pub use list::{Asked, Counts, Tab, cards, conversations, counts, of_agent, of_customer};
pub use marks::{BARGAINS, Mark, mark};
pub use message::{BuyerMessage, FormField, Kind, Message, Saying, Sender, Standing, TEXT_LIMIT, Upload, VOICE_LIMIT_MS};
pub use promise::promised_ms;
pub use queue::{VANISHED_JOB, agent_vanished, run_job, Dealt, Free, Place, Waiting, deal, effective_priority, free, loads, places, plan, requeue_vanished, sort, waiting};
pub use quick_reply::{NewQuickReply, QuickReply, keep_quick_reply, quick_replies, remove_quick_reply, used_quick_reply};
pub use rating::{Rating, invite, pending, rate};
pub use reading::{Draft, draft, keep_draft, read};
pub use rebuild::{ids_after, rebuild};
pub use reminder::{Reminder, done, remind, reminders};
pub use rules::{Rules, SETTINGS, TYPING_PREVIEW};
pub use say::{BuyerSays, Say, WEB, buyer_says, check_client_id, say};
pub use session::{RoundView, Session, sessions};
pub use takeback::{recall, undo};
pub use template::{KEYS, Step, Template, Words, templates};
pub use thread::CLOCK_JOB;
pub use wall::{AgentLoad, QueueLoad, Today, Wall, wall};

/// The tables of this room.
pub const SCHEMA: store::Schema =
    store::Schema { room: "reception", steps: &[("0001_start", include_str!("../schema/0001_start.sql"))] };
