//! The doors of the catalogue, the customers and the orders as an integrator and an agent use them.

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

static ALL: [&[team::Setting]; 1] = [catalogue::SETTINGS];

/// Somebody with a token, at the doors.
struct Client {
    router: axum::Router,
    token: String,
}

struct Reply {
    status: StatusCode,
    body: Value,
}

impl Client {
    /// A token of a new person with this role in these shops.
    async fn new(db: &TestDb, org: Id, role: &'static str, shops: Option<Vec<Id>>) -> Client {
        let secret = format!("{role}-{org}-{shops:?}-0123456789abcdef0123456789abcdef");
        let login = format!("{role}-{org}-{}", shops.as_ref().map_or(0, |shops| shops[0].0));
        let kept = secret.clone();
        let bearer = db
            .write(move |tx| {
                let program = Actor::program(org);
                let roles = vec![team::role_by_key(tx, org, role)?.expect("a role").id];
                let person = NewPerson {
                    login: login.clone(),
                    name: "小满".into(),
                    roles,
                    shops: shops.clone(),
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
                    shops: shops.clone(),
                    lifts_limits: false,
                };
                team::add_token(tx, NOW, &who, new, &kept)
            })
            .await;
        bearer.expect("a token");
        let edge = Edge {
            db: db.db.clone(),
            settings: &ALL,
            clock: || NOW,
            proxy_trusted: false,
        };
        let routes = catalogue::http::routes()
            .merge(customers::http::routes())
            .merge(orders::http::routes());
        let (router, _) = routes.with_state(edge).split_for_parts();
        Client {
            router,
            token: secret,
        }
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        self.send_once(method, path, body, None).await
    }

    async fn send_once(&self, method: &str, path: &str, body: Option<Value>, key: Option<&str>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("authorization", format!("Bearer {}", self.token));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
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
        Reply {
            status,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// A file.
    async fn text(&self, path: &str) -> String {
        let request = Request::builder()
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .body(Body::empty());
        let response = self
            .router
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        String::from_utf8(bytes.to_vec()).expect("text")
    }

    async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let reply = self.send(method, path, body).await;
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.body);
        reply.body
    }

    async fn refused(&self, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let reply = self.send(method, path, body).await;
        (
            reply.status.as_u16(),
            reply.body["code"].as_str().unwrap_or_default().to_owned(),
        )
    }
}

fn not_found() -> (u16, String) {
    (404, "not_found".into())
}

