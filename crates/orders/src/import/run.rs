use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use base::{Actor, Id, Ms, Page, PageAsk, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Event, Row, Tx, args, text_enum};

use crate::import::ask::{self, ImportAsk, ImportKind};
use crate::import::list::{self, only_seen};
use crate::import::look::SheetPlan;
use crate::import::reach::goes_into;
use crate::import::shop_name;
use crate::import::upload;

text_enum! {
    /// Where an import stands.
    pub enum ImportState {
        /// Looked at; nothing is in.
        Looked = "looked",
        /// Behind another one.
        Waiting = "waiting",
        /// Under way.
        Running = "running",
        /// In.
        Done = "done",
        /// Stopped; what it did is being given back.
        Cancelling = "cancelling",
        /// Stopped, and what was there is there again.
        Cancelled = "cancelled",
        /// It could not go on; what is in can be given back.
        Failed = "failed",
        /// Being given back.
        Undoing = "undoing",
        /// Given back.
        Undone = "undone",
    }
}

impl ImportState {
    /// Whether nobody has anything to do on it.
    pub fn is_over(self) -> bool {
        !matches!(
            self,
            ImportState::Waiting | ImportState::Running | ImportState::Cancelling | ImportState::Undoing
        )
    }
}

/// How many rows did what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ImportCounts {
    /// Rows read.
    pub read: i64,
    /// Things made.
    pub created: i64,
    /// Things changed.
    pub changed: i64,
    /// Things that were so already.
    pub unchanged: i64,
    /// Rows refused.
    pub refused: i64,
    /// Rows whose buyer's nick is masked, and so names nobody.
    pub masked_buyers: i64,
}

impl ImportCounts {
    pub(crate) fn add(&mut self, more: &ImportCounts) {
        self.read += more.read;
        self.created += more.created;
        self.changed += more.changed;
        self.unchanged += more.unchanged;
        self.refused += more.refused;
        self.masked_buyers += more.masked_buyers;
    }

    /// Counts rows as unchanged that were counted as changed.
    pub(crate) fn take_back(&mut self, rows: i64) {
        self.changed -= rows;
        self.unchanged += rows;
    }
}

/// A file to be kept as an import.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// The shop it is of.
    pub shop: Id,
    /// Its name.
    pub file: String,
    /// Where its bytes are on this machine.
    pub path: String,
    /// How many.
    pub bytes: i64,
    /// Their SHA-256, in hex.
    pub hash: String,
    /// What was asked.
    pub ask: ImportAsk,
    /// What it is.
    pub sheets: Vec<SheetPlan>,
}

/// Who sent a file.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ImportSender {
    /// The person.
    pub id: Id,
    /// Their name.
    pub name: String,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Import {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// Who sent it; null: the command line.
    pub by: Option<ImportSender>,
    /// When.
    pub made_at: Ms,
    /// The file's name.
    pub file: String,
    /// Its size.
    pub bytes: i64,
    /// The SHA-256 of its bytes, in hex.
    pub hash: String,
    /// Where it stands.
    pub state: ImportState,
    /// What was asked.
    pub ask: ImportAsk,
    /// What the file is.
    pub sheets: Vec<SheetPlan>,
    /// What it did so far.
    pub counts: ImportCounts,
    /// Words of states nobody knows, and in how many rows they stand; the orders keep and show them.
    pub unknown_words: BTreeMap<String, u64>,
    /// The last finished import of the very same bytes, of this shop or of a file that names its shops itself, if it read
    /// them the same way: nothing new is to be expected.
    pub same_as: Option<Id>,
    /// Why it failed.
    #[schema(value_type = Option<Object>)]
    pub error: Option<Value>,
    /// When it began.
    pub started_at: Option<Ms>,
    /// When it ended.
    pub ended_at: Option<Ms>,
    /// Rows given back.
    pub given_back: i64,
    /// Rows that stayed because somebody touched them since.
    pub kept: i64,
    /// Where the bytes are.
    #[serde(skip)]
    pub(crate) path: String,
    /// How far it came.
    #[serde(skip)]
    pub(crate) cursor: (usize, u64),
    #[serde(skip)]
    pub(crate) slices: i64,
    #[serde(skip)]
    pub(crate) summed_to: Id,
    #[serde(skip)]
    pub(crate) filed_to: i64,
    /// Who works on it.
    #[serde(skip)]
    pub(crate) worker: Id,
}

