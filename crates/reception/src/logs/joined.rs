//! Two customers are one: so are their talks from logs.

use base::{Actor, Id, Ms, Problem};
use store::{Tx, args};

use crate::conversation::Conversation;
use crate::logs::LOG;
use crate::logs::item::Item;
use crate::logs::row::Row;
use crate::logs::weave::{Change, remove, tell, weave};

/// What is here of `from` out of logs with a shop is `into`'s.
pub(crate) fn joined(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, from: Id, into: Id) -> Result<(), Problem> {
    let Some(mut theirs) = Conversation::of_buyer(tx, org, shop, from, LOG)? else {
        return Ok(());
    };
    let Some(mut own) = Conversation::of_buyer(tx, org, shop, into, LOG)? else {
        theirs.customer = into;
        theirs.refresh_customer(tx, now)?;
        return theirs.save(tx);
    };
    let rows = Row::all(tx, org, theirs.id, 0)?;
    let mut add = Vec::with_capacity(rows.len());
    for row in &rows {
        match Item::of_row(row)? {
            Some(item) => add.push(item),
            // Somebody wrote something here: it stays whose it was.
            None if row.log_run.is_none() => return Ok(()),
            None => {}
        }
    }
    let change = Change { add, without: None };
    let people = team::account_people(tx, org, shop)?;
    let woven = weave(tx, now, &people, &mut own, change)?;
    tx.exec(
        "INSERT INTO log_talk (org_id, run_id, conversation_id)
         SELECT org_id, run_id, $3 FROM log_talk WHERE org_id = $1 AND conversation_id = $2
         ON CONFLICT (org_id, run_id, conversation_id) DO NOTHING",
        args![org, theirs.id, own.id],
    )?;
    let gone = (theirs.id, 1, rows.len() as i64);
    remove(tx, org, theirs.id)?;
    let changed: Vec<_> = woven
        .changed
        .map(|(from, to)| (own.id, from, to))
        .into_iter()
        .chain([gone])
        .collect();
    tell(tx, now, &Actor::program(org), shop, own.id, &changed)
}
