//! The HTTP doors of what rings at the packing table, of stock that is doubted, and of what shops offer of it, under
//! `/api/v1`.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{
    self, AlarmFilter, CountStock, DeskAlarm, DoubtFilter, DoubtedAsk, DoubtedSku, NewDoubt, NewStockOffer,
    OfferAsk, StockDoubt, StockOffer,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_desk_alarms))
        .routes(routes!(see_alarm))
        .routes(routes!(list_doubts, doubt_stock))
        .routes(routes!(list_doubted))
        .routes(routes!(count_stock))
        .routes(routes!(list_offers, set_offer))
        .routes(routes!(remove_offer))
}

/// What rings at the packing table, the oldest first; or what was seen, the last first.
#[utoipa::path(get, path = "/desk/alarms", tag = "desk", params(AlarmFilter, PageAsk),
    responses((status = 200, body = Page<DeskAlarm>)))]
async fn list_desk_alarms(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<AlarmFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<DeskAlarm>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::desk_alarms(tx, who, &filter, &page))
            .await?,
    ))
}

/// Writes down that somebody has seen an alarm.
#[utoipa::path(post, path = "/desk/alarms/{id}/seen", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskAlarm)))]
async fn see_alarm(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::see_alarm(tx, now, who, id)
    })
    .await
}

/// SKUs whose stock is doubted, the oldest first; or that were counted, the last first.
#[utoipa::path(get, path = "/desk/doubts", tag = "desk", params(DoubtFilter, PageAsk),
    responses((status = 200, body = Page<StockDoubt>)))]
async fn list_doubts(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<DoubtFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<StockDoubt>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::doubts(tx, who, &filter, &page))
            .await?,
    ))
}

/// Doubts the stock of a SKU by hand.
#[utoipa::path(post, path = "/desk/doubts", tag = "desk", request_body = NewDoubt,
    responses((status = 201, body = StockDoubt)))]
async fn doubt_stock(State(edge): State<Edge>, write: Write<NewDoubt>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::doubt_stock(tx, now, who, &body)
    })
    .await
}

/// Those of some SKUs whose stock is doubted.
#[utoipa::path(get, path = "/stock/doubted", tag = "desk", params(DoubtedAsk),
    responses((status = 200, body = Vec<DoubtedSku>)))]
async fn list_doubted(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<DoubtedAsk>,
) -> Result<Json<Vec<DoubtedSku>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::doubted(tx, who, &ask))
            .await?,
    ))
}

/// Writes down what was counted: it is the stock from now on.
#[utoipa::path(post, path = "/desk/doubts/{id}/count", tag = "desk", params(("id" = Id, Path)), request_body = CountStock,
    responses((status = 200, body = StockDoubt)))]
async fn count_stock(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<CountStock>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::count_stock(tx, now, who, id, &body)
    })
    .await
}

/// How much of single SKUs a shop offers, in place of its share.
#[utoipa::path(get, path = "/desk/stock-offers", tag = "desk", params(OfferAsk),
    responses((status = 200, body = Vec<StockOffer>)))]
async fn list_offers(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<OfferAsk>,
) -> Result<Json<Vec<StockOffer>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::stock_offers(tx, who, &ask))
            .await?,
    ))
}

/// Says how much of a SKU a shop offers.
#[utoipa::path(put, path = "/desk/stock-offers", tag = "desk", request_body = NewStockOffer,
    responses((status = 200, body = StockOffer)))]
async fn set_offer(State(edge): State<Edge>, write: Write<NewStockOffer>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_stock_offer(tx, now, who, &body)
    })
    .await
}

/// Takes a rule away: the shop's share counts again.
#[utoipa::path(delete, path = "/desk/stock-offers/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_offer(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        desk::remove_stock_offer(tx, now, who, id)
    })
    .await
}
