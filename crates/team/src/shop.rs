use base::{Actor, Calendar, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Row, Tx, args};

use crate::changes::Changes;
use crate::{paper_clock, person, wire};

/// Where a shop can stand. Orders that come of a distributor stand in a shop of its own, on `distributor`.
pub const PLATFORMS: [&str; 7] = ["taobao", "tmall", "jd", "pdd", "douyin", "distributor", "web"];

/// A shop of an organisation.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Shop {
    /// Its id.
    pub id: Id,
    /// Names the shop to the widget; 16 random characters, public.
    pub key: String,
    /// What buyers call it.
    pub name: String,
    /// One of [`PLATFORMS`].
    pub platform: String,
    /// Its type on the platform: 旗舰店, 专卖店, 企业店, ...
    pub kind: String,
    /// The paid edition of the platform's shop software: 基本版, 旗舰版, ...
    pub edition: String,
    /// When the edition must be renewed.
    pub edition_until: Option<Ms>,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The widget's colour, `#RRGGBB`.
    pub color: String,
    /// Origins whose pages may hold the widget; none means any.
    pub origins: Vec<String>,
    /// Whether the shop is run at present.
    pub active: bool,
}

/// A shop to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct NewShop {
    /// 16 random characters `[A-Za-z0-9_-]`, drawn by the caller; never read from outside.
    #[serde(skip)]
    pub key: String,
    /// What buyers call it.
    pub name: String,
    /// One of [`PLATFORMS`].
    pub platform: String,
    /// Its type on the platform.
    pub kind: String,
    /// The paid edition.
    pub edition: String,
    /// When the edition must be renewed.
    pub edition_until: Option<Ms>,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The widget's colour, `#RRGGBB`.
    pub color: String,
    /// Origins whose pages may hold the widget.
    pub origins: Vec<String>,
}

impl Default for NewShop {
    fn default() -> NewShop {
        NewShop {
            key: String::new(),
            name: String::new(),
            platform: "web".into(),
            kind: String::new(),
            edition: String::new(),
            edition_until: None,
            time_zone: "Asia/Shanghai".into(),
            color: "#0E7C86".into(),
            origins: Vec::new(),
        }
    }
}

/// What to change of a shop; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
pub struct ShopChange {
    /// What buyers call it.
    pub name: Option<String>,
    /// One of [`PLATFORMS`].
    pub platform: Option<String>,
    /// Its type on the platform.
    pub kind: Option<String>,
    /// The paid edition.
    pub edition: Option<String>,
    /// When the edition must be renewed; null: never.
    #[serde(default, deserialize_with = "wire::nullable")]
    #[schema(value_type = Option<i64>)]
    pub edition_until: Option<Option<Ms>>,
    /// IANA name of its time zone.
    pub time_zone: Option<String>,
    /// The widget's colour, `#RRGGBB`.
    pub color: Option<String>,
    /// Origins whose pages may hold the widget.
    pub origins: Option<Vec<String>>,
    /// Whether the shop is run at present.
    pub active: Option<bool>,
}

const COLUMNS: &str =
    "id, key, name, platform, kind, edition, edition_until, time_zone, color, origins, active, org_id";

fn read(row: &Row<'_>) -> Result<Shop, Problem> {
    Ok(Shop {
        id: row.get(0)?,
        key: row.get(1)?,
        name: row.get(2)?,
        platform: row.get(3)?,
        kind: row.get(4)?,
        edition: row.get(5)?,
        edition_until: row.get(6)?,
        time_zone: row.get(7)?,
        color: row.get(8)?,
        origins: wire::from_text(&row.get::<String>(9)?)?,
        active: row.get(10)?,
    })
}

