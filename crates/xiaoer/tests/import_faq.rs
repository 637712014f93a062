//! `import faq`: questions with answers by the command, with and without a server, and files that are none.

use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::ground::Ground;
use crate::kit::world::World;

const TABLE: &str = "question,answer,category,similar questions\n\
    茶饼怎么撬开,用茶针从侧面慢慢撬,care,茶饼太硬怎么办；没有茶针怎么撬\n\
    紫砂壶要开壶吗,新壶用清水煮一刻钟,care,\n";

fn kept(ground: &Ground, name: &str, bytes: &[u8]) -> String {
    let path: PathBuf = ground.data().with_file_name(name);
    std::fs::write(&path, bytes).expect("written");
    path.to_str().expect("a path").to_owned()
}

fn import(ground: &Ground, args: &[&str]) -> Output {
    ground.run(&[&["import", "faq"], args, &["--json"]].concat())
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)))
}

/// Read, created, changed, unchanged, refused.
fn figures(told: &Value) -> [i64; 5] {
    ["read", "created", "changed", "unchanged", "refused"].map(|name| told[name].as_i64().expect(name))
}

/// File, row, column and code of each mistake.
fn wrong(told: &Value) -> Vec<(String, Option<i64>, Option<String>, String)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let errors = told["errors"].as_array().expect("errors").iter();
    errors
        .map(|one| {
            (
                text(&one["file"]).unwrap_or_default(),
                one["row"].as_i64(),
                text(&one["column"]),
                text(&one["code"]).unwrap_or_default(),
            )
        })
        .collect()
}

async fn by_command(ground: Ground) {
    ground.told(&["shop", "add", "青禾茶叶"]);
    let csv = kept(&ground, "faq.csv", TABLE.as_bytes());
    let seen = import(&ground, &[&csv, "--dry-run"]);
    assert_eq!(
        (seen.status.code(), figures(&told(&seen))),
        (Some(0), [2, 2, 0, 0, 0])
    );
    let done = import(&ground, &[&csv]);
    assert_eq!(
        (done.status.code(), figures(&told(&done))),
        (Some(0), [2, 2, 0, 0, 0]),
        "a dry run wrote nothing"
    );
    assert_eq!(figures(&told(&import(&ground, &[&csv]))), [2, 0, 0, 2, 0]);
    let lines = "{\"question\":\"茶饼怎么撬开\",\"answer\":\"用茶刀也可以\",\"intent\":\"care\"}\n\
        {\"question\":\"茶叶怎么存放\",\"answer\":\"密封避光\",\"similar_questions\":[\"茶叶放冰箱吗\"]}\n";
    let jsonl = kept(&ground, "faq.jsonl", lines.as_bytes());
    // 问题,答案 / 杯子会烫手吗,双层的不烫 in GBK.
    let gbk = b"\xce\xca\xcc\xe2,\xb4\xf0\xb0\xb8\r\n\xb1\xad\xd7\xd3\xbb\xe1\xcc\xcc\xca\xd6\xc2\xf0,\xcb\xab\xb2\xe3\xb5\xc4\xb2\xbb\xcc\xcc\r\n";
    let gbk = kept(&ground, "gbk.csv", gbk);
    let several = told(&import(&ground, &[&jsonl, &gbk, "--shop", "青禾茶叶"]));
    assert_eq!(
        figures(&several),
        [3, 3, 0, 0, 0],
        "the shop has entries of its own: {several}"
    );
    let several = told(&import(&ground, &[&jsonl, &gbk]));
    assert_eq!(figures(&several), [3, 2, 1, 0, 0], "{several}");
    ground.told(&["check"]);
}

mod a_file_of_questions_goes_in_by_the_command {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        by_command(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            by_command(ground).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_in_a_file_of_questions_is_named_and_nothing_of_it_is_taken_in() {
    let ground = Ground::sqlite();
    ground.told(&["shop", "add", "青禾茶叶"]);
    let huge = "大".repeat(400_000);
    let table = format!("问题,答案\n水温多少,九十度\n水温多少？,八十度\n一兆,{huge}\n变量,现价{{prise}}\n");
    let bad = kept(&ground, "坏.csv", table.as_bytes());
    let broken = kept(&ground, "broken.xlsx", b"PK\x03\x04broken");
    let good = kept(&ground, "good.csv", TABLE.as_bytes());
    let missing = ground.data().with_file_name("missing.csv");
    let missing = missing.to_str().expect("a path");
    let output = import(&ground, &[&bad, &broken, missing, &good]);
    assert_eq!(output.status.code(), Some(1));
    let told_all = told(&output);
    assert_eq!(
        (figures(&told_all), &told_all["failed"]),
        ([6, 2, 0, 0, 3], &json!(true)),
        "a bad file hides nothing of a good one"
    );
    let mut wrong = wrong(&told_all);
    let mut file_codes = wrong.split_off(3);
    wrong.sort();
    let place = |row, column: &str, code: &str| {
        (
            "坏.csv".to_owned(),
            Some(row),
            Some(column.to_owned()),
            code.to_owned(),
        )
    };
    assert_eq!(
        wrong,
        [
            place(3, "问题", "question_twice"),
            place(4, "答案", "cell_too_long"),
            place(5, "答案", "variable_unknown"),
        ]
    );
    let (file, row, _, code) = file_codes.remove(0);
    assert!(
        file == "broken.xlsx" && row.is_none() && code.starts_with("file_"),
        "{code}"
    );
    assert_eq!(
        (file_codes[0].0.as_str(), file_codes[0].3.as_str()),
        ("missing.csv", "file_unreadable")
    );
    let mended = kept(&ground, "mended.csv", "问题,答案\n水温多少,九十度\n".as_bytes());
    assert_eq!(
        figures(&told(&import(&ground, &[&mended]))),
        [1, 1, 0, 0, 0],
        "nothing was half imported"
    );
    for option in [["--platform", "jd"], ["--map", &mended]] {
        let refused = import(&ground, &[&[mended.as_str()], &option[..]].concat());
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains("not_for_faq"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_taken_in_beside_a_server_are_found_by_it_and_a_workbook_of_them_comes_back() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let api = world.api(&server);
    // Somebody asks, so the words are learned, and followed from then on.
    let question = "%E8%8C%B6%E9%A5%BC%E6%80%8E%E4%B9%88%E6%92%AC%E5%BC%80";
    let asked = format!("/answers?q={question}&shop={}", world.shop);
    let csv = kept(&world.ground, "faq.csv", TABLE.as_bytes());
    assert_eq!(figures(&told(&import(&world.ground, &[&csv]))), [2, 2, 0, 0, 0]);
    let found = async {
        while api.get(&asked).await["faq"][0]["question"] != "茶饼怎么撬开" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), found)
        .await
        .expect("the server learns what came by the command");
    let book = api
        .ask("GET", "/faq/export?format=xlsx", None)
        .await
        .expect("an answer");
    let book = kept(&world.ground, "faq.xlsx", &book.bytes);
    let again = told(&import(&world.ground, &[&book]));
    let all = again["read"].as_i64().expect("rows");
    assert!(all > 2, "{again}");
    assert_eq!(figures(&again), [all, 0, 0, all, 0], "{again}");
    assert!(server.stop().success());
}
