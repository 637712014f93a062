use base::{Actor, Id, Ms, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args};

use super::hold::BY_HAND;
use super::when::When;
use super::{courier, wake};

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Then {
    /// Passes what has all seven checks and is not held.
    Pass,
    /// Holds it.
    Hold {
        /// One of the reasons people give.
        reason: String,
        /// In words, at most 200 characters.
        #[serde(default)]
        text: String,
        /// For so long only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<i64>,
    },
    /// Has it carried by this courier, unless a buyer or a colleague wants another.
    Courier {
        /// The courier's code.
        courier: String,
    },
    /// Puts a flag on it.
    Flag {
        /// 0 to 10.
        flag: i64,
    },
    /// 加急
    Urgent,
}

/// A rule of audit. Rules are tried by priority, 1 first (practice.md 4.2).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AuditRule {
    /// Its id.
    pub id: Id,
    /// The shop; null: all shops.
    pub shop: Option<Id>,
    /// What people call it.
    pub name: String,
    /// 1 to 9,999; 1 is tried first.
    pub priority: i64,
    /// Whether it is tried.
    pub on: bool,
    /// When it holds.
    pub when: When,
    /// What it does.
    pub then: Then,
    /// When it was changed last.
    pub changed_at: Ms,
    /// By whom.
    pub changed_by: Option<Id>,
    /// How many parcels it passed within seven days.
    pub hits_7d: i64,
}

/// A rule as it shall be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuditRule {
    /// The shop; left out: all shops.
    pub shop: Option<Id>,
    /// What people call it, at most 60 characters.
    pub name: String,
    /// 1 to 9,999; 1 is tried first.
    pub priority: i64,
    /// Whether it is tried.
    #[serde(default = "yes")]
    pub on: bool,
    /// When it holds.
    #[serde(default)]
    pub when: When,
    /// What it does.
    pub then: Then,
}

/// What to change of a rule; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuditRuleChange {
    /// What people call it.
    pub name: Option<String>,
    /// Its priority.
    pub priority: Option<i64>,
    /// Whether it is tried.
    pub on: Option<bool>,
    /// When it holds.
    pub when: Option<When>,
    /// What it does.
    pub then: Option<Then>,
}

/// The order rules shall be tried in.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleOrder {
    /// All rules of the reach, the first one first.
    pub ids: Vec<Id>,
}

/// The rules of which shop.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RuleFilter {
    /// Those in force in this shop; left out: all.
    pub shop: Option<Id>,
}

const MOST_RULES: i64 = 200;
const WEEK_MS: i64 = 7 * 86_400_000;
/// Minutes a rule may hold for at most: 90 days.
const LONGEST: i64 = 129_600;

fn yes() -> bool {
    true
}

fn read(row: &Row<'_>) -> Result<AuditRule, Problem> {
    let (given, action): (String, String) = (row.get(5)?, row.get(6)?);
    let unread = |_| Problem::internal();
    Ok(AuditRule {
        id: row.get(0)?,
        shop: Some(row.get::<Id>(1)?).filter(|shop| *shop != Id::NONE),
        name: row.get(2)?,
        priority: row.get(3)?,
        on: row.get(4)?,
        when: serde_json::from_str(&given).map_err(unread)?,
        then: serde_json::from_str(&action).map_err(unread)?,
        changed_at: row.get(7)?,
        changed_by: Some(row.get::<Id>(8)?).filter(|id| *id != Id::NONE),
        hits_7d: 0,
    })
}

/// All rules in the order they are tried; no right is asked.
pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<AuditRule>, Problem> {
    tx.rows(
        "SELECT id, shop_id, name, priority, active, given, action, changed_at, changed_by FROM audit_rule
         WHERE org_id = $1 ORDER BY priority, shop_id DESC, id",
        args![org],
        read,
    )
}

