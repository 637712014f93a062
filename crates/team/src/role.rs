use std::collections::BTreeSet;

use base::{Actor, Id, Ms, Permission, Permissions, Problem, Shops, Topic, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args};

use crate::changes::Changes;
use crate::{person, wire};

/// A named set of rights.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Role {
    /// Its id.
    pub id: Id,
    /// The stable name of a role every organisation begins with (`owner`, `pre_sale`, ...); empty for
    /// those it made itself.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The rights it gives. The owner's role always gives all.
    pub permissions: Vec<Permission>,
    /// Whether every organisation begins with it; such a role cannot be removed.
    pub builtin: bool,
}

/// A role to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub struct NewRole {
    /// What people call it.
    pub name: String,
    /// The rights it gives.
    pub permissions: Vec<Permission>,
}

/// What to change of a role; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct RoleChange {
    /// What people call it.
    pub name: Option<String>,
    /// The rights it gives.
    pub permissions: Option<Vec<Permission>>,
}

/// The key of the role that holds every right.
pub(crate) const OWNER: &str = "owner";

/// Rights an outsourced agent never has, whatever their roles say: full contact data, taking data
/// away, and everything that decides over others.
const NOT_OUTSOURCED: [Permission; 13] = [
    Permission::Reveal,
    Permission::EraseCustomers,
    Permission::Export,
    Permission::Roles,
    Permission::People,
    Permission::ManageShops,
    Permission::Roster,
    Permission::Tokens,
    Permission::EditSettings,
    Permission::SeeAudit,
    Permission::LiftLimits,
    Permission::MoveTalks,
    Permission::IssueNotices,
];

fn builtin() -> [(&'static str, &'static str, Vec<Permission>); 10] {
    use Permission as P;
    [
        (OWNER, "掌柜", P::ALL.to_vec()),
        (
            "supervisor",
            "主管",
            P::ALL
                .iter()
                .copied()
                .filter(|right| {
                    !matches!(
                        right,
                        P::Roles | P::ManageShops | P::Tokens | P::LiftLimits | P::EraseCustomers
                    )
                })
                .collect(),
        ),
        (
            "pre_sale",
            "售前客服",
            vec![P::Talk, P::SeeCustomers, P::EditCustomers, P::SeeOrders],
        ),
        (
            "after_sale",
            "售后客服",
            vec![
                P::Talk,
                P::SeeCustomers,
                P::EditCustomers,
                P::Reveal,
                P::SeeOrders,
                P::EditOrders,
            ],
        ),
        (
            "auditor",
            "审单员",
            vec![
                P::SeeCustomers,
                P::Reveal,
                P::SeeOrders,
                P::EditOrders,
                P::AuditOrders,
            ],
        ),
        (
            "shipper",
            "发货员",
            vec![P::Reveal, P::SeeOrders, P::EditOrders, P::ShipOrders],
        ),
        (
            "checker",
            "跟单员",
            vec![P::SeeOrders, P::EditOrders, P::CheckOrders],
        ),
        ("finance", "财务", vec![P::SeeCustomers, P::SeeOrders, P::Export]),
        (
            "outsourced",
            "外包客服",
            vec![P::Talk, P::SeeCustomers, P::SeeOrders],
        ),
        (
            "read_only",
            "只读",
            vec![P::SeeAllTalks, P::SeeCustomers, P::SeeOrders],
        ),
    ]
}

const COLUMNS: &str = "id, key, name, permissions, builtin";

fn read(row: &Row<'_>) -> Result<Role, Problem> {
    let key: String = row.get(1)?;
    let permissions = if key == OWNER {
        Permission::ALL.to_vec()
    } else {
        rights_from(&row.get::<String>(3)?)?
    };
    Ok(Role {
        id: row.get(0)?,
        key,
        name: row.get(2)?,
        permissions,
        builtin: row.get(4)?,
    })
}

