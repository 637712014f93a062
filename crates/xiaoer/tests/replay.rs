//! `xiaoer replay` as somebody runs it: both sides of a file of talks, on a server of its own and against one that
//! runs. What it tells agrees with the file, and what is kept is read here once more.

use std::process::Output;

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::held::said;

/// Who said what, the first first.
type Said = Vec<(String, String)>;

fn talk(id: &str, turns: &[(&str, &str)]) -> Value {
    let turns: Vec<Value> = turns
        .iter()
        .map(|(role, text)| json!({"role": role, "text": text}))
        .collect();
    json!({"id": id, "turns": turns})
}

/// Invented talks with what is hard in them.
fn talks() -> Vec<Value> {
    let (long, laughs) = ("明前龙井".repeat(1_250), "😀".repeat(100));
    let (long, laughs) = (long.as_str(), laughs.as_str());
    vec![
        talk(
            "the agent begins",
            &[
                ("agent", "您好，欢迎光临青禾茶叶"),
                ("buyer", "在吗"),
                ("agent", "在的，请讲"),
                ("buyer", "这款龙井是今年的吗"),
                ("agent", "是今年的"),
            ],
        ),
        talk(
            "emoji",
            &[("buyer", "👍🏻好的👨‍👩‍👧‍👦"), ("agent", "🍵😊"), ("buyer", laughs)],
        ),
        talk("long", &[("buyer", long), ("agent", long), ("agent", "就这些")]),
        talk(
            "one after the other",
            &[
                ("agent", "您好"),
                ("agent", "还在吗"),
                ("buyer", "  <b>在</b>\n两行\n"),
                ("buyer", "想要两盒"),
                ("buyer", "想要两盒"),
            ],
        ),
        talk("nobody came", &[("agent", "您好"), ("agent", "有需要请讲")]),
        talk("one word", &[("buyer", "?")]),
    ]
}

fn word(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn turns(talk: &Value) -> &[Value] {
    talk["turns"].as_array().expect("turns")
}

/// What of a talk is played: from the buyer's first word on, without blanks at the ends.
fn spoken(talk: &Value) -> Said {
    let played = turns(talk).iter().skip_while(|turn| turn["role"] == "agent");
    played
        .map(|turn| (word(&turn["role"]), word(&turn["text"]).trim().to_owned()))
        .collect()
}

/// What is played of all of them.
fn all_spoken(talks: &[Value]) -> Vec<Said> {
    talks.iter().map(spoken).filter(|said| !said.is_empty()).collect()
}

/// Writes a file beside the data; answers its path.
fn file(ground: &Ground, name: &str, lines: &[String]) -> String {
    let path = ground.data().with_file_name(name);
    std::fs::write(&path, lines.join("\n")).expect("a file");
    path.to_str().expect("a path").to_owned()
}

fn lines(talks: &[Value]) -> Vec<String> {
    talks.iter().map(Value::to_string).collect()
}

/// Its counts are the file's, and nothing went wrong.
fn agrees(told: &Value, talks: &[Value]) {
    let played = all_spoken(talks);
    let sent: usize = played.iter().map(Vec::len).sum();
    let all: usize = talks.iter().map(|talk| turns(talk).len()).sum();
    for (count, expected) in [
        ("sessions", played.len()),
        ("sent", sent),
        ("acknowledged", sent),
        ("delivered", sent),
        ("skipped", all - sent),
        ("lost", 0),
        ("duplicated", 0),
        ("out_of_order", 0),
        ("differing", 0),
    ] {
        assert_eq!(told[count], json!(expected), "{count}: {told}");
    }
    assert_eq!(told["problems"], json!([]), "{told}");
}

/// Against a running server.
fn at<'a>(address: &'a str, token: &'a str) -> [&'a str; 4] {
    ["--server", address, "--token", token]
}

