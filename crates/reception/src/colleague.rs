//! What reception asks of the team.

use base::{Id, Problem};
use store::Tx;

/// What buyers and colleagues see of a person.
pub(crate) fn name_of(tx: &mut Tx<'_>, org: Id, person: Id) -> Result<Option<String>, Problem> {
    Ok(team::person(tx, org, person)?.map(|p| p.nick))
}
