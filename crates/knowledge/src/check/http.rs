//! The door of the reply check.

use axum::Json;
use axum::extract::State;
use team::http::{Api, Caller, Edge, Failure};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{CheckAsk, Checked};

/// What `/api/v1` has of the reply check.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new().routes(routes!(check))
}

/// Says what is wrong with a reply before it is sent. Writes nothing.
#[utoipa::path(post, path = "/replies/check", tag = "knowledge", request_body = CheckAsk, responses((status = 200, body = Checked)))]
async fn check(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Api(ask): Api<CheckAsk>,
) -> Result<Json<Checked>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| super::check_reply(tx, who, &ask))
            .await?,
    ))
}
