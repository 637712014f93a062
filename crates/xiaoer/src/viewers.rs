use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::{Id, Live, Topic};
use hub::Hub;
use serde::Serialize;
use serde_json::json;

/// Who looks at which conversation, on this node. Live only: never in the log.
#[derive(Default)]
pub(crate) struct Viewers {
    open: Mutex<HashMap<Id, Vec<Viewer>>>,
}

/// Somebody who looks at a conversation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Viewer {
    #[serde(skip)]
    pub socket: u64,
    pub person: Id,
    pub name: String,
    pub typing: bool,
}

impl Viewers {
    /// Somebody opened it.
    pub(crate) fn enter(&self, hub: &Hub, conversation: Id, viewer: Viewer) -> Vec<Viewer> {
        self.change(hub, conversation, |viewers| {
            viewers.retain(|v| v.socket != viewer.socket);
            viewers.push(viewer.clone());
        })
    }

    /// A socket left it.
    pub(crate) fn leave(&self, hub: &Hub, conversation: Id, socket: u64) {
        self.change(hub, conversation, |viewers| {
            viewers.retain(|v| v.socket != socket)
        });
    }

    /// A viewer types, or stopped.
    pub(crate) fn typing(&self, hub: &Hub, conversation: Id, socket: u64, typing: bool) {
        self.change(hub, conversation, |viewers| {
            for viewer in viewers.iter_mut().filter(|v| v.socket == socket) {
                viewer.typing = typing;
            }
        });
    }

    fn change(&self, hub: &Hub, conversation: Id, change: impl Fn(&mut Vec<Viewer>)) -> Vec<Viewer> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let viewers = open.entry(conversation).or_default();
        let before = seen(viewers);
        change(viewers);
        let after = seen(viewers);
        if viewers.is_empty() {
            open.remove(&conversation);
        }
        drop(open);
        if before != after {
            let frame = json!({"on": "viewers", "conversation": conversation, "viewers": after}).to_string();
            hub.publish(&Live {
                topics: vec![Topic::Conversation(conversation)],
                frame: frame.into(),
            });
        }
        after
    }
}

/// Each person once, however many windows they have.
fn seen(viewers: &[Viewer]) -> Vec<Viewer> {
    let mut out: Vec<Viewer> = Vec::new();
    for viewer in viewers {
        match out.iter_mut().find(|v| v.person == viewer.person) {
            Some(same) => same.typing |= viewer.typing,
            None => out.push(Viewer {
                socket: 0,
                ..viewer.clone()
            }),
        }
    }
    out
}
