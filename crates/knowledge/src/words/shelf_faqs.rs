//! The entries of a shelf: a few changes are followed at once, and when many came, together or one by one, everything
//! is learned again beside what is asked and what comes meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::thread::JoinHandle;

use base::Id;

use crate::words::shelf_part::{Part, Slot, read, write};

/// What came for the entries at one time.
#[derive(Clone, Debug, Default)]
pub(super) struct News {
    /// Those that came or changed.
    pub(super) rows: Vec<Slot>,
    /// Those that are not in use any more.
    pub(super) gone: Vec<Id>,
    /// Questions that were answered with one.
    pub(super) picks: Vec<(String, Id)>,
}

/// The entries.
#[derive(Debug, Default)]
pub(super) struct Faqs {
    part: RwLock<Part>,
    /// While everything is learned again: who does it, and what came meanwhile.
    again: Mutex<Option<Again>>,
}

#[derive(Debug)]
struct Again {
    thread: JoinHandle<()>,
    meanwhile: Vec<News>,
}

impl Faqs {
    /// The entries as they are learned now.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Part> {
        read(&self.part)
    }

    /// Takes in all there is and learns it while the caller waits: nothing is asked yet.
    pub(super) fn fill(&self, news: News) {
        let mut part = Part::default();
        part.shelve(news.rows, &news.gone);
        part.learn();
        part.pick(&news.picks);
        *write(&self.part) = part;
    }

    /// Takes in news; whoever asks meanwhile is answered from what was learned before. Nothing that takes longer than
    /// following a few changes is learned here.
    pub(super) fn take(self: &Arc<Self>, news: News) {
        let mut again = self.again();
        // Who is done says so; who is finished and did not say so panicked.
        if again.as_ref().is_some_and(|again| again.thread.is_finished()) {
            *again = None;
        }
        if let Some(again) = again.as_mut() {
            again.meanwhile.push(news.clone());
        }
        if !news.rows.is_empty() || !news.gone.is_empty() {
            let mut next = self.read().clone();
            next.shelve(news.rows, &news.gone);
            if again.is_none() && !next.is_due() {
                next.follow();
            }
            *write(&self.part) = next;
        }
        if !news.picks.is_empty() {
            write(&self.part).pick(&news.picks);
        }
        if again.is_none() && self.read().is_due() {
            *again = self.learn_again();
        }
    }

    /// Learns everything again on a thread of its own. Where none can be had, the next news try again.
    fn learn_again(self: &Arc<Self>) -> Option<Again> {
        let (faqs, mut next) = (Arc::clone(self), self.read().clone());
        // On Linux a thread begins with the priority of the one that made it.
        let thread = std::thread::Builder::new()
            .name("learning".into())
            .spawn(move || {
                next.learn();
                faqs.settle(next);
            })
            .ok()?;
        Some(Again {
            thread,
            meanwhile: Vec::new(),
        })
    }

    /// Puts what was learned in place, once it has what came meanwhile.
    fn settle(&self, mut next: Part) {
        loop {
            let meanwhile = {
                let mut again = self.again();
                let meanwhile = again
                    .as_mut()
                    .map(|again| std::mem::take(&mut again.meanwhile))
                    .unwrap_or_default();
                if meanwhile.is_empty() {
                    *write(&self.part) = next;
                    *again = None;
                    return;
                }
                meanwhile
            };
            for news in meanwhile {
                next.shelve(news.rows, &news.gone);
                next.pick(&news.picks);
            }
            if next.is_due() {
                next.learn();
            } else {
                next.follow();
            }
        }
    }

    fn again(&self) -> MutexGuard<'_, Option<Again>> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use search::answers::Entry;

    use super::*;
    use crate::Asker;
    use crate::words::pairs::Pairs;
    use crate::words::shipped;
    use crate::words::sure::Sureness;

    const ANYBODY: Asker = Asker {
        shop: None,
        person: None,
        product: None,
    };

    fn came(entries: &[Entry]) -> News {
        let row = |entry: &Entry| Slot {
            pairs: Pairs::of_entry(entry),
            ..Slot::new(Id::NONE, entry.clone())
        };
        News {
            rows: entries.iter().map(row).collect(),
            ..News::default()
        }
    }

    fn gone(entry: &Entry) -> News {
        News {
            gone: vec![Id(entry.id)],
            ..News::default()
        }
    }

    fn picked(text: &str, entry: &Entry) -> News {
        News {
            picks: vec![(text.to_owned(), Id(entry.id))],
            ..News::default()
        }
    }

    /// The entries found, best first.
    fn found(faqs: &Faqs, text: &str) -> Vec<i64> {
        let hits = faqs.read().ask(text, &ANYBODY, 3);
        hits.into_iter().map(|hit| hit.id).collect()
    }

    /// Waits until nothing is being learned.
    fn settled(faqs: &Faqs) {
        loop {
            match &*faqs.again() {
                None => return,
                Some(again) => assert!(!again.thread.is_finished(), "it ends with what it learned"),
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn entries_that_come_one_by_one_teach_how_sure_an_answer_is_once_they_are_many() {
        let all = shipped::entries();
        let faqs = Arc::new(Faqs::default());
        faqs.fill(came(&all[..60]));
        let first = Sureness::learn(&all[..60]);
        assert_eq!(faqs.read().sureness(), first, "the first filling is waited for");
        for entry in &all[60..75] {
            faqs.take(came(std::slice::from_ref(entry)));
        }
        assert!(faqs.again().is_none(), "one in five is not too many");
        assert_eq!(faqs.read().sureness(), first);
        for entry in &all[75..90] {
            faqs.take(came(std::slice::from_ref(entry)));
            assert!(found(&faqs, &entry.question).contains(&entry.id), "at once");
        }
        settled(&faqs);
        let again = Sureness::learn(&all[..76]);
        assert_ne!(again, first);
        assert_eq!(
            faqs.read().sureness(),
            again,
            "as of the edit that made them too many"
        );
        for entry in &all[..90] {
            assert!(found(&faqs, &entry.question).contains(&entry.id), "{entry:?}");
        }
        assert!(!faqs.read().is_due());
    }

    #[test]
    fn many_at_once_are_found_at_once_and_learned_beside() {
        let all = shipped::entries();
        let faqs = Arc::new(Faqs::default());
        faqs.fill(came(&all[..60]));
        let first = Sureness::learn(&all[..60]);
        // Somebody learns already: what comes meanwhile is served and not learned by whoever brings it.
        let (done, waiting) = std::sync::mpsc::channel::<()>();
        let mut next = faqs.read().clone();
        *faqs.again() = Some(Again {
            thread: std::thread::spawn(move || waiting.recv().unwrap_or_default()),
            meanwhile: Vec::new(),
        });
        faqs.take(came(&all[60..90]));
        faqs.take(News {
            gone: all[..20].iter().map(|entry| Id(entry.id)).collect(),
            ..News::default()
        });
        assert!(faqs.read().is_due(), "nothing of it was learned");
        assert_eq!(faqs.read().sureness(), first, "the old state serves");
        let here = |faqs: &Faqs| {
            for entry in &all[20..90] {
                assert!(found(faqs, &entry.question).contains(&entry.id), "{entry:?}");
            }
            for entry in &all[..20] {
                assert!(!found(faqs, &entry.question).contains(&entry.id), "{entry:?}");
            }
        };
        here(&faqs);
        next.learn();
        faqs.settle(next);
        drop(done);
        here(&faqs);
        assert!(!faqs.read().is_due());
        assert_eq!(faqs.read().sureness(), Sureness::learn(&all[20..90]));
        // Nobody learns: whoever brings many begins it, and does not wait for it.
        let half = News {
            gone: all[20..60].iter().map(|entry| Id(entry.id)).collect(),
            ..News::default()
        };
        faqs.take(half);
        assert!(!found(&faqs, &all[20].question).contains(&all[20].id));
        settled(&faqs);
        assert!(!faqs.read().is_due());
        assert_eq!(faqs.read().sureness(), Sureness::learn(&all[60..90]));
        // The first entries of a shop that had none are many too.
        let fresh = Arc::new(Faqs::default());
        fresh.take(came(&all[..60]));
        assert!(found(&fresh, &all[7].question).contains(&all[7].id));
        settled(&fresh);
        assert_eq!(fresh.read().sureness(), first);
    }

    #[test]
    fn what_comes_while_everything_is_learned_again_is_not_lost() {
        let all = shipped::entries();
        let faqs = Arc::new(Faqs::default());
        faqs.fill(came(&all[..40]));
        let mut next = faqs.read().clone();
        let (done, waiting) = std::sync::mpsc::channel::<()>();
        *faqs.again() = Some(Again {
            thread: std::thread::spawn(move || waiting.recv().unwrap_or_default()),
            meanwhile: Vec::new(),
        });
        let text = "小票随箱放不放";
        faqs.take(came(&all[40..41]));
        faqs.take(gone(&all[0]));
        faqs.take(picked(text, &all[1]));
        next.learn();
        faqs.settle(next);
        drop(done);
        assert!(faqs.again().is_none());
        assert!(found(&faqs, &all[40].question).contains(&all[40].id));
        assert!(!found(&faqs, &all[0].question).contains(&all[0].id));
        assert_eq!(found(&faqs, text).first(), Some(&all[1].id));
    }

    #[test]
    fn who_panicked_while_learning_keeps_nobody_from_learning_again() {
        let all = shipped::entries();
        let faqs = Arc::new(Faqs::default());
        faqs.fill(came(&all[..10]));
        let thread = std::thread::spawn(|| ());
        while !thread.is_finished() {
            std::thread::yield_now();
        }
        *faqs.again() = Some(Again {
            thread,
            meanwhile: Vec::new(),
        });
        for entry in &all[10..13] {
            faqs.take(came(std::slice::from_ref(entry)));
        }
        settled(&faqs);
        assert!(!faqs.read().is_due(), "all was learned again");
    }
}
