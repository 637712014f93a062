//! Many prices, or the freight of many unpaid orders, changed by one list: made and looked at, carried out, taken back
//! (rows 20 and 21). What carries it out is in `price_change.rs`.

use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Ms, Page, PageAsk, Permission, Problem, clean_line};
use catalogue::{ProductFilter, Sku};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sheet::Value;
use store::{Event, Row, Tx, args, text_enum};

use super::ask::DeskPerson;
use super::file;
use super::reach::Reach;
use crate::export::ExportFormat;
use crate::list::{self, OrderFilter};
use crate::order::one_word;
use crate::state::State;

text_enum! {
    /// What a list changes.
    pub enum PriceKind {
        /// Prices of SKUs.
        Price = "price",
        /// The freight of orders that are not paid yet.
        Freight = "freight",
    }
}

text_enum! {
    /// Where a list stands.
    pub enum PriceListState {
        /// To be looked at; nothing has changed.
        Made = "made",
        /// Carried out.
        Applied = "applied",
        /// Taken back.
        Revoked = "revoked",
    }
}

text_enum! {
    /// Where one line of a list stands.
    pub enum PriceLineState {
        /// To be carried out.
        Open = "open",
        /// Carried out.
        Done = "done",
        /// Not carried out; `why` says why.
        Left = "left",
        /// As it was before.
        Back = "back",
        /// Somebody changed it since: it stays.
        Kept = "kept",
    }
}

/// How a new amount follows from the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct PriceRule {
    /// How.
    pub by: PriceBy,
    /// Of `percent` hundredths of a percent of the old amount (9000 is nine tenths of it); of `amount` fen to
    /// add, negative to take off; of `set` the new amount in fen.
    pub value: i64,
    /// To whole fen (1), jiao (10) or yuan (100).
    #[serde(default = "whole_fen")]
    pub to_fen: i64,
    /// Which way.
    #[serde(default)]
    pub round: PriceRound,
}

fn whole_fen() -> i64 {
    1
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceBy {
    /// A share of the old amount.
    Percent,
    /// So much more or less.
    Amount,
    /// So much.
    Set,
}

/// Which way an amount is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceRound {
    /// To the nearest, a half up.
    #[default]
    Near,
    /// Down.
    Down,
    /// Up.
    Up,
}

impl PriceRule {
    /// The new amount; `None` for what is no amount.
    fn of(self, old: Fen) -> Option<Fen> {
        let step = i128::from(self.to_fen);
        // In ten-thousandths of a fen, so that nothing is lost before it is rounded.
        let exact = match self.by {
            PriceBy::Percent => i128::from(old.0) * i128::from(self.value),
            PriceBy::Amount => (i128::from(old.0) + i128::from(self.value)) * 10_000,
            PriceBy::Set => i128::from(self.value) * 10_000,
        };
        let whole = step * 10_000;
        let steps = match self.round {
            PriceRound::Down => exact.div_euclid(whole),
            PriceRound::Up => (exact + whole - 1).div_euclid(whole),
            PriceRound::Near => (exact * 2 + whole).div_euclid(whole * 2),
        };
        i64::try_from(steps * step).ok().filter(|fen| *fen >= 0).map(Fen)
    }
}

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

/// A list of changes.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PriceList {
    /// Its id.
    pub id: Id,
    /// What it changes.
    pub kind: PriceKind,
    /// Of this shop; null: of all.
    pub shop: Option<Id>,
    /// What people call it.
    pub name: String,
    /// The rule it was made by; null: from rows.
    pub rule: Option<PriceRule>,
    /// Where it stands.
    pub state: PriceListState,
    /// When it was made.
    pub at: Ms,
    /// By whom.
    pub by: Option<DeskPerson>,
    /// When it was carried out.
    pub applied_at: Option<Ms>,
    /// By whom.
    pub applied_by: Option<DeskPerson>,
    /// When it was taken back.
    pub revoked_at: Option<Ms>,
    /// By whom.
    pub revoked_by: Option<DeskPerson>,
    /// Lines by where they stand.
    pub counts: PriceCounts,
}

