//! The doors of tags and consent.

use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use serde::Deserialize;
use team::http::{Answer, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Consent, ConsentView, NewConsent, NewTag, Tag, TagCount};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_tags, add_customer_tag))
        .routes(routes!(edit_customer_tag, remove_customer_tag))
        .routes(routes!(tag_customer))
        .routes(routes!(untag_customer))
        .routes(routes!(list_consents, set_consent))
}

/// Tags of customers, by name.
#[utoipa::path(get, path = "/customer-tags", tag = "customers", responses((status = 200, body = Page<TagCount>)))]
async fn list_tags(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Page<TagCount>>, Failure> {
    let items = edge.read(&who, |tx, _, who| crate::tags(tx, who)).await?;
    Ok(Json(Page { items, next: None }))
}

/// Makes a tag.
#[utoipa::path(post, path = "/customer-tags", tag = "customers", request_body = NewTag,
    responses((status = 201, body = Tag)))]
async fn add_customer_tag(State(edge): State<Edge>, write: Write<NewTag>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, new| crate::add_tag(tx, now, who, &new))
        .await
}

/// Changes what a tag says.
#[utoipa::path(put, path = "/customer-tags/{id}", tag = "customers", params(("id" = Id, Path)), request_body = NewTag,
    responses((status = 200, body = Tag)))]
async fn edit_customer_tag(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewTag>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::edit_tag(tx, now, who, id, &new)
    })
    .await
}

/// Takes a tag away, from all who have it.
#[utoipa::path(delete, path = "/customer-tags/{id}", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200)))]
async fn remove_customer_tag(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_tag(tx, now, who, id)
    })
    .await
}

/// Which tag.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct WhichTag {
    /// Its id.
    tag: Id,
}

/// Gives a customer a tag.
#[utoipa::path(post, path = "/customers/{id}/tag", tag = "customers", params(("id" = Id, Path)),
    request_body = WhichTag, responses((status = 200)))]
async fn tag_customer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<WhichTag>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, which| {
        crate::tag_customer(tx, now, who, id, which.tag)
    })
    .await
}

/// Takes a tag from a customer.
#[utoipa::path(post, path = "/customers/{id}/untag", tag = "customers", params(("id" = Id, Path)),
    request_body = WhichTag, responses((status = 200)))]
async fn untag_customer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<WhichTag>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, which| {
        crate::untag_customer(tx, now, who, id, which.tag)
    })
    .await
}

/// Everything that was written down of a customer's consent, the last first.
#[utoipa::path(get, path = "/customers/{id}/consents", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200, body = Page<ConsentView>)))]
async fn list_consents(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Page<ConsentView>>, Failure> {
    let items = edge
        .read(&who, move |tx, _, who| crate::consents(tx, who, id))
        .await?;
    Ok(Json(Page { items, next: None }))
}

/// Writes down what a customer said of being contacted.
#[utoipa::path(post, path = "/customers/{id}/consents", tag = "customers", params(("id" = Id, Path)),
    request_body = NewConsent, responses((status = 201, body = Consent)))]
async fn set_consent(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewConsent>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, new| {
        crate::set_consent(tx, now, who, id, &new)
    })
    .await
}
