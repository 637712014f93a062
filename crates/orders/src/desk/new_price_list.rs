//! How a list of new prices or freights is made: from the rows of a file, or by a rule from what a filter finds.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Fen, Id, Ms, PageAsk, Problem, clean_line};
use catalogue::{ProductFilter, Sku};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Arg, Tx, args};

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
    /// The rows of a file, at most 20,000.
    #[serde(default)]
    pub rows: Vec<PriceRow>,
    /// Words of what is sold (code, title), where a rule is given.
    pub q: Option<String>,
    /// Merchant codes or order numbers, where a rule is given; left out: all that is found, at most 20,000.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Orders placed from then on.
    pub from: Option<Ms>,
    /// Orders placed before then.
    pub to: Option<Ms>,
    /// How new amounts follow from old ones; without it the rows say them.
    pub rule: Option<PriceRule>,
}

/// Codes that are looked up with one query.
const AT_ONCE: usize = 500;

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
    let mut rows = Vec::with_capacity(lines.len() * 12);
    for line in &lines {
        rows.extend_from_slice(args![
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
        ]);
    }
    tx.insert_many(
        "INSERT INTO price_line (org_id, list_id, place, subject_id, code, title, old_fen, new_fen, floor_fen, state, why,
             old_floor_fen)",
        12,
        "",
        &rows,
    )?;
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
    let codes: Vec<&str> = new.rows.iter().map(|row| row.code.trim()).collect();
    let found = skus_in_reach(tx, who, new.shop, &codes)?;
    let line = |row: &PriceRow| match found.get(row.code.trim()) {
        Some((sku, title)) => of_sku(sku, title, Some(row.fen)),
        None => unknown(&row.code, row.fen),
    };
    once(new.rows.iter().map(line).collect())
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

/// SKUs of codes with their products' titles, where the shop sells them; some hundreds a query.
fn skus_in_reach(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    codes: &[&str],
) -> Result<BTreeMap<String, (Sku, String)>, Problem> {
    let mut all = BTreeMap::new();
    for some in codes.chunks(AT_ONCE) {
        let ids: Vec<Id> = catalogue::skus_by_codes(tx, who.org, some)?
            .into_values()
            .collect();
        let skus = catalogue::skus(tx, who.org, &ids)?;
        let products: BTreeSet<Id> = skus.iter().map(|sku| sku.product).collect();
        let products: Vec<Id> = products.into_iter().collect();
        let sold = |shops: &Option<Vec<Id>>| {
            shop.is_none_or(|shop| shops.as_ref().is_none_or(|all| all.contains(&shop)))
        };
        let titles: BTreeMap<Id, String> = catalogue::products_by_ids(tx, who, &products)?
            .into_iter()
            .filter(|product| sold(&product.shops))
            .map(|product| (product.id, product.title))
            .collect();
        for sku in skus {
            if let Some(title) = titles.get(&sku.product) {
                all.insert(sku.code.clone(), (sku, title.clone()));
            }
        }
    }
    Ok(all)
}

fn prices_by(
    tx: &mut Tx<'_>,
    who: &Actor,
    new: &NewPriceList,
    rule: PriceRule,
) -> Result<Vec<PriceLine>, Problem> {
    if !new.codes.is_empty() {
        let codes: Vec<&str> = new.codes.iter().map(|code| code.trim()).collect();
        let found = skus_in_reach(tx, who, new.shop, &codes)?;
        let line = |code: &&str| match found.get(*code) {
            Some((sku, title)) => of_sku(sku, title, rule.of(sku.price_fen)),
            None => unknown(code, Fen(0)),
        };
        return once(codes.iter().map(line).collect());
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

/// Orders of a shop by their numbers, the oldest of a number; some hundreds a query.
fn by_numbers(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    numbers: &[&str],
) -> Result<BTreeMap<String, State>, Problem> {
    let mut all = BTreeMap::new();
    for some in numbers.chunks(AT_ONCE) {
        let sql = format!(
            "SELECT MIN(id) FROM shop_order WHERE org_id = $1 AND shop_id = $2 AND number IN {} GROUP BY number",
            Tx::in_list(3, some.len())
        );
        let mut arguments = args![who.org, shop].to_vec();
        arguments.extend(some.iter().map(|number| Arg::from(*number)));
        let last = some.last().copied().unwrap_or_default();
        arguments.resize(2 + some.len().next_power_of_two(), Arg::from(last));
        let ids: Vec<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?;
        let states = State::by_ids(tx, who.org, &ids)?;
        all.extend(states.into_iter().map(|state| (state.number.clone(), state)));
    }
    Ok(all)
}

fn freights_of(tx: &mut Tx<'_>, who: &Actor, new: &NewPriceList) -> Result<Vec<PriceLine>, Problem> {
    let numbers: Vec<&str> = new.rows.iter().map(|row| row.code.trim()).collect();
    let found = by_numbers(tx, who, new.shop.unwrap_or(Id::NONE), &numbers)?;
    let line = |row: &PriceRow| match found.get(row.code.trim()) {
        Some(state) => of_order(state, Some(row.fen)),
        None => unknown(&row.code, row.fen),
    };
    once(new.rows.iter().map(line).collect())
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
