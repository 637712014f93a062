//! `xiaoer eval replies`: how often the reply check is right, measured against labels.

use std::path::{Path, PathBuf};

use base::Problem;
use clap::{Args, ValueEnum};
use knowledge::check::eval::{Figures, Half, Score, compare, read};
use knowledge::check::{CheckRules, Checker, Reply};
use serde_json::json;

/// The reply check: precision, recall and F1 per rule.
#[derive(Args, Debug)]
pub(crate) struct Replies {
    /// The labels: source, id, turn, labels and how chosen, parted by tabs.
    #[arg(long)]
    labels: PathBuf,
    /// The folder of the chats the labels speak of.
    #[arg(long)]
    data: PathBuf,
    /// One half of the rows only.
    #[arg(long, value_enum)]
    half: Option<Which>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// A half of the rows.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Which {
    /// The one the rules were made with.
    Dev,
    /// The one that is reported.
    Reported,
}

impl Replies {
    /// Measures and prints.
    pub(crate) fn run(self) -> Result<(), Problem> {
        let Replies {
            labels,
            data,
            half,
            json,
        } = self;
        let wrong = |what: String| Problem::input("labels", "labels_unreadable", what);
        let text = file(&labels).map_err(wrong)?;
        let half = half.map(|which| match which {
            Which::Dev => Half::Dev,
            Which::Reported => Half::Reported,
        });
        let rows = read(&text, half, |name| file(&data.join(name))).map_err(wrong)?;
        let (figures, _) = compare(&rows, &CheckRules::default());
        let (short_us, long_us) = (microseconds(100), microseconds(5_000));
        if json {
            println!(
                "{}",
                json!({"figures": figures, "us_100_chars": short_us, "us_5000_chars": long_us})
            );
        } else {
            print(&figures);
            println!("a check takes {short_us:.0} us for 100 characters, {long_us:.0} us for 5,000");
        }
        Ok(())
    }
}

fn file(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// How long a check of so many characters of ordinary words takes: the middle of many.
#[expect(clippy::disallowed_methods, reason = "a measurement from outside the rooms")]
fn microseconds(chars: usize) -> f64 {
    const TIMES: usize = 201;
    let words =
        "您好，这款面料柔软透气，您平时穿的尺码是多少呢？今天下单预计后天送达，有问题随时联系咱们哦。";
    let text: String = words.chars().cycle().take(chars).collect();
    let checker = Checker::new(&CheckRules::default());
    let reply = Reply {
        text: &text,
        ..Reply::default()
    };
    let mut took: Vec<f64> = (0..TIMES)
        .map(|_| {
            let begun = std::time::Instant::now();
            std::hint::black_box(checker.check(&reply));
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    took.sort_by(f64::total_cmp);
    took[TIMES / 2]
}

fn print(figures: &Figures) {
    println!(
        "{} rows, {} of them drawn at random",
        figures.rows, figures.random
    );
    println!("rule            all: P    R    F1   n | random: P    R    F1   n | searched: P    R    F1   n");
    for (rule, scores) in &figures.rules {
        let [all, random, searched] = [scores.all, scores.random, scores.searched].map(line);
        println!("{rule:13} {all} |      {random} |        {searched}");
    }
    println!(
        "{} of {} fine replies were disturbed",
        figures.disturbed, figures.fine
    );
}

fn line(score: Score) -> String {
    let share = |share: Option<f64>| share.map_or_else(|| "   -".to_owned(), |share| format!("{share:.2}"));
    let labelled = score.hit + score.missed;
    format!(
        "{} {} {} {labelled:3}",
        share(score.precision),
        share(score.recall),
        share(score.f1)
    )
}
