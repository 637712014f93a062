//! What `demo/desk.toml` says.

use base::Fen;
use orders::desk::{AskKind, NewAuditRule, NewTransit};
use serde::Deserialize;

/// All of the file.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DeskFile {
    pub(crate) default_courier: String,
    pub(crate) courier: Vec<DeskCourier>,
    pub(crate) handling: Vec<Goods>,
    pub(crate) rule: Vec<NewAuditRule>,
    pub(crate) gift: Vec<Gift>,
    pub(crate) stop_area: Vec<Stopped>,
    pub(crate) transit: Vec<NewTransit>,
    pub(crate) ask: Vec<Promise>,
    pub(crate) morning: Morning,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DeskCourier {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) surcharge_fen: Fen,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Goods {
    pub(crate) sku: String,
    pub(crate) weight_g: i64,
    pub(crate) bin: String,
    pub(crate) packing: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Gift {
    pub(crate) name: String,
    pub(crate) priority: i64,
    pub(crate) days: i64,
    pub(crate) min_fen: Fen,
    pub(crate) sku: String,
    pub(crate) quantity: i64,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Stopped {
    pub(crate) courier: String,
    pub(crate) region: String,
    pub(crate) days: i64,
    pub(crate) note: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Promise {
    pub(crate) order: String,
    pub(crate) by: String,
    pub(crate) kind: AskKind,
    pub(crate) text: String,
    pub(crate) courier: Option<String>,
    #[serde(default)]
    pub(crate) hard: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Morning {
    pub(crate) passed: Vec<String>,
    pub(crate) batched: Vec<String>,
}
