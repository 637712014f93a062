//! The HTTP doors of this room, and what the doors of all rooms share: [`Edge`], who asks
//! ([`Caller`]), how bodies are read ([`Api`]), how writes are done once ([`Write`]) and how refusals
//! look ([`Failure`]).

mod accounts;
mod audit;
mod body;
mod caller;
mod edge;
mod failure;
mod groups;
mod me;
mod once;
mod papers;
mod people;
pub mod random;
mod roles;
mod roster;
mod settings;
mod shops;
mod sign_in;
mod talks;
mod tokens;

pub use body::{Api, Ask};
pub use caller::{At, COOKIE, Caller, SignedIn, Via, client_address, who_asks};
pub use edge::Edge;
pub use failure::Failure;
pub use once::{Answer, Once, Write};
pub use talks::KnownTalks;

use axum::Json;
use base::Page;
use utoipa_axum::router::OpenApiRouter;

/// A list that is short enough to be given whole.
fn whole<T>(items: Vec<T>) -> Json<Page<T>> {
    Json(Page { items, next: None })
}

/// Everything under `/api/v1` that belongs to this room.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .merge(sign_in::routes())
        .merge(me::routes())
        .merge(accounts::routes())
        .merge(people::routes())
        .merge(roles::routes())
        .merge(shops::routes())
        .merge(papers::routes())
        .merge(groups::routes())
        .merge(tokens::routes())
        .merge(roster::routes())
        .merge(settings::routes())
        .merge(audit::routes())
}
