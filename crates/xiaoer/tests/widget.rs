//! The buyer's door: whose files are taken, and a buyer with two windows who says in one of them who they are.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::wire::Wire;
use crate::kit::world::World;

fn words(client_id: &str, text: &str) -> Value {
    json!({"client_id": client_id, "kind": "text", "body": {"text": text}})
}

/// Says hello on a new socket; answers it and the visitor's token.
async fn window(world: &World, at: std::net::SocketAddr, hello: Value) -> (Wire, Value) {
    let mut wire = Wire::buyer(at, &world.key, None).await.expect("a socket");
    let told = wire.done("hello", hello).await;
    (wire, told)
}

async fn files_need_a_hello(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let path = format!("/widget/v1/files?shop={}", world.key);
    let upload = async |token: &str| {
        let buyer = Api::new(server.address, token);
        buyer
            .upload(&path, "size.txt", "text/plain", b"200x230")
            .await
            .expect("an answer")
    };
    let invented = upload("0123456789abcdef0123456789abcdef").await;
    assert_eq!((invented.status, invented.code().as_str()), (401, "not_hello"));
    let (socket, told) = window(&world, server.address, json!({})).await;
    let token = told["visitor"].as_str().expect("a token").to_owned();
    upload(&token).await.fine("a picture may be the first word");
    drop(socket);
    upload(&token)
        .await
        .fine("who left something is known also without a window");
    let customers = world.api(&server).get("/customers").await;
    assert_eq!(
        customers["items"].as_array().map(Vec::len),
        Some(1),
        "the invented one made none: {customers}"
    );
    let limit = json!({"value": 1, "shop": world.shop});
    let api = world.api(&server);
    api.ask("PUT", "/settings/channels.address_files", Some(&limit))
        .await
        .expect("an answer")
        .fine("a limit");
    let (_one, first) = window(&world, server.address, json!({})).await;
    let (_two, second) = window(&world, server.address, json!({})).await;
    upload(first["visitor"].as_str().expect("a token"))
        .await
        .fine("one an hour");
    let refused = upload(second["visitor"].as_str().expect("a token")).await;
    assert_eq!(
        refused.code(),
        "limit_messages",
        "a new token is no new allowance"
    );
    // Load tests send as many as they like, as long as their socket is open.
    let mut socket = Wire::buyer(server.address, &world.key, Some(&world.owner))
        .await
        .expect("a socket");
    let told = socket.done("hello", json!({})).await;
    let lifted = told["visitor"].as_str().expect("a token").to_owned();
    for _ in 0..3 {
        upload(&lifted).await.fine("no limit");
    }
    drop(socket);
    let mut refused = upload(&lifted).await;
    for _ in 0..500 {
        if refused.code() == "limit_messages" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        refused = upload(&lifted).await;
    }
    assert_eq!(refused.code(), "limit_messages", "its limits are back");
}

mod files_are_taken_of_who_said_hello {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        files_need_a_hello(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            files_need_a_hello(ground).await;
        }
    }
}

async fn lifted_while_the_token_may(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let api = world.api(&server);
    for key in ["address_files", "visitor_messages", "address_sockets"] {
        let limit = json!({"value": 1, "shop": world.shop});
        let path = format!("/settings/channels.{key}");
        let set = api.ask("PUT", &path, Some(&limit)).await;
        set.expect("an answer").fine("a limit");
    }
    let side = api.post("/shops", json!({"name": "青禾果园"})).await;
    let lift = async || {
        let new = json!({"name": "压测", "permissions": ["limits.lift"], "lifts_limits": true});
        let made = api.post("/tokens", new).await;
        let secret = made["token"].as_str().expect("a secret");
        let socket = Wire::buyer(server.address, &world.key, Some(secret)).await;
        (made["id"].as_i64().expect("an id"), socket.expect("a socket"))
    };
    let end = async |token: i64| {
        let ended = api.ask("DELETE", &format!("/tokens/{token}"), None).await;
        ended.expect("an answer").fine("ended")
    };
    let (token, mut lifted) = lift().await;
    let told = lifted.done("hello", json!({})).await;
    let visitor = Api::new(server.address, told["visitor"].as_str().expect("a token"));
    let upload = async |key: &str| {
        let path = format!("/widget/v1/files?shop={key}");
        let answer = visitor.upload(&path, "size.txt", "text/plain", b"200x230").await;
        answer.expect("an answer")
    };
    for n in 0..3 {
        lifted.done("send", words(&format!("l{n}"), "在吗")).await;
        upload(&world.key).await.fine("no limit");
    }
    let elsewhere = upload(side["key"].as_str().expect("a key")).await;
    assert_eq!(elsewhere.code(), "not_hello", "that was said in this shop");
    end(token).await;
    lifted.done("send", words("m0", "在吗")).await;
    assert_eq!(
        lifted.refused("send", words("m1", "在吗")).await,
        "limit_messages"
    );
    upload(&world.key).await.fine("one an hour");
    assert_eq!(upload(&world.key).await.code(), "limit_messages");
    // It has the one place of its address now: another that loses its token ends.
    let (token, mut other) = lift().await;
    other.done("ping", json!({})).await;
    end(token).await;
    let mut pings = 0;
    while matches!(other.ask("ping", json!({})).await, Ok(Ok(_))) {
        pings += 1;
        assert!(pings < 100, "one window an address");
    }
}

