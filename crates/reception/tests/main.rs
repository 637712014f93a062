//! What reception holds to, on both engines: one topic a file, each test named after its rule.

mod clocks;
mod kit;
mod planning;
mod queueing;
mod rebuilding;
mod saying;
mod sessions;
mod showing;
mod takeback;
