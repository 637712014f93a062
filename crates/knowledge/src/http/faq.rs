use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use serde::{Deserialize, Serialize};
use team::http::{Answer, Api, Ask, At, Caller, Edge, Failure, KnownTalks, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{DaysAsk, Restore, ShopAsk, Stand};
use crate::{CategoryCount, Faq, FaqFilter, FaqStatus, NewFaq, Render, Rendered, Version, WordKind};

/// Days without a use that make an entry unused.
const UNUSED_DAYS: i64 = 90;

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_faqs, add_faq))
        .routes(routes!(faq_categories))
        .routes(routes!(count_faqs))
        .routes(routes!(unused_faqs))
        .routes(routes!(read_faq, change_faq, remove_faq))
        .routes(routes!(set_faq_status))
        .routes(routes!(faq_versions))
        .routes(routes!(restore_faq))
        .routes(routes!(used_faq))
        .routes(routes!(render_faq))
}

/// Entries one may see.
#[utoipa::path(get, path = "/faq", tag = "knowledge", params(FaqFilter, PageAsk),
    responses((status = 200, body = Page<Faq>)))]
async fn list_faqs(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<FaqFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Faq>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::faqs(tx, who, &filter, &page))
            .await?,
    ))
}

/// Keeps a new entry.
#[utoipa::path(post, path = "/faq", tag = "knowledge", request_body = NewFaq, responses((status = 201, body = Faq)))]
async fn add_faq(State(edge): State<Edge>, write: Write<NewFaq>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, new| crate::add_faq(tx, now, who, &new))
        .await
}

/// Which entries to count.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CountAsk {
    /// Those that are good in this shop; left out: in all of mine.
    shop: Option<Id>,
    /// Where they stand.
    status: FaqStatus,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct FaqCount {
    /// Entries; of those out of use, proposals that were declined.
    n: i64,
}

/// How many entries stand so.
#[utoipa::path(get, path = "/faq/count", tag = "knowledge", params(CountAsk), responses((status = 200, body = FaqCount)))]
async fn count_faqs(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<CountAsk>,
) -> Result<Json<FaqCount>, Failure> {
    let n = edge.read(&who, move |tx, _, who| {
        crate::faq_count(tx, who, ask.shop, ask.status)
    });
    Ok(Json(FaqCount { n: n.await? }))
}

/// The categories of the entries in use.
#[utoipa::path(get, path = "/faq/categories", tag = "knowledge", params(ShopAsk),
    responses((status = 200, body = Vec<CategoryCount>)))]
async fn faq_categories(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Vec<CategoryCount>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::faq_categories(tx, who, ask.shop))
            .await?,
    ))
}

/// Entries in use that nobody used for so many days, 90 when left out.
#[utoipa::path(get, path = "/faq/unused", tag = "knowledge", params(DaysAsk, PageAsk),
    responses((status = 200, body = Page<Faq>)))]
async fn unused_faqs(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<DaysAsk>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Faq>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::unused_faqs(tx, now, who, ask.shop, ask.days.unwrap_or(UNUSED_DAYS), &page)
        })
        .await?,
    ))
}

/// An entry.
#[utoipa::path(get, path = "/faq/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Faq)))]
async fn read_faq(State(edge): State<Edge>, Caller(who): Caller, At(id): At) -> Result<Json<Faq>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::faq(tx, who, id)).await?,
    ))
}

/// Changes an entry into what the body says.
#[utoipa::path(put, path = "/faq/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = NewFaq,
    responses((status = 200, body = Faq)))]
async fn change_faq(State(edge): State<Edge>, At(id): At, write: Write<NewFaq>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::change_faq(tx, now, who, id, &new)
    })
    .await
}

/// Removes an entry that is not in use.
#[utoipa::path(delete, path = "/faq/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_faq(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_faq(tx, now, who, id)
    })
    .await
}

/// Publishes, retires or reopens an entry.
#[utoipa::path(post, path = "/faq/{id}/status", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Stand<FaqStatus>, responses((status = 200, body = Faq)))]
async fn set_faq_status(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Stand<FaqStatus>>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, stand| {
        crate::set_faq_status(tx, now, who, id, stand.status)
    })
    .await
}

/// The states an entry was saved in, the newest first.
#[utoipa::path(get, path = "/faq/{id}/versions", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<Version>)))]
async fn faq_versions(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Version>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::faq_versions(tx, who, id))
            .await?,
    ))
}

/// Brings back what a version said.
#[utoipa::path(post, path = "/faq/{id}/restore", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Restore, responses((status = 200, body = Faq)))]
async fn restore_faq(State(edge): State<Edge>, At(id): At, write: Write<Restore>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::restore_faq(tx, now, who, id, body.version)
    })
    .await
}

/// For what an entry was used.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Used {
    /// The talk it was used in.
    conversation: Option<Id>,
    /// The number of the buyer's message it answered.
    seq: Option<i64>,
    /// Whether it helped, said afterwards; that is no further use.
    helped: Option<bool>,
}

/// Counts a use of an entry, in answer to a buyer's message if one is named, or says whether it helped.
#[utoipa::path(post, path = "/faq/{id}/used", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Option<Used>, responses((status = 204)))]
async fn used_faq(
    State(edge): State<Edge>,
    At(id): At,
    talks: KnownTalks,
    write: Write<Option<Used>>,
) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, body| {
        let used = body.unwrap_or_default();
        team::check_talk(talks.map(|known| known.0), tx, who, used.conversation, |_, _| {
            Ok(true)
        })?;
        crate::used_faq(tx, now, who, id, used.conversation.zip(used.seq), used.helped)
    })
    .await
}

/// The answer with its variables filled in, prices and stock as they are now.
#[utoipa::path(post, path = "/faq/{id}/render", tag = "knowledge", params(("id" = Id, Path)),
    request_body = Render, responses((status = 200, body = Rendered)))]
async fn render_faq(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Api(ask): Api<Render>,
) -> Result<Json<Rendered>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::render_words(tx, now, who, (WordKind::Faq, id), &ask)
        })
        .await?,
    ))
}
