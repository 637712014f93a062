//! An empty database that an archive is restored into: all of it or nothing. SQLite gets a new file that
//! takes its name when it is whole; PostgreSQL gets one transaction.

use std::fs::File;
use std::path::{Path, PathBuf};

use base::{Id, Problem};
use rusqlite::Connection;

use crate::cells::Cell;
use crate::dialect::Engine;
use crate::engine::Target;
use crate::error::Fault;
use crate::ids::{IdMaker, wall_ms};
use crate::memo::Common;
use crate::postgres::PgConn;
use crate::shape::{Table, quoted, table_names};
use crate::tx::Conn;
use crate::{Arg, Schema, Tx, args, migrate, sqlite};

/// What may stand in a database that nobody used yet.
const UNUSED: [&str; 3] = ["meta", "migration", "node"];

pub(crate) struct Fresh {
    held: Held,
    common: Common,
}

enum Held {
    Sqlite {
        conn: Connection,
        part: PathBuf,
        path: PathBuf,
    },
    Postgres(Box<PgConn>),
}

impl Fresh {
    /// Refuses what is in use or has rows with `database_not_empty`; begins.
    pub(crate) fn begin(target: &Target, schemas: &[Schema]) -> Result<Fresh, Problem> {
        let held = match target {
            Target::Sqlite(path) => sqlite_begin(path)?,
            Target::Postgres(config) => Held::Postgres(Box::new(
                PgConn::connect(config).map_err(|fault| fault.problem("connect"))?,
            )),
        };
        let mut fresh = Fresh {
            held,
            common: Common::new(IdMaker::new(0, Id(0))),
        };
        let postgres = matches!(fresh.held, Held::Postgres(_));
        let mut tx = fresh.tx();
        if postgres {
            // Nodes that start meanwhile wait here; the lock goes with the connection.
            tx.value::<i64>(
                "SELECT CAST(1 AS BIGINT) FROM pg_advisory_lock(20261121)",
                args![],
            )?;
            tx.script("BEGIN")?;
            postgres_empty(&mut tx, schemas)?;
        } else {
            tx.script("BEGIN")?;
        }
        tx.script(migrate::TABLE)?;
        Ok(fresh)
    }

    pub(crate) fn tx(&mut self) -> Tx<'_> {
        match &mut self.held {
            Held::Sqlite { conn, .. } => Tx::new(Conn::Sqlite(conn), &self.common),
            Held::Postgres(conn) => Tx::new(Conn::Postgres(conn), &self.common),
        }
    }

    /// Whether the engine cannot keep null bytes in texts.
    pub(crate) fn refuses_null_bytes(&self) -> bool {
        matches!(self.held, Held::Postgres(_))
    }

    pub(crate) fn insert(&mut self, table: &Table, rows: &[Vec<Cell>]) -> Result<(), Problem> {
        let (name, columns) = (quoted(&table.name), table.list(0..table.columns.len()));
        match &mut self.held {
            Held::Postgres(conn) => {
                let mut text = Vec::new();
                for row in rows {
                    for (place, cell) in row.iter().enumerate() {
                        if place > 0 {
                            text.push(b'\t');
                        }
                        cell.write_copy(&mut text);
                    }
                    text.push(b'\n');
                }
                let sql = format!("COPY {name} ({columns}) FROM STDIN");
                conn.copy(&sql, &text)
                    .map_err(|fault| refused(&table.name, &fault))?;
            }
            Held::Sqlite { .. } => {
                let slots: Vec<String> = (1..=table.columns.len()).map(|n| format!("${n}")).collect();
                let sql = format!("INSERT INTO {name} ({columns}) VALUES ({})", slots.join(", "));
                let mut tx = self.tx();
                for row in rows {
                    let args: Vec<Arg<'_>> = row
                        .iter()
                        .zip(&table.columns)
                        .map(|(cell, c)| cell.arg(c.kind))
                        .collect();
                    tx.exec(&sql, &args)
                        .map_err(|problem| problem.with("table", table.name.as_str()))?;
                }
            }
        }
        Ok(())
    }

    /// Numbers that the engine gives go on behind the highest restored.
    pub(crate) fn number_on(&mut self, tables: &[Table]) -> Result<(), Problem> {
        if matches!(self.held, Held::Sqlite { .. }) {
            // It keeps count of numbers given to it.
            return Ok(());
        }
        for table in tables {
            let Some(place) = table.identity else { continue };
            let (name, column) = (quoted(&table.name), quoted(&table.columns[place].name));
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence($1, $2), (SELECT COALESCE(MAX({column}), 0) + 1 FROM {name}), false)"
            );
            self.tx()
                .value::<i64>(&sql, args![&name, &table.columns[place].name])?;
        }
        Ok(())
    }

    /// Makes it all durable at once.
    pub(crate) fn keep(mut self) -> Result<(), Problem> {
        self.tx().script("COMMIT")?;
        // Without figures of the tables the engine would plan its first queries blindly; should it not
        // make them, it will later.
        let _ = self.tx().script("ANALYZE");
        match &mut self.held {
            Held::Postgres(_) => Ok(()),
            Held::Sqlite { conn, part, path } => {
                let failed = |fault: Fault| fault.problem("restore");
                conn.pragma_update(None, "locking_mode", "NORMAL")
                    .map_err(|e| failed(e.into()))?;
                conn.pragma_update(None, "journal_mode", "WAL")
                    .map_err(|e| failed(e.into()))?;
                let open =
                    std::mem::replace(conn, Connection::open_in_memory().map_err(|e| failed(e.into()))?);
                open.close().map_err(|(_, e)| failed(e.into()))?;
                settle_file(part, path).map_err(|error| {
                    Problem::input(
                        "database",
                        "folder_unusable",
                        format!("Cannot write {}: {error}", path.display()),
                    )
                })
            }
        }
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Held::Sqlite { part, .. } = &self.held {
            remove_with_companions(part);
        }
    }
}

