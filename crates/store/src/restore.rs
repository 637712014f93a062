//! `xiaoer restore`: an archive into an empty database of either engine, all or nothing.

use std::io::{Read, Seek, SeekFrom};

use base::Problem;
use serde::Serialize;

use crate::archive::{Manifest, bad, damaged};
use crate::backup::{OnProgress, Progress, settle};
use crate::cells::{Cell, RowSum};
use crate::dialect::Engine;
use crate::engine::Target;
use crate::reading::{Part, Secrets, Unlock, read};
use crate::shape::{Table, quoted, table_names};
use crate::target::Fresh;
use crate::{Files, Schema, args, migrate};

/// What to restore into.
pub struct RestoreAsk {
    /// `sqlite:PATH` or `postgres://...`: a database that does not exist yet, or nobody used yet. Nobody
    /// may have it open.
    pub url: String,
    /// The tables of every room, as the database will be opened with.
    pub schemas: Vec<Schema>,
    /// Where the files go.
    pub files: Files,
    /// What to do about sealed secrets.
    pub secrets: Secrets,
    /// Is told how far it is.
    pub progress: OnProgress,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestoreReport {
    /// `sqlite` or `postgres`, which the archive came from.
    pub from_engine: String,
    /// When the archive was made, milliseconds UTC.
    pub created_at: i64,
    /// The name of the restored data, which nothing had before.
    pub epoch: String,
    /// Rows of all tables.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// Files that were missing when the archive was made.
    pub missing_files: Vec<String>,
    /// Whether the archive had secrets and they were restored.
    pub secrets: bool,
    /// Null bytes taken out of texts, which PostgreSQL cannot keep.
    pub null_bytes: u64,
}

/// Reads the archive twice: first all of it is checked, so that a damaged one changes nothing; then it is
/// loaded, read back from the database and compared row by row before anything counts. On an error the
/// database is as it was; files that were put back by then stay, which harms nobody.
pub async fn restore<R: Read + Seek + Send + 'static>(
    ask: RestoreAsk,
    archive: R,
) -> Result<RestoreReport, Problem> {
    let runtime = tokio::runtime::Handle::current();
    let restored = tokio::task::spawn_blocking(move || restore_blocking(ask, archive, &runtime))
        .await
        .unwrap_or_else(|_| Err(Problem::internal()));
    restored.map_err(|problem| {
        if problem.status < 500 || problem.code == "restore_failed" {
            return problem;
        }
        let table = problem.params.get("table").and_then(|name| name.as_str());
        let place = table
            .map(|name| format!(", at the table {name}"))
            .unwrap_or_default();
        let detail = format!(
            "Restoring failed ({}{place}); the database was left as it was. The program's log says why.",
            problem.code
        );
        Problem::new(500, "restore_failed", detail)
    })
}

fn restore_blocking(
    mut ask: RestoreAsk,
    mut archive: impl Read + Seek,
    runtime: &tokio::runtime::Handle,
) -> Result<RestoreReport, Problem> {
    let target = Target::parse(&ask.url)?;
    let mut schemas = vec![crate::SCHEMA];
    schemas.extend(&ask.schemas);
    let known = table_names(target.engine(), &schemas);
    let mut unlock = Unlock::new(ask.secrets.clone());

    let mut seen = 0;
    let manifest = read(&mut archive, &known, &mut unlock, |part| {
        if let Part::Rows { table, rows } = part {
            seen += rows.len() as u64;
            (ask.progress)(Progress {
                stage: "verify",
                table: &table.name,
                done: seen,
            });
        }
        Ok(())
    })?;
    let steps = steps(&manifest, &schemas, target.engine())?;

    archive.seek(SeekFrom::Start(0)).map_err(damaged)?;
    let mut fresh = Fresh::begin(&target, &schemas)?;
    migrate_through(&mut fresh, &schemas, |room, step| steps.contains(&(room, step)))?;
    let mut load = Load::new(fresh, &manifest)?;
    let again = read(&mut archive, &known, &mut unlock, |part| match part {
        Part::Rows { table, rows } => {
            let done = load.rows(&table.name, rows)?;
            (ask.progress)(Progress {
                stage: "rows",
                table: &table.name,
                done,
            });
            Ok(())
        }
        Part::File { hash, bytes } => {
            runtime.block_on(ask.files.put_back(hash, bytes))?;
            load.files += 1;
            (ask.progress)(Progress {
                stage: "files",
                table: "",
                done: load.files,
            });
            Ok(())
        }
    })?;
    if again != manifest {
        return Err(damaged("it changed while it was read"));
    }
    load.compare(&mut ask.progress)?;
    let (rows, null_bytes, files) = (load.loaded(), load.null_bytes, load.files);
    let Load {
        mut fresh, tables, ..
    } = load;
    migrate_through(&mut fresh, &schemas, |room, step| !steps.contains(&(room, step)))?;
    fresh.number_on(&tables)?;
    let epoch = migrate::epoch(&mut fresh.tx())?;
    fresh.keep()?;
    Ok(RestoreReport {
        from_engine: manifest.head.engine,
        created_at: manifest.head.created_at,
        epoch,
        rows,
        files,
        missing_files: manifest.missing_files,
        secrets: unlock.opens(),
        null_bytes,
    })
}

