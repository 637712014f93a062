//! The search from end to end: what is said, sold and known is found by words, by the pinyin of a name and by a
//! number; what was taken back is not; and whoever sees only their own talks finds only those.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::kit::api::Api;
use crate::kit::ground::{Ground, Server};
use crate::kit::until;
use crate::kit::wire::Wire;
use crate::kit::world::{World, sign_in};

/// What was found: its kind, its id, and of a message its number.
type Hit = (String, i64, Option<i64>);

fn message(talk: i64, seq: i64) -> Hit {
    ("message".to_owned(), talk, Some(seq))
}

fn thing(kind: &str, id: i64) -> Hit {
    (kind.to_owned(), id, None)
}

pub(crate) fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("no number: {value}"))
}

/// Everything that is found, sorted.
async fn hits(api: &Api, words: &str) -> Vec<Hit> {
    let q: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found = api.get(&format!("/search?q={q}&limit=50")).await;
    let items = found["items"].as_array().expect("a list");
    let mut hits: Vec<Hit> = items
        .iter()
        .map(|item| {
            let kind = item["kind"].as_str().expect("a kind");
            (kind.to_owned(), number(&item["id"]), item["seq"].as_i64())
        })
        .collect();
    hits.sort();
    hits
}

/// Waits until the index has it.
async fn finds(api: &Api, words: &str, hit: &Hit) {
    until(words, Duration::from_secs(20), async || {
        hits(api, words).await.contains(hit)
    })
    .await;
}

/// Nothing is found.
async fn hidden(api: &Api, words: &str) {
    let found = hits(api, words).await;
    assert!(found.is_empty(), "{words}: {found:?}");
}

/// An agent who does not see all talks.
pub(crate) async fn agent(world: &World, server: &Server, login: &str, name: &str) -> Api {
    let added = world
        .ground
        .told(&["user", "add", login, "--name", name, "--role", "pre_sale"]);
    let cookie = sign_in(server, &added).await;
    let api = Api::new(server.address, &cookie);
    let csrf = api.get("/me").await["csrf"].as_str().expect("a value").to_owned();
    api.with_csrf(&csrf)
}

fn says(client_id: &str, words: &str) -> Value {
    json!({"client_id": client_id, "kind": "text", "body": {"text": words}})
}

/// A buyer asks; answers their socket, the talk and the number of what they said.
pub(crate) async fn asks(server: &Server, world: &World, hello: Value, words: &str) -> (Wire, i64, i64) {
    let mut buyer = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a buyer's socket");
    buyer.done("hello", hello).await;
    let told = buyer.done("send", says("b1", words)).await;
    let owner = world.api(server);
    for card in owner.conversations().await {
        let talk = number(&card["id"]);
        let messages = owner.messages(talk).await;
        if messages.iter().any(|message| message["body"]["text"] == words) {
            return (buyer, talk, number(&told["message"]["seq"]));
        }
    }
    panic!("nobody said {words}");
}

/// How the shop says who its customer is.
async fn identity(server: &Server, world: &World, name: &str) -> Value {
    let secret = world
        .api(server)
        .post(&format!("/shops/{}/secret", world.shop), json!({}))
        .await;
    let mut clock = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a socket");
    clock.done("hello", json!({})).await;
    let at = number(&clock.done("ping", json!({})).await["at"]);
    let secret = secret["secret"].as_str().expect("a secret");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(format!("member-7\n{name}\n{at}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let mac: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    json!({"identity": {"sub": "member-7", "name": name, "at": at, "mac": mac}})
}

async fn found_and_hidden(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let owner = world.api(&server);
    let gu = agent(&world, &server, "agent0", "谷雨").await;
    let li = agent(&world, &server, "agent1", "立夏").await;
    let known = identity(&server, &world, "青柠").await;
    let (mut buyer, tea, asked) = asks(&server, &world, known, "明前龙井还有货吗").await;
    let (_other, spice, other) = asks(&server, &world, json!({}), "肉桂拼配怎么泡").await;
    for (who, talk) in [(&gu, tea), (&li, spice)] {
        who.post(&format!("/conversations/{talk}/claim"), json!({})).await;
    }
    let told = gu
        .post(
            &format!("/conversations/{tea}/send"),
            says("g1", "龙井有礼盒装的"),
        )
        .await;
    let told = number(&told["message"]["seq"]);
    let card = owner.get(&format!("/conversations/{tea}")).await;
    let customer = number(&card["customer"]["id"]);
    assert_eq!(card["customer"]["name"], "青柠");
    let line = json!({"title": "白瓷茶壶", "quantity": 1, "price_fen": 9_900});
    let order = json!({"shop": world.shop, "number": "QH20260901007", "customer": customer, "lines": [line]});
    let order = number(&owner.post("/orders", order).await["id"]);

    // By words, by the pinyin and the initials of names, by numbers.
    for (words, hit) in [
        ("QH20260901007", thing("order", order)),
        ("白瓷茶壶", thing("order", order)),
        ("龙井", message(tea, asked)),
        ("礼盒", message(tea, told)),
        ("肉桂拼配", message(spice, other)),
        ("guyu", message(tea, told)),
        ("qingning", thing("customer", customer)),
        ("qn", thing("customer", customer)),
        ("青柠", thing("customer", customer)),
        (customer.to_string().as_str(), thing("customer", customer)),
    ] {
        finds(&owner, words, &hit).await;
    }
    let mut both = [message(tea, asked), message(tea, told)];
    both.sort();
    assert_eq!(hits(&owner, "龙井").await, both);

    // Whoever does not see all talks finds their own only; goods and buyers are everybody's who may see those.
    assert_eq!(hits(&gu, "龙井").await, both);
    hidden(&li, "龙井").await;
    hidden(&li, "guyu").await;
    assert_eq!(hits(&li, "肉桂").await, [message(spice, other)]);
    hidden(&gu, "肉桂").await;
    assert!(hits(&li, "白瓷茶壶").await.contains(&thing("order", order)));
    assert!(hits(&li, "qingning").await.contains(&thing("customer", customer)));

    // Taken back, by whoever said it, it is found no more, while the rest is.
    gu.post(&format!("/conversations/{tea}/recall"), json!({"seq": told}))
        .await;
    for api in [&owner, &gu] {
        hidden(api, "礼盒").await;
        assert_eq!(hits(api, "龙井").await, [message(tea, asked)]);
        assert!(!hits(api, "guyu").await.contains(&message(tea, told)));
    }
    buyer.done("recall", json!({"seq": asked})).await;
    hidden(&owner, "龙井").await;
    assert_eq!(hits(&owner, "肉桂").await, [message(spice, other)]);
    drop(server);
    world.check();
}

mod what_is_said_is_found_by_those_who_see_it_until_it_is_taken_back {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        found_and_hidden(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            found_and_hidden(ground).await;
        }
    }
}
