//! `xiaoer eval search`: how good the search for answers is, measured on files.

use std::path::{Path, PathBuf};
use std::time::Instant;

use base::Problem;
use clap::Args;
use search::answers::{Answers, eval};

/// The search for answers, by files of one JSON object a line.
#[derive(Args, Debug)]
pub(crate) struct Search {
    /// Entries: {"question","answer"?,"intent","similar"?:[...]}.
    #[arg(long, value_name = "FILE")]
    faq: PathBuf,
    /// Questions: {"text","intent"}.
    #[arg(long, value_name = "FILE")]
    queries: PathBuf,
}

impl Search {
    /// Measures and prints one line of JSON.
    pub(crate) fn run(self) -> Result<(), Problem> {
        let entries = eval::read_faq(&read(&self.faq)?).map_err(|bad| refused(&self.faq, &bad))?;
        let queries =
            eval::read_queries(&read(&self.queries)?).map_err(|bad| refused(&self.queries, &bad))?;
        search::words::warm();
        let answers = Answers::build(entries.iter().cloned());
        #[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
        let start = Instant::now();
        let report = eval::measure(&answers, &entries, &queries, || start.elapsed());
        println!("{}", serde_json::json!(report));
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
