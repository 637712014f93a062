//! A buyer asks for their data and then to be erased, and the machine dies in between.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::ground::Ground;
use crate::kit::until;
use crate::kit::wire::Wire;
use crate::kit::world::World;

/// Stands in everything the buyer said and nowhere else.
const MARK: &str = "松风里";
/// More messages than one piece of an erasure takes.
const SAID: usize = 230;

/// Files that hold these bytes as they are, anywhere under a folder.
fn holding(folder: &std::path::Path, what: &[u8]) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, what));
        } else if std::fs::read(&path).is_ok_and(|bytes| bytes.windows(what.len()).any(|some| some == what)) {
            found.push(path);
        }
    }
    found
}

async fn exported_and_erased(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let owner = world.api(&server);
    let mut buyer = Wire::buyer(server.address, &world.key, Some(&world.owner))
        .await
        .expect("a socket");
    buyer.done("hello", json!({})).await;
    for number in 0..SAID {
        let body = json!({"client_id": format!("c{number}"), "kind": "text", "body": {"text": format!("我住{MARK}{number}号")}});
        buyer.done("send", body).await;
    }
    let card = owner.conversations().await.remove(0);
    let (talk, customer) = (
        card["id"].as_i64().expect("an id"),
        card["customer"]["id"].as_i64().expect("an id"),
    );
    let path = format!("/conversations/{talk}");
    owner
        .ask("POST", &format!("{path}/claim"), None)
        .await
        .expect("an answer")
        .fine("claim");
    let upload = format!("/api/v1/files?shop={}", world.shop);
    let bytes = format!("{MARK}的收件照片").into_bytes();
    let file = owner
        .upload(&upload, "a.txt", "text/plain", &bytes)
        .await
        .expect("an answer")
        .fine("a file");
    let send = json!({"client_id": "f1", "kind": "file", "body": {"file": file["file"]}});
    owner.post(&format!("{path}/send"), send).await;
    let found = async |api: &crate::kit::api::Api| {
        let found = api.get("/search?q=%E6%9D%BE%E9%A3%8E%E9%87%8C&limit=50").await;
        found["items"].as_array().map_or(0, Vec::len)
    };
    until("it is found", Duration::from_secs(30), async || {
        found(&owner).await > 0
    })
    .await;

    let taken = owner
        .ask("POST", &format!("/customers/{customer}/export"), Some(&json!({})))
        .await
        .expect("an answer");
    assert!(
        taken.status == 200 && taken.bytes.starts_with(b"PK"),
        "a workbook"
    );
    let erase = format!("/customers/{customer}/erasure");
    let refused = owner
        .ask("POST", &erase, Some(&json!({"confirm": customer.to_string()})))
        .await
        .expect("an answer");
    assert_eq!(
        (refused.status, refused.code()),
        (409, "erasure_blocked".to_owned()),
        "the talk is open"
    );
    owner
        .post(&format!("{path}/close"), json!({"reason": "说完了"}))
        .await;
    let seen = owner.get(&erase).await;
    assert_eq!(
        (&seen["blockers"], &seen["removed"]["files"]),
        (&json!([]), &json!(1)),
        "{seen}"
    );
    assert_eq!(
        owner.post(&erase, json!({"confirm": customer.to_string()})).await["state"],
        "running"
    );
    server.kill();

    let server = world.ground.serve();
    let owner = world.api(&server);
    until("it goes on by itself", Duration::from_secs(60), async || {
        owner.get("/erasures").await["items"][0]["state"] == "done"
    })
    .await;
    let said = owner.messages(talk).await;
    assert!(said.len() > SAID);
    let of_people = said.iter().filter(|message| message["from"] != "system");
    assert!(of_people.clone().count() > SAID);
    for message in of_people {
        assert_eq!(
            (&message["state"], &message["body"]),
            (&json!("erased"), &json!({}))
        );
    }
    until("nothing is found", Duration::from_secs(30), async || {
        found(&owner).await == 0
    })
    .await;
    until("the bytes are gone", Duration::from_secs(30), async || {
        holding(&world.ground.data().join("files"), &bytes).is_empty()
    })
    .await;
    let trail = owner.get(&format!("/audit?subject={customer}")).await;
    let kinds: Vec<&Value> = trail["items"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["event"])
        .collect();
    for kind in ["customer.exported", "customer.erasing", "customer.erased"] {
        assert!(kinds.contains(&&json!(kind)), "{kind}: {kinds:?}");
    }
    assert!(server.stop().success());
    world.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_is_erased_although_the_machine_dies_sqlite() {
    exported_and_erased(Ground::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_is_erased_although_the_machine_dies_postgres() {
    if let Some(ground) = Ground::postgres().await {
        exported_and_erased(ground).await;
    }
}
