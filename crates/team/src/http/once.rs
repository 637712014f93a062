use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Actor, Ms, Problem, Who};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use sha2::{Digest, Sha256};
use store::{KeptAnswer, Tx};

use super::{Caller, Edge, Failure, body};
use crate::wire;

/// What names a write so that sending it again does not do it again: the `Idempotency-Key`, if one was
/// given, and a hash of what was asked.
#[derive(Clone, Debug)]
pub struct Once {
    key: Option<String>,
    place: String,
    request: String,
}

/// A write: who asks, its JSON body and what makes it happen once. A write without a body
/// takes whatever is sent as one.
#[derive(Clone, Debug)]
pub struct Write<T = IgnoredAny> {
    /// Who asks.
    pub who: Actor,
    /// What makes it happen once.
    pub once: Once,
    /// The body.
    pub body: T,
}

/// The JSON answer of a write.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    body: String,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        if status == StatusCode::NO_CONTENT {
            return status.into_response();
        }
        (
            status,
            [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ],
            self.body,
        )
            .into_response()
    }
}

impl Once {
    /// Reads the key of a request whose body hashes to what is `body`. Keys have 1 to 200 characters.
    pub fn of(parts: &Parts, body: &[u8]) -> Result<Once, Problem> {
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => match value.to_str() {
                Ok(key) if (1..=200).contains(&key.len()) => Some(key.to_owned()),
                _ => {
                    return Err(Problem::new(
                        422,
                        "idempotency_key",
                        "An Idempotency-Key has 1 to 200 characters.",
                    ));
                }
            },
        };
        let place = format!("{} {}", parts.method, parts.uri);
        let request = hash(&place, body);
        Ok(Once { key, place, request })
    }

    /// For a body that holds a password: its hash is not kept, as a fast hash would give the password away.
    #[must_use]
    pub fn without_body(self) -> Once {
        Once {
            request: hash(&self.place, b""),
            ..self
        }
    }
}

impl<T: DeserializeOwned> FromRequest<Edge> for Write<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, edge: &Edge) -> Result<Write<T>, Failure> {
        let (mut parts, rest) = request.into_parts();
        let Caller(who) = Caller::from_request_parts(&mut parts, edge).await?;
        let bytes = body::body_bytes(Request::from_parts(parts.clone(), rest), edge).await?;
        let once = Once::of(&parts, &bytes)?;
        Ok(Write {
            who,
            once,
            body: body::parse(&parts.headers, &bytes)?,
        })
    }
}

impl Edge {
    /// Carries out a write with its body and answers with what the verb gave.
    pub async fn write<B, T, F>(&self, write: Write<B>, status: u16, mut verb: F) -> Result<Answer, Failure>
    where
        B: Clone + Send + 'static,
        T: Serialize,
        F: FnMut(&mut Tx<'_>, Ms, &Actor, B) -> Result<T, Problem> + Send + 'static,
    {
        let (now, who, body) = (self.now(), write.who.clone(), write.body);
        self.once(&write.who, &write.once, status, move |tx| {
            verb(tx, now, &who, body.clone())
        })
        .await
    }

    /// Does `work` once for a key: the same request again gets the first one's answer, another request
    /// under the same key is refused with `idempotency_mismatch`. Key and work are one transaction; a
    /// refused write leaves no key behind.
    pub async fn once<T, F>(&self, who: &Actor, once: &Once, status: u16, work: F) -> Result<Answer, Failure>
    where
        T: Serialize,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.keep(who, once, status, true, work).await
    }

    /// Like [`Edge::once`] for an answer that holds a secret: it is not kept, so the same request again
    /// is refused with `already_done`.
    pub async fn once_secret<T, F>(
        &self,
        who: &Actor,
        once: &Once,
        status: u16,
        work: F,
    ) -> Result<Answer, Failure>
    where
        T: Serialize,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        self.keep(who, once, status, false, work).await
    }

    async fn keep<T, F>(
        &self,
        who: &Actor,
        once: &Once,
        status: u16,
        open: bool,
        mut work: F,
    ) -> Result<Answer, Failure>
    where
        T: Serialize,
        F: FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let (now, org, actor, once) = (self.now(), who.org, actor_key(who), once.clone());
        let answer = self.db.write(move |tx| {
            let Some(key) = &once.key else {
                return Ok(Answer {
                    status,
                    body: wire::to_text(&work(tx)?)?,
                });
            };
            let found = tx.kept_answer(org, &actor, key)?;
            if let Some(KeptAnswer {
                request,
                status,
                body,
            }) = found
            {
                if request != once.request {
                    let detail = "This Idempotency-Key was used for another request.";
                    return Err(Problem::new(422, "idempotency_mismatch", detail));
                }
                if body.is_empty() {
                    let detail = "This was done already; its secret is shown only once.";
                    return Err(Problem::conflict("already_done", detail));
                }
                return Ok(Answer {
                    status: u16::try_from(status).unwrap_or(200),
                    body,
                });
            }
            let body = wire::to_text(&work(tx)?)?;
            let shown = if open { body.clone() } else { String::new() };
            let kept = KeptAnswer {
                request: once.request.clone(),
                status: i64::from(status),
                body: shown,
            };
            tx.keep_answer(now, org, &actor, key, &kept)?;
            Ok(Answer { status, body })
        });
        Ok(answer.await?)
    }
}

fn hash(place: &str, body: &[u8]) -> String {
    let hash = Sha256::new()
        .chain_update(place)
        .chain_update([0])
        .chain_update(body)
        .finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn actor_key(who: &Actor) -> String {
    match who.who {
        Who::Person(id) => format!("person:{id}"),
        Who::Token { token, .. } => format!("token:{token}"),
        Who::Buyer(id) => format!("buyer:{id}"),
        Who::Program => "program".to_owned(),
    }
}
