use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Problem;
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::me::{Me, me_of};
use super::{Api, COOKIE, Edge, Failure, SignedIn, client_address, random};
use crate::{Credentials, Entry, Fresh, PasswordHash, Proof};

/// Hashing takes 19 MiB and a core for tens of milliseconds each: never more than two at once, so that a
/// storm of sign-ins cannot starve the talks.
static HASHING: Semaphore = Semaphore::const_new(2);

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
}

/// What is needed to sign in.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
struct SignInBody {
    login: String,
    password: String,
    /// The code of the second factor, or a recovery code.
    code: Option<String>,
}

/// Does slow work on passwords off the threads that serve requests.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let _turn = HASHING.acquire().await.map_err(|_| Problem::internal())?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Problem::internal())
}

/// Checks a password.
pub(super) async fn prove(hash: PasswordHash, password: String) -> Result<Option<Proof>, Problem> {
    // Nobody has a longer one, and hashing whatever is sent would be work for free.
    if password.chars().count() > 200 {
        return Ok(None);
    }
    off_thread(move || hash.prove(&password)).await
}

/// Hashes a password.
pub(super) async fn hashed(password: String) -> Result<PasswordHash, Problem> {
    let salt = random::bytes()?;
    off_thread(move || PasswordHash::new(&password, &salt)).await?
}

/// Signs in and sets the cookie.
#[utoipa::path(post, path = "/sign-in", tag = "team", request_body = SignInBody, responses((status = 200, body = Me)))]
async fn sign_in(
    State(edge): State<Edge>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Api(body): Api<SignInBody>,
) -> Result<Response, Failure> {
    let now = edge.now();
    let trusted = edge.proxy_trusted;
    let address = client_address(&headers, peer.as_ref().map(|peer| &peer.0), trusted);
    let (login, from) = (body.login.clone(), address.clone());
    let candidate = edge
        .db
        .write(move |tx| crate::sign_in_start(tx, now, &login, &from))
        .await?;
    let proof = prove(candidate.hash.clone(), body.password).await?;
    let fresh = Fresh {
        cookie: random::secret()?,
        csrf: random::secret()?,
    };
    let cookie = cookie_line(&fresh.cookie, is_https(&headers, trusted), false);
    let device = headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let code = body.code;
    let entry = edge.db.write(move |tx| {
        let shown = Credentials {
            proof: proof.as_ref(),
            code: code.as_deref(),
            device: &device,
            address: &address,
        };
        Ok(
            match crate::sign_in_finish(tx, now, &candidate, &shown, &fresh)? {
                Entry::In(actor, sign_in) => Ok(me_of(tx, now, &actor, Some(&sign_in))?),
                Entry::Refused(problem) => Err(problem),
            },
        )
    });
    let me = entry.await??;
    Ok(with_cookie(Json(me).into_response(), &cookie))
}

/// Ends the present sign-in.
#[utoipa::path(post, path = "/sign-out", tag = "team", responses((status = 204)))]
async fn sign_out(
    State(edge): State<Edge>,
    SignedIn(who, sign_in): SignedIn,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let now = edge.now();
    edge.db
        .write(move |tx| crate::end_sign_in(tx, now, &who, sign_in.id))
        .await?;
    let secure = is_https(&headers, edge.proxy_trusted);
    Ok(with_cookie(
        StatusCode::NO_CONTENT.into_response(),
        &cookie_line("", secure, true),
    ))
}

fn is_https(headers: &HeaderMap, proxy_trusted: bool) -> bool {
    let said = headers
        .get("x-forwarded-proto")
        .and_then(|value| value.to_str().ok());
    proxy_trusted && said.is_some_and(|proto| proto.eq_ignore_ascii_case("https"))
}

fn cookie_line(value: &str, secure: bool, end: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    // It lasts as long as the database says; the browser keeps it until then.
    let age = if end { 0 } else { 90 * 86_400 };
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}")
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
