use base::{Actor, Id, Ms, Problem, clean_line};
use serde_json::json;
use store::{Event, Tx, args};

use crate::customer::Customer;
use crate::erased::customer_erased_at;
use crate::identity::{IdentityKind, add, by_identity, display_name, find_or_make, member_name};
use crate::merge::merge;

/// Who a visitor proved to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The customer with the proven identity.
    pub customer: Id,
    /// The anonymous customer that was merged into it, if one was: what belongs to it moves.
    pub merged: Option<Id>,
}

/// Joins a signed identity (`sub` is the shop's own customer id) with the visitor who brought it.
///
/// The known customer wins. The visitor's customer is merged into it only if it has no proven identity of
/// its own: two people at one browser stay two. A visitor nobody knew yet becomes the customer itself. The
/// signature was checked by the caller.
pub fn prove(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    shop: Id,
    sub: &str,
    name: Option<&str>,
    visitor: Option<Id>,
) -> Result<Proved, Problem> {
    let sub = clean_line("sub", sub, 128)?;
    let name = name.and_then(display_name);
    let visitor = match visitor {
        Some(id) => Some(Customer::get(tx, org, id)?.ok_or_else(Problem::not_found)?),
        None => None,
    };
    // One that was merged before is known through the one it was merged into.
    let anonymous = visitor.filter(|visitor| !visitor.known).map(|visitor| visitor.id);
    let anonymous = match anonymous {
        // A window that was open while its visitor was erased belongs to nobody any more.
        Some(id) if customer_erased_at(tx, org, id)?.is_some() => None,
        Some(id) if crate::customer::survivor(tx, org, id)? == id => Some(id),
        _ => None,
    };
    let known = by_identity(tx, org, IdentityKind::ShopUser, shop, &sub)?;
    let proved = match (known, anonymous) {
        (Some(customer), Some(visitor)) => {
            merge(tx, now, org, shop, visitor, customer)?;
            Proved {
                customer,
                merged: Some(visitor),
            }
        }
        (Some(customer), None) => Proved {
            customer,
            merged: None,
        },
        (None, Some(visitor)) => {
            become_known(tx, now, org, shop, &sub, visitor)?;
            Proved {
                customer: visitor,
                merged: None,
            }
        }
        (None, None) => {
            let id = tx.id();
            let who = Actor::buyer(org, shop, id);
            let called = name.clone().unwrap_or_else(|| member_name(id));
            let customer = find_or_make(tx, now, &who, IdentityKind::ShopUser, shop, &sub, &called, id)?;
            Proved {
                customer,
                merged: None,
            }
        }
    };
    if let Some(name) = name {
        rename(tx, now, org, shop, proved.customer, &name)?;
    }
    Ok(proved)
}

/// The anonymous visitor is the customer `sub` names.
fn become_known(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, sub: &str, visitor: Id) -> Result<(), Problem> {
    if !add(tx, now, org, IdentityKind::ShopUser, shop, sub, visitor)? {
        // Proved by somebody else since it was looked up: trying again finds it.
        return Err(Problem::unavailable());
    }
    tx.exec(
        "UPDATE customer SET known = 1 WHERE org_id = $1 AND id = $2",
        args![org, visitor],
    )?;
    let who = Actor::buyer(org, shop, visitor);
    let data = json!({ "known": [false, true] });
    tx.emit(Event {
        at: now,
        who: &who,
        shop,
        kind: "customer.proved",
        subject: visitor,
        data,
    })
}

/// The shop knows best what its customer is called.
fn rename(tx: &mut Tx<'_>, now: Ms, org: Id, shop: Id, customer: Id, name: &str) -> Result<(), Problem> {
    let changed = tx.exec(
        "UPDATE customer SET name = $3, folded = $4 WHERE org_id = $1 AND id = $2 AND name <> $3",
        args![org, customer, name, &name.to_lowercase()],
    )?;
    if changed == 0 {
        return Ok(());
    }
    let who = Actor::buyer(org, shop, customer);
    let data = json!({ "name": ["***", "***"] });
    tx.emit(Event {
        at: now,
        who: &who,
        shop,
        kind: "customer.renamed",
        subject: customer,
        data,
    })
}
