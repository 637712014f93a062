use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, At, Caller, Edge, Failure, Write, random, whole};
use crate::{NewShop, Shop, ShopChange};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_shops, add_shop))
        .routes(routes!(change_shop))
        .routes(routes!(new_shop_secret))
}

/// My shops.
#[utoipa::path(get, path = "/shops", tag = "team", responses((status = 200, body = Page<Shop>)))]
async fn list_shops(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Page<Shop>>, Failure> {
    Ok(whole(edge.read(&who, |tx, _, who| crate::shops(tx, who)).await?))
}

/// Adds a shop.
#[utoipa::path(post, path = "/shops", tag = "team", request_body = NewShop, responses((status = 201, body = Shop)))]
async fn add_shop(State(edge): State<Edge>, mut write: Write<NewShop>) -> Result<Answer, Failure> {
    write.body.key = random::shop_key()?;
    edge.write(write, 201, crate::add_shop).await
}

/// Changes a shop.
#[utoipa::path(patch, path = "/shops/{id}", tag = "team", params(("id" = Id, Path)), request_body = ShopChange, responses((status = 200, body = Shop)))]
async fn change_shop(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ShopChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::change_shop(tx, now, who, id, change)
    })
    .await
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
struct IdentitySecret {
    /// Shown only now.
    secret: String,
}

/// Gives a shop a new secret to sign its visitors' identities with; the old one ends at once.
#[utoipa::path(post, path = "/shops/{id}/secret", tag = "team", params(("id" = Id, Path)), responses((status = 200, body = IdentitySecret)))]
async fn new_shop_secret(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    let (now, who, secret) = (edge.now(), write.who.clone(), random::secret()?);
    edge.once_secret(&write.who, &write.once, 200, move |tx| {
        crate::new_identity_secret(tx, now, &who, id, secret.clone())?;
        Ok(IdentitySecret {
            secret: secret.clone(),
        })
    })
    .await
}
