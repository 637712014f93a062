use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01 UTC. Always an argument, never asked of a clock in a room.
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
pub struct Ms(pub i64);

impl Ms {
    /// The moment `ms` milliseconds later (or earlier, when negative).
    #[must_use]
    pub fn plus(self, ms: i64) -> Ms {
        Ms(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment.
    #[must_use]
    pub fn since(self, earlier: Ms) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
