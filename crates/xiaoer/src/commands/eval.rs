//! `xiaoer eval`: how good something is, measured on files. It needs no server and no data folder.

use base::Problem;
use clap::Subcommand;

use super::eval_replies::Replies;
use super::eval_search::Search;

/// What is measured.
#[derive(Subcommand, Debug)]
pub(crate) enum Eval {
    /// The search for answers: entries of FILE are asked the questions of another.
    Search(Search),
    /// The reply check: precision, recall and F1 per rule.
    Replies(Replies),
}

impl Eval {
    /// Measures and prints.
    pub(crate) fn run(self) -> Result<(), Problem> {
        match self {
            Eval::Search(search) => search.run(),
            Eval::Replies(replies) => replies.run(),
        }
    }
}
