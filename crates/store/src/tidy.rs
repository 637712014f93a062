//! What SQLite's writer leaves to another thread: bringing its log to the disk after long work, and emptying the
//! log into the database.

use std::fs::File;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::error::Fault;

/// New pages in the log from which on they are copied into the database.
const COPY: i64 = 2_000;
/// Pages in the log from which on the writer waits until it is empty, so that it begins anew (64 MB).
const EMPTY: i64 = 8_000;

/// Who works on the log.
///
/// Copying goes on beside the writer. The log can begin anew only while nobody writes and nothing in it is not
/// copied yet; so when it has grown long, the last bit is copied between two transactions.
pub(crate) struct Tidy {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// A transaction is open.
    writing: bool,
    /// No transaction may begin.
    hold: bool,
    /// Pages in the log after the last commit.
    pages: i64,
    /// A commit is in the log that was not brought to the disk.
    loose: bool,
    /// Something happened since the last look.
    news: bool,
    over: bool,
}

impl Tidy {
    pub(crate) fn new() -> Tidy {
        Tidy {
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Before a transaction begins.
    pub(crate) fn enter(&self) {
        let mut state = self.lock();
        while state.hold {
            state = self.wait(state);
        }
        state.writing = true;
    }

    /// After a transaction ended with this many pages in the log; `loose`: it is not on the disk yet.
    pub(crate) fn leave(&self, pages: i64, loose: bool) {
        let mut state = self.lock();
        state.writing = false;
        state.pages = pages;
        state.loose |= loose;
        state.news = true;
        if state.loose || state.hold || pages >= COPY {
            drop(state);
            self.changed.notify_all();
        }
    }

    /// Nobody writes any more.
    pub(crate) fn close(&self) {
        self.lock().over = true;
        self.changed.notify_all();
    }

    /// Pages in the log, and whether it is not on the disk yet, once one of them is of interest; `None` at the end.
    fn next(&self) -> Option<(i64, bool)> {
        let mut state = self.lock();
        loop {
            if state.over {
                return None;
            }
            if state.news && (state.loose || state.pages >= COPY) {
                state.news = false;
                return Some((state.pages, std::mem::take(&mut state.loose)));
            }
            state = self.wait(state);
        }
    }

    /// Runs `work` while nobody writes.
    fn alone<T>(&self, work: impl FnOnce() -> T) -> T {
        let mut state = self.lock();
        state.hold = true;
        while state.writing {
            state = self.wait(state);
        }
        drop(state);
        let done = work();
        self.lock().hold = false;
        self.changed.notify_all();
        done
    }
}

/// The file of the log.
pub(crate) struct Log(File);

impl Log {
    /// The log of the database at `path`, which was written to before: its name is on the disk after this.
    pub(crate) fn open(path: &Path) -> std::io::Result<Log> {
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        let file = File::open(PathBuf::from(name))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(Log(file))
    }

    /// Brings it to the disk.
    pub(crate) fn keep(&self) -> Result<(), Fault> {
        self.0.sync_data().map_err(|error| Fault::Away(error.to_string()))
    }
}

/// The database's own file.
///
/// It is never closed: a process that closes one of its descriptors of a file loses every lock it has on that file,
/// SQLite's too.
pub(crate) struct Pages(ManuallyDrop<File>);

impl Pages {
    /// The file of the database at `path`.
    pub(crate) fn open(path: &Path) -> std::io::Result<Pages> {
        File::open(path).map(|file| Pages(ManuallyDrop::new(file)))
    }

    /// Brings what was copied into it to the disk.
    fn keep(&self) -> std::io::Result<()> {
        self.0.sync_data()
    }
}

/// The thread beside the writer, with a connection of its own.
pub(crate) fn run(conn: &Connection, log: &Log, database: &Pages, tidy: &Tidy) {
    let (mut copied, mut empty) = (0, EMPTY);
    while let Some((pages, loose)) = tidy.next() {
        if loose && let Err(fault) = log.keep() {
            tracing::error!(?fault, "the log could not be brought to the disk");
        }
        if pages < copied {
            // It began anew.
            (copied, empty) = (0, EMPTY);
        }
        if pages - copied < COPY {
            continue;
        }
        copied = copy(conn).map_or(pages, |(_, copied)| copied);
        if pages >= empty {
            // What was written meanwhile, then what is written until the writer pauses. The end of copying waits
            // for the disk, and the writer for it: what is there before need not be waited for.
            copy(conn);
            if let Err(error) = database.keep() {
                tracing::warn!(%error, "the database could not be brought to the disk");
            }
            let done = tidy.alone(|| copy(conn));
            if let Some((pages, done)) = done {
                // Somebody reads an old state: until they end it cannot begin anew, and trying is of no use.
                empty = if done < pages { pages + EMPTY } else { EMPTY };
                copied = done;
            }
        }
    }
}

/// Copies what it can without waiting for anybody; pages in the log and pages copied.
fn copy(conn: &Connection) -> Option<(i64, i64)> {
    let copied = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        Ok((row.get(1)?, row.get(2)?))
    });
    copied
        .inspect_err(|error| tracing::warn!(%error, "the log could not be copied into the database"))
        .ok()
}
