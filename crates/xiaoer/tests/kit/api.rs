//! The HTTP API, as a stranger's program would use it.

use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// A client that shows who it is.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
    /// A token, a cookie, or nothing.
    pass: String,
    /// What a write by cookie carries.
    csrf: Option<String>,
}

/// What was answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: hyper::HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The code of a problem; empty when it is none.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The body of a success.
    pub(crate) fn fine(&self, what: &str) -> Value {
        let text = String::from_utf8_lossy(&self.bytes);
        assert!(
            (200..300).contains(&self.status),
            "{what}: {} {text}",
            self.status
        );
        self.json()
    }
}

/// The header that shows a token or a cookie.
pub(crate) fn shown(pass: &str) -> (&'static str, String) {
    match pass.starts_with("xiaoer=") {
        true => ("cookie", pass.to_owned()),
        false => ("authorization", format!("Bearer {pass}")),
    }
}

impl Api {
    pub(crate) fn new(address: SocketAddr, pass: &str) -> Api {
        Api {
            client: Client::builder(TokioExecutor::new()).build_http(),
            address,
            pass: pass.to_owned(),
            csrf: None,
        }
    }

    /// The same with the value that writes by cookie carry.
    pub(crate) fn with_csrf(mut self, csrf: &str) -> Api {
        self.csrf = Some(csrf.to_owned());
        self
    }

    /// One request to any path; an error when nobody answers.
    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Reply, String> {
        let mut request = hyper::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address));
        if !self.pass.is_empty() {
            let (name, value) = shown(&self.pass);
            request = request.header(name, value);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|e| e.to_string())?;
        let response = self.client.request(request).await.map_err(|e| e.to_string())?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response
            .into_body()
            .collect()
            .await
            .map_err(|e| e.to_string())?
            .to_bytes();
        Ok(Reply {
            status,
            headers,
            bytes,
        })
    }

    /// One request to a path under `/api/v1`.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply, String> {
        let path = format!("/api/v1{path}");
        match body {
            Some(body) => {
                let json = [("content-type", "application/json")];
                self.request(method, &path, &json, body.to_string().into_bytes())
                    .await
            }
            None => self.request(method, &path, &[], Vec::new()).await,
        }
    }

    /// What stands there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask("GET", path, None).await.expect("an answer").fine(path)
    }

    /// Posts what must be accepted.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.ask("POST", path, Some(&body))
            .await
            .expect("an answer")
            .fine(path)
    }

    /// Sends a file as a form does.
    pub(crate) async fn upload(
        &self,
        path: &str,
        name: &str,
        media: &str,
        bytes: &[u8],
    ) -> Result<Reply, String> {
        let mut body = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {media}\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--limit--\r\n");
        let form = [("content-type", "multipart/form-data; boundary=limit")];
        self.request("POST", path, &form, body).await
    }

    /// All messages of a conversation, from the first on.
    pub(crate) async fn messages(&self, conversation: i64) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        loop {
            let after = all.last().map_or(0, |m| m["seq"].as_i64().expect("a number"));
            let page = self
                .get(&format!(
                    "/conversations/{conversation}/messages?after={after}&limit=200"
                ))
                .await;
            let page = page.as_array().expect("a list");
            if page.is_empty() {
                return all;
            }
            all.extend(page.iter().cloned());
        }
    }

    /// All conversations one may see.
    pub(crate) async fn conversations(&self) -> Vec<Value> {
        let mut all: Vec<Value> = Vec::new();
        let mut next = String::new();
        loop {
            let page = self.get(&format!("/conversations?tab=all&limit=100{next}")).await;
            all.extend(page["items"].as_array().expect("a list").iter().cloned());
            match page["next"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => return all,
            }
        }
    }
}
