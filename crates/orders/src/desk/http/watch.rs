//! The HTTP doors of the lists that work themselves, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{
    self, Arrivals, DoneBy, ErrorSum, NewTold, NewTransit, NewTrouble, OverdueParcel, Replenish,
    ReplenishAsk, SolveTrouble, Transit, TransitAsk, Trouble, TroubleFilter, WatchAsk, WatchFilter,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_transits, set_transit))
        .routes(routes!(answer_transit))
        .routes(routes!(remove_transit))
        .routes(routes!(list_overdue))
        .routes(routes!(list_arrivals))
        .routes(routes!(list_replenish))
        .routes(routes!(list_errors))
        .routes(routes!(list_troubles, add_trouble))
        .routes(routes!(solve_trouble))
        .routes(routes!(set_told))
}

/// How long couriers take: the shop's own, then what ships.
#[utoipa::path(get, path = "/transit", tag = "desk",
    responses((status = 200, body = Vec<Transit>)))]
async fn list_transits(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Vec<Transit>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::transits(tx, who)).await?,
    ))
}

/// Says how long a courier takes to a region.
#[utoipa::path(put, path = "/transit", tag = "desk", request_body = NewTransit,
    responses((status = 200, body = Transit)))]
async fn set_transit(State(edge): State<Edge>, write: Write<NewTransit>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_transit(tx, now, who, &body)
    })
    .await
}

/// How long a courier takes to an address, to be told to a buyer.
#[utoipa::path(get, path = "/transit/answer", tag = "desk", params(TransitAsk),
    responses((status = 200, body = Transit)))]
async fn answer_transit(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<TransitAsk>,
) -> Result<Json<Transit>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::transit_answer(tx, who, &ask))
            .await?,
    ))
}

/// Takes an answer away; what ships counts again.
#[utoipa::path(delete, path = "/transit/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_transit(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        desk::remove_transit(tx, now, who, id)
    })
    .await
}

/// Parcels that are longer under way than their courier needs, the longest first.
#[utoipa::path(get, path = "/desk/overdue", tag = "desk", params(WatchFilter, PageAsk),
    responses((status = 200, body = Page<OverdueParcel>)))]
async fn list_overdue(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<WatchFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<OverdueParcel>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            desk::overdue(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// What came and how much of it late, by courier.
#[utoipa::path(get, path = "/desk/arrivals", tag = "desk", params(WatchAsk),
    responses((status = 200, body = Vec<Arrivals>)))]
async fn list_arrivals(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<WatchAsk>,
) -> Result<Json<Vec<Arrivals>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::arrivals(tx, now, who, &ask))
            .await?,
    ))
}

/// What is to be bought, the most urgent first.
#[utoipa::path(get, path = "/desk/replenish", tag = "desk", params(ReplenishAsk),
    responses((status = 200, body = Vec<Replenish>)))]
async fn list_replenish(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ReplenishAsk>,
) -> Result<Json<Vec<Replenish>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::replenish(tx, now, who, &ask))
            .await?,
    ))
}

/// Shipping errors by cause and person, the most first.
#[utoipa::path(get, path = "/desk/errors", tag = "desk", params(WatchAsk),
    responses((status = 200, body = Vec<ErrorSum>)))]
async fn list_errors(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<WatchAsk>,
) -> Result<Json<Vec<ErrorSum>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::error_sums(tx, now, who, &ask))
            .await?,
    ))
}

/// Difficult parcels, and what is wrong in the warehouse.
#[utoipa::path(get, path = "/desk/troubles", tag = "desk", params(TroubleFilter, PageAsk),
    responses((status = 200, body = Page<Trouble>)))]
async fn list_troubles(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<TroubleFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Trouble>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::troubles(tx, who, &filter, &page))
            .await?,
    ))
}

/// Writes a trouble down.
#[utoipa::path(post, path = "/desk/troubles", tag = "desk", request_body = NewTrouble,
    responses((status = 201, body = Trouble)))]
async fn add_trouble(State(edge): State<Edge>, write: Write<NewTrouble>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::add_trouble(tx, now, who, &body)
    })
    .await
}

/// Writes down how a trouble was solved, or opens it again.
#[utoipa::path(post, path = "/desk/troubles/{id}/solve", tag = "desk", params(("id" = Id, Path)), request_body = SolveTrouble,
    responses((status = 200, body = Trouble)))]
async fn solve_trouble(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<SolveTrouble>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::solve_trouble(tx, now, who, id, &body)
    })
    .await
}

/// Writes down that the buyer was told of a late parcel, a trouble or a hold; nothing is sent.
#[utoipa::path(post, path = "/desk/told", tag = "desk", request_body = NewTold,
    responses((status = 200, body = Option<DoneBy>)))]
async fn set_told(State(edge): State<Edge>, write: Write<NewTold>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_told(tx, now, who, &body)
    })
    .await
}
