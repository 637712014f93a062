//! The words in memory: shelves are filled when somebody asks, follow the log within a second, tell which
//! questions of buyers no entry answers, and answer buyers whom nobody receives where the shop wants it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use base::{Id, Ms, Problem};
use knowledge::{Asked, ChangedWords, Shelf, Words};
use serde_json::Value;
use store::{Cursor, LogRow, Tx};

use crate::app::App;

/// How often the log is looked at.
const TICK: Duration = Duration::from_millis(300);
/// The most `knowledge.confident` can be set to.
const SUREST: f64 = 0.95;
/// Rows of the log looked at together.
const PAGE: usize = 500;
/// Questions of buyers looked at between two ticks, some 300 a second. When more are asked, the report of what no
/// entry answers has a sample of them: nobody's message shall wait for a report.
const ASKED: usize = 100;

/// Follows the log for ever, from its present end on: a shelf is filled with all there is.
pub(crate) async fn follow(app: App) {
    let mut tick = tokio::time::interval(TICK);
    let mut from = None;
    loop {
        tick.tick().await;
        if let Err(problem) = catch_up(&app, &mut from).await {
            tracing::warn!(%problem, "the words in memory could not be brought up to date");
        }
    }
}

/// What one page of the log means.
#[derive(Default)]
struct News {
    rows: usize,
    last: Option<Cursor>,
    words: Vec<(Id, Words)>,
    /// What buyers wrote.
    asked: Vec<Question>,
}

/// What a buyer wrote.
#[derive(Clone)]
struct Question {
    org: Id,
    at: Ms,
    asked: Asked,
    /// Where the shop answers it by itself: how likely the entry must be.
    answered_from: Option<f64>,
}

async fn catch_up(app: &App, from: &mut Option<Cursor>) -> Result<(), Problem> {
    let mut at = match *from {
        Some(at) => at,
        None => app.edge.db.read(Cursor::end).await?,
    };
    *from = Some(at);
    let mut room = ASKED;
    loop {
        let shelves = app.shelves.clone();
        let news = app
            .edge
            .db
            .read(move |tx| news(tx, at, room, |org| shelves.get(org)))
            .await?;
        room -= news.asked.len();
        let rows = news.rows;
        let last = news.last;
        // Before the questions: the first one to a shop fills its shelf, and wants an answer too.
        fill(app).await?;
        take(app, news).await?;
        if let Some(last) = last {
            at = last;
            *from = Some(last);
        }
        if rows < PAGE {
            return Ok(());
        }
    }
}

/// Fills the shelves that are wanted.
async fn fill(app: &App) -> Result<(), Problem> {
    for org in app.shelves.wanted() {
        let words = app.edge.db.read(move |tx| knowledge::all_words(tx, org)).await?;
        let filled = store::beside(move || Shelf::of(words));
        app.shelves.put(org, filled.await?);
    }
    Ok(())
}

/// Reads a page of the log and what it is about, with so many questions of buyers at most. A shelf that is not
/// filled yet wants no news: it will be filled with all there is, later than this page.
fn news(
    tx: &mut Tx<'_>,
    from: Cursor,
    room: usize,
    shelf: impl Fn(Id) -> Option<Arc<Shelf>>,
) -> Result<News, Problem> {
    let rows = tx.log_after(from, PAGE)?;
    let mut changed: BTreeMap<Id, BTreeSet<ChangedWords>> = BTreeMap::new();
    let mut news = News {
        rows: rows.len(),
        last: rows.last().map(|row| row.cursor),
        ..News::default()
    };
    for row in &rows {
        if let Some(what) = ChangedWords::of(row) {
            if shelf(row.org).is_some() {
                changed.entry(row.org).or_default().insert(what);
            }
        } else if news.asked.len() < room
            && is_a_buyers(row)
            && shelf(row.org).is_none_or(|shelf| !shelf.has_no_entries())
        {
            let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
            let seq = data["seq"].as_i64().unwrap_or_default();
            let asked = reception::asked(tx, row.org, None, row.subject, seq)?;
            if let Some(asked) = asked {
                let answered_from = match reception::serves_itself(tx, row.org, &asked)? {
                    true => Some(knowledge::confident_from(tx, row.org, Some(asked.shop))?),
                    false => None,
                };
                news.asked.push(Question {
                    org: row.org,
                    at: row.at,
                    asked,
                    answered_from,
                });
            }
        }
    }
    for (org, what) in changed {
        let what: Vec<ChangedWords> = what.into_iter().collect();
        news.words.push((org, knowledge::changed_words(tx, org, &what)?));
    }
    Ok(news)
}

fn is_a_buyers(row: &LogRow) -> bool {
    row.kind == "message.sent" && row.actor_kind == "buyer"
}

/// The entry a shop answers with by itself, if it is as likely as the shop wants: only then is anything written.
fn sure(question: &Question, nearest: Option<(Id, f64)>) -> Option<(Id, f64)> {
    let from = question.answered_from?;
    nearest.filter(|(_, chance)| *chance >= from)
}

/// Puts news on the shelves, answers what nobody receives, and writes down which questions were missed.
async fn take(app: &App, news: News) -> Result<(), Problem> {
    if news.words.is_empty() && news.asked.is_empty() {
        return Ok(());
    }
    let shelves = app.shelves.clone();
    let weighed = store::beside(move || {
        for (org, words) in news.words {
            if let Some(shelf) = shelves.filled(org) {
                shelf.take(words);
            }
        }
        let weighed = news.asked.into_iter().filter_map(|question| {
            let shelf = shelves.filled(question.org)?;
            let nearest = knowledge::nearest(&shelf, question.asked.shop, &question.asked.text);
            Some((question, nearest))
        });
        weighed.collect::<Vec<_>>()
    });
    let mut weighed = weighed.await?;
    for (question, nearest) in &weighed {
        let Some(nearest) = sure(question, *nearest) else {
            continue;
        };
        let (now, Question { org, asked, .. }) = (app.edge.now(), question.clone());
        let talk = asked.conversation;
        let answered = app
            .edge
            .db
            .write(move |tx| reception::answer_by_itself(tx, now, org, &asked, nearest));
        // One buyer who is not answered keeps no other from it, nor the report from its questions.
        if let Err(problem) = answered.await {
            tracing::warn!(%problem, ?talk, "a buyer could not be answered from the FAQ");
        }
    }
    // No shop wants to be surer than that; what lies below is held against the shop's setting.
    weighed.retain(|(_, nearest)| nearest.is_none_or(|(_, chance)| chance < SUREST));
    for few in weighed.chunks(50) {
        let few = few.to_vec();
        app.edge
            .db
            .write_in(store::Lane::Bulk, move |tx| {
                for (question, nearest) in &few {
                    knowledge::keep_missed(tx, question.at, question.org, &question.asked, *nearest)?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_sure_enough_for_a_shop_that_serves_itself_is_written() {
        let question = |answered_from| Question {
            org: Id(1),
            at: Ms(0),
            asked: Asked {
                shop: Id(2),
                customer: Id(3),
                conversation: Id(4),
                seq: 1,
                text: "几号发货".into(),
            },
            answered_from,
        };
        let near = |chance| Some((Id(9), chance));
        assert_eq!(sure(&question(Some(0.6)), near(0.6)), near(0.6));
        assert_eq!(sure(&question(Some(0.6)), near(0.59)), None);
        assert_eq!(sure(&question(Some(0.6)), None), None);
        assert_eq!(
            sure(&question(None), near(0.99)),
            None,
            "somebody receives them, or the shop does not want it"
        );
    }
}
