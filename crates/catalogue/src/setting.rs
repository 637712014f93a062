use serde_json::json;
use team::{Setting, SettingKind};

/// What an organisation may set of its catalogue.
pub static SETTINGS: &[Setting] = &[Setting {
    key: "catalogue.safety",
    kind: SettingKind::Number {
        min: 0,
        max: 1_000_000,
        unit: "件",
    },
    default: || json!(3),
    zh: (
        "安全库存",
        "新建规格时每款预留的件数，以防次品；可售 = 在库 − 锁定 − 安全库存。",
    ),
    en: (
        "Safety stock",
        "Pieces of a new SKU kept back for flawed ones; sellable = on hand − locked − safety.",
    ),
    source: "row 148",
    shop_level: false,
}];
