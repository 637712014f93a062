//! `xiaoer check`: is what is stored whole and sound? Looks and changes nothing.

use std::collections::HashMap;

use base::{Id, Ms, Problem};
use serde::Serialize;

use crate::backup::{OnProgress, Progress};
use crate::cells::Cell;
use crate::dialect::Engine;
use crate::files::hash_of;
use crate::jobs::MAX_ATTEMPTS;
use crate::shape::{Kind, PAGE, Table, quoted, table_names};
use crate::{Cursor, Db, Files, Schema, Tx, args};

/// A column whose values name rows of another table: (table, column, target table, target column). Null,
/// 0 and the empty text name nothing. Where both tables have `org_id`, it must be the same.
pub type Reference = (&'static str, &'static str, &'static str, &'static str);

/// What to check.
pub struct CheckAsk {
    /// The tables of every room.
    pub schemas: Vec<Schema>,
    /// What names what.
    pub references: Vec<Reference>,
    /// The time it is.
    pub now: Ms,
    /// Is told how far it is.
    pub progress: OnProgress,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Data is damaged or lost.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable, snake_case.
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// One English sentence.
    pub what: String,
    /// How many rows or files it concerns.
    pub count: u64,
    /// The keys of a few of them; texts in keys are not shown.
    pub examples: Vec<String>,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Rows read, by table.
    pub tables: Vec<(String, u64)>,
    /// References checked.
    pub references: u64,
    /// Rows of the log read in its order.
    pub log: u64,
    /// Jobs on the list.
    pub jobs: u64,
    /// Different files and thumbnails whose bytes were read.
    pub files: u64,
    /// What is wrong; nothing when all is well.
    pub findings: Vec<Finding>,
}

impl CheckReport {
    /// Whether nothing is damaged; warnings may stand.
    pub fn sound(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.level == Level::Warning)
    }

    /// What a failed statement means: data that cannot be read is a finding, no answer is none.
    fn unreadable(&mut self, what: &str, problem: Problem) -> Result<(), Problem> {
        if problem.code != "internal" {
            return Err(problem);
        }
        let what = format!("{what} cannot be read to its end; the program's log says why.");
        self.find("unreadable", Level::Error, what, 1, Vec::new());
        Ok(())
    }

    fn find(
        &mut self,
        code: &'static str,
        level: Level,
        what: impl Into<String>,
        count: u64,
        examples: Vec<String>,
    ) {
        if count > 0 {
            self.findings.push(Finding {
                code,
                level,
                what: what.into(),
                count,
                examples,
            });
        }
    }
}

/// A job nobody took for this long is left lying.
const LATE_MS: i64 = 3_600_000;
/// Examples of one finding at most.
const EXAMPLES: usize = 5;

/// Checks everything: the engine's own word, every row, every reference, the log, the jobs, and the bytes
/// of every file. Answers an error only when it cannot look.
pub async fn check(db: &Db, files: &Files, ask: CheckAsk) -> Result<CheckReport, Problem> {
    let CheckAsk {
        schemas,
        references,
        now,
        progress,
    } = ask;
    let looked = db.read_apart(move |tx| {
        let mut all = vec![crate::SCHEMA];
        all.extend(&schemas);
        let mut look = Look {
            tx,
            report: CheckReport::default(),
            progress,
        };
        look.part("The engine's own check", Look::engine)?;
        let tables = look.tables(&all)?;
        for reference in references {
            look.part("A reference", |look| look.reference(&tables, reference))?;
        }
        look.part("The log", Look::log)?;
        look.part("The list of jobs", |look| look.jobs(now))?;
        Ok((look.report, look.progress))
    });
    let (mut report, mut progress) = looked.await?;
    if let Err(problem) = check_files(db, files, &mut report, &mut progress).await {
        report.unreadable("The list of files", problem)?;
    }
    Ok(report)
}

struct Look<'t, 'c> {
    tx: &'t mut Tx<'c>,
    report: CheckReport,
    progress: OnProgress,
}

impl Look<'_, '_> {
    /// Does `work` so that its failing spoils nothing after it.
    fn try_to<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<Result<T, Problem>, Problem> {
        self.tx.exec("SAVEPOINT look", args![])?;
        let done = work(self);
        self.tx.exec(
            if done.is_ok() {
                "RELEASE SAVEPOINT look"
            } else {
                "ROLLBACK TO SAVEPOINT look"
            },
            args![],
        )?;
        Ok(done)
    }

