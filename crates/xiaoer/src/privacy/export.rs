use base::{Actor, Held, Id, Ms, Permission, Problem};
use jiff::tz::TimeZone;
use serde_json::json;
use store::{Db, Event, Tx};

/// All that is held of a customer as one workbook, a sheet for each kind, in the shops the actor has; no cell carries
/// a formula. Needs the rights to see customers, orders and all talks, to reveal and to export. That it was asked for
/// is logged before anything is read.
pub(crate) async fn export(db: &Db, now: Ms, who: &Actor, id: Id) -> Result<Vec<u8>, Problem> {
    let asking = who.clone();
    db.write(move |tx| begin(tx, now, &asking, id)).await?;
    let asking = who.clone();
    let (all, zone) = db.read(move |tx| held(tx, &asking, id)).await?;
    tokio::task::spawn_blocking(move || customers::write_held(&all, zone))
        .await
        .map_err(|_| Problem::internal())?
}

pub(super) fn begin(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    customers::may_hand_over(who)?;
    who.need(Permission::SeeOrders)?;
    who.need(Permission::SeeAllTalks)?;
    let subject = customers::survivor(tx, who.org, id)?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "customer.exported",
        subject,
        data: json!({}),
    })
}

/// What every room holds, and the zone its moments are shown in.
pub(super) fn held(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(Vec<Held>, TimeZone), Problem> {
    let ids = customers::ids_of(tx, who.org, id)?;
    let mut all = customers::held(tx, who, id)?;
    all.extend(orders::privacy::held_orders(tx, who, &ids)?);
    all.extend(reception::privacy::held_talks(tx, who, &ids)?);
    all.push(knowledge::held_questions(tx, who, &ids)?);
    let shops = team::shops(tx, who)?;
    let zone = shops.first().and_then(|shop| TimeZone::get(&shop.time_zone).ok());
    Ok((all, zone.unwrap_or(TimeZone::UTC)))
}
