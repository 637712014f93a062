use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use base::{Id, Problem};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::dialect::Engine;
use crate::engine::{Begun, Done, Shared, Task, spawn};
use crate::error::Fault;
use crate::ids::IdMaker;
use crate::memo::Common;
use crate::queue::More;
use crate::tx::Conn;
use crate::{Schema, Tx, migrate};

/// Statements kept prepared per connection.
const STATEMENTS: usize = 512;

pub(crate) fn connect(path: &Path, write: bool) -> Result<Connection, Fault> {
    let flags = if write {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
    };
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(Duration::from_secs(10))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // A plan hangs on the statement alone. Without this SQLite looks at the values it is given and prepares
    // a good part of all statements again each time they run (a tenth of the writer's time).
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    if write {
        conn.pragma_update(None, "page_size", 8192)?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
        conn.pragma_update(None, "cache_size", -32 * 1024)?;
    } else {
        conn.pragma_update(None, "query_only", true)?;
        conn.pragma_update(None, "cache_size", -16 * 1024)?;
    }
    Ok(conn)
}

/// Makes or opens the file, brings its tables up to date.
pub(crate) fn begin(path: &Path, schemas: &[Schema]) -> Result<Begun, Problem> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| {
            Problem::input(
                "database",
                "folder_unusable",
                format!("Cannot make {}: {error}", folder.display()),
            )
        })?;
    }
    let conn = connect(path, true).map_err(|fault| fault.problem("open"))?;
    let common = Common::new(IdMaker::new(0, Id(0)));
    let mut tx = Tx::new(Conn::Sqlite(&conn), &common);
    migrate::run(&mut tx, schemas)?;
    let epoch = migrate::epoch(&mut tx)?;
    let past = IdMaker::past(&mut tx)?;
    Ok(Begun {
        node: 0,
        holder: String::new(),
        past,
        epoch,
    })
}

/// Starts the writer and the readers.
pub(crate) fn start(path: &Path, shared: &Arc<Shared>, readers: usize) -> Result<(), Problem> {
    debug_assert_eq!(shared.engine, Engine::Sqlite);
    let conn = connect(path, true).map_err(|fault| fault.problem("open"))?;
    spawn("sqlite-writer", shared, move |shared| writer(&conn, shared))?;
    for _ in 0..readers {
        let conn = connect(path, false).map_err(|fault| fault.problem("open"))?;
        spawn("sqlite-reader", shared, move |shared| reader(&conn, shared))?;
    }
    Ok(())
}

/// How long slices of long work may gather in one transaction while nobody else waits. What they wrote is on
/// its way to the disk when somebody comes, so it must not be much.
const GATHER: Duration = Duration::from_millis(40);

/// Every closure that waits shares the next commit; each stands in its own savepoint.
fn writer(conn: &Connection, shared: &Shared) {
    while let Some((mut batch, patient)) = shared.writes.take_marked(shared.group) {
        let mut lives = Vec::new();
        let mut done =
            run(conn, "BEGIN IMMEDIATE").and_then(|()| group(conn, shared, &mut batch, &mut lives));
        if patient {
            done = done.and_then(|()| gather(conn, shared, &mut batch, &mut lives));
        }
        let published = shared.commits.read().unwrap_or_else(PoisonError::into_inner);
        let committed = done.and_then(|()| run(conn, "COMMIT"));
        let tasks = match committed {
            Ok(()) => batch.into_iter().map(|task| (task, Ok(()))).collect(),
            Err(fault) => {
                let _ = conn.execute_batch("ROLLBACK");
                let problem = fault.problem("commit");
                lives.clear();
                batch
                    .into_iter()
                    .map(|task| (task, Err(problem.clone())))
                    .collect()
            }
        };
        let _ = shared.done.send(Done::Batch { tasks, lives });
        drop(published);
    }
    let _ = conn.execute_batch("PRAGMA optimize");
}

/// After a slice of long work: lets those that wait share this commit, until somebody comes who must not wait (and
/// joins) or [`GATHER`] is over: a page that many slices change is then written once.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a transaction stays open is the store's own affair"
)]
fn gather(
    conn: &Connection,
    shared: &Shared,
    batch: &mut Vec<Box<dyn Task>>,
    lives: &mut Vec<base::Live>,
) -> Result<(), Fault> {
    let began = Instant::now();
    let mut last = shared.group == 1;
    while !last && began.elapsed() < GATHER {
        let from = batch.len();
        match shared.writes.more(shared.group) {
            More::Nothing => return Ok(()),
            More::Slice(task) => batch.push(task),
            More::Last(tasks) => {
                batch.extend(tasks);
                last = true;
            }
        }
        group(conn, shared, &mut batch[from..], lives)?;
    }
    Ok(())
}

fn run(conn: &Connection, sql: &str) -> Result<(), Fault> {
    Ok(conn.prepare_cached(sql)?.raw_execute().map(|_| ())?)
}

fn group(
    conn: &Connection,
    shared: &Shared,
    batch: &mut [Box<dyn Task>],
    lives: &mut Vec<base::Live>,
) -> Result<(), Fault> {
    for task in batch {
        run(conn, "SAVEPOINT s")?;
        let mut tx = Tx::new(Conn::Sqlite(conn), &shared.common);
        if task.run(&mut tx) {
            lives.extend(tx.into_lives());
        } else {
            // A full disk rolls everything back by itself; then there is nothing left to keep.
            if conn.is_autocommit() {
                return Err(Fault::Away("the transaction was rolled back".into()));
            }
            run(conn, "ROLLBACK TO s")?;
        }
        run(conn, "RELEASE s")?;
    }
    Ok(())
}

fn reader(conn: &Connection, shared: &Shared) {
    while let Some(batch) = shared.reads.take(1) {
        for mut task in batch {
            let outcome = run(conn, "BEGIN").map_err(|fault| fault.problem("begin"));
            if outcome.is_ok() {
                task.run(&mut Tx::new(Conn::Sqlite(conn), &shared.common));
                let _ = run(conn, "ROLLBACK");
            }
            task.finish(outcome);
        }
    }
}

/// Runs `work` on one snapshot, on a connection of its own.
pub(crate) fn read_apart<T>(
    path: &Path,
    shared: &Shared,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let conn = connect(path, false).map_err(|fault| fault.problem("open"))?;
    conn.execute_batch("BEGIN")
        .map_err(|e| Fault::from(e).problem("begin"))?;
    work(&mut Tx::new(Conn::Sqlite(&conn), &shared.common))
}
