use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use base::{Live, Problem};
use tokio::sync::{mpsc, oneshot};

use crate::dialect::Engine;
use crate::ids::IdMaker;
use crate::memo::Common;
use crate::queue::Queue;
use crate::{Schema, Tx, plans, postgres, sqlite};

/// How to open a database.
pub struct Open {
    /// `sqlite:PATH` or `postgres://...`.
    pub url: String,
    /// The tables of every room, floor first.
    pub schemas: Vec<Schema>,
    /// Gets the live frames of each commit, in the order of commits. Must be quick.
    pub publish: Box<dyn Fn(Live) + Send + Sync>,
}

/// The lane a write goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Somebody waits for it.
    Interactive,
    /// A slice (at most 5 ms) of long work.
    Bulk,
    /// A slice of long work that keeps its place with what it writes and goes on there after a crash: its commit
    /// is answered before it is on the disk, where it is soon, in its order.
    Resumed,
}

/// The database. Cloning is cheap; all clones are one.
#[derive(Clone)]
pub struct Db {
    handle: Arc<Handle>,
}

/// Closes the queues with the last clone, which ends the threads.
struct Handle {
    shared: Arc<Shared>,
}

pub(crate) type Tasks = Queue<Box<dyn Task>>;

pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) writes: Tasks,
    pub(crate) reads: Tasks,
    pub(crate) common: Common,
    pub(crate) epoch: String,
    /// How many closures share a commit at most.
    pub(crate) group: usize,
    /// Held for reading from before a commit until its frames are queued for publishing, so that
    /// taking it for writing waits for every commit that may already be visible.
    pub(crate) commits: RwLock<()>,
    pub(crate) done: mpsc::UnboundedSender<Done>,
    target: Target,
}

/// One closure on its way through a connection's thread.
pub(crate) trait Task: Send {
    /// Runs it (again); answers whether what it wrote shall be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Whether whoever waits is promised that it is on the disk.
    fn promised(&self) -> bool;
    /// Answers whoever waits: its own result, or why it could not be kept.
    fn finish(self: Box<Self>, outcome: Result<(), Problem>);
}

/// What the finisher does after a commit.
pub(crate) enum Done {
    Batch {
        tasks: Vec<(Box<dyn Task>, Result<(), Problem>)>,
        lives: Vec<Live>,
    },
    Flush(oneshot::Sender<()>),
}

struct Closure<F, T> {
    work: F,
    promised: bool,
    result: Option<Result<T, Problem>>,
    answer: oneshot::Sender<Result<T, Problem>>,
}

impl<F, T> Task for Closure<F, T>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        // A panic in one closure must not take its neighbours along.
        let work = std::panic::AssertUnwindSafe(|| (self.work)(tx));
        let result = std::panic::catch_unwind(work).unwrap_or_else(|_| {
            tracing::error!("a transaction panicked");
            Err(Problem::internal())
        });
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn promised(&self) -> bool {
        self.promised
    }

    fn finish(self: Box<Self>, outcome: Result<(), Problem>) {
        let result = match outcome {
            Ok(()) => self.result.unwrap_or_else(|| Err(Problem::internal())),
            Err(problem) => Err(problem),
        };
        // Nobody waits any more when the caller was cancelled; the work is done all the same.
        let _ = self.answer.send(result);
    }
}

/// How many closures share one SQLite commit at most.
const SQLITE_GROUP: usize = 256;
/// How many closures share one PostgreSQL transaction at most, and on how many connections.
const POSTGRES_GROUP: usize = 8;
const POSTGRES_WRITERS: usize = 8;
const POSTGRES_READERS: usize = 4;
const SQLITE_READERS: usize = 2;

/// How many closures share a commit at most. `XIAOER_COMMIT_GROUP` makes it fewer, so that `make bench` can
/// show what sharing is worth.
fn most_together(engine: Engine) -> usize {
    let most = match engine {
        Engine::Sqlite => SQLITE_GROUP,
        Engine::Postgres => POSTGRES_GROUP,
    };
    let fewer = std::env::var("XIAOER_COMMIT_GROUP")
        .ok()
        .and_then(|number| number.parse().ok());
    fewer.map_or(most, |fewer: usize| fewer.clamp(1, most))
}

