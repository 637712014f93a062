use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, At, Caller, Edge, Failure, Write, random, whole};
use crate::{NewToken, Token};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, add_token))
        .routes(routes!(remove_token))
}

/// The API tokens of the organisation, without their secrets.
#[utoipa::path(get, path = "/tokens", tag = "team", responses((status = 200, body = Page<Token>)))]
async fn list_tokens(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Page<Token>>, Failure> {
    Ok(whole(edge.read(&who, |tx, _, who| crate::tokens(tx, who)).await?))
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
struct TokenMade {
    #[serde(flatten)]
    made: Token,
    /// The secret; shown only now.
    token: String,
}

/// Makes an API token.
#[utoipa::path(post, path = "/tokens", tag = "team", request_body = NewToken, responses((status = 201, body = TokenMade)))]
async fn add_token(State(edge): State<Edge>, write: Write<NewToken>) -> Result<Answer, Failure> {
    let (now, who, new, token) = (edge.now(), write.who.clone(), write.body, random::token()?);
    edge.once_secret(&write.who, &write.once, 201, move |tx| {
        let made = crate::add_token(tx, now, &who, new.clone(), &token)?;
        Ok(TokenMade {
            made,
            token: token.clone(),
        })
    })
    .await
}

/// Ends an API token at once.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "team", params(("id" = Id, Path)), responses((status = 200)))]
async fn remove_token(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_token(tx, now, who, id)
    })
    .await
}
