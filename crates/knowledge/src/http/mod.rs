//! The HTTP doors of the knowledge, under `/api/v1`: thin, one verb each.

mod listing;
mod notices;
mod products;
mod quiz;
mod selling;
mod sheets;

use team::http::Edge;
use utoipa_axum::router::OpenApiRouter;

/// Everything under `/api/v1` that belongs to this room.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .merge(products::routes())
        .merge(selling::routes())
        .merge(listing::routes())
        .merge(notices::routes())
        .merge(quiz::routes())
        .merge(sheets::routes())
}
