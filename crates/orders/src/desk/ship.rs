use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Page, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args};

use super::desk_parcel::DeskParcel;
use super::look::Look;
use super::parcel::{Parcel, ParcelState};
use super::pass::{fresh, not_held, saved, wrong_state};
use super::reach::Reach;
use super::view::views;
use super::{courier, expected, list, pickup, sent, settings, status, wake};
use crate::hold;
use crate::new_order::Version;
use crate::state::State;
use crate::status::{OrderStatus, ShipStatus};
use crate::upsert;

/// How long a hand-over can be taken back.
const BACK_MS: i64 = 1_800_000;

/// Hands one packed parcel over. What is refused changed nothing: everything is looked at first.
pub(crate) fn one(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let mut parcel = fresh(tx, now, who, id, Permission::ShipOrders)?;
    may_leave(tx, who.org, &parcel)?;
    for ((order, sku, gift), quantity) in &pieces(&parcel) {
        leave_shelf(tx, now, who, (*order, *sku, *gift), *quantity)?;
    }
    parcel.row.go(ParcelState::Shipped, now);
    (parcel.row.shipped_at, parcel.row.shipped_by) = (Some(now), who.person().or(Some(Id::NONE)));
    let (facts, _) = Look::new(tx, now, who)?.judge_by(tx, &parcel, Some(&[]))?;
    expected::set(tx, who.org, &mut parcel.row, facts.address())?;
    sent::keep(tx, who.org, id, &facts.to)?;
    parcel.row.save(tx, who.org)?;
    let data =
        json!({ "courier": parcel.row.courier, "waybill": parcel.row.waybill, "g": parcel.row.weighed_g });
    parcel.tell(tx, now, who, "parcel.shipped", data)?;
    for (order, _) in &parcel.orders {
        follow(tx, now, who, *order)?;
    }
    status::left(tx, now, who.org, &parcel)?;
    pickup::handed_over(tx, now, who, &parcel.row.courier)?;
    wake::lists(tx, parcel.row.shop, &[id]);
    Ok(())
}

/// Refuses a parcel that may not leave: held, not packed, without the courier's number, not looked at again or not
/// weighed where its shop wants that, or with more in it than lies on the shelf.
fn may_leave(tx: &mut Tx<'_>, org: Id, parcel: &Parcel) -> Result<(), Problem> {
    not_held(tx, org, parcel)?;
    if parcel.row.state != ParcelState::Packed {
        return Err(wrong_state(parcel));
    }
    let set = settings::of_shop(tx, org, parcel.row.shop)?;
    let missing = |code, detail: &'static str| Err(Problem::conflict(code, detail));
    if parcel.row.waybill.is_none() {
        return missing("waybill_missing", "It has no number of the courier yet.");
    }
    if set.second && parcel.row.second_at.is_none() {
        return missing("second_missing", "Nobody looked again after it was packed.");
    }
    if set.weigh && parcel.row.weighed_g.is_none() {
        return missing("weight_missing", "It was not weighed.");
    }
    enough(tx, org, &pieces(parcel))
}

/// What would refuse the hand-over of a parcel now.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ParcelStays {
    /// Why.
    pub code: String,
    /// Facts of it.
    #[schema(value_type = Object)]
    pub params: serde_json::Map<String, serde_json::Value>,
}

/// What keeps a parcel here; none: it may leave.
pub(crate) fn stays(tx: &mut Tx<'_>, org: Id, parcel: &Parcel) -> Result<Option<ParcelStays>, Problem> {
    match may_leave(tx, org, parcel) {
        Ok(()) => Ok(None),
        Err(problem) if problem.status >= 500 => Err(problem),
        Err(problem) => Ok(Some(ParcelStays {
            code: problem.code.to_string(),
            params: problem.params.clone(),
        })),
    }
}

/// Pieces of each SKU by order, and whether they are given.
type Pieces = BTreeMap<(Id, Id, bool), i64>;

fn pieces(parcel: &Parcel) -> Pieces {
    let mut sums = Pieces::new();
    for line in &parcel.lines {
        if let Some(sku) = line.sku {
            *sums.entry((line.order, sku, line.gift.is_some())).or_default() += line.quantity;
        }
    }
    sums
}

/// Refuses what is not on the shelf.
fn enough(tx: &mut Tx<'_>, org: Id, pieces: &Pieces) -> Result<(), Problem> {
    let mut wanted = BTreeMap::<Id, i64>::new();
    for ((_, sku, _), quantity) in pieces {
        *wanted.entry(*sku).or_default() += quantity;
    }
    let ids: Vec<Id> = wanted.keys().copied().collect();
    for sku in catalogue::skus(tx, org, &ids)? {
        if wanted.get(&sku.id).is_some_and(|wanted| *wanted > sku.on_hand) {
            return Err(Problem::conflict(
                "stock_missing",
                "There is less on the shelf than is in the parcel.",
            )
            .with("sku", sku.code)
            .with("on_hand", sku.on_hand));
        }
    }
    Ok(())
}

