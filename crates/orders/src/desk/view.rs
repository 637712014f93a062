use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Fen, Id, Ms, Permission, Problem, mask_contact, mask_name};
use customers::mask_address;
use store::{Tx, args, pad};

use super::ask::{self, Ask, AskKind, DeskPerson};
use super::batch;
use super::checks::CheckKey;
use super::courier;
use super::desk_parcel::{
    CheckState, DeskParcel, DoneBy, ParcelBatch, ParcelCheck, ParcelHold, ParcelLine, ParcelMistake,
    ParcelOrder, ParcelPassed, ParcelStop, ParcelWeight,
};
use super::facts;
use super::hold;
use super::parcel::{Parcel, ParcelRow};
use super::passes::{Pass, passes};
use super::region;
use super::sent;
use super::stop_area::{self, StopArea};
use super::told;
use super::trace::{self, LastTrace};
use crate::merge::Merged;
use crate::secret::Secret;
use crate::state::State;

/// The reason of holds that stop areas raise.
const STOP_AREA: &str = "stop_area";

/// One parcel, as [`views`].
pub(crate) fn view_one(tx: &mut Tx<'_>, now: Ms, org: Id, parcel: Parcel) -> Result<DeskParcel, Problem> {
    views(tx, now, org, vec![parcel])?
        .pop()
        .ok_or_else(Problem::internal)
}

/// Parcels with all that is shown of them, in their order; few queries however many there are.
pub(crate) fn views(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    parcels: Vec<Parcel>,
) -> Result<Vec<DeskParcel>, Problem> {
    if parcels.is_empty() {
        return Ok(Vec::new());
    }
    let shown = Shown::load(tx, now, org, &parcels)?;
    parcels
        .into_iter()
        .map(|parcel| shown.view(now, parcel))
        .collect()
}

/// What parcels are shown with.
struct Shown {
    orders: BTreeMap<Id, State>,
    asks: BTreeMap<Id, Vec<Ask>>,
    addresses: BTreeMap<Id, Secret>,
    /// Where those that left were sent.
    sent: BTreeMap<Id, Secret>,
    holds: BTreeMap<Id, Vec<hold::HoldRow>>,
    passes: BTreeMap<Id, Pass>,
    batches: BTreeMap<Id, (i64, i64)>,
    names: BTreeMap<Id, String>,
    buyers: BTreeMap<Id, customers::Summary>,
    couriers: BTreeMap<String, courier::Courier>,
    handling: BTreeMap<Id, catalogue::Handling>,
    short: BTreeSet<(Id, Id)>,
    traces: BTreeMap<Id, LastTrace>,
    /// Who told buyers of holds.
    told: BTreeMap<Id, DoneBy>,
    /// Only where a parcel is held for one.
    stops: Vec<StopArea>,
}

impl Shown {
    fn load(tx: &mut Tx<'_>, now: Ms, org: Id, parcels: &[Parcel]) -> Result<Shown, Problem> {
        let ids: Vec<Id> = parcels.iter().map(|parcel| parcel.row.id).collect();
        let orders: Vec<Id> = parcels
            .iter()
            .flat_map(|parcel| parcel.orders.iter().map(|(id, _)| *id))
            .collect();
        let states = State::by_ids(tx, org, &orders)?;
        let holds = hold::of_parcels(tx, org, &ids)?;
        let passes = passes(tx, org, &ids)?;
        let rows: Vec<ask::AskRow> = ask::of_orders(tx, org, &orders)?
            .values()
            .flat_map(|asks| ask::standing(asks).into_iter().cloned().collect::<Vec<_>>())
            .collect();
        let moved: Vec<Id> = rows
            .iter()
            .filter(|ask| ask.kind == AskKind::Address)
            .map(|ask| ask.id)
            .collect();
        let addresses = ask::addresses(tx, org, &moved)?;
        let mut asks = BTreeMap::<Id, Vec<Ask>>::new();
        for ask in ask::views(tx, org, rows)? {
            asks.entry(ask.order).or_default().push(ask);
        }
        let mut people: Vec<Id> = Vec::new();
        for parcel in parcels {
            let row = &parcel.row;
            people.extend([row.packed_by, row.second_by].into_iter().flatten());
            people.extend(row.checks.0.iter().filter_map(|mark| mark.by));
        }
        people.extend(holds.values().flatten().filter_map(|hold| hold.person));
        for pass in passes.values() {
            people.extend(pass.person);
            people.extend(pass.mistake.as_ref().map(|(.., by)| *by));
        }
        let buyers: Vec<Id> = states.iter().filter_map(|state| state.merged.customer).collect();
        let skus: Vec<Id> = parcels
            .iter()
            .flat_map(|parcel| parcel.lines.iter().filter_map(|line| line.sku))
            .collect();
        let open: Vec<&hold::HoldRow> = holds.values().flatten().filter(|hold| hold.open()).collect();
        let told: Vec<Id> = open.iter().map(|hold| hold.id).collect();
        let stops = match open.iter().any(|hold| hold.reason == STOP_AREA) {
            true => stop_area::of_org(tx, org)?,
            false => Vec::new(),
        };
        Ok(Shown {
            told: told::of(tx, org, &told)?,
            traces: trace::last_of(tx, org, &ids)?,
            stops,
            short: crate::hold::short_of(tx, org, &orders)?,
            batches: batches(tx, org, parcels)?,
            names: team::names(tx, org, &people)?,
            buyers: customers::summaries(tx, now, org, &buyers)?,
            couriers: courier::of_org(tx, org)?,
            handling: catalogue::handling_of(tx, org, &skus)?,
            orders: states.into_iter().map(|state| (state.id, state)).collect(),
            asks,
            addresses,
            sent: sent::of_parcels(tx, org, &ids)?,
            holds,
            passes,
        })
    }

