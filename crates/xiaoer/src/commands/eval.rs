//! `xiaoer eval`: how good something is, measured on files. It needs no server and no data folder.

use std::path::{Path, PathBuf};
use std::time::Instant;

use base::Problem;
use clap::{Args, Subcommand};
use search::answers::{Answers, eval};

/// What is measured.
#[derive(Subcommand, Debug)]
pub(crate) enum Eval {
    /// The search for answers: entries of FILE are asked the questions of another.
    Search(Search),
}

/// The search for answers, by files of one JSON object a line.
#[derive(Args, Debug)]
pub(crate) struct Search {
    /// Entries: {"question","answer"?,"intent","similar"?:[...]}.
    #[arg(long, value_name = "FILE")]
    faq: PathBuf,
    /// Questions: {"text","intent"}.
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,
    /// One line of JSON.
    #[arg(long)]
    json: bool,
}

impl Eval {
    /// Measures and prints.
    pub(crate) fn run(self) -> Result<(), Problem> {
        let Eval::Search(search) = self;
        let entries = eval::read_faq(&read(&search.faq)?).map_err(|bad| refused(&search.faq, &bad))?;
        let queries =
            eval::read_queries(&read(&search.queries)?).map_err(|bad| refused(&search.queries, &bad))?;
        search::words::warm();
        let answers = Answers::build(entries.iter().cloned());
        #[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
        let start = Instant::now();
        let report = eval::measure(&answers, &entries, &queries, || start.elapsed());
        if search.json {
            println!("{}", serde_json::json!(report));
        } else {
            println!("{report}");
        }
        Ok(())
    }
}

fn read(file: &Path) -> Result<String, Problem> {
    std::fs::read_to_string(file).map_err(|error| refused(file, &error))
}

/// The file is named, and the line if it is one.
fn refused(file: &Path, what: &dyn std::fmt::Display) -> Problem {
    Problem::input("eval", "file", format!("{}: {what}", file.display()))
}
