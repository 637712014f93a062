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
