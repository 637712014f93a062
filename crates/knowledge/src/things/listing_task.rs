use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, pad, record, text_enum};

use crate::things::checklist::{ListingItemState, MarkRow};
use crate::things::noted::tell;
use crate::things::reach::{Looked, known_shop, sold_in, staff};

text_enum! {
    /// Who found what is to be mended.
    pub enum ListingTaskSource {
        /// The program.
        Program = "program",
        /// Somebody who went through the checklist.
        Person = "person",
        /// An agent, in a talk.
        Agent = "agent",
    }
}

text_enum! {
    /// Where a task stands.
    pub enum ListingTaskState {
        /// To be mended.
        Open = "open",
        /// Mended.
        Done = "done",
    }
}

record! {
    /// A task as it is kept.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TaskRow {
        /// Its id.
        pub id: Id = "id",
        /// The product.
        pub product: Id = "product_id",
        /// The item of the checklist, or `raised`.
        pub item: String = "item",
        /// Who found it.
        pub source: ListingTaskSource = "source",
        /// Why, in a stable word of the program.
        pub reason: String = "reason",
        /// What is wrong.
        pub note: String = "note",
        /// The talk it came up in.
        pub conversation: Option<Id> = "conversation_id",
        /// The shop of that talk.
        pub shop: Option<Id> = "shop_id",
        /// Where it stands.
        pub state: ListingTaskState = "state",
        /// Since when.
        pub opened_at: Ms = "opened_at",
        /// Who opened it.
        pub opened_by: Option<Id> = "opened_by",
        /// Who mends it.
        pub owner: Option<Id> = "owner_id",
        /// When it was done.
        pub done_at: Option<Ms> = "done_at",
        /// Who did it.
        pub done_by: Option<Id> = "done_by",
        /// What was done.
        pub done_note: String = "done_note",
    }
}

/// Something of a product's listing that is to be mended.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ListingTask {
    /// Its id.
    pub id: Id,
    /// The product.
    pub product: Id,
    /// The product's title.
    pub product_title: String,
    /// The item of the checklist, or `raised`: 详情页描述不足.
    pub item: String,
    /// Who found it.
    pub source: ListingTaskSource,
    /// Why, in a stable word of the program; else empty.
    pub reason: String,
    /// What is wrong.
    pub note: String,
    /// The talk it came up in.
    pub conversation: Option<Id>,
    /// The shop of that talk.
    pub shop: Option<Id>,
    /// Where it stands.
    pub state: ListingTaskState,
    /// Since when.
    pub opened_at: Ms,
    /// Who opened it; null: the program.
    pub opened_by: Option<Id>,
    /// Their name.
    pub opened_by_name: Option<String>,
    /// Who mends it; null: nobody yet.
    pub owner: Option<Id>,
    /// Their name.
    pub owner_name: Option<String>,
    /// When it was done.
    pub done_at: Option<Ms>,
    /// Who did it; null: the program saw that it is mended.
    pub done_by: Option<Id>,
    /// Their name.
    pub done_by_name: Option<String>,
    /// What was done.
    pub done_note: String,
}

/// An agent says that a product's page does not say enough.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewListingTask {
    /// The shop.
    pub shop: Id,
    /// The talk it came up in.
    pub conversation: Option<Id>,
    /// What is missing or wrong, at most 500 characters.
    pub note: String,
}

/// Which tasks a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListingTaskFilter {
    /// Of products sold in this shop.
    pub shop: Option<Id>,
    /// Where they stand.
    pub state: Option<ListingTaskState>,
    /// Of this item, or `raised`.
    pub item: Option<String>,
    /// Of this product.
    pub product: Option<Id>,
    /// Mended by this person.
    pub owner: Option<Id>,
}

/// The item of what agents raise.
pub(crate) const RAISED: &str = "raised";

