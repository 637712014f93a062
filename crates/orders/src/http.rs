//! The HTTP doors of orders, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Id, Page, PageAsk};
use serde::{Deserialize, Serialize};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{ExportFormat, NewOrder, NewOrderReview, Order, OrderFilter, OrderReview, OrderSecret, Refund};

/// Everything under `/api/v1` that belongs to this room.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_orders, upsert_order))
        .routes(routes!(export_orders))
        .routes(routes!(export_products))
        .routes(routes!(read_order))
        .routes(routes!(reveal_order))
        .routes(routes!(review_order))
        .routes(routes!(list_refunds))
        .routes(routes!(list_customer_orders))
        .merge(crate::archive::http::routes())
}

/// Orders of my shops, the last placed first.
#[utoipa::path(get, path = "/orders", tag = "orders", params(OrderFilter, PageAsk),
    responses((status = 200, body = Page<Order>)))]
async fn list_orders(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<OrderFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Order>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::orders(tx, who, &filter, &page))
            .await?,
    ))
}

/// As what a file is wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportAsk {
    /// csv when left out.
    #[param(inline)]
    #[serde(default)]
    format: ExportFormat,
}

/// The orders of a filter as a file: no cell carries a formula, and receivers are masked unless the actor may
/// reveal them.
#[utoipa::path(get, path = "/orders/export", tag = "orders", params(OrderFilter, ExportAsk),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn export_orders(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<OrderFilter>,
    Ask(ask): Ask<ExportAsk>,
) -> Result<Response, Failure> {
    let bytes = crate::export_found(&edge.db, edge.now(), &who, &filter, ask.format).await?;
    Ok(file("orders", ask.format, bytes))
}

/// Of which shop, and as what.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ProductsAsk {
    /// Sold in this shop; left out: in any of mine.
    shop: Option<Id>,
    /// csv when left out.
    #[param(inline)]
    #[serde(default)]
    format: ExportFormat,
}

/// Products with their SKUs, prices and stock as a file that an import takes back unchanged: no cell carries a
/// formula, and costs stand in it for those who keep the catalogue.
#[utoipa::path(get, path = "/products/export", tag = "catalogue", params(ProductsAsk),
    responses((status = 200, content_type = "application/octet-stream", body = String)))]
async fn export_products(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ProductsAsk>,
) -> Result<Response, Failure> {
    let bytes = crate::export_products(&edge.db, edge.now(), &who, ask.shop, ask.format).await?;
    Ok(file("products", ask.format, bytes))
}

/// A table that is saved under this name.
fn file(name: &str, format: ExportFormat, bytes: Vec<u8>) -> Response {
    let (kind, end) = match format {
        ExportFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        ExportFormat::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.{end}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// The orders of a customer in my shops, the last placed first.
#[utoipa::path(get, path = "/customers/{id}/orders", tag = "orders", params(("id" = Id, Path), PageAsk),
    responses((status = 200, body = Page<Order>)))]
async fn list_customer_orders(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Order>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::of_customer(tx, who, id, &page))
            .await?,
    ))
}

/// The refunds of an order, the oldest first.
#[utoipa::path(get, path = "/orders/{id}/refunds", tag = "orders", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<Refund>)))]
async fn list_refunds(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Refund>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::refunds(tx, who, id))
            .await?,
    ))
}

/// An order with its lines, and with what is secret masked.
#[utoipa::path(get, path = "/orders/{id}", tag = "orders", params(("id" = Id, Path)),
    responses((status = 200, body = Order)))]
async fn read_order(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Order>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::order(tx, who, id))
            .await?,
    ))
}

/// Takes in one version of an order, named by shop, platform and number.
#[utoipa::path(post, path = "/orders", tag = "orders", request_body = NewOrder,
    responses((status = 200, body = Order)))]
async fn upsert_order(State(edge): State<Edge>, write: Write<NewOrder>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, new| crate::upsert(tx, now, who, &new))
        .await
}

/// Keeps what the buyer said of an order after it came.
#[utoipa::path(post, path = "/orders/{id}/review", tag = "orders", params(("id" = Id, Path)), request_body = NewOrderReview,
    responses((status = 200, body = OrderReview)))]
async fn review_order(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewOrderReview>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::review_order(tx, now, who, id, &new)
    })
    .await
}

/// What to reveal.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RevealOrder {
    /// The secret.
    field: OrderSecret,
}

/// A secret in full.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct RevealedOrder {
    /// The secret; null when there is none.
    value: Option<String>,
}

/// Shows one secret of an order in full, which is logged.
#[utoipa::path(post, path = "/orders/{id}/reveal", tag = "orders", params(("id" = Id, Path)),
    request_body = RevealOrder, responses((status = 200, body = RevealedOrder)))]
async fn reveal_order(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<RevealOrder>,
) -> Result<Answer, Failure> {
    let (now, who, field) = (edge.now(), write.who.clone(), write.body.field);
    // Kept nowhere but in its own table, so the same request again is refused.
    edge.once_secret(&write.who, &write.once, 200, move |tx| {
        Ok(RevealedOrder {
            value: crate::reveal(tx, now, &who, id, field)?,
        })
    })
    .await
}
