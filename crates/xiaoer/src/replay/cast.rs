use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Problem;
use knowledge::check::Rule;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::http::Api;
use super::line::Line;
use super::report::Tally;
use super::{Role, Script, text_body};

/// How long a message may take to the other side before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// The agents, and what they have seen.
pub(crate) struct Stage {
    api: Api,
    shop_key: String,
    agents: Vec<Arc<Line>>,
    seen: Arc<Seen>,
}

/// What the agents' sockets brought.
#[derive(Default)]
struct Seen {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    /// Client ids that reached an agent.
    delivered: HashSet<String>,
    /// Whose conversation it is, by session number.
    owner: HashMap<usize, (usize, i64)>,
    /// Conversations by session number, for the comparison.
    conversations: HashMap<usize, i64>,
    /// The last number seen in each conversation.
    last: HashMap<i64, i64>,
    /// Numbers seen as new, to notice the same one twice.
    numbers: HashSet<(i64, i64)>,
}

/// One session's players.
pub(crate) struct Cast<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) tally: &'a Arc<Tally>,
    pub(crate) pace: Option<&'a tokio::sync::Mutex<(Instant, Duration)>>,
}

fn client_id(session: usize, turn: usize) -> String {
    format!("replay-{session}-{turn}")
}

fn session_of(client_id: &str) -> Option<usize> {
    client_id.strip_prefix("replay-")?.split('-').next()?.parse().ok()
}

impl Stage {
    /// Makes a shop, a group of agents for it alone, and signs the agents in.
    pub(crate) async fn set(
        api: &Api,
        agents: usize,
        buyers: usize,
        tally: &Arc<Tally>,
    ) -> Result<Stage, Problem> {
        let mark = format!("{:x}", crate::clock::now().0);
        let shop = api
            .post(
                "/shops",
                json!({"name": format!("回放 {mark}"), "platform": "web"}),
            )
            .await?;
        // What was said is said again as it was; the reply check is for what is yet to be said.
        for rule in Rule::ALL {
            let path = format!("/settings/knowledge.check.{}", rule.key());
            api.put(&path, json!({"shop": shop["id"], "value": "off"}))
                .await?;
        }
        let roles = api.get("/roles").await?;
        let role = roles["items"]
            .as_array()
            .and_then(|all| all.iter().find(|r| r["key"] == "pre_sale"))
            .cloned();
        let role = role.ok_or_else(|| Problem::conflict("no_role", "The server has no pre_sale role."))?;
        let capacity = (buyers * 2).div_ceil(agents).max(8);
        let mut people = Vec::new();
        let mut logins = Vec::new();
        for number in 0..agents {
            let (login, password) = (format!("replay-{mark}-{number}"), team::http::random::secret()?);
            let person = api
                .post("/people", json!({
                    "login": login, "name": format!("回放客服{number}"), "password": password, "roles": [role["id"]],
                    "shops": [shop["id"]], "groups": [], "capacity": capacity.min(200), "outsourced": false,
                }))
                .await?;
            people.push(person["id"].clone());
            logins.push((login, password));
        }
        // Only they are dealt this shop's buyers, whoever else is online.
        api.post("/groups", json!({"name": format!("回放 {mark}"), "stage": "pre", "shops": [shop["id"]], "members": people, "overflow": []})).await?;
        let seen = Arc::new(Seen::default());
        let mut lines = Vec::new();
        for (number, (login, password)) in logins.iter().enumerate() {
            let cookie = api.sign_in(login, password).await?;
            let (pushed, frames) = mpsc::unbounded_channel();
            let headers = [("cookie", cookie), ("origin", api.base.clone())];
            let line = Arc::new(
                Line::connect(&format!("ws://{}/api/v1/socket", api.host()), &headers, pushed).await?,
            );
            line.ask("hello", json!({})).await?;
            line.ask("presence", json!({"state": "online"})).await?;
            tokio::spawn(watch_agent(
                number,
                Arc::clone(&line),
                frames,
                Arc::clone(&seen),
                Arc::clone(tally),
            ));
            lines.push(line);
        }
        let shop_key = shop["key"].as_str().unwrap_or_default().to_owned();
        Ok(Stage {
            api: api.clone(),
            shop_key,
            agents: lines,
            seen,
        })
    }

