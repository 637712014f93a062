use base::{Actor, Id, Permission, Problem, Shops};
use store::{Arg, Tx, pad};

/// Refuses one who neither talks nor looks after the words.
pub(crate) fn reader(who: &Actor) -> Result<(), Problem> {
    let rights = [
        Permission::Talk,
        Permission::EditReplies,
        Permission::EditKnowledge,
    ];
    if rights.into_iter().any(|right| who.may(right)) {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

/// The shop something is kept for, [`Id::NONE`] for all shops. One that is not there or out of reach is
/// `not_found`; all shops are decided on by those who have them all (`shop_required`).
pub(crate) fn shop(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Id, Problem> {
    match shop.filter(|shop| *shop != Id::NONE) {
        Some(shop) => {
            who.need_shop(shop)?;
            team::shop(tx, who.org, shop)?.ok_or_else(Problem::not_found)?;
            Ok(shop)
        }
        None if who.shops == Shops::All => Ok(Id::NONE),
        None => Err(Problem::input(
            "shop",
            "shop_required",
            "Choose one of your shops.",
        )),
    }
}

/// Whether what is kept for `shop` may be seen.
pub(crate) fn seen(who: &Actor, shop: Id) -> bool {
    shop == Id::NONE || who.shops.has(shop)
}

/// Whether what is kept for `shop` may be changed, given the right: what holds in all shops is changed by
/// those who have them all.
pub(crate) fn editable(who: &Actor, shop: Id) -> Result<(), Problem> {
    if !seen(who, shop) {
        Err(Problem::not_found())
    } else if shop == Id::NONE && who.shops != Shops::All {
        Err(Problem::forbidden())
    } else {
        Ok(())
    }
}

/// Refuses a shop that is out of reach or not there, for those who have all shops too.
pub(crate) fn known(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<(), Problem> {
    who.need_shop(shop)?;
    if shop != Id::NONE {
        team::shop(tx, who.org, shop)?.ok_or_else(Problem::not_found)?;
    }
    Ok(())
}

/// A condition on `column` for what may be seen, and of that for what is good in `shop` if one is named
/// (which must be there and in reach); its arguments begin at `$first`.
pub(crate) fn condition(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    column: &str,
    first: usize,
) -> Result<(String, Vec<Arg<'static>>), Problem> {
    let shops = match (shop, &who.shops) {
        (Some(shop), _) => {
            known(tx, who, shop)?;
            vec![Id::NONE, shop]
        }
        (None, Shops::All) => return Ok(("1 = 1".to_owned(), Vec::new())),
        (None, Shops::Only(shops)) => [&[Id::NONE], shops.as_ref()].concat(),
    };
    let list = Tx::in_list(first, shops.len());
    Ok((format!("{column} IN {list}"), pad(&shops)))
}
