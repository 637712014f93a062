//! The doors as a browser and an integrator use them.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use base::{Actor, Id, Permission};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::on_both;
use store::testing::TestDb;
use team::http::Edge;
use team::{NewToken, PasswordHash};
use tower::ServiceExt as _;

use crate::common::{NOW, TABLES, house};

const PASSWORD: &str = "青山-绿水-2026";

struct Browser {
    router: axum::Router,
    cookie: String,
    csrf: String,
}

struct Reply {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: Value,
}

static ALL: [&[team::Setting]; 1] = [&team::SETTINGS];

fn browser(db: &TestDb) -> Browser {
    behind(db, false)
}

/// A browser of a house that has, or has not, a trusted proxy in front.
fn behind(db: &TestDb, proxy_trusted: bool) -> Browser {
    let edge = Edge {
        db: db.db.clone(),
        settings: &ALL,
        clock: || NOW,
        proxy_trusted,
    };
    let (router, _) = team::http::routes().with_state(edge).split_for_parts();
    Browser {
        router,
        cookie: String::new(),
        csrf: String::new(),
    }
}

impl Browser {
    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        let response: Response<Body> = self
            .router
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        Reply {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    async fn as_me(&self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let cookie = format!("other=1; xiaoer={}", self.cookie);
        self.send(
            method,
            path,
            &[("cookie", &cookie), ("x-csrf-token", &self.csrf)],
            body,
        )
        .await
    }

    async fn sign_in(&mut self, login: &str) -> Reply {
        let body = json!({ "login": login, "password": PASSWORD });
        let reply = self
            .send("POST", "/sign-in", &[("user-agent", "Firefox")], Some(body))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let line = reply.headers["set-cookie"].to_str().expect("a cookie").to_owned();
        self.cookie = line.split(['=', ';']).nth(1).expect("a value").to_owned();
        self.csrf = reply.body["csrf"].as_str().expect("a csrf value").to_owned();
        reply
    }
}

fn code(reply: &Reply) -> (u16, &str) {
    assert_eq!(
        reply.headers["content-type"], "application/problem+json",
        "{}",
        reply.body
    );
    (
        reply.status.as_u16(),
        reply.body["code"].as_str().unwrap_or_default(),
    )
}

/// Gives everybody of the house the same password.
async fn with_passwords(db: &TestDb) -> crate::common::House {
    let h = house(db).await;
    let hash = PasswordHash::new(PASSWORD, b"0123456789abcdef").expect("hashed");
    for actor in [&h.owner, &h.supervisor, &h.xiaoman, &h.guyu, &h.other.owner] {
        let (program, id, hash) = (
            Actor::program(actor.org),
            actor.person().expect("a person"),
            hash.clone(),
        );
        db.write(move |tx| team::reset_password(tx, NOW, &program, id, hash.clone()))
            .await
            .expect("set");
    }
    h
}

on_both! { TABLES;
    async fn a_browser_signs_in_writes_with_its_csrf_value_and_signs_out(db: &TestDb) {
        let h = with_passwords(db).await;
        let mut b = browser(db);
        let nobody = b.send("GET", "/me", &[], None).await;
        assert_eq!(code(&nobody), (401, "sign_in_required"));
        let reply = b.sign_in("LINYUAN").await;
        let line = reply.headers["set-cookie"].to_str().expect("a cookie");
        assert!(line.starts_with("xiaoer=") && line.contains("; Path=/; HttpOnly; SameSite=Strict") && !line.contains("Secure"));
        assert_eq!(reply.body["org"]["name"], "青禾商贸");
        assert_eq!(reply.body["roles"], json!(["掌柜"]));
        assert_eq!(reply.body["shops"][0]["id"], json!(h.tea));
        assert_eq!(reply.body["permissions"].as_array().map(Vec::len), Some(Permission::ALL.len()));
        assert_eq!(reply.body["server_now"], json!(NOW));
        assert_eq!(b.as_me("GET", "/me", None).await.body["person"]["login"], "linyuan");
        let changed = b.as_me("PATCH", "/me", Some(json!({ "theme": "dark" }))).await;
        assert_eq!((changed.status.as_u16(), &changed.body["theme"]), (200, &json!("dark")));
        let forged = b.send("PATCH", "/me", &[("cookie", &format!("xiaoer={}", b.cookie))], Some(json!({ "theme": "light" }))).await;
        assert_eq!(code(&forged), (403, "csrf"));
        let devices = b.as_me("GET", "/me/sign-ins", None).await;
        assert_eq!((&devices.body["items"][0]["device"], &devices.body["items"][0]["current"]), (&json!("Firefox"), &json!(true)));
        let out = b.as_me("POST", "/sign-out", None).await;
        assert_eq!(out.status, 204);
        assert!(out.headers["set-cookie"].to_str().expect("a cookie").contains("Max-Age=0"));
        assert_eq!(code(&b.as_me("GET", "/me", None).await), (401, "sign_in_required"));
        let stored: Vec<String> = db.read(|tx| tx.rows("SELECT hash FROM sign_in", store::args![], |r| r.get(0))).await.expect("read");
        assert!(stored.iter().all(|hash| hash.len() == 64 && *hash != b.cookie));
    }

    async fn wrong_logins_and_wrong_passwords_answer_alike_and_are_throttled(db: &TestDb) {
        with_passwords(db).await;
        let b = browser(db);
        let attempt = |login: &'static str, password: &'static str| {
            let b = &b;
            async move { b.send("POST", "/sign-in", &[], Some(json!({ "login": login, "password": password }))).await }
        };
        let (wrong, unknown) = (attempt("xiaoman", "guess").await, attempt("nobody", "guess").await);
        assert_eq!(code(&wrong), (401, "wrong_sign_in"));
        assert_eq!(wrong.body, unknown.body);
        for _ in 0..4 { assert_eq!(code(&attempt("xiaoman", "guess").await), (401, "wrong_sign_in")); }
        let late = attempt("xiaoman", PASSWORD).await;
        assert_eq!((code(&late), &late.body["retry_s"]), ((429, "throttled"), &json!(300)));
        assert_eq!(late.headers["retry-after"], "300");
        assert_eq!(attempt("guyu", PASSWORD).await.status, 200, "others are not held up");
    }

    async fn secure_is_set_only_when_a_trusted_proxy_says_https(db: &TestDb) {
        with_passwords(db).await;
        let b = browser(db);
        let body = json!({ "login": "guyu", "password": PASSWORD });
        let https: &[(&str, &str)] = &[("x-forwarded-proto", "https"), ("x-forwarded-for", "6.6.6.6, 203.0.113.9")];
        let secure = |reply: &Reply| reply.headers["set-cookie"].to_str().expect("a cookie").contains("; Secure");
        assert!(!secure(&b.send("POST", "/sign-in", https, Some(body.clone())).await));
        assert!(secure(&behind(db, true).send("POST", "/sign-in", https, Some(body)).await));
        let from: Vec<String> = db.read(|tx| tx.rows("SELECT address FROM sign_in ORDER BY id", store::args![], |r| r.get(0))).await.expect("read");
        assert_eq!(from, ["", "203.0.113.9"]);
    }

    async fn the_same_write_again_is_done_once_and_another_under_its_key_is_refused(db: &TestDb) {
        with_passwords(db).await;
        let mut b = browser(db);
        b.sign_in("linyuan").await;
        let cookie = format!("xiaoer={}", b.cookie);
        let headers: &[(&str, &str)] = &[("cookie", &cookie), ("x-csrf-token", &b.csrf), ("idempotency-key", "k-1")];
        let role = json!({ "name": "质检", "permissions": ["reception.see_all"] });
        let first = b.send("POST", "/roles", headers, Some(role.clone())).await;
        let again = b.send("POST", "/roles", headers, Some(role)).await;
        assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
        assert_eq!(first.body, again.body);
        let other = b.send("POST", "/roles", headers, Some(json!({ "name": "质检二", "permissions": [] }))).await;
        assert_eq!(code(&other), (422, "idempotency_mismatch"));
        let secret_headers: &[(&str, &str)] = &[("cookie", &cookie), ("x-csrf-token", &b.csrf), ("idempotency-key", "k-2")];
        let token = json!({ "name": "对接", "permissions": ["orders.see"] });
        let made = b.send("POST", "/tokens", secret_headers, Some(token.clone())).await;
        assert_eq!(made.status, 201);
        assert_eq!(code(&b.send("POST", "/tokens", secret_headers, Some(token)).await), (409, "already_done"));
        let secret = made.body["token"].as_str().expect("a secret").to_owned();
        let kept: Vec<String> = db.read(|tx| tx.rows("SELECT body FROM idempotency", store::args![], |r| r.get(0))).await.expect("read");
        assert!(kept.iter().all(|body| !body.contains(&secret)));
        let log: Vec<String> = db.read(|tx| tx.rows("SELECT data FROM log", store::args![], |r| r.get(0))).await.expect("read");
        assert!(log.iter().all(|data| !data.contains(&secret)));
    }

    async fn a_bearer_token_needs_no_csrf_and_reaches_only_its_rights(db: &TestDb) {
        let h = with_passwords(db).await;
        let (owner, tea) = (h.owner.clone(), h.tea);
        db.write(move |tx| {
            let new = NewToken { name: "对接".into(), permissions: vec![Permission::ManageShops], shops: Some(vec![tea]), ..NewToken::default() };
            team::add_token(tx, NOW, &owner, new, "xr_1")
        }).await.expect("made");
        let b = browser(db);
        let bearer: &[(&str, &str)] = &[("authorization", "Bearer xr_1")];
        let changed = b.send("PATCH", &format!("/shops/{tea}"), bearer, Some(json!({ "color": "#112233" }))).await;
        assert_eq!((changed.status.as_u16(), &changed.body["color"]), (200, &json!("#112233")));
        for foreign in [h.fruit, h.other.shop, Id(5)] {
            let reply = b.send("PATCH", &format!("/shops/{foreign}"), bearer, Some(json!({ "color": "#112233" }))).await;
            assert_eq!(code(&reply), (404, "not_found"));
        }
        assert_eq!(code(&b.send("PATCH", "/shops/abc", bearer, Some(json!({}))).await), (404, "not_found"));
        assert_eq!(code(&b.send("POST", "/roles", bearer, Some(json!({ "name": "a", "permissions": [] }))).await), (403, "forbidden"));
        assert_eq!(code(&b.send("PATCH", "/me", bearer, Some(json!({ "name": "a" }))).await), (403, "forbidden"));
        let me = b.send("GET", "/me", bearer, None).await;
        assert_eq!((&me.body["csrf"], &me.body["permissions"]), (&Value::Null, &json!(["team.shops"])));
    }

    async fn a_disabled_person_is_out_at_once(db: &TestDb) {
        let h = with_passwords(db).await;
        let (mut agent, mut owner) = (browser(db), browser(db));
        agent.sign_in("xiaoman").await;
        owner.sign_in("linyuan").await;
        let id = h.xiaoman.person().expect("a person");
        db.frames();
        let done = owner.as_me("POST", &format!("/people/{id}/disable"), None).await;
        assert_eq!((done.status.as_u16(), &done.body["disabled"]), (200, &json!(true)));
        assert_eq!(code(&agent.as_me("GET", "/me", None).await), (401, "sign_in_required"));
        assert!(db.frames().iter().any(|live| live.topics == [base::Topic::Person(id)] && live.frame.contains(r#""why":"disabled""#)));
        let body = json!({ "login": "xiaoman", "password": PASSWORD });
        assert_eq!(code(&agent.send("POST", "/sign-in", &[], Some(body.clone())).await), (403, "disabled"));
        owner.as_me("POST", &format!("/people/{id}/enable"), None).await;
        assert_eq!(agent.send("POST", "/sign-in", &[], Some(body)).await.status, 200);
    }

    async fn a_password_is_changed_with_the_old_one_and_ends_other_devices(db: &TestDb) {
        with_passwords(db).await;
        let (mut here, mut there) = (browser(db), browser(db));
        here.sign_in("guyu").await;
        there.sign_in("guyu").await;
        let change = |old: &str, new: &str| json!({ "old": old, "new": new });
        let wrong = here.as_me("POST", "/me/password", Some(change("wrong-wrong", "新的-很长的-密码-1"))).await;
        assert_eq!((code(&wrong), &wrong.body["field"]), ((422, "wrong_password"), &json!("old")));
        assert_eq!(code(&here.as_me("POST", "/me/password", Some(change(PASSWORD, "short"))).await), (422, "password_length"));
        assert_eq!(code(&here.as_me("POST", "/me/password", Some(change(PASSWORD, "guyu-guyu-1"))).await), (422, "password_weak"));
        let done = here.as_me("POST", "/me/password", Some(change(PASSWORD, "新的-很长的-密码-1"))).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert_eq!(here.as_me("GET", "/me", None).await.status, 200);
        assert_eq!(there.as_me("GET", "/me", None).await.status, 401);
    }

    async fn people_are_added_listed_by_page_and_reset(db: &TestDb) {
        let h = with_passwords(db).await;
        let mut b = browser(db);
        b.sign_in("linyuan").await;
        let missing = b.as_me("POST", "/people", Some(json!({ "name": "立夏" }))).await;
        assert_eq!((code(&missing), &missing.body["field"]), ((422, "missing"), &json!("login")));
        let added = b.as_me("POST", "/people", Some(json!({ "login": "lixia", "name": "立夏", "password": PASSWORD, "shops": [h.tea] }))).await;
        assert_eq!((added.status.as_u16(), &added.body["number"], &added.body["capacity"]), (201, &json!(5), &json!(8)));
        let taken = b.as_me("POST", "/people", Some(json!({ "login": "LIXIA", "name": "立夏二" }))).await;
        assert_eq!((code(&taken), &taken.body["field"]), ((422, "login_taken"), &json!("login")));
        let page = b.as_me("GET", "/people?limit=3", None).await;
        let next = page.body["next"].as_str().expect("more").to_owned();
        let rest = b.as_me("GET", &format!("/people?limit=3&cursor={next}"), None).await;
        let names = |reply: &Reply| reply.body["items"].as_array().expect("items").iter().map(|p| p["login"].clone()).collect::<Vec<_>>();
        assert_eq!([names(&page), names(&rest)].concat(), ["linyuan", "baolu", "xiaoman", "guyu", "lixia"]);
        assert_eq!(page.body["items"][0]["presence"], json!({ "state": "off", "reason": null }));
        let id = added.body["id"].as_i64().expect("an id");
        let reset = b.as_me("POST", &format!("/people/{id}/reset-password"), None).await;
        let password = reset.body["password"].as_str().expect("a password").to_owned();
        let other = browser(db);
        let signed = other.send("POST", "/sign-in", &[], Some(json!({ "login": "lixia", "password": password }))).await;
        assert_eq!(signed.status, 200);
    }

    async fn settings_are_listed_with_words_and_set_over_http(db: &TestDb) {
        let h = with_passwords(db).await;
        let mut b = browser(db);
        b.sign_in("linyuan").await;
        let all = b.as_me("GET", "/settings", None).await;
        let capacity = all.body.as_array().expect("a list").iter().find(|s| s["key"] == "team.capacity").expect("there").clone();
        assert_eq!((&capacity["room"], &capacity["kind"], &capacity["value"], &capacity["default"], &capacity["changed_by"]),
            (&json!("team"), &json!("number"), &json!(8), &json!(8), &Value::Null));
        let set = b.as_me("PUT", "/settings/team.capacity", Some(json!({ "shop": null, "value": 6 }))).await;
        assert_eq!((set.status.as_u16(), &set.body["value"]), (200, &json!(6)));
        let wrong = b.as_me("PUT", "/settings/team.capacity", Some(json!({ "shop": null, "value": 999 }))).await;
        assert_eq!((code(&wrong), &wrong.body["field"]), ((422, "setting_value"), &json!("value")));
        let shop = b.as_me("PUT", "/settings/team.capacity", Some(json!({ "shop": h.tea, "value": 5 }))).await;
        assert_eq!(code(&shop), (422, "not_shop_level"));
        assert_eq!(code(&b.as_me("PUT", "/settings/team.nothing", Some(json!({ "value": 5 }))).await), (404, "not_found"));
        let hours = json!({ "zone": "Asia/Shanghai", "week": [[{ "from": 540, "to": 500 }], [], [], [], [], [], []], "special": [] });
        assert_eq!(code(&b.as_me("PUT", "/settings/team.calendar", Some(json!({ "shop": h.tea, "value": hours }))).await), (422, "setting_value"));
        let reset = b.as_me("DELETE", "/settings/team.capacity", None).await;
        assert_eq!(reset.body["value"], json!(8));
    }
}

#[test]
fn the_api_describes_itself_with_one_name_for_each_door() {
    let (_, api) = team::http::routes().split_for_parts();
    let text = api.to_json().expect("a description");
    let api: Value = serde_json::from_str(&text).expect("json");
    let mut names = Vec::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            names.push(
                operation["operationId"]
                    .as_str()
                    .unwrap_or_else(|| panic!("{method} {path}"))
                    .to_owned(),
            );
        }
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count > 30);
}
