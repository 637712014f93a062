//! The HTTP doors of the catalogue, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{
    Bundle, Coming, Handling, NewBundle, NewComing, NewProduct, Product, ProductFilter, Received, SkuCost,
    StockAnswer, StockAsk,
};

/// Everything under `/api/v1` that belongs to this room.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_products, upsert_product))
        .routes(routes!(read_product))
        .routes(routes!(answer_stock))
        .routes(routes!(read_bundle, set_bundle))
        .routes(routes!(read_handling, set_handling))
        .routes(routes!(set_sku_cost))
        .routes(routes!(add_coming))
        .routes(routes!(receive_coming))
        .routes(routes!(drop_coming))
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

/// What there is of what the words name: 有没有货.
#[utoipa::path(get, path = "/stock", tag = "catalogue", params(StockAsk),
    responses((status = 200, body = Vec<StockAnswer>)))]
async fn answer_stock(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<StockAsk>,
) -> Result<Json<Vec<StockAnswer>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::stock_answers(tx, who, &ask))
            .await?,
    ))
}

/// What a SKU is made of.
#[utoipa::path(get, path = "/skus/{id}/bundle", tag = "catalogue", params(("id" = Id, Path)),
    responses((status = 200, body = Bundle)))]
async fn read_bundle(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Bundle>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::bundle(tx, who, id))
            .await?,
    ))
}

/// Says what a SKU is made of.
#[utoipa::path(put, path = "/skus/{id}/bundle", tag = "catalogue", params(("id" = Id, Path)),
    request_body = NewBundle, responses((status = 200, body = Bundle)))]
async fn set_bundle(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewBundle>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::set_bundle(tx, now, who, id, &new)
    })
    .await
}

/// How heavy a SKU is, where it lies and how it is packed.
#[utoipa::path(get, path = "/skus/{id}/handling", tag = "catalogue", params(("id" = Id, Path)),
    responses((status = 200, body = Handling)))]
async fn read_handling(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Handling>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::handling(tx, who, id))
            .await?,
    ))
}

/// Says how heavy a SKU is, where it lies and how it is packed.
#[utoipa::path(put, path = "/skus/{id}/handling", tag = "catalogue", params(("id" = Id, Path)),
    request_body = Handling, responses((status = 200, body = Handling)))]
async fn set_handling(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Handling>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::set_handling(tx, now, who, id, &new)
    })
    .await
}

/// Says what one piece of a SKU costs the shop; it is read with its product, by those who keep the catalogue.
#[utoipa::path(put, path = "/skus/{id}/cost", tag = "catalogue", params(("id" = Id, Path)),
    request_body = SkuCost, responses((status = 200, body = SkuCost)))]
async fn set_sku_cost(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<SkuCost>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::set_cost(tx, now, who, id, new)
    })
    .await
}

/// Writes down that pieces of a SKU are under way to us.
#[utoipa::path(post, path = "/skus/{id}/coming", tag = "catalogue", params(("id" = Id, Path)),
    request_body = NewComing, responses((status = 201, body = Coming)))]
async fn add_coming(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewComing>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, new| {
        crate::add_coming(tx, now, who, id, &new)
    })
    .await
}

/// Pieces that were under way lie on the shelf now.
#[utoipa::path(post, path = "/coming/{id}/receive", tag = "catalogue", params(("id" = Id, Path)),
    request_body = Received, responses((status = 200, body = Coming)))]
async fn receive_coming(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<Received>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, came| {
        crate::receive_coming(tx, now, who, id, &came)
    })
    .await
}

/// What was under way does not come.
#[utoipa::path(delete, path = "/coming/{id}", tag = "catalogue", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn drop_coming(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::drop_coming(tx, now, who, id)
    })
    .await
}
