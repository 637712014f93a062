//! The HTTP doors of imports, under `/api/v1`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use axum::Json;
use axum::extract::{Extension, Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Actor, Id, Ms, Page, PageAsk, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use team::http::{Answer, Api, Ask, At, Caller, Edge, Failure, Write};
use tokio::io::AsyncWriteExt as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::import::{
    self, FileLanguage, Import, ImportAsk, ImportChange, ImportColumn, ImportFilter, ImportKind, ImportState,
    Importer, KeptRow, KeptShopName, PlanAccount, SheetSamples, ShopNameChange, TaughtName, upload,
};

/// What the doors of imports work with besides the database.
#[derive(Clone)]
pub struct Imports {
    /// Who works on imports.
    pub importer: Importer,
    /// Where uploaded files lie.
    pub folder: PathBuf,
}

/// Bytes of a file at most.
pub const FILE_LIMIT: usize = 1 << 30;

/// The door files come in by; it takes bodies of up to [`FILE_LIMIT`].
pub fn upload_routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new().routes(routes!(upload_import))
}

/// Everything else under `/api/v1` that belongs to imports.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_imports))
        .routes(routes!(read_import, map_import))
        .routes(routes!(apply_import))
        .routes(routes!(cancel_import))
        .routes(routes!(undo_import))
        .routes(routes!(preview_import))
        .routes(routes!(list_faults))
        .routes(routes!(export_faults))
        .routes(routes!(list_columns))
        .routes(routes!(list_kept))
        .routes(routes!(list_names, forget_name))
        .routes(routes!(list_shop_names, change_shop_name, forget_shop_name))
}

/// An import, and how far it has come.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct ImportView {
    #[serde(flatten)]
    import: Import,
    /// While it is read.
    progress: Option<ImportProgress>,
    /// Rows a second so far, while it is read.
    rate_rows_s: Option<i64>,
    /// Seconds it will still take, as far as can be told.
    left_s: Option<i64>,
}

/// How far reading has come; only the share is of use.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct ImportProgress {
    /// Done so far.
    done: u64,
    /// To be done altogether.
    total: u64,
}

impl ImportView {
    fn of(import: Import, imports: &Imports, now: Ms) -> ImportView {
        let progress = imports.importer.progress(import.id);
        let since = import.started_at.filter(|_| import.state == ImportState::Running);
        let ms = since.map(|since| (now.0 - since.0).max(1));
        let left = |(done, total): (u64, u64)| {
            let (done, total) = (i64::try_from(done).ok()?, i64::try_from(total).ok()?);
            let left = ms?.checked_mul((total - done).max(0))?.checked_div(done)?;
            Some(left / 1_000)
        };
        ImportView {
            rate_rows_s: ms.map(|ms| import.counts.read * 1_000 / ms),
            left_s: progress.and_then(left),
            progress: progress.map(|(done, total)| ImportProgress { done, total }),
            import,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct UploadAsk {
    /// The shop the file is of.
    shop: Id,
    /// What it is of; left out or `auto`: it is recognised.
    kind: Option<String>,
    /// Whose export it is; left out or `auto`: it is recognised.
    platform: Option<String>,
}

/// Takes a file and looks at it; nothing of it is taken in yet. One multipart part named `file`.
#[utoipa::path(post, path = "/imports", tag = "imports", params(UploadAsk),
    responses((status = 201, body = ImportView)))]
async fn upload_import(
    State(edge): State<Edge>,
    Extension(imports): Extension<Imports>,
    Caller(who): Caller,
    Ask(ask): Ask<UploadAsk>,
    mut parts: Multipart,
) -> Result<(StatusCode, Json<ImportView>), Failure> {
    // Nobody fills the disk who may not import anything.
    import::may_import(&who)?;
    who.need_shop(ask.shop)?;
    imports.importer.may_send(&who).await?;
    let asked = ImportAsk::default().changed(&ImportChange {
        kind: ask.kind,
        platform: ask.platform,
        ..ImportChange::default()
    })?;
    let (name, path) = keep(&imports, &mut parts).await?;
    let looked = imports.importer.look(&who, ask.shop, &path, &name, asked).await;
    if looked.is_err() {
        // What is no table is not kept; if that fails, it is only a file too many.
        let _ = tokio::fs::remove_file(&path).await;
    }
    Ok((
        StatusCode::CREATED,
        Json(ImportView::of(looked?, &imports, edge.now())),
    ))
}

/// Writes the part `file` of a form to the disk as it comes; answers its name and where it is.
async fn keep(imports: &Imports, parts: &mut Multipart) -> Result<(String, PathBuf), Problem> {
    let broken = || Problem::input("file", "file_missing", "Send one multipart part named file.");
    let unwritable = |error: std::io::Error| {
        tracing::error!(%error, "an uploaded file cannot be kept");
        Problem::unavailable()
    };
    while let Some(mut part) = parts.next_field().await.map_err(|_| broken())? {
        if part.name() != Some("file") {
            continue;
        }
        let name = base::snippet(part.file_name().unwrap_or("file"), 120);
        let token = team::http::random::token()?;
        let (mut file, path) = upload::create(&imports.folder, &token)
            .await
            .map_err(unwritable)?;
        loop {
            match part.chunk().await {
                Ok(Some(bytes)) => file.write_all(&bytes).await.map_err(unwritable)?,
                Ok(None) => break,
                Err(_) => {
                    drop(file);
                    let _ = tokio::fs::remove_file(&path).await;
                    let detail = "The file is too large, or did not come to its end.";
                    return Err(Problem::input("file", "file_too_large", detail).with("bytes", FILE_LIMIT));
                }
            }
        }
        file.flush().await.map_err(unwritable)?;
        return Ok((name, path));
    }
    Err(broken())
}

/// Imports of my shops, the newest first.
#[utoipa::path(get, path = "/imports", tag = "imports", params(ImportFilter, PageAsk),
    responses((status = 200, body = Page<Import>)))]
