//! `import` and `export`, with and without a server, over HTTP, and a kill in the middle.

use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::ground::Ground;
use crate::kit::world::World;

const HEAD: &str = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间,收货人,手机,备注\n";

fn rows(count: usize) -> String {
    let row = |n: usize| {
        format!(
            "Q{n:06},买家{},{n}.50,{n}.50,交易成功,2026-01-01 10:00:00,2026-01-01 10:00:05,林小叶,13800000000,\n",
            n % 50
        )
    };
    HEAD.to_owned() + &(0..count).map(row).collect::<String>()
}

fn told(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("no JSON: {text} {}", String::from_utf8_lossy(&output.stderr)))
}

fn import(ground: &Ground, args: &[&str]) -> Output {
    ground.run(&[&["import", "orders"], args, &["--json"]].concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_goes_in_by_the_command_and_comes_out_again() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let folder = ground.data().parent().expect("a folder").to_owned();
    let (csv, out) = (folder.join("orders.csv"), folder.join("out.csv"));
    std::fs::write(&csv, rows(300) + "Q999999,阿岚,many,1,交易成功,,,,,\n").expect("written");
    let (csv, out) = (csv.to_str().expect("a path"), out.to_str().expect("a path"));

    let seen = import(&ground, &[csv, "--dry-run"]);
    let figures = |value: &Value| {
        ["read", "created", "changed", "unchanged", "refused"].map(|name| value[name].as_i64())
    };
    assert_eq!(figures(&told(&seen)), [301, 300, 0, 0, 1].map(Some));
    let done = import(&ground, &[csv]);
    assert_eq!(done.status.code(), Some(1), "something was refused");
    let done = told(&done);
    assert_eq!(
        figures(&done),
        [301, 300, 0, 0, 1].map(Some),
        "a dry run wrote nothing"
    );
    let error = &done["errors"][0];
    assert_eq!(
        (&error["file"], &error["row"], &error["column"], &error["code"]),
        (
            &json!("orders.csv"),
            &json!(302),
            &json!("订单金额"),
            &json!("number_bad")
        )
    );
    assert_eq!(
        figures(&told(&import(&ground, &[csv]))),
        [301, 0, 0, 300, 1].map(Some)
    );

    assert_eq!(ground.told(&["export", "orders", "--out", out])["orders"], 300);
    let text = std::fs::read_to_string(out).expect("written");
    assert!(
        text.starts_with("\u{feff}订单编号,买家会员名,"),
        "{}",
        &text[..60]
    );
    assert_eq!(text.lines().count(), 301);
    assert!(
        text.contains("Q000007,买家7,") && text.contains(",7.50,"),
        "yuan with two decimals"
    );
    let back = told(&import(&ground, &[out, "--platform", "taobao"]));
    assert_eq!(
        (back["created"].as_i64(), back["refused"].as_i64()),
        (Some(0), Some(0)),
        "what was written is read back"
    );
    let usage = ground.run(&["import", "weather", csv]);
    assert_eq!(usage.status.code(), Some(2), "bad usage");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_killed_goes_on_with_the_next_command() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "栖竹家纺", "--platform", "tmall"]);
    let csv = ground.data().with_file_name("orders.csv");
    std::fs::write(&csv, rows(20_000)).expect("written");
    let csv = csv.to_str().expect("a path");
    let mut killed = ground
        .command(&["import", "orders", csv])
        .spawn()
        .expect("started");
    let begun = async {
        while !ground
            .data()
            .join("xiaoer.db-wal")
            .metadata()
            .is_ok_and(|log| log.len() > 3_000_000)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), begun)
        .await
        .expect("it begins");
    killed.kill().expect("killed");
    killed.wait().expect("gone");
    let again = told(&import(&ground, &[csv]));
    assert_eq!(again["read"], 20_000);
    assert_eq!(
        (again["created"].as_i64(), again["unchanged"].as_i64()),
        (Some(0), Some(20_000)),
        "the killed one was brought to its end first"
    );
    ground.told(&["check"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_server_the_command_and_the_page_do_the_same() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let csv = world.ground.data().with_file_name("orders.csv");
    std::fs::write(&csv, rows(400)).expect("written");
    let shop = world.shop.to_string();
    let done = told(&import(
        &world.ground,
        &[csv.to_str().expect("a path"), "--shop", &shop],
    ));
    assert_eq!(
        (done["created"].as_i64(), done["refused"].as_i64()),
        (Some(400), Some(0))
    );
    let api = world.api(&server);
    let listed = api.get("/imports").await;
    let run = &listed["items"][0];
    assert_eq!(
        (&run["state"], &run["counts"]["created"]),
        (&json!("done"), &json!(400))
    );
    let id = run["id"].as_i64().expect("an id");
    api.post(&format!("/imports/{id}/undo"), json!({})).await;
    let over = async {
        while api.get(&format!("/imports/{id}")).await["state"] != "undone" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), over)
        .await
        .expect("given back");
    assert_eq!(api.get("/orders").await["items"], json!([]));
    assert!(server.stop().success());
}
