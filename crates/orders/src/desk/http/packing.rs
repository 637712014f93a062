//! The HTTP doors of packing and shipping, under `/api/v1`.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{
    self, Copies, CopiesReport, DeskParcel, EndPickup, NewPickup, PackParcel, Pickup, PickupFilter,
    PickupWaiting, Scan, ScannedParcel, SetWaybill, ShipParcels, ShippedParcels, Traces, TracesReport,
    Waybills, WaybillsReport, WeighParcel,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(scan))
        .routes(routes!(read_stays))
        .routes(routes!(set_waybill, drop_waybill))
        .routes(routes!(set_waybills))
        .routes(routes!(pack_parcel))
        .routes(routes!(check_parcel_again))
        .routes(routes!(weigh_parcel))
        .routes(routes!(ship_parcels))
        .routes(routes!(unship_parcel))
        .routes(routes!(reconcile_copies))
        .routes(routes!(take_traces))
        .routes(routes!(list_pickups, ask_pickup))
        .routes(routes!(count_pickups))
        .routes(routes!(end_pickup))
}

/// The parcel of a code, as the program sees it now, and what would refuse its hand-over (`stays`).
#[utoipa::path(post, path = "/desk/scan", tag = "desk", params(Scan), responses((status = 200, body = ScannedParcel)))]
async fn scan(State(edge): State<Edge>, Ask(code): Ask<Scan>, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| desk::scan(tx, now, who, &code))
        .await
}

/// A parcel that was scanned before, as it stands, and what would refuse its hand-over (`stays`).
#[utoipa::path(get, path = "/parcels/{id}/stays", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = ScannedParcel)))]
async fn read_stays(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<ScannedParcel>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::scanned(tx, now, who, id))
            .await?,
    ))
}

/// Gives a parcel the courier's number.
#[utoipa::path(post, path = "/parcels/{id}/waybill", tag = "desk", params(("id" = Id, Path)), request_body = SetWaybill,
    responses((status = 200, body = DeskParcel)))]
async fn set_waybill(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<SetWaybill>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_waybill(tx, now, who, id, &body)
    })
    .await
}

/// Takes a courier's number away.
#[utoipa::path(delete, path = "/parcels/{id}/waybill", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskParcel)))]
async fn drop_waybill(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::drop_waybill(tx, now, who, id)
    })
    .await
}

/// Gives many parcels their numbers.
#[utoipa::path(post, path = "/desk/waybills", tag = "desk", request_body = Waybills,
    responses((status = 200, body = WaybillsReport)))]
async fn set_waybills(State(edge): State<Edge>, write: Write<Waybills>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_waybills(tx, now, who, &body)
    })
    .await
}

/// Writes down that a parcel was looked through and packed.
#[utoipa::path(post, path = "/parcels/{id}/pack", tag = "desk", params(("id" = Id, Path)), request_body = PackParcel,
    responses((status = 200, body = DeskParcel)))]
async fn pack_parcel(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<PackParcel>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::pack(tx, now, who, id, &body)
    })
    .await
}

/// Writes down that somebody else looked again.
#[utoipa::path(post, path = "/parcels/{id}/second", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskParcel)))]
async fn check_parcel_again(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        desk::second_check(tx, now, who, id)
    })
    .await
}

/// Writes down what a parcel weighs.
#[utoipa::path(post, path = "/parcels/{id}/weigh", tag = "desk", params(("id" = Id, Path)), request_body = WeighParcel,
    responses((status = 200, body = DeskParcel)))]
async fn weigh_parcel(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<WeighParcel>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::weigh(tx, now, who, id, &body)
    })
    .await
}

/// Hands parcels over to their couriers.
#[utoipa::path(post, path = "/desk/ship", tag = "desk", request_body = ShipParcels,
    responses((status = 200, body = ShippedParcels)))]
async fn ship_parcels(State(edge): State<Edge>, write: Write<ShipParcels>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::ship(tx, now, who, &body)
    })
    .await
}

/// Takes a hand-over back, within half an hour.
#[utoipa::path(post, path = "/parcels/{id}/unship", tag = "desk", params(("id" = Id, Path)),
    responses((status = 200, body = DeskParcel)))]
async fn unship_parcel(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| desk::unship(tx, now, who, id))
        .await
}

/// Compares second copies with what left.
#[utoipa::path(post, path = "/desk/copies", tag = "desk", request_body = Copies,
    responses((status = 200, body = CopiesReport)))]
async fn reconcile_copies(State(edge): State<Edge>, write: Write<Copies>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::reconcile(tx, now, who, &body)
    })
    .await
}

/// Takes in what a courier's file says of parcels under way.
#[utoipa::path(post, path = "/desk/traces", tag = "desk", request_body = Traces,
    responses((status = 200, body = TracesReport)))]
async fn take_traces(State(edge): State<Edge>, write: Write<Traces>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::take_traces(tx, now, who, &body)
    })
    .await
}

/// Couriers that were asked to come.
#[utoipa::path(get, path = "/desk/pickups", tag = "desk", params(PickupFilter, PageAsk),
    responses((status = 200, body = Page<Pickup>)))]
async fn list_pickups(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<PickupFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Pickup>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::pickups(tx, who, &filter, &page))
            .await?,
    ))
}

/// Writes down that a courier was asked to come for what is packed.
#[utoipa::path(post, path = "/desk/pickups", tag = "desk", request_body = NewPickup,
    responses((status = 201, body = Pickup)))]
async fn ask_pickup(State(edge): State<Edge>, write: Write<NewPickup>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::ask_pickup(tx, now, who, &body)
    })
    .await
}

/// What is packed and not handed over, by courier.
#[utoipa::path(get, path = "/desk/pickups/waiting", tag = "desk",
    responses((status = 200, body = Vec<PickupWaiting>)))]
async fn count_pickups(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Vec<PickupWaiting>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::pickups_waiting(tx, who))
            .await?,
    ))
}

/// Writes down that a courier came, or need not come.
#[utoipa::path(post, path = "/desk/pickups/{id}/end", tag = "desk", params(("id" = Id, Path)), request_body = EndPickup,
    responses((status = 200, body = Pickup)))]
async fn end_pickup(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<EndPickup>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::end_pickup(tx, now, who, id, &body)
    })
    .await
}
