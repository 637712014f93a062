use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Problem;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, http};

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Value>>>>;

/// One socket of a player: commands with answers, and what is pushed.
pub(crate) struct Line {
    out: mpsc::UnboundedSender<(u64, String)>,
    waiting: Waiting,
    next: std::sync::atomic::AtomicU64,
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

impl Line {
    /// Connects; pushed frames go to `pushed`.
    pub(crate) async fn connect(
        url: &str,
        headers: &[(&'static str, String)],
        pushed: mpsc::UnboundedSender<Value>,
    ) -> Result<Line, Problem> {
        let lost = |why: String| Problem::new(503, "server_away", why);
        let mut request = url.into_client_request().map_err(|e| lost(e.to_string()))?;
        for (name, value) in headers {
            let value = http::HeaderValue::from_str(value).map_err(|e| lost(e.to_string()))?;
            request.headers_mut().insert(*name, value);
        }
        let (socket, _) = tokio_tungstenite::connect_async_with_config(request, None, true)
            .await
            .map_err(|e| lost(e.to_string()))?;
        let (mut write, mut read) = socket.split();
        let (out, mut queued) = mpsc::unbounded_channel::<(u64, String)>();
        let waiting = Waiting::default();
        let answers = Arc::clone(&waiting);
        tokio::spawn(async move {
            while let Some((_, frame)) = queued.recv().await {
                if write.send(Message::Text(frame.into())).await.is_err() {
                    return;
                }
            }
            let _ = write.close().await;
        });
        tokio::spawn(async move {
            while let Some(Ok(message)) = read.next().await {
                let Message::Text(text) = message else { continue };
                let Ok(value) = serde_json::from_str::<Value>(&text) else {
                    continue;
                };
                match value["re"].as_u64() {
                    Some(id) => {
                        let waiter = answers.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                        if let Some(waiter) = waiter {
                            let _ = waiter.send(value);
                        }
                    }
                    None => {
                        let _ = pushed.send(value);
                    }
                }
            }
        });
        Ok(Line {
            out,
            waiting,
            next: std::sync::atomic::AtomicU64::new(1),
        })
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn ask(&self, name: &str, mut fields: Value) -> Result<Value, Problem> {
        let id = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        fields["id"] = json!(id);
        fields["do"] = json!(name);
        let (answer, wait) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, answer);
        let away = || Problem::new(503, "server_away", "The socket is gone.");
        self.out.send((id, fields.to_string())).map_err(|_| away())?;
        let answer = tokio::time::timeout(PATIENCE, wait)
            .await
            .map_err(|_| away())?
            .map_err(|_| away())?;
        match answer.get("problem") {
            None => Ok(answer["ok"].clone()),
            Some(problem) => Err(Problem::new(409, "server_refused", format!("{name}: {problem}"))),
        }
    }
}
