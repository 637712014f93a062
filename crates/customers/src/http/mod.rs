//! The HTTP doors of the customers, under `/api/v1`.

mod care;
mod joins;
mod members;
mod segments;
mod tags;

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use serde::{Deserialize, Serialize};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Block, CustomerChange, CustomerFilter, CustomerView, NewBlock, SecretField};

/// Everything under `/api/v1` that belongs to this room.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_customers))
        .routes(routes!(read_customer, edit_customer))
        .routes(routes!(block_customer))
        .routes(routes!(unblock_customer))
        .routes(routes!(reveal_customer))
        .routes(routes!(list_blocks))
        .merge(care::routes())
        .merge(joins::routes())
        .merge(members::routes())
        .merge(segments::routes())
        .merge(tags::routes())
}

/// Customers, the newest first.
#[utoipa::path(get, path = "/customers", tag = "customers", params(CustomerFilter, PageAsk),
    responses((status = 200, body = Page<CustomerView>)))]
async fn list_customers(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<CustomerFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<CustomerView>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::customers(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// A customer, with what is secret masked.
#[utoipa::path(get, path = "/customers/{id}", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200, body = CustomerView)))]
async fn read_customer(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<CustomerView>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::customer(tx, now, who, id))
            .await?,
    ))
}

/// Changes what the team wrote about a customer.
#[utoipa::path(patch, path = "/customers/{id}", tag = "customers", params(("id" = Id, Path)),
    request_body = CustomerChange, responses((status = 200, body = CustomerView)))]
async fn edit_customer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<CustomerChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::edit_customer(tx, now, who, id, &change)
    })
    .await
}

/// Blocks a customer in one shop or in all.
#[utoipa::path(post, path = "/customers/{id}/block", tag = "customers", params(("id" = Id, Path)),
    request_body = NewBlock, responses((status = 200, body = Block)))]
async fn block_customer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewBlock>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::block(tx, now, who, id, &new)
    })
    .await
}

/// Which blocks to end.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Unblock {
    /// Those of this shop; left out: all in my shops.
    shop: Option<Id>,
}

/// Ends a customer's blocks.
#[utoipa::path(post, path = "/customers/{id}/unblock", tag = "customers", params(("id" = Id, Path)),
    request_body = Option<Unblock>, responses((status = 200)))]
async fn unblock_customer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Option<Unblock>>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::unblock(tx, now, who, id, body.unwrap_or_default().shop)
    })
    .await
}

/// What to reveal.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Reveal {
    /// The secret.
    field: SecretField,
}

/// A secret in full.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct Revealed {
    /// The secret; null when there is none.
    value: Option<String>,
}

/// Shows one secret of a customer in full, which is logged.
#[utoipa::path(post, path = "/customers/{id}/reveal", tag = "customers", params(("id" = Id, Path)),
    request_body = Reveal, responses((status = 200, body = Revealed)))]
async fn reveal_customer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Reveal>,
) -> Result<Answer, Failure> {
    let (now, who, field) = (edge.now(), write.who.clone(), write.body.field);
    // Kept nowhere but in its own table, so the same request again is refused.
    edge.once_secret(&write.who, &write.once, 200, move |tx| {
        Ok(Revealed {
            value: crate::reveal(tx, now, &who, id, field)?,
        })
    })
    .await
}

/// Blocks in force in my shops, the newest first.
#[utoipa::path(get, path = "/blocks", tag = "customers", params(PageAsk),
    responses((status = 200, body = Page<Block>)))]
async fn list_blocks(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Block>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::blocks(tx, now, who, &page))
            .await?,
    ))
}
