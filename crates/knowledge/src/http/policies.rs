use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Api, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Restore, Stand};
use crate::{NewPolicy, Policy, PolicyFilter, Render, Rendered, Status, Version, WordKind};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_policies, add_policy))
        .routes(routes!(read_policy, change_policy, remove_policy))
        .routes(routes!(set_policy_status))
        .routes(routes!(policy_versions))
        .routes(routes!(restore_policy))
        .routes(routes!(render_policy))
}

/// Policies, the last changed first.
#[utoipa::path(get, path = "/policies", tag = "knowledge", params(PolicyFilter, PageAsk),
    responses((status = 200, body = Page<Policy>)))]
async fn list_policies(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<PolicyFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Policy>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::policies(tx, who, &filter, &page))
            .await?,
    ))
}

/// Keeps a new policy.
#[utoipa::path(post, path = "/policies", tag = "knowledge", request_body = NewPolicy,
    responses((status = 201, body = Policy)))]
async fn add_policy(State(edge): State<Edge>, write: Write<NewPolicy>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, new| {
        crate::add_policy(tx, now, who, &new)
    })
    .await
}

/// A policy.
#[utoipa::path(get, path = "/policies/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Policy)))]
async fn read_policy(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Policy>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::policy(tx, who, id))
            .await?,
    ))
}

/// Changes a policy into what the body says.
#[utoipa::path(put, path = "/policies/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = NewPolicy,
    responses((status = 200, body = Policy)))]
async fn change_policy(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewPolicy>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::change_policy(tx, now, who, id, &new)
    })
    .await
}

/// Removes a policy.
#[utoipa::path(delete, path = "/policies/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_policy(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_policy(tx, now, who, id)
    })
    .await
}

/// Publishes, retires or reopens a policy.
#[utoipa::path(post, path = "/policies/{id}/status", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Stand<Status>, responses((status = 200, body = Policy)))]
async fn set_policy_status(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Stand<Status>>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, stand| {
        crate::set_policy_status(tx, now, who, id, stand.status)
    })
    .await
}

/// The states a policy was saved in, the newest first.
#[utoipa::path(get, path = "/policies/{id}/versions", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<Version>)))]
async fn policy_versions(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Version>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::policy_versions(tx, who, id))
            .await?,
    ))
}

/// Brings back what a version said.
#[utoipa::path(post, path = "/policies/{id}/restore", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Restore, responses((status = 200, body = Policy)))]
async fn restore_policy(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Restore>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::restore_policy(tx, now, who, id, body.version)
    })
    .await
}

/// The text with its variables filled in.
#[utoipa::path(post, path = "/policies/{id}/render", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Render, responses((status = 200, body = Rendered)))]
async fn render_policy(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Api(ask): Api<Render>,
) -> Result<Json<Rendered>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::render_words(tx, now, who, (WordKind::Policy, id), &ask)
        })
        .await?,
    ))
}
