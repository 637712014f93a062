use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Permissions, Problem, Shops, Who};
use serde::Serialize;
use store::{Row, Tx, args, pad};

use crate::{group, role, wire};

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Person {
    /// Their id.
    pub id: Id,
    /// What they sign in with; unique, lower case.
    pub login: String,
    /// Their name, for colleagues.
    pub name: String,
    /// What buyers see.
    pub nick: String,
    /// Staff number, unique in the organisation.
    pub number: i64,
    /// Their roles.
    pub roles: Vec<Id>,
    /// The shops they work in; null is all, also those that come later.
    pub shops: Option<Vec<Id>>,
    /// Their skill groups.
    pub groups: Vec<Id>,
    /// How many buyers they serve at once.
    pub capacity: i64,
    /// Works for another company: limited rights, marked as such.
    pub outsourced: bool,
    /// May not sign in.
    pub disabled: bool,
    /// `zh-CN` or `en`.
    pub locale: String,
    /// `light`, `dark` or `auto`.
    pub theme: String,
    /// `comfortable` or `compact`.
    pub density: String,
    /// What sends a message: `enter` or `ctrl_enter`.
    pub send_key: String,
    /// Whether a second factor is asked for.
    pub totp: bool,
    /// When they were last signed in and active.
    pub last_seen: Option<Ms>,
}

const COLUMNS: &str = "id, login, name, nick, number, shops, capacity, outsourced, disabled, locale, theme, density, \
                       send_key, totp_on, last_seen";

fn read(row: &Row<'_>) -> Result<Person, Problem> {
    Ok(Person {
        id: row.get(0)?,
        login: row.get(1)?,
        name: row.get(2)?,
        nick: row.get(3)?,
        number: row.get(4)?,
        roles: Vec::new(),
        shops: wire::from_text_opt(row.get::<Option<String>>(5)?.as_deref())?,
        groups: Vec::new(),
        capacity: row.get(6)?,
        outsourced: row.get(7)?,
        disabled: row.get(8)?,
        locale: row.get(9)?,
        theme: row.get(10)?,
        density: row.get(11)?,
        send_key: row.get(12)?,
        totp: row.get(13)?,
        last_seen: row.get(14)?,
    })
}

/// Refuses buyers: what follows is the team's own.
pub(crate) fn need_team(who: &Actor) -> Result<(), Problem> {
    if matches!(who.who, Who::Buyer(_)) {
        Err(Problem::forbidden())
    } else {
        Ok(())
    }
}

/// Makes the sockets of a person read their rights again, after the commit.
pub(crate) fn resync(tx: &mut Tx<'_>, person: Id) {
    tx.live(role::resync_frame(person));
}

/// What these people are called, by id, also those who are disabled; no right is asked: callers show it
/// beside what the reader may see.
pub fn names(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<BTreeMap<Id, String>, Problem> {
    let sql = format!(
        "SELECT id, name FROM person WHERE org_id = $1 AND id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    let rows = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// Somebody of the organisation, also when disabled.
pub fn person(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Person>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE org_id = $1 AND id = $2");
    let Some(mut found) = tx.row(&sql, args![org, id], read)? else {
        return Ok(None);
    };
    found.roles = roles_of(tx, org, id)?;
    found.groups = group::of_person(tx, org, id)?;
    Ok(Some(found))
}

/// The roles somebody has; no right is asked: rooms set limits by them.
pub fn roles_of(tx: &mut Tx<'_>, org: Id, person: Id) -> Result<Vec<Id>, Problem> {
    tx.rows(
        "SELECT role_id FROM person_role WHERE org_id = $1 AND person_id = $2 ORDER BY role_id",
        args![org, person],
        |row| row.get(0),
    )
}

/// The organisation and id of whoever signs in with `login`.
pub fn person_by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<(Id, Id)>, Problem> {
    let login = login.trim().to_lowercase();
    tx.row(
        "SELECT org_id, id FROM person WHERE login = $1",
        args![&login],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Everybody of the organisation, by staff number.
pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Person>, Problem> {
    let mut all = tx.rows(
        &format!("SELECT {COLUMNS} FROM person WHERE org_id = $1 ORDER BY number, id"),
        args![org],
        read,
    )?;
    let roles: Vec<(Id, Id)> = tx.rows(
        "SELECT person_id, role_id FROM person_role WHERE org_id = $1 ORDER BY person_id, role_id",
        args![org],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let groups = group::memberships(tx, org)?;
    let of = |pairs: &[(Id, Id)], person: Id| {
        let from = pairs.partition_point(|(one, _)| *one < person);
        pairs[from..]
            .iter()
            .take_while(|(one, _)| *one == person)
            .map(|(_, id)| *id)
            .collect()
    };
    for one in &mut all {
        one.roles = of(&roles, one.id);
        one.groups = of(&groups, one.id);
    }
    Ok(all)
}

/// The colleagues an actor sees: those with a shop in common. Without [`Permission::People`] logins,
/// second factors and times of activity are left out. `q` looks in names, nicks, logins and numbers.
pub fn people(tx: &mut Tx<'_>, who: &Actor, q: Option<&str>) -> Result<Vec<Person>, Problem> {
    need_team(who)?;
    let words = q.unwrap_or_default().trim().to_lowercase();
    let manages = who.may(Permission::People);
    let all = of_org(tx, who.org)?.into_iter().filter(|one| sees(who, one));
    let found = all.filter(|one| {
        let names = [&one.name, &one.nick]
            .into_iter()
            .any(|text| text.to_lowercase().contains(&words));
        words.is_empty()
            || names
            || one.number.to_string() == words
            || (manages && one.login.contains(&words))
    });
    Ok(found
        .map(|mut one| {
            if !manages && who.person() != Some(one.id) {
                one.login = String::new();
                one.totp = false;
                one.last_seen = None;
            }
            one
        })
        .collect())
}

/// Whether the actor and the person have a shop in common (or one of them all).
pub(crate) fn sees(who: &Actor, one: &Person) -> bool {
    match (&who.shops, &one.shops) {
        (Shops::All, _) | (_, None) => true,
        (mine, Some(theirs)) => who.person() == Some(one.id) || theirs.iter().any(|shop| mine.has(*shop)),
    }
}

/// What a person may do, whether or not they are disabled.
pub(crate) fn rights(tx: &mut Tx<'_>, org: Id, one: &Person) -> Result<Permissions, Problem> {
    role::rights_of(tx, org, &one.roles, one.outsourced)
}

/// The person as an actor; `None` when there is no such person or they are disabled.
pub fn actor_of(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Actor>, Problem> {
    let Some(found) = person(tx, org, id)?.filter(|one| !one.disabled) else {
        return Ok(None);
    };
    let permissions = rights(tx, org, &found)?;
    Ok(Some(Actor {
        org,
        who: Who::Person(id),
        permissions,
        shops: wire::shop_set(found.shops.as_deref()),
    }))
}

/// Somebody the actor may manage. Nobody is managed by someone with fewer rights or shops: resetting
/// the owner's password would be a way to become the owner.
pub(crate) fn managed(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Person, Problem> {
    let found = person(tx, who.org, id)?
        .filter(|one| sees(who, one))
        .ok_or_else(Problem::not_found)?;
    who.need(Permission::People)?;
    let theirs = rights(tx, who.org, &found)?;
    if who.permissions.covers(theirs) && who.shops.covers(&wire::shop_set(found.shops.as_deref())) {
        Ok(found)
    } else {
        Err(Problem::forbidden())
    }
}
