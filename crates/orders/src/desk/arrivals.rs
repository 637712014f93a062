use base::{Actor, Ms, Permission, Problem};
use serde::Serialize;
use store::{Tx, args};

use super::reach::Reach;
use super::watch::WatchAsk;

/// What one courier brought within some days, and how much of it came late (rows 17 and 18).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Arrivals {
    /// Who carried it, as the orders say; null: nobody says.
    pub courier: Option<String>,
    /// Orders that came and of which is known when they should have.
    pub arrived: i64,
    /// Of these, how many came later.
    pub late: i64,
}

const DAY_MS: i64 = 86_400_000;
/// How long before it came an order may have been placed: the list of orders is read from there on.
const PLACED_BEFORE_MS: i64 = 365 * DAY_MS;

/// What came within some days, by courier, the most first: an order is late that came after the moment the platform
/// expected, else after the longest time its courier needs. Needs [`Permission::SeeOrders`].
pub fn arrivals(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &WatchAsk) -> Result<Vec<Arrivals>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, ask.shop, 5)?;
    let sql = format!(
        "SELECT courier, COUNT(*), CAST(SUM(CASE WHEN signed_at > due_at THEN 1 ELSE 0 END) AS BIGINT)
         FROM (SELECT o.courier, o.signed_at, COALESCE(o.due_at, (
                   SELECT MAX(p.due_at) FROM parcel_order l JOIN parcel p ON p.org_id = l.org_id AND p.id = l.parcel_id
                   WHERE l.org_id = o.org_id AND l.order_id = o.id AND p.state = 'shipped')) AS due_at
               FROM shop_order o
               WHERE o.org_id = $1 AND o.sort_at >= $2 AND o.sort_at < $4 AND o.signed_at >= $3 AND o.signed_at < $4
                 AND o.{}) came
         WHERE due_at IS NOT NULL GROUP BY courier ORDER BY COUNT(*) DESC, courier",
        if reach.shops.is_empty() { "shop_id > 0" } else { &reach.sql }
    );
    let from = ask.from.unwrap_or(now.plus(-30 * DAY_MS));
    let to = ask.to.unwrap_or(now);
    let mut arguments = args![who.org, from.plus(-PLACED_BEFORE_MS), from, to].to_vec();
    arguments.extend(reach.shops);
    tx.rows(&sql, &arguments, |row| {
        Ok(Arrivals {
            courier: row.get(0)?,
            arrived: row.get(1)?,
            late: row.get(2)?,
        })
    })
}
