use base::Problem;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// The public API, as a stranger's program would use it.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client<HttpConnector, Full<Bytes>>,
    /// `http://HOST:PORT`
    pub(crate) base: String,
    /// The owner's token.
    pub(crate) token: String,
}

impl Api {
    /// `server` is `http://HOST:PORT`.
    pub(crate) fn new(server: &str, token: &str) -> Result<Api, Problem> {
        if !server.starts_with("http://") {
            return Err(Problem::input(
                "server",
                "server_address",
                "Write http://HOST:PORT.",
            ));
        }
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Api {
            client,
            base: server.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
        })
    }

    /// `HOST:PORT`
    pub(crate) fn host(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, Problem> {
        self.ask("GET", path, None).await.map(|(body, _)| body)
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, Problem> {
        self.ask("POST", path, Some(body)).await.map(|(body, _)| body)
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Result<Value, Problem> {
        self.ask("PUT", path, Some(body)).await.map(|(body, _)| body)
    }

    /// Signs somebody in; answers the cookie.
    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Result<String, Problem> {
        let body = serde_json::json!({"login": login, "password": password});
        let (_, cookie) = self.ask("POST", "/sign-in", Some(body)).await?;
        cookie.ok_or_else(|| Problem::conflict("no_cookie", "The server set no cookie."))
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Result<(Value, Option<String>), Problem> {
        let lost = |why: String| Problem::new(503, "server_away", why);
        let mut request = hyper::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.base));
        if path != "/sign-in" {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let bytes = match &body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        let request = request.body(Full::new(bytes)).map_err(|e| lost(e.to_string()))?;
        let response = self
            .client
            .request(request)
            .await
            .map_err(|e| lost(e.to_string()))?;
        let status = response.status();
        let cookie = response.headers().get("set-cookie").and_then(|c| c.to_str().ok());
        let cookie = cookie.and_then(|c| c.split(';').next()).map(str::to_owned);
        let bytes = response
            .into_body()
            .collect()
            .await
            .map_err(|e| lost(e.to_string()))?
            .to_bytes();
        let value: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok((value, cookie));
        }
        let code = value["code"].as_str().unwrap_or("unknown");
        Err(Problem::new(
            status.as_u16(),
            "server_refused",
            format!("{method} {path}: {status} {code}: {}", value["detail"]),
        ))
    }
}
