use axum::Json;
use axum::extract::State;
use serde::Serialize;
use team::http::{Answer, Ask, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{DaysAsk, ShopAsk};
use crate::words::shipped::Both;
use crate::{Defaults, Expiring, Loaded, Mood, Tone, Variable};

/// Days the report of what expires looks ahead.
const EXPIRING_DAYS: i64 = 14;

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(load_defaults))
        .routes(routes!(expiring))
        .routes(routes!(tone))
        .routes(routes!(emoji))
        .routes(routes!(variables))
}

/// Loads the words that ship: those whose key is not there yet.
#[utoipa::path(post, path = "/knowledge/defaults", tag = "knowledge", request_body = Option<Defaults>,
    responses((status = 200, body = Loaded)))]
async fn load_defaults(State(edge): State<Edge>, write: Write<Option<Defaults>>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, ask| {
        crate::load_defaults(tx, now, who, &ask.unwrap_or_default())
    })
    .await
}

/// Words in use that end within so many days (14 when left out) or ended this week, the soonest first.
#[utoipa::path(get, path = "/knowledge/expiring", tag = "knowledge", params(DaysAsk),
    responses((status = 200, body = Vec<Expiring>)))]
async fn expiring(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<DaysAsk>,
) -> Result<Json<Vec<Expiring>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::expiring(tx, now, who, ask.shop, ask.days.unwrap_or(EXPIRING_DAYS))
        })
        .await?,
    ))
}

/// How a shop speaks.
#[utoipa::path(get, path = "/knowledge/tone", tag = "knowledge", params(ShopAsk),
    responses((status = 200, body = Tone)))]
async fn tone(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Tone>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::tone(tx, who, ask.shop))
            .await?,
    ))
}

/// The signs agents may choose from, by mood.
#[utoipa::path(get, path = "/knowledge/emoji", tag = "knowledge", responses((status = 200, body = Vec<Mood>)))]
async fn emoji(_caller: Caller) -> Json<&'static [Mood]> {
    Json(crate::emoji())
}

/// A variable texts may have.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct VariableView {
    /// Its name, written between braces.
    name: Variable,
    /// What it stands for.
    title: Both,
    /// What it may turn into.
    example: &'static str,
    /// Whether it is worked out anew each time the text is sent.
    live: bool,
}

/// The variables texts may have.
#[utoipa::path(get, path = "/knowledge/variables", tag = "knowledge",
    responses((status = 200, body = Vec<VariableView>)))]
async fn variables(_caller: Caller) -> Json<Vec<VariableView>> {
    let view = |one: &Variable| {
        let (zh, en) = one.title();
        VariableView {
            name: *one,
            title: Both {
                zh: zh.to_owned(),
                en: en.to_owned(),
            },
            example: one.example(),
            live: one.live(),
        }
    };
    Json(Variable::ALL.iter().map(view).collect())
}
