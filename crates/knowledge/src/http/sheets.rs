//! Products' facts in sheets.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Id, Problem};
use serde::Deserialize;
use team::http::{Answer, Ask, Caller, Edge, Failure, Once};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{FactsImport, FactsReport, SheetForm};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(import_facts))
        .routes(routes!(export_facts))
}

/// Bytes of a sheet at most.
const MOST_BYTES: usize = 20 << 20;

/// How a sheet is taken in.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportAsk {
    /// The name of the file.
    #[serde(default)]
    name: String,
    /// Do it; else only say what it would do.
    #[serde(default)]
    apply: bool,
    /// Leave refused rows out; else nothing is done while there is one.
    #[serde(default)]
    skip_refused: bool,
}

/// Takes a sheet of products' facts in, or says what that would do.
#[utoipa::path(post, path = "/product-facts/import", tag = "knowledge", params(ImportAsk),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = FactsReport)))]
async fn import_facts(
    State(edge): State<Edge>,
    Ask(ask): Ask<ImportAsk>,
    request: Request,
) -> Result<Answer, Failure> {
    let (mut parts, body) = request.into_parts();
    let Caller(who) = Caller::from_request_parts(&mut parts, &edge).await?;
    let bytes = axum::body::to_bytes(body, MOST_BYTES).await.map_err(|_| {
        let detail = "A sheet has at most 20 MB; send it in parts.";
        Problem::new(413, "too_big", detail).with("limit", MOST_BYTES)
    })?;
    let once = Once::of(&parts, &bytes)?;
    let zone = zone_of(&edge, who.org).await?;
    let name = if ask.name.is_empty() {
        "sheet".to_owned()
    } else {
        base::clean_line("name", &ask.name, 200)?
    };
    let file = tokio::task::spawn_blocking(move || crate::read_facts_file(bytes.to_vec(), &name, &zone))
        .await
        .map_err(|_| Problem::internal())?;
    let how = FactsImport {
        apply: ask.apply,
        skip_refused: ask.skip_refused,
    };
    let (now, actor) = (edge.now(), who.clone());
    edge.once(&who, &once, 200, move |tx| {
        crate::import_facts(tx, now, &actor, &file, how)
    })
    .await
}

/// Which facts to give out, and how.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportAsk {
    /// Of products sold in this shop; left out: in any of mine.
    shop: Option<Id>,
    /// `xlsx` when left out.
    #[serde(default)]
    format: SheetForm,
}

/// What is known of all my products, as a file that can be imported again.
#[utoipa::path(get, path = "/product-facts/export", tag = "knowledge", params(ExportAsk),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_facts(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ExportAsk>,
) -> Result<Response, Failure> {
    let lines = edge
        .read(&who, move |tx, _, who| crate::export_facts(tx, who, ask.shop))
        .await?;
    let zone = zone_of(&edge, who.org).await?;
    let bytes = tokio::task::spawn_blocking(move || crate::write_facts_file(&lines, ask.format, &zone))
        .await
        .map_err(|_| Problem::internal())??;
    let (kind, name) = match ask.format {
        SheetForm::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"product-facts.xlsx\"",
        ),
        SheetForm::Csv => (
            "text/csv; charset=utf-8",
            "attachment; filename=\"product-facts.csv\"",
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, bytes).into_response())
}

/// The time zone of the organisation's calendar: in it days are written and read.
async fn zone_of(edge: &Edge, org: Id) -> Result<String, Problem> {
    edge.db
        .read(move |tx| team::calendar(tx, org, Id::NONE).map(|calendar| calendar.zone))
        .await
}
