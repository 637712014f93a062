use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use base::{Actor, Id, Problem};

use super::{Edge, Failure};
use crate::{SignIn, TokenInfo};

/// The name of the sign-in cookie.
pub const COOKIE: &str = "xiaoer";

/// Who asks: by bearer token, or by cookie and (on writes) CSRF value. Nobody: 401 `sign_in_required`.
#[derive(Clone, Debug)]
pub struct Caller(pub Actor);

/// Who asks by cookie; tokens are refused.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Actor, pub SignIn);

/// The one id in the path. What is no id names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct At(pub Id);

impl<S: Send + Sync> FromRequestParts<S> for At {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<At, Failure> {
        let Ok(Path(id)) = Path::<Id>::from_request_parts(parts, state).await else {
            return Err(Failure(Problem::not_found()));
        };
        Ok(At(id))
    }
}

/// How somebody showed who they are.
#[derive(Clone, Debug)]
pub enum Via {
    /// By cookie.
    SignIn(SignIn),
    /// By bearer token.
    Token(TokenInfo),
}

impl FromRequestParts<Edge> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Caller, Failure> {
        let (actor, via) = who_asks(edge, &parts.headers).await?;
        check_csrf(&parts.method, &parts.headers, &via)?;
        Ok(Caller(actor))
    }
}

impl FromRequestParts<Edge> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<SignedIn, Failure> {
        let (actor, via) = who_asks(edge, &parts.headers).await?;
        check_csrf(&parts.method, &parts.headers, &via)?;
        match via {
            Via::SignIn(sign_in) => Ok(SignedIn(actor, sign_in)),
            Via::Token(_) => Err(Failure(Problem::forbidden())),
        }
    }
}

/// Finds out who sent these headers, without looking at CSRF (sockets check their origin instead).
pub async fn who_asks(edge: &Edge, headers: &HeaderMap) -> Result<(Actor, Via), Problem> {
    let now = edge.now();
    let nobody = || Problem::new(401, "sign_in_required", "Sign in first.");
    if let Some(bearer) = bearer(headers) {
        let found = edge
            .db
            .read(move |tx| crate::actor_by_token(tx, now, &bearer))
            .await?;
        let (actor, info) = found.ok_or_else(nobody)?;
        if info.stale {
            let (org, id) = (actor.org, info.id);
            edge.db
                .write(move |tx| crate::touch_token(tx, now, org, id))
                .await?;
        }
        return Ok((actor, Via::Token(info)));
    }
    let cookie = cookie(headers).ok_or_else(nobody)?;
    let found = edge
        .db
        .read(move |tx| crate::actor_by_cookie(tx, now, &cookie))
        .await?;
    let (actor, sign_in) = found.ok_or_else(nobody)?;
    if sign_in.stale {
        let (org, touched) = (actor.org, sign_in.clone());
        edge.db
            .write(move |tx| crate::touch_sign_in(tx, now, org, &touched))
            .await?;
    }
    Ok((actor, Via::SignIn(sign_in)))
}

/// A write by cookie must carry the sign-in's own value, which another site cannot read.
pub(crate) fn check_csrf(method: &Method, headers: &HeaderMap, via: &Via) -> Result<(), Problem> {
    let Via::SignIn(sign_in) = via else { return Ok(()) };
    if method.is_safe() {
        return Ok(());
    }
    let given = headers
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if sign_in.csrf_is(given) {
        Ok(())
    } else {
        Err(Problem::new(
            403,
            "csrf",
            "Send the csrf value of GET /me in X-CSRF-Token.",
        ))
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// The address of the one who asks; empty when unknown. Behind a trusted proxy it is the last one the
/// proxy wrote down, as everything before it may be made up.
pub fn client_address(
    headers: &HeaderMap,
    peer: Option<&ConnectInfo<SocketAddr>>,
    proxy_trusted: bool,
) -> String {
    let forwarded = headers.get_all("x-forwarded-for").into_iter().next_back();
    let last = forwarded
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .map(str::trim);
    match last {
        Some(address) if proxy_trusted && address.parse::<std::net::IpAddr>().is_ok() => address.to_owned(),
        _ => peer.map(|peer| peer.0.ip().to_string()).unwrap_or_default(),
    }
}
