use base::{Actor, Id, Ms, Permission, Problem};
use store::Tx;

use crate::WordKind;
use crate::words::heard;

/// Says what an agent picked for what was typed: a use, and evidence for the ranking. The text is masked, and
/// kept without who it was about; what looks like an address or a story is not kept. What a buyer asked in another
/// program (row 311) names the shop it was asked in, and becomes a suggested similar question, as in a talk of ours.
pub fn picked(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (kind, id): (WordKind, Id),
    text: &str,
    elsewhere: Option<Id>,
) -> Result<(), Problem> {
    match kind {
        WordKind::Script => crate::used_script(tx, now, who, id),
        WordKind::Policy => {
            who.need(Permission::Talk)?;
            crate::policy(tx, who, id).map(drop)
        }
        WordKind::Faq => {
            crate::used_faq(tx, now, who, id, None, None)?;
            match elsewhere {
                Some(shop) => heard::keep_elsewhere(tx, now, who, id, shop, text).map(drop),
                None => heard::keep_picked(tx, now, who, id, text),
            }
        }
    }
}