    /// Reads every conversation back and compares it with the file.
    pub(crate) async fn compare(&self, api: &Api, scripts: &[Script], tally: &Tally) -> Result<(), Problem> {
        let conversations = self.seen.lock().conversations.clone();
        for (session, conversation) in conversations {
            let Some(script) = scripts.get(session % scripts.len()) else {
                continue;
            };
            let mut kept = Vec::new();
            let mut after = 0;
            loop {
                let page = api
                    .get(&format!(
                        "/conversations/{conversation}/messages?after={after}&limit=200"
                    ))
                    .await?;
                let messages = page.as_array().cloned().unwrap_or_default();
                let Some(last) = messages.last() else { break };
                for (expected, message) in (after + 1..).zip(&messages) {
                    if message["seq"] != expected {
                        Tally::add(&tally.out_of_order);
                    }
                }
                after = last["seq"].as_i64().unwrap_or(i64::MAX);
                kept.extend(
                    messages
                        .into_iter()
                        .filter(|m| m["from"] == "buyer" || m["from"] == "agent"),
                );
            }
            let said = script.spoken();
            let kept: Vec<(&str, &str)> = kept
                .iter()
                .map(|m| {
                    (
                        m["from"].as_str().unwrap_or(""),
                        m["body"]["text"].as_str().unwrap_or(""),
                    )
                })
                .collect();
            let equal = said.len() == kept.len()
                && said.iter().zip(&kept).all(|((_, turn), kept)| {
                    let role = if turn.role == Role::Buyer {
                        "buyer"
                    } else {
                        "agent"
                    };
                    (role, turn.text.trim()) == *kept
                });
            if !equal {
                Tally::add(&tally.differing);
                tally.wrong(format!(
                    "session {} differs: {} said, {} kept",
                    script.id,
                    said.len(),
                    kept.len()
                ));
            }
        }
        Ok(())
    }
}

impl Script {
    /// The turns that are played: from the buyer's first on.
    fn spoken(&self) -> Vec<(usize, &super::Turn)> {
        self.turns
            .iter()
            .enumerate()
            .skip_while(|(_, turn)| turn.role == Role::Agent)
            .collect()
    }
}

impl Seen {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notify(&self) {
        self.changed.send_modify(|n| *n += 1);
    }

