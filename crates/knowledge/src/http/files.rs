use axum::Json;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Id, Problem};
use serde::Deserialize;
use team::http::{Ask, Caller, Edge, Failure};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::carry::too_big;
use crate::{Format, WORDS_FILE_MAX, WordKind, WordsFile, WordsReport};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    let carried = OpenApiRouter::new()
        .routes(routes!(import_faq))
        .routes(routes!(import_scripts))
        .routes(routes!(import_policies))
        .layer(DefaultBodyLimit::max(WORDS_FILE_MAX + 65_536));
    OpenApiRouter::new()
        .merge(carried)
        .routes(routes!(export_faq))
        .routes(routes!(export_scripts))
        .routes(routes!(export_policies))
}

/// Where a file goes, and whether it is only looked at.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ImportAsk {
    /// The shop; left out: all shops.
    shop: Option<Id>,
    /// 1: write it, if nothing in it is wrong; else only say what would come of it.
    #[serde(default)]
    apply: u8,
}

/// Takes questions with answers from a file: one multipart part named `file` (xlsx, xls, csv, lines of JSON).
#[utoipa::path(post, path = "/faq/import", tag = "knowledge", params(ImportAsk), responses((status = 200, body = WordsReport)))]
async fn import_faq(
    State(edge): State<Edge>,
    caller: Caller,
    Ask(ask): Ask<ImportAsk>,
    parts: Multipart,
) -> Result<Json<WordsReport>, Failure> {
    import(edge, caller, ask, parts, WordKind::Faq).await
}

/// Takes scripts from a file, as questions are taken.
#[utoipa::path(post, path = "/scripts/import", tag = "knowledge", params(ImportAsk), responses((status = 200, body = WordsReport)))]
async fn import_scripts(
    State(edge): State<Edge>,
    caller: Caller,
    Ask(ask): Ask<ImportAsk>,
    parts: Multipart,
) -> Result<Json<WordsReport>, Failure> {
    import(edge, caller, ask, parts, WordKind::Script).await
}

/// Takes policies from a file, as questions are taken.
#[utoipa::path(post, path = "/policies/import", tag = "knowledge", params(ImportAsk), responses((status = 200, body = WordsReport)))]
async fn import_policies(
    State(edge): State<Edge>,
    caller: Caller,
    Ask(ask): Ask<ImportAsk>,
    parts: Multipart,
) -> Result<Json<WordsReport>, Failure> {
    import(edge, caller, ask, parts, WordKind::Policy).await
}

async fn import(
    edge: Edge,
    Caller(who): Caller,
    ask: ImportAsk,
    mut parts: Multipart,
    kind: WordKind,
) -> Result<Json<WordsReport>, Failure> {
    let (name, bytes) = file_part(&mut parts).await?;
    let file = WordsFile {
        kind,
        shop: ask.shop,
        name,
        bytes,
    };
    let report = crate::take_words(&edge.db, edge.now(), &who, file, ask.apply == 1);
    Ok(Json(report.await?))
}

/// The part named `file`: its name and bytes.
async fn file_part(parts: &mut Multipart) -> Result<(String, Vec<u8>), Problem> {
    let broken = || Problem::input("file", "file_missing", "Send one multipart part named file.");
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        if part.name() == Some("file") {
            let name = part.file_name().unwrap_or("file").to_owned();
            let bytes = part.bytes().await.map_err(|_| too_big())?;
            return Ok((name, bytes.to_vec()));
        }
    }
    Err(broken())
}

/// Which words to write, and as what.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportAsk {
    /// Those of this shop; left out: those of all shops.
    shop: Option<Id>,
    /// A workbook when left out.
    #[param(inline)]
    format: Option<Format>,
}

/// Questions with answers as a file that can be taken in again.
#[utoipa::path(get, path = "/faq/export", tag = "knowledge", params(ExportAsk),
    responses((status = 200, description = "The file", content_type = "application/octet-stream")))]
async fn export_faq(
    State(edge): State<Edge>,
    caller: Caller,
    Ask(ask): Ask<ExportAsk>,
) -> Result<Response, Failure> {
    export(edge, caller, ask, WordKind::Faq, "faq").await
}

/// Scripts as a file that can be taken in again.
#[utoipa::path(get, path = "/scripts/export", tag = "knowledge", params(ExportAsk),
    responses((status = 200, description = "The file", content_type = "application/octet-stream")))]
async fn export_scripts(
    State(edge): State<Edge>,
    caller: Caller,
    Ask(ask): Ask<ExportAsk>,
) -> Result<Response, Failure> {
    export(edge, caller, ask, WordKind::Script, "scripts").await
}

/// Policies as a file that can be taken in again.
#[utoipa::path(get, path = "/policies/export", tag = "knowledge", params(ExportAsk),
    responses((status = 200, description = "The file", content_type = "application/octet-stream")))]
async fn export_policies(
    State(edge): State<Edge>,
    caller: Caller,
    Ask(ask): Ask<ExportAsk>,
) -> Result<Response, Failure> {
    export(edge, caller, ask, WordKind::Policy, "policies").await
}

async fn export(
    edge: Edge,
    Caller(who): Caller,
    ask: ExportAsk,
    kind: WordKind,
    name: &'static str,
) -> Result<Response, Failure> {
    let words = edge.read(&who, move |tx, _, who| {
        crate::export_words(tx, who, kind, ask.shop)
    });
    let words = words.await?;
    let format = ask.format.unwrap_or(Format::Xlsx);
    let bytes = tokio::task::spawn_blocking(move || crate::write_words(&words, format));
    let bytes = bytes.await.map_err(|_| Problem::internal())??;
    let file = format!("attachment; filename=\"{name}.{}\"", format.key());
    let file = HeaderValue::from_str(&file).map_err(|_| Problem::internal())?;
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static(format.content_type()),
            ),
            (header::CONTENT_DISPOSITION, file),
            (
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ),
        ],
        bytes,
    )
        .into_response())
}
