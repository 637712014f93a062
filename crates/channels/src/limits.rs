use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Ms, Problem};

/// What visitors and addresses used up lately. In memory: a restart forgives.
#[derive(Default)]
pub struct Limits {
    buckets: Mutex<Buckets>,
    sockets: Mutex<HashMap<String, i64>>,
    greeted: Mutex<HashMap<String, i64>>,
    /// Of those, the ones greeted on a socket whose limits a token of the owner lifted.
    lifted: Mutex<HashMap<String, i64>>,
}

/// What is limited.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Messages of a visitor (hash of the token).
    VisitorMessages(String),
    /// Files of a visitor.
    VisitorFiles(String),
    /// Messages from an address.
    AddressMessages(String),
    /// Files from an address.
    AddressFiles(String),
}

#[derive(Default)]
struct Buckets {
    of: HashMap<Key, Bucket>,
    swept: Option<Ms>,
}

impl Buckets {
    /// Throws away those that are full again, at most once a minute.
    fn sweep(&mut self, now: Ms) {
        let due = self.swept.is_none_or(|at| now.since(at) >= SWEEP_MS);
        if self.of.len() > MOST && due {
            self.swept = Some(now);
            self.of.retain(|_, bucket| now.since(bucket.full) < 0);
        }
    }
}

/// What is left of something that fills up again with time.
pub(crate) struct Bucket {
    left: f64,
    at: Ms,
    /// From then on it is as good as new.
    full: Ms,
}

impl Bucket {
    /// One of which nothing was taken yet.
    pub(crate) fn full(now: Ms) -> Bucket {
        Bucket {
            left: f64::INFINITY,
            at: now,
            full: now,
        }
    }

    /// Takes one of `most` per `per_ms`; `limit_messages` with `retry_s` when none is left.
    pub(crate) fn take(&mut self, now: Ms, most: i64, per_ms: i64) -> Result<(), Problem> {
        let refill = now.since(self.at).max(0) as f64 * most as f64 / per_ms as f64;
        self.left = (self.left + refill).min(most as f64);
        self.at = now;
        if self.left >= 1.0 {
            self.left -= 1.0;
            let missing = most as f64 - self.left;
            self.full = now.plus((missing * per_ms as f64 / most as f64).ceil() as i64);
            return Ok(());
        }
        let retry_s = ((1.0 - self.left) * per_ms as f64 / most as f64 / 1_000.0)
            .ceil()
            .max(1.0);
        Err(Problem::new(429, "limit_messages", "Too many at once; wait a little.").with("retry_s", retry_s))
    }
}

/// Buckets kept before those that filled up again are thrown away.
const MOST: usize = 20_000;
/// Between two looks for such.
const SWEEP_MS: i64 = 60_000;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Limits {
    /// Takes one of `most` per `per_ms`; `limit_messages` with `retry_s` when none is left.
    pub fn take(&self, now: Ms, key: Key, most: i64, per_ms: i64) -> Result<(), Problem> {
        let mut buckets = lock(&self.buckets);
        buckets.sweep(now);
        buckets
            .of
            .entry(key)
            .or_insert_with(|| Bucket::full(now))
            .take(now, most, per_ms)
    }

    /// A place for a socket of an address; `limit_sockets` when it has `most`. It is free again when the slot is
    /// dropped, however the socket ends.
    pub fn open(self: &Arc<Self>, address: &str, most: i64) -> Result<Slot, Problem> {
        let mut sockets = lock(&self.sockets);
        let open = sockets.entry(address.to_owned()).or_insert(0);
        if *open >= most {
            return Err(Problem::new(
                429,
                "limit_sockets",
                "Too many windows from this address.",
            ));
        }
        *open += 1;
        Ok(Slot {
            limits: Arc::clone(self),
            address: address.to_owned(),
        })
    }
}

