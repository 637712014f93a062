use std::sync::atomic::{AtomicI64, Ordering};

use base::{Id, Problem};

use crate::{Tx, args};

/// Milliseconds of 2025-01-01T00:00:00Z, where the ids' own time begins: 41 bits last until 2094.
const EPOCH_MS: i64 = 1_735_689_600_000;
const NODE_BITS: i64 = 5;
const COUNTER_BITS: i64 = 7;

/// Makes ids: 41 bits of milliseconds, 5 of node, 7 of counter.
///
/// The last one made is kept, so ids grow even when the clock of the machine is set back; when the
/// counter of a millisecond is used up, the next one is borrowed.
pub(crate) struct IdMaker {
    node: i64,
    /// Time and counter of the last id, as `ms << COUNTER_BITS | counter`.
    last: AtomicI64,
}

impl IdMaker {
    /// `past` is the highest id known to exist, so that a clock set back while the program was
    /// stopped makes no id twice.
    pub(crate) fn new(node: i64, past: Id) -> IdMaker {
        let ms = past.0 >> (NODE_BITS + COUNTER_BITS);
        IdMaker {
            node,
            last: AtomicI64::new((ms + 1) << COUNTER_BITS),
        }
    }

    /// The id that the last event's time would have: below it, ids may exist.
    pub(crate) fn past(tx: &mut Tx<'_>) -> Result<Id, Problem> {
        let at: Option<i64> = tx.value("SELECT at FROM log ORDER BY seq DESC LIMIT 1", args![])?;
        // An event of a test or a replay may lie far ahead; ids need not follow it there.
        let ms = at.unwrap_or(0).min(wall_ms() + 86_400_000);
        Ok(Id(((ms - EPOCH_MS).max(0) << NODE_BITS) << COUNTER_BITS))
    }

    pub(crate) fn next(&self) -> Id {
        let now = (wall_ms() - EPOCH_MS).max(0) << COUNTER_BITS;
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            let next = now.max(last + 1);
            match self
                .last
                .compare_exchange_weak(last, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => {
                    let (ms, counter) = (next >> COUNTER_BITS, next & ((1 << COUNTER_BITS) - 1));
                    return Id((ms << NODE_BITS | self.node) << COUNTER_BITS | counter);
                }
                Err(seen) => last = seen,
            }
        }
    }
}

/// The machine's clock, for ids and leases only; rooms take time as an argument.
#[expect(
    clippy::disallowed_methods,
    reason = "ids and leases are made from the machine's clock, here only"
)]
pub(crate) fn wall_ms() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_are_unique_and_fit_javascript() {
        let maker = IdMaker::new(31, Id(0));
        let ids: Vec<Id> = (0..10_000).map(|_| maker.next()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.0 < 1 << 53));
    }

    #[test]
    fn a_clock_set_back_makes_no_id_twice() {
        let future = Id(((wall_ms() - EPOCH_MS + 3_600_000) << NODE_BITS) << COUNTER_BITS | 5);
        assert!(IdMaker::new(0, future).next() > future);
    }

    #[test]
    fn nodes_never_make_the_same_id() {
        let (a, b) = (IdMaker::new(1, Id(0)), IdMaker::new(2, Id(0)));
        let mut all: Vec<Id> = (0..500).flat_map(|_| [a.next(), b.next()]).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 1000);
    }
}
