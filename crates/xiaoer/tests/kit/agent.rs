//! An agent: has what is dealt on screen, answers, resumes from the last cursor when cut off.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

use super::api::Api;
use super::held::Held;
use super::wire::{Gone, Wire};

/// What an agent knows; shared with the test that watches.
#[derive(Default)]
pub(crate) struct Knows {
    person: Option<i64>,
    cursor: Option<String>,
    pub(crate) held: BTreeMap<i64, Held>,
    /// Revision of each conversation and who has it.
    cards: BTreeMap<i64, (i64, Option<i64>)>,
    /// Conversation, client id, text and number of what the server took.
    pub(crate) acknowledged: Vec<(i64, String, String, i64)>,
    unanswered: BTreeMap<(i64, String), String>,
    /// The buyers' messages that were answered once.
    replied: BTreeSet<(i64, i64)>,
    pub(crate) connected: usize,
    /// How often the server said that it cannot tell what changed.
    pub(crate) resyncs: usize,
}

impl Knows {
    fn is_mine(&self, conversation: i64) -> bool {
        self.person.is_some()
            && self
                .cards
                .get(&conversation)
                .is_some_and(|(_, agent)| *agent == self.person)
    }

    /// What is held of a conversation that this agent has.
    fn mine(&self, conversation: i64) -> Option<&Held> {
        self.held
            .get(&conversation)
            .filter(|_| self.is_mine(conversation))
    }

    /// Takes a conversation as it stands, unless a newer state is known.
    fn take_card(&mut self, card: &Value) {
        let (id, rev) = (
            card["id"].as_i64().expect("an id"),
            card["rev"].as_i64().expect("a rev"),
        );
        let known = self.cards.get(&id).map_or(-1, |(rev, _)| *rev);
        if rev > known {
            let open = card["state"] == "open";
            self.cards
                .insert(id, (rev, card["agent"].as_i64().filter(|_| open)));
        }
    }
}

/// A running agent.
pub(crate) struct Agent {
    knows: Arc<Mutex<Knows>>,
    task: tokio::task::JoinHandle<()>,
}

impl Agent {
    /// Lets an agent work, at a server or the road to it.
    pub(crate) fn start(at: SocketAddr, pass: &str) -> Agent {
        let knows = Arc::<Mutex<Knows>>::default();
        let task = tokio::spawn(live(at, pass.to_owned(), Arc::clone(&knows)));
        Agent { knows, task }
    }

