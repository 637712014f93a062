//! What a shop's own questions teach: which topic (group of entries) a new question belongs to. It ranks no entry
//! within a topic and knows nothing of topics with too few questions.
//!
//! Two kinds of models look at the same vectors and what they say is added: logistic regression, and a few small
//! nets. The weights of the sum, as all constants here, were found on questions that no reported split asks.
//! Centroids, naive Bayes, the nearest questions, three characters in a row, pairs with a gap, pairs of words and of
//! meanings, softened labels, mixed samples, and leaving doubtful samples out gave nothing that could be told from
//! chance: what is left over is mostly questions that mean nothing without the talk around them. Neither did other
//! ways of putting opinions together (sums of chances, weights fitted on held-out questions), nor can they: of the
//! questions that constants were chosen by, 0.90 have their topic among the first five and 0.93 among the first ten.
//! How many entries a topic has says little about how often it is asked about, so the logarithm of its size
//! is taken off again (logit adjustment, Menon and others, 2021).

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::features::{Side, View, features};
use super::linear::{Linear, Sample, softmax};
use super::lists::Lists;
use super::net::Net;

/// Questions from which a topic is learned rather than found by its wording alone.
pub(super) const LEARN_MIN: usize = 4;
/// Topics that are learned at most: the largest.
const TOPICS_MAX: usize = 1_000;
/// Samples times topics at most; it bounds time and memory of learning. Large topics are thinned out.
const CELLS_MAX: usize = 2_500_000;
/// A feature is learned once so many questions have it.
const COUNT_MIN: u32 = 2;
/// Exponent of a feature's idf in the vectors.
const IDF_POWER: f32 = 0.5;
/// How often the name of a topic is learned as one of its questions.
const NAME_SAMPLES: u32 = 2;
/// How much the regression's logits count beside the logarithms of chances of all nets together, which count one.
const REGRESSION: f32 = 0.4;
/// Nets that are asked together: at most so many, fewer where samples times topics are many, never less than two.
const NETS: usize = 8;
const NETS_CELLS: usize = 8_000_000;
/// A shop with few questions has one net for so many, but four: with 700 questions four said as much as eight, in
/// half the memory and time.
const NETS_SAMPLES: usize = 200;
const NETS_FEW: usize = 4;
/// Passes of the regression and of the nets, from the beginning and after a change.
const PASSES: (usize, usize) = (8, 10);
const PASSES_AGAIN: (usize, usize) = (2, 2);
/// After a change the nets see each sample of the changed topics, and one of so many of the others.
const REPEAT_ONE_OF: usize = 8;
/// How much of a topic's size is taken off, and the size that is added to all before.
const SIZE: (f32, f32) = (1.25, 8.0);
/// Divides the sum of logits so that a chance of 0.7 is right seven times in ten.
const COOL: f32 = 1.5;
/// No place in the vectors.
const NOWHERE: u32 = u32::MAX;

/// What a sample was made of: it finds the sample again after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Source {
    Row(u32),
    /// The name of the topic, and which of its copies.
    Name(usize, u32),
}

/// The learned topics.
#[derive(Clone, Debug)]
pub(super) struct Topics {
    names: Vec<String>,
    keys: Vec<u64>,
    /// By number of a feature in the lists: its place in the vectors.
    places: Vec<u32>,
    idf: Vec<f32>,
    sources: FxHashMap<Source, usize>,
    alphas: Vec<f32>,
    linear: Linear,
    nets: Vec<Net>,
    sizes: Vec<f32>,
}

/// The questions of each topic, by name: rows of the lists in an order that does not depend on how they came.
pub(super) type Questions = BTreeMap<String, Vec<u32>>;

impl Topics {
    /// Learns from the beginning; `None` when fewer than two topics have enough questions.
    pub(super) fn learn(lists: &Lists, questions: &Questions) -> Option<Topics> {
        let draft = Draft::new(lists, questions)?;
        let topics = draft.names.len();
        let mut alphas = vec![0.0; draft.samples.len() * topics];
        let linear = draft.linear(&mut alphas, PASSES.0);
        let all: Vec<usize> = (0..draft.samples.len()).collect();
        let few = (draft.samples.len() / NETS_SAMPLES).clamp(NETS_FEW, NETS);
        let count = (NETS_CELLS / alphas.len()).clamp(2, few);
        let nets = in_two(count, |at| {
            let mut net = Net::new(draft.keys.len(), topics, seed(at));
            net.learn(&draft.samples, &all, PASSES.1);
            net
        });
        Some(draft.finish(linear, alphas, nets))
    }

