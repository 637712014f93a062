use std::collections::{BTreeMap, HashMap};

use base::{Actor, Id, Ms, Permission, Problem, Shops};
use serde_json::{Value, json};
use store::{Event, Tx, args};

use crate::settings::PAPER_DAYS;
use crate::{paper_clock, person, shop, wire};

/// Something an organisation or a shop may set. Every room declares its own as statics; the binary
/// passes all of them to the settings page.
#[derive(Debug)]
pub struct Setting {
    /// Room and name: `reception.warn_pre`.
    pub key: &'static str,
    /// What may be set.
    pub kind: SettingKind,
    /// What holds when nothing is set.
    pub default: fn() -> Value,
    /// Title and help in Chinese.
    pub zh: (&'static str, &'static str),
    /// Title and help in English.
    pub en: (&'static str, &'static str),
    /// Where the default comes from: a requirement row or guide.
    pub source: &'static str,
    /// Whether a shop may have its own value.
    pub shop_level: bool,
}

/// What may be set.
#[derive(Clone, Copy, Debug)]
pub enum SettingKind {
    /// A whole number.
    Number {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
        /// What it counts, e.g. `条`; may be empty.
        unit: &'static str,
    },
    /// A length of time in seconds.
    Seconds {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// A text.
    Text {
        /// Most characters.
        max: usize,
    },
    /// Yes or no.
    Bool,
    /// One of these.
    Choice(&'static [&'static str]),
    /// JSON that the function finds right; it says in English what is wrong.
    Json(fn(&Value) -> Result<(), String>),
}

impl SettingKind {
    /// The kind's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            SettingKind::Number { .. } => "number",
            SettingKind::Seconds { .. } => "seconds",
            SettingKind::Text { .. } => "text",
            SettingKind::Bool => "bool",
            SettingKind::Choice(_) => "choice",
            SettingKind::Json(_) => "json",
        }
    }

    /// Refuses a value that does not fit, naming `value`.
    fn check(self, value: &Value) -> Result<(), Problem> {
        let wrong = |detail: String| Problem::input("value", "setting_value", detail);
        match self {
            SettingKind::Number { min, max, .. } | SettingKind::Seconds { min, max } => {
                match value.as_i64() {
                    Some(n) if (min..=max).contains(&n) => Ok(()),
                    _ => Err(wrong(format!("A whole number from {min} to {max}."))
                        .with("min", min)
                        .with("max", max)),
                }
            }
            SettingKind::Text { max } => match value.as_str() {
                Some(text) if text.chars().count() <= max && !text.contains('\0') => Ok(()),
                _ => Err(wrong(format!("A text of at most {max} characters.")).with("max", max)),
            },
            SettingKind::Bool if value.is_boolean() => Ok(()),
            SettingKind::Bool => Err(wrong("true or false.".into())),
            SettingKind::Choice(choices) => match value.as_str() {
                Some(text) if choices.contains(&text) => Ok(()),
                _ => Err(wrong(format!("One of: {}.", choices.join(", "))).with("choices", choices.to_vec())),
            },
            SettingKind::Json(check) => check(value).map_err(wrong),
        }
    }
}

/// A setting as it stands, for the settings page.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingView {
    /// The setting's key.
    pub key: &'static str,
    /// The value that holds here.
    pub value: Value,
    /// Whether it was set on the very level that was asked for.
    pub own: bool,
    /// Who set it last, and when; none while the default holds.
    pub changed: Option<(Id, Ms)>,
}

/// The value that holds in a shop ([`Id::NONE`] for the organisation): the shop's own, else the
/// organisation's, else the default.
pub fn setting(tx: &mut Tx<'_>, org: Id, shop: Id, setting: &Setting) -> Result<Value, Problem> {
    let sql = "SELECT value FROM setting WHERE org_id = $1 AND shop_id IN (0, $2) AND key = $3
               ORDER BY shop_id DESC LIMIT 1";
    match tx.value::<String>(sql, args![org, shop, setting.key])? {
        Some(text) => wire::from_text(&text),
        None => Ok((setting.default)()),
    }
}

/// The values of many settings that hold in a shop, by key.
pub fn settings_of(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    settings: &[Setting],
) -> Result<BTreeMap<&'static str, Value>, Problem> {
    let sql = "SELECT key, value FROM setting WHERE org_id = $1 AND shop_id IN (0, $2) ORDER BY shop_id";
    let rows: HashMap<String, String> = tx
        .rows(sql, args![org, shop], |row| Ok((row.get(0)?, row.get(1)?)))?
        .into_iter()
        .collect();
    values(settings, &rows)
}

/// [`settings_of`] as it was right after the change `version` (see [`settings_version`]).
pub fn settings_at(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    settings: &[Setting],
    version: Id,
) -> Result<BTreeMap<&'static str, Value>, Problem> {
    let sql = "SELECT shop_id, key, value FROM setting_change
               WHERE org_id = $1 AND shop_id IN (0, $2) AND id <= $3 ORDER BY id";
    let changes: Vec<(Id, String, Option<String>)> = tx.rows(sql, args![org, shop, version], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    // The last change of each level holds; a shop's own goes before the organisation's.
    let mut levels: BTreeMap<(Id, String), Option<String>> = BTreeMap::new();
    for (level, key, value) in changes {
        levels.insert((level, key), value);
    }
    let rows = levels
        .into_iter()
        .filter_map(|((_, key), value)| value.map(|value| (key, value)))
        .collect();
    values(settings, &rows)
}

