//! The agent's door: what docs/sockets.md says of `/api/v1/socket`.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use base::{Actor, Id, Live, Permission, Problem, Topic};
use hub::Seat;
use hub::http::{Door, fields};
use knowledge::Filled;
use knowledge::check::Rule;
use reception::{Card, Conversation, Counts, Message, Say, Saying};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Cursor, Tx};
use team::http::{Failure, Via, who_asks};

use crate::app::App;
use crate::viewers::Viewer;

mod rights;

/// A presence lease outlives two missed beats: a closed laptop is noticed within 30 s.
const LEASE_MS: i64 = 28_000;
const BEAT_SECONDS: u64 = 10;
/// Events a resuming socket is told of; beyond it, it reads its lists again.
const MOST_MISSED: usize = 3_000;
const MOST_CHANGED: usize = 400;

static SOCKETS: AtomicU64 = AtomicU64::new(1);

/// One socket of somebody of the team.
struct Agent {
    app: App,
    who: Actor,
    person: Id,
    name: String,
    /// Its number on this node.
    socket: u64,
    lease: Option<Id>,
    open: BTreeSet<Id>,
    shops: Vec<Id>,
    ticks: u64,
    counted: Option<Counts>,
    /// Something changed since the counts were read.
    stale: bool,
    /// Rights changed while the socket was open.
    moved: bool,
    /// How they showed who they are, to look again.
    headers: HeaderMap,
}

/// Opens the socket: by cookie only from our own pages, by token from anywhere.
pub(crate) async fn socket(
    State(app): State<App>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Failure> {
    let (who, via) = who_asks(&app.edge, &headers).await?;
    if matches!(via, Via::SignIn(_)) {
        let text = |name| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default()
        };
        let own = text(header::ORIGIN)
            .split_once("://")
            .is_some_and(|(_, host)| host == text(header::HOST));
        if !own {
            return Err(Failure(Problem::new(
                403,
                "origin",
                "This socket opens only from the console's own pages.",
            )));
        }
    }
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let org = who.org;
    let name = app
        .edge
        .db
        .read(move |tx| team::person(tx, org, person))
        .await?
        .map(|p| p.nick)
        .unwrap_or_default();
    let seat = app.hub.sit();
    let socket = SOCKETS.fetch_add(1, Ordering::Relaxed);
    let door = Agent {
        app,
        who,
        person,
        name,
        socket,
        lease: None,
        open: BTreeSet::new(),
        shops: Vec::new(),
        ticks: 0,
        counted: None,
        stale: true,
        moved: false,
        headers,
    };
    Ok(hub::http::upgrade(upgrade)
        .on_upgrade(move |socket| hub::http::run(socket, seat, door))
        .into_response())
}

