use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, At, Caller, Edge, Failure, Write, whole};
use crate::{NewPaper, Paper, PaperChange};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_papers, add_paper))
        .routes(routes!(change_paper, remove_paper))
}

/// The papers of a shop.
#[utoipa::path(get, path = "/shops/{id}/papers", tag = "team", params(("id" = Id, Path)), responses((status = 200, body = Page<Paper>)))]
async fn list_papers(
    State(edge): State<Edge>,
    At(shop): At,
    Caller(who): Caller,
) -> Result<Json<Page<Paper>>, Failure> {
    Ok(whole(
        edge.read(&who, move |tx, now, who| crate::papers(tx, now, who, shop))
            .await?,
    ))
}

/// Adds a paper to a shop.
#[utoipa::path(post, path = "/shops/{id}/papers", tag = "team", params(("id" = Id, Path)), request_body = NewPaper, responses((status = 201, body = Paper)))]
async fn add_paper(
    State(edge): State<Edge>,
    At(shop): At,
    write: Write<NewPaper>,
) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, new| {
        crate::add_paper(tx, now, who, shop, new)
    })
    .await
}

/// Changes a paper.
#[utoipa::path(patch, path = "/papers/{id}", tag = "team", params(("id" = Id, Path)), request_body = PaperChange, responses((status = 200, body = Paper)))]
async fn change_paper(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<PaperChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::change_paper(tx, now, who, id, change)
    })
    .await
}

/// Removes a paper.
#[utoipa::path(delete, path = "/papers/{id}", tag = "team", params(("id" = Id, Path)), responses((status = 200)))]
async fn remove_paper(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_paper(tx, now, who, id)
    })
    .await
}