/// Lines by where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PriceCounts {
    /// To be carried out.
    pub open: i64,
    /// Carried out.
    pub done: i64,
    /// Not carried out.
    pub left: i64,
    /// As before.
    pub back: i64,
    /// Changed by somebody since.
    pub kept: i64,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PriceLine {
    /// From 1.
    pub place: i64,
    /// The SKU or the order; null for a code nobody knows.
    pub subject: Option<Id>,
    /// Its merchant code or number.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// Before.
    pub old_fen: Fen,
    /// After.
    pub new_fen: Fen,
    /// What no agent may go below.
    pub floor_fen: Option<Fen>,
    /// Where it stands.
    pub state: PriceLineState,
    /// Why it was not carried out or stays: `unknown`, `unchanged`, `below_floor`, `out_of_range`, `not_unpaid`,
    /// `changed_meanwhile`, `changed_since`, `later_list`, `refused`; else empty.
    pub why: String,
    /// What the floor was before, where it follows the price.
    #[serde(skip)]
    pub(crate) old_floor: Option<Fen>,
}

/// Which lists are asked for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PriceListFilter {
    /// Of this shop.
    pub shop: Option<Id>,
}

/// Lines of one list at most: they are carried out in one transaction.
const MOST: usize = 500;
/// 1,000,000 yuan: more is a slip.
const MOST_FEN: i64 = 100_000_000;

/// The right a kind of list takes.
pub(crate) fn need(who: &Actor, kind: PriceKind) -> Result<(), Problem> {
    who.need(match kind {
        PriceKind::Price => Permission::EditCatalogue,
        PriceKind::Freight => Permission::EditOrders,
    })
}

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

pub(crate) fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (id, shop): (Id, Option<Id>),
    kind: &'static str,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: shop.unwrap_or(Id::NONE),
        kind,
        subject: id,
        data,
    })
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

const COLUMNS: &str =
    "id, kind, shop_id, name, made_by, state, at, person_id, applied_at, applied_by, revoked_at, revoked_by";

fn read(row: &Row<'_>) -> Result<(PriceList, [Option<Id>; 3]), Problem> {
    let (shop, rule): (Id, String) = (row.get(2)?, row.get(4)?);
    let list = PriceList {
        id: row.get(0)?,
        kind: row.get(1)?,
        shop: Some(shop).filter(|shop| *shop != Id::NONE),
        name: row.get(3)?,
        rule: serde_json::from_str(&rule).unwrap_or_default(),
        state: row.get(5)?,
        at: row.get(6)?,
        by: None,
        applied_at: row.get(8)?,
        applied_by: None,
        revoked_at: row.get(10)?,
        revoked_by: None,
        counts: PriceCounts::default(),
    };
    Ok((list, [Some(row.get(7)?), row.get(9)?, row.get(11)?]))
}

fn views(
    tx: &mut Tx<'_>,
    org: Id,
    rows: Vec<(PriceList, [Option<Id>; 3])>,
) -> Result<Vec<PriceList>, Problem> {
    let people: Vec<Id> = rows
        .iter()
        .flat_map(|(_, people)| people)
        .flatten()
        .copied()
        .collect();
    let names = team::names(tx, org, &people)?;
    let person = |id: Option<Id>| {
        let id = id?;
        let name = names.get(&id)?.clone();
        Some(DeskPerson { id, name })
    };
    let mut lists = Vec::new();
    for (list, [by, applied_by, revoked_by]) in rows {
        let counts: Vec<(PriceLineState, i64)> = tx.rows(
            "SELECT state, COUNT(*) FROM price_line WHERE org_id = $1 AND list_id = $2 GROUP BY state",
            args![org, list.id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let count = |state| {
            counts
                .iter()
                .find(|(is, _)| *is == state)
                .map_or(0, |(_, count)| *count)
        };
        lists.push(PriceList {
            by: person(by),
            applied_by: person(applied_by),
            revoked_by: person(revoked_by),
            counts: PriceCounts {
                open: count(PriceLineState::Open),
                done: count(PriceLineState::Done),
                left: count(PriceLineState::Left),
                back: count(PriceLineState::Back),
                kept: count(PriceLineState::Kept),
            },
            ..list
        });
    }
    Ok(lists)
}

/// A list. Needs [`Permission::SeeOrders`] and its shop.
pub fn price_list(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<PriceList, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM price_list WHERE org_id = $1 AND id = $2");
    let rows = tx.rows(&sql, args![who.org, id], read)?;
    let found = views(tx, who.org, rows)?.pop().ok_or_else(Problem::not_found)?;
    match found.shop {
        Some(shop) => who.need_shop(shop)?,
        None if matches!(who.shops, base::Shops::All) => {}
        None => return Err(Problem::not_found()),
    }
    if !who.may(Permission::EditCatalogue) {
        who.need(Permission::SeeOrders)?;
    }
    Ok(found)
}

/// The lists of the shops in reach, the last first. Needs [`Permission::SeeOrders`].
pub fn price_lists(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &PriceListFilter,
    page: &PageAsk,
) -> Result<Page<PriceList>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, filter.shop, 4)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {COLUMNS} FROM price_list WHERE org_id = $1 AND id < $2 AND {} ORDER BY id DESC LIMIT $3",
        reach.sql
    );
    let mut arguments = args![who.org, before, page.limit() + 1].to_vec();
    arguments.extend(reach.shops);
    let rows = tx.rows(&sql, &arguments, read)?;
    let page = Page::cut(rows, page.limit(), |(list, _)| vec![list.id.0]);
    Ok(Page {
        items: views(tx, who.org, page.items)?,
        next: page.next,
    })
}

