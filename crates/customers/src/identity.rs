use base::{Actor, Id, Ms, Permission, Problem, clean_line, snippet};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use crate::check;
use crate::contact::{is_masked, mask_end};
use crate::customer::Customer;

/// By what a buyer is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// The hash of the token the widget keeps: the same browser, whoever sits at it.
    Visitor,
    /// The shop's own customer id, signed by the shop or told by its program: the same person.
    ShopUser,
    /// A nick on a platform: the same account, as far as a file says; never proven.
    Nick,
}

impl IdentityKind {
    /// The name in the database.
    pub(crate) fn key(self) -> &'static str {
        match self {
            IdentityKind::Visitor => "visitor",
            IdentityKind::ShopUser => "shop_user",
            IdentityKind::Nick => "nick",
        }
    }
}

/// One identity of a customer, as people may see it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Identity {
    /// `visitor`, `shop_user` or `nick`.
    pub kind: String,
    /// The shop it holds for; null: all.
    pub shop: Option<Id>,
    /// The nick; a shop's customer id masked, for it may be a phone number; null for a visitor.
    pub value: Option<String>,
    /// Whether the shop vouched for it.
    pub proven: bool,
}

/// The customer recognised by `value`; `shop` is [`Id::NONE`] for what holds in every shop.
pub fn by_identity(
    tx: &mut Tx<'_>,
    org: Id,
    kind: IdentityKind,
    shop: Id,
    value: &str,
) -> Result<Option<Id>, Problem> {
    tx.value(
        "SELECT customer_id FROM customer_identity
         WHERE org_id = $1 AND kind = $2 AND shop_id = $3 AND value = $4",
        args![org, kind.key(), shop, value],
    )
}

/// Whom the token (its hash) of a browser leads to, and whether the shop vouched for that person: then the token
/// alone says only that they sat at this browser once.
pub fn known_visitor(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    token_hash: &str,
) -> Result<Option<(Id, bool)>, Problem> {
    tx.row(
        "SELECT customer_id, proven FROM customer_identity
         WHERE org_id = $1 AND kind = $2 AND shop_id = $3 AND value = $4",
        args![org, IdentityKind::Visitor.key(), shop, token_hash],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The shop vouched for whoever sits at the browser with this token (its hash): from now on the token leads to
/// them only together with a signature, see [`known_visitor`].
pub fn vouch_visitor(tx: &mut Tx<'_>, org: Id, shop: Id, token_hash: &str) -> Result<(), Problem> {
    tx.exec(
        "UPDATE customer_identity SET proven = 1 WHERE org_id = $1 AND kind = $2 AND shop_id = $3 AND value = $4",
        args![org, IdentityKind::Visitor.key(), shop, token_hash],
    )?;
    Ok(())
}

/// The anonymous visitor of `shop` with this token (its hash), made on the first visit as "访客 1234".
/// After a proof it is the customer the visitor proved to be.
pub fn visitor(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, token_hash: &str) -> Result<Customer, Problem> {
    let found = match by_identity(tx, org, IdentityKind::Visitor, shop, token_hash)? {
        Some(known) => known,
        None => {
            let id = tx.id();
            let who = Actor::buyer(org, shop, id);
            let name = format!("访客 {:04}", id.0 % 10_000);
            find_or_make(tx, now, &who, IdentityKind::Visitor, shop, token_hash, &name, id)?
        }
    };
    Customer::get(tx, org, found)?.ok_or_else(Problem::not_found)
}

/// The customer an order or a file names by `kind` and `value`, made when nobody is known by it. `None`
/// for an empty or masked value, which names nobody. Needs [`Permission::EditOrders`] or
/// [`Permission::EditCustomers`]; whoever holds it vouches for a [`IdentityKind::ShopUser`].
pub fn of_buyer(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    kind: IdentityKind,
    value: &str,
    name: Option<&str>,
) -> Result<Option<Id>, Problem> {
    if !who.may(Permission::EditOrders) {
        who.need(Permission::EditCustomers)?;
    }
    who.need_shop(shop)?;
    if kind == IdentityKind::Visitor {
        return Err(Problem::input(
            "kind",
            "identity_invalid",
            "A visitor is recognised by the widget only.",
        ));
    }
    let value = check::line("buyer", value, 128)?;
    if value.is_empty() || is_masked(&value) {
        return Ok(None);
    }
    if let Some(known) = by_identity(tx, who.org, kind, shop, &value)? {
        return Ok(Some(known));
    }
    let id = tx.id();
    let given = name.filter(|name| !is_masked(name)).and_then(display_name);
    let name = match (given, kind) {
        (Some(name), _) => name,
        (None, IdentityKind::Nick) => snippet(&value, NAME),
        (None, _) => member_name(id),
    };
    find_or_make(tx, now, who, kind, shop, &value, &name, id).map(Some)
}

/// Visible characters of a name.
pub(crate) const NAME: usize = 40;

/// A name from outside as it can be shown; `None` when nothing is left of it.
pub(crate) fn display_name(name: &str) -> Option<String> {
    clean_line("name", &snippet(name, NAME), 8 * NAME).ok()
}

/// What a customer is called whose name nobody told.
pub(crate) fn member_name(id: Id) -> String {
    format!("会员 {:04}", id.0 % 10_000)
}

/// Makes the identity and its customer `id`, unless somebody else just did: then theirs is meant.
#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(crate) fn find_or_make(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    kind: IdentityKind,
    shop: Id,
    value: &str,
    name: &str,
    id: Id,
) -> Result<Id, Problem> {
    let proven = kind == IdentityKind::ShopUser;
    if !add(tx, now, who.org, kind, shop, value, id)? {
        return by_identity(tx, who.org, kind, shop, value)?.ok_or_else(Problem::internal);
    }
    tx.exec(
        "INSERT INTO customer (org_id, id, name, folded, level, vip, vip_note, note, known, spent_fen, orders, created_at)
         VALUES ($1, $2, $3, $4, 0, 0, '', '', $5, 0, 0, $6)",
        args![who.org, id, name, &name.to_lowercase(), proven, now],
    )?;
    let data = json!({ "by": kind.key() });
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "customer.created",
        subject: id,
        data,
    })?;
    Ok(id)
}

/// Writes an identity of `customer`; `false` when it is somebody's already.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    kind: IdentityKind,
    shop: Id,
    value: &str,
    customer: Id,
) -> Result<bool, Problem> {
    let proven = kind == IdentityKind::ShopUser;
    let added = tx.exec(
        "INSERT INTO customer_identity (org_id, kind, shop_id, value, customer_id, proven, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org_id, kind, shop_id, value) DO NOTHING",
        args![org, kind.key(), shop, value, customer, proven, now],
    )?;
    Ok(added == 1)
}

/// The identities of a customer as they may be seen by everybody.
pub(crate) fn identities(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<Vec<Identity>, Problem> {
    tx.rows(
        "SELECT kind, shop_id, value, proven FROM customer_identity WHERE org_id = $1 AND customer_id = $2
         ORDER BY created_at, kind, shop_id, value",
        args![org, customer],
        |row| {
            let (kind, shop, value): (String, Id, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let value = match kind.as_str() {
                "visitor" => None,
                "nick" => Some(value),
                _ => Some(mask_end(&value)),
            };
            Ok(Identity {
                kind,
                shop: (shop != Id::NONE).then_some(shop),
                value,
                proven: row.get(3)?,
            })
        },
    )
}