/// The open tasks of a product's items.
pub(crate) fn open_of(tx: &mut Tx<'_>, org: Id, product: Id) -> Result<BTreeMap<String, Id>, Problem> {
    let rows = tx.rows(
        "SELECT item, id FROM listing_task WHERE org_id = $1 AND product_id = $2 AND state = 'open' ORDER BY id",
        args![org, product],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Opens or closes the task of an item whose mark changed.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    mark: &MarkRow,
) -> Result<(), Problem> {
    let open = open_of(tx, who.org, product)?.get(&mark.item).copied();
    match (mark.state, open) {
        (ListingItemState::Failed, Some(open)) => tx
            .exec(
                "UPDATE listing_task SET reason = $3, note = $4 WHERE org_id = $1 AND id = $2",
                args![who.org, open, &mark.reason, &mark.note],
            )
            .map(drop),
        (ListingItemState::Failed, None) => {
            let source = if mark.by.is_some() {
                ListingTaskSource::Person
            } else {
                ListingTaskSource::Program
            };
            let row = TaskRow {
                id: tx.id(),
                product,
                item: mark.item.clone(),
                source,
                reason: mark.reason.clone(),
                note: mark.note.clone(),
                conversation: None,
                shop: None,
                state: ListingTaskState::Open,
                opened_at: now,
                opened_by: mark.by,
                owner: None,
                done_at: None,
                done_by: None,
                done_note: String::new(),
            };
            open_task(tx, who.org, &row)
        }
        (ListingItemState::Passed | ListingItemState::NotNeeded, Some(open)) => {
            close(tx, now, who.org, open, mark.by, "")
        }
        _ => Ok(()),
    }
}

fn open_task(tx: &mut Tx<'_>, org: Id, row: &TaskRow) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO listing_task (org_id, id, product_id, item, source, reason, note, conversation_id, shop_id,
           state, opened_at, opened_by, done_note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11, '')",
        args![
            org,
            row.id,
            row.product,
            &row.item,
            row.source,
            &row.reason,
            &row.note,
            row.conversation,
            row.shop,
            row.opened_at,
            row.opened_by
        ],
    )?;
    Ok(())
}

/// A task is done, by somebody or by the program's own eyes.
pub(crate) fn close(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    id: Id,
    by: Option<Id>,
    note: &str,
) -> Result<(), Problem> {
    tx.exec(
        "UPDATE listing_task SET state = 'done', done_at = $3, done_by = $4, done_note = $5
         WHERE org_id = $1 AND id = $2",
        args![org, id, now, by, note],
    )?;
    Ok(())
}

fn name(tx: &mut Tx<'_>, org: Id, id: Option<Id>) -> Result<Option<String>, Problem> {
    let Some(id) = id else { return Ok(None) };
    Ok(team::person(tx, org, id)?.map(|one| one.name))
}

/// A task as it is shown.
pub(crate) fn view(tx: &mut Tx<'_>, org: Id, title: &str, row: TaskRow) -> Result<ListingTask, Problem> {
    Ok(ListingTask {
        id: row.id,
        product: row.product,
        product_title: title.to_owned(),
        item: row.item,
        source: row.source,
        reason: row.reason,
        note: row.note,
        conversation: row.conversation,
        shop: row.shop,
        state: row.state,
        opened_at: row.opened_at,
        opened_by: row.opened_by,
        opened_by_name: name(tx, org, row.opened_by)?,
        owner: row.owner,
        owner_name: name(tx, org, row.owner)?,
        done_at: row.done_at,
        done_by: row.done_by,
        done_by_name: name(tx, org, row.done_by)?,
        done_note: row.done_note,
    })
}

