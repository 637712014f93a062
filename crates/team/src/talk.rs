use base::{Actor, Id, Problem};
use store::Tx;

/// A talk that somebody may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenTalk {
    /// Its shop.
    pub shop: Id,
    /// Its buyer.
    pub customer: Id,
}

/// Finds a talk that somebody may see; none where it is not there for them. The rooms whose doors take ids of talks lie
/// below the talks, so whoever puts the doors together gives it. Without it such ids are kept as they come.
#[derive(Clone, Copy, Debug)]
pub struct Talks(pub fn(&mut Tx<'_>, &Actor, Id) -> Result<Option<SeenTalk>, Problem>);

/// Refuses a talk that is not there for `who`, or does not `fit`, with `talk_unknown` on `conversation`.
pub fn check_talk(
    talks: Option<Talks>,
    tx: &mut Tx<'_>,
    who: &Actor,
    talk: Option<Id>,
    fits: impl FnOnce(&mut Tx<'_>, SeenTalk) -> Result<bool, Problem>,
) -> Result<(), Problem> {
    let (Some(Talks(find)), Some(talk)) = (talks, talk) else {
        return Ok(());
    };
    let fitting = match find(tx, who, talk)? {
        Some(found) => fits(tx, found)?,
        None => false,
    };
    if fitting {
        return Ok(());
    }
    Err(Problem::input(
        "conversation",
        "talk_unknown",
        "There is no such conversation in this shop.",
    ))
}