fn values(
    settings: &[Setting],
    rows: &HashMap<String, String>,
) -> Result<BTreeMap<&'static str, Value>, Problem> {
    settings
        .iter()
        .map(|setting| match rows.get(setting.key) {
            Some(text) => Ok((setting.key, wire::from_text(text)?)),
            None => Ok((setting.key, (setting.default)())),
        })
        .collect()
}

/// Names the present state of all settings of an organisation: the id of the last change of any, or
/// [`Id::NONE`] when nothing was ever set.
pub fn settings_version(tx: &mut Tx<'_>, org: Id) -> Result<Id, Problem> {
    let sql = "SELECT id FROM setting_change WHERE org_id = $1 ORDER BY id DESC LIMIT 1";
    Ok(tx.value(sql, args![org])?.unwrap_or(Id::NONE))
}

/// Who may set something on this level: the shop's settings need the shop, the organisation's need all
/// shops, because they hold in all.
fn check_level(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>, setting: &Setting) -> Result<Id, Problem> {
    match shop {
        Some(shop) => {
            shop::need_shops(tx, who, &[shop])?;
            who.need(Permission::EditSettings)?;
            if !setting.shop_level {
                return Err(Problem::input(
                    "shop",
                    "not_shop_level",
                    "This is set for all shops together.",
                ));
            }
            Ok(shop)
        }
        None => {
            who.need(Permission::EditSettings)?;
            if who.shops == Shops::All {
                Ok(Id::NONE)
            } else {
                Err(Problem::forbidden())
            }
        }
    }
}

/// Sets something, for a shop or (`None`) the organisation. Needs [`Permission::EditSettings`]; refuses
/// a value that does not fit with `setting_value`.
pub fn set_setting(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    setting: &Setting,
    value: &Value,
) -> Result<(), Problem> {
    let level = check_level(tx, who, shop, setting)?;
    setting.kind.check(value)?;
    write(tx, now, who, level, setting, Some(value))
}

/// Goes back to the organisation's value (for a shop) or to the default.
pub fn reset_setting(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    setting: &Setting,
) -> Result<(), Problem> {
    let level = check_level(tx, who, shop, setting)?;
    write(tx, now, who, level, setting, None)
}

fn write(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    level: Id,
    setting: &Setting,
    value: Option<&Value>,
) -> Result<(), Problem> {
    let sql = "SELECT value FROM setting WHERE org_id = $1 AND shop_id = $2 AND key = $3";
    let before: Option<String> = tx.value(sql, args![who.org, level, setting.key])?;
    let after = wire::to_text_opt(value)?;
    if before == after {
        return Ok(());
    }
    let by = who.person().unwrap_or(Id::NONE);
    match &after {
        Some(text) => tx.exec(
            "INSERT INTO setting (org_id, shop_id, key, value, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, shop_id, key) DO UPDATE
             SET value = excluded.value, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
            args![who.org, level, setting.key, text, by, now],
        )?,
        None => tx.exec(
            "DELETE FROM setting WHERE org_id = $1 AND shop_id = $2 AND key = $3",
            args![who.org, level, setting.key],
        )?,
    };
    // Versions must grow in the order of commits, also when another node's clock is ahead.
    let version = tx.id().max(Id(settings_version(tx, who.org)?.0 + 1));
    tx.exec(
        "INSERT INTO setting_change (org_id, id, shop_id, key, value, person_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![who.org, version, level, setting.key, after.as_deref(), by, now],
    )?;
    if setting.key == PAPER_DAYS.key {
        paper_clock::reschedule(tx, now, who.org)?;
    }
    let was: Option<Value> = wire::from_text_opt(before.as_deref())?;
    let data = json!({ "key": setting.key, "value": [was, value] });
    tx.emit(Event {
        at: now,
        who,
        shop: level,
        kind: "setting.changed",
        subject: version,
        data,
    })
}

/// How settings stand on a level, for the settings page. Without a shop the organisation's values are
/// shown, which everybody of the team may know.
pub fn settings_view(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    settings: &[&'static Setting],
) -> Result<Vec<SettingView>, Problem> {
    person::need_team(who)?;
    if let Some(shop) = shop {
        shop::need_shops(tx, who, &[shop])?;
    }
    let level = shop.unwrap_or(Id::NONE);
    let sql = "SELECT shop_id, key, value, changed_by, changed_at FROM setting
               WHERE org_id = $1 AND shop_id IN (0, $2) ORDER BY shop_id";
    let rows: Vec<(Id, String, String, Id, Ms)> = tx.rows(sql, args![who.org, level], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    })?;
    settings
        .iter()
        .map(|setting| {
            let row = rows.iter().rev().find(|row| row.1 == setting.key);
            Ok(SettingView {
                key: setting.key,
                value: row.map_or_else(|| Ok((setting.default)()), |row| wire::from_text(&row.2))?,
                own: row.is_some_and(|row| row.0 == level),
                changed: row.map(|row| (row.3, row.4)),
            })
        })
        .collect()
}
