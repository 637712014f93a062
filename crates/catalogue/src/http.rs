//! The HTTP doors of the catalogue, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{NewProduct, Product, ProductFilter};

/// Everything under `/api/v1` that belongs to this room.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_products, upsert_product))
        .routes(routes!(read_product))
}

/// Products of my shops, the newest first.
#[utoipa::path(get, path = "/products", tag = "catalogue", params(ProductFilter, PageAsk),
    responses((status = 200, body = Page<Product>)))]
async fn list_products(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<ProductFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Product>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::products(tx, who, &filter, &page))
            .await?,
    ))
}

/// A product with its SKUs.
#[utoipa::path(get, path = "/products/{id}", tag = "catalogue", params(("id" = Id, Path)),
    responses((status = 200, body = Product)))]
async fn read_product(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Product>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::product(tx, who, id))
            .await?,
    ))
}

/// Makes a product, or changes the one of this code.
#[utoipa::path(post, path = "/products", tag = "catalogue", request_body = NewProduct,
    responses((status = 200, body = Product)))]
async fn upsert_product(State(edge): State<Edge>, write: Write<NewProduct>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, new| {
        crate::upsert_product(tx, now, who, &new)
    })
    .await
}
