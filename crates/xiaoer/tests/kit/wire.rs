//! One socket: commands, answers and pushes.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::api::shown;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The socket is gone, or silent for too long.
#[derive(Clone, Debug)]
pub(crate) struct Gone(pub(crate) String);

/// Small buffers: thousands of sockets must fit into one test.
fn small() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(4 << 10)
        .write_buffer_size(0)
}

/// A socket of either door.
pub(crate) struct Wire {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
    /// What came while something else was waited for.
    kept: VecDeque<Value>,
}

impl Wire {
    /// Opens a socket.
    pub(crate) async fn open(url: &str, headers: &[(&'static str, &str)]) -> Result<Wire, Gone> {
        let gone = |error: String| Gone(error);
        let mut request = url.into_client_request().map_err(|e| gone(e.to_string()))?;
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|e| gone(e.to_string()))?;
            request.headers_mut().insert(*name, value);
        }
        let connecting = tokio_tungstenite::connect_async_with_config(request, Some(small()), true);
        let connected = tokio::time::timeout(PATIENCE, connecting).await;
        let (socket, _) = connected
            .map_err(|_| gone("no handshake".into()))?
            .map_err(|e| gone(e.to_string()))?;
        Ok(Wire {
            socket,
            next: 1,
            kept: VecDeque::new(),
        })
    }

    /// The agent's door.
    pub(crate) async fn agent(at: SocketAddr, pass: &str) -> Result<Wire, Gone> {
        let (name, value) = shown(pass);
        let origin = format!("http://{at}");
        Wire::open(
            &format!("ws://{at}/api/v1/socket"),
            &[(name, &value), ("origin", &origin)],
        )
        .await
    }

    /// The buyer's door; a token lifts the limits.
    pub(crate) async fn buyer(at: SocketAddr, key: &str, token: Option<&str>) -> Result<Wire, Gone> {
        let url = format!("ws://{at}/widget/v1/socket?shop={key}");
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&'static str, &str)> =
            bearer.iter().map(|b| ("authorization", b.as_str())).collect();
        Wire::open(&url, &headers).await
    }

    /// Sends any message.
    pub(crate) async fn raw(&mut self, message: Message) -> Result<(), Gone> {
        let sent = tokio::time::timeout(PATIENCE, self.socket.send(message)).await;
        sent.map_err(|_| Gone("nothing is taken".into()))?
            .map_err(|e| Gone(e.to_string()))
    }

    /// Sends any text.
    pub(crate) async fn text(&mut self, text: &str) -> Result<(), Gone> {
        self.raw(Message::Text(text.into())).await
    }

    /// Sends a command; answers its id.
    pub(crate) async fn tell(&mut self, name: &str, mut fields: Value) -> Result<u64, Gone> {
        let id = self.next;
        self.next += 1;
        fields["id"] = json!(id);
        fields["do"] = json!(name);
        self.text(&fields.to_string()).await?;
        Ok(id)
    }

    /// The next frame, kept or new. May be cancelled.
    pub(crate) async fn frame(&mut self) -> Result<Value, Gone> {
        match self.kept.pop_front() {
            Some(frame) => Ok(frame),
            None => self.fresh().await,
        }
    }

    /// The next frame from the socket.
    async fn fresh(&mut self) -> Result<Value, Gone> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).map_err(|e| Gone(format!("no JSON: {e}")));
                }
                Some(Ok(Message::Close(_))) | None => return Err(Gone("closed".into())),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(Gone(error.to_string())),
            }
        }
    }

    /// The next frame, or `None` when nothing comes for so long.
    pub(crate) async fn frame_within(&mut self, time: Duration) -> Result<Option<Value>, Gone> {
        match tokio::time::timeout(time, self.frame()).await {
            Ok(frame) => frame.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Waits for the answer with this id (null: `None`); pushes are kept.
    pub(crate) async fn answer(&mut self, id: Option<u64>) -> Result<Result<Value, Value>, Gone> {
        let waiting = async {
            loop {
                let frame = self.fresh().await?;
                let answers =
                    frame.as_object().is_some_and(|f| f.contains_key("re")) && frame["re"].as_u64() == id;
                if !answers {
                    self.kept.push_back(frame);
                } else if let Some(problem) = frame.get("problem") {
                    return Ok(Err(problem.clone()));
                } else {
                    return Ok(Ok(frame["ok"].clone()));
                }
            }
        };
        let answered = tokio::time::timeout(PATIENCE, waiting).await;
        answered.map_err(|_| Gone("no answer".into()))?
    }

    /// The next answer to anything; pushes are kept.
    pub(crate) async fn any_answer(&mut self) -> Result<Value, Gone> {
        let waiting = async {
            loop {
                let frame = self.fresh().await?;
                if frame.as_object().is_some_and(|f| f.contains_key("re")) {
                    return Ok(frame);
                }
                self.kept.push_back(frame);
            }
        };
        let answered = tokio::time::timeout(PATIENCE, waiting).await;
        answered.map_err(|_| Gone("no answer".into()))?
    }

    /// Sends a command and waits for its answer: `ok`, or the problem.
    pub(crate) async fn ask(&mut self, name: &str, fields: Value) -> Result<Result<Value, Value>, Gone> {
        let id = self.tell(name, fields).await?;
        self.answer(Some(id)).await
    }

    /// Sends a command that must be accepted.
    pub(crate) async fn done(&mut self, name: &str, fields: Value) -> Value {
        let answer = self.ask(name, fields).await;
        answer
            .unwrap_or_else(|gone| panic!("{name}: {gone:?}"))
            .unwrap_or_else(|problem| panic!("{name}: {problem}"))
    }

    /// Says hello until its cursor lies behind what made its agent, and answers that hello: on PostgreSQL transactions
    /// of other databases may hold the log back, and whoever's own rights changed since is rightly told to begin anew.
    pub(crate) async fn caught_up(&mut self) -> Value {
        let mut told = self.done("hello", json!({})).await;
        super::until("the cursor is behind the agent", PATIENCE, async || {
            told = self.done("hello", json!({"cursor": told["cursor"]})).await;
            told["resync"] == false
        })
        .await;
        told
    }

    /// Sends a command that must be refused; answers the problem's code.
    pub(crate) async fn refused(&mut self, name: &str, fields: Value) -> String {
        match self.ask(name, fields).await {
            Ok(Err(problem)) => problem["code"].as_str().unwrap_or_default().to_owned(),
            other => panic!("{name} was not refused: {other:?}"),
        }
    }
}
