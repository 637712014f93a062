//! One kind of words of a shelf: the ranker, and what decides before the text is looked at.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use base::Id;
use search::answers::{ANSWER_CHARS, Answers, Entry, Hit};

use crate::words::pairs::Pairs;
use crate::words::shelf::Asker;
use crate::words::sure::Sureness;

/// What is kept of one text.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) shop: Id,
    pub(super) person: Option<Id>,
    pub(super) products: Vec<Id>,
    /// What its questions are made of; of entries alone.
    pub(super) pairs: Pairs,
    /// The text itself, so that everything can be learned again.
    pub(super) entry: Arc<Entry>,
}

/// One kind of words.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    answers: Answers,
    slots: HashMap<i64, Slot>,
    /// How sure a hit is; learned for entries alone.
    sure: Sureness,
}

/// A hit with how likely it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likely {
    pub(crate) hit: Hit,
    /// 0 to 1.
    pub(crate) chance: f64,
}

/// How many more are asked for than wanted, as other shops' are among them.
const SPARE: usize = 4;

impl Slot {
    /// A text for everybody in a shop, or in all of them.
    pub(super) fn new(shop: Id, mut entry: Entry) -> Slot {
        // No more of it is ever read.
        if let Some((end, _)) = entry.answer.char_indices().nth(ANSWER_CHARS) {
            entry.answer.truncate(end);
            entry.answer.shrink_to_fit();
        }
        Slot {
            shop,
            person: None,
            products: Vec::new(),
            pairs: Pairs::default(),
            entry: Arc::new(entry),
        }
    }

    fn fits(&self, asker: &Asker) -> bool {
        let shop = self.shop == Id::NONE || asker.shop.is_none_or(|shop| shop == self.shop);
        let person = self.person.is_none() || self.person == asker.person;
        let about = asker
            .product
            .is_none_or(|product| self.products.contains(&product));
        shop && person && (self.products.is_empty() || about)
    }
}

impl Part {
    /// The best hits for a text, best first.
    pub(super) fn ask(&self, text: &str, asker: &Asker, k: usize) -> Vec<Hit> {
        let fits = |hit: &Hit| self.slots.get(&hit.id).is_some_and(|slot| slot.fits(asker));
        let mut hits = self.answers.ask(text, k * SPARE);
        if hits.iter().filter(|hit| fits(hit)).count() < k && hits.len() == k * SPARE {
            hits = self.answers.ask(text, k * SPARE * SPARE * SPARE);
        }
        hits.retain(fits);
        hits.truncate(k);
        hits
    }

    /// The same with how likely each answers.
    pub(super) fn likely(&self, text: &str, asker: &Asker, k: usize) -> Vec<Likely> {
        // The second one says how far the first leads.
        let hits = self.ask(text, asker, k.max(2));
        let known = |hit: &Hit| {
            self.slots
                .get(&hit.id)
                .map_or(0.0, |slot| slot.pairs.part_of(text))
        };
        let chances = self.sure.of(&hits, known);
        let mut likely: Vec<Likely> = hits
            .into_iter()
            .zip(chances)
            .map(|(hit, chance)| Likely { hit, chance })
            .collect();
        likely.truncate(k);
        likely
    }

    /// Whether it holds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Whether so much changed that it is time for [`Part::learn`].
    pub(super) fn is_due(&self) -> bool {
        self.answers.is_due()
    }

    /// Takes in texts, and forgets those that are gone, without learning: they are found, or found no more, at once.
    pub(super) fn shelve(&mut self, rows: Vec<Slot>, gone: &[Id]) {
        let gone: Vec<i64> = gone.iter().map(|id| id.0).collect();
        for id in &gone {
            self.slots.remove(id);
        }
        self.answers.shelve(rows.iter().map(|slot| &*slot.entry), &gone);
        self.slots
            .extend(rows.into_iter().map(|slot| (slot.entry.id, slot)));
    }

    /// Learns what a few changes are about, from where it stood.
    pub(super) fn follow(&mut self) {
        self.answers.follow();
    }

    /// Learns texts that have no topics: an instant, however many changed.
    pub(super) fn tidy(&mut self) {
        if self.is_due() {
            self.answers.learn();
        } else {
            self.answers.follow();
        }
    }

    /// Adds questions that were answered with an entry.
    pub(super) fn pick(&mut self, picks: &[(String, Id)]) {
        for (text, id) in picks {
            self.answers.picked(text, id.0);
            if let Some(slot) = self.slots.get_mut(&id.0) {
                slot.pairs.add(text);
            }
        }
    }

    /// Learns everything from the beginning.
    pub(super) fn learn(&mut self) {
        self.answers.learn();
        self.learn_sureness();
    }

    fn learn_sureness(&mut self) {
        let mut entries: Vec<&Entry> = self.slots.values().map(|slot| &*slot.entry).collect();
        // The same entries teach the same, however they came.
        entries.sort_unstable_by_key(|entry| entry.id);
        let sure = Sureness::learn(entries);
        self.sure = sure;
    }

    /// How sure a hit is.
    #[cfg(test)]
    pub(super) fn sureness(&self) -> Sureness {
        self.sure
    }
}

/// A part to be asked.
pub(super) fn read(part: &RwLock<Part>) -> RwLockReadGuard<'_, Part> {
    part.read().unwrap_or_else(PoisonError::into_inner)
}

/// A part to be changed.
pub(super) fn write(part: &RwLock<Part>) -> RwLockWriteGuard<'_, Part> {
    part.write().unwrap_or_else(PoisonError::into_inner)
}
