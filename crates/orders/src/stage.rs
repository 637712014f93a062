use base::{Id, Ms, Problem};
use serde::Serialize;
use store::{Tx, args};

use crate::filed::OF_CUSTOMER;

/// What a buyer's orders say of the stage a talk begins in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageFacts {
    /// An order of theirs was shipped within the days asked for: after-sale.
    pub shipped_within: bool,
    /// After-sale of an order is going on.
    pub after_open: bool,
    /// An order is paid and has not left: in-sale.
    pub paid_open: bool,
    /// An order waits for payment.
    pub unpaid_open: bool,
}

/// An order that is not finished with.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Unfinished {
    /// The order.
    pub order: Id,
    /// Its number.
    pub number: String,
    /// Why.
    pub why: Why,
}

/// Why an order is not finished with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It waits for payment.
    Unpaid,
    /// It is paid, has not left, and the buyer has not found it right yet.
    Unconfirmed,
}

const DAY_MS: i64 = 86_400_000;

/// What the orders of a customer with one shop say at `now`; `days` is how long after shipping a talk is about
/// after-sale. No right is asked: nothing of an order is told.
pub fn stage_facts(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    customer: Id,
    now: Ms,
    days: i64,
) -> Result<StageFacts, Problem> {
    let since = now.plus(-days * DAY_MS);
    let sql = format!("SELECT CAST(CASE WHEN ship_status <> 'none'
                       AND COALESCE(shipped_at, signed_at, changed_at, sort_at) > $4 THEN 1 ELSE 0 END AS BIGINT),
                CAST(CASE WHEN after_status = 'open' THEN 1 ELSE 0 END AS BIGINT),
                CAST(CASE WHEN order_status = 'open' AND pay_status = 'paid' AND ship_status = 'none'
                       THEN 1 ELSE 0 END AS BIGINT),
                CAST(CASE WHEN order_status = 'open' AND pay_status = 'unpaid' AND ship_status = 'none'
                       THEN 1 ELSE 0 END AS BIGINT)
         FROM shop_order WHERE org_id = $1 AND customer_id = $2 AND shop_id = $3 AND id IN {OF_CUSTOMER}");
    let rows: Vec<(bool, bool, bool, bool)> = tx.rows(&sql, args![org, customer, shop, since], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows
        .into_iter()
        .fold(StageFacts::default(), |facts, (shipped, after, paid, unpaid)| {
            StageFacts {
                shipped_within: facts.shipped_within || shipped,
                after_open: facts.after_open || after,
                paid_open: facts.paid_open || paid,
                unpaid_open: facts.unpaid_open || unpaid,
            }
        }))
}

/// What of an order tells the stage of a talk that was then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageThen {
    /// When it was paid.
    pub paid_at: Option<Ms>,
    /// When it was shipped.
    pub shipped_at: Option<Ms>,
    /// Whether it is open still.
    pub open: bool,
}

/// The moments of a customer's orders with one shop, for talks of another day. No right is asked: nothing of an order
/// is told.
pub fn stages_then(tx: &mut Tx<'_>, org: Id, shop: Id, customer: Id) -> Result<Vec<StageThen>, Problem> {
    let sql = format!(
        "SELECT paid_at, shipped_at, CAST(CASE WHEN order_status = 'open' THEN 1 ELSE 0 END AS BIGINT) FROM shop_order
         WHERE org_id = $1 AND customer_id = $2 AND shop_id = $3 AND paid_at IS NOT NULL AND id IN {OF_CUSTOMER}"
    );
    tx.rows(&sql, args![org, customer, shop], |row| {
        Ok(StageThen {
            paid_at: row.get(0)?,
            shipped_at: row.get(1)?,
            open: row.get(2)?,
        })
    })
}

/// The customer's orders with one shop that closing a talk asks about, the last placed first. No right is
/// asked: callers tell it to those who have the talk.
pub fn unpaid_or_unconfirmed(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    customer: Id,
) -> Result<Vec<Unfinished>, Problem> {
    let sql = format!(
        "SELECT id, number, pay_status FROM shop_order
         WHERE org_id = $1 AND customer_id = $2 AND shop_id = $3 AND order_status = 'open' AND ship_status = 'none'
           AND (pay_status = 'unpaid' OR (pay_status = 'paid' AND confirmed_at IS NULL)) AND id IN {OF_CUSTOMER}
         ORDER BY +sort_at DESC, +id DESC"
    );
    tx.rows(&sql, args![org, customer, shop], |row| {
        let why = if row.get::<String>(2)? == "unpaid" {
            Why::Unpaid
        } else {
            Why::Unconfirmed
        };
        Ok(Unfinished {
            order: row.get(0)?,
            number: row.get(1)?,
            why,
        })
    })
}
