//! The commands beside a running server, and data of another version.

use std::time::Duration;

use serde_json::json;

use crate::kit::ground::Ground;
use crate::kit::wire::Wire;
use crate::kit::world::{World, sign_in};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_server_has_the_folder_and_the_commands_go_through_it() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let second = world.ground.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1), "a second server is refused");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("folder_locked"), "{said}");

    let added = world
        .ground
        .told(&["user", "add", "xiaoman", "--role", "pre_sale"]);
    let cookie = sign_in(&server, &added).await;
    let mut socket = Wire::agent(server.address, &cookie).await.expect("a socket");
    socket.done("hello", json!({})).await;
    let api = world.api(&server);
    let shops = world.ground.told(&["shop", "add", "青禾茶器"]);
    let listed = api.get("/shops").await;
    assert!(
        listed["items"]
            .as_array()
            .is_some_and(|all| all.iter().any(|s| s["id"] == shops["shop"])),
        "{listed}"
    );
    let again = world.ground.run(&["user", "add", "xiaoman"]);
    assert_eq!(again.status.code(), Some(1), "a refusal comes through as well");

    let archive = world.ground.data().with_file_name("shop.tar.gz");
    world.ground.told(&["backup", archive.to_str().expect("a path")]);
    assert!(
        archive.metadata().is_ok_and(|file| file.len() > 1_000),
        "backed up while serving"
    );
    world.check();

    world.ground.told(&["user", "disable", "xiaoman"]);
    let shut_out = async {
        loop {
            match socket.frame().await {
                Ok(frame) if frame["on"] == "bye" => return,
                Ok(_) => {}
                Err(_) => return,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(15), shut_out)
        .await
        .expect("whoever is disabled is shut out");

    assert!(server.stop().success());
    assert!(
        !world.ground.data().join("admin.sock").exists(),
        "it leaves nothing behind"
    );
    let users = world.ground.told(&["user", "list"]);
    let one = users
        .as_array()
        .and_then(|all| all.iter().find(|u| u["login"] == "xiaoman"));
    assert_eq!(
        one.expect("they are there")["disabled"],
        true,
        "without a server the command works on the data"
    );
    let usage = world.ground.run(&["user", "frobnicate"]);
    assert_eq!(usage.status.code(), Some(2), "bad usage");
}

/// A file beside the data folder, by its path.
fn kept(ground: &Ground, name: &str, text: &str) -> String {
    let path = ground.data().with_file_name(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("a path").to_owned()
}

#[tokio::test]
async fn how_good_the_search_for_answers_is_comes_as_json() {
    let ground = Ground::sqlite();
    let faq = "{\"question\":\"什么时候发货\",\"intent\":\"发货\"}\n\
        {\"question\":\"怎么退货\",\"answer\":\"在订单里点退货\",\"intent\":\"退货\",\"similar\":[\"不想要了\"]}\n";
    let asked = "{\"text\":\"什么时候发货\",\"intent\":\"发货\"}\n\
        {\"text\":\"不想要了\",\"intent\":\"退货\"}\n\
        {\"text\":\"怎么退货\",\"intent\":\"发票\"}\n\
        {\"text\":\"什么时候发货呀\",\"intent\":\"发货\"}\n";
    let (faq, asked) = (
        kept(&ground, "faq.jsonl", faq),
        kept(&ground, "asked.jsonl", asked),
    );
    let told = ground.told(&["eval", "search", "--faq", &faq, "--queries", &asked]);
    assert_eq!(told["n"], 4, "{told}");
    for name in ["hit@1", "hit@5", "MRR@10"] {
        assert_eq!(told[name], 0.75, "{name}: {told}");
    }
    let time = |name: &str| told[name].as_f64().expect(name);
    assert!(
        time("mean_ms") > 0.0 && time("p99_ms") >= time("mean_ms"),
        "{told}"
    );

    let broken = kept(
        &ground,
        "broken.jsonl",
        "{\"text\":\"发货\",\"intent\":\"发货\"}\n{\"text\":1}\n",
    );
    let refused = ground.run(&["eval", "search", "--faq", &faq, "--queries", &broken]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("broken.jsonl: line 2"), "{said}");
}

#[tokio::test]
async fn how_often_the_reply_check_is_right_comes_as_a_table_or_as_json() {
    let ground = Ground::sqlite();
    let talk = "{\"id\":\"a\",\"turns\":[{\"role\":\"buyer\",\"text\":\"在吗\"},\
        {\"role\":\"agent\",\"text\":\"在的\"},{\"role\":\"buyer\",\"text\":\"几号发货\"},\
        {\"role\":\"agent\",\"text\":\"在\"}]}\n";
    let chats = kept(&ground, "chats/jd-chat/sessions.jsonl", talk);
    let chats = chats
        .strip_suffix("/jd-chat/sessions.jsonl")
        .expect("the folder of it");
    let labels = kept(
        &ground,
        "labels.tsv",
        "jd-chat\ta\t1\tbare\trandom\njd-chat\ta\t3\tok\trandom\n",
    );
    let command = ["eval", "replies", "--labels", labels.as_str(), "--data", chats];
    let told = ground.told(&[&command[..], &["--json"]].concat());
    let bare = &told["figures"]["rules"]["bare"]["all"];
    assert_eq!(told["figures"]["rows"], 2, "{told}");
    assert_eq!(
        (&bare["hit"], &bare["false_alarm"], &bare["missed"]),
        (&json!(1), &json!(1), &json!(0)),
        "{told}"
    );
    assert!(told["us_100_chars"].as_f64().is_some_and(|us| us > 0.0), "{told}");
    let table = ground.run(&command);
    assert!(table.status.success());
    let said = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(
        said.starts_with("2 rows") && said.contains("bare") && said.contains("0.50"),
        "{said}"
    );

    let elsewhere = kept(&ground, "elsewhere.tsv", "taobao-chat\ta\t1\tok\trandom\n");
    let refused = ground.run(&["eval", "replies", "--labels", &elsewhere, "--data", chats]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("taobao-chat/windows.jsonl"), "{said}");
}

/// Data that a newer program made: a step of a room that this one does not know.
async fn newer(ground: Ground) {
    let later = store::Schema {
        room: "later",
        steps: &[(
            "0001_start",
            "CREATE TABLE later (org_id BIGINT NOT NULL PRIMARY KEY);",
        )],
    };
    let db = store::Db::open(store::Open {
        url: ground.url().to_owned(),
        schemas: vec![later],
        publish: Box::new(|_| ()),
    })
    .await
    .expect("the newer program makes it");
    db.close();
    drop(db);
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["user", "list"],
        &["check"],
    ] {
        let output = ground.run(command);
        assert_eq!(output.status.code(), Some(1), "{command:?} is refused");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("database_newer") && said.contains("later 0001_start"),
            "{said}"
        );
    }
}

mod data_of_a_newer_version_stop_an_older_one {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        newer(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            newer(ground).await;
        }
    }
}
