//! Which entry answers a question: a ranker in memory over questions with their similar wordings.
//!
//! It holds no texts, does no I/O, reads no clock and draws no random number: the same entries give the same
//! answers, in whatever order they came. Whoever owns the entries feeds them, says what changed, and checks each
//! hit against rights and validity.
//!
//! * [`Answers::build`] learns everything from the beginning.
//! * [`Answers::put`] and [`Answers::remove`] follow one change at a time; [`Answers::learn`] makes what they left
//!   the same as a new build, and [`Answers::is_due`] says when so much changed that it is worth its seconds.
//! * [`Answers::shelve`] takes any number of changes at once without learning: wordings are found, topics stay what
//!   they were until [`Answers::follow`] or [`Answers::learn`].
//! * [`Answers::picked`] adds what an agent answered with as one more wording.
//! * [`eval`] measures it on files of labelled questions.
//!
//! How it works: [`lists`] say how near every wording is (characters, pairs, words, meanings, sounds);
//! [`topics`] say which topic is meant, as far as the shop's own questions teach that; [`rank`] puts both
//! together. A shop with few wordings lives from the first, one with many from the second.

pub mod eval;
mod features;
mod linear;
mod lists;
mod net;
mod noise;
mod rank;
mod same;
mod topics;
mod typed;

use std::collections::{BTreeMap, BTreeSet};

use features::{Side, features};
use lists::{Kind, Lists};
pub use rank::{Hit, Why};
use topics::{Questions, Topics};

/// Characters of an answer that are read: its beginning says what it is about.
pub const ANSWER_CHARS: usize = 64;
/// Questions that an entry was picked for and that are kept; the oldest make room.
const PICKED_MAX: usize = 200;
/// When more than one in so many entries changed, at once or one by one, it is time to learn all from the beginning.
const MANY: usize = 5;

/// An entry as it is fed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: i64,
    /// Its topic or category; entries of one group are answers to the same kind of question. Empty when it has
    /// none. The words of the name count.
    pub group: String,
    /// The standard question.
    pub question: String,
    /// Other wordings of it.
    pub similar: Vec<String>,
    /// The answer; its beginning is read.
    pub answer: String,
}

/// What is kept of an entry.
#[derive(Clone, Debug)]
struct Kept {
    group: String,
    rows: Vec<u32>,
    picked: Vec<u32>,
    topic: Option<usize>,
}

/// The ranker of one organisation's entries.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    entries: BTreeMap<i64, Kept>,
    groups: BTreeMap<String, BTreeSet<i64>>,
    lists: Lists,
    topics: Option<Topics>,
    /// Groups with picks that were not learned yet.
    changed: BTreeSet<String>,
    /// Entries that came, changed or went since all was learned from the beginning.
    changes: usize,
}

impl Answers {
    /// Learns all entries. Of two with the same id the later one counts.
    #[must_use]
    pub fn build(entries: impl IntoIterator<Item = Entry>) -> Answers {
        let mut answers = Answers::default();
        for entry in entries {
            answers.keep(&entry);
        }
        answers.learn();
        answers
    }

    /// Adds an entry or replaces the one with its id; picks for it stay. Wordings are found at once, topics are
    /// learned again from where they stood.
    pub fn put(&mut self, entry: &Entry) {
        self.keep(entry);
        self.follow();
    }

