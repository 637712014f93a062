//! Measures the ranker of answers on labelled questions.
//!
//! `cargo run --release -p search --example answers -- WHAT --data DIR [--splits N] [--salt S]`,
//! WHAT one of
//!
//! * `questions`: labelled questions as similar questions; of each intent 20 % are held out by hash of their id
//!   and asked, in five splits. Once with one entry an intent, once with one entry a question.
//! * `tune`: what constants are chosen by. Only questions that none of the five splits holds out are asked, in two
//!   halves, each after learning all other questions.
//! * `cold`: question and answer pairs of service talks as entries, without similar questions.
//! * `change`: how long one changed entry takes, and how near the outcome is to learning all again.
//! * `speed`: 100,000 entries beside a full-text table of trigrams, in the same run, and how much more memory is
//!   resident once they are learned (on Linux).
//!
//! A salt makes other splits; those hold out questions that constants were chosen by.
//!
//! DIR holds `jd-questions/select.tsv`, `jd-faq/qa.jsonl`, and for `speed` also `taobao-questions/select.tsv`.

#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use search::answers::eval::{Labelled, Report, measure};
use search::answers::{Answers, Entry};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

struct Question {
    id: String,
    text: String,
    intent: String,
}

struct Args {
    what: String,
    data: PathBuf,
    splits: usize,
    salt: String,
}

fn main() -> Outcome<()> {
    let args = args()?;
    search::words::warm();
    let questions = questions(&args.data)?;
    match args.what.as_str() {
        "questions" => splits(&questions, args.splits, &args.salt),
        "tune" => tune(&questions),
        "cold" => cold(&args, &questions)?,
        "change" => change(&questions),
        "speed" => speed(&args.data, &questions)?,
        other => return Err(format!("unknown: {other}").into()),
    }
    Ok(())
}

fn args() -> Outcome<Args> {
    let mut given = std::env::args().skip(1);
    let mut args = Args {
        what: given.next().ok_or("what?")?,
        data: PathBuf::new(),
        splits: 5,
        salt: String::new(),
    };
    while let Some(name) = given.next() {
        let value = given.next().ok_or("a value?")?;
        match name.as_str() {
            "--data" => args.data = value.into(),
            "--splits" => args.splits = value.parse()?,
            "--salt" => args.salt = value,
            other => return Err(format!("unknown: {other}").into()),
        }
    }
    Ok(args)
}

impl Question {
    fn labelled(&self) -> Labelled {
        Labelled {
            text: self.text.clone(),
            intent: self.intent.clone(),
        }
    }
}

fn questions(data: &Path) -> Outcome<Vec<Question>> {
    let text = std::fs::read_to_string(data.join("jd-questions/select.tsv"))?;
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        Some(Question {
            id: cells.next()?,
            text: cells.next()?,
            intent: cells.next()?,
        })
    };
    Ok(text.lines().skip(1).filter_map(row).collect())
}

/// FNV-1a with its bits mixed, so that neighbouring ids fall apart.
fn hash(text: &str) -> u64 {
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv);
    (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 8
}

/// Training part and held-out part: of each intent the 20 % with the lowest hashes.
fn split<'a>(questions: Vec<&'a Question>, salt: &str) -> (Vec<&'a Question>, Vec<&'a Question>) {
    let mut intents: BTreeMap<&str, Vec<&Question>> = BTreeMap::new();
    for question in questions {
        intents.entry(&question.intent).or_default().push(question);
    }
    let (mut train, mut held) = (Vec::new(), Vec::new());
    for mut questions in intents.into_values() {
        questions.sort_by_key(|q| hash(&format!("{salt}/{}", q.id)));
        let cut = (questions.len() as f64 * 0.2).round() as usize;
        held.extend_from_slice(&questions[..cut]);
        train.extend_from_slice(&questions[cut..]);
    }
    (train, held)
}

