//! The HTTP doors of reception: thin, one verb each.

mod handing;
mod marking;
mod reading;

use team::http::Edge;
use utoipa_axum::router::OpenApiRouter;

/// Everything under `/api/v1` that belongs to this room, but files and search, which the binary joins.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .merge(reading::routes())
        .merge(handing::routes())
        .merge(marking::routes())
}
