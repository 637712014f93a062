//! Buyers and agents at work, and whether what they were told agrees with what is kept.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use super::agent::Agent;
use super::api::Api;
use super::buyer::{Buyer, Script};
use super::until;
use super::world::World;

/// A talk of several buyers with several agents.
pub(crate) struct Talk {
    pub(crate) buyers: Vec<Buyer>,
    pub(crate) agents: Vec<Agent>,
    speak: watch::Sender<bool>,
}

/// How long everything may take to settle, on a machine that does other things too.
const SETTLE: Duration = Duration::from_secs(60);

impl Talk {
    /// All agents of the world at `agents_at`, a buyer at each of `buyers_at`; begins when the agents are
    /// online.
    pub(crate) async fn begin(
        world: &World,
        agents_at: SocketAddr,
        buyers_at: &[SocketAddr],
        pace: Duration,
    ) -> Talk {
        let agents: Vec<Agent> = world
            .agents
            .iter()
            .map(|pass| Agent::start(agents_at, pass))
            .collect();
        until("the agents come online", SETTLE, async || {
            agents.iter().all(|agent| agent.knows().connected > 0)
        })
        .await;
        let (speak, speaking) = watch::channel(true);
        let buyers = buyers_at.iter().enumerate().map(|(number, at)| {
            let script = Script {
                at: *at,
                key: world.key.clone(),
                token: world.owner.clone(),
                name: format!("买家{number}"),
                pace,
            };
            Buyer::start(script, speaking.clone())
        });
        Talk {
            buyers: buyers.collect(),
            agents,
            speak,
        }
    }

    /// Waits until every buyer said `more` than before and it was taken.
    pub(crate) async fn goes_on(&self, more: usize) {
        let said = || {
            self.buyers
                .iter()
                .map(|b| b.knows().acknowledged.len())
                .collect::<Vec<_>>()
        };
        let before = said();
        until("the buyers go on", SETTLE, async || {
            said()
                .iter()
                .zip(&before)
                .all(|(now, before)| *now >= before + more)
        })
        .await;
    }

    /// Lets the buyers fall silent and waits until everybody has everything and was answered, so that nobody
    /// has anything more to say; then compares it all.
    /// Answers all conversations as they are kept.
    pub(crate) async fn settle(&self, api: &Api) -> Vec<(Value, Vec<Value>)> {
        self.speak.send_replace(false);
        let mut open = String::new();
        let settled = async {
            loop {
                open = self.unsettled(api).await;
                if open.is_empty() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(SETTLE, settled).await.is_err() {
            panic!("not settled within {SETTLE:?}:{open}");
        }
        let kept = kept(api).await;
        assert_eq!(kept.len(), self.buyers.len(), "one conversation a buyer");
        for (card, messages) in &kept {
            self.compare(card, messages);
        }
        kept
    }

    /// Whose conversation it is, by what was said in it.
    fn buyer_of(&self, messages: &[Value]) -> Option<&Buyer> {
        let said = super::held::said(messages);
        self.buyers
            .iter()
            .find(|buyer| said.iter().any(|(_, _, text)| text.starts_with(&buyer.name)))
    }

    /// Who still misses something; empty when nobody does.
    async fn unsettled(&self, api: &Api) -> String {
        let mut open = String::new();
        for (card, messages) in kept(api).await {
            let (id, last) = (card["id"].as_i64().expect("an id"), messages.len() as i64);
            let buyer = self.buyer_of(&messages);
            if !buyer.is_some_and(|buyer| buyer.is_settled(last)) {
                open += &format!("\nthe buyer of {card}: {:?}", buyer.map(Buyer::standing));
            }
            let answered = messages
                .iter()
                .rfind(|m| m["from"] == "buyer" || m["from"] == "agent");
            if answered.is_some_and(|last| last["from"] == "buyer") {
                open += &format!("\nnobody answered {card}");
            }
            let shown = self.agents.iter().any(|agent| agent.is_settled(id, last));
            if card["state"] == "open" && !shown {
                let agents: Vec<String> = self.agents.iter().map(|agent| agent.standing(id)).collect();
                open += &format!("\nthe agent of {card}: {agents:?}");
            }
        }
        open
    }

    /// What is kept of one conversation, against everything its people were told.
    fn compare(&self, card: &Value, messages: &[Value]) {
        let id = card["id"].as_i64().expect("an id");
        let numbers: Vec<i64> = messages
            .iter()
            .map(|m| m["seq"].as_i64().expect("a number"))
            .collect();
        let gapless: Vec<i64> = (1..=numbers.len() as i64).collect();
        assert_eq!(numbers, gapless, "the numbers of {id} have no gap");
        let owned = card["state"] == "open" && card["agent"].is_i64();
        assert!(
            owned || card["state"] == "queued",
            "{id} is owned or queued: {card}"
        );
        let mut seen = BTreeSet::new();
        for message in messages.iter().filter(|m| m["client_id"].is_string()) {
            let own = (message["person"].as_i64(), message["client_id"].to_string());
            assert!(seen.insert(own), "kept twice: {message}");
        }
        let is_kept = |from: &str, client_id: &str, text: &str, seq: i64| {
            let message = &messages[usize::try_from(seq - 1).expect("a number from 1")];
            let told = (&message["from"], &message["client_id"], &message["body"]["text"]);
            assert!(
                *told.0 == *from && *told.1 == *client_id && *told.2 == *text,
                "acknowledged as {seq}: {from} {client_id} {text}; kept: {message}"
            );
        };
        let buyer = self.buyer_of(messages).expect("its buyer");
        let knows = buyer.knows();
        for (client_id, text, seq) in &knows.acknowledged {
            is_kept("buyer", client_id, text, *seq);
        }
        let order: Vec<i64> = knows.acknowledged.iter().map(|(_, _, seq)| *seq).collect();
        assert!(order.is_sorted(), "in the order they were said: {order:?}");
        let said = super::held::said(messages);
        assert_eq!(
            knows.held.said(),
            said,
            "the buyer was shown all of {id}, in order"
        );
        let from_buyer = said.iter().filter(|(_, from, _)| from == "buyer").count();
        assert_eq!(
            from_buyer,
            knows.acknowledged.len(),
            "nothing is kept that was not said"
        );
        for agent in &self.agents {
            let knows = agent.knows();
            for (_, client_id, text, seq) in knows.acknowledged.iter().filter(|(of, ..)| *of == id) {
                is_kept("agent", client_id, text, *seq);
            }
        }
        if owned {
            let shown = self
                .agents
                .iter()
                .any(|a| a.knows().held.get(&id).is_some_and(|h| h.said() == said));
            assert!(shown, "its agent was shown all of {id}, in order");
        }
    }
}

/// Every conversation with all its messages.
async fn kept(api: &Api) -> Vec<(Value, Vec<Value>)> {
    let mut all = Vec::new();
    for card in api.conversations().await {
        let messages = api.messages(card["id"].as_i64().expect("an id")).await;
        all.push((card, messages));
    }
    all
}
