//! Full-text search: feed it documents, ask it, rebuild it.
//!
//! This crate owns one folder with a tantivy index over everything people look for (messages, customers,
//! orders, answers, cases). It keeps no text: it answers with the ids of what matches, and the caller
//! reads each hit again from the store and checks it against rights. It does not read the event log
//! either; the caller feeds it and tells it, with every commit, how far the log was read.
//!
//! * [`words`]: how text becomes terms (characters and pairs of characters, words, numbers).
//! * [`pinyin`]: how names become terms (full pinyin, initials, every reading).
//! * [`Index`]: the folder: open, put, delete, commit, rest, purge, clear.
//! * [`Ask`]: what is looked for, and [`Index::search`] which finds it.
//! * [`snippet`]: a short piece of a text with the hits marked.
//! * [`answers`]: which entry answers a question, learned from its wordings; in memory, no folder.

pub mod answers;
mod ask;
mod doc;
mod error;
mod find;
mod folder;
mod index;
pub mod pinyin;
mod plan;
mod query;
mod schema;
mod snippet;
pub mod words;

pub use ask::{Ask, Cursor, Found, Hit, Sort};
pub use doc::{Doc, Kind};
pub use error::Error;
pub use folder::Opened;
pub use index::Index;
pub use plan::{Plan, Word};
pub use snippet::{MARK_END, MARK_START, snippet};