impl Db {
    /// Opens the database, brings its tables up to date and starts its threads. Needs a tokio
    /// runtime around it. Refuses a database made by a newer program.
    pub async fn open(open: Open) -> Result<Db, Problem> {
        tokio::task::spawn_blocking(move || Db::open_blocking(open))
            .await
            .unwrap_or_else(|_| Err(Problem::internal()))
    }

    fn open_blocking(open: Open) -> Result<Db, Problem> {
        let mut schemas = vec![crate::SCHEMA];
        schemas.extend(open.schemas);
        let (done, finished) = mpsc::unbounded_channel();
        let target = Target::parse(&open.url)?;
        let begun = match &target {
            Target::Sqlite(path) => sqlite::begin(path, &schemas)?,
            Target::Postgres(config) => postgres::begin(config, &schemas)?,
        };
        let engine = target.engine();
        let shared = Arc::new(Shared {
            engine,
            writes: Queue::new(),
            reads: Queue::new(),
            common: Common::new(IdMaker::new(begun.node, begun.past)),
            epoch: begun.epoch,
            group: most_together(engine),
            commits: RwLock::new(()),
            done,
            target: target.clone(),
        });
        match &target {
            Target::Sqlite(path) => sqlite::start(path, &shared, SQLITE_READERS)?,
            Target::Postgres(config) => postgres::start(config, &shared, POSTGRES_WRITERS, POSTGRES_READERS)?,
        }
        tokio::spawn(finisher(finished, open.publish));
        let db = Db {
            handle: Arc::new(Handle { shared }),
        };
        if engine == Engine::Postgres {
            tokio::spawn(postgres::keep_node(db.weak(), begun.node, begun.holder));
            tokio::spawn(plans::keep(db.weak()));
        }
        Ok(db)
    }

    /// A clone that does not keep the database open; gives `None` once it is closed.
    pub(crate) fn weak(&self) -> impl Fn() -> Option<Db> + Send + use<> {
        let handle = Arc::downgrade(&self.handle);
        move || handle.upgrade().map(|handle| Db { handle })
    }