mod limits_hold_again_once_the_token_that_lifts_them_ends {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        lifted_while_the_token_may(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            lifted_while_the_token_may(ground).await;
        }
    }
}

async fn proved_elsewhere(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let (at, api) = (server.address, world.api(&server));
    let secret = api
        .post(&format!("/shops/{}/secret", world.shop), json!({}))
        .await;
    let secret = secret["secret"].as_str().expect("a secret").to_owned();
    let now = window(&world, at, json!({}))
        .await
        .0
        .done("ping", json!({}))
        .await["at"]
        .as_i64()
        .expect("a time");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(format!("member-7\n青柠\n{now}").as_bytes());
    let mac: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let identity = json!({"sub": "member-7", "name": "青柠", "at": now, "mac": mac});

    // The member talked before; later they look around without signing in, in two windows.
    let (mut before, told) = window(&world, at, json!({"identity": identity})).await;
    assert!(told["conversation"].is_null());
    before.done("send", words("m1", "我是会员")).await;
    let (mut one, told) = window(&world, at, json!({})).await;
    let visitor = told["visitor"].clone();
    one.done("send", words("v1", "有货吗")).await;
    let (mut two, told) = window(&world, at, json!({"visitor": visitor})).await;
    let visits = told["conversation"].as_i64().expect("theirs as a visitor");
    let (_three, told) = window(&world, at, json!({"visitor": visitor, "identity": identity})).await;
    let members = told["conversation"].as_i64().expect("theirs as a member");
    assert_ne!(members, visits);

    let mut resync = false;
    while let Some(frame) = two
        .frame_within(Duration::from_millis(600))
        .await
        .expect("it lives")
    {
        resync |= frame["on"] == "resync";
    }
    assert!(resync, "the other window is told to begin anew");
    two.done("send", words("v2", "还在吗")).await;
    let said: Vec<String> = api
        .messages(members)
        .await
        .iter()
        .map(|m| m["body"]["text"].to_string())
        .collect();
    assert!(
        said.iter().any(|text| text.contains("还在吗")),
        "in the talk that goes on: {said:?}"
    );
    assert_eq!(
        api.conversations()
            .await
            .iter()
            .filter(|c| c["state"] != "closed")
            .count(),
        1
    );
    let again = two
        .done("hello", json!({"visitor": visitor, "identity": identity}))
        .await;
    assert_eq!(again["conversation"], members);
    two.done("history", json!({"after": 0})).await;

    // The member signed out; whoever sits at that browser now has its token, but no signature.
    let (mut next, told) = window(&world, at, json!({"visitor": visitor})).await;
    assert_eq!(
        (&told["conversation"], told["messages"].as_array().map(Vec::len)),
        (&Value::Null, Some(0))
    );
    let stranger = told["visitor"].clone();
    assert_ne!(stranger, visitor);
    next.done("send", words("s1", "我是另一位")).await;
    let (_next, told) = window(&world, at, json!({"visitor": stranger})).await;
    assert_ne!(told["conversation"], members);
    let said = told["messages"].to_string();
    assert!(
        said.contains("我是另一位") && !said.contains("我是会员"),
        "{said}"
    );
    drop((before, one));
    drop(server);
    world.check();
}

mod another_window_goes_on_as_the_proven_customer {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        proved_elsewhere(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            proved_elsewhere(ground).await;
        }
    }
}

/// Row 180: a shop without agents answers from its FAQ, and the buyer keeps their place in the queue.
async fn serves_itself(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let api = world.api(&server);
    let on = json!({"value": true, "shop": world.shop});
    let put = api
        .ask("PUT", "/settings/reception.self_service", Some(&on))
        .await;
    put.expect("an answer").fine("it is a setting");
    let entry = json!({"question": "竹炭包能单独寄吗", "similar": ["只买竹炭包可以寄吗", "竹炭包单独发不发"], "answer": "可以单独寄，满三包包邮", "status": "published"});
    api.post("/faq", entry).await;
    let (mut buyer, _) = window(&world, server.address, json!({})).await;
    buyer.done("send", words("b1", "竹炭包能单独寄吗")).await;
    let mut answers = Vec::new();
    while answers.is_empty() {
        let frame = buyer
            .frame_within(Duration::from_secs(20))
            .await
            .expect("it lives")
            .expect("the FAQ's answer");
        let said = &frame["message"];
        if said["from"] == "auto" && said["quote"].is_i64() {
            answers.push(said["body"]["text"].clone());
        }
    }
    assert_eq!(answers, ["可以单独寄，满三包包邮"]);
    let waits = &api.conversations().await[0];
    assert_eq!(
        (&waits["state"], waits["waiting_since"].is_i64()),
        (&json!("queued"), true),
        "{waits}"
    );
}

mod a_shop_without_agents_answers_from_its_faq {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        serves_itself(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            serves_itself(ground).await;
        }
    }
}
