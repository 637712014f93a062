//! Many prices, or the freight of many unpaid orders, changed by one list: made and looked at, carried out, taken back
//! (rows 20 and 21). What makes it is in `new_price_list.rs`, what carries it out in `price_change.rs`.

use base::{Actor, Fen, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use sheet::Value;
use store::{Event, Row, Tx, args, text_enum};

use super::ask::DeskPerson;
use super::file;
use super::price_rule::PriceRule;
use super::reach::Reach;
use super::settings;
use crate::export::ExportFormat;

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
        /// Being carried out, piece by piece.
        Applying = "applying",
        /// Carried out.
        Applied = "applied",
        /// Being taken back, piece by piece.
        Revoking = "revoking",
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
    /// Whether somebody else than who made it carries it out.
    pub four_eyes: bool,
    /// Who made it; 0: a program.
    #[serde(skip)]
    pub(crate) maker: Id,
    /// Its lines up to this place are worked off.
    #[serde(skip)]
    pub(crate) upto: i64,
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

/// Lines of one list at most.
pub(super) const MOST: usize = 20_000;

/// The right a kind of list takes.
pub(crate) fn need(who: &Actor, kind: PriceKind) -> Result<(), Problem> {
    who.need(match kind {
        PriceKind::Price => Permission::EditCatalogue,
        PriceKind::Freight => Permission::EditOrders,
    })
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

const COLUMNS: &str = "id, kind, shop_id, name, made_by, state, at, person_id, applied_at, applied_by, revoked_at, revoked_by, upto";

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
        four_eyes: false,
        maker: row.get(7)?,
        upto: row.get(12)?,
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
            four_eyes: settings::of_shop(tx, org, list.shop.unwrap_or(Id::NONE))?.price_four_eyes,
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
