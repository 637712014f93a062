//! A buyer at the widget: speaks, repeats what was not answered, comes back when cut off.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::held::Held;
use super::wire::{Gone, Wire};

/// What a buyer knows; shared with the test that watches.
#[derive(Default)]
pub(crate) struct Knows {
    pub(crate) held: Held,
    /// Client id, text and number of what the server took.
    pub(crate) acknowledged: Vec<(String, String, i64)>,
    /// Said and not answered yet.
    pub(crate) unanswered: VecDeque<(String, String)>,
    pub(crate) connected: usize,
}

/// A running buyer.
pub(crate) struct Buyer {
    /// Begins everything they say.
    pub(crate) name: String,
    knows: Arc<Mutex<Knows>>,
    task: tokio::task::JoinHandle<()>,
}

/// Where and how a buyer speaks.
#[derive(Clone)]
pub(crate) struct Script {
    /// The server, or the road to it.
    pub(crate) at: SocketAddr,
    pub(crate) key: String,
    /// A token that lifts the limits.
    pub(crate) token: String,
    /// Begins every text.
    pub(crate) name: String,
    /// Between two messages.
    pub(crate) pace: Duration,
}

impl Buyer {
    /// Lets a buyer speak as long as `talk` says so.
    pub(crate) fn start(script: Script, talk: watch::Receiver<bool>) -> Buyer {
        let knows = Arc::<Mutex<Knows>>::default();
        let name = format!("{}说", script.name);
        let task = tokio::spawn(live(script, talk, Arc::clone(&knows)));
        Buyer { name, knows, task }
    }

    pub(crate) fn knows(&self) -> MutexGuard<'_, Knows> {
        assert!(!self.task.is_finished(), "the buyer fell over");
        self.knows.lock().expect("the buyer lives")
    }

    /// How far it is, for a message of a test that failed.
    pub(crate) fn standing(&self) -> String {
        let knows = self.knows();
        let (reach, last) = (knows.held.reach(), knows.held.last());
        format!(
            "{reach}/{last}, unanswered {:?}, connected {}",
            knows.unanswered, knows.connected
        )
    }

    /// Whether everything said was answered and nothing is missing up to number `last`.
    pub(crate) fn is_settled(&self, last: i64) -> bool {
        let knows = self.knows();
        knows.unanswered.is_empty() && knows.held.reach() >= last
    }
}

impl Drop for Buyer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn live(script: Script, mut talk: watch::Receiver<bool>, knows: Arc<Mutex<Knows>>) {
    let mut visitor = None;
    loop {
        if let Ok(mut wire) = Wire::buyer(script.at, &script.key, Some(&script.token)).await {
            let Err(Gone(_)) = visit(&script, &mut talk, &knows, &mut wire, &mut visitor).await;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

async fn visit(
    script: &Script,
    talk: &mut watch::Receiver<bool>,
    knows: &Mutex<Knows>,
    wire: &mut Wire,
    visitor: &mut Option<String>,
) -> Result<std::convert::Infallible, Gone> {
    let lock = || knows.lock().expect("only this task writes");
    let after = lock().held.reach();
    let mut hello = json!({"after": after});
    if let Some(visitor) = visitor {
        hello["visitor"] = json!(visitor);
    }
    let ok = wire.ask("hello", hello).await?.map_err(refusal)?;
    *visitor = ok["visitor"].as_str().map(str::to_owned);
    {
        let mut knows = lock();
        knows.connected += 1;
        take(&mut knows.held, &ok["messages"]);
    }
    let waiting: Vec<_> = lock().unanswered.iter().cloned().collect();
    for (client_id, text) in waiting {
        wire.tell("send", words(&client_id, &text)).await?;
    }
    let mut pace = tokio::time::interval(script.pace);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            frame = wire.frame() => {
                take_frame(&mut lock(), &frame?);
                close_gap(knows, wire).await?;
            }
            _ = pace.tick() => {
                if *talk.borrow() && lock().unanswered.len() < 3 {
                    let (client_id, text) = {
                        let mut knows = lock();
                        let said = knows.acknowledged.len() + knows.unanswered.len();
                        let new = (format!("c{said}"), format!("{}说第{said}句", script.name));
                        // Kept before it is sent: what is cut off on the way is said again.
                        knows.unanswered.push_back(new.clone());
                        new
                    };
                    wire.tell("send", words(&client_id, &text)).await?;
                }
            }
        }
    }
}

fn words(client_id: &str, text: &str) -> Value {
    json!({"client_id": client_id, "kind": "text", "body": {"text": text}})
}

/// A refusal that passes (the database is away) is tried again; any other one is a mistake of the test.
fn refusal(problem: Value) -> Gone {
    let code = problem["code"].as_str().unwrap_or_default().to_owned();
    assert!(code == "unavailable" || code == "busy", "refused: {problem}");
    Gone(code)
}

fn take(held: &mut Held, messages: &Value) {
    for message in messages.as_array().into_iter().flatten() {
        held.apply(message);
    }
}

fn take_frame(knows: &mut Knows, frame: &Value) {
    if frame["on"] == "message" {
        knows.held.apply(&frame["message"]);
    }
    let message = &frame["ok"]["message"];
    if let Some(client_id) = message["client_id"].as_str() {
        let seq = message["seq"].as_i64().expect("a number");
        if let Some(place) = knows.unanswered.iter().position(|(id, _)| id == client_id) {
            let (client_id, text) = knows.unanswered.remove(place).expect("it is there");
            knows.acknowledged.push((client_id, text, seq));
        }
        knows.held.apply(message);
    }
    if let Some(problem) = frame.get("problem") {
        refusal(problem.clone());
    }
}

/// Reads again what is missing below a number that came.
async fn close_gap(knows: &Mutex<Knows>, wire: &mut Wire) -> Result<(), Gone> {
    loop {
        let reach = {
            let knows = knows.lock().expect("only this task writes");
            if knows.held.reach() == knows.held.last() {
                return Ok(());
            }
            knows.held.reach()
        };
        let page = wire
            .ask("history", json!({"after": reach, "limit": 200}))
            .await?
            .map_err(refusal)?;
        let mut knows = knows.lock().expect("only this task writes");
        take(&mut knows.held, &page["messages"]);
    }
}
