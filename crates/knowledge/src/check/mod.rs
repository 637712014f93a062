//! The reply check: what is wrong with the wording of a reply before it is sent. It judges words only: it
//! changes no text, and whether something is true it does not know.

mod alike;
mod amount;
mod checker;
pub mod eval;
mod folded;
mod gate;
pub mod http;
mod instead;
mod lexicon;
mod limit;
mod link;
mod number;
mod phrase;
mod rule;
mod setting;
mod whole;

pub use checker::Checker;
pub use gate::{CheckAsk, Checked, Send, allow_gift, allow_reply, check_reply};
pub use rule::{CheckRules, Finding, Level, Limit, Reply, Rule};
pub use setting::CHECK_SETTINGS;
