use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Tx, args, text_enum};

use crate::words::faq::Faq;
use crate::words::input;
use crate::{FaqStatus, place};

text_enum! {
    /// What a list of entries is sorted by.
    pub enum FaqSort {
        /// The last changed first.
        Changed = "changed",
        /// The most used first.
        Uses = "uses",
    }
}

/// Which entries a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FaqFilter {
    /// Words of one of its questions or of the answer.
    pub q: Option<String>,
    /// Those that are good in this shop.
    pub shop: Option<Id>,
    /// What they are about.
    pub category: Option<String>,
    /// What the buyer is after.
    pub intent: Option<String>,
    /// Where they stand.
    pub status: Option<FaqStatus>,
    /// About this product.
    pub product: Option<Id>,
    /// Whose they are to look after.
    pub owner: Option<Id>,
    /// What comes first; left out: the last changed.
    #[param(inline)]
    pub sort: Option<FaqSort>,
}

/// How many entries a category has.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CategoryCount {
    /// The category; may be empty.
    pub category: String,
    /// Entries in it that are in use.
    pub count: i64,
}

/// Entries one may see. Who does not look after them sees those in use, and proposals of their own.
pub fn faqs(tx: &mut Tx<'_>, who: &Actor, filter: &FaqFilter, page: &PageAsk) -> Result<Page<Faq>, Problem> {
    place::reader(who)?;
    let (column, start) = match filter.sort {
        Some(FaqSort::Uses) => ("uses", i64::MAX),
        _ => ("changed_at", i64::MAX),
    };
    let [before, before_id] = page.numbers::<2>().unwrap_or([start, i64::MAX]);
    let pattern = filter.q.as_deref().map(input::folded).filter(|q| !q.is_empty());
    let pattern = pattern.map(|q| format!("%{q}%"));
    let words = filter
        .q
        .as_deref()
        .map(str::trim)
        .filter(|q| !q.is_empty())
        .map(input::anywhere);
    let (reach, list) = place::condition(tx, who, filter.shop, "f.shop_id", 13)?;
    let condition = format!(
        "(f.{column} < $2 OR (f.{column} = $2 AND f.id < $3))
         AND ($4 IS NULL OR f.category = $4) AND ($5 IS NULL OR f.intent = $5) AND ($6 IS NULL OR f.status = $6)
         AND ($7 IS NULL OR f.owner_id = $7)
         AND ($8 = 0 OR EXISTS (SELECT 1 FROM faq_product p WHERE p.org_id = f.org_id AND p.faq_id = f.id AND p.product_id = $8))
         AND ($9 IS NULL OR f.answer LIKE $9 ESCAPE '!'
           OR f.id IN (SELECT q.faq_id FROM faq_question q WHERE q.org_id = $1 AND q.folded LIKE $10))
         AND ($11 = 1 OR f.status = 'published' OR f.proposed_by = $12)
         AND {reach}
         ORDER BY f.{column} DESC, f.id DESC LIMIT {}",
        page.limit() + 1
    );
    let mut arguments = args![
        who.org,
        before,
        before_id,
        filter.category.as_deref(),
        filter.intent.as_deref(),
        filter.status.map(FaqStatus::key),
        filter.owner,
        filter.product.unwrap_or(Id::NONE),
        words.as_deref(),
        pattern.as_deref(),
        who.may(Permission::EditKnowledge),
        who.person().unwrap_or(Id::NONE)
    ]
    .to_vec();
    arguments.extend(list);
    let found = Faq::rows(tx, who.org, &condition, &arguments)?;
    Ok(Page::cut(found, page.limit(), |entry| {
        let first = match filter.sort {
            Some(FaqSort::Uses) => entry.uses,
            _ => entry.changed_at.0,
        };
        vec![first, entry.id.0]
    }))
}

/// How many entries one may see stand so; of those out of use, only what was declined with a reason, which is
/// somebody's proposal.
pub fn faq_count(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>, status: FaqStatus) -> Result<i64, Problem> {
    place::reader(who)?;
    let (reach, list) = place::condition(tx, who, shop, "f.shop_id", 5)?;
    let sql = format!(
        "SELECT COUNT(*) FROM faq f WHERE f.org_id = $1 AND f.status = $2
           AND (f.status <> 'retired' OR COALESCE(f.reason, '') <> '')
           AND ($3 = 1 OR f.status = 'published' OR f.proposed_by = $4) AND {reach}"
    );
    let mut arguments = args![
        who.org,
        status,
        who.may(Permission::EditKnowledge),
        who.person().unwrap_or(Id::NONE)
    ]
    .to_vec();
    arguments.extend(list);
    Ok(tx.value(&sql, &arguments)?.unwrap_or_default())
}

/// The categories of the entries in use, by name.
pub fn faq_categories(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Vec<CategoryCount>, Problem> {
    place::reader(who)?;
    let (reach, list) = place::condition(tx, who, shop, "shop_id", 2)?;
    let mut arguments = args![who.org].to_vec();
    arguments.extend(list);
    let sql = format!(
        "SELECT category, COUNT(*) FROM faq WHERE org_id = $1 AND status = 'published' AND {reach}
         GROUP BY category ORDER BY category"
    );
    tx.rows(&sql, &arguments, |row| {
        Ok(CategoryCount {
            category: row.get(0)?,
            count: row.get(1)?,
        })
    })
}

/// Entries in use that nobody used for `days`, the longest unused first (those made since then are still
/// too young to tell). Needs [`Permission::EditKnowledge`].
pub fn unused_faqs(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    days: i64,
    page: &PageAsk,
) -> Result<Page<Faq>, Problem> {
    who.need(Permission::EditKnowledge)?;
    let since = now.0 - days.clamp(1, 3_650) * 86_400_000;
    let [after, after_id] = page.numbers::<2>().unwrap_or([-1, 0]);
    let (reach, list) = place::condition(tx, who, shop, "f.shop_id", 5)?;
    let condition = format!(
        "f.status = 'published' AND COALESCE(f.used_at, f.created_at) < $2
         AND (COALESCE(f.used_at, 0) > $3 OR (COALESCE(f.used_at, 0) = $3 AND f.id > $4)) AND {reach}
         ORDER BY COALESCE(f.used_at, 0), f.id LIMIT {}",
        page.limit() + 1
    );
    let mut arguments = args![who.org, since, after, after_id].to_vec();
    arguments.extend(list);
    let found = Faq::rows(tx, who.org, &condition, &arguments)?;
    Ok(Page::cut(found, page.limit(), |entry| {
        vec![entry.used_at.map_or(0, |at| at.0), entry.id.0]
    }))
}
