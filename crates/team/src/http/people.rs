use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk, Problem};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sign_in::hashed;
use super::{Answer, Ask, At, Caller, Edge, Failure, Write, random};
use crate::{NewPerson, Person, PersonChange, Presence};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_people, add_person))
        .routes(routes!(change_person))
        .routes(routes!(disable_person))
        .routes(routes!(enable_person))
        .routes(routes!(reset_password))
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct PersonView {
    #[serde(flatten)]
    person: Person,
    presence: PresenceView,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
struct PresenceView {
    state: Presence,
    reason: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PeopleAsk {
    /// Looks in names, nicks, logins and staff numbers.
    q: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// How many rows, at most 200.
    limit: Option<u32>,
}

/// The people I see: those with a shop in common, by staff number.
#[utoipa::path(get, path = "/people", tag = "team", params(PeopleAsk), responses((status = 200, body = Page<PersonView>)))]
async fn list_people(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<PeopleAsk>,
) -> Result<Json<Page<PersonView>>, Failure> {
    let page = PageAsk {
        cursor: ask.cursor,
        limit: ask.limit,
    };
    let views = edge.read(&who, move |tx, now, who| {
        let mut presences: HashMap<Id, PresenceView> = crate::presences(tx, now, who)?
            .into_iter()
            .map(|p| {
                (
                    p.person,
                    PresenceView {
                        state: p.state,
                        reason: p.reason,
                    },
                )
            })
            .collect();
        let people = crate::people(tx, who, ask.q.as_deref())?;
        let after = page.numbers::<2>();
        let rest = people
            .into_iter()
            .filter(|one| after.is_none_or(|[number, id]| (one.number, one.id.0) > (number, id)));
        let views = rest.take(page.limit() + 1).map(|person| {
            let off = PresenceView {
                state: Presence::Off,
                reason: None,
            };
            PersonView {
                presence: presences.remove(&person.id).unwrap_or(off),
                person,
            }
        });
        Ok(Page::cut(views.collect(), page.limit(), |view| {
            vec![view.person.number, view.person.id.0]
        }))
    });
    Ok(Json(views.await?))
}

#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct PersonBody {
    login: String,
    name: String,
    nick: Option<String>,
    number: Option<i64>,
    password: Option<String>,
    #[serde(default)]
    roles: Vec<Id>,
    /// Null or left out is all shops.
    shops: Option<Vec<Id>>,
    #[serde(default)]
    groups: Vec<Id>,
    capacity: Option<i64>,
    #[serde(default)]
    outsourced: bool,
}

/// Adds somebody.
#[utoipa::path(post, path = "/people", tag = "team", request_body = PersonBody, responses((status = 201, body = Person)))]
async fn add_person(State(edge): State<Edge>, mut write: Write<PersonBody>) -> Result<Answer, Failure> {
    let password = match write.body.password.take().filter(|password| !password.is_empty()) {
        Some(password) => {
            write.once = write.once.without_body();
            crate::check_password("password", &write.body.login, &password)?;
            Some(hashed(password).await?)
        }
        None => None,
    };
    edge.write(write, 201, move |tx, now, who, body| {
        let new = NewPerson {
            login: body.login,
            name: body.name,
            nick: body.nick,
            number: body.number,
            roles: body.roles,
            shops: body.shops,
            groups: body.groups,
            capacity: body.capacity,
            outsourced: body.outsourced,
            password: password.clone(),
        };
        crate::add_person(tx, now, who, new)
    })
    .await
}

/// Changes somebody.
#[utoipa::path(patch, path = "/people/{id}", tag = "team", params(("id" = Id, Path)), request_body = PersonChange, responses((status = 200, body = Person)))]
async fn change_person(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<PersonChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, change| {
        crate::change_person(tx, now, who, id, change)
    })
    .await
}

/// Shuts somebody out at once.
#[utoipa::path(post, path = "/people/{id}/disable", tag = "team", params(("id" = Id, Path)), responses((status = 200, body = Person)))]
async fn disable_person(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::disable_person(tx, now, who, id)
    })
    .await
}

/// Lets somebody in again.
#[utoipa::path(post, path = "/people/{id}/enable", tag = "team", params(("id" = Id, Path)), responses((status = 200, body = Person)))]
async fn enable_person(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::enable_person(tx, now, who, id)
    })
    .await
}

#[derive(Clone, Serialize, utoipa::ToSchema)]
struct NewPassword {
    /// Shown only now.
    password: String,
}

/// Gives somebody a new random password; their sign-ins and second factor end.
#[utoipa::path(post, path = "/people/{id}/reset-password", tag = "team", params(("id" = Id, Path)), responses((status = 200, body = NewPassword)))]
async fn reset_password(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    // Before the slow hash, so that only those who may do it can make the server work.
    write
        .who
        .need(base::Permission::People)
        .map_err(|_| Problem::not_found())?;
    let password = random::spoken()?;
    let hash = hashed(password.clone()).await?;
    let (now, who) = (edge.now(), write.who.clone());
    edge.once_secret(&write.who, &write.once, 200, move |tx| {
        crate::reset_password(tx, now, &who, id, hash.clone())?;
        Ok(NewPassword {
            password: password.clone(),
        })
    })
    .await
}
