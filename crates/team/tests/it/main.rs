//! The team room, on both engines and over its HTTP doors.

mod accounts;
mod basics;
mod common;
mod entry;
mod planning;
mod rights;
mod web;
