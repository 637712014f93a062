use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use search::pinyin::spellings;
use serde_json::json;
use store::{Tx, args};

use crate::things::campaign_name;
use crate::words::input;
use crate::words::kinds::{BARGAINING, COMPLAINT, GREETING, STEPS};
use crate::words::script::{Script, editable, my_groups};
use crate::words::told::{Tell, changed};
use crate::words::version::{self, Version};
use crate::{NewScript, Scope, Status, Variable, WordKind, check_variables, place, variables_of};

/// Characters of the text whose pinyin is kept beside the title's.
const SPELLED_MAX: usize = 12;

/// Keeps a new script. One's own needs [`Permission::Talk`], a shop's or group's
/// [`Permission::EditReplies`].
pub fn add_script(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewScript) -> Result<Script, Problem> {
    add(tx, now, who, "", new, Tell::Each)
}

/// Keeps a new script of shipped content under its `key`.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    key: &str,
    new: &NewScript,
    tell: Tell,
) -> Result<Script, Problem> {
    let (person, new) = clean(tx, who, None, new)?;
    let id = tx.id();
    tx.exec(
        "INSERT INTO script (org_id, id, shop_id, person_id, group_id, key, code, title, title_en, category, stage, \
         bargain, step, text, text_en, spelled, status, valid_from, valid_until, campaign_id, version, uses, \
         changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 1, 0, $21, $22)",
        args![
            who.org, id, new.shop.unwrap_or(Id::NONE), person, new.group, key, &new.code, &new.title, &new.title_en,
            &new.category, new.stage, new.bargain.map(|one| one.key()), new.step, &new.text, &new.text_en,
            &spell(&new), new.status, new.valid_from, new.valid_until, new.campaign, now, who.person()
        ],
    )?;
    told(tx, now, who, id, "script.added", tell)
}

/// Changes a script into what `new` says; every save is a version. Whose it is cannot be changed from
/// personal to shared or back by anybody but its person.
pub fn change_script(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewScript,
) -> Result<Script, Problem> {
    change(tx, now, who, id, new, Tell::Each)
}

/// Changes one, told in one of two ways.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewScript,
    tell: Tell,
) -> Result<Script, Problem> {
    let was = editable(tx, who, id)?;
    version::read_last(new.version, was.version)?;
    let (person, new) = clean(tx, who, Some(&was), new)?;
    if was.as_new() == new {
        return Ok(was);
    }
    tx.exec(
        "UPDATE script SET shop_id = $3, person_id = $4, group_id = $5, code = $6, title = $7, title_en = $8, \
         category = $9, stage = $10, bargain = $11, step = $12, text = $13, text_en = $14, spelled = $15, status = $16, \
         valid_from = $17, valid_until = $18, campaign_id = $19, version = version + 1, changed_at = $20, changed_by = $21
         WHERE org_id = $1 AND id = $2",
        args![
            who.org, id, new.shop.unwrap_or(Id::NONE), person, new.group, &new.code, &new.title, &new.title_en,
            &new.category, new.stage, new.bargain.map(|one| one.key()), new.step, &new.text, &new.text_en,
            &spell(&new), new.status, new.valid_from, new.valid_until, new.campaign, now, who.person()
        ],
    )?;
    told(tx, now, who, id, "script.changed", tell)
}

/// Publishes, retires or reopens a script.
pub fn set_script_status(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    status: Status,
) -> Result<Script, Problem> {
    let was = editable(tx, who, id)?;
    change_script(
        tx,
        now,
        who,
        id,
        &NewScript {
            status,
            ..was.as_new()
        },
    )
}

/// Removes a script with its versions.
pub fn remove_script(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let gone = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM script WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    version::drop_all(tx, who.org, WordKind::Script, id)?;
    let data = json!({"code": gone.code, "scope": gone.scope});
    changed(
        tx,
        now,
        who,
        (WordKind::Script, "script.removed"),
        (id, gone.shop, gone.person),
        data,
        Tell::Each,
    )
}

