//! What is known of products: facts, batches, certificates, warranties, pre-sale marks.

use axum::Json;
use axum::extract::State;
use base::{Fen, Id, Page, PageAsk};
use serde::Deserialize;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{
    BasicsChange, BatchFilter, Certificate, CertificateChange, CertificateFilter, NewCertificate,
    NewPreorder, NewProductBatch, NewWarranty, Preorder, ProductBatch, ProductBatchChange, ProductBrief,
    ProductFacts, ProductFactsChange, ProductRow, ProductRowChange, Warranty, WarrantyChange,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(product_brief))
        .routes(routes!(change_basics))
        .routes(routes!(read_facts, change_facts))
        .routes(routes!(list_rows))
        .routes(routes!(change_row))
        .routes(routes!(batches_of_product, add_batch))
        .routes(routes!(list_batches))
        .routes(routes!(change_batch, remove_batch))
        .routes(routes!(certificates_of_product, add_certificate))
        .routes(routes!(list_certificates))
        .routes(routes!(change_certificate, remove_certificate))
        .routes(routes!(list_warranty, add_warranty))
        .routes(routes!(change_warranty, remove_warranty))
        .routes(routes!(set_preorder, end_preorder))
        .routes(routes!(list_preorders))
}

/// For which talk.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct BriefAsk {
    /// The shop of the talk.
    shop: Id,
    /// What is in the cart or order so far.
    #[serde(default)]
    total_fen: Fen,
}

/// In which shop.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ShopAsk {
    /// Those sold in this shop; left out: in any of mine.
    shop: Option<Id>,
}

/// All there is to know of a product in a talk.
#[utoipa::path(get, path = "/products/{id}/brief", tag = "knowledge", params(("id" = Id, Path), BriefAsk),
    responses((status = 200, body = ProductBrief)))]
async fn product_brief(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(ask): Ask<BriefAsk>,
) -> Result<Json<ProductBrief>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::product_brief(tx, now, who, id, ask.shop, ask.total_fen)
        })
        .await?,
    ))
}

/// Changes name, main picture, page and selling points of a product.
#[utoipa::path(patch, path = "/products/{id}/basics", tag = "knowledge", params(("id" = Id, Path)), request_body = BasicsChange,
    responses((status = 200, body = catalogue::Product)))]
async fn change_basics(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<BasicsChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_basics(tx, now, who, id, &body)
    })
    .await
}

/// What is known of a product.
#[utoipa::path(get, path = "/products/{id}/facts", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = ProductFacts)))]
async fn read_facts(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<ProductFacts>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::facts(tx, who, id))
            .await?,
    ))
}

/// Changes what is known of a product.
#[utoipa::path(patch, path = "/products/{id}/facts", tag = "knowledge", params(("id" = Id, Path)), request_body = ProductFactsChange,
    responses((status = 200, body = ProductFacts)))]
async fn change_facts(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ProductFactsChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_facts(tx, now, who, id, &body)
    })
    .await
}

/// Products with what is known of them, as rows to be edited: the newest first.
#[utoipa::path(get, path = "/product-facts", tag = "knowledge", params(catalogue::ProductFilter, PageAsk),
    responses((status = 200, body = Page<ProductRow>)))]
async fn list_rows(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<catalogue::ProductFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<ProductRow>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::product_rows(tx, who, &filter, &page)
        })
        .await?,
    ))
}

/// Changes a product and what is known of it, all of it or nothing.
#[utoipa::path(patch, path = "/product-facts/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = ProductRowChange,
    responses((status = 200, body = ProductRow)))]
async fn change_row(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ProductRowChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_product_row(tx, now, who, id, &body)
    })
    .await
}

/// The batches of a product, the first to expire first.
#[utoipa::path(get, path = "/products/{id}/batches", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<ProductBatch>)))]
async fn batches_of_product(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<ProductBatch>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::batches_of(tx, now, who, id))
            .await?,
    ))
}

/// Adds a batch to a product.
#[utoipa::path(post, path = "/products/{id}/batches", tag = "knowledge", params(("id" = Id, Path)), request_body = NewProductBatch,
    responses((status = 201, body = ProductBatch)))]