    fn person(&self, id: Option<Id>) -> Option<DeskPerson> {
        let id = id.filter(|id| *id != Id::NONE)?;
        Some(DeskPerson {
            id,
            name: self.names.get(&id).cloned().unwrap_or_default(),
        })
    }

    /// Where it goes, and whether a promise says so. Where its orders go to different places, where the first does.
    fn destination(&self, parcel: &Parcel) -> (Secret, bool) {
        let first = parcel.orders.first().and_then(|(id, _)| self.orders.get(id));
        let Some(first) = first else {
            return (Secret::default(), false);
        };
        let asks = self.asks.get(&first.id).map(Vec::as_slice).unwrap_or_default();
        let last = asks
            .iter()
            .filter(|ask| ask.kind == AskKind::Address)
            .max_by_key(|ask| ask.id);
        let promised = last.and_then(|ask| self.addresses.get(&ask.id));
        (facts::destination(first, promised), promised.is_some())
    }

    fn lines(&self, parcel: &Parcel) -> Vec<ParcelLine> {
        let line = |line: &super::parcel::LineRow| {
            let handling = line
                .sku
                .and_then(|sku| self.handling.get(&sku))
                .cloned()
                .unwrap_or_default();
            ParcelLine {
                place: line.place,
                order: line.order,
                sku: line.sku,
                code: line.code.clone(),
                title: line.title.clone(),
                spec: line.spec.clone(),
                quantity: line.quantity,
                price_fen: line.price_fen,
                bundle: line.bundle.clone(),
                gift: line.gift.is_some(),
                short: line
                    .sku
                    .is_some_and(|sku| self.short.contains(&(line.order, sku)))
                    && line.gift.is_none(),
                bin: handling.bin,
                packing: handling.packing,
            }
        };
        parcel.lines.iter().map(line).collect()
    }

    fn checks(&self, row: &ParcelRow) -> Vec<ParcelCheck> {
        let check = |(key, mark): (&CheckKey, &super::checks::Mark)| ParcelCheck {
            key: *key,
            state: match (&mark.why, mark.by) {
                (None, _) => CheckState::Ok,
                (Some(_), Some(_)) => CheckState::ByHand,
                (Some(_), None) => CheckState::Fail,
            },
            why: mark.why.clone(),
            by: self.person(mark.by),
        };
        CheckKey::ALL.iter().zip(&row.checks.0).map(check).collect()
    }