fn refused(table: &str, fault: &Fault) -> Problem {
    fault.problem("COPY").with("table", table)
}

fn not_empty(what: &str) -> Problem {
    let detail = format!("Restore into an empty database; this one has {what}.");
    Problem::conflict("database_not_empty", detail)
}

fn companion(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn remove_with_companions(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(companion(path, end));
    }
}

fn sqlite_begin(path: &Path) -> Result<Held, Problem> {
    let unusable = |error: std::io::Error| {
        Problem::input(
            "database",
            "folder_unusable",
            format!("Cannot write {}: {error}", path.display()),
        )
    };
    if path.exists() {
        let conn = sqlite::connect(path, true).map_err(|fault| fault.problem("open"))?;
        let failed = |error: rusqlite::Error| Fault::from(error).problem("is it empty");
        let names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut asked = conn.prepare(names).map_err(failed)?;
        let names = asked.query_map([], |row| row.get(0)).map_err(failed)?;
        for name in names.collect::<Result<Vec<String>, _>>().map_err(failed)? {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", quoted(&name));
            if !UNUSED.contains(&name.as_str())
                && conn.query_row(&sql, [], |row| row.get(0)).map_err(failed)?
            {
                return Err(not_empty(&format!("rows in {name}")));
            }
        }
    } else if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(unusable)?;
    }
    let part = companion(path, ".restoring");
    remove_with_companions(&part);
    let conn = sqlite::connect(&part, true).map_err(|fault| fault.problem("open"))?;
    // Nobody sees the file before it is whole, so nothing needs to be undone or flushed on the way.
    for (name, value) in [
        ("journal_mode", "OFF"),
        ("synchronous", "OFF"),
        ("locking_mode", "EXCLUSIVE"),
    ] {
        conn.pragma_update(None, name, value)
            .map_err(|e| Fault::from(e).problem("open"))?;
    }
    Ok(Held::Sqlite {
        conn,
        part,
        path: path.to_owned(),
    })
}

/// Gives the finished file its name, durably.
fn settle_file(part: &Path, path: &Path) -> std::io::Result<()> {
    File::open(part)?.sync_all()?;
    // What an empty predecessor left behind must not be taken for this file's.
    for end in ["-wal", "-shm"] {
        match std::fs::remove_file(companion(path, end)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::fs::rename(part, path)?;
    let folder = path
        .parent()
        .filter(|f| !f.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Drops the tables of a database that nobody used; in the transaction, so that a refused archive
/// leaves them.
fn postgres_empty(tx: &mut Tx<'_>, schemas: &[Schema]) -> Result<(), Problem> {
    let there = |tx: &mut Tx<'_>, name: &str| -> Result<bool, Problem> {
        Ok(tx
            .value(
                "SELECT (to_regclass($1) IS NOT NULL)::int::bigint",
                args![&quoted(name)],
            )?
            .unwrap_or_default())
    };
    let ours = there(tx, "migration")?;
    if ours {
        let made: Vec<(String, String)> = tx.rows("SELECT room, step FROM migration", args![], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let known = |(room, step): &(String, String)| {
            schemas
                .iter()
                .any(|s| s.room == room && s.steps.iter().any(|(name, _)| name == step))
        };
        if !made.iter().all(known) {
            return Err(Problem::conflict(
                "database_newer",
                "This database was made by a newer Xiaoer.",
            ));
        }
    }
    for name in table_names(Engine::Postgres, schemas) {
        if !there(tx, &name)? {
            continue;
        }
        if !ours {
            return Err(not_empty(&format!("a table {name} of another program")));
        }
        if name == "node" {
            let sql = "SELECT COUNT(*) FROM node WHERE until > $1";
            if tx.value::<i64>(sql, args![wall_ms()])? != Some(0) {
                let detail = "A server uses this database, or did a minute ago; stop it and try again.";
                return Err(Problem::conflict("database_in_use", detail));
            }
        }
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})::int::bigint", quoted(&name));
        if !UNUSED.contains(&name.as_str()) && tx.value(&sql, args![])? == Some(true) {
            return Err(not_empty(&format!("rows in {name}")));
        }
        tx.exec(&format!("DROP TABLE {}", quoted(&name)), args![])?;
    }
    if ours {
        tx.exec("DROP TABLE migration", args![])?;
    }
    Ok(())
}