/// Rights from their column; a right this program does not know gives nothing.
pub(crate) fn rights_from(text: &str) -> Result<Vec<Permission>, Problem> {
    let keys: Vec<String> = wire::from_text(text)?;
    Ok(Permission::ALL
        .iter()
        .copied()
        .filter(|right| keys.iter().any(|key| key == right.key()))
        .collect())
}

pub(crate) fn rights_text(rights: &[Permission]) -> Result<String, Problem> {
    let mut keys: Vec<&str> = rights.iter().map(|right| right.key()).collect();
    keys.sort_unstable();
    keys.dedup();
    wire::to_text(&keys)
}

pub(crate) fn add_builtin(tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
    for (key, name, rights) in builtin() {
        insert(tx, org, key, name, &rights, true)?;
    }
    Ok(())
}

fn insert(
    tx: &mut Tx<'_>,
    org: Id,
    key: &str,
    name: &str,
    rights: &[Permission],
    builtin: bool,
) -> Result<Id, Problem> {
    let id = tx.id();
    tx.exec(
        "INSERT INTO role (org_id, id, key, name, permissions, builtin) VALUES ($1, $2, $3, $4, $5, $6)",
        args![org, id, key, name, &rights_text(rights)?, builtin],
    )?;
    Ok(id)
}

pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Role>, Problem> {
    tx.rows(
        &format!("SELECT {COLUMNS} FROM role WHERE org_id = $1 ORDER BY builtin DESC, id"),
        args![org],
        read,
    )
}

