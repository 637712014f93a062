use std::collections::BTreeSet;

use base::{Actor, Fen, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args, pad};

use super::parcel::LineRow;
use crate::state::State;

/// What is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiftPiece {
    /// The SKU.
    pub sku: Id,
    /// Pieces, 1 to 99.
    pub quantity: i64,
}

/// From what on something is given: amount and count must both hold (practice.md 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiftStep {
    /// So much paid, or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_fen: Option<Fen>,
    /// So many pieces, or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_pieces: Option<i64>,
    /// What is given then.
    pub gifts: Vec<GiftPiece>,
}

/// A rule of gifts. The highest step that holds gives; several rules give all of theirs.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct GiftRule {
    /// Its id.
    pub id: Id,
    /// The shop; null: all shops.
    pub shop: Option<Id>,
    /// What people call it.
    pub name: String,
    /// The order they are listed in.
    pub priority: i64,
    /// Whether it gives.
    pub on: bool,
    /// From when on orders are paid.
    pub from: Option<Ms>,
    /// Until when.
    pub until: Option<Ms>,
    /// The steps, each with what it asks for and gives.
    pub steps: Vec<GiftStep>,
    /// Only lines with one of these merchant codes count; none: the whole order.
    pub codes: Vec<String>,
    /// 买 n 送 n: as often as the pieces of the step are there.
    pub times: bool,
    /// Once for each buyer.
    pub once_per_buyer: bool,
    /// Gifts in all.
    pub limit: Option<i64>,
    /// Gifts given so far.
    pub given: i64,
}

/// A rule of gifts as it shall be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGiftRule {
    /// The shop; left out: all shops. It stays as it is when the rule is changed.
    pub shop: Option<Id>,
    /// What people call it, at most 60 characters.
    pub name: String,
    /// The order they are listed in, 1 to 9,999.
    pub priority: i64,
    /// Whether it gives.
    #[serde(default = "yes")]
    pub on: bool,
    /// From when on orders are paid.
    pub from: Option<Ms>,
    /// Until when.
    pub until: Option<Ms>,
    /// 1 to 20 steps.
    pub steps: Vec<GiftStep>,
    /// Only lines with one of these merchant codes count, at most 200.
    #[serde(default)]
    pub codes: Vec<String>,
    /// 买 n 送 n
    #[serde(default)]
    pub times: bool,
    /// Once for each buyer.
    #[serde(default)]
    pub once_per_buyer: bool,
    /// Gifts in all.
    pub limit: Option<i64>,
}

fn yes() -> bool {
    true
}

const COLUMNS: &str = "id, shop_id, name, priority, active, from_at, until_at, steps, codes, times, once_per_buyer, \
     most, given";

fn read(row: &Row<'_>) -> Result<GiftRule, Problem> {
    let (steps, codes): (String, String) = (row.get(7)?, row.get(8)?);
    let unread = |_| Problem::internal();
    Ok(GiftRule {
        id: row.get(0)?,
        shop: Some(row.get::<Id>(1)?).filter(|shop| *shop != Id::NONE),
        name: row.get(2)?,
        priority: row.get(3)?,
        on: row.get(4)?,
        from: row.get(5)?,
        until: row.get(6)?,
        steps: serde_json::from_str(&steps).map_err(unread)?,
        codes: serde_json::from_str(&codes).map_err(unread)?,
        times: row.get(9)?,
        once_per_buyer: row.get(10)?,
        limit: row.get(11)?,
        given: row.get(12)?,
    })
}

fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<GiftRule>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM gift_rule WHERE org_id = $1 ORDER BY priority, id");
    tx.rows(&sql, args![org], read)
}

/// A SKU that rules give, by name.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct GiftSku {
    /// The SKU.
    pub sku: Id,
    /// Its merchant code.
    pub code: String,
    /// Colour, size and so on.
    pub spec: String,
}

