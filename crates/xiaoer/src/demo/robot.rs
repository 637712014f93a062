//! An agent who answers by itself, over a socket of its own.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::wire::{Http, Lost, Wire};

/// What a robot is asked to do on its socket.
struct Errand {
    name: &'static str,
    fields: Value,
    answer: oneshot::Sender<Result<Value, Lost>>,
}

/// One robot.
pub(crate) struct Robot {
    pub(crate) login: String,
    pub(crate) nick: String,
    pub(crate) token: String,
    errands: mpsc::Sender<Errand>,
}

impl Robot {
    /// Signs it in, and again whenever its connection is lost.
    pub(crate) fn start(http: &Http, login: String, nick: String, token: String) -> Robot {
        let (errands, inbox) = mpsc::channel(64);
        tokio::spawn(stay(http.clone(), token.clone(), inbox));
        Robot {
            login,
            nick,
            token,
            errands,
        }
    }

    /// Asks for something on the robot's socket.
    pub(crate) async fn ask(&self, name: &'static str, fields: Value) -> Result<Value, Lost> {
        let (answer, told) = oneshot::channel();
        let away = || Lost("gone".to_owned());
        self.errands
            .send(Errand { name, fields, answer })
            .await
            .map_err(|_| away())?;
        told.await.map_err(|_| away())?
    }
}

async fn stay(http: Http, token: String, mut inbox: mpsc::Receiver<Errand>) {
    let mut first = true;
    loop {
        if let Err(lost) = work(&http, &token, &mut inbox, first).await {
            tracing::debug!(%lost, "an agent of the demo lost its socket");
        }
        if inbox.is_closed() {
            return;
        }
        first = false;
        tokio::time::sleep(Duration::from_secs(4)).await;
    }
}

async fn work(http: &Http, token: &str, inbox: &mut mpsc::Receiver<Errand>, first: bool) -> Result<(), Lost> {
    let mut wire = Wire::open(&http.socket("/api/v1/socket"), Some(token)).await?;
    wire.ask("hello", json!({"device": "desktop"})).await?;
    // Nobody is dealt to a robot: it takes the demo's own buyers itself and leaves all others in the
    // queue, for people.
    wire.ask("presence", json!({"state": "busy", "reason": "演示：自动应答"}))
        .await?;
    if first {
        finish_old(http, token).await;
    }
    loop {
        tokio::select! {
            errand = inbox.recv() => match errand {
                Some(errand) => {
                    let answer = wire.ask(errand.name, errand.fields).await;
                    let lost = matches!(&answer, Err(lost) if lost.0 == "gone");
                    // Whoever asked may have given up.
                    let _ = errand.answer.send(answer);
                    if lost {
                        return Err(Lost("gone".to_owned()));
                    }
                }
                None => return Ok(()),
            },
            frame = wire.push() => {
                let frame = frame?;
                if frame["on"] == "bye" {
                    return Err(Lost("bye".to_owned()));
                }
            }
        }
    }
}

/// Closes what the robot had when the program ended: its buyers are gone with it.
async fn finish_old(http: &Http, token: &str) {
    let Ok(list) = http.get("/api/v1/conversations?tab=mine&limit=100", token).await else {
        return;
    };
    for card in list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|card| card["state"] == "open")
    {
        let path = format!("/api/v1/conversations/{}/close", card["id"]);
        if let Err(lost) = http.post(&path, token, &json!({"reason": "演示重新开始"})).await {
            tracing::debug!(%lost, "an old conversation of the demo stayed open");
        }
    }
}
