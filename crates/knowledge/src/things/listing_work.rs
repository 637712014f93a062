//! Working off what of listings is to be mended: a task is done, or to be done again.

use base::{Actor, Id, Ms, Permission, Problem};
use serde::Deserialize;
use serde_json::json;
use store::{Tx, args};

use crate::bounds;
use crate::things::checklist::{ListingItemKind, listing_items};
use crate::things::listing::{failing, look, still_failing};
use crate::things::listing_task::{ListingTask, ListingTaskState, RAISED, TaskRow, close, open_of, view};
use crate::things::noted::tell;
use crate::things::reach::staff;

/// What was done.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListingTaskDone {
    /// What was done, at most 500 characters.
    pub note: String,
}

/// Who mends it.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListingTaskOwner {
    /// Somebody of the team; null: nobody in particular.
    pub owner: Option<Id>,
}

/// Says who mends what a task names. Needs [`Permission::EditKnowledge`]; what is done is nobody's any more
/// (`task_done`), and somebody who left or is not there is refused (`owner_unknown`).
pub fn own_listing_task(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: ListingTaskOwner,
) -> Result<ListingTask, Problem> {
    let (product, row) = editable(tx, who, id)?;
    if row.state == ListingTaskState::Done {
        return Err(Problem::conflict("task_done", "It is done already."));
    }
    if let Some(owner) = new.owner.filter(|_| new.owner != row.owner)
        && team::person(tx, who.org, owner)?.is_none_or(|person| person.disabled)
    {
        return Err(Problem::input(
            "owner",
            "owner_unknown",
            "There is no such person.",
        ));
    }
    if new.owner != row.owner {
        tx.exec(
            "UPDATE listing_task SET owner_id = $3 WHERE org_id = $1 AND id = $2",
            args![who.org, id, new.owner],
        )?;
        let data = json!({ "owner": [row.owner, new.owner] });
        tell(tx, now, who, "listing_task.owned", id, data)?;
    }
    let row = TaskRow {
        owner: new.owner,
        ..row
    };
    view(tx, who.org, &product.title, row)
}

/// A task is done. Needs [`Permission::EditKnowledge`]; what the program looks after must pass
/// (`still_failing`, with the reason), and what is done stays done (`task_done`).
pub fn finish_listing_task(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    done: &ListingTaskDone,
) -> Result<ListingTask, Problem> {
    let (product, row) = editable(tx, who, id)?;
    if row.state == ListingTaskState::Done {
        return Err(Problem::conflict("task_done", "It is done already."));
    }
    let note = bounds::text("note", &done.note, 500)?;
    if let Some(reason) = failing(tx, now, who, &product, &row.item)? {
        return Err(still_failing(reason));
    }
    close(tx, now, who.org, id, who.person(), &note)?;
    // The item passes now: by the program's own eyes, or by the word of whoever mended it.
    let kind = listing_items()
        .iter()
        .find(|item| item.key == row.item)
        .map(|item| item.kind);
    match kind {
        Some(ListingItemKind::Program) => look(tx, now, who, &product).map(drop)?,
        Some(ListingItemKind::Person) => pass(tx, now, who, &row, &note)?,
        None => {}
    }
    tell(
        tx,
        now,
        who,
        "listing_task.done",
        id,
        json!({ "state": [row.state, ListingTaskState::Done] }),
    )?;
    let row = load(tx, who.org, id)?.ok_or_else(Problem::internal)?;
    view(tx, who.org, &product.title, row)
}

fn pass(tx: &mut Tx<'_>, now: Ms, who: &Actor, row: &TaskRow, note: &str) -> Result<(), Problem> {
    tx.exec(
        "UPDATE listing_mark SET state = 'passed', reason = '', note = $4, by_id = $5, at = $6
         WHERE org_id = $1 AND product_id = $2 AND item = $3",
        args![who.org, row.product, &row.item, note, who.person(), now],
    )?;
    Ok(())
}

/// A task that was done is to be done again. Needs [`Permission::EditKnowledge`]; refused for an open one
/// (`task_open`) and where another task for the same item is open (`task_open`).
pub fn reopen_listing_task(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<ListingTask, Problem> {
    let (product, row) = editable(tx, who, id)?;
    let another = row.item != RAISED && open_of(tx, who.org, product.id)?.contains_key(&row.item);
    if row.state == ListingTaskState::Open || another {
        return Err(Problem::conflict("task_open", "It is open already."));
    }
    tx.exec(
        "UPDATE listing_task SET state = 'open', done_at = NULL, done_by = NULL, done_note = ''
         WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    tell(
        tx,
        now,
        who,
        "listing_task.reopened",
        id,
        json!({ "state": [row.state, ListingTaskState::Open] }),
    )?;
    let row = load(tx, who.org, id)?.ok_or_else(Problem::internal)?;
    view(tx, who.org, &product.title, row)
}

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(catalogue::Product, TaskRow), Problem> {
    staff(who)?;
    let row = load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    let product = catalogue::product(tx, who, row.product)?;
    who.need(Permission::EditKnowledge)?;
    Ok((product, row))
}

fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<TaskRow>, Problem> {
    let sql = format!(
        "SELECT {} FROM listing_task WHERE org_id = $1 AND id = $2",
        TaskRow::COLUMNS
    );
    tx.row(&sql, args![org, id], TaskRow::read)
}
