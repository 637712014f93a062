//! What reception holds of a person: told to them, and taken out of messages, on request or because these are old.
//! Numbers, senders and times of messages stay, and with them sessions and rounds.

mod blank;
mod erase;
mod held;
mod keep;

pub use erase::{Erased, erasable_talks, erase_talks, open_talks, talks_of};
pub use held::held_talks;
pub use keep::{KEEP, OldTalks, old_messages, old_talks, retain_talk};
