use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;
use store::Tx;

use super::parse::Parsed;
use super::step::{Step, keys, step};
use crate::words::told::{Tell, many};
use crate::words::{faq_keep, policy_keep, script_keep};
use crate::{WordKind, place};

/// What came of a file, or would come of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WordsReport {
    /// Rows that were read.
    pub read: u64,
    /// Rows that make something new.
    pub created: u64,
    /// Rows that change something.
    pub changed: u64,
    /// Rows that say what is there already.
    pub unchanged: u64,
    /// Rows that are wrong.
    pub refused: u64,
    /// Whether it was written. With a single wrong row nothing is.
    pub applied: bool,
    /// What is wrong, by row.
    pub errors: Vec<WordsError>,
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WordsError {
    /// The file.
    pub file: String,
    /// The row, as a spreadsheet counts it; null: the file as a whole.
    pub row: Option<u64>,
    /// The column's header.
    pub column: Option<String>,
    /// Stable, snake_case.
    pub code: String,
    /// One English sentence.
    pub message: String,
    /// Further facts by name.
    #[schema(value_type = Object)]
    pub params: BTreeMap<String, Value>,
}

/// Compares a file with what is there and, with `apply`, writes it in one go if nothing in it is wrong. The
/// same file again changes nothing. Needs what editing by hand needs; for a shop, or for all.
pub fn import_words(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    file: &Parsed,
    apply: bool,
) -> Result<WordsReport, Problem> {
    who.need(match file.kind {
        WordKind::Script => Permission::EditReplies,
        WordKind::Faq | WordKind::Policy => Permission::EditKnowledge,
    })?;
    let shop = place::shop(tx, who, shop)?;
    let zone = zone(tx, who, shop)?;
    let mut report = WordsReport {
        read: file.read,
        errors: file.errors.clone(),
        ..WordsReport::default()
    };
    let mut steps = Vec::new();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    for line in &file.lines {
        let planned = match twice(file.kind, line, &mut seen) {
            Some(problem) => Err(problem),
            None => step(tx, who, shop, file.kind, line, &zone),
        };
        match planned {
            Ok(step) => steps.push((line, step)),
            Err(problem) if problem.status >= 500 || problem.status == 403 => return Err(problem),
            Err(problem) => report.errors.push(line.error(&problem)),
        }
    }
    report.refused = report.errors.len() as u64;
    for (_, step) in &steps {
        match step {
            Step::Same => report.unchanged += 1,
            Step::Faq(None, _) | Step::Script(None, _) | Step::Policy(None, _) => report.created += 1,
            _ => report.changed += 1,
        }
    }
    if apply && report.errors.is_empty() {
        for (line, step) in steps {
            let done = write(tx, now, who, step);
            // What was right alone may be wrong beside another line; then none of them is written.
            done.map_err(|problem| problem.with("file", line.file.to_string()).with("row", line.row))?;
        }
        many(tx, who, file.kind, shop);
        report.applied = true;
    }
    Ok(report)
}

/// The zone in which the dates of a file are read.
fn zone(tx: &mut Tx<'_>, who: &Actor, shop: Id) -> Result<TimeZone, Problem> {
    let shop = match shop {
        Id::NONE => team::shops(tx, who)?.into_iter().next(),
        shop => team::shop(tx, who.org, shop)?,
    };
    let zone = shop.and_then(|shop| TimeZone::get(&shop.time_zone).ok());
    Ok(zone.unwrap_or(TimeZone::UTC))
}

/// Refuses a line that says what a line before it said.
fn twice(kind: WordKind, line: &super::line::Line, seen: &mut BTreeMap<String, u64>) -> Option<Problem> {
    let keys = keys(kind, line);
    for (field, key) in &keys {
        if let Some(row) = seen.get(key).filter(|_| !key.is_empty()) {
            let (code, what) = match kind {
                WordKind::Script => ("code_twice", "code"),
                WordKind::Faq => ("question_twice", "question"),
                WordKind::Policy => ("title_twice", "title"),
            };
            let detail = format!("Row {row} has this {what} too.");
            return Some(Problem::input(field, code, detail).with("other_row", *row));
        }
    }
    seen.extend(keys.into_iter().map(|(_, key)| (key, line.row)));
    None
}

fn write(tx: &mut Tx<'_>, now: Ms, who: &Actor, step: Step) -> Result<(), Problem> {
    let tell = Tell::Together;
    match step {
        Step::Same => Ok(()),
        Step::Faq(None, new) => faq_keep::add(tx, now, who, "", &new, tell).map(drop),
        Step::Faq(Some(id), new) => faq_keep::change(tx, now, who, id, &new, tell).map(drop),
        Step::Script(None, new) => script_keep::add(tx, now, who, "", &new, tell).map(drop),
        Step::Script(Some(id), new) => script_keep::change(tx, now, who, id, &new, tell).map(drop),
        Step::Policy(None, new) => policy_keep::add(tx, now, who, "", &new, tell).map(drop),
        Step::Policy(Some(id), new) => policy_keep::change(tx, now, who, id, &new, tell).map(drop),
    }
}
