use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem, Who};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, pad};

use crate::merge::Merged;
use crate::stars::Stars;
use crate::state::State;

/// Who receives an order, how to reach them, and where.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Secret {
    pub(crate) receiver: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) address: Option<String>,
}

/// One secret of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderSecret {
    /// Who receives it.
    Receiver,
    /// The receiver's phone.
    Phone,
    /// Where it goes.
    Address,
}

impl Secret {
    pub(crate) fn of_orders(
        tx: &mut Tx<'_>,
        org: Id,
        orders: &[Id],
    ) -> Result<BTreeMap<Id, (Secret, Stars)>, Problem> {
        let sql = format!(
            "SELECT order_id, receiver, phone, address, stars FROM order_secret WHERE org_id = $1 AND order_id IN {}",
            Tx::in_list(2, orders.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(orders));
        let rows = tx.rows(&sql, &arguments, |row| {
            let secret = Secret {
                receiver: row.get(1)?,
                phone: row.get(2)?,
                address: row.get(3)?,
            };
            Ok((row.get::<Id>(0)?, (secret, Stars::read(row.get(4)?))))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Writes those of new orders.
    pub(crate) fn make(tx: &mut Tx<'_>, org: Id, new: &[(Id, &Merged)]) -> Result<(), Problem> {
        let stars: Vec<Option<String>> = new.iter().map(|(_, is)| is.stars.written()).collect();
        let mut arguments = Vec::with_capacity(new.len() * 5);
        for ((order, is), stars) in new.iter().zip(&stars) {
            arguments.extend_from_slice(args![*order, &is.receiver, &is.phone, &is.address, stars]);
        }
        tx.insert_alike(
            "INSERT INTO order_secret (org_id, order_id, receiver, phone, address, stars)",
            args![org],
            5,
            "",
            &arguments,
        )?;
        Ok(())
    }

    /// Writes those of an order that was there.
    pub(crate) fn put(tx: &mut Tx<'_>, org: Id, order: Id, is: &Merged) -> Result<(), Problem> {
        tx.exec(
            "INSERT INTO order_secret (org_id, order_id, receiver, phone, address, stars)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, order_id) DO UPDATE
             SET receiver = excluded.receiver, phone = excluded.phone, address = excluded.address, stars = excluded.stars",
            args![org, order, &is.receiver, &is.phone, &is.address, &is.stars.written()],
        )?;
        Ok(())
    }
}

/// One secret of an order in full, written in the log with who asked. Needs [`Permission::SeeOrders`],
/// [`Permission::Reveal`] and the shop. `None` when there is nothing to reveal; that it was asked for is
/// written all the same.
pub fn reveal(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    field: OrderSecret,
) -> Result<Option<String>, Problem> {
    who.need(Permission::SeeOrders)?;
    who.need(Permission::Reveal)?;
    let State { shop, merged, .. } = State::reached(tx, who, id)?;
    let to = merged.goes_to();
    let (name, value) = match field {
        OrderSecret::Receiver => ("receiver", to.receiver),
        OrderSecret::Phone => ("phone", to.phone),
        OrderSecret::Address => ("address", to.address),
    };
    let data = json!({ "field": name });
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "order.revealed",
        subject: id,
        data,
    })?;
    Ok(value)
}

/// Who receives an order, how to reach them, and where, in full.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivery {
    /// Who receives it.
    pub receiver: Option<String>,
    /// The receiver's phone.
    pub phone: Option<String>,
    /// Where it goes.
    pub address: Option<String>,
}

/// Where a buyer's own order goes, for that buyer to check (row 172), written in the log. `not_found` for everybody
/// else. Whether the buyer is proven to be who they say is another question: see [`crate::owned_by`].
pub fn own_delivery(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Delivery, Problem> {
    let State { shop, merged, .. } = State::reached(tx, who, id)?;
    match who.who {
        Who::Buyer(own) if merged.customer == Some(own) => {}
        _ => return Err(Problem::not_found()),
    }
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "order.revealed",
        subject: id,
        data: json!({ "field": "delivery" }),
    })?;
    let to = merged.goes_to();
    Ok(Delivery {
        receiver: to.receiver,
        phone: to.phone,
        address: to.address,
    })
}
