//! Sockets that are cut, for a second, for half a minute, across a restart; and what is sent twice: nothing
//! is missed, nothing is shown twice, the order is kept, on both sides of the talk.

use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::cutter::{Cutter, Road};
use crate::kit::ground::Ground;
use crate::kit::talk::Talk;
use crate::kit::until;
use crate::kit::wire::Wire;
use crate::kit::world::World;

/// Between two messages of a buyer.
const PACE: Duration = Duration::from_millis(40);

/// How long a road is away, and whether anybody is told.
#[derive(Clone, Copy)]
struct Away {
    time: Duration,
    road: Road,
}

/// For how long, up to the end of that time, it is looked whether a silent agent was noticed.
const LOOK: Duration = Duration::from_secs(8);

/// A closed laptop is noticed within this time, though nobody tells of it: the agent is off, and a second later what
/// they had waits for somebody again.
async fn noticed(api: &Api, within: Duration) {
    tokio::time::sleep(within - LOOK).await;
    until("the silent agent is off", LOOK, async || {
        let people = api.get("/people").await;
        let all = people["items"].as_array().expect("a list");
        let one = all.iter().find(|person| person["login"] == "agent0");
        one.expect("the agent")["presence"]["state"] == "off"
    })
    .await;
    until("their talks wait", Duration::from_secs(10), async || {
        let talks = api.conversations().await;
        talks
            .iter()
            .all(|talk| talk["state"] == "queued" && talk["agent"].is_null())
    })
    .await;
}

/// One agent and one of two buyers are cut off, while the other buyer goes on.
async fn cut_off(ground: Ground, away: Away) {
    let (world, server) = World::found(ground, 1).await;
    let api = world.api(&server);
    let silent = away.road == Road::Silent;
    if silent {
        let soon = json!({"shop": world.shop, "value": 1});
        api.ask("PUT", "/settings/reception.vanished", Some(&soon))
            .await
            .expect("an answer")
            .fine("a second");
    }
    let cutter = Cutter::before(server.address).await;
    let talk = Talk::begin(&world, cutter.address, &[cutter.address, server.address], PACE).await;
    talk.goes_on(3).await;
    let (near, far) = (
        talk.buyers[1].knows().acknowledged.len(),
        talk.buyers[0].knows().acknowledged.len(),
    );
    cutter.set(away.road);
    let looked = async {
        if silent {
            noticed(&api, away.time).await;
        }
    };
    tokio::join!(tokio::time::sleep(away.time), looked);
    let while_cut = talk.buyers[1].knows().acknowledged.len() - near;
    assert!(while_cut > 3, "the talk went on while others were cut off");
    let cut = talk.buyers[0].knows().acknowledged.len() - far;
    assert!(cut <= 3, "nothing passed while the road was cut: {cut}");
    // What stood in silence is dead for good; the client comes back on a new connection.
    cutter.set(Road::Cut);
    tokio::time::sleep(Duration::from_millis(50)).await;
    cutter.set(Road::Open);
    talk.goes_on(3).await;
    let kept = talk.settle(&api).await;
    let vanished = |message: &Value| {
        let body = &message["body"];
        body["event"] == "requeued" && body["why"] == "vanished"
    };
    for (talk, messages) in &kept {
        assert_eq!(messages.iter().any(vanished), silent, "{talk}: {messages:?}");
    }
    assert!(talk.buyers[0].knows().connected >= 2 && talk.agents[0].knows().connected >= 2);
    assert_eq!(
        talk.buyers[1].knows().connected,
        1,
        "the other buyer was never cut off"
    );
    drop(talk);
    assert!(server.stop().success());
    world.check();
}

mod cut_off_for_a_second {
    use super::*;

    const AWAY: Away = Away {
        time: Duration::from_secs(1),
        road: Road::Cut,
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        cut_off(Ground::sqlite(), AWAY).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            cut_off(ground, AWAY).await;
        }
    }
}

/// As a laptop that is closed: no end of the connection arrives. The server drops the socket after 25 s of
/// silence, the agent's lease ends after 28 s. Both databases in one test, since it mostly waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_for_thirty_seconds() {
    let away = Away {
        time: Duration::from_secs(30),
        road: Road::Silent,
    };
    let postgres = async {
        if let Some(ground) = Ground::postgres().await {
            cut_off(ground, away).await;
        }
    };
    tokio::join!(cut_off(Ground::sqlite(), away), postgres);
}

/// Stopped as a service manager does it, and started again.
async fn restarted(ground: Ground) {
    let (world, mut server) = World::found(ground, 2).await;
    let at = server.address;
    let talk = Talk::begin(&world, at, &[at; 4], PACE).await;
    talk.goes_on(3).await;
    for _ in 0..2 {
        assert!(server.stop().success(), "it ends as asked");
        server = world.ground.serve_at(&at.to_string());
        talk.goes_on(3).await;
    }
    talk.settle(&world.api(&server)).await;
    assert!(talk.buyers.iter().all(|buyer| buyer.knows().connected >= 3));
    drop(talk);
    assert!(server.stop().success());
    world.check();
}

mod across_a_restart {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        restarted(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            restarted(ground).await;
        }
    }
}

