use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use base::{Id, Problem};
use postgres::config::SslMode;
use postgres::{Client, Config, NoTls, Statement};

use crate::engine::{Begun, Db, Done, Shared, Task, spawn};
use crate::error::Fault;
use crate::ids::{IdMaker, wall_ms};
use crate::memo::Common;
use crate::tx::Conn;
use crate::{Arg, Schema, Tx, args, migrate, tls};

/// A connection and its prepared statements.
pub(crate) struct PgConn {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// Statements kept per connection; a list of ids makes new texts, so the map is emptied when full.
const STATEMENTS: usize = 1000;
/// Transactions that lost a race are run again this often, after a growing random pause.
const TRIES: u32 = 30;
/// After this many lost races a transaction gets the node for itself.
const PATIENCE: u32 = 12;
/// Nodes whose number was not renewed for this long are gone.
const NODE_LEASE_MS: i64 = 60_000;
const NODES: i64 = 32;

impl PgConn {
    pub(crate) fn connect(config: &Config) -> Result<PgConn, Fault> {
        let client = match config.get_ssl_mode() {
            SslMode::Disable => config.connect(NoTls)?,
            // TLS as `sslmode` of the address asks.
            _ => config.connect(tokio_postgres_rustls::MakeRustlsConnect::new(tls::config()?))?,
        };
        Ok(PgConn {
            client,
            statements: HashMap::new(),
        })
    }

