//! What an open widget costs while nobody writes, and what the server takes when it rests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::kit::ground::Ground;
use crate::kit::wire::Wire;
use crate::kit::world::World;

const SOCKETS: usize = 5_000;

/// Kilobytes of a process in memory.
pub(crate) fn memory(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|kb| kb.parse().ok())
        .unwrap_or(f64::NAN)
}

/// Kilobytes of the server for each of 5,000 idle widgets.
pub(crate) async fn widgets() -> f64 {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let open = async |count: usize| {
        let mut opening = Vec::new();
        for _ in 0..count {
            let (key, token, at) = (world.key.clone(), world.owner.clone(), server.address);
            opening.push(tokio::spawn(async move {
                let mut wire = Wire::buyer(at, &key, Some(&token)).await.expect("a socket");
                wire.done("hello", json!({"locale": "zh-CN"})).await;
                wire
            }));
            if opening.len() == 50 {
                rest(&mut opening).await;
            }
        }
        rest(&mut opening).await;
    };
    open(200).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = memory(server.id());
    open(SOCKETS).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    (memory(server.id()) - before) / SOCKETS as f64
}

/// Lets sockets that are open stay so: they answer pings and nothing else.
async fn rest(opening: &mut Vec<tokio::task::JoinHandle<Wire>>) {
    for one in opening.drain(..) {
        let mut wire = one.await.expect("it opens");
        tokio::spawn(async move { while wire.frame().await.is_ok() {} });
    }
}

/// The same with a bare Node server; `None` where the web's packages are not installed.
pub(crate) async fn bare_node() -> Option<f64> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = here.join("../../web/node_modules");
    if !packages.join("ws").exists() {
        return None;
    }
    let mut node = Command::new("node")
        .arg("--expose-gc")
        .arg(here.join("benches/desk/plain.cjs"))
        .arg(&packages)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let (mut ask, mut answers) = (node.stdin.take()?, BufReader::new(node.stdout.take()?).lines());
    let port: u16 = answers.next()?.ok()?.parse().ok()?;
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let mut sockets = Vec::new();
    let mut before = 0.0;
    for number in 0..SOCKETS + 200 {
        sockets.push(Wire::open(&format!("ws://{at}/"), &[]).await.ok()?);
        if number + 1 == 200 || number + 1 == SOCKETS + 200 {
            ask.write_all(b"memory\n").ok()?;
            let bytes: f64 = answers.next()?.ok()?.parse().ok()?;
            if number + 1 == 200 {
                before = bytes;
            } else {
                before = (bytes - before) / 1_024.0 / SOCKETS as f64;
            }
        }
    }
    let _ = (node.kill(), node.wait());
    Some(before)
}

/// Megabytes of a server that has answered one search and rests.
pub(crate) async fn after_a_search() -> f64 {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let mut buyer = Wire::buyer(server.address, &world.key, Some(&world.owner))
        .await
        .expect("a socket");
    buyer.done("hello", json!({})).await;
    for number in 0..100 {
        let words = json!({"client_id": format!("c{number}"), "kind": "text", "body": {"text": "这款被套什么时候发货"}});
        buyer.done("send", words).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    // Words, so that the dictionary is loaded.
    world
        .api(&server)
        .get("/search?q=%E4%BB%80%E4%B9%88%E6%97%B6%E5%80%99%E5%8F%91%E8%B4%A7")
        .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    memory(server.id()) / 1_024.0
}
