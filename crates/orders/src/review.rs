//! What a buyer said of an order after it came: the last step of its way (row 90).

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, pad};

use crate::state::State;
use crate::status::{OrderStatus, PayStatus, ShipStatus};

/// A review of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderReview {
    /// The order.
    pub order: Id,
    /// Stars, 1 to 5, where the platform gives any.
    pub stars: Option<i64>,
    /// What the buyer wrote.
    pub text: String,
    /// When the buyer wrote it.
    pub at: Ms,
}

/// A review as a person or a program tells it.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrderReview {
    /// Stars, 1 to 5.
    pub stars: Option<i64>,
    /// What the buyer wrote, at most 1,000 characters; may be empty where there are stars.
    #[serde(default)]
    pub text: String,
    /// When; left out: now.
    pub at: Option<Ms>,
}

/// Whether an order has come so far that its buyer can review it.
fn came(state: &State) -> bool {
    let is = &state.merged;
    is.order_status() == OrderStatus::Done
        || is.ship_status() == ShipStatus::Signed
        || (is.pay_status() == PayStatus::Refunded && is.ship_status() != ShipStatus::None)
}

/// Keeps what the buyer said of an order; a later review takes the place of an earlier one, an earlier one
/// changes nothing. Needs [`Permission::EditOrders`] and the shop; `not_received` before the goods came.
pub fn review_order(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewOrderReview,
) -> Result<OrderReview, Problem> {
    let state = State::reached(tx, who, id)?;
    who.need(Permission::EditOrders)?;
    let is = checked(&state, now, new)?;
    if !came(&state) {
        return Err(Problem::conflict("not_received", "The goods have not come yet."));
    }
    take(tx, now, who, &state, is)
}

/// Writes a review that was [`checked`], unless a later one stands there; what stands there then.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    state: &State,
    is: OrderReview,
) -> Result<OrderReview, Problem> {
    let (id, at) = (state.id, is.at);
    let was = of_orders(tx, who.org, &[id])?.remove(&id);
    if let Some(was) = was.as_ref().filter(|was| was.at.0 > at.0 || **was == is) {
        return Ok(was.clone());
    }
    put(tx, now, who.org, id, Some(&is))?;
    // What the buyer wrote stands in its own table only.
    let data = json!({ "stars": [was.as_ref().and_then(|was| was.stars), is.stars], "reviewed": [was.map(|was| was.at), at] });
    tx.emit(Event {
        at: now,
        who,
        shop: state.shop,
        kind: "order.reviewed",
        subject: id,
        data,
    })?;
    Ok(is)
}

/// What a review of this order would be, or what is wrong with it.
pub(crate) fn checked(state: &State, now: Ms, new: &NewOrderReview) -> Result<OrderReview, Problem> {
    if new.stars.is_some_and(|stars| !(1..=5).contains(&stars)) {
        return Err(Problem::input("stars", "out_of_range", "One to five stars.")
            .with("min", 1)
            .with("max", 5));
    }
    let text = match new.text.trim() {
        "" if new.stars.is_none() => {
            return Err(Problem::input("text", "missing", "A review has stars or words."));
        }
        "" => String::new(),
        text => clean_text("text", text, 1_000)?,
    };
    let at = new.at.unwrap_or(now);
    if at.0 > now.0 + crate::new_order::AHEAD_MS {
        return Err(Problem::input("at", "in_the_future", "It lies in the future."));
    }
    Ok(OrderReview {
        order: state.id,
        stars: new.stars,
        text,
        at,
    })
}

/// Writes what was said of an order, or takes it away.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    order: Id,
    is: Option<&OrderReview>,
) -> Result<(), Problem> {
    let Some(is) = is else {
        let sql = "DELETE FROM order_review WHERE org_id = $1 AND order_id = $2";
        return tx.exec(sql, args![org, order]).map(drop);
    };
    tx.exec(
        "INSERT INTO order_review (org_id, order_id, stars, text, at, kept_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org_id, order_id) DO UPDATE
         SET stars = excluded.stars, text = excluded.text, at = excluded.at, kept_at = excluded.kept_at",
        args![org, order, is.stars, &is.text, is.at, now],
    )?;
    Ok(())
}

/// The reviews of these orders.
pub(crate) fn of_orders(
    tx: &mut Tx<'_>,
    org: Id,
    orders: &[Id],
) -> Result<BTreeMap<Id, OrderReview>, Problem> {
    if orders.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT order_id, stars, text, at FROM order_review WHERE org_id = $1 AND order_id IN {}",
        Tx::in_list(2, orders.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    let rows = tx.rows(&sql, &arguments, |row| {
        Ok(OrderReview {
            order: row.get(0)?,
            stars: row.get(1)?,
            text: row.get(2)?,
            at: row.get(3)?,
        })
    })?;
    Ok(rows.into_iter().map(|review| (review.order, review)).collect())
}