/// One entry an intent, its questions as similar ones.
fn by_intent(questions: &[&Question]) -> Vec<Entry> {
    let mut entries: BTreeMap<&str, Entry> = BTreeMap::new();
    for question in questions {
        let id = entries.len() as i64 + 1;
        let entry = entries.entry(&question.intent).or_insert_with(|| Entry {
            id,
            group: question.intent.clone(),
            ..Entry::default()
        });
        if entry.question.is_empty() {
            entry.question.clone_from(&question.text);
        } else {
            entry.similar.push(question.text.clone());
        }
    }
    entries.into_values().collect()
}

/// One entry a question.
fn by_question(questions: &[&Question]) -> Vec<Entry> {
    let entry = |(id, question): (i64, &&Question)| Entry {
        id,
        group: question.intent.clone(),
        question: question.text.clone(),
        ..Entry::default()
    };
    (1..).zip(questions).map(entry).collect()
}

fn asked(answers: &Answers, entries: &[Entry], held: &[&Question]) -> Report {
    let labelled: Vec<Labelled> = held.iter().map(|q| q.labelled()).collect();
    let start = Instant::now();
    measure(answers, entries, &labelled, || start.elapsed())
}

fn splits(questions: &[Question], count: usize, salt: &str) {
    for (name, entries_of) in [
        ("one entry an intent", by_intent as fn(&[&Question]) -> Vec<Entry>),
        ("one entry a question", by_question),
    ] {
        println!("{name}:");
        let mut reports = Vec::new();
        for number in 0..count {
            let (train, held) = split(questions.iter().collect(), &format!("{salt}{number}"));
            let entries = entries_of(&train);
            let start = Instant::now();
            let answers = Answers::build(entries.clone());
            let learned = start.elapsed();
            let report = asked(&answers, &entries, &held);
            let mb = answers.bytes() as f64 / 1e6;
            println!(
                "  {report}  learned {} in {:.1} s, {mb:.0} MB",
                train.len(),
                learned.as_secs_f64()
            );
            reports.push(report);
        }
        summary(&reports);
    }
}

/// Two halves of the questions that no split of `questions` holds out, each beside all others.
fn halves(questions: &[Question]) -> [(Vec<&Question>, Vec<&Question>); 2] {
    let mut held: BTreeSet<&str> = BTreeSet::new();
    for number in 0..5 {
        let (_, asked) = split(questions.iter().collect(), &number.to_string());
        held.extend(asked.into_iter().map(|question| question.id.as_str()));
    }
    [0, 1].map(|half| {
        let asked =
            |q: &&Question| !held.contains(q.id.as_str()) && hash(&format!("fold/{}", q.id)) % 2 == half;
        questions.iter().partition(|question| !asked(question))
    })
}

fn tune(questions: &[Question]) {
    let mut reports = Vec::new();
    for (train, asking) in halves(questions) {
        let entries = by_intent(&train);
        let start = Instant::now();
        let answers = Answers::build(entries.clone());
        let learned = start.elapsed();
        let report = asked(&answers, &entries, &asking);
        println!(
            "  {report}  learned {} in {:.1} s",
            train.len(),
            learned.as_secs_f64()
        );
        reports.push(report);
    }
    summary(&reports);
}

fn summary(reports: &[Report]) {
    let line = |name: &str, of: fn(&Report) -> f64| {
        let values: Vec<f64> = reports.iter().map(of).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let low = values.iter().copied().fold(f64::MAX, f64::min);
        let high = values.iter().copied().fold(f64::MIN, f64::max);
        println!("  {name} mean {mean:.4}, from {low:.4} to {high:.4}");
    };
    line("hit@1", |r| r.hit_1);
    line("hit@5", |r| r.hit_5);
    line("MRR@10", |r| r.mrr_10);
}

fn faq(data: &Path) -> Outcome<Vec<Entry>> {
    let text = std::fs::read_to_string(data.join("jd-faq/qa.jsonl"))?;
    let mut entries = Vec::new();
    for (line, id) in text.lines().zip(1..) {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let cell = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        entries.push(Entry {
            id,
            group: cell("intent"),
            question: cell("q"),
            similar: Vec::new(),
            answer: cell("a"),
        });
    }
    Ok(entries)
}

