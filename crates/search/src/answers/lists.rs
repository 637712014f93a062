//! Inverted lists over rows (one wording of one entry each): how near is every row to a question. It knows no
//! groups and learns nothing.
//!
//! Nearness is the cosine of two sets of features. What a feature that both have adds is its idf as BM25 defines
//! it, `ln(1 + (N - df + 0.5) / (df + 0.5))` (Robertson and Zaragoza, The Probabilistic Relevance Framework,
//! 2009, section 3), times the square of its view's weight. A question reads the lists of its heaviest features first and stops at [`READ_MAX`] places:
//! what is left are features that nearly every row has and that tell little (the idea of `MaxScore`, Turtle and
//! Flood 1995). The best [`EXACT`] rows then get their exact nearness.

use std::cell::Cell;
use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::features::View;

/// Places of lists that one question reads, beyond its first list.
const READ_MAX: usize = 16_000;
/// Rows whose exact nearness is reckoned when lists were left out.
const EXACT: usize = 128;
/// Rows that are gathered before the best of them are kept.
const GATHERED: usize = 8 * EXACT;
/// Rows that are gone and still stand in lists, beside half of those that live, before the lists are swept.
const SWEEP_SLACK: usize = 1_000;

/// What a row is a wording of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A question of the entry: its own, a similar one, or one that it was picked for.
    Question,
    /// The beginning of its answer.
    Answer,
}

/// One wording of one entry.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Whose it is.
    pub(super) entry: i64,
    /// What it is.
    pub(super) kind: Kind,
    /// Numbers of its features, in the order of their keys; empty once the row is gone.
    pub(super) features: Box<[u32]>,
}

/// The rows and the lists.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    numbers: FxHashMap<u64, u32>,
    keys: Vec<u64>,
    counts: Vec<u32>,
    /// What each feature adds, the square of its weight, as of the last [`Lists::settle`].
    squares: Vec<f32>,
    lists: Vec<Vec<u32>>,
    rows: Vec<Row>,
    /// By row: the length of its vector as of the last [`Lists::settle`], so long for rows that are gone that they
    /// are near to nothing. Apart from the rows, as a question looks at tens of thousands of them.
    norms: Vec<f32>,
    live: usize,
}

/// How near the rows are to one question.
pub(super) struct Near {
    /// By row: shared weight, in the lists that were read.
    shared: Vec<f32>,
    touched: Vec<u32>,
    /// Rows that share anything that was read, best first, at most [`EXACT`] of them.
    pub(super) best: Vec<(u32, f32)>,
    norm: f32,
}

