//! The doors of plans and of a customer's file.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use serde::Deserialize;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Entry, EntryView, NewEntry, NewPlan, Plan, PlanDeed, PlanFilter};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_plans))
        .routes(routes!(add_plan))
        .routes(routes!(edit_plan))
        .routes(routes!(end_plan))
        .routes(routes!(do_plan))
        .routes(routes!(undo_plan))
        .routes(routes!(list_entries, add_entry))
        .routes(routes!(remove_entry))
}

/// Plans by when they are due.
#[utoipa::path(get, path = "/customer-plans", tag = "customers", params(PlanFilter, PageAsk),
    responses((status = 200, body = Page<Plan>)))]
async fn list_plans(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<PlanFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Plan>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::plans(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// Plans something for a customer.
#[utoipa::path(post, path = "/customers/{id}/plans", tag = "customers", params(("id" = Id, Path)),
    request_body = NewPlan, responses((status = 201, body = Plan)))]
async fn add_plan(State(edge): State<Edge>, At(id): At, write: Write<NewPlan>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, new| {
        crate::add_plan(tx, now, who, id, &new)
    })
    .await
}

/// Changes a plan.
#[utoipa::path(put, path = "/customer-plans/{id}", tag = "customers", params(("id" = Id, Path)),
    request_body = NewPlan, responses((status = 200, body = Plan)))]
async fn edit_plan(State(edge): State<Edge>, At(id): At, write: Write<NewPlan>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::edit_plan(tx, now, who, id, &new)
    })
    .await
}

/// Whether it is over.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Over {
    /// True: given up or removed; false: taken up again or put back.
    over: bool,
}

/// Gives a plan up, or takes it up again.
#[utoipa::path(post, path = "/customer-plans/{id}/end", tag = "customers", params(("id" = Id, Path)),
    request_body = Over, responses((status = 200, body = Plan)))]
async fn end_plan(State(edge): State<Edge>, At(id): At, write: Write<Over>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, how| {
        crate::end_plan(tx, now, who, id, how.over)
    })
    .await
}

/// Notes that what was planned is done.
#[utoipa::path(post, path = "/customer-plans/{id}/done", tag = "customers", params(("id" = Id, Path)),
    request_body = PlanDeed, responses((status = 200, body = Plan)))]
async fn do_plan(State(edge): State<Edge>, At(id): At, write: Write<PlanDeed>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, deed| {
        crate::do_plan(tx, now, who, id, &deed)
    })
    .await
}

/// Takes back that it was done.
#[utoipa::path(post, path = "/customer-plans/{id}/undo", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200, body = Plan)))]
async fn undo_plan(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::undo_plan(tx, now, who, id)
    })
    .await
}

/// The file of a customer, the last entry first.
#[utoipa::path(get, path = "/customers/{id}/entries", tag = "customers", params(("id" = Id, Path), PageAsk),
    responses((status = 200, body = Page<EntryView>)))]
async fn list_entries(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<EntryView>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::entries(tx, who, id, &page))
            .await?,
    ))
}

/// Writes an entry into a customer's file.
#[utoipa::path(post, path = "/customers/{id}/entries", tag = "customers", params(("id" = Id, Path)),
    request_body = NewEntry, responses((status = 201, body = Entry)))]
async fn add_entry(State(edge): State<Edge>, At(id): At, write: Write<NewEntry>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, new| {
        crate::add_entry(tx, now, who, id, &new)
    })
    .await
}

/// Takes an entry out of a customer's file, or puts it back.
#[utoipa::path(post, path = "/customer-entries/{id}/remove", tag = "customers", params(("id" = Id, Path)),
    request_body = Over, responses((status = 200)))]
async fn remove_entry(State(edge): State<Edge>, At(id): At, write: Write<Over>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, how| {
        crate::remove_entry(tx, now, who, id, how.over)
    })
    .await
}