    fn part(
        &mut self,
        what: &str,
        work: impl FnOnce(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        match self.try_to(work)? {
            Ok(()) => Ok(()),
            Err(problem) => self.report.unreadable(what, problem),
        }
    }

    fn engine(&mut self) -> Result<(), Problem> {
        if self.tx.engine() == Engine::Postgres {
            // It has no such word; reading every row is what there is.
            return Ok(());
        }
        (self.progress)(Progress {
            stage: "engine",
            table: "",
            done: 0,
        });
        let said: Vec<String> = self
            .tx
            .rows("PRAGMA integrity_check(100)", args![], |row| row.get(0))?;
        if said != ["ok"] {
            let count = said.len() as u64;
            let examples = said.into_iter().take(EXAMPLES).collect();
            let what = "SQLite finds the database file damaged; restore a backup.";
            self.report
                .find("database_damaged", Level::Error, what, count, examples);
        }
        Ok(())
    }

    /// Reads every row of every table.
    fn tables(&mut self, schemas: &[Schema]) -> Result<Vec<Table>, Problem> {
        let mut tables = Vec::new();
        for name in table_names(self.tx.engine(), schemas) {
            let read = self.try_to(|look| {
                let Some(table) = Table::find(look.tx, &name)? else {
                    return Ok(None);
                };
                let mut done = 0;
                let rows = table.each(look.tx, |_| {
                    done += 1;
                    if done % 10_000 == 0 {
                        (look.progress)(Progress {
                            stage: "tables",
                            table: &name,
                            done,
                        });
                    }
                    Ok(())
                })?;
                look.numbering(&table)?;
                Ok(Some((table, rows)))
            })?;
            match read {
                Ok(Some((table, rows))) => {
                    self.report.tables.push((name, rows));
                    tables.push(table);
                }
                Ok(None) => {
                    let what = format!("The table {name} is missing.");
                    self.report
                        .find("table_missing", Level::Error, what, 1, Vec::new());
                }
                Err(problem) => self.report.unreadable(&format!("The table {name}"), problem)?,
            }
        }
        Ok(tables)
    }

    /// The engine must not give a number twice.
    fn numbering(&mut self, table: &Table) -> Result<(), Problem> {
        let Some(place) = table.identity else {
            return Ok(());
        };
        let (name, column) = (quoted(&table.name), &table.columns[place].name);
        let sequence = "SELECT pg_get_serial_sequence($1, $2)";
        let Some(sequence) = self
            .tx
            .value::<Option<String>>(sequence, args![&name, column])?
            .flatten()
        else {
            return Ok(());
        };
        let sql = format!(
            "SELECT (SELECT COALESCE(MAX({}), 0) FROM {name}) - last_value FROM {sequence}",
            quoted(column)
        );
        if self.tx.value::<i64>(&sql, args![])?.unwrap_or_default() > 0 {
            let what = format!(
                "The numbers of {} would be given again; writing to it will fail.",
                table.name
            );
            self.report
                .find("numbers_behind", Level::Error, what, 1, Vec::new());
        }
        Ok(())
    }

    fn reference(&mut self, tables: &[Table], (from, column, to, target): Reference) -> Result<(), Problem> {
        let table = |name: &str| tables.iter().find(|table| table.name == name);
        // A table that could not be read was told of already.
        let (Some(source), Some(goal)) = (table(from), table(to)) else {
            return Ok(());
        };
        let (Some(place), Some(aim)) = (source.column(column), goal.column(target)) else {
            let detail = format!("There is no reference from {from}.{column} to {to}.{target}.");
            return Err(Problem::new(500, "reference_unknown", detail));
        };
        (self.progress)(Progress {
            stage: "references",
            table: from,
            done: self.report.references,
        });
        self.report.references += 1;
        let nothing = if source.columns[place].kind == Kind::Int {
            "0"
        } else {
            "''"
        };
        let tenant = |t: &Table| t.column("org_id").is_some();
        let same = if tenant(source) && tenant(goal) && column != "org_id" {
            "AND d.org_id = s.org_id"
        } else {
            ""
        };
        let (column, target) = (quoted(column), quoted(&goal.columns[aim].name));
        let dangling = format!(
            "FROM {} s WHERE s.{column} IS NOT NULL AND s.{column} <> {nothing}
             AND NOT EXISTS (SELECT 1 FROM {} d WHERE d.{target} = s.{column} {same})",
            quoted(from),
            quoted(to)
        );
        let count = self
            .tx
            .value::<i64>(&format!("SELECT COUNT(*) {dangling}"), args![])?
            .unwrap_or_default();
        if count > 0 {
            let key = source
                .key
                .iter()
                .map(|&p| format!("s.{}", quoted(&source.columns[p].name)));
            let key = key.collect::<Vec<_>>().join(", ");
            let sql = format!("SELECT {key} {dangling} ORDER BY {key} LIMIT {EXAMPLES}");
            let examples = self.tx.rows(&sql, args![], |row| key_of(source, row))?;
            let what = format!("Rows of {from} name by {column} a row of {to} that is not there.");
            self.report.find(
                "reference_dangling",
                Level::Error,
                what,
                count.unsigned_abs(),
                examples,
            );
        }
        Ok(())
    }

    /// Every row of the log comes once, in order, and none is out of reach.
    fn log(&mut self) -> Result<(), Problem> {
        let (mut cursor, mut read, mut disorder, mut unreadable) = (Cursor::default(), 0, 0, 0);
        let mut first = true;
        loop {
            let page = self.tx.log_after(cursor, PAGE)?;
            for row in &page {
                disorder += u64::from(!first && row.cursor <= cursor);
                first = false;
                cursor = row.cursor;
                unreadable += u64::from(serde_json::from_str::<serde::de::IgnoredAny>(&row.data).is_err());
            }
            read += page.len() as u64;
            (self.progress)(Progress {
                stage: "log",
                table: "log",
                done: read,
            });
            if page.len() < PAGE {
                break;
            }
        }
        self.report.log = read;
        let engine = self.tx.engine();
        let mut count = |sql: &str| -> Result<u64, Problem> {
            Ok(self
                .tx
                .value::<i64>(sql, args![])?
                .unwrap_or_default()
                .unsigned_abs())
        };
        let (all, waiting, ahead) = (
            count("SELECT COUNT(*) FROM log")?,
            count(engine.log_waiting())?,
            count(engine.log_ahead())?,
        );
        let lost = all.abs_diff(read + waiting);
        let report = &mut self.report;
        report.find(
            "log_disorder",
            Level::Error,
            "The log is not read in its order.",
            disorder + lost,
            Vec::new(),
        );
        report.find(
            "log_data",
            Level::Error,
            "Facts of the log are not JSON.",
            unreadable,
            Vec::new(),
        );
        let what = "The log has rows that this server will not reach for long, as after a move by other means than backup and restore.";
        report.find("log_ahead", Level::Error, what, ahead, Vec::new());
        Ok(())
    }

    fn jobs(&mut self, now: Ms) -> Result<(), Problem> {
        let all: i64 = self
            .tx
            .value("SELECT COUNT(*) FROM job", args![])?
            .unwrap_or_default();
        self.report.jobs = all.unsigned_abs();
        // (code, level, what, condition, its argument)
        let given_up = "Jobs were tried again and again and failed; their last error says why.";
        let late = "Jobs are due for over an hour and nobody does them.";
        let held = "Jobs are held for over a day, longer than any worker may.";
        let conditions: [(&'static str, Level, &str, &str, i64); 3] = [
            (
                "jobs_given_up",
                Level::Warning,
                given_up,
                "attempts >= $1 AND last_error IS NOT NULL",
                MAX_ATTEMPTS,
            ),
            (
                "jobs_late",
                Level::Warning,
                late,
                "due < $1 AND lease_until < $1",
                now.plus(-LATE_MS).0,
            ),
            (
                "jobs_held",
                Level::Error,
                held,
                "lease_until > $1",
                now.plus(86_400_000).0,
            ),
        ];
        for (code, level, what, condition, value) in conditions {
            let sql = format!("SELECT COUNT(*) FROM job WHERE {condition}");
            let count = self
                .tx
                .value::<i64>(&sql, args![value])?
                .unwrap_or_default()
                .unsigned_abs();
            let sql = format!("SELECT kind, id FROM job WHERE {condition} ORDER BY id LIMIT {EXAMPLES}");
            let examples = self.tx.rows(&sql, args![value], |row| {
                Ok(format!("{} {}", row.get::<String>(0)?, row.get::<Id>(1)?))
            })?;
            self.report.find(code, level, what, count, examples);
        }
        let (mut last, mut wrong, mut examples) = (i64::MIN, 0, Vec::new());
        loop {
            let sql = "SELECT id, kind, payload FROM job WHERE id > $1 ORDER BY id LIMIT $2";
            let page: Vec<(i64, String, String)> = self.tx.rows(sql, args![last, PAGE], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
            for (id, kind, payload) in &page {
                last = *id;
                if serde_json::from_str::<serde::de::IgnoredAny>(payload).is_err() {
                    wrong += 1;
                    if examples.len() < EXAMPLES {
                        examples.push(format!("{kind} {id}"));
                    }
                }
            }
            if page.len() < PAGE {
                break;
            }
        }
        self.report.find(
            "jobs_payload",
            Level::Error,
            "The facts of jobs are not JSON.",
            wrong,
            examples,
        );
        Ok(())
    }
}

/// The numbers of a key; its texts may be somebody's name.
fn key_of(table: &Table, row: &crate::Row<'_>) -> Result<String, Problem> {
    let mut parts = Vec::new();
    for (n, &place) in table.key.iter().enumerate() {
        let cell = Cell::read(row, n, table.columns[place].kind)?;
        parts.push(if let Cell::Int(number) = cell {
            number.to_string()
        } else {
            "…".to_owned()
        });
    }
    Ok(parts.join(" "))
}

/// What was found of the files so far: how many, and the first of them.
#[derive(Default)]
struct Few {
    count: u64,
    examples: Vec<String>,
}

impl Few {
    fn add(&mut self, example: String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example);
        }
    }
}

/// A row of `file`: organisation, id, hash, thumbnail's hash, bytes.
type Named = (Id, Id, String, Option<String>, i64);

/// Reads the bytes behind every row of `file`. Not on one snapshot: bytes take long.
async fn check_files(
    db: &Db,
    files: &Files,
    report: &mut CheckReport,
    progress: &mut OnProgress,
) -> Result<(), Problem> {
    let (mut missing, mut damaged, mut sizes) = (Few::default(), Few::default(), Few::default());
    // Bytes of what was found sound; many rows may name one object.
    let mut sound: HashMap<String, usize> = HashMap::new();
    let mut last = (Id(i64::MIN), Id(i64::MIN));
    loop {
        let page: Vec<Named> = db
            .read(move |tx| {
                let sql = "SELECT org_id, id, hash, thumb, size FROM file WHERE (org_id, id) > ($1, $2)
                           ORDER BY org_id, id LIMIT $3";
                tx.rows(sql, args![last.0, last.1, PAGE], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
                })
            })
            .await?;
        for (org, id, hash, thumb, size) in &page {
            last = (*org, *id);
            for (hash, size) in [(Some(hash), Some(*size)), (thumb.as_ref(), None)] {
                let Some(hash) = hash else { continue };
                let example = || format!("{org} {id}");
                let known = match sound.get(hash) {
                    Some(bytes) => *bytes,
                    None => match files.get(hash).await {
                        Ok(bytes) if hash_of(&bytes) == *hash => {
                            sound.insert(hash.clone(), bytes.len());
                            bytes.len()
                        }
                        Ok(_) => {
                            damaged.add(example());
                            continue;
                        }
                        Err(problem) if problem.status == 404 => {
                            // One erased meanwhile is not missed.
                            if still_named(db, *org, *id).await? {
                                missing.add(example());
                            }
                            continue;
                        }
                        Err(problem) => return Err(problem),
                    },
                };
                if size.is_some_and(|size| usize::try_from(size) != Ok(known)) {
                    sizes.add(example());
                }
            }
            report.files = sound.len() as u64;
            progress(Progress {
                stage: "files",
                table: "file",
                done: report.files,
            });
        }
        if page.len() < PAGE {
            break;
        }
    }
    report.find(
        "file_missing",
        Level::Error,
        "The bytes of files are missing.",
        missing.count,
        missing.examples,
    );
    report.find(
        "file_damaged",
        Level::Error,
        "The bytes of files were changed.",
        damaged.count,
        damaged.examples,
    );
    report.find(
        "file_size",
        Level::Error,
        "Files have another size than is written.",
        sizes.count,
        sizes.examples,
    );
    Ok(())
}

async fn still_named(db: &Db, org: Id, id: Id) -> Result<bool, Problem> {
    let sql = "SELECT COUNT(*) FROM file WHERE org_id = $1 AND id = $2";
    Ok(db.read(move |tx| tx.value::<i64>(sql, args![org, id])).await? == Some(1))
}
