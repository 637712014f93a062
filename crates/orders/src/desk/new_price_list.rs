//! How a list of new prices or freights is made: from the rows of a file, or by a rule from what a filter finds.

use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Ms, PageAsk, Problem, clean_line};
use catalogue::{ProductFilter, Sku};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args};

use super::price_list::{MOST, PriceKind, PriceLine, PriceLineState, PriceList, need, price_list, told};
use super::price_rule::PriceRule;
use crate::list::{self, OrderFilter};
use crate::order::one_word;
use crate::state::State;

/// One row of a list as a file tells it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRow {
    /// The merchant code of a SKU, or the number of an order.
    pub code: String,
    /// The new amount.
    pub fen: Fen,
}

/// A list to be made: from the rows of a file, or from what a filter finds by a rule.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPriceList {
    /// What it changes.
    pub kind: PriceKind,
    /// Of this shop; who has not all shops, and whoever changes freight, names one.
    pub shop: Option<Id>,
    /// What people call it, at most 60 characters.
    pub name: String,
    /// The rows of a file, at most 500.
    #[serde(default)]
    pub rows: Vec<PriceRow>,
    /// Words of what is sold (code, title), where a rule is given.
    pub q: Option<String>,
    /// Merchant codes or order numbers, where a rule is given; left out: all that is found, at most 500.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Orders placed from then on.
    pub from: Option<Ms>,
    /// Orders placed before then.
    pub to: Option<Ms>,
    /// How new amounts follow from old ones; without it the rows say them.
    pub rule: Option<PriceRule>,
}

/// 1,000,000 yuan: more is a slip.
const MOST_FEN: i64 = 100_000_000;

/// Makes a list, which changes nothing yet. Prices need [`Permission::EditCatalogue`], freight
/// [`Permission::EditOrders`].
pub fn make_price_list(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewPriceList,
) -> Result<PriceList, Problem> {
    if let Some(shop) = new.shop {
        who.need_shop(shop)?;
        team::shop(tx, who.org, shop)?.ok_or_else(Problem::not_found)?;
    }
    need(who, new.kind)?;
    let all = matches!(who.shops, base::Shops::All);
    if new.shop.is_none() && (!all || new.kind == PriceKind::Freight) {
        return Err(Problem::input("shop", "missing", "Name the shop."));
    }
    if let Some(rule) = new.rule
        && (![1, 10, 100].contains(&rule.to_fen) || !(-MOST_FEN..=MOST_FEN).contains(&rule.value))
    {
        return Err(Problem::input("rule", "out_of_range", "No such rule."));
    }
    if new.rows.len().max(new.codes.len()) > MOST {
        return Err(Problem::input("rows", "too_many", format!("At most {MOST} rows.")).with("limit", MOST));
    }
    let name = clean_line("name", &new.name, 60)?;
    let mut lines = match (new.kind, new.rule) {
        (PriceKind::Price, Some(rule)) => prices_by(tx, who, new, rule)?,
        (PriceKind::Price, None) => prices_of(tx, who, new)?,
        (PriceKind::Freight, Some(rule)) => freights_by(tx, who, new, rule)?,
        (PriceKind::Freight, None) => freights_of(tx, who, new)?,
    };
    if lines.is_empty() {
        return Err(Problem::conflict(
            "nothing_to_change",
            "The filter finds nothing.",
        ));
    }
    for line in &mut lines {
        judge(line, new.kind);
    }
    // What will change stands first.
    lines.sort_by_key(|line| line.state != PriceLineState::Open);
    for (place, line) in (1..).zip(&mut lines) {
        line.place = place;
    }
    let id = tx.id();
    let made_by = serde_json::to_string(&new.rule).map_err(|_| Problem::internal())?;
    tx.exec(
        "INSERT INTO price_list (org_id, id, kind, shop_id, name, made_by, state, at, person_id)
         VALUES ($1, $2, $3, $4, $5, $6, 'made', $7, $8)",
        args![
            who.org,
            id,
            new.kind,
            new.shop.unwrap_or(Id::NONE),
            &name,
            &made_by,
            now,
            who.person().unwrap_or(Id::NONE)
        ],
    )?;
    for line in &lines {
        tx.exec(
            "INSERT INTO price_line (org_id, list_id, place, subject_id, code, title, old_fen, new_fen, floor_fen, state, why,
                 old_floor_fen)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            args![
                who.org,
                id,
                line.place,
                line.subject.unwrap_or(Id::NONE),
                &line.code,
                &line.title,
                line.old_fen,
                line.new_fen,
                line.floor_fen,
                line.state,
                &line.why,
                line.old_floor
            ],
        )?;
    }
    told(
        tx,
        now,
        who,
        (id, new.shop),
        "price_list.made",
        json!({ "kind": new.kind, "lines": lines.len() }),
    )?;
    price_list(tx, who, id)
}

