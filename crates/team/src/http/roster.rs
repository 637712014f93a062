use axum::Json;
use axum::extract::State;
use base::{Id, Page};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, Ask, At, Caller, Edge, Failure, Write, whole};
use crate::{Cell, NewShift, Roster, Rotate, Shift, ShiftChange};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_shifts, add_shift))
        .routes(routes!(change_shift, remove_shift))
        .routes(routes!(show_roster, set_roster))
        .routes(routes!(rotate_roster))
}

/// The shifts.
#[utoipa::path(get, path = "/shifts", tag = "team", responses((status = 200, body = Page<Shift>)))]
async fn list_shifts(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Page<Shift>>, Failure> {
    Ok(whole(edge.read(&who, |tx, _, who| crate::shifts(tx, who)).await?))
}

/// Makes a shift.
#[utoipa::path(post, path = "/shifts", tag = "team", request_body = NewShift, responses((status = 201, body = Shift)))]
async fn add_shift(State(edge): State<Edge>, write: Write<NewShift>) -> Result<Answer, Failure> {
    edge.write(write, 201, crate::add_shift).await
}

/// Changes a shift, on all days.
#[utoipa::path(patch, path = "/shifts/{id}", tag = "team", params(("id" = Id, Path)), request_body = ShiftChange, responses((status = 200, body = Shift)))]
async fn change_shift(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ShiftChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::change_shift(tx, now, who, id, change)
    })
    .await
}

/// Removes a shift nobody stands in the roster with.
#[utoipa::path(delete, path = "/shifts/{id}", tag = "team", params(("id" = Id, Path)), responses((status = 200)))]
async fn remove_shift(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_shift(tx, now, who, id)
    })
    .await
}

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct RosterAsk {
    /// The first day, `YYYY-MM-DD`.
    from: String,
    /// The last day, at most a year later.
    to: String,
}

/// Who works when.
#[utoipa::path(get, path = "/roster", tag = "team", params(RosterAsk), responses((status = 200, body = Roster)))]
async fn show_roster(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<RosterAsk>,
) -> Result<Json<Roster>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::roster(tx, who, &ask.from, &ask.to))
            .await?,
    ))
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct Cells {
    cells: Vec<Cell>,
}

/// Writes cells of the roster.
#[utoipa::path(put, path = "/roster", tag = "team", request_body = Cells, responses((status = 200)))]
async fn set_roster(State(edge): State<Edge>, write: Write<Cells>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, body| {
        crate::set_roster(tx, now, who, &body.cells)?;
        Ok(json!({ "cells": body.cells.len() }))
    })
    .await
}

/// Fills the roster by rotation.
#[utoipa::path(post, path = "/roster/rotate", tag = "team", request_body = Rotate, responses((status = 200)))]
async fn rotate_roster(State(edge): State<Edge>, write: Write<Rotate>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, plan| {
        Ok(json!({ "cells": crate::rotate(tx, now, who, &plan)? }))
    })
    .await
}
