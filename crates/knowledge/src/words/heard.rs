use base::{Actor, Held, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::Serialize;
use serde_json::json;
use store::{Event, Row, Tx, args};

use crate::words::faq::editable;
use crate::words::{input, mask};
use crate::{Faq, NewFaq, place};

/// A question a buyer really asked and an agent answered with an entry; a similar question, perhaps.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Heard {
    /// Its id.
    pub id: Id,
    /// The entry.
    pub faq: Id,
    /// The entry's standard question.
    pub question: String,
    /// What was asked, masked.
    pub text: String,
    /// How many buyers asked it in these words; those of other programs nobody knows apart.
    pub times: i64,
    /// When it was last asked.
    pub at: Ms,
}

/// Where a buyer asked something, and what.
#[derive(Clone, Debug)]
pub struct Asked {
    /// In which shop.
    pub shop: Id,
    /// Who.
    pub customer: Id,
    /// In which talk.
    pub conversation: Id,
    /// The number of the message in it.
    pub seq: i64,
    /// The words, as they were.
    pub text: String,
}

/// Says that an entry was used, in answer to a message of a talk if one is named, and whether it helped.
/// Needs [`Permission::Talk`]. Whoever reads the log and knows talks tells [`keep_heard`] the question.
pub fn used_faq(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    question: Option<(Id, i64)>,
    helped: Option<bool>,
) -> Result<(), Problem> {
    who.need(Permission::Talk)?;
    let entry = crate::faq(tx, who, id)?;
    tx.exec(
        "UPDATE faq SET uses = uses + $3, used_at = $4, helped = helped + $5, not_helped = not_helped + $6
         WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            // Saying later whether it helped is not another use.
            helped.is_none(),
            now,
            helped == Some(true),
            helped == Some(false)
        ],
    )?;
    let Some((conversation, seq)) = question.filter(|_| helped != Some(false)) else {
        return Ok(());
    };
    tx.emit(Event {
        at: now,
        who,
        shop: entry.shop,
        kind: "faq.used",
        subject: id,
        data: json!({"conversation": conversation, "seq": seq}),
    })
}

/// Keeps what a buyer asked when an agent answered with entry `id`, once a message, as a suggested similar
/// question: masked, with the buyer's id, so that it goes when the buyer's data goes. What is masked away to
/// nothing, looks like an address, or is one of the entry's questions already is not kept. No right is asked:
/// the program calls it.
pub fn keep_heard(tx: &mut Tx<'_>, now: Ms, org: Id, id: Id, asked: &Asked) -> Result<bool, Problem> {
    let Some(text) = mask::question(&asked.text) else {
        return Ok(false);
    };
    let folded = input::folded(&text);
    let known: Option<Id> = tx.value(
        "SELECT id FROM faq_question WHERE org_id = $1 AND faq_id = $2 AND folded = $3 LIMIT 1",
        args![org, id, &folded],
    )?;
    let here: Option<Id> = tx.value("SELECT id FROM faq WHERE org_id = $1 AND id = $2", args![org, id])?;
    if folded.chars().count() < 2 || known.is_some() || here.is_none() {
        return Ok(false);
    }
    let row = tx.id();
    let kept = tx.exec(
        "INSERT INTO faq_heard (org_id, id, faq_id, shop_id, customer_id, conversation_id, seq, text, folded, state, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'new', $10)
         ON CONFLICT (org_id, conversation_id, seq, faq_id) DO NOTHING",
        args![org, row, id, asked.shop, asked.customer, asked.conversation, asked.seq, &text, &folded, now],
    )?;
    if kept > 0 {
        // It was asked and answered, so it is no open question any more.
        tx.exec(
            "DELETE FROM faq_missed WHERE org_id = $1 AND conversation_id = $2 AND seq = $3",
            args![org, asked.conversation, asked.seq],
        )?;
        picked_for(tx, now, &Actor::program(org), id, asked.shop, "faq.heard")?;
    }
    Ok(kept > 0)
}

