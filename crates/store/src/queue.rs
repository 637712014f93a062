use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A queue with an interactive and a bulk lane, read by the threads that own connections.
///
/// Bulk work (slices of at most 5 ms) goes when nobody waits in the interactive lane, and at least
/// once every [`BULK_PATIENCE`], so a busy day neither starves an import nor is delayed by it.
pub(crate) struct Queue<T> {
    lanes: Mutex<Lanes<T>>,
    arrived: Condvar,
}

struct Lanes<T> {
    interactive: VecDeque<T>,
    bulk: VecDeque<T>,
    bulk_at: Instant,
    closed: bool,
}

/// What may still join a transaction.
pub(crate) enum More<T> {
    /// People wait: these, and no more.
    Last(Vec<T>),
    /// The next slice of long work.
    Slice(T),
    Nothing,
}

const BULK_PATIENCE: Duration = Duration::from_millis(50);

impl<T> Queue<T> {
    #[expect(
        clippy::disallowed_methods,
        reason = "fairness between the lanes is the store's own affair"
    )]
    pub(crate) fn new() -> Queue<T> {
        let lanes = Lanes {
            interactive: VecDeque::new(),
            bulk: VecDeque::new(),
            bulk_at: Instant::now(),
            closed: false,
        };
        Queue {
            lanes: Mutex::new(lanes),
            arrived: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lanes<T>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one; gives it back when the queue is closed.
    pub(crate) fn push(&self, item: T, bulk: bool) -> Result<(), T> {
        let mut lanes = self.lock();
        if lanes.closed {
            return Err(item);
        }
        if bulk {
            lanes.bulk.push_back(item)
        } else {
            lanes.interactive.push_back(item)
        }
        drop(lanes);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for work and takes up to `most` of it; `None` when the queue is closed and empty.
    pub(crate) fn take(&self, most: usize) -> Option<Vec<T>> {
        self.take_marked(most).map(|(taken, _)| taken)
    }

    /// [`Queue::take`], and whether it is long work only, for which nobody waits.
    #[expect(
        clippy::disallowed_methods,
        reason = "fairness between the lanes is the store's own affair"
    )]
    pub(crate) fn take_marked(&self, most: usize) -> Option<(Vec<T>, bool)> {
        let mut lanes = self.lock();
        loop {
            let waiting = lanes.interactive.len().min(most);
            let mut taken: Vec<T> = lanes.interactive.drain(..waiting).collect();
            if !lanes.bulk.is_empty() && (taken.is_empty() || lanes.bulk_at.elapsed() > BULK_PATIENCE) {
                lanes.bulk_at = Instant::now();
                taken.extend(lanes.bulk.pop_front());
            }
            if !taken.is_empty() {
                return Some((taken, waiting == 0));
            }
            if lanes.closed {
                return None;
            }
            lanes = self.arrived.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// More for a transaction that is open, without waiting: whoever waits in the interactive lane, and then it
    /// shall end; else the next slice of long work. Empty when there is nothing.
    pub(crate) fn more(&self, most: usize) -> More<T> {
        let mut lanes = self.lock();
        let waiting = lanes.interactive.len().min(most);
        if waiting > 0 {
            return More::Last(lanes.interactive.drain(..waiting).collect());
        }
        match lanes.bulk.pop_front() {
            Some(slice) => More::Slice(slice),
            None => More::Nothing,
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Takes no more; what is queued is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }
}
