//! Adding people and changing what they are and may do.

use base::{Actor, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::Deserialize;
use serde_json::json;
use store::{Event, Tx, args};

use crate::changes::Changes;
use crate::password::PasswordHash;
use crate::person::{Person, managed, person, person_by_login, resync};
use crate::{access, group, presence, role, settings, shop, wire};

/// Somebody to be added.
#[derive(Clone, Debug, Default)]
pub struct NewPerson {
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What buyers see; the name when left out.
    pub nick: Option<String>,
    /// Staff number; the next free one when left out.
    pub number: Option<i64>,
    /// Their roles.
    pub roles: Vec<Id>,
    /// Their shops; `None` is all.
    pub shops: Option<Vec<Id>>,
    /// Their skill groups.
    pub groups: Vec<Id>,
    /// How many buyers at once; what is set (8) when left out.
    pub capacity: Option<i64>,
    /// Works for another company.
    pub outsourced: bool,
    /// Without one they cannot sign in until one is set.
    pub password: Option<PasswordHash>,
}

/// What to change of somebody; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct PersonChange {
    /// What they sign in with.
    pub login: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// What buyers see.
    pub nick: Option<String>,
    /// Staff number.
    pub number: Option<i64>,
    /// Their roles.
    pub roles: Option<Vec<Id>>,
    /// Their shops; null is all.
    #[serde(default, deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<Vec<Id>>)]
    pub shops: Option<Option<Vec<Id>>>,
    /// Their skill groups.
    pub groups: Option<Vec<Id>>,
    /// How many buyers at once.
    pub capacity: Option<i64>,
    /// Works for another company.
    pub outsourced: Option<bool>,
}

fn check_shops(tx: &mut Tx<'_>, who: &Actor, shops: Option<&[Id]>) -> Result<(), Problem> {
    match shops {
        None if who.shops == Shops::All => Ok(()),
        None => Err(Problem::forbidden()),
        Some(shops) => shop::need_shops(tx, who, shops),
    }
}

fn check_login(login: &str) -> Result<String, Problem> {
    let login = clean_line("login", login, 64)?.to_lowercase();
    if login.chars().count() < 2 || login.chars().any(char::is_whitespace) {
        return Err(Problem::input(
            "login",
            "login_form",
            "A login has 2 to 64 characters and no spaces.",
        ));
    }
    Ok(login)
}

fn check_capacity(capacity: i64) -> Result<i64, Problem> {
    if (0..=200).contains(&capacity) {
        Ok(capacity)
    } else {
        Err(Problem::input("capacity", "range", "A capacity is 0 to 200.")
            .with("min", 0)
            .with("max", 200))
    }
}

fn check_number(tx: &mut Tx<'_>, org: Id, number: i64, own: Id) -> Result<i64, Problem> {
    if !(1..=999_999_999).contains(&number) {
        return Err(Problem::input("number", "range", "A staff number is 1 to 999999999.").with("min", 1));
    }
    let sql = "SELECT id FROM person WHERE org_id = $1 AND number = $2 AND id <> $3 LIMIT 1";
    match tx.value::<Id>(sql, args![org, number, own])? {
        Some(_) => Err(Problem::input(
            "number",
            "number_taken",
            "Somebody else has this staff number.",
        )),
        None => Ok(number),
    }
}

fn login_taken() -> Problem {
    Problem::input("login", "login_taken", "This login is taken; choose another.")
}

