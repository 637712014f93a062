//! What a client holds of one conversation, as docs/sockets.md says: applied by number.

use std::collections::BTreeMap;

use serde_json::Value;

/// The messages of a conversation by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    messages: BTreeMap<i64, Value>,
}

impl Held {
    /// Takes a message in; whether it was new. One number never stands for two messages.
    pub(crate) fn apply(&mut self, message: &Value) -> bool {
        let seq = message["seq"].as_i64().expect("a number");
        let Some(known) = self.messages.get(&seq) else {
            self.messages.insert(seq, message.clone());
            return true;
        };
        assert_eq!(
            known["client_id"], message["client_id"],
            "number {seq} stands for two messages"
        );
        if message["rev"].as_i64() > known["rev"].as_i64() {
            self.messages.insert(seq, message.clone());
        }
        false
    }

    /// The highest number up to which nothing is missing.
    pub(crate) fn reach(&self) -> i64 {
        (1..)
            .zip(self.messages.keys())
            .take_while(|(n, seq)| n == *seq)
            .count() as i64
    }

    /// The highest number of all.
    pub(crate) fn last(&self) -> i64 {
        self.messages.keys().next_back().copied().unwrap_or(0)
    }

    /// The newest message of a human.
    pub(crate) fn last_said(&self) -> Option<&Value> {
        let mut from_the_end = self.messages.values().rev();
        from_the_end.find(|m| m["from"] == "buyer" || m["from"] == "agent")
    }

    /// Who said what, by number.
    pub(crate) fn said(&self) -> Vec<(i64, String, String)> {
        said(self.messages.values())
    }
}

/// Number, sender and text of what humans said.
pub(crate) fn said<'a>(messages: impl IntoIterator<Item = &'a Value>) -> Vec<(i64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    messages
        .into_iter()
        .filter(|m| m["from"] == "buyer" || m["from"] == "agent")
        .map(|m| {
            (
                m["seq"].as_i64().expect("a number"),
                text(&m["from"]),
                text(&m["body"]["text"]),
            )
        })
        .collect()
}
