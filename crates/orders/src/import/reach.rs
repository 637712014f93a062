//! Which imports somebody may see: those of what they may import, in shops in their reach.

use base::{Actor, Id, Problem, Shops};
use store::{Arg, Tx, args, pad};

use crate::import::ask;
use crate::import::look::SheetPlan;

/// Notes which shops the rows of a run go into.
pub(crate) fn goes_into(tx: &mut Tx<'_>, org: Id, run: Id, sheets: &[SheetPlan]) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM import_into WHERE org_id = $1 AND run_id = $2",
        args![org, run],
    )?;
    let named = sheets.iter().flat_map(|sheet| &sheet.shops);
    let mut shops: Vec<Id> = named.map(|one| one.shop.unwrap_or(Id::NONE)).collect();
    shops.sort_unstable();
    shops.dedup();
    let rows: Vec<Arg<'_>> = shops
        .iter()
        .flat_map(|shop| [org.into(), run.into(), (*shop).into()])
        .collect();
    tx.insert_many("INSERT INTO import_into (org_id, run_id, shop_id)", 3, "", &rows)?;
    Ok(())
}

/// What is asked of `import_run` so that only those are found which somebody may see, with its arguments from number
/// `first` on: as [`crate::import::shop_name::need`] has it for one of them. `forbidden` for who may import nothing.
pub(crate) fn seen(who: &Actor, first: usize) -> Result<(String, Vec<Arg<'static>>), Problem> {
    let rights = ask::rights(who)?;
    // One by one, so that the engine knows how many there are of each.
    let within: Vec<String> = (0..=rights)
        .filter(|needs| needs & rights == *needs)
        .map(|needs| needs.to_string())
        .collect();
    let mut sql = format!("needs IN ({})", within.join(", "));
    let mut arguments = Vec::new();
    if let Shops::Only(shops) = &who.shops {
        let (me, reach) = (first, Tx::in_list(first + 1, shops.len()));
        sql += &format!(
            " AND shop_id IN {reach} AND NOT EXISTS (
                 SELECT 1 FROM import_into i
                 WHERE i.org_id = import_run.org_id AND i.run_id = import_run.id AND i.shop_id NOT IN {reach}
                   AND (i.shop_id <> 0 OR ${me} = 0 OR import_run.person_id <> ${me}))"
        );
        arguments.push(who.person().unwrap_or(Id::NONE).into());
        arguments.extend(pad(shops));
    }
    Ok((sql, arguments))
}