async fn add_batch(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewProductBatch>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        crate::add_batch(tx, now, who, id, &body)
    })
    .await
}

/// Batches of all my products, the first to expire first.
#[utoipa::path(get, path = "/batches", tag = "knowledge", params(BatchFilter, PageAsk),
    responses((status = 200, body = Page<ProductBatch>)))]
async fn list_batches(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<BatchFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<ProductBatch>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::batches(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// Changes a batch.
#[utoipa::path(patch, path = "/batches/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = ProductBatchChange,
    responses((status = 200, body = ProductBatch)))]
async fn change_batch(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ProductBatchChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_batch(tx, now, who, id, &body)
    })
    .await
}

/// Removes a batch.
#[utoipa::path(delete, path = "/batches/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_batch(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_batch(tx, now, who, id)
    })
    .await
}

/// The certificates of a product.
#[utoipa::path(get, path = "/products/{id}/certificates", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<Certificate>)))]
async fn certificates_of_product(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Certificate>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::certificates_of(tx, now, who, id))
            .await?,
    ))
}

/// Adds a certificate to a product.
#[utoipa::path(post, path = "/products/{id}/certificates", tag = "knowledge", params(("id" = Id, Path)), request_body = NewCertificate,
    responses((status = 201, body = Certificate)))]
async fn add_certificate(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewCertificate>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        crate::add_certificate(tx, now, who, id, &body)
    })
    .await
}

/// Certificates of all my products, the first to end first.
#[utoipa::path(get, path = "/certificates", tag = "knowledge", params(CertificateFilter, PageAsk),
    responses((status = 200, body = Page<Certificate>)))]
async fn list_certificates(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<CertificateFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Certificate>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::certificates(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// Changes a certificate.
#[utoipa::path(patch, path = "/certificates/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = CertificateChange,
    responses((status = 200, body = Certificate)))]
async fn change_certificate(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<CertificateChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_certificate(tx, now, who, id, &body)
    })
    .await
}

/// Removes a certificate.
#[utoipa::path(delete, path = "/certificates/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_certificate(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_certificate(tx, now, who, id)
    })
    .await
}

/// The warranty of a product, part by part.
#[utoipa::path(get, path = "/products/{id}/warranty", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<Warranty>)))]
async fn list_warranty(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Warranty>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::warranties(tx, who, id))
            .await?,
    ))
}

/// Adds the warranty of a part.
#[utoipa::path(post, path = "/products/{id}/warranty", tag = "knowledge", params(("id" = Id, Path)), request_body = NewWarranty,
    responses((status = 201, body = Warranty)))]
async fn add_warranty(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewWarranty>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        crate::add_warranty(tx, now, who, id, &body)
    })
    .await
}

/// Changes the warranty of a part.
#[utoipa::path(patch, path = "/warranty/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = WarrantyChange,
    responses((status = 200, body = Warranty)))]
async fn change_warranty(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<WarrantyChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_warranty(tx, now, who, id, &body)
    })
    .await
}

/// Removes the warranty of a part.
#[utoipa::path(delete, path = "/warranty/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_warranty(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_warranty(tx, now, who, id)
    })
    .await
}

/// Marks a SKU as sold before it is there.
#[utoipa::path(put, path = "/skus/{id}/preorder", tag = "knowledge", params(("id" = Id, Path)), request_body = NewPreorder,
    responses((status = 200, body = Preorder)))]
async fn set_preorder(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewPreorder>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::set_preorder(tx, now, who, id, &body)
    })
    .await
}

/// Takes the pre-sale mark off a SKU.
#[utoipa::path(delete, path = "/skus/{id}/preorder", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn end_preorder(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::end_preorder(tx, now, who, id)
    })
    .await
}

/// SKUs that are sold before they are there, the first to leave first.
#[utoipa::path(get, path = "/preorders", tag = "knowledge", params(ShopAsk),
    responses((status = 200, body = Vec<Preorder>)))]
async fn list_preorders(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Vec<Preorder>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::preorders(tx, now, who, ask.shop))
            .await?,
    ))
}
