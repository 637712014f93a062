use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem};
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use super::checks::{CheckKey, Checks};
use super::look::{Look, bought};
use super::parcel::{Parcel, ParcelRow};
use super::reach::Reach;
use super::rule::{self, AuditRule, NewAuditRule};
use crate::state::{COLUMNS, State};
use crate::status::PayStatus;

/// Which rules are tried on which orders.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryRules {
    /// The rules; left out: those in force.
    pub rules: Option<Vec<NewAuditRule>>,
    /// Orders of this shop.
    pub shop: Option<Id>,
    /// Paid from then on; left out: since midnight before yesterday, where the shop is.
    pub from: Option<Ms>,
    /// Paid before then; left out: until midnight.
    pub to: Option<Ms>,
    /// How many orders are shown, at most 200; 50 when left out.
    pub limit: Option<u32>,
}

/// What would become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriedOutcome {
    /// A rule passes it.
    Pass,
    /// It is held.
    Hold,
    /// A person has to look at it.
    Person,
}

/// An order rules were tried on.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TriedOrder {
    /// The order.
    pub order: Id,
    /// Its number.
    pub number: String,
    /// What would become of it.
    pub outcome: TriedOutcome,
    /// The rule that ended it, by name.
    pub rule: Option<String>,
    /// Why it would be held.
    pub reasons: Vec<String>,
    /// The checks that do not hold.
    pub checks: Vec<CheckKey>,
}

/// How many orders a rule, a reason or a check meets.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TriedCount {
    /// The rule's name, the reason, or the check.
    pub name: String,
    /// Orders.
    pub orders: i64,
}

/// What rules would do. Nothing is changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TriedRules {
    /// Orders looked at.
    pub orders: i64,
    /// There were more than are looked at; the first ones were.
    pub more: bool,
    /// Of these, passed by a rule.
    pub pass: i64,
    /// Held.
    pub hold: i64,
    /// Left to a person.
    pub person: i64,
    /// By rule, also those that go on, in the order they are tried.
    pub by_rule: Vec<TriedCount>,
    /// By reason, the most first.
    pub by_reason: Vec<TriedCount>,
    /// By check that does not hold.
    pub by_check: Vec<TriedCount>,
    /// The first orders.
    pub sample: Vec<TriedOrder>,
}

/// Orders that are looked at.
const MOST_ORDERS: usize = 2_000;

/// Tries rules on orders as they came in, whatever became of them: a dry run. Stock, couriers and stop areas count
/// as they are now. Needs [`Permission::SeeOrders`].
pub fn try_rules(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &TryRules) -> Result<TriedRules, Problem> {
    who.need(Permission::SeeOrders)?;
    let rules = rules(tx, now, who, ask)?;
    let (from, to) = days(tx, now, who, ask)?;
    let reach = Reach::of(who, ask.shop, 5)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM shop_order
         WHERE org_id = $1 AND sort_at >= $2 AND sort_at < $3 AND pay_status <> 'unpaid' AND {}
         ORDER BY sort_at, id LIMIT $4",
        reach.sql
    );
    let mut arguments = args![who.org, from, to, MOST_ORDERS + 1].to_vec();
    arguments.extend(reach.shops);
    let mut found = tx.rows(&sql, &arguments, State::read)?;
    let more = found.len() > MOST_ORDERS;
    found.truncate(MOST_ORDERS);
    let mut look = Look::new(tx, now, who)?;
    let mut tried = Vec::with_capacity(found.len());
    let mut hits = BTreeMap::<Id, i64>::new();
    for state in State::whole(tx, who.org, found)? {
        if state.merged.pay_status() == PayStatus::Unpaid {
            continue;
        }
        let (order, met) = one(tx, who, &mut look, &rules, state)?;
        for rule in met {
            *hits.entry(rule).or_default() += 1;
        }
        tried.push(order);
    }
    let limit = ask.limit.unwrap_or(50).min(200) as usize;
    Ok(sum(tried, more, limit, &rules, &hits))
}

