//! What each side sees of the other before and beside the words: the page, who types, who waits in the queue.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::ground::Ground;
use crate::kit::wire::Wire;
use crate::kit::world::World;

/// How long a frame may take.
const SOON: Duration = Duration::from_secs(10);

fn words(client_id: &str, text: &str) -> Value {
    json!({"client_id": client_id, "kind": "text", "body": {"text": text}})
}

/// The next frame of this kind that fits; what came before it is passed over.
async fn pushed(wire: &mut Wire, on: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let waiting = async {
        loop {
            let frame = wire.frame().await.expect("the socket lives");
            if frame["on"] == on && fits(&frame) {
                return frame;
            }
        }
    };
    tokio::time::timeout(SOON, waiting)
        .await
        .unwrap_or_else(|_| panic!("no frame {on}"))
}

/// What came so far, until an answer to `ping` stands behind it.
async fn heard(wire: &mut Wire) -> Vec<Value> {
    wire.done("ping", json!({})).await;
    let mut frames = Vec::new();
    while let Some(frame) = wire
        .frame_within(Duration::from_millis(1))
        .await
        .expect("the socket lives")
    {
        frames.push(frame);
    }
    frames
}

/// A buyer who waits is seen with their last words and with what they look at; only who has their talk is shown to
/// them as typing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_seen_and_sees_only_whom_they_talk_with() {
    let (world, server) = World::found(Ground::sqlite(), 2).await;
    let at = server.address;
    let mut one = Wire::agent(at, &world.agents[0]).await.expect("a socket");
    one.done("hello", json!({})).await;
    one.done("presence", json!({"state": "busy"})).await;
    let page = json!({"url": "https://shop.example/31", "title": "四件套", "product": 31});
    let mut buyer = Wire::buyer(at, &world.key, None).await.expect("a socket");
    buyer.done("hello", json!({"page": page})).await;
    buyer.done("send", words("c1", "在吗")).await;

    let waits = pushed(&mut one, "conversation", |f| {
        f["conversation"]["state"] == "queued"
    })
    .await;
    let id = waits["conversation"]["id"].as_i64().expect("an id");
    buyer.done("send", words("c2", "四件套有货吗")).await;
    let more = pushed(&mut one, "conversation", |f| {
        f["conversation"]["last_seq"].as_i64() > waits["conversation"]["last_seq"].as_i64()
    })
    .await;
    assert_eq!(
        more["conversation"]["id"], id,
        "the queue's card has the last words: {more}"
    );

    let opened = one.done("open", json!({"conversation": id})).await;
    assert_eq!(opened["page"], page);
    let turned = json!({"url": "https://shop.example/32", "title": "羽绒被", "product": 32});
    buyer.done("page", turned.clone()).await;
    let told = pushed(&mut one, "page", |_| true).await;
    assert_eq!((&told["conversation"], &told["page"]), (&json!(id), &turned));

    heard(&mut buyer).await;
    one.done("typing", json!({"conversation": id, "on": true})).await;
    assert!(
        heard(&mut buyer).await.iter().all(|f| f["typing"] != true),
        "who only looks is not shown to the buyer as typing"
    );
    one.done("presence", json!({"state": "online"})).await;
    pushed(&mut one, "conversation", |f| f["conversation"]["state"] == "open").await;
    one.done("typing", json!({"conversation": id, "on": true})).await;
    pushed(&mut buyer, "agent", |f| f["typing"] == true).await;

    let mut other = Wire::agent(at, &world.agents[1]).await.expect("a socket");
    other.done("hello", json!({})).await;
    assert_eq!(
        other
            .refused("typing", json!({"conversation": id, "on": true}))
            .await,
        "not_found"
    );
    drop(buyer);
    let gone = pushed(&mut one, "page", |_| true).await;
    assert_eq!(gone["page"], Value::Null, "the buyer's window is closed");
}

/// The form for closed hours sent twice is one message, and one socket has only so many commands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_sent_twice_is_one_message_and_commands_end() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let mut buyer = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a socket");
    buyer.done("hello", json!({})).await;
    let form = json!({"client_id": "f1", "name": "林", "contact": "13800000001", "text": "能开发票吗"});
    buyer.done("offline", form.clone()).await;
    buyer.done("offline", form).await;
    let nameless = json!({"name": "林", "contact": "13800000001", "text": "能开发票吗"});
    assert_eq!(buyer.refused("offline", nameless).await, "bad_frame");
    let api = world.api(&server);
    let talk = api.conversations().await[0]["id"].as_i64().expect("an id");
    let said = crate::kit::held::said(&api.messages(talk).await);
    assert_eq!(said.len(), 1, "{said:?}");

    let mut spent = 0;
    let refused = loop {
        match buyer
            .ask("typing", json!({"on": true}))
            .await
            .expect("the socket lives")
        {
            Ok(_) => spent += 1,
            Err(problem) => break problem,
        }
        assert!(spent < 5_000, "there is an end");
    };
    assert_eq!(refused["code"], "limit_messages", "{refused}");
    assert!(spent > 300, "no person comes near it: {spent}");
    let mut lifted = Wire::buyer(server.address, &world.key, Some(&world.owner))
        .await
        .expect("a socket");
    lifted.done("hello", json!({})).await;
    for _ in 0..1_000 {
        lifted.done("ping", json!({})).await;
    }
}
