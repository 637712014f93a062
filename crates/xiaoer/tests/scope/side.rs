//! What stands on each side of a wall: a shop with one of everything, and a second organisation.

use std::collections::BTreeMap;
use std::time::Duration;

use base::Ms;
use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::{Ground, Server};
use crate::kit::held;
use crate::kit::until;
use crate::kit::wire::Wire;

/// One side: a shop with something of everything, and words that occur nowhere else.
pub(super) struct Side {
    pub(super) name: &'static str,
    pub(super) owner: Api,
    pub(super) shop: i64,
    pub(super) key: String,
    /// Ids by the first part of the path they stand in.
    pub(super) ids: BTreeMap<&'static str, i64>,
    /// Occurs in every text of this side.
    pub(super) mark: &'static str,
    /// The buyer's token: a socket nobody reads from is closed while all doors are tried.
    visitor: String,
    /// A day ahead.
    pub(super) soon: i64,
}

impl Side {
    /// The buyer says something more.
    pub(super) async fn says(&self, server: &Server, client_id: &str, text: &str) {
        let mut buyer = Wire::buyer(server.address, &self.key, None)
            .await
            .expect("a buyer's socket");
        buyer.done("hello", json!({"visitor": self.visitor})).await;
        let words = json!({"client_id": client_id, "kind": "text", "body": {"text": text}});
        buyer.done("send", words).await;
    }

    /// Whether an answer tells anything of this side.
    pub(super) fn shows_in(&self, text: &str) -> bool {
        text.contains(self.mark)
            || text.contains(&self.key)
            || self.ids.values().any(|id| text.contains(&id.to_string()))
    }

    /// Whether an answer tells more of this side than the ids of these nouns and what they are called.
    pub(super) fn shows_beyond(&self, text: &str, nouns: &[&str]) -> bool {
        let mut others = self.ids.iter().filter(|(noun, _)| !nouns.contains(*noun));
        text.contains(&self.key) || others.any(|(_, id)| text.contains(&id.to_string()))
    }

