use axum::Json;
use axum::extract::State;
use base::Id;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ShopAsk;
use crate::{NewQuickReply, QuickReply};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(quick_replies, add_quick_reply))
        .routes(routes!(change_quick_reply, remove_quick_reply))
        .routes(routes!(used_quick_reply))
}

/// Quick replies one may use: scripts with a code.
#[utoipa::path(get, path = "/quick-replies", tag = "knowledge", params(ShopAsk), responses((status = 200, body = Vec<QuickReply>)))]
async fn quick_replies(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Vec<QuickReply>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::quick_replies(tx, now, who, ask.shop)
        })
        .await?,
    ))
}

/// Keeps a new quick reply.
#[utoipa::path(post, path = "/quick-replies", tag = "knowledge", request_body = NewQuickReply, responses((status = 201, body = QuickReply)))]
async fn add_quick_reply(State(edge): State<Edge>, write: Write<NewQuickReply>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, new| {
        crate::keep_quick_reply(tx, now, who, None, &new)
    })
    .await
}

/// Changes a quick reply.
#[utoipa::path(patch, path = "/quick-replies/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = NewQuickReply, responses((status = 200, body = QuickReply)))]
async fn change_quick_reply(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewQuickReply>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::keep_quick_reply(tx, now, who, Some(id), &new)
    })
    .await
}

/// Removes a quick reply.
#[utoipa::path(delete, path = "/quick-replies/{id}", tag = "knowledge", params(("id" = Id, Path)), responses((status = 204)))]
async fn remove_quick_reply(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_script(tx, now, who, id)
    })
    .await
}

/// Counts a use of a quick reply.
#[utoipa::path(post, path = "/quick-replies/{id}/used", tag = "knowledge", params(("id" = Id, Path)), responses((status = 204)))]
async fn used_quick_reply(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::used_script(tx, now, who, id)
    })
    .await
}
