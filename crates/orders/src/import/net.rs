//! What a run changed and changed back: rows of a file that contradict each other, slices apart. Each is believed in
//! its turn, and where what stands there in the end is what stood there before the run, the run changed nothing.

use std::collections::{BTreeMap, HashMap};

use base::{Id, Problem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::Tx;

use crate::desk::{Presale, presales_of};
use crate::import::journal::{Entry, Journal, Noted};
use crate::import::presale::WeighedPresales;
use crate::refund::Refund;
use crate::state::State;

/// An order that a slice changed.
pub(crate) struct Changed<'a> {
    pub(crate) was: &'a State,
    pub(crate) is: &'a State,
    /// How many rows are counted as having changed it.
    pub(crate) told: i64,
}

/// Takes out of what a slice changed the orders that are what they were before the run. They get their revision back,
/// so that runs before find them as they left them, and the run forgets them. Answers how many rows changed nothing.
///
/// Asks nothing where the slice changed none but orders of this very run, and else once.
pub(crate) fn orders(
    tx: &mut Tx<'_>,
    journal: &Journal,
    presales: &WeighedPresales,
    changed: &mut Vec<Changed<'_>>,
) -> Result<i64, Problem> {
    let ids: Vec<Id> = changed
        .iter()
        .filter(|one| one.was.import_run != Some(journal.run))
        .map(|one| one.is.id)
        .collect();
    let noted = journal.noted(tx, "order", &ids)?;
    if noted.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Id> = noted.keys().copied().collect();
    let ahead = journal.noted(tx, "presale", &ids)?;
    let now = presales_of(tx, journal.org, &ids)?;
    let now: HashMap<Id, Presale> = now.into_iter().map(|one| (one.order, one)).collect();
    let (mut rows, mut gone) = (0, Vec::new());
    for one in changed.iter() {
        let id = one.is.id;
        let Some(noted) = noted.get(&id) else { continue };
        let before: State = noted.first()?;
        let presale: Option<Presale> = match ahead.get(&id) {
            Some(ahead) => ahead.first()?,
            None => match presales.before(id) {
                Some(before) => before.clone(),
                None => now.get(&id).cloned(),
            },
        };
        if untouched(noted, before.rev, one.was.rev)
            && one.is.is_again(&before)
            && presale.as_ref() == now.get(&id)
        {
            before.restore(tx, journal.org, one.is)?;
            rows += noted.told + one.told;
            gone.push(id);
        }
    }
    journal.forget(tx, "order", &gone)?;
    journal.forget(tx, "presale", &gone)?;
    changed.retain(|one| !gone.contains(&one.is.id));
    Ok(rows)
}

/// [`orders`] of refunds: as they were before the slice and are.
pub(crate) fn refunds(
    tx: &mut Tx<'_>,
    journal: &Journal,
    changed: &mut Vec<(&Refund, &Refund)>,
) -> Result<i64, Problem> {
    let ids: Vec<Id> = changed
        .iter()
        .filter(|(was, _)| was.import_run != Some(journal.run))
        .map(|(was, _)| was.id)
        .collect();
    let noted = journal.noted(tx, "refund", &ids)?;
    let (mut rows, mut gone, mut back) = (0, Vec::new(), Vec::new());
    for (was, is) in changed.iter() {
        let Some(noted) = noted.get(&is.id) else { continue };
        let before: Refund = noted.first()?;
        let again = Refund {
            rev: before.rev,
            ..(*is).clone()
        };
        if untouched(noted, before.rev, was.rev) && again == before {
            rows += noted.told + 1;
            gone.push(is.id);
            back.push(before);
        }
    }
    Refund::put(tx, journal.org, &back.iter().collect::<Vec<_>>())?;
    journal.forget(tx, "refund", &gone)?;
    changed.retain(|(was, _)| !gone.contains(&was.id));
    Ok(rows)
}

/// Whether nobody but the run wrote a row since it first did: each of its slices counted up once.
fn untouched(noted: &Noted, before: i64, now: i64) -> bool {
    noted.rev == now && before + noted.slices == now
}

/// What a thing was before a slice and is after it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BeforeAfter<T> {
    pub(crate) was: Option<T>,
    pub(crate) is: T,
}

/// Things that the rows of a slice made or changed, and how many rows each.
pub(crate) struct Things<T>(BTreeMap<Id, (BeforeAfter<T>, i64)>);

impl<T> Default for Things<T> {
    fn default() -> Things<T> {
        Things(BTreeMap::new())
    }
}

impl<T: Clone + Serialize + DeserializeOwned> Things<T> {
    /// Adds what a row did. Told of twice: what was there first is what is given back.
    pub(crate) fn add(&mut self, id: Id, was: Option<T>, is: T) {
        match self.0.get_mut(&id) {
            Some((known, told)) => {
                known.is = is;
                *told += 1;
            }
            None => drop(self.0.insert(id, (BeforeAfter { was, is }, 1))),
        }
    }

    /// Writes down what they were, but for those that are what they were before the run, and that nobody else changed
    /// since: whether they are the same says `same`. Answers how many rows changed nothing.
    pub(crate) fn keep(
        self,
        tx: &mut Tx<'_>,
        journal: &Journal,
        kind: &str,
        same: fn(&T, &T) -> bool,
    ) -> Result<i64, Problem> {
        let there = self.0.iter().filter(|(_, (one, _))| one.was.is_some());
        let ids: Vec<Id> = there.map(|(id, _)| *id).collect();
        let noted = journal.noted(tx, kind, &ids)?;
        let (mut rows, mut gone, mut kept) = (0, Vec::new(), Vec::new());
        for (id, (one, told)) in &self.0 {
            let (before, noted) = match noted.get(id) {
                Some(noted) => {
                    let left = noted.last::<BeforeAfter<T>>()?.is;
                    let untouched = one.was.as_ref().is_some_and(|was| same(&left, was));
                    let first = noted.first::<BeforeAfter<T>>()?.was;
                    (first.filter(|_| untouched), noted.told)
                }
                None => (one.was.clone(), 0),
            };
            if before.is_some_and(|before| same(&before, &one.is)) {
                rows += told + noted;
                gone.push(*id);
            } else {
                kept.push(Entry {
                    id: *id,
                    was: one,
                    rev: 0,
                    told: *told,
                });
            }
        }
        journal.forget(tx, kind, &gone)?;
        journal.keep(tx, kind, &kept)?;
        Ok(rows)
    }
}
