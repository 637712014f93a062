//! A server with a million messages: how fast it is ready, gives a page, and finds something.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use store::args;

use crate::fill::{self, TALKS};
use crate::idle::memory;
use crate::kit::api::Api;
use crate::kit::ground::{Ground, Server};
use crate::kit::world::World;
use crate::report::{Measure, Report, Target, rank};

const PAGES: usize = 1_000;
const WORDS: &[&str] = &[
    "蚕丝被",
    "物流三天没动",
    "掉色",
    "发票",
    "顺丰",
    "七天无理由",
    "雾蓝",
    "缩水",
    "一米八的床",
    "满三百减三十",
    "凉席 机洗",
    "羽绒被 便宜",
    "转运中心",
    "补发",
    "线头",
    "灰色 窗帘",
    "55501号",
    "123456号",
    "999号",
    "睡衣",
];

/// Measures all of it; the data stay in `folder` for the next time.
pub(crate) async fn measure(report: &mut Report, folder: PathBuf) {
    let ground = Ground::kept(folder.clone());
    let filled = folder.join("filled");
    if !filled.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        let (world, server) = World::found(ground, 5).await;
        assert!(server.stop().success());
        let began = Instant::now();
        fill::fill(&world.ground, world.shop).await;
        eprintln!("filled in {:.0} s", began.elapsed().as_secs_f64());
        std::fs::write(&filled, &world.owner).expect("a note");
    }
    let ground = Ground::kept(folder);
    let owner = std::fs::read_to_string(&filled).expect("the note");
    let server = ground.serve();
    indexed(&Api::new(server.address, &owner)).await;
    let messages = count(&ground).await;
    report.add(start(&ground, server, messages).await);
    let server = ground.serve();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let api = Api::new(server.address, &owner);
    let mut ids: Vec<i64> = api
        .conversations()
        .await
        .iter()
        .filter_map(|card| card["id"].as_i64())
        .collect();
    assert_eq!(ids.len(), TALKS);
    scatter(&mut ids);

    let list = timed(&api, PAGES, |_| "/conversations?tab=all&limit=50".to_owned()).await;
    report.add(page("first page of the list of conversations", list));
    let thread = timed(&api, PAGES, |n| {
        format!("/conversations/{}/messages?limit=50", ids[n % ids.len()])
    })
    .await;
    report.add(page("first page of a thread", thread));
    let mut found = timed(&api, PAGES, |n| {
        format!(
            "/search?kind=messages&limit=20&q={}",
            encoded(WORDS[n % WORDS.len()])
        )
    })
    .await;
    let scanned = scan(&ground).await;
    report.add(
        Measure::new("a search over all messages, p99", rank(&mut found, 0.99), "ms")
            .target(Target::AtMost(50.0))
            .beside("SQL LIKE over the table, mean", scanned)
            .more(format!("p50 {:.1} ms", rank(&mut found, 0.5))),
    );
    tokio::time::sleep(Duration::from_secs(2)).await;
    report.add(Measure::new(
        "the server's memory after all of this",
        memory(server.id()) / 1_024.0,
        "MB",
    ));
}

fn page(what: &str, mut took: Vec<f64>) -> Measure {
    let p50 = rank(&mut took, 0.5);
    Measure::new(format!("{what}, p99"), rank(&mut took, 0.99), "ms")
        .target(Target::AtMost(15.0))
        .more(format!("p50 {p50:.1} ms"))
}

/// Milliseconds from the start of the process until it says that it is ready.
async fn start(ground: &Ground, mut server: Server, messages: i64) -> Measure {
    let mut took = Vec::new();
    for _ in 0..7 {
        assert!(server.stop().success());
        let began = Instant::now();
        server = ground.serve();
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
        // It shall be stopped at rest.
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(server.stop().success());
    let median = rank(&mut took, 0.5);
    Measure::new(
        format!("start to ready with {messages} messages, worst of 7"),
        rank(&mut took, 1.0),
        "ms",
    )
    .target(Target::AtMost(300.0))
    .more(format!("median {median:.0} ms"))
}

/// Waits until the last thing said can be found.
async fn indexed(api: &Api) {
    let last = format!(
        "/search?kind=messages&limit=5&q={}",
        encoded(&format!("{}号", TALKS * fill::MESSAGES - 1))
    );
    let began = Instant::now();
    while api.get(&last).await["items"].as_array().is_none_or(Vec::is_empty) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    eprintln!("indexed in {:.0} s", began.elapsed().as_secs_f64());
    // And until the index is at rest.
    tokio::time::sleep(Duration::from_secs(3)).await;
}

async fn timed(api: &Api, count: usize, path: impl Fn(usize) -> String) -> Vec<f64> {
    let mut took = Vec::new();
    // The first few warm what is kept in memory.
    for number in 0..count + 20 {
        let path = path(number);
        let began = Instant::now();
        let reply = api.ask("GET", &path, None).await.expect("an answer");
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(reply.status, 200, "{path}: {:?}", reply.bytes);
    }
    took.split_off(20)
}

async fn count(ground: &Ground) -> i64 {
    let db = ground.db().await;
    let count: Option<i64> = db
        .read(|tx| tx.value("SELECT COUNT(*) FROM message", args![]))
        .await
        .expect("a count");
    db.close();
    count.unwrap_or(0)
}

/// Milliseconds that the database alone takes to look through all texts.
async fn scan(ground: &Ground) -> f64 {
    let db = ground.db().await;
    let began = Instant::now();
    for words in &WORDS[..5] {
        let pattern = format!("%{words}%");
        let sql = "SELECT conversation_id, seq FROM message WHERE body LIKE $1 ORDER BY at DESC LIMIT 20";
        let read = db.read(move |tx| {
            tx.rows(sql, args![&pattern], |row| {
                Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
            })
        });
        assert!(!read.await.expect("an answer").is_empty(), "{words}");
    }
    let took = began.elapsed().as_secs_f64() * 1_000.0 / 5.0;
    db.close();
    took
}

/// Mixes them, the same way each time.
fn scatter(ids: &mut [i64]) {
    let count = ids.len();
    for place in 0..count {
        ids.swap(place, (place * 7_919 + 13) % count);
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