    /// Learns what changed: begins from what is known and sees the changed topics and some of the others.
    pub(super) fn relearn(
        &self,
        lists: &Lists,
        questions: &Questions,
        changed: &BTreeSet<String>,
    ) -> Option<Topics> {
        let draft = Draft::new(lists, questions)?;
        let count = draft.names.len();
        let was_topic: Vec<Option<usize>> = draft.names.iter().map(|name| self.find(name)).collect();
        let was_feature: Vec<Option<usize>> = draft
            .keys
            .iter()
            .map(|key| self.keys.binary_search(key).ok())
            .collect();
        let mut alphas = vec![0.0; draft.samples.len() * count];
        for (source, row) in draft.sources.iter().zip(alphas.chunks_exact_mut(count)) {
            let before = match source {
                Source::Row(_) => Some(*source),
                Source::Name(topic, copy) => was_topic[*topic].map(|was| Source::Name(was, *copy)),
            };
            let Some(sample) = before.and_then(|b| self.sources.get(&b)) else {
                continue;
            };
            let old = &self.alphas[sample * self.names.len()..][..self.names.len()];
            for (alpha, was) in row.iter_mut().zip(&was_topic) {
                *alpha = was.map_or(0.0, |was| old[was]);
            }
        }
        let linear = draft.linear(&mut alphas, PASSES_AGAIN.0);
        let again: Vec<usize> = (0..draft.samples.len())
            .filter(|at| changed.contains(&draft.names[draft.samples[*at].topic]) || at % REPEAT_ONE_OF == 0)
            .collect();
        let nets = in_two(self.nets.len(), |at| {
            let mut net = Net::new(draft.keys.len(), count, seed(at));
            net.inherit(&self.nets[at], &was_feature, &was_topic);
            net.learn(&draft.samples, &again, PASSES_AGAIN.1);
            net
        });
        Some(draft.finish(linear, alphas, nets))
    }

    /// The number of a topic.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.names.binary_search_by(|n| n.as_str().cmp(name)).ok()
    }

    /// The name of a topic.
    pub(super) fn name(&self, topic: usize) -> &str {
        &self.names[topic]
    }

    /// How likely each topic is meant, 0 to 1, in sum 1; `None` when nothing in the question was ever learned.
    pub(super) fn chances(&self, lists: &Lists, asked: &[u64]) -> Option<Vec<f32>> {
        let known = asked.iter().filter_map(|key| lists.number(*key));
        let vector = vector(known, &self.places, &self.idf);
        if vector.is_empty() {
            return None;
        }
        let mut out = vec![0.0; self.names.len()];
        self.linear.logits(&vector, &mut out);
        for logit in &mut out {
            *logit *= REGRESSION;
        }
        for net in &self.nets {
            net.add_logs(&vector, 1.0 / self.nets.len() as f32, &mut out);
        }
        for (logit, size) in out.iter_mut().zip(&self.sizes) {
            *logit = (*logit - SIZE.0 * (size + SIZE.1).ln()) / COOL;
        }
        softmax(&mut out);
        Some(out)
    }

    /// Bytes held, about.
    pub(super) fn bytes(&self) -> usize {
        self.linear.bytes()
            + self.nets.iter().map(Net::bytes).sum::<usize>()
            + 4 * (self.alphas.len() + self.places.len() + 3 * self.keys.len())
            + self.sources.capacity() * (size_of::<(Source, usize)>() + 1)
    }
}

/// The seed of a net: every second one bends its layer.
fn seed(at: usize) -> u64 {
    at as u64 + 1
}

/// Makes so many things on two threads, each by its number. Which thread made which does not show.
fn in_two<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let half = count / 2;
    std::thread::scope(|scope| {
        let other = scope.spawn(|| (half..count).map(&make).collect::<Vec<T>>());
        let mut all: Vec<T> = (0..half).map(&make).collect();
        match other.join() {
            Ok(rest) => all.extend(rest),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        all
    })
}

/// Samples and their vectors, before anything is learned from them.
struct Draft {
    names: Vec<String>,
    keys: Vec<u64>,
    places: Vec<u32>,
    idf: Vec<f32>,
    samples: Vec<Sample>,
    sources: Vec<Source>,
    sizes: Vec<f32>,
}