/// Pieces leave the shelf with a parcel, and the order holds them no more.
fn leave_shelf(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (order, sku, gift): (Id, Id, bool),
    quantity: i64,
) -> Result<(), Problem> {
    if !gift {
        let held: Option<(String, i64)> = tx.row(
            "SELECT held, quantity FROM order_stock WHERE org_id = $1 AND order_id = $2 AND sku_id = $3",
            args![who.org, order, sku],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let had = held.as_ref().map_or(0, |(_, had)| quantity.min(*had));
        if held.is_some_and(|(how, _)| how == "locked") && had > 0 {
            catalogue::unlock(tx, now, who, sku, had)?;
        }
        tx.exec(
            "INSERT INTO order_stock (org_id, order_id, sku_id, held, quantity, gone) VALUES ($1, $2, $3, 'locked', 0, $4)
             ON CONFLICT (org_id, order_id, sku_id) DO UPDATE
             SET quantity = order_stock.quantity - $5, gone = order_stock.gone + $4",
            args![who.org, order, sku, quantity, had],
        )?;
    }
    catalogue::take(tx, now, who, sku, quantity)?
        .map(drop)
        .ok_or_else(Problem::unavailable)
}

/// The order follows its parcels: shipped when the last of them left, and no more when one came back.
fn follow(tx: &mut Tx<'_>, now: Ms, who: &Actor, order: Id) -> Result<(), Problem> {
    let parcels = Parcel::of_order(tx, who.org, order)?;
    let here = parcels.iter().any(|parcel| parcel.row.state.here());
    let Some(was) = State::get(tx, who.org, order)? else {
        return Ok(());
    };
    let mut is = was.clone();
    let left = || {
        parcels
            .iter()
            .filter(|parcel| parcel.row.state == ParcelState::Shipped)
    };
    if !here && was.merged.ship_status() == ShipStatus::None {
        let names = courier::of_org(tx, who.org)?;
        let waybills: Vec<String> = left().filter_map(|parcel| parcel.row.waybill.clone()).collect();
        let by = left()
            .next_back()
            .and_then(|parcel| names.get(&parcel.row.courier))
            .map(|courier| courier.name.clone());
        is.merged.hear(&Version {
            ship: Some(ShipStatus::Shipped),
            shipped_at: Some(now),
            changed_at: Some(now),
            courier: by,
            waybill: Some(waybills.join(";")),
            ..Version::default()
        });
    } else if here && was.merged.ship_status() == ShipStatus::Shipped {
        is.merged.marks.ship.dated = Some((now, ShipStatus::None));
        is.merged.marks.ship.forward = None;
        (is.merged.shipped_at, is.merged.waybill) = (None, None);
        is.merged.changed_at = is.merged.changed_at.max(Some(now));
    }
    if is != was {
        for (customer, amount, orders) in is.settle() {
            customers::record_purchase(tx, now, who, customer, amount, orders)?;
        }
        is.rev += 1;
        is.write(tx, who.org, Some(&was))?;
        upsert::tell(tx, now, who, Some(&was), &is)?;
    }
    hold::settle(tx, now, who, order, &is.merged)?;
    // What is under way is still followed: it may arrive.
    tx.exec(
        "UPDATE shop_order SET seen_rev = rev, at_desk = 1 WHERE org_id = $1 AND id = $2",
        args![who.org, order],
    )?;
    Ok(())
}

/// Refuses a parcel whose order the buyer has, or that is completed: its pieces are gone for good.
fn not_received(tx: &mut Tx<'_>, org: Id, parcel: &Parcel) -> Result<(), Problem> {
    let orders: Vec<Id> = parcel.orders.iter().map(|(order, _)| *order).collect();
    for state in State::by_ids(tx, org, &orders)? {
        let is = &state.merged;
        if is.ship_status() == ShipStatus::Signed || is.order_status() == OrderStatus::Done {
            let detail = "The buyer has it already; what comes back is a return.";
            return Err(Problem::conflict("already_received", detail).with("number", state.number));
        }
    }
    Ok(())
}

/// Takes a hand-over back, within half an hour: the pieces lie on the shelf again. Needs
/// [`Permission::ShipOrders`]; later: `too_late`, of what did not leave from here: `shipped_elsewhere`, and `already_received` once the buyer has it.
pub fn unship(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<DeskParcel, Problem> {
    let mut parcel = Parcel::reached(tx, who, id)?;
    who.need(Permission::ShipOrders)?;
    let Some(at) = parcel
        .row
        .shipped_at
        .filter(|_| parcel.row.state == ParcelState::Shipped)
    else {
        return Err(wrong_state(&parcel));
    };
    if parcel.row.elsewhere() {
        let detail = "It did not leave from here.";
        return Err(Problem::conflict("shipped_elsewhere", detail));
    }
    if now.since(at) > BACK_MS {
        return Err(Problem::conflict(
            "too_late",
            "It left more than half an hour ago.",
        ));
    }
    not_received(tx, who.org, &parcel)?;
    for ((order, sku, gift), quantity) in pieces(&parcel) {
        catalogue::give_back(tx, now, who, sku, quantity)?;
        if !gift {
            tx.exec(
                "UPDATE order_stock SET gone = gone - $4 WHERE org_id = $1 AND order_id = $2 AND sku_id = $3",
                args![who.org, order, sku, quantity],
            )?;
        }
    }
    parcel.row.go(ParcelState::Packed, now);
    (parcel.row.shipped_at, parcel.row.shipped_by) = (None, None);
    parcel.row.expect(None, None);
    parcel.row.arrived_at = None;
    parcel.tell(
        tx,
        now,
        who,
        "parcel.unshipped",
        json!({ "state": ["shipped", "packed"] }),
    )?;
    let orders = parcel.orders.clone();
    parcel.row.save(tx, who.org)?;
    status::came_back(tx, who.org, id)?;
    sent::forget(tx, who.org, id)?;
    for (order, _) in orders {
        follow(tx, now, who, order)?;
    }
    saved(tx, now, who, parcel)
}

/// Second copies that came back from the courier (row 146).
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Copies {
    /// Waybills or places in batches, at most 2,000.
    pub codes: Vec<String>,
    /// Of what left from then on.
    pub from: Ms,
    /// Of what left before then.
    pub to: Ms,
}

/// What second copies say.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CopiesReport {
    /// Parcels whose copy is here now.
    pub matched: Vec<Id>,
    /// Codes that are nothing of ours, or did not leave.
    pub unknown: Vec<String>,
    /// Parcels that left within the time and whose copy is not here.
    pub missing: Page<DeskParcel>,
}

const MOST_CODES: usize = 2_000;
const MOST_MISSING: usize = 200;

/// Compares second copies with what left. Needs [`Permission::ShipOrders`].
pub fn reconcile(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &Copies) -> Result<CopiesReport, Problem> {
    who.need(Permission::ShipOrders)?;
    if ask.codes.len() > MOST_CODES {
        return Err(
            Problem::input("codes", "too_many", format!("At most {MOST_CODES} codes."))
                .with("limit", MOST_CODES),
        );
    }
    let (mut matched, mut unknown) = (Vec::new(), Vec::new());
    for code in ask
        .codes
        .iter()
        .map(|code| code.trim())
        .filter(|code| !code.is_empty())
    {
        let ids = list::find(tx, who.org, code)?;
        let left = Parcel::load(tx, who.org, &ids)?
            .into_iter()
            .find(|parcel| parcel.row.state == ParcelState::Shipped && who.shops.has(parcel.row.shop));
        let Some(mut parcel) = left else {
            unknown.push(code.to_owned());
            continue;
        };
        matched.push(parcel.row.id);
        if parcel.row.copy_at.is_none() {
            parcel.row.copy_at = Some(now);
            parcel.row.save(tx, who.org)?;
            parcel.tell(tx, now, who, "parcel.copy", json!({ "copy": [false, true] }))?;
        }
    }
    let reach = Reach::of(who, None, 5)?;
    let sql = format!(
        "SELECT id FROM parcel WHERE org_id = $1 AND shipped_at IS NOT NULL AND shipped_at >= $2 AND shipped_at < $3
           AND shipped_by IS NOT NULL AND copy_at IS NULL AND {} ORDER BY shipped_at, id LIMIT $4",
        reach.sql
    );
    let mut arguments = args![who.org, ask.from, ask.to, MOST_MISSING + 1].to_vec();
    arguments.extend(reach.shops);
    let ids: Vec<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?;
    let page = Page::cut(ids, MOST_MISSING, |id| vec![id.0]);
    let mut missing = Parcel::load(tx, who.org, &page.items)?;
    missing.sort_by_key(|parcel| (parcel.row.shipped_at, parcel.row.id));
    Ok(CopiesReport {
        matched,
        unknown,
        missing: Page {
            items: views(tx, now, who.org, missing)?,
            next: page.next,
        },
    })
}
