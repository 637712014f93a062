use std::sync::Arc;

use base::{Actor, Id, Ms, Problem};
use store::{Db, Lane};

use super::import::{WordsReport, plan_words, write_words_slice};
use super::parse::parse_words;
use crate::WordKind;

/// Bytes of a file that is taken in.
pub const WORDS_FILE_MAX: usize = 20 << 20;

/// A file as it was sent, and where its words shall go.
#[derive(Clone, Debug)]
pub struct WordsFile {
    /// What it is of.
    pub kind: WordKind,
    /// The shop; none: all shops.
    pub shop: Option<Id>,
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// Reads a file, compares it with what is there and, with `apply`, writes it if nothing in it is wrong: slice by
/// slice, so that whoever talks meanwhile waits for no more than one. Page and command line both come here.
pub async fn take_words(
    db: &Db,
    now: Ms,
    who: &Actor,
    file: WordsFile,
    apply: bool,
) -> Result<WordsReport, Problem> {
    let WordsFile {
        kind,
        shop,
        name,
        bytes,
    } = file;
    if bytes.len() > WORDS_FILE_MAX {
        return Err(too_big());
    }
    let parsed = tokio::task::spawn_blocking(move || parse_words(kind, &bytes, &name));
    let parsed = parsed.await.map_err(|_| Problem::internal())??;
    let reader = who.clone();
    let plan = Arc::new(db.read(move |tx| plan_words(tx, &reader, shop, &parsed)).await?);
    if !apply || !plan.fits() {
        return Ok(plan.report().clone());
    }
    let mut from = 0;
    while from < plan.len() {
        let (who, plan) = (who.clone(), Arc::clone(&plan));
        let slice = db.write_in(Lane::Bulk, move |tx| {
            write_words_slice(tx, now, &who, &plan, from)
        });
        // Whatever ends it: whoever sent the file learns how much of it is in.
        from = slice.await.map_err(|problem| problem.with("written", from))?;
    }
    Ok(plan.applied())
}

/// A file of more than [`WORDS_FILE_MAX`] bytes.
pub(crate) fn too_big() -> Problem {
    Problem::input("file", "file_too_big", "A file has at most 20 MB; split it.")
        .with("limit", WORDS_FILE_MAX)
}
