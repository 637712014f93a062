//! Files in S3 or whatever speaks like it, over our own small HTTP client.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use base::Problem;
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    ClientConfigKey, ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest,
    HttpRequestBody, HttpResponse, HttpResponseBody, HttpService,
};
use object_store::path::Path as Key;
use object_store::{BackoffConfig, RetryConfig};

use crate::tls;

/// One request with its answer takes this long at most.
const REQUEST: Duration = Duration::from_secs(30);
/// Tries of one request, all together.
const ALL_TRIES: Duration = Duration::from_secs(40);
/// No object of ours comes near; more is not read into memory.
const ANSWER_LIMIT: usize = 64 << 20;

/// A bucket and the folder in it, out of `s3://bucket/folder`; the key, its secret, the region and another
/// endpoint come from the usual `AWS_*` variables of the environment.
pub(crate) fn open(url: &str) -> Result<(AmazonS3, Key), Problem> {
    build(AmazonS3Builder::from_env(), url)
}

fn build(builder: AmazonS3Builder, url: &str) -> Result<(AmazonS3, Key), Problem> {
    let (bucket, prefix) = parse(url)?;
    let retry = RetryConfig {
        max_retries: 4,
        retry_timeout: ALL_TRIES,
        backoff: BackoffConfig::default(),
    };
    let store = builder
        .with_bucket_name(bucket)
        .with_retry(retry)
        .with_http_connector(Connector)
        .build()
        .map_err(|error| Problem::input("files", "files_url", format!("{url} cannot be used: {error}")))?;
    Ok((store, prefix))
}

fn parse(url: &str) -> Result<(&str, Key), Problem> {
    let wrong = || Problem::input("files", "files_url", "Write s3://BUCKET or s3://BUCKET/FOLDER.");
    let rest = url.strip_prefix("s3://").ok_or_else(wrong)?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(plain) || bucket.contains("..") {
        return Err(wrong());
    }
    Ok((
        bucket,
        Key::parse(prefix.trim_end_matches('/')).map_err(|_| wrong())?,
    ))
}

/// Makes the client; http in the clear only where `AWS_ALLOW_HTTP` says so.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let failed = |cause: String| object_store::Error::Generic {
            store: "S3",
            source: cause.into(),
        };
        let tls = tls::config().map_err(|_| failed("TLS cannot be set up".into()))?;
        let clear = options
            .get_config_value(&ClientConfigKey::AllowHttp)
            .is_some_and(|v| v == "true");
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(Duration::from_secs(5)));
        let connector = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls);
        let connector = if clear {
            connector.https_or_http()
        } else {
            connector.https_only()
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_timer(TokioTimer::new())
            .build(connector.enable_http1().wrap_connector(tcp));
        Ok(HttpClient::new(Http { client }))
    }
}

#[derive(Debug)]
struct Http {
    client: Client<HttpsConnector<Tcp>, HttpRequestBody>,
}

impl HttpService for Http {
    fn call<'a, 'f>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'f>>
    where
        'a: 'f,
        Self: 'f,
    {
        let answer = async {
            let response = self.client.request(request).await.map_err(|error| {
                let kind = if error.is_connect() {
                    HttpErrorKind::Connect
                } else {
                    HttpErrorKind::Request
                };
                HttpError::new(kind, error)
            })?;
            let (parts, body) = response.into_parts();
            // Read whole, so that the time limit holds for the body too.
            let body = Limited::new(body, ANSWER_LIMIT).collect().await;
            let body = body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, Cut(error)))?;
            Ok(HttpResponse::from_parts(
                parts,
                HttpResponseBody::from(body.to_bytes()),
            ))
        };
        Box::pin(async move {
            let answer = tokio::time::timeout(REQUEST, answer).await;
            answer.unwrap_or_else(|late| Err(HttpError::new(HttpErrorKind::Timeout, late)))
        })
    }
}

/// An answer that broke off.
#[derive(Debug)]
struct Cut(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the answer broke off: {}", self.0)
    }
}

