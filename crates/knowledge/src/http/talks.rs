use axum::extract::Extension;
use base::{Actor, Id, Problem};
use store::Tx;

/// Says in which shop a talk is that somebody may see; none where it is not there for them. This room lies below
/// the talks, so whoever puts the doors together gives it. Without it ids of talks are kept as they come.
#[derive(Clone, Copy, Debug)]
pub struct Talks(pub fn(&mut Tx<'_>, &Actor, Id) -> Result<Option<Id>, Problem>);

/// Talks as a door has them.
pub(super) type Known = Option<Extension<Talks>>;

/// Refuses a talk that is not there for `who`, or is one of another shop, with `talk_unknown` on `conversation`.
pub(super) fn check(
    talks: Known,
    tx: &mut Tx<'_>,
    who: &Actor,
    talk: Option<Id>,
    shop: Option<Id>,
) -> Result<(), Problem> {
    let (Some(Extension(Talks(shop_of))), Some(talk)) = (talks, talk) else {
        return Ok(());
    };
    match shop_of(tx, who, talk)? {
        Some(found) if shop.is_none_or(|shop| shop == found) => Ok(()),
        _ => Err(Problem::input(
            "conversation",
            "talk_unknown",
            "There is no such conversation in this shop.",
        )),
    }
}
