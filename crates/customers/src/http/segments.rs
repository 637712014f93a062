//! The doors of segments.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Id, Page, PageAsk};
use serde::Deserialize;
use team::http::{Answer, Api, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Member, NewSegment, RegionCount, RosterForm, Segment, SegmentCount, SegmentRule};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_segments, add_segment))
        .routes(routes!(count_segment))
        .routes(routes!(read_segment, edit_segment, remove_segment))
        .routes(routes!(list_members))
        .routes(routes!(export_segment))
        .routes(routes!(list_regions))
}

/// All segments, by name.
#[utoipa::path(get, path = "/segments", tag = "customers", responses((status = 200, body = Page<Segment>)))]
async fn list_segments(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Page<Segment>>, Failure> {
    let items = edge.read(&who, |tx, _, who| crate::segments(tx, who)).await?;
    Ok(Json(Page { items, next: None }))
}

/// Keeps a segment.
#[utoipa::path(post, path = "/segments", tag = "customers", request_body = NewSegment,
    responses((status = 201, body = Segment)))]
async fn add_segment(State(edge): State<Edge>, write: Write<NewSegment>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, new| {
        crate::add_segment(tx, now, who, &new)
    })
    .await
}

/// How many belong to these conditions now, and a few of them. It writes nothing.
#[utoipa::path(post, path = "/segments/count", tag = "customers", request_body = SegmentRule,
    responses((status = 200, body = SegmentCount)))]
async fn count_segment(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Api(rule): Api<SegmentRule>,
) -> Result<Json<SegmentCount>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::count_segment(tx, now, who, &rule)
        })
        .await?,
    ))
}

/// A segment.
#[utoipa::path(get, path = "/segments/{id}", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200, body = Segment)))]
async fn read_segment(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Segment>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::segment(tx, who, id))
            .await?,
    ))
}

/// Changes a segment.
#[utoipa::path(put, path = "/segments/{id}", tag = "customers", params(("id" = Id, Path)), request_body = NewSegment,
    responses((status = 200, body = Segment)))]
async fn edit_segment(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewSegment>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, new| {
        crate::edit_segment(tx, now, who, id, &new)
    })
    .await
}

/// Takes a segment away; its customers stay what they are.
#[utoipa::path(delete, path = "/segments/{id}", tag = "customers", params(("id" = Id, Path)),
    responses((status = 200)))]
async fn remove_segment(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::remove_segment(tx, now, who, id)
    })
    .await
}

/// Who belongs to a segment now, those who paid last first.
#[utoipa::path(get, path = "/segments/{id}/members", tag = "customers", params(("id" = Id, Path), PageAsk),
    responses((status = 200, body = Page<Member>)))]
async fn list_members(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Member>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::members(tx, now, who, id, &page))
            .await?,
    ))
}

/// How to give a segment out.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ExportSegment {
    /// `xlsx` when left out.
    #[serde(default)]
    form: RosterForm,
    /// With contacts in full, which needs the right to reveal; masked when left out.
    #[serde(default)]
    full: bool,
}

/// Everybody of a segment as a file; that it was asked for is logged.
#[utoipa::path(post, path = "/segments/{id}/export", tag = "customers", params(("id" = Id, Path)),
    request_body = ExportSegment,
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_segment(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Api(ask): Api<ExportSegment>,
) -> Result<Response, Failure> {
    let bytes = crate::export_segment(&edge.db, edge.now(), &who, id, ask.form, ask.full).await?;
    let (kind, name) = match ask.form {
        RosterForm::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"customers.xlsx\"",
        ),
        RosterForm::Csv => (
            "text/csv; charset=utf-8",
            "attachment; filename=\"customers.csv\"",
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, name),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

/// All regions parcels went to, with how many customers.
#[utoipa::path(get, path = "/customer-regions", tag = "customers",
    responses((status = 200, body = Page<RegionCount>)))]
async fn list_regions(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Page<RegionCount>>, Failure> {
    let items = edge.read(&who, |tx, _, who| crate::regions(tx, who)).await?;
    Ok(Json(Page { items, next: None }))
}