impl std::error::Error for Cut {}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    use axum::body::Bytes;
    use axum::extract::State;
    use axum::http::{HeaderMap, Method, StatusCode, Uri};
    use axum::response::{IntoResponse, Response};

    use super::*;
    use crate::Files;

    #[derive(Clone, Default)]
    struct Bucket {
        objects: Arc<Mutex<HashMap<String, Bytes>>>,
        asked: Arc<Mutex<Vec<String>>>,
        broken: Arc<Mutex<u32>>,
    }

    async fn answer(
        State(bucket): State<Bucket>,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Response {
        let signed = headers
            .get("authorization")
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        if !signed.starts_with("AWS4-HMAC-SHA256 Credential=key/")
            || !signed.contains("/eu-test-1/s3/aws4_request")
        {
            return StatusCode::FORBIDDEN.into_response();
        }
        bucket
            .asked
            .lock()
            .expect("lock")
            .push(format!("{method} {}", uri.path()));
        let mut broken = bucket.broken.lock().expect("lock");
        if *broken > 0 {
            *broken -= 1;
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let mut objects = bucket.objects.lock().expect("lock");
        let tag = [
            ("etag", "\"1\""),
            ("last-modified", "Sat, 21 Nov 2026 08:00:00 GMT"),
        ];
        match (method, objects.get(uri.path()).cloned()) {
            (Method::PUT, _) => {
                objects.insert(uri.path().to_owned(), body);
                tag.into_response()
            }
            (Method::GET | Method::HEAD, Some(bytes)) => (tag, bytes).into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    async fn serve(bucket: Bucket) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = axum::Router::new().fallback(answer).with_state(bucket);
        let app = app.layer(axum::extract::DefaultBodyLimit::max(32 << 20));
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}")
    }

    fn files(endpoint: &str, clear: bool) -> Files {
        let builder = AmazonS3Builder::new()
            .with_access_key_id("key")
            .with_secret_access_key("secret")
            .with_region("eu-test-1")
            .with_endpoint(endpoint)
            .with_allow_http(clear);
        let (store, prefix) = build(builder, "s3://shop-files/one/two/").expect("usable");
        Files::of(Arc::new(store), prefix)
    }

    #[tokio::test]
    async fn bytes_go_signed_under_bucket_and_folder_and_come_back() {
        let bucket = Bucket::default();
        let files = files(&serve(bucket.clone()).await, true);
        *bucket.broken.lock().expect("lock") = 1;
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let hash = files
            .put(bytes.clone())
            .await
            .expect("stored, after a second try");
        assert_eq!(files.put(bytes.clone()).await, Ok(hash.clone()));
        assert_eq!(files.get(&hash).await, Ok(bytes));
        let place = format!("/shop-files/one/two/{}/{}", &hash[..2], &hash[2..]);
        let asked = std::mem::take(&mut *bucket.asked.lock().expect("lock"));
        assert_eq!(
            asked.iter().filter(|a| **a == format!("PUT {place}")).count(),
            1,
            "{asked:?}"
        );
        assert!(asked.iter().all(|a| a.ends_with(&place)), "{asked:?}");
        let none = files.get(&"0".repeat(64)).await.map_err(|p| p.code.to_string());
        assert_eq!(none, Err("not_found".into()));
    }

    #[tokio::test]
    async fn http_in_the_clear_is_refused_unless_allowed() {
        let bucket = Bucket::default();
        let files = files(&serve(bucket.clone()).await, false);
        assert!(files.put(b"a".to_vec()).await.is_err());
        assert!(bucket.asked.lock().expect("lock").is_empty());
    }

    #[test]
    fn addresses_are_read_strictly() {
        let parsed = |url: &'static str| parse(url).map(|(b, k)| (b.to_owned(), k.to_string())).ok();
        assert_eq!(
            parsed("s3://shop-files"),
            Some(("shop-files".into(), String::new()))
        );
        assert_eq!(
            parsed("s3://shop-files/a/b/"),
            Some(("shop-files".into(), "a/b".into()))
        );
        for wrong in [
            "s3://",
            "s3:///a",
            "s3://UP",
            "s3://user:pass@host/a",
            "s3://shop/a/../b",
            "s3://shop/a//b",
            "gs://shop",
        ] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }
}
