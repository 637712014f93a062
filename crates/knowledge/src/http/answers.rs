use axum::extract::State;
use base::Id;
use serde::Deserialize;
use team::http::{Answer, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::WordKind;

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new().routes(routes!(picked))
}

/// What was picked for what was typed.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Picked {
    /// What was typed or asked.
    q: String,
    /// What kind of words were picked.
    kind: WordKind,
    /// Which.
    id: Id,
}

/// Says what was picked: a use, and evidence for the ranking.
#[utoipa::path(post, path = "/answers/picked", tag = "knowledge", request_body = Picked,
    responses((status = 204)))]
async fn picked(State(edge): State<Edge>, write: Write<Picked>) -> Result<Answer, Failure> {
    edge.write(write, 204, |tx, now, who, body| {
        crate::picked(tx, now, who, (body.kind, body.id), &body.q)
    })
    .await
}
