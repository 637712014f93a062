use base::{Actor, Id, Permission, Problem};
use jiff::tz::TimeZone;
use store::{Tx, args};

use super::names::{Named, Names};
use crate::{Faq, NewFaq, NewPolicy, NewScript, Policy, Script, WordKind, place};

/// Words to be written into a file.
#[derive(Clone, Debug)]
pub struct Exported {
    pub(super) zone: TimeZone,
    pub(super) words: Rows,
    pub(super) names: Names,
}

/// The rows of one kind.
#[derive(Clone, Debug)]
pub(super) enum Rows {
    Faq(Vec<NewFaq>),
    Script(Vec<NewScript>),
    Policy(Vec<NewPolicy>),
}

impl Rows {
    /// What of them has a name in files.
    fn named(&self) -> Named {
        let mut named = Named::default();
        match self {
            Rows::Faq(rows) => {
                named.owners.extend(rows.iter().filter_map(|row| row.owner));
                named
                    .products
                    .extend(rows.iter().flat_map(|row| row.products.iter().copied()));
                named.campaigns.extend(rows.iter().filter_map(|row| row.campaign));
            }
            Rows::Script(rows) => named.campaigns.extend(rows.iter().filter_map(|row| row.campaign)),
            Rows::Policy(rows) => named.campaigns.extend(rows.iter().filter_map(|row| row.campaign)),
        }
        named
    }
}

/// Reads the words of a shop, or those of all shops, to be written into a file: everything but proposals and
/// what belongs to a person or group. Needs [`Permission::Export`] and a right to edit them.
pub fn export_words(
    tx: &mut Tx<'_>,
    who: &Actor,
    kind: WordKind,
    shop: Option<Id>,
) -> Result<Exported, Problem> {
    who.need(Permission::Export)?;
    place::reader(who)?;
    let shop = shop.unwrap_or(Id::NONE);
    if !place::seen(who, shop) {
        return Err(Problem::not_found());
    }
    let zone = match shop {
        Id::NONE => team::shops(tx, who)?.into_iter().next(),
        shop => Some(team::shop(tx, who.org, shop)?.ok_or_else(Problem::not_found)?),
    };
    let zone = zone.and_then(|shop| TimeZone::get(&shop.time_zone).ok());
    let words = match kind {
        WordKind::Faq => {
            let condition = "f.shop_id = $2 AND f.status <> 'proposed' ORDER BY f.category, f.id";
            let found = Faq::rows(tx, who.org, condition, args![who.org, shop])?;
            Rows::Faq(found.iter().map(Faq::as_new).collect())
        }
        WordKind::Script => {
            let condition = "shop_id = $2 AND person_id IS NULL AND group_id IS NULL ORDER BY category, id";
            let found = Script::rows(tx, condition, args![who.org, shop])?;
            Rows::Script(found.iter().map(Script::as_new).collect())
        }
        WordKind::Policy => {
            let found = Policy::rows(tx, "shop_id = $2 ORDER BY category, id", args![who.org, shop])?;
            Rows::Policy(found.iter().map(Policy::as_new).collect())
        }
    };
    let names = Names::of(tx, who, &words.named())?;
    Ok(Exported {
        names,
        zone: zone.unwrap_or(TimeZone::UTC),
        words,
    })
}
