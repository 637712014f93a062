//! What was promised of an order names the talk it was said in, and no other.

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::world::World;
use crate::searching::{agent, asks, number};

async fn said_in_a_talk(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let owner = world.api(&server);
    let gu = agent(&world, &server, "agent0", "谷雨").await;
    let li = agent(&world, &server, "agent1", "立夏").await;
    let (_one, tea, _) = asks(&server, &world, json!({}), "能便宜点吗").await;
    let (_other, spice, _) = asks(&server, &world, json!({}), "肉桂怎么泡").await;
    for (who, talk) in [(&gu, tea), (&li, spice)] {
        who.post(&format!("/conversations/{talk}/claim"), json!({})).await;
    }
    let card = owner.get(&format!("/conversations/{tea}")).await;
    let line = json!({"title": "白瓷茶壶", "quantity": 1, "price_fen": 9_900});
    let new =
        json!({"shop": world.shop, "number": "T1", "customer": card["customer"]["id"], "lines": [line]});
    let theirs = number(&owner.post("/orders", new).await["id"]);
    let new = json!({"shop": world.shop, "number": "T2", "lines": [line]});
    let nobodys = number(&owner.post("/orders", new).await["id"]);
    let promise = async |who: &Api, order: i64, talk: i64| {
        let body = json!({"kind": "remark", "text": "轻拿轻放", "conversation": talk});
        let answer = who
            .ask("POST", &format!("/orders/{order}/asks"), Some(&body))
            .await;
        answer.expect("an answer")
    };
    let kept = promise(&gu, theirs, tea).await.fine("said in it");
    assert_eq!(kept["conversation"], tea);
    promise(&owner, nobodys, spice)
        .await
        .fine("nobody knows whose order it is");
    let unknown = promise(&gu, theirs, 4_242).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (422, "talk_unknown"));
    assert_eq!(unknown.json()["field"], Value::from("conversation"));
    // Another's, who may not be seen; the buyer's own, seen by a colleague; another buyer's, of somebody who sees all.
    for (who, talk) in [(&gu, spice), (&li, tea), (&owner, spice)] {
        let refused = promise(who, theirs, talk).await;
        assert_eq!(refused.json(), unknown.json(), "as if there were none");
    }
    drop(server);
    world.check();
}

mod a_promise_names_only_the_talk_it_can_have_been_said_in {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        said_in_a_talk(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            said_in_a_talk(ground).await;
        }
    }
}
