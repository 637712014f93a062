use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, At, Caller, Edge, Failure, Write, whole};
use crate::{Group, GroupChange, NewGroup};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_groups, add_group))
        .routes(routes!(change_group, remove_group))
}

/// The skill groups of my shops.
#[utoipa::path(get, path = "/groups", tag = "team", responses((status = 200, body = Page<Group>)))]
async fn list_groups(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Page<Group>>, Failure> {
    Ok(whole(edge.read(&who, |tx, _, who| crate::groups(tx, who)).await?))
}

/// Makes a group.
#[utoipa::path(post, path = "/groups", tag = "team", request_body = NewGroup, responses((status = 201, body = Group)))]
async fn add_group(State(edge): State<Edge>, write: Write<NewGroup>) -> Result<Answer, Failure> {
    edge.write(write, 201, crate::add_group).await
}

/// Changes a group.
#[utoipa::path(patch, path = "/groups/{id}", tag = "team", params(("id" = Id, Path)), request_body = GroupChange, responses((status = 200, body = Group)))]
async fn change_group(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<GroupChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::change_group(tx, now, who, id, change)
    })
    .await
}

/// Removes a group; its people stay.
#[utoipa::path(delete, path = "/groups/{id}", tag = "team", params(("id" = Id, Path)), responses((status = 200)))]
async fn remove_group(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_group(tx, now, who, id)
    })
    .await
}
