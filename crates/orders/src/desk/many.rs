//! What is done to many parcels at once: each by the rule of one, with what became of it.

use std::collections::HashSet;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;

use super::look::Look;
use super::parcel::Parcel;
use super::pass::{self, NewHold};

/// One of many to be passed.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParcelRev {
    /// The parcel.
    pub id: Id,
    /// Its revision as it was looked at.
    pub rev: i64,
}

/// Many to be passed.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassParcels {
    /// At most 200.
    pub parcels: Vec<ParcelRev>,
}

/// What became of one that was refused.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RefusedParcel {
    /// The parcel.
    pub id: Id,
    /// Why.
    pub code: String,
    /// Facts of it.
    #[schema(value_type = Object)]
    pub params: serde_json::Map<String, serde_json::Value>,
}

/// What became of many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PassedParcels {
    /// Those that are passed now.
    pub passed: Vec<Id>,
    /// Those that are not.
    pub refused: Vec<RefusedParcel>,
}

/// Parcels worked on at once at most.
const MOST_AT_ONCE: usize = 200;

/// Many to be released.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseParcels {
    /// At most 200.
    pub parcels: Vec<Id>,
}

/// Many to be held for one reason.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldParcels {
    /// At most 200.
    pub parcels: Vec<Id>,
    /// Why.
    pub hold: NewHold,
}

/// What became of many.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DoneParcels {
    /// Those it was done to.
    pub done: Vec<Id>,
    /// Those it was not.
    pub refused: Vec<RefusedParcel>,
}

/// Releases what people may release of each of these. One that something else holds too is refused as a whole, with the
/// reasons that end only with their cause (`hold_blocking`). Needs [`Permission::AuditOrders`].
pub fn release_many(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &ReleaseParcels,
) -> Result<DoneParcels, Problem> {
    who.need(Permission::AuditOrders)?;
    // One look for all: what it knows of stock and rules is the same for each.
    let mut look = Look::new(tx, now, &Actor::program(who.org))?;
    each(ask.parcels.iter().map(|id| (*id, ())), |id, ()| {
        let parcel = Parcel::reached(tx, who, id)?;
        let parcel = pass::seen_now(tx, who, &mut look, parcel)?;
        let open = pass::open_holds(tx, who.org, id)?;
        if open.is_empty() {
            return Err(Problem::conflict("not_held", "Nothing holds it by now."));
        }
        let blocking = open.iter().filter(|hold| hold.blocking());
        let blocking: Vec<String> = blocking.map(|hold| hold.reason.clone()).collect();
        if !blocking.is_empty() {
            let detail = "This hold ends with its cause and not by hand.";
            return Err(Problem::conflict("hold_blocking", detail).with("holds", blocking));
        }
        pass::let_go(tx, now, who, &mut look, parcel, open).map(drop)
    })
}

/// Holds each of these for a named reason, beside those that hold it already. Rights as for [`pass::hold`].
pub fn hold_many(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &HoldParcels) -> Result<DoneParcels, Problem> {
    if !who.may(Permission::ShipOrders) {
        who.need(Permission::AuditOrders)?;
    }
    pass::check_hold(now, &ask.hold)?;
    each(ask.parcels.iter().map(|id| (*id, ())), |id, ()| {
        pass::hold(tx, now, who, id, &ask.hold).map(drop)
    })
}

/// Passes what of these can be passed. Needs [`Permission::AuditOrders`].
pub fn pass_many(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &PassParcels) -> Result<PassedParcels, Problem> {
    who.need(Permission::AuditOrders)?;
    let all = each(ask.parcels.iter().map(|one| (one.id, one.rev)), |id, rev| {
        pass::pass_one(tx, now, who, id, rev).map(drop)
    })?;
    Ok(PassedParcels {
        passed: all.done,
        refused: all.refused,
    })
}

/// Does something to each of these, once: those it was done to, and those it was not.
fn each<T>(
    parcels: impl ExactSizeIterator<Item = (Id, T)>,
    mut deed: impl FnMut(Id, T) -> Result<(), Problem>,
) -> Result<DoneParcels, Problem> {
    if parcels.len() > MOST_AT_ONCE {
        let detail = format!("At most {MOST_AT_ONCE} parcels.");
        return Err(Problem::input("parcels", "too_many", detail).with("limit", MOST_AT_ONCE));
    }
    let mut all = DoneParcels::default();
    let mut seen = HashSet::new();
    for (id, with) in parcels.filter(|(id, _)| seen.insert(*id)) {
        match deed(id, with) {
            Ok(()) => all.done.push(id),
            Err(problem) => all.refused.push(refused(id, problem)?),
        }
    }
    Ok(all)
}

/// One that was refused; what is our own fault ends the whole.
pub(crate) fn refused(id: Id, problem: Problem) -> Result<RefusedParcel, Problem> {
    if problem.status >= 500 {
        return Err(problem);
    }
    Ok(RefusedParcel {
        id,
        code: problem.code.to_string(),
        params: problem.params.clone(),
    })
}
