//! The words of one organisation in memory, ready to be asked. It asks no database: it is fed with rows and
//! answers with ids, which are read again and checked against rights.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use base::Id;
use search::answers::{Entry, Hit};

use crate::words::pairs::Pairs;
use crate::words::shelf_faqs::{Faqs, News};
use crate::words::shelf_part::{Likely, Part, Slot, read, write};
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

/// The words of one organisation. Asking waits for nobody but the moment a learned part is put in place.
#[derive(Debug, Default)]
pub struct Shelf {
    faqs: Arc<Faqs>,
    scripts: RwLock<Part>,
    policies: RwLock<Part>,
}

/// Learns beside what is asked meanwhile, and puts the learned in place.
fn learn(part: &RwLock<Part>, rows: Vec<Slot>, gone: &[Id]) {
    if rows.is_empty() && gone.is_empty() {
        return;
    }
    let mut next = read(part).clone();
    next.shelve(rows, gone);
    next.tidy();
    *write(part) = next;
}

impl Shelf {
    /// A shelf that is filled with all there is, learned whole: seconds with thousands of questions, so that it is
    /// made where nobody waits.
    pub fn of(words: Words) -> Shelf {
        let shelf = Shelf::default();
        let news = shelf.take_others(words);
        shelf.faqs.fill(news);
        shelf
    }

    /// Takes in what changed, by one at a time: what came is found at once. When many entries changed, together or
    /// one by one, everything is learned again on a thread of its own, which has the priority of the one that calls
    /// this; until it is done, questions are answered from what was learned before.
    pub fn take(&self, words: Words) {
        let news = self.take_others(words);
        self.faqs.take(news);
    }

    /// Takes in scripts and policies, and answers the news of entries.
    fn take_others(&self, words: Words) -> News {
        let of = |kind: WordKind| {
            let gone = words.gone.iter().filter(|(one, _)| *one == kind);
            gone.map(|(_, id)| *id).collect::<Vec<_>>()
        };
        let (faqs, scripts, policies) = (of(WordKind::Faq), of(WordKind::Script), of(WordKind::Policy));
        learn(
            &self.scripts,
            words.scripts.iter().map(script_row).collect(),
            &scripts,
        );
        learn(
            &self.policies,
            words.policies.iter().map(policy_row).collect(),
            &policies,
        );
        News {
            rows: words.faqs.iter().map(faq_row).collect(),
            gone: faqs,
            picks: words.picks,
        }
    }

    /// The entries most likely to answer a text, best first.
    pub(crate) fn likely(&self, text: &str, asker: &Asker, k: usize) -> Vec<Likely> {
        self.faqs.read().likely(text, asker, k)
    }

    /// The best words of a kind for a text, best first.
    pub fn ask(&self, kind: WordKind, text: &str, asker: &Asker, k: usize) -> Vec<Hit> {
        match kind {
            WordKind::Faq => self.faqs.read().ask(text, asker, k),
            WordKind::Script => read(&self.scripts).ask(text, asker, k),
            WordKind::Policy => read(&self.policies).ask(text, asker, k),
        }
    }

    /// Whether it holds no entry, so that no question can be missed.
    pub fn has_no_entries(&self) -> bool {
        self.faqs.read().is_empty()
    }
}

fn faq_row(one: &Faq) -> Slot {
    let entry = Entry {
        id: one.id.0,
        group: one.intent.clone(),
        question: one.question.clone(),
        similar: one.similar.iter().map(|similar| similar.text.clone()).collect(),
        answer: one.answer.clone(),
    };
    Slot {
        products: one.products.clone(),
        pairs: Pairs::of_entry(&entry),
        ..Slot::new(one.shop, entry)
    }
}

fn script_row(one: &Script) -> Slot {
    Slot {
        person: one.person,
        ..Slot::new(one.shop, titled(one.id, &one.title, &one.text))
    }
}

fn policy_row(one: &Policy) -> Slot {
    Slot::new(one.shop, titled(one.id, &one.title, &one.text))
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
