//! The part of a check that reads one snapshot: the engine's own word, rows, references, log, jobs.

use base::{Id, Ms, Problem};

use crate::backup::{OnProgress, Progress};
use crate::cells::Cell;
use crate::check::{CheckReport, EXAMPLES, Level, Reference};
use crate::dialect::Engine;
use crate::jobs::MAX_ATTEMPTS;
use crate::shape::{Kind, PAGE, Table, quoted, table_names};
use crate::{Cursor, Schema, Tx, args};

/// A job nobody took for this long is left lying.
const LATE_MS: i64 = 3_600_000;

pub(crate) struct Look<'t, 'c> {
    pub(crate) tx: &'t mut Tx<'c>,
    pub(crate) report: CheckReport,
    pub(crate) progress: OnProgress,
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

    pub(crate) fn part(
        &mut self,
        what: &str,
        work: impl FnOnce(&mut Self) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        match self.try_to(work)? {
            Ok(()) => Ok(()),
            Err(problem) => self.report.unreadable(what, problem),
        }
    }

    pub(crate) fn engine(&mut self) -> Result<(), Problem> {
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
    pub(crate) fn tables(&mut self, schemas: &[Schema]) -> Result<Vec<Table>, Problem> {
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

    pub(crate) fn reference(
        &mut self,
        tables: &[Table],
        (from, column, to, target): Reference,
    ) -> Result<(), Problem> {
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
    pub(crate) fn log(&mut self) -> Result<(), Problem> {
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

    pub(crate) fn jobs(&mut self, now: Ms) -> Result<(), Problem> {
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