on_both! { TABLES;
    async fn an_integrator_brings_products_and_orders_and_an_agent_sees_them(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let owner = Client::new(db, org, "owner", None).await;
        let product = json!({ "code": "ZT", "title": "枕头", "skus": [{ "code": "ZT-1", "spec": "成人款", "price_fen": 9_900, "on_hand": 10 }] });
        let made = owner.ok("POST", "/products", Some(product)).await;
        assert_eq!((&made["price_fen"], &made["skus"][0]["sellable"], &made["shops"]), (&json!(9_900), &json!(7), &json!(null)));
        let listed = owner.ok("GET", &format!("/products?q=zt-1&shop={one}&active=true&limit=5"), None).await;
        assert_eq!((&listed["items"][0], &listed["next"]), (&made, &json!(null)));
        assert_eq!(owner.ok("GET", &format!("/products/{}", made["id"]), None).await, made);

        let order = json!({ "shop": one, "number": "T1", "buyer": { "kind": "shop_user", "value": "u1", "name": "青柠" }, "paid_at": NOW, "receiver": "张三丰", "phone": "13812345678",
            "lines": [{ "code": "ZT-1", "title": "枕头", "quantity": 2, "price_fen": 9_900 }] });
        let placed = owner.ok("POST", "/orders", Some(order.clone())).await;
        assert_eq!(owner.ok("POST", "/orders", Some(order.clone())).await, placed, "the same version changes nothing");
        assert_eq!((&placed["status"], &placed["total_fen"], &placed["phone_masked"]), (&json!("paid"), &json!(19_800), &json!("138****5678")));

        let agent = Client::new(db, org, "after_sale", Some(vec![one])).await;
        let (id, customer) = (placed["id"].to_string(), placed["customer"].to_string());
        assert_eq!(agent.ok("GET", &format!("/orders/{id}"), None).await, placed);
        assert_eq!(agent.ok("GET", &format!("/customers/{customer}/orders"), None).await["items"], json!([placed]));
        assert_eq!(agent.ok("GET", "/orders?q=T", None).await["items"], json!([placed]));
        let card = agent.ok("GET", &format!("/customers/{customer}"), None).await;
        assert_eq!((&card["name"], &card["spent_fen"], &card["orders"], &card["blocked"]), (&json!("青柠"), &json!(19_800), &json!(1), &json!(null)));

        let far = Client::new(db, org, "after_sale", Some(vec![two])).await;
        assert_eq!(far.refused("GET", &format!("/orders/{id}"), None).await, not_found());
        assert_eq!(far.refused("POST", &format!("/orders/{id}/reveal"), Some(json!({ "field": "phone" }))).await, not_found());
        assert_eq!(far.ok("GET", "/orders", None).await["items"], json!([]));
        assert_eq!(far.ok("GET", &format!("/customers/{customer}/orders"), None).await["items"], json!([]));
        assert_eq!(far.refused("GET", &format!("/orders?shop={one}"), None).await, not_found());
        assert_eq!(far.refused("GET", "/orders/abc", None).await, not_found());
    }

    async fn a_customer_is_edited_blocked_and_revealed(db: &TestDb) {
        let Scene { org, other, shops: [one, _] } = scene(db).await;
        let id = db.write(move |tx| customers::prove(tx, NOW, org, one, "u1", Some("青柠"), None)).await.expect("somebody").customer;
        let owner = Client::new(db, org, "owner", None).await;
        let path = format!("/customers/{id}");
        let edited = owner.ok("PATCH", &path, Some(json!({ "vip": true, "level": 3, "note": "要发顺丰", "phone": "13812345678" }))).await;
        assert_eq!((&edited["vip"], &edited["level"], &edited["phone_masked"]), (&json!(true), &json!(3), &json!("138****5678")));
        assert_eq!(owner.ok("POST", &format!("{path}/reveal"), Some(json!({ "field": "phone" }))).await, json!({ "value": "13812345678" }));
        assert_eq!(owner.ok("POST", &format!("{path}/reveal"), Some(json!({ "field": "address" }))).await, json!({ "value": null }));
        assert_eq!(owner.refused("POST", &format!("{path}/reveal"), Some(json!({ "field": "salary" }))).await, (422, "bad_field".into()));
        owner.ok("POST", &format!("{path}/block"), Some(json!({ "reason": "刷屏", "until": NOW.plus(60_000), "shop": one }))).await;
        let blocked = owner.ok("GET", &path, None).await["blocked"].clone();
        assert_eq!(blocked, json!({ "reason": "刷屏", "until": NOW.plus(60_000), "by": "小满", "shop": one }));
        assert_eq!(owner.ok("GET", "/blocks", None).await["items"][0]["customer"], json!(id));
        owner.ok("POST", &format!("{path}/unblock"), None).await;
        assert_eq!(owner.refused("POST", &format!("{path}/unblock"), Some(json!({ "shop": one }))).await, (409, "not_blocked".into()));
        assert_eq!(owner.ok("GET", "/customers?q=青&known=true", None).await["items"][0]["id"], json!(id));

        let stranger = Client::new(db, other, "owner", None).await;
        for (method, path, body) in [
            ("GET", path.clone(), None),
            ("PATCH", path.clone(), Some(json!({ "vip": false }))),
            ("POST", format!("{path}/block"), Some(json!({ "reason": "无" }))),
            ("POST", format!("{path}/unblock"), None),
            ("POST", format!("{path}/reveal"), Some(json!({ "field": "phone" }))),
            ("GET", format!("{path}/orders"), None),
        ] {
            assert_eq!(stranger.refused(method, &path, body).await, not_found(), "{method} {path}");
        }
        assert_eq!(stranger.ok("GET", "/customers", None).await["items"], json!([]));
        let reader = Client::new(db, org, "read_only", None).await;
        assert_eq!(reader.refused("PATCH", &path, Some(json!({ "vip": false }))).await, (403, "forbidden".into()));
    }

    async fn a_write_under_a_key_happens_once_and_keeps_no_secret(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let owner = Client::new(db, org, "owner", None).await;
        let order = json!({ "shop": one, "number": "T1", "remark": "一" });
        let first = owner.send_once("POST", "/orders", Some(order.clone()), Some("k1")).await;
        let later = json!({ "shop": one, "number": "T1", "remark": "二" });
        owner.ok("POST", "/orders", Some(later.clone())).await;
        let again = owner.send_once("POST", "/orders", Some(order), Some("k1")).await;
        assert_eq!((again.status, again.body), (first.status, first.body), "the first answer, and nothing done");
        let seen = owner.ok("GET", "/orders", None).await;
        assert_eq!(seen["items"][0]["remark"], json!("二"));
        let other = owner.send_once("POST", "/orders", Some(later), Some("k1")).await;
        assert_eq!((other.status.as_u16(), &other.body["code"]), (422, &json!("idempotency_mismatch")));

        let id = db.write(move |tx| {
            let id = customers::prove(tx, NOW, org, one, "u1", None, None)?.customer;
            let new = customers::NewContact { phone: Some("13812345678".into()), ..customers::NewContact::default() };
            customers::keep_contact(tx, NOW, &Actor::program(org), id, &new)?;
            Ok(id)
        }).await.expect("somebody");
        let (path, ask) = (format!("/customers/{id}/reveal"), json!({ "field": "phone" }));
        let shown = owner.send_once("POST", &path, Some(ask.clone()), Some("k2")).await;
        assert_eq!(shown.body, json!({ "value": "13812345678" }));
        let again = owner.send_once("POST", &path, Some(ask), Some("k2")).await;
        assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("already_done")));
        let kept: Vec<String> = db.read(|tx| tx.rows("SELECT body FROM idempotency", store::args![], |row| row.get(0))).await.expect("read");
        assert!(kept.iter().all(|body| !body.contains("13812345678")));
    }

    async fn wrong_bodies_are_refused_by_field(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let owner = Client::new(db, org, "owner", None).await;
        for (path, body, field) in [
            ("/orders", json!({ "number": "T1" }), "shop"),
            ("/orders", json!({ "shop": one, "number": "T1", "pay_status": "free" }), "pay_status"),
            ("/orders", json!({ "shop": one, "number": "T1", "lines": [{ "title": "枕头", "quantity": 0, "price_fen": 1 }] }), "lines.quantity"),
            ("/orders", json!({ "shop": one, "number": "T1", "total": 5 }), "total"),
            ("/products", json!({ "title": "枕头" }), "code"),
            ("/products", json!({ "code": "A", "title": "枕头", "skus": [{ "code": "A-1", "price_fen": 1.5 }] }), "skus[0].price_fen"),
        ] {
            let reply = owner.send("POST", path, Some(body.clone())).await;
            assert_eq!((reply.status.as_u16(), &reply.body["field"]), (422, &json!(field)), "{body}: {}", reply.body);
        }
        let nobody = Client { token: "wrong".into(), ..owner };
        assert_eq!(nobody.refused("GET", "/orders", None).await, (401, "sign_in_required".into()));
        assert_eq!(nobody.refused("POST", "/products", Some(json!({}))).await, (401, "sign_in_required".into()));
    }
}

