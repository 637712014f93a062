use crate::{Fen, Ms};

/// Something a room holds of one person, as a table an ordinary person can read: each room gives its own, and
/// whoever answers the person's request puts them into one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// What it is, in Chinese.
    pub title: &'static str,
    /// The headers, in Chinese.
    pub columns: &'static [&'static str],
    /// The rows, a value for each header.
    pub rows: Vec<Vec<HeldValue>>,
}

/// A value of such a table.
#[derive(Clone, Debug, PartialEq)]
pub enum HeldValue {
    /// Words, ids and codes included.
    Text(String),
    /// A number of things.
    Count(i64),
    /// An amount.
    Money(Fen),
    /// A moment.
    Moment(Ms),
    /// Nothing.
    Empty,
}

impl Held {
    /// A table without rows.
    pub fn new(title: &'static str, columns: &'static [&'static str]) -> Held {
        Held {
            title,
            columns,
            rows: Vec::new(),
        }
    }
}

impl From<String> for HeldValue {
    fn from(text: String) -> HeldValue {
        HeldValue::Text(text)
    }
}

impl From<&str> for HeldValue {
    fn from(text: &str) -> HeldValue {
        HeldValue::Text(text.to_owned())
    }
}

impl From<i64> for HeldValue {
    fn from(count: i64) -> HeldValue {
        HeldValue::Count(count)
    }
}

impl From<Fen> for HeldValue {
    fn from(fen: Fen) -> HeldValue {
        HeldValue::Money(fen)
    }
}

impl From<Ms> for HeldValue {
    fn from(at: Ms) -> HeldValue {
        HeldValue::Moment(at)
    }
}

impl From<bool> for HeldValue {
    fn from(yes: bool) -> HeldValue {
        HeldValue::from(if yes { "是" } else { "否" })
    }
}

impl<T: Into<HeldValue>> From<Option<T>> for HeldValue {
    fn from(value: Option<T>) -> HeldValue {
        value.map_or(HeldValue::Empty, Into::into)
    }
}
