//! The program from outside: the real binary, its sockets, its API and its commands, as a stranger would
//! use them.

mod answers;
mod bad_input;
mod chat_killed;
mod commands;
mod import_faq;
mod imports;
#[expect(dead_code, reason = "the durability tests and the bench use the rest of it")]
mod kit;
mod onlookers;
mod privacy;
mod promises;
mod replay;
mod restoring;
mod rights;
mod scope;
mod searching;
mod sockets;
mod tabs;
mod tls;
mod widget;
