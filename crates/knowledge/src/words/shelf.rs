//! The words of one organisation in memory, ready to be asked. It asks no database: it is fed with rows and
//! answers with ids, which are read again and checked against rights.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use base::Id;
use search::answers::{Answers, Entry, Hit};

use crate::words::pairs::Pairs;
use crate::words::sure::Sureness;
use crate::{Faq, Policy, Script, WordKind};

/// Rows as a shelf takes them in: whole at first, later what changed.
#[derive(Debug, Default)]
pub struct Words {
    /// Entries in use.
    pub faqs: Vec<Faq>,
    /// Scripts in use.
    pub scripts: Vec<Script>,
    /// Policies in use.
    pub policies: Vec<Policy>,
    /// What is not in use any more.
    pub gone: Vec<(WordKind, Id)>,
    /// Questions that were answered with an entry.
    pub picks: Vec<(String, Id)>,
}

/// What decides before the text is looked at.
#[derive(Clone, Debug)]
struct Slot {
    shop: Id,
    person: Option<Id>,
    products: Vec<Id>,
    /// What its questions are made of; of entries alone.
    pairs: Pairs,
}

/// One kind of words.
#[derive(Clone, Debug, Default)]
struct Part {
    answers: Answers,
    slots: HashMap<i64, Slot>,
    /// How sure a hit is; learned for entries alone.
    sure: Sureness,
    /// Entries that changed since that was learned.
    changed: usize,
}

/// A hit with how likely it answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likely {
    pub(crate) hit: Hit,
    /// 0 to 1.
    pub(crate) chance: f64,
}

/// For whom is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The shop; none: all.
    pub shop: Option<Id>,
    /// The person, for their own scripts.
    pub person: Option<Id>,
    /// The product the buyer looks at.
    pub product: Option<Id>,
}

impl Slot {
    fn fits(&self, asker: &Asker) -> bool {
        let shop = self.shop == Id::NONE || asker.shop.is_none_or(|shop| shop == self.shop);
        let person = self.person.is_none() || self.person == asker.person;
        let about = asker
            .product
            .is_none_or(|product| self.products.contains(&product));
        shop && person && (self.products.is_empty() || about)
    }
}

/// How many more are asked for than wanted, as other shops' are among them.
const SPARE: usize = 4;

impl Part {
    fn ask(&self, text: &str, asker: &Asker, k: usize) -> Vec<Hit> {
        let fits = |hit: &Hit| self.slots.get(&hit.id).is_some_and(|slot| slot.fits(asker));
        let mut hits = self.answers.ask(text, k * SPARE);
        if hits.iter().filter(|hit| fits(hit)).count() < k && hits.len() == k * SPARE {
            hits = self.answers.ask(text, k * SPARE * SPARE * SPARE);
        }
        hits.retain(fits);
        hits.truncate(k);
        hits
    }

    fn likely(&self, text: &str, asker: &Asker, k: usize) -> Vec<Likely> {
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

    fn put(&mut self, rows: Vec<(Entry, Slot)>, gone: impl Iterator<Item = Id>) {
        for id in gone {
            if self.slots.remove(&id.0).is_some() {
                self.answers.remove(id.0);
            }
        }
        self.answers.put_all(rows.iter().map(|(entry, _)| entry));
        self.slots
            .extend(rows.into_iter().map(|(entry, slot)| (entry.id, slot)));
    }
}

/// The words of one organisation. Asking waits for nobody but the moment a learned part is put in place.
#[derive(Debug, Default)]
pub struct Shelf {
    faqs: RwLock<Part>,
    scripts: RwLock<Part>,
    policies: RwLock<Part>,
}

fn read(part: &RwLock<Part>) -> RwLockReadGuard<'_, Part> {
    part.read().unwrap_or_else(PoisonError::into_inner)
}

/// Learns beside what is asked meanwhile, and puts the learned in place.
fn learn(part: &RwLock<Part>, rows: Vec<(Entry, Slot)>, gone: impl Iterator<Item = Id>) {
    let mut gone = gone.peekable();
    if rows.is_empty() && gone.peek().is_none() {
        return;
    }
    let mut next = read(part).clone();
    next.put(rows, gone);
    *part.write().unwrap_or_else(PoisonError::into_inner) = next;
}

