use base::{Id, Ms, Problem};
use store::{Tx, args};

use super::parcel::ParcelRow;

/// `261122-003`
pub(crate) fn number(day: i64, no: i64) -> String {
    format!("{day:06}-{no:03}")
}

/// `261122-003-017`: where a parcel is in a batch.
pub(crate) fn place_number(day: i64, no: i64, place: i64) -> String {
    format!("{day:06}-{no:03}-{place:03}")
}

/// The number a parcel bears in its batch, if it is in one.
pub(crate) fn number_of(tx: &mut Tx<'_>, org: Id, row: &ParcelRow) -> Result<Option<String>, Problem> {
    let (Some(batch), Some(place)) = (row.batch, row.place) else {
        return Ok(None);
    };
    tx.row(
        "SELECT day, no FROM batch WHERE org_id = $1 AND id = $2",
        args![org, batch],
        |found| Ok(place_number(found.get(0)?, found.get(1)?, place)),
    )
}

/// Marks a place as pulled: its number stays, and says why nothing lies there.
pub(crate) fn pull(tx: &mut Tx<'_>, now: Ms, org: Id, batch: Id, place: i64, why: &str) -> Result<(), Problem> {
    tx.exec(
        "UPDATE batch_place SET pulled_at = $4, pulled_why = $5 WHERE org_id = $1 AND batch_id = $2 AND place = $3",
        args![org, batch, place, now, why],
    )?;
    Ok(())
}