    /// Adds or replaces entries and forgets others, without learning: they are found by their wordings at once, or
    /// no more, and topics are those that were learned before. It takes milliseconds where learning takes seconds;
    /// [`Answers::is_due`] says which learning is to follow.
    pub fn shelve<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>, gone: &[i64]) {
        for id in gone {
            self.leave(*id);
        }
        for entry in entries {
            self.keep(entry);
        }
        self.lists.settle();
        self.name_topics();
    }

    /// Forgets an entry and all that was learned from it. An unknown id changes nothing.
    pub fn remove(&mut self, id: i64) {
        if self.leave(id) {
            self.follow();
        }
    }

    /// Adds a question that an agent answered with this entry. The wording is found at once; topics learn from it
    /// with the next [`Answers::put`], [`Answers::remove`] or [`Answers::learn`].
    pub fn picked(&mut self, text: &str, id: i64) {
        let keys = features(text, Side::Entry);
        let Some(kept) = self.entries.get_mut(&id) else {
            return;
        };
        let known = |row: &u32| {
            let features = &self.lists.row(*row).features;
            features
                .iter()
                .map(|f| self.lists.key(*f))
                .eq(keys.iter().copied())
        };
        if keys.is_empty() || kept.rows.iter().chain(&kept.picked).any(known) {
            return;
        }
        if kept.picked.len() >= PICKED_MAX {
            self.lists.remove(kept.picked.remove(0));
        }
        kept.picked.push(self.lists.add(id, Kind::Question, &keys));
        self.changed.insert(kept.group.clone());
        self.lists.settle();
    }

    /// Learns everything from the beginning, and gives back the room that changes left. Afterwards it does not
    /// matter how the entries came: a new build of the same entries and picks would be the same.
    pub fn learn(&mut self) {
        let mut lists = Lists::default();
        let old = &self.lists;
        for (id, kept) in &mut self.entries {
            for row in kept.rows.iter_mut().chain(&mut kept.picked) {
                let was = old.row(*row);
                let keys: Vec<u64> = was.features.iter().map(|f| old.key(*f)).collect();
                *row = lists.add(*id, was.kind, &keys);
            }
        }
        lists.settle();
        self.lists = lists;
        self.topics = Topics::learn(&self.lists, &self.questions());
        self.changed.clear();
        self.changes = 0;
        self.name_topics();
    }

    /// How many entries came, changed or went since all was learned from the beginning; an entry counts each time.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changes
    }

    /// Whether so much changed since all was learned from the beginning that it is time for [`Answers::learn`].
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.changes * MANY > self.entries.len()
    }

    /// How many entries it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of memory it holds, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let kept: usize = self
            .entries
            .values()
            .map(|kept| kept.group.len() + 4 * (kept.rows.capacity() + kept.picked.capacity()))
            .sum();
        kept + self.entries.len() * (size_of::<(i64, Kept)>() + 2 * size_of::<i64>())
            + self.lists.bytes()
            + self.topics.as_ref().map_or(0, Topics::bytes)
    }

    /// Takes an entry into the lists without learning.
    fn keep(&mut self, entry: &Entry) {
        self.changes += 1;
        let picked = self.forget(entry.id);
        let group = if entry.group.trim().is_empty() {
            // An entry of no group is one of its own. No name begins with a space, so it is nobody's.
            format!(" {}", entry.id)
        } else {
            entry.group.trim().to_owned()
        };
        let mut wordings: Vec<(Kind, Vec<u64>)> = Vec::new();
        for text in std::iter::once(&entry.question).chain(&entry.similar) {
            wordings.push((Kind::Question, features(text, Side::Entry)));
        }
        let answer: String = entry.answer.chars().take(ANSWER_CHARS).collect();
        wordings.push((Kind::Answer, features(&answer, Side::Entry)));
        let mut seen: BTreeSet<Vec<u64>> = BTreeSet::new();
        let mut rows = Vec::new();
        for (kind, keys) in wordings {
            if !keys.is_empty() && !seen.contains(&keys) {
                rows.push(self.lists.add(entry.id, kind, &keys));
                seen.insert(keys);
            }
        }
        self.changed.insert(group.clone());
        self.groups.entry(group.clone()).or_default().insert(entry.id);
        let kept = Kept {
            group,
            rows,
            picked,
            topic: None,
        };
        self.entries.insert(entry.id, kept);
    }

    /// Takes an entry and its picks out without learning; answers whether it was there.
    fn leave(&mut self, id: i64) -> bool {
        let Some(kept) = self.entries.get_mut(&id) else {
            return false;
        };
        for row in std::mem::take(&mut kept.picked) {
            self.lists.remove(row);
        }
        self.forget(id);
        self.changes += 1;
        true
    }

    /// Takes an entry out of lists and groups, and gives back the rows of its picks, which stay in the lists.
    fn forget(&mut self, id: i64) -> Vec<u32> {
        let Some(kept) = self.entries.remove(&id) else {
            return Vec::new();
        };
        for row in &kept.rows {
            self.lists.remove(*row);
        }
        if let Some(members) = self.groups.get_mut(&kept.group) {
            members.remove(&id);
            if members.is_empty() {
                self.groups.remove(&kept.group);
            }
        }
        self.changed.insert(kept.group);
        kept.picked
    }

    /// Learns what changed since the last learning, from where topics stood: quick after few changes.
    pub fn follow(&mut self) {
        self.lists.settle();
        let questions = self.questions();
        self.topics = match &self.topics {
            Some(topics) => topics.relearn(&self.lists, &questions, &self.changed),
            None => Topics::learn(&self.lists, &questions),
        };
        self.changed.clear();
        self.name_topics();
    }

    fn questions(&self) -> Questions {
        let rows_of = |id: &i64| {
            let kept = self.entries.get(id).into_iter();
            kept.flat_map(|kept| kept.rows.iter().chain(&kept.picked))
                .filter(|row| self.lists.row(**row).kind == Kind::Question)
                .copied()
        };
        self.groups
            .iter()
            .map(|(name, ids)| (name.clone(), ids.iter().flat_map(rows_of).collect()))
            .collect()
    }

    fn name_topics(&mut self) {
        for kept in self.entries.values_mut() {
            kept.topic = self.topics.as_ref().and_then(|topics| topics.find(&kept.group));
        }
    }
}
