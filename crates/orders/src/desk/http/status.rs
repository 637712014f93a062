//! The HTTP doors of what platforms are told, and of small tables that are read, under `/api/v1`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Id, Page, PageAsk};
use serde::Deserialize;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{
    self, NewStatusFile, ReadTable, StatusFile, StatusFilter, StatusLine, StatusResult, StatusWaiting,
    TableAsk, WatchFilter,
};
use crate::export::ExportFormat;

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_status))
        .routes(routes!(list_status_lines))
        .routes(routes!(list_status_files, make_status_file))
        .routes(routes!(download_status_file))
        .routes(routes!(download_stock))
        .routes(routes!(set_status_result))
        .routes(routes!(read_table))
}

/// As what a file is wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FormatAsk {
    /// csv when left out.
    #[param(inline)]
    #[serde(default)]
    pub(super) format: ExportFormat,
}

/// Bytes as a file to be kept under this name.
pub(super) fn download(bytes: Vec<u8>, format: ExportFormat, name: &str) -> Response {
    let (kind, end) = match format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        ExportFormat::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{end}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// What platforms are still to be told, by shop and platform.
#[utoipa::path(get, path = "/desk/status", tag = "desk", params(WatchFilter),
    responses((status = 200, body = Vec<StatusWaiting>)))]
async fn list_status(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<WatchFilter>,
) -> Result<Json<Vec<StatusWaiting>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::status_waiting(tx, who, filter.shop))
            .await?,
    ))
}

/// Orders of parcels that left, and what their platforms know: those that failed, unless another state or a file is
/// asked for.
#[utoipa::path(get, path = "/desk/status-lines", tag = "desk", params(StatusFilter, PageAsk),
    responses((status = 200, body = Page<StatusLine>)))]
async fn list_status_lines(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<StatusFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<StatusLine>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            desk::status_lines(tx, who, &filter, &page)
        })
        .await?,
    ))
}

/// Files for platforms, the last first.
#[utoipa::path(get, path = "/desk/status-files", tag = "desk", params(WatchFilter, PageAsk),
    responses((status = 200, body = Page<StatusFile>)))]
async fn list_status_files(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<WatchFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<StatusFile>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            desk::status_files(tx, who, filter.shop, &page)
        })
        .await?,
    ))
}

/// Makes a file of what a platform is to be told.
#[utoipa::path(post, path = "/desk/status-files", tag = "desk", request_body = NewStatusFile,
    responses((status = 201, body = StatusFile)))]
async fn make_status_file(State(edge): State<Edge>, write: Write<NewStatusFile>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::make_status_file(tx, now, who, &body)
    })
    .await
}

/// A file under the platform's own column names.
#[utoipa::path(get, path = "/desk/status-files/{id}/file", tag = "desk", params(("id" = Id, Path), FormatAsk),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn download_status_file(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(ask): Ask<FormatAsk>,
) -> Result<Response, Failure> {
    let format = ask.format;
    let bytes = edge
        .read(&who, move |tx, _, who| {
            desk::status_file_bytes(tx, who, id, format)
        })
        .await?;
    Ok(download(bytes, format, &format!("shipped-{id}")))
}

/// Of which shop, and as what.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct StockFileAsk {
    /// The shop.
    shop: Id,
    /// csv when left out.
    #[param(inline)]
    #[serde(default)]
    format: ExportFormat,
}

/// What a shop may offer of each SKU, as a file for its platform.
#[utoipa::path(get, path = "/desk/stock-file", tag = "desk", params(StockFileAsk),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn download_stock(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<StockFileAsk>,
) -> Result<Response, Failure> {
    let (shop, format) = (ask.shop, ask.format);
    let bytes = edge
        .read(&who, move |tx, _, who| desk::stock_file(tx, who, shop, format))
        .await?;
    Ok(download(bytes, format, &format!("stock-{shop}")))
}

/// Writes down what a platform made of a file.
#[utoipa::path(post, path = "/desk/status-files/{id}/result", tag = "desk", params(("id" = Id, Path)),
    request_body = StatusResult, responses((status = 200, body = StatusFile)))]
async fn set_status_result(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<StatusResult>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_status_result(tx, now, who, id, &body)
    })
    .await
}

/// Reads a small table into rows, and keeps nothing of it.
#[utoipa::path(post, path = "/desk/table", tag = "desk", params(TableAsk), request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = ReadTable)))]
async fn read_table(
    Caller(who): Caller,
    Ask(ask): Ask<TableAsk>,
    bytes: Bytes,
) -> Result<Json<ReadTable>, Failure> {
    // Unpacking a workbook is work for the processor, not for the threads that answer.
    let read = tokio::task::spawn_blocking(move || desk::read_table(&who, &ask, bytes.into()));
    Ok(Json(read.await.map_err(|_| base::Problem::internal())??))
}
