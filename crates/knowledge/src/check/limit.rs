//! What somebody may give away on their own: the shop's general limit, or a higher or lower one of their roles.

use base::{Actor, Fen, Id, Problem};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use team::{Setting, SettingKind};

use super::amount;
use super::rule::{CheckRules, Limit};

/// The most discount that may be set, percent.
pub(super) const MOST_PERCENT: i64 = 90;
/// Roles a shop may set a limit for.
const MOST_ROLES: usize = 100;

/// The limits of roles.
pub(super) const BY_ROLE: Setting = Setting {
    key: "knowledge.check.by_role",
    kind: SettingKind::Json(check),
    default: || json!([]),
    zh: (
        "各角色可让利",
        "某些角色可以让利、打折到多少；没有列出的角色按上面的一般额度。一人有几个角色时取最高的。",
    ),
    en: (
        "What roles may give",
        "How far some roles may go with money off and discounts; roles that are not listed have the general limit above. Somebody with several roles has the highest.",
    ),
    source: "design: reply check",
    shop_level: true,
};

/// The limit of one role, as the setting holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRole {
    role: Id,
    /// Yuan.
    give: i64,
    /// Percent.
    discount: i64,
}

/// Says in English what is wrong with the limits of roles.
fn check(value: &Value) -> Result<(), String> {
    let all: Vec<OfRole> = serde_json::from_value(value.clone())
        .map_err(|_| "A list of role, give (yuan) and discount (percent).".to_owned())?;
    if all.len() > MOST_ROLES {
        return Err(format!("At most {MOST_ROLES} roles."));
    }
    for (at, one) in all.iter().enumerate() {
        if all[..at].iter().any(|other| other.role == one.role) {
            return Err("A role stands in it twice.".to_owned());
        }
        if !(0..=amount::MOST_YUAN).contains(&one.give) {
            return Err(format!("give: from 0 to {} yuan.", amount::MOST_YUAN));
        }
        if !(0..=MOST_PERCENT).contains(&one.discount) {
            return Err(format!("discount: from 0 to {MOST_PERCENT} percent."));
        }
    }
    Ok(())
}

/// The limits of roles as a value of the setting tells them.
pub(super) fn read(value: Option<&Value>) -> Vec<(Id, Limit)> {
    let all: Vec<OfRole> = value
        .and_then(|value| serde_json::from_value(value.clone()).ok())
        .unwrap_or_default();
    let limit = |one: OfRole| {
        let limit = Limit {
            give: amount::fen(one.give),
            discount: one.discount,
        };
        (one.role, limit)
    };
    all.into_iter().map(limit).collect()
}

/// What `who` may give away under a shop's rules: the highest of their roles, of which those without a limit of
/// their own have the general one.
pub(super) fn of(tx: &mut Tx<'_>, who: &Actor, rules: &CheckRules) -> Result<Limit, Problem> {
    let general = rules.limit;
    let Some(person) = who.person().filter(|_| !rules.by_role.is_empty()) else {
        return Ok(general);
    };
    let roles = team::roles_of(tx, who.org, person)?;
    let limits = roles.iter().map(|role| {
        let own = rules.by_role.iter().find(|(of, _)| of == role);
        own.map_or(general, |(_, limit)| *limit)
    });
    let highest = |a: Limit, b: Limit| Limit {
        give: Fen(a.give.0.max(b.give.0)),
        discount: a.discount.max(b.discount),
    };
    Ok(limits.reduce(highest).unwrap_or(general))
}
