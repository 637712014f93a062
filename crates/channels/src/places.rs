use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base::{Id, Live, Topic};
use reception::Place;
use serde_json::json;

/// The places buyers were last told, of each organisation.
#[derive(Default)]
pub struct Places {
    told: Mutex<HashMap<Id, HashMap<Id, Place>>>,
}

impl Places {
    fn lock(&self) -> MutexGuard<'_, HashMap<Id, HashMap<Id, Place>>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the places of an organisation's queue as they are now: `waiting` are all that were looked at, `still`
    /// those told before who are not among them and wait all the same. Answers the frames for those whose place
    /// changed, and for those who wait no more. Places only shrink unless somebody with a better claim came, which
    /// is said.
    pub fn update(&self, org: Id, waiting: &[Place], still: &HashSet<Id>) -> Vec<Live> {
        let mut all = self.lock();
        let told = all.entry(org).or_default();
        let mut frames = Vec::new();
        let here: HashSet<Id> = waiting.iter().map(|place| place.conversation).collect();
        told.retain(|conversation, _| {
            let waits = here.contains(conversation) || still.contains(conversation);
            if !waits {
                let frame = r#"{"on":"queue","place":0,"wait_s":0}"#;
                frames.push(for_buyer(*conversation, frame.to_owned()));
            }
            waits
        });
        for place in waiting {
            let before = told.insert(place.conversation, place.clone());
            // A wait that moves by seconds is not worth a frame.
            let same = before
                .as_ref()
                .is_some_and(|b| b.place == place.place && alike(b.wait_s, place.wait_s));
            if same {
                continue;
            }
            let grew = before.is_some_and(|b| place.place > b.place);
            let why = place.why.or(Some("transfer")).filter(|_| grew);
            let frame = json!({"on": "queue", "place": place.place, "wait_s": place.wait_s, "why": why});
            frames.push(for_buyer(place.conversation, frame.to_string()));
        }
        if told.is_empty() {
            all.remove(&org);
        }
        frames
    }

    /// The place a buyer has, if they wait.
    pub fn of(&self, org: Id, conversation: Id) -> Option<Place> {
        self.lock().get(&org)?.get(&conversation).cloned()
    }

    /// Those of an organisation that were told a place.
    pub fn known(&self, org: Id) -> Vec<Id> {
        self.lock()
            .get(&org)
            .map(|told| told.keys().copied().collect())
            .unwrap_or_default()
    }
}

fn alike(before: Option<i64>, now: Option<i64>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => (before - now).abs() < 30,
        (before, now) => before == now,
    }
}

fn for_buyer(conversation: Id, frame: String) -> Live {
    Live {
        topics: vec![Topic::Buyer(conversation)],
        frame: frame.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(conversation: i64, place: i64) -> Place {
        Place {
            conversation: Id(conversation),
            place,
            wait_s: Some(60 * place),
            why: None,
        }
    }

    fn told(frames: &[Live]) -> Vec<(Topic, i64)> {
        let number = |live: &Live| {
            serde_json::from_str::<serde_json::Value>(&live.frame).expect("json")["place"].as_i64()
        };
        frames
            .iter()
            .map(|live| (live.topics[0], number(live).expect("a place")))
            .collect()
    }

    #[test]
    fn one_organisations_queue_leaves_the_others_alone() {
        let places = Places::default();
        let none = HashSet::new();
        places.update(Id(1), &[place(11, 1), place(12, 2)], &none);
        places.update(Id(2), &[place(21, 1)], &none);
        let frames = places.update(Id(1), &[place(12, 1)], &none);
        assert_eq!(
            told(&frames),
            [(Topic::Buyer(Id(11)), 0), (Topic::Buyer(Id(12)), 1)]
        );
        assert_eq!(places.of(Id(2), Id(21)).map(|p| p.place), Some(1));
        assert_eq!(
            (places.known(Id(1)), places.known(Id(2))),
            (vec![Id(12)], vec![Id(21)])
        );
        assert_eq!(
            told(&places.update(Id(1), &[], &HashSet::from([Id(12)]))),
            [],
            "they wait all the same"
        );
        assert_eq!(
            told(&places.update(Id(1), &[], &none)),
            [(Topic::Buyer(Id(12)), 0)]
        );
        assert_eq!(places.known(Id(1)), []);
    }
}
