//! The HTTP doors of couriers' labels, under `/api/v1`.

use axum::Json;
use axum::extract::{Path, State};
use team::http::{Answer, Api, Ask, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{self, Label, LabelFilter, LabelLook, LabelPage, NewLabel};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_labels))
        .routes(routes!(set_label, remove_label))
        .routes(routes!(look_at_label))
}

/// The labels of couriers that a shop keeps.
#[utoipa::path(get, path = "/desk/labels", tag = "desk", params(LabelFilter),
    responses((status = 200, body = Vec<Label>)))]
async fn list_labels(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<LabelFilter>,
) -> Result<Json<Vec<Label>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::labels(tx, who, filter.shop))
            .await?,
    ))
}

/// Keeps the label of a courier, in the place of the one there was.
#[utoipa::path(put, path = "/desk/labels/{courier}", tag = "desk", params(("courier" = String, Path)),
    request_body = NewLabel, responses((status = 200, body = Label)))]
async fn set_label(
    State(edge): State<Edge>,
    Path(courier): Path<String>,
    write: Write<NewLabel>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_label(tx, now, who, &courier, &body)
    })
    .await
}

/// Takes the label of a courier away: from then on our own is printed.
#[utoipa::path(delete, path = "/desk/labels/{courier}", tag = "desk",
    params(("courier" = String, Path), LabelFilter), responses((status = 204)))]
async fn remove_label(
    State(edge): State<Edge>,
    Path(courier): Path<String>,
    Ask(filter): Ask<LabelFilter>,
    write: Write,
) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        desk::remove_label(tx, now, who, filter.shop, &courier)
    })
    .await
}

/// A label with an order that does not exist: a file before it is kept, or the one that is.
#[utoipa::path(post, path = "/desk/labels/look", tag = "desk", request_body = LabelLook,
    responses((status = 200, body = LabelPage)))]
async fn look_at_label(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Api(look): Api<LabelLook>,
) -> Result<Json<LabelPage>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::look_at_label(tx, who, &look))
            .await?,
    ))
}