async fn list_imports(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<ImportFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Import>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| import::imports(tx, who, &filter, &page))
            .await?,
    ))
}

/// An import.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = Id, Path)),
    responses((status = 200, body = ImportView)))]
async fn read_import(
    State(edge): State<Edge>,
    Extension(imports): Extension<Imports>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<ImportView>, Failure> {
    let found = edge
        .read(&who, move |tx, _, who| import::import(tx, who, id))
        .await?;
    Ok(Json(ImportView::of(found, &imports, edge.now())))
}

/// What to ask otherwise of a file.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
struct MapAsk {
    /// What it is of; `auto`: it is recognised.
    kind: Option<String>,
    /// Whose export it is; `auto`: it is recognised.
    platform: Option<String>,
    /// Columns by header; null leaves a column out. Of chat logs `account` by name, where it is the shop's; null: it is
    /// a buyer's.
    columns: BTreeMap<String, Option<String>>,
    /// The header's row by sheet from 0.
    header_rows: BTreeMap<usize, u64>,
    /// The day of the last message, `2026-11-22`, of a chat log that tells times of day only; `auto`: as the file's
    /// name tells.
    day: Option<String>,
    /// Which of our shops the names in a file of several shops mean; null: their rows are left out.
    #[schema(value_type = BTreeMap<String, Option<i64>>)]
    shops: BTreeMap<String, Option<Id>>,
    /// Whether the shop's later files are read so too; left out: they are.
    remember: Option<bool>,
}

/// Says what a file is and what its headers mean, and looks at it again.
#[utoipa::path(patch, path = "/imports/{id}", tag = "imports", params(("id" = Id, Path)), request_body = MapAsk,
    responses((status = 200, body = ImportView)))]
async fn map_import(
    State(edge): State<Edge>,
    Extension(imports): Extension<Imports>,
    At(id): At,
    write: Write<MapAsk>,
) -> Result<Json<ImportView>, Failure> {
    let ask = write.body;
    let change = ImportChange {
        kind: ask.kind,
        platform: ask.platform,
        columns: ask.columns,
        header_rows: ask.header_rows,
        day: ask.day,
        shops: ask.shops,
    };
    let teach = ask.remember.unwrap_or(true);
    let found = imports.importer.look_again(&write.who, id, change, teach).await?;
    Ok(Json(ImportView::of(found, &imports, edge.now())))
}

/// Takes the file in, as soon as no other one is under way.
#[utoipa::path(post, path = "/imports/{id}/apply", tag = "imports", params(("id" = Id, Path)),
    responses((status = 202, body = Import)))]