/// As soon after the same question counts no second time: it was pasted twice.
pub(crate) const AGAIN_MS: i64 = 10 * 60_000;

/// [`keep_heard`] for a question that a buyer asked in another program, as an agent pasted it: without who asked.
pub(crate) fn keep_elsewhere(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    shop: Id,
    text: &str,
) -> Result<bool, Problem> {
    place::known(tx, who, shop)?;
    let folded = mask::question(text).map(|text| input::folded(&text));
    let folded = folded.unwrap_or_default();
    let since = now.plus(-AGAIN_MS);
    let twice: Option<Id> = tx.value(
        "SELECT id FROM faq_heard WHERE org_id = $1 AND faq_id = $2 AND folded = $3 AND shop_id = $4
           AND conversation_id = 0 AND at > $5 LIMIT 1",
        args![who.org, id, folded.as_str(), shop, since],
    )?;
    if twice.is_some() {
        return Ok(false);
    }
    // Of no talk: its number is its own.
    let asked = Asked {
        shop,
        customer: Id::NONE,
        conversation: Id::NONE,
        seq: tx.id().0,
        text: text.to_owned(),
    };
    let kept = keep_heard(tx, now, who.org, id, &asked)?;
    if kept {
        // What was pasted just now and has its answer is no open question any more.
        tx.exec(
            "DELETE FROM faq_missed WHERE org_id = $1 AND folded = $2 AND shop_id = $3 AND conversation_id = 0
               AND at > $4",
            args![who.org, folded.as_str(), shop, since],
        )?;
    }
    Ok(kept)
}

/// Counts that an agent picked an entry for words they typed: masked, and without whose they were.
pub(crate) fn keep_picked(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, text: &str) -> Result<(), Problem> {
    let folded = mask::question(text).map(|text| (input::folded(&text), text));
    let Some((folded, text)) = folded.filter(|(folded, _)| folded.chars().count() >= 2) else {
        return Ok(());
    };
    tx.exec(
        "INSERT INTO faq_picked (org_id, faq_id, folded, text, times, at) VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (org_id, faq_id, folded) DO UPDATE SET times = faq_picked.times + 1, at = excluded.at",
        args![who.org, id, &folded, &text, now],
    )?;
    picked_for(tx, now, who, id, Id::NONE, "faq.picked")
}

/// Tells those who read the log that an entry has new evidence.
fn picked_for(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    shop: Id,
    kind: &'static str,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind,
        subject: id,
        data: json!({}),
    })
}

fn read(row: &Row<'_>) -> Result<Heard, Problem> {
    Ok(Heard {
        id: row.get(0)?,
        faq: row.get(1)?,
        question: row.get(2)?,
        text: row.get(3)?,
        times: row.get(4)?,
        at: row.get(5)?,
    })
}

/// Suggested similar questions of one entry or of all, the last asked first, the same words of one entry
/// together. Needs [`Permission::EditKnowledge`].
pub fn heard(
    tx: &mut Tx<'_>,
    who: &Actor,
    faq: Option<Id>,
    shop: Option<Id>,
    page: &PageAsk,
) -> Result<Page<Heard>, Problem> {
    who.need(Permission::EditKnowledge)?;
    if let Some(faq) = faq {
        crate::faq(tx, who, faq)?;
    }
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let (reach, list) = place::condition(tx, who, shop, "f.shop_id", 5)?;
    let sql = format!(
        "SELECT MAX(h.id), h.faq_id, MAX(f.question), MAX(h.text),
           COUNT(DISTINCT CASE WHEN h.customer_id = 0 THEN -h.id ELSE h.customer_id END), MAX(h.at)
         FROM faq_heard h JOIN faq f ON f.org_id = h.org_id AND f.id = h.faq_id
         WHERE h.org_id = $1 AND h.state = 'new' AND ($2 = 0 OR h.faq_id = $2) AND {reach}
         GROUP BY h.faq_id, h.folded HAVING MAX(h.id) < $3 ORDER BY MAX(h.id) DESC LIMIT $4"
    );
    let mut arguments = args![who.org, faq.unwrap_or(Id::NONE), before, page.limit() + 1].to_vec();
    arguments.extend(list);
    Ok(Page::cut(tx.rows(&sql, &arguments, read)?, page.limit(), |one| {
        vec![one.id.0]
    }))
}

