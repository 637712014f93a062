use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Permission, Problem, found};
use serde::Serialize;
use store::{Tx, args};

use crate::place;
use crate::words::heard::{AGAIN_MS, Asked};
use crate::words::settings::confident_from;
use crate::words::{input, mask};

/// What buyers asked often and no entry answers well.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Unanswered {
    /// The words most like all of them, masked.
    pub text: String,
    /// How often it was asked.
    pub times: i64,
    /// Where, the last first; at most five. What was asked in another program has no place.
    pub conversations: Vec<Place>,
    /// When it was last asked.
    pub last_at: Ms,
    /// The entry that came nearest.
    pub nearest: Option<Nearest>,
    /// Other words for it; at most five.
    pub others: Vec<String>,
    /// All words it was asked in, to put it away with.
    pub texts: Vec<String>,
}

/// A message of a talk.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Place {
    /// The talk.
    pub conversation: Id,
    /// The number of the message.
    pub seq: i64,
    /// When.
    pub at: Ms,
}

/// An entry that came nearest to a question.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Nearest {
    /// The entry.
    pub id: Id,
    /// Its standard question.
    pub question: String,
    /// How sure it was, 0 to 1.
    pub confidence: f64,
}

/// Keeps a buyer's question unless `nearest` answers it as likely as the shop wants (`knowledge.confident`); once
/// a message, masked, with the buyer's id, so that it goes when the buyer's data goes. What asks nothing is not
/// kept. No right is asked: the program calls it.
pub fn keep_missed(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    asked: &Asked,
    nearest: Option<(Id, f64)>,
) -> Result<bool, Problem> {
    let Some(text) = mask::question(&asked.text).filter(|_| mask::asks(&asked.text)) else {
        return Ok(false);
    };
    let enough = confident_from(tx, org, Some(asked.shop))?;
    if nearest.is_some_and(|(_, chance)| chance >= enough) {
        return Ok(false);
    }
    let row = tx.id();
    let kept = tx.exec(
        "INSERT INTO faq_missed (org_id, id, shop_id, customer_id, conversation_id, seq, text, folded, nearest_id, confidence, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (org_id, conversation_id, seq) DO NOTHING",
        args![
            org, row, asked.shop, asked.customer, asked.conversation, asked.seq, &text, &input::folded(&text),
            nearest.map(|(id, _)| id), nearest.map_or(0.0, |(_, confidence)| confidence), now
        ],
    )?;
    Ok(kept > 0)
}