pub(crate) const COLUMNS: &str = "id, shop_id, person_id, made_at, file, bytes, hash, state, ask, sheets, n_read, n_created, \
     n_changed, n_unchanged, n_refused, n_masked, error, started_at, ended_at, given_back, kept, path, cursor_sheet, \
     cursor_row, slices, summed_to, unknown_words, same_as, worker, filed_to";

pub(crate) fn read(row: &Row<'_>) -> Result<Import, Problem> {
    let person: Id = row.get(2)?;
    let (ask, sheets, error): (String, String, Option<String>) = (row.get(8)?, row.get(9)?, row.get(16)?);
    let words: String = row.get(26)?;
    let unreadable = |_| Problem::internal();
    Ok(Import {
        id: row.get(0)?,
        shop: row.get(1)?,
        by: (person != Id::NONE).then(|| ImportSender {
            id: person,
            name: String::new(),
        }),
        made_at: row.get(3)?,
        file: row.get(4)?,
        bytes: row.get(5)?,
        hash: row.get(6)?,
        state: row.get(7)?,
        ask: serde_json::from_str(&ask).map_err(unreadable)?,
        sheets: serde_json::from_str(&sheets).map_err(unreadable)?,
        counts: ImportCounts {
            read: row.get(10)?,
            created: row.get(11)?,
            changed: row.get(12)?,
            unchanged: row.get(13)?,
            refused: row.get(14)?,
            masked_buyers: row.get(15)?,
        },
        unknown_words: serde_json::from_str(&words).map_err(unreadable)?,
        same_as: row.get(27)?,
        error: error
            .map(|error| serde_json::from_str(&error))
            .transpose()
            .map_err(unreadable)?,
        started_at: row.get(17)?,
        ended_at: row.get(18)?,
        given_back: row.get(19)?,
        kept: row.get(20)?,
        path: row.get(21)?,
        cursor: (
            usize::try_from(row.get::<i64>(22)?).unwrap_or_default(),
            u64::try_from(row.get::<i64>(23)?).unwrap_or_default(),
        ),
        slices: row.get(24)?,
        summed_to: row.get(25)?,
        worker: row.get(28)?,
        filed_to: row.get(29)?,
    })
}

/// The import `id`, whole; no right is asked.
pub(crate) fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Import, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM import_run WHERE org_id = $1 AND id = $2");
    tx.row(&sql, args![org, id], read)?.ok_or_else(Problem::not_found)
}

/// The import `id` of a shop in reach, by somebody who may import what it is of.
fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Import, Problem> {
    let mut found = get(tx, who.org, id)?;
    who.need_shop(found.shop)?;
    shop_name::need(who, &found.sheets, found.by.as_ref().map(|by| by.id))?;
    may(who, &found.sheets)?;
    only_seen(tx, who, std::slice::from_mut(&mut found))?;
    name_senders(tx, who.org, std::slice::from_mut(&mut found))?;
    Ok(found)
}

pub(crate) fn name_senders(tx: &mut Tx<'_>, org: Id, runs: &mut [Import]) -> Result<(), Problem> {
    let mut names = BTreeMap::<Id, String>::new();
    for sender in runs.iter_mut().filter_map(|run| run.by.as_mut()) {
        let name = match names.entry(sender.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let person = team::person(tx, org, sender.id)?;
                new.insert(person.map(|person| person.name).unwrap_or_default())
            }
        };
        sender.name.clone_from(name);
    }
    Ok(())
}

/// Needs the right of every kind of sheet.
fn may(who: &Actor, sheets: &[SheetPlan]) -> Result<(), Problem> {
    let kinds: Vec<ImportKind> = sheets.iter().filter_map(|sheet| sheet.kind).collect();
    for kind in &kinds {
        who.need(kind.right())?;
    }
    if kinds.is_empty() {
        ask::rights(who)?;
    }
    Ok(())
}

/// The bits of the rights these sheets take; of a file nobody recognised, none.
fn needs(sheets: &[SheetPlan]) -> i64 {
    sheets
        .iter()
        .filter_map(|sheet| sheet.kind)
        .fold(0, |bits, kind| bits | kind.right_bit())
}

