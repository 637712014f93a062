use base::{Actor, Calendar, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args};

use crate::changes::Changes;
use crate::{person, presence, shop, wire};

/// A skill group: who takes which talks.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Group {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// The stage it serves: `pre`, `in`, `after`; null is all.
    pub stage: Option<String>,
    /// The shops it serves; null is all.
    pub shops: Option<Vec<Id>>,
    /// Its people.
    pub members: Vec<Id>,
    /// Stages its members also take when idle.
    pub overflow: Vec<String>,
    /// When it works; null: when the shop does.
    pub calendar: Option<Calendar>,
}

/// A group to be made.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewGroup {
    /// What it is called.
    pub name: String,
    /// The stage it serves; null is all.
    pub stage: Option<String>,
    /// The shops it serves; null is all.
    pub shops: Option<Vec<Id>>,
    /// Its people.
    pub members: Vec<Id>,
    /// Stages its members also take when idle.
    #[serde(alias = "overflow_stages")]
    pub overflow: Vec<String>,
    /// When it works; null: when the shop does.
    pub calendar: Option<Calendar>,
}

/// What to change of a group; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct GroupChange {
    /// What it is called.
    pub name: Option<String>,
    /// The stage it serves; null is all.
    #[serde(default, deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<String>)]
    pub stage: Option<Option<String>>,
    /// The shops it serves; null is all.
    #[serde(default, deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<Vec<Id>>)]
    pub shops: Option<Option<Vec<Id>>>,
    /// Its people.
    pub members: Option<Vec<Id>>,
    /// Stages its members also take when idle.
    #[serde(alias = "overflow_stages")]
    pub overflow: Option<Vec<String>>,
    /// When it works; null: when the shop does.
    #[serde(default, deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<Calendar>)]
    pub calendar: Option<Option<Calendar>>,
}

const STAGES: [&str; 3] = ["pre", "in", "after"];

const COLUMNS: &str = "id, name, stage, shops, overflow, calendar";

fn read(row: &Row<'_>) -> Result<Group, Problem> {
    Ok(Group {
        id: row.get(0)?,
        name: row.get(1)?,
        stage: row.get(2)?,
        shops: wire::from_text_opt(row.get::<Option<String>>(3)?.as_deref())?,
        members: Vec::new(),
        overflow: wire::from_text(&row.get::<String>(4)?)?,
        calendar: wire::from_text_opt(row.get::<Option<String>>(5)?.as_deref())?,
    })
}

/// Person and group, sorted.
pub(crate) fn memberships(tx: &mut Tx<'_>, org: Id) -> Result<Vec<(Id, Id)>, Problem> {
    let sql = "SELECT person_id, group_id FROM group_member WHERE org_id = $1 ORDER BY person_id, group_id";
    tx.rows(sql, args![org], |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(crate) fn of_person(tx: &mut Tx<'_>, org: Id, person: Id) -> Result<Vec<Id>, Problem> {
    let sql = "SELECT group_id FROM group_member WHERE org_id = $1 AND person_id = $2 ORDER BY group_id";
    tx.rows(sql, args![org, person], |row| row.get(0))
}

/// Puts somebody into exactly these groups; unknown ones answer `not_found`.
pub(crate) fn write_memberships(tx: &mut Tx<'_>, org: Id, person: Id, groups: &[Id]) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM group_member WHERE org_id = $1 AND person_id = $2",
        args![org, person],
    )?;
    for id in groups {
        let known: Option<Id> = tx.value(
            "SELECT id FROM skill_group WHERE org_id = $1 AND id = $2",
            args![org, *id],
        )?;
        known.ok_or_else(Problem::not_found)?;
        let sql = "INSERT INTO group_member (org_id, group_id, person_id) VALUES ($1, $2, $3)";
        tx.exec(sql, args![org, *id, person])?;
    }
    Ok(())
}

/// All groups of the organisation, in the order they were made.
pub fn groups_of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Group>, Problem> {
    let mut all = tx.rows(
        &format!("SELECT {COLUMNS} FROM skill_group WHERE org_id = $1 ORDER BY id"),
        args![org],
        read,
    )?;
    for (person, id) in memberships(tx, org)? {
        if let Some(group) = all.iter_mut().find(|group| group.id == id) {
            group.members.push(person);
        }
    }
    Ok(all)
}

/// One group of the organisation.
pub fn group(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Group>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM skill_group WHERE org_id = $1 AND id = $2");
    let Some(mut found) = tx.row(&sql, args![org, id], read)? else {
        return Ok(None);
    };
    let sql = "SELECT person_id FROM group_member WHERE org_id = $1 AND group_id = $2 ORDER BY person_id";
    found.members = tx.rows(sql, args![org, id], |row| row.get(0))?;
    Ok(Some(found))
}

/// The skill group that takes a stage in a shop, if one with people does: one of the stage before one of all
/// stages, one of this shop before one of all shops. Without its members.
pub fn group_for(tx: &mut Tx<'_>, org: Id, shop: Id, stage: &str) -> Result<Option<Group>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM skill_group g WHERE org_id = $1 AND (stage IS NULL OR stage = $2)
         AND EXISTS (SELECT 1 FROM group_member m WHERE m.org_id = g.org_id AND m.group_id = g.id)"
    );
    let fitting = tx.rows(&sql, args![org, stage], read)?.into_iter();
    let fitting = fitting.filter(|g| g.shops.as_ref().is_none_or(|shops| shops.contains(&shop)));
    Ok(fitting.min_by_key(|g| (g.stage.is_none(), g.shops.is_none(), g.id)))
}