/// The same message on two sockets at once, late, and after others: one message, at its first number.
async fn said_twice(ground: Ground) {
    let (world, server) = World::found(ground, 1).await;
    let at = server.address;
    let mut agent = Wire::agent(at, &world.agents[0])
        .await
        .expect("the agent's socket");
    agent.done("hello", json!({})).await;
    agent.done("presence", json!({"state": "online"})).await;
    let text =
        |client_id: &str, text: &str| json!({"client_id": client_id, "kind": "text", "body": {"text": text}});
    let mut one = Wire::buyer(at, &world.key, None).await.expect("a tab");
    let visitor = one.done("hello", json!({})).await["visitor"].clone();
    let mut two = Wire::buyer(at, &world.key, None).await.expect("another tab");
    two.done("hello", json!({"visitor": visitor})).await;

    let (a, b) = tokio::join!(
        one.ask("send", text("c1", "在吗")),
        two.ask("send", text("c1", "在吗"))
    );
    let number = |ok: &serde_json::Value| ok["message"]["seq"].as_i64().expect("a number");
    let (a, b) = (
        a.expect("alive").expect("taken"),
        b.expect("alive").expect("taken"),
    );
    assert_eq!(number(&a), number(&b), "two tabs, one message");
    let c2 = one.done("send", text("c2", "这款有货吗")).await;
    let again = two.done("send", text("c1", "在吗")).await;
    assert_eq!(number(&again), number(&a), "sent late, it stands where it stood");
    assert!(number(&c2) > number(&a));

    let api = world.api(&server);
    let conversation = api.conversations().await[0]["id"].as_i64().expect("an id");
    until("the agent has it", Duration::from_secs(10), async || {
        api.get(&format!("/conversations/{conversation}")).await["state"] == "open"
    })
    .await;
    let reply =
        json!({"conversation": conversation, "client_id": "c1", "kind": "text", "body": {"text": "在的"}});
    let mut phone = Wire::agent(at, &world.agents[0])
        .await
        .expect("the agent's phone");
    phone.done("hello", json!({})).await;
    let (desktop, phone) = tokio::join!(agent.ask("send", reply.clone()), phone.ask("send", reply.clone()));
    let (desktop, phone) = (
        desktop.expect("alive").expect("taken"),
        phone.expect("alive").expect("taken"),
    );
    assert_eq!(number(&desktop), number(&phone));
    assert_ne!(
        number(&desktop),
        number(&a),
        "the same id of another sender is another message"
    );

    let said = crate::kit::held::said(&api.messages(conversation).await);
    let words: Vec<&str> = said.iter().map(|(_, _, text)| text.as_str()).collect();
    assert_eq!(words, ["在吗", "这款有货吗", "在的"]);
}

mod the_same_message_twice_is_one {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        said_twice(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            said_twice(ground).await;
        }
    }
}

/// A cursor tells what changed since it was given, every time it is shown; one that is no cursor of these
/// data, or from before a change of rights, says so.
async fn resumed(ground: Ground) {
    let (world, server) = World::found(ground, 1).await;
    let at = server.address;
    let api = world.api(&server);
    let mut agent = Wire::agent(at, &world.agents[0])
        .await
        .expect("the agent's socket");
    let first = agent.done("hello", json!({})).await;
    assert_eq!(first["resync"], true, "without a cursor nothing is known");
    let cursor = agent.caught_up().await;
    assert_eq!(cursor["changed"], json!([]));
    drop(agent);

    let mut buyer = Wire::buyer(at, &world.key, None).await.expect("a buyer's socket");
    buyer.done("hello", json!({})).await;
    buyer
        .done(
            "send",
            json!({"client_id": "c1", "kind": "text", "body": {"text": "在吗"}}),
        )
        .await;
    let conversation = api.conversations().await[0]["id"].clone();
    for _ in 0..2 {
        let mut agent = Wire::agent(at, &world.agents[0])
            .await
            .expect("the agent's socket");
        let told = agent.done("hello", json!({"cursor": cursor["cursor"]})).await;
        assert_eq!(told["resync"], false);
        assert_eq!(
            told["changed"][0]["id"], conversation,
            "told as often as it is asked: {told}"
        );
        assert_eq!(told["changed"].as_array().map(Vec::len), Some(1));
    }
    let made_up =
        cursor["cursor"]
            .as_str()
            .expect("a text")
            .replacen(|c: char| c.is_ascii_hexdigit(), "_", 1);
    let mut agent = Wire::agent(at, &world.agents[0])
        .await
        .expect("the agent's socket");
    assert_eq!(
        agent.done("hello", json!({"cursor": made_up})).await["resync"],
        true
    );

    let epoch = cursor["cursor"]
        .as_str()
        .and_then(|text| text.split('.').next())
        .expect("an epoch");
    let ahead = json!({"cursor": format!("{epoch}.0.999999999")});
    let ahead = agent.done("hello", ahead).await;
    // PostgreSQL orders by transaction first: there it is a place before all others, and far too old.
    if world.ground.url().starts_with("sqlite") {
        assert_eq!(ahead["resync"], true, "a place the log has not reached");
    }
    let ahead = json!({"cursor": format!("{epoch}.{}.0", i64::MAX)});
    assert_eq!(agent.done("hello", ahead).await["resync"], true);

    let people = api.get("/people").await;
    let one = people["items"]
        .as_array()
        .and_then(|all| all.iter().find(|p| p["login"] == "agent0"));
    let one = one.expect("the agent")["id"].clone();
    let change = json!({"shops": [world.shop]});
    api.ask("PATCH", &format!("/people/{one}"), Some(&change))
        .await
        .expect("an answer")
        .fine("fewer shops");
    let mut agent = Wire::agent(at, &world.agents[0])
        .await
        .expect("the agent's socket");
    let told = agent.done("hello", json!({"cursor": cursor["cursor"]})).await;
    assert_eq!(told["resync"], true, "other rights, other lists");
}

mod a_cursor_tells_what_changed {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        resumed(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            resumed(ground).await;
        }
    }
}
