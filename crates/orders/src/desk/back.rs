use base::{Actor, Id, Ms, Problem};
use serde_json::json;
use store::{Tx, args};

use super::hold::{self, Found};
use super::parcel::{Parcel, ParcelState};
use super::{alarm, batch};

/// Takes back what audit and the warehouse did: the parcel waits again, its place in a batch is marked as
/// pulled, and it was not weighed or checked. Who passed it no longer answers for it.
fn undo(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    parcel: &mut Parcel,
    why: &str,
    void: bool,
) -> Result<(), Problem> {
    if let Some(pass) = parcel.row.pass.take() {
        tx.exec(
            "UPDATE parcel_pass SET undone_at = $3 WHERE org_id = $1 AND id = $2",
            args![org, pass, now],
        )?;
    }
    if let (Some(batch), Some(place)) = (parcel.row.batch.take(), parcel.row.place.take()) {
        batch::pull(tx, now, org, batch, place, why)?;
    }
    let row = &mut parcel.row;
    (
        row.packed_by,
        row.packed_at,
        row.second_by,
        row.second_at,
        row.weighed_g,
    ) = (None, None, None, None, None);
    if void {
        row.waybill = None;
    }
    Ok(())
}

/// Sends an audited parcel back to audit, with an alarm: why it must not leave as it is (rows 298 and 301).
/// `void`: what was printed on its waybill is no longer true. The row is not saved.
pub(crate) fn send_back(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    parcel: &mut Parcel,
    why: &'static str,
    void: bool,
) -> Result<(), Problem> {
    let was = parcel.row.state;
    if !was.audited() {
        return Ok(());
    }
    let batch = batch::number_of(tx, who.org, &parcel.row)?;
    alarm::ring(tx, now, who.org, parcel, why, was, batch.as_deref())?;
    let waybill = parcel.row.waybill.clone().filter(|_| void);
    undo(tx, now, who.org, parcel, why, void)?;
    parcel.row.go(ParcelState::Held, now);
    if why == "changed" {
        let found = Found::new("changed", parcel.row.rev.to_string());
        hold::raise(tx, now, who.org, (parcel.row.shop, parcel.row.id), &found, None)?;
    }
    let data =
        json!({ "state": [was, parcel.row.state], "why": why, "batch": batch, "waybill_void": waybill });
    parcel.tell(tx, now, who, "parcel.sent_back", data)
}

/// Has a parcel leave the desk: there is nothing to send. The row is not saved.
pub(crate) fn leave(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    parcel: &mut Parcel,
    why: &'static str,
) -> Result<(), Problem> {
    let was = parcel.row.state;
    let batch = batch::number_of(tx, who.org, &parcel.row)?;
    // What another program shipped is no alarm: it left as it was meant to.
    if was.audited() && why != "shipped" && why != "merged" {
        alarm::ring(tx, now, who.org, parcel, why, was, batch.as_deref())?;
    }
    let kept = parcel.row.waybill.clone();
    undo(tx, now, who.org, parcel, why, true)?;
    parcel.row.go(ParcelState::Gone, now);
    for mut hold in hold::of_parcels(tx, who.org, &[parcel.row.id])?
        .remove(&parcel.row.id)
        .unwrap_or_default()
    {
        if hold.open() {
            hold::release(tx, now, who.org, &mut hold, None)?;
        }
    }
    let data = json!({ "state": [was, parcel.row.state], "why": why, "batch": batch, "waybill_void": kept });
    parcel.tell(tx, now, who, "parcel.gone", data)
}

/// Takes an audit back because somebody wants it: no alarm. The row is not saved.
pub(crate) fn unpass(tx: &mut Tx<'_>, now: Ms, who: &Actor, parcel: &mut Parcel) -> Result<(), Problem> {
    let was = parcel.row.state;
    undo(tx, now, who.org, parcel, "unpassed", false)?;
    parcel.row.go(ParcelState::Waiting, now);
    parcel.tell(
        tx,
        now,
        who,
        "parcel.unpassed",
        json!({ "state": [was, parcel.row.state] }),
    )
}
