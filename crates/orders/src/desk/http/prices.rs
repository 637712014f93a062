//! The HTTP doors of lists of prices and freights, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::status::{FormatAsk, download};
use crate::desk::{self, NewPriceList, PriceLine, PriceList, PriceListFilter};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_price_lists, make_price_list))
        .routes(routes!(read_price_list))
        .routes(routes!(list_price_lines))
        .routes(routes!(download_price_list))
        .routes(routes!(apply_price_list))
        .routes(routes!(revoke_price_list))
}

/// Lists of prices and freights, the last first.
#[utoipa::path(get, path = "/desk/price-lists", tag = "desk", params(PriceListFilter, PageAsk),
    responses((status = 200, body = Page<PriceList>)))]
async fn list_price_lists(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<PriceListFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<PriceList>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::price_lists(tx, who, &filter, &page))
            .await?,
    ))
}

/// Makes a list to be looked at; nothing changes yet.
#[utoipa::path(post, path = "/desk/price-lists", tag = "desk", request_body = NewPriceList,
    responses((status = 201, body = PriceList)))]
async fn make_price_list(State(edge): State<Edge>, write: Write<NewPriceList>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::make_price_list(tx, now, who, &body)
    })
    .await
}

/// One list.
#[utoipa::path(get, path = "/desk/price-lists/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = PriceList)))]
async fn read_price_list(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<PriceList>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::price_list(tx, who, id))
            .await?,
    ))
}

/// Its lines: before, after, and where each stands.
#[utoipa::path(get, path = "/desk/price-lists/{id}/lines", tag = "desk", params(("id" = Id, Path), PageAsk),
    responses((status = 200, body = Page<PriceLine>)))]
async fn list_price_lines(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<PriceLine>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::price_lines(tx, who, id, &page))
            .await?,
    ))
}

/// What a list changes, as a file for the platform.
#[utoipa::path(get, path = "/desk/price-lists/{id}/file", tag = "desk", params(("id" = Id, Path), FormatAsk),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn download_price_list(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(ask): Ask<FormatAsk>,
) -> Result<Response, Failure> {
    let format = ask.format;
    let bytes = edge
        .read(&who, move |tx, _, who| desk::price_list_file(tx, who, id, format))
        .await?;
    Ok(download(bytes, format, &format!("prices-{id}")))
}

/// Carries a list out.
#[utoipa::path(post, path = "/desk/price-lists/{id}/apply", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = PriceList)))]
async fn apply_price_list(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::apply_price_list(tx, now, who, id)
    })
    .await
}

/// Takes a list back: what nobody changed since is as it was.
#[utoipa::path(post, path = "/desk/price-lists/{id}/revoke", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = PriceList)))]
async fn revoke_price_list(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::revoke_price_list(tx, now, who, id)
    })
    .await
}
