//! The doors of levels and referrals.

use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use team::http::{Answer, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{MemberLevel, NewLevels, NewReferral};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_levels, set_levels))
        .routes(routes!(set_referral))
}

/// The levels of members, from the lowest on.
#[utoipa::path(get, path = "/member-levels", tag = "customers",
    responses((status = 200, body = Page<MemberLevel>)))]
async fn list_levels(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Page<MemberLevel>>, Failure> {
    let items = edge.read(&who, |tx, _, who| crate::levels(tx, who)).await?;
    Ok(Json(Page { items, next: None }))
}

/// Replaces the levels of members.
#[utoipa::path(put, path = "/member-levels", tag = "customers", request_body = NewLevels,
    responses((status = 200, body = Vec<MemberLevel>)))]
async fn set_levels(State(edge): State<Edge>, write: Write<NewLevels>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, new| {
        crate::set_levels(tx, now, who, &new)
    })
    .await
}

/// Writes down who brought a customer.
#[utoipa::path(put, path = "/customers/{id}/referral", tag = "customers", params(("id" = Id, Path)),
    request_body = NewReferral, responses((status = 200)))]
async fn set_referral(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewReferral>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::set_referral(tx, now, who, id, &new)
    })
    .await
}
