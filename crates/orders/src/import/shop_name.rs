//! Files of ERPs hold the orders of several shops, with a column of their names: which of our shops each is, and which
//! rows of such a sheet go into which shop.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use base::{Actor, Id, Ms, Problem, Shops};
use serde::{Deserialize, Serialize};
use sheet::{Book, Fault, Flaw, Row};
use store::{Tx, args, text_enum};

use crate::import::ask::{ImportAsk, ImportKind};
use crate::import::look::SheetPlan;
use crate::import::shop_kept;

/// The column of the shop's name.
pub(crate) const SHOP: &str = "shop";
/// Names of one sheet that are told where nobody knows them; a column with more of them is none of shops.
const NAMES: usize = 300;
/// Characters of a name.
const NAME: usize = 120;

text_enum! {
    /// How it is known which shop a name means.
    pub enum ShopSaid {
        /// Somebody said so of this file.
        Asked = "asked",
        /// Somebody said so of an earlier one.
        Remembered = "remembered",
        /// One of our shops, and no other, is called so.
        SameName = "same_name",
        /// It is not: its rows are refused.
        Unknown = "unknown",
    }
}

/// A shop as a sheet calls it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanShop {
    /// The name; empty: rows that name none.
    pub name: String,
    /// Its rows.
    pub rows: i64,
    /// Which of our shops it is; null: its rows are left out, or nobody knows.
    pub shop: Option<Id>,
    /// How that is known.
    pub said: ShopSaid,
}

/// What is known of names before a file is looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownShops {
    /// Our shops in reach: name and id.
    ours: Vec<(String, Id)>,
    /// What was said of earlier files.
    told: BTreeMap<String, Option<Id>>,
}

impl KnownShops {
    /// Those somebody has in reach: what a name means elsewhere is not told to them.
    pub(crate) fn of(tx: &mut Tx<'_>, who: &Actor) -> Result<KnownShops, Problem> {
        let shops = team::shops(tx, who)?.into_iter().filter(|shop| shop.active);
        let told = tx.rows(
            "SELECT name, shop_id FROM import_shop WHERE org_id = $1",
            args![who.org],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(KnownShops {
            ours: shops.map(|shop| (shop.name, shop.id)).collect(),
            told: told.into_iter().collect(),
        })
    }

    /// Which shop a name means: what was asked goes before what is remembered, and that before a name that is the same.
    fn means(&self, name: &str, ask: &ImportAsk) -> (Option<Id>, ShopSaid) {
        if let Some(shop) = ask.shops.get(name) {
            return (*shop, ShopSaid::Asked);
        }
        match self.told.get(name) {
            Some(None) => return (None, ShopSaid::Remembered),
            Some(Some(shop)) if self.ours.iter().any(|(_, id)| id == shop) => {
                return (Some(*shop), ShopSaid::Remembered);
            }
            _ => {}
        }
        let mut same = self.ours.iter().filter(|(ours, _)| ours == name);
        match (same.next(), same.next()) {
            (Some((_, shop)), None) => (Some(*shop), ShopSaid::SameName),
            _ => (None, ShopSaid::Unknown),
        }
    }
}

/// Finds the shops each sheet names, with their rows, and which of ours they are.
pub(crate) fn find(
    book: &mut Book,
    plans: &mut [SheetPlan],
    ask: &ImportAsk,
    known: &KnownShops,
) -> Result<(), Problem> {
    for plan in plans {
        let (Some(at), None) = (column(plan, SHOP), &plan.left_out) else {
            continue;
        };
        let number = column(plan, "order_no");
        let mut rows = BTreeMap::<String, i64>::new();
        let table = book
            .table_below(plan.index, plan.header_row)
            .map_err(Problem::from)?;
        // What cannot be read is told when the file is taken in.
        for row in table.map_while(|row| match row {
            Err(fault) if fault.fatal() => None,
            row => Some(row.ok()),
        }) {
            let Some(row) = row.filter(|row| row.text(number).is_some()) else {
                continue;
            };
            let name = name_of(&row, at);
            let told = rows.len() < NAMES || rows.contains_key(&name);
            if told || known.means(&name, ask).1 != ShopSaid::Unknown {
                *rows.entry(name).or_default() += 1;
            }
        }
        plan.shops = rows
            .into_iter()
            .map(|(name, rows)| {
                let (shop, said) = known.means(&name, ask);
                PlanShop {
                    name,
                    rows,
                    shop,
                    said,
                }
            })
            .collect();
    }
    Ok(())
}

/// Says anew what the names in sheets mean, without reading the file again.
pub(crate) fn say(plans: &mut [SheetPlan], ask: &ImportAsk, known: &KnownShops) {
    for one in plans.iter_mut().flat_map(|plan| &mut plan.shops) {
        (one.shop, one.said) = known.means(&one.name, ask);
    }
}

/// Whether all of these names stand in the sheets.
pub(crate) fn hold(plans: &[SheetPlan], names: &BTreeMap<String, Option<Id>>) -> bool {
    let there = |name: &String| {
        plans
            .iter()
            .flat_map(|plan| &plan.shops)
            .any(|one| one.name == *name)
    };
    names.keys().all(there)
}

fn name_of(row: &Row, at: usize) -> String {
    row.text(Some(at))
        .map(|name| base::snippet(&name, NAME))
        .unwrap_or_default()
}

/// The rows of a sheet that go into one shop.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) shop: Id,
    /// Which part it is, from 0, and of how many; the first hears of rows nobody knows the shop of.
    pub(crate) place: u64,
    pub(crate) of: u64,
    /// How its rows are told from others; none where all are.
    names: Option<Names>,
}