#[derive(Deserialize)]
struct Hello {
    #[serde(default)]
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct SetPresence {
    state: team::Presence,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Follow {
    list: String,
}

#[derive(Deserialize)]
struct Of {
    conversation: Id,
}

#[derive(Deserialize)]
struct History {
    conversation: Id,
    #[serde(default)]
    before: Option<i64>,
    #[serde(default)]
    after: Option<i64>,
    #[serde(default)]
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct Send {
    conversation: Id,
    client_id: String,
    #[serde(flatten)]
    saying: Saying,
    #[serde(default)]
    quote: Option<i64>,
    #[serde(default)]
    typed_ms: Option<i64>,
    #[serde(default)]
    promise_ms: Option<i64>,
    #[serde(default)]
    confirmed: Option<Vec<Rule>>,
    #[serde(default)]
    filled: Option<Filled>,
}

#[derive(Deserialize)]
struct Typing {
    conversation: Id,
    on: bool,
}

#[derive(Deserialize)]
struct Read {
    conversation: Id,
    seq: i64,
}

/// What a frame is about.
#[derive(Deserialize)]
struct Told {
    on: String,
    #[serde(default)]
    agent: Option<Id>,
    /// An id, or a card.
    #[serde(default)]
    conversation: Value,
}

impl Told {
    fn about(&self) -> Option<Id> {
        let id = match &self.conversation {
            Value::Object(card) => card.get("id")?,
            id => id,
        };
        id.as_i64().map(Id)
    }
}

impl Door for Agent {
    async fn command(&mut self, seat: &mut Seat, name: &str, frame: &str) -> Result<String, Problem> {
        if name == "hello" {
            // Whoever opened the socket may have lost rights since; from here on that is told.
            seat.listen(Topic::Person(self.person));
            seat.listen(Topic::Rights(self.person));
            seat.ask();
        }
        if name != "ping"
            && let Err(problem) = self.ask_again(seat).await
        {
            if problem.status == 401 {
                seat.push(self.bye().await);
            }
            return Err(problem);
        }
        let ok = match name {
            "send" if self.lease.is_some() => return self.send(fields(frame)?).await,
            "hello" => self.hello(seat, fields(frame)?).await?,
            "ping" => json!({"at": self.app.edge.now()}),
            _ if self.lease.is_none() => {
                return Err(Problem::new(
                    409,
                    "not_hello",
                    "The first command of a socket is hello.",
                ));
            }
            "presence" => self.presence(fields(frame)?).await?,
            "follow" => self.follow(seat, &fields::<Follow>(frame)?.list)?,
            "open" => self.open(seat, fields::<Of>(frame)?.conversation).await?,
            "leave" => self.leave(seat, fields::<Of>(frame)?.conversation),
            "history" => self.history(fields(frame)?).await?,
            "typing" => self.typing(&fields(frame)?).await?,
            "read" => self.read(&fields(frame)?).await?,
            _ => return Err(Problem::new(422, "unknown_command", "There is no such command.")),
        };
        Ok(ok.to_string())
    }

    async fn handing_out(&mut self, seat: &mut Seat, frames: &mut VecDeque<Arc<str>>) {
        self.stale = true;
        self.hold_back(seat, frames).await;
        self.let_go(seat, frames);
        if self.moved {
            self.leave_out_unseen(frames).await;
        }
    }

    async fn tick(&mut self, seat: &mut Seat) -> bool {
        let Some(lease) = self.lease else { return true };
        self.ticks += 1;
        if self.ticks.is_multiple_of(BEAT_SECONDS) {
            self.beat(seat, lease).await;
        }
        let look = std::mem::take(&mut self.stale) || self.ticks.is_multiple_of(15);
        if look
            && let Ok(counts) = self.counts().await
            && self.counted != Some(counts)
        {
            self.counted = Some(counts);
            let mut frame = json!(counts);
            frame["on"] = json!("counts");
            seat.push(frame.to_string().into());
        }
        true
    }

    async fn gone(self) {
        for conversation in &self.open {
            self.app.viewers.leave(&self.app.hub, *conversation, self.socket);
        }
        if let Some(lease) = self.lease {
            let (now, org, person) = (self.app.edge.now(), self.who.org, self.person);
            let dropped = self
                .app
                .edge
                .db
                .write(move |tx| {
                    team::drop_lease(tx, now, org, person, lease)?;
                    if team::presence_of(tx, now, org, person)?.state == team::Presence::Off {
                        reception::agent_vanished(tx, now, org, person)?;
                    }
                    Ok(())
                })
                .await;
            if let Err(problem) = dropped {
                // The lease runs out by itself.
                tracing::debug!(%problem, "a lease was not dropped");
            }
        }
    }
}

impl Agent {
    async fn hello(&mut self, seat: &mut Seat, hello: Hello) -> Result<Value, Problem> {
        let (now, org, person) = (self.app.edge.now(), self.who.org, self.person);
        let db = self.app.edge.db.clone();
        let shops = self.shops(&self.who).await?;
        self.listen(seat, &shops);
        self.shops = shops;
        if self.lease.is_none() {
            let lease = db.write(move |tx| {
                let lease = tx.id();
                team::lease(tx, now, org, person, lease, "", now.plus(LEASE_MS))?;
                tx.live(Live {
                    topics: vec![Topic::Router],
                    frame: org.to_string().into(),
                });
                Ok(lease)
            });
            self.lease = Some(lease.await?);
        }
        let epoch = db.epoch().to_owned();
        let from = hello
            .cursor
            .as_deref()
            .and_then(|text| parse_cursor(&epoch, text));
        let changed = match from {
            Some(from) => self.missed(from).await?,
            None => None,
        };
        let resync = changed.is_none();
        let cursor = format_cursor(&epoch, db.settled().await?);
        let presence = db.read(move |tx| team::presence_of(tx, now, org, person)).await?;
        Ok(json!({
            "person": person, "name": self.name, "cursor": cursor, "resync": resync, "changed": changed.unwrap_or_default(),
            "presence": {"state": presence.state, "reason": presence.reason},
        }))
    }

    /// The conversations that changed since a place in the log; `None` when that is too much to tell,
    /// or the person's own rights changed.
    async fn missed(&self, from: Cursor) -> Result<Option<Vec<Card>>, Problem> {
        let (who, person) = (self.who.clone(), self.person);
        self.app
            .edge
            .db
            .read(move |tx| {
                // Never handed out: nobody knows what was missed before it.
                if from > Cursor::end(tx)? {
                    return Ok(None);
                }
                // Also what no reader may go on from yet: its frames are gone, and nothing else would tell of it.
                let rows = tx.log_present(from, MOST_MISSED)?;
                if rows.len() == MOST_MISSED {
                    return Ok(None);
                }
                let mut changed = BTreeSet::new();
                for row in rows.iter().filter(|row| row.org == who.org) {
                    let noun = row.kind.split('.').next().unwrap_or_default();
                    match noun {
                        "role" => return Ok(None),
                        "person" if row.subject == person => return Ok(None),
                        "conversation" | "message" | "reminder" | "rating" | "record" | "card"
                        | "promise" => {
                            changed.insert(row.subject);
                        }
                        _ => {}
                    }
                }
                if changed.len() > MOST_CHANGED {
                    return Ok(None);
                }
                let ids: Vec<Id> = changed.into_iter().collect();
                reception::cards(tx, &who, &ids).map(Some)
            })
            .await
    }

    /// Renews the lease, and looks again who is behind the socket: of what changed on another node nobody tells.
    async fn beat(&mut self, seat: &mut Seat, lease: Id) {
        match self.look_again(seat).await {
            Ok(_) => {}
            Err(problem) if problem.status == 401 => {
                seat.push(self.bye().await);
                return;
            }
            // A database that is away for a moment is no reason to send everybody out.
            Err(_) => return,
        }
        let (now, org, person) = (self.app.edge.now(), self.who.org, self.person);
        let renewed = self
            .app
            .edge
            .db
            .write(move |tx| team::lease(tx, now, org, person, lease, "", now.plus(LEASE_MS)));
        if let Err(problem) = renewed.await {
            tracing::debug!(%problem, "a lease was not renewed");
        }
    }

    async fn counts(&self) -> Result<Counts, Problem> {
        let who = self.who.clone();
        self.app.edge.db.read(move |tx| reception::counts(tx, &who)).await
    }

    async fn presence(&self, set: SetPresence) -> Result<Value, Problem> {
        let (now, who) = (self.app.edge.now(), self.who.clone());
        let said = json!({"state": set.state, "reason": set.reason});
        self.app
            .edge
            .db
            .write(move |tx| {
                team::set_presence(tx, now, &who, set.state, set.reason.as_deref())?;
                tx.live(Live {
                    topics: vec![Topic::Router],
                    frame: who.org.to_string().into(),
                });
                Ok(())
            })
            .await?;
        Ok(said)
    }

    fn follow(&self, seat: &mut Seat, list: &str) -> Result<Value, Problem> {
        if !["mine", "queue", "all", "none"].contains(&list) {
            return Err(Problem::input(
                "list",
                "choice_unknown",
                "mine, queue, all or none.",
            ));
        }
        for shop in &self.shops {
            if list == "all" && self.who.may(Permission::SeeAllTalks) {
                seat.listen(Topic::ShopMessages(*shop));
            } else {
                seat.ignore(Topic::ShopMessages(*shop));
            }
        }
        Ok(json!({}))
    }

    async fn open(&mut self, seat: &mut Seat, id: Id) -> Result<Value, Problem> {
        let (who, check) = (self.who.clone(), self.who.clone());
        // What one may not see one may not listen to; then listening comes before reading.
        self.app
            .edge
            .db
            .read(move |tx| Conversation::of(tx, &check, id).map(drop))
            .await?;
        seat.listen(Topic::Conversation(id));
        let (card, messages, draft) = self
            .app
            .edge
            .db
            .read(move |tx| {
                let conversation = Conversation::of(tx, &who, id)?;
                let messages = Message::page(tx, who.org, id, None, None, 50)?;
                Ok((conversation.card(), messages, reception::draft(tx, &who, id)?))
            })
            .await?;
        self.open.insert(id);
        let viewer = Viewer {
            socket: self.socket,
            person: self.person,
            name: self.name.clone(),
            typing: false,
        };
        let viewers = self.app.viewers.enter(&self.app.hub, &card, viewer);
        let page = self.app.desk.pages.of(id);
        Ok(
            json!({"conversation": card, "messages": messages, "viewers": viewers, "draft": draft, "page": page}),
        )
    }

    /// Whoever sees only the queue and their own talks hears nothing more of one that somebody else has now, from
    /// the frame on that says so.
    fn let_go(&mut self, seat: &mut Seat, frames: &mut VecDeque<Arc<str>>) {
        if self.open.is_empty() || self.who.may(Permission::SeeAllTalks) {
            return;
        }
        let mut gone = BTreeSet::new();
        frames.retain(|frame| {
            if gone.is_empty() && !frame.contains(r#""on":"gone""#) {
                return true;
            }
            let Ok(told) = serde_json::from_str::<Told>(frame) else {
                return true;
            };
            let about = told.about();
            if told.on == "gone" && told.agent != Some(self.person) {
                gone.extend(about.filter(|id| self.open.contains(id)));
                return true;
            }
            about.is_none_or(|id| !gone.contains(&id))
        });
        for id in gone {
            self.leave(seat, id);
        }
    }

    fn leave(&mut self, seat: &mut Seat, id: Id) -> Value {
        if self.open.remove(&id) {
            seat.ignore(Topic::Conversation(id));
            self.app.viewers.leave(&self.app.hub, id, self.socket);
        }
        json!({})
    }

    async fn history(&self, asked: History) -> Result<Value, Problem> {
        let who = self.who.clone();
        let messages = self
            .app
            .edge
            .db
            .read(move |tx| {
                Conversation::of(tx, &who, asked.conversation)?;
                let limit = asked.limit.unwrap_or(50).clamp(1, 200);
                Message::page(tx, who.org, asked.conversation, asked.after, asked.before, limit)
            })
            .await?;
        Ok(json!({"messages": messages}))
    }

    async fn send(&self, send: Send) -> Result<String, Problem> {
        reception::check_client_id(&send.client_id)?;
        let say = Say {
            conversation: send.conversation,
            client_id: send.client_id,
            saying: send.saying.check()?,
            quote: send.quote,
            typed_ms: send.typed_ms,
            promise_ms: send.promise_ms,
            confirmed: send.confirmed,
            filled: send.filled,
        };
        let (now, who) = (self.app.edge.now(), self.who.clone());
        let (message, _) = self
            .app
            .edge
            .db
            .write(move |tx| reception::say(tx, now, &who, &say))
            .await?;
        serde_json::to_string(&message)
            .map(|message| format!(r#"{{"message":{message}}}"#))
            .map_err(|_| Problem::internal())
    }

    async fn typing(&self, typing: &Typing) -> Result<Value, Problem> {
        if !self.open.contains(&typing.conversation) {
            return Err(Problem::not_found());
        }
        let id = typing.conversation;
        self.app.viewers.typing(&self.app.hub, id, self.socket, typing.on);
        let told = json!({"on": "typing", "conversation": id, "by": "agent", "person": self.person, "name": self.name, "typing": typing.on});
        self.app.hub.publish(&Live {
            topics: vec![Topic::Conversation(id)],
            frame: told.to_string().into(),
        });
        // The buyer is told of whom they talk with, not of everybody who looks or waits to take over.
        let (org, person) = (self.who.org, self.person);
        let owned = move |tx: &mut Tx<'_>| {
            let talk = Conversation::load(tx, org, id)?;
            Ok(talk.is_some_and(|c| c.state == reception::State::Open && c.agent == Some(person)))
        };
        if self.app.edge.db.read(owned).await? {
            let told = json!({"on": "agent", "name": self.name, "typing": typing.on});
            self.app.hub.publish(&Live {
                topics: vec![Topic::Buyer(id)],
                frame: told.to_string().into(),
            });
        }
        Ok(json!({}))
    }

    async fn read(&self, read: &Read) -> Result<Value, Problem> {
        let (who, id, seq) = (self.who.clone(), read.conversation, read.seq);
        self.app
            .edge
            .db
            .write(move |tx| reception::read(tx, &who, id, seq))
            .await?;
        Ok(json!({}))
    }
}

/// `epoch.xid.seq`
pub(crate) fn format_cursor(epoch: &str, cursor: Cursor) -> String {
    format!("{epoch}.{}.{}", cursor.xid, cursor.seq)
}

fn parse_cursor(epoch: &str, text: &str) -> Option<Cursor> {
    let mut parts = text.strip_prefix(epoch)?.strip_prefix('.')?.split('.');
    let cursor = Cursor {
        xid: parts.next()?.parse().ok()?,
        seq: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_another_epoch_or_a_made_up_one_is_none() {
        let cursor = Cursor { xid: 3, seq: 9 };
        assert_eq!(parse_cursor("e1", &format_cursor("e1", cursor)), Some(cursor));
        for wrong in ["e2.3.9", "e1.3", "e1.3.9.1", "e1.x.9", ""] {
            assert_eq!(parse_cursor("e1", wrong), None, "{wrong}");
        }
    }
}