/// Keeps a file that was looked at. Needs the right of what it is of, and the shop; `imports_too_many` when too many
/// of the same person wait already.
pub(crate) fn make(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewImport) -> Result<Import, Problem> {
    may(who, &new.sheets)?;
    upload::room(tx, who)?;
    who.need_shop(new.shop)?;
    team::shop(tx, who.org, new.shop)?.ok_or_else(Problem::not_found)?;
    shop_name::check(tx, who, &new.sheets)?;
    let same = list::same(tx, who, (new.shop, &new.hash), (&new.ask, &new.sheets))?;
    let id = tx.id();
    let person = who.person().unwrap_or(Id::NONE);
    let ask = serde_json::to_string(&new.ask).map_err(|_| Problem::internal())?;
    let sheets = serde_json::to_string(&new.sheets).map_err(|_| Problem::internal())?;
    tx.exec(
        "INSERT INTO import_run (org_id, id, shop_id, person_id, made_at, file, path, bytes, hash, state, ask, sheets,
             cursor_sheet, cursor_row, slices, summed_to, n_read, n_created, n_changed, n_unchanged, n_refused,
             n_masked, beat_at, given_back, kept, unknown_words, worker, needs, same_as)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'looked', $10, $11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $5, 0, 0, '{}', 0, $12, $13)",
        args![
            who.org,
            id,
            new.shop,
            person,
            now,
            &new.file,
            &new.path,
            new.bytes,
            &new.hash,
            &ask,
            &sheets,
            needs(&new.sheets),
            same
        ],
    )?;
    goes_into(tx, who.org, id, &new.sheets)?;
    reached(tx, who, id)
}

/// Writes what the file is after it was looked at again. `conflict` `import_begun` once it is applied.
pub(crate) fn look_again(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: Id,
    ask: &ImportAsk,
    sheets: &[SheetPlan],
) -> Result<Import, Problem> {
    let found = reached(tx, who, id)?;
    may(who, sheets)?;
    shop_name::check(tx, who, sheets)?;
    only(&found, ImportState::Looked)?;
    let same = list::same(tx, who, (found.shop, &found.hash), (ask, sheets))?;
    let ask = serde_json::to_string(ask).map_err(|_| Problem::internal())?;
    let bits = needs(sheets);
    goes_into(tx, who.org, id, sheets)?;
    let sheets = serde_json::to_string(sheets).map_err(|_| Problem::internal())?;
    tx.exec(
        "UPDATE import_run SET ask = $3, sheets = $4, needs = $5, same_as = $6 WHERE org_id = $1 AND id = $2",
        args![who.org, id, &ask, &sheets, bits, same],
    )?;
    reached(tx, who, id)
}

fn only(run: &Import, state: ImportState) -> Result<(), Problem> {
    if run.state == state {
        return Ok(());
    }
    let code = if state == ImportState::Looked {
        "import_begun"
    } else {
        "import_not_done"
    };
    Err(Problem::conflict(code, "The import is not in a state for this.").with("state", run.state.key()))
}

