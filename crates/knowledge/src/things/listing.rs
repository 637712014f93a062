//! The listing checklist of each product: what the program sees, what people ticked, and what is left to be
//! mended (rows 3, 4, 159, 222). It changes no product.

use base::{Actor, Id, Ms, PageAsk, Permission, Problem};
use catalogue::{Product, ProductFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use store::{FileRow, Tx, args};

use crate::bounds;
use crate::things::certificate;
use crate::things::checklist::{
    ITEMS, ListingItem, ListingItemKind, ListingItemState, MarkRow, TwoWords, marks, put,
};
use crate::things::fact;
use crate::things::guide;
use crate::things::listing_look::{Seen, Verdict, verdict};
use crate::things::listing_task;
use crate::things::noted::tell;
use crate::things::preorder;
use crate::things::reach::staff;
use crate::things::warranty;

/// The checklist of a product.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Listing {
    /// The product.
    pub product: Id,
    /// The product's title.
    pub title: String,
    /// Its items.
    pub items: Vec<ListingState>,
    /// How many are passed or not needed.
    pub passed: usize,
    /// How many there are.
    pub total: usize,
}

/// An item of a product.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ListingState {
    /// The item's stable name.
    pub key: String,
    /// Who looks after it.
    pub kind: ListingItemKind,
    /// What is asked.
    pub title: TwoWords,
    /// Why.
    pub why: TwoWords,
    /// How it stands.
    pub state: ListingItemState,
    /// Why it is not passed: a stable word of the program; empty for people's marks.
    pub reason: String,
    /// What shows it, or what somebody wrote.
    pub note: String,
    /// Who says so; null: the program, or nobody yet.
    pub by: Option<Id>,
    /// Since when; null: nobody looked yet.
    pub at: Option<Ms>,
    /// The open task to mend it.
    pub task: Option<Id>,
}

/// How somebody marks an item.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewListingMark {
    /// How it stands; `open` gives it back to the program, or to nobody.
    pub state: ListingItemState,
    /// What is wrong or was seen, at most 500 characters.
    #[serde(default)]
    pub note: String,
}

/// How a look at many products went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ListingLookSum {
    /// Products that were looked at.
    pub checked: usize,
    /// Of these, products with something to mend.
    pub failed: usize,
    /// Go on after this product; null: that was all.
    pub after: Option<Id>,
}

/// Which products to look at.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListingLookAsk {
    /// Those sold in this shop; left out: in any of mine.
    pub shop: Option<Id>,
    /// Those after this one.
    pub after: Option<Id>,
}

/// So many products are looked at in one call, to keep the write short.
const AT_ONCE: u32 = 50;

/// The checklist of a product, as it was last looked at.
pub fn listing(tx: &mut Tx<'_>, who: &Actor, product: Id) -> Result<Listing, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    view(tx, who.org, &product)
}

fn view(tx: &mut Tx<'_>, org: Id, product: &Product) -> Result<Listing, Problem> {
    let mut marks = marks(tx, org, product.id)?;
    let tasks = listing_task::open_of(tx, org, product.id)?;
    let state = |item: &ListingItem| {
        let mark = marks.remove(&item.key);
        ListingState {
            key: item.key.clone(),
            kind: item.kind,
            title: item.title.clone(),
            why: item.why.clone(),
            state: mark.as_ref().map_or(ListingItemState::Open, |mark| mark.state),
            at: mark.as_ref().map(|mark| mark.at),
            by: mark.as_ref().and_then(|mark| mark.by),
            reason: mark.as_ref().map(|mark| mark.reason.clone()).unwrap_or_default(),
            note: mark.map(|mark| mark.note).unwrap_or_default(),
            task: tasks.get(&item.key).copied(),
        }
    };
    let items: Vec<ListingState> = ITEMS.iter().map(state).collect();
    let good =
        |one: &&ListingState| matches!(one.state, ListingItemState::Passed | ListingItemState::NotNeeded);
    Ok(Listing {
        product: product.id,
        title: product.title.clone(),
        passed: items.iter().filter(good).count(),
        total: items.len(),
        items,
    })
}

