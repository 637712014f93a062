use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

/// What is counted while playing.
#[derive(Default)]
pub(crate) struct Tally {
    pub sessions: AtomicU64,
    pub sent: AtomicU64,
    pub acknowledged: AtomicU64,
    pub delivered: AtomicU64,
    pub lost: AtomicU64,
    pub duplicated: AtomicU64,
    pub out_of_order: AtomicU64,
    pub differing: AtomicU64,
    pub skipped: AtomicU64,
    latencies: Mutex<Vec<u64>>,
    problems: Mutex<Vec<String>>,
}

impl Tally {
    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// From the send to the frame on the other side's socket.
    pub(crate) fn took(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(micros);
    }

    /// Keeps the first few of what went wrong.
    pub(crate) fn wrong(&self, what: String) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if problems.len() < 10 {
            problems.push(what);
        }
    }
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    sessions: u64,
    sent: u64,
    acknowledged: u64,
    delivered: u64,
    lost: u64,
    duplicated: u64,
    out_of_order: u64,
    differing: u64,
    skipped: u64,
    latency_ms: Latency,
    seconds: f64,
    rate: f64,
    problems: Vec<String>,
}

/// From the send to the other side's socket.
#[derive(Debug, Serialize)]
struct Latency {
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

impl Report {
    pub(crate) fn of(tally: &Tally, seconds: f64) -> Report {
        let mut times = tally
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        times.sort_unstable();
        let rank = |c: usize| {
            times
                .get((times.len() * c).div_ceil(100).saturating_sub(1))
                .copied()
                .unwrap_or(0) as f64
                / 1_000.0
        };
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let sent = get(&tally.sent);
        Report {
            sessions: get(&tally.sessions),
            sent,
            acknowledged: get(&tally.acknowledged),
            delivered: get(&tally.delivered),
            lost: get(&tally.lost),
            duplicated: get(&tally.duplicated),
            out_of_order: get(&tally.out_of_order),
            differing: get(&tally.differing),
            skipped: get(&tally.skipped),
            latency_ms: Latency {
                p50: rank(50),
                p95: rank(95),
                p99: rank(99),
                max: rank(100),
            },
            seconds,
            rate: if seconds > 0.0 { sent as f64 / seconds } else { 0.0 },
            problems: tally
                .problems
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        }
    }

    /// Whether everything but `skipped` is as it should be.
    pub(crate) fn clean(&self) -> bool {
        self.acknowledged == self.sent
            && self.delivered == self.sent
            && self.lost + self.duplicated + self.out_of_order + self.differing == 0
            && self.problems.is_empty()
    }

    pub(crate) fn print(&self, as_json: bool) {
        let text = if as_json {
            serde_json::to_string(self)
        } else {
            serde_json::to_string_pretty(self)
        };
        println!("{}", text.unwrap_or_default());
    }
}