/// Keeps a question that a buyer asked in another program, as an agent pasted it (row 311), unless `nearest` answers
/// it as likely as the shop wants: masked, without who asked. Needs [`Permission::Talk`] in the shop.
pub fn keep_asked(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Id,
    text: &str,
    nearest: Option<(Id, f64)>,
) -> Result<bool, Problem> {
    who.need(Permission::Talk)?;
    place::known(tx, who, shop)?;
    let folded = mask::question(text).map(|text| input::folded(&text));
    let twice: Option<Id> = tx.value(
        "SELECT id FROM faq_missed WHERE org_id = $1 AND folded = $2 AND shop_id = $3 AND conversation_id = 0 AND at > $4
         LIMIT 1",
        args![who.org, folded.unwrap_or_default().as_str(), shop, now.plus(-AGAIN_MS)],
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
    keep_missed(tx, now, who.org, &asked, nearest)
}

/// Questions looked through for one report; with more, the oldest are left out.
const MOST: usize = 5_000;
/// Groups of one report.
const GROUPS: usize = 100;
/// How alike two questions are that ask the same: shared pairs of characters over all.
const ALIKE: f64 = 0.5;

struct Row {
    text: String,
    folded: String,
    place: Place,
    nearest: Option<Id>,
    confidence: f64,
}

/// The questions of the last `days` that no entry answers well, like ones together, the most asked first.
/// Needs [`Permission::EditKnowledge`].
pub fn unanswered(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    days: i64,
) -> Result<Vec<Unanswered>, Problem> {
    who.need(Permission::EditKnowledge)?;
    let since = now.0 - days.clamp(1, 365) * 86_400_000;
    let (reach, list) = place::condition(tx, who, shop, "shop_id", 3)?;
    let sql = format!(
        "SELECT text, folded, conversation_id, seq, at, nearest_id, confidence FROM faq_missed
         WHERE org_id = $1 AND at >= $2 AND {reach} ORDER BY at DESC, id DESC LIMIT {MOST}"
    );
    let mut arguments = args![who.org, since].to_vec();
    arguments.extend(list);
    let rows = tx.rows(&sql, &arguments, |row| {
        Ok(Row {
            text: row.get(0)?,
            folded: row.get(1)?,
            place: Place {
                conversation: row.get(2)?,
                seq: row.get(3)?,
                at: row.get(4)?,
            },
            nearest: row.get(5)?,
            confidence: row.get(6)?,
        })
    })?;
    let mut groups = grouped(rows);
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups.truncate(GROUPS);
    groups.into_iter().map(|group| told(tx, who, group)).collect()
}

/// Puts questions away, by their words as the report gave them. Needs [`Permission::EditKnowledge`].
pub fn dismiss_unanswered(tx: &mut Tx<'_>, who: &Actor, texts: &[String]) -> Result<(), Problem> {
    who.need(Permission::EditKnowledge)?;
    for text in texts.iter().take(MOST) {
        let (reach, list) = place::condition(tx, who, None, "shop_id", 3)?;
        let folded = input::folded(text);
        let mut arguments = args![who.org, &folded].to_vec();
        arguments.extend(list);
        let sql = format!("DELETE FROM faq_missed WHERE org_id = $1 AND folded = $2 AND {reach}");
        tx.exec(&sql, &arguments)?;
    }
    Ok(())
}

/// Puts like questions together: each goes to the group whose first question it is most like, the most
/// asked words first, so that groups form round what is asked most.
fn grouped(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut same: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        same.entry(row.folded.clone()).or_default().push(row);
    }
    let mut words: Vec<(String, Vec<Row>)> = same.into_iter().collect();
    words.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let mut heads: Vec<BTreeSet<[char; 2]>> = Vec::new();
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for (folded, rows) in words {
        let pairs = pairs(&folded);
        let likes = heads.iter().map(|head| alike(head, &pairs));
        let best = likes.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        match best.filter(|(_, like)| *like >= ALIKE) {
            Some((at, _)) => groups[at].extend(rows),
            None => {
                heads.push(pairs);
                groups.push(rows);
            }
        }
    }
    groups
}

/// The pairs of neighbours of a text.
fn pairs(text: &str) -> BTreeSet<[char; 2]> {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// Jaccard's index: what two sets share over all they have.
fn alike(a: &BTreeSet<[char; 2]>, b: &BTreeSet<[char; 2]>) -> f64 {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

/// A group as the report shows it.
fn told(tx: &mut Tx<'_>, who: &Actor, mut group: Vec<Row>) -> Result<Unanswered, Problem> {
    let mut seen = BTreeSet::new();
    let once = |row: &&Row| seen.insert(row.folded.clone());
    let texts: Vec<String> = group.iter().filter(once).map(|row| row.text.clone()).collect();
    let sure = group.iter().max_by(|a, b| a.confidence.total_cmp(&b.confidence));
    let nearest = match sure.and_then(|row| Some((row.nearest?, row.confidence))) {
        Some((id, confidence)) => found(crate::faq(tx, who, id))?.map(|entry| Nearest {
            id,
            question: entry.question,
            confidence,
        }),
        None => None,
    };
    let text = texts.first().cloned().unwrap_or_default();
    let times = group.len() as i64;
    group.sort_by_key(|row| std::cmp::Reverse(row.place.at));
    Ok(Unanswered {
        text,
        times,
        last_at: group.first().map(|row| row.place.at).unwrap_or_default(),
        conversations: group
            .into_iter()
            .map(|row| row.place)
            .filter(|place| place.conversation != Id::NONE)
            .take(5)
            .collect(),
        nearest,
        others: texts.iter().skip(1).take(5).cloned().collect(),
        texts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str, at: i64) -> Row {
        Row {
            text: text.into(),
            folded: input::folded(text),
            place: Place {
                conversation: Id(at),
                seq: 1,
                at: Ms(at),
            },
            nearest: None,
            confidence: 0.0,
        }
    }

    #[test]
    fn like_questions_come_together_round_the_most_asked() {
        let asked = [
            "能开发票吗",
            "能开发票吗？",
            "可以开发票吗",
            "什么时候发货",
            "能开发票吗亲",
        ];
        let rows = asked
            .iter()
            .enumerate()
            .map(|(at, text)| row(text, at as i64))
            .collect();
        let groups = grouped(rows);
        let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
        assert_eq!(sizes, [4, 1]);
        assert_eq!(groups[0][0].text, "能开发票吗");
    }
}