thread_local! {
    /// Noughts for [`Near::shared`]: for a hundred thousand rows, asking the system for them anew with each
    /// question costs as much as the question.
    static NOUGHTS: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

impl Near {
    fn new(rows: usize, norm: f32) -> Near {
        let mut shared = NOUGHTS.take();
        shared.resize(rows.max(shared.len()), 0.0);
        Near {
            shared,
            touched: Vec::new(),
            best: Vec::new(),
            norm: norm.sqrt().max(f32::MIN_POSITIVE),
        }
    }
}

impl Drop for Near {
    fn drop(&mut self) {
        for row in &self.touched {
            self.shared[*row as usize] = 0.0;
        }
        NOUGHTS.set(std::mem::take(&mut self.shared));
    }
}

impl Lists {
    /// Adds a row and says its number. Nothing is found by it before [`Lists::settle`].
    pub(super) fn add(&mut self, entry: i64, kind: Kind, keys: &[u64]) -> u32 {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let features: Box<[u32]> = keys.iter().map(|key| self.number_or_new(*key)).collect();
        for feature in &features {
            self.counts[*feature as usize] += 1;
            self.lists[*feature as usize].push(row);
        }
        self.rows.push(Row {
            entry,
            kind,
            features,
        });
        self.norms.push(f32::INFINITY);
        self.live += 1;
        row
    }

    fn number_or_new(&mut self, key: u64) -> u32 {
        let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.keys.push(key);
            self.counts.push(0);
            self.squares.push(0.0);
            self.lists.push(Vec::new());
        }
        number
    }

    /// Takes a row away. Its places in the lists stay until they are swept, and are never answered.
    pub(super) fn remove(&mut self, row: u32) {
        let features = std::mem::take(&mut self.rows[row as usize].features);
        for feature in &features {
            self.counts[*feature as usize] -= 1;
        }
        self.live -= usize::from(!features.is_empty());
    }

    /// Brings weights and norms up to date after rows came or went: they depend on all rows together, so that
    /// it does not matter in which order these came.
    pub(super) fn settle(&mut self) {
        if self.rows.len() > self.live + self.live / 2 + SWEEP_SLACK {
            let rows = &self.rows;
            for list in &mut self.lists {
                list.retain(|row| !rows[*row as usize].features.is_empty());
            }
        }
        for ((square, count), key) in self.squares.iter_mut().zip(&self.counts).zip(&self.keys) {
            *square = View::of(*key).weight().powi(2) * idf(self.live, *count);
        }
        let (squares, keys) = (&self.squares, &self.keys);
        for (row, norm) in self.rows.iter().zip(&mut self.norms) {
            let weights = row
                .features
                .iter()
                .filter(|f| View::of(keys[**f as usize]) != View::Initials)
                .map(|f| squares[*f as usize]);
            *norm = if row.features.is_empty() {
                f32::INFINITY
            } else {
                weights.sum::<f32>().sqrt().max(f32::MIN_POSITIVE)
            };
        }
    }

    /// How near every row is to a question.
    pub(super) fn near(&self, asked: &[u64]) -> Near {
        let mut terms: Vec<(u32, f32)> = Vec::with_capacity(asked.len());
        let mut norm = 0.0;
        let unseen = idf(self.live, 0);
        for key in asked {
            let known = self.numbers.get(key).filter(|n| self.counts[**n as usize] > 0);
            let view = View::of(*key);
            let square = known.map_or(view.weight().powi(2) * unseen, |n| self.squares[*n as usize]);
            // What was never seen counts half: a slip of the pen is no other subject.
            if view != View::Initials {
                norm += if known.is_some() { square } else { square / 2.0 };
            }
            terms.extend(known.map(|n| (*n, square)));
        }
        // Heaviest first; equal weights in the order of keys, which is the same however the lists were built.
        terms.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut read = 0usize;
        let within = |(feature, _): &&(u32, f32)| {
            let first = read == 0;
            read += self.lists[*feature as usize].len();
            first || read <= READ_MAX
        };
        let cut = terms.iter().take_while(within).count();
        let mut near = Near::new(self.rows.len(), norm);
        near.touched.reserve(read.min(self.rows.len()));
        for (feature, square) in &terms[..cut] {
            for row in &self.lists[*feature as usize] {
                let shared = &mut near.shared[*row as usize];
                if *shared == 0.0 {
                    near.touched.push(*row);
                }
                *shared += square;
            }
        }
        near.best = self.best(&near);
        self.add_left(&mut near, &terms[cut..]);
        near.best.sort_by(|a, b| self.order(a, b));
        near
    }

    /// Best first; equal ones by entry, as row numbers depend on the order of coming.
    fn order(&self, a: &(u32, f32), b: &(u32, f32)) -> Ordering {
        b.1.total_cmp(&a.1)
            .then_with(|| self.rows[a.0 as usize].entry.cmp(&self.rows[b.0 as usize].entry))
    }

    /// The rows that are nearest by the lists that were read, in no order. What is worse than the worst that was
    /// kept so far is not even gathered.
    fn best(&self, near: &Near) -> Vec<(u32, f32)> {
        let mut best: Vec<(u32, f32)> = Vec::with_capacity(GATHERED);
        let mut worst = 0.0;
        for row in &near.touched {
            let cosine = self.cosine(near, *row);
            if cosine > 0.0 && cosine >= worst {
                best.push((*row, cosine));
            }
            if best.len() == GATHERED {
                let (_, kept, _) = best.select_nth_unstable_by(EXACT - 1, |a, b| self.order(a, b));
                worst = kept.1;
                best.truncate(EXACT);
            }
        }
        if best.len() > EXACT {
            best.select_nth_unstable_by(EXACT - 1, |a, b| self.order(a, b));
            best.truncate(EXACT);
        }
        best
    }

    /// Adds what the lists that were not read say about the best.
    fn add_left(&self, near: &mut Near, left: &[(u32, f32)]) {
        if left.is_empty() {
            return;
        }
        let mut left = left.to_vec();
        left.sort_unstable_by_key(|(feature, _)| *feature);
        let worth = |feature: &u32| {
            let at = left.binary_search_by_key(feature, |(feature, _)| *feature);
            at.map_or(0.0, |at| left[at].1)
        };
        for (row, cosine) in &mut near.best {
            let more: f32 = self.rows[*row as usize].features.iter().map(worth).sum();
            *cosine += more / (self.norms[*row as usize] * near.norm);
        }
    }

    /// The nearness of any row, by the lists that were read: 0 to 1.
    pub(super) fn cosine(&self, near: &Near, row: u32) -> f32 {
        near.shared[row as usize] / (self.norms[row as usize] * near.norm)
    }

    /// A row.
    pub(super) fn row(&self, row: u32) -> &Row {
        &self.rows[row as usize]
    }

    /// The key of a feature.
    pub(super) fn key(&self, feature: u32) -> u64 {
        self.keys[feature as usize]
    }

    /// The number of a feature, if any row ever had it.
    pub(super) fn number(&self, key: u64) -> Option<u32> {
        self.numbers.get(&key).copied()
    }

    /// How many features were ever seen.
    pub(super) fn seen(&self) -> usize {
        self.keys.len()
    }

    /// Bytes held, about: what the vectors reserve, and the map at its load.
    pub(super) fn bytes(&self) -> usize {
        let rows: usize = self.rows.iter().map(|row| row.features.len() * 4).sum();
        let lists: usize = self.lists.iter().map(|list| list.capacity() * 4).sum();
        rows + lists
            + self.rows.capacity() * (size_of::<Row>() + 4)
            + self.lists.capacity() * size_of::<Vec<u32>>()
            + self.keys.capacity() * (8 + 4 + 4)
            + self.numbers.capacity() * (size_of::<(u64, u32)>() + 1)
    }
}