/// Lets the program look at a product again. Needs [`Permission::EditKnowledge`].
pub fn check_listing(tx: &mut Tx<'_>, now: Ms, who: &Actor, product: Id) -> Result<Listing, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    who.need(Permission::EditKnowledge)?;
    look(tx, now, who, &product)?;
    view(tx, who.org, &product)
}

/// Lets the program look at the next 50 products that are sold. Needs [`Permission::EditKnowledge`].
pub fn check_listings(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &ListingLookAsk,
) -> Result<ListingLookSum, Problem> {
    staff(who)?;
    who.need(Permission::EditKnowledge)?;
    let filter = ProductFilter {
        q: None,
        shop: ask.shop,
        active: Some(true),
    };
    let page = PageAsk {
        cursor: ask.after.map(|id| id.to_string()),
        limit: Some(AT_ONCE),
    };
    let page = catalogue::products(tx, who, &filter, &page)?;
    let mut failed = 0;
    for product in &page.items {
        failed += usize::from(look(tx, now, who, product)? > 0);
    }
    Ok(ListingLookSum {
        checked: page.items.len(),
        failed,
        after: page
            .next
            .and_then(|_| page.items.last().map(|product| product.id)),
    })
}

/// The program looks at a product: marks what it sees, opens a task for what fails and closes those that are
/// mended. What a person said is not needed stays so. Answers how many of its items fail.
pub(crate) fn look(tx: &mut Tx<'_>, now: Ms, who: &Actor, product: &Product) -> Result<usize, Problem> {
    let verdicts = verdicts(tx, now, who, product)?;
    let before = marks(tx, who.org, product.id)?;
    let mut changes = Map::new();
    let mut failed = 0;
    for (item, verdict) in verdicts {
        let was = before.get(item);
        let Some(is) = mark_of(now, item, verdict, was) else {
            continue;
        };
        failed += usize::from(is.state == ListingItemState::Failed);
        let same = was.is_some_and(|was| {
            (was.state, &was.reason, &was.note) == (is.state, &is.reason, &is.note) && was.by.is_none()
        });
        if same {
            continue;
        }
        put(tx, who.org, product.id, &is)?;
        listing_task::follow(tx, now, who, product.id, &is)?;
        let from = was.map_or(ListingItemState::Open, |was| was.state);
        if from != is.state {
            changes.insert(item.to_owned(), json!([from, is.state]));
        }
    }
    if !changes.is_empty() {
        tell(
            tx,
            now,
            who,
            "product.listing_checked",
            product.id,
            changes.into(),
        )?;
    }
    Ok(failed)
}

/// The mark a verdict makes; `None` where a person's word stands.
fn mark_of(now: Ms, item: &str, verdict: Verdict, was: Option<&MarkRow>) -> Option<MarkRow> {
    let by_person = was.filter(|was| was.by.is_some());
    let (state, reason, note) = match verdict {
        _ if by_person.is_some_and(|was| was.state == ListingItemState::NotNeeded) => return None,
        Verdict::Unknown(_) if by_person.is_some() => return None,
        Verdict::Passed => (ListingItemState::Passed, "", String::new()),
        Verdict::NotNeeded => (ListingItemState::NotNeeded, "", String::new()),
        Verdict::Failed(reason, note) => (ListingItemState::Failed, reason.key(), note),
        Verdict::Unknown(reason) => (ListingItemState::Open, reason.key(), String::new()),
    };
    Some(MarkRow {
        item: item.to_owned(),
        state,
        reason: reason.to_owned(),
        note,
        by: None,
        at: now,
    })
}

/// What the program says of each of its items.
fn verdicts(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: &Product,
) -> Result<Vec<(&'static str, Verdict)>, Problem> {
    let file = product.picture.as_ref().and_then(|text| text.parse().ok());
    let picture = match file {
        Some(id) => FileRow::load(tx, who.org, id)?,
        None => None,
    };
    let facts = fact::of_product(tx, who.org, product.id)?;
    let batch: Option<Id> = tx.value(
        "SELECT id FROM product_batch WHERE org_id = $1 AND product_id = $2 LIMIT 1",
        args![who.org, product.id],
    )?;
    let certificates = certificate::of_product(tx, now, who, product)?;
    let warranties = warranty::of_product(tx, who.org, product.id)?;
    let preorders = preorder::of_product(tx, who.org, product.id)?;
    let preorders: Vec<_> = preorders.values().collect();
    let seen = Seen {
        now,
        product,
        picture: picture.as_ref(),
        facts: &facts,
        batches: batch.is_some(),
        certificates: &certificates,
        warranties: &warranties,
        preorders: &preorders,
    };
    let categories = guide::shipped_categories();
    Ok(ITEMS
        .iter()
        .filter(|item| item.kind == ListingItemKind::Program)
        .filter_map(|item| Some((item.key.as_str(), verdict(&seen, &item.key, categories)?)))
        .collect())
}