/// What would become of one order that came in alone, and the rules that hold for it.
fn one(
    tx: &mut Tx<'_>,
    who: &Actor,
    look: &mut Look,
    rules: &[AuditRule],
    state: State,
) -> Result<(TriedOrder, Vec<Id>), Problem> {
    let mut parcel = Parcel {
        row: ParcelRow::new(Id::NONE, state.shop, state.sort_at),
        orders: vec![(state.id, Id::NONE)],
        lines: bought(tx, who.org, &state, Id::NONE)?,
    };
    parcel.number_lines();
    let (_, said) = look.judge_by(tx, &parcel, Some(rules))?;
    let mut checks = Checks::default();
    checks.hear(said.checks);
    let reasons: Vec<String> = said.found.iter().map(|found| found.reason.clone()).collect();
    let ended = said
        .decision
        .pass
        .or(said.decision.hold.as_ref().and_then(|hold| hold.rule));
    let outcome = match () {
        () if !reasons.is_empty() => TriedOutcome::Hold,
        () if said.decision.pass.is_some() && checks.open().is_empty() => TriedOutcome::Pass,
        () => TriedOutcome::Person,
    };
    let tried = TriedOrder {
        order: state.id,
        number: state.number,
        outcome,
        rule: ended
            .and_then(|id| rules.iter().find(|rule| rule.id == id))
            .map(|rule| rule.name.clone()),
        reasons,
        checks: checks.open(),
    };
    Ok((tried, said.decision.hits))
}

fn sum(
    tried: Vec<TriedOrder>,
    more: bool,
    limit: usize,
    rules: &[AuditRule],
    hits: &BTreeMap<Id, i64>,
) -> TriedRules {
    let count = |outcome| tried.iter().filter(|order| order.outcome == outcome).count() as i64;
    let mut reasons = BTreeMap::<String, i64>::new();
    let mut checks = BTreeMap::<String, i64>::new();
    for order in &tried {
        for reason in &order.reasons {
            *reasons.entry(reason.clone()).or_default() += 1;
        }
        for check in &order.checks {
            *checks.entry(check.key().to_owned()).or_default() += 1;
        }
    }
    let listed = |counts: BTreeMap<String, i64>| {
        let mut counts: Vec<TriedCount> = counts
            .into_iter()
            .map(|(name, orders)| TriedCount { name, orders })
            .collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.orders));
        counts
    };
    TriedRules {
        orders: tried.len() as i64,
        more,
        pass: count(TriedOutcome::Pass),
        hold: count(TriedOutcome::Hold),
        person: count(TriedOutcome::Person),
        by_rule: rules
            .iter()
            .map(|rule| TriedCount {
                name: rule.name.clone(),
                orders: hits.get(&rule.id).copied().unwrap_or(0),
            })
            .collect(),
        by_reason: listed(reasons),
        by_check: listed(checks),
        sample: tried.into_iter().take(limit).collect(),
    }
}

fn rules(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &TryRules) -> Result<Vec<AuditRule>, Problem> {
    let Some(drafts) = &ask.rules else {
        return rule::of_org(tx, who.org);
    };
    if drafts.len() > 200 {
        return Err(Problem::input("rules", "too_many", "At most 200 rules.").with("limit", 200));
    }
    let mut rules = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let rule = AuditRule {
            id: tx.id(),
            shop: draft.shop,
            name: draft.name.clone(),
            priority: draft.priority,
            on: draft.on,
            when: draft.when.clone(),
            then: draft.then.clone(),
            changed_at: now,
            changed_by: None,
            hits_7d: 0,
        };
        rule::check(tx, who.org, &rule)?;
        rules.push(rule);
    }
    rules.sort_by_key(|rule| (rule.priority, rule.id));
    Ok(rules)
}

/// Yesterday where the shop is, unless other days are asked for.
fn days(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &TryRules) -> Result<(Ms, Ms), Problem> {
    let shop = match ask.shop {
        Some(shop) => team::shop(tx, who.org, shop)?,
        None => team::shops(tx, who)?.into_iter().next(),
    };
    let zone = shop
        .and_then(|shop| jiff::tz::TimeZone::get(&shop.time_zone).ok())
        .unwrap_or(jiff::tz::TimeZone::UTC);
    let wrong = |_| Problem::input("from", "out_of_range", "That is no moment.");
    let today = jiff::Timestamp::from_millisecond(now.0)
        .map_err(wrong)?
        .to_zoned(zone);
    let midnight = today.start_of_day().map_err(wrong)?;
    let before = midnight.checked_sub(1.day()).map_err(wrong)?;
    let ms = |at: jiff::Zoned| Ms(at.timestamp().as_millisecond());
    let (from, to) = (ask.from.unwrap_or(ms(before)), ask.to.unwrap_or(ms(midnight)));
    if to <= from {
        return Err(Problem::input(
            "to",
            "ends_before_it_begins",
            "It ends before it begins.",
        ));
    }
    Ok((from, to))
}
