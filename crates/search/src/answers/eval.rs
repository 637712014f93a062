//! How good the ranker is on labelled questions. It reads lines it is given, and no file and no clock.

use std::fmt;
use std::time::Duration;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{Answers, Entry};

/// Ranks that count for the mean reciprocal rank.
const RANKS: usize = 10;

/// A line of the entries.
#[derive(Debug, Deserialize)]
struct FaqLine {
    question: String,
    #[serde(default)]
    answer: String,
    intent: String,
    #[serde(default)]
    similar: Vec<String>,
}

/// A line of the questions.
#[derive(Debug, Deserialize)]
struct QueryLine {
    text: String,
    intent: String,
}

/// A question and the intent that an entry must have to be a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// What is asked.
    pub text: String,
    /// What is meant.
    pub intent: String,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Questions asked.
    pub n: usize,
    /// Part of them whose first entry has their intent.
    #[serde(rename = "hit@1")]
    pub hit_1: f64,
    /// Part of them with such an entry among the first five.
    #[serde(rename = "hit@5")]
    pub hit_5: f64,
    /// Mean of one divided by the rank of the first such entry; nothing beyond the tenth.
    #[serde(rename = "MRR@10")]
    pub mrr_10: f64,
    /// Mean time of a question in milliseconds.
    pub mean_ms: f64,
    /// The time that 99 of 100 questions stay below, in milliseconds.
    pub p99_ms: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "n {}  hit@1 {:.4}  hit@5 {:.4}  MRR@10 {:.4}  mean {:.3} ms  p99 {:.3} ms",
            self.n, self.hit_1, self.hit_5, self.mrr_10, self.mean_ms, self.p99_ms
        )
    }
}

/// A line that cannot be read.
#[derive(Debug)]
pub struct BadLine {
    /// Which one, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: serde_json::Error,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for BadLine {}

/// Reads entries, one JSON object a line: `{"question","answer"?,"intent","similar"?:[...]}`. Their ids are their
/// numbers in the file, from 1; their group is the intent. Empty lines are skipped.
///
/// # Errors
/// The first line that is no such object.
pub fn read_faq(lines: &str) -> Result<Vec<Entry>, BadLine> {
    let entry = |(id, line): (i64, FaqLine)| Entry {
        id,
        group: line.intent,
        question: line.question,
        similar: line.similar,
        answer: line.answer,
    };
    Ok((1..).zip(read(lines)?).map(entry).collect())
}

/// Reads questions, one JSON object a line: `{"text","intent"}`. Empty lines are skipped.
///
/// # Errors
/// The first line that is no such object.
pub fn read_queries(lines: &str) -> Result<Vec<Labelled>, BadLine> {
    let labelled = |line: QueryLine| Labelled {
        text: line.text,
        intent: line.intent,
    };
    Ok(read(lines)?.into_iter().map(labelled).collect())
}

fn read<T: for<'a> Deserialize<'a>>(lines: &str) -> Result<Vec<T>, BadLine> {
    lines
        .lines()
        .zip(1..)
        .filter(|(text, _)| !text.trim().is_empty())
        .map(|(text, line)| serde_json::from_str(text).map_err(|what| BadLine { line, what }))
        .collect()
}

/// Asks every question for ten entries. An entry is a hit when its intent is the question's. `clock` says how
/// long something has been running; only differences of it count.
pub fn measure(
    answers: &Answers,
    entries: &[Entry],
    queries: &[Labelled],
    mut clock: impl FnMut() -> Duration,
) -> Report {
    let intents: FxHashMap<i64, &str> = entries.iter().map(|e| (e.id, e.group.trim())).collect();
    let mut times = Vec::with_capacity(queries.len());
    let (mut first, mut five, mut ranks) = (0usize, 0usize, 0.0);
    for query in queries {
        let before = clock();
        let hits = answers.ask(&query.text, RANKS);
        times.push(clock().saturating_sub(before).as_secs_f64() * 1000.0);
        let wanted = Some(query.intent.trim());
        let Some(rank) = hits
            .iter()
            .position(|hit| intents.get(&hit.id).copied() == wanted)
        else {
            continue;
        };
        first += usize::from(rank == 0);
        five += usize::from(rank < 5);
        ranks += 1.0 / (rank + 1) as f64;
    }
    times.sort_by(f64::total_cmp);
    let n = queries.len();
    let part = |sum: f64| if n == 0 { 0.0 } else { sum / n as f64 };
    Report {
        n,
        hit_1: part(first as f64),
        hit_5: part(five as f64),
        mrr_10: part(ranks),
        mean_ms: part(times.iter().sum()),
        p99_ms: times
            .get((n * 99).div_ceil(100).saturating_sub(1))
            .copied()
            .unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{measure, read_faq, read_queries};
    use crate::answers::Answers;

    const FAQ: &str = r#"{"question":"什么时候发货","intent":"发货"}

{"question":"怎么退货","answer":"在订单里点退货","intent":"退货","similar":["不想要了"]}"#;

    #[test]
    fn a_hit_is_an_entry_of_the_same_intent() {
        let entries = read_faq(FAQ).unwrap();
        let queries = read_queries(
            "{\"text\":\"多久发货\",\"intent\":\"发货\"}\n{\"text\":\"怎么退货\",\"intent\":\"发货\"}\n{\"text\":\"？\",\"intent\":\"发货\"}",
        )
        .unwrap();
        let mut ticks = 0;
        let clock = || {
            ticks += 1;
            Duration::from_millis(ticks * ticks)
        };
        let report = measure(&Answers::build(entries.clone()), &entries, &queries, clock);
        assert_eq!((report.n, report.hit_1), (3, 1.0 / 3.0));
        // Clock readings 1, 4, 9, 16, 25, 36: the questions took 3, 7 and 11 ms.
        assert!((report.mean_ms - 7.0).abs() < 1e-9 && (report.p99_ms - 11.0).abs() < 1e-9);
        let json = serde_json::to_value(report).unwrap();
        assert_eq!(json["hit@1"], 1.0 / 3.0);
        assert!(json["MRR@10"].is_number() && json["hit@5"].is_number());
    }

    #[test]
    fn a_broken_line_is_named() {
        let error = read_faq("{\"question\":\"a\",\"intent\":\"b\"}\n\n{\"question\":1}").unwrap_err();
        assert_eq!(error.line, 3);
    }
}
