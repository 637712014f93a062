use base::{Actor, Id, Ms, Permission, Permissions, Problem, Shops, Who, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args};

use crate::changes::Changes;
use crate::password::PasswordHash;
use crate::{group, presence, role, settings, shop, sign_in, token, wire};

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
    if matches!(who.who, Who::Buyer(_)) { Err(Problem::forbidden()) } else { Ok(()) }
}

/// Makes the sockets of a person read their rights again, after the commit.
pub(crate) fn resync(tx: &mut Tx<'_>, person: Id) {
    tx.live(role::resync_frame(person));
}

/// Somebody of the organisation, also when disabled.
pub fn person(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Person>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE org_id = $1 AND id = $2");
    let Some(mut found) = tx.row(&sql, args![org, id], read)? else { return Ok(None) };
    found.roles = tx.rows(
        "SELECT role_id FROM person_role WHERE org_id = $1 AND person_id = $2 ORDER BY role_id",
        args![org, id],
        |row| row.get(0),
    )?;
    found.groups = group::of_person(tx, org, id)?;
    Ok(Some(found))
}

/// The organisation and id of whoever signs in with `login`.
pub fn person_by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<(Id, Id)>, Problem> {
    let login = login.trim().to_lowercase();
    tx.row("SELECT org_id, id FROM person WHERE login = $1", args![&login], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Everybody of the organisation, by staff number.
pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Person>, Problem> {
    let mut all = tx.rows(&format!("SELECT {COLUMNS} FROM person WHERE org_id = $1 ORDER BY number, id"), args![org], read)?;
    let roles: Vec<(Id, Id)> = tx.rows(
        "SELECT person_id, role_id FROM person_role WHERE org_id = $1 ORDER BY person_id, role_id",
        args![org],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let groups = group::memberships(tx, org)?;
    let of = |pairs: &[(Id, Id)], person: Id| {
        let from = pairs.partition_point(|(one, _)| *one < person);
        pairs[from..].iter().take_while(|(one, _)| *one == person).map(|(_, id)| *id).collect()
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
        let names = [&one.name, &one.nick].into_iter().any(|text| text.to_lowercase().contains(&words));
        words.is_empty() || names || one.number.to_string() == words || (manages && one.login.contains(&words))
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
    let Some(found) = person(tx, org, id)?.filter(|one| !one.disabled) else { return Ok(None) };
    let permissions = rights(tx, org, &found)?;
    Ok(Some(Actor { org, who: Who::Person(id), permissions, shops: wire::shop_set(found.shops.as_deref()) }))
}

/// Somebody the actor may manage. Nobody is managed by someone with fewer rights or shops: resetting
/// the owner's password would be a way to become the owner.
pub(crate) fn managed(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Person, Problem> {
    let found = person(tx, who.org, id)?.filter(|one| sees(who, one)).ok_or_else(Problem::not_found)?;
    who.need(Permission::People)?;
    let theirs = rights(tx, who.org, &found)?;
    if who.permissions.covers(theirs) && who.shops.covers(&wire::shop_set(found.shops.as_deref())) {
        Ok(found)
    } else {
        Err(Problem::forbidden())
    }
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
        return Err(Problem::input("login", "login_form", "A login has 2 to 64 characters and no spaces."));
    }
    Ok(login)
}

fn check_capacity(capacity: i64) -> Result<i64, Problem> {
    if (0..=200).contains(&capacity) {
        Ok(capacity)
    } else {
        Err(Problem::input("capacity", "range", "A capacity is 0 to 200.").with("min", 0).with("max", 200))
    }
}

fn check_number(tx: &mut Tx<'_>, org: Id, number: i64, own: Id) -> Result<i64, Problem> {
    if !(1..=999_999_999).contains(&number) {
        return Err(Problem::input("number", "range", "A staff number is 1 to 999999999.").with("min", 1));
    }
    let sql = "SELECT id FROM person WHERE org_id = $1 AND number = $2 AND id <> $3 LIMIT 1";
    match tx.value::<Id>(sql, args![org, number, own])? {
        Some(_) => Err(Problem::input("number", "number_taken", "Somebody else has this staff number.")),
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
    let nick = new.nick.filter(|nick| !nick.trim().is_empty()).map_or(Ok(name.clone()), |nick| clean_line("nick", &nick, 40))?;
    let number = match new.number {
        Some(number) => number,
        None => {
            let sql = "SELECT max(number) FROM person WHERE org_id = $1";
            tx.value::<Option<i64>>(sql, args![who.org])?.flatten().unwrap_or(0) + 1
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
    tx.emit(Event { at: now, who, shop: Id::NONE, kind: "person.added", subject: id, data })?;
    person(tx, who.org, id)?.ok_or_else(Problem::internal)
}

fn write_roles(tx: &mut Tx<'_>, org: Id, person: Id, roles: &[Id]) -> Result<(), Problem> {
    tx.exec("DELETE FROM person_role WHERE org_id = $1 AND person_id = $2", args![org, person])?;
    for role in roles {
        let sql = "INSERT INTO person_role (org_id, person_id, role_id) VALUES ($1, $2, $3)";
        tx.exec(sql, args![org, person, *role])?;
    }
    Ok(())
}

/// Changes somebody. Needs [`Permission::People`] and at least the rights and shops they have before and
/// after. The last owner with all shops cannot lose either (`last_owner`).
pub fn change_person(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, change: PersonChange) -> Result<Person, Problem> {
    let before = managed(tx, who, id)?;
    let was = before.clone();
    let after = Person {
        login: change.login.map_or(Ok(was.login), |login| check_login(&login))?,
        name: change.name.map_or(Ok(was.name), |name| clean_line("name", &name, 40))?,
        nick: change.nick.map_or(Ok(was.nick), |nick| clean_line("nick", &nick, 40))?,
        number: change.number.map_or(Ok(was.number), |number| check_number(tx, who.org, number, id))?,
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
        need_owner(tx, who.org)?;
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

/// Refuses with `last_owner` when nobody is left who may do everything in every shop.
fn need_owner(tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
    let owners: Option<i64> = tx.value(
        "SELECT count(*) FROM person p JOIN person_role pr ON pr.org_id = p.org_id AND pr.person_id = p.id
                              JOIN role r ON r.org_id = p.org_id AND r.id = pr.role_id
         WHERE p.org_id = $1 AND r.key = $2 AND p.disabled = 0 AND p.outsourced = 0 AND p.shops IS NULL",
        args![org, role::OWNER],
    )?;
    if owners.unwrap_or(0) > 0 {
        return Ok(());
    }
    Err(Problem::conflict("last_owner", "Somebody must stay owner of all shops; make another owner first."))
}

/// Shuts somebody out at once: sign-ins and tokens end, their sockets close, they vanish from presence.
/// Refused for the last owner (`last_owner`).
pub fn disable_person(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Person, Problem> {
    let before = managed(tx, who, id)?;
    if before.disabled {
        return Ok(before);
    }
    tx.exec("UPDATE person SET disabled = 1 WHERE org_id = $1 AND id = $2", args![who.org, id])?;
    if is_owner(tx, who.org, &before)? {
        need_owner(tx, who.org)?;
    }
    sign_in::end_all(tx, who.org, id, None)?;
    token::end_all(tx, who.org, id)?;
    presence::leave(tx, now, who.org, id)?;
    tx.live(base::Live {
        topics: vec![base::Topic::Person(id)],
        frame: r#"{"on":"bye","why":"disabled"}"#.into(),
    });
    let data = json!({ "disabled": [false, true] });
    tx.emit(Event { at: now, who, shop: Id::NONE, kind: "person.disabled", subject: id, data })?;
    Ok(Person { disabled: true, ..before })
}

fn is_owner(tx: &mut Tx<'_>, org: Id, one: &Person) -> Result<bool, Problem> {
    Ok(role::role_by_key(tx, org, role::OWNER)?.is_some_and(|owner| one.roles.contains(&owner.id)))
}

/// Lets somebody in again.
pub fn enable_person(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Person, Problem> {
    let before = managed(tx, who, id)?;
    if !before.disabled {
        return Ok(before);
    }
    tx.exec("UPDATE person SET disabled = 0 WHERE org_id = $1 AND id = $2", args![who.org, id])?;
    let data = json!({ "disabled": [true, false] });
    tx.emit(Event { at: now, who, shop: Id::NONE, kind: "person.enabled", subject: id, data })?;
    Ok(Person { disabled: false, ..before })
}

/// Gives somebody a new password, drops their second factor and ends their sign-ins.
pub fn reset_password(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, password: PasswordHash) -> Result<(), Problem> {
    managed(tx, who, id)?;
    tx.exec(
        "UPDATE person SET password = $3, totp_on = 0, totp_secret = NULL WHERE org_id = $1 AND id = $2",
        args![who.org, id, &password.0],
    )?;
    tx.exec("DELETE FROM recovery_code WHERE org_id = $1 AND person_id = $2", args![who.org, id])?;
    sign_in::end_all(tx, who.org, id, None)?;
    let data = json!({ "password": ["***", "***"] });
    tx.emit(Event { at: now, who, shop: Id::NONE, kind: "person.password_reset", subject: id, data })
}
