//! The widget's HTTP doors: the socket and files.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Extension, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base::{Id, Permission, Problem};
use hub::Hub;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{FileKind, FileRow, Files, Tx};
use team::Shop;
use team::http::{Ask, At, Edge, Failure, client_address, who_asks};

use crate::lifting::Lifting;
use crate::limits::{Bucket, Key, Limits};
use crate::pages::Pages;
use crate::places::Places;
use crate::rules::{ADDRESS_FILES, VISITOR_FILES};
use crate::visitor::{Visitor, token_hash};
use crate::widget::{Most, Widget};

/// Sockets this program has had.
static SOCKETS: AtomicU64 = AtomicU64::new(1);

/// Files are limited by the hour.
const HOUR_MS: i64 = 3_600_000;

/// What the widget's doors work with.
#[derive(Clone)]
pub struct Desk {
    /// Database, settings, clock.
    pub edge: Edge,
    /// Live frames.
    pub hub: Arc<Hub>,
    /// Files.
    pub files: Files,
    /// What visitors used up.
    pub limits: Arc<Limits>,
    /// Places in the queue.
    pub places: Arc<Places>,
    /// What buyers look at.
    pub pages: Arc<Pages>,
}

/// Everything under `/widget/v1` but the script itself.
pub fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/socket", get(socket))
        .route(
            "/files",
            post(upload)
                .options(preflight)
                .layer(DefaultBodyLimit::max(store::FILE_LIMIT + (1 << 20))),
        )
        .route("/files/{id}", get(download).options(preflight))
        .with_state(desk)
}

#[derive(Deserialize)]
struct OfShop {
    shop: String,
}

async fn shop_of(desk: &Desk, key: String) -> Result<(Id, Shop), Problem> {
    let found = desk.edge.db.read(move |tx| team::shop_by_key(tx, &key)).await?;
    found
        .filter(|(_, shop)| shop.active)
        .ok_or_else(Problem::not_found)
}

/// A page of another site may open the widget only if the shop names it; an empty list means any, and
/// what is no browser has no origin.
fn check_origin(headers: &HeaderMap, shop: &Shop) -> Result<(), Problem> {
    let origin = headers.get(header::ORIGIN).and_then(|o| o.to_str().ok());
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    match origin {
        None => Ok(()),
        Some(_) if shop.origins.is_empty() => Ok(()),
        Some(origin)
            if shop
                .origins
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(origin)) =>
        {
            Ok(())
        }
        // Our own pages, such as the demo's shop.
        Some(origin) if origin.split_once("://").is_some_and(|(_, own)| own == host) => Ok(()),
        Some(_) => Err(Problem::new(
            403,
            "origin",
            "This site is not on the shop's list.",
        )),
    }
}

async fn socket(
    State(desk): State<Desk>,
    Ask(of): Ask<OfShop>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Failure> {
    let (org, shop) = shop_of(&desk, of.shop).await?;
    check_origin(&headers, &shop)?;
    let lifting = lifts_limits(&desk, &headers, org, shop.id).await?;
    let address = client_address(&headers, peer.as_ref().map(|p| &p.0), desk.edge.proxy_trusted);
    let id = shop.id;
    let most = desk.edge.db.read(move |tx| Most::of(tx, org, id)).await?;
    let slot = match lifting {
        Some(_) => None,
        None => Some(desk.limits.open(id, &address, most.sockets)?),
    };
    let mut seat = desk.hub.sit();
    let lifting = lifting.map(|person| Lifting::watch(&mut seat, person, headers));
    let now = desk.edge.now();
    let door = Widget {
        desk,
        org,
        shop,
        address,
        lifting,
        slot,
        greeted: None,
        visitor: None,
        conversation: None,
        page: None,
        language: None,
        socket: SOCKETS.fetch_add(1, Ordering::Relaxed),
        commands: Bucket::full(now),
        most,
    };
    Ok(hub::http::upgrade(upgrade)
        .on_upgrade(move |socket| hub::http::run(socket, seat, door))
        .into_response())
}

/// A token with that right lifts the limits, for load tests and the shop's own programs. Answers for whom it acts.
pub(crate) async fn lifts_limits(
    desk: &Desk,
    headers: &HeaderMap,
    org: Id,
    shop: Id,
) -> Result<Option<Id>, Problem> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    let (actor, via) = who_asks(&desk.edge, headers).await?;
    let team::http::Via::Token(token) = via else {
        return Ok(None);
    };
    let lifts =
        token.lifts_limits && actor.org == org && actor.shops.has(shop) && actor.may(Permission::LiftLimits);
    Ok(lifts.then_some(token.person))
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token_hash(token.trim()))
        .flatten()
}

