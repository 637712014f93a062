//! Databases for tests: a fresh one for each, on both engines.
//!
//! PostgreSQL is the server named by `XIAOER_TEST_POSTGRES`; without it those tests say so and pass.

use std::sync::{Arc, Mutex, PoisonError};

use base::Live;
use sha2::{Digest, Sha256};

use crate::{Db, Open, Schema};

/// A database that goes when the test ends.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Its address, to open it a second time.
    pub url: String,
    /// A folder of the test's own.
    pub folder: tempfile::TempDir,
    frames: Arc<Mutex<Vec<Live>>>,
    drop_database: Option<(postgres::Config, String)>,
}

impl std::ops::Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// The frames published since the last call.
    pub fn frames(&self) -> Vec<Live> {
        std::mem::take(&mut *self.frames.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Opens the same database once more, as another node or after a restart would.
    pub async fn reopen(&self, schemas: &[Schema]) -> Db {
        open(&self.url, schemas, Arc::default()).await
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.db.close();
        drop_database(self.drop_database.take());
    }
}

/// A place for a database where none is yet.
pub struct Empty {
    /// Its address.
    pub url: String,
    /// A folder of the test's own.
    pub folder: tempfile::TempDir,
    drop_database: Option<(postgres::Config, String)>,
}

impl Drop for Empty {
    fn drop(&mut self) {
        drop_database(self.drop_database.take());
    }
}

/// A place for an SQLite database.
pub fn empty_sqlite() -> Empty {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!(
        "sqlite:{}",
        folder.path().join("data").join("xiaoer.db").display()
    );
    Empty {
        url,
        folder,
        drop_database: None,
    }
}

/// A PostgreSQL database without tables, or `None` where there is no server.
pub async fn empty_postgres() -> Option<Empty> {
    Some(empty_at(server()?).await)
}

/// A database without tables on the server that flushes every commit, which
/// `XIAOER_TEST_POSTGRES_DURABLE` names, or `None` where there is none.
pub async fn empty_postgres_durable() -> Option<Empty> {
    Some(empty_at(named("XIAOER_TEST_POSTGRES_DURABLE")?).await)
}

/// The database `postgres` of the server that answers over TLS only, which `XIAOER_TEST_POSTGRES_TLS` names, and
/// the file with its certificate, or `None` where there is none. One test has it.
pub fn empty_postgres_tls() -> Option<(Empty, String)> {
    let server = named("XIAOER_TEST_POSTGRES_TLS")?;
    let cert = std::env::var("XIAOER_TEST_POSTGRES_CERT").ok()?;
    let place = Empty {
        url: format!("{server}/postgres?sslmode=require"),
        folder: tempfile::tempdir().expect("a temporary folder"),
        drop_database: None,
    };
    Some((place, cert))
}

async fn empty_at(base: String) -> Empty {
    let name = fresh_name();
    admin(&base, format!("CREATE DATABASE \"{name}\"")).await;
    let config = format!("{base}/postgres")
        .parse()
        .expect("the variable holds an address");
    let folder = tempfile::tempdir().expect("a temporary folder");
    Empty {
        url: format!("{base}/{name}"),
        folder,
        drop_database: Some((config, name)),
    }
}

fn server() -> Option<String> {
    named("XIAOER_TEST_POSTGRES")
}

fn named(variable: &str) -> Option<String> {
    let Ok(server) = std::env::var(variable) else {
        eprintln!("skipped: {variable} names no PostgreSQL server");
        return None;
    };
    Some(server.trim_end_matches('/').to_owned())
}

#[expect(clippy::disallowed_methods, reason = "tests draw their own names")]
fn fresh_name() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("randomness");
    format!(
        "xiaoer_test_{}",
        bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()
    )
}

fn drop_database(database: Option<(postgres::Config, String)>) {
    let Some((config, name)) = database else { return };
    // The client blocks on a runtime of its own, which must not be started inside another.
    let done = std::thread::spawn(move || {
        let sql = format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
        config
            .connect(postgres::NoTls)
            .and_then(|mut c| c.batch_execute(&sql))
    });
    let _ = done.join();
}

/// A fresh SQLite database with these tables.
pub async fn sqlite(schemas: &[Schema]) -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("xiaoer.db").display());
    make(url, folder, schemas, None).await
}

