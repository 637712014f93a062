use base::{Id, Problem};
use serde_json::{Value, json};
use store::Tx;
use team::{Setting, SettingKind};

const PROMISE: &str = "orders.promise_hours";
const WARN: &str = "orders.warn_hours";
const COURIER: &str = "orders.courier";
const NOTES: &str = "orders.hold_notes";
const MATES: &str = "orders.hold_mergeable";
const SECOND: &str = "orders.second_check";
const WEIGH: &str = "orders.weigh";
const TOLERANCE: &str = "orders.weight_percent";
const PRICE_EYES: &str = "orders.price_four_eyes";
const STOCK_SHARE: &str = "orders.stock_share";

/// What a shop may set of the order desk.
pub static SETTINGS: &[Setting] = &[
    crate::privacy::KEEP,
    Setting {
        key: PROMISE,
        kind: SettingKind::Number {
            min: 1,
            max: 720,
            unit: "小时",
        },
        default: || json!(24),
        zh: ("发货承诺", "付款后多少小时内发货；平台给出期限时以平台为准。"),
        en: (
            "Shipping promise",
            "Hours from payment to shipping; where the platform names a deadline, that one counts.",
        ),
        source: "row 15",
        shop_level: true,
    },
    Setting {
        key: WARN,
        kind: SettingKind::Number {
            min: 1,
            max: 72,
            unit: "小时",
        },
        default: || json!(4),
        zh: ("超时前提醒", "离承诺发货时间还有多少小时，提醒审单和发货的同事。"),
        en: (
            "Warn before a promise breaks",
            "Hours before an order has to leave at which those who audit and ship are told.",
        ),
        source: "row 15",
        shop_level: false,
    },
    Setting {
        key: COURIER,
        kind: SettingKind::Text { max: 16 },
        default: || json!("YUNDA"),
        zh: ("默认快递", "没有其他要求时使用的快递代码，如 YUNDA、SF。"),
        en: (
            "Default courier",
            "The code of the courier that is used where nothing else is asked for, such as YUNDA or SF.",
        ),
        source: "row 94",
        shop_level: true,
    },
    Setting {
        key: NOTES,
        kind: SettingKind::Bool,
        default: || json!(true),
        zh: (
            "留言与备注挂起",
            "有买家留言或卖家备注的订单先挂起，由人看过再放行。",
        ),
        en: (
            "Hold orders with notes",
            "Orders with a note of the buyer or a remark of the seller are held until somebody has read them.",
        ),
        source: "practice 4.1",
        shop_level: true,
    },
    Setting {
        key: MATES,
        kind: SettingKind::Bool,
        default: || json!(true),
        zh: ("同名未合并挂起", "同一买家、同一收件信息的订单未合并时挂起。"),
        en: (
            "Hold what could go together",
            "Orders of one buyer to one place are held until they are put together or released.",
        ),
        source: "practice 4.1",
        shop_level: true,
    },
    Setting {
        key: SECOND,
        kind: SettingKind::Bool,
        default: || json!(true),
        zh: ("发货前复核", "打包后须由另一人复核才能发出。"),
        en: (
            "Second check",
            "What was packed is checked by somebody else before it leaves.",
        ),
        source: "row 160",
        shop_level: true,
    },
    Setting {
        key: WEIGH,
        kind: SettingKind::Bool,
        default: || json!(false),
        zh: ("发货前称重", "未称重的包裹不能发出。"),
        en: ("Weigh", "A parcel that was not weighed does not leave."),
        source: "practice 4.4",
        shop_level: true,
    },
    Setting {
        key: TOLERANCE,
        kind: SettingKind::Number {
            min: 1,
            max: 100,
            unit: "%",
        },
        default: || json!(10),
        zh: ("称重误差", "实际重量与应有重量相差超过这个比例时报警。"),
        en: (
            "Weight tolerance",
            "By how much of what it should weigh a parcel may differ.",
        ),
        source: "practice 4.4",
        shop_level: true,
    },
    Setting {
        key: PRICE_EYES,
        kind: SettingKind::Bool,
        default: || json!(false),
        zh: (
            "改价由另一人确认",
            "改价单由做单以外的同事确认后才生效；不分店铺的改价单看全公司的设置。",
        ),
        en: (
            "Four eyes on prices",
            "A list of prices or freights is carried out by somebody else than who made it; a list of all shops follows the setting of the organisation.",
        ),
        source: "rows 20, 21",
        shop_level: true,
    },
    Setting {
        key: STOCK_SHARE,
        kind: SettingKind::Number {
            min: 0,
            max: 100,
            unit: "%",
        },
        default: || json!(100),
        zh: (
            "可售库存分配",
            "导出给本店的库存占可售库存的比例，向下取整；多个店铺卖同一批货时，各店比例加起来不要超过 100%。",
        ),
        en: (
            "Share of the stock",
            "How much of what is sellable the shop's stock file offers, rounded down; shops that sell the same goods share no more than 100 %.",
        ),
        source: "rows 93, 148",
        shop_level: true,
    },
];

/// The settings of one shop.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeskSettings {
    pub(crate) promise_ms: i64,
    /// How long before a promise breaks those whose work it is are told.
    pub(crate) warn_ms: i64,
    pub(crate) courier: String,
    pub(crate) hold_notes: bool,
    pub(crate) hold_mergeable: bool,
    pub(crate) second: bool,
    pub(crate) weigh: bool,
    pub(crate) tolerance_percent: i64,
    pub(crate) stock_share: i64,
    /// Whoever makes a list of prices does not carry it out.
    pub(crate) price_four_eyes: bool,
}

const HOUR_MS: i64 = 3_600_000;

pub(crate) fn of_shop(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<DeskSettings, Problem> {
    let set = team::settings_of(tx, org, shop, SETTINGS)?;
    let value = |key: &str| set.get(key).cloned().unwrap_or(Value::Null);
    let number = |key: &str, none: i64| value(key).as_i64().unwrap_or(none);
    let yes = |key: &str| value(key).as_bool().unwrap_or(false);
    Ok(DeskSettings {
        promise_ms: number(PROMISE, 24) * HOUR_MS,
        warn_ms: number(WARN, 4) * HOUR_MS,
        courier: value(COURIER).as_str().unwrap_or_default().to_owned(),
        hold_notes: yes(NOTES),
        hold_mergeable: yes(MATES),
        second: yes(SECOND),
        weigh: yes(WEIGH),
        tolerance_percent: number(TOLERANCE, 10),
        stock_share: number(STOCK_SHARE, 100),
        price_four_eyes: yes(PRICE_EYES),
    })
}
