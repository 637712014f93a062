//! Questions with answers from files, by the command: file after file, the way the page takes one.

use std::path::{Path, PathBuf};

use base::{Actor, Id, Problem};
use knowledge::{WordKind, WordsFile, WordsReport};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::import::{FAULTS, Sum, Told, name_of};
use crate::admin;
use crate::app::App;

/// What the holder of the data is asked to do with the files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FaqFiles {
    pub(super) files: Vec<PathBuf>,
    /// The shop; none: all shops.
    pub(super) shop: Option<String>,
    pub(super) dry_run: bool,
}

/// Takes the files in, one after the other, where the data is.
pub(crate) async fn carry_out(app: &App, asked: FaqFiles) -> Result<Value, Problem> {
    let (org, shop) = match asked.shop {
        Some(name) => admin::shop_or_only(app, Some(name))
            .await
            .map(|(org, shop)| (org, Some(shop)))?,
        None => (app.edge.db.read(admin::first_org).await?, None),
    };
    let mut sum = Sum::default();
    for file in &asked.files {
        let told = one(app, org, shop, file, asked.dry_run).await;
        sum.add(file, told)?;
    }
    Ok(sum.told())
}

async fn one(app: &App, org: Id, shop: Option<Id>, file: &Path, dry_run: bool) -> Result<Told, Problem> {
    let words = WordsFile {
        kind: WordKind::Faq,
        shop,
        name: name_of(file),
        bytes: read(file).await?,
    };
    let (now, who) = (app.edge.now(), Actor::program(org));
    let report = knowledge::take_words(&app.edge.db, now, &who, words, !dry_run).await?;
    Ok(told(&report))
}

/// The file's bytes; of a bigger one than is taken no more than shows that it is one.
pub(super) async fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    use tokio::io::AsyncReadExt as _;
    let unreadable = |error: std::io::Error| {
        Problem::input(
            "file",
            "file_unreadable",
            "The file cannot be read from the disk.",
        )
        .with("cause", error.kind().to_string())
    };
    let mut bytes = Vec::new();
    let open = tokio::fs::File::open(file).await.map_err(unreadable)?;
    let mut some = open.take(knowledge::WORDS_FILE_MAX as u64 + 1);
    some.read_to_end(&mut bytes).await.map_err(unreadable)?;
    Ok(bytes)
}

/// Of a file with a single wrong row nothing is taken in, so nothing is counted as made or changed.
fn told(report: &WordsReport) -> Told {
    let fits = report.errors.is_empty();
    let done = |count: u64| if fits { count as i64 } else { 0 };
    let whole = report.errors.iter().find(|error| error.row.is_none());
    let rows = report.errors.iter().filter(|error| error.row.is_some());
    Told {
        counts: [
            report.read as i64,
            done(report.created),
            done(report.changed),
            report.unchanged as i64,
            rows.clone().count() as i64,
        ],
        errors: rows.take(FAULTS).map(|error| json!(error)).collect(),
        failed: whole.map(|error| json!(error)),
        unmapped: Vec::new(),
    }
}
