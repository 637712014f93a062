//! What an agent has not read yet of what is new or was changed: entries, policies, facts of products, notices
//! (row 294).

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, PageAsk, Permission, Problem, found};
use catalogue::Product;
use serde::{Deserialize, Serialize};
use store::{Tx, args, text_enum};

use crate::things::notice::{NoticeFilter, NoticeView, notices, read_notice};
use crate::things::reach::someone;
use crate::{Faq, FaqStatus, Policy, bounds, place};

text_enum! {
    /// What kind of thing is to be read.
    #[derive(PartialOrd, Ord)]
    pub enum LearnKind {
        /// An entry.
        Faq = "faq",
        /// A policy.
        Policy = "policy",
        /// Facts of a product.
        Product = "product",
        /// A notice, which is signed with it.
        Notice = "notice",
    }
}

/// Something to be read.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ToLearn {
    /// What kind of thing.
    pub kind: LearnKind,
    /// Its id; of facts the product's.
    pub id: Id,
    /// A question, a title, the product's name.
    pub title: String,
    /// What it says; of facts what speaks for the product, a line each.
    pub text: String,
    /// Whether it is new; else it was changed.
    pub new: bool,
    /// When it was made or changed last: what is said to be read is this state of it.
    pub changed_at: Ms,
}

/// Something that was read.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// What kind of thing.
    pub kind: LearnKind,
    /// Its id.
    pub id: Id,
    /// The state that was read, as the list gave it.
    pub changed_at: Ms,
}

/// What was changed longer ago is old.
const DAYS: i64 = 60;
const DAY_MS: i64 = 86_400_000;
/// Things of one kind in a list, and things read in one go.
const MOST: usize = 100;
/// Things of one kind looked at for it: some are not good now, or are sold elsewhere.
const LOOKED_AT: usize = 10 * MOST;

/// What the actor has not read yet, the last changed first. Needs [`Permission::Talk`] and a person.
pub fn to_learn(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Option<Id>) -> Result<Vec<ToLearn>, Problem> {
    who.need(Permission::Talk)?;
    let person = someone(who)?;
    let since = now.plus(-DAYS * DAY_MS);
    let mut list = Vec::new();
    for id in unread(tx, who, person, LearnKind::Faq, shop, since)? {
        if list.len() == MOST {
            break;
        }
        list.extend(
            Faq::load(tx, who.org, id)?
                .filter(|one| one.good(now))
                .map(|one| ToLearn {
                    kind: LearnKind::Faq,
                    id,
                    title: one.question,
                    text: one.answer,
                    new: one.version == 1,
                    changed_at: one.changed_at,
                }),
        );
    }
    let full = list.len() + MOST;
    for id in unread(tx, who, person, LearnKind::Policy, shop, since)? {
        if list.len() == full {
            break;
        }
        list.extend(
            Policy::load(tx, who.org, id)?
                .filter(|one| one.good(now))
                .map(|one| ToLearn {
                    kind: LearnKind::Policy,
                    id,
                    title: one.title,
                    text: one.text,
                    new: one.version == 1,
                    changed_at: one.changed_at,
                }),
        );
    }
    list.extend(products(tx, who, person, shop, since)?);
    let filter = NoticeFilter {
        state: Some(NoticeView::Unread),
        shop,
    };
    let unsigned = notices(tx, now, who, &filter, &PageAsk::default())?.items;
    list.extend(unsigned.into_iter().map(|one| ToLearn {
        kind: LearnKind::Notice,
        id: one.said.id,
        title: one.said.title,
        text: one.said.text,
        new: true,
        changed_at: one.said.issued_at,
    }));
    list.sort_by_key(|one| (std::cmp::Reverse(one.changed_at), one.kind, one.id));
    Ok(list)
}