    pub(crate) fn knows(&self) -> MutexGuard<'_, Knows> {
        assert!(!self.task.is_finished(), "the agent fell over");
        self.knows.lock().expect("the agent lives")
    }

    /// How far it is, for a message of a test that failed.
    pub(crate) fn standing(&self, conversation: i64) -> String {
        let knows = self.knows();
        let reach = knows
            .held
            .get(&conversation)
            .map(|held| (held.reach(), held.last()));
        format!(
            "{reach:?}, card {:?}, unanswered {:?}, connected {}, resyncs {}",
            knows.cards.get(&conversation),
            knows.unanswered,
            knows.connected,
            knows.resyncs
        )
    }

    /// Whether every own message was answered, and nothing of this conversation is missing up to `last`.
    pub(crate) fn is_settled(&self, conversation: i64, last: i64) -> bool {
        let knows = self.knows();
        let reach = knows.held.get(&conversation).map_or(0, Held::reach);
        knows.unanswered.is_empty() && reach >= last
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn live(at: SocketAddr, pass: String, knows: Arc<Mutex<Knows>>) {
    let api = Api::new(at, &pass);
    loop {
        if let Ok(mut wire) = Wire::agent(at, &pass).await {
            let Err(Gone(_)) = (Shift {
                api: &api,
                knows: &knows,
                wire: &mut wire,
            })
            .work()
            .await;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// One socket's time.
struct Shift<'a> {
    api: &'a Api,
    knows: &'a Mutex<Knows>,
    wire: &'a mut Wire,
}

impl Shift<'_> {
    fn lock(&self) -> MutexGuard<'_, Knows> {
        self.knows.lock().expect("only this task writes")
    }

    async fn work(&mut self) -> Result<std::convert::Infallible, Gone> {
        let cursor = self.lock().cursor.clone();
        let ok = self
            .wire
            .ask("hello", json!({"cursor": cursor}))
            .await?
            .map_err(refusal)?;
        {
            let mut knows = self.lock();
            knows.person = ok["person"].as_i64();
            knows.connected += 1;
        }
        self.wire
            .ask("presence", json!({"state": "online"}))
            .await?
            .map_err(refusal)?;
        if ok["resync"] == true {
            self.read_lists().await?;
        } else {
            self.take_cards(ok["changed"].as_array().map_or(&[], Vec::as_slice))
                .await?;
        }
        // Only now: whoever is cut off before must ask from the old place again.
        self.lock().cursor = ok["cursor"].as_str().map(str::to_owned);
        let waiting: Vec<_> = self.lock().unanswered.clone().into_iter().collect();
        for ((conversation, client_id), text) in waiting {
            self.tell(conversation, &client_id, &text).await?;
        }
        loop {
            let frame = self.wire.frame().await?;
            self.take(&frame).await?;
        }
    }

    async fn take(&mut self, frame: &Value) -> Result<(), Gone> {
        match frame["on"].as_str() {
            Some("message") => {
                let message = &frame["message"];
                let conversation = message["conversation"].as_i64().expect("an id");
                self.lock().held.entry(conversation).or_default().apply(message);
                self.lock().take_card(&frame["conversation"]);
                self.catch_up(conversation).await
            }
            Some("conversation") => {
                self.take_cards(std::slice::from_ref(&frame["conversation"]))
                    .await
            }
            Some("gone") => {
                let mut knows = self.lock();
                let (id, rev) = (
                    frame["conversation"].as_i64().expect("an id"),
                    frame["rev"].as_i64().unwrap_or(0),
                );
                if knows.cards.get(&id).is_none_or(|(known, _)| rev > *known) {
                    let agent = frame["agent"].as_i64();
                    knows.cards.insert(id, (rev, agent));
                }
                Ok(())
            }
            Some("resync") => self.read_lists().await,
            Some("cursor") => {
                self.lock().cursor = frame["cursor"].as_str().map(str::to_owned);
                Ok(())
            }
            Some(_) => Ok(()),
            None => {
                self.take_answer(frame);
                Ok(())
            }
        }
    }

    /// Everything this agent has, read anew.
    async fn read_lists(&mut self) -> Result<(), Gone> {
        self.lock().resyncs += 1;
        let mine = self
            .api
            .ask("GET", "/conversations?tab=mine", None)
            .await
            .map_err(Gone)?;
        if mine.status != 200 {
            return Err(Gone(mine.code()));
        }
        self.take_cards(mine.json()["items"].as_array().map_or(&[], Vec::as_slice))
            .await
    }

    async fn take_cards(&mut self, cards: &[Value]) -> Result<(), Gone> {
        for card in cards {
            self.lock().take_card(card);
            let (id, last) = (
                card["id"].as_i64().expect("an id"),
                card["last_seq"].as_i64().unwrap_or(0),
            );
            let reach = self.lock().held.get(&id).map_or(0, Held::reach);
            if self.lock().is_mine(id) && reach < last {
                self.read_after(id, reach).await?;
            }
            self.catch_up(id).await?;
        }
        Ok(())
    }

    async fn read_after(&mut self, conversation: i64, reach: i64) -> Result<(), Gone> {
        let ask = json!({"conversation": conversation, "after": reach, "limit": 200});
        match self.wire.ask("history", ask).await? {
            Ok(page) => {
                let mut knows = self.lock();
                let held = knows.held.entry(conversation).or_default();
                for message in page["messages"].as_array().into_iter().flatten() {
                    held.apply(message);
                }
                Ok(())
            }
            // Somebody else's meanwhile.
            Err(problem) if problem["code"] == "not_found" => Ok(()),
            Err(problem) => Err(refusal(problem)),
        }
    }

    /// Closes gaps, then answers the buyer's last word once.
    async fn catch_up(&mut self, conversation: i64) -> Result<(), Gone> {
        loop {
            let Some((reach, last)) = self
                .lock()
                .mine(conversation)
                .map(|held| (held.reach(), held.last()))
            else {
                return Ok(());
            };
            if reach == last {
                break;
            }
            self.read_after(conversation, reach).await?;
        }
        let reply = {
            let mut knows = self.lock();
            let last = knows.held.get(&conversation).and_then(Held::last_said);
            let last = last.filter(|m| m["from"] == "buyer").cloned();
            last.and_then(|m| {
                let seq = m["seq"].as_i64().expect("a number");
                let text = format!("答{}", m["body"]["text"].as_str().unwrap_or_default());
                let new = knows.replied.insert((conversation, seq));
                new.then(|| {
                    knows
                        .unanswered
                        .insert((conversation, format!("re-{seq}")), text.clone());
                    (format!("re-{seq}"), text)
                })
            })
        };
        match reply {
            Some((client_id, text)) => self.tell(conversation, &client_id, &text).await,
            None => Ok(()),
        }
    }

    async fn tell(&mut self, conversation: i64, client_id: &str, text: &str) -> Result<(), Gone> {
        let send = json!({"conversation": conversation, "client_id": client_id, "kind": "text", "body": {"text": text}});
        match self.wire.ask("send", send).await? {
            Ok(ok) => {
                let mut knows = self.lock();
                knows.unanswered.remove(&(conversation, client_id.to_owned()));
                let seq = ok["message"]["seq"].as_i64().expect("a number");
                knows.held.entry(conversation).or_default().apply(&ok["message"]);
                knows
                    .acknowledged
                    .push((conversation, client_id.to_owned(), text.to_owned(), seq));
                Ok(())
            }
            // It is somebody else's now, or waits again: then the next one answers, who may be the same.
            Err(problem)
                if ["not_yours", "not_found", "closed"]
                    .iter()
                    .any(|code| problem["code"] == *code) =>
            {
                let mut knows = self.lock();
                knows.unanswered.remove(&(conversation, client_id.to_owned()));
                knows
                    .replied
                    .retain(|(of, seq)| *of != conversation || format!("re-{seq}") != client_id);
                Ok(())
            }
            Err(problem) => Err(refusal(problem)),
        }
    }

    /// An answer nobody waited for: of a socket that is gone.
    fn take_answer(&self, frame: &Value) {
        assert!(frame.get("problem").is_none(), "refused: {frame}");
    }
}

/// A refusal that passes (the database is away) is tried again; any other one is a mistake of the test.
fn refusal(problem: Value) -> Gone {
    let code = problem["code"].as_str().unwrap_or_default().to_owned();
    assert!(code == "unavailable" || code == "busy", "refused: {problem}");
    Gone(code)
}
