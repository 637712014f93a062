//! When what left should be with its buyer, and when nothing will have been heard of it for too long: by courier and
//! region, reckoned when it leaves, with each word of its courier, and anew when the times change (rows 17 and 18).

use std::collections::BTreeMap;

use base::{Id, Ms, Problem};
use store::{NewJob, Tx, args};

use super::heard::{self, Heard};
use super::parcel::{Parcel, ParcelRow};
use super::transit::Transits;
use super::{sent, trace};
use crate::state::State;

const DAY_MS: i64 = 86_400_000;
/// What reckons anew all that is under way.
pub(crate) const JOB: &str = "orders.expected";
/// Parcels reckoned anew in one transaction.
const AT_ONCE: usize = 200;

/// What is under way of an organisation, beyond a number, at most so many.
pub(super) const UNDER_WAY: &str = "SELECT id FROM parcel
    WHERE org_id = $1 AND id > $2 AND arrived_at IS NULL AND watch_at IS NOT NULL ORDER BY id LIMIT $3";

/// Reckons a parcel that is on its way to this address.
pub(crate) fn set(tx: &mut Tx<'_>, org: Id, row: &mut ParcelRow, address: &str) -> Result<(), Problem> {
    let ways = Transits::load(tx, org)?;
    let heard = trace::last_of(tx, org, &[row.id])?.remove(&row.id);
    let speaks = Heard::load(tx, org)?.speaks(row);
    reckon(&ways, row, address, heard.map(|trace| trace.at), speaks);
    Ok(())
}

/// Nothing is missed of a courier that never `speaks`.
fn reckon(ways: &Transits, row: &mut ParcelRow, address: &str, heard: Option<Ms>, speaks: bool) {
    let (Some(left), Some(way)) = (row.shipped_at, ways.of(&row.courier, address)) else {
        return row.expect(None, None);
    };
    let heard = heard.map_or(left, |heard| heard.max(left));
    row.expect(
        Some(left.plus(way.max_days * DAY_MS)),
        speaks.then(|| heard.plus(way.quiet_days * DAY_MS)),
    );
}

/// Its courier said something: from now on it is quiet again. With the first word of a courier to a shop, it is missed
/// of all its parcels.
pub(crate) fn heard(tx: &mut Tx<'_>, now: Ms, org: Id, parcel: &mut Parcel) -> Result<(), Problem> {
    if heard::note(tx, now, org, &parcel.row)? {
        again(tx, now, org)?;
    }
    many(tx, org, std::slice::from_mut(parcel))?;
    parcel.row.save(tx, org)
}

/// Reckons parcels that are under way.
fn many(tx: &mut Tx<'_>, org: Id, parcels: &mut [Parcel]) -> Result<(), Problem> {
    let (ways, couriers) = (Transits::load(tx, org)?, Heard::load(tx, org)?);
    let ids: Vec<Id> = parcels.iter().map(|parcel| parcel.row.id).collect();
    let traces = trace::last_of(tx, org, &ids)?;
    let sent = sent::of_parcels(tx, org, &ids)?;
    let first = |parcel: &Parcel| parcel.orders.first().map(|(order, _)| *order);
    let orders: Vec<Id> = parcels.iter().filter_map(first).collect();
    let orders: BTreeMap<Id, State> = State::by_ids(tx, org, &orders)?
        .into_iter()
        .map(|state| (state.id, state))
        .collect();
    for parcel in parcels {
        let order = first(parcel).and_then(|id| orders.get(&id));
        let sent = sent.get(&parcel.row.id).and_then(|to| to.address.as_deref());
        let address = sent.or(order.and_then(|order| order.merged.address.as_deref()));
        let speaks = couriers.speaks(&parcel.row);
        let heard = traces.get(&parcel.row.id).map(|trace| trace.at);
        reckon(&ways, &mut parcel.row, address.unwrap_or_default(), heard, speaks);
        // What left elsewhere is expected when its platform says.
        let told = order.and_then(|order| order.merged.due_at);
        if parcel.row.elsewhere() && told.is_some() {
            let quiet_at = parcel.row.quiet_at;
            parcel.row.expect(told, quiet_at);
        }
    }
    Ok(())
}

/// Has all that is under way reckoned anew, soon.
pub(crate) fn again(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<(), Problem> {
    again_from(tx, now, org, Id::NONE)
}

fn again_from(tx: &mut Tx<'_>, now: Ms, org: Id, after: Id) -> Result<(), Problem> {
    tx.schedule(NewJob {
        org,
        kind: JOB,
        subject: org,
        due: now,
        payload: &after.0.to_string(),
    })
}

/// Reckons some of what is under way anew, and schedules the rest. `after` is the job's payload.
pub(crate) fn next(tx: &mut Tx<'_>, now: Ms, org: Id, after: &str) -> Result<(), Problem> {
    let after = Id(after.parse().unwrap_or_default());
    let ids: Vec<Id> = tx.rows(UNDER_WAY, args![org, after, AT_ONCE], |row| row.get(0))?;
    let was = Parcel::load(tx, org, &ids)?;
    let mut is = was.clone();
    many(tx, org, &mut is)?;
    for (was, is) in was.iter().zip(&mut is) {
        if was.row != is.row {
            is.row.save(tx, org)?;
        }
    }
    match ids.last() {
        Some(last) if ids.len() == AT_ONCE => again_from(tx, now, org, *last),
        _ => Ok(()),
    }
}
