use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Api, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Restore, Stand};
use crate::{NewScript, Render, Rendered, Script, ScriptFilter, Status, Version, WordKind};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_scripts, add_script))
        .routes(routes!(read_script, change_script, remove_script))
        .routes(routes!(set_script_status))
        .routes(routes!(script_versions))
        .routes(routes!(restore_script))
        .routes(routes!(used_script))
        .routes(routes!(render_script))
}

/// Scripts, as one types after `/`: those that fit best first.
#[utoipa::path(get, path = "/scripts", tag = "knowledge", params(ScriptFilter, PageAsk),
    responses((status = 200, body = Page<Script>)))]
async fn list_scripts(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<ScriptFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Script>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::scripts(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// Keeps a new script.
#[utoipa::path(post, path = "/scripts", tag = "knowledge", request_body = NewScript,
    responses((status = 201, body = Script)))]
async fn add_script(State(edge): State<Edge>, write: Write<NewScript>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, new| {
        crate::add_script(tx, now, who, &new)
    })
    .await
}

/// A script.
#[utoipa::path(get, path = "/scripts/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Script)))]
async fn read_script(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Script>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::script(tx, who, id))
            .await?,
    ))
}

/// Changes a script into what the body says.
#[utoipa::path(put, path = "/scripts/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = NewScript,
    responses((status = 200, body = Script)))]
async fn change_script(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewScript>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::change_script(tx, now, who, id, &new)
    })
    .await
}

/// Removes a script.
#[utoipa::path(delete, path = "/scripts/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_script(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_script(tx, now, who, id)
    })
    .await
}

/// Publishes, retires or reopens a script.
#[utoipa::path(post, path = "/scripts/{id}/status", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Stand<Status>, responses((status = 200, body = Script)))]
async fn set_script_status(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Stand<Status>>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, stand| {
        crate::set_script_status(tx, now, who, id, stand.status)
    })
    .await
}

/// The states a script was saved in, the newest first.
#[utoipa::path(get, path = "/scripts/{id}/versions", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<Version>)))]
async fn script_versions(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Version>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::script_versions(tx, who, id))
            .await?,
    ))
}

/// Brings back what a version said.
#[utoipa::path(post, path = "/scripts/{id}/restore", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Restore, responses((status = 200, body = Script)))]
async fn restore_script(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Restore>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::restore_script(tx, now, who, id, body.version)
    })
    .await
}

/// Counts a use: inserted, sent, or copied on the companion page.
#[utoipa::path(post, path = "/scripts/{id}/used", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn used_script(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::used_script(tx, now, who, id)
    })
    .await
}

/// The text with its variables filled in, prices and stock as they are now.
#[utoipa::path(post, path = "/scripts/{id}/render", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Render, responses((status = 200, body = Rendered)))]
async fn render_script(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Api(ask): Api<Render>,
) -> Result<Json<Rendered>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::render_words(tx, now, who, (WordKind::Script, id), &ask)
        })
        .await?,
    ))
}
