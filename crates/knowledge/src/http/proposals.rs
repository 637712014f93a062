use axum::Json;
use axum::extract::{Extension, State};
use base::{Id, Page, PageAsk};
use serde::Deserialize;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{DaysAsk, ShopAsk};
use crate::{Faq, Heard, Propose, Publish, Shelves, Unanswered};

/// Days the report of unanswered questions looks back.
const UNANSWERED_DAYS: i64 = 30;
/// Characters of a question that are looked at.
const QUESTION_MAX: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(propose_faq))
        .routes(routes!(publish_faq))
        .routes(routes!(decline_faq))
        .routes(routes!(all_heard))
        .routes(routes!(heard_of))
        .routes(routes!(accept_heard))
        .routes(routes!(dismiss_heard))
        .routes(routes!(unanswered))
        .routes(routes!(asked))
        .routes(routes!(dismiss_unanswered))
}

/// Proposes an entry, out of a talk or of one's own experience.
#[utoipa::path(post, path = "/faq/propose", tag = "knowledge", request_body = Propose,
    responses((status = 201, body = Faq)))]
async fn propose_faq(State(edge): State<Edge>, write: Write<Propose>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, new| {
        crate::propose_faq(tx, now, who, &new)
    })
    .await
}

/// Publishes a proposal, with what is to be changed of it.
#[utoipa::path(post, path = "/faq/{id}/publish", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Option<Publish>, responses((status = 200, body = Faq)))]
async fn publish_faq(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Option<Publish>>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, edit| {
        crate::publish_faq(tx, now, who, id, &edit.unwrap_or_default())
    })
    .await
}

/// Why a proposal is declined.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Decline {
    /// The reason, at most 300 characters; its author reads it.
    reason: String,
}

/// Declines a proposal.
#[utoipa::path(post, path = "/faq/{id}/decline", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Decline, responses((status = 200, body = Faq)))]
async fn decline_faq(State(edge): State<Edge>, At(id): At, write: Write<Decline>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::decline_faq(tx, now, who, id, &body.reason)
    })
    .await
}

/// Suggested similar questions of all entries: what buyers asked and agents answered with them.
#[utoipa::path(get, path = "/faq/heard", tag = "knowledge", params(ShopAsk, PageAsk),
    responses((status = 200, body = Page<Heard>)))]
async fn all_heard(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Heard>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::heard(tx, who, None, ask.shop, &page)
        })
        .await?,
    ))
}

/// Suggested similar questions of one entry.
#[utoipa::path(get, path = "/faq/{id}/heard", tag = "knowledge", params(("id" = Id, Path), PageAsk),
    responses((status = 200, body = Page<Heard>)))]
async fn heard_of(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Heard>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::heard(tx, who, Some(id), None, &page)
        })
        .await?,
    ))
}

/// Makes a suggestion a similar question of its entry.
#[utoipa::path(post, path = "/heard/{id}/accept", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Faq)))]
async fn accept_heard(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::accept_heard(tx, now, who, id)
    })
    .await
}

/// Puts a suggestion away.
#[utoipa::path(post, path = "/heard/{id}/dismiss", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn dismiss_heard(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, _, who, _| crate::dismiss_heard(tx, who, id))
        .await
}

/// What buyers asked and no entry answers well, like questions together, the most asked first; of 30 days
/// when left out.
#[utoipa::path(get, path = "/faq/unanswered", tag = "knowledge", params(DaysAsk),
    responses((status = 200, body = Vec<Unanswered>)))]
async fn unanswered(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<DaysAsk>,
) -> Result<Json<Vec<Unanswered>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::unanswered(tx, now, who, ask.shop, ask.days.unwrap_or(UNANSWERED_DAYS))
        })
        .await?,
    ))
}

/// A question from another program.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AskedElsewhere {
    /// The shop it was asked in.
    shop: Id,
    /// What was asked.
    text: String,
}

/// Keeps a question that a buyer asked in another program, where no entry answers it well.
#[utoipa::path(post, path = "/faq/asked", tag = "knowledge", request_body = AskedElsewhere, responses((status = 204)))]
async fn asked(
    State(edge): State<Edge>,
    Extension(shelves): Extension<Shelves>,
    write: Write<AskedElsewhere>,
) -> Result<Answer, Failure> {
    // Words that are not learned yet, or not there at all, miss nothing.
    let shelf = shelves.get(write.who.org).filter(|shelf| !shelf.has_no_entries());
    let text: String = write.body.text.chars().take(QUESTION_MAX).collect();
    let nearest = shelf
        .as_ref()
        .map(|shelf| crate::nearest(shelf, write.body.shop, &text));
    edge.write(write, 204, move |tx, now, who, body| match nearest {
        Some(nearest) => crate::keep_asked(tx, now, who, body.shop, &text, nearest),
        None => Ok(false),
    })
    .await
}

/// Questions to put away.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Texts {
    /// Their words, as the report gave them.
    texts: Vec<String>,
}

/// Puts unanswered questions away.
#[utoipa::path(post, path = "/faq/unanswered/dismiss", tag = "knowledge", request_body = Texts,
    responses((status = 204)))]
async fn dismiss_unanswered(State(edge): State<Edge>, write: Write<Texts>) -> Result<Answer, Failure> {
    edge.write(write, 204, |tx, _, who, body| {
        crate::dismiss_unanswered(tx, who, &body.texts)
    })
    .await
}
