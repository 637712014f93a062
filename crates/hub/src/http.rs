//! One socket's life: commands in, answers and live frames out. What the commands mean is the door's.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use base::Problem;
use futures_util::{SinkExt as _, StreamExt as _};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::time::{Instant, MissedTickBehavior};

use crate::Seat;

/// Bytes of a command.
const FRAME_LIMIT: usize = 64 << 10;
/// Bytes of a frame that is read at all: up to here a client is told that its frame was too big, beyond it
/// the socket ends.
const WIRE_LIMIT: usize = 2 << 20;
/// How often the server pings.
const PING_EVERY: Duration = Duration::from_secs(10);
/// A socket from which nothing was heard for this long is dropped.
const SILENCE: Duration = Duration::from_secs(25);
/// A socket that takes nothing for this long is dropped.
const STUCK: Duration = Duration::from_secs(10);

/// What stands behind a socket.
pub trait Door: Send {
    /// Carries out one command (its whole frame) and answers with the JSON of `ok`.
    fn command(
        &mut self,
        seat: &mut Seat,
        name: &str,
        frame: &str,
    ) -> impl Future<Output = Result<String, Problem>> + Send;

    /// Frames of others are about to be handed out: something around here changed. What may not be told any
    /// more is taken out of them.
    fn handing_out(
        &mut self,
        _seat: &mut Seat,
        _frames: &mut VecDeque<Arc<str>>,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Called about once a second; `false` ends the socket.
    fn tick(&mut self, seat: &mut Seat) -> impl Future<Output = bool> + Send;

    /// The socket is gone.
    fn gone(self) -> impl Future<Output = ()> + Send;
}

/// Accepts a socket with small buffers: most sockets are idle, and thousands of them must fit.
pub fn upgrade(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(2 << 10)
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20)
        .max_message_size(WIRE_LIMIT)
        .max_frame_size(WIRE_LIMIT)
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(rename = "do", default)]
    name: String,
}

/// Runs a socket until it ends.
#[expect(
    clippy::disallowed_methods,
    reason = "silence on a socket is measured where the socket is"
)]
pub async fn run<D: Door>(mut socket: WebSocket, mut seat: Seat, mut door: D) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    let mut pinged = Instant::now();
    loop {
        let alive = tokio::select! {
            mut frames = seat.next() => {
                if let Some(frames) = &mut frames {
                    door.handing_out(&mut seat, frames).await;
                }
                hand_out(&mut socket, frames).await
            }
            message = socket.next() => {
                heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => {
                        let answer = answer(&mut door, &mut seat, &text).await;
                        send(&mut socket, Message::Text(answer.into())).await
                    }
                    Some(Ok(Message::Binary(_))) => {
                        let problem = bad_frame("Frames are JSON text.");
                        send(&mut socket, Message::Text(refusal("null", &problem).into())).await
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => true,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                }
            }
            now = second.tick() => {
                let quiet = now.duration_since(heard) > SILENCE;
                let mut alive = !quiet && door.tick(&mut seat).await;
                if alive && now.duration_since(pinged) >= PING_EVERY {
                    pinged = now;
                    alive = send(&mut socket, Message::Ping(Default::default())).await;
                }
                alive
            }
        };
        if !alive {
            break;
        }
    }
    drop(seat);
    door.gone().await;
}

async fn answer<D: Door>(door: &mut D, seat: &mut Seat, text: &str) -> String {
    if text.len() > FRAME_LIMIT {
        let problem = Problem::new(413, "frame_too_big", "A frame has at most 64 KiB.");
        return refusal("null", &problem);
    }
    let text = &*base::whole_json(text);
    let head: Head<'_> = match serde_json::from_str(text) {
        Ok(head) => head,
        Err(_) => return refusal("null", &bad_frame("A frame is a JSON object with id and do.")),
    };
    let id = head.id.map_or("null", RawValue::get).to_owned();
    // Only a number is given back as it came: anything else could be as long as the frame.
    let id = if id.parse::<f64>().is_ok() {
        id
    } else {
        "null".to_owned()
    };
    match door.command(seat, &head.name, text).await {
        Ok(ok) => format!(r#"{{"re":{id},"ok":{ok}}}"#),
        Err(problem) => refusal(&id, &problem),
    }
}

/// Reads a command's fields.
pub fn fields<'a, T: Deserialize<'a>>(frame: &'a str) -> Result<T, Problem> {
    serde_json::from_str(frame).map_err(|error| bad_frame(&format!("The frame does not fit: {error}.")))
}

fn bad_frame(detail: &str) -> Problem {
    Problem::new(422, "bad_frame", detail.to_owned())
}

fn refusal(id: &str, problem: &Problem) -> String {
    let problem = serde_json::to_string(problem).unwrap_or_else(|_| "{}".to_owned());
    format!(r#"{{"re":{id},"problem":{problem}}}"#)
}

async fn hand_out(socket: &mut WebSocket, frames: Option<VecDeque<Arc<str>>>) -> bool {
    let Some(frames) = frames else {
        return send(socket, Message::Text(r#"{"on":"resync"}"#.into())).await;
    };
    let all = async {
        for frame in frames {
            let last = frame.starts_with(r#"{"on":"bye""#);
            socket.feed(Message::Text((&*frame).into())).await?;
            if last {
                socket.flush().await?;
                return Ok::<bool, axum::Error>(false);
            }
        }
        socket.flush().await?;
        Ok(true)
    };
    matches!(tokio::time::timeout(STUCK, all).await, Ok(Ok(true)))
}

async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(
        tokio::time::timeout(STUCK, socket.send(message)).await,
        Ok(Ok(()))
    )
}
