//! What stands in one cell, cleaned and read. Pure functions of the text; every one cleans first, and answers
//! `Ok(None)` for an empty cell and for the words that stand for nothing.

mod clean;
mod code;
mod moment;
mod number;
mod words;

pub use clean::{clean, half_width, key};
pub(crate) use clean::{is_blank, is_key};
pub use code::{code, id};
pub use moment::{duration, moment};
pub use number::{count, decimal, money, percent, signed_money};
pub(crate) use words::sums_up;
pub use words::{flag, masked, pair, several, text, unless};
