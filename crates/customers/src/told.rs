use base::{Actor, Id, Ms, Problem};
use store::{Event, Tx};

/// Writes into the log what somebody did in the archive. It holds in every shop, as customers do.
pub(crate) fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    kind: &'static str,
    subject: Id,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind,
        subject,
        data,
    })
}
