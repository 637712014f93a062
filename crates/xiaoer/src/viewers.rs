use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::{Id, Live, Topic};
use hub::Hub;
use reception::{Card, State};
use serde::Serialize;
use serde_json::json;

/// Who looks at which conversation, on this node. Live only: never in the log.
#[derive(Default)]
pub(crate) struct Viewers {
    open: Mutex<HashMap<Id, Watched>>,
}

/// A conversation that is looked at, and who is told so.
#[derive(Default)]
struct Watched {
    topics: Vec<Topic>,
    viewers: Vec<Viewer>,
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
    /// Somebody opened it. Besides those who look, those are told in whose lists it stands: of one that waits,
    /// everybody who may take it.
    pub(crate) fn enter(&self, hub: &Hub, card: &Card, viewer: Viewer) -> Vec<Viewer> {
        let mut topics = vec![Topic::Conversation(card.id), Topic::Shop(card.shop)];
        if card.state == State::Queued {
            topics.push(Topic::ShopQueue(card.shop));
        }
        self.change(hub, card.id, |watched| {
            watched.topics = topics;
            watched.viewers.retain(|v| v.socket != viewer.socket);
            watched.viewers.push(viewer);
        })
    }

    /// A socket left it.
    pub(crate) fn leave(&self, hub: &Hub, conversation: Id, socket: u64) {
        self.change(hub, conversation, |watched| {
            watched.viewers.retain(|v| v.socket != socket)
        });
    }

    /// A viewer types, or stopped.
    pub(crate) fn typing(&self, hub: &Hub, conversation: Id, socket: u64, typing: bool) {
        self.change(hub, conversation, |watched| {
            for viewer in watched.viewers.iter_mut().filter(|v| v.socket == socket) {
                viewer.typing = typing;
            }
        });
    }

    fn change(&self, hub: &Hub, conversation: Id, change: impl FnOnce(&mut Watched)) -> Vec<Viewer> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let watched = open.entry(conversation).or_default();
        let before = seen(&watched.viewers);
        change(watched);
        let after = seen(&watched.viewers);
        let topics = watched.topics.clone();
        if watched.viewers.is_empty() {
            open.remove(&conversation);
        }
        drop(open);
        if before != after {
            let frame = json!({"on": "viewers", "conversation": conversation, "viewers": after}).to_string();
            hub.publish(&Live {
                topics,
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
