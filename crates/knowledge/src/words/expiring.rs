use base::{Actor, Id, Ms, Permission, Problem};
use serde::Serialize;
use store::{Tx, args};

use crate::{WordKind, place};

/// Words in use that end soon, or ended and still stand as published.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Expiring {
    /// What kind of words.
    pub kind: WordKind,
    /// Their id.
    pub id: Id,
    /// What they are called: a title, or the standard question.
    pub title: String,
    /// The shop; 0: all shops.
    pub shop: Id,
    /// They are good before then.
    pub valid_until: Ms,
}

/// How long what ended is still shown.
const PAST_DAYS: i64 = 7;
const DAY_MS: i64 = 86_400_000;

/// Words in use that end within `days`, and those that ended within a week, the soonest first (row 310).
/// Needs a right to edit words; personal scripts are their person's business.
pub fn expiring(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    days: i64,
) -> Result<Vec<Expiring>, Problem> {
    if !who.may(Permission::EditReplies) {
        who.need(Permission::EditKnowledge)?;
    }
    let (from, to) = (now.0 - PAST_DAYS * DAY_MS, now.0 + days.clamp(1, 365) * DAY_MS);
    let (reach, list) = place::condition(tx, who, shop, "shop_id", 4)?;
    let mut found = Vec::new();
    for (kind, table, title, more) in [
        (WordKind::Script, "script", "title", "AND person_id IS NULL"),
        (WordKind::Faq, "faq", "question", ""),
        (WordKind::Policy, "policy", "title", ""),
    ] {
        let sql = format!(
            "SELECT id, {title}, shop_id, valid_until FROM {table}
             WHERE org_id = $1 AND valid_until >= $2 AND valid_until < $3 AND status = 'published' {more} AND {reach}
             ORDER BY valid_until, id LIMIT 500"
        );
        let mut arguments = args![who.org, from, to].to_vec();
        arguments.extend(list.iter().copied());
        found.extend(tx.rows(&sql, &arguments, |row| {
            Ok(Expiring {
                kind,
                id: row.get(0)?,
                title: row.get(1)?,
                shop: row.get(2)?,
                valid_until: row.get(3)?,
            })
        })?);
    }
    found.sort_by_key(|one| one.valid_until);
    Ok(found)
}