    /// Waits until `look` finds what it looks for.
    async fn wait<T>(&self, look: impl Fn(&State) -> Option<T>) -> Option<T> {
        let mut changed = self.changed.subscribe();
        let found = async {
            loop {
                if let Some(found) = look(&self.lock()) {
                    return Some(found);
                }
                if changed.changed().await.is_err() {
                    return None;
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.ok().flatten()
    }
}

/// Takes in what an agent's socket brings: by number, and reads again what it did not see.
async fn watch_agent(
    agent: usize,
    line: Arc<Line>,
    mut frames: mpsc::UnboundedReceiver<Value>,
    seen: Arc<Seen>,
    tally: Arc<Tally>,
) {
    while let Some(frame) = frames.recv().await {
        let conversation = match frame["on"].as_str() {
            Some("message") => frame["message"]["conversation"].as_i64(),
            Some("conversation") if frame["conversation"]["state"] == "open" => {
                frame["conversation"]["id"].as_i64()
            }
            _ => None,
        };
        let Some(conversation) = conversation else {
            continue;
        };
        let mut messages = Vec::new();
        let last = seen.lock().last.get(&conversation).copied();
        match (last, frame["message"]["seq"].as_i64()) {
            (Some(last), Some(seq)) if seq == last + 1 => messages.push((frame["message"].clone(), true)),
            (Some(last), Some(seq)) if seq <= last => {
                let twice =
                    frame["message"]["rev"] == 1 && seen.lock().numbers.contains(&(conversation, seq));
                tally
                    .duplicated
                    .fetch_add(u64::from(twice), std::sync::atomic::Ordering::Relaxed);
            }
            // New to this agent, or a gap: read it.
            (last, _) if last.is_none() || frame["on"] == "message" => {
                let asked = json!({"conversation": conversation, "after": last.unwrap_or(0), "limit": 200});
                if let Ok(page) = line.ask("history", asked).await {
                    messages.extend(
                        page["messages"]
                            .as_array()
                            .cloned()
                            .unwrap_or_default()
                            .into_iter()
                            .map(|m| (m, false)),
                    );
                }
            }
            _ => {}
        }
        let mut state = seen.lock();
        for (message, pushed) in messages {
            let seq = message["seq"].as_i64().unwrap_or_default();
            if pushed {
                state.numbers.insert((conversation, seq));
            }
            let last = state.last.entry(conversation).or_insert(0);
            *last = (*last).max(seq);
            if let Some(client) = message["client_id"].as_str()
                && let Some(session) = session_of(client)
            {
                state.delivered.insert(client.to_owned());
                state.owner.insert(session, (agent, conversation));
                state.conversations.insert(session, conversation);
            }
        }
        drop(state);
        seen.notify();
    }
}

impl Cast<'_> {
    /// Plays one session from its first buyer turn to its end.
    pub(crate) async fn play(&self, session: usize, script: &Script) {
        let spoken = script.spoken();
        let skipped = script.turns.len() - spoken.len();
        self.tally
            .skipped
            .fetch_add(skipped as u64, std::sync::atomic::Ordering::Relaxed);
        if spoken.is_empty() {
            return;
        }
        if let Err(problem) = self.perform(session, &spoken).await {
            self.tally.wrong(format!("session {}: {problem}", script.id));
        }
        Tally::add(&self.tally.sessions);
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a player outside the desk measures with its own clock"
    )]
    async fn perform(&self, session: usize, spoken: &[(usize, &super::Turn)]) -> Result<(), Problem> {
        let api = &self.stage.api;
        let (pushed, mut frames) = mpsc::unbounded_channel();
        let url = format!(
            "ws://{}/widget/v1/socket?shop={}",
            api.host(),
            self.stage.shop_key
        );
        let headers = [("authorization", format!("Bearer {}", api.token))];
        let buyer = Line::connect(&url, &headers, pushed).await?;
        buyer.ask("hello", json!({"locale": "zh-CN"})).await?;
        let mut heard = Heard::default();
        for (turn, said) in spoken {
            self.wait_for_pace().await;
            let client = client_id(session, *turn);
            let began = Instant::now();
            Tally::add(&self.tally.sent);
            let fields = json!({"client_id": client, "kind": "text", "body": text_body(&said.text)});
            let arrived = match said.role {
                Role::Buyer => {
                    self.acknowledged(buyer.ask("send", fields).await);
                    self.stage
                        .seen
                        .wait(|state| state.delivered.contains(&client).then_some(()))
                        .await
                        .is_some()
                }
                Role::Agent => {
                    let owner = self
                        .stage
                        .seen
                        .wait(|state| state.owner.get(&session).copied())
                        .await;
                    let Some((agent, conversation)) = owner else {
                        return Err(Problem::conflict("no_agent", "Nobody was dealt this buyer."));
                    };
                    let mut fields = fields;
                    fields["conversation"] = json!(conversation);
                    self.acknowledged(self.stage.agents[agent].ask("send", fields).await);
                    heard.until(&mut frames, &client, self.tally).await
                }
            };
            if arrived {
                Tally::add(&self.tally.delivered);
                self.tally.took(began.elapsed());
            } else {
                Tally::add(&self.tally.lost);
            }
        }
        if let Some((_, conversation)) = self
            .stage
            .seen
            .wait(|state| state.owner.get(&session).copied())
            .await
        {
            api.post(
                &format!("/conversations/{conversation}/close"),
                json!({"reason": "回放结束"}),
            )
            .await?;
        }
        Ok(())
    }

    fn acknowledged(&self, answer: Result<Value, Problem>) {
        match answer {
            Ok(_) => Tally::add(&self.tally.acknowledged),
            Err(problem) => self.tally.wrong(problem.to_string()),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a player outside the desk measures with its own clock"
    )]
    async fn wait_for_pace(&self) {
        let Some(pace) = self.pace else { return };
        let at = {
            let mut pace = pace.lock().await;
            let at = pace.0.max(Instant::now());
            pace.0 = at + pace.1;
            at
        };
        tokio::time::sleep_until(at).await;
    }
}

/// What a buyer's socket brought, by number.
#[derive(Default)]
struct Heard {
    last: i64,
    clients: HashSet<String>,
}

impl Heard {
    /// Takes frames in until the message `client` came.
    async fn until(
        &mut self,
        frames: &mut mpsc::UnboundedReceiver<Value>,
        client: &str,
        tally: &Tally,
    ) -> bool {
        let came = async {
            while !self.clients.contains(client) {
                let Some(frame) = frames.recv().await else {
                    return false;
                };
                if frame["on"] == "message" {
                    self.take(&frame["message"], tally);
                }
            }
            true
        };
        tokio::time::timeout(PATIENCE, came).await.unwrap_or(false)
    }

    fn take(&mut self, message: &Value, tally: &Tally) {
        let seq = message["seq"].as_i64().unwrap_or_default();
        if seq > self.last + 1 {
            // Numbers come in order on one socket; a gap would have to be read again.
            Tally::add(&tally.out_of_order);
        }
        self.last = self.last.max(seq);
        if let Some(client) = message["client_id"].as_str() {
            self.clients.insert(client.to_owned());
        }
    }
}
