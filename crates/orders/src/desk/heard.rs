//! Couriers of whose parcels a shop has ever been told something. A shop that takes no file of a courier misses no word
//! of it.

use std::collections::BTreeSet;

use base::{Id, Ms, Problem};
use store::{Tx, args};

use super::parcel::ParcelRow;

/// Which couriers speak, by shop.
pub(crate) struct Heard(BTreeSet<(Id, String)>);

impl Heard {
    pub(crate) fn load(tx: &mut Tx<'_>, org: Id) -> Result<Heard, Problem> {
        let rows = tx.rows(
            "SELECT shop_id, courier FROM courier_heard WHERE org_id = $1",
            args![org],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(Heard(rows.into_iter().collect()))
    }

    /// Whether the courier of a parcel speaks.
    pub(crate) fn speaks(&self, row: &ParcelRow) -> bool {
        self.0.contains(&(row.shop, row.courier.clone()))
    }
}

/// Notes that a parcel's courier said something; answers whether it never had in its shop.
pub(crate) fn note(tx: &mut Tx<'_>, now: Ms, org: Id, row: &ParcelRow) -> Result<bool, Problem> {
    let written = tx.exec(
        "INSERT INTO courier_heard (org_id, shop_id, courier, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id, shop_id, courier) DO NOTHING",
        args![org, row.shop, &row.courier, now],
    )?;
    Ok(written > 0)
}
