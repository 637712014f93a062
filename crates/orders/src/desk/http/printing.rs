//! The HTTP doors of batches and what is printed of them, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{self, Batch, BatchFilter, BatchView, NewBatch, NewPrint, Print, PrintFilter};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_print_batches, make_batch))
        .routes(routes!(read_batch))
        .routes(routes!(lay_out_batch))
        .routes(routes!(mark_printed))
        .routes(routes!(list_prints))
        .routes(routes!(read_print))
}

/// Batches, the last first.
#[utoipa::path(get, path = "/desk/batches", tag = "desk", params(BatchFilter, PageAsk),
    responses((status = 200, body = Page<Batch>)))]
async fn list_print_batches(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<BatchFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Batch>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::batches(tx, who, &filter, &page))
            .await?,
    ))
}

/// Puts passed parcels into a new batch.
#[utoipa::path(post, path = "/desk/batches", tag = "desk", request_body = NewBatch,
    responses((status = 201, body = BatchView)))]
async fn make_batch(State(edge): State<Edge>, write: Write<NewBatch>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::make_batch(tx, now, who, &body)
    })
    .await
}

/// A batch with what lies at its places.
#[utoipa::path(get, path = "/desk/batches/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = BatchView)))]
async fn read_batch(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<BatchView>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::batch(tx, now, who, id))
            .await?,
    ))
}

/// Lays a paper of a batch out; what may not leave is left out. It is printed once `/desk/prints/{id}/printed` says so.
#[utoipa::path(post, path = "/desk/batches/{id}/prints", tag = "desk", params(("id" = Id, Path)), request_body = NewPrint,
    responses((status = 201, body = Print)))]
async fn lay_out_batch(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewPrint>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::lay_out(tx, now, who, id, &body)
    })
    .await
}

/// Says that a paper came out of the printer.
#[utoipa::path(post, path = "/desk/prints/{id}/printed", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = Print)))]
async fn mark_printed(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::mark_printed(tx, now, who, id)
    })
    .await
}

/// What was printed of a batch, the last first.
#[utoipa::path(get, path = "/desk/prints", tag = "desk", params(PrintFilter, PageAsk),
    responses((status = 200, body = Page<Print>)))]
async fn list_prints(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<PrintFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Print>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::prints(tx, who, &filter, &page))
            .await?,
    ))
}

/// The page of a print, for who laid it out and for a quarter of an hour.
#[utoipa::path(get, path = "/desk/prints/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = String, content_type = "text/html")))]
async fn read_print(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<impl IntoResponse, Failure> {
    let page = edge
        .read(&who, move |tx, now, who| desk::print_page(tx, now, who, id))
        .await?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // It is our own page, yet it shows what buyers wrote: nothing in it runs or loads.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
        ),
    ];
    Ok((headers, page))
}
