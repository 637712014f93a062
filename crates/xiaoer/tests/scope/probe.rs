//! Trying what should not go: every door with a foreign id, every list, the sockets, the files.

use std::time::Duration;

use serde_json::{Value, json};

use super::side::Side;
use crate::kit::api::Api;
use crate::kit::ground::{Ground, Server};
use crate::kit::wire::Wire;

/// What a door is asked with, so that only the id decides.
fn body(path: &str, prober: i64, side: &Side) -> Value {
    let (order, soon) = (side.ids["orders"], side.soon);
    match path.rsplit('/').next().unwrap_or_default() {
        "asks" => json!({"kind": "remark", "text": "放门口"}),
        "presale" => json!({"deposit_fen": 100, "balance_fen": 900}),
        "bargain" => json!({"bargain": null}),
        "risk" => json!({"risk": null}),
        "complaint" => json!({"on": true}),
        "draft" => json!({"text": "草稿"}),
        "order-card" => json!({"client_id": "o1", "order": order}),
        "payment" => json!({"case": null, "done": []}),
        "promise" => json!({"until": soon}),
        "recall" | "undo" => json!({"seq": 1}),
        "record" => json!({"topic": "尺码"}),
        "release" => json!({"note": "请接一下"}),
        "remind" => json!({"at": soon, "text": "回访"}),
        "send" => json!({"client_id": "s1", "kind": "text", "body": {"text": "在的"}}),
        "stage" => json!({"stage": "after"}),
        "step" => json!({"step": 1}),
        "tags" => json!({"tags": ["急"]}),
        "template" => json!({"template": "five"}),
        "give" => json!({"to_person": prober}),
        "transfer" => json!({"to_person": prober, "note": "请接一下"}),
        "whisper" => json!({"text": "问问尺码"}),
        "block" => json!({"reason": "骚扰"}),
        "erasure" => json!({"confirm": side.ids["customers"].to_string()}),
        "reveal" => json!({"field": if path.starts_with("/orders") { "receiver" } else { "phone" }}),
        "accounts" => json!({"account": "甲:乙", "left": "某人"}),
        "papers" => json!({"kind": "licence", "number": "1"}),
        "status" if path.starts_with("/faq") => json!({"status": "draft"}),
        "status" => json!({"status": "retired"}),
        "restore" => json!({"version": 1}),
        "render" => json!({"shop": side.shop}),
        "decline" => json!({"reason": "平台不支持"}),
        "quick-replies" => json!({"code": "a", "text": "您好"}),
        "{id}" if path.starts_with("/scripts") => json!({"shop": side.shop, "text": "您好"}),
        "{id}" if path.starts_with("/faq") => {
            json!({"shop": side.shop, "question": "几号发货", "answer": "明天"})
        }
        "{id}" if path.starts_with("/policies") => {
            json!({"shop": side.shop, "title": "退换", "text": "七天"})
        }
        _ if path.starts_with("/quick-replies/") => json!({"code": "a", "text": "您好"}),
        _ => json!({}),
    }
}

/// Method and path below `/api/v1`.
pub(super) type Door = (String, String);

/// Every door of the document.
pub(super) fn doors(ground: &Ground) -> Vec<Door> {
    let document = ground.told(&["openapi"]);
    let mut doors = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let path = path.strip_prefix("/api/v1").expect("under /api/v1");
            doors.push((method.to_uppercase(), path.to_owned()));
        }
    }
    assert!(doors.len() > 80, "the document names the doors");
    doors
}

/// Nouns that belong to the organisation and not to one of its shops.
const OF_THE_ORGANISATION: &[&str] = &["customers", "groups", "people", "roles", "shifts"];

/// Nouns that the tests of their own rooms look at: sign-ins and tokens are a person's own; what is known of
/// products is probed verb by verb in the tests of the room `knowledge`, the desk and imports in those of `orders`,
/// tags, segments, plans and joins in those of `customers`.
const ELSEWHERE: &[&str] = &[
    "asks",
    "coming",
    "customer-entries",
    "customer-joins",
    "customer-plans",
    "customer-tags",
    "desk",
    "imports",
    "parcels",
    "stop-areas",
    "transit",
    "batches",
    "campaigns",
    "certificates",
    "guides",
    "main-push",
    "me",
    "notices",
    "relations",
    "segments",
    "skus",
    "tokens",
    "warranty",
    "listing",
    "quiz",
];

