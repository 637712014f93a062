use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::{Id, Live, Topic};
use reception::Place;
use serde_json::json;

/// The places buyers were last told, per conversation.
#[derive(Default)]
pub struct Places {
    told: Mutex<HashMap<Id, Place>>,
}

impl Places {
    /// Takes the places of an organisation's queue as they are now (all that wait, and of those told
    /// before, who no longer does) and answers the frames for those whose place changed. Places only
    /// shrink unless somebody with a better claim came, which is said.
    pub fn update(&self, waiting: &[Place], gone: impl Fn(Id) -> bool) -> Vec<Live> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|conversation, _| !gone(*conversation));
        let mut frames = Vec::new();
        for place in waiting {
            let before = told.insert(place.conversation, place.clone());
            // A wait that moves by seconds is not worth a frame.
            let same = before
                .as_ref()
                .is_some_and(|b| b.place == place.place && (b.wait_s - place.wait_s).abs() < 30);
            if same {
                continue;
            }
            let grew = before.is_some_and(|b| place.place > b.place);
            let why = place.why.or(Some("transfer")).filter(|_| grew);
            let frame = json!({"on": "queue", "place": place.place, "wait_s": place.wait_s, "why": why});
            frames.push(Live {
                topics: vec![Topic::Buyer(place.conversation)],
                frame: frame.to_string().into(),
            });
        }
        frames
    }

    /// The place a buyer has, if they wait.
    pub fn of(&self, conversation: Id) -> Option<Place> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&conversation)
            .cloned()
    }

    /// Those that were told a place.
    pub fn known(&self) -> Vec<Id> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .copied()
            .collect()
    }
}