/// Marks an item of a product. Needs [`Permission::EditKnowledge`]. What the program looks after can be said
/// not to be needed, or given back to it; said to pass only when it does (`still_failing`, with the reason),
/// and never to fail (`program_decides`). What fails becomes a task.
pub fn mark_listing(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    item: &str,
    new: &NewListingMark,
) -> Result<Listing, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    let item = ITEMS
        .iter()
        .find(|one| one.key == item)
        .ok_or_else(Problem::not_found)?;
    who.need(Permission::EditKnowledge)?;
    let note = bounds::text("note", &new.note, 500)?;
    if item.kind == ListingItemKind::Program && new.state != ListingItemState::NotNeeded {
        return by_program(tx, now, who, &product, item, new.state, note);
    }
    let mark = MarkRow {
        item: item.key.clone(),
        state: new.state,
        reason: String::new(),
        note,
        by: who.person(),
        at: now,
    };
    by_person(tx, now, who, &product, mark)?;
    view(tx, who.org, &product)
}

fn by_person(tx: &mut Tx<'_>, now: Ms, who: &Actor, product: &Product, mark: MarkRow) -> Result<(), Problem> {
    let was = marks(tx, who.org, product.id)?.remove(&mark.item);
    put(tx, who.org, product.id, &mark)?;
    listing_task::follow(tx, now, who, product.id, &mark)?;
    let from = was.map_or(ListingItemState::Open, |was| was.state);
    let data = json!({ mark.item: [from, mark.state] });
    tell(tx, now, who, "product.listing_marked", product.id, data)
}

/// Somebody says how an item of the program's stands: it looks itself, and only what it cannot see is taken
/// from a person.
fn by_program(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: &Product,
    item: &ListingItem,
    state: ListingItemState,
    note: String,
) -> Result<Listing, Problem> {
    let seen = verdicts(tx, now, who, product)?;
    let verdict = seen.into_iter().find(|(key, _)| *key == item.key);
    match (verdict.map(|(_, verdict)| verdict), state) {
        (Some(Verdict::Failed(reason, _)), ListingItemState::Passed) => {
            return Err(still_failing(reason.key()));
        }
        (Some(Verdict::Unknown(_)) | None, ListingItemState::Passed | ListingItemState::Failed) => {
            let mark = MarkRow {
                item: item.key.clone(),
                state,
                reason: String::new(),
                note,
                by: who.person(),
                at: now,
            };
            by_person(tx, now, who, product, mark)?;
        }
        (_, ListingItemState::Failed) => {
            let detail = "The program sees this by itself; mark it as not needed, or mend it.";
            return Err(Problem::input("state", "program_decides", detail));
        }
        _ => {
            // What a person said is forgotten; the program says it anew.
            tx.exec(
                "DELETE FROM listing_mark WHERE org_id = $1 AND product_id = $2 AND item = $3 AND by_id IS NOT NULL",
                args![who.org, product.id, &item.key],
            )?;
            look(tx, now, who, product)?;
        }
    }
    view(tx, who.org, product)
}

/// It is not mended.
pub(crate) fn still_failing(reason: &str) -> Problem {
    let detail = "The program looked again and it still fails.";
    Problem::conflict("still_failing", detail).with("reason", reason.to_owned())
}

/// Why an item of the program's still fails, if it does.
pub(crate) fn failing(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: &Product,
    item: &str,
) -> Result<Option<&'static str>, Problem> {
    let seen = verdicts(tx, now, who, product)?;
    Ok(seen.into_iter().find_map(|(key, verdict)| match verdict {
        Verdict::Failed(reason, _) if key == item => Some(reason.key()),
        _ => None,
    }))
}
