use base::{Actor, Fen, Id, Ms, Problem};
use serde_json::json;
use store::{Event, Tx, args};

use crate::customer::survivor;

/// Counts what an order of the customer brought: `amount` paid and `orders` orders, both negative when a
/// purchase is taken back. Called by the verbs of orders, which check the rights.
pub fn record_purchase(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    customer: Id,
    amount: Fen,
    orders: i64,
) -> Result<(), Problem> {
    let customer = survivor(tx, who.org, customer)?;
    let sums = tx.row(
        "UPDATE customer SET spent_fen = spent_fen + $3, orders = orders + $4 WHERE org_id = $1 AND id = $2
         RETURNING spent_fen, orders",
        args![who.org, customer, amount, orders],
        |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)),
    )?;
    let (spent, count) = sums.ok_or_else(Problem::not_found)?;
    let data = json!({ "spent_fen": [spent - amount.0, spent], "orders": [count - orders, count] });
    let shop = Id::NONE;
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "customer.purchase_recorded",
        subject: customer,
        data,
    })
}

/// Makes the sums of a customer what their orders come to: called by orders after two who were joined were parted.
pub fn set_sums(tx: &mut Tx<'_>, org: Id, customer: Id, spent: Fen, orders: i64) -> Result<(), Problem> {
    tx.exec(
        "UPDATE customer SET spent_fen = $3, orders = $4 WHERE org_id = $1 AND id = $2",
        args![org, customer, spent, orders],
    )?;
    Ok(())
}
