//! What reception asks of the team.

use base::{Id, Problem};
use store::Tx;

/// What buyers and colleagues see of a person.
pub(crate) fn name_of(tx: &mut Tx<'_>, org: Id, person: Id) -> Result<Option<String>, Problem> {
    Ok(team::person(tx, org, person)?.map(|p| p.nick))
}

/// The skill group that takes a stage in a shop: one of the stage before one of all stages, one of this
/// shop before one of all shops.
pub(crate) fn group_for(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    stage: &str,
) -> Result<Option<team::Group>, Problem> {
    let mut fitting: Vec<team::Group> = team::groups_of_org(tx, org)?
        .into_iter()
        .filter(|g| g.stage.as_deref().is_none_or(|of| of == stage) && !g.members.is_empty())
        .filter(|g| g.shops.as_ref().is_none_or(|shops| shops.contains(&shop)))
        .collect();
    fitting.sort_by_key(|g| (g.stage.is_none(), g.shops.is_none(), g.id));
    Ok(fitting.into_iter().next())
}
