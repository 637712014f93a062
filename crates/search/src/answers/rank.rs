//! From how near and how likely to a list of entries with a score. It learns nothing.

use rustc_hash::FxHashMap;

use super::features::{Side, features};
use super::lists::{Kind, Near};
use super::{Answers, Kept};

/// An entry that may answer the question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// The entry.
    pub id: i64,
    /// How well it fits beside the others, 0 to 1. It ranks, and says of two shops nothing: how likely an entry
    /// answers is learned from a shop's own wordings by whoever holds them.
    pub score: f32,
    /// What speaks for it.
    pub why: Why,
}

/// What speaks for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was asked in almost these words.
    Wording,
    /// Questions like this belong to its topic.
    Topic,
    /// It shares words, meanings or sounds.
    Words,
}

/// An answer's words count so much beside a question's.
const ANSWER: f32 = 0.5;
/// From this nearness on a question was asked in almost these words, and wording outweighs what was learned.
const ALMOST: f32 = 0.85;
/// The most that almost the same words take over.
const TAKE_OVER: f32 = 0.9;
/// Each further entry of a topic is worth so much of the one before it: five answers to one thing leave no room
/// for the other thing that may be meant.
const FURTHER: f32 = 0.03;
/// How sharply nearness decides between entries of learned topics and all others.
const SHARP: i32 = 4;
/// A question that is less near than this to every wording is about something else, the less sure the farther.
const FAMILIAR: f32 = 0.25;
/// Topics that are looked at, at least.
const TOPICS_LOOKED_AT: usize = 10;
/// Entries of one topic that are looked at.
const ENTRIES_LOOKED_AT: usize = 500;

impl Answers {
    /// The `k` best entries for a question, best first. A blank question, or one that shares nothing with any
    /// entry, finds none.
    #[must_use]
    pub fn ask(&self, text: &str, k: usize) -> Vec<Hit> {
        let asked = features(text, Side::Asked);
        if asked.is_empty() || k == 0 {
            return Vec::new();
        }
        let near = self.lists.near(&asked);
        let wording = self.wording(&near);
        let chances = self
            .topics
            .as_ref()
            .and_then(|topics| topics.chances(&self.lists, &asked));
        let learned = |id: &i64| chances.is_some() && self.entries.get(id).is_some_and(|e| e.topic.is_some());
        let best = |wanted: bool| {
            let of_them = wording.iter().filter(|(id, _)| learned(id) == wanted);
            of_them.map(|(_, near)| *near).fold(0.0, f32::max)
        };
        let (inside, outside) = (best(true).powi(SHARP), best(false).powi(SHARP));
        let rest = if chances.is_none() {
            1.0
        } else {
            outside / (inside + outside).max(f32::MIN_POSITIVE)
        };
        let mut hits: Vec<Hit> = wording
            .iter()
            .filter(|(id, _)| !learned(id))
            .map(|(id, near)| Hit {
                id: *id,
                score: rest * near * near,
                why: if *near >= ALMOST { Why::Wording } else { Why::Words },
            })
            .collect();
        if let Some(mut chances) = chances {
            self.take_over(&mut chances, &wording);
            // Chances say which topic, if one of them; nearness says whether it is one of them at all.
            let nearest = wording.values().copied().fold(0.0, f32::max);
            let familiar = (nearest / FAMILIAR).min(1.0);
            self.by_topic(&chances, (1.0 - rest) * familiar, &near, k, &mut hits);
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        hits.truncate(k);
        hits
    }

    /// The nearness of the best wording of each entry that was found, 0 to 1.
    fn wording(&self, near: &Near) -> FxHashMap<i64, f32> {
        let mut out: FxHashMap<i64, f32> = FxHashMap::default();
        for (row, cosine) in &near.best {
            let row = self.lists.row(*row);
            let nearness = out.entry(row.entry).or_default();
            *nearness = nearness.max(weighed(row.kind, *cosine));
        }
        out
    }

    /// Almost the same words outweigh what was learned: an agent who added a wording sees it work.
    fn take_over(&self, chances: &mut [f32], wording: &FxHashMap<i64, f32>) {
        let mut shares = vec![0.0f32; chances.len()];
        for (id, near) in wording.iter().filter(|(_, near)| **near > ALMOST) {
            if let Some(topic) = self.entries.get(id).and_then(|entry| entry.topic) {
                shares[topic] = shares[topic].max((near - ALMOST) / (1.0 - ALMOST));
            }
        }
        let most = shares.iter().copied().fold(0.0, f32::max);
        let sum: f32 = shares.iter().sum();
        if sum > 0.0 {
            let part = TAKE_OVER * most * most;
            for (chance, share) in chances.iter_mut().zip(&shares) {
                *chance = (1.0 - part) * *chance + part * share / sum;
            }
        }
    }

    /// The entries of the likeliest topics: the nearest of each first.
    fn by_topic(&self, chances: &[f32], part: f32, near: &Near, k: usize, hits: &mut Vec<Hit>) {
        let Some(topics) = &self.topics else { return };
        let mut order: Vec<usize> = (0..chances.len()).collect();
        order.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]).then_with(|| a.cmp(b)));
        for topic in order.into_iter().take(k.max(TOPICS_LOOKED_AT)) {
            let members = self.groups.get(topics.name(topic)).into_iter().flatten();
            let mut members: Vec<(i64, f32)> = members
                .take(ENTRIES_LOOKED_AT)
                .filter_map(|id| Some((*id, self.nearest(self.entries.get(id)?, near))))
                .collect();
            members.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let mut score = part * chances[topic];
            for (id, nearness) in members.into_iter().take(k) {
                hits.push(Hit {
                    id,
                    score,
                    why: if nearness >= ALMOST {
                        Why::Wording
                    } else {
                        Why::Topic
                    },
                });
                score *= FURTHER;
            }
        }
    }

    fn nearest(&self, entry: &Kept, near: &Near) -> f32 {
        let rows = entry.rows.iter().chain(&entry.picked);
        rows.map(|row| weighed(self.lists.row(*row).kind, self.lists.cosine(near, *row)))
            .fold(0.0, f32::max)
    }
}

fn weighed(kind: Kind, cosine: f32) -> f32 {
    match kind {
        Kind::Question => cosine.min(1.0),
        Kind::Answer => ANSWER * cosine.min(1.0),
    }
}