/// The lines of a list, in its order. Rights as [`price_list`].
pub fn price_lines(tx: &mut Tx<'_>, who: &Actor, id: Id, page: &PageAsk) -> Result<Page<PriceLine>, Problem> {
    price_list(tx, who, id)?;
    let after = page.numbers::<1>().map_or(0, |[place]| place);
    let lines = lines(tx, who.org, id, after, page.limit() + 1)?;
    Ok(Page::cut(lines, page.limit(), |line| vec![line.place]))
}

/// The lines of a list that are carried out, or would be, as a file for the platform: code or number, goods, the amount
/// before and after. Rights as [`price_list`].
pub fn price_list_file(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: Id,
    format: ExportFormat,
) -> Result<Vec<u8>, Problem> {
    let amount = match price_list(tx, who, id)?.kind {
        PriceKind::Price => ["商家编码", "商品", "原价", "新价"],
        PriceKind::Freight => ["订单编号", "商品", "原运费", "新运费"],
    };
    let lines = lines(tx, who.org, id, 0, MOST)?.into_iter();
    let rows = lines
        .filter(|line| matches!(line.state, PriceLineState::Open | PriceLineState::Done))
        .map(|line| {
            [
                Value::from(line.code),
                Value::from(line.title),
                Value::from(line.old_fen),
                Value::from(line.new_fen),
            ]
        });
    file::table(format, "改价", amount, rows)
}

pub(crate) fn lines(
    tx: &mut Tx<'_>,
    org: Id,
    list: Id,
    after: i64,
    limit: usize,
) -> Result<Vec<PriceLine>, Problem> {
    tx.rows(
        "SELECT place, subject_id, code, title, old_fen, new_fen, floor_fen, state, why, old_floor_fen FROM price_line
         WHERE org_id = $1 AND list_id = $2 AND place > $3 ORDER BY place LIMIT $4",
        args![org, list, after, limit],
        |row| {
            let subject: Id = row.get(1)?;
            Ok(PriceLine {
                place: row.get(0)?,
                subject: Some(subject).filter(|id| *id != Id::NONE),
                code: row.get(2)?,
                title: row.get(3)?,
                old_fen: row.get(4)?,
                new_fen: row.get(5)?,
                floor_fen: row.get(6)?,
                state: row.get(7)?,
                why: row.get(8)?,
                old_floor: row.get(9)?,
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_says_the_new_amount_to_the_step_it_names() {
        let rule = |by, value, to_fen, round| PriceRule {
            by,
            value,
            to_fen,
            round,
        };
        let (p, a, s) = (PriceBy::Percent, PriceBy::Amount, PriceBy::Set);
        let (near, down, up) = (PriceRound::Near, PriceRound::Down, PriceRound::Up);
        for (rule, old, new) in [
            (rule(p, 9_000, 1, near), 9_999, Some(8_999)),
            (rule(p, 9_000, 1, up), 9_999, Some(9_000)),
            (rule(p, 8_880, 100, near), 10_000, Some(8_900)),
            (rule(p, 8_850, 100, near), 10_000, Some(8_900)),
            (rule(p, 8_840, 100, near), 10_000, Some(8_800)),
            (rule(p, 8_899, 10, down), 10_000, Some(8_890)),
            (rule(a, -500, 1, near), 9_900, Some(9_400)),
            (rule(a, -9_901, 1, near), 9_900, None),
            (rule(a, 1, 100, up), 9_900, Some(10_000)),
            (rule(s, 1_234, 10, down), 5, Some(1_230)),
        ] {
            assert_eq!(rule.of(Fen(old)), new.map(Fen), "{rule:?} of {old}");
        }
    }
}
