//! How fast a million orders go in: `cargo run --release -p orders --example import_million [ROWS]`.
//!
//! Writes a GBK csv of Taobao's thirty columns with the quirks of real exports, takes it in (orders, lines,
//! customers, their sums) into a fresh SQLite database while small writes go through the interactive lane as a
//! talk's would, and lets `flat.py` write the same file into one flat table. Prints rows a second of both, the
//! ratio, the peak of memory and how long the small writes took.

mod rows;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base::{Actor, Ms};
use orders::import::{self, ImportAsk, ImportKind, Importer};
use store::{Db, Open};

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn clock() -> Instant {
    Instant::now()
}

fn now() -> Ms {
    Ms(1_790_000_000_000)
}

fn main() -> Result<(), Box<dyn Error>> {
    let rows = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |rows| rows.parse::<u64>())?;
    let folder = std::env::temp_dir().join(format!("import-million-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(&folder, rows);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path, rows: u64) -> Result<(), Box<dyn Error>> {
    let csv = folder.join("orders.csv");
    rows::write_csv(&csv, rows)?;
    println!(
        "{rows} rows, 30 columns, GBK, {} MB",
        std::fs::metadata(&csv)?.len() >> 20
    );
    let flat = flat(&csv, &folder.join("flat.db"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for talks in [false, true] {
        let database = folder.join(format!("talks-{talks}.db"));
        let seconds = runtime.block_on(import(&csv, &database, talks, rows))?;
        let rate = rows as f64 / seconds;
        print!(
            "import{}: {seconds:.1} s, {rate:.0} rows/s",
            if talks { " while people talk" } else { "" }
        );
        match flat {
            Some(flat) => println!(
                ", {:.2} times the flat script ({:.0} rows/s)",
                flat / seconds,
                rows as f64 / flat
            ),
            None => println!(" (no python3, so no flat script)"),
        }
        println!("peak memory {} MB", peak_kb()? >> 10);
    }
    Ok(())
}

/// Seconds the flat script takes; `None` where there is no python3.
fn flat(csv: &Path, database: &Path) -> Option<f64> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/flat.py");
    let run = std::process::Command::new("python3")
        .arg(script)
        .arg(csv)
        .arg(database)
        .output()
        .ok()?;
    String::from_utf8(run.stdout).ok()?.trim().parse().ok()
}

async fn import(csv: &Path, database: &Path, talks: bool, rows: u64) -> Result<f64, Box<dyn Error>> {
    let db = Db::open(Open {
        url: format!("sqlite:{}", database.display()),
        schemas: vec![team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, orders::SCHEMA],
        publish: Box::new(|_| ()),
    })
    .await?;
    let (org, shop) = db
        .write(|tx| {
            let org = team::found_org(tx, now(), "栖竹家纺")?;
            let new = team::NewShop {
                key: "qizhu00000000000".into(),
                name: "栖竹旗舰店".into(),
                platform: "tmall".into(),
                ..team::NewShop::default()
            };
            Ok((org, team::add_shop(tx, now(), &Actor::program(org), new)?.id))
        })
        .await?;
    let importer = Importer::new(db.clone(), now);
    let over = Arc::new(AtomicBool::new(false));
    let talking = talks.then(|| tokio::spawn(talk(db.clone(), Arc::clone(&over))));
    let began = clock();
    let ask = ImportAsk {
        kind: Some(ImportKind::Orders),
        ..ImportAsk::default()
    };
    let who = Actor::program(org);
    let run = importer.look(&who, shop, csv, "orders.csv", ask).await?;
    db.write(move |tx| import::apply(tx, now(), &who, run.id)).await?;
    let run = importer.until_ended(org, run.id).await?;
    let seconds = began.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    assert_eq!(
        (run.counts.created as u64, run.counts.refused),
        (rows, 0),
        "{:?}",
        run.error
    );
    if let Some(talking) = talking {
        let mut waits = talking.await?;
        waits.sort_unstable();
        let at = |share: usize| waits[(waits.len() - 1) * share / 100];
        println!(
            "{} small writes meanwhile: p50 {:?}, p99 {:?}, worst {:?}",
            waits.len(),
            at(50),
            at(99),
            at(100)
        );
    }
    db.close();
    Ok(seconds)
}

/// Fifty small writes a second, and how long each took.
async fn talk(db: Db, over: Arc<AtomicBool>) -> Vec<Duration> {
    let mut waits = Vec::new();
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    while !over.load(Ordering::Relaxed) {
        tick.tick().await;
        let began = clock();
        let wrote = db
            .write(|tx| {
                let at = tx.reader("talk")?;
                tx.keep_reader("talk", at)
            })
            .await;
        assert!(wrote.is_ok(), "{wrote:?}");
        waits.push(began.elapsed());
    }
    waits
}

fn peak_kb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .ok_or("no VmHWM")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