/// Says why a line is not to be carried out, where that is known beforehand.
fn judge(line: &mut PriceLine, kind: PriceKind) {
    let least = if kind == PriceKind::Price { 1 } else { 0 };
    let why = if line.subject.is_none() {
        "unknown"
    } else if !line.why.is_empty() {
        return;
    } else if !(least..=MOST_FEN).contains(&line.new_fen.0) {
        "out_of_range"
    } else if line.new_fen == line.old_fen {
        "unchanged"
    } else if line.floor_fen.is_some_and(|floor| line.new_fen < floor) && line.old_floor.is_none() {
        "below_floor"
    } else {
        return;
    };
    (line.state, line.why) = (PriceLineState::Left, why.to_owned());
}

fn of_sku(sku: &Sku, title: &str, new: Option<Fen>) -> PriceLine {
    // A floor that is the price itself follows the price; any other stands.
    let follows = sku.floor_fen == sku.price_fen;
    PriceLine {
        place: 0,
        subject: Some(sku.id),
        code: sku.code.clone(),
        title: format!("{title} {}", sku.spec).trim().to_owned(),
        old_fen: sku.price_fen,
        new_fen: new.unwrap_or(Fen(-1)),
        floor_fen: Some(sku.floor_fen),
        state: PriceLineState::Open,
        why: String::new(),
        old_floor: follows.then_some(sku.floor_fen),
    }
}

fn unknown(code: &str, new: Fen) -> PriceLine {
    PriceLine {
        place: 0,
        subject: None,
        code: base::snippet(code, 64),
        title: String::new(),
        old_fen: Fen(0),
        new_fen: new,
        floor_fen: None,
        state: PriceLineState::Left,
        why: "unknown".to_owned(),
        old_floor: None,
    }
}

fn prices_of(tx: &mut Tx<'_>, who: &Actor, new: &NewPriceList) -> Result<Vec<PriceLine>, Problem> {
    let mut lines = Vec::new();
    for row in &new.rows {
        let line = match sku_in_reach(tx, who, new.shop, row.code.trim())? {
            Some((sku, title)) => of_sku(&sku, &title, Some(row.fen)),
            None => unknown(&row.code, row.fen),
        };
        lines.push(line);
    }
    once(lines)
}

/// Each code once, for lines that come row by row. Refuses with `row_repeated` a code with two amounts, naming both
/// rows: nobody can tell which is meant.
fn once(lines: Vec<PriceLine>) -> Result<Vec<PriceLine>, Problem> {
    let mut seen = BTreeMap::<String, (usize, Fen)>::new();
    let mut kept = Vec::with_capacity(lines.len());
    for (row, line) in (1..).zip(lines) {
        match seen.get(&line.code) {
            Some((first, fen)) if *fen != line.new_fen => {
                let detail = format!("Rows {first} and {row} are both of {} and differ.", line.code);
                return Err(Problem::input("rows", "row_repeated", detail)
                    .with("value", line.code)
                    .with("first", *first)
                    .with("second", row));
            }
            Some(_) => {}
            None => {
                seen.insert(line.code.clone(), (row, line.new_fen));
                kept.push(line);
            }
        }
    }
    Ok(kept)
}

fn sku_in_reach(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    code: &str,
) -> Result<Option<(Sku, String)>, Problem> {
    let Some(sku) = catalogue::sku_by_code(tx, who.org, code)? else {
        return Ok(None);
    };
    let found = catalogue::products_by_ids(tx, who, &[sku.product])?.pop();
    let sold = |shops: &Option<Vec<Id>>| {
        shop.is_none_or(|shop| shops.as_ref().is_none_or(|all| all.contains(&shop)))
    };
    Ok(found
        .filter(|product| sold(&product.shops))
        .map(|product| (sku, product.title)))
}

