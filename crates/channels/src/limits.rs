use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base::{Ms, Problem};

/// What visitors and addresses used up lately. In memory: a restart forgives.
#[derive(Default)]
pub struct Limits {
    buckets: Mutex<HashMap<Key, Bucket>>,
    sockets: Mutex<HashMap<String, i64>>,
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
}

struct Bucket {
    left: f64,
    at: Ms,
}

/// Buckets kept before those that filled up again are thrown away.
const MOST: usize = 20_000;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Limits {
    /// Takes one of `most` per `per_ms`; `limit_messages` with `retry_s` when none is left.
    pub fn take(&self, now: Ms, key: Key, most: i64, per_ms: i64) -> Result<(), Problem> {
        let mut buckets = lock(&self.buckets);
        if buckets.len() > MOST {
            buckets.retain(|_, bucket| now.since(bucket.at) < 3_600_000);
        }
        let bucket = buckets.entry(key).or_insert(Bucket {
            left: most as f64,
            at: now,
        });
        let refill = now.since(bucket.at).max(0) as f64 * most as f64 / per_ms as f64;
        bucket.left = (bucket.left + refill).min(most as f64);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        let retry_s = ((1.0 - bucket.left) * per_ms as f64 / most as f64 / 1_000.0)
            .ceil()
            .max(1.0);
        Err(Problem::new(429, "limit_messages", "Too many at once; wait a little.").with("retry_s", retry_s))
    }

    /// Opens a socket of an address; `limit_sockets` when it has `most`. Give it back with
    /// [`Limits::close`].
    pub fn open(&self, address: &str, most: i64) -> Result<(), Problem> {
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
        Ok(())
    }

    /// A socket of an address is gone.
    pub fn close(&self, address: &str) {
        let mut sockets = lock(&self.sockets);
        if let Some(open) = sockets.get_mut(address) {
            *open -= 1;
            if *open <= 0 {
                sockets.remove(address);
            }
        }
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
        let limits = Limits::default();
        limits.open("a", 1).expect("first");
        assert_eq!(limits.open("a", 1).expect_err("second").code, "limit_sockets");
        limits.close("a");
        limits.open("a", 1).expect("again");
    }
}