impl Shelf {
    /// Takes in rows, learning what must be learned: also how sure an answer is, when one entry in five changed
    /// since that was learned. With thousands of questions that takes seconds, so it
    /// is called where nobody waits, and by one at a time.
    pub fn take(&self, words: Words) {
        let of = |kind: WordKind| {
            let gone = words.gone.iter().filter(move |(one, _)| *one == kind);
            gone.map(|(_, id)| *id).collect::<Vec<_>>().into_iter()
        };
        let (faqs, scripts, policies) = (of(WordKind::Faq), of(WordKind::Script), of(WordKind::Policy));
        let changed = words.faqs.len() + faqs.len();
        learn(&self.faqs, words.faqs.iter().map(faq_row).collect(), faqs);
        learn(
            &self.scripts,
            words.scripts.iter().map(script_row).collect(),
            scripts,
        );
        learn(
            &self.policies,
            words.policies.iter().map(policy_row).collect(),
            policies,
        );
        if !words.picks.is_empty() {
            let mut faqs = self.faqs.write().unwrap_or_else(PoisonError::into_inner);
            for (text, id) in &words.picks {
                faqs.answers.picked(text, id.0);
                if let Some(slot) = faqs.slots.get_mut(&id.0) {
                    slot.pairs.add(text);
                }
            }
        }
        self.learn_sureness(&words.faqs, changed);
    }

    /// Learns how sure an answer is from the entries just taken in, if they are most of what there is.
    fn learn_sureness(&self, faqs: &[Faq], changed: usize) {
        /// It is learned again when one entry in so many changed.
        const MANY: usize = 5;
        let due = {
            let mut part = self.faqs.write().unwrap_or_else(PoisonError::into_inner);
            part.changed += changed;
            let due = part.changed * MANY > part.slots.len() && faqs.len() * 2 > part.slots.len();
            if due {
                part.changed = 0;
            }
            due
        };
        if due {
            let entries: Vec<Entry> = faqs.iter().map(|one| faq_row(one).0).collect();
            let sure = Sureness::learn(&entries);
            self.faqs.write().unwrap_or_else(PoisonError::into_inner).sure = sure;
        }
    }

    /// The entries most likely to answer a text, best first.
    pub(crate) fn likely(&self, text: &str, asker: &Asker, k: usize) -> Vec<Likely> {
        read(&self.faqs).likely(text, asker, k)
    }

    /// The best words of a kind for a text, best first.
    pub fn ask(&self, kind: WordKind, text: &str, asker: &Asker, k: usize) -> Vec<Hit> {
        let part = match kind {
            WordKind::Faq => &self.faqs,
            WordKind::Script => &self.scripts,
            WordKind::Policy => &self.policies,
        };
        read(part).ask(text, asker, k)
    }

    /// Whether it holds no entry, so that no question can be missed.
    pub fn has_no_entries(&self) -> bool {
        read(&self.faqs).answers.is_empty()
    }
}

fn faq_row(one: &Faq) -> (Entry, Slot) {
    let entry = Entry {
        id: one.id.0,
        group: one.intent.clone(),
        question: one.question.clone(),
        similar: one.similar.iter().map(|similar| similar.text.clone()).collect(),
        answer: one.answer.clone(),
    };
    let slot = Slot {
        shop: one.shop,
        person: None,
        products: one.products.clone(),
        pairs: Pairs::of_entry(&entry),
    };
    (entry, slot)
}

fn script_row(one: &Script) -> (Entry, Slot) {
    let slot = Slot {
        shop: one.shop,
        person: one.person,
        products: Vec::new(),
        pairs: Pairs::default(),
    };
    (titled(one.id, &one.title, &one.text), slot)
}

fn policy_row(one: &Policy) -> (Entry, Slot) {
    let slot = Slot {
        shop: one.shop,
        person: None,
        products: Vec::new(),
        pairs: Pairs::default(),
    };
    (titled(one.id, &one.title, &one.text), slot)
}

fn titled(id: Id, title: &str, text: &str) -> Entry {
    Entry {
        id: id.0,
        group: String::new(),
        question: title.to_owned(),
        similar: Vec::new(),
        answer: text.to_owned(),
    }
}

/// The shelves of all organisations that were asked for. Whoever runs the program fills those that are
/// wanted and keeps them up to date from the log; none is filled before somebody asks.
#[derive(Clone, Debug, Default)]
pub struct Shelves {
    held: Arc<Mutex<HashMap<Id, Option<Arc<Shelf>>>>>,
}

impl Shelves {
    /// The shelf of an organisation; none as long as it is not filled, which it will be now.
    pub fn get(&self, org: Id) -> Option<Arc<Shelf>> {
        self.lock().entry(org).or_default().clone()
    }

    /// The shelf, if it is filled; wants nothing.
    pub fn filled(&self, org: Id) -> Option<Arc<Shelf>> {
        self.lock().get(&org).cloned().flatten()
    }

    /// Organisations whose shelf is wanted and not filled.
    pub fn wanted(&self) -> Vec<Id> {
        let held = self.lock();
        held.iter()
            .filter(|(_, shelf)| shelf.is_none())
            .map(|(org, _)| *org)
            .collect()
    }

    /// Puts a filled shelf in its place.
    pub fn put(&self, org: Id, shelf: Shelf) {
        self.lock().insert(org, Some(Arc::new(shelf)));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Id, Option<Arc<Shelf>>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
