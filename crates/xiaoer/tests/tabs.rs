//! One agent in three tabs and on a phone: whatever is done at one of them, and while the phone is cut off, all four
//! show the same afterwards, and it is what is kept.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::cutter::{Cutter, Road};
use crate::kit::ground::Ground;
use crate::kit::held::{Held, said};
use crate::kit::until;
use crate::kit::wire::Wire;
use crate::kit::world::World;

/// How long frames may take, on a machine that does other things too.
const SOON: Duration = Duration::from_secs(20);

/// What a device shows of its person and of one talk.
#[derive(Clone, Debug, Default, PartialEq)]
struct Screen {
    /// State and reason.
    presence: Value,
    /// How far the buyer's words are read.
    read: i64,
    /// What stands half-written.
    draft: String,
    /// Who said what, by number.
    thread: Vec<(i64, String, String)>,
    /// Mine, in the queue, all, of mine those who wait.
    counts: Value,
}

fn presence(of: &Value) -> Value {
    json!([of["state"], of["reason"]])
}

fn counts(of: &Value) -> Value {
    json!([of["mine"], of["queue"], of["all"], of["waiting"]])
}

fn text(of: &Value) -> String {
    of.as_str().unwrap_or_default().to_owned()
}

/// A tab or a phone, as docs/sockets.md has it written.
struct Device {
    wire: Wire,
    person: Value,
    cursor: Value,
    held: Held,
    screen: Screen,
}

impl Device {
    /// Opens a socket and says hello; answers also what was told.
    async fn connect(at: SocketAddr, pass: &str, cursor: &Value) -> (Device, Value) {
        let mut wire = Wire::agent(at, pass).await.expect("a socket");
        let told = wire.done("hello", json!({"cursor": cursor})).await;
        let screen = Screen {
            presence: presence(&told["presence"]),
            ..Screen::default()
        };
        let device = Device {
            wire,
            person: told["person"].clone(),
            cursor: told["cursor"].clone(),
            held: Held::default(),
            screen,
        };
        (device, told)
    }

    /// Opens the talk.
    async fn open(&mut self, talk: i64) {
        let told = self.wire.done("open", json!({"conversation": talk})).await;
        self.card(&told["conversation"]);
        self.screen.draft = text(&told["draft"]["text"]);
        for message in told["messages"].as_array().expect("messages") {
            self.held.apply(message);
        }
    }

    /// Says something in the talk; answers its number.
    async fn say(&mut self, talk: i64, client_id: &str, words: &str) -> i64 {
        let send =
            json!({"conversation": talk, "client_id": client_id, "kind": "text", "body": {"text": words}});
        let told = self.wire.done("send", send).await;
        self.held.apply(&told["message"]);
        told["message"]["seq"].as_i64().expect("a number")
    }

    fn card(&mut self, card: &Value) {
        let read = card["agent_read_seq"].as_i64().unwrap_or_default();
        self.screen.read = self.screen.read.max(read);
    }

    fn take(&mut self, talk: i64, frame: &Value) {
        let of_it = frame["conversation"] == talk || frame["conversation"]["id"] == talk;
        match frame["on"].as_str() {
            Some("message") if of_it => {
                self.held.apply(&frame["message"]);
                self.card(&frame["conversation"]);
            }
            Some("conversation") if of_it => self.card(&frame["conversation"]),
            Some("read") if of_it && frame["by"] == "agent" => {
                self.card(&json!({"agent_read_seq": frame["seq"]}));
            }
            Some("draft") if of_it => self.screen.draft = text(&frame["draft"]["text"]),
            Some("presence") if frame["person"] == self.person => self.screen.presence = presence(frame),
            Some("counts") => self.screen.counts = counts(frame),
            Some("cursor") => self.cursor = frame["cursor"].clone(),
            _ => {}
        }
    }

    /// Takes frames until it shows this.
    async fn shows(&mut self, name: &str, talk: i64, expected: &Screen) {
        let taking = async {
            loop {
                self.screen.thread = self.held.said();
                if self.screen == *expected {
                    return;
                }
                let frame = self.wire.frame().await.expect("the socket lives");
                self.take(talk, &frame);
            }
        };
        if tokio::time::timeout(SOON, taking).await.is_err() {
            panic!("{name} shows {:?}, not {expected:?}", self.screen);
        }
    }
}

/// What is kept, by the API.
async fn kept(owner: &Api, me: &Api, talk: i64) -> Screen {
    let people = owner.get("/people").await;
    let all = people["items"].as_array().expect("a list");
    let one = all.iter().find(|person| person["login"] == "agent0");
    let card = owner.get(&format!("/conversations/{talk}")).await;
    Screen {
        presence: presence(&one.expect("the agent")["presence"]),
        read: card["agent_read_seq"].as_i64().expect("a number"),
        draft: text(&me.get(&format!("/conversations/{talk}/draft")).await["text"]),
        thread: said(&owner.messages(talk).await),
        counts: counts(&me.get("/conversations/counts").await),
    }
}

