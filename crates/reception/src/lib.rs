//! Reception 接待: conversations, messages, sessions and rounds, the queue, clocks and hand-over.
//!
//! It does not know sockets or HTTP beyond its `http` folder, nor what an order or a customer is beyond
//! what the rooms below tell it.

mod approval;
mod asked;
mod automatic;
mod book;
mod buyer_says;
mod card;
mod cards;
mod clock;
mod closing;
mod colleague;
mod consultation;
mod conversation;
mod dealing;
mod files;
mod handed;
mod handover;
pub mod http;
mod identity;
mod jobs;
mod list;
mod logs;
mod manners;
mod marks;
mod message;
mod own_day;
mod payment;
pub mod privacy;
mod promise;
mod queue;
mod quick_replies;
mod rating;
mod reading;
mod rebuild;
mod remeasure;
mod reminder;
mod rules;
mod say;
mod saying;
mod self_service;
mod session;
mod takeback;
mod telling;
mod template;
mod thread;
mod threat;
mod vanished;
mod wall;
mod wording;

pub use approval::{PromisedPrice, price_answered, price_asked, promised_prices};
pub use asked::{asked, seen_talk};
pub use automatic::{AutoText, Automatic, Language};
pub use book::{Book, Change, End, Entry, LastRound, Round, RoundEnd};
pub use buyer_says::{BuyerSays, WEB, buyer_says};
pub use card::{Buyer, Card, Last};
pub use cards::{Answer, answer, delivery, order_paid, send_order};
pub use clock::{CLOCK_JOB, ring};
pub use closing::{close, leave};
pub use consultation::{Record, keep_record, records};
pub use conversation::{Conversation, Stage, State};
pub use dealing::{Dealt, deal, free, loads, still_waiting, waiting};
pub use files::{buyer_file, team_file};
pub use handover::{To, claim, move_all, release, reopen, take_over, transfer, whisper};
pub use identity::{customer_changed, customer_proved, customers_joined};
pub use jobs::run_job;
pub use list::{Asked, Counts, Tab, cards, conversations, counts, of_agent, of_customer};
pub use logs::{LOG, TALKS, accounts_changed, woven};
pub use manners::{AgentManners, CurtAnswer, TeamManners, team_manners};
pub use marks::{BARGAINS, Mark, RISKS, mark};
pub use message::{BuyerMessage, Kind, Message, Sender, Standing};
pub use own_day::{OwnDay, own_day};
pub use payment::{PaymentCase, payment_cases};
pub use promise::promised_ms;
pub use queue::{Free, Place, Waiting, effective_priority, places, plan, sort};
pub use quick_replies::hand_over_quick_replies;
pub use rating::{Rating, invite, pending, rate};
pub use reading::{Draft, draft, keep_draft, read};
pub use rebuild::{ids_after, rebuild};
pub use remeasure::{group_changed, settings_changed};
pub use reminder::{Reminder, done, give, remind, reminders};
pub use rules::{Rules, SETTINGS, TYPING_PREVIEW};
pub use say::{Say, check_client_id, say};
pub use saying::{FormField, Saying, TEXT_LIMIT, Upload, VOICE_LIMIT_MS};
pub use self_service::{answer_by_itself, serves_itself};
pub use session::{RoundView, Session, sessions};
pub use takeback::{recall, undo};
pub use template::{KEYS, Step, Template, Words, shop_templates, templates};
pub use vanished::{VANISHED_JOB, agent_vanished, rights_changed};
pub use wall::{AgentLoad, QueueLoad, Today, Wall, wall};

/// The tables of this room.
pub const SCHEMA: store::Schema = store::Schema {
    room: "reception",
    steps: &[
        ("0001_start", include_str!("../schema/0001_start.sql")),
        ("0002_rises_risk", include_str!("../schema/0002_rises_risk.sql")),
        ("0003_erased", include_str!("../schema/0003_erased.sql")),
        ("0004_logs", include_str!("../schema/0004_logs.sql")),
        ("0005_handed", include_str!("../schema/0005_handed.sql")),
        ("0006_language", include_str!("../schema/0006_language.sql")),
        ("0007_approval", include_str!("../schema/0007_approval.sql")),
        ("0008_price_told", include_str!("../schema/0008_price_told.sql")),
    ],
};
