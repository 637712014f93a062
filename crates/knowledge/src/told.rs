use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde_json::{Value, json};
use store::{Event, Tx};

use crate::WordKind;

/// Writes down that something was done to `subject` (ids and figures only), and tells the consoles that
/// their lists are old: everybody who works with them, or only the person whose own it is.
pub(crate) fn changed(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (kind, event): (WordKind, &'static str),
    (subject, shop, person): (Id, Id, Option<Id>),
    data: Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: event,
        subject,
        data,
    })?;
    match person {
        Some(person) => frame(tx, vec![Topic::Person(person)], kind.key(), Some(subject), shop),
        None => frame(tx, topics(who.org, shop), kind.key(), Some(subject), shop),
    }
    Ok(())
}

/// Those who work with the words of a shop, or of all shops.
pub(crate) fn topics(org: Id, shop: Id) -> Vec<Topic> {
    match shop {
        Id::NONE => vec![Topic::Org(org)],
        shop => vec![Topic::Shop(shop), Topic::ShopQueue(shop)],
    }
}

/// The frame alone; without an id it stands for many.
pub(crate) fn frame(tx: &mut Tx<'_>, topics: Vec<Topic>, kind: &str, id: Option<Id>, shop: Id) {
    let frame = json!({"on": "knowledge", "kind": kind, "id": id, "shop": shop});
    tx.live(Live {
        topics,
        frame: frame.to_string().into(),
    });
}
