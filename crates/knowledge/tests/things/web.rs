//! The doors of the second half as the console and an integrator use them.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::{Actor, Permission};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::on_both;
use store::testing::TestDb;
use team::NewToken;
use team::http::Edge;
use tower::ServiceExt as _;

use crate::scene::*;

static ALL: [&[team::Setting]; 1] = [knowledge::THINGS_SETTINGS];

/// Somebody with a token, at the doors.
struct Client {
    router: axum::Router,
    token: String,
}

impl Client {
    /// A token with all the rights and shops of `who`.
    async fn new(db: &TestDb, who: &Actor) -> Client {
        let secret = format!("{:?}-0123456789abcdef0123456789abcdef", who.who).replace(['(', ')'], "-");
        let (mut maker, kept) = (who.clone(), secret.clone());
        let permissions: Vec<Permission> = maker.permissions.without(Permission::Tokens).iter().collect();
        maker.permissions = maker
            .permissions
            .union([Permission::Tokens].into_iter().collect());
        let shops = match &maker.shops {
            base::Shops::All => None,
            base::Shops::Only(shops) => Some(shops.to_vec()),
        };
        db.write(move |tx| {
            let new = NewToken {
                name: "测试".into(),
                roles: vec![],
                permissions: permissions.clone(),
                shops: shops.clone(),
                lifts_limits: false,
            };
            team::add_token(tx, NOW, &maker, new, &kept)
        })
        .await
        .expect("a token");
        let edge = Edge {
            db: db.db.clone(),
            settings: &ALL,
            clock: || NOW,
            proxy_trusted: false,
        };
        let (router, _) = knowledge::http::routes().with_state(edge).split_for_parts();
        // The only talk there is: 41, in every shop of those who may see one.
        let router = router.layer(axum::Extension(team::Talks(|_, who, talk| {
            Ok((talk == base::Id(41)).then(|| team::SeenTalk {
                shop: match &who.shops {
                    base::Shops::Only(shops) => shops[0],
                    base::Shops::All => base::Id(1),
                },
                customer: base::Id(2),
            }))
        })));
        Client {
            router,
            token: secret,
        }
    }

