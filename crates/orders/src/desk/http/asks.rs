//! The HTTP doors of what was promised, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask as Query, At, Caller, Edge, Failure, KnownTalks, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::OrderSecret;
use crate::desk::ask_keep::check_said_in;
use crate::desk::{
    self, Ask, AskFilter, AsksOfOrder, DecideAsk, DeskParcel, NewAsk, NewPresale, Presale, RevealedAsk,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_asks_of, add_ask))
        .routes(routes!(list_asks))
        .routes(routes!(withdraw_ask))
        .routes(routes!(decide_ask))
        .routes(routes!(reveal_ask))
        .routes(routes!(list_parcels_of))
        .routes(routes!(set_presale))
}

/// What was promised of an order, the newest first.
#[utoipa::path(get, path = "/orders/{id}/asks", tag = "desk", params(("id" = Id, Path), AsksOfOrder),
    responses((status = 200, body = Vec<Ask>)))]
async fn list_asks_of(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Query(ask): Query<AsksOfOrder>,
) -> Result<Json<Vec<Ask>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::asks_of(tx, who, id, &ask))
            .await?,
    ))
}

/// Writes down what was promised; what was audited goes back with it.
#[utoipa::path(post, path = "/orders/{id}/asks", tag = "desk", params(("id" = Id, Path)), request_body = NewAsk,
    responses((status = 201, body = Ask)))]
async fn add_ask(
    State(edge): State<Edge>,
    At(id): At,
    talks: KnownTalks,
    write: Write<NewAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        check_said_in(tx, talks.map(|known| known.0), who, id, &body)?;
        desk::add_ask(tx, now, who, id, &body)
    })
    .await
}

/// Promises of orders of my shops, the newest first.
#[utoipa::path(get, path = "/asks", tag = "desk", params(AskFilter, PageAsk),
    responses((status = 200, body = Page<Ask>)))]
async fn list_asks(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Query(filter): Query<AskFilter>,
    Query(page): Query<PageAsk>,
) -> Result<Json<Page<Ask>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::asks(tx, who, &filter, &page))
            .await?,
    ))
}

/// Takes a promise back.
#[utoipa::path(post, path = "/asks/{id}/withdraw", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = Ask)))]
async fn withdraw_ask(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::withdraw_ask(tx, now, who, id)
    })
    .await
}

/// Grants or refuses a price.
#[utoipa::path(post, path = "/asks/{id}/decide", tag = "desk", params(("id" = Id, Path)), request_body = DecideAsk,
    responses((status = 200, body = Ask)))]
async fn decide_ask(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<DecideAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::decide_ask(tx, now, who, id, &body)
    })
    .await
}

/// What to reveal of where a promise has it sent.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RevealAsk {
    /// The secret.
    field: OrderSecret,
}

/// Shows one part of where a promise has it sent in full, which is logged.
#[utoipa::path(post, path = "/asks/{id}/reveal", tag = "desk", params(("id" = Id, Path)), request_body = RevealAsk,
    responses((status = 200, body = RevealedAsk)))]
async fn reveal_ask(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<RevealAsk>,
) -> Result<Answer, Failure> {
    let (now, who, field) = (edge.now(), write.who.clone(), write.body.field);
    // Kept nowhere but in its own table, so the same request again is refused.
    edge.once_secret(&write.who, &write.once, 200, move |tx| {
        Ok(RevealedAsk {
            value: desk::reveal_ask(tx, now, &who, id, field)?,
        })
    })
    .await
}

/// The parcels an order is or was in: where it stands at the desk.
#[utoipa::path(get, path = "/orders/{id}/parcels", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<DeskParcel>)))]
async fn list_parcels_of(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<DeskParcel>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::parcels_of(tx, now, who, id))
            .await?,
    ))
}

/// Writes down deposit and balance of an order that was sold ahead.
#[utoipa::path(put, path = "/orders/{id}/presale", tag = "desk", params(("id" = Id, Path)), request_body = NewPresale,
    responses((status = 200, body = Presale)))]
async fn set_presale(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewPresale>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_presale(tx, now, who, id, &body)
    })
    .await
}
