use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
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
use crate::tidy::{self, Log, Pages, Tidy};
use crate::tx::Conn;
use crate::{Schema, Tx, assumed, migrate};

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
    assumed::assume(&conn).map_err(|fault| fault.problem("sqlite_stat1"))?;
    let epoch = migrate::epoch(&mut tx)?;
    let past = IdMaker::past(&mut tx)?;
    Ok(Begun {
        node: 0,
        holder: String::new(),
        past,
        epoch,
    })
}

/// Starts the writer, the one who tidies up after it, and the readers.
pub(crate) fn start(path: &Path, shared: &Arc<Shared>, readers: usize) -> Result<(), Problem> {
    debug_assert_eq!(shared.engine, Engine::Sqlite);
    let opened = |write| connect(path, write).map_err(|fault| fault.problem("open"));
    let mut conn = opened(true)?;
    // The log is there once something was written.
    run(&conn, "BEGIN IMMEDIATE")
        .and_then(|()| run(&conn, "UPDATE meta SET value = value WHERE name = 'epoch'"))
        .and_then(|()| run(&conn, "COMMIT"))
        .map_err(|fault| fault.problem("open"))?;
    let log = || Log::open(path).map_err(|error| Fault::Away(error.to_string()).problem("open"));
    let pages = Arc::new(AtomicI64::new(0));
    let counted = Arc::clone(&pages);
    conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, now: i32| {
        counted.store(now.into(), Ordering::Relaxed);
        Ok(())
    }))
    .map_err(|error| Fault::from(error).problem("open"))?;
    let tidy = Arc::new(Tidy::new());
    let mut writer = Writer {
        conn,
        log: log()?,
        pages,
        tidy: Arc::clone(&tidy),
        level: Level::Full,
        spoken: None,
    };
    let (beside, log) = (opened(true)?, log()?);
    let database = Pages::open(path).map_err(|error| Fault::Away(error.to_string()).problem("open"))?;
    spawn("sqlite-tidy", shared, move |_| {
        tidy::run(&beside, &log, &database, &tidy)
    })?;
    spawn("sqlite-writer", shared, move |shared| writer.work(shared))?;
    for _ in 0..readers {
        let conn = opened(false)?;
        spawn("sqlite-reader", shared, move |shared| reader(&conn, shared))?;
    }
    Ok(())
}

/// How long slices of long work may gather in one transaction while nobody speaks: a page that many of them change
/// is written once.
const GATHER: Duration = Duration::from_millis(40);
/// The same while people speak: whoever comes next waits until what was gathered is on the disk.
const GATHER_BESIDE: Duration = Duration::from_millis(10);
/// People speak until this long after the last of them.
const SPEAKING: Duration = Duration::from_secs(1);

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    /// It does.
    Full,
    /// It does not by itself: where all of it is [`crate::Lane::Resumed`], a crash of the machine takes the last
    /// slices, from the end.
    Normal,
}

/// The one connection that writes.
struct Writer {
    conn: Connection,
    log: Log,
    /// Pages in the log.
    pages: Arc<AtomicI64>,
    tidy: Arc<Tidy>,
    level: Level,
    /// When somebody last came who must not wait.
    spoken: Option<Instant>,
}

impl Writer {
    /// Every closure that waits shares the next commit.
    #[expect(
        clippy::disallowed_methods,
        reason = "fairness between people and long work is the store's own affair"
    )]
    fn work(&mut self, shared: &Shared) {
        while let Some((mut batch, patient)) = shared.writes.take_marked(shared.group) {
            if !patient {
                self.spoken = Some(Instant::now());
            }
            self.tidy.enter();
            let mut lives = Vec::new();
            let done = self
                .wait_for_disk(!patient)
                .and_then(|()| run(&self.conn, "BEGIN IMMEDIATE"))
                .and_then(|()| {
                    if patient {
                        self.gather(shared, &mut batch, &mut lives)
                    } else {
                        group(&self.conn, shared, &mut batch, &mut lives)
                    }
                });
            let published = shared.commits.read().unwrap_or_else(PoisonError::into_inner);
            let loose = patient && !batch.iter().any(|task| task.promised());
            let committed = done.and_then(|()| {
                run(&self.conn, "COMMIT")?;
                if patient && !loose {
                    self.log.keep()?;
                }
                Ok(())
            });
            let tasks = match committed {
                Ok(()) => batch.into_iter().map(|task| (task, Ok(()))).collect(),
                Err(fault) => {
                    let _ = self.conn.execute_batch("ROLLBACK");
                    let problem = fault.problem("commit");
                    lives.clear();
                    batch
                        .into_iter()
                        .map(|task| (task, Err(problem.clone())))
                        .collect()
                }
            };
            self.tidy.leave(self.pages.load(Ordering::Relaxed), loose);
            let _ = shared.done.send(Done::Batch { tasks, lives });
            drop(published);
        }
        self.tidy.close();
        let _ = self.conn.execute_batch("PRAGMA optimize");
    }

    fn wait_for_disk(&mut self, wait: bool) -> Result<(), Fault> {
        let (level, sql) = if wait {
            (Level::Full, "PRAGMA synchronous = FULL")
        } else {
            (Level::Normal, "PRAGMA synchronous = NORMAL")
        };
        if self.level != level {
            self.conn.execute_batch(sql)?;
            self.level = level;
        }
        Ok(())
    }

    /// Slices of long work: lets those that wait share this commit, until somebody comes who must not wait (and
    /// joins) or it is time ([`GATHER`], [`GATHER_BESIDE`]).
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a transaction stays open is the store's own affair"
    )]
    fn gather(
        &mut self,
        shared: &Shared,
        batch: &mut Vec<Box<dyn Task>>,
        lives: &mut Vec<base::Live>,
    ) -> Result<(), Fault> {
        let (began, mut from) = (Instant::now(), 0);
        let speaking = self.spoken.is_some_and(|at| began.duration_since(at) < SPEAKING);
        let patience = if speaking { GATHER_BESIDE } else { GATHER };
        loop {
            if !bare(&self.conn, shared, &mut batch[from..], lives) {
                // One was refused. What it wrote can only be taken back with all the others', which run again.
                self.conn.execute_batch("ROLLBACK; BEGIN IMMEDIATE")?;
                lives.clear();
                return group(&self.conn, shared, batch, lives);
            }
            if shared.group == 1 || began.elapsed() >= patience {
                return Ok(());
            }
            from = batch.len();
            match shared.writes.more(shared.group) {
                More::Nothing => return Ok(()),
                More::Slice(task) => batch.push(task),
                More::Last(tasks) => {
                    self.spoken = Some(Instant::now());
                    batch.extend(tasks);
                    return group(&self.conn, shared, &mut batch[from..], lives);
                }
            }
        }
    }
}

/// Runs closures without savepoints, each of which copies every page the next closure touches; `false` as soon as
/// one is refused.
fn bare(
    conn: &Connection,
    shared: &Shared,
    batch: &mut [Box<dyn Task>],
    lives: &mut Vec<base::Live>,
) -> bool {
    batch.iter_mut().all(|task| {
        let mut tx = Tx::new(Conn::Sqlite(conn), &shared.common);
        let kept = task.run(&mut tx);
        lives.extend(tx.into_lives());
        kept
    })
}

fn run(conn: &Connection, sql: &str) -> Result<(), Fault> {
    Ok(conn.prepare_cached(sql)?.raw_execute().map(|_| ())?)
}

/// Runs closures, each in its own savepoint, so that a refusal takes nothing along.
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
