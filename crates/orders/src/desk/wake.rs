use base::{Id, Live, Ms, Problem, Topic};
use serde_json::json;
use store::{Tx, args};

use super::ask::Ask;
use super::parcel::Parcel;
use crate::state::State;

/// Has all parcels that are still here looked at again, soon.
pub(crate) fn all(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<(), Problem> {
    tx.exec(
        "UPDATE parcel SET look_at = $2
         WHERE org_id = $1 AND look_at > $2 AND state IN ('waiting', 'held', 'passed', 'printed', 'packed')",
        args![org, now],
    )?;
    Ok(())
}

/// Tells the consoles of a shop that lists of the desk are old.
pub(crate) fn lists(tx: &mut Tx<'_>, shop: Id, parcels: &[Id]) {
    let named = if parcels.len() > 50 { &[] } else { parcels };
    let frame = json!({ "on": "desk", "shop": shop, "parcels": named });
    tx.live(Live {
        topics: vec![Topic::Desk(shop)],
        frame: frame.to_string().into(),
    });
}

/// Tells the consoles of a shop that the promise of a parcel is about to break.
pub(crate) fn near(tx: &mut Tx<'_>, parcel: &Parcel, number: &str) {
    let frame = json!({
        "on": "alarm", "alarm": "promise_near", "shop": parcel.row.shop, "parcel": parcel.row.id, "text": number,
        "at": parcel.row.promise_at,
    });
    tx.live(Live {
        topics: vec![Topic::Desk(parcel.row.shop)],
        frame: frame.to_string().into(),
    });
    lists(tx, parcel.row.shop, &[parcel.row.id]);
}

/// Tells the consoles of a shop that prices asked for are promised by another time than before.
pub fn prices_moved(tx: &mut Tx<'_>, shop: Id) {
    lists(tx, shop, &[]);
}

/// Tells the consoles of a shop that a price is to be decided by `due`: so the buyer was promised.
pub fn price_near(tx: &mut Tx<'_>, org: Id, ask: &Ask, due: Ms) -> Result<(), Problem> {
    let number = State::get(tx, org, ask.order)?.map(|order| order.number);
    let frame = json!({
        "on": "alarm", "alarm": "price_near", "shop": ask.shop, "ask": ask.id, "text": number, "at": due,
    });
    tx.live(Live {
        topics: vec![Topic::Desk(ask.shop)],
        frame: frame.to_string().into(),
    });
    lists(tx, ask.shop, &[]);
    Ok(())
}
