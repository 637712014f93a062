//! The HTTP doors of the knowledge, under `/api/v1`: thin, one verb each.

mod answers;
mod faq;
mod files;
mod learning;
mod listing;
mod notices;
mod policies;
mod products;
mod proposals;
mod quiz;
mod replies;
mod scripts;
mod selling;
mod sheets;
mod words;

use base::Id;
use serde::{Deserialize, Serialize};
use team::http::Edge;
use utoipa_axum::router::OpenApiRouter;

/// Everything under `/api/v1` that belongs to this room.
pub fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .merge(scripts::routes())
        .merge(replies::routes())
        .merge(answers::routes())
        .merge(faq::routes())
        .merge(files::routes())
        .merge(proposals::routes())
        .merge(policies::routes())
        .merge(words::routes())
        .merge(products::routes())
        .merge(selling::routes())
        .merge(listing::routes())
        .merge(learning::routes())
        .merge(notices::routes())
        .merge(quiz::routes())
        .merge(sheets::routes())
}

/// Where something shall stand.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Stand<T> {
    /// Where.
    status: T,
}

/// Which version to bring back.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Restore {
    /// Its number.
    version: i64,
}

/// For which shop.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ShopAsk {
    /// Those that are good in this shop; left out: in all of mine.
    shop: Option<Id>,
}

/// For which shop, and how many days.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct DaysAsk {
    /// Those that are good in this shop; left out: in all of mine.
    shop: Option<Id>,
    /// How many days.
    days: Option<i64>,
}