    /// Runs `work` in a write transaction and answers after the durable commit. `work` may run more
    /// than once; if it answers `Err`, nothing it wrote is kept.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.write_in(Lane::Interactive, work).await
    }

    /// [`Db::write`] in a lane.
    pub async fn write_in<T, F>(&self, lane: Lane, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.submit(&self.handle.shared.writes, lane, work).await
    }

    /// Whether no other process can work on this database.
    pub fn is_alone(&self) -> bool {
        self.handle.shared.engine == Engine::Sqlite
    }

    /// How many slices of one long work may be under way at once: only where they run in the order in which
    /// they were handed in, and share a commit, is it more than one.
    pub fn slices_at_once(&self) -> usize {
        match self.handle.shared.engine {
            Engine::Sqlite => 16,
            Engine::Postgres => 1,
        }
    }

    /// Runs `work` on one snapshot of the database, without writing.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.submit(&self.handle.shared.reads, Lane::Interactive, work)
            .await
    }

    /// Runs `work` once, on one snapshot and a connection of its own: for reads that take long, which
    /// would hold up everybody behind a shared reader. Neither engine's writers wait for it.
    pub(crate) async fn read_apart<T, F>(&self, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let shared = Arc::clone(&self.handle.shared);
        let read = move || match &shared.target {
            Target::Sqlite(path) => sqlite::read_apart(path, &shared, work),
            Target::Postgres(config) => postgres::read_apart(config, &shared, work),
        };
        tokio::task::spawn_blocking(read)
            .await
            .unwrap_or_else(|_| Err(Problem::internal()))
    }

    async fn submit<T, F>(&self, queue: &Tasks, lane: Lane, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (answer, wait) = oneshot::channel();
        let task = Box::new(Closure {
            work,
            promised: lane != Lane::Resumed,
            result: None,
            answer,
        });
        queue
            .push(task, lane != Lane::Interactive)
            .map_err(|_| Problem::unavailable())?;
        wait.await.unwrap_or_else(|_| Err(Problem::unavailable()))
    }

    /// Names this state of the data: a restore begins a new epoch, and what was derived from the old
    /// one (search index, cursors) is void.
    pub fn epoch(&self) -> &str {
        &self.handle.shared.epoch
    }

    /// `sqlite` or `postgres`, for reports only.
    pub fn engine_name(&self) -> &'static str {
        match self.handle.shared.engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    /// A cursor before which everything has been published on this node.
    pub async fn settled(&self) -> Result<crate::Cursor, Problem> {
        let end = self.read(crate::Cursor::end).await?;
        // Whoever committed before `end` was read holds or held this lock until its frames were queued.
        drop(
            self.handle
                .shared
                .commits
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let (flushed, wait) = oneshot::channel();
        self.handle
            .shared
            .done
            .send(Done::Flush(flushed))
            .map_err(|_| Problem::unavailable())?;
        wait.await.map_err(|_| Problem::unavailable())?;
        Ok(end)
    }

    /// Lets PostgreSQL look at tables that are young and have changed much, so that its plans are good; answers
    /// how many there were. It happens by itself every few seconds; SQLite's plans are settled at the start.
    pub async fn know_young_tables(&self) -> Result<usize, Problem> {
        let Target::Postgres(config) = self.handle.shared.target.clone() else {
            return Ok(0);
        };
        let looked = tokio::task::spawn_blocking(move || plans::look(&config)).await;
        let looked = looked.map_err(|_| Problem::internal())?;
        looked.map_err(|fault| fault.problem("ANALYZE"))
    }

    /// Whether [`Db::close`] was called.
    pub(crate) fn is_closed(&self) -> bool {
        self.handle.shared.writes.is_closed()
    }

    /// Does what is queued and takes nothing more.
    pub fn close(&self) {
        self.handle.shared.writes.close();
        self.handle.shared.reads.close();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.writes.close();
        self.shared.reads.close();
    }
}

/// Starts a thread that owns a connection.
pub(crate) fn spawn(
    name: &str,
    shared: &Arc<Shared>,
    run: impl FnOnce(&Shared) + Send + 'static,
) -> Result<(), Problem> {
    let shared = Arc::clone(shared);
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(&shared))
        .map(drop)
        .map_err(|error| {
            tracing::error!(%error, name, "a database thread could not be started");
            Problem::unavailable()
        })
}

/// Publishes and answers, off the threads that own connections.
async fn finisher(mut finished: mpsc::UnboundedReceiver<Done>, publish: Box<dyn Fn(Live) + Send + Sync>) {
    while let Some(done) = finished.recv().await {
        match done {
            Done::Batch { tasks, lives } => {
                for live in lives {
                    publish(live);
                }
                for (task, outcome) in tasks {
                    task.finish(outcome);
                }
            }
            Done::Flush(flushed) => {
                let _ = flushed.send(());
            }
        }
    }
}

/// What opening found out.
pub(crate) struct Begun {
    pub(crate) node: i64,
    pub(crate) holder: String,
    pub(crate) past: base::Id,
    pub(crate) epoch: String,
}

#[derive(Clone)]
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<::postgres::Config>),
}

impl Target {
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Target::Sqlite(_) => Engine::Sqlite,
            Target::Postgres(_) => Engine::Postgres,
        }
    }

    pub(crate) fn parse(url: &str) -> Result<Target, Problem> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Target::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // The text is not repeated: it holds a password.
            return url
                .parse()
                .map(|config| Target::Postgres(Box::new(config)))
                .map_err(|_| {
                    Problem::input("database", "database_url", "This is not a PostgreSQL address.")
                });
        }
        Err(Problem::input(
            "database",
            "database_url",
            "Write sqlite:PATH or postgres://USER@HOST/NAME.",
        ))
    }
}