/// Makes a suggestion a similar question of its entry.
pub fn accept_heard(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Faq, Problem> {
    let (entry, text) = suggestion(tx, who, id)?;
    settle(tx, who.org, id, "accepted")?;
    let mut new: NewFaq = entry.as_new();
    new.similar.push(text);
    crate::change_faq(tx, now, who, entry.id, &new)
}

/// Puts a suggestion away.
pub fn dismiss_heard(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(), Problem> {
    suggestion(tx, who, id)?;
    settle(tx, who.org, id, "dismissed")
}

fn suggestion(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(Faq, String), Problem> {
    who.need(Permission::EditKnowledge)?;
    let found = tx.row(
        "SELECT faq_id, text FROM faq_heard WHERE org_id = $1 AND id = $2",
        args![who.org, id],
        |row| Ok((row.get::<Id>(0)?, row.get::<String>(1)?)),
    )?;
    let (entry, text) = found.ok_or_else(Problem::not_found)?;
    Ok((editable(tx, who, entry)?, text))
}

/// The same words of the same entry are decided together.
fn settle(tx: &mut Tx<'_>, org: Id, id: Id, state: &str) -> Result<(), Problem> {
    let twin = tx.row(
        "SELECT faq_id, folded FROM faq_heard WHERE org_id = $1 AND id = $2",
        args![org, id],
        |row| Ok((row.get::<Id>(0)?, row.get::<String>(1)?)),
    )?;
    let (entry, folded) = twin.ok_or_else(Problem::not_found)?;
    tx.exec(
        "UPDATE faq_heard SET state = $4 WHERE org_id = $1 AND faq_id = $2 AND folded = $3 AND state = 'new'",
        args![org, entry, &folded, state],
    )?;
    Ok(())
}

/// What is kept of a customer's questions, for them to read. Rights as [`customers::may_hand_over`]; whoever calls it
/// logs it.
pub fn held_questions(tx: &mut Tx<'_>, who: &Actor, customers: &[Id]) -> Result<Held, Problem> {
    customers::may_hand_over(who)?;
    let mut held = Held::new("记下的提问（已打码）", &["店铺编号", "提问", "时间"]);
    for customer in customers {
        let rows = tx.rows(
            "SELECT shop_id, text, at FROM faq_heard WHERE org_id = $1 AND customer_id = $2
             UNION ALL SELECT shop_id, text, at FROM faq_missed WHERE org_id = $1 AND customer_id = $2
             ORDER BY 3",
            args![who.org, *customer],
            |row| {
                let (shop, text, at): (Id, String, Ms) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok((shop, vec![shop.to_string().into(), text.into(), at.into()]))
            },
        )?;
        let in_reach = rows.into_iter().filter(|(shop, _)| who.shops.has(*shop));
        held.rows.extend(in_reach.map(|(_, cells)| cells));
    }
    Ok(held)
}

/// Forgets what a buyer asked: their data is erased.
pub fn forget_customer(tx: &mut Tx<'_>, org: Id, customer: Id) -> Result<(), Problem> {
    for table in ["faq_heard", "faq_missed"] {
        let sql = format!("DELETE FROM {table} WHERE org_id = $1 AND customer_id = $2");
        tx.exec(&sql, args![org, customer])?;
    }
    Ok(())
}

/// What one buyer asked is another's who turned out to be the same.
pub fn join_customers(tx: &mut Tx<'_>, org: Id, from: Id, into: Id) -> Result<(), Problem> {
    for table in ["faq_heard", "faq_missed"] {
        let sql = format!("UPDATE {table} SET customer_id = $3 WHERE org_id = $1 AND customer_id = $2");
        tx.exec(&sql, args![org, from, into])?;
    }
    Ok(())
}
