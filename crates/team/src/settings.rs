use std::collections::BTreeMap;

use base::{Calendar, Id, Problem};
use serde_json::{Value, json};
use store::{Tx, args, pad};

use crate::{Setting, SettingKind, setting, shop, wire};

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

/// What is set of the calendars of `shops` shops, and of the organisation's.
fn calendars_statement(shops: usize) -> String {
    format!(
        "SELECT shop_id, value FROM setting WHERE org_id = $1 AND key = $2 AND shop_id IN {}",
        Tx::in_list(3, shops + 1)
    )
}

/// The calendars that are set for these shops, by shop: its own, else the organisation's, else the one that is shipped.
pub fn calendars(tx: &mut Tx<'_>, org: Id, shops: &[Id]) -> Result<BTreeMap<Id, Calendar>, Problem> {
    let mut arguments = args![org, CALENDAR.key].to_vec();
    let levels: Vec<Id> = shops.iter().copied().chain([Id::NONE]).collect();
    arguments.extend(pad(&levels));
    let set: Vec<(Id, String)> = tx.rows(&calendars_statement(shops.len()), &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    let set: BTreeMap<Id, String> = set.into_iter().collect();
    let held = |shop: &Id| -> Result<(Id, Calendar), Problem> {
        let value = match set.get(shop).or_else(|| set.get(&Id::NONE)) {
            Some(text) => wire::from_text(text)?,
            None => (CALENDAR.default)(),
        };
        Ok((*shop, serde_json::from_value(value).unwrap_or_default()))
    };
    shops.iter().map(held).collect()
}

/// A whole number that was set, or its default.
pub(crate) fn number(tx: &mut Tx<'_>, org: Id, shop: Id, which: &Setting) -> Result<i64, Problem> {
    Ok(setting(tx, org, shop, which)?
        .as_i64()
        .or_else(|| (which.default)().as_i64())
        .unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use store::on_both;

    use super::*;

    on_both! { &[crate::SCHEMA];
        async fn calendars_of_many_shops_are_found_along_the_key(db: &TestDb) {
            let sqlite = db.engine_name().eq_ignore_ascii_case("sqlite");
            let (lines, found) = db.write(move |tx| {
                tx.exec(
                    "INSERT INTO setting (org_id, shop_id, key, value, changed_by, changed_at)
                     WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 20000)
                     SELECT 1 + i % 2, i / 40, 'k' || (i % 40), '{}', 0, 0 FROM s", &[])?;
                for (shop, zone) in [(Id::NONE, "Asia/Tokyo"), (Id(2), "Europe/London")] {
                    let value = json!({"zone": zone, "week": [[], [], [], [], [], [], []], "special": []}).to_string();
                    tx.exec("INSERT INTO setting (org_id, shop_id, key, value, changed_by, changed_at) VALUES (1, $1, $2, $3, 0, 0)", args![shop, CALENDAR.key, &value])?;
                }
                tx.exec(if sqlite { "ANALYZE" } else { "ANALYZE setting" }, &[])?;
                let mut arguments = args![Id(1), CALENDAR.key].to_vec();
                arguments.extend(pad(&[Id(2), Id(3), Id::NONE]));
                let (head, column) = if sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
                let lines: Vec<String> = tx.rows(&format!("{head} {}", calendars_statement(2)), &arguments, |row| row.get(column))?;
                let found = calendars(tx, Id(1), &[Id(2), Id(3)])?;
                let shipped = calendars(tx, Id(3), &[Id(4)])?;
                Ok((lines, found.into_iter().chain(shipped).map(|(shop, is)| (shop, is.zone)).collect::<Vec<_>>()))
            }).await.expect("a plan");
            let plan = lines.join("\n");
            assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN"), "{plan}");
            let zones: Vec<_> = found.iter().map(|(shop, zone)| (shop.0, zone.as_str())).collect();
            assert_eq!(zones, [(2, "Europe/London"), (3, "Asia/Tokyo"), (4, "Asia/Shanghai")]);
        }
    }
}
