//! `xiaoer backup`: everything in one archive, while others work. Writes no row.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use base::{Ms, Problem};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::archive::{FORMAT, Head, Manifest, Member, Packer, SLICE, TableHead, Tally, VERSION};
use crate::cells::{Cell, write_row};
use crate::seal::{KeyRecipe, Seal, check_passphrase};
use crate::shape::{Column, Table};
use crate::{Db, Files, Schema, Tx, args};

/// Tables of the store whose rows only ever hold for a moment.
const MOMENTARY: [&str; 2] = ["node", "idempotency"];

/// How far a long piece of work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// `read`, `verify`, `rows`, `files`, ...
    pub stage: &'static str,
    /// The table, where there is one.
    pub table: &'a str,
    /// Rows or files done in this stage and table.
    pub done: u64,
}

/// Is told of progress, often.
pub type OnProgress = Box<dyn FnMut(Progress<'_>) + Send>;

/// What to back up.
pub struct BackupAsk {
    /// The tables of every room, as the database was opened with.
    pub schemas: Vec<Schema>,
    /// Columns (table, column) that hold passwords, keys and the like.
    pub secrets: Vec<(&'static str, &'static str)>,
    /// Seals the secrets into the archive. Without it they are left out: the columns are empty, and rows
    /// whose key is a secret (sign-ins, API tokens) are not there.
    pub passphrase: Option<String>,
    /// Tables whose rows only ever hold for a moment, such as leases: left empty.
    pub momentary: Vec<&'static str>,
    /// The time it is.
    pub now: Ms,
    /// Is told how far it is.
    pub progress: OnProgress,
}

/// What went into an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// Rows by table.
    pub tables: Vec<(String, u64)>,
    /// Rows of all tables.
    pub rows: u64,
    /// Rows with sealed secrets.
    pub secret_rows: u64,
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub file_bytes: u64,
    /// Hashes of files that rows name but that are gone or damaged.
    pub missing_files: Vec<String>,
}

/// Writes the archive to `path`, which appears when it is whole and on the disk. A file of that name is
/// replaced.
pub async fn backup_to(db: &Db, files: &Files, ask: BackupAsk, path: &Path) -> Result<BackupReport, Problem> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let unusable = |error: std::io::Error| {
        Problem::input(
            "file",
            "backup_failed",
            format!("Cannot write {}: {error}.", path.display()),
        )
    };
    let file = File::create(&part).map_err(unusable)?;
    let done = backup(db, files, ask, BufWriter::with_capacity(1 << 18, file)).await;
    let moved = done.and_then(|(report, out)| {
        let file = out.into_inner().map_err(|e| unusable(e.into_error()))?;
        file.sync_all()
            .and_then(|()| std::fs::rename(&part, path))
            .map_err(unusable)?;
        // The name itself; a folder that cannot be opened for it is none the worse.
        let folder = path
            .parent()
            .filter(|f| !f.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(report)
    });
    if moved.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    moved
}

