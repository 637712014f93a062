//! The doors of joining customers by hand.

use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use serde::Deserialize;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Join, JoinPreview, NewJoin, Parted};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(preview_join))
        .routes(routes!(list_joins, join_customers))
        .routes(routes!(part_customers))
}

/// With whom.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct JoinWith {
    /// Who would be joined into this one.
    from: Id,
}

/// Two customers side by side, before they are joined.
#[utoipa::path(get, path = "/customers/{id}/join", tag = "customers", params(("id" = Id, Path), JoinWith),
    responses((status = 200, body = JoinPreview)))]
async fn preview_join(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(with): Ask<JoinWith>,
) -> Result<Json<JoinPreview>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::join_preview(tx, now, who, id, with.from)
        })
        .await?,
    ))
}

/// Who was joined with a customer, the last first.
#[utoipa::path(get, path = "/customers/{id}/joins", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200, body = Page<Join>)))]
async fn list_joins(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Page<Join>>, Failure> {
    let items = edge
        .read(&who, move |tx, now, who| crate::joins(tx, now, who, id))
        .await?;
    Ok(Json(Page { items, next: None }))
}

/// Joins another customer into this one.
#[utoipa::path(post, path = "/customers/{id}/joins", tag = "customers", params(("id" = Id, Path)),
    request_body = NewJoin, responses((status = 201, body = Join)))]
async fn join_customers(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewJoin>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, new| {
        crate::join_customers(tx, now, who, id, &new)
    })
    .await
}

/// Parts two who were joined; the id is that of the join.
#[utoipa::path(post, path = "/customer-joins/{id}/part", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200, body = Parted)))]
async fn part_customers(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::part_customers(tx, now, who, id)
    })
    .await
}