fn cold(args: &Args, questions: &[Question]) -> Outcome<()> {
    let entries = faq(&args.data)?;
    let bare: Vec<Entry> = entries
        .iter()
        .map(|e| Entry {
            group: String::new(),
            ..e.clone()
        })
        .collect();
    let intents: BTreeSet<&str> = entries.iter().map(|e| e.group.as_str()).collect();
    for (name, given) in [("with topics", &entries), ("without topics", &bare)] {
        let start = Instant::now();
        let answers = Answers::build(given.clone());
        let mb = answers.bytes() as f64 / 1e6;
        println!(
            "{name}: learned in {:.1} s, {mb:.0} MB",
            start.elapsed().as_secs_f64()
        );
        let mut reports = Vec::new();
        for number in 0..args.splits {
            let (_, held) = split(questions.iter().collect(), &number.to_string());
            let held: Vec<&Question> = held
                .into_iter()
                .filter(|q| intents.contains(q.intent.as_str()))
                .collect();
            let report = asked(&answers, &entries, &held);
            println!("  {report}");
            reports.push(report);
        }
        summary(&reports);
    }
    Ok(())
}

/// Takes the questions of some intents away and puts them back, each with one change.
fn change(questions: &[Question]) {
    let all: Vec<&Question> = questions.iter().collect();
    let entries = by_intent(&all);
    let start = Instant::now();
    let built = Answers::build(entries.clone());
    println!(
        "learned {} questions in {:.1} s",
        all.len(),
        start.elapsed().as_secs_f64()
    );
    let (train, held) = split(all, "0");
    let entries = by_intent(&train);
    let mut answers = Answers::build(entries.clone());
    println!("before {}", asked(&answers, &entries, &held));
    let mut slowest = Duration::ZERO;
    for entry in entries.iter().take(10) {
        let of_it: Vec<&Question> = held.iter().filter(|q| q.intent == entry.group).copied().collect();
        let before = asked(&answers, &entries, &of_it);
        let start = Instant::now();
        answers.remove(entry.id);
        let removed = start.elapsed();
        let start = Instant::now();
        answers.put(entry);
        let put = start.elapsed();
        slowest = slowest.max(put).max(removed);
        let after = asked(&answers, &entries, &of_it);
        println!(
            "  removed in {removed:.0?}, put back in {put:.0?}; its own held-out questions hit@1 {:.3} before, {:.3} after",
            before.hit_1, after.hit_1
        );
    }
    println!("slowest change {slowest:.0?}");
    println!("after  {}", asked(&answers, &entries, &held));
    answers.learn();
    println!("learned again {}", asked(&answers, &entries, &held));
    let mut full = built;
    let start = Instant::now();
    full.put(&entries[0]);
    println!(
        "one entry put beside all {} questions: {:.0?}",
        questions.len(),
        start.elapsed()
    );
    let start = Instant::now();
    full.picked("请问这个怎么弄呀", entries[1].id);
    println!("one pick: {:.0?}", start.elapsed());
}

fn percentile(times: &mut [Duration], part: f64) -> Duration {
    times.sort();
    times[((times.len() as f64 * part) as usize).min(times.len() - 1)]
}

/// Every distinct text of the data, then pairs of them, up to 100,000.
fn many(data: &Path, questions: &[&Question]) -> Outcome<Vec<Entry>> {
    const COUNT: usize = 100_000;
    let mut texts: Vec<String> = questions.iter().map(|q| q.text.clone()).collect();
    texts.extend(faq(data)?.into_iter().map(|e| e.question));
    let other = std::fs::read_to_string(data.join("taobao-questions/select.tsv"))?;
    texts.extend(
        other
            .lines()
            .skip(1)
            .filter_map(|l| Some(l.split('\t').nth(1)?.to_owned())),
    );
    let distinct = texts.len();
    for number in 0.. {
        if texts.len() >= COUNT {
            break;
        }
        let (a, b) = (hash(&format!("a{number}")), hash(&format!("b{number}")));
        let pair = format!(
            "{}，{}",
            texts[a as usize % distinct],
            texts[b as usize % distinct]
        );
        texts.push(pair);
    }
    let entry = |(id, question)| Entry {
        id,
        question,
        ..Entry::default()
    };
    Ok((1..).zip(texts).map(entry).collect())
}