/// Writes the archive to `out` and gives it back, flushed. All rows are of one moment; nobody who writes
/// waits for it. Files that are gone are named in the report and do not spoil the rest.
pub async fn backup<W: Write + Send + 'static>(
    db: &Db,
    files: &Files,
    ask: BackupAsk,
    out: W,
) -> Result<(BackupReport, W), Problem> {
    let (engine, epoch, files) = (db.engine_name().to_owned(), db.epoch().to_owned(), files.clone());
    let runtime = tokio::runtime::Handle::current();
    db.read_apart(move |tx| {
        let mut schemas = vec![crate::SCHEMA];
        schemas.extend(&ask.schemas);
        let left_out: Vec<String> = MOMENTARY
            .into_iter()
            .chain(ask.momentary.iter().copied())
            .map(str::to_owned)
            .collect();
        let tables = Table::all(tx, &schemas)?;
        for (table, column) in &ask.secrets {
            // A slip in the list must not put a secret into an archive.
            if !tables
                .iter()
                .any(|t| t.name == *table && t.column(column).is_some())
            {
                tracing::error!(table, column, "there is no such column to keep secret");
                return Err(Problem::internal());
            }
        }
        let heads = tables
            .iter()
            .filter(|t| !left_out.contains(&t.name))
            .map(|t| head(t, &ask.secrets))
            .collect();
        let (recipe, seal) = match &ask.passphrase {
            None => (None, None),
            Some(passphrase) => {
                check_passphrase(passphrase)?;
                let recipe = KeyRecipe::fresh()?;
                let seal = recipe.seal(passphrase)?;
                (Some(recipe), Some(seal))
            }
        };
        let head = Head {
            format: FORMAT.to_owned(),
            version: VERSION,
            engine,
            epoch,
            created_at: ask.now.0,
            migrations: tx.rows(
                "SELECT room, step, checksum FROM migration ORDER BY room, step",
                args![],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )?,
            left_out,
            secrets: recipe,
            tables: heads,
        };
        let mut packer = Packer::new(out, ask.now.0);
        packer.add(&Member::Head, &json(&head)?)?;
        let tables: Vec<&Table> = tables
            .iter()
            .filter(|t| head.tables.iter().any(|h| h.name == t.name))
            .collect();
        let mut work = Work {
            packer,
            progress: ask.progress,
            hashes: BTreeSet::new(),
        };
        let secret_rows = match &seal {
            Some(seal) => work.secrets(tx, &tables, &head, seal)?,
            None => 0,
        };
        let mut rows = Vec::new();
        for (table, head) in tables.iter().zip(&head.tables) {
            rows.push(work.rows(tx, table, head)?);
        }
        let mut manifest = Manifest {
            head,
            rows,
            secret_rows,
            files: 0,
            file_bytes: 0,
            missing_files: Vec::new(),
        };
        work.files(&files, &runtime, &mut manifest)?;
        work.packer.add(&Member::Manifest, &json(&manifest)?)?;
        let out = work.packer.finish()?;
        let report = BackupReport {
            rows: manifest.rows.iter().map(|t| t.rows).sum(),
            tables: manifest.rows.into_iter().map(|t| (t.table, t.rows)).collect(),
            secret_rows,
            files: manifest.files,
            file_bytes: manifest.file_bytes,
            missing_files: manifest.missing_files,
        };
        Ok((report, out))
    })
    .await
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec_pretty(value).map_err(|_| Problem::internal())
}

fn head(table: &Table, secrets: &[(&str, &str)]) -> TableHead {
    let secret: Vec<usize> = secrets
        .iter()
        .filter(|(name, _)| *name == table.name)
        .filter_map(|(_, column)| table.column(column))
        .collect();
    let sealed_rows = secret
        .iter()
        .any(|place| table.unique.contains(place) && !table.columns[*place].null);
    TableHead {
        name: table.name.clone(),
        columns: table.columns.clone(),
        key: table.key.clone(),
        secret: if sealed_rows { Vec::new() } else { secret },
        sealed_rows,
    }
}

/// Takes out what held only for the moment, on the way into an archive and out of it.
pub(crate) fn settle(table: &str, columns: &[Column], row: &mut [Cell]) {
    let (column, value) = match table {
        // A worker of another process held it.
        "job" => ("lease_until", 0),
        // The transaction numbers of another database.
        "log" => ("xid", 0),
        _ => return,
    };
    if let Some(place) = columns.iter().position(|c| c.name == column) {
        row[place] = Cell::Int(value);
    }
}

struct Work<W: Write> {
    packer: Packer<W>,
    progress: OnProgress,
    /// Of the files that rows name.
    hashes: BTreeSet<String>,
}

