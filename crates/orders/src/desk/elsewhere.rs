//! Orders that left without the desk: shipped by another program or another house, as a platform or a file tells it.
//! The desk has a parcel of them too, so that they are followed until they arrive (rows 17 and 18).

use base::{Actor, Id, Ms, Problem};
use store::{Tx, args};

use super::courier;
use super::facts::Around;
use super::look::bought;
use super::parcel::{Parcel, ParcelRow, ParcelState};
use super::{expected, wake};
use crate::state::State;
use crate::status::{OrderStatus, ShipStatus};

/// How long after it left an order is looked for: longer than any courier takes. One that left before and was never
/// signed for stands in an old file; nobody waits for it.
const LOOKED_FOR_MS: i64 = 90 * 86_400_000;
/// Old orders passed over at once: one statement.
const PASSED_OVER: i64 = 512;
/// Orders that left and that the desk has not seen; the words of the index `shop_order_left`.
const LEFT: &str = "seen_rev <> rev AND at_desk = 0 AND order_status = 'open' AND ship_status = 'shipped' \
                    AND shipped_at IS NOT NULL";
/// Between the numbers of several parcels.
const SEVERAL: [char; 7] = [',', '，', ';', '；', '、', ' ', '\t'];

/// Up to `most` orders of all organisations that left without the desk, and of which it has no parcel yet.
pub(crate) fn unseen(tx: &mut Tx<'_>, now: Ms, most: usize) -> Result<Vec<(Id, Id)>, Problem> {
    let since = now.plus(-LOOKED_FOR_MS);
    let old = format!(
        "UPDATE shop_order SET seen_rev = rev WHERE (org_id, id) IN
             (SELECT org_id, id FROM shop_order WHERE {LEFT} AND shipped_at < $1 ORDER BY shipped_at LIMIT {PASSED_OVER})"
    );
    tx.exec(&old, args![since])?;
    let sql = format!(
        "SELECT org_id, id FROM shop_order WHERE {LEFT} AND shipped_at >= $1 ORDER BY shipped_at LIMIT $2"
    );
    tx.rows(&sql, args![since, most], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// An order that did not leave after all: what was followed of it is gone.
pub(crate) fn stayed(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    state: &State,
    past: &mut [Parcel],
) -> Result<(), Problem> {
    if state.merged.ship_status() != ShipStatus::None {
        return Ok(());
    }
    for parcel in past.iter_mut().filter(|parcel| parcel.row.elsewhere()) {
        parcel.row.go(ParcelState::Gone, now);
        parcel.row.waybill = None;
        parcel.row.expect(None, None);
        parcel.row.save(tx, org)?;
        wake::lists(tx, parcel.row.shop, &[parcel.row.id]);
    }
    Ok(())
}

/// Makes the parcel of an order that left without the desk, or has it say what the order says now. Answers whether
/// it is under way.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    around: &Around,
    who: &Actor,
    state: &State,
    past: &[Parcel],
) -> Result<bool, Problem> {
    let is = &state.merged;
    let left = is.order_status() == OrderStatus::Open && is.ship_status() == ShipStatus::Shipped;
    let own = |parcel: &&Parcel| parcel.row.state == ParcelState::Shipped && !parcel.row.elsewhere();
    let Some(shipped_at) = is
        .shipped_at
        .filter(|_| left && !past.iter().any(|parcel| own(&parcel)))
    else {
        return Ok(false);
    };
    let known = past.iter().find(|parcel| parcel.row.elsewhere());
    if known.is_none() && around.now.since(shipped_at) > LOOKED_FOR_MS {
        return Ok(false);
    }
    let mut row = known.map_or_else(
        || ParcelRow::new(tx.id(), state.shop, around.now),
        |parcel| parcel.row.clone(),
    );
    let before = row.clone();
    row.state = ParcelState::Shipped;
    (row.since, row.shipped_at, row.customer) = (shipped_at, Some(shipped_at), is.customer);
    row.promise_at = is.promise_at.unwrap_or(shipped_at);
    let words = is.courier.as_deref().unwrap_or_default();
    row.courier = courier::meant(&around.couriers, words).unwrap_or_default();
    row.waybill = number(tx, who.org, row.id, is.waybill.as_deref().unwrap_or_default())?;
    let to = is.address.as_deref().unwrap_or_default();
    expected::set(tx, who.org, &mut row, to)?;
    if is.due_at.is_some() {
        let quiet_at = row.quiet_at;
        row.expect(is.due_at, quiet_at);
    }
    if known.is_some() && row == before {
        return Ok(row.arrived_at.is_none());
    }
    if known.is_some() {
        row.save(tx, who.org)?;
    } else {
        let mut parcel = Parcel {
            lines: bought(tx, who.org, state, row.id)?,
            orders: vec![(state.id, row.id)],
            row: row.clone(),
        };
        parcel.number_lines();
        row.insert(tx, who.org)?;
        parcel.write_content(tx, who.org)?;
    }
    wake::lists(tx, row.shop, &[row.id]);
    Ok(row.arrived_at.is_none())
}

/// The first number that is told, unless another parcel bears it: what went together has one number, and it stands
/// with the order.
fn number(tx: &mut Tx<'_>, org: Id, parcel: Id, text: &str) -> Result<Option<String>, Problem> {
    let Some(first) = text.split(SEVERAL).find(|part| !part.is_empty()) else {
        return Ok(None);
    };
    let taken: Option<Id> = tx.value(
        "SELECT id FROM parcel WHERE org_id = $1 AND waybill = $2 AND id <> $3",
        args![org, first, parcel],
    )?;
    Ok(taken.is_none().then(|| first.to_owned()))
}
