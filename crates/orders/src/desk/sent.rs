//! Where parcels that left were sent. An order's address may change afterwards; where its parcel went does not.

use std::collections::BTreeMap;

use base::{Id, Problem};
use store::{Tx, args, pad};

use crate::secret::Secret;

/// Keeps where a parcel goes that leaves now.
pub(crate) fn keep(tx: &mut Tx<'_>, org: Id, parcel: Id, to: &Secret) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO parcel_sent (org_id, parcel_id, receiver, phone, address) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, parcel_id) DO UPDATE
         SET receiver = excluded.receiver, phone = excluded.phone, address = excluded.address",
        args![org, parcel, &to.receiver, &to.phone, &to.address],
    )?;
    Ok(())
}

/// Forgets it for a parcel that came back.
pub(crate) fn forget(tx: &mut Tx<'_>, org: Id, parcel: Id) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM parcel_sent WHERE org_id = $1 AND parcel_id = $2",
        args![org, parcel],
    )?;
    Ok(())
}

/// Where those of these parcels were sent that left.
pub(crate) fn of_parcels(tx: &mut Tx<'_>, org: Id, parcels: &[Id]) -> Result<BTreeMap<Id, Secret>, Problem> {
    let sql = format!(
        "SELECT parcel_id, receiver, phone, address FROM parcel_sent WHERE org_id = $1 AND parcel_id IN {}",
        Tx::in_list(2, parcels.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(parcels));
    let rows = tx.rows(&sql, &arguments, |row| {
        let to = Secret {
            receiver: row.get(1)?,
            phone: row.get(2)?,
            address: row.get(3)?,
        };
        Ok((row.get::<Id>(0)?, to))
    })?;
    Ok(rows.into_iter().collect())
}