/// A shop of the organisation.
pub fn shop(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Shop>, Problem> {
    tx.row(
        &format!("SELECT {COLUMNS} FROM shop WHERE org_id = $1 AND id = $2"),
        args![org, id],
        read,
    )
}

/// The organisation and shop behind a public key. A shop that is not run has none.
pub fn shop_by_key(tx: &mut Tx<'_>, key: &str) -> Result<Option<(Id, Shop)>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM shop WHERE key = $1 AND active = 1");
    tx.row(&sql, args![key], |row| Ok((row.get(11)?, read(row)?)))
}

pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Shop>, Problem> {
    tx.rows(
        &format!("SELECT {COLUMNS} FROM shop WHERE org_id = $1 ORDER BY id"),
        args![org],
        read,
    )
}

/// The actor's shops, in the order they were added.
pub fn shops(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Shop>, Problem> {
    person::need_team(who)?;
    Ok(of_org(tx, who.org)?
        .into_iter()
        .filter(|shop| who.shops.has(shop.id))
        .collect())
}

/// Refuses with `not_found` unless all `shops` are the organisation's and in the actor's scope.
pub(crate) fn need_shops(tx: &mut Tx<'_>, who: &Actor, shops: &[Id]) -> Result<(), Problem> {
    for id in shops {
        who.need_shop(*id)?;
        shop(tx, who.org, *id)?.ok_or_else(Problem::not_found)?;
    }
    Ok(())
}

/// What may stand in the fields of a shop.
fn check(shop: &Shop) -> Result<Shop, Problem> {
    let line = |field, text: &str, limit| {
        if text.trim().is_empty() {
            Ok(String::new())
        } else {
            clean_line(field, text, limit)
        }
    };
    if !PLATFORMS.contains(&shop.platform.as_str()) {
        return Err(
            Problem::input("platform", "choice", "Unknown platform.").with("choices", PLATFORMS.to_vec())
        );
    }
    if Calendar::always(&shop.time_zone).check().is_err() {
        return Err(Problem::input(
            "time_zone",
            "time_zone",
            "Write an IANA name such as Asia/Shanghai.",
        ));
    }
    let colour = shop
        .color
        .strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.chars().all(|c| c.is_ascii_hexdigit()));
    if !colour {
        return Err(Problem::input("color", "color", "Write a colour as #RRGGBB."));
    }
    let origins = shop
        .origins
        .iter()
        .map(|origin| check_origin(origin))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Shop {
        name: clean_line("name", &shop.name, 60)?,
        kind: line("kind", &shop.kind, 20)?,
        edition: line("edition", &shop.edition, 20)?,
        origins,
        ..shop.clone()
    })
}

/// An origin as browsers send it: scheme, host and port, in lower case, no slash at the end.
fn check_origin(origin: &str) -> Result<String, Problem> {
    let clean = origin.trim().trim_end_matches('/').to_lowercase();
    let host = clean
        .strip_prefix("https://")
        .or_else(|| clean.strip_prefix("http://"));
    match host {
        Some(host)
            if !host.is_empty() && host.len() <= 255 && !host.contains(|c: char| "/?#@ *\\".contains(c)) =>
        {
            Ok(clean)
        }
        _ => Err(Problem::input(
            "origins",
            "origin",
            "Write an origin such as https://shop.example.com.",
        )),
    }
}

/// Adds a shop. Needs [`Permission::ManageShops`] and all shops: who has some only would not have it.
pub fn add_shop(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: NewShop) -> Result<Shop, Problem> {
    who.need(Permission::ManageShops)?;
    if who.shops != Shops::All {
        return Err(Problem::forbidden());
    }
    if new.key.len() != 16
        || !new
            .key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    {
        tracing::error!("a shop key must be 16 random characters");
        return Err(Problem::internal());
    }
    let shop = check(&Shop {
        id: tx.id(),
        key: new.key,
        name: new.name,
        platform: new.platform,
        kind: new.kind,
        edition: new.edition,
        edition_until: new.edition_until,
        time_zone: new.time_zone,
        color: new.color,
        origins: new.origins,
        active: true,
    })?;
    tx.exec(
        "INSERT INTO shop (org_id, id, key, name, platform, kind, edition, edition_until, time_zone, color,
                           origins, active, identity_secret, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, NULL, $12)",
        args![
            who.org,
            shop.id,
            &shop.key,
            &shop.name,
            &shop.platform,
            &shop.kind,
            &shop.edition,
            shop.edition_until,
            &shop.time_zone,
            &shop.color,
            &wire::to_text(&shop.origins)?,
            now
        ],
    )?;
    paper_clock::schedule_edition(tx, now, who.org, &shop)?;
    let data =
        json!({ "name": [null, shop.name], "platform": [null, shop.platform], "kind": [null, shop.kind] });
    tx.emit(Event {
        at: now,
        who,
        shop: shop.id,
        kind: "shop.added",
        subject: shop.id,
        data,
    })?;
    Ok(shop)
}