/// An import one may see. Needs the right of what it is of, and the shop.
pub fn import(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Import, Problem> {
    reached(tx, who, id)
}

impl Import {
    /// Why sheets of it are not read, of each that is left out.
    pub fn left_out(&self) -> Vec<Value> {
        let why = self.sheets.iter().filter_map(|sheet| sheet.left_out.clone());
        why.collect()
    }
}

/// Lets an import begin as soon as no other one of the organisation is under way. Refuses with
/// `import_unsure` a file with a sheet nobody recognised, and one of which nothing can be read, whose `left_out` says
/// why; with `import_incomplete` one that lacks a column it is nothing without.
pub fn apply(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Import, Problem> {
    let run = reached(tx, who, id)?;
    only(&run, ImportState::Looked)?;
    let used: Vec<&SheetPlan> = run
        .sheets
        .iter()
        .filter(|sheet| sheet.left_out.is_none())
        .collect();
    let unsure: Vec<usize> = used
        .iter()
        .filter(|sheet| !sheet.sure)
        .map(|sheet| sheet.index)
        .collect();
    if used.is_empty() {
        let detail = "Nothing of the file can be read; see why, mend it and send it again.";
        let problem = Problem::conflict("import_unsure", detail).with("sheets", unsure);
        return Err(problem.with("left_out", run.left_out()));
    }
    if !unsure.is_empty() {
        let detail = "Say what the file is of.";
        return Err(Problem::conflict("import_unsure", detail).with("sheets", unsure));
    }
    let missing: Vec<&str> = used
        .iter()
        .flat_map(|sheet| sheet.missing.iter().map(String::as_str))
        .collect();
    if !missing.is_empty() {
        let detail = "A column is missing that the file is nothing without.";
        return Err(Problem::conflict("import_incomplete", detail).with("missing", missing));
    }
    turn(tx, now, who.org, id, ImportState::Looked, ImportState::Waiting)?;
    told(tx, now, who, &run, "import.asked", json!({ "file": run.hash }))?;
    reached(tx, who, id)
}

/// Stops an import that waits or is under way; what was there is given back.
pub fn cancel(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Import, Problem> {
    let run = reached(tx, who, id)?;
    match run.state {
        ImportState::Waiting | ImportState::Looked => {
            turn(tx, now, who.org, id, run.state, ImportState::Cancelled)?
        }
        ImportState::Running | ImportState::Failed => {
            turn(tx, now, who.org, id, run.state, ImportState::Cancelling)?
        }
        ImportState::Cancelling | ImportState::Cancelled => {}
        _ => only(&run, ImportState::Running)?,
    }
    told(tx, now, who, &run, "import.cancelled", json!({}))?;
    reached(tx, who, id)
}

/// Gives back what an import did, row by row, but for what somebody touched since.
pub fn undo(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Import, Problem> {
    let run = reached(tx, who, id)?;
    if run.state != ImportState::Failed {
        only(&run, ImportState::Done)?;
    }
    turn(tx, now, who.org, id, run.state, ImportState::Undoing)?;
    told(tx, now, who, &run, "import.undo_asked", json!({}))?;
    reached(tx, who, id)
}

/// Moves the run on, if it stands where it should.
pub(crate) fn turn(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    id: Id,
    from: ImportState,
    to: ImportState,
) -> Result<(), Problem> {
    let ended = matches!(
        to,
        ImportState::Done | ImportState::Cancelled | ImportState::Failed | ImportState::Undone
    );
    let turned = tx.exec(
        "UPDATE import_run
         SET state = $4, beat_at = $5, ended_at = CASE WHEN $6 = 1 THEN $5 ELSE ended_at END,
             started_at = CASE WHEN $4 = 'running' AND started_at IS NULL THEN $5 ELSE started_at END,
             worker = CASE WHEN $7 = 1 THEN 0 ELSE worker END
         WHERE org_id = $1 AND id = $2 AND state = $3",
        args![org, id, from, to, now, ended, from.is_over()],
    )?;
    if turned == 1 { Ok(()) } else { Err(moved()) }
}

pub(crate) fn moved() -> Problem {
    Problem::conflict("import_moved", "The import has gone on elsewhere.")
}

pub(crate) fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    run: &Import,
    kind: &'static str,
    data: Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: run.shop,
        kind,
        subject: run.id,
        data,
    })
}

/// A row that was not given back.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct KeptRow {
    /// What it is: `order`, `sku` and so on.
    pub kind: String,
    /// Its id.
    pub id: Id,
    /// Why: `touched`.
    pub why: &'static str,
}

/// The rows an undoing left because somebody touched them since. Rights as for [`import`].
pub fn kept(tx: &mut Tx<'_>, who: &Actor, id: Id, page: &PageAsk) -> Result<Page<KeptRow>, Problem> {
    reached(tx, who, id)?;
    let after = page.numbers::<1>().map_or(0, |[id]| id);
    let rows = tx.rows(
        "SELECT kind, row_id FROM import_row WHERE org_id = $1 AND run_id = $2 AND kept = 1 AND row_id > $3
         ORDER BY row_id LIMIT $4",
        args![who.org, id, after, page.limit() + 1],
        |row| {
            Ok(KeptRow {
                kind: row.get(0)?,
                id: row.get(1)?,
                why: "touched",
            })
        },
    )?;
    Ok(Page::cut(rows, page.limit(), |row| vec![row.id.0]))
}
