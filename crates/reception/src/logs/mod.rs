//! Talks out of chat logs (`import/` of the room of orders reads the files). A buyer's talks with a shop from logs are
//! one conversation on a channel of its own, closed, beside the live one. Logs come in any order, so such a
//! conversation is woven anew from the first place on where something new stands; sessions and rounds are what the
//! book makes of its messages.

mod back;
mod item;
mod joined;
mod people;
mod play;
mod quiet;
mod row;
mod take;
mod weave;

pub(crate) use joined::joined;
pub use people::accounts_changed;
pub(crate) use people::{ACCOUNTS_JOB, go_on};
pub use take::TALKS;
pub use weave::woven;

/// The channel of talks out of logs.
pub const LOG: &str = "log";
