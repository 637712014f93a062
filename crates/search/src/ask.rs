//! A question and its answer: what is looked for, the hits, the place to go on.

use std::fmt;
use std::str::FromStr;

use crate::Kind;

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest first. Every word must be there; only when nothing has them all, most of them.
    #[default]
    Recent,
    /// Best match first: documents with all the words, then those with a third of them or more.
    Best,
}

/// A question. Any text is allowed: it is read character by character, never parsed as a query language.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The organisation that asks.
    pub org: i64,
    /// The shops that may be seen; `None` for all of the organisation. An empty list finds nothing.
    pub shops: Option<Vec<i64>>,
    /// The kinds looked for; empty for all.
    pub kinds: Vec<Kind>,
    /// What the user typed.
    pub text: String,
    /// Hits on a page, at most [`Ask::LIMIT_MAX`].
    pub limit: usize,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// The order.
    pub sort: Sort,
}

impl Ask {
    /// Most hits on one page.
    pub const LIMIT_MAX: usize = 1000;

    /// A question to everything of an organisation: first 20 hits, newest first.
    pub fn new(org: i64, text: impl Into<String>) -> Ask {
        Ask {
            org,
            shops: None,
            kinds: Vec::new(),
            text: text.into(),
            limit: 20,
            after: None,
            sort: Sort::Recent,
        }
    }
}

/// One document found. The text is in the store; read it there, and check the rights again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: i64,
    /// Its number within `id`.
    pub sub: i64,
    /// Its shop.
    pub shop: i64,
    /// When, in milliseconds UTC.
    pub at: i64,
    /// How well it matches (with [`Sort::Best`]); 0 with [`Sort::Recent`].
    pub score: f32,
}

/// A page of hits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The hits, in order.
    pub hits: Vec<Hit>,
    /// Give this as [`Ask::after`] for the next page; `None` on the last.
    pub next: Option<Cursor>,
}

/// The place of a hit in the order. Written as whole numbers joined by dots, to be handed to a client and back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cursor {
    pub(crate) loose: bool,
    pub(crate) place: Place,
}

/// What hits are ordered by: greater comes first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) score: f32,
    pub(crate) at: i64,
    pub(crate) kind: u64,
    pub(crate) id: i64,
    pub(crate) sub: i64,
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Place) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Place) -> std::cmp::Ordering {
        let key = |p: &Place| (p.at, p.kind, p.id, p.sub);
        self.score
            .total_cmp(&other.score)
            .then_with(|| key(self).cmp(&key(other)))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            score,
            at,
            kind,
            id,
            sub,
        } = self.place;
        write!(
            f,
            "{}.{}.{at}.{kind}.{id}.{sub}",
            u8::from(self.loose),
            score.to_bits()
        )
    }
}

/// The text is not a cursor. Treat it as none: the first page loses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Cursor, NotACursor> {
        fn number<T: FromStr>(part: Option<&str>) -> Result<T, NotACursor> {
            part.and_then(|p| p.parse().ok()).ok_or(NotACursor)
        }
        let mut parts = text.split('.');
        let loose = number::<u8>(parts.next())? != 0;
        let score = f32::from_bits(number(parts.next())?);
        let place = Place {
            score,
            at: number(parts.next())?,
            kind: number(parts.next())?,
            id: number(parts.next())?,
            sub: number(parts.next())?,
        };
        if parts.next().is_some() || !score.is_finite() {
            return Err(NotACursor);
        }
        Ok(Cursor { loose, place })
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, NotACursor, Place};

    #[test]
    fn a_cursor_is_written_and_read_again() {
        let place = Place {
            score: 3.25,
            at: -5,
            kind: 2,
            id: i64::MAX,
            sub: 7,
        };
        let cursor = Cursor { loose: true, place };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn any_other_text_is_not_a_cursor() {
        for text in [
            "",
            "1.2.3",
            "x",
            "0.0.0.0.0.0.0",
            "0.2143289344.0.0.0.0",
            "0.-1.0.0.0.0",
            "👍",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(NotACursor), "{text}");
        }
    }
}
