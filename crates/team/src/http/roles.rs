use axum::Json;
use axum::extract::State;
use base::{Id, Page, Permission};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, At, Caller, Edge, Failure, Write, whole};
use crate::{NewRole, Role, RoleChange};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_roles, add_role))
        .routes(routes!(change_role, remove_role))
        .routes(routes!(list_permissions))
}

/// The roles of the organisation.
#[utoipa::path(get, path = "/roles", tag = "team", responses((status = 200, body = Page<Role>)))]
async fn list_roles(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Page<Role>>, Failure> {
    Ok(whole(edge.read(&who, |tx, _, who| crate::roles(tx, who)).await?))
}

/// Makes a role.
#[utoipa::path(post, path = "/roles", tag = "team", request_body = NewRole, responses((status = 201, body = Role)))]
async fn add_role(State(edge): State<Edge>, write: Write<NewRole>) -> Result<Answer, Failure> {
    edge.write(write, 201, crate::add_role).await
}

/// Changes a role.
#[utoipa::path(patch, path = "/roles/{id}", tag = "team", params(("id" = Id, Path)), request_body = RoleChange, responses((status = 200, body = Role)))]
async fn change_role(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<RoleChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::change_role(tx, now, who, id, change)
    })
    .await
}

/// Removes a role nobody has.
#[utoipa::path(delete, path = "/roles/{id}", tag = "team", params(("id" = Id, Path)), responses((status = 200)))]
async fn remove_role(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_role(tx, now, who, id)
    })
    .await
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
struct Right {
    key: Permission,
    zh: &'static str,
    en: &'static str,
}

/// All rights there are, in the order roles show them.
#[utoipa::path(get, path = "/permissions", tag = "team", responses((status = 200, body = Vec<Right>)))]
async fn list_permissions(Caller(_who): Caller) -> Json<Vec<Right>> {
    let right = |key: &Permission| Right {
        key: *key,
        zh: key.title().0,
        en: key.title().1,
    };
    Json(Permission::ALL.iter().map(right).collect())
}
