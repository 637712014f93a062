use std::collections::HashMap;

use base::{Id, Ms, Permissions, Problem, Shops};
use store::{Row, Tx, args};

use crate::presence::Presence;
use crate::{role, wire};

/// Somebody with a living socket, with all that routing needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    /// Who.
    pub person: Id,
    /// Their name, for colleagues.
    pub name: String,
    /// What buyers see.
    pub nick: String,
    /// What they chose.
    pub presence: Presence,
    /// How many buyers they serve at once.
    pub capacity: i64,
    /// Their skill groups.
    pub groups: Vec<Id>,
    /// Their shops.
    pub shops: Shops,
    /// Their rights.
    pub permissions: Permissions,
    /// Works for another company.
    pub outsourced: bool,
}

/// Everybody of the organisation with a living socket, with what routing needs to know.
pub fn ready(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<Vec<Ready>, Problem> {
    let sql = "SELECT p.id, p.name, p.nick, p.capacity, p.shops, p.outsourced, pr.state
               FROM person p LEFT JOIN presence pr ON pr.org_id = p.org_id AND pr.person_id = p.id
               WHERE p.org_id = $1 AND p.disabled = 0
                 AND EXISTS (SELECT 1 FROM lease l WHERE l.org_id = p.org_id AND l.person_id = p.id AND l.until > $2)
               ORDER BY p.id";
    let mut found = tx.rows(sql, args![org, now], read_ready)?;
    if found.is_empty() {
        return Ok(found);
    }
    let all = role::of_org(tx, org)?;
    let held: Vec<(Id, Id)> = tx.rows(
        "SELECT pr.person_id, pr.role_id FROM person_role pr
         WHERE pr.org_id = $1
           AND EXISTS (SELECT 1 FROM lease l WHERE l.org_id = pr.org_id AND l.person_id = pr.person_id AND l.until > $2)",
        args![org, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let members: Vec<(Id, Id)> = tx.rows(
        "SELECT m.person_id, m.group_id FROM group_member m
         WHERE m.org_id = $1
           AND EXISTS (SELECT 1 FROM lease l WHERE l.org_id = m.org_id AND l.person_id = m.person_id AND l.until > $2)
         ORDER BY m.person_id, m.group_id",
        args![org, now],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (held, members) = (by_person(held), by_person(members));
    for one in &mut found {
        let roles = held.get(&one.person).map(Vec::as_slice).unwrap_or_default();
        one.permissions = role::rights_among(&all, roles, one.outsourced);
        one.groups = members.get(&one.person).cloned().unwrap_or_default();
    }
    Ok(found)
}

fn by_person(pairs: Vec<(Id, Id)>) -> HashMap<Id, Vec<Id>> {
    let mut out: HashMap<Id, Vec<Id>> = HashMap::new();
    for (person, id) in pairs {
        out.entry(person).or_default().push(id);
    }
    out
}

fn read_ready(row: &Row<'_>) -> Result<Ready, Problem> {
    let shops: Option<Vec<Id>> = wire::from_text_opt(row.get::<Option<String>>(4)?.as_deref())?;
    Ok(Ready {
        person: row.get(0)?,
        name: row.get(1)?,
        nick: row.get(2)?,
        capacity: row.get(3)?,
        shops: wire::shop_set(shops.as_deref()),
        outsourced: row.get(5)?,
        presence: row
            .get::<Option<String>>(6)?
            .map_or(Presence::Online, |key| Presence::from_key(&key)),
        groups: Vec::new(),
        permissions: Permissions::NONE,
    })
}