/// Changes a shop. Needs [`Permission::ManageShops`] in it.
pub fn change_shop(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: ShopChange,
) -> Result<Shop, Problem> {
    who.need_shop(id)?;
    let before = shop(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    who.need(Permission::ManageShops)?;
    let was = before.clone();
    let after = check(&Shop {
        name: change.name.unwrap_or(was.name),
        platform: change.platform.unwrap_or(was.platform),
        kind: change.kind.unwrap_or(was.kind),
        edition: change.edition.unwrap_or(was.edition),
        edition_until: change.edition_until.unwrap_or(was.edition_until),
        time_zone: change.time_zone.unwrap_or(was.time_zone),
        color: change.color.unwrap_or(was.color),
        origins: change.origins.unwrap_or(was.origins),
        active: change.active.unwrap_or(was.active),
        id,
        key: was.key,
    })?;
    let mut changes = Changes::default();
    changes.note("name", &before.name, &after.name);
    changes.note("platform", &before.platform, &after.platform);
    changes.note("kind", &before.kind, &after.kind);
    changes.note("edition", &before.edition, &after.edition);
    changes.note("edition_until", &before.edition_until, &after.edition_until);
    changes.note("time_zone", &before.time_zone, &after.time_zone);
    changes.note("color", &before.color, &after.color);
    changes.note("origins", &before.origins, &after.origins);
    changes.note("active", &before.active, &after.active);
    if changes.is_empty() {
        return Ok(after);
    }
    tx.exec(
        "UPDATE shop SET name = $3, platform = $4, kind = $5, edition = $6, edition_until = $7, time_zone = $8,
                         color = $9, origins = $10, active = $11
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            &after.name,
            &after.platform,
            &after.kind,
            &after.edition,
            after.edition_until,
            &after.time_zone,
            &after.color,
            &wire::to_text(&after.origins)?,
            after.active
        ],
    )?;
    paper_clock::schedule_edition(tx, now, who.org, &after)?;
    tx.emit(Event {
        at: now,
        who,
        shop: id,
        kind: "shop.changed",
        subject: id,
        data: changes.into_value(),
    })?;
    Ok(after)
}

/// The secret with which the shop signs its visitors' identities.
pub fn identity_secret(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<Option<String>, Problem> {
    let sql = "SELECT identity_secret FROM shop WHERE org_id = $1 AND id = $2";
    tx.value::<Option<String>>(sql, args![org, shop])
        .map(Option::flatten)
}

/// Gives the shop a new secret (random, drawn by the caller); identities signed with the old one are
/// refused from now on. Needs [`Permission::ManageShops`] in it.
pub fn new_identity_secret(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    secret: String,
) -> Result<(), Problem> {
    who.need_shop(shop)?;
    let sql = "UPDATE shop SET identity_secret = $3 WHERE org_id = $1 AND id = $2";
    if tx.exec(sql, args![who.org, shop, &secret])? == 0 {
        return Err(Problem::not_found());
    }
    who.need(Permission::ManageShops)?;
    let data = json!({ "secret": ["***", "***"] });
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "shop.secret_changed",
        subject: shop,
        data,
    })
}
