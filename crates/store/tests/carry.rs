//! Backup, restore and check, on both engines and between them.

#[path = "carry/kit.rs"]
mod kit;

#[path = "carry/archives.rs"]
mod archives;
#[path = "carry/checks.rs"]
mod checks;
#[path = "carry/rounds.rs"]
mod rounds;
