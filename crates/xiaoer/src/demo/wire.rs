//! A client of the public API: sockets and HTTP, as any other program would use them.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// What went wrong: the code of a problem, or `gone` when the other side is not there.
#[derive(Clone, Debug)]
pub(crate) struct Lost(pub(crate) String);

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn gone(error: impl std::fmt::Display) -> Lost {
    tracing::debug!(%error, "the demo lost a connection");
    Lost("gone".to_owned())
}

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(20);

/// One socket.
pub(crate) struct Wire {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
    /// Frames that came while an answer was waited for.
    pushed: VecDeque<Value>,
}

impl Wire {
    /// Opens `url`, with a bearer token if one is given.
    pub(crate) async fn open(url: &str, token: Option<&str>) -> Result<Wire, Lost> {
        let mut request = url.into_client_request().map_err(gone)?;
        if let Some(token) = token {
            let value = format!("Bearer {token}").parse().map_err(gone)?;
            request.headers_mut().insert("authorization", value);
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await.map_err(gone)?;
        Ok(Wire {
            socket,
            next: 1,
            pushed: VecDeque::new(),
        })
    }

    /// Asks for something and waits for the answer.
    pub(crate) async fn ask(&mut self, name: &str, mut fields: Value) -> Result<Value, Lost> {
        let id = self.next;
        self.next += 1;
        fields["id"] = json!(id);
        fields["do"] = json!(name);
        self.socket
            .send(Message::text(fields.to_string()))
            .await
            .map_err(gone)?;
        let answer = tokio::time::timeout(ANSWER, async {
            loop {
                let mut frame = self.frame().await?;
                if frame["re"] != id {
                    self.pushed.push_back(frame);
                } else if frame["problem"].is_null() {
                    return Ok(frame["ok"].take());
                } else {
                    return Err(Lost(
                        frame["problem"]["code"].as_str().unwrap_or("gone").to_owned(),
                    ));
                }
            }
        });
        answer.await.map_err(gone)?
    }

    /// The next frame the server pushes.
    pub(crate) async fn push(&mut self) -> Result<Value, Lost> {
        match self.pushed.pop_front() {
            Some(frame) => Ok(frame),
            None => self.frame().await,
        }
    }

    /// Nothing is lost when this is given up half-way.
    async fn frame(&mut self) -> Result<Value, Lost> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(text.as_str()).map_err(gone),
                Some(Ok(Message::Close(_))) | None => return Err(gone("closed")),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(gone(error)),
            }
        }
    }
}

/// Plain requests.
#[derive(Clone)]
pub(crate) struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
    /// Host and port.
    host: String,
}

impl Http {
    pub(crate) fn new(host: String) -> Http {
        Http {
            client: Client::builder(TokioExecutor::new()).build_http(),
            host,
        }
    }

    /// The address of a socket.
    pub(crate) fn socket(&self, path: &str) -> String {
        format!("ws://{}{path}", self.host)
    }

    /// Sends JSON and reads JSON.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Result<Value, Lost> {
        self.send(
            Method::POST,
            path,
            token,
            "application/json",
            body.to_string().into(),
        )
        .await
    }

    /// Reads JSON.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Result<Value, Lost> {
        self.send(Method::GET, path, token, "application/json", Bytes::new())
            .await
    }

    /// Uploads a file as a form's part `file`.
    pub(crate) async fn upload(
        &self,
        path: &str,
        token: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<Value, Lost> {
        const EDGE: &str = "----xiaoer-demo-7d1f0a";
        let media = if name.ends_with(".png") {
            "image/png"
        } else {
            "audio/ogg"
        };
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {media}\r\n\r\n"
        );
        let mut body = head.into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
        let media = format!("multipart/form-data; boundary={EDGE}");
        self.send(Method::POST, path, token, &media, body.into()).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        media: &str,
        body: Bytes,
    ) -> Result<Value, Lost> {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.host))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, media)
            .body(Full::new(body))
            .map_err(gone)?;
        let response = self.client.request(request).await.map_err(gone)?;
        let fine = response.status().is_success();
        let bytes = response.into_body().collect().await.map_err(gone)?.to_bytes();
        let value: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if fine {
            Ok(value)
        } else {
            Err(Lost(value["code"].as_str().unwrap_or("gone").to_owned()))
        }
    }
}
