//! The HTTP doors of audit, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{
    self, CountFilter, CutParcels, DeskParcel, DoneParcels, HoldParcels, MergeParcels, NewHold, NewMistake,
    ParcelCounts, ParcelFilter, ParcelTrail, PassParcel, PassParcels, PassedParcels, ReleaseHold,
    ReleaseParcels, SetCourierOf, SplitParcel, TickCheck,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_parcels))
        .routes(routes!(count_parcels))
        .routes(routes!(read_parcel))
        .routes(routes!(read_trail))
        .routes(routes!(check_parcel))
        .routes(routes!(pass_parcel))
        .routes(routes!(pass_parcels))
        .routes(routes!(unpass_parcel))
        .routes(routes!(hold_parcel))
        .routes(routes!(release_parcel))
        .routes(routes!(hold_parcels))
        .routes(routes!(release_parcels))
        .routes(routes!(set_parcel_courier))
        .routes(routes!(list_mates, merge_parcels))
        .routes(routes!(split_parcel))
        .routes(routes!(rejoin_parcel))
        .routes(routes!(set_parcel_error, drop_parcel_error))
}

/// Parcels of my shops, what has to leave soonest first.
#[utoipa::path(get, path = "/parcels", tag = "desk", params(ParcelFilter, PageAsk),
    responses((status = 200, body = Page<DeskParcel>)))]
async fn list_parcels(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<ParcelFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<DeskParcel>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            desk::parcels(tx, now, who, &filter, &page)
        })
        .await?,
    ))
}

/// Where the work is.
#[utoipa::path(get, path = "/parcels/counts", tag = "desk", params(CountFilter),
    responses((status = 200, body = ParcelCounts)))]
async fn count_parcels(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<CountFilter>,
) -> Result<Json<ParcelCounts>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            desk::parcel_counts(tx, now, who, &filter)
        })
        .await?,
    ))
}

/// A parcel.
#[utoipa::path(get, path = "/parcels/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskParcel)))]
async fn read_parcel(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<DeskParcel>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::parcel(tx, now, who, id))
            .await?,
    ))
}

/// What was done to a parcel, the latest first.
#[utoipa::path(get, path = "/parcels/{id}/trail", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = Page<ParcelTrail>)))]
async fn read_trail(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Page<ParcelTrail>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::parcel_trail(tx, who, id))
            .await?,
    ))
}

/// Ticks one of the seven checks by hand, or takes that back.
#[utoipa::path(post, path = "/parcels/{id}/check", tag = "desk", params(("id" = Id, Path)), request_body = TickCheck,
    responses((status = 200, body = DeskParcel)))]
async fn check_parcel(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<TickCheck>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::check(tx, now, who, id, &body)
    })
    .await
}

/// Passes a parcel.
#[utoipa::path(post, path = "/parcels/{id}/pass", tag = "desk", params(("id" = Id, Path)), request_body = PassParcel,
    responses((status = 200, body = DeskParcel)))]
async fn pass_parcel(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<PassParcel>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::pass(tx, now, who, id, &body)
    })
    .await
}

/// Passes what of these can be passed.
#[utoipa::path(post, path = "/parcels/pass", tag = "desk", request_body = PassParcels,
    responses((status = 200, body = PassedParcels)))]
async fn pass_parcels(State(edge): State<Edge>, write: Write<PassParcels>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::pass_many(tx, now, who, &body)
    })
    .await
}

/// Takes an audit back.
#[utoipa::path(post, path = "/parcels/{id}/unpass", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskParcel)))]
async fn unpass_parcel(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| desk::unpass(tx, now, who, id))
        .await
}

/// Holds a parcel with a named reason.
#[utoipa::path(post, path = "/parcels/{id}/hold", tag = "desk", params(("id" = Id, Path)), request_body = NewHold,
    responses((status = 200, body = DeskParcel)))]
async fn hold_parcel(State(edge): State<Edge>, At(id): At, write: Write<NewHold>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::hold(tx, now, who, id, &body)
    })
    .await
}

/// Releases a hold, or all that people may release.
#[utoipa::path(post, path = "/parcels/{id}/release", tag = "desk", params(("id" = Id, Path)), request_body = ReleaseHold,
    responses((status = 200, body = DeskParcel)))]
async fn release_parcel(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ReleaseHold>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::release(tx, now, who, id, &body)
    })
    .await
}

/// Holds these for one reason; what was refused is named.
#[utoipa::path(post, path = "/parcels/hold", tag = "desk", request_body = HoldParcels,
    responses((status = 200, body = DoneParcels)))]
async fn hold_parcels(State(edge): State<Edge>, write: Write<HoldParcels>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::hold_many(tx, now, who, &body)
    })
    .await
}

/// Releases of these what people may release; what was refused is named.
#[utoipa::path(post, path = "/parcels/release", tag = "desk", request_body = ReleaseParcels,
    responses((status = 200, body = DoneParcels)))]
async fn release_parcels(State(edge): State<Edge>, write: Write<ReleaseParcels>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::release_many(tx, now, who, &body)
    })
    .await
}

/// Gives a parcel to another courier.
#[utoipa::path(put, path = "/parcels/{id}/courier", tag = "desk", params(("id" = Id, Path)), request_body = SetCourierOf,
    responses((status = 200, body = DeskParcel)))]
async fn set_parcel_courier(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<SetCourierOf>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_courier_of(tx, now, who, id, &body)
    })
    .await
}

/// Others that can go with a parcel.
#[utoipa::path(get, path = "/parcels/{id}/merge", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = Vec<DeskParcel>)))]
async fn list_mates(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<DeskParcel>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::merge_mates(tx, now, who, id))
            .await?,
    ))
}

/// Puts other parcels into this one.
#[utoipa::path(post, path = "/parcels/{id}/merge", tag = "desk", params(("id" = Id, Path)), request_body = MergeParcels,
    responses((status = 200, body = DeskParcel)))]
async fn merge_parcels(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<MergeParcels>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::merge(tx, now, who, id, &body)
    })
    .await
}

/// Cuts some pieces out of a parcel into a new one.
#[utoipa::path(post, path = "/parcels/{id}/split", tag = "desk", params(("id" = Id, Path)), request_body = SplitParcel,
    responses((status = 200, body = CutParcels)))]
async fn split_parcel(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<SplitParcel>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::split(tx, now, who, id, &body)
    })
    .await
}

/// Takes the merging or the cutting of a parcel back.
#[utoipa::path(post, path = "/parcels/{id}/rejoin", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskParcel)))]
async fn rejoin_parcel(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| desk::rejoin(tx, now, who, id))
        .await
}

/// Writes down an error that was found later.
#[utoipa::path(post, path = "/parcels/{id}/error", tag = "desk", params(("id" = Id, Path)), request_body = NewMistake,
    responses((status = 200, body = DeskParcel)))]
async fn set_parcel_error(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewMistake>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_mistake(tx, now, who, id, Some(&body))
    })
    .await
}

/// Takes an error back.
#[utoipa::path(delete, path = "/parcels/{id}/error", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskParcel)))]
async fn drop_parcel_error(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::set_mistake(tx, now, who, id, None)
    })
    .await
}
