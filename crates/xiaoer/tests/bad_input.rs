//! What no client should send: it is refused with a problem that says why, and the socket lives on.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::wire::Wire;
use crate::kit::world::World;

/// A picture of `side` times `side` dots that no compression makes small.
fn picture(side: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let mut rows = Vec::new();
    for _ in 0..side {
        let mut row = vec![0];
        for _ in 0..side * 3 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            row.push((state >> 24) as u8);
        }
        rows.extend(row);
    }
    let mut header = Vec::new();
    header.extend(side.to_be_bytes());
    header.extend(side.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", header), (b"IDAT", stored(&rows)), (b"IEND", Vec::new())] {
        png.extend((data.len() as u32).to_be_bytes());
        let mut summed = name.to_vec();
        summed.extend(data);
        png.extend(&summed);
        png.extend(crc(&summed).to_be_bytes());
    }
    png
}

/// zlib without compression.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = bytes.chunks(65_535).count();
    for (number, block) in bytes.chunks(65_535).enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(number + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ ((crc & 1) * 0xEDB8_8320)
        })
    };
    !bytes.iter().fold(!0, step)
}

fn words(client_id: &str, text: &str) -> Value {
    json!({"client_id": client_id, "kind": "text", "body": {"text": text}})
}

/// Frames that are none; each is answered with `bad_frame` or another problem.
fn bad_frames() -> Vec<(&'static str, Message, &'static str)> {
    let text = |text: &str| Message::Text(text.into());
    let long = "长".repeat(350_000);
    vec![
        ("nothing", text(""), "bad_frame"),
        ("no JSON", text("{\"id\":1,\"do\":"), "bad_frame"),
        ("a list", text("[1,2,3]"), "bad_frame"),
        ("a text", text("\"send\""), "bad_frame"),
        ("null", text("null"), "bad_frame"),
        ("a number as command", text("{\"id\":1,\"do\":7}"), "bad_frame"),
        ("bytes", Message::Binary(vec![0, 1, 2, 255].into()), "bad_frame"),
        (
            "an unknown command",
            text("{\"id\":1,\"do\":\"drop_tables\"}"),
            "unknown_command",
        ),
        ("no command", text("{\"id\":1}"), "unknown_command"),
        (
            "an id as long as a book",
            text(&format!("{{\"id\":\"{}\",\"do\":\"x\"}}", "9".repeat(60_000))),
            "unknown_command",
        ),
        (
            "deep",
            text(&format!("{}{}", "[".repeat(30_000), "]".repeat(30_000))),
            "unknown_command",
        ),
        (
            "a megabyte",
            text(&format!("{{\"id\":1,\"do\":\"send\",\"text\":\"{long}\"}}")),
            "frame_too_big",
        ),
        (
            "a megabyte of bytes",
            Message::Binary(vec![7; 1 << 20].into()),
            "bad_frame",
        ),
        (
            "fields that do not fit",
            text("{\"id\":1,\"do\":\"history\",\"conversation\":{},\"after\":\"x\"}"),
            "bad_frame",
        ),
        (
            "a kind that is none",
            text(
                "{\"id\":1,\"do\":\"send\",\"conversation\":1,\"client_id\":\"s\",\"kind\":\"system\",\"body\":{\"event\":\"closed\"}}",
            ),
            "bad_frame",
        ),
    ]
}

