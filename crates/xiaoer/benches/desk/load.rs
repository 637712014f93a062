//! Messages through the real server: 64 buyers, each with one message in flight at most, and the agents who have
//! them. A message counts when its sender was told that it is kept and the agent's socket brought it. The load
//! runs on the same cores as the server, so it is kept lean: one thread, no JSON taken apart.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::kit::api::{Api, shown};
use crate::kit::ground::{Ground, Server};
use crate::kit::world::World;
use crate::report::rank;

const BUYERS: usize = 64;
const AGENTS: usize = 4;
const WARM: Duration = Duration::from_secs(2);

/// What came of it.
pub(crate) struct Load {
    /// Messages a second.
    pub(crate) rate: f64,
    /// Milliseconds from the send until it was acknowledged and delivered.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// Messages that were sent and are not there once and in order.
    pub(crate) lost: usize,
    /// Microseconds of processor time of the server for each message.
    pub(crate) server_cpu: f64,
}

impl Load {
    pub(crate) fn words(&self) -> String {
        format!(
            "p50 {:.1} ms, p99 {:.1} ms, lost {}, {:.0} µs of the server's CPU each",
            self.p50, self.p99, self.lost, self.server_cpu
        )
    }
}

/// One buyer's message in flight.
struct Slot {
    /// Number of the message.
    number: Cell<u64>,
    sent: Cell<Instant>,
    acknowledged: Cell<bool>,
    delivered: Cell<bool>,
    arrived: Rc<Notify>,
}

struct Course {
    slots: Vec<Slot>,
    /// Between what a buyer says.
    pause: Duration,
    /// Only what is sent in this time counts.
    from: Cell<Option<Instant>>,
    stop: Cell<bool>,
    took: RefCell<Vec<f64>>,
}

impl Course {
    /// The message stands with both sides: takes its time down.
    fn looked(&self, slot: &Slot) {
        if slot.acknowledged.get() && slot.delivered.get() {
            let sent = slot.sent.get();
            if self.from.get().is_some_and(|from| sent >= from) && !self.stop.get() {
                self.took
                    .borrow_mut()
                    .push(sent.elapsed().as_secs_f64() * 1_000.0);
            }
            let arrived = Rc::clone(&slot.arrived);
            if self.pause.is_zero() {
                arrived.notify_one();
            } else {
                let pause = tokio::time::sleep(self.pause);
                tokio::task::spawn_local(async move {
                    pause.await;
                    arrived.notify_one();
                });
            }
        }
    }
}

/// Plays for so long on a fresh shop, every buyer as fast as answers come.
pub(crate) async fn play(ground: Ground, variables: &[(&str, &str)], time: Duration) -> Load {
    play_beside(ground, variables, Duration::ZERO, async |_: &World| {
        tokio::time::sleep(time).await;
    })
    .await
}

