use base::{Actor, Id, Ms, Permission, Problem, clean_line, clean_text};
use serde_json::json;
use store::{Tx, args};

use crate::things::campaign_name;
use crate::words::input;
use crate::words::policy::editable;
use crate::words::told::{Tell, changed};
use crate::words::version::{self, Version};
use crate::{NewPolicy, Policy, Status, WordKind, check_variables, place, policy};

/// Keeps a new policy. Needs [`Permission::EditKnowledge`].
pub fn add_policy(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewPolicy) -> Result<Policy, Problem> {
    add(tx, now, who, "", new, Tell::Each)
}

/// Keeps a new policy of shipped content under its `key`.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    key: &str,
    new: &NewPolicy,
    tell: Tell,
) -> Result<Policy, Problem> {
    who.need(Permission::EditKnowledge)?;
    let (shop, new) = clean(tx, who, None, new)?;
    let id = tx.id();
    tx.exec(
        "INSERT INTO policy (org_id, id, shop_id, key, category, platform, title, title_en, text, text_en, status, \
         valid_from, valid_until, version, changed_at, changed_by, campaign_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, $16)",
        args![
            who.org, id, shop, key, &new.category, &new.platform, &new.title, &new.title_en, &new.text, &new.text_en,
            new.status, new.valid_from, new.valid_until, now, who.person(), new.campaign
        ],
    )?;
    told(tx, now, who, id, "policy.added", tell)
}

/// Changes a policy into what `new` says; every save is a version. Needs [`Permission::EditKnowledge`].
pub fn change_policy(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewPolicy,
) -> Result<Policy, Problem> {
    change(tx, now, who, id, new, Tell::Each)
}

/// Changes one, told in one of two ways.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewPolicy,
    tell: Tell,
) -> Result<Policy, Problem> {
    let was = editable(tx, who, id)?;
    version::read_last(new.version, was.version)?;
    let (shop, new) = clean(tx, who, Some(&was), new)?;
    if was.as_new() == new {
        return Ok(was);
    }
    tx.exec(
        "UPDATE policy SET shop_id = $3, category = $4, platform = $5, title = $6, title_en = $7, text = $8, \
         text_en = $9, status = $10, valid_from = $11, valid_until = $12, version = version + 1, changed_at = $13, \
         changed_by = $14, campaign_id = $15 WHERE org_id = $1 AND id = $2",
        args![
            who.org, id, shop, &new.category, &new.platform, &new.title, &new.title_en, &new.text, &new.text_en,
            new.status, new.valid_from, new.valid_until, now, who.person(), new.campaign
        ],
    )?;
    told(tx, now, who, id, "policy.changed", tell)
}

/// Publishes, retires or reopens a policy.
pub fn set_policy_status(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    status: Status,
) -> Result<Policy, Problem> {
    let was = editable(tx, who, id)?;
    change_policy(
        tx,
        now,
        who,
        id,
        &NewPolicy {
            status,
            ..was.as_new()
        },
    )
}

/// Removes a policy with its versions.
pub fn remove_policy(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let gone = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM policy WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    version::drop_all(tx, who.org, WordKind::Policy, id)?;
    let data = json!({"status": [gone.status, null]});
    changed(
        tx,
        now,
        who,
        (WordKind::Policy, "policy.removed"),
        (id, gone.shop, None),
        data,
        Tell::Each,
    )
}

/// The states a policy was saved in, the newest first.
pub fn policy_versions(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<Version>, Problem> {
    policy(tx, who, id)?;
    version::all(tx, who.org, WordKind::Policy, id)
}

/// Brings back what a version said, as a new version; where the policy stands stays as it is.
pub fn restore_policy(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, number: i64) -> Result<Policy, Problem> {
    let status = editable(tx, who, id)?.status;
    let new: NewPolicy = version::one(tx, who.org, WordKind::Policy, id, number)?;
    change_policy(tx, now, who, id, &NewPolicy { status, ..new })
}

pub(crate) fn clean(
    tx: &mut Tx<'_>,
    who: &Actor,
    was: Option<&Policy>,
    new: &NewPolicy,
) -> Result<(Id, NewPolicy), Problem> {
    let shop = place::shop(tx, who, new.shop)?;
    if !new.platform.is_empty() && !team::PLATFORMS.contains(&new.platform.as_str()) {
        let detail = format!("One of: {}.", team::PLATFORMS.join(", "));
        return Err(Problem::input("platform", "choice_unknown", detail));
    }
    let new = NewPolicy {
        shop: (shop != Id::NONE).then_some(shop),
        category: input::category(&new.category)?,
        title: clean_line("title", &new.title, 100)?,
        title_en: input::line("title_en", &new.title_en, 200)?,
        text: clean_text("text", &new.text, input::TEXT_MAX)?,
        text_en: input::text("text_en", &new.text_en, input::TEXT_MAX)?,
        valid_from: input::second(new.valid_from),
        valid_until: input::second(new.valid_until),
        version: None,
        ..new.clone()
    };
    check_variables("text", &new.text)?;
    check_variables("text_en", &new.text_en)?;
    input::valid(new.valid_from, new.valid_until)?;
    campaign_name::newly_seen(tx, who, was.and_then(|was| was.campaign), new.campaign)?;
    free_title(tx, who.org, shop, was, &new)?;
    Ok((shop, new))
}

/// Refuses a title that another living policy of the same shop and platform has: by the two a file names a policy.
fn free_title(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    was: Option<&Policy>,
    new: &NewPolicy,
) -> Result<(), Problem> {
    // Two that are there from before can still be mended one after the other.
    let as_it_was = was.is_some_and(|was| {
        was.status != Status::Retired
            && (was.shop, &was.platform, &was.title) == (shop, &new.platform, &new.title)
    });
    if new.status == Status::Retired || as_it_was {
        return Ok(());
    }
    let others: Vec<(Id, String)> = tx.rows(
        "SELECT id, title FROM policy WHERE org_id = $1 AND shop_id = $2 AND platform = $3 AND id <> $4
           AND status <> 'retired' ORDER BY id",
        args![org, shop, &new.platform, was.map_or(Id::NONE, |was| was.id)],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let folded = input::folded(&new.title);
    match others.iter().find(|(_, title)| input::folded(title) == folded) {
        None => Ok(()),
        Some((twin, title)) => {
            let detail = format!("Another policy is called that already: {title}");
            let problem = Problem::input("title", "title_exists", detail);
            Err(problem.with("policy", twin.0).with("title", title.clone()))
        }
    }
}

/// Keeps the version, writes it down, tells it, and answers what is kept.
fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    event: &'static str,
    tell: Tell,
) -> Result<Policy, Problem> {
    let kept = Policy::load(tx, who.org, id)?.ok_or_else(Problem::internal)?;
    version::keep(
        tx,
        now,
        (who.org, who.person()),
        (WordKind::Policy, id),
        kept.version,
        &kept.as_new(),
    )?;
    let data = json!({"status": kept.status, "version": kept.version});
    changed(
        tx,
        now,
        who,
        (WordKind::Policy, event),
        (id, kept.shop, None),
        data,
        tell,
    )?;
    Ok(kept)
}
