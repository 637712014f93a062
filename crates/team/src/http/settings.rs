use axum::Json;
use axum::extract::{Path, State};
use base::{Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Answer, Ask, Caller, Edge, Failure, Write};
use crate::{Setting, SettingKind, SettingView};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_settings))
        .routes(routes!(set_setting, reset_setting))
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
#[schema(as = SettingWords)]
struct Words {
    title: &'static str,
    help: &'static str,
}

/// A setting as it stands in a shop or the organisation.
#[derive(Clone, Serialize, utoipa::ToSchema)]
struct SettingRow {
    key: &'static str,
    /// The room it belongs to.
    room: &'static str,
    /// `number`, `seconds`, `text`, `bool`, `choice` or `json`.
    kind: &'static str,
    /// The value that holds.
    #[schema(value_type = Object)]
    value: Value,
    /// What holds when nothing is set.
    #[schema(value_type = Object)]
    default: Value,
    /// Whether it was set here, not above.
    own: bool,
    min: Option<i64>,
    max: Option<i64>,
    unit: Option<&'static str>,
    choices: Option<&'static [&'static str]>,
    zh: Words,
    en: Words,
    source: &'static str,
    changed_by: Option<Id>,
    changed_at: Option<Ms>,
    /// Whether a shop may have its own value.
    shop_level: bool,
}

fn row(setting: &'static Setting, view: SettingView) -> SettingRow {
    let (min, max, unit, choices) = match setting.kind {
        SettingKind::Number { min, max, unit } => (Some(min), Some(max), Some(unit), None),
        SettingKind::Seconds { min, max } => (Some(min), Some(max), Some("s"), None),
        SettingKind::Text { max } => (None, i64::try_from(max).ok(), None, None),
        SettingKind::Choice(choices) => (None, None, None, Some(choices)),
        SettingKind::Bool | SettingKind::Json(_) => (None, None, None, None),
    };
    SettingRow {
        key: setting.key,
        room: setting.key.split('.').next().unwrap_or_default(),
        kind: setting.kind.name(),
        value: view.value,
        default: (setting.default)(),
        own: view.own,
        min,
        max,
        unit,
        choices,
        zh: Words {
            title: setting.zh.0,
            help: setting.zh.1,
        },
        en: Words {
            title: setting.en.0,
            help: setting.en.1,
        },
        source: setting.source,
        changed_by: view.changed.map(|changed| changed.0),
        changed_at: view.changed.map(|changed| changed.1),
        shop_level: setting.shop_level,
    }
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ShopAsk {
    /// The shop; left out: the organisation.
    shop: Option<Id>,
}

/// All settings, as they hold in a shop or the organisation.
#[utoipa::path(get, path = "/settings", tag = "team", params(ShopAsk), responses((status = 200, body = Vec<SettingRow>)))]
async fn list_settings(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<ShopAsk>,
) -> Result<Json<Vec<SettingRow>>, Failure> {
    let all: Vec<&'static Setting> = edge.settings.iter().flat_map(|room| room.iter()).collect();
    let views = edge.read(&who, move |tx, _, who| {
        let views = crate::settings_view(tx, who, ask.shop, &all)?;
        Ok(all.iter().copied().zip(views).collect::<Vec<_>>())
    });
    let rows = views.await?.into_iter().map(|(setting, view)| row(setting, view));
    Ok(Json(rows.collect()))
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
struct SettingBody {
    /// The shop; null: the organisation.
    shop: Option<Id>,
    /// What holds from now on.
    #[schema(value_type = Object)]
    value: Value,
}

fn named(edge: &Edge, key: &str) -> Result<&'static Setting, Failure> {
    edge.setting(key).ok_or_else(|| Failure(Problem::not_found()))
}

/// Sets something.
#[utoipa::path(put, path = "/settings/{key}", tag = "team", params(("key" = String, Path)), request_body = SettingBody, responses((status = 200)))]
async fn set_setting(
    State(edge): State<Edge>,
    Path(key): Path<String>,
    write: Write<SettingBody>,
) -> Result<Answer, Failure> {
    let setting = named(&edge, &key)?;
    edge.write(write, 200, move |tx, now, who, body| {
        crate::set_setting(tx, now, who, body.shop, setting, &body.value)?;
        Ok(json!({ "key": setting.key, "value": crate::setting(tx, who.org, body.shop.unwrap_or(Id::NONE), setting)? }))
    })
    .await
}

/// Goes back to the organisation's value or the default.
#[utoipa::path(delete, path = "/settings/{key}", tag = "team", params(("key" = String, Path), ShopAsk), responses((status = 200)))]
async fn reset_setting(
    State(edge): State<Edge>,
    Path(key): Path<String>,
    Ask(ask): Ask<ShopAsk>,
    write: Write,
) -> Result<Answer, Failure> {
    let setting = named(&edge, &key)?;
    edge.write(write, 200, move |tx, now, who, _| {
        crate::reset_setting(tx, now, who, ask.shop, setting)?;
        Ok(json!({ "key": setting.key, "value": crate::setting(tx, who.org, ask.shop.unwrap_or(Id::NONE), setting)? }))
    })
    .await
}