fn one(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<AuditRule, Problem> {
    let found = of_org(tx, who.org)?.into_iter().find(|rule| rule.id == id);
    let found = found.ok_or_else(Problem::not_found)?;
    reach(who, found.shop)?;
    Ok(found)
}

/// A rule of all shops needs all shops.
fn reach(who: &Actor, shop: Option<Id>) -> Result<(), Problem> {
    match shop {
        Some(shop) => who.need_shop(shop),
        None if who.shops == base::Shops::All => Ok(()),
        None => Err(Problem::not_found()),
    }
}

/// The rules in the order they are tried. Needs [`Permission::SeeOrders`].
pub fn audit_rules(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &RuleFilter,
) -> Result<Vec<AuditRule>, Problem> {
    who.need(Permission::SeeOrders)?;
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let seen = |rule: &AuditRule| match (rule.shop, filter.shop) {
        (Some(shop), Some(asked)) => shop == asked,
        (Some(shop), None) => who.shops.has(shop),
        (None, _) => true,
    };
    let mut rules: Vec<AuditRule> = of_org(tx, who.org)?.into_iter().filter(seen).collect();
    let hits: std::collections::BTreeMap<Id, i64> = tx
        .rows(
            "SELECT rule_id, COUNT(*) FROM parcel_pass WHERE org_id = $1 AND rule_id IS NOT NULL AND at > $2
             GROUP BY rule_id",
            args![who.org, now.plus(-WEEK_MS)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .into_iter()
        .collect();
    for rule in &mut rules {
        rule.hits_7d = hits.get(&rule.id).copied().unwrap_or(0);
    }
    Ok(rules)
}

/// Makes a rule; parcels that wait are looked at again. Needs [`Permission::EditDeskRules`]. Two rules that meet
/// have different priorities: `priority_taken`.
pub fn add_audit_rule(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewAuditRule,
) -> Result<AuditRule, Problem> {
    reach(who, new.shop)?;
    who.need(Permission::EditDeskRules)?;
    let rules = of_org(tx, who.org)?;
    if rules.len() as i64 >= MOST_RULES {
        return Err(
            Problem::input("rules", "too_many", format!("At most {MOST_RULES} rules."))
                .with("limit", MOST_RULES),
        );
    }
    let rule = AuditRule {
        id: tx.id(),
        shop: new.shop,
        name: clean_line("name", &new.name, 60)?,
        priority: new.priority,
        on: new.on,
        when: new.when.clone(),
        then: new.then.clone(),
        changed_at: now,
        changed_by: who.person(),
        hits_7d: 0,
    };
    check(tx, who.org, &rule)?;
    free(&rules, &rule)?;
    keep(tx, who.org, &rule)?;
    told(tx, now, who, &rule, json!({ "rule": [null, &rule] }))?;
    Ok(rule)
}

/// Changes a rule. As [`add_audit_rule`].
pub fn change_audit_rule(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &AuditRuleChange,
) -> Result<AuditRule, Problem> {
    let was = one(tx, who, id)?;
    who.need(Permission::EditDeskRules)?;
    let name = change
        .name
        .as_deref()
        .map(|name| clean_line("name", name, 60))
        .transpose()?;
    let mut is = AuditRule {
        name: name.unwrap_or_else(|| was.name.clone()),
        priority: change.priority.unwrap_or(was.priority),
        on: change.on.unwrap_or(was.on),
        when: change.when.clone().unwrap_or_else(|| was.when.clone()),
        then: change.then.clone().unwrap_or_else(|| was.then.clone()),
        ..was.clone()
    };
    if is == was {
        return Ok(is);
    }
    (is.changed_at, is.changed_by) = (now, who.person());
    check(tx, who.org, &is)?;
    free(&of_org(tx, who.org)?, &is)?;
    keep(tx, who.org, &is)?;
    told(tx, now, who, &is, json!({ "rule": [was, &is] }))?;
    Ok(is)
}

/// Takes a rule away. What it passed stays passed. Needs [`Permission::EditDeskRules`].
pub fn remove_audit_rule(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let was = one(tx, who, id)?;
    who.need(Permission::EditDeskRules)?;
    tx.exec(
        "DELETE FROM audit_rule WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    told(tx, now, who, &was, json!({ "rule": [&was, null] }))
}

/// Gives rules the priorities 10, 20 and so on in this order. All rules there are must be named.
/// Needs [`Permission::EditDeskRules`] and all shops.
pub fn order_audit_rules(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    order: &RuleOrder,
) -> Result<Vec<AuditRule>, Problem> {
    reach(who, None)?;
    who.need(Permission::EditDeskRules)?;
    let rules = of_org(tx, who.org)?;
    let mut named = order.ids.clone();
    named.sort_unstable();
    let mut there: Vec<Id> = rules.iter().map(|rule| rule.id).collect();
    there.sort_unstable();
    if named != there {
        return Err(Problem::input("ids", "not_all_rules", "Name every rule once."));
    }
    for (i, id) in order.ids.iter().enumerate() {
        tx.exec(
            "UPDATE audit_rule SET priority = $3 WHERE org_id = $1 AND id = $2",
            args![who.org, *id, (i as i64 + 1) * 10],
        )?;
    }
    wake::all(tx, now, who.org)?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "audit_rule.ordered",
        subject: Id::NONE,
        data: json!({ "order": [rules.iter().map(|rule| rule.id).collect::<Vec<_>>(), order.ids] }),
    })?;
    audit_rules(tx, now, who, &RuleFilter::default())
}

/// Refuses a rule that says nothing sensible.
pub(crate) fn check(tx: &mut Tx<'_>, org: Id, rule: &AuditRule) -> Result<(), Problem> {
    if !(1..=9_999).contains(&rule.priority) {
        return Err(Problem::input("priority", "out_of_range", "Between 1 and 9,999.")
            .with("min", 1)
            .with("max", 9_999));
    }
    rule.when.check()?;
    match &rule.then {
        Then::Hold {
            reason,
            text,
            minutes,
        } => {
            if !BY_HAND.contains(&reason.as_str()) {
                let detail = format!("One of: {}.", BY_HAND.join(", "));
                return Err(Problem::input("then.reason", "unknown_reason", detail));
            }
            if text.chars().count() > 200 {
                return Err(
                    Problem::input("then.text", "text_too_long", "At most 200 characters.")
                        .with("limit", 200),
                );
            }
            if minutes.is_some_and(|minutes| !(1..=LONGEST).contains(&minutes)) {
                return Err(
                    Problem::input("then.minutes", "out_of_range", "Between 1 minute and 90 days.")
                        .with("min", 1)
                        .with("max", LONGEST),
                );
            }
        }
        Then::Courier { courier } => {
            courier::need(tx, org, courier)?;
        }
        Then::Flag { flag } if !(0..=10).contains(flag) => {
            return Err(Problem::input("then.flag", "out_of_range", "Between 0 and 10.")
                .with("min", 0)
                .with("max", 10));
        }
        Then::Flag { .. } | Then::Pass | Then::Urgent => {}
    }
    Ok(())
}

/// Two rules that can meet must not have one priority: which goes first would be chance.
fn free(rules: &[AuditRule], rule: &AuditRule) -> Result<(), Problem> {
    let meets = |other: &&AuditRule| {
        other.id != rule.id
            && other.priority == rule.priority
            && (other.shop.is_none() || rule.shop.is_none() || other.shop == rule.shop)
    };
    match rules.iter().find(meets) {
        Some(other) => {
            Err(Problem::conflict("priority_taken", "Another rule has this priority.").with("by", other.id.0))
        }
        None => Ok(()),
    }
}

fn keep(tx: &mut Tx<'_>, org: Id, rule: &AuditRule) -> Result<(), Problem> {
    let json = |value: Result<String, serde_json::Error>| value.map_err(|_| Problem::internal());
    tx.exec(
        "INSERT INTO audit_rule (org_id, id, shop_id, name, priority, active, given, action, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (org_id, id) DO UPDATE
         SET name = excluded.name, priority = excluded.priority, active = excluded.active, given = excluded.given,
             action = excluded.action, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        args![
            org,
            rule.id,
            rule.shop.unwrap_or(Id::NONE),
            &rule.name,
            rule.priority,
            rule.on,
            &json(serde_json::to_string(&rule.when))?,
            &json(serde_json::to_string(&rule.then))?,
            rule.changed_at,
            rule.changed_by.unwrap_or(Id::NONE)
        ],
    )?;
    Ok(())
}

fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    rule: &AuditRule,
    data: serde_json::Value,
) -> Result<(), Problem> {
    wake::all(tx, now, who.org)?;
    tx.emit(Event {
        at: now,
        who,
        shop: rule.shop.unwrap_or(Id::NONE),
        kind: "audit_rule.changed",
        subject: rule.id,
        data,
    })
}
