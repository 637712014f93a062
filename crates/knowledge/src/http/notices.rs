//! Urgent notices.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{NewNotice, Notice, NoticeFilter, NoticeReaders};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_notices, issue_notice))
        .routes(routes!(withdraw_notice))
        .routes(routes!(read_notice))
        .routes(routes!(list_readers))
}

/// Notices that concern me, the last first.
#[utoipa::path(get, path = "/notices", tag = "knowledge", params(NoticeFilter, PageAsk),
    responses((status = 200, body = Page<Notice>)))]
async fn list_notices(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<NoticeFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Notice>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::notices(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// Issues a notice; everybody concerned is told at once.
#[utoipa::path(post, path = "/notices", tag = "knowledge", request_body = NewNotice,
    responses((status = 201, body = Notice)))]
async fn issue_notice(State(edge): State<Edge>, write: Write<NewNotice>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, body| {
        crate::issue_notice(tx, now, who, &body)
    })
    .await
}

/// Takes a notice back.
#[utoipa::path(post, path = "/notices/{id}/withdraw", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Notice)))]
async fn withdraw_notice(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::withdraw_notice(tx, now, who, id)
    })
    .await
}

/// Signs that I have read a notice.
#[utoipa::path(post, path = "/notices/{id}/read", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Notice)))]
async fn read_notice(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::read_notice(tx, now, who, id)
    })
    .await
}

/// Who has signed a notice and who has not.
#[utoipa::path(get, path = "/notices/{id}/readers", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = NoticeReaders)))]
async fn list_readers(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<NoticeReaders>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::notice_readers(tx, now, who, id))
            .await?,
    ))
}