/// What the rules of gifts that the actor may see give, by name. Needs [`Permission::SeeOrders`].
pub fn gift_skus(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<GiftSku>, Problem> {
    let given: BTreeSet<Id> = gift_rules(tx, who)?
        .iter()
        .flat_map(|rule| &rule.steps)
        .flat_map(|step| &step.gifts)
        .map(|gift| gift.sku)
        .collect();
    let ids: Vec<Id> = given.into_iter().collect();
    let named = |sku: catalogue::Sku| GiftSku {
        sku: sku.id,
        code: sku.code,
        spec: sku.spec,
    };
    Ok(catalogue::skus(tx, who.org, &ids)?
        .into_iter()
        .map(named)
        .collect())
}

impl GiftRule {
    /// What it gives for lines (code, the code of the bundle it was in, pieces, fen) that were paid at `at` with
    /// `paid` in all. Pure.
    pub(crate) fn gives(&self, at: Ms, paid: Fen, lines: &[(&str, i64, i64)]) -> Vec<GiftPiece> {
        let runs =
            self.on && self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until);
        let counts = |code: &str| self.codes.is_empty() || self.codes.iter().any(|known| known == code);
        let counted: Vec<_> = lines.iter().filter(|(code, ..)| counts(code)).collect();
        let pieces: i64 = counted.iter().map(|(_, pieces, _)| pieces).sum();
        let fen = if self.codes.is_empty() {
            paid.0
        } else {
            counted.iter().map(|(_, pieces, price)| pieces * price).sum()
        };
        if !runs || counted.is_empty() {
            return Vec::new();
        }
        let holds = |step: &&GiftStep| {
            step.min_fen.is_none_or(|min| fen >= min.0) && step.min_pieces.is_none_or(|min| pieces >= min)
        };
        let height = |step: &&GiftStep| (step.min_fen.map_or(0, |fen| fen.0), step.min_pieces.unwrap_or(0));
        let Some(step) = self.steps.iter().filter(holds).max_by_key(height) else {
            return Vec::new();
        };
        let times = match step.min_pieces {
            Some(each) if self.times && each > 0 => pieces / each,
            _ => 1,
        };
        let each = step.gifts.iter().map(|gift| GiftPiece {
            sku: gift.sku,
            quantity: gift.quantity * times,
        });
        each.collect()
    }
}

/// The gifts rules give with a new parcel of an order; written down, so that a rule gives to an order once.
pub(crate) fn of_rules(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    state: &State,
    home: Id,
) -> Result<Vec<LineRow>, Problem> {
    let mut lines = Vec::new();
    let at = state.merged.paid_at.unwrap_or(now);
    for rule in of_org(tx, org)? {
        if rule.shop.is_some_and(|shop| shop != state.shop) {
            continue;
        }
        let bought: Vec<(&str, i64, i64)> = state
            .lines
            .iter()
            .map(|line| {
                (
                    line.code.as_deref().unwrap_or_default(),
                    line.quantity,
                    line.price_fen.0,
                )
            })
            .collect();
        let gifts = rule.gives(at, state.merged.paid(), &bought);
        let count: i64 = gifts.iter().map(|gift| gift.quantity).sum();
        if count == 0 || !may_give(tx, org, &rule, state, count)? {
            continue;
        }
        tx.exec(
            "INSERT INTO gift_given (org_id, rule_id, order_id, customer_id, quantity) VALUES ($1, $2, $3, $4, $5)",
            args![org, rule.id, state.id, state.merged.customer, count],
        )?;
        tx.exec(
            "UPDATE gift_rule SET given = given + $3 WHERE org_id = $1 AND id = $2",
            args![org, rule.id, count],
        )?;
        for gift in gifts {
            lines.extend(line(tx, org, state.id, home, (gift.sku, gift.quantity), rule.id)?);
        }
    }
    Ok(lines)
}

/// Whether a rule still gives to this order: there are enough left, and it gave neither to the order nor, where
/// that counts, to the buyer.
fn may_give(tx: &mut Tx<'_>, org: Id, rule: &GiftRule, state: &State, count: i64) -> Result<bool, Problem> {
    if rule.limit.is_some_and(|limit| rule.given + count > limit) {
        return Ok(false);
    }
    let of_order: Option<Id> = tx.value(
        "SELECT rule_id FROM gift_given WHERE org_id = $1 AND rule_id = $2 AND order_id = $3",
        args![org, rule.id, state.id],
    )?;
    if of_order.is_some() || !rule.once_per_buyer {
        return Ok(of_order.is_none());
    }
    let Some(customer) = state.merged.customer else {
        return Ok(true);
    };
    let of_buyer: Option<Id> = tx.value(
        "SELECT rule_id FROM gift_given WHERE org_id = $1 AND rule_id = $2 AND customer_id = $3",
        args![org, rule.id, customer],
    )?;
    Ok(of_buyer.is_none())
}

/// Of an organisation all that was given with so many orders, gone.
pub(super) fn given_with(orders: usize) -> String {
    format!(
        "DELETE FROM gift_given WHERE org_id = $1 AND order_id IN {} RETURNING rule_id, quantity",
        Tx::in_list(2, orders)
    )
}

