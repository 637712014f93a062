//! Rights that are taken away while somebody's socket is open: once that is answered, the socket tells and writes
//! nothing by the old ones.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::until;
use crate::kit::wire::Wire;
use crate::kit::world::World;

/// For how long it is listened to what must not come: longer than a socket's tick, which is a second.
const WHILE: Duration = Duration::from_millis(1_500);
/// How long what must come may take, on a machine that does other things too.
const SOON: Duration = Duration::from_secs(20);
/// Tells a client to read everything again.
const RESYNC: &str = r#""on":"resync""#;

fn words(client_id: &str, text: &str) -> Value {
    json!({"client_id": client_id, "kind": "text", "body": {"text": text}})
}

fn note(conversation: i64, client_id: &str) -> Value {
    json!({"conversation": conversation, "client_id": client_id, "kind": "note", "body": {"text": "记一笔"}})
}

/// All that comes for a while, up to a socket's end.
async fn heard(wire: &mut Wire) -> Vec<Value> {
    let mut frames = Vec::new();
    let listened = async {
        while let Ok(Some(frame)) = wire.frame_within(WHILE).await {
            frames.push(frame);
        }
    };
    // What came until then is what counts.
    let _ = tokio::time::timeout(WHILE, listened).await;
    frames
}

/// Waits until a word comes, and answers all that came up to it.
async fn heard_until(wire: &mut Wire, word: &str) -> Vec<Value> {
    let mut frames = Vec::new();
    while !tells(&frames, word) {
        let frame = wire.frame_within(SOON).await.expect("the socket lives");
        frames.push(frame.unwrap_or_else(|| panic!("never told: {word}")));
    }
    frames
}

/// Changes something; comes back when that was answered.
async fn changed(api: &Api, method: &str, path: &str, body: Value) {
    let body = Some(&body).filter(|body| !body.is_null());
    api.ask(method, path, body).await.expect("an answer").fine(path);
}

fn tells(frames: &[Value], word: &str) -> bool {
    frames.iter().any(|frame| frame.to_string().contains(word))
}

struct Scene {
    world: World,
    api: Api,
    at: std::net::SocketAddr,
    buyer: Wire,
    conversation: i64,
    _server: crate::kit::ground::Server,
}

/// A shop with a buyer who talks with its one agent; and that agent's socket.
async fn scene(ground: Ground) -> (Scene, Wire) {
    let (world, server) = World::found(ground, 1).await;
    let (api, at) = (world.api(&server), server.address);
    let mut agent = Wire::agent(at, &world.agents[0]).await.expect("a socket");
    agent.done("hello", json!({})).await;
    agent.done("presence", json!({"state": "online"})).await;
    let mut buyer = Wire::buyer(at, &world.key, None).await.expect("a socket");
    buyer.done("hello", json!({})).await;
    buyer.done("send", words("c1", "在吗")).await;
    until("the agent has the talk", Duration::from_secs(10), async || {
        api.conversations().await[0]["state"] == "open"
    })
    .await;
    let conversation = api.conversations().await[0]["id"].as_i64().expect("an id");
    let scene = Scene {
        world,
        api,
        at,
        buyer,
        conversation,
        _server: server,
    };
    (scene, agent)
}

/// Another shop is all that is left to somebody who has a talk, looks at it and follows its shop.
async fn other_shops(ground: Ground) {
    let (mut scene, mut agent) = scene(ground).await;
    let other = scene.api.post("/shops", json!({"name": "另一家"})).await["id"].clone();
    let people = scene.api.get("/people").await;
    let all = people["items"].as_array().expect("a list");
    let one = all
        .iter()
        .find(|person| person["login"] == "agent0")
        .expect("the agent");
    let path = format!("/people/{}", one["id"]);
    agent
        .done("open", json!({"conversation": scene.conversation}))
        .await;
    let mut said = words("a1", "在的");
    said["conversation"] = json!(scene.conversation);
    agent.done("send", said.clone()).await;

    changed(&scene.api, "PATCH", &path, json!({"shops": [other]})).await;
    let written = agent.tell("send", {
        said["client_id"] = json!("a2");
        said
    });
    let written = written.await.expect("told");
    let secret = scene
        .buyer
        .tell("send", words("c2", "我的电话是保密的"))
        .await
        .expect("told");
    let refused = agent
        .answer(Some(written))
        .await
        .expect("an answer")
        .expect_err("refused");
    assert_eq!(refused["code"], "not_found", "{refused}");
    scene
        .buyer
        .answer(Some(secret))
        .await
        .expect("an answer")
        .expect("sent");
    let mut frames = heard_until(&mut agent, RESYNC).await;
    frames.extend(heard(&mut agent).await);
    assert!(!tells(&frames, "保密"), "{frames:?}");

    // With the shop back, it hears of it again, once it was told to begin anew.
    changed(&scene.api, "PATCH", &path, json!({"shops": null})).await;
    heard_until(&mut agent, RESYNC).await;
    scene.buyer.done("send", words("c3", "还在吗")).await;
    heard_until(&mut agent, "还在吗").await;
}

