use serde::{Deserialize, Serialize};

/// The id of a row: below 2^53 (safe in JavaScript) and ordered by time of making.
///
/// Made by the store only (41 bits of milliseconds, 5 of node, 7 of counter). Zero means "none"
/// where a column cannot be null, such as the shop of an organisation-wide setting.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Id(pub i64);

impl Id {
    /// The id that names nothing.
    pub const NONE: Id = Id(0);
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Id {
    type Err = std::num::ParseIntError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Id)
    }
}
