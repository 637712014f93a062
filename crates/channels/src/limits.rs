use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::{Id, Ms, Problem};

/// What visitors and addresses used up lately. In memory: a restart forgives.
#[derive(Default)]
pub struct Limits {
    buckets: Mutex<Buckets>,
    /// By shop and address.
    sockets: Mutex<HashMap<(Id, String), i64>>,
    /// By shop and visitor (hash of the token).
    greeted: Mutex<HashMap<(Id, String), Open>>,
}

/// Open sockets of a visitor.
#[derive(Default)]
struct Open {
    all: i64,
    /// Of those, the ones whose limits a token of the owner lifts.
    lifted: i64,
}

/// What is limited, in a shop: each has limits of its own.
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
    of: HashMap<(Id, Key), Bucket>,
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
    pub fn take(&self, now: Ms, shop: Id, key: Key, most: i64, per_ms: i64) -> Result<(), Problem> {
        let mut buckets = lock(&self.buckets);
        buckets.sweep(now);
        buckets
            .of
            .entry((shop, key))
            .or_insert_with(|| Bucket::full(now))
            .take(now, most, per_ms)
    }

    /// A place for a socket of an address at a shop; `limit_sockets` when it has `most`. It is free again when the slot
    /// is dropped, however the socket ends.
    pub fn open(self: &Arc<Self>, shop: Id, address: &str, most: i64) -> Result<Slot, Problem> {
        let mut sockets = lock(&self.sockets);
        let key = (shop, address.to_owned());
        let open = sockets.entry(key.clone()).or_insert(0);
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
            key,
        })
    }
}

impl Limits {
    /// A socket of this visitor (hash of the token) said hello in a shop; it holds the answer as long as it lives.
    /// `lifted`: a token of the owner lifts its limits.
    pub fn greet(self: &Arc<Self>, shop: Id, visitor: &str, lifted: bool) -> Greeted {
        let key = (shop, visitor.to_owned());
        let mut greeted = lock(&self.greeted);
        let open = greeted.entry(key.clone()).or_default();
        open.all += 1;
        open.lifted += i64::from(lifted);
        Greeted {
            limits: Arc::clone(self),
            key,
            lifted,
        }
    }

    /// Whether an open socket of this visitor knows no limits in the shop.
    pub fn is_lifted(&self, shop: Id, visitor: &str) -> bool {
        let greeted = lock(&self.greeted);
        greeted
            .get(&(shop, visitor.to_owned()))
            .is_some_and(|open| open.lifted > 0)
    }

    /// Whether a socket of this visitor is open here, in the shop.
    pub fn is_greeted(&self, shop: Id, visitor: &str) -> bool {
        lock(&self.greeted).contains_key(&(shop, visitor.to_owned()))
    }
}

/// A visitor with an open socket.
pub struct Greeted {
    limits: Arc<Limits>,
    key: (Id, String),
    lifted: bool,
}

impl Greeted {
    /// Its limits hold again.
    pub fn limit(&mut self) {
        if std::mem::take(&mut self.lifted)
            && let Some(open) = lock(&self.limits.greeted).get_mut(&self.key)
        {
            open.lifted -= 1;
        }
    }
}

impl Drop for Greeted {
    fn drop(&mut self) {
        let mut greeted = lock(&self.limits.greeted);
        if let Some(open) = greeted.get_mut(&self.key) {
            open.all -= 1;
            open.lifted -= i64::from(self.lifted);
            if open.all <= 0 {
                greeted.remove(&self.key);
            }
        }
    }
}

/// The place of a socket among those of its address.
pub struct Slot {
    limits: Arc<Limits>,
    key: (Id, String),
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut sockets = lock(&self.limits.sockets);
        if let Some(open) = sockets.get_mut(&self.key) {
            *open -= 1;
            if *open <= 0 {
                sockets.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: Id = Id(1);
    const OTHER: Id = Id(2);

    #[test]
    fn a_visitor_gets_so_many_a_minute_and_then_some_time_later() {
        let limits = Limits::default();
        let key = || Key::VisitorMessages("v".into());
        for _ in 0..40 {
            limits
                .take(Ms(0), SHOP, key(), 40, 60_000)
                .expect("within the limit");
        }
        let refused = limits.take(Ms(0), SHOP, key(), 40, 60_000).expect_err("used up");
        assert_eq!(refused.code, "limit_messages");
        limits
            .take(Ms(1_500), SHOP, key(), 40, 60_000)
            .expect("one came back after 1.5 s");
        limits
            .take(Ms(1_500), SHOP, key(), 40, 60_000)
            .expect_err("only one");
        limits
            .take(Ms(0), SHOP, Key::VisitorMessages("w".into()), 40, 60_000)
            .expect("another visitor is not affected");
        limits
            .take(Ms(1_500), OTHER, key(), 40, 60_000)
            .expect("another shop has its own");
    }

    #[test]
    fn an_address_has_so_many_sockets_until_one_closes() {
        let limits = Arc::new(Limits::default());
        let first = limits.open(SHOP, "a", 1).expect("first");
        assert!(
            limits
                .open(SHOP, "a", 1)
                .is_err_and(|second| second.code == "limit_sockets")
        );
        drop(first);
        limits.open(SHOP, "a", 1).expect("again");
    }

    #[test]
    fn a_visitor_is_known_in_a_shop_while_one_of_their_windows_is_open() {
        let limits = Arc::new(Limits::default());
        let (mut one, two) = (limits.greet(SHOP, "v", true), limits.greet(SHOP, "v", false));
        assert!(limits.is_lifted(SHOP, "v") && !limits.is_lifted(SHOP, "w"));
        assert!(!limits.is_lifted(OTHER, "v") && !limits.is_greeted(OTHER, "v"));
        one.limit();
        assert!(!limits.is_lifted(SHOP, "v"));
        drop(one);
        assert!(limits.is_greeted(SHOP, "v") && !limits.is_greeted(SHOP, "w"));
        let again = limits.greet(SHOP, "v", true);
        assert!(limits.is_lifted(SHOP, "v"));
        drop((two, again));
        assert!(!limits.is_greeted(SHOP, "v"));
    }

    #[test]
    fn what_is_full_again_is_forgotten() {
        let limits = Limits::default();
        for n in 0..=MOST {
            let key = Key::AddressMessages(n.to_string());
            limits
                .take(Ms(0), SHOP, key, 60, 60_000)
                .expect("within the limit");
        }
        let one = |at| limits.take(Ms(at), SHOP, Key::AddressFiles("a".into()), 1, 3_600_000);
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
