//! Two organisations, and two shops in one: whoever has every id of the other sees and changes nothing, and
//! is answered as if it did not exist. The doors are read from the API's own document, so that a new one is
//! tried too.

mod probe;
mod side;

use std::time::Duration;

use serde_json::{Value, json};

use self::probe::{
    Prober, doors, files_stay_with_their_buyers, not_reached, sockets_tell_nothing, urlencoded,
};
use self::side::{Side, id, second_organisation, side};
use crate::kit::api::Api;
use crate::kit::ground::{Ground, Server};
use crate::kit::until;
use crate::kit::wire::Wire;
use crate::kit::world::{World, sign_in};

/// Somebody with this role who has one shop only: the client, the cookie and the person's id.
async fn someone(world: &World, server: &Server, role: &str, shop: i64) -> (Api, String, i64) {
    let added = world.ground.told(&["user", "add", role, "--role", role]);
    let cookie = sign_in(server, &added).await;
    let owner = world.api(server);
    let people = owner.get("/people").await;
    let one = people["items"]
        .as_array()
        .and_then(|all| all.iter().find(|p| p["login"] == role));
    let one = id(one.expect("they are there"));
    let change = json!({"shops": [shop]});
    owner
        .ask("PATCH", &format!("/people/{one}"), Some(&change))
        .await
        .expect("an answer")
        .fine("one shop");
    let csrf = Api::new(server.address, &cookie).get("/me").await["csrf"]
        .as_str()
        .expect("a value")
        .to_owned();
    (Api::new(server.address, &cookie).with_csrf(&csrf), cookie, one)
}

async fn nothing_crosses(ground: Ground) {
    // The organisation founded first is the one the commands are for; so the other one comes second.
    let (world, server) = World::found(ground, 0).await;
    assert!(server.stop().success());
    let (other_shop, other_key, other_token) = second_organisation(&world.ground).await;
    let server = world.ground.serve();
    let (ours, theirs) = (world.api(&server), Api::new(server.address, &other_token));
    let next_door = world.ground.told(&["shop", "add", "青禾茶器"]);
    let next_door = (
        next_door["shop"].as_i64().expect("an id"),
        next_door["key"].as_str().expect("a key").to_owned(),
    );
    let neighbour = side("neighbour", &server, ours.clone(), next_door, "隔壁秘").await;
    let stranger = side("stranger", &server, theirs, (other_shop, other_key), "外人密").await;
    let doors = doors(&world.ground);

    // What is to be hidden can be found by those who may, so that finding nothing means something.
    until("the index has it", Duration::from_secs(20), async || {
        let found = ours
            .get(&format!("/search?q={}", urlencoded(neighbour.mark)))
            .await;
        found["items"].as_array().is_some_and(|items| !items.is_empty())
    })
    .await;
    let (before, far_before) = (neighbour.state().await, stranger.state().await);

    let (supervisor, supervisor_pass, supervisor_id) =
        someone(&world, &server, "supervisor", world.shop).await;
    let (agent, agent_pass, agent_id) = someone(&world, &server, "pre_sale", world.shop).await;
    let owner_id = ours.get("/me").await["person"]["id"].as_i64().expect("an id");
    let prober = |who, api, me| Prober { who, api, me };
    let owner = prober("owner", &ours, owner_id);
    let staff = [
        prober("supervisor", &supervisor, supervisor_id),
        prober("agent", &agent, agent_id),
    ];
    let mut wrong = owner.told_apart(&doors, &stranger, false).await;
    wrong.extend(owner.shown_in_lists(&doors, &stranger, false).await);
    for one in &staff {
        wrong.extend(one.told_apart(&doors, &neighbour, true).await);
        wrong.extend(one.told_apart(&doors, &stranger, false).await);
        wrong.extend(one.shown_in_lists(&doors, &neighbour, true).await);
        wrong.extend(one.shown_in_lists(&doors, &stranger, false).await);
    }
    for api in [&supervisor, &agent] {
        let reply = api
            .ask("GET", &format!("/search?q={}", urlencoded(neighbour.mark)), None)
            .await
            .expect("an answer");
        let found = reply.json();
        let other_than_customers = found["items"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|item| item["kind"] != "customer");
        assert!(!other_than_customers, "search finds the neighbour's: {found}");
    }

    assert!(
        wrong.is_empty(),
        "{} doors tell too much:\n{}",
        wrong.len(),
        wrong.join("\n")
    );

    for (who, pass) in [("supervisor", &supervisor_pass), ("agent", &agent_pass)] {
        let mut socket = Wire::agent(server.address, pass).await.expect("a socket");
        socket.done("hello", json!({})).await;
        sockets_tell_nothing(&server, who, &mut socket, &neighbour).await;
        sockets_tell_nothing(&server, who, &mut socket, &stranger).await;
    }
    let mut socket = Wire::agent(server.address, &world.owner).await.expect("a socket");
    socket.done("hello", json!({})).await;
    sockets_tell_nothing(&server, "owner", &mut socket, &stranger).await;
    for side in [&neighbour, &stranger] {
        files_stay_with_their_buyers(&server, &world.key, side).await;
    }
    files_stay_with_their_buyers(&server, &neighbour.key, &neighbour).await;

    let (after, far_after) = (neighbour.state().await, stranger.state().await);
    unchanged(&before, &after, &neighbour);
    unchanged(&far_before, &far_after, &stranger);
    let wrong = not_reached(&doors, &stranger).await;
    assert!(
        wrong.is_empty(),
        "{} samples prove nothing:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    drop(server);
    world.check();
}

/// Nothing of a side is other than it was, but for what its own buyer said meanwhile and who came to the
/// organisation.
fn unchanged(before: &Value, after: &Value, side: &Side) {
    for (name, was) in before.as_object().expect("parts") {
        let is = &after[name];
        let grew = was
            .as_array()
            .zip(is.as_array())
            .is_some_and(|(was, is)| is.starts_with(was));
        let customers = name == "/customers";
        assert!(
            was == is || (["said", "people"].contains(&name.as_str()) && grew) || customers,
            "{}: {name} was {was}, is {is}",
            side.name
        );
    }
    let own = after["said"]
        .as_array()
        .into_iter()
        .flatten()
        .all(|said| said.to_string().contains(side.mark) || said[1] == "agent");
    assert!(own, "nobody else spoke: {}", after["said"]);
}

mod foreign_ids_answer_like_none {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        nothing_crosses(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            nothing_crosses(ground).await;
        }
    }
}

