//! What stands twice in a file. Of rows that contradict each other it is always the same one that is believed: else a
//! file that is sent again would change what it changed the last time, to and fro.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use sheet::Book;

use crate::import::feed::Job;

/// Orders and refunds the rows of a file have told of so far, in all its sheets: a hash of each. Of what is equally new
/// the first is believed, so that nobody has to read the file to its end before anything goes in.
#[derive(Debug, Default)]
pub(crate) struct Heard(HashSet<u64>);

impl Heard {
    /// Notes that a row tells of something; whether one before it did.
    pub(crate) fn again(&mut self, id: u64) -> bool {
        !self.0.insert(id)
    }

    /// Whether a row of a sheet before this one told of something.
    pub(crate) fn knows(&self, id: u64) -> bool {
        self.0.contains(&id)
    }

    /// Notes what a sheet told of.
    pub(crate) fn add(&mut self, ids: HashSet<u64>) {
        if self.0.is_empty() {
            self.0 = ids;
        } else {
            self.0.extend(ids);
        }
    }
}

/// Where the last rows of a file stand that tell of things which are no orders: such lists are written on at their end,
/// so the last is believed. Only of what stands in several rows.
#[derive(Debug, Default)]
pub(crate) struct Last(HashMap<u64, Place>);

/// The turn of a sheet, and the row in it.
pub(crate) type Place = (usize, u64);

impl Last {
    /// Reads the sheets that are of such things from end to end. What cannot be read is told when they are taken in.
    pub(crate) fn of(book: &mut Book, jobs: &[Job]) -> Last {
        let (mut last, mut seen) = (Last::default(), HashSet::new());
        for job in jobs.iter().filter(|job| job.reading.of_things()) {
            let Ok(table) = book.table_below(job.sheet, job.header_row) else {
                break;
            };
            let rows = table.map_while(|row| match row {
                Err(fault) if fault.fatal() => None,
                row => Some(row.ok()),
            });
            for row in rows.flatten() {
                let Ok(told) = job.reading.thing(&row) else {
                    continue;
                };
                for (id, part) in told.ids() {
                    // A part is told of again where the whole is.
                    if !seen.insert(id) {
                        last.0
                            .extend(part.into_iter().map(|id| (id, (job.turn, row.number()))));
                    }
                }
            }
        }
        last
    }

    /// Whether something is told of below a row too.
    pub(crate) fn is_below(&self, id: u64, at: Place) -> bool {
        self.0.get(&id).is_some_and(|last| *last > at)
    }
}

/// The same for the same within one run of the program.
pub(crate) fn hashed(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Heard;

    #[test]
    fn what_a_sheet_told_of_is_known_in_the_next() {
        let mut heard = Heard::default();
        heard.add([1, 2].into());
        heard.add([3].into());
        assert!(heard.knows(1) && heard.knows(3) && !heard.knows(4));
        assert!(heard.again(2) && !heard.again(4) && heard.again(4));
    }
}