    fn view(&self, now: Ms, parcel: Parcel) -> Result<DeskParcel, Problem> {
        let row = &parcel.row;
        let states: Vec<&State> = parcel
            .orders
            .iter()
            .filter_map(|(id, _)| self.orders.get(id))
            .collect();
        let asks: Vec<Ask> = parcel
            .orders
            .iter()
            .filter_map(|(id, _)| self.asks.get(id))
            .flatten()
            .cloned()
            .collect();
        let (to, address_changed) = self.destination(&parcel);
        let to = self.sent.get(&row.id).cloned().unwrap_or(to);
        let holds = self.holds.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let pass = self.passes.get(&row.id);
        let codes: BTreeSet<&str> = parcel.lines.iter().map(|line| line.code.as_str()).collect();
        let paid = states.iter().map(|state| state.merged.paid().0).sum();
        let courier = Some(row.courier.clone()).filter(|code| !code.is_empty());
        let done = |by: Option<Id>, at: Option<Ms>| {
            at.map(|at| DoneBy {
                at,
                by: self.person(by),
            })
        };
        // Of what left elsewhere the order says more than the parcel may hold.
        let told = |what: fn(&Merged) -> Option<String>| {
            let first = states.first().filter(|_| row.elsewhere());
            first.and_then(|state| what(&state.merged))
        };
        let batch = row
            .batch
            .and_then(|id| self.batches.get(&id).map(|found| (id, found)));
        Ok(DeskParcel {
            id: row.id,
            shop: row.shop,
            state: row.state,
            since: row.since,
            age_ms: now.since(row.since).max(0),
            rev: row.rev,
            orders: states.iter().map(|state| ParcelOrder::of(state)).collect(),
            customer: row.customer,
            buyer: row
                .customer
                .and_then(|id| self.buyers.get(&id))
                .map(|buyer| buyer.name.clone()),
            lines: self.lines(&parcel),
            pieces: parcel.pieces(),
            kinds: codes.len() as i64,
            total_fen: Fen(paid),
            checks: self.checks(row),
            holds: holds
                .iter()
                .filter(|hold| hold.open())
                .map(|hold| self.hold(hold))
                .collect(),
            courier_name: courier
                .as_ref()
                .and_then(|code| self.couriers.get(code))
                .map(|found| found.name.clone())
                .or_else(|| told(|is| is.courier.clone())),
            courier,
            courier_hard: asks.iter().any(|ask| ask.kind == AskKind::Courier && ask.hard),
            asks,
            receiver_masked: to.receiver.as_deref().map(mask_name),
            phone_masked: to.phone.as_deref().map(mask_contact),
            address_masked: to.address.as_deref().map(mask_address),
            province: to
                .address
                .as_deref()
                .and_then(region::province)
                .map(str::to_owned),
            address_changed,
            promise_at: row.promise_at,
            promise_late: row.state.here() && row.promise_at < now,
            flag: row.flag,
            urgent: row.urgent,
            passed: pass.filter(|pass| pass.stands).map(|pass| ParcelPassed {
                at: pass.at,
                by: self.person(pass.person),
                rule: pass.rule,
            }),
            batch: batch.zip(row.place).map(|((id, (day, no)), place)| ParcelBatch {
                id,
                number: batch::place_number(*day, *no, place),
            }),
            waybill: row.waybill.clone().or_else(|| told(|is| is.waybill.clone())),
            weight: ParcelWeight {
                expected_g: row.expected_g,
                weighed_g: row.weighed_g,
            },
            packed: done(row.packed_by, row.packed_at),
            second: done(row.second_by, row.second_at),
            shipped_at: row.shipped_at,
            elsewhere: row.elsewhere(),
            due_at: row.due_at,
            arrived_at: row.arrived_at,
            trace: self.traces.get(&row.id).cloned(),
            stop: self.stop(now, row, holds, to.address.as_deref().unwrap_or_default()),
            merged_into: row.merged_into,
            split_from: row.split_from,
            error: pass
                .and_then(|pass| pass.mistake.as_ref())
                .map(|(cause, made_in, note, at, by)| ParcelMistake {
                    cause: cause.clone(),
                    made_in: made_in.clone(),
                    note: note.clone(),
                    at: *at,
                    by: self.person(Some(*by)),
                }),
        })
    }

    fn hold(&self, hold: &hold::HoldRow) -> ParcelHold {
        ParcelHold {
            id: hold.id,
            reason: hold.reason.clone(),
            text: hold.text.clone(),
            at: hold.at,
            by: self.person(hold.person),
            rule: hold.rule,
            until: hold.until,
            blocking: hold.blocking(),
            told: self.told.get(&hold.id).cloned(),
        }
    }

    /// Where its courier does not go, while the parcel is held for that: the note as it is now, who goes there.
    fn stop(&self, now: Ms, row: &ParcelRow, holds: &[hold::HoldRow], address: &str) -> Option<ParcelStop> {
        let held = holds.iter().any(|hold| hold.open() && hold.reason == STOP_AREA);
        let stopped = |code: &str| self.stops.iter().find(|area| area.stops(code, address, now));
        let area = stopped(&row.courier).filter(|_| held)?;
        let others = self
            .couriers
            .values()
            .filter(|other| other.on && stopped(&other.code).is_none());
        Some(ParcelStop {
            region: area.region.clone(),
            until: area.until,
            note: area.note.clone(),
            others: others.map(|other| other.code.clone()).collect(),
        })
    }
}

fn batches(tx: &mut Tx<'_>, org: Id, parcels: &[Parcel]) -> Result<BTreeMap<Id, (i64, i64)>, Problem> {
    let ids: Vec<Id> = parcels.iter().filter_map(|parcel| parcel.row.batch).collect();
    let sql = format!(
        "SELECT id, day, no FROM batch WHERE org_id = $1 AND id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(&ids));
    let rows = tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
    })?;
    Ok(rows.into_iter().collect())
}

/// A parcel of a shop in reach; any other is `not_found`. Needs [`Permission::SeeOrders`].
pub fn parcel(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<DeskParcel, Problem> {
    let found = Parcel::reached(tx, who, id)?;
    who.need(Permission::SeeOrders)?;
    view_one(tx, now, who.org, found)
}

/// The parcels an order is or was in. Needs [`Permission::SeeOrders`].
pub fn parcels_of(tx: &mut Tx<'_>, now: Ms, who: &Actor, order: Id) -> Result<Vec<DeskParcel>, Problem> {
    State::reached(tx, who, order)?;
    who.need(Permission::SeeOrders)?;
    let found = Parcel::of_order(tx, who.org, order)?;
    views(tx, now, who.org, found)
}
