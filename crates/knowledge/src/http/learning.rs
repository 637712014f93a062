//! What is to be read, and what was read.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use team::http::{Answer, Ask, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ShopAsk;
use crate::{Learned, ToLearn};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(to_learn))
        .routes(routes!(learned))
}

/// What I have not read yet of what is new or was changed, the last changed first.
#[utoipa::path(get, path = "/learning", tag = "knowledge", params(ShopAsk), responses((status = 200, body = Vec<ToLearn>)))]
async fn to_learn(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Vec<ToLearn>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::to_learn(tx, now, who, ask.shop))
            .await?,
    ))
}

/// What was read.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LearnedList {
    /// Each as the list gave it.
    items: Vec<Learned>,
}

/// Says what I have read; a notice is signed with it.
#[utoipa::path(post, path = "/learning/read", tag = "knowledge", request_body = LearnedList, responses((status = 204)))]
async fn learned(State(edge): State<Edge>, write: Write<LearnedList>) -> Result<Answer, Failure> {
    edge.write(write, 204, |tx, now, who, body| {
        crate::learned(tx, now, who, &body.items)
    })
    .await
}