async fn apply_import(
    State(edge): State<Edge>,
    Extension(imports): Extension<Imports>,
    At(id): At,
    write: Write,
) -> Result<Answer, Failure> {
    let who = write.who.clone();
    let answer = edge
        .write(write, 202, move |tx, now, who, _| import::apply(tx, now, who, id))
        .await?;
    go_on(imports, &who, id);
    Ok(answer)
}

/// Stops an import; what was there is given back.
#[utoipa::path(post, path = "/imports/{id}/cancel", tag = "imports", params(("id" = Id, Path)),
    responses((status = 202, body = Import)))]
async fn cancel_import(
    State(edge): State<Edge>,
    Extension(imports): Extension<Imports>,
    At(id): At,
    write: Write,
) -> Result<Answer, Failure> {
    let answer = edge
        .write(write, 202, move |tx, now, who, _| {
            import::cancel(tx, now, who, id)
        })
        .await?;
    imports.importer.stop(id);
    tokio::spawn(async move { tidy(&imports).await });
    Ok(answer)
}

/// Gives back what an import did, but for what somebody touched since.
#[utoipa::path(post, path = "/imports/{id}/undo", tag = "imports", params(("id" = Id, Path)),
    responses((status = 202, body = Import)))]
async fn undo_import(
    State(edge): State<Edge>,
    Extension(imports): Extension<Imports>,
    At(id): At,
    write: Write,
) -> Result<Answer, Failure> {
    let who = write.who.clone();
    let answer = edge
        .write(write, 202, move |tx, now, who, _| import::undo(tx, now, who, id))
        .await?;
    go_on(imports, &who, id);
    Ok(answer)
}

/// Works on it without anybody waiting. Should this node go away, another goes on.
fn go_on(imports: Imports, who: &Actor, id: Id) {
    let org = who.org;
    tokio::spawn(async move {
        if let Err(problem) = imports.importer.work(org, id).await {
            tracing::warn!(%problem, "an import could not go on");
        }
        tidy(&imports).await;
    });
}

/// Takes away files nobody needs any more. What cannot go now goes later.
async fn tidy(imports: &Imports) {
    if let Err(problem) = imports.importer.tidy(&imports.folder).await {
        tracing::warn!(%problem, "uploaded files could not be tidied");
    }
}

/// What an import would do.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct ImportPreview {
    /// How many rows would do what.
    counts: import::ImportCounts,
    /// The first things of each sheet that is taken in, as they are read; of chat logs none.
    samples: Vec<SheetSamples>,
    /// Rows that would be refused, the first hundred.
    #[schema(value_type = Vec<Object>)]
    errors: Vec<Value>,
    /// Words of states nobody knows, and in how many rows they stand.
    unknown_words: Vec<(String, u64)>,
    /// Why reading ended before the end.
    #[schema(value_type = Option<Object>)]
    fatal: Option<Value>,
    /// Accounts of a chat log that were nobody's at some time they wrote: what they said is attributed to nobody.
    unmapped: Vec<PlanAccount>,
}

/// Reads the whole file and tells what taking it in would do; writes nothing. Takes as long as reading does.
#[utoipa::path(get, path = "/imports/{id}/preview", tag = "imports", params(("id" = Id, Path)),
    responses((status = 200, body = ImportPreview)))]
async fn preview_import(
    Extension(imports): Extension<Imports>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<ImportPreview>, Failure> {
    let seen = imports.importer.preview(&who, id).await?;
    let told = |fault: &sheet::Fault| serde_json::to_value(fault).unwrap_or_default();
    Ok(Json(ImportPreview {
        errors: seen.faults.iter().take(100).map(told).collect(),
        fatal: seen.fatal.as_ref().map(told),
        counts: seen.counts,
        samples: seen.samples,
        unknown_words: seen.unknown_words,
        unmapped: seen.unmapped,
    }))
}

/// Rows that were refused, the first ten thousand.
#[utoipa::path(get, path = "/imports/{id}/errors", tag = "imports", params(("id" = Id, Path), PageAsk),
    responses((status = 200, body = Object)))]
async fn list_faults(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Value>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| import::faults(tx, who, id, &page))
            .await?,
    ))
}

