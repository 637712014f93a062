//! What the program that plays the talks knows of the data: ids, keys, tokens.

use std::collections::HashMap;

use base::{Actor, Fen, Id, Permissions, Problem, Shops, Who};
use orders::OrderFilter;
use serde_json::{Value, json};
use store::Tx;
use team::NewToken;
use team::http::random;

use super::content::Content;
use super::{PASSWORD, ROBOTS};
use crate::app::App;

/// A shop of the demo.
#[derive(Clone, Debug)]
pub(crate) struct ShopFacts {
    pub(crate) id: Id,
    /// The public key of its widget.
    pub(crate) key: String,
    /// What it signs its customers with.
    pub(crate) secret: String,
}

/// Somebody of the demo's team.
#[derive(Clone, Debug)]
pub(crate) struct PersonFacts {
    pub(crate) id: Id,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) nick: String,
    /// The keys of their roles, the first one first.
    pub(crate) roles: Vec<String>,
    /// The token of a robot or the owner.
    pub(crate) token: Option<String>,
}

/// A SKU of the demo.
#[derive(Clone, Debug)]
pub(crate) struct SkuFacts {
    pub(crate) product: Id,
    pub(crate) sku: Id,
    pub(crate) price: Fen,
}

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) org: Id,
    /// By the key in the files.
    pub(crate) shops: HashMap<String, ShopFacts>,
    /// In the order of the file.
    pub(crate) people: Vec<PersonFacts>,
    /// By code.
    pub(crate) skus: HashMap<String, SkuFacts>,
    /// By number.
    pub(crate) orders: HashMap<String, Id>,
}

/// What the demo's tokens are called: every start makes its own and removes those of the last one.
const TOKEN_NAME: &str = "小二演示";

impl Facts {
    /// Reads them; refuses a folder whose organisation is not the demo's.
    pub(crate) async fn read(app: &App, content: &Content) -> Result<Facts, Problem> {
        let mut secrets = HashMap::new();
        for person in content
            .people
            .person
            .iter()
            .filter(|p| speaks(&p.login) || owns(&p.roles))
        {
            secrets.insert(person.login.clone(), random::token()?);
        }
        let (now, content) = (app.edge.now(), content.clone());
        app.edge
            .db
            .write(move |tx| {
                let org = team::first_org(tx)?.ok_or_else(strange)?;
                let mut facts = of_org(tx, org, &content)?;
                for person in &mut facts.people {
                    let Some(secret) = secrets.get(&person.login) else {
                        continue;
                    };
                    let who = team::actor_of(tx, org, person.id)?.ok_or_else(strange)?;
                    // The program makes the token in their name, whether or not their role may.
                    let maker = Actor {
                        org,
                        who: Who::Person(person.id),
                        permissions: Permissions::all(),
                        shops: Shops::All,
                    };
                    let old = team::tokens(tx, &maker)?;
                    for token in old
                        .iter()
                        .filter(|token| token.person == person.id && token.name == TOKEN_NAME)
                    {
                        team::remove_token(tx, now, &maker, token.id)?;
                    }
                    let roles = team::person(tx, org, person.id)?
                        .map(|p| p.roles)
                        .unwrap_or_default();
                    let shops = match &who.shops {
                        Shops::All => None,
                        Shops::Only(shops) => Some(shops.to_vec()),
                    };
                    let new = NewToken {
                        name: TOKEN_NAME.to_owned(),
                        roles,
                        shops,
                        lifts_limits: who.may(base::Permission::LiftLimits),
                        ..NewToken::default()
                    };
                    team::add_token(tx, now, &maker, new, secret)?;
                    person.token = Some(secret.clone());
                }
                Ok(facts)
            })
            .await
    }

    /// The token of the owner.
    pub(crate) fn owner_token(&self) -> Option<&str> {
        self.people
            .iter()
            .find(|person| owns(&person.roles))?
            .token
            .as_deref()
    }

    /// Sign-ins as the program prints them for other programs.
    pub(crate) fn sign_ins(&self) -> Value {
        let one = |person: &PersonFacts| {
            let role = person.roles.first().map(String::as_str).unwrap_or_default();
            json!({"login": person.login, "password": PASSWORD, "role": role, "name": person.name})
        };
        self.people.iter().map(one).collect()
    }
}

fn owns(roles: &[String]) -> bool {
    roles.iter().any(|role| role == "owner")
}

/// Whether somebody answers by itself.
pub(crate) fn speaks(login: &str) -> bool {
    ROBOTS.contains(&login)
}

fn strange() -> Problem {
    Problem::conflict(
        "not_a_demo",
        "This folder holds the data of a real shop. Give the demo another one with --data.",
    )
}

fn of_org(tx: &mut Tx<'_>, org: Id, content: &Content) -> Result<Facts, Problem> {
    let who = Actor::program(org);
    let mut facts = Facts {
        org,
        shops: HashMap::new(),
        people: Vec::new(),
        skus: HashMap::new(),
        orders: HashMap::new(),
    };
    let own = team::shops(tx, &who)?;
    for shop in &content.shop.shop {
        let found = own.iter().find(|own| own.name == shop.name).ok_or_else(strange)?;
        let secret = team::identity_secret(tx, org, found.id)?.unwrap_or_default();
        facts.shops.insert(
            shop.key.clone(),
            ShopFacts {
                id: found.id,
                key: found.key.clone(),
                secret,
            },
        );
    }
    for person in &content.people.person {
        let (_, id) = team::person_by_login(tx, &person.login)?
            .filter(|(of, _)| *of == org)
            .ok_or_else(strange)?;
        facts.people.push(PersonFacts {
            id,
            login: person.login.clone(),
            name: person.name.clone(),
            nick: person.nick.clone(),
            roles: person.roles.clone(),
            token: None,
        });
    }
    for sku in content.products.iter().flat_map(|product| &product.skus) {
        // Whoever plays with the demo may have taken it away.
        if let Some(found) = catalogue::sku_by_code(tx, org, &sku.code)? {
            let one = SkuFacts {
                product: found.product,
                sku: found.id,
                price: found.price_fen,
            };
            facts.skus.insert(sku.code.clone(), one);
        }
    }
    for talk in content.talks.iter() {
        let Some(number) = &talk.order else { continue };
        let filter = OrderFilter {
            q: Some(number.clone()),
            ..OrderFilter::default()
        };
        let found = orders::orders(tx, &who, &filter, &base::PageAsk::default())?;
        if let Some(order) = found.items.iter().find(|order| order.number == *number) {
            facts.orders.insert(number.clone(), order.id);
        }
    }
    Ok(facts)
}