/// Somebody who sees only the queue and their own talks opens one, and it is taken from them: what is said in it
/// afterwards is not theirs to hear, though their socket stays open.
async fn taken_over(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let (agent, pass, _) = someone(&world, &server, "outsourced", world.shop).await;
    let mut buyer = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a socket");
    buyer.done("hello", json!({})).await;
    let said = |words: &str| json!({"client_id": format!("c{}", words.len()), "kind": "text", "body": {"text": words}});
    buyer.done("send", said("在吗")).await;
    let owner = world.api(&server);
    let talk = id(&owner.conversations().await[0]);
    let mut socket = Wire::agent(server.address, &pass).await.expect("a socket");
    socket.done("hello", json!({})).await;
    agent
        .post(&format!("/conversations/{talk}/claim"), json!({}))
        .await;
    socket.done("open", json!({"conversation": talk})).await;
    buyer.done("send", said("这句归客服听")).await;
    let hears = async |socket: &mut Wire, words: &str| {
        let mut heard = false;
        while let Some(frame) = socket
            .frame_within(Duration::from_millis(600))
            .await
            .expect("the socket lives")
        {
            heard |= frame.to_string().contains(words);
        }
        heard
    };
    assert!(hears(&mut socket, "这句归客服听").await, "it is theirs");
    owner
        .post(&format!("/conversations/{talk}/take-over"), json!({}))
        .await;
    buyer.done("send", said("这句只归掌柜的听")).await;
    assert!(
        !hears(&mut socket, "这句只归掌柜的听").await,
        "it is theirs no more"
    );
    assert_eq!(
        socket.refused("open", json!({"conversation": talk})).await,
        "not_found"
    );
    let kept = owner.messages(talk).await;
    assert!(
        kept.iter()
            .any(|message| message.to_string().contains("这句只归掌柜的听"))
    );
}

mod who_lost_a_talk_hears_no_more_of_it {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        taken_over(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            taken_over(ground).await;
        }
    }
}