/// BM25's idf.
fn idf(rows: usize, count: u32) -> f32 {
    let (rows, count) = (rows as f32, count as f32);
    (1.0 + (rows - count + 0.5).max(0.0) / (count + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::{Kind, Lists};
    use crate::answers::features::{Side, features};

    fn lists(texts: &[&str]) -> Lists {
        let mut lists = Lists::default();
        for (text, entry) in texts.iter().zip(1..) {
            lists.add(entry, Kind::Question, &features(text, Side::Entry));
        }
        lists.settle();
        lists
    }

    fn best(lists: &Lists, text: &str) -> Option<(i64, f32)> {
        let near = lists.near(&features(text, Side::Asked));
        near.best
            .first()
            .map(|(row, cosine)| (lists.row(*row).entry, *cosine))
    }

    #[test]
    fn the_same_wording_is_as_near_as_can_be() {
        let lists = lists(&["什么时候发货", "怎么退货", "可以开发票吗"]);
        let (entry, cosine) = best(&lists, "怎么退货？").unwrap();
        assert_eq!(entry, 2);
        assert!((cosine - 1.0).abs() < 1e-4, "{cosine}");
    }

    #[test]
    fn what_shares_nothing_is_not_found() {
        assert_eq!(best(&lists(&["什么时候发货"]), "xyz123"), None);
        assert_eq!(best(&lists(&[]), "发货"), None);
    }

    #[test]
    fn rows_that_are_gone_count_for_nothing() {
        let mut with = lists(&["什么时候发货", "怎么退货", "发货地址"]);
        with.remove(2);
        with.settle();
        let without = lists(&["什么时候发货", "怎么退货"]);
        assert_eq!(best(&with, "发货地址"), best(&without, "发货地址"));
    }

    #[test]
    fn lists_that_were_not_read_still_count_for_the_best() {
        // Every row has 货, more of them than are read; only one has 退货.
        let many: Vec<String> = (0..70_000).map(|n| format!("货{n}")).collect();
        let mut texts: Vec<&str> = many.iter().map(String::as_str).collect();
        texts.push("退货");
        let lists = lists(&texts);
        let (entry, cosine) = best(&lists, "退货").unwrap();
        assert_eq!(entry, 70_001);
        assert!((cosine - 1.0).abs() < 1e-3, "{cosine}");
    }
}