/// Adds somebody. Needs [`Permission::People`], and every right and shop that is given.
pub fn add_person(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: NewPerson) -> Result<Person, Problem> {
    who.need(Permission::People)?;
    let roles = wire::sorted(new.roles);
    let shops = new.shops.map(wire::sorted);
    role::check_grant(tx, who, &roles, new.outsourced)?;
    check_shops(tx, who, shops.as_deref())?;
    let id = tx.id();
    let login = check_login(&new.login)?;
    let name = clean_line("name", &new.name, 40)?;
    let nick = new
        .nick
        .filter(|nick| !nick.trim().is_empty())
        .map_or(Ok(name.clone()), |nick| clean_line("nick", &nick, 40))?;
    let number = match new.number {
        Some(number) => number,
        None => {
            let sql = "SELECT max(number) FROM person WHERE org_id = $1";
            tx.value::<Option<i64>>(sql, args![who.org])?
                .flatten()
                .unwrap_or(0)
                + 1
        }
    };
    let number = check_number(tx, who.org, number, id)?;
    let capacity = match new.capacity {
        Some(capacity) => check_capacity(capacity)?,
        None => settings::number(tx, who.org, Id::NONE, &settings::CAPACITY)?,
    };
    let added = tx.exec(
        "INSERT INTO person (org_id, id, login, name, nick, number, shops, capacity, outsourced, disabled, locale,
                             theme, density, send_key, password, totp_on, totp_secret, totp_step, last_seen, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 'zh-CN', 'auto', 'comfortable', 'enter', $10, 0, NULL, 0,
                 NULL, $11)
         ON CONFLICT (login) DO NOTHING",
        args![
            who.org,
            id,
            &login,
            &name,
            &nick,
            number,
            &wire::to_text_opt(shops.as_ref())?,
            capacity,
            new.outsourced,
            new.password.as_ref().map(|hash| hash.0.as_str()),
            now
        ],
    )?;
    if added == 0 {
        return Err(login_taken());
    }
    write_roles(tx, who.org, id, &roles)?;
    group::write_memberships(tx, who.org, id, &wire::sorted(new.groups))?;
    let data = json!({
        "number": [null, number], "roles": [null, roles], "shops": [null, shops],
        "capacity": [null, capacity], "outsourced": [null, new.outsourced],
    });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.added",
        subject: id,
        data,
    })?;
    person(tx, who.org, id)?.ok_or_else(Problem::internal)
}

fn write_roles(tx: &mut Tx<'_>, org: Id, person: Id, roles: &[Id]) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM person_role WHERE org_id = $1 AND person_id = $2",
        args![org, person],
    )?;
    for role in roles {
        let sql = "INSERT INTO person_role (org_id, person_id, role_id) VALUES ($1, $2, $3)";
        tx.exec(sql, args![org, person, *role])?;
    }
    Ok(())
}

/// Changes somebody. Needs [`Permission::People`] and at least the rights and shops they have before and
/// after. The last owner with all shops cannot lose either (`last_owner`).
pub fn change_person(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: PersonChange,
) -> Result<Person, Problem> {
    let before = managed(tx, who, id)?;
    let was = before.clone();
    let after = Person {
        login: change.login.map_or(Ok(was.login), |login| check_login(&login))?,
        name: change
            .name
            .map_or(Ok(was.name), |name| clean_line("name", &name, 40))?,
        nick: change
            .nick
            .map_or(Ok(was.nick), |nick| clean_line("nick", &nick, 40))?,
        number: change
            .number
            .map_or(Ok(was.number), |number| check_number(tx, who.org, number, id))?,
        roles: change.roles.map_or(was.roles, wire::sorted),
        shops: change.shops.map_or(was.shops, |shops| shops.map(wire::sorted)),
        groups: change.groups.map_or(was.groups, wire::sorted),
        capacity: change.capacity.map_or(Ok(was.capacity), check_capacity)?,
        outsourced: change.outsourced.unwrap_or(was.outsourced),
        ..was
    };
    let rights_change =
        before.roles != after.roles || before.shops != after.shops || before.outsourced != after.outsourced;
    if rights_change {
        role::check_grant(tx, who, &after.roles, after.outsourced)?;
        check_shops(tx, who, after.shops.as_deref())?;
        write_roles(tx, who.org, id, &after.roles)?;
    }
    if before.groups != after.groups {
        group::write_memberships(tx, who.org, id, &after.groups)?;
    }
    let mut changes = Changes::default();
    if before.login != after.login {
        changes.note_hidden("login");
        if person_by_login(tx, &after.login)?.is_some() {
            return Err(login_taken());
        }
    }
    changes.note_name("name", &before.name, &after.name);
    changes.note_name("nick", &before.nick, &after.nick);
    changes.note("number", &before.number, &after.number);
    changes.note("roles", &before.roles, &after.roles);
    changes.note("shops", &before.shops, &after.shops);
    changes.note("groups", &before.groups, &after.groups);
    changes.note("capacity", &before.capacity, &after.capacity);
    changes.note("outsourced", &before.outsourced, &after.outsourced);
    if changes.is_empty() {
        return Ok(after);
    }
    tx.exec(
        "UPDATE person SET login = $3, name = $4, nick = $5, number = $6, shops = $7, capacity = $8, outsourced = $9
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            &after.login,
            &after.name,
            &after.nick,
            after.number,
            &wire::to_text_opt(after.shops.as_ref())?,
            after.capacity,
            after.outsourced
        ],
    )?;
    if rights_change {
        access::need_owner(tx, who.org)?;
        resync(tx, id);
    }
    if rights_change || before.groups != after.groups || before.capacity != after.capacity {
        presence::nudge(tx, who.org);
    }
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "person.changed",
        subject: id,
        data: changes.into_value(),
    })?;
    Ok(after)
}
