//! The HTTP doors of the rules of the desk, under `/api/v1`.

use axum::Json;
use axum::extract::Path;
use axum::extract::State;
use base::Id;
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::{
    self, AuditRule, AuditRuleChange, Auditor, AuditorAsk, Courier, GiftRule, GiftSku, NewAuditRule,
    NewCourier, NewGiftRule, NewStopArea, RuleFilter, RuleOrder, StopArea, TriedRules, TryRules,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_rules, add_rule))
        .routes(routes!(change_rule, remove_rule))
        .routes(routes!(order_rules))
        .routes(routes!(try_rules))
        .routes(routes!(list_auditors))
        .routes(routes!(list_gift_rules, add_gift_rule))
        .routes(routes!(list_gift_skus))
        .routes(routes!(change_gift_rule, remove_gift_rule))
        .routes(routes!(list_couriers))
        .routes(routes!(set_courier))
        .routes(routes!(list_stop_areas, add_stop_area))
        .routes(routes!(change_stop_area, remove_stop_area))
}

/// The rules of audit in the order they are tried.
#[utoipa::path(get, path = "/desk/rules", tag = "desk", params(RuleFilter),
    responses((status = 200, body = Vec<AuditRule>)))]
async fn list_rules(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<RuleFilter>,
) -> Result<Json<Vec<AuditRule>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::audit_rules(tx, now, who, &filter))
            .await?,
    ))
}

/// Makes a rule of audit.
#[utoipa::path(post, path = "/desk/rules", tag = "desk", request_body = NewAuditRule,
    responses((status = 201, body = AuditRule)))]
async fn add_rule(State(edge): State<Edge>, write: Write<NewAuditRule>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::add_audit_rule(tx, now, who, &body)
    })
    .await
}

/// Changes a rule of audit.
#[utoipa::path(patch, path = "/desk/rules/{id}", tag = "desk", params(("id" = Id, Path)), request_body = AuditRuleChange,
    responses((status = 200, body = AuditRule)))]
async fn change_rule(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<AuditRuleChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::change_audit_rule(tx, now, who, id, &body)
    })
    .await
}

/// Takes a rule of audit away.
#[utoipa::path(delete, path = "/desk/rules/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_rule(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        desk::remove_audit_rule(tx, now, who, id)
    })
    .await
}

/// Gives the rules of audit their order.
#[utoipa::path(put, path = "/desk/rules/order", tag = "desk", request_body = RuleOrder,
    responses((status = 200, body = Vec<AuditRule>)))]
async fn order_rules(State(edge): State<Edge>, write: Write<RuleOrder>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::order_audit_rules(tx, now, who, &body)
    })
    .await
}

/// Tries rules on orders as they came in; nothing is changed.
#[utoipa::path(post, path = "/desk/rules/try", tag = "desk", request_body = TryRules,
    responses((status = 200, body = TriedRules)))]
async fn try_rules(State(edge): State<Edge>, write: Write<TryRules>) -> Result<Json<TriedRules>, Failure> {
    let (who, body) = (write.who, write.body);
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::try_rules(tx, now, who, &body))
            .await?,
    ))
}

/// Who passed how many, and with how many errors.
#[utoipa::path(get, path = "/desk/auditors", tag = "desk", params(AuditorAsk),
    responses((status = 200, body = Vec<Auditor>)))]
async fn list_auditors(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<AuditorAsk>,
) -> Result<Json<Vec<Auditor>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| desk::auditors(tx, now, who, &ask))
            .await?,
    ))
}

/// The rules of gifts.
#[utoipa::path(get, path = "/desk/gifts", tag = "desk",
    responses((status = 200, body = Vec<GiftRule>)))]
async fn list_gift_rules(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Vec<GiftRule>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::gift_rules(tx, who))
            .await?,
    ))
}

/// What rules of gifts give, by name.
#[utoipa::path(get, path = "/desk/gifts/skus", tag = "desk", responses((status = 200, body = Vec<GiftSku>)))]
async fn list_gift_skus(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Vec<GiftSku>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::gift_skus(tx, who))
            .await?,
    ))
}

/// Makes a rule of gifts.
#[utoipa::path(post, path = "/desk/gifts", tag = "desk", request_body = NewGiftRule,
    responses((status = 201, body = GiftRule)))]
async fn add_gift_rule(State(edge): State<Edge>, write: Write<NewGiftRule>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::set_gift_rule(tx, now, who, None, &body)
    })
    .await
}

/// Changes a rule of gifts.
#[utoipa::path(put, path = "/desk/gifts/{id}", tag = "desk", params(("id" = Id, Path)), request_body = NewGiftRule,
    responses((status = 200, body = GiftRule)))]
async fn change_gift_rule(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewGiftRule>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_gift_rule(tx, now, who, Some(id), &body)
    })
    .await
}

/// Takes a rule of gifts away.
#[utoipa::path(delete, path = "/desk/gifts/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_gift_rule(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        desk::remove_gift_rule(tx, now, who, id)
    })
    .await
}

/// The couriers.
#[utoipa::path(get, path = "/couriers", tag = "desk",
    responses((status = 200, body = Vec<Courier>)))]
async fn list_couriers(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Vec<Courier>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::couriers(tx, who)).await?,
    ))
}

/// Makes a courier, or says what is to be known of one.
#[utoipa::path(put, path = "/couriers/{code}", tag = "desk", params(("code" = String, Path)), request_body = NewCourier,
    responses((status = 200, body = Courier)))]
async fn set_courier(
    State(edge): State<Edge>,
    Path(code): Path<String>,
    write: Write<NewCourier>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_courier(tx, now, who, &code, &body)
    })
    .await
}

/// Where couriers do not deliver, the latest first.
#[utoipa::path(get, path = "/stop-areas", tag = "desk",
    responses((status = 200, body = Vec<StopArea>)))]
async fn list_stop_areas(
    State(edge): State<Edge>,
    Caller(who): Caller,
) -> Result<Json<Vec<StopArea>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| desk::stop_areas(tx, who))
            .await?,
    ))
}

/// Says where a courier does not deliver.
#[utoipa::path(post, path = "/stop-areas", tag = "desk", request_body = NewStopArea,
    responses((status = 201, body = StopArea)))]
async fn add_stop_area(State(edge): State<Edge>, write: Write<NewStopArea>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, body| {
        desk::set_stop_area(tx, now, who, None, &body)
    })
    .await
}

/// Changes where a courier does not deliver.
#[utoipa::path(put, path = "/stop-areas/{id}", tag = "desk", params(("id" = Id, Path)), request_body = NewStopArea,
    responses((status = 200, body = StopArea)))]
async fn change_stop_area(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<NewStopArea>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        desk::set_stop_area(tx, now, who, Some(id), &body)
    })
    .await
}

/// Takes a stop area away.
#[utoipa::path(delete, path = "/stop-areas/{id}", tag = "desk", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_stop_area(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        desk::remove_stop_area(tx, now, who, id)
    })
    .await
}
