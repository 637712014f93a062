use serde_json::json;
use team::{Setting, SettingKind};

/// What an organisation may set of products' facts and of selling.
pub static THINGS_SETTINGS: &[Setting] = &[
    Setting {
        key: "knowledge.certificate_days",
        kind: SettingKind::Number {
            min: 1,
            max: 365,
            unit: "天",
        },
        default: || json!(30),
        zh: (
            "证书到期提醒",
            "商品证书到期前多少天列入“即将到期”，并在上架检查中提示。",
        ),
        en: (
            "Certificates expire soon",
            "Days before its end from which a product's certificate is listed as expiring.",
        ),
        source: "row 102",
        shop_level: false,
    },
    Setting {
        key: "knowledge.batch_days",
        kind: SettingKind::Number {
            min: 1,
            max: 730,
            unit: "天",
        },
        default: || json!(60),
        zh: ("临期批次", "批次到期前多少天列入“临期”。"),
        en: (
            "Batches expire soon",
            "Days before its end from which a batch is listed as expiring.",
        ),
        source: "row 97",
        shop_level: false,
    },
    Setting {
        key: "knowledge.alternative_percent",
        kind: SettingKind::Number {
            min: 1,
            max: 100,
            unit: "%",
        },
        default: || json!(20),
        zh: ("替代款价差", "缺货时推荐的替代款，价格与原款相差不超过这个比例。"),
        en: (
            "Price range of alternatives",
            "How far the price of what is offered instead may lie from that of what is out of stock.",
        ),
        source: "row 99",
        shop_level: false,
    },
    Setting {
        key: "knowledge.bought_within_days",
        kind: SettingKind::Number {
            min: 1,
            max: 90,
            unit: "天",
        },
        default: || json!(7),
        zh: ("推荐成交期限", "推荐后多少天内下单，算作推荐成交。"),
        en: (
            "Recommendations count for",
            "Days after a recommendation within which an order counts as bought on it.",
        ),
        source: "row 87",
        shop_level: false,
    },
];

pub(crate) static CERTIFICATE_DAYS: &Setting = &THINGS_SETTINGS[0];
pub(crate) static BATCH_DAYS: &Setting = &THINGS_SETTINGS[1];
pub(crate) static ALTERNATIVE_PERCENT: &Setting = &THINGS_SETTINGS[2];
pub(crate) static BOUGHT_WITHIN_DAYS: &Setting = &THINGS_SETTINGS[3];
