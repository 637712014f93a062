//! The outside: how buyers reach the shop. Today the web widget; what a conversation is, reception knows.

mod identity;
mod lifting;
mod limits;
mod pages;
mod places;
mod rules;
mod visitor;
mod widget;

pub mod http;

pub use identity::{Signed, Vouched, verify};
pub use limits::Limits;
pub use pages::{Page, Pages};
pub use places::Places;
pub use rules::SETTINGS;
pub use visitor::{Visitor, new_token, token_hash};
