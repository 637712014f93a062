//! The right words and the right answer: scripts, FAQ, product facts, policies, relations, notices, quizzes
//! and the reply check. It knows no conversation: whoever talks says which words were used.

mod carry;
mod defaults;
mod expiring;
mod faq;
mod faq_keep;
mod faq_list;
mod fill;
mod heard;
pub mod http;
mod input;
mod kinds;
mod mask;
mod missed;
mod pick;
mod place;
mod policy;
mod policy_keep;
mod proposal;
mod quick_reply;
mod script;
mod script_find;
mod script_keep;
mod settings;
mod shipped;
mod told;
mod variable;
mod version;

pub use carry::{
    Exported, Format, Parsed, Report, RowError, export_words, import_words, parse_words, write_words,
};
pub use defaults::{Defaults, Loaded, load_defaults};
pub use expiring::{Expiring, expiring};
pub use faq::{Faq, NewFaq, Proposal, Similar, faq};
pub use faq_keep::{add_faq, change_faq, faq_versions, remove_faq, restore_faq, set_faq_status};
pub use faq_list::{CategoryCount, FaqFilter, FaqSort, faq_categories, faqs, unused_faqs};
pub use fill::{Render, Rendered, render_words};
pub use heard::{
    Asked, Heard, accept_heard, dismiss_heard, forget_customer, heard, join_customers, keep_heard, used_faq,
};
pub use kinds::{Bargain, FaqStatus, Language, Scope, Stage, Status, WordKind};
pub use missed::{Nearest, Place, Unanswered, dismiss_unanswered, keep_missed, unanswered};
pub use pick::picked;
pub use policy::{NewPolicy, Policy, PolicyFilter, policies, policy};
pub use policy_keep::{
    add_policy, change_policy, policy_versions, remove_policy, restore_policy, set_policy_status,
};
pub use proposal::{Propose, Publish, decline_faq, propose_faq, publish_faq};
pub use quick_reply::{NewQuickReply, QuickReply, adopt_quick_reply, keep_quick_reply, quick_replies};
pub use script::{NewScript, Script, script};
pub use script_find::{ScriptFilter, scripts};
pub use script_keep::{
    add_script, change_script, remove_script, restore_script, script_versions, set_script_status, used_script,
};
pub use settings::{SETTINGS, Tone, tone};
pub use shipped::{Both, Mood, Sign, emoji};
pub use variable::{Facts, Variable, check_filled, check_variables, render, variables_of};
pub use version::Version;

/// The tables of this room.
pub const SCHEMA: store::Schema = store::Schema {
    room: "knowledge",
    steps: &[("0001_words", include_str!("../schema/0001_words.sql"))],
};
