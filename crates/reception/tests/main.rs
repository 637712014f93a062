//! What reception holds to, on both engines: one topic a file, each test named after its rule.

mod kit;
mod saying;