fn prices_by(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &NewPriceList,
    rule: PriceRule,
) -> Result<Vec<PriceLine>, Problem> {
    if !new.codes.is_empty() {
        let mut lines = Vec::new();
        for code in &new.codes {
            lines.push(match sku_in_reach(tx, who, new.shop, code.trim())? {
                Some((sku, title)) => of_sku(&sku, &title, rule.of(sku.price_fen)),
                None => unknown(code, Fen(0)),
            });
        }
        return once(lines);
    }
    let filter = ProductFilter {
        q: new.q.clone(),
        shop: new.shop,
        active: Some(true),
    };
    let mut page = PageAsk {
        cursor: None,
        limit: Some(200),
    };
    let mut lines = Vec::new();
    loop {
        let found = catalogue::products(tx, who, &filter, &page)?;
        for product in &found.items {
            let sold = product.skus.iter().filter(|sku| sku.active);
            lines.extend(sold.map(|sku| of_sku(sku, &product.title, rule.of(sku.price_fen))));
        }
        if lines.len() > MOST {
            let detail = format!("It finds more than {MOST}: narrow it.");
            return Err(Problem::input("q", "too_many", detail).with("limit", MOST));
        }
        match found.next {
            Some(next) => page.cursor = Some(next),
            None => return Ok(lines),
        }
    }
}

/// Whether an order waits for its money.
pub(crate) fn unpaid(state: &State) -> bool {
    one_word(&state.merged) == "unpaid"
}

/// What the way costs, as far as anything said so.
pub(crate) fn freight(state: &State) -> Fen {
    state.merged.post_fen.unwrap_or_default()
}

fn of_order(state: &State, new: Option<Fen>) -> PriceLine {
    let lines = state.merged.lines.as_deref().unwrap_or_default();
    let titles: Vec<&str> = lines.iter().map(|line| line.title.as_str()).collect();
    let open = unpaid(state);
    PriceLine {
        place: 0,
        subject: Some(state.id),
        code: state.number.clone(),
        title: base::snippet(&titles.join("，"), 120),
        old_fen: freight(state),
        new_fen: new.unwrap_or(Fen(-1)),
        floor_fen: None,
        state: if open {
            PriceLineState::Open
        } else {
            PriceLineState::Left
        },
        why: if open {
            String::new()
        } else {
            "not_unpaid".to_owned()
        },
        old_floor: None,
    }
}

fn by_number(tx: &mut Tx<'_>, who: &Actor, shop: Id, number: &str) -> Result<Option<State>, Problem> {
    let found: Option<Id> = tx.value(
        "SELECT id FROM shop_order WHERE org_id = $1 AND number = $2 AND shop_id = $3 ORDER BY id LIMIT 1",
        args![who.org, number, shop],
    )?;
    found.map_or(Ok(None), |id| State::get(tx, who.org, id))
}

fn freights_of(tx: &mut Tx<'_>, who: &Actor, new: &NewPriceList) -> Result<Vec<PriceLine>, Problem> {
    let shop = new.shop.unwrap_or(Id::NONE);
    let mut lines = Vec::new();
    for row in &new.rows {
        lines.push(match by_number(tx, who, shop, row.code.trim())? {
            Some(state) => of_order(&state, Some(row.fen)),
            None => unknown(&row.code, row.fen),
        });
    }
    once(lines)
}

fn freights_by(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &NewPriceList,
    rule: PriceRule,
) -> Result<Vec<PriceLine>, Problem> {
    let filter = OrderFilter {
        shop: new.shop,
        status: Some("unpaid".to_owned()),
        from: new.from,
        to: new.to,
        ..OrderFilter::default()
    };
    let found = list::find(tx, who, &filter, None, MOST)?;
    if found.next.is_some() {
        let detail = format!("It finds more than {MOST}: narrow it by time.");
        return Err(Problem::input("from", "too_many", detail).with("limit", MOST));
    }
    let named =
        |state: &&State| new.codes.is_empty() || new.codes.iter().any(|code| code.trim() == state.number);
    let lines = found.states.iter().filter(named);
    Ok(lines
        .map(|state| of_order(state, rule.of(freight(state))))
        .collect())
}
