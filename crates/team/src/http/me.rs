use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use base::{Actor, Id, Ms, Page, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sign_in::{hashed, prove};
use super::{Answer, At, Edge, Failure, SignedIn, Via, Write, random, who_asks, whole};
use crate::{Device, PasswordHash, Proof, SelfChange, SignIn, TotpSetup};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(me, change_me))
        .routes(routes!(change_my_password))
        .routes(routes!(begin_my_totp, end_my_totp))
        .routes(routes!(confirm_my_totp))
        .routes(routes!(my_sign_ins))
        .routes(routes!(end_my_sign_in))
}

/// Who I am and what I may do.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Me {
    person: MePerson,
    org: MeOrg,
    /// The names of my roles.
    roles: Vec<String>,
    permissions: Vec<Permission>,
    shops: Vec<MeShop>,
    /// Goes into `X-CSRF-Token` of every write by cookie; null for tokens.
    csrf: Option<String>,
    /// Whether a second factor is on.
    totp: bool,
    server_now: Ms,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct MePerson {
    id: Id,
    login: String,
    name: String,
    nick: String,
    number: i64,
    locale: String,
    theme: String,
    density: String,
    send_key: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct MeOrg {
    id: Id,
    name: String,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct MeShop {
    id: Id,
    name: String,
    platform: String,
    kind: String,
    time_zone: String,
    color: String,
}

pub(super) fn me_of(tx: &mut Tx<'_>, now: Ms, who: &Actor, sign_in: Option<&SignIn>) -> Result<Me, Problem> {
    let id = who.person().ok_or_else(Problem::forbidden)?;
    let one = crate::person(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
    let org = crate::org(tx, who.org)?.ok_or_else(Problem::not_found)?;
    let roles = crate::roles(tx, who)?;
    let shops = crate::shops(tx, who)?.into_iter().map(|shop| MeShop {
        id: shop.id,
        name: shop.name,
        platform: shop.platform,
        kind: shop.kind,
        time_zone: shop.time_zone,
        color: shop.color,
    });
    Ok(Me {
        roles: roles
            .into_iter()
            .filter(|role| one.roles.contains(&role.id))
            .map(|role| role.name)
            .collect(),
        permissions: who.permissions.iter().collect(),
        shops: shops.collect(),
        csrf: sign_in.map(|sign_in| sign_in.csrf.clone()),
        totp: one.totp,
        server_now: now,
        org: MeOrg {
            id: org.id,
            name: org.name,
        },
        person: MePerson {
            id: one.id,
            login: one.login,
            name: one.name,
            nick: one.nick,
            number: one.number,
            locale: one.locale,
            theme: one.theme,
            density: one.density,
            send_key: one.send_key,
        },
    })
}

/// Who I am.
#[utoipa::path(get, path = "/me", tag = "team", responses((status = 200, body = Me)))]
async fn me(State(edge): State<Edge>, headers: HeaderMap) -> Result<Json<Me>, Failure> {
    let (who, via) = who_asks(&edge, &headers).await?;
    let sign_in = match via {
        Via::SignIn(sign_in) => Some(sign_in),
        Via::Token(_) => None,
    };
    Ok(Json(
        edge.read(&who, move |tx, now, who| me_of(tx, now, who, sign_in.as_ref()))
            .await?,
    ))
}

/// Changes my names and habits.
#[utoipa::path(patch, path = "/me", tag = "team", request_body = SelfChange, responses((status = 200, body = crate::Person)))]
async fn change_me(State(edge): State<Edge>, write: Write<SelfChange>) -> Result<Answer, Failure> {
    edge.write(write, 200, crate::change_self).await
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
struct PasswordBody {
    old: String,
    new: String,
}

/// Counts the try, then checks the acting person's own password outside any transaction.
async fn prove_own(edge: &Edge, who: &Actor, password: String) -> Result<Proof, Problem> {
    let (now, asks) = (edge.now(), who.clone());
    let hash: PasswordHash = edge
        .db
        .write(move |tx| crate::own_password(tx, now, &asks))
        .await?;
    prove(hash, password).await?.ok_or_else(crate::wrong_password)
}

/// Changes my password; my other sign-ins end.
#[utoipa::path(post, path = "/me/password", tag = "team", request_body = PasswordBody, responses((status = 200)))]
async fn change_my_password(
    State(edge): State<Edge>,
    SignedIn(_who, sign_in): SignedIn,
    mut write: Write<PasswordBody>,
) -> Result<Answer, Failure> {
    write.once = write.once.without_body();
    let login = edge.read(&write.who, |tx, _, who| {
        let id = who.person().ok_or_else(Problem::forbidden)?;
        Ok(crate::person(tx, who.org, id)?
            .ok_or_else(Problem::not_found)?
            .login)
    });
    crate::check_password("new", &login.await?, &write.body.new)?;
    let proof = prove_own(&edge, &write.who, write.body.old.clone()).await?;
    let hash = hashed(write.body.new.clone()).await?;
    let keep = Some(sign_in.id);
    edge.write(write, 200, move |tx, now, who, _| {
        crate::change_password(tx, now, who, &proof, &hash, keep)
    })
    .await
}

/// Begins to set up a second factor.
#[utoipa::path(post, path = "/me/totp", tag = "team", responses((status = 200, body = TotpSetup)))]
async fn begin_my_totp(State(edge): State<Edge>, write: Write) -> Result<Answer, Failure> {
    let (secret, who) = (random::bytes()?, write.who.clone());
    edge.once_secret(&write.who, &write.once, 200, move |tx| {
        crate::begin_totp(tx, &who, secret)
    })
    .await
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
struct CodeBody {
    code: String,
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
struct Recovery {
    /// Each lets me in once when the app is lost; shown only now.
    recovery: Vec<String>,
}

/// Turns the second factor on with a code of the app.
#[utoipa::path(post, path = "/me/totp/confirm", tag = "team", request_body = CodeBody, responses((status = 200, body = Recovery)))]
async fn confirm_my_totp(State(edge): State<Edge>, write: Write<CodeBody>) -> Result<Answer, Failure> {
    let recovery = (0..crate::RECOVERY_CODES)
        .map(|_| random::spoken())
        .collect::<Result<Vec<_>, _>>()?;
    let (now, who, code) = (edge.now(), write.who.clone(), write.body.code);
    edge.once_secret(&write.who, &write.once, 200, move |tx| {
        crate::confirm_totp(tx, now, &who, &code, &recovery)?;
        Ok(Recovery {
            recovery: recovery.clone(),
        })
    })
    .await
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
struct OwnPasswordBody {
    password: String,
}

/// Removes my second factor.
#[utoipa::path(delete, path = "/me/totp", tag = "team", request_body = OwnPasswordBody, responses((status = 200)))]
async fn end_my_totp(State(edge): State<Edge>, mut write: Write<OwnPasswordBody>) -> Result<Answer, Failure> {
    write.once = write.once.without_body();
    let proof = prove_own(&edge, &write.who, write.body.password.clone()).await?;
    edge.write(write, 200, move |tx, now, who, _| {
        crate::end_totp(tx, now, who, &proof)
    })
    .await
}

/// Where I am signed in.
#[utoipa::path(get, path = "/me/sign-ins", tag = "team", responses((status = 200, body = Page<Device>)))]
async fn my_sign_ins(
    State(edge): State<Edge>,
    SignedIn(who, sign_in): SignedIn,
) -> Result<Json<Page<Device>>, Failure> {
    let current = Some(sign_in.id);
    let items = edge
        .read(&who, move |tx, now, who| crate::devices(tx, now, who, current))
        .await?;
    Ok(whole(items))
}

/// Signs another device out.
#[utoipa::path(delete, path = "/me/sign-ins/{id}", tag = "team", params(("id" = Id, Path)), responses((status = 200)))]
async fn end_my_sign_in(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::end_sign_in(tx, now, who, id)
    })
    .await
}
