//! The words in memory: shelves are filled when somebody asks, follow the log within a second, and tell which
//! questions of buyers no entry answers.

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
    /// Texts of buyers, by organisation.
    asked: Vec<(Id, Ms, Asked)>,
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
        take(app, news).await?;
        if let Some(last) = last {
            at = last;
            *from = Some(last);
        }
        if rows < PAGE {
            break;
        }
    }
    for org in app.shelves.wanted() {
        let words = app.edge.db.read(move |tx| knowledge::all_words(tx, org)).await?;
        let filled = tokio::task::spawn_blocking(move || {
            let shelf = Shelf::default();
            shelf.take(words);
            shelf
        });
        app.shelves
            .put(org, filled.await.map_err(|_| Problem::internal())?);
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
            && shelf(row.org).is_some_and(|shelf| !shelf.has_no_entries())
        {
            let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
            let seq = data["seq"].as_i64().unwrap_or_default();
            let asked = reception::asked(tx, row.org, None, row.subject, seq)?;
            news.asked.extend(asked.map(|asked| (row.org, row.at, asked)));
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

/// Puts news on the shelves, and writes down which questions were missed.
async fn take(app: &App, news: News) -> Result<(), Problem> {
    if news.words.is_empty() && news.asked.is_empty() {
        return Ok(());
    }
    let shelves = app.shelves.clone();
    let missed = tokio::task::spawn_blocking(move || {
        for (org, words) in news.words {
            if let Some(shelf) = shelves.filled(org) {
                shelf.take(words);
            }
        }
        let mut missed = Vec::new();
        for (org, at, asked) in news.asked {
            let Some(shelf) = shelves.filled(org) else {
                continue;
            };
            let nearest = knowledge::nearest(&shelf, asked.shop, &asked.text);
            // No shop wants to be surer than that; what lies below is held against the shop's setting.
            if nearest.is_none_or(|(_, chance)| chance < SUREST) {
                missed.push((org, at, asked, nearest));
            }
        }
        missed
    });
    let missed = missed.await.map_err(|_| Problem::internal())?;
    for few in missed.chunks(50) {
        let few = few.to_vec();
        app.edge
            .db
            .write_in(store::Lane::Bulk, move |tx| {
                for (org, at, asked, nearest) in &few {
                    knowledge::keep_missed(tx, *at, *org, asked, *nearest)?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}