async fn upload(
    State(desk): State<Desk>,
    Ask(of): Ask<OfShop>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    mut parts: Multipart,
) -> Result<Response, Failure> {
    let (org, shop) = shop_of(&desk, of.shop).await?;
    check_origin(&headers, &shop)?;
    let hash = bearer(&headers).ok_or_else(|| Problem::new(401, "not_hello", "Send the visitor token."))?;
    let (now, id) = (desk.edge.now(), shop.id);
    let address = client_address(&headers, peer.as_ref().map(|p| &p.0), desk.edge.proxy_trusted);
    let find = hash.clone();
    let (visitor, visitors, addresses) = desk
        .edge
        .db
        .read(move |tx| {
            let most = |tx: &mut Tx<'_>, setting| team::setting(tx, org, id, setting);
            let visitor = Visitor::find(tx, org, id, find.clone())?;
            Ok((visitor, most(tx, &VISITOR_FILES)?, most(tx, &ADDRESS_FILES)?))
        })
        .await?;
    if visitor.customer.is_none() && !desk.limits.is_greeted(id, &hash) {
        return Err(Failure(Problem::new(
            401,
            "not_hello",
            "Nobody said hello with this token.",
        )));
    }
    // Anybody may draw a token, so an address has a limit of its own; both are taken before a byte is read.
    // A visitor whose socket knows no limits knows none here.
    if !desk.limits.is_lifted(id, &hash) {
        for (key, most) in [
            (Key::AddressFiles(address), addresses),
            (Key::VisitorFiles(hash.clone()), visitors),
        ] {
            desk.limits
                .take(now, id, key, most.as_i64().unwrap_or(1), HOUR_MS)?;
        }
    }
    let (name, bytes) = file_part(&mut parts).await?;
    let new = desk.files.take(&name, bytes.to_vec()).await?;
    let row = desk
        .edge
        .db
        .write(move |tx| {
            let who = Visitor::find(tx, org, id, hash.clone())?.actor(tx, now)?;
            FileRow::keep(tx, now, &who, id, &new)
        })
        .await?;
    Ok((allow(&headers), Json(row)).into_response())
}

/// The part `file` of a form.
pub async fn file_part(parts: &mut Multipart) -> Result<(String, Bytes), Problem> {
    let broken = || Problem::input("file", "file_missing", "Send one multipart part named file.");
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        if part.name() == Some("file") {
            let name = part.file_name().unwrap_or("file").to_owned();
            let too_big = |_| {
                Problem::input("file", "file_too_big", "The file is too big.")
                    .with("limit", store::FILE_LIMIT)
            };
            return Ok((name, part.bytes().await.map_err(too_big)?));
        }
    }
    Err(broken())
}

#[derive(Deserialize)]
struct Download {
    #[serde(default)]
    thumb: Option<u8>,
}

async fn download(
    State(desk): State<Desk>,
    At(id): At,
    Ask(of): Ask<OfShop>,
    Ask(asked): Ask<Download>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let (org, shop) = shop_of(&desk, of.shop).await?;
    let hash = bearer(&headers).ok_or_else(|| Problem::new(401, "not_hello", "Send the visitor token."))?;
    let file = desk
        .edge
        .db
        .read(move |tx| {
            let visitor = Visitor::find(tx, org, shop.id, hash.clone())?;
            reception::buyer_file(tx, org, shop.id, visitor.customer, id)
        })
        .await?;
    let response = serve_file(&desk.files, &file, asked.thumb == Some(1)).await?;
    Ok((allow(&headers), response).into_response())
}

/// The widget runs on the shop's pages: they may read the answers the token gives.
fn allow(headers: &HeaderMap) -> HeaderMap {
    let mut out = HeaderMap::new();
    if let Some(origin) = headers.get(header::ORIGIN) {
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        out.insert(header::VARY, HeaderValue::from_static("Origin"));
    }
    out
}

/// A file as an answer: pictures and recordings may be shown, everything else is only downloaded, and
/// nothing in it runs.
pub async fn serve_file(files: &Files, file: &FileRow, thumb: bool) -> Result<Response, Problem> {
    let small = file.thumb.as_ref().filter(|_| thumb);
    let bytes = files.get(small.unwrap_or(&file.hash)).await?;
    let media = match (small, file.kind) {
        (Some(_), _) if bytes.starts_with(b"\x89PNG") => "image/png",
        (Some(_), _) => "image/jpeg",
        (None, FileKind::File) => "application/octet-stream",
        (None, FileKind::Image | FileKind::Voice) => file.media.as_str(),
    };
    let place = if file.kind == FileKind::File {
        "attachment"
    } else {
        "inline"
    };
    let name: String = file
        .name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b == b'.' {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let mut response = bytes.into_response();
    let out = response.headers_mut();
    let value = |text: &str| {
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
    };
    out.insert(header::CONTENT_TYPE, value(media));
    out.insert(
        header::CONTENT_DISPOSITION,
        value(&format!("{place}; filename*=UTF-8''{name}")),
    );
    out.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, max-age=86400, immutable"),
    );
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    out.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}

/// An answer to a browser that asks before it sends.
pub async fn preflight(headers: HeaderMap) -> Response {
    let mut out = allow(&headers);
    out.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST"),
    );
    out.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type"),
    );
    out.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    (out, Json::<Value>(json!({}))).into_response()
}
