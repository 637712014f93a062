use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::Serialize;
use store::{Row, Tx, args};

use crate::words::version;
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
    /// The campaign they end with; null: they end by themselves.
    pub campaign: Option<Id>,
    /// What it is called.
    pub campaign_title: Option<String>,
    /// Who renews them: the owner of an entry, of other words whoever saved them last; null: the program.
    pub owner: Option<Id>,
    /// Their name.
    pub owner_name: Option<String>,
}

/// How long what ended is still shown.
const PAST_DAYS: i64 = 7;
const DAY_MS: i64 = 86_400_000;

/// Where words of a kind stand: table, title, owner, and what else holds.
const TABLES: [(WordKind, &str, &str, &str, &str); 3] = [
    (
        WordKind::Script,
        "script",
        "w.title",
        "w.changed_by",
        "AND w.person_id IS NULL",
    ),
    (
        WordKind::Faq,
        "faq",
        "w.question",
        "COALESCE(w.owner_id, w.changed_by)",
        "",
    ),
    (WordKind::Policy, "policy", "w.title", "w.changed_by", ""),
];

/// Words in use that end within `days`, by themselves or with their campaign, and those that ended within a week, the
/// soonest first (row 310). Needs a right to edit words; personal scripts are their person's business.
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
    let (reach, list) = place::condition(tx, who, shop, "w.shop_id", 4)?;
    let mut arguments = args![who.org, from, to].to_vec();
    arguments.extend(list.iter().copied());
    let mut found: BTreeMap<(&str, Id), Expiring> = BTreeMap::new();
    for (kind, table, title, owner, more) in TABLES {
        // Two statements, each along an index of its own.
        for (ends, campaign) in [
            ("w.valid_until", "CAST(NULL AS BIGINT), CAST(NULL AS TEXT)"),
            ("c.ends_at", "c.id, c.title"),
        ] {
            // What ends by itself before its campaign does is found by that.
            let (joined, first) = if ends == "c.ends_at" {
                (
                    "JOIN campaign c ON c.org_id = w.org_id AND c.id = w.campaign_id",
                    "AND (w.valid_until IS NULL OR w.valid_until >= c.ends_at)",
                )
            } else {
                ("", "")
            };
            let sql = format!(
                "SELECT w.id, {title}, w.shop_id, {ends}, {owner}, {campaign} FROM {table} w {joined}
                 WHERE w.org_id = $1 AND {ends} >= $2 AND {ends} < $3 AND w.status = 'published' {more} {first} AND {reach}
                 ORDER BY {ends}, w.id LIMIT 500"
            );
            for one in tx.rows(&sql, &arguments, |row| read(kind, row))? {
                let earlier = found.get(&(kind.key(), one.id)).map(|held| held.valid_until);
                if earlier.is_none_or(|held| one.valid_until < held) {
                    found.insert((kind.key(), one.id), one);
                }
            }
        }
    }
    let mut found: Vec<Expiring> = found.into_values().collect();
    found.sort_by_key(|one| one.valid_until);
    let mut names = BTreeMap::new();
    for one in &mut found {
        if let Some(owner) = one.owner {
            let name = match names.entry(owner) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(version::name(tx, who.org, Some(owner))?),
            };
            one.owner_name.clone_from(name);
        }
    }
    Ok(found)
}

fn read(kind: WordKind, row: &Row<'_>) -> Result<Expiring, Problem> {
    Ok(Expiring {
        kind,
        id: row.get(0)?,
        title: row.get(1)?,
        shop: row.get(2)?,
        valid_until: row.get(3)?,
        owner: row.get(4)?,
        owner_name: None,
        campaign: row.get(5)?,
        campaign_title: row.get(6)?,
    })
}
