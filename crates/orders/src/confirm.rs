use base::{Actor, Id, Ms, Permission, Problem, Who};
use serde_json::json;
use store::{Event, Tx, args};

use crate::state::State;

/// Keeps the buyer's answer to an order card: right, or wrong. The buyer answers for their own order; others
/// need [`Permission::EditOrders`] and the shop. Anything else is `not_found`.
pub fn confirm(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, right: bool) -> Result<(), Problem> {
    let state = State::reached(tx, who, id)?;
    match who.who {
        Who::Buyer(own) if state.merged.customer == Some(own) => {}
        Who::Buyer(_) => return Err(Problem::not_found()),
        _ => who.need(Permission::EditOrders)?,
    }
    if state.confirmed_at.is_some() == right {
        return Ok(());
    }
    let at = right.then_some(now);
    tx.exec(
        "UPDATE shop_order SET confirmed_at = $3, rev = rev + 1 WHERE org_id = $1 AND id = $2",
        args![who.org, id, at],
    )?;
    let data = json!({ "confirmed": [!right, right] });
    tx.emit(Event {
        at: now,
        who,
        shop: state.shop,
        kind: "order.confirmed",
        subject: id,
        data,
    })
}