/// Lists in which a neighbour shows by design: what of it may stand there, and why.
const SHARED: &[(&str, &[&str], &str)] = &[
    (
        "/customers",
        &["customers", "shops"],
        "a customer is the organisation's, known by a name in each of its shops",
    ),
    ("/roles", &["roles"], "roles are made once for all shops"),
    ("/shifts", &["shifts"], "so are shifts"),
];

/// Whether a door takes the id of something that one side has and the other must not know of.
fn noun_of(path: &str, same_org: bool) -> Option<&str> {
    let noun = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let skipped = !path.contains("{id}") || ELSEWHERE.contains(&noun);
    let shared = same_org && OF_THE_ORGANISATION.contains(&noun);
    (!skipped && !shared).then_some(noun)
}

/// Who tries.
pub(super) struct Prober<'a> {
    pub(super) who: &'a str,
    pub(super) api: &'a Api,
    /// The person's id.
    pub(super) me: i64,
}

impl Prober<'_> {
    /// Tries every door that takes an id with a foreign one and with one of nobody; answers where the two
    /// are told apart.
    pub(super) async fn told_apart(&self, doors: &[Door], side: &Side, same_org: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut tried = 0;
        for (method, path) in doors {
            let Some(noun) = noun_of(path, same_org) else {
                continue;
            };
            let foreign = side
                .ids
                .get(noun)
                .unwrap_or_else(|| panic!("{method} {path}: say here what {noun} is"));
            let at = format!("{} {method} {path} of {}", self.who, side.name);
            let body = body(path, self.me, side);
            let body = (method != "GET" && method != "DELETE").then_some(&body);
            let mut answers = Vec::new();
            for id in [*foreign, 1] {
                let reply = self
                    .api
                    .ask(method, &path.replace("{id}", &id.to_string()), body)
                    .await
                    .expect("an answer");
                // Reading what somebody has of it (a draft) may find nothing; changing it may not go well.
                let done = reply.status < 400 && method != "GET";
                if done || reply.status >= 500 || side.shows_in(&String::from_utf8_lossy(&reply.bytes)) {
                    wrong.push(format!("{at} ({id}): {} {:?}", reply.status, reply.bytes));
                }
                answers.push((reply.status, reply.json()));
            }
            if answers[0] != answers[1] {
                wrong.push(format!("{at}: {:?}, of nobody: {:?}", answers[0], answers[1]));
            }
            tried += 1;
        }
        assert!(tried > 30, "most doors take an id");
        wrong
    }

    /// Reads every list, also narrowed to the foreign shop; answers where something of it shows that is not shared
    /// within the organisation.
    pub(super) async fn shown_in_lists(&self, doors: &[Door], side: &Side, same_org: bool) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut read = 0;
        for (_, path) in doors
            .iter()
            .filter(|(method, path)| method == "GET" && !path.contains('{'))
        {
            let base = match path.as_str() {
                "/search" => format!("/search?q={}&limit=50", urlencoded(side.mark)),
                "/roster" => "/roster?from=2026-11-01&to=2026-11-30".to_owned(),
                path => format!("{path}?tab=all&limit=100"),
            };
            let shared = SHARED.iter().find(|(at, ..)| same_org && at == path);
            let mut narrowed = Vec::new();
            for shop in [None, Some(side.shop), Some(1)] {
                let asked = shop.map_or(base.clone(), |shop| format!("{base}&shop={shop}"));
                let reply = self.api.ask("GET", &asked, None).await.expect("an answer");
                let text = String::from_utf8_lossy(&reply.bytes).into_owned();
                let shows = match shared {
                    Some((_, nouns, _)) => side.shows_beyond(&text, nouns),
                    None => side.shows_in(&text),
                };
                read += usize::from(reply.status == 200);
                if reply.status >= 500 || shows {
                    wrong.push(format!(
                        "{} {asked} shows {}: {} {text}",
                        self.who, side.name, reply.status
                    ));
                }
                if shop.is_some() {
                    narrowed.push(reply.status);
                }
            }
            if narrowed[0] != narrowed[1] {
                wrong.push(format!(
                    "{} {path} tells {}'s shop from none: {narrowed:?}",
                    self.who, side.name
                ));
            }
        }
        assert!(read > 30, "{} may read most lists, not {read}", self.who);
        wrong
    }
}