    fn statement(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let types: Vec<_> = args.iter().map(Arg::pg_type).collect();
        let statement = self.client.prepare_typed(sql, &types)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) fn exec(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, Fault> {
        let statement = self.statement(sql, args)?;
        let params: Vec<&(dyn postgres::types::ToSql + Sync)> = args.iter().map(|a| a as _).collect();
        Ok(self.client.execute(&statement, &params)?)
    }

    pub(crate) fn query(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<postgres::Row>, Fault> {
        let statement = self.statement(sql, args)?;
        let params: Vec<&(dyn postgres::types::ToSql + Sync)> = args.iter().map(|a| a as _).collect();
        Ok(self.client.query(&statement, &params)?)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        Ok(self.client.batch_execute(sql)?)
    }

    /// Hands `rows` (in COPY's text format) to a `COPY ... FROM STDIN`; answers how many rows it took.
    pub(crate) fn copy(&mut self, sql: &str, rows: &[u8]) -> Result<u64, Fault> {
        let mut writer = self.client.copy_in(sql)?;
        // The server's own word on what is wrong comes with the end.
        let _ = std::io::Write::write_all(&mut writer, rows);
        Ok(writer.finish()?)
    }
}

/// Brings the tables up to date and leases a node number.
pub(crate) fn begin(config: &Config, schemas: &[Schema]) -> Result<Begun, Problem> {
    let mut conn = PgConn::connect(config).map_err(|fault| unreachable(&fault))?;
    let common = Common::new(IdMaker::new(0, Id(0)));
    let mut tx = Tx::new(Conn::Postgres(&mut conn), &common);
    // Nodes that start together take turns; the lock goes with the connection.
    tx.value::<i64>(
        "SELECT CAST(1 AS BIGINT) FROM pg_advisory_lock(20261121)",
        args![],
    )?;
    migrate::run(&mut tx, schemas)?;
    let epoch = migrate::epoch(&mut tx)?;
    let past = IdMaker::past(&mut tx)?;
    let (node, holder) = lease_node(&mut tx)?;
    Ok(Begun {
        node,
        holder,
        past,
        epoch,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the store draws its own names and salts"
)]
fn lease_node(tx: &mut Tx<'_>) -> Result<(i64, String), Problem> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| Problem::internal())?;
    let holder: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let now = wall_ms();
    let taken: Vec<i64> = tx.rows("SELECT node FROM node WHERE until > $1", args![now], |row| {
        row.get(0)
    })?;
    let node = (0..NODES)
        .find(|node| !taken.contains(node))
        .ok_or_else(|| Problem::conflict("nodes_full", "32 nodes are running already."))?;
    tx.exec(
        "INSERT INTO node (node, holder, until) VALUES ($1, $2, $3)
         ON CONFLICT (node) DO UPDATE SET holder = excluded.holder, until = excluded.until",
        args![node, &holder, now + NODE_LEASE_MS],
    )?;
    Ok((node, holder))
}

/// Renews the node number; a node that finds it given away stops taking work rather than make ids
/// that another makes too.
pub(crate) async fn keep_node(db: impl Fn() -> Option<Db> + Send, node: i64, holder: String) {
    loop {
        tokio::time::sleep(Duration::from_millis(NODE_LEASE_MS.unsigned_abs() / 4)).await;
        let Some(db) = db() else { return };
        let holder = holder.clone();
        let renewed = db
            .write(move |tx| {
                tx.exec(
                    "UPDATE node SET until = $3 WHERE node = $1 AND holder = $2",
                    args![node, &holder, wall_ms() + NODE_LEASE_MS],
                )
            })
            .await;
        if renewed == Ok(0) {
            tracing::error!(node, "this node's number was given to another; stopping");
            db.close();
            return;
        }
    }
}

/// Whoever starts the program is told why the database cannot be had; whoever uses it is not.
fn unreachable(fault: &Fault) -> Problem {
    let cause = match fault {
        Fault::Away(cause) | Fault::Bug(cause) => cause,
        Fault::Retry => return fault.problem("connect"),
    };
    let detail = format!("PostgreSQL cannot be reached: {cause}.");
    Problem::input("database", "database_unreachable", detail)
}

/// Starts the threads that own connections.
pub(crate) fn start(
    config: &Config,
    shared: &Arc<Shared>,
    writers: usize,
    readers: usize,
) -> Result<(), Problem> {
    for _ in 0..writers {
        let config = config.clone();
        spawn("postgres-writer", shared, move |shared| {
            writer(&mut Line::new(config, WRITER), shared)
        })?;
    }
    for _ in 0..readers {
        let config = config.clone();
        spawn("postgres-reader", shared, move |shared| {
            reader(&mut Line::new(config, ""), shared)
        })?;
    }
    Ok(())
}

/// A connection that is made again when it was lost.
struct Line {
    config: Config,
    /// Said to the server first.
    settings: &'static str,
    conn: Option<PgConn>,
}

/// A transaction that reads a whole table, however small, depends on everybody who writes there. So writers
/// take an index where there is one.
const WRITER: &str = "SET enable_seqscan = off";

impl Line {
    fn new(config: Config, settings: &'static str) -> Line {
        Line {
            config,
            settings,
            conn: None,
        }
    }

    fn conn(&mut self) -> Result<&mut PgConn, Fault> {
        if self.conn.as_ref().is_none_or(|conn| conn.client.is_closed()) {
            let mut conn = PgConn::connect(&self.config)?;
            conn.batch(self.settings)?;
            self.conn = Some(conn);
        }
        self.conn
            .as_mut()
            .ok_or_else(|| Fault::Away("no connection".into()))
    }
}

/// How a group of closures went.
enum Went {
    Committed(Vec<base::Live>),
    /// One of them was refused: each goes by itself, so that it spoils no neighbour.
    Apart,
    Refused,
    Again,
    Failed(Problem),
}

fn writer(line: &mut Line, shared: &Shared) {
    // Half as many at once after a lost race, one more after each that was not: where all want the same
    // rows, a group only loses more.
    let mut most = shared.group;
    while let Some(mut batch) = shared.writes.take(most) {
        if batch.len() > 1 {
            let published = shared.commits.read().unwrap_or_else(PoisonError::into_inner);
            match run_once(line, shared, &mut batch) {
                Went::Committed(lives) => {
                    let tasks = batch.into_iter().map(|task| (task, Ok(()))).collect();
                    let _ = shared.done.send(Done::Batch { tasks, lives });
                    most = shared.group.min(most + 1);
                    continue;
                }
                Went::Again => most = (most / 2).max(1),
                Went::Apart | Went::Refused | Went::Failed(_) => {}
            }
            drop(published);
        } else {
            most = shared.group.min(most + 1);
        }
        for task in batch {
            run_alone(line, shared, task);
        }
    }
}

fn run_alone(line: &mut Line, shared: &Shared, task: Box<dyn Task>) {
    let mut group = [task];
    for attempt in 0..TRIES {
        // Whoever lost again and again runs while nobody else of this node does.
        let together = attempt < PATIENCE;
        let published = together.then(|| shared.commits.read().unwrap_or_else(PoisonError::into_inner));
        let sole = (!together).then(|| shared.commits.write().unwrap_or_else(PoisonError::into_inner));
        let (outcome, lives) = match run_once(line, shared, &mut group) {
            Went::Committed(lives) => (Ok(()), lives),
            Went::Refused | Went::Apart => (Ok(()), Vec::new()),
            Went::Failed(problem) => (Err(problem), Vec::new()),
            Went::Again => {
                drop((published, sole));
                pause(attempt);
                continue;
            }
        };
        let [task] = group;
        let _ = shared.done.send(Done::Batch {
            tasks: vec![(task, outcome)],
            lives,
        });
        return;
    }
    let [task] = group;
    let busy = Problem::new(503, "busy", "Too many people change this at once; try again.");
    let _ = shared.done.send(Done::Batch {
        tasks: vec![(task, Err(busy))],
        lives: Vec::new(),
    });
}

fn run_once(line: &mut Line, shared: &Shared, group: &mut [Box<dyn Task>]) -> Went {
    match try_once(line, shared, group) {
        Ok(went) => went,
        Err(Fault::Retry) => Went::Again,
        Err(fault) => {
            if matches!(fault, Fault::Away(_)) {
                line.conn = None;
            }
            Went::Failed(fault.problem("transaction"))
        }
    }
}

fn try_once(line: &mut Line, shared: &Shared, group: &mut [Box<dyn Task>]) -> Result<Went, Fault> {
    let conn = line.conn()?;
    conn.batch("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
    let mut lives = Vec::new();
    let alone = group.len() == 1;
    for task in group {
        let mut tx = Tx::new(Conn::Postgres(conn), &shared.common);
        let keep = task.run(&mut tx);
        if tx.lost_race() {
            conn.batch("ROLLBACK")?;
            return Ok(Went::Again);
        }
        if !keep {
            conn.batch("ROLLBACK")?;
            return Ok(if alone { Went::Refused } else { Went::Apart });
        }
        lives.extend(tx.into_lives());
    }
    conn.batch("COMMIT")?;
    Ok(Went::Committed(lives))
}

/// Waits a random time that grows with the attempts: 0–2 ms at first, up to 64 ms.
#[expect(
    clippy::disallowed_methods,
    reason = "a connection's own thread waits out a lost race"
)]
fn pause(attempt: u32) {
    let mut random = [0; 2];
    let _ = getrandom::fill(&mut random);
    let most = 2_000_u64 << attempt.min(5);
    std::thread::sleep(Duration::from_micros(
        u64::from(u16::from_le_bytes(random)) * most / 65_536,
    ));
}

fn reader(line: &mut Line, shared: &Shared) {
    while let Some(batch) = shared.reads.take(1) {
        for mut task in batch {
            let outcome = read_once(line, shared, &mut *task).map_err(|fault| {
                line.conn = None;
                fault.problem("read")
            });
            task.finish(outcome);
        }
    }
}

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Runs `work` on one snapshot, on a connection of its own.
pub(crate) fn read_apart<T>(
    config: &Config,
    shared: &Shared,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let mut conn = PgConn::connect(config).map_err(|fault| fault.problem("connect"))?;
    conn.batch(SNAPSHOT).map_err(|fault| fault.problem("begin"))?;
    work(&mut Tx::new(Conn::Postgres(&mut conn), &shared.common))
}

fn read_once(line: &mut Line, shared: &Shared, task: &mut dyn Task) -> Result<(), Fault> {
    let conn = line.conn()?;
    conn.batch(SNAPSHOT)?;
    task.run(&mut Tx::new(Conn::Postgres(conn), &shared.common));
    conn.batch("ROLLBACK")
}
