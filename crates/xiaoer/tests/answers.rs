//! What is asked of the words a server keeps in memory.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::kit::api::Api;
use crate::kit::ground::Ground;
use crate::kit::world::World;

/// How long an edit may take to be found.
const A_SECOND: Duration = Duration::from_secs(1);
/// How sure an answer is at least whose own question is asked word for word.
const WORD_FOR_WORD: f64 = 0.9;

#[expect(clippy::disallowed_methods, reason = "a measurement from outside the program")]
fn now() -> Instant {
    Instant::now()
}

fn entry(question: &str) -> Value {
    json!({"question": question, "answer": "见包装盒"})
}

/// Asks until the entry is the answer to its question, word for word.
async fn found(api: &Api, id: &Value, question: &str) {
    let q: String = question.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let path = format!("/answers?q={q}");
    let asked = async {
        loop {
            let answer = api.get(&path).await;
            let best = &answer["faq"][0];
            if best["id"] == *id && best["score"].as_f64().is_some_and(|score| score >= WORD_FOR_WORD) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked)
        .await
        .unwrap_or_else(|_| panic!("{question} is never found"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_entry_is_found_by_its_new_words_within_a_second() {
    let (world, server) = World::found(Ground::sqlite(), 0).await;
    let api = world.api(&server);
    let id = api.post("/faq", entry("茶饼怎么撬开")).await["id"].clone();
    // Whoever asks first waits until everything is learned; from then on edits are followed.
    found(&api, &id, "茶饼怎么撬开").await;
    let mut took = Vec::new();
    for question in [
        "紫砂壶要开壶吗",
        "盖碗烫手拿不住",
        "滤网堵住了咋清洗",
        "银壶表面发黑正常吗",
        "竹茶盘开裂能修吗",
    ] {
        let edited = api
            .ask("PUT", &format!("/faq/{id}"), Some(&entry(question)))
            .await;
        edited.expect("an answer").fine("an edit");
        let begun = now();
        found(&api, &id, question).await;
        took.push(begun.elapsed());
    }
    // A machine that is busy with other things delays some; it does not delay all of them.
    let fastest = took.iter().min().expect("five of them");
    assert!(*fastest < A_SECOND, "{took:?}");
    assert!(server.stop().success());
}