/// The words of a kind that were published or changed since and not read as they stand.
fn unread(
    tx: &mut Tx<'_>,
    who: &Actor,
    person: Id,
    kind: LearnKind,
    shop: Option<Id>,
    since: Ms,
) -> Result<Vec<Id>, Problem> {
    let table = kind.key();
    let (reach, list) = place::condition(tx, who, shop, "w.shop_id", 6)?;
    let sql = format!(
        "SELECT w.id FROM {table} w
         WHERE w.org_id = $1 AND w.changed_at >= $2 AND w.status = $3 AND {reach}
           AND NOT EXISTS (SELECT 1 FROM learned l WHERE l.org_id = w.org_id AND l.person_id = $4 AND l.kind = $5
             AND l.subject_id = w.id AND l.changed_at >= w.changed_at)
         ORDER BY w.changed_at DESC, w.id DESC LIMIT {LOOKED_AT}"
    );
    let mut arguments = args![who.org, since, FaqStatus::Published, person, table].to_vec();
    arguments.extend(list);
    tx.rows(&sql, &arguments, |row| row.get(0))
}

/// Facts of products the actor may see.
fn products(
    tx: &mut Tx<'_>,
    who: &Actor,
    person: Id,
    shop: Option<Id>,
    since: Ms,
) -> Result<Vec<ToLearn>, Problem> {
    let rows = tx.rows(
        "SELECT f.product_id, f.rev, f.changed_at, f.features, f.advantages, f.defects FROM product_fact f
         WHERE f.org_id = $1 AND f.changed_at >= $2
           AND NOT EXISTS (SELECT 1 FROM learned l WHERE l.org_id = f.org_id AND l.person_id = $3 AND l.kind = $4
             AND l.subject_id = f.product_id AND l.changed_at >= f.changed_at)
         ORDER BY f.changed_at DESC, f.product_id DESC LIMIT $5",
        args![who.org, since, person, LearnKind::Product.key(), LOOKED_AT],
        |row| {
            let features: Vec<String> = bounds::from_text(&row.get::<String>(3)?)?;
            let advantages: Vec<String> = bounds::from_text(&row.get::<String>(4)?)?;
            let mut lines: Vec<String> = features.into_iter().chain(advantages).collect();
            lines.push(row.get(5)?);
            lines.retain(|line| !line.is_empty());
            Ok(ToLearn {
                kind: LearnKind::Product,
                id: row.get(0)?,
                title: String::new(),
                text: lines.join("\n"),
                new: row.get::<i64>(1)? == 1,
                changed_at: row.get(2)?,
            })
        },
    )?;
    let ids: Vec<Id> = rows.iter().map(|one| one.id).collect();
    let seen = catalogue::products_by_ids(tx, who, &ids)?;
    let here = |one: &Product| {
        let listed = |shop: Id| one.shops.as_ref().is_none_or(|shops| shops.contains(&shop));
        one.active && shop.is_none_or(listed)
    };
    let titles: BTreeMap<Id, String> = seen
        .into_iter()
        .filter(here)
        .map(|one| (one.id, one.title))
        .collect();
    let named = rows.into_iter().filter_map(|one| {
        let title = titles.get(&one.id)?.clone();
        Some(ToLearn { title, ..one })
    });
    Ok(named.take(MOST).collect())
}

/// Says what the actor has read; answers how many were new to them. What is out of reach or gone meanwhile is passed
/// over. Needs [`Permission::Talk`] and a person.
pub fn learned(tx: &mut Tx<'_>, now: Ms, who: &Actor, read: &[Learned]) -> Result<usize, Problem> {
    who.need(Permission::Talk)?;
    let person = someone(who)?;
    bounds::few("items", read.len(), 4 * MOST)?;
    let mut count = 0;
    for one in read {
        let there = match one.kind {
            LearnKind::Faq => found(crate::faq(tx, who, one.id))?.is_some(),
            LearnKind::Policy => found(crate::policy(tx, who, one.id))?.is_some(),
            LearnKind::Product => found(catalogue::product(tx, who, one.id))?.is_some(),
            LearnKind::Notice => {
                // Signed where signing is kept.
                count += usize::from(found(read_notice(tx, now, who, one.id))?.is_some());
                continue;
            }
        };
        if there {
            let kept = tx.exec(
                "INSERT INTO learned (org_id, person_id, kind, subject_id, changed_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (org_id, person_id, kind, subject_id) DO UPDATE SET changed_at = excluded.changed_at
                 WHERE learned.changed_at < excluded.changed_at",
                args![who.org, person, one.kind.key(), one.id, one.changed_at],
            )?;
            count += usize::from(kept > 0);
        }
    }
    Ok(count)
}