#[test]
fn lists_are_documented_with_their_query() {
    let routes = catalogue::http::routes()
        .merge(customers::http::routes())
        .merge(orders::http::routes());
    let (_, api) = routes.split_for_parts();
    let api = serde_json::to_value(&api).expect("json");
    for (path, wanted) in [
        ("/products", &["q", "shop", "active"][..]),
        ("/customers", &["q", "known"]),
        ("/orders", &["q", "customer", "shop"]),
    ] {
        let list = api["paths"][path]["get"]["parameters"]
            .as_array()
            .expect("parameters");
        for name in wanted {
            let found = list.iter().find(|one| one["name"] == *name).expect("documented");
            assert_eq!(
                (&found["in"], &found["required"]),
                (&json!("query"), &json!(false)),
                "{path} {name}"
            );
        }
    }
}

on_both! { TABLES;
    async fn what_is_found_is_exported_without_formulas_and_masked_unless_one_may_reveal(db: &TestDb) {
        let Scene { org, shops: [one, two], .. } = scene(db).await;
        let owner = Client::new(db, org, "owner", None).await;
        for (number, shop, remark) in [("A1", one, "=HYPERLINK(\"http://evil\")"), ("A2", one, "轻放"), ("B1", two, "")] {
            let body = json!({ "shop": shop, "number": number, "buyer": { "kind": "nick", "value": "青柠檬" }, "total_fen": 12900, "placed_at": NOW, "remark": remark,
                "receiver": "周小荷", "phone": "13812345678", "address": "浙江省杭州市西湖区文三路 9 号" });
            owner.ok("POST", "/orders", Some(body)).await;
        }
        let all = owner.text("/orders/export").await;
        assert!(all.contains("周小荷") && all.contains("13812345678"), "{all}");
        assert_eq!(all.lines().count(), 4, "a header and three orders: {all}");
        assert!(!all.contains(",=HYPERLINK") && !all.contains(",\"=HYPERLINK"), "no cell begins a formula: {all}");
        let found = owner.text("/orders/export?q=A&phone4=5678&buyer=%E9%9D%92%E6%9F%A0%E6%AA%AC&status=unpaid").await;
        assert!(found.contains("A1") && found.contains("A2") && !found.contains("B1"), "{found}");
        let who = crate::scene::agent(org, &[Permission::SeeOrders, Permission::Export], base::Shops::only(vec![one]));
        let bytes = orders::export_found(db, NOW, &who, &orders::OrderFilter::default(), orders::ExportFormat::Csv).await.expect("a file");
        let masked = String::from_utf8(bytes).expect("text");
        assert!(!masked.contains("周小荷") && !masked.contains("13812345678") && !masked.contains("文三路 9"), "{masked}");
        assert!(masked.contains("5678") && !masked.contains("B1"), "{masked}");
        let xlsx = orders::export_found(db, NOW, &who, &orders::OrderFilter::default(), orders::ExportFormat::Xlsx).await.expect("a file");
        assert_eq!(&xlsx[..2], b"PK");
        let foreign = orders::OrderFilter { shop: Some(two), ..orders::OrderFilter::default() };
        assert_eq!(code(orders::export_found(db, NOW, &who, &foreign, orders::ExportFormat::Csv).await), "not_found");
        let blind = crate::scene::agent(org, &[Permission::SeeOrders], base::Shops::All);
        assert_eq!(code(orders::export_found(db, NOW, &blind, &orders::OrderFilter::default(), orders::ExportFormat::Csv).await), "forbidden");
        let told = log(db).await.into_iter().filter(|row| row.kind == "orders.exported").count();
        assert_eq!(told, 4, "each file is written in the log");
    }
}
