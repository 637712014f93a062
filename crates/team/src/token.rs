use base::{Actor, Id, Ms, Permission, Permissions, Problem, Shops, Who, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Event, Row, Tx, args};

use crate::{person, role, shop, wire};

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Token {
    /// Its id.
    pub id: Id,
    /// Who made it and for whom it acts.
    pub person: Id,
    /// What it is for.
    pub name: String,
    /// The first characters of the secret, to tell tokens apart.
    pub hint: String,
    /// Its roles.
    pub roles: Vec<Id>,
    /// Rights beside those of the roles.
    pub permissions: Vec<Permission>,
    /// Its shops; null is all.
    pub shops: Option<Vec<Id>>,
    /// Whether limits of visitors do not apply to it.
    pub lifts_limits: bool,
    /// When it was made.
    pub made_at: Ms,
    /// When it was last used, to about five minutes.
    pub seen_at: Option<Ms>,
}

/// A token to be made. It can do what its roles and rights allow *and* its maker may do, in the shops
/// that both have.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Its roles.
    pub roles: Vec<Id>,
    /// Rights beside those of the roles.
    pub permissions: Vec<Permission>,
    /// Its shops; null is all.
    pub shops: Option<Vec<Id>>,
    /// Whether limits of visitors do not apply to it; needs [`Permission::LiftLimits`].
    pub lifts_limits: bool,
}

/// What was found behind a bearer token.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenInfo {
    /// Its id.
    pub id: Id,
    /// For whom it acts.
    pub person: Id,
    /// What it is for.
    pub name: String,
    /// Whether limits of visitors do not apply to it.
    pub lifts_limits: bool,
    /// Whether its use should be noted again, with [`touch_token`].
    pub stale: bool,
}

/// How long a use is not written down again.
const TOUCH_MS: i64 = 300_000;

const COLUMNS: &str =
    "id, person_id, name, hint, roles, permissions, shops, lifts_limits, made_at, seen_at, org_id";

fn read(row: &Row<'_>) -> Result<Token, Problem> {
    Ok(Token {
        id: row.get(0)?,
        person: row.get(1)?,
        name: row.get(2)?,
        hint: row.get(3)?,
        roles: wire::from_text(&row.get::<String>(4)?)?,
        permissions: role::rights_from(&row.get::<String>(5)?)?,
        shops: wire::from_text_opt(row.get::<Option<String>>(6)?.as_deref())?,
        lifts_limits: row.get(7)?,
        made_at: row.get(8)?,
        seen_at: row.get(9)?,
    })
}

/// A random secret as it is kept: whoever reads the table learns nothing they could use. Secrets of 32
/// random bytes need no slow hash.
pub(crate) fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The actor behind a bearer token: the rights and shops that the token and its maker both have now.
/// `None` when there is no such token or its maker is disabled.
pub fn actor_by_token(tx: &mut Tx<'_>, now: Ms, bearer: &str) -> Result<Option<(Actor, TokenInfo)>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM token WHERE hash = $1");
    let found = tx.row(&sql, args![&hash(bearer)], |row| {
        Ok((row.get::<Id>(10)?, read(row)?))
    })?;
    let Some((org, token)) = found else {
        return Ok(None);
    };
    let Some(maker) = person::actor_of(tx, org, token.person)? else {
        return Ok(None);
    };
    let named: Permissions = token.permissions.iter().copied().collect();
    let own = named.union(role::rights_of(tx, org, &token.roles, false)?);
    let actor = Actor {
        org,
        who: Who::Token {
            token: token.id,
            person: token.person,
        },
        permissions: own.iter().filter(|right| maker.may(*right)).collect(),
        shops: common(&maker.shops, token.shops.as_deref()),
    };
    let info = TokenInfo {
        id: token.id,
        person: token.person,
        name: token.name,
        lifts_limits: token.lifts_limits && maker.may(Permission::LiftLimits),
        stale: token.seen_at.is_none_or(|seen| now.since(seen) >= TOUCH_MS),
    };
    Ok(Some((actor, info)))
}

