//! The listing checklist and what is to be mended.

use axum::Json;
use axum::extract::{Path, State};
use base::{Id, Page, PageAsk};
use serde::{Deserialize, Serialize};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, KnownTalks, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{
    Listing, ListingItem, ListingLookAsk, ListingLookSum, ListingTask, ListingTaskDone, ListingTaskFilter,
    ListingTaskOwner, ListingWeek, NewListingMark, NewListingTask,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_items))
        .routes(routes!(read_listing))
        .routes(routes!(mark_listing))
        .routes(routes!(check_listing))
        .routes(routes!(check_listings))
        .routes(routes!(raise_listing))
        .routes(routes!(list_tasks))
        .routes(routes!(count_tasks))
        .routes(routes!(count_weeks))
        .routes(routes!(own_task))
        .routes(routes!(finish_task))
        .routes(routes!(reopen_task))
}

/// In which shop.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ShopAsk {
    /// Of products sold in this shop; left out: in any of mine.
    shop: Option<Id>,
}

/// How many are open.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
struct OpenTasks {
    /// Open tasks.
    open: usize,
}

/// The items of the checklist.
#[utoipa::path(get, path = "/listing/items", tag = "knowledge", responses((status = 200, body = Vec<ListingItem>)))]
async fn list_items(Caller(_who): Caller) -> Json<Vec<ListingItem>> {
    Json(crate::listing_items().to_vec())
}

/// The checklist of a product, as it was last looked at.
#[utoipa::path(get, path = "/products/{id}/listing", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Listing)))]
async fn read_listing(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Listing>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::listing(tx, who, id))
            .await?,
    ))
}

/// Marks an item of a product's checklist.
#[utoipa::path(put, path = "/products/{id}/listing/{key}", tag = "knowledge",
    params(("id" = Id, Path), ("key" = String, Path)), request_body = NewListingMark,
    responses((status = 200, body = Listing)))]
async fn mark_listing(
    State(edge): State<Edge>,
    Path((id, key)): Path<(Id, String)>,
    write: Write<NewListingMark>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::mark_listing(tx, now, who, id, &key, &body)
    })
    .await
}

/// Lets the program look at a product again.
#[utoipa::path(post, path = "/products/{id}/listing/check", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Listing)))]
async fn check_listing(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::check_listing(tx, now, who, id)
    })
    .await
}

/// Lets the program look at the next products.
#[utoipa::path(post, path = "/listing/check", tag = "knowledge", request_body = ListingLookAsk,
    responses((status = 200, body = ListingLookSum)))]
async fn check_listings(State(edge): State<Edge>, write: Write<ListingLookAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, body| {
        crate::check_listings(tx, now, who, &body)
    })
    .await
}

/// Says that a product's page does not say enough.
#[utoipa::path(post, path = "/products/{id}/listing/raise", tag = "knowledge", params(("id" = Id, Path)), request_body = NewListingTask,
    responses((status = 201, body = ListingTask)))]
async fn raise_listing(
    State(edge): State<Edge>,
    At(id): At,
    talks: KnownTalks,
    write: Write<NewListingTask>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        team::check_talk(
            talks.map(|known| known.0),
            tx,
            who,
            body.conversation,
            |_, talk| Ok(talk.shop == body.shop),
        )?;
        crate::raise_listing(tx, now, who, id, &body)
    })
    .await
}

/// What of listings is to be mended, the last first.
#[utoipa::path(get, path = "/listing/tasks", tag = "knowledge", params(ListingTaskFilter, PageAsk),
    responses((status = 200, body = Page<ListingTask>)))]
async fn list_tasks(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<ListingTaskFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<ListingTask>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::listing_tasks(tx, who, &filter, &page)
        })
        .await?,
    ))
}

/// How many tasks are open.
#[utoipa::path(get, path = "/listing/tasks/count", tag = "knowledge", params(ShopAsk),
    responses((status = 200, body = OpenTasks)))]
async fn count_tasks(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<OpenTasks>, Failure> {
    let open = edge
        .read(&who, move |tx, _, who| {
            crate::open_listing_tasks(tx, who, ask.shop)
        })
        .await?;
    Ok(Json(OpenTasks { open }))
}

/// How many tasks came, went and stood open in each of the last eight weeks.
#[utoipa::path(get, path = "/listing/tasks/weeks", tag = "knowledge", params(ShopAsk),
    responses((status = 200, body = Vec<ListingWeek>)))]
async fn count_weeks(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Vec<ListingWeek>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::listing_weeks(tx, now, who, ask.shop)
        })
        .await?,
    ))
}

/// Says who mends it.
#[utoipa::path(put, path = "/listing/tasks/{id}/owner", tag = "knowledge", params(("id" = Id, Path)), request_body = ListingTaskOwner,
    responses((status = 200, body = ListingTask)))]
async fn own_task(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ListingTaskOwner>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::own_listing_task(tx, now, who, id, body)
    })
    .await
}

/// A task is done.
#[utoipa::path(post, path = "/listing/tasks/{id}/done", tag = "knowledge", params(("id" = Id, Path)), request_body = ListingTaskDone,
    responses((status = 200, body = ListingTask)))]
async fn finish_task(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ListingTaskDone>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::finish_listing_task(tx, now, who, id, &body)
    })
    .await
}

/// A task is to be done again.
#[utoipa::path(post, path = "/listing/tasks/{id}/reopen", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = ListingTask)))]
async fn reopen_task(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::reopen_listing_task(tx, now, who, id)
    })
    .await
}
