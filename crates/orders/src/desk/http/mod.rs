//! The HTTP doors of the order desk, under `/api/v1`.

mod asks;
mod labels;
mod packing;
mod parcels;
mod prices;
mod printing;
mod rules;
mod status;
mod table;
mod watch;

use team::http::Edge;
use utoipa_axum::router::OpenApiRouter;

/// Everything under `/api/v1` that belongs to the desk.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .merge(asks::routes())
        .merge(parcels::routes())
        .merge(printing::routes())
        .merge(labels::routes())
        .merge(packing::routes())
        .merge(rules::routes())
        .merge(watch::routes())
        .merge(status::routes())
        .merge(prices::routes())
        .merge(table::routes())
}