/// It ended with 1 and said these words.
fn refused(output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in words {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
}

/// Every talk as it is kept, sorted.
async fn kept(api: &Api) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    for card in api.conversations().await {
        assert_eq!(card["state"], "closed", "each one is brought to its end: {card}");
        let messages = api.messages(card["id"].as_i64().expect("an id")).await;
        let said = said(&messages);
        all.push(said.into_iter().map(|(_, from, text)| (from, text)).collect());
    }
    all.sort();
    all
}

async fn played(ground: Ground) {
    let talks = talks();
    let chats = file(&ground, "talks.jsonl", &lines(&talks));
    let play = ["replay", "--json", "--agents", "2", "--chats", chats.as_str()];
    agrees(&ground.told(&play), &talks);
    refused(&ground.run(&play), &["not_empty"]);

    let token = word(&ground.told(&["user", "token", "replay-owner"])["token"]);
    let server = ground.serve();
    let address = format!("http://{}", server.address);
    let there = at(&address, &token);
    agrees(&ground.told(&[&play[..], &there].concat()), &talks);
    let api = Api::new(server.address, &token);
    let mut twice = [all_spoken(&talks), all_spoken(&talks)].concat();
    twice.sort();
    assert_eq!(kept(&api).await, twice);

    // Null characters are left out, so what is kept is not what the file says; and it says so.
    let null = [talk("a null", &[("buyer", "在\0吗"), ("agent", "在")])];
    let null = file(&ground, "null.jsonl", &lines(&null));
    let play = ["replay", "--json", "--agents", "1", "--chats", null.as_str()];
    let differs = ground.run(&[&play[..], &there].concat());
    refused(&differs, &["differs"]);
    let told: Value = serde_json::from_slice(&differs.stdout).expect("the command prints JSON");
    assert_eq!(
        (&told["differing"], &told["acknowledged"], &told["lost"]),
        (&json!(1), &json!(2), &json!(0)),
        "{told}"
    );
    assert!(told["problems"][0].to_string().contains("a null"), "{told}");
    refused(
        &ground.run(&[&play[..], &at(&address, "of-nobody")].concat()),
        &["server_refused", "401"],
    );
    assert!(server.stop().success());
    assert_eq!(ground.told(&["check"])["findings"], json!([]));
}

mod what_replay_tells_is_what_the_file_says_and_what_is_kept {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        played(Ground::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        if let Some(ground) = Ground::postgres().await {
            played(ground).await;
        }
    }
}

#[test]
fn a_file_that_cannot_be_played_is_refused_before_anything_is_made() {
    let ground = Ground::sqlite();
    let run = |chats: &str| ground.run(&["replay", "--chats", chats]);
    let good = talk("good", &[("buyer", "在吗")]).to_string();
    let empty = file(&ground, "empty.jsonl", &[]);
    refused(&run(&empty), &["file_unreadable", "empty.jsonl", "no session"]);
    let broken = [
        good.clone(),
        String::new(),
        "{\"id\":\"a\",\"turns\":[".to_owned(),
    ];
    let broken = file(&ground, "broken.jsonl", &broken);
    refused(&run(&broken), &["file_unreadable", "broken.jsonl", "row 3"]);
    let role = [good.clone(), talk("third", &[("boss", "在吗")]).to_string()];
    let role = file(&ground, "role.jsonl", &role);
    refused(&run(&role), &["file_unreadable", "row 2", "boss"]);
    refused(&run(&format!("{empty}.none")), &["file_unreadable"]);

    let good = file(&ground, "good.jsonl", &[good]);
    let there = |address: &str| {
        let play = ["replay", "--chats", good.as_str()];
        ground.run(&[&play[..], &at(address, "t")].concat())
    };
    refused(&there("127.0.0.1:1"), &["server_address"]);
    refused(&there("http://127.0.0.1:1"), &["server_away"]);
    let mut alone = ground.command(&["replay", "--chats", &good, "--server", "http://127.0.0.1:1"]);
    let alone = alone
        .env_remove("XIAOER_TOKEN")
        .output()
        .expect("the binary runs");
    assert_eq!(
        alone.status.code(),
        Some(2),
        "a server without a token is bad usage"
    );
    assert!(!ground.data().exists(), "nothing was made");
}
