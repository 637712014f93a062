//! The doors of the desk as an agent, an auditor and a supervisor use them.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::{Actor, Id, Permission};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::on_both;
use store::testing::TestDb;
use team::http::Edge;
use team::{NewPerson, NewToken};
use tower::ServiceExt as _;

use crate::scene::*;

static ALL: [&[team::Setting]; 2] = [catalogue::SETTINGS, orders::desk::SETTINGS];

struct Client {
    router: axum::Router,
    token: String,
}

impl Client {
    /// A token of a new person with this role.
    async fn new(db: &TestDb, org: Id, role: &'static str) -> Client {
        let secret = format!("{role}-{org}-0123456789abcdef0123456789abcdef");
        let kept = secret.clone();
        db.write(move |tx| {
            let program = Actor::program(org);
            let roles = vec![team::role_by_key(tx, org, role)?.expect("a role").id];
            let person = NewPerson {
                login: format!("{role}-{org}"),
                name: "小满".into(),
                roles,
                ..NewPerson::default()
            };
            let id = team::add_person(tx, NOW, &program, person)?.id;
            let mut who = team::actor_of(tx, org, id)?.expect("an actor");
            // Everybody may act through a token here; that making one needs a right is not tried.
            who.permissions = who.permissions.union([Permission::Tokens].into_iter().collect());
            let permissions = who.permissions.without(Permission::Tokens).iter().collect();
            let new = NewToken {
                name: "测试".into(),
                roles: vec![],
                permissions,
                shops: None,
                lifts_limits: false,
            };
            team::add_token(tx, NOW, &who, new, &kept)
        })
        .await
        .expect("a token");
        let edge = Edge {
            db: db.db.clone(),
            settings: &ALL,
            clock: || NOW,
            proxy_trusted: false,
        };
        let routes = orders::desk::http::routes().merge(catalogue::http::routes());
        let (router, _) = routes.with_state(edge).split_for_parts();
        Client {
            router,
            token: secret,
        }
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {}", self.token));
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let response = self
            .router
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        let status = response.status();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, body) = self.send(method, path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {body}");
        body
    }

    async fn refused(&self, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let (status, body) = self.send(method, path, body).await;
        (
            status.as_u16(),
            body["code"].as_str().unwrap_or_default().to_owned(),
        )
    }
}

