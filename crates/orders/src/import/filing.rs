//! Puts the orders a run made to their customers.

use base::{Actor, Id, Problem};
use store::{Tx, args};

use crate::archive;
use crate::filed;

/// What is to be filed of some slices of a run.
pub(crate) struct Left {
    /// The last of them.
    pub(crate) upto: i64,
    /// Customer and order.
    pub(crate) entries: Vec<(Id, Id)>,
}

/// What is to be filed of up to `limit` slices after those that are; `None` when all are.
pub(crate) fn left(tx: &mut Tx<'_>, org: Id, run: Id, limit: usize) -> Result<Option<Left>, Problem> {
    let slices = tx.rows(
        "SELECT s.no, s.first_id, s.last_id FROM import_run r JOIN import_slice s
           ON s.org_id = r.org_id AND s.run_id = r.id AND s.no > r.filed_to
         WHERE r.org_id = $1 AND r.id = $2 ORDER BY s.no LIMIT $3",
        args![org, run, limit],
        |row| Ok((row.get::<i64>(0)?, row.get::<Id>(1)?, row.get::<Id>(2)?)),
    )?;
    let Some((upto, ..)) = slices.last() else {
        return Ok(None);
    };
    let mut entries = Vec::new();
    for (_, first, last) in &slices {
        entries.extend(tx.rows(
            "SELECT customer_id, id FROM shop_order
             WHERE org_id = $1 AND id >= $2 AND id <= $3 AND import_run = $4 AND customer_id IS NOT NULL",
            args![org, *first, *last, run],
            |row| Ok((row.get::<Id>(0)?, row.get::<Id>(1)?)),
        )?);
    }
    Ok(Some(Left { upto: *upto, entries }))
}

/// Files some orders, sorted by customer, and notes that their customers are to be told what they come to. Whose
/// customer was merged away since they went in is filed, and belongs from now on, to who stands for them.
pub(crate) fn file(tx: &mut Tx<'_>, who: &Actor, part: &[(Id, Id)]) -> Result<(), Problem> {
    let (Some((first, _)), Some((last, _))) = (part.first(), part.last()) else {
        return Ok(());
    };
    let merged = customers::merged_between(tx, who.org, *first, *last)?;
    if merged.is_empty() {
        archive::later(tx, who.org, part.iter().map(|(customer, _)| *customer))?;
        return filed::keep(tx, who.org, part);
    }
    let mut entries = Vec::with_capacity(part.len());
    for (customer, order) in part {
        let Some(into) = merged.get(customer) else {
            entries.push((*customer, *order));
            continue;
        };
        entries.push((*into, *order));
        tx.exec(
            "UPDATE shop_order
             SET customer_id = $4, rev = rev + 1,
                 counted_customer = CASE WHEN counted_customer = $3 THEN $4 ELSE counted_customer END
             WHERE org_id = $1 AND id = $2 AND customer_id = $3",
            args![who.org, *order, *customer, *into],
        )?;
    }
    archive::later(tx, who.org, entries.iter().map(|(customer, _)| *customer))?;
    filed::keep(tx, who.org, &entries)
}

/// Notes that a run is filed up to slice `upto`.
pub(crate) fn filed_to(tx: &mut Tx<'_>, org: Id, run: Id, upto: i64) -> Result<(), Problem> {
    tx.exec(
        "UPDATE import_run SET filed_to = $3 WHERE org_id = $1 AND id = $2 AND filed_to < $3",
        args![org, run, upto],
    )?;
    Ok(())
}
