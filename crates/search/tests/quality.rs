//! How good the ranker is on real questions, where they are at hand: floors a little below what was measured.
//!
//! `cargo run --release -p search --example answers -- questions` measures all five splits; here one is enough to
//! see that something broke.

#![expect(clippy::unwrap_used, reason = "files that are at hand are well-formed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use search::answers::eval::{Labelled, Report, measure};
use search::answers::{Answers, Entry};

/// A file of the data beside the repository; says so and gives `None` where it is not.
fn data(name: &str) -> Option<String> {
    let folder = std::env::var("XIAOER_DATA_SAMPLES").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        eprintln!("skipped: {name} is not at hand");
    }
    text
}

/// One entry an intent with four fifths of its questions, and the other fifth to ask: those whose ids have the
/// lowest hashes, as the example `answers` splits them the first time.
fn shop(text: &str) -> (Vec<Entry>, Vec<Labelled>) {
    let mut intents: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split('\t');
        let (id, query, intent) = (
            cells.next().unwrap(),
            cells.next().unwrap(),
            cells.next().unwrap(),
        );
        intents.entry(intent).or_default().push((id, query));
    }
    let (mut entries, mut asked) = (Vec::new(), Vec::new());
    for ((intent, mut questions), id) in intents.into_iter().zip(1..) {
        questions.sort_by_key(|(id, _)| hash(&format!("0/{id}")));
        let cut = (questions.len() as f64 * 0.2).round() as usize;
        asked.extend(questions[..cut].iter().map(|(_, query)| Labelled {
            text: (*query).to_owned(),
            intent: intent.to_owned(),
        }));
        let mut learned = questions[cut..].iter().map(|(_, query)| (*query).to_owned());
        entries.push(Entry {
            id,
            group: intent.to_owned(),
            question: learned.next().unwrap(),
            similar: learned.collect(),
            answer: String::new(),
        });
    }
    (entries, asked)
}

fn hash(text: &str) -> u64 {
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8
}

fn reaches(report: &Report, hit_1: f64, hit_5: f64, mrr_10: f64) {
    assert!(
        report.hit_1 >= hit_1 && report.hit_5 >= hit_5 && report.mrr_10 >= mrr_10,
        "{report}"
    );
}

#[test]
fn questions_of_a_shop_with_similar_questions_are_answered() {
    let Some(text) = data("jd-questions/select.tsv") else {
        return;
    };
    let (entries, asked) = shop(&text);
    let answers = Answers::build(entries.clone());
    reaches(
        &measure(&answers, &entries, &asked, || Duration::ZERO),
        0.68,
        0.88,
        0.77,
    );
}

#[test]
fn questions_of_a_new_shop_are_answered() {
    let (Some(faq), Some(text)) = (data("jd-faq/qa.jsonl"), data("jd-questions/select.tsv")) else {
        return;
    };
    let mut intents = BTreeSet::new();
    let mut entries = Vec::new();
    for (line, id) in faq.lines().zip(1..) {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let cell = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        intents.insert(cell("intent"));
        entries.push(Entry {
            id,
            group: cell("intent"),
            question: cell("q"),
            similar: Vec::new(),
            answer: cell("a"),
        });
    }
    let (_, mut asked) = shop(&text);
    asked.retain(|question| intents.contains(&question.intent));
    let answers = Answers::build(entries.clone());
    reaches(
        &measure(&answers, &entries, &asked, || Duration::ZERO),
        0.52,
        0.77,
        0.62,
    );
}
