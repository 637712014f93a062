//! Who may see which file.

use base::{Actor, Id, Problem, Shops, Who};
use store::{FileRow, Tx};

use crate::conversation::Conversation;

/// A file the buyer may see: one they sent, one that was said in their conversation, or the main picture of what the
/// shop sells.
pub fn buyer_file(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    customer: Option<Id>,
    id: Id,
) -> Result<FileRow, Problem> {
    let customer = customer.ok_or_else(Problem::not_found)?;
    let file = FileRow::load(tx, org, id)?.ok_or_else(Problem::not_found)?;
    if catalogue::shows_file(tx, org, &Shops::only(vec![shop]), id)? {
        return Ok(file);
    }
    if file.shop != shop {
        return Err(Problem::not_found());
    }
    let own = file.owner_kind == "buyer" && file.owner == customer;
    if own || said_before(tx, &Actor::buyer(org, shop, customer), &file)? {
        return Ok(file);
    }
    Err(Problem::not_found())
}

/// A file somebody of the team may see: sent in one of their shops; their own, or said in a
/// conversation they may see, or kept by the team outside conversations; and main pictures of what their shops sell.
pub fn team_file(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<FileRow, Problem> {
    let file = FileRow::load(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    let in_reach = file.shop == Id::NONE || who.shops.has(file.shop);
    if matches!(who.who, Who::Buyer(_)) {
        return Err(Problem::not_found());
    }
    if catalogue::shows_file(tx, who.org, &who.shops, id)? {
        return Ok(file);
    }
    if !in_reach {
        return Err(Problem::not_found());
    }
    let own = file.owner_kind == "person" && Some(file.owner) == who.person();
    let teams = file.subject == Id::NONE && file.owner_kind != "buyer";
    if own || teams || said_before(tx, who, &file)? {
        return Ok(file);
    }
    Err(Problem::not_found())
}

/// Whether the file was said in a conversation `who` may see, or in one of a visitor whose conversation
/// went on in it.
fn said_before(tx: &mut Tx<'_>, who: &Actor, file: &FileRow) -> Result<bool, Problem> {
    if file.subject == Id::NONE {
        return Ok(false);
    }
    let Some(said_in) = Conversation::load(tx, who.org, file.subject)? else {
        return Ok(false);
    };
    if said_in.visible_to(who) {
        return Ok(true);
    }
    Ok(said_in
        .went_on(tx)?
        .is_some_and(|conversation| conversation.visible_to(who)))
}
