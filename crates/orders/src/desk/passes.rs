use std::collections::BTreeMap;

use base::{Id, Ms, Problem};
use store::{Tx, args, pad};

/// The last audit of a parcel.
pub(super) struct Pass {
    pub(super) at: Ms,
    pub(super) person: Option<Id>,
    pub(super) rule: Option<Id>,
    pub(super) stands: bool,
    pub(super) mistake: Option<(String, String, String, Ms, Id)>,
}

/// Of an organisation all audits of so many parcels, in their order.
pub(super) fn statement(parcels: usize) -> String {
    format!(
        "SELECT parcel_id, at, person_id, rule_id, undone_at, error_cause, error_by, error_note, error_at, error_person
         FROM parcel_pass WHERE org_id = $1 AND parcel_id IN {} ORDER BY id",
        Tx::in_list(2, parcels)
    )
}

/// The last audit of each of these parcels.
pub(super) fn passes(tx: &mut Tx<'_>, org: Id, parcels: &[Id]) -> Result<BTreeMap<Id, Pass>, Problem> {
    let sql = statement(parcels.len());
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(parcels));
    let rows = tx.rows(&sql, &arguments, |row| {
        let cause: Option<String> = row.get(5)?;
        let mistake = match cause {
            Some(cause) => Some((
                cause,
                row.get::<Option<String>>(6)?.unwrap_or_default(),
                row.get::<Option<String>>(7)?.unwrap_or_default(),
                row.get::<Option<Ms>>(8)?.unwrap_or(Ms(0)),
                row.get::<Option<Id>>(9)?.unwrap_or(Id::NONE),
            )),
            None => None,
        };
        let pass = Pass {
            at: row.get(1)?,
            person: row.get(2)?,
            rule: row.get(3)?,
            stands: row.get::<Option<Ms>>(4)?.is_none(),
            mistake,
        };
        Ok((row.get::<Id>(0)?, pass))
    })?;
    Ok(rows.into_iter().collect())
}
