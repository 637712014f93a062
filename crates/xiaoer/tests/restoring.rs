//! An archive that the command wrote beside a running server is brought into the other engine by the command, and a
//! server on it has the same talks, files, people and tokens.

use std::process::Output;

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::{Ground, Server};
use crate::kit::wire::Wire;
use crate::kit::world::World;

/// The variable that holds the passphrase, and the passphrase.
const SECRETS: (&str, &str) = ("XIAOER_TEST_PASSPHRASE", "three cups of green tea");

/// Runs a command that knows the passphrase.
fn run(ground: &Ground, args: &[&str], passphrase: &str) -> Output {
    let mut command = ground.command(args);
    command.env(SECRETS.0, passphrase);
    command.output().expect("the binary runs")
}

/// What a command printed that went well.
fn told(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).expect("the command prints JSON")
}

fn refused(output: &Output, code: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(code), "{said}");
}

/// Every talk with its messages, and the bytes of a file, as somebody with this token reads them.
async fn read(server: &Server, token: &str, file: i64) -> Value {
    let api = Api::new(server.address, token);
    let mut talks = Vec::new();
    for card in api.conversations().await {
        let id = card["id"].as_i64().expect("an id");
        let messages = api.messages(id).await;
        talks.push(json!([
            id,
            card["state"],
            card["agent"],
            card["customer"],
            messages
        ]));
    }
    let bytes = api
        .ask("GET", &format!("/files/{file}"), None)
        .await
        .expect("an answer");
    assert_eq!(bytes.status, 200);
    let bytes = String::from_utf8_lossy(&bytes.bytes).into_owned();
    json!({"talks": talks, "file": bytes, "shops": api.get("/shops").await})
}

async fn carried(from: Ground, to: Ground, engine: &str) {
    let (world, server) = World::found(from, 1).await;
    let owner = world.api(&server);
    let mut buyer = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a buyer's socket");
    buyer.done("hello", json!({})).await;
    let words =
        |client_id: &str, text: &str| json!({"client_id": client_id, "kind": "text", "body": {"text": text}});
    buyer.done("send", words("b1", "在吗 👨‍👩‍👧 <b>两盒</b>")).await;
    let talk = owner.conversations().await[0]["id"].as_i64().expect("an id");
    let path = format!("/conversations/{talk}");
    owner.post(&format!("{path}/claim"), json!({})).await;
    owner
        .post(&format!("{path}/send"), words("o1", "在的，请讲"))
        .await;
    let upload = format!("/api/v1/files?shop={}", world.shop);
    let sizes = "尺码 200x230".as_bytes();
    let file = owner
        .upload(&upload, "a.txt", "text/plain", sizes)
        .await
        .expect("an answer")
        .fine("a file")["file"]
        .as_i64()
        .expect("an id");
    let send = json!({"client_id": "f1", "kind": "file", "body": {"file": file}});
    owner.post(&format!("{path}/send"), send).await;
    let before = read(&server, &world.owner, file).await;

    let archive = world.ground.data().with_file_name("shop.tar.gz");
    let archive = archive.to_str().expect("a path");
    let backup = ["backup", archive, "--secrets", SECRETS.0];
    refused(&run(&world.ground, &backup, "too short"), "passphrase");
    let written = told(&run(&world.ground, &backup, SECRETS.1));
    assert_eq!(
        (&written["files"], &written["missing_files"]),
        (&json!(1), &json!([]))
    );
    // The server goes on, and what is said now is not in the archive.
    buyer.done("send", words("b2", "后来说的")).await;

    let restore = ["restore", archive, "--secrets", SECRETS.0];
    let restored = told(&run(&to, &restore, SECRETS.1));
    assert_eq!(
        (&restored["from_engine"], &restored["files"], &restored["secrets"]),
        (&json!(engine), &json!(1), &json!(true)),
        "{restored}"
    );
    refused(&run(&to, &restore, SECRETS.1), "database_not_empty");
    let there = to.serve();
    assert_eq!(read(&there, &world.owner, file).await, before);
    let mut back = Wire::agent(there.address, &world.agents[0])
        .await
        .expect("a sign-in holds there as well");
    back.done("hello", json!({})).await;
    let here = owner.messages(talk).await;
    assert!(here.iter().any(|message| message["body"]["text"] == "后来说的"));
    drop(back);
    assert!(there.stop().success() && server.stop().success());
    let checked = to.told(&["check"]);
    assert_eq!(checked["findings"], json!([]), "{checked}");
    assert_eq!(checked["sessions_and_rounds"]["differing"], 0, "{checked}");
    world.check();
}

mod what_a_running_server_had_is_served_from_the_other_engine {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        if let Some(to) = Ground::postgres().await {
            carried(Ground::sqlite(), to, "sqlite").await;
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(from) = Ground::postgres().await {
            carried(from, Ground::sqlite(), "postgres").await;
        }
    }
}
