//! Writing a conversation from logs anew, from the first message on that is another.

use std::collections::{BTreeSet, HashSet};

use base::{Actor, Id, Ms, Problem, snippet};
use serde_json::{Value, json};
use store::{Event, LogRow, Tx, args};
use team::AccountPeople;

use crate::conversation::{Conversation, Stage};
use crate::logs::LOG;
use crate::logs::item::{Item, What};
use crate::logs::play::{Ground, Piece, play};
use crate::logs::quiet::Quiet;
use crate::logs::row::Row;
use crate::message::Sender;
use crate::rules::{AFTER_DAYS, Rules};

/// What the index is told of.
const WOVEN: &str = "talk.woven";
const DAY_MS: i64 = 86_400_000;

/// What is to be done to a conversation.
#[derive(Default)]
pub(super) struct Change {
    /// What a log tells.
    pub(super) add: Vec<Item>,
    /// What this import brought goes.
    pub(super) without: Option<Id>,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Woven {
    /// Messages that are new.
    pub(super) added: i64,
    /// Messages that were there.
    pub(super) known: i64,
    /// Numbers whose messages changed, where some did.
    pub(super) changed: Option<(i64, i64)>,
    /// Whether nothing that a log told is left.
    pub(super) empty: bool,
}

/// Weaves a change into a conversation, and lets sessions, rounds and its own row follow.
pub(super) fn weave(
    tx: &mut Tx<'_>,
    now: Ms,
    people: &AccountPeople,
    conversation: &mut Conversation,
    change: Change,
) -> Result<Woven, Problem> {
    let (org, id) = (conversation.org, conversation.id);
    // Of one that was just made nothing is read and nothing taken away.
    let new = conversation.last_seq == 0;
    let from = match change.add.iter().map(|item| item.at).min() {
        Some(at) if change.without.is_none() && !new => Quiet::before(tx, org, id, at)?,
        _ => Quiet::default(),
    };
    let (rows, erased) = match new {
        true => (Vec::new(), 0),
        false => (Row::all(tx, org, id, from.seq)?, erased(tx, org, id)?),
    };
    // What was emptied stays as it is and where it is.
    let fixed = usize::try_from(erased - from.seq)
        .unwrap_or_default()
        .min(rows.len());
    let mut woven = Woven::default();
    let mut pieces = Vec::with_capacity(rows.len() + change.add.len());
    for row in &rows[fixed..] {
        match (row.log_run, Item::of_row(row)?) {
            (_, Some(item)) if change.without == Some(Id(item.run)) => {}
            (_, Some(item)) => pieces.push(Piece::Told(item)),
            (None, None) => pieces.push(Piece::Kept(row.clone())),
            (Some(_), None) => {}
        }
    }
    let mut there: HashSet<String> = rows.iter().filter_map(|row| row.client_id.clone()).collect();
    let fixed_at = rows[..fixed].last().map(|row| row.at);
    for item in change.add {
        let new = fixed_at.is_none_or(|at| item.at > at) && there.insert(item.own_id.clone());
        if new {
            woven.added += 1;
            pieces.push(Piece::Told(item));
        } else {
            woven.known += 1;
        }
    }
    pieces.sort_by_key(Piece::at);
    woven.empty = from.seq == 0 && fixed == 0 && pieces.is_empty();
    let after = played(tx, people, conversation, from, &rows[..fixed], &pieces)?;
    let same = after
        .iter()
        .zip(&rows[fixed..])
        .take_while(|(new, old)| is_same(new, old))
        .count();
    if same < after.len() || fixed + same < rows.len() {
        let kept = from.seq + (fixed + same) as i64;
        if fixed + same < rows.len() {
            Row::take_away(tx, org, id, kept)?;
        }
        Row::put(tx, org, id, kept, &after[same..])?;
        let last = from.seq + rows.len().max(fixed + after.len()) as i64;
        woven.changed = Some((kept + 1, last));
        let whole: Vec<&Row> = rows[..fixed].iter().chain(&after).collect();
        stand(tx, now, conversation, from, &whole)?;
    }
    Ok(woven)
}

/// Up to which number it was emptied.
fn erased(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<i64, Problem> {
    let found: Option<i64> = tx.value(
        "SELECT erased_seq FROM conversation WHERE org_id = $1 AND id = $2",
        args![org, id],
    )?;
    Ok(found.unwrap_or_default())
}

fn played(
    tx: &mut Tx<'_>,
    people: &AccountPeople,
    conversation: &Conversation,
    from: Quiet,
    fixed: &[Row],
    pieces: &[Piece],
) -> Result<Vec<Row>, Problem> {
    let (org, shop) = (conversation.org, conversation.shop);
    let rules = Rules::at(tx, org, shop, conversation.rules)?;
    let orders = orders::stages_then(tx, org, shop, conversation.customer)?;
    let ground = Ground {
        people,
        version: conversation.rules,
        session_end: rules.session_end,
        after: rules.number(&AFTER_DAYS) * DAY_MS,
        orders: &orders,
    };
    play(from, fixed, pieces, &ground)
}

/// Whether a message need not be written again; how often it was changed is no difference.
fn is_same(new: &Row, old: &Row) -> bool {
    let as_old = Row {
        rev: old.rev,
        ..new.clone()
    };
    as_old == *old
}

/// Sessions, rounds and the conversation's own row, as its messages behind `from` are now.
fn stand(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &mut Conversation,
    from: Quiet,
    rows: &[&Row],
) -> Result<(), Problem> {
    crate::rebuild::replay(tx, conversation, (from.seq, from.book))?;
    let said = |row: &&&Row| matches!(row.sender, Sender::Buyer | Sender::Agent | Sender::Auto);
    if let Some(last) = rows.iter().rev().find(said) {
        let body: Value = serde_json::from_str(&last.body).unwrap_or_default();
        let words = body["title"]
            .as_str()
            .or(body["text"].as_str())
            .unwrap_or_default();
        last.sender.key().clone_into(&mut conversation.last_from);
        last.kind.key().clone_into(&mut conversation.last_kind);
        conversation.last_text = snippet(words, 60);
        conversation.last_at = last.at;
    }
    let before = conversation.agent.filter(|_| from.seq > 0);
    let agent = rows.iter().rev().find_map(|row| row.person).or(before);
    if conversation.agent != agent {
        conversation.agent = agent;
        conversation.agent_name = match agent {
            Some(agent) => crate::colleague::name_of(tx, conversation.org, agent)?,
            None => None,
        };
    }
    let begun = rows.iter().rev().find_map(|row| stage_of(row));
    conversation.stage = begun.unwrap_or(conversation.stage);
    let end = rows.last().map_or(conversation.touched_at, |row| row.at);
    (conversation.touched_at, conversation.closed_at) = (end, Some(end));
    conversation.agent_read_seq = conversation.last_seq;
    conversation.buyer_read_seq = conversation.last_seq;
    conversation.refresh_customer(tx, now)?;
    conversation.save(tx)?;
    let first = rows.first().filter(|_| from.seq == 0);
    if let Some(first) = first.filter(|first| first.at != conversation.created_at) {
        tx.exec(
            "UPDATE conversation SET created_at = $3 WHERE org_id = $1 AND id = $2",
            args![conversation.org, conversation.id, first.at],
        )?;
        conversation.created_at = first.at;
    }
    note_accounts(tx, conversation, rows)
}

/// The stage a session began in, of the message that tells.
fn stage_of(row: &Row) -> Option<Stage> {
    if row.log_run != Some(0) {
        return None;
    }
    let body: Value = serde_json::from_str(&row.body).ok()?;
    Stage::ALL
        .iter()
        .copied()
        .find(|stage| body["stage"] == stage.key())
}

/// Notes which accounts it is attributed by.
fn note_accounts(tx: &mut Tx<'_>, conversation: &Conversation, rows: &[&Row]) -> Result<(), Problem> {
    let mut accounts = BTreeSet::new();
    for row in rows {
        match Item::of_row(row)?.map(|item| item.what) {
            Some(What::Account(account) | What::HandedOn { to: account, .. }) => accounts.insert(account),
            _ => false,
        };
    }
    let mut arguments = Vec::with_capacity(accounts.len() * 4);
    for account in &accounts {
        arguments.extend_from_slice(args![
            conversation.org,
            conversation.shop,
            conversation.id,
            account
        ]);
    }
    tx.insert_many(
        "INSERT INTO log_account (org_id, shop_id, conversation_id, account)",
        4,
        "ON CONFLICT (org_id, shop_id, conversation_id, account) DO NOTHING",
        &arguments,
    )?;
    Ok(())
}

/// A buyer's conversation from logs; made where there is none.
pub(super) fn of_buyer(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    customer: Id,
    first: Ms,
) -> Result<Conversation, Problem> {
    if let Some(found) = Conversation::of_buyer(tx, org, shop, customer, LOG)? {
        return Ok(found);
    }
    let mut made = Conversation::begin(tx, first, org, shop, customer, LOG)?;
    (made.rules, _) = Rules::now(tx, org, shop)?;
    Ok(made)
}

/// Takes a conversation away with all that was made of it.
pub(super) fn remove(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<(), Problem> {
    for table in ["message", "session", "round", "draft", "log_account", "log_talk"] {
        let sql = format!("DELETE FROM {table} WHERE org_id = $1 AND conversation_id = $2");
        tx.exec(&sql, args![org, id])?;
    }
    tx.exec(
        "DELETE FROM conversation WHERE org_id = $1 AND id = $2",
        args![org, id],
    )?;
    Ok(())
}

/// Tells the index which numbers of which conversations are others now, with one event for all of them.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    subject: Id,
    talks: &[(Id, i64, i64)],
) -> Result<(), Problem> {
    if talks.is_empty() {
        return Ok(());
    }
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: WOVEN,
        subject,
        data: json!({ "talks": talks }),
    })
}

/// The conversations from logs that a row of the log says are written anew, each with the first and the last number
/// that is another message now, or none.
pub fn woven(row: &LogRow) -> Vec<(Id, i64, i64)> {
    if row.kind != WOVEN {
        return Vec::new();
    }
    let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
    serde_json::from_value(data["talks"].clone()).unwrap_or_default()
}
