//! How many writes a second the store commits durably, 64 in flight: two statements each, as a message
//! is sent (`UPDATE .. RETURNING` for its number, `INSERT`), spread over 1,000 conversations or
//! as many as are named (few make them wait for one another).
//!
//! `cargo run --release -p store --example commit [SECONDS [CONVERSATIONS]]`: SQLite in a temporary folder, then
//! PostgreSQL where `XIAOER_TEST_POSTGRES_DURABLE` names a server (use `scripts/with-postgres`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use base::Problem;
use store::{Db, Open, Schema, args};

const TABLES: Schema = Schema {
    room: "commit",
    steps: &[(
        "0001_start",
        "CREATE TABLE talk (id BIGINT NOT NULL PRIMARY KEY, last_seq BIGINT NOT NULL);
CREATE TABLE said (talk BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (talk, seq)
-- sqlite: ) WITHOUT ROWID;
-- postgres: );
",
    )],
};
const IN_FLIGHT: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    let talks = std::env::args().nth(2).map_or(Ok(1_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}", folder.path().join("commit.db").display());
    measure("sqlite", url, Duration::from_secs(seconds), talks).await?;
    if let Ok(server) = std::env::var("XIAOER_TEST_POSTGRES_DURABLE") {
        let url = format!("{}/postgres", server.trim_end_matches('/'));
        measure("postgres", url, Duration::from_secs(seconds), talks).await?;
    }
    Ok(())
}

async fn measure(name: &str, url: String, time: Duration, talks: i64) -> Result<(), Problem> {
    let db = Db::open(Open {
        url,
        schemas: vec![TABLES],
        publish: Box::new(|_| ()),
    })
    .await?;
    db.write(move |tx| {
        tx.exec("DELETE FROM said", args![])?;
        tx.exec("DELETE FROM talk", args![])?;
        (0..talks).try_for_each(|id| {
            tx.exec("INSERT INTO talk (id, last_seq) VALUES ($1, 0)", args![id])
                .map(drop)
        })
    })
    .await?;
    let next = Arc::new(AtomicI64::new(0));
    round(&db, &next, Duration::from_secs(1), talks).await?;
    let mut took = round(&db, &next, time, talks).await?;
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize] as f64 / 1000.0;
    let rate = took.len() as f64 / time.as_secs_f64();
    println!(
        "{name}: {rate:.0} writes/s, p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    let (seqs, rows) = db
        .read(|tx| {
            let seqs: Option<i64> = tx.value("SELECT CAST(SUM(last_seq) AS BIGINT) FROM talk", args![])?;
            let rows: Option<i64> = tx.value("SELECT COUNT(*) FROM said", args![])?;
            Ok((seqs, rows))
        })
        .await?;
    assert_eq!(seqs, rows, "every number has its row");
    db.write(|tx| {
        tx.exec("DELETE FROM said", args![])?;
        tx.exec("DELETE FROM talk", args![])
    })
    .await?;
    Ok(())
}

/// Writes for `time`; answers how long each took, in microseconds.
#[expect(clippy::disallowed_methods, reason = "this measures time")]
async fn round(db: &Db, next: &Arc<AtomicI64>, time: Duration, talks: i64) -> Result<Vec<u64>, Problem> {
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (db, next, stop) = (db.clone(), Arc::clone(next), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut took = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let began = Instant::now();
                    db.write(move |tx| {
                        let talk = n.wrapping_mul(7_919) % talks;
                        let sql = "UPDATE talk SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq";
                        let seq: i64 = tx.value(sql, args![talk])?.ok_or_else(Problem::not_found)?;
                        let text = "亲，这款还有货吗？今天拍下什么时候能发出？";
                        let sql = "INSERT INTO said (talk, seq, at, text) VALUES ($1, $2, $3, $4)";
                        tx.exec(sql, args![talk, seq, n, text])
                    })
                    .await?;
                    took.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
                Ok::<_, Problem>(took)
            })
        })
        .collect();
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    for writer in writers {
        all.extend(writer.await.map_err(|_| Problem::internal())??);
    }
    Ok(all)
}
