use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde_json::{Value, json};
use store::{Event, Tx};

use crate::WordKind;

/// How consoles hear of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tell {
    /// With a frame of its own.
    Each,
    /// Not by itself: one frame will stand for many ([`many`]).
    Together,
}

/// Writes down that something was done to `subject` (ids and figures only), and tells the consoles that
/// their lists are old: everybody who works with them, or only the person whose own it is.
pub(crate) fn changed(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (kind, event): (WordKind, &'static str),
    (subject, shop, person): (Id, Id, Option<Id>),
    data: Value,
    tell: Tell,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: event,
        subject,
        data,
    })?;
    if tell == Tell::Together {
        return Ok(());
    }
    match person {
        Some(person) => frame(tx, vec![Topic::Person(person)], kind.key(), Some(subject), shop),
        None => frame(tx, topics(who.org, shop), kind.key(), Some(subject), shop),
    }
    Ok(())
}

/// Those who work with the words of a shop, or of all shops.
fn topics(org: Id, shop: Id) -> Vec<Topic> {
    match shop {
        Id::NONE => vec![Topic::Org(org)],
        shop => vec![Topic::Shop(shop), Topic::ShopQueue(shop)],
    }
}

/// Tells the consoles that many words of a kind changed.
pub(crate) fn many(tx: &mut Tx<'_>, who: &Actor, kind: WordKind, shop: Id) {
    frame(tx, topics(who.org, shop), kind.key(), None, shop);
}

/// The frame alone; without an id it stands for many.
fn frame(tx: &mut Tx<'_>, topics: Vec<Topic>, kind: &str, id: Option<Id>, shop: Id) {
    let frame = json!({"on": "knowledge", "kind": kind, "id": id, "shop": shop});
    tx.live(Live {
        topics,
        frame: frame.to_string().into(),
    });
}