/// Takes back what rules gave with orders that are not sent: it counts for no limit any more.
pub(crate) fn take_back(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<(), Problem> {
    let sql = given_with(orders.len());
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    let given: Vec<(Id, i64)> = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (rule, quantity) in given {
        tx.exec(
            "UPDATE gift_rule SET given = given - $3 WHERE org_id = $1 AND id = $2",
            args![org, rule, quantity],
        )?;
    }
    Ok(())
}

/// The rules that gave something with an order.
pub(crate) fn given_rules(tx: &mut Tx<'_>, org: Id, order: Id) -> Result<BTreeSet<Id>, Problem> {
    let rows = tx.rows(
        "SELECT g.rule_id FROM gift_given g JOIN gift_rule r ON r.org_id = g.org_id AND r.id = g.rule_id
         WHERE g.org_id = $1 AND g.order_id = $2",
        args![org, order],
        |row| row.get(0),
    )?;
    Ok(rows.into_iter().collect())
}

/// The line of a gift; `None` when the SKU is no more.
pub(crate) fn line(
    tx: &mut Tx<'_>,
    org: Id,
    order: Id,
    home: Id,
    (sku, quantity): (Id, i64),
    gift: Id,
) -> Result<Option<LineRow>, Problem> {
    let Some(sku) = catalogue::sku(tx, org, sku)? else {
        return Ok(None);
    };
    let title = catalogue::product(tx, &Actor::program(org), sku.product)?.title;
    Ok(Some(LineRow {
        place: 0,
        order,
        home,
        sku: Some(sku.id),
        code: sku.code,
        title,
        spec: sku.spec,
        quantity,
        price_fen: Fen(0),
        bundle: None,
        gift: Some(gift),
    }))
}

fn reach(who: &Actor, shop: Option<Id>) -> Result<(), Problem> {
    match shop {
        Some(shop) => who.need_shop(shop),
        None if who.shops == Shops::All => Ok(()),
        None => Err(Problem::not_found()),
    }
}

/// The rules of gifts. Needs [`Permission::SeeOrders`].
pub fn gift_rules(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<GiftRule>, Problem> {
    who.need(Permission::SeeOrders)?;
    let rules = of_org(tx, who.org)?.into_iter();
    Ok(rules
        .filter(|rule| rule.shop.is_none_or(|shop| who.shops.has(shop)))
        .collect())
}

/// Makes a rule of gifts (without `id`) or changes one; it gives to orders that come in from then on.
/// Needs [`Permission::EditDeskRules`].
pub fn set_gift_rule(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Option<Id>,
    new: &NewGiftRule,
) -> Result<GiftRule, Problem> {
    let was = match id {
        Some(id) => Some(one(tx, who, id)?),
        None => None,
    };
    let shop = was.as_ref().map_or(new.shop, |was| was.shop);
    reach(who, shop)?;
    who.need(Permission::EditDeskRules)?;
    check(tx, who.org, new)?;
    let is = GiftRule {
        id: id.unwrap_or_else(|| tx.id()),
        shop,
        name: clean_line("name", &new.name, 60)?,
        priority: new.priority,
        on: new.on,
        from: new.from,
        until: new.until,
        steps: new.steps.clone(),
        codes: new.codes.clone(),
        times: new.times,
        once_per_buyer: new.once_per_buyer,
        limit: new.limit,
        given: was.as_ref().map_or(0, |was| was.given),
    };
    if was.as_ref() == Some(&is) {
        return Ok(is);
    }
    let json = |value: Result<String, serde_json::Error>| value.map_err(|_| Problem::internal());
    tx.exec(
        "INSERT INTO gift_rule (org_id, id, shop_id, name, priority, active, from_at, until_at, steps, codes, times,
             once_per_buyer, most, given)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0)
         ON CONFLICT (org_id, id) DO UPDATE
         SET name = excluded.name, priority = excluded.priority, active = excluded.active, from_at = excluded.from_at,
             until_at = excluded.until_at, steps = excluded.steps, codes = excluded.codes, times = excluded.times,
             once_per_buyer = excluded.once_per_buyer, most = excluded.most",
        args![
            who.org,
            is.id,
            is.shop.unwrap_or(Id::NONE),
            &is.name,
            is.priority,
            is.on,
            is.from,
            is.until,
            &json(serde_json::to_string(&is.steps))?,
            &json(serde_json::to_string(&is.codes))?,
            is.times,
            is.once_per_buyer,
            is.limit
        ],
    )?;
    told(tx, now, who, &is, json!({ "rule": [was, &is] }))?;
    Ok(is)
}

