use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, At, Caller, Edge, Failure, Write, whole};
use crate::{NewShopAccount, ShopAccount, ShopAccountChange};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_accounts, add_account))
        .routes(routes!(change_account, remove_account))
}

/// The accounts of a shop on its platform, and whose they are when.
#[utoipa::path(get, path = "/shops/{id}/accounts", tag = "team", params(("id" = Id, Path)), responses((status = 200, body = Page<ShopAccount>)))]
async fn list_accounts(
    State(edge): State<Edge>,
    At(shop): At,
    Caller(who): Caller,
) -> Result<Json<Page<ShopAccount>>, Failure> {
    Ok(whole(
        edge.read(&who, move |tx, _, who| crate::shop_accounts(tx, who, shop))
            .await?,
    ))
}

/// Gives an account to somebody for a time.
#[utoipa::path(post, path = "/shops/{id}/accounts", tag = "team", params(("id" = Id, Path)), request_body = NewShopAccount, responses((status = 201, body = ShopAccount)))]
async fn add_account(
    State(edge): State<Edge>,
    At(shop): At,
    write: Write<NewShopAccount>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, new| {
        crate::add_shop_account(tx, now, who, shop, new)
    })
    .await
}

/// Changes whose an account is, or the time.
#[utoipa::path(patch, path = "/accounts/{id}", tag = "team", params(("id" = Id, Path)), request_body = ShopAccountChange, responses((status = 200, body = ShopAccount)))]
async fn change_account(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ShopAccountChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::change_shop_account(tx, now, who, id, change)
    })
    .await
}

/// Takes an account from somebody.
#[utoipa::path(delete, path = "/accounts/{id}", tag = "team", params(("id" = Id, Path)), responses((status = 200)))]
async fn remove_account(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_shop_account(tx, now, who, id)
    })
    .await
}