/// The roles of the actor's organisation, those it began with first.
pub fn roles(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Role>, Problem> {
    person::need_team(who)?;
    of_org(tx, who.org)
}

/// One of the roles every organisation begins with, by key.
pub fn role_by_key(tx: &mut Tx<'_>, org: Id, key: &str) -> Result<Option<Role>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM role WHERE org_id = $1 AND key = $2 AND builtin = 1");
    tx.row(&sql, args![org, key], read)
}

fn role(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Role>, Problem> {
    tx.row(
        &format!("SELECT {COLUMNS} FROM role WHERE org_id = $1 AND id = $2"),
        args![org, id],
        read,
    )
}

/// The rights these roles give together, without what an outsourced agent never has.
pub(crate) fn rights_of(
    tx: &mut Tx<'_>,
    org: Id,
    ids: &[Id],
    outsourced: bool,
) -> Result<Permissions, Problem> {
    let all = of_org(tx, org)?;
    Ok(rights_among(&all, ids, outsourced))
}

pub(crate) fn rights_among(all: &[Role], ids: &[Id], outsourced: bool) -> Permissions {
    let held: Permissions = all
        .iter()
        .filter(|role| ids.contains(&role.id))
        .flat_map(|role| role.permissions.iter().copied())
        .collect();
    if outsourced {
        NOT_OUTSOURCED.into_iter().fold(held, Permissions::without)
    } else {
        held
    }
}

/// Whether `who` may give these roles to somebody. Unknown ids answer `not_found`; a role with a right
/// the giver lacks is refused with `forbidden`, one unfit for an outsourced agent with
/// `outsourced_rights`.
pub(crate) fn check_grant(tx: &mut Tx<'_>, who: &Actor, ids: &[Id], outsourced: bool) -> Result<(), Problem> {
    let all = of_org(tx, who.org)?;
    for id in ids {
        let role = all
            .iter()
            .find(|role| role.id == *id)
            .ok_or_else(Problem::not_found)?;
        if !who.permissions.covers(role.permissions.iter().copied().collect()) {
            return Err(Problem::forbidden());
        }
        if outsourced
            && role
                .permissions
                .iter()
                .any(|right| NOT_OUTSOURCED.contains(right))
        {
            let detail = "An outsourced agent cannot have a role that reveals, exports or manages.";
            return Err(Problem::input("roles", "outsourced_rights", detail));
        }
    }
    Ok(())
}

/// Roles hold for the whole organisation, so only somebody with all its shops may edit them.
fn need_editor(who: &Actor) -> Result<(), Problem> {
    who.need(Permission::Roles)?;
    if who.shops == Shops::All {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

fn check_rights(who: &Actor, rights: &[Permission]) -> Result<(), Problem> {
    if who.permissions.covers(rights.iter().copied().collect()) {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

/// Makes a role. Needs [`Permission::Roles`] and every right the role gives.
pub fn add_role(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: NewRole) -> Result<Role, Problem> {
    need_editor(who)?;
    check_rights(who, &new.permissions)?;
    let name = clean_line("name", &new.name, 40)?;
    let id = insert(tx, who.org, "", &name, &new.permissions, false)?;
    let data = json!({ "name": [null, name], "permissions": [null, new.permissions] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "role.added",
        subject: id,
        data,
    })?;
    role(tx, who.org, id)?.ok_or_else(Problem::internal)
}

/// Changes a role; everybody who has it is told to read their rights again. Needs every right the role
/// gives before and after. The owner's role can only be renamed (`owner_role`).
pub fn change_role(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: RoleChange,
) -> Result<Role, Problem> {
    need_editor(who)?;
    let before = role(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    check_rights(who, &before.permissions)?;
    let mut changes = Changes::default();
    let name = change
        .name
        .map_or(Ok(before.name.clone()), |name| clean_line("name", &name, 40))?;
    changes.note("name", &before.name, &name);
    let rights = rights_from(&rights_text(
        &change.permissions.unwrap_or_else(|| before.permissions.clone()),
    )?)?;
    if before.permissions != rights {
        if before.key == OWNER {
            return Err(Problem::conflict(
                "owner_role",
                "The owner's role always has every right.",
            ));
        }
        check_rights(who, &rights)?;
        changes.note("permissions", &before.permissions, &rights);
        let mut concerned: BTreeSet<Id> = holders(tx, who.org, id)?.into_iter().collect();
        // A token keeps a role that its maker gave away.
        concerned.extend(crate::token::makers(tx, who.org, id)?);
        for person in concerned {
            person::resync(tx, person);
        }
    }
    if changes.is_empty() {
        return Ok(before);
    }
    tx.exec(
        "UPDATE role SET name = $3, permissions = $4 WHERE org_id = $1 AND id = $2",
        args![who.org, id, &name, &rights_text(&rights)?],
    )?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "role.changed",
        subject: id,
        data: changes.into_value(),
    })?;
    role(tx, who.org, id)?.ok_or_else(Problem::internal)
}

/// Removes a role nobody has. Refuses one every organisation begins with (`builtin_role`) and one in
/// use by people or tokens (`role_in_use`).
pub fn remove_role(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    need_editor(who)?;
    let before = role(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    check_rights(who, &before.permissions)?;
    if before.builtin {
        return Err(Problem::conflict(
            "builtin_role",
            "This role comes with every organisation and stays.",
        ));
    }
    if !holders(tx, who.org, id)?.is_empty() || !crate::token::makers(tx, who.org, id)?.is_empty() {
        return Err(Problem::conflict(
            "role_in_use",
            "Somebody still has this role; give them another first.",
        ));
    }
    tx.exec(
        "DELETE FROM role WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "name": [before.name, null], "permissions": [before.permissions, null] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "role.removed",
        subject: id,
        data,
    })
}

fn holders(tx: &mut Tx<'_>, org: Id, role: Id) -> Result<Vec<Id>, Problem> {
    let sql = "SELECT person_id FROM person_role WHERE org_id = $1 AND role_id = $2 ORDER BY person_id";
    tx.rows(sql, args![org, role], |row| row.get(0))
}

/// The frame that makes the sockets of a person read their rights and lists again.
pub(crate) fn resync_frame(person: Id) -> base::Live {
    base::Live {
        topics: vec![Topic::Person(person), Topic::Rights(person)],
        frame: r#"{"on":"resync"}"#.into(),
    }
}