impl Limits {
    /// A socket of this visitor (hash of the token) said hello; it holds the answer as long as it lives. `lifted`: a
    /// token of the owner lifted its limits.
    pub fn greet(self: &Arc<Self>, visitor: &str, lifted: bool) -> Greeted {
        let counts = [Some(&self.greeted), lifted.then_some(&self.lifted)];
        for count in counts.into_iter().flatten() {
            *lock(count).entry(visitor.to_owned()).or_insert(0) += 1;
        }
        Greeted {
            limits: Arc::clone(self),
            visitor: visitor.to_owned(),
            lifted,
        }
    }

    /// Whether an open socket of this visitor knows no limits.
    pub fn is_lifted(&self, visitor: &str) -> bool {
        lock(&self.lifted).contains_key(visitor)
    }

    /// Whether a socket of this visitor is open here.
    pub fn is_greeted(&self, visitor: &str) -> bool {
        lock(&self.greeted).contains_key(visitor)
    }
}

/// One less; who has none goes.
fn give_back(counts: &Mutex<HashMap<String, i64>>, key: &str) {
    let mut counts = lock(counts);
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count <= 0 {
            counts.remove(key);
        }
    }
}

/// A visitor with an open socket.
pub struct Greeted {
    limits: Arc<Limits>,
    visitor: String,
    lifted: bool,
}

impl Drop for Greeted {
    fn drop(&mut self) {
        give_back(&self.limits.greeted, &self.visitor);
        if self.lifted {
            give_back(&self.limits.lifted, &self.visitor);
        }
    }
}

/// The place of a socket among those of its address.
pub struct Slot {
    limits: Arc<Limits>,
    address: String,
}

impl Drop for Slot {
    fn drop(&mut self) {
        give_back(&self.limits.sockets, &self.address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_gets_so_many_a_minute_and_then_some_time_later() {
        let limits = Limits::default();
        let key = || Key::VisitorMessages("v".into());
        for _ in 0..40 {
            limits.take(Ms(0), key(), 40, 60_000).expect("within the limit");
        }
        let refused = limits.take(Ms(0), key(), 40, 60_000).expect_err("used up");
        assert_eq!(refused.code, "limit_messages");
        limits
            .take(Ms(1_500), key(), 40, 60_000)
            .expect("one came back after 1.5 s");
        limits.take(Ms(1_500), key(), 40, 60_000).expect_err("only one");
        limits
            .take(Ms(0), Key::VisitorMessages("w".into()), 40, 60_000)
            .expect("another visitor is not affected");
    }

    #[test]
    fn an_address_has_so_many_sockets_until_one_closes() {
        let limits = Arc::new(Limits::default());
        let first = limits.open("a", 1).expect("first");
        assert!(
            limits
                .open("a", 1)
                .is_err_and(|second| second.code == "limit_sockets")
        );
        drop(first);
        limits.open("a", 1).expect("again");
    }

    #[test]
    fn a_visitor_is_known_while_one_of_their_windows_is_open() {
        let limits = Arc::new(Limits::default());
        let (one, two) = (limits.greet("v", true), limits.greet("v", false));
        assert!(limits.is_lifted("v") && !limits.is_lifted("w"));
        drop(one);
        assert!(limits.is_greeted("v") && !limits.is_greeted("w") && !limits.is_lifted("v"));
        drop(two);
        assert!(!limits.is_greeted("v"));
    }

    #[test]
    fn what_is_full_again_is_forgotten() {
        let limits = Limits::default();
        for n in 0..=MOST {
            let key = Key::AddressMessages(n.to_string());
            limits.take(Ms(0), key, 60, 60_000).expect("within the limit");
        }
        let one = |at| limits.take(Ms(at), Key::AddressFiles("a".into()), 1, 3_600_000);
        one(500).expect("the first");
        assert_eq!(
            lock(&limits.buckets).of.len(),
            MOST + 2,
            "a second gives one back"
        );
        one(70_000).expect_err("one an hour");
        assert_eq!(lock(&limits.buckets).of.len(), 1, "only what is used up is kept");
    }
}