impl Draft {
    fn new(lists: &Lists, questions: &Questions) -> Option<Draft> {
        let chosen = choose(questions);
        if chosen.len() < 2 {
            return None;
        }
        let names: Vec<String> = chosen.iter().map(|(name, _)| (*name).clone()).collect();
        let mut sources = Vec::new();
        let mut wordings: Vec<(usize, Vec<u32>)> = Vec::new();
        for (topic, (name, rows)) in chosen.iter().enumerate() {
            for row in rows {
                sources.push(Source::Row(*row));
                wordings.push((topic, lists.row(*row).features.to_vec()));
            }
            let name = features(name, Side::Entry);
            let name: Vec<u32> = name.iter().filter_map(|key| lists.number(*key)).collect();
            for copy in 0..NAME_SAMPLES {
                sources.push(Source::Name(topic, copy));
                wordings.push((topic, name.clone()));
            }
        }
        let (keys, places, idf) = vocabulary(lists, &wordings);
        let samples = wordings
            .into_iter()
            .map(|(topic, features)| Sample {
                vector: vector(features.into_iter(), &places, &idf),
                topic,
            })
            .collect();
        let sizes = chosen.iter().map(|(_, rows)| rows.len() as f32).collect();
        Some(Draft {
            names,
            keys,
            places,
            idf,
            samples,
            sources,
            sizes,
        })
    }

    fn linear(&self, alphas: &mut [f32], passes: usize) -> Linear {
        Linear::learn(&self.samples, self.keys.len(), self.names.len(), alphas, passes)
    }

    fn finish(self, linear: Linear, alphas: Vec<f32>, nets: Vec<Net>) -> Topics {
        Topics {
            names: self.names,
            keys: self.keys,
            places: self.places,
            idf: self.idf,
            sources: self.sources.into_iter().zip(0..).collect(),
            alphas,
            linear,
            nets,
            sizes: self.sizes,
        }
    }
}

/// The topics that are learned, by name, with the rows they are learned from.
fn choose(questions: &Questions) -> Vec<(&String, Vec<u32>)> {
    let mut topics: Vec<(&String, &Vec<u32>)> = questions
        .iter()
        .filter(|(_, rows)| rows.len() >= LEARN_MIN)
        .collect();
    if topics.len() > TOPICS_MAX {
        topics.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(b.0)));
        topics.truncate(TOPICS_MAX);
        topics.sort();
    }
    let count = topics.len();
    let all: usize = topics.iter().map(|(_, rows)| rows.len()).sum();
    let most = if all * count > CELLS_MAX {
        (CELLS_MAX / (count * count)).max(LEARN_MIN)
    } else {
        usize::MAX
    };
    let thinned = |rows: &Vec<u32>| {
        let step = rows.len().div_ceil(most.min(rows.len()));
        rows.iter().step_by(step).copied().collect()
    };
    topics
        .into_iter()
        .map(|(name, rows)| (name, thinned(rows)))
        .collect()
}

/// The features that are learned, in the order of their keys; their places; their idf.
fn vocabulary(lists: &Lists, wordings: &[(usize, Vec<u32>)]) -> (Vec<u64>, Vec<u32>, Vec<f32>) {
    let mut counts = vec![0u32; lists.seen()];
    for feature in wordings.iter().flat_map(|(_, features)| features) {
        counts[*feature as usize] += 1;
    }
    let mut learned: Vec<(u64, u32, u32)> = counts
        .iter()
        .zip(0..)
        .filter(|(count, _)| **count >= COUNT_MIN)
        .map(|(count, feature)| (lists.key(feature), feature, *count))
        .filter(|(key, ..)| View::of(*key) != View::Initials)
        .collect();
    learned.sort_unstable();
    let mut places = vec![NOWHERE; lists.seen()];
    for ((_, feature, _), place) in learned.iter().zip(0..) {
        places[*feature as usize] = place;
    }
    let all = 1.0 + wordings.len() as f32;
    let weigh = |(key, _, count): &(u64, u32, u32)| {
        let idf = (all / (1.0 + *count as f32)).ln() + 1.0;
        idf.powf(IDF_POWER) * View::of(*key).weight()
    };
    let idf = learned.iter().map(weigh).collect();
    (learned.into_iter().map(|(key, ..)| key).collect(), places, idf)
}

/// A vector of length one over the places of the learned features; empty when there are none.
fn vector(features: impl Iterator<Item = u32>, places: &[u32], idf: &[f32]) -> Vec<(u32, f32)> {
    let mut out: Vec<(u32, f32)> = features
        // A feature that came after the last learning has no place yet.
        .filter_map(|feature| places.get(feature as usize).copied())
        .filter(|place| *place != NOWHERE)
        .map(|place| (place, idf[place as usize]))
        .collect();
    let norm = out
        .iter()
        .map(|(_, v)| v * v)
        .sum::<f32>()
        .sqrt()
        .max(f32::MIN_POSITIVE);
    for (_, value) in &mut out {
        *value /= norm;
    }
    out
}