/// A token whose role may do less, and then is taken away.
async fn lesser_token(ground: Ground) {
    let (mut scene, _agent) = scene(ground).await;
    let rights = json!(["reception.talk", "reception.see_all", "reception.supervise"]);
    let role = scene
        .api
        .post("/roles", json!({"name": "看", "permissions": rights}))
        .await["id"]
        .clone();
    let made = scene
        .api
        .post("/tokens", json!({"name": "机器", "roles": [role]}))
        .await;
    let mut robot = Wire::agent(scene.at, made["token"].as_str().expect("a token"))
        .await
        .expect("a socket");
    let mut late = Wire::agent(scene.at, made["token"].as_str().expect("a token"))
        .await
        .expect("a socket");
    robot.done("hello", json!({})).await;
    robot
        .done("open", json!({"conversation": scene.conversation}))
        .await;
    robot.done("follow", json!({"list": "all"})).await;
    robot.done("send", note(scene.conversation, "n1")).await;

    let path = format!("/roles/{}", role.as_i64().expect("an id"));
    changed(&scene.api, "PATCH", &path, json!({"permissions": ["orders.see"]})).await;
    let refused = robot.refused("send", note(scene.conversation, "n2")).await;
    assert!(
        ["forbidden", "not_found"].contains(&refused.as_str()),
        "{refused}"
    );
    scene.buyer.done("send", words("c2", "第二句")).await;
    let frames = heard(&mut robot).await;
    assert!(!tells(&frames, "第二句"), "{frames:?}");

    changed(&scene.api, "PATCH", &path, json!({"permissions": rights})).await;
    robot.done("send", note(scene.conversation, "n3")).await;
    heard(&mut robot).await;

    let path = format!("/tokens/{}", made["id"]);
    changed(&scene.api, "DELETE", &path, Value::Null).await;
    // Told so, or shut out before it could be told.
    match robot.ask("send", note(scene.conversation, "n4")).await {
        Ok(answer) => assert_eq!(answer.expect_err("refused")["code"], "sign_in_required"),
        Err(_gone) => {}
    }
    assert_eq!(late.refused("hello", json!({})).await, "sign_in_required");
    scene.buyer.done("send", words("c3", "第三句")).await;
    let frames = heard(&mut robot).await;
    assert!(!tells(&frames, "第三句"), "{frames:?}");
    let mut ends = frames.iter().filter(|frame| frame["on"] == "bye");
    assert!(ends.all(|bye| bye["why"] == "signed_out"), "{frames:?}");
    let said = scene.api.messages(scene.conversation).await;
    assert!(
        said.iter().all(|message| message["client_id"] != "n4"),
        "{said:?}"
    );
}

/// A sign-in that ends, and a person who is shut out.
async fn shut_out(ground: Ground) {
    let (mut scene, mut agent) = scene(ground).await;
    let me = Api::new(scene.at, &scene.world.agents[0]);
    let csrf = me.get("/me").await["csrf"].as_str().expect("a text").to_owned();
    let again = scene.world.agents[0].clone();
    let mut same = Wire::agent(scene.at, &again).await.expect("a socket");
    same.done("hello", json!({})).await;
    changed(&me.with_csrf(&csrf), "POST", "/sign-out", json!({})).await;
    for wire in [&mut agent, &mut same] {
        let told = wire.tell("send", note(scene.conversation, "n1")).await;
        // It is refused, or the socket ended before it was read.
        if let Ok(id) = told
            && let Ok(answer) = wire.answer(Some(id)).await
        {
            assert_eq!(answer.expect_err("refused")["code"], "sign_in_required");
        }
    }
    scene.buyer.done("send", words("c2", "第二句")).await;
    assert!(!tells(&heard(&mut agent).await, "第二句"));
    let said = scene.api.messages(scene.conversation).await;
    assert!(
        said.iter().all(|message| message["kind"] != "note"),
        "nothing was written"
    );
}

macro_rules! on_both {
    ($name:ident, $test:ident) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $test(Ground::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(ground) = Ground::postgres().await {
                    $test(ground).await;
                }
            }
        }
    };
}

on_both!(shops_taken_away_are_neither_heard_nor_written_to, other_shops);
on_both!(a_lesser_role_and_a_removed_token_end_at_once, lesser_token);
on_both!(a_sign_in_that_ended_writes_nothing_more, shut_out);