/// Plays on a fresh shop for as long as something else takes; every buyer pauses between what they say.
pub(crate) async fn play_beside(
    ground: Ground,
    variables: &[(&str, &str)],
    pause: Duration,
    beside: impl AsyncFnOnce(&World),
) -> Load {
    let (world, server) = World::found(ground, AGENTS).await;
    assert!(server.stop().success());
    let server = world.ground.serve_with("127.0.0.1:0", variables);
    let api = world.api(&server);
    for person in api.get("/people").await["items"].as_array().expect("people") {
        let room = json!({"capacity": BUYERS / AGENTS + 4});
        let path = format!("/people/{}", person["id"]);
        api.ask("PATCH", &path, Some(&room))
            .await
            .expect("an answer")
            .fine("room for more");
    }
    // A server that was just started learns the shop's words when it is first asked; this is not what is measured.
    while api.get("/answers?q=%E5%8F%91%E8%B4%A7").await["ready"] != true {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let local = tokio::task::LocalSet::new();
    let load = local
        .run_until(course(&world, &server, &api, pause, beside))
        .await;
    drop(local);
    drop(server);
    load
}

async fn course(
    world: &World,
    server: &Server,
    api: &Api,
    pause: Duration,
    beside: impl AsyncFnOnce(&World),
) -> Load {
    let slot = |_| Slot {
        number: Cell::new(0),
        sent: Cell::new(Instant::now()),
        acknowledged: Cell::new(false),
        delivered: Cell::new(true),
        arrived: Rc::default(),
    };
    let course = Rc::new(Course {
        slots: (0..BUYERS).map(slot).collect(),
        pause,
        from: Cell::new(None),
        stop: Cell::new(false),
        took: RefCell::default(),
    });
    for cookie in &world.agents {
        tokio::task::spawn_local(agent(server.address, cookie.clone(), Rc::clone(&course)));
    }
    let buyers: Vec<_> = (0..BUYERS)
        .map(|number| {
            let (key, token) = (world.key.clone(), world.owner.clone());
            let course = Rc::clone(&course);
            tokio::task::spawn_local(buyer(server.address, key, token, number, course))
        })
        .collect();
    loop {
        let cards = api.conversations().await;
        if cards.len() == BUYERS && cards.iter().all(|card| card["state"] == "open") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // From here on every buyer has an agent, and speaks.
    course.slots.iter().for_each(|slot| slot.arrived.notify_one());
    tokio::time::sleep(WARM).await;
    let (began, cpu) = (Instant::now(), cpu(server.id()));
    course.from.set(Some(began));
    beside(world).await;
    course.stop.set(true);
    let (seconds, cpu) = (began.elapsed().as_secs_f64(), self::cpu(server.id()) - cpu);
    for buyer in buyers {
        buyer.await.expect("the buyer ends well");
    }
    let mut took = std::mem::take(&mut *course.took.borrow_mut());
    Load {
        rate: took.len() as f64 / seconds,
        p50: rank(&mut took, 0.5),
        p99: rank(&mut took, 0.99),
        lost: lost(api, &course).await,
        server_cpu: cpu * 1_000_000.0 / took.len() as f64,
    }
}

async fn buyer(at: SocketAddr, key: String, token: String, own: usize, course: Rc<Course>) {
    let url = format!("ws://{at}/widget/v1/socket?shop={key}");
    let mut socket = connect(&url, &token, at).await;
    let slot = &course.slots[own];
    say(&mut socket, r#"{"id":0,"do":"hello"}"#.to_owned()).await;
    say(&mut socket, words(own, 0)).await;
    let mut answers = 0;
    let mut number = 0;
    loop {
        tokio::select! {
            frame = socket.next() => {
                let Some(Ok(frame)) = frame else { panic!("the buyer's socket is gone") };
                let Message::Text(text) = frame else { continue };
                if text.starts_with(r#"{"re":"#) {
                    assert!(!text.contains(r#""problem""#), "refused: {text}");
                    answers += 1;
                    // One for the hello and one for each message; the first message only opens the talk.
                    if number > 0 && answers == number + 2 {
                        slot.acknowledged.set(true);
                        course.looked(slot);
                    }
                }
            }
            () = slot.arrived.notified() => {
                if course.stop.get() {
                    return;
                }
                number += 1;
                slot.number.set(number);
                slot.acknowledged.set(false);
                slot.delivered.set(false);
                slot.sent.set(Instant::now());
                say(&mut socket, words(own, number)).await;
            }
        }
    }
}

fn words(own: usize, number: u64) -> String {
    format!(
        r#"{{"id":{},"do":"send","client_id":"b{own}-{number}","kind":"text","body":{{"text":"亲，这款被套还有货吗？今天拍下什么时候能发出？第{number}问"}}}}"#,
        number + 1
    )
}

async fn agent(at: SocketAddr, cookie: String, course: Rc<Course>) {
    let mut socket = connect(&format!("ws://{at}/api/v1/socket"), &cookie, at).await;
    say(&mut socket, r#"{"id":1,"do":"hello"}"#.to_owned()).await;
    say(
        &mut socket,
        r#"{"id":2,"do":"presence","state":"online"}"#.to_owned(),
    )
    .await;
    while let Some(Ok(frame)) = socket.next().await {
        let Message::Text(text) = frame else { continue };
        let Some((_, after)) = text.split_once(r#""client_id":"b"#) else {
            continue;
        };
        let id = after.split('"').next().unwrap_or_default();
        let Some((own, number)) = id.split_once('-') else {
            continue;
        };
        let slot = own.parse().ok().and_then(|own: usize| course.slots.get(own));
        if let Some(slot) =
            slot.filter(|slot| number.parse() == Ok(slot.number.get()) && !slot.delivered.get())
        {
            slot.delivered.set(true);
            course.looked(slot);
        }
    }
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn connect(url: &str, pass: &str, at: SocketAddr) -> Socket {
    let mut request = url.into_client_request().expect("an address");
    let (name, value) = shown(pass);
    request
        .headers_mut()
        .insert(name, value.parse().expect("a header"));
    request
        .headers_mut()
        .insert("origin", format!("http://{at}").parse().expect("a header"));
    let connected = tokio_tungstenite::connect_async_with_config(request, None, true).await;
    connected.expect("the server answers").0
}

async fn say(socket: &mut Socket, text: String) {
    socket
        .send(Message::Text(text.into()))
        .await
        .expect("the socket lives");
}

/// Every message that was acknowledged, against what is kept.
async fn lost(api: &Api, course: &Course) -> usize {
    let mut kept = vec![Vec::new(); BUYERS];
    for card in api.conversations().await {
        for message in api.messages(card["id"].as_i64().expect("an id")).await {
            let id = message["client_id"].as_str().and_then(|id| id.strip_prefix('b'));
            if let Some((own, number)) = id.and_then(|id| id.split_once('-')) {
                let (own, number): (usize, u64) =
                    (own.parse().expect("a buyer"), number.parse().expect("a number"));
                kept[own].push(number);
            }
        }
    }
    let missing = |(slot, kept): (&Slot, &Vec<u64>)| {
        let sent: Vec<u64> = (0..=slot.number.get()).collect();
        if *kept == sent {
            0
        } else {
            sent.len().abs_diff(kept.len()).max(1)
        }
    };
    course.slots.iter().zip(&kept).map(missing).sum()
}

/// Seconds of processor time that a process used so far.
fn cpu(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|ticks| ticks.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}
