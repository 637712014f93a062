//! The doors of the reports over customers' orders.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::Problem;
use serde::Deserialize;
use team::http::{Api, Ask, Caller, Edge, Failure};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{BuyersReport, ReportAsk, ReportForm, ReportPart};

/// Everything of the archive under `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(buyers_report))
        .routes(routes!(export_buyers_report))
}

/// Who buys again: by month, by the month of the first purchase, by level, and who paid most.
#[utoipa::path(get, path = "/customer-reports/buyers", tag = "customers", params(ReportAsk),
    responses((status = 200, body = BuyersReport)))]
async fn buyers_report(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ReportAsk>,
) -> Result<Json<BuyersReport>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| super::buyers_report(tx, now, who, &ask))
            .await?,
    ))
}

/// Which table, and as which file.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ExportReport {
    /// Which table.
    part: ReportPart,
    /// As which file.
    form: ReportForm,
}

/// A table of the report as a file; that it was asked for is logged.
#[utoipa::path(post, path = "/customer-reports/buyers/export", tag = "customers", params(ReportAsk),
    request_body = ExportReport,
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_buyers_report(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ReportAsk>,
    Api(how): Api<ExportReport>,
) -> Result<Response, Failure> {
    let (now, who) = (edge.now(), who.clone());
    let report = edge
        .db
        .write(move |tx| super::report_to_export(tx, now, &who, &ask))
        .await?;
    let written = tokio::task::spawn_blocking(move || super::write_report(&report, how.part, how.form));
    let bytes = written.await.map_err(|_| Problem::internal())??;
    let (kind, name) = match how.form {
        ReportForm::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"buyers.xlsx\"",
        ),
        ReportForm::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"buyers.csv\""),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}
