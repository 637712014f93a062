//! The doors of a buyer's own data, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use base::{Id, Page, PageAsk};
use customers::Erasure;
use serde::Deserialize;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write, random};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::erase::{self, ErasePreview};
use super::retain::{self, RetentionAsk, RetentionPreview};

/// All of them.
pub(crate) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(export_customer))
        .routes(routes!(preview_erasure, erase_customer))
        .routes(routes!(list_erasures))
        .routes(routes!(preview_retention))
}

/// All that is held of a customer as one workbook; that it was asked for is logged.
#[utoipa::path(post, path = "/customers/{id}/export", tag = "privacy", params(("id" = Id, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_customer(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Response, Failure> {
    let bytes = super::export::export(&edge.db, edge.now(), &who, id).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"customer-{id}.xlsx\""),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// What erasing a customer would remove, what stays, and what has to end first.
#[utoipa::path(get, path = "/customers/{id}/erasure", tag = "privacy", params(("id" = Id, Path)),
    responses((status = 200, body = ErasePreview)))]
async fn preview_erasure(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<ErasePreview>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| erase::preview(tx, now, who, id))
            .await?,
    ))
}

/// Who is to be erased, once more.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EraseCustomer {
    /// The customer's name or number, as it stands on the page.
    confirm: String,
}

/// Erases a customer for good.
#[utoipa::path(post, path = "/customers/{id}/erasure", tag = "privacy", params(("id" = Id, Path)),
    request_body = EraseCustomer, responses((status = 202, body = Erasure)))]
async fn erase_customer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<EraseCustomer>,
) -> Result<Answer, Failure> {
    let key = random::token()?;
    // The body holds a name: nothing of it is kept.
    let write = Write {
        once: write.once.clone().without_body(),
        ..write
    };
    edge.write(write, 202, move |tx, now, who, body| {
        erase::ask(tx, now, who, id, &body.confirm, &key)
    })
    .await
}

/// All erasures, the last first.
#[utoipa::path(get, path = "/erasures", tag = "privacy", params(PageAsk),
    responses((status = 200, body = Page<Erasure>)))]
async fn list_erasures(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Erasure>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| customers::erasures(tx, who, &page))
            .await?,
    ))
}

/// What a time of keeping would erase at this moment.
#[utoipa::path(get, path = "/retention", tag = "privacy", params(RetentionAsk),
    responses((status = 200, body = RetentionPreview)))]
async fn preview_retention(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<RetentionAsk>,
) -> Result<Json<RetentionPreview>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| retain::preview(tx, now, who, ask))
            .await?,
    ))
}