/// In which language what is wrong is told.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportFaults {
    /// Left out: Chinese.
    #[serde(default = "chinese")]
    language: FileLanguage,
}

fn chinese() -> FileLanguage {
    FileLanguage::Zh
}

/// Rows that were refused, or of a file that was only looked at would be, as a workbook: the first ten thousand, each as
/// it stands in the file, with what is wrong before it. Mended, the workbook goes in as it is; the columns that say what
/// is wrong are passed over. That it was asked for is logged; whoever did not send the file needs the rights to export
/// and to reveal. What stands in the rows is kept for thirty days after the end of the import.
#[utoipa::path(post, path = "/imports/{id}/errors/export", tag = "imports", params(("id" = Id, Path)),
    request_body = ExportFaults,
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_faults(
    Extension(imports): Extension<Imports>,
    Caller(who): Caller,
    At(id): At,
    Api(how): Api<ExportFaults>,
) -> Result<Response, Failure> {
    let rows = imports.importer.refused(&who, id).await?;
    let written = tokio::task::spawn_blocking(move || import::write_refused(&rows, how.language));
    let bytes = written.await.map_err(|_| Problem::internal())??;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"refused-rows.xlsx\"",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ColumnsAsk {
    /// What files are of.
    kind: ImportKind,
}

/// The columns files of a kind may have: what headers can be explained by.
#[utoipa::path(get, path = "/imports/columns", tag = "imports", params(ColumnsAsk),
    responses((status = 200, body = Vec<ImportColumn>)))]
async fn list_columns(
    Caller(who): Caller,
    Ask(ask): Ask<ColumnsAsk>,
) -> Result<Json<Vec<ImportColumn>>, Failure> {
    import::may_import(&who)?;
    Ok(Json(import::import_columns(ask.kind)))
}

/// Rows that were not given back because somebody touched them since.
#[utoipa::path(get, path = "/imports/{id}/kept", tag = "imports", params(("id" = Id, Path), PageAsk),
    responses((status = 200, body = Page<KeptRow>)))]
async fn list_kept(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<KeptRow>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| import::kept(tx, who, id, &page))
            .await?,
    ))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct NamesAsk {
    /// The shop.
    shop: Id,
    /// The header to forget.
    header: Option<String>,
}

/// Headers that were explained for a shop's files.
#[utoipa::path(get, path = "/imports/names", tag = "imports", params(NamesAsk),
    responses((status = 200, body = Vec<TaughtName>)))]
async fn list_names(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<NamesAsk>,
) -> Result<Json<Vec<TaughtName>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| import::names(tx, who, ask.shop))
            .await?,
    ))
}

/// Forgets what a header was explained to mean.
#[utoipa::path(delete, path = "/imports/names", tag = "imports", params(NamesAsk), responses((status = 204)))]
async fn forget_name(
    State(edge): State<Edge>,
    Ask(ask): Ask<NamesAsk>,
    write: Write,
) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        let header = ask.header.as_deref().unwrap_or_default();
        import::forget_name(tx, now, who, ask.shop, header)
    })
    .await
}

/// What names of shops in ERPs' files are remembered to mean; for those who have all shops.
#[utoipa::path(get, path = "/imports/shops", tag = "imports",
    responses((status = 200, body = Vec<KeptShopName>)))]
async fn list_shop_names(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Vec<KeptShopName>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| import::shop_names(tx, who))
            .await?,
    ))
}

/// Says otherwise what a remembered name means, for files that come from now on.
#[utoipa::path(put, path = "/imports/shops", tag = "imports", request_body = ShopNameChange,
    responses((status = 200, body = Vec<KeptShopName>)))]
async fn change_shop_name(State(edge): State<Edge>, write: Write<ShopNameChange>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        import::change_shop_name(tx, now, who, &change)
    })
    .await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ShopNameAsk {
    /// The name to forget.
    name: String,
}

/// Forgets what a name was said to mean.
#[utoipa::path(delete, path = "/imports/shops", tag = "imports", params(ShopNameAsk), responses((status = 204)))]
async fn forget_shop_name(
    State(edge): State<Edge>,
    Ask(ask): Ask<ShopNameAsk>,
    write: Write,
) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        import::forget_shop_name(tx, now, who, &ask.name)
    })
    .await
}
