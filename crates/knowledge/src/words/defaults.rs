use std::collections::BTreeSet;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use crate::words::told::{Tell, many};
use crate::words::{faq_keep, policy_keep, script_keep, shipped};
use crate::{NewFaq, NewPolicy, NewScript, WordKind, place};

/// Which shipped words to load, and where.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// The shop; left out: all shops.
    pub shop: Option<Id>,
    /// Which kinds; left out: all.
    pub parts: Option<Vec<WordKind>>,
}

/// What came of loading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Loaded {
    /// Words that are new here.
    pub created: u64,
    /// Words that were here before, as they ship or as somebody made them.
    pub unchanged: u64,
}

/// Loads the words that ship into a shop, or into all: those whose key is not there yet. What was changed or
/// retired since stays as it is; what was removed comes back. Needs [`Permission::EditReplies`] for scripts and
/// [`Permission::EditKnowledge`] for the rest.
pub fn load_defaults(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &Defaults) -> Result<Loaded, Problem> {
    let parts = ask.parts.as_deref().unwrap_or(WordKind::ALL);
    for kind in parts {
        who.need(match kind {
            WordKind::Script => Permission::EditReplies,
            WordKind::Faq | WordKind::Policy => Permission::EditKnowledge,
        })?;
    }
    let shop = place::shop(tx, who, ask.shop)?;
    let mut loaded = Loaded::default();
    for kind in WordKind::ALL.iter().filter(|kind| parts.contains(kind)) {
        match kind {
            WordKind::Script => load_scripts(tx, now, who, shop, &mut loaded)?,
            WordKind::Faq => load_faqs(tx, now, who, shop, &mut loaded)?,
            WordKind::Policy => load_policies(tx, now, who, shop, &mut loaded)?,
        }
        many(tx, who, *kind, shop);
    }
    Ok(loaded)
}

/// The keys that are there: what all shops have, a shop has too.
fn keys(tx: &mut Tx<'_>, table: &str, org: Id, shop: Id) -> Result<BTreeSet<String>, Problem> {
    let sql = format!("SELECT key FROM {table} WHERE org_id = $1 AND shop_id IN ($2, $3) AND key <> ''");
    Ok(tx
        .rows(&sql, args![org, shop, Id::NONE], |row| row.get(0))?
        .into_iter()
        .collect())
}

/// Counts one, and whether it is new. What says the same as something of the shop's own is there already.
fn count<T>(loaded: &mut Loaded, done: Result<T, Problem>) -> Result<(), Problem> {
    match done {
        Ok(_) => loaded.created += 1,
        Err(problem) if ["question_exists", "title_exists"].contains(&problem.code.as_ref()) => {
            loaded.unchanged += 1
        }
        Err(problem) => return Err(problem),
    }
    Ok(())
}

fn some(shop: Id) -> Option<Id> {
    (shop != Id::NONE).then_some(shop)
}

fn load_scripts(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, loaded: &mut Loaded) -> Result<(), Problem> {
    let known = keys(tx, "script", who.org, shop)?;
    let taken: Vec<String> = tx.rows(
        "SELECT code FROM script
         WHERE org_id = $1 AND shop_id = $2 AND person_id IS NULL AND group_id IS NULL AND status <> 'retired'",
        args![who.org, shop],
        |row| row.get(0),
    )?;
    for one in shipped::scripts()? {
        if known.contains(&one.key) {
            loaded.unchanged += 1;
            continue;
        }
        let new = NewScript {
            shop: some(shop),
            // A code the shop gave to a text of its own stays with that.
            code: if taken.contains(&one.code) {
                String::new()
            } else {
                one.code
            },
            title: one.title.zh,
            title_en: one.title.en,
            category: one.category,
            stage: one.stage,
            bargain: one.bargain,
            step: one.step,
            text_en: one.text.en,
            ..NewScript::new(&one.text.zh)
        };
        count(
            loaded,
            script_keep::add(tx, now, who, &one.key, &new, Tell::Together),
        )?;
    }
    Ok(())
}

fn load_faqs(tx: &mut Tx<'_>, now: Ms, who: &Actor, shop: Id, loaded: &mut Loaded) -> Result<(), Problem> {
    let known = keys(tx, "faq", who.org, shop)?;
    for one in shipped::faqs()? {
        if known.contains(&one.key) {
            loaded.unchanged += 1;
            continue;
        }
        let new = NewFaq {
            shop: some(shop),
            category: one.category,
            question_en: one.question.en,
            similar: one.similar,
            answer_en: one.answer.en,
            ..NewFaq::new(&one.question.zh, &one.answer.zh)
        };
        count(
            loaded,
            faq_keep::add(tx, now, who, &one.key, &new, Tell::Together),
        )?;
    }
    Ok(())
}

fn load_policies(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    loaded: &mut Loaded,
) -> Result<(), Problem> {
    let known = keys(tx, "policy", who.org, shop)?;
    for one in shipped::policies()? {
        if known.contains(&one.key) {
            loaded.unchanged += 1;
            continue;
        }
        let new = NewPolicy {
            shop: some(shop),
            category: one.category,
            title_en: one.title.en,
            text_en: one.text.en,
            ..NewPolicy::new(&one.title.zh, &one.text.zh)
        };
        count(
            loaded,
            policy_keep::add(tx, now, who, &one.key, &new, Tell::Together),
        )?;
    }
    Ok(())
}
