use axum::Json;
use axum::extract::State;
use base::{Page, PageAsk};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Ask, Caller, Edge, Failure};
use crate::{AuditFilter, AuditRow};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Who changed what, the newest first.
#[utoipa::path(get, path = "/audit", tag = "team", params(AuditFilter, PageAsk), responses((status = 200, body = Page<AuditRow>)))]
async fn list_audit(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<AuditFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<AuditRow>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::audit(tx, who, &filter, &page))
            .await?,
    ))
}