/// The groups that serve one of the actor's shops.
pub fn groups(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Group>, Problem> {
    person::need_team(who)?;
    Ok(groups_of_org(tx, who.org)?
        .into_iter()
        .filter(|group| sees(who, group))
        .collect())
}

fn sees(who: &Actor, group: &Group) -> bool {
    match (&who.shops, &group.shops) {
        (Shops::All, _) | (_, None) => true,
        (mine, Some(shops)) => shops.iter().any(|shop| mine.has(*shop)),
    }
}

/// A group whose every shop the actor has.
fn managed(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Group, Problem> {
    let found = group(tx, who.org, id)?
        .filter(|group| sees(who, group))
        .ok_or_else(Problem::not_found)?;
    who.need(Permission::People)?;
    if who.shops.covers(&wire::shop_set(found.shops.as_deref())) {
        Ok(found)
    } else {
        Err(Problem::forbidden())
    }
}

/// Refuses what the actor may not set or what makes no sense.
fn check(tx: &mut Tx<'_>, who: &Actor, group: Group) -> Result<Group, Problem> {
    let name = clean_line("name", &group.name, 40)?;
    for (field, stage) in group
        .stage
        .iter()
        .map(|s| ("stage", s))
        .chain(group.overflow.iter().map(|s| ("overflow", s)))
    {
        if !STAGES.contains(&stage.as_str()) {
            return Err(Problem::input(field, "choice", "A stage is pre, in or after.")
                .with("choices", STAGES.to_vec()));
        }
    }
    let shops = group.shops.map(wire::sorted);
    match &shops {
        Some(shops) => shop::need_shops(tx, who, shops)?,
        None if who.shops == Shops::All => {}
        None => return Err(Problem::forbidden()),
    }
    if group
        .calendar
        .as_ref()
        .is_some_and(|calendar| calendar.check().is_err())
    {
        return Err(Problem::input(
            "calendar",
            "calendar",
            "Hours must be sorted, apart and within the day.",
        ));
    }
    let members = wire::sorted(group.members);
    for id in &members {
        person::person(tx, who.org, *id)?
            .filter(|one| person::sees(who, one))
            .ok_or_else(Problem::not_found)?;
    }
    let mut overflow = group.overflow;
    overflow.sort_unstable();
    overflow.dedup();
    Ok(Group {
        name,
        shops,
        members,
        overflow,
        ..group
    })
}

fn write(tx: &mut Tx<'_>, org: Id, group: &Group) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO skill_group (org_id, id, name, stage, shops, overflow, calendar)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (org_id, id) DO UPDATE
         SET name = excluded.name, stage = excluded.stage, shops = excluded.shops, overflow = excluded.overflow,
             calendar = excluded.calendar",
        args![
            org,
            group.id,
            &group.name,
            &group.stage,
            &wire::to_text_opt(group.shops.as_ref())?,
            &wire::to_text(&group.overflow)?,
            &wire::to_text_opt(group.calendar.as_ref())?
        ],
    )?;
    tx.exec(
        "DELETE FROM group_member WHERE org_id = $1 AND group_id = $2",
        args![org, group.id],
    )?;
    presence::nudge(tx, org);
    for member in &group.members {
        let sql = "INSERT INTO group_member (org_id, group_id, person_id) VALUES ($1, $2, $3)";
        tx.exec(sql, args![org, group.id, *member])?;
    }
    Ok(())
}

/// Makes a group. Needs [`Permission::People`] and its shops.
pub fn add_group(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: NewGroup) -> Result<Group, Problem> {
    who.need(Permission::People)?;
    let NewGroup {
        name,
        stage,
        shops,
        members,
        overflow,
        calendar,
    } = new;
    let id = tx.id();
    let group = check(
        tx,
        who,
        Group {
            id,
            name,
            stage,
            shops,
            members,
            overflow,
            calendar,
        },
    )?;
    write(tx, who.org, &group)?;
    let data = json!({ "name": [null, group.name], "stage": [null, group.stage], "shops": [null, group.shops],
        "members": [null, group.members] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "group.added",
        subject: id,
        data,
    })?;
    Ok(group)
}

/// Changes a group. Needs [`Permission::People`] and its shops before and after.
pub fn change_group(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: GroupChange,
) -> Result<Group, Problem> {
    let before = managed(tx, who, id)?;
    let was = before.clone();
    let after = Group {
        id,
        name: change.name.unwrap_or(was.name),
        stage: change.stage.unwrap_or(was.stage),
        shops: change.shops.unwrap_or(was.shops),
        members: change.members.unwrap_or(was.members),
        overflow: change.overflow.unwrap_or(was.overflow),
        calendar: change.calendar.unwrap_or(was.calendar),
    };
    let after = check(tx, who, after)?;
    let mut changes = Changes::default();
    changes.note("name", &before.name, &after.name);
    changes.note("stage", &before.stage, &after.stage);
    changes.note("shops", &before.shops, &after.shops);
    changes.note("members", &before.members, &after.members);
    changes.note("overflow", &before.overflow, &after.overflow);
    changes.note("calendar", &before.calendar, &after.calendar);
    if changes.is_empty() {
        return Ok(after);
    }
    write(tx, who.org, &after)?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "group.changed",
        subject: id,
        data: changes.into_value(),
    })?;
    Ok(after)
}

/// Removes a group; its people stay. Needs [`Permission::People`] and its shops.
pub fn remove_group(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let before = managed(tx, who, id)?;
    tx.exec(
        "DELETE FROM group_member WHERE org_id = $1 AND group_id = $2",
        args![who.org, id],
    )?;
    tx.exec(
        "DELETE FROM skill_group WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "name": [before.name, null] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "group.removed",
        subject: id,
        data,
    })
}