fn common(maker: &Shops, token: Option<&[Id]>) -> Shops {
    match token {
        None => maker.clone(),
        Some(shops) => Shops::only(shops.iter().copied().filter(|shop| maker.has(*shop)).collect()),
    }
}

/// Notes that a token was used.
pub fn touch_token(tx: &mut Tx<'_>, now: Ms, org: Id, token: Id) -> Result<(), Problem> {
    tx.exec(
        "UPDATE token SET seen_at = $3 WHERE org_id = $1 AND id = $2",
        args![org, token, now],
    )?;
    Ok(())
}

/// Makes a token from a random `secret` drawn by the caller; only its hash is kept. Needs
/// [`Permission::Tokens`] and every right and shop the token gets.
pub fn add_token(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: NewToken,
    secret: &str,
) -> Result<Token, Problem> {
    who.need(Permission::Tokens)?;
    let maker = who.person().ok_or_else(Problem::forbidden)?;
    let name = clean_line("name", &new.name, 60)?;
    let roles = wire::sorted(new.roles);
    role::check_grant(tx, who, &roles, false)?;
    if !who.permissions.covers(new.permissions.iter().copied().collect()) {
        return Err(Problem::forbidden());
    }
    if new.lifts_limits {
        who.need(Permission::LiftLimits)?;
    }
    let shops = new.shops.map(wire::sorted);
    match &shops {
        Some(shops) => shop::need_shops(tx, who, shops)?,
        None if who.shops == Shops::All => {}
        None => return Err(Problem::forbidden()),
    }
    let id = tx.id();
    let hint: String = secret.chars().take(7).collect();
    tx.exec(
        "INSERT INTO token (org_id, id, person_id, name, hash, hint, roles, permissions, shops, lifts_limits, made_at,
                            seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)",
        args![
            who.org,
            id,
            maker,
            &name,
            &hash(secret),
            &hint,
            &wire::to_text(&roles)?,
            &role::rights_text(&new.permissions)?,
            &wire::to_text_opt(shops.as_ref())?,
            new.lifts_limits,
            now
        ],
    )?;
    let data = json!({ "name": [null, name], "roles": [null, roles], "permissions": [null, new.permissions],
        "shops": [null, shops], "lifts_limits": [null, new.lifts_limits] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "token.added",
        subject: id,
        data,
    })?;
    let sql = format!("SELECT {COLUMNS} FROM token WHERE org_id = $1 AND id = $2");
    tx.row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::internal)
}

/// The tokens an actor may see: the organisation's, within the actor's shops. Needs
/// [`Permission::Tokens`].
pub fn tokens(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Token>, Problem> {
    who.need(Permission::Tokens)?;
    let all = tx.rows(
        &format!("SELECT {COLUMNS} FROM token WHERE org_id = $1 ORDER BY id"),
        args![who.org],
        read,
    )?;
    Ok(all
        .into_iter()
        .filter(|token| who.shops.covers(&wire::shop_set(token.shops.as_deref())))
        .collect())
}

/// Ends a token at once. Needs [`Permission::Tokens`] and its shops.
pub fn remove_token(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let token = tokens(tx, who)?
        .into_iter()
        .find(|token| token.id == id)
        .ok_or_else(Problem::not_found)?;
    tx.exec(
        "DELETE FROM token WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let data = json!({ "name": [token.name, null] });
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "token.removed",
        subject: id,
        data,
    })?;
    person::resync(tx, token.person);
    Ok(())
}

pub(crate) fn end_all(tx: &mut Tx<'_>, org: Id, person: Id) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM token WHERE org_id = $1 AND person_id = $2",
        args![org, person],
    )?;
    Ok(())
}

/// Who made tokens that have the role.
pub(crate) fn makers(tx: &mut Tx<'_>, org: Id, role: Id) -> Result<Vec<Id>, Problem> {
    let sql = "SELECT person_id, roles FROM token WHERE org_id = $1 ORDER BY person_id";
    let all: Vec<(Id, String)> = tx.rows(sql, args![org], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut makers = Vec::new();
    for (maker, roles) in all {
        if wire::from_text::<Vec<Id>>(&roles)?.contains(&role) {
            makers.push(maker);
        }
    }
    Ok(makers)
}
