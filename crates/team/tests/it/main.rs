//! The team room, on both engines and over its HTTP doors.

mod common;
mod basics;
mod web;
mod entry;
mod planning;
mod rights;