/// A fresh PostgreSQL database with these tables, or `None` where there is no server.
pub async fn postgres(schemas: &[Schema]) -> Option<TestDb> {
    let base = server()?;
    let texts = schemas
        .iter()
        .flat_map(|s| s.steps)
        .fold(Sha256::new(), |hash, (name, text)| {
            hash.chain_update(name).chain_update(text)
        });
    let template = format!(
        "xiaoer_template_{}",
        texts
            .finalize()
            .iter()
            .take(6)
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    );
    ensure_template(&base, &template, schemas).await;
    let name = fresh_name();
    admin(
        &base,
        format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""),
    )
    .await;
    let config = format!("{base}/postgres")
        .parse()
        .expect("XIAOER_TEST_POSTGRES is an address");
    let folder = tempfile::tempdir().expect("a temporary folder");
    Some(make(format!("{base}/{name}"), folder, schemas, Some((config, name))).await)
}

async fn make(
    url: String,
    folder: tempfile::TempDir,
    schemas: &[Schema],
    drop_database: Option<(postgres::Config, String)>,
) -> TestDb {
    let frames = Arc::<Mutex<Vec<Live>>>::default();
    let db = open(&url, schemas, Arc::clone(&frames)).await;
    TestDb {
        db,
        url,
        folder,
        frames,
        drop_database,
    }
}

async fn open(url: &str, schemas: &[Schema], frames: Arc<Mutex<Vec<Live>>>) -> Db {
    let publish = Box::new(move |live| frames.lock().unwrap_or_else(PoisonError::into_inner).push(live));
    Db::open(Open {
        url: url.to_owned(),
        schemas: schemas.to_vec(),
        publish,
    })
    .await
    .expect("the database opens")
}

/// Makes the migrated template once; tests of other processes wait for it.
async fn ensure_template(base: &str, template: &str, schemas: &[Schema]) {
    let (base, template, schemas) = (base.to_owned(), template.to_owned(), schemas.to_vec());
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let config: postgres::Config = format!("{base}/postgres")
            .parse()
            .expect("XIAOER_TEST_POSTGRES is an address");
        let mut client = config
            .connect(postgres::NoTls)
            .expect("the PostgreSQL server answers");
        client
            .batch_execute("SELECT pg_advisory_lock(71)")
            .expect("a lock");
        let sql = "SELECT count(*) FROM pg_database WHERE datname = $1";
        let count: i64 = client.query_one(sql, &[&template]).expect("a count").get(0);
        if count == 0 {
            let making = format!("{template}_making");
            client
                .batch_execute(&format!("DROP DATABASE IF EXISTS \"{making}\" WITH (FORCE)"))
                .expect("dropped");
            client
                .batch_execute(&format!("CREATE DATABASE \"{making}\""))
                .expect("created");
            drop(runtime.block_on(open(&format!("{base}/{making}"), &schemas, Arc::default())));
            // Its threads let go of their connections in their own time; the rename cannot wait for them.
            let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1";
            client.query_one(sql, &[&making]).expect("terminated");
            let rename = format!("ALTER DATABASE \"{making}\" RENAME TO \"{template}\"");
            while client.batch_execute(&rename).is_err() {
                client.query_one(sql, &[&making]).expect("terminated");
            }
        }
    })
    .await
    .expect("the template is made");
}

async fn admin(base: &str, sql: String) {
    let config: postgres::Config = format!("{base}/postgres")
        .parse()
        .expect("XIAOER_TEST_POSTGRES is an address");
    tokio::task::spawn_blocking(move || {
        config
            .connect(postgres::NoTls)
            .expect("the PostgreSQL server answers")
            .batch_execute(&sql)
            .expect("done");
    })
    .await
    .expect("done");
}

/// Tests that run on both engines: `on_both! { SCHEMAS; async fn name(db: &TestDb) { ... } }` makes
/// `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($schemas:expr; $($(#[$meta:meta])* async fn $name:ident($db:ident: &TestDb) $body:block)*) => {
        $(mod $name {
            use super::*;
            async fn run($db: &$crate::testing::TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() { run(&$crate::testing::sqlite($schemas).await).await; }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(db) = $crate::testing::postgres($schemas).await { run(&db).await; }
            }
        })*
    };
}