/// Where the names stand, and which shops they mean.
#[derive(Clone, Debug)]
struct Names {
    at: usize,
    number: Option<usize>,
    /// Names nobody knows are not in it.
    shops: Arc<HashMap<String, Option<Id>>>,
}

/// Whose a row is.
pub(crate) enum Whose {
    /// This shop's.
    Mine,
    /// Another's, or left out.
    Others,
    /// Of a shop nobody knows; told by the first part.
    Strangers(Box<Fault>),
    /// It names no shop, so that its order is not whole, whosever that is. The first part tells what is wrong.
    Nameless(Option<Box<Fault>>),
}

impl Part {
    /// The parts a sheet is read in, one a shop: the file is read once for each, so that the place a run has come to
    /// stays a row.
    pub(crate) fn of(plan: &SheetPlan, home: Id) -> Vec<Part> {
        let names = column(plan, SHOP).map(|at| Names {
            at,
            number: column(plan, "order_no"),
            shops: Arc::new(
                plan.shops
                    .iter()
                    .filter(|one| one.said != ShopSaid::Unknown)
                    .map(|one| (one.name.clone(), one.shop))
                    .collect(),
            ),
        });
        let mut shops: Vec<Id> = plan.shops.iter().filter_map(|one| one.shop).collect();
        shops.sort_unstable();
        shops.dedup();
        if shops.is_empty() {
            // It names no shops, or all its rows are left out or refused.
            shops.push(home);
        }
        let of = shops.len() as u64;
        let part = |(place, shop)| Part {
            shop,
            place,
            of,
            names: names.clone(),
        };
        (0..).zip(shops).map(part).collect()
    }

    /// Whose a row is. Below a table stands what is nobody's order: the first part hears of it as of one of its own.
    pub(crate) fn whose(&self, row: &Row) -> Whose {
        let Some(names) = &self.names else {
            return Whose::Mine;
        };
        let name = name_of(row, names.at);
        let first = self.place == 0;
        let fault = || {
            let flaw = Flaw::new("shop_unknown").with("value", name.as_str());
            Box::new(row.fault(Some(names.at), flaw))
        };
        match names.shops.get(&name) {
            Some(Some(shop)) if *shop == self.shop => Whose::Mine,
            Some(_) => Whose::Others,
            None if name.is_empty() && row.text(names.number).is_some() => Whose::Nameless(first.then(fault)),
            None if !first => Whose::Others,
            None if name.is_empty() => Whose::Mine,
            None => Whose::Strangers(fault()),
        }
    }
}

/// Where a column of a sheet stands.
fn column(plan: &SheetPlan, name: &str) -> Option<usize> {
    let found = plan.columns.iter().find(|found| found.column == name);
    found.map(|found| found.index)
}

/// Whether files of a kind may be of several shops.
pub(crate) fn of_shops(kind: Option<ImportKind>) -> bool {
    matches!(
        kind,
        Some(
            ImportKind::Orders
                | ImportKind::Items
                | ImportKind::Refunds
                | ImportKind::Waybills
                | ImportKind::Payments
        )
    )
}

/// Refuses a file that goes into a shop out of reach, and, to all but its sender, one with rows of which it is not
/// said whose they are: they may be of a shop out of reach.
pub(crate) fn need(who: &Actor, sheets: &[SheetPlan], sender: Option<Id>) -> Result<(), Problem> {
    let own = who.shops == Shops::All || (sender.is_some() && sender == who.person());
    let mut shops = sheets.iter().flat_map(|sheet| &sheet.shops);
    shops.try_for_each(|one| match one.shop {
        Some(shop) => who.need_shop(shop),
        None if own => Ok(()),
        None => Err(Problem::not_found()),
    })
}

/// Refuses shops that are out of reach, not there or closed.
pub(crate) fn check(tx: &mut Tx<'_>, who: &Actor, sheets: &[SheetPlan]) -> Result<(), Problem> {
    for shop in sheets
        .iter()
        .flat_map(|sheet| &sheet.shops)
        .filter_map(|one| one.shop)
    {
        who.need_shop(shop)?;
        let found = team::shop(tx, who.org, shop)?;
        found.filter(|shop| shop.active).ok_or_else(Problem::not_found)?;
    }
    Ok(())
}

/// Remembers which shops the names in these sheets mean, for the organisation's later files: only of whoever has all
/// shops, since others would send what is not theirs into their own. What they say counts for their file.
pub(crate) fn teach(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    sheets: &[SheetPlan],
    shops: &BTreeMap<String, Option<Id>>,
) -> Result<(), Problem> {
    let named = |name: &str| {
        sheets
            .iter()
            .flat_map(|sheet| &sheet.shops)
            .any(|one| one.name == name)
    };
    if who.shops != Shops::All {
        return Ok(());
    }
    for (name, shop) in shops.iter().filter(|(name, _)| !name.is_empty() && named(name)) {
        shop_kept::remember(tx, now, who, name, *shop)?;
    }
    Ok(())
}