/// The steps the archive's data went through, all known here; the archive has all their tables.
fn steps<'m>(
    manifest: &'m Manifest,
    schemas: &[Schema],
    engine: Engine,
) -> Result<Vec<(&'m str, &'m str)>, Problem> {
    let head = &manifest.head;
    let mut steps = Vec::new();
    for (room, step, checksum) in &head.migrations {
        let schema = schemas.iter().find(|schema| schema.room == room);
        let text = schema.and_then(|schema| schema.steps.iter().find(|(name, _)| name == step));
        match text {
            Some((_, text)) if migrate::checksum(text) == *checksum => {
                steps.push((room.as_str(), step.as_str()))
            }
            Some(_) => {
                let detail =
                    "The archive was made with other tables than this Xiaoer has; use the one that made it.";
                return Err(Problem::conflict("migration_changed", detail));
            }
            None => {
                let detail = "The archive was made by a newer Xiaoer; use that version or a later one.";
                return Err(Problem::conflict("backup_newer", detail));
            }
        }
    }
    for schema in schemas {
        for step in schema
            .steps
            .iter()
            .filter(|(name, _)| steps.contains(&(schema.room, name)))
        {
            let made = Schema {
                room: schema.room,
                steps: std::slice::from_ref(step),
            };
            for name in table_names(engine, &[made]) {
                if !head.left_out.contains(&name) && !head.tables.iter().any(|table| table.name == name) {
                    return Err(bad(format!("the table {name} is missing in it")));
                }
            }
        }
    }
    Ok(steps)
}

fn migrate_through(
    fresh: &mut Fresh,
    schemas: &[Schema],
    wanted: impl Fn(&str, &str) -> bool,
) -> Result<(), Problem> {
    let mut tx = fresh.tx();
    for schema in schemas {
        for (step, text) in schema.steps.iter().filter(|(step, _)| wanted(schema.room, step)) {
            let text = migrate::step_text(tx.engine(), schema.room, step, text);
            tx.script(&text)?;
        }
    }
    Ok(())
}

struct Load {
    fresh: Fresh,
    tables: Vec<Table>,
    /// What each table must hold in the end.
    sums: Vec<RowSum>,
    null_bytes: u64,
    files: u64,
}

impl Load {
    fn new(mut fresh: Fresh, manifest: &Manifest) -> Result<Load, Problem> {
        let mut tables = Vec::new();
        let mut tx = fresh.tx();
        for head in &manifest.head.tables {
            let table = Table::find(&mut tx, &head.name)?;
            let table = table.filter(|table| table.columns == head.columns && table.key == head.key);
            tables.push(table.ok_or_else(|| bad(format!("its table {} has other columns", head.name)))?);
            // A step may have put rows there, which stand in the archive too.
            tx.exec(&format!("DELETE FROM {}", quoted(&head.name)), args![])?;
        }
        let sums = vec![RowSum::default(); tables.len()];
        Ok(Load {
            fresh,
            tables,
            sums,
            null_bytes: 0,
            files: 0,
        })
    }

    /// Answers how many rows the table has by now.
    fn rows(&mut self, name: &str, mut rows: Vec<Vec<Cell>>) -> Result<u64, Problem> {
        let place = self
            .tables
            .iter()
            .position(|table| table.name == name)
            .ok_or_else(Problem::internal)?;
        let table = &self.tables[place];
        // The restored data gets a name of its own.
        rows.retain(|row| name != "meta" || row.first() != Some(&Cell::Text("epoch".into())));
        for row in &mut rows {
            settle(name, &table.columns, row);
            if self.fresh.refuses_null_bytes() {
                for cell in row.iter_mut() {
                    if let Cell::Text(text) = cell {
                        self.null_bytes += text.bytes().filter(|byte| *byte == 0).count() as u64;
                        text.retain(|c| c != '\0');
                    }
                }
            }
            self.sums[place].add(row);
        }
        self.fresh.insert(table, &rows)?;
        Ok(self.sums[place].rows)
    }

    fn loaded(&self) -> u64 {
        self.sums.iter().map(|sum| sum.rows).sum()
    }

    /// Reads everything back.
    fn compare(&mut self, progress: &mut OnProgress) -> Result<(), Problem> {
        let mut tx = self.fresh.tx();
        for (table, sum) in self.tables.iter().zip(&self.sums) {
            let mut found = RowSum::default();
            table.each(&mut tx, |row| {
                found.add(&row);
                if found.rows % 10_000 == 0 {
                    progress(Progress {
                        stage: "compare",
                        table: &table.name,
                        done: found.rows,
                    });
                }
                Ok(())
            })?;
            if found != *sum {
                let name = &table.name;
                let detail = format!(
                    "The database did not keep the rows of {name} as they were ({} of {}); nothing was restored.",
                    found.rows, sum.rows
                );
                return Err(Problem::new(500, "restore_failed", detail));
            }
        }
        Ok(())
    }
}
