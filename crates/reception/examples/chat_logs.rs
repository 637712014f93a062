//! How fast a chat log goes in: `cargo run --release -p reception --example chat_logs [MESSAGES] [URL]`.
//!
//! Writes a log as shops copy it (buyers with two talks of five messages each, accounts that are somebody's), takes it
//! in with its sessions and rounds, and then once more, which changes nothing. The database is a fresh SQLite file, or
//! that of the URL, which has to be empty. Prints messages a second of both and the peak of memory.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use base::{Actor, Id, Ms};
use orders::import::{self, ImportAsk, ImportKind, Importer};
use store::{Db, Open};

/// Messages of a buyer: two talks on two days.
const EACH: usize = 10;

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn clock() -> Instant {
    Instant::now()
}

fn now() -> Ms {
    Ms(1_790_000_000_000)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut asked = std::env::args().skip(1);
    let messages = asked
        .next()
        .map_or(Ok(200_000), |messages| messages.parse::<usize>())?;
    let folder = std::env::temp_dir().join(format!("chat-logs-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let own = || format!("sqlite:{}", folder.join("talks.db").display());
    let url = asked.next().unwrap_or_else(own);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let measured = runtime.block_on(measure(&folder, url, messages));
    std::fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(folder: &Path, url: String, messages: usize) -> Result<(), Box<dyn Error>> {
    let log = folder.join("log.txt");
    std::fs::write(&log, written(messages))?;
    println!("{messages} messages, {} MB", std::fs::metadata(&log)?.len() >> 20);
    let db = Db::open(Open {
        url,
        schemas: vec![
            team::SCHEMA,
            catalogue::SCHEMA,
            customers::SCHEMA,
            knowledge::SCHEMA,
            orders::SCHEMA,
            reception::SCHEMA,
        ],
        publish: Box::new(|_| ()),
    })
    .await?;
    let (org, shop) = db
        .write(|tx| {
            let org = team::found_org(tx, now(), "青禾茶叶")?;
            let new = team::NewShop {
                key: "qinghe0000000000".into(),
                name: "青禾茶叶".into(),
                platform: "tmall".into(),
                ..team::NewShop::default()
            };
            let shop = team::add_shop(tx, now(), &Actor::program(org), new)?.id;
            for n in 0..8 {
                let new = team::NewShopAccount {
                    account: format!("青禾茶叶:{n}号"),
                    person: None,
                    left: Some(format!("{n}号")),
                    from: None,
                    until: None,
                };
                team::add_shop_account(tx, now(), &Actor::program(org), shop, new)?;
            }
            Ok((org, shop))
        })
        .await?;
    for what in ["new", "the same again"] {
        let began = clock();
        let run = taken(&db, &log, org, shop).await?;
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "{what}: {seconds:.1} s, {:.0} messages/s ({} new, {} there)",
            messages as f64 / seconds,
            run.counts.created,
            run.counts.unchanged
        );
    }
    println!("peak memory {} MB", peak_kb()? >> 10);
    db.close();
    Ok(())
}

async fn taken(db: &Db, log: &Path, org: Id, shop: Id) -> Result<import::Import, Box<dyn Error>> {
    let importer = Importer::new(db.clone(), now).with_talks(reception::TALKS);
    let ask = ImportAsk {
        kind: Some(ImportKind::Chats),
        ..ImportAsk::default()
    };
    let who = Actor::program(org);
    let run = importer.look(&who, shop, log, "log.txt", ask).await?;
    db.write(move |tx| import::apply(tx, now(), &who, run.id)).await?;
    let run = importer.until_ended(org, run.id).await?;
    assert_eq!((run.counts.refused, &run.error), (0, &None));
    Ok(run)
}

fn written(messages: usize) -> String {
    let mut log = String::with_capacity(messages * 120);
    for n in 0..messages {
        let (buyer, turn) = (n / EACH, n % EACH);
        let name = if turn % 2 == 0 {
            format!("青禾买家{buyer}")
        } else {
            format!("青禾茶叶:{}号", buyer % 8)
        };
        let (talk, turn_of_talk) = (turn / (EACH / 2), turn % (EACH / 2));
        let second = (buyer * 7) % 80_000 + turn_of_talk * 23;
        // Writing to a string does not fail.
        let _ = writeln!(
            log,
            "{name} 2026-05-{:02} {:02}:{:02}:{:02}\n第{turn}句：这款明前龙井今天下单几天能到，可以送个茶则吗",
            1 + talk + buyer / 11_000 % 20,
            second / 3_600,
            second / 60 % 60,
            second % 60
        );
    }
    log
}

fn peak_kb() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .ok_or("no VmHWM")?;
    Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse()?)
}
