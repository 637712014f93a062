use base::{Calendar, Id, Problem};
use serde_json::{Value, json};
use store::Tx;

use crate::{Setting, SettingKind, setting, shop};

/// The settings of this room.
pub static SETTINGS: [Setting; 8] = [
    CALENDAR,
    ZONE,
    CAPACITY,
    PAPER_DAYS,
    SIGN_IN_TRIES,
    SIGN_IN_WINDOW,
    SIGN_IN_IDLE,
    SIGN_IN_MAX,
];

/// When a shop is at work, as [`Calendar`] reads it.
pub const CALENDAR: Setting = Setting {
    key: "team.calendar",
    kind: SettingKind::Json(check_calendar),
    default: || json!({ "zone": "Asia/Shanghai", "week": [[], [], [], [], [], [], []], "special": [] }),
    zh: (
        "营业时间",
        "一天可有多段；节假日单列。不在营业时间内，各项计时暂停。一周全空表示全天营业。",
    ),
    en: (
        "Business hours",
        "Several intervals a day, holidays apart. Clocks pause outside. An empty week is always open.",
    ),
    source: "design: clocks",
    shop_level: true,
};

pub(crate) const ZONE: Setting = Setting {
    key: "team.zone",
    kind: SettingKind::Choice(&[
        "Asia/Shanghai",
        "Asia/Urumqi",
        "Asia/Hong_Kong",
        "Asia/Taipei",
        "Asia/Singapore",
        "Asia/Tokyo",
        "Europe/London",
        "Europe/Berlin",
        "America/New_York",
        "America/Los_Angeles",
        "UTC",
    ]),
    default: || json!("Asia/Shanghai"),
    zh: ("排班时区", "班次的时间按这个时区计算。"),
    en: (
        "Time zone of the roster",
        "The hours of shifts are read in this zone.",
    ),
    source: "row 181",
    shop_level: false,
};

pub(crate) const CAPACITY: Setting = Setting {
    key: "team.capacity",
    kind: SettingKind::Number {
        min: 0,
        max: 200,
        unit: "人",
    },
    default: || json!(8),
    zh: ("新客服的同时接待上限", "添加人员时的默认值，可对每个人单独修改。"),
    en: (
        "Buyers at once, new people",
        "What a new person begins with; can be changed for each.",
    ),
    source: "design: routing",
    shop_level: false,
};

pub(crate) const PAPER_DAYS: Setting = Setting {
    key: "team.paper_days",
    kind: SettingKind::Number {
        min: 1,
        max: 365,
        unit: "天",
    },
    default: || json!(30),
    zh: (
        "资质与版本到期提醒",
        "营业执照、商标、税务、质检等资质以及店铺版本到期前多少天提醒。",
    ),
    en: (
        "Papers and editions: warn before",
        "How many days before a shop's paper or paid edition ends an alarm is raised.",
    ),
    source: "rows 2, 103",
    shop_level: true,
};

pub(crate) const SIGN_IN_TRIES: Setting = Setting {
    key: "team.sign_in_tries",
    kind: SettingKind::Number {
        min: 1,
        max: 50,
        unit: "次",
    },
    default: || json!(5),
    zh: (
        "登录可连续出错次数",
        "同一账号在同一地址连续出错达到次数后需等待，等待时间逐次加倍。",
    ),
    en: (
        "Failed sign-ins allowed",
        "After so many failures from one address the next must wait, twice as long each time.",
    ),
    source: "design: rights",
    shop_level: false,
};

pub(crate) const SIGN_IN_WINDOW: Setting = Setting {
    key: "team.sign_in_window",
    kind: SettingKind::Seconds { min: 30, max: 3600 },
    default: || json!(300),
    zh: (
        "登录出错后的等待",
        "第一次等待的时长，也是零星出错多久后不再计入。",
    ),
    en: (
        "Wait after failed sign-ins",
        "The first wait; also after how long a few failures are forgotten.",
    ),
    source: "design: rights",
    shop_level: false,
};

pub(crate) const SIGN_IN_IDLE: Setting = Setting {
    key: "team.sign_in_idle",
    kind: SettingKind::Seconds {
        min: 900,
        max: 1_209_600,
    },
    default: || json!(43_200),
    zh: ("无操作自动退出", "多久没有任何操作后需要重新登录。"),
    en: (
        "Signed out when idle",
        "After how long without any activity one must sign in again.",
    ),
    source: "design: rights",
    shop_level: false,
};

pub(crate) const SIGN_IN_MAX: Setting = Setting {
    key: "team.sign_in_max",
    kind: SettingKind::Seconds {
        min: 3600,
        max: 7_776_000,
    },
    default: || json!(1_209_600),
    zh: ("登录最长有效期", "无论是否有操作，登录后最长多久需要重新登录。"),
    en: (
        "Sign-in lasts at most",
        "After how long one must sign in again, active or not.",
    ),
    source: "design: rights",
    shop_level: false,
};

fn check_calendar(value: &Value) -> Result<(), String> {
    let calendar: Calendar =
        serde_json::from_value(value.clone()).map_err(|error| format!("Not a calendar: {error}."))?;
    calendar.check().map_err(|error| match error {
        base::CalendarError::Zone => "The time zone must be an IANA name such as Asia/Shanghai.".into(),
        base::CalendarError::Hours => "Hours must be sorted, apart and within the day.".into(),
        base::CalendarError::Date => "A special day's date is written YYYY-MM-DD.".into(),
    })
}

/// When a shop works: its own calendar, else the organisation's; where none is set it is always open,
/// in the shop's time zone.
pub fn calendar(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Calendar, Problem> {
    let value = setting(tx, org, id, &CALENDAR)?;
    if value == (CALENDAR.default)() {
        let zone = shop::shop(tx, org, id)?.map_or_else(|| "Asia/Shanghai".to_owned(), |shop| shop.time_zone);
        return Ok(Calendar::always(&zone));
    }
    serde_json::from_value(value).map_err(|error| {
        tracing::error!(%error, "a calendar cannot be read");
        Problem::internal()
    })
}

/// A whole number that was set, or its default.
pub(crate) fn number(tx: &mut Tx<'_>, org: Id, shop: Id, which: &Setting) -> Result<i64, Problem> {
    Ok(setting(tx, org, shop, which)?
        .as_i64()
        .or_else(|| (which.default)().as_i64())
        .unwrap_or_default())
}
