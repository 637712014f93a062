use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Actor, Id, Ms, Permission, Problem};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;
use store::Tx;

use super::names::name_rows;
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
    /// What the rows make or change, the first 50.
    pub rows: Vec<WordsRow>,
}

/// What a row of a file makes or changes.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WordsRow {
    /// The row, as a spreadsheet counts it.
    pub row: u64,
    /// Whether it makes something new; else it changes what is there.
    pub makes: bool,
    /// Question or title.
    pub title: String,
    /// The fields that are not as they were (all that are filled, of something new).
    pub fields: Vec<WordsField>,
}

/// A field that a row of a file changes.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WordsField {
    /// Its name, as the verb for one has it.
    pub field: String,
    /// What it was; null of something new.
    #[schema(value_type = Object)]
    pub was: Value,
    /// What it is.
    #[schema(value_type = Object)]
    pub is: Value,
}

/// Rows of a file that are shown.
const MOST_SHOWN: usize = 50;
/// Statements that one slice runs, about: some ten milliseconds of the writer. On PostgreSQL each is a way there and
/// back, whatever it does.
const SLICE: usize = 100;

/// A file compared with what is there: what it says of that, and what is left to write.
#[derive(Debug)]
pub struct WordsPlan {
    report: WordsReport,
    kind: WordKind,
    shop: Id,
    steps: Vec<Planned>,
}

#[derive(Debug)]
struct Planned {
    file: Arc<str>,
    row: u64,
    step: Step,
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
/// same file again changes nothing. Needs what editing by hand needs; for a shop, or for all. Whoever serves
/// others meanwhile plans and writes in slices: [`plan_words`], [`write_words_slice`].
pub fn import_words(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    shop: Option<Id>,
    file: &Parsed,
    apply: bool,
) -> Result<WordsReport, Problem> {
    let plan = plan_words(tx, who, shop, file)?;
    if !apply || !plan.fits() {
        return Ok(plan.report);
    }
    let mut from = 0;
    while from < plan.len() {
        from = write_words_slice(tx, now, who, &plan, from)?;
    }
    Ok(plan.applied())
}

/// Compares a file with what is there; writes nothing. Needs what editing by hand needs.
pub fn plan_words(
    tx: &mut Tx<'_>,
    who: &Actor,
    shop: Option<Id>,
    file: &Parsed,
) -> Result<WordsPlan, Problem> {
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
            Ok(Step::Same) => report.unchanged += 1,
            Ok(step) => {
                report.take(line.row, &step);
                steps.push(Planned {
                    file: Arc::clone(&line.file),
                    row: line.row,
                    step,
                });
            }
            Err(problem) if problem.status >= 500 || problem.status == 403 => return Err(problem),
            Err(problem) => report.errors.push(line.error(&problem)),
        }
    }
    report.refused = report.errors.len() as u64;
    name_rows(tx, who, &mut report.rows)?;
    Ok(WordsPlan {
        report,
        kind: file.kind,
        shop,
        steps,
    })
}

/// Writes a part of a planned file, from its step `from` on, and answers with the next step to write. Each row goes
/// through the verb for one thing and is checked by it again, so that the same file sent again after an accident
/// goes on where it stopped.
pub fn write_words_slice(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    plan: &WordsPlan,
    from: usize,
) -> Result<usize, Problem> {
    let (mut at, mut weight) = (from, 0);
    while let Some(planned) = plan.steps.get(at).filter(|_| weight < SLICE) {
        weight += planned.step.weight();
        let done = write(tx, now, who, &planned.step);
        // What was right alone may be wrong beside another line, or beside what a colleague wrote meanwhile.
        done.map_err(|problem| {
            let problem = problem
                .with("file", planned.file.to_string())
                .with("row", planned.row);
            problem.with("written", from)
        })?;
        at += 1;
    }
    many(tx, who, plan.kind, plan.shop);
    Ok(at)
}

impl WordsPlan {
    /// What the file does.
    pub fn report(&self) -> &WordsReport {
        &self.report
    }

    /// Whether nothing in it is wrong.
    pub fn fits(&self) -> bool {
        self.report.errors.is_empty()
    }

    /// How many steps there are to write.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether everything is as the file says.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What the file did, once every step is written.
    pub fn applied(&self) -> WordsReport {
        WordsReport {
            applied: true,
            ..self.report.clone()
        }
    }
}

impl WordsReport {
    /// Counts and shows a row that makes or changes something.
    fn take(&mut self, row: u64, step: &Step) {
        if step.makes() {
            self.created += 1;
        } else {
            self.changed += 1;
        }
        if self.rows.len() < MOST_SHOWN
            && let Some((title, was, is)) = step.shown()
        {
            let makes = step.makes();
            self.rows.push(WordsRow {
                row,
                makes,
                title,
                fields: fields(&was, &is),
            });
        }
    }
}

/// The fields that differ.
fn fields(was: &Value, is: &Value) -> Vec<WordsField> {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    };
    let all = is.as_object().into_iter().flatten();
    let changed = all.filter(|(name, is)| {
        let was = &was[name.as_str()];
        *is != was && !(empty(is) && empty(was))
    });
    changed
        .map(|(name, is)| WordsField {
            field: name.clone(),
            was: was[name.as_str()].clone(),
            is: is.clone(),
        })
        .collect()
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

fn write(tx: &mut Tx<'_>, now: Ms, who: &Actor, step: &Step) -> Result<(), Problem> {
    let tell = Tell::Together;
    match step {
        Step::Same => Ok(()),
        Step::Faq(None, new) => faq_keep::add(tx, now, who, "", new, tell).map(drop),
        Step::Faq(Some((id, _)), new) => faq_keep::change(tx, now, who, *id, new, tell).map(drop),
        Step::Script(None, new) => script_keep::add(tx, now, who, "", new, tell).map(drop),
        Step::Script(Some((id, _)), new) => script_keep::change(tx, now, who, *id, new, tell).map(drop),
        Step::Policy(None, new) => policy_keep::add(tx, now, who, "", new, tell).map(drop),
        Step::Policy(Some((id, _)), new) => policy_keep::change(tx, now, who, *id, new, tell).map(drop),
    }
}