/// An agent says that a product's page does not say enough 详情页描述不足 (row 4). Needs
/// [`Permission::Talk`] in a shop that sells it.
pub fn raise_listing(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    new: &NewListingTask,
) -> Result<ListingTask, Problem> {
    staff(who)?;
    known_shop(tx, who, new.shop)?;
    let product = catalogue::product(tx, who, product)?;
    if !sold_in(&product, new.shop) {
        return Err(Problem::not_found());
    }
    who.need(Permission::Talk)?;
    let row = TaskRow {
        id: tx.id(),
        product: product.id,
        item: RAISED.to_owned(),
        source: ListingTaskSource::Agent,
        reason: String::new(),
        note: base::clean_text("note", &new.note, 500)?,
        conversation: new.conversation,
        shop: Some(new.shop),
        state: ListingTaskState::Open,
        opened_at: now,
        opened_by: who.person(),
        owner: None,
        done_at: None,
        done_by: None,
        done_note: String::new(),
    };
    open_task(tx, who.org, &row)?;
    let data = json!({ "product": product.id, "conversation": new.conversation });
    tell(tx, now, who, "listing_task.raised", row.id, data)?;
    view(tx, who.org, &product.title, row)
}

/// Talks asked for in one statement.
const TALKS: usize = 200;

/// Forgets what was written of these talks beside products: their buyer is erased. That something is to be mended, and
/// that it was, stays. No right is asked: whoever erases asked them.
pub fn forget_listing_notes(tx: &mut Tx<'_>, org: Id, talks: &[Id]) -> Result<(), Problem> {
    for some in talks.chunks(TALKS) {
        let list = Tx::in_list(2, some.len());
        let sql = format!(
            "UPDATE listing_task SET note = '', done_note = '' WHERE org_id = $1 AND conversation_id IN {list}"
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(some));
        tx.exec(&sql, &arguments)?;
    }
    Ok(())
}

/// Tasks of products in reach, the last first. A page may hold fewer than were asked for.
pub fn listing_tasks(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &ListingTaskFilter,
    page: &PageAsk,
) -> Result<Page<ListingTask>, Problem> {
    staff(who)?;
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {} FROM listing_task
         WHERE org_id = $1 AND id < $2 AND ($3 IS NULL OR state = $3) AND ($4 IS NULL OR item = $4)
           AND ($5 IS NULL OR product_id = $5) AND ($6 IS NULL OR owner_id = $6)
         ORDER BY id DESC LIMIT $7",
        TaskRow::COLUMNS
    );
    let state = filter.state.map(ListingTaskState::key);
    let arguments = args![
        who.org,
        before,
        state,
        &filter.item,
        filter.product,
        filter.owner,
        page.limit() + 1
    ];
    let rows = tx.rows(&sql, arguments, TaskRow::read)?;
    let cut = Page::cut(rows, page.limit(), |row| vec![row.id.0]);
    let mut looked = Looked::of(tx, who, cut.items.iter().map(|row| row.product))?;
    let mut items = Vec::new();
    for row in cut.items {
        let found = looked.product(tx, who, row.product)?;
        let here = found.filter(|one| filter.shop.is_none_or(|shop| sold_in(one, shop)));
        if let Some(title) = here.map(|one| one.title.clone()) {
            items.push(view(tx, who.org, &title, row)?);
        }
    }
    Ok(Page {
        items,
        next: cut.next,
    })
}

/// How many tasks are open (of the last 2,000), of products in reach.
pub fn open_listing_tasks(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<usize, Problem> {
    staff(who)?;
    if let Some(shop) = shop {
        who.need_shop(shop)?;
    }
    let products: Vec<Id> = tx.rows(
        "SELECT product_id FROM listing_task WHERE org_id = $1 AND state = 'open' ORDER BY id DESC LIMIT 2000",
        args![who.org],
        |row| row.get(0),
    )?;
    let mut looked = Looked::of(tx, who, products.iter().copied())?;
    let mut open = 0;
    for product in products {
        let found = looked.product(tx, who, product)?;
        open += usize::from(found.is_some_and(|one| shop.is_none_or(|shop| sold_in(one, shop))));
    }
    Ok(open)
}