on_both! { TABLES;
    async fn what_an_agent_promised_the_auditor_sees_and_passes(db: &TestDb) {
        let s = scene(db).await;
        let order = take_in(db, s.org, paid(s.one, "T1")).await.id;
        let agent = Client::new(db, s.org, "pre_sale").await;
        let auditor = Client::new(db, s.org, "auditor").await;
        let owner = Client::new(db, s.org, "owner").await;
        let asked = agent.ok("POST", &format!("/orders/{order}/asks"), Some(json!({ "kind": "courier", "courier": "EMS", "hard": true, "text": "务必发EMS" }))).await;
        assert_eq!((&asked["state"], &asked["hard"]), (&json!("open"), &json!(true)));
        let asks = agent.ok("GET", &format!("/orders/{order}/asks"), None).await;
        assert_eq!(asks.as_array().map(Vec::len), Some(1));
        let listed = auditor.ok("GET", "/parcels?state=waiting,held&limit=10", None).await;
        let parcel = &listed["items"][0];
        assert_eq!((&parcel["courier"], &parcel["asks"][0]["text"], &parcel["checks"][5]["state"]), (&json!("EMS"), &json!("务必发EMS"), &json!("ok")));
        let (id, rev) = (&parcel["id"], &parcel["rev"]);
        assert_eq!(agent.refused("POST", &format!("/parcels/{id}/pass"), Some(json!({ "rev": rev }))).await, (403, "forbidden".into()));
        assert_eq!(auditor.refused("PUT", &format!("/parcels/{id}/courier"), Some(json!({ "courier": "SF", "rev": rev }))).await, (409, "courier_wished".into()));
        let passed = auditor.ok("POST", "/parcels/pass", Some(json!({ "parcels": [{ "id": id, "rev": rev }, { "id": 5, "rev": 1 }] }))).await;
        assert_eq!((&passed["passed"], &passed["refused"][0]["code"]), (&json!([id]), &json!("not_found")));
        let counts = owner.ok("GET", "/parcels/counts", None).await;
        assert_eq!((&counts["by_state"]["passed"]["count"], &counts["passed_24h"]), (&json!(1), &json!(1)));
        assert_eq!(counts["to_batch"], json!(1));
        let trail = owner.ok("GET", &format!("/parcels/{id}/trail"), None).await;
        assert_eq!(trail["items"][0]["what"], "parcel.passed");
        let back = agent.ok("POST", &format!("/asks/{}/withdraw", asked["id"]), None).await;
        assert_eq!(back["sent_back"], json!([id]));
        assert_eq!(auditor.refused("POST", &format!("/parcels/{id}/pass"), Some(json!({ "rev": 1 }))).await, (409, "changed_meanwhile".into()));
        assert_eq!(auditor.refused("GET", "/parcels?state=nowhere", None).await, (422, "bad_field".into()));
        assert_eq!(agent.ok("GET", &format!("/orders/{order}/parcels"), None).await[0]["state"], "held");
    }

    async fn rules_couriers_and_stop_areas_are_kept_by_those_who_may(db: &TestDb) {
        let s = scene(db).await;
        let auditor = Client::new(db, s.org, "auditor").await;
        let owner = Client::new(db, s.org, "owner").await;
        let rule = json!({ "name": "通过", "priority": 10, "when": { "pieces": { "max": 3 } }, "then": { "do": "pass" } });
        assert_eq!(auditor.refused("POST", "/desk/rules", Some(rule.clone())).await, (403, "forbidden".into()));
        let made = owner.ok("POST", "/desk/rules", Some(rule)).await;
        let held = owner.ok("PATCH", &format!("/desk/rules/{}", made["id"]), Some(json!({ "then": { "do": "hold", "reason": "attention", "minutes": 30 } }))).await;
        assert_eq!(held["then"], json!({ "do": "hold", "reason": "attention", "text": "", "minutes": 30 }));
        assert_eq!(owner.ok("GET", "/desk/rules", None).await[0]["when"], json!({ "pieces": { "max": 3 } }));
        let unknown = json!({ "name": "a", "priority": 1, "when": { "pices": {} }, "then": { "do": "pass" } });
        assert_eq!(owner.refused("POST", "/desk/rules", Some(unknown)).await.0, 422);
        let tried = auditor.ok("POST", "/desk/rules/try", Some(json!({}))).await;
        assert_eq!(tried["orders"], 0);
        assert_eq!(owner.send("DELETE", &format!("/desk/rules/{}", made["id"]), None).await.0, StatusCode::NO_CONTENT);
        let courier = json!({ "name": "丹鸟", "on": true, "surcharge_fen": 500, "surcharge_url": "https://example.com/buy" });
        assert_eq!(owner.ok("PUT", "/couriers/DN", Some(courier)).await["code"], "DN");
        assert!(auditor.ok("GET", "/couriers", None).await.as_array().is_some_and(|all| all.iter().any(|one| one["code"] == "DN") && all.len() > 10));
        let area = owner.ok("POST", "/stop-areas", Some(json!({ "courier": "DN", "region": "西藏", "from": NOW }))).await;
        assert_eq!(owner.ok("GET", "/stop-areas", None).await, json!([area]));
        let gift = json!({ "name": "满赠", "priority": 1, "steps": [{ "min_fen": 100, "gifts": [{ "sku": s.blanket, "quantity": 1 }] }] });
        let gift = owner.ok("POST", "/desk/gifts", Some(gift)).await;
        assert_eq!(owner.send("DELETE", &format!("/desk/gifts/{}", gift["id"]), None).await.0, StatusCode::NO_CONTENT);
        assert_eq!(owner.ok("GET", "/desk/auditors", None).await, json!([]));
        assert_eq!(auditor.ok("GET", "/stock?q=zt-m", None).await[0]["sellable"], 100);
        let handling = json!({ "weight_g": 800, "bin": "A-01", "packing": "真空袋加纸箱" });
        assert_eq!(owner.ok("PUT", &format!("/skus/{}/handling", s.pillow), Some(handling.clone())).await, handling);
    }
}
