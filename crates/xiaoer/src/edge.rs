//! The HTTP and WebSocket edge: every room's doors under one roof.

use axum::extract::{DefaultBodyLimit, Extension, Multipart, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base::{Id, Problem};
use orders::import::http::Imports;
use serde::Deserialize;
use store::FileRow;
use team::http::{Ask, At, Caller, Edge, Failure};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::{agent, messages, web};

#[derive(OpenApi)]
#[openapi(info(
    title = "Xiaoer",
    version = "1",
    description = "The service desk of an online shop. Errors are application/problem+json with a stable `code`; writes may carry an `Idempotency-Key`; by cookie, they need `X-CSRF-Token`. Sockets: see docs/sockets.md."
))]
struct Document;

fn rooms() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .merge(team::http::routes())
        .merge(catalogue::http::routes())
        .merge(customers::http::routes())
        .merge(knowledge::http::routes())
        .merge(orders::http::routes())
        .merge(knowledge::check::http::routes())
        .merge(orders::import::http::routes())
        .merge(orders::desk::http::routes())
        .merge(reception::http::routes())
}

fn joined() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(messages::find))
        .merge(crate::privacy::http::routes())
        .merge(
            OpenApiRouter::new()
                .routes(routes!(upload))
                .layer(DefaultBodyLimit::max(store::FILE_LIMIT + (1 << 20))),
        )
        .routes(routes!(download))
        .merge(orders::import::http::upload_routes().layer(DefaultBodyLimit::max(
            orders::import::http::FILE_LIMIT + (1 << 20),
        )))
}

/// The OpenAPI document, as committed in docs/openapi.json.
pub(crate) fn document() -> String {
    let api = OpenApiRouter::<()>::with_openapi(Document::openapi());
    let (_, rooms) = rooms().split_for_parts();
    let (_, joined) = joined().split_for_parts();
    let (_, mut document) = api.split_for_parts();
    let mut under = rooms;
    under.merge(joined);
    document = document.nest("/api/v1", under);
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Everything the program answers.
pub(crate) fn router(app: &App) -> Router {
    let (rooms, _) = rooms().split_for_parts();
    let (joined, _) = joined().split_for_parts();
    let api = rooms
        .with_state(app.edge.clone())
        .layer(Extension(app.shelves.clone()))
        .layer(Extension(team::Talks(reception::seen_talk)))
        .merge(joined.with_state(app.edge.clone()).layer(Extension(app.clone())))
        .layer(Extension(Imports {
            importer: app.importer.clone(),
            folder: app.imports(),
        }))
        .route("/socket", get(agent::socket).with_state(app.clone()))
        .fallback(no_such_door)
        .layer(DefaultBodyLimit::max(2 << 20))
        .layer(from_fn(no_store));
    Router::new()
        .nest("/api/v1", api)
        .nest(
            "/widget/v1",
            channels::http::routes(app.desk.clone()).route("/widget.js", get(web::widget)),
        )
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready).with_state(app.clone()))
        .route("/metrics", get(metrics).with_state(app.clone()))
        .fallback(get(web::console))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
}

async fn no_such_door() -> Failure {
    Failure(Problem::not_found())
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request panicked");
    Failure(Problem::internal()).into_response()
}

/// What the API answers is nobody's to keep, unless it says so itself.
async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether the database answers.
async fn ready(State(app): State<App>) -> Result<&'static str, (StatusCode, &'static str)> {
    let answered = app.edge.db.read(|tx| team::first_org(tx).map(drop)).await;
    answered
        .map(|()| "ready")
        .map_err(|_| (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"))
}

/// Figures for Prometheus: no organisation, person or text.
async fn metrics(State(app): State<App>) -> Result<String, Failure> {
    let figures = app
        .edge
        .db
        .read(|tx| {
            let mut figures = (0, 0);
            for org in team::orgs(tx)? {
                figures.0 += reception::loads(tx, org.id)?.values().sum::<i64>();
                figures.1 += reception::waiting(tx, org.id)?.len() as i64;
            }
            Ok(figures)
        })
        .await?;
    let sockets = app.hub.sockets();
    Ok(format!(
        "# HELP xiaoer_sockets Open sockets.\n# TYPE xiaoer_sockets gauge\nxiaoer_sockets {sockets}\n\
         # HELP xiaoer_conversations_open Conversations that somebody has.\n# TYPE xiaoer_conversations_open gauge\nxiaoer_conversations_open {}\n\
         # HELP xiaoer_conversations_queued Buyers who wait for an agent.\n# TYPE xiaoer_conversations_queued gauge\nxiaoer_conversations_queued {}\n",
        figures.0, figures.1
    ))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct UploadAsk {
    /// The shop it will be sent in.
    shop: Id,
}

/// Keeps a file for a message, or for what is known of products; one multipart part named `file`.
#[utoipa::path(post, path = "/files", tag = "reception", params(UploadAsk), responses((status = 201, body = FileRow)))]
async fn upload(
    Extension(app): Extension<App>,
    Caller(who): Caller,
    Ask(ask): Ask<UploadAsk>,
    mut parts: Multipart,
) -> Result<(StatusCode, Json<FileRow>), Failure> {
    if !who.may(base::Permission::EditKnowledge) {
        who.need(base::Permission::Talk)?;
    }
    who.need_shop(ask.shop)?;
    let (name, bytes) = channels::http::file_part(&mut parts).await?;
    let new = app.files.take(&name, bytes.to_vec()).await?;
    let now = app.edge.now();
    let row = app
        .edge
        .db
        .write(move |tx| FileRow::keep(tx, now, &who, ask.shop, &new))
        .await?;
    Ok((StatusCode::CREATED, Json(row)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct DownloadAsk {
    /// 1 for the small picture.
    thumb: Option<u8>,
}

/// A file of a message one may see.
#[utoipa::path(get, path = "/files/{id}", tag = "reception", params(("id" = Id, Path), DownloadAsk), responses((status = 200, description = "The bytes", content_type = "application/octet-stream")))]
async fn download(
    Extension(app): Extension<App>,
    Caller(who): Caller,
    At(id): At,
    Ask(ask): Ask<DownloadAsk>,
) -> Result<Response, Failure> {
    let file = app
        .edge
        .db
        .read(move |tx| reception::team_file(tx, &who, id))
        .await?;
    Ok(channels::http::serve_file(&app.files, &file, ask.thumb == Some(1)).await?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::document;

    /// Types for the console are made from the document: two doors of one name would become one.
    #[test]
    fn every_door_has_a_name_of_its_own() {
        let document: serde_json::Value = serde_json::from_str(&document()).expect("json");
        let doors = document["paths"].as_object().expect("paths").values();
        let names = doors.flat_map(|door| door.as_object().expect("methods").values());
        let mut seen = BTreeSet::new();
        let twice: Vec<&str> = names
            .filter_map(|method| method["operationId"].as_str())
            .filter(|name| !seen.insert(*name))
            .collect();
        assert!(seen.len() > 200, "{}", seen.len());
        assert!(twice.is_empty(), "{twice:?}");
    }
}
