//! What reception holds to, on both engines: one topic a file, each test named after its rule.

mod approval;
mod asking;
mod automatic;
mod bad_logs;
mod carried;
mod clocks;
mod ending;
mod joined;
mod kit;
mod lists;
mod logs;
mod marks;
mod moved;
mod planning;
mod queue_day;
mod queueing;
mod rebuilding;
mod saying;
mod scope;
mod sessions;
mod showing;
mod takeback;
mod weaving;