/// Takes a rule of gifts away; what it gave stays. Needs [`Permission::EditDeskRules`].
pub fn remove_gift_rule(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let was = one(tx, who, id)?;
    who.need(Permission::EditDeskRules)?;
    tx.exec(
        "DELETE FROM gift_rule WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    told(tx, now, who, &was, json!({ "rule": [&was, null] }))
}

fn one(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<GiftRule, Problem> {
    let found = of_org(tx, who.org)?.into_iter().find(|rule| rule.id == id);
    let found = found.ok_or_else(Problem::not_found)?;
    reach(who, found.shop)?;
    Ok(found)
}

fn check(tx: &mut Tx<'_>, org: Id, new: &NewGiftRule) -> Result<(), Problem> {
    let range = |field, value: i64, min: i64, max: i64| {
        if (min..=max).contains(&value) {
            return Ok(());
        }
        let detail = format!("Between {min} and {max}.");
        Err(Problem::input(field, "out_of_range", detail)
            .with("min", min)
            .with("max", max))
    };
    range("priority", new.priority, 1, 9_999)?;
    range("steps", new.steps.len() as i64, 1, 20)?;
    range("codes", new.codes.len() as i64, 0, 200)?;
    if let Some(limit) = new.limit {
        range("limit", limit, 1, 1_000_000)?;
    }
    if new.from.zip(new.until).is_some_and(|(from, until)| until <= from) {
        return Err(Problem::input(
            "until",
            "ends_before_it_begins",
            "It ends before it begins.",
        ));
    }
    for step in &new.steps {
        range(
            "steps.min_fen",
            step.min_fen.map_or(0, |fen| fen.0),
            0,
            10_000_000_000,
        )?;
        range("steps.min_pieces", step.min_pieces.unwrap_or(0), 0, 10_000)?;
        range("steps.gifts", step.gifts.len() as i64, 1, 20)?;
        for gift in &step.gifts {
            range("steps.gifts.quantity", gift.quantity, 1, 99)?;
            catalogue::sku(tx, org, gift.sku)?.ok_or_else(Problem::not_found)?;
        }
    }
    Ok(())
}

fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    rule: &GiftRule,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: rule.shop.unwrap_or(Id::NONE),
        kind: "gift_rule.changed",
        subject: rule.id,
        data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(steps: Vec<GiftStep>) -> GiftRule {
        GiftRule {
            id: Id(1),
            shop: None,
            name: "满赠".into(),
            priority: 1,
            on: true,
            from: None,
            until: None,
            steps,
            codes: Vec::new(),
            times: false,
            once_per_buyer: false,
            limit: None,
            given: 0,
        }
    }

    fn step(fen: i64, pieces: i64, sku: i64) -> GiftStep {
        GiftStep {
            min_fen: Some(Fen(fen)),
            min_pieces: Some(pieces),
            gifts: vec![GiftPiece {
                sku: Id(sku),
                quantity: 1,
            }],
        }
    }

    #[test]
    fn amount_and_count_must_both_hold_and_the_highest_step_gives() {
        let rule = rule(vec![step(9_900, 1, 1), step(19_900, 2, 2)]);
        let gives = |fen: i64, pieces: i64| {
            let gifts = rule.gives(Ms(0), Fen(fen), &[("A", pieces, 1)]);
            gifts.iter().map(|gift| gift.sku.0).collect::<Vec<_>>()
        };
        assert_eq!((gives(9_899, 9), gives(9_900, 1)), (vec![], vec![1]));
        // 199 and more, but one piece only.
        assert_eq!((gives(19_900, 1), gives(19_900, 2)), (vec![1], vec![2]));
    }

    #[test]
    fn buy_n_get_n_counts_the_lines_that_take_part() {
        let mut rule = rule(vec![GiftStep {
            min_fen: None,
            ..step(0, 2, 1)
        }]);
        rule.times = true;
        rule.codes = vec!["A".into()];
        let gives =
            |lines: &[(&str, i64, i64)]| rule.gives(Ms(0), Fen(0), lines).first().map(|gift| gift.quantity);
        assert_eq!(gives(&[("A", 5, 100), ("B", 9, 100)]), Some(2));
        assert_eq!(gives(&[("A", 1, 100), ("B", 9, 100)]), None);
        assert_eq!(
            GiftRule {
                on: false,
                ..rule.clone()
            }
            .gives(Ms(0), Fen(0), &[("A", 5, 1)]),
            []
        );
        let ended = GiftRule {
            until: Some(Ms(5)),
            ..rule
        };
        assert_eq!(ended.gives(Ms(5), Fen(0), &[("A", 5, 1)]), []);
    }
}
