//! `kill -9` in the middle of a chat log, from outside: the import finishes by itself or is given back, every session
//! is there once and in order, and the file can be sent again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::held::said;
use crate::kit::world::World;

const BUYERS: usize = 120;
/// Talks of each buyer, one a day, and messages of each.
const TALKS: usize = 5;
const MESSAGES: usize = 6;
const ALL: usize = BUYERS * TALKS * MESSAGES;

/// What a buyer and the shop say to each other: who, which moment of which day, which words.
fn talk_of(buyer: usize) -> Vec<(bool, String, String)> {
    let said = |n: usize| {
        let (day, turn) = (n / MESSAGES + 1, n % MESSAGES);
        let moment = format!(
            "2026-05-{day:02} {:02}:{:02}:{:02}",
            9 + buyer % 12,
            buyer % 60,
            turn * 7
        );
        (turn % 2 == 0, moment, format!("第{buyer}位第{n}句"))
    };
    (0..TALKS * MESSAGES).map(said).collect()
}

/// The log of all of them, one talk after the other, as a shop copies it.
fn log() -> String {
    let mut log = String::new();
    for buyer in 0..BUYERS {
        for (theirs, moment, words) in talk_of(buyer) {
            let name = if theirs {
                format!("买家{buyer}")
            } else {
                "青禾茶叶:小满".to_owned()
            };
            log.push_str(&format!("{name} {moment}\n{words}\n"));
        }
    }
    log
}

async fn sent(world: &World, api: &Api) -> i64 {
    let path = format!("/api/v1/imports?shop={}&kind=chats&platform=auto", world.shop);
    let sent = api
        .upload(&path, "log.txt", "text/plain", log().as_bytes())
        .await
        .expect("an answer")
        .fine(&path);
    let id = sent["id"].as_i64().expect("an id");
    api.post(&format!("/imports/{id}/apply"), json!({})).await;
    id
}

/// The run once it is as asked; a server that is killed and started again takes up to a minute to know that nobody
/// else works on it.
async fn until(api: &Api, id: i64, is: impl Fn(&Value) -> bool) -> Value {
    let waiting = async {
        loop {
            let run = api.get(&format!("/imports/{id}")).await;
            if is(&run) {
                return run;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(150), waiting)
        .await
        .expect("in time")
}

fn created(run: &Value) -> i64 {
    run["counts"]["created"].as_i64().expect("a number")
}

/// What is kept of every talk: numbers without a gap, each word once and in order, five sessions.
async fn whole(api: &Api) {
    let mut talks = BTreeMap::new();
    for conversation in api.conversations().await {
        let id = conversation["id"].as_i64().expect("an id");
        let messages = api.messages(id).await;
        assert!(
            messages
                .iter()
                .zip(1..)
                .all(|(message, seq)| message["seq"] == seq),
            "numbers have no gap"
        );
        let begun = messages
            .iter()
            .filter(|message| message["body"]["event"] == "queued")
            .count();
        let kept: Vec<(bool, String)> = said(&messages)
            .into_iter()
            .map(|(_, from, words)| (from == "buyer", words))
            .collect();
        let sessions = api.get(&format!("/conversations/{id}/sessions")).await;
        let sessions = sessions.as_array().expect("a list").len();
        talks.insert(kept[0].1.clone(), (kept, begun, sessions));
    }
    assert_eq!(talks.len(), BUYERS);
    for buyer in 0..BUYERS {
        let expected: Vec<(bool, String)> = talk_of(buyer)
            .into_iter()
            .map(|(theirs, _, words)| (theirs, words))
            .collect();
        assert_eq!(talks[&expected[0].1], (expected, TALKS, TALKS));
    }
}

async fn killed_while_it_goes_in(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let at = server.address.to_string();
    let id = sent(&world, &world.api(&server)).await;
    let felt = until(&world.api(&server), id, |run| created(run) > 0).await;
    server.kill();
    assert!(created(&felt) < ALL as i64, "killed too late to tell");
    let server = world.ground.serve_at(&at);
    let api = world.api(&server);
    let run = until(&api, id, |run| run["state"] == "done").await;
    assert_eq!(
        (
            &run["counts"]["read"],
            &run["counts"]["created"],
            &run["counts"]["refused"]
        ),
        (&json!(ALL), &json!(ALL), &json!(0)),
        "it finished by itself"
    );
    whole(&api).await;
    let again = sent(&world, &api).await;
    let again = until(&api, again, |run| run["state"] == "done").await;
    assert_eq!(
        (&again["counts"]["created"], &again["counts"]["unchanged"]),
        (&json!(0), &json!(ALL))
    );
    whole(&api).await;
    assert!(server.stop().success());
    world.check();
}

async fn killed_while_it_is_given_back(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let at = server.address.to_string();
    let api = world.api(&server);
    let id = sent(&world, &api).await;
    until(&api, id, |run| created(run) > 0).await;
    // Whether it is in already or not: what came of it goes.
    let cancelled = api
        .ask("POST", &format!("/imports/{id}/cancel"), Some(&json!({})))
        .await
        .expect("an answer");
    if cancelled.status != 202 {
        until(&api, id, |run| run["state"] == "done").await;
        api.post(&format!("/imports/{id}/undo"), json!({})).await;
    }
    server.kill();
    let server = world.ground.serve_at(&at);
    let api = world.api(&server);
    let over = |run: &Value| run["state"] == "cancelled" || run["state"] == "undone";
    let run = until(&api, id, over).await;
    assert_eq!(run["kept"], 0);
    assert_eq!(
        api.conversations().await,
        Vec::<Value>::new(),
        "nothing of it is left"
    );
    let again = sent(&world, &api).await;
    let again = until(&api, again, |run| run["state"] == "done").await;
    assert_eq!(created(&again), ALL as i64);
    whole(&api).await;
    assert!(server.stop().success());
    world.check();
}

mod a_chat_log_that_is_killed_while_it_goes_in_is_whole {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        killed_while_it_goes_in(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::durable_postgres().await {
            killed_while_it_goes_in(ground).await;
        }
    }
}

mod a_chat_log_that_is_killed_while_it_is_given_back_is_gone {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        killed_while_it_is_given_back(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::durable_postgres().await {
            killed_while_it_is_given_back(ground).await;
        }
    }
}