impl<W: Write> Work<W> {
    /// Seals the secrets; answers how many rows have some.
    fn secrets(
        &mut self,
        tx: &mut Tx<'_>,
        tables: &[&Table],
        head: &Head,
        seal: &Seal,
    ) -> Result<u64, Problem> {
        let (mut piece, mut no, mut found) = (Vec::new(), 0, 0);
        for (table, head) in tables.iter().zip(&head.tables) {
            if head.secret.is_empty() && !head.sealed_rows {
                continue;
            }
            table.each(tx, |mut row| {
                settle(&head.name, &head.columns, &mut row);
                let empty = |place: &usize| row[*place] == Cell::empty(&head.columns[*place]);
                if !head.sealed_rows && head.secret.iter().all(empty) {
                    return Ok(());
                }
                write_secret(head, &row, &mut piece);
                found += 1;
                (self.progress)(Progress {
                    stage: "secrets",
                    table: &head.name,
                    done: found,
                });
                if piece.len() >= SLICE {
                    let sealed = seal.close(no, false, &std::mem::take(&mut piece))?;
                    self.packer.add(&Member::Secrets { no, last: false }, &sealed)?;
                    no += 1;
                }
                Ok(())
            })?;
        }
        self.packer.add(
            &Member::Secrets { no, last: true },
            &seal.close(no, true, &piece)?,
        )?;
        Ok(found)
    }

    fn rows(&mut self, tx: &mut Tx<'_>, table: &Table, head: &TableHead) -> Result<Tally, Problem> {
        let mut tally = Tally {
            table: table.name.clone(),
            ..Tally::default()
        };
        let (mut slice, mut no, mut hash) = (Vec::new(), 0, Sha256::new());
        let names = if table.name == "file" {
            ["hash", "thumb"].map(|name| table.column(name))
        } else {
            [None; 2]
        };
        if !head.sealed_rows {
            table.each(tx, |mut row| {
                self.hashes
                    .extend(names.iter().flatten().filter_map(|&place| match &row[place] {
                        Cell::Text(hash) => Some(hash.clone()),
                        _ => None,
                    }));
                settle(&head.name, &head.columns, &mut row);
                for &place in &head.secret {
                    row[place] = Cell::empty(&head.columns[place]);
                }
                write_row(&row, &mut slice);
                slice.push(b'\n');
                tally.rows += 1;
                if slice.len() >= SLICE {
                    hash.update(&slice);
                    self.packer.add(
                        &Member::Rows {
                            table: table.name.clone(),
                            no,
                        },
                        &slice,
                    )?;
                    slice.clear();
                    no += 1;
                    (self.progress)(Progress {
                        stage: "rows",
                        table: &table.name,
                        done: tally.rows,
                    });
                }
                Ok(())
            })?;
        }
        if !slice.is_empty() {
            hash.update(&slice);
            self.packer.add(
                &Member::Rows {
                    table: table.name.clone(),
                    no,
                },
                &slice,
            )?;
        }
        (self.progress)(Progress {
            stage: "rows",
            table: &table.name,
            done: tally.rows,
        });
        tally.sha256 = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Ok(tally)
    }

    fn files(
        &mut self,
        files: &Files,
        runtime: &tokio::runtime::Handle,
        manifest: &mut Manifest,
    ) -> Result<(), Problem> {
        for hash in std::mem::take(&mut self.hashes) {
            match runtime.block_on(files.get_sound(&hash))? {
                Some(bytes) => {
                    manifest.files += 1;
                    manifest.file_bytes += bytes.len() as u64;
                    self.packer.add(&Member::File(hash), &bytes)?;
                }
                None => manifest.missing_files.push(hash),
            }
            (self.progress)(Progress {
                stage: "files",
                table: "",
                done: manifest.files,
            });
        }
        Ok(())
    }
}

/// `[TABLE, KEY, SECRETS]`, or `[TABLE, null, ROW]` where the whole row is sealed.
fn write_secret(head: &TableHead, row: &[Cell], out: &mut Vec<u8>) {
    let pick = |places: &[usize]| places.iter().map(|&place| row[place].clone()).collect::<Vec<_>>();
    out.extend_from_slice(format!("[{:?},", head.name).as_bytes());
    if head.sealed_rows {
        out.extend_from_slice(b"null,");
        write_row(row, out);
    } else {
        write_row(&pick(&head.key), out);
        out.push(b',');
        write_row(&pick(&head.secret), out);
    }
    out.extend_from_slice(b"]\n");
}