/// The states a script was saved in, the newest first.
pub fn script_versions(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Vec<Version>, Problem> {
    crate::script(tx, who, id)?;
    version::all(tx, who.org, WordKind::Script, id)
}

/// Brings back what a version said, as a new version; where the script stands stays as it is.
pub fn restore_script(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, number: i64) -> Result<Script, Problem> {
    let status = editable(tx, who, id)?.status;
    let new: NewScript = version::one(tx, who.org, WordKind::Script, id, number)?;
    change_script(tx, now, who, id, &NewScript { status, ..new })
}

/// Counts a use: it was inserted, sent, or copied on the companion page (row 311).
pub fn used_script(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    who.need(Permission::Talk)?;
    crate::script(tx, who, id)?;
    tx.exec(
        "UPDATE script SET uses = uses + 1, used_at = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, id, now],
    )?;
    Ok(())
}

/// Checks and cleans what shall be kept; answers whose own it is with it.
pub(crate) fn clean(
    tx: &mut Tx<'_>,
    who: &Actor,
    was: Option<&Script>,
    new: &NewScript,
) -> Result<(Option<Id>, NewScript), Problem> {
    let (person, group) = whose(tx, who, was, new)?;
    let shop = match new.scope {
        // One's own may be for all shops also where one has only some.
        Scope::Personal if new.shop.is_none_or(|shop| shop == Id::NONE) => Id::NONE,
        _ => place::shop(tx, who, new.shop)?,
    };
    let text = clean_text("text", &new.text, input::TEXT_MAX)?;
    let title = input::line("title", &new.title, 60)?;
    let new = NewScript {
        shop: (shop != Id::NONE).then_some(shop),
        scope: new.scope,
        group,
        code: input::line("code", &new.code, 30)?,
        title: if title.is_empty() {
            input::title_of(&text)
        } else {
            title
        },
        title_en: input::line("title_en", &new.title_en, 120)?,
        category: input::category(&new.category)?,
        text_en: input::text("text_en", &new.text_en, input::TEXT_MAX)?,
        text,
        valid_from: input::second(new.valid_from),
        valid_until: input::second(new.valid_until),
        version: None,
        ..new.clone()
    };
    check(&new)?;
    campaign_name::newly_seen(tx, who, was.and_then(|was| was.campaign), new.campaign)?;
    free_code(tx, who.org, was.map(|was| was.id), person, &new)?;
    Ok((person, new))
}

/// The rules a script keeps by itself.
fn check(new: &NewScript) -> Result<(), Problem> {
    input::valid(new.valid_from, new.valid_until)?;
    check_variables("text", &new.text)?;
    check_variables("text_en", &new.text_en)?;
    if new.category == GREETING {
        names_the_agent("text", &new.text)?;
        if !new.text_en.is_empty() {
            names_the_agent("text_en", &new.text_en)?;
        }
    }
    if new.bargain.is_some() && new.category != BARGAINING {
        let detail = "Only a text in the category bargaining answers a kind of bargaining.";
        return Err(Problem::input("bargain", "bargain_unfit", detail));
    }
    let step_fits = |step: i64| STEPS.contains(&step) && new.category == COMPLAINT;
    if new.step.is_some_and(|step| !step_fits(step)) {
        let detail = "Only a text in the category complaint has a step, from 1 to 6.";
        return Err(Problem::input("step", "step_unfit", detail));
    }
    Ok(())
}

/// A greeting says who is speaking (row 76).
fn names_the_agent(field: &'static str, text: &str) -> Result<(), Problem> {
    if variables_of(text).contains(&Variable::Agent) {
        return Ok(());
    }
    let detail = "A greeting says who is speaking: write {agent} where the name belongs.";
    Err(Problem::input(field, "greeting_without_agent", detail))
}

/// The person or group a script is kept for, if the actor may.
fn whose(
    tx: &mut Tx<'_>,
    who: &Actor,
    was: Option<&Script>,
    new: &NewScript,
) -> Result<(Option<Id>, Option<Id>), Problem> {
    match new.scope {
        Scope::Personal => {
            who.need(Permission::Talk)?;
            let person = who.person().ok_or_else(Problem::forbidden)?;
            // Taking what is everybody's for oneself takes it from everybody.
            if was.is_some_and(|was| was.scope != Scope::Personal) {
                who.need(Permission::EditReplies)?;
            }
            Ok((Some(person), None))
        }
        Scope::Shop => who.need(Permission::EditReplies).map(|()| (None, None)),
        Scope::Group => {
            who.need(Permission::EditReplies)?;
            let missing = || Problem::input("group", "group_missing", "Choose the group it is for.");
            let group = new.group.ok_or_else(missing)?;
            let found = team::group(tx, who.org, group)?;
            let mine = my_groups(tx, who)?.contains(&group);
            let served = found.filter(|found| {
                let shops = found.shops.as_deref().unwrap_or_default();
                mine || shops.is_empty() || shops.iter().any(|shop| who.shops.has(*shop))
            });
            served.map(|found| (None, Some(found.id))).ok_or_else(missing)
        }
    }
}

/// Refuses a code that stands for another text in the same hands and shop.
fn free_code(
    tx: &mut Tx<'_>,
    org: Id,
    id: Option<Id>,
    person: Option<Id>,
    new: &NewScript,
) -> Result<(), Problem> {
    if new.code.is_empty() || new.status == Status::Retired {
        return Ok(());
    }
    let twin: Option<Id> = tx.value(
        "SELECT id FROM script WHERE org_id = $1 AND code = $2 AND shop_id = $3 AND COALESCE(person_id, 0) = $4
           AND COALESCE(group_id, 0) = $5 AND id <> $6 AND status <> 'retired'",
        args![
            org, &new.code, new.shop.unwrap_or(Id::NONE), person.unwrap_or(Id::NONE), new.group.unwrap_or(Id::NONE),
            id.unwrap_or(Id::NONE)
        ],
    )?;
    match twin {
        None => Ok(()),
        Some(twin) => {
            let detail = format!("/{} stands for another text already.", new.code);
            Err(Problem::conflict("code_taken", detail)
                .with("code", new.code.clone())
                .with("script", twin.0))
        }
    }
}

/// How title and the beginning of the text are typed in pinyin.
pub(crate) fn spell(new: &NewScript) -> String {
    let head: String = new.text.chars().take(SPELLED_MAX).collect();
    let mut spelled = spellings(&new.title).whole;
    spelled.extend(spellings(&head).whole);
    spelled.into_iter().collect::<Vec<_>>().join(" ")
}

/// Keeps the version, writes it down, tells it, and answers what is kept.
fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    event: &'static str,
    tell: Tell,
) -> Result<Script, Problem> {
    let kept = Script::load(tx, who.org, id)?.ok_or_else(Problem::internal)?;
    version::keep(
        tx,
        now,
        (who.org, who.person()),
        (WordKind::Script, id),
        kept.version,
        &kept.as_new(),
    )?;
    let data =
        json!({"code": kept.code, "scope": kept.scope, "status": kept.status, "version": kept.version});
    changed(
        tx,
        now,
        who,
        (WordKind::Script, event),
        (id, kept.shop, kept.person),
        data,
        tell,
    )?;
    Ok(kept)
}