/// Tries the same doors with one's own ids: what a foreign id was refused for was the id and nothing else.
/// Answers the doors whose sample does not get as far.
pub(super) async fn not_reached(doors: &[Door], side: &Side) -> Vec<String> {
    let me = side.owner.get("/me").await["person"]["id"]
        .as_i64()
        .expect("an id");
    let mut wrong = Vec::new();
    for pass in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        for (method, path) in doors.iter().filter(|(method, _)| method == pass) {
            let Some(noun) = noun_of(path, false) else {
                continue;
            };
            // What is known of products is asked for with a shop, a customer's tags, plans and joins name things of
            // their own, taking back needs a message that is young enough, and giving a follow-up one that is not done
            // yet: their rooms' tests reach those.
            let named = [
                "/tag",
                "/untag",
                "/consents",
                "/entries",
                "/join",
                "/joins",
                "/plans",
                "/referral",
                "/review",
            ];
            if path.starts_with("/products/{id}/")
                || path.ends_with("/recall")
                || path.ends_with("/undo")
                || path == "/reminders/{id}/give"
                || named.iter().any(|tail| path.ends_with(tail))
            {
                continue;
            }
            let body = body(path, me, side);
            let body = (method != "GET" && method != "DELETE").then_some(&body);
            let path = path.replace("{id}", &side.ids[noun].to_string());
            let reply = side.owner.ask(method, &path, body).await.expect("an answer");
            // Whoever claimed it a moment ago has it already.
            let theirs = reply.json()["code"] == "already_theirs";
            if !theirs && [400, 404, 405, 415, 422].contains(&reply.status) || reply.status >= 500 {
                wrong.push(format!("{method} {path}: {} {:?}", reply.status, reply.bytes));
            }
        }
    }
    wrong
}

pub(super) fn urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Tries every command of the agent's socket that names a conversation, then listens while `side` talks.
pub(super) async fn sockets_tell_nothing(server: &Server, who: &str, socket: &mut Wire, side: &Side) {
    let foreign = side.ids["conversations"];
    for (name, fields) in [
        ("open", json!({})),
        ("history", json!({"after": 0})),
        (
            "send",
            json!({"client_id": "x1", "kind": "text", "body": {"text": "在的"}}),
        ),
        ("typing", json!({"on": true})),
        ("read", json!({"seq": 1})),
    ] {
        let mut answers = Vec::new();
        for id in [foreign, 1] {
            let mut fields = fields.clone();
            fields["conversation"] = json!(id);
            answers.push(socket.ask(name, fields).await.expect("the socket lives"));
        }
        assert!(answers[0].is_err(), "{who}: {name} of {} is refused", side.name);
        assert_eq!(answers[0], answers[1], "{who}: {name}");
    }
    socket.done("follow", json!({"list": "all"})).await;
    side.says(server, &format!("live-{who}"), &format!("{}还在吗", side.mark))
        .await;
    while let Some(frame) = socket
        .frame_within(Duration::from_millis(400))
        .await
        .expect("the socket lives")
    {
        assert!(
            !side.shows_in(&frame.to_string()),
            "{who} hears of {}: {frame}",
            side.name
        );
    }
}

/// A buyer of another shop, and another buyer of the same one, ask for a file.
pub(super) async fn files_stay_with_their_buyers(server: &Server, shop: &str, side: &Side) {
    let mut other = Wire::buyer(server.address, shop, None)
        .await
        .expect("a buyer's socket");
    let visitor = other.done("hello", json!({})).await["visitor"]
        .as_str()
        .expect("a token")
        .to_owned();
    other
        .done(
            "send",
            json!({"client_id": "c1", "kind": "text", "body": {"text": "在吗"}}),
        )
        .await;
    let api = Api::new(server.address, &visitor);
    for shop in [shop, &side.key] {
        let mut answers = Vec::new();
        for id in [side.ids["files"], 1] {
            let path = format!("/widget/v1/files/{id}?shop={shop}");
            let reply = api
                .request("GET", &path, &[], Vec::new())
                .await
                .expect("an answer");
            answers.push((reply.status, reply.json()));
        }
        assert_eq!(answers[0].0, 404);
        assert_eq!(answers[0], answers[1]);
    }
    let stolen = json!({"client_id": "f1", "kind": "file", "body": {"file": side.ids["files"]}});
    let unknown = json!({"client_id": "f1", "kind": "file", "body": {"file": 1}});
    let (stolen, unknown) = (other.ask("send", stolen).await, other.ask("send", unknown).await);
    assert_eq!(
        stolen.expect("alive").expect_err("refused"),
        unknown.expect("alive").expect_err("refused")
    );
}