/// Sends all of them; after each one the socket still answers.
async fn all_refused(wire: &mut Wire) {
    for (what, frame, code) in bad_frames() {
        wire.raw(frame).await.expect("the frame is sent");
        let answer = wire
            .any_answer()
            .await
            .unwrap_or_else(|gone| panic!("{what}: the socket is gone: {gone:?}"));
        assert_eq!(answer["problem"]["code"], code, "{what}: {answer}");
        assert!(answer.to_string().len() < 1_000, "{what}: the answer is short");
        wire.done("ping", json!({})).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_frame_is_answered_and_the_socket_lives() {
    let (world, server) = World::found(Ground::sqlite(), 1).await;
    let mut early = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a socket");
    assert_eq!(early.refused("send", words("c1", "在吗")).await, "not_hello");
    early.done("hello", json!({})).await;
    all_refused(&mut early).await;
    early.done("send", words("c1", "在吗")).await;

    let mut agent = Wire::agent(server.address, &world.agents[0])
        .await
        .expect("a socket");
    assert_eq!(agent.refused("follow", json!({"list": "all"})).await, "not_hello");
    agent.done("hello", json!({})).await;
    all_refused(&mut agent).await;
    for list in ["everything", ""] {
        assert_eq!(
            agent.refused("follow", json!({"list": list})).await,
            "choice_unknown"
        );
    }
    let kept = world.api(&server).conversations().await;
    assert_eq!(kept.len(), 1);
    let said = world
        .api(&server)
        .messages(kept[0]["id"].as_i64().expect("an id"))
        .await;
    assert_eq!(
        crate::kit::held::said(&said).len(),
        1,
        "only what was right was kept: {said:?}"
    );
}

/// Texts as people and mischief-makers send them: what they become, or why they are refused.
async fn texts(ground: Ground) {
    let (world, server) = World::found(ground, 0).await;
    let mut wire = Wire::buyer(server.address, &world.key, Some(&world.owner))
        .await
        .expect("a socket");
    wire.done("hello", json!({})).await;
    for (what, text, code) in [
        ("5,001 characters", "字".repeat(5_001), "text_too_long"),
        ("nothing", String::new(), "text_empty"),
        ("only blanks", " \u{3000}\t\n".to_owned(), "text_empty"),
        ("only null bytes", "\0\0".to_owned(), "text_empty"),
    ] {
        assert_eq!(wire.refused("send", words("bad", &text)).await, code, "{what}");
    }
    for client_id in [String::new(), "x".repeat(65)] {
        assert_eq!(
            wire.refused("send", words(&client_id, "在吗")).await,
            "client_id_invalid"
        );
    }
    let family = "👨‍👩‍👧‍👦".repeat(100);
    for (number, text) in [
        "字".repeat(5_000).as_str(),
        &family,
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'; DROP TABLE message; --",
        "שלום مرحبا 你好 a\u{202e}b\u{200b}c",
        "{{customer.name}} ${jndi:ldap://x} %s %n",
    ]
    .into_iter()
    .enumerate()
    {
        let ok = wire.done("send", words(&format!("good{number}"), text)).await;
        assert_eq!(ok["message"]["body"]["text"], text, "kept as it was written");
    }
    let ok = wire.done("send", words("null", "上\0海")).await;
    assert_eq!(ok["message"]["body"]["text"], "上海", "a null byte is left out");
    let half =
        r#"{"id":900,"do":"send","client_id":"half","kind":"text","body":{"text":"好\ud83d的\ude00"}}"#;
    wire.raw(Message::Text(half.into())).await.expect("sent");
    let answer = wire.any_answer().await.expect("the socket lives");
    assert_eq!(
        answer["ok"]["message"]["body"]["text"], "好\u{fffd}的\u{fffd}",
        "half of an emoji is shown as a text: {answer}"
    );
    let renamed = world
        .api(&server)
        .request(
            "PATCH",
            &format!("/api/v1/shops/{}", world.shop),
            &[("content-type", "application/json")],
            br#"{"name":"\ud83d\ude00 \ud83d"}"#.to_vec(),
        )
        .await
        .expect("an answer")
        .fine("a shop's name");
    assert_eq!(renamed["name"], "😀 \u{fffd}", "so it is over HTTP");
    drop(server);
    world.check();
}

mod texts_are_kept_as_text_or_refused {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        texts(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            texts(ground).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_what_its_bytes_say() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let mut wire = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a socket");
    let visitor = wire.done("hello", json!({})).await["visitor"]
        .as_str()
        .expect("a token")
        .to_owned();
    wire.done("send", words("c1", "在吗")).await;
    let buyer = Api::new(server.address, &visitor);
    let files = format!("/widget/v1/files?shop={}", world.key);

    let good = buyer
        .upload(&files, "quilt.png", "image/png", &picture(64))
        .await
        .expect("an answer")
        .fine("a picture");
    assert_eq!(
        (&good["kind"], &good["width"], &good["type"]),
        (&json!("image"), &json!(64), &json!("image/png"))
    );
    let ok = wire
        .done(
            "send",
            json!({"client_id": "p1", "kind": "image", "body": {"file": good["file"]}}),
        )
        .await;
    assert_eq!(ok["message"]["body"]["file"], good["file"]);

    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html = b"<!doctype html><html><script>alert(1)</script></html>";
    let disguised: [(&str, &[u8]); 2] = [("photo.png", svg), ("photo.jpg", html)];
    for (number, (name, bytes)) in disguised.into_iter().enumerate() {
        let reply = buyer
            .upload(&files, name, "image/png", bytes)
            .await
            .expect("an answer");
        if reply.status >= 400 {
            assert_eq!(reply.code(), "file_kind");
            continue;
        }
        let kept = reply.json();
        assert_eq!(kept["kind"], "file", "{name} is no picture");
        let image =
            json!({"client_id": format!("d{number}"), "kind": "image", "body": {"file": kept["file"]}});
        assert_eq!(
            wire.refused("send", image).await,
            "file_kind",
            "{name} is not sent as a picture"
        );
        let path = format!("/widget/v1/files/{}?shop={}", kept["file"], world.key);
        let given = buyer
            .request("GET", &path, &[], Vec::new())
            .await
            .expect("an answer");
        if given.status == 200 {
            let header = |name: &str| {
                given
                    .headers
                    .get(name)
                    .and_then(|v| v.to_str().ok())
                    .unwrap_or_default()
                    .to_owned()
            };
            assert!(
                header("content-disposition").starts_with("attachment"),
                "only ever downloaded"
            );
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert!(header("content-security-policy").contains("sandbox"));
            assert_eq!(header("content-type"), "application/octet-stream");
        }
    }
    let torn = &picture(64)[..200];
    let reply = buyer
        .upload(&files, "torn.png", "image/png", torn)
        .await
        .expect("an answer");
    assert!(
        (400..500).contains(&reply.status) || reply.json()["kind"] == "file",
        "a torn picture is none: {reply:?}"
    );
    wire.done("ping", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_big_picture_passes_and_a_bigger_one_is_refused() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let mut wire = Wire::buyer(server.address, &world.key, None)
        .await
        .expect("a socket");
    let visitor = wire.done("hello", json!({})).await["visitor"]
        .as_str()
        .expect("a token")
        .to_owned();
    let buyer = Api::new(server.address, &visitor);
    let (theirs, ours) = (
        (buyer, format!("/widget/v1/files?shop={}", world.key)),
        (world.api(&server), format!("/api/v1/files?shop={}", world.shop)),
    );
    let big = picture(1_800);
    assert!(big.len() > 9 << 20 && big.len() < 10 << 20);
    let too_big = picture(1_900);
    assert!(too_big.len() > 10 << 20);
    for (who, (api, path)) in [("the buyer", theirs), ("the agent", ours)] {
        let reply = api
            .upload(&path, "big.png", "image/png", &big)
            .await
            .expect("an answer");
        assert_eq!(reply.fine(who)["width"], 1_800, "{who}");
        let reply = api
            .upload(&path, "too-big.png", "image/png", &too_big)
            .await
            .expect("an answer");
        assert_eq!(
            (reply.status / 100, reply.code().as_str()),
            (4, "file_too_big"),
            "{who}"
        );
        let reply = api
            .upload(&path, "huge.bin", "application/zip", &vec![7; 25 << 20])
            .await;
        // Refused with an answer, or cut off in the middle of it.
        assert!(
            reply.is_err() || reply.is_ok_and(|r| r.status / 100 == 4),
            "{who}: 25 MB are not taken"
        );
    }
    wire.done("ping", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_request_is_a_problem() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let api = world.api(&server);
    let json = [("content-type", "application/json")];
    for (what, method, path, body) in [
        ("no JSON", "POST", "/api/v1/shops", "{"),
        ("a list", "POST", "/api/v1/shops", "[]"),
        (
            "a null byte alone",
            "POST",
            "/api/v1/shops",
            "{\"name\":\"\\u0000\",\"platform\":\"web\"}",
        ),
        (
            "an unknown platform",
            "POST",
            "/api/v1/shops",
            "{\"name\":\"x\",\"platform\":\"moon\"}",
        ),
        ("an id that is none", "GET", "/api/v1/conversations/1e9", ""),
        (
            "an id beyond all",
            "GET",
            "/api/v1/conversations/99999999999999999999",
            "",
        ),
        ("a negative id", "GET", "/api/v1/conversations/-1", ""),
        (
            "a bad cursor",
            "GET",
            "/api/v1/conversations?tab=all&cursor=%00%ff",
            "",
        ),
        ("an unknown list", "GET", "/api/v1/conversations?tab=theirs", ""),
        ("a widget of no shop", "GET", "/widget/v1/socket", ""),
        ("a file of no shop", "GET", "/widget/v1/files/1", ""),
        ("a file that is none", "GET", "/widget/v1/files/x?shop=y", ""),
        ("no such door", "GET", "/api/v1/nothing", ""),
        ("another method", "DELETE", "/api/v1/conversations", ""),
    ] {
        let reply = api
            .request(method, path, &json, body.as_bytes().to_vec())
            .await
            .expect("an answer");
        let fine = what == "a bad cursor" && reply.status == 200;
        assert!(
            (400..500).contains(&reply.status) || fine,
            "{what}: {} {:?}",
            reply.status,
            reply.bytes
        );
        if reply.status != 405 && !fine {
            let media = reply
                .headers
                .get("content-type")
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default();
            assert_eq!(media, "application/problem+json", "{what}: {:?}", reply.bytes);
            assert!(!reply.code().is_empty(), "{what}");
        }
    }
    let long = json!({"name": "x".repeat(3 << 20), "platform": "web"}).to_string();
    let reply = api
        .request("POST", "/api/v1/shops", &json, long.into_bytes())
        .await;
    assert!(
        reply.is_err() || reply.is_ok_and(|r| r.status == 413 || r.status == 422),
        "3 MB of JSON are not taken"
    );
    assert_eq!(
        world.api(&server).get("/shops").await["items"]
            .as_array()
            .map(Vec::len),
        Some(1),
        "nothing came of any of it"
    );
}
