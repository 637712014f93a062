//! What is done to many held parcels at once: each by the rule of one, with what became of it.

use std::collections::HashSet;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;

use super::hold;
use super::pass::{self, MOST_AT_ONCE, NewHold, RefusedParcel, ReleaseHold, refused};

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
    each(&ask.parcels, |id| {
        pass::fresh(tx, now, who, id, Permission::AuditOrders)?;
        let holds = hold::of_parcels(tx, who.org, &[id])?
            .remove(&id)
            .unwrap_or_default();
        let open: Vec<_> = holds.into_iter().filter(|hold| hold.open()).collect();
        if open.is_empty() {
            return Err(Problem::conflict("not_held", "Nothing holds it by now."));
        }
        let blocking: Vec<String> = open
            .into_iter()
            .filter(|hold| hold.blocking())
            .map(|hold| hold.reason)
            .collect();
        if !blocking.is_empty() {
            let detail = "This hold ends with its cause and not by hand.";
            return Err(Problem::conflict("hold_blocking", detail).with("holds", blocking));
        }
        pass::release(tx, now, who, id, &ReleaseHold { hold: None }).map(drop)
    })
}

/// Holds each of these for a named reason, beside those that hold it already. Rights as for [`pass::hold`].
pub fn hold_many(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &HoldParcels) -> Result<DoneParcels, Problem> {
    if !who.may(Permission::ShipOrders) {
        who.need(Permission::AuditOrders)?;
    }
    pass::check_hold(now, &ask.hold)?;
    each(&ask.parcels, |id| {
        pass::hold(tx, now, who, id, &ask.hold).map(drop)
    })
}

fn each(parcels: &[Id], mut deed: impl FnMut(Id) -> Result<(), Problem>) -> Result<DoneParcels, Problem> {
    if parcels.len() > MOST_AT_ONCE {
        let detail = format!("At most {MOST_AT_ONCE} parcels.");
        return Err(Problem::input("parcels", "too_many", detail).with("limit", MOST_AT_ONCE));
    }
    let mut all = DoneParcels::default();
    let mut seen = HashSet::new();
    for id in parcels.iter().filter(|id| seen.insert(**id)) {
        match deed(*id) {
            Ok(()) => all.done.push(*id),
            Err(problem) => all.refused.push(refused(*id, problem)?),
        }
    }
    Ok(all)
}