    /// Everything that people of this side did and wrote.
    pub(super) async fn state(&self) -> Value {
        let conversation = self.ids["conversations"];
        let card = self.owner.get(&format!("/conversations/{conversation}")).await;
        let lasting = [
            "state",
            "agent",
            "stage",
            "tags",
            "template",
            "step",
            "complaint",
            "bargain",
            "payment",
            "promise_at",
        ];
        let card: BTreeMap<&str, &Value> = lasting.iter().map(|field| (*field, &card[field])).collect();
        let mut state = json!({"card": card, "said": held::said(&self.owner.messages(conversation).await)});
        for path in [
            "/customers",
            "/orders",
            "/products",
            "/groups",
            "/roles",
            "/shifts",
            "/shops",
            "/quick-replies",
            "/faq",
            "/faq/heard",
            "/policies",
            "/reminders",
            "/blocks",
        ] {
            state[path] = self.owner.get(path).await;
        }
        state["settings"] = self.owner.get(&format!("/settings?shop={}", self.shop)).await;
        state["papers"] = self.owner.get(&format!("/shops/{}/papers", self.shop)).await;
        state["accounts"] = self.owner.get(&format!("/shops/{}/accounts", self.shop)).await;
        let people = self.owner.get("/people").await;
        state["people"] = people["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|p| json!([p["id"], p["login"], p["disabled"]]))
            .collect();
        state
    }
}

pub(super) fn id(value: &Value) -> i64 {
    value["id"].as_i64().unwrap_or_else(|| panic!("no id in {value}"))
}

/// Fills a shop with one of everything.
pub(super) async fn side(
    name: &'static str,
    server: &Server,
    owner: Api,
    shop: (i64, String),
    mark: &'static str,
) -> Side {
    let (shop, key) = shop;
    let words = |client_id: &str| json!({"client_id": client_id, "kind": "text", "body": {"text": format!("{mark}在吗")}});
    let mut buyer = Wire::buyer(server.address, &key, None)
        .await
        .expect("a buyer's socket");
    let hello = buyer.done("hello", json!({})).await;
    let visitor = hello["visitor"].as_str().expect("a token").to_owned();
    buyer.done("send", words("c1")).await;
    let cards = owner.conversations().await;
    let card = cards
        .iter()
        .find(|card| card["shop"] == shop)
        .expect("the conversation");
    let (conversation, customer) = (id(card), id(&card["customer"]));
    let soon = card["created_at"].as_i64().expect("a time") + 86_400_000;
    let mut ids = BTreeMap::from([
        ("conversations", conversation),
        ("customers", customer),
        ("shops", shop),
    ]);
    let line = json!({"title": format!("{mark}被套"), "quantity": 1, "price_fen": 9_900});
    let order = json!({"shop": shop, "number": format!("{mark}1"), "customer": customer, "receiver": mark, "lines": [line]});
    ids.insert("orders", id(&owner.post("/orders", order).await));
    let product = json!({"code": format!("{mark}p"), "title": format!("{mark}被套"), "shops": [shop], "skus": [{"code": format!("{mark}s"), "price_fen": 9_900}]});
    ids.insert("products", id(&owner.post("/products", product).await));
    // What is known of a product goes by the product's id.
    ids.insert("product-facts", ids["products"]);
    let reply = json!({"code": "hy", "text": format!("{mark}欢迎"), "shop": shop});
    ids.insert("quick-replies", id(&owner.post("/quick-replies", reply).await));
    let group =
        json!({"name": format!("{mark}组"), "stage": "pre", "shops": [shop], "members": [], "overflow": []});
    ids.insert("groups", id(&owner.post("/groups", group).await));
    let role = json!({"name": format!("{mark}角色"), "permissions": []});
    ids.insert("roles", id(&owner.post("/roles", role).await));
    let shift = json!({"name": format!("{mark}班"), "from_min": 480, "to_min": 960});
    ids.insert("shifts", id(&owner.post("/shifts", shift).await));
    let person = json!({"login": format!("{name}-someone"), "name": format!("{mark}某人"), "shops": [shop]});
    ids.insert("people", id(&owner.post("/people", person).await));
    let account = json!({"account": format!("{mark}:前台"), "person": ids["people"]});
    let account = owner
        .ask("POST", &format!("/shops/{shop}/accounts"), Some(&account))
        .await
        .expect("an answer");
    ids.insert("accounts", id(&account.fine("an account")));
    let paper = json!({"kind": "licence", "number": mark});
    let papers = owner
        .ask("POST", &format!("/shops/{shop}/papers"), Some(&paper))
        .await
        .expect("an answer");
    ids.insert("papers", id(&papers.fine("a paper")));
    owner
        .ask("POST", &format!("/conversations/{conversation}/claim"), None)
        .await
        .expect("an answer")
        .fine("claim");
    let remind = json!({"at": soon, "text": format!("{mark}回访")});
    ids.insert(
        "reminders",
        id(&owner
            .post(&format!("/conversations/{conversation}/remind"), remind)
            .await),
    );
    let file = owner
        .upload(
            &format!("/api/v1/files?shop={shop}"),
            "a.txt",
            "text/plain",
            mark.as_bytes(),
        )
        .await;
    let file = file.expect("an answer").fine("a file")["file"]
        .as_i64()
        .expect("an id");
    let send = json!({"client_id": "f1", "kind": "file", "body": {"file": file}});
    owner
        .post(&format!("/conversations/{conversation}/send"), send)
        .await;
    ids.insert("files", file);
    words_of(&owner, shop, mark, conversation, &mut ids).await;
    Side {
        name,
        owner,
        shop,
        key,
        ids,
        mark,
        visitor,
        soon,
    }
}

/// Adds a script, an entry, a policy, and a question of the buyer's that the entry answered.
async fn words_of(
    owner: &Api,
    shop: i64,
    mark: &str,
    conversation: i64,
    ids: &mut BTreeMap<&'static str, i64>,
) {
    let script = json!({"shop": shop, "text": format!("{mark}话术")});
    ids.insert("scripts", id(&owner.post("/scripts", script).await));
    let entry = json!({"shop": shop, "question": format!("{mark}几号发货"), "answer": format!("{mark}明天")});
    let entry = id(&owner.post("/faq", entry).await);
    ids.insert("faq", entry);
    let policy = json!({"shop": shop, "title": format!("{mark}退换"), "text": format!("{mark}七天")});
    ids.insert("policies", id(&owner.post("/policies", policy).await));
    let messages = owner.messages(conversation).await;
    let asked = messages.iter().find(|message| message["from"] == "buyer");
    let used = json!({"conversation": conversation, "seq": asked.expect("a question")["seq"]});
    let used = owner
        .ask("POST", &format!("/faq/{entry}/used"), Some(&used))
        .await
        .expect("an answer");
    assert_eq!(used.status, 204);
    let heard = format!("/faq/{entry}/heard");
    until(
        "the question is a suggestion",
        Duration::from_secs(20),
        async || {
            let found = owner.get(&heard).await;
            found["items"].as_array().is_some_and(|items| !items.is_empty())
        },
    )
    .await;
    ids.insert("heard", id(&owner.get(&heard).await["items"][0]));
}

/// A second organisation with an owner: its shop and the owner's token.
pub(super) async fn second_organisation(ground: &Ground) -> (i64, String, String) {
    let db = ground.db().await;
    let secret = team::http::random::token().expect("randomness");
    let (key, token) = (
        team::http::random::shop_key().expect("randomness"),
        secret.clone(),
    );
    let shop = db.write(move |tx| {
        let now = Ms(1_795_000_000_000);
        let org = team::found_org(tx, now, "别家")?;
        let program = base::Actor::program(org);
        let new = team::NewShop {
            key: key.clone(),
            name: "别家旗舰店".into(),
            platform: "web".into(),
            ..team::NewShop::default()
        };
        let shop = team::add_shop(tx, now, &program, new)?;
        let roles = team::role_by_key(tx, org, "owner")?
            .map(|role| role.id)
            .into_iter()
            .collect::<Vec<_>>();
        let new = team::NewPerson {
            login: "other-owner".into(),
            name: "别家老板".into(),
            roles: roles.clone(),
            ..team::NewPerson::default()
        };
        let person = team::add_person(tx, now, &program, new)?;
        let who = team::actor_of(tx, org, person.id)?.ok_or_else(base::Problem::not_found)?;
        let new = team::NewToken {
            name: "test".into(),
            roles,
            ..team::NewToken::default()
        };
        team::add_token(tx, now, &who, new, &token)?;
        Ok((shop.id.0, shop.key))
    });
    let (shop, key) = shop.await.expect("founded");
    db.close();
    (shop, key, secret)
}