fn speed(data: &Path, questions: &[Question]) -> Outcome<()> {
    let (train, held) = split(questions.iter().collect(), "0");
    let entries = many(data, &train)?;
    let before = memory();
    let start = Instant::now();
    let answers = Answers::build(entries.clone());
    println!(
        "{} entries built in {:.1} s, {:.0} MB",
        answers.len(),
        start.elapsed().as_secs_f64(),
        answers.bytes() as f64 / 1e6
    );
    if let Some((before, after)) = before.zip(memory()) {
        let mb = |bytes: u64| bytes as f64 / 1e6;
        println!(
            "resident: {:.0} MB before, {:.0} MB after, so {:.0} MB for the index; {:.0} MB at most while it was built",
            mb(before.now),
            mb(after.now),
            mb(after.now.saturating_sub(before.now)),
            mb(after.most)
        );
    }
    let start = Instant::now();
    let mut changed = answers.clone();
    println!("copied in {:.0?}", start.elapsed());
    let start = Instant::now();
    changed.put(&entries[7]);
    println!("one entry put in {:.0?}", start.elapsed());
    let table = trigrams(&entries)?;
    let long: Vec<String> = held
        .chunks(5)
        .map(|c| c.iter().map(|q| q.text.as_str()).collect())
        .collect();
    let short: Vec<String> = held.iter().map(|q| q.text.clone()).collect();
    for (name, asked) in [("questions", short), ("five questions in one", long)] {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for text in &asked {
            ours.push(best_of_three(|| Ok(answers.ask(text, 10).len()))?);
            theirs.push(best_of_three(|| Ok(full_text(&table, text)?.len()))?);
        }
        let mean = |times: &[Duration]| times.iter().sum::<Duration>() / times.len() as u32;
        let (a, b) = (mean(&ours), mean(&theirs));
        println!(
            "{name} ({}): ours mean {a:.2?}, p99 {:.2?}; trigrams mean {b:.2?}, p99 {:.2?}; {:.1} times faster",
            asked.len(),
            percentile(&mut ours, 0.99),
            percentile(&mut theirs, 0.99),
            b.as_secs_f64() / a.as_secs_f64()
        );
    }
    Ok(())
}

/// What the program has of the machine's memory, in bytes.
#[derive(Clone, Copy)]
struct Memory {
    now: u64,
    /// At most, since it began.
    most: u64,
}

/// As Linux tells it in `/proc/self/status`; `None` elsewhere.
fn memory() -> Option<Memory> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kib * 1024)
    };
    Some(Memory {
        now: of("VmRSS:")?,
        most: of("VmHWM:")?,
    })
}

/// The quickest of three: what else the machine does at the time is not measured.
fn best_of_three(mut ask: impl FnMut() -> Outcome<usize>) -> Outcome<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        std::hint::black_box(ask()?);
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn trigrams(entries: &[Entry]) -> Outcome<rusqlite::Connection> {
    let mut table = rusqlite::Connection::open_in_memory()?;
    table.execute_batch("CREATE VIRTUAL TABLE grams USING fts5(question, tokenize = 'trigram')")?;
    let tx = table.transaction()?;
    for entry in entries {
        tx.execute(
            "INSERT INTO grams (rowid, question) VALUES (?1, ?2)",
            (entry.id, &entry.question),
        )?;
    }
    tx.commit()?;
    table.execute_batch("INSERT INTO grams (grams) VALUES ('optimize')")?;
    Ok(table)
}

fn full_text(table: &rusqlite::Connection, text: &str) -> Outcome<Vec<i64>> {
    let chars: Vec<char> = text.chars().filter(|c| *c != '"').collect();
    let terms: BTreeSet<String> = chars
        .windows(3)
        .map(|three| format!("\"{}\"", three.iter().collect::<String>()))
        .collect();
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let query: Vec<String> = terms.into_iter().collect();
    let mut statement =
        table.prepare_cached("SELECT rowid FROM grams WHERE grams MATCH ?1 ORDER BY bm25(grams) LIMIT 10")?;
    let rows = statement.query_map([query.join(" OR ")], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
