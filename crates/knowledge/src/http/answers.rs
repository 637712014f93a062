use axum::Json;
use axum::extract::{Extension, State};
use base::Id;
use serde::Deserialize;
use team::http::{Answer, Ask, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Shelves, SuggestAsk, Suggestions, WordKind};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(suggest))
        .routes(routes!(picked))
}

/// The best entries, scripts and policies for a buyer's question or what an agent types.
#[utoipa::path(get, path = "/answers", tag = "knowledge", params(SuggestAsk),
    responses((status = 200, body = Suggestions)))]
async fn suggest(
    State(edge): State<Edge>,
    Extension(shelves): Extension<Shelves>,
    Caller(who): Caller,
    Ask(ask): Ask<SuggestAsk>,
) -> Result<Json<Suggestions>, Failure> {
    let shelf = shelves.get(who.org);
    let found = crate::candidates(shelf.as_deref(), &who, &ask);
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::suggest(tx, now, who, &ask, &found)
        })
        .await?,
    ))
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
    /// Where a buyer asked it in another program: the shop. It becomes a suggested similar question then.
    elsewhere: Option<Id>,
}

/// Says what was picked: a use, and evidence for the ranking.
#[utoipa::path(post, path = "/answers/picked", tag = "knowledge", request_body = Picked,
    responses((status = 204)))]
async fn picked(State(edge): State<Edge>, write: Write<Picked>) -> Result<Answer, Failure> {
    edge.write(write, 204, |tx, now, who, body| {
        crate::picked(tx, now, who, (body.kind, body.id), &body.q, body.elsewhere)
    })
    .await
}
