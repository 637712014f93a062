use axum::extract::Extension;

use crate::talk::Talks;

/// Talks as a door has them.
pub type KnownTalks = Option<Extension<Talks>>;
