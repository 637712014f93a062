//! Giving back what an import of a chat log brought.

use std::collections::HashSet;

use base::{Actor, Id, Ms, Problem};
use orders::import::TalksBack;
use store::{Tx, args, pad};
use team::AccountPeople;

use crate::conversation::Conversation;
use crate::logs::weave::{Change, remove, tell, weave};

/// Talks that are given back at once.
const AT_ONCE: usize = 8;

/// Gives back some talks of a run, but for those that somebody has touched since. Called by the importer, which asked
/// the rights.
pub(super) fn give_back(tx: &mut Tx<'_>, now: Ms, who: &Actor, run: Id) -> Result<TalksBack, Problem> {
    let org = who.org;
    let talks: Vec<Id> = tx.rows(
        "SELECT conversation_id FROM log_talk WHERE org_id = $1 AND run_id = $2 ORDER BY conversation_id LIMIT $3",
        args![org, run, AT_ONCE],
        |row| row.get(0),
    )?;
    let mut back = TalksBack {
        more: talks.len() == AT_ONCE,
        ..TalksBack::default()
    };
    let mut changed = Vec::new();
    // The talks of a run are of one shop.
    let (mut shop, mut people) = (Id::NONE, AccountPeople::default());
    for id in talks {
        tx.exec(
            "DELETE FROM log_talk WHERE org_id = $1 AND run_id = $2 AND conversation_id = $3",
            args![org, run, id],
        )?;
        let Some(mut conversation) = Conversation::load(tx, org, id)? else {
            continue;
        };
        if shop != conversation.shop {
            shop = conversation.shop;
            people = team::account_people(tx, org, shop)?;
        }
        if touched(tx, &conversation)? {
            back.kept.push(id);
            continue;
        }
        let change = Change {
            without: Some(run),
            ..Change::default()
        };
        let woven = weave(tx, now, &people, &mut conversation, change)?;
        if woven.empty {
            remove(tx, org, id)?;
        }
        changed.extend(woven.changed.map(|(from, to)| (id, from, to)));
        back.given += 1;
    }
    tell(tx, now, who, shop, run, &changed)?;
    Ok(back)
}

/// Whether somebody here added something to it: a word, a mark, a record.
fn touched(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<bool, Problem> {
    let marked = conversation.complaint
        || conversation.tags != "[]"
        || conversation.bargain.is_some()
        || conversation.payment.is_some()
        || conversation.risk.is_some();
    if marked {
        return Ok(true);
    }
    for sql in [
        "SELECT seq FROM message WHERE org_id = $1 AND conversation_id = $2 AND log_run IS NULL LIMIT 1",
        "SELECT id FROM record WHERE org_id = $1 AND conversation_id = $2 LIMIT 1",
        "SELECT id FROM reminder WHERE org_id = $1 AND conversation_id = $2 LIMIT 1",
        "SELECT session FROM rating WHERE org_id = $1 AND conversation_id = $2 LIMIT 1",
    ] {
        if tx
            .value::<i64>(sql, args![conversation.org, conversation.id])?
            .is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Of these customers, those who have talked with a shop.
pub(super) fn talked(tx: &mut Tx<'_>, org: Id, customers: &[Id]) -> Result<HashSet<Id>, Problem> {
    let sql = format!(
        "SELECT DISTINCT customer_id FROM conversation WHERE org_id = $1 AND customer_id IN {}",
        Tx::in_list(2, customers.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(customers));
    let found: Vec<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?;
    Ok(found.into_iter().collect())
}