/// A buyer who asks something.
async fn asks(world: &World, at: SocketAddr, words: &str) -> Wire {
    let mut buyer = Wire::buyer(at, &world.key, None).await.expect("a buyer's socket");
    buyer.done("hello", json!({})).await;
    buyer.done("send", speaks("c1", words)).await;
    buyer
}

fn speaks(client_id: &str, words: &str) -> Value {
    json!({"client_id": client_id, "kind": "text", "body": {"text": words}})
}

/// Waits until that many talks are the agent's.
async fn has(owner: &Api, talks: usize) {
    until("the agent has them", SOON, async || {
        let all = owner.conversations().await;
        all.iter().filter(|talk| talk["state"] == "open").count() == talks
    })
    .await;
}

async fn four_devices(ground: Ground) {
    let (world, server) = World::found(ground, 1).await;
    let at = server.address;
    let cutter = Cutter::before(at).await;
    let pass = &world.agents[0];
    let owner = world.api(&server);
    let me = Api::new(at, pass);
    let csrf = text(&me.get("/me").await["csrf"]);
    let me = me.with_csrf(&csrf);
    let mut devices = Vec::new();
    for road in [at, at, at, cutter.address] {
        devices.push(Device::connect(road, pass, &Value::Null).await.0);
    }
    devices[3].cursor = devices[3].wire.caught_up().await["cursor"].clone();
    devices[0].wire.done("presence", json!({"state": "online"})).await;
    let mut buyer = asks(&world, at, "在吗").await;
    has(&owner, 1).await;
    let talk = owner.conversations().await[0]["id"].as_i64().expect("an id");
    let draft = format!("/conversations/{talk}/draft");
    for device in &mut devices {
        device.open(talk).await;
    }
    all_show(&mut devices, talk, &kept(&owner, &me, talk).await).await;

    // The phone is away; each tab does something, and the buyers go on.
    cutter.set(Road::Cut);
    let gone = async { while devices[3].wire.frame().await.is_ok() {} };
    tokio::time::timeout(SOON, gone)
        .await
        .expect("the phone is cut off");
    devices[0].say(talk, "d1", "在的，请讲").await;
    let asked = buyer.done("send", speaks("c2", "想要蓝色的")).await;
    let seq = asked["message"]["seq"].as_i64().expect("a number");
    devices[1]
        .wire
        .done("read", json!({"conversation": talk, "seq": seq}))
        .await;
    me.ask("PUT", &draft, Some(&json!({"text": "蓝色还有三件"})))
        .await
        .expect("an answer")
        .fine("a draft");
    let lunch = json!({"state": "busy", "reason": "午餐"});
    devices[2].wire.done("presence", lunch).await;
    let _second = asks(&world, at, "有人吗").await;

    cutter.set(Road::Open);
    let (phone, told) = Device::connect(cutter.address, pass, &devices[3].cursor).await;
    assert_eq!(told["resync"], false, "it is told what it missed");
    let changed = told["changed"].as_array().expect("a list");
    assert!(changed.iter().any(|card| card["id"] == talk), "{told}");
    let before = std::mem::replace(&mut devices[3], phone);
    devices[3].held = before.held;
    devices[3].open(talk).await;
    let now = kept(&owner, &me, talk).await;
    assert_eq!(
        (&now.presence, now.read, now.draft.as_str()),
        (&json!(["busy", "午餐"]), seq, "蓝色还有三件")
    );
    assert_eq!(
        now.counts,
        json!([1, 1, 2, 1]),
        "one is theirs and waits, one is in the queue"
    );
    all_show(&mut devices, talk, &now).await;

    // Now the phone does it all, and the tabs follow.
    let answer = devices[3].say(talk, "p1", "蓝色还有三件").await;
    me.ask("PUT", &draft, Some(&json!({"text": ""})))
        .await
        .expect("an answer")
        .fine("no draft");
    devices[3].wire.done("presence", json!({"state": "online"})).await;
    has(&owner, 2).await;
    let now = kept(&owner, &me, talk).await;
    assert_eq!(
        (&now.presence, now.draft.as_str()),
        (&json!(["online", null]), "")
    );
    assert_eq!(now.thread.last().map(|(seq, ..)| *seq), Some(answer));
    assert_eq!(now.counts, json!([2, 0, 2, 1]));
    all_show(&mut devices, talk, &now).await;
    drop(devices);
    assert!(server.stop().success());
    world.check();
}

async fn all_show(devices: &mut [Device], talk: i64, expected: &Screen) {
    for (device, name) in devices
        .iter_mut()
        .zip(["the first tab", "the second", "the third", "the phone"])
    {
        device.shows(name, talk, expected).await;
    }
}

mod three_tabs_and_a_phone_that_was_cut_off_agree {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        four_devices(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            four_devices(ground).await;
        }
    }
}
