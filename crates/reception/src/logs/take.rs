//! Taking talks in, as the importer asks for it.

use std::collections::{HashMap, HashSet};

use base::{Actor, Id, Ms, Permission, Problem, clean_line};
use orders::import::{ImportCounts, Talks};
use sheet::chat::ChatTalk;
use store::{Tx, args};

use crate::conversation::Conversation;
use crate::logs::item::Item;
use crate::logs::weave::{Change, of_buyer, tell, weave};
use crate::logs::{LOG, back};

/// What this room does with chat logs, for [`orders::import::Importer::with_talks`].
pub const TALKS: Talks = Talks {
    weigh,
    take_in,
    give_back: back::give_back,
    talked: back::talked,
};

/// Characters of a nick.
const NICK: usize = 64;

/// A talk whose buyer somebody can be.
struct Meant<'t> {
    nick: String,
    items: Vec<Item>,
    talk: &'t ChatTalk,
}

/// Takes talks into a shop. Who a buyer is, is told by the nick; one who was erased is not brought back. Needs
/// [`Permission::Supervise`] and the shop.
fn take_in(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    (shop, run): (Id, Id),
    talks: &[ChatTalk],
) -> Result<ImportCounts, Problem> {
    need(who, shop)?;
    let mut counts = ImportCounts::default();
    let meant = meant(tx, who, shop, run, talks, &mut counts)?;
    let nicks = nicks(&meant);
    let mut customers = customers::of_nicks(tx, now, who, shop, run, &nicks)?;
    let ids: Vec<Id> = customers.values().copied().collect();
    let merged = match ids.is_empty() {
        true => HashMap::new(),
        false => customers::merged_of(tx, who.org, &ids)?,
    };
    for customer in customers.values_mut() {
        *customer = merged.get(customer).copied().unwrap_or(*customer);
    }
    let people = team::account_people(tx, who.org, shop)?;
    let (mut changed, mut brought) = (Vec::new(), Vec::new());
    for one in meant {
        let (Some(customer), Some(first)) = (customers.get(&one.nick), one.items.first()) else {
            continue;
        };
        let mut conversation = of_buyer(tx, who.org, shop, *customer, first.at)?;
        let add = with_cards(tx, who.org, shop, one.items)?;
        let change = Change { add, without: None };
        let woven = weave(tx, now, &people, &mut conversation, change)?;
        counts.created += woven.added;
        counts.unchanged += woven.known;
        if woven.added > 0 {
            brought.extend_from_slice(args![who.org, run, conversation.id]);
        }
        changed.extend(woven.changed.map(|(from, to)| (conversation.id, from, to)));
    }
    tx.insert_many(
        "INSERT INTO log_talk (org_id, run_id, conversation_id)",
        3,
        "ON CONFLICT (org_id, run_id, conversation_id) DO NOTHING",
        &brought,
    )?;
    tell(tx, now, who, shop, run, &changed)?;
    Ok(counts)
}

/// What [`take_in`] would do; writes nothing.
fn weigh(tx: &mut Tx<'_>, who: &Actor, shop: Id, talks: &[ChatTalk]) -> Result<ImportCounts, Problem> {
    need(who, shop)?;
    let mut counts = ImportCounts::default();
    let meant = meant(tx, who, shop, Id::NONE, talks, &mut counts)?;
    let customers = customers::known_nicks(tx, &Actor::program(who.org), shop, &nicks(&meant))?;
    for one in meant {
        let customer = customers.get(&one.nick).copied();
        let conversation = match customer {
            Some(customer) => {
                let customer = customers::survivor(tx, who.org, customer)?;
                Conversation::of_buyer(tx, who.org, shop, customer, LOG)?
            }
            None => None,
        };
        let mut there: HashSet<String> = match conversation {
            Some(conversation) => known(tx, who.org, conversation.id, &one.items)?,
            None => HashSet::new(),
        };
        for item in one.items {
            if there.insert(item.own_id) {
                counts.created += 1;
            } else {
                counts.unchanged += 1;
            }
        }
    }
    Ok(counts)
}

fn need(who: &Actor, shop: Id) -> Result<(), Problem> {
    who.need(Permission::Supervise)?;
    who.need_shop(shop)
}

/// What the conversation has of the time of these items.
fn known(tx: &mut Tx<'_>, org: Id, conversation: Id, items: &[Item]) -> Result<HashSet<String>, Problem> {
    let times = || items.iter().map(|item| item.at);
    let (Some(from), Some(until)) = (times().min(), times().max()) else {
        return Ok(HashSet::new());
    };
    let ids: Vec<String> = tx.rows(
        "SELECT client_id FROM message
         WHERE org_id = $1 AND conversation_id = $2 AND at >= $3 AND at <= $4 AND client_id IS NOT NULL",
        args![org, conversation, from, until],
        |row| row.get(0),
    )?;
    Ok(ids.into_iter().collect())
}

/// Talks with their items, without those whose nick is masked and what was said before somebody was erased.
fn meant<'t>(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Id,
    run: Id,
    talks: &'t [ChatTalk],
    counts: &mut ImportCounts,
) -> Result<Vec<Meant<'t>>, Problem> {
    let mut meant = Vec::with_capacity(talks.len());
    for talk in talks {
        let nick = clean_line("buyer", &talk.buyer, NICK).unwrap_or_default();
        if nick.is_empty() || customers::is_masked(&nick) {
            counts.masked_buyers += talk.lines.len() as i64;
            continue;
        }
        let items = talk.lines.iter().map(|line| Item::of(line, run.0)).collect();
        meant.push(Meant { nick, items, talk });
    }
    let erased = customers::erased_nicks(tx, who.org, shop, &nicks(&meant))?;
    if !erased.is_empty() {
        for one in &mut meant {
            if let Some(at) = erased.get(&one.nick) {
                one.items.retain(|item| item.at > *at);
                counts.masked_buyers += (one.talk.lines.len() - one.items.len()) as i64;
            }
        }
        meant.retain(|one| !one.items.is_empty());
    }
    Ok(meant)
}

fn nicks<'m>(meant: &'m [Meant<'_>]) -> Vec<&'m str> {
    let mut nicks: Vec<&str> = meant.iter().map(|one| one.nick.as_str()).collect();
    nicks.sort_unstable();
    nicks.dedup();
    nicks
}

/// Links to items that are in the catalogue become their cards.
fn with_cards(tx: &mut Tx<'_>, org: Id, shop: Id, mut items: Vec<Item>) -> Result<Vec<Item>, Problem> {
    let mut codes: Vec<&str> = items.iter().filter_map(Item::link).collect();
    codes.sort_unstable();
    codes.dedup();
    let cards = catalogue::cards_by_code(tx, org, shop, &codes)?;
    for item in &mut items {
        let Some(card) = item.link().and_then(|code| cards.get(code)) else {
            continue;
        };
        let mut body = serde_json::to_value(card).map_err(|_| Problem::internal())?;
        body["url"] = item.text.as_str().into();
        item.card = Some(body.to_string());
    }
    Ok(items)
}