    async fn raw(&self, method: &str, path: &str, kind: &str, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", kind)
            .body(Body::from(body))
            .expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        (
            response.status(),
            response
                .into_body()
                .collect()
                .await
                .expect("a body")
                .to_bytes()
                .to_vec(),
        )
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let (status, body) = self.raw(method, path, "application/json", bytes).await;
        (status.as_u16(), serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn ok(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, body) = self.send(method, path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {body}");
        body
    }

    async fn refused(&self, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let (status, body) = self.send(method, path, body).await;
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    }
}

on_both! { TABLES;
    async fn a_supervisor_writes_and_an_agent_reads_the_product(db: &TestDb) {
        let scene = scene(db).await;
        let shop = scene.shops[0];
        let set = set(db, &scene).await;
        let (id, sku, out) = (set.id, set.skus[0].id, set.skus[1].id);
        let pillow = product(db, scene.org, "ZT", "乳胶枕", &[("ZT-1", "", 9_900, 5)], None).await.id;
        let (boss, agent) = (Client::new(db, &scene.editor).await, Client::new(db, &scene.agent).await);
        let product_path = format!("/products/{id}");
        let facts = boss.ok("PATCH", &format!("{product_path}/facts"), Some(json!({ "category": "bedding", "shelf_life_days": 365, "size_table": { "unit": "cm", "columns": [{ "name": "床单宽", "method": "平铺量", "tolerance": 2 }], "rows": [{ "size": "1.8m床", "values": ["245"] }] } }))).await;
        assert_eq!((&facts["rev"], &facts["size_table"]["columns"][0]["tolerance"]), (&json!(1), &json!(2.0)));
        assert_eq!(boss.ok("PATCH", &format!("{product_path}/facts"), Some(json!({ "shelf_life_days": null }))).await["shelf_life_days"], json!(null));
        let batch = boss.ok("POST", &format!("{product_path}/batches"), Some(json!({ "code": "B1", "made_at": NOW, "expires_at": NOW.plus(9 * DAY) }))).await;
        assert_eq!((&batch["state"], &batch["days_left"]), (&json!("expiring"), &json!(9)));
        boss.ok("POST", &format!("{product_path}/certificates"), Some(json!({ "kind": "organic", "number": "OF-1" }))).await;
        let warranty = boss.ok("POST", &format!("{product_path}/warranty"), Some(json!({ "part": "拉链", "months": 24 }))).await;
        boss.ok("PATCH", &format!("/warranty/{}", warranty["id"]), Some(json!({ "scope": "非人为损坏" }))).await;
        boss.ok("PUT", &format!("/skus/{out}/preorder"), Some(json!({ "ships_at": NOW.plus(DAY) }))).await;
        boss.ok("POST", "/relations", Some(json!({ "kind": "complement", "product": id, "other": pillow }))).await;
        boss.ok("POST", "/campaigns", Some(json!({ "title": "秋被节", "kind": "full_reduction", "starts_at": NOW.plus(-1), "ends_at": NOW.plus(DAY), "steps": [{ "threshold_fen": 29_900, "off_fen": 3_000 }] }))).await;
        boss.ok("POST", "/main-push", Some(json!({ "product": id, "starts_at": NOW, "ends_at": NOW.plus(DAY) }))).await;

        let brief = agent.ok("GET", &format!("{product_path}/brief?shop={shop}&total_fen=28700"), None).await;
        assert_eq!(brief["stock"].as_array().map(|all| all.iter().map(|one| one["state"].clone()).collect::<Vec<_>>()), Some(vec![json!("in_stock"), json!("preorder")]));
        assert_eq!((&brief["campaigns"][0]["next"]["missing_fen"], &brief["relations"][0]["difference_fen"], &brief["card"]["price_fen"]), (&json!(1_200), &json!(-16_000), &json!(25_900)));
        assert_eq!((&brief["guide"]["category"], &brief["main_push"]["state"], &brief["warranty"][0]["scope"], &brief["certificates"][0]["state"]), (&json!("bedding"), &json!("running"), &json!("非人为损坏"), &json!("ok")));
        assert_eq!(agent.ok("GET", "/batches?state=expiring", None).await["items"][0]["code"], json!("B1"));
        assert_eq!(agent.ok("GET", "/certificates?state=ok&kind=organic", None).await["items"][0]["number"], json!("OF-1"));
        assert_eq!(agent.ok("GET", &format!("/preorders?shop={shop}"), None).await[0]["code"], json!("SJ01-15"));
        assert_eq!(agent.ok("GET", &format!("/skus/{out}/alternatives?shop={shop}"), None).await[0]["code"], json!("SJ01-18"));
        let next = agent.ok("GET", &format!("/campaigns/next?shop={shop}&items={sku}:1"), None).await;
        assert_eq!((&next[0]["off_fen"], &next[0]["next"]), (&json!(3_000), &json!(null)));
        assert_eq!(agent.refused("GET", &format!("/campaigns/next?shop={shop}&items={sku}"), None).await, (422, "bad_items".into()));
        assert_eq!(agent.ok("GET", "/campaigns?state=running", None).await["items"][0]["title"], json!("秋被节"));
        assert_eq!(agent.ok("GET", "/guides", None).await[0]["builtin"], json!(true));
        assert_eq!(agent.ok("GET", "/listing/items", None).await[0]["key"], json!("image.square"));
        let raised = agent.ok("POST", &format!("{product_path}/listing/raise"), Some(json!({ "shop": shop, "conversation": 41, "note": "没写枕套尺寸" }))).await;
        assert_eq!(boss.ok("POST", &format!("/listing/tasks/{}/done", raised["id"]), Some(json!({ "note": "已补" }))).await["state"], json!("done"));
        assert_eq!(boss.ok("PUT", &format!("{product_path}/listing/image.clear"), Some(json!({ "state": "failed" }))).await["product"], json!(id));
        assert!(boss.ok("GET", "/listing/tasks/count", None).await["open"].as_i64() > Some(3));
        let noted = agent.ok("POST", "/recommendations", Some(json!({ "shop": shop, "conversation": 41, "product": pillow, "kind": "complement" }))).await;
        let unknown = (422, "talk_unknown".to_owned());
        assert_eq!(agent.refused("POST", "/recommendations", Some(json!({ "shop": shop, "conversation": 999, "product": pillow, "kind": "complement" }))).await, unknown);
        assert_eq!(agent.refused("POST", &format!("{product_path}/listing/raise"), Some(json!({ "shop": shop, "conversation": 999, "note": "x" }))).await, unknown);
        assert_eq!(agent.ok("GET", "/recommendations?bought=false", None).await["items"][0]["id"], noted["id"]);
        assert_eq!(boss.ok("GET", "/recommendations/summary", None).await[0]["name"], json!("小满"));

        for (method, path, body) in [
            ("PATCH", format!("{product_path}/facts"), Some(json!({ "origin": "x" }))),
            ("POST", "/campaigns".into(), Some(json!({ "title": "x", "kind": "free_freight", "starts_at": NOW, "ends_at": NOW.plus(1), "shops": [shop], "steps": [{ "threshold_fen": 0 }] }))),
            ("DELETE", format!("/warranty/{}", warranty["id"]), None),
            ("GET", "/product-facts/export".into(), None),
        ] {
            assert_eq!(agent.refused(method, &path, body).await, (403, "forbidden".into()), "{method} {path}");
        }
        let stranger = Client::new(db, &scene.stranger).await;
        for path in [format!("{product_path}/brief?shop={shop}"), format!("{product_path}/facts"), format!("{product_path}/listing"), format!("/skus/{out}/alternatives?shop={shop}")] {
            assert_eq!(stranger.refused("GET", &path, None).await, (404, "not_found".into()), "{path}");
        }
        for (path, body, field) in [
            ("/relations", json!({ "kind": "cousin", "product": id, "other": pillow }), "kind"),
            ("/relations", json!({ "kind": "similar", "product": id }), "other"),
            ("/campaigns", json!({ "title": "x", "kind": "gift", "starts_at": NOW, "ends_at": NOW.plus(1), "steps": [{ "threshold_fen": "x" }] }), "steps[0].threshold_fen"),
        ] {
            let (status, answer) = boss.send("POST", path, Some(body)).await;
            assert_eq!((status, &answer["field"]), (422, &json!(field)), "{answer}");
        }
        assert_eq!(boss.send("DELETE", &format!("/warranty/{}", warranty["id"]), None).await.0, 204);
    }

    async fn sheets_go_in_and_out_by_the_door(db: &TestDb) {
        let scene = scene(db).await;
        set(db, &scene).await;
        let boss = Client::new(db, &scene.editor).await;
        let csv = "商品编码,产地,生产日期\nSJ01,江苏南通,2026-08-01\n";
        let kind = "application/octet-stream";
        let gbk = [&b"\xc9\xcc\xc6\xb7\xb1\xe0\xc2\xeb,\xb2\xfa\xb5\xd8\nSJ01,\xbd\xad\xcb\xd5\xc4\xcf\xcd\xa8\n"[..]].concat();
        for (bytes, apply, changed) in [(csv.as_bytes().to_vec(), false, 1), (csv.as_bytes().to_vec(), true, 1), (gbk, true, 0)] {
            let (status, body) = boss.raw("POST", &format!("/product-facts/import?name=f.csv&apply={apply}"), kind, bytes).await;
            let report: Value = serde_json::from_slice(&body).expect("json");
            assert_eq!((status.as_u16(), report["created"].as_i64().expect("n") + report["changed"].as_i64().expect("n"), &report["applied"]), (200, changed, &json!(apply)), "{report}");
        }
        let (status, file) = boss.raw("GET", "/product-facts/export?format=csv", kind, vec![]).await;
        let text = String::from_utf8(file).expect("UTF-8");
        assert_eq!(status, 200);
        assert!(text.contains("SJ01,晨雾磨毛四件套,,江苏南通,2026-08-01 00:00:00"), "{text}");
        let (status, file) = boss.raw("GET", "/product-facts/export", kind, vec![]).await;
        assert_eq!((status.as_u16(), &file[..2]), (200, &b"PK"[..]));
        let (status, body) = boss.raw("POST", "/product-facts/import?apply=true", kind, vec![b'a'; (20 << 20) + 1]).await;
        assert_eq!((status.as_u16(), serde_json::from_slice::<Value>(&body).expect("json")["code"].clone()), (413, json!("too_big")));
    }

    async fn notices_and_quizzes_by_the_door(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let (boss, agent) = (Client::new(db, &scene.editor).await, Client::new(db, &scene.agent).await);
        let notice = boss.ok("POST", "/notices", Some(json!({ "kind": "courier_stop", "title": "圆通停发新疆", "text": "先改发邮政" }))).await;
        assert_eq!((&notice["title"], &notice["state"], &notice["shops"], &notice["until"]), (&json!("圆通停发新疆"), &json!("current"), &json!(null), &json!(null)));
        assert_eq!(agent.ok("GET", "/notices?state=unread", None).await["items"][0]["id"], notice["id"]);
        let path = format!("/notices/{}", notice["id"]);
        assert_eq!(agent.ok("POST", &format!("{path}/read"), None).await["read_at"], json!(NOW));
        assert_eq!(boss.ok("GET", &format!("{path}/readers"), None).await["unread"][0]["name"], json!("阿远"));
        assert_eq!(agent.refused("POST", &format!("{path}/withdraw"), None).await, (403, "forbidden".into()));
        assert_eq!(boss.ok("POST", &format!("{path}/withdraw"), None).await["state"], json!("withdrawn"));

        assert_eq!(agent.refused("POST", "/quiz/attempts", Some(json!({}))).await, (409, "no_questions".into()));
        boss.ok("POST", "/quiz/questions", Some(json!({ "product": id, "text": { "zh": "这款能机洗吗？" }, "choices": ["能", "不能"], "answer": 0 }))).await;
        let quiz = agent.ok("POST", "/quiz/attempts", Some(json!({ "count": 5 }))).await;
        assert_eq!((&quiz["total"], &quiz["questions"][0]["answer"], &quiz["questions"][0]["choices"]), (&json!(1), &json!(null), &json!(["能", "不能"])));
        let done = agent.ok("POST", &format!("/quiz/attempts/{}/answers", quiz["id"]), Some(json!({ "answers": [0] }))).await;
        assert_eq!((&done["right"], &done["questions"][0]["answer"]), (&json!(1), &json!(0)));
        assert_eq!(boss.ok("GET", "/quiz/standings", None).await[0]["rate"], json!(1.0));
        assert_eq!(agent.refused("GET", "/quiz/questions", None).await, (403, "forbidden".into()));
        let made = boss.ok("POST", "/quiz/questions/make", Some(json!({ "product": id }))).await;
        assert_eq!(made, json!({ "made": 0, "changed": 0, "retired": 0 }));
    }

    async fn a_write_under_a_key_is_done_once(db: &TestDb) {
        let scene = scene(db).await;
        let id = set(db, &scene).await.id;
        let boss = Client::new(db, &scene.editor).await;
        let mut answers = Vec::new();
        for _ in 0..2 {
            let body = json!({ "code": "B1", "made_at": NOW, "expires_at": NOW.plus(9 * DAY) });
            let request = Request::builder().method("POST").uri(format!("/products/{id}/batches"))
                .header("authorization", format!("Bearer {}", boss.token)).header("content-type", "application/json").header("idempotency-key", "k1")
                .body(Body::from(body.to_string())).expect("a request");
            let response = boss.router.clone().oneshot(request).await.expect("an answer");
            assert_eq!(response.status(), 201);
            answers.push(response.into_body().collect().await.expect("a body").to_bytes());
        }
        assert_eq!(answers[0], answers[1]);
        let all = saw(db, &scene.editor, move |tx, who| knowledge::batches_of(tx, NOW, who, id)).await.expect("batches");
        assert_eq!(all.len(), 1);
    }
}

#[test]
fn every_door_is_in_the_document_with_its_query() {
    let (_, api) = knowledge::http::routes().split_for_parts();
    let api = serde_json::to_value(&api).expect("json");
    for (path, method, wanted) in [
        ("/products/{id}/brief", "get", &["shop", "total_fen"][..]),
        (
            "/certificates",
            "get",
            &["shop", "state", "kind", "cursor", "limit"],
        ),
        (
            "/campaigns/next",
            "get",
            &["shop", "total_fen", "items", "product"],
        ),
        ("/notices", "get", &["state", "shop"]),
        (
            "/product-facts/import",
            "post",
            &["name", "apply", "skip_refused"],
        ),
        ("/listing/tasks", "get", &["shop", "state", "item", "product"]),
    ] {
        let parameters = api["paths"][path][method]["parameters"].as_array().expect(path);
        for name in wanted {
            assert!(
                parameters
                    .iter()
                    .any(|one| one["name"] == *name && one["in"] == "query"),
                "{path} {name}"
            );
        }
    }
    assert_eq!(
        api["components"]["schemas"]["CampaignKind"]["enum"][0],
        json!("full_reduction")
    );
}
