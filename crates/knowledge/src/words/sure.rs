//! How sure an answer is, as a probability. What the ranker says, how far it leads, and how much of the question
//! the entry knows are weighed; the weights are learned from the shop's own wordings, held out one time and asked.
//! It reads no database.

use std::collections::HashMap;

use search::answers::{Answers, Entry, Hit, Why};

/// What is looked at of an answer.
const SIGNS: usize = 4;

/// The weights of a shop that has too few wordings to learn its own; learned from the entries that ship.
const COLD: [f64; SIGNS] = [-0.95, 0.18, 0.87, 1.34];
/// An entry that was asked for word for word; what speaks against it is only that two may have the same words.
const WORD_FOR_WORD: f64 = 0.97;
/// How many held-out questions the weights above count as: a shop with less keeps near them.
const COLD_COUNTS: f64 = 30.0;
/// Of the questions buyers ask, so many in a hundred have no entry. Nobody knows it of a shop before its
/// reports do; a third is what the talks of three shops showed.
const WITHOUT_ENTRY: f64 = 0.33;
/// Held-out questions of each kind, at most.
const MOST_ASKED: usize = 500;
/// Wordings learned for one trial at most; of more, some entries are left out.
const MOST_WORDINGS: usize = 2_500;
/// With fewer wordings nothing is held out.
const LEAST_WORDINGS: usize = 60;
/// One entry, and one wording of the others, in so many is held out.
const ONE_OF: u64 = 5;

/// Weights of the signs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sureness([f64; SIGNS]);

impl Default for Sureness {
    fn default() -> Sureness {
        Sureness(COLD)
    }
}

/// What is seen of an answer.
#[derive(Clone, Copy, Debug)]
struct Signs([f64; SIGNS]);

impl Signs {
    /// From the ranker's score of the entry and of the best other, and the part of the question it knows.
    fn of(score: f32, other: f32, known: f64) -> Signs {
        let score = f64::from(score).clamp(0.0, 1.0);
        let odds = ((score + 0.02) / (1.02 - score)).ln();
        Signs([1.0, odds, known - 0.5, score - f64::from(other)])
    }
}

impl Sureness {
    /// How likely each hit answers the question, best first and never more than the one before it. `known` says
    /// which part of the question a hit's wordings hold.
    pub(crate) fn of(self, hits: &[Hit], known: impl Fn(&Hit) -> f64) -> Vec<f64> {
        let mut most = 1.0;
        let chance = |(at, hit): (usize, &Hit)| {
            let other = hits.iter().enumerate().find(|(other, _)| *other != at);
            let known = known(hit);
            let chance = if hit.why == Why::Wording && known > 0.99 {
                WORD_FOR_WORD
            } else {
                self.chance(Signs::of(
                    hit.score,
                    other.map_or(0.0, |(_, hit)| hit.score),
                    known,
                ))
            };
            most = chance.min(most);
            most
        };
        hits.iter().enumerate().map(chance).collect()
    }

    fn chance(self, signs: Signs) -> f64 {
        let sum: f64 = self
            .0
            .iter()
            .zip(signs.0)
            .map(|(weight, sign)| weight * sign)
            .sum();
        1.0 / (1.0 + (-sum).exp())
    }

    /// Learns the weights from a shop's entries: some wordings and some whole entries are held out, the rest is
    /// asked for them. With few wordings they stay what they are for a new shop.
    pub(crate) fn learn(entries: &[Entry]) -> Sureness {
        let wordings: usize = entries.iter().map(|entry| 1 + entry.similar.len()).sum();
        if wordings < LEAST_WORDINGS {
            return Sureness::default();
        }
        let share = (MOST_WORDINGS as f64 / wordings as f64).min(1.0);
        let chosen: Vec<&Entry> = entries
            .iter()
            .filter(|entry| (hash(&entry.question, 7) % 1_000) as f64 <= share * 1_000.0)
            .collect();
        // A small shop is tried several times over, each time with others held out.
        let rounds = if wordings < 1_000 { 3 } else { 1 };
        let mut asked = Vec::new();
        for round in 0..rounds {
            asked.extend(Trial::new(&chosen, round).results());
        }
        fit(&asked)
    }
}

/// Wordings held out of the rest.
struct Trial {
    answers: Answers,
    known: HashMap<i64, Pairs>,
    /// Questions with the entry that answers them; none: it was held out too.
    questions: Vec<(String, Option<i64>)>,
}

impl Trial {
    fn new(entries: &[&Entry], round: u64) -> Trial {
        let mut kept = Vec::new();
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for entry in entries {
            if hash(&entry.question, round).is_multiple_of(ONE_OF) {
                let all = std::iter::once(&entry.question).chain(&entry.similar);
                without.extend(all.map(|text| (text.clone(), None)));
                continue;
            }
            let mut rest = (*entry).clone();
            let out = |text: &String| hash(text, round).is_multiple_of(ONE_OF);
            with.extend(
                rest.similar
                    .iter()
                    .filter(|text| out(text))
                    .map(|text| (text.clone(), Some(entry.id))),
            );
            rest.similar.retain(|text| !out(text));
            kept.push(rest);
        }
        for questions in [&mut with, &mut without] {
            questions.sort_by_key(|(text, _)| hash(text, round + 100));
            questions.truncate(MOST_ASKED);
        }
        with.extend(without);
        Trial {
            known: kept
                .iter()
                .map(|entry| (entry.id, Pairs::of_entry(entry)))
                .collect(),
            answers: Answers::build(kept),
            questions: with,
        }
    }

    /// For each question what was seen of the first answer, whether it was right, and whether there was a right one.
    fn results(&self) -> Vec<(Signs, bool, bool)> {
        let result = |(text, entry): &(String, Option<i64>)| {
            let hits = self.answers.ask(text, 2);
            let first = hits.first()?;
            let other = hits.get(1).map_or(0.0, |hit| hit.score);
            let known = self.known.get(&first.id).map_or(0.0, |pairs| pairs.part_of(text));
            Some((
                Signs::of(first.score, other, known),
                *entry == Some(first.id),
                entry.is_some(),
            ))
        };
        self.questions.iter().filter_map(result).collect()
    }
}

/// Logistic regression that stays near the weights of a new shop as long as little was asked: Newton's method.
fn fit(asked: &[(Signs, bool, bool)]) -> Sureness {
    const STEPS: usize = 12;
    let with = asked.iter().filter(|(.., has)| *has).count();
    let without = asked.len() - with;
    if with < 10 || without < 10 {
        return Sureness::default();
    }
    let all = asked.len() as f64;
    let worth = |has: bool| {
        if has {
            (1.0 - WITHOUT_ENTRY) * all / with as f64
        } else {
            WITHOUT_ENTRY * all / without as f64
        }
    };
    let mut sure = Sureness::default();
    for _ in 0..STEPS {
        let mut slope = [0.0; SIGNS];
        let mut curve = [[0.0; SIGNS]; SIGNS];
        for i in 0..SIGNS {
            slope[i] = COLD_COUNTS / 8.0 * (COLD[i] - sure.0[i]);
            curve[i][i] = COLD_COUNTS / 8.0;
        }
        for (signs, right, has) in asked {
            let chance = sure.chance(*signs);
            let worth = worth(*has);
            for i in 0..SIGNS {
                slope[i] += worth * (f64::from(u8::from(*right)) - chance) * signs.0[i];
                for j in 0..SIGNS {
                    curve[i][j] += worth * chance * (1.0 - chance) * signs.0[i] * signs.0[j];
                }
            }
        }
        for (weight, step) in sure.0.iter_mut().zip(solved(curve, slope)) {
            *weight += step.clamp(-2.0, 2.0);
        }
    }
    // More of a good sign never makes less sure.
    for weight in &mut sure.0[1..] {
        *weight = weight.max(0.0);
    }
    sure
}

/// Solves `matrix * x = right` by elimination; the matrix is positive definite.
fn solved(mut matrix: [[f64; SIGNS]; SIGNS], mut right: [f64; SIGNS]) -> [f64; SIGNS] {
    for i in 0..SIGNS {
        for below in i + 1..SIGNS {
            let part = matrix[below][i] / matrix[i][i];
            for column in i..SIGNS {
                matrix[below][column] -= part * matrix[i][column];
            }
            right[below] -= part * right[i];
        }
    }
    for i in (0..SIGNS).rev() {
        for column in i + 1..SIGNS {
            right[i] -= matrix[i][column] * right[column];
        }
        right[i] /= matrix[i][i];
    }
    right
}

/// What an entry's wordings are made of: pairs of neighbouring characters, Latin words and numbers as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs(Box<[u32]>);

impl Pairs {
    /// Of an entry's questions.
    pub(crate) fn of_entry(entry: &Entry) -> Pairs {
        let all = std::iter::once(&entry.question).chain(&entry.similar);
        let mut pairs: Vec<u32> = all.flat_map(|text| pairs(text)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        Pairs(pairs.into())
    }

    /// Adds the pairs of one more wording.
    pub(crate) fn add(&mut self, text: &str) {
        let mut all = self.0.to_vec();
        all.extend(pairs(text));
        all.sort_unstable();
        all.dedup();
        self.0 = all.into();
    }

    /// Which part of a text they make, 0 to 1.
    pub(crate) fn part_of(&self, text: &str) -> f64 {
        let asked = pairs(text);
        let known = asked
            .iter()
            .filter(|pair| self.0.binary_search(pair).is_ok())
            .count();
        if asked.is_empty() {
            0.0
        } else {
            known as f64 / asked.len() as f64
        }
    }
}

/// Characters that say nothing of what is asked.
const FILLERS: &str = "吗呢吧啊呀么哦嘛的了亲您你我们请问好是在有就都还这那个一下想要给";

fn pairs(text: &str) -> Vec<u32> {
    let folded = super::input::folded(text);
    let mut out = Vec::new();
    let mut word = String::new();
    let mut last: Option<char> = None;
    for c in folded.chars().chain(std::iter::once(' ')) {
        if c.is_ascii_alphanumeric() || c == '.' {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            out.push(hash(&word, 1) as u32);
            word.clear();
            last = None;
        }
        if c == ' ' || FILLERS.contains(c) {
            last = None;
        } else {
            if let Some(last) = last {
                out.push(hash(&String::from_iter([last, c]), 1) as u32);
            }
            last = Some(c);
        }
    }
    if out.is_empty() {
        // A question of single characters is known by them.
        out.extend(folded.chars().map(|c| hash(&c.to_string(), 1) as u32));
    }
    out
}

/// FNV-1a, mixed once more; the same on every machine.
fn hash(text: &str, salt: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = text.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::shipped;

    fn shipped() -> Vec<Entry> {
        let faqs = shipped::faqs().expect("can be read");
        (1..)
            .zip(faqs)
            .map(|(id, one)| Entry {
                id,
                group: String::new(),
                question: one.question.zh.clone(),
                similar: one.similar.clone(),
                answer: one.answer.zh.clone(),
            })
            .collect()
    }

    #[test]
    fn what_is_said_to_be_sure_so_often_is_right_so_often() {
        let entries = shipped();
        let sure = Sureness::learn(&entries);
        let all: Vec<&Entry> = entries.iter().collect();
        // Rounds that nothing was learned from.
        let results: Vec<_> = (50..53)
            .flat_map(|round| Trial::new(&all, round).results())
            .collect();
        let told = |from: f64, to: f64, sure: Sureness| {
            let band = results
                .iter()
                .filter(|(signs, ..)| (from..to).contains(&sure.chance(*signs)));
            let (mut n, mut right, mut sum) = (0.0, 0.0, 0.0);
            for (signs, is_right, has) in band {
                let with = results.iter().filter(|(.., has)| *has).count() as f64 / results.len() as f64;
                let worth = if *has {
                    (1.0 - WITHOUT_ENTRY) / with
                } else {
                    WITHOUT_ENTRY / (1.0 - with)
                };
                n += worth;
                right += worth * f64::from(u8::from(*is_right));
                sum += worth * sure.chance(*signs);
            }
            (n, right / n, sum / n)
        };
        for (name, sure) in [("learned", sure), ("cold", Sureness::default())] {
            for (from, to) in [(0.0, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 1.01)] {
                eprintln!("{name} {sure:?} {from}-{to}: {:?}", told(from, to, sure));
            }
            let (n, right, said) = told(0.6, 1.01, sure);
            assert!(
                n > 30.0 && (right - said).abs() < 0.12,
                "{name}: of {n} said {said}, right {right}"
            );
            assert!(right > 0.7, "{name}: {right}");
        }
    }

    #[test]
    fn a_shop_of_few_wordings_keeps_the_weights_of_a_new_one() {
        let few: Vec<Entry> = shipped().into_iter().take(5).collect();
        assert_eq!(Sureness::learn(&few), Sureness::default());
        assert_ne!(Sureness::learn(&shipped()), Sureness::default());
    }

    #[test]
    fn a_question_is_known_by_what_it_asks_and_not_by_its_fillers() {
        let entry = Entry {
            question: "优惠券怎么领？".into(),
            ..Entry::default()
        };
        let pairs = Pairs::of_entry(&entry);
        assert!((pairs.part_of("亲，优惠券怎么领呀") - 1.0).abs() < 1e-9);
        assert!(pairs.part_of("双十一会降价吗") < 0.01);
        assert!(pairs.part_of("优惠券用不了") < 0.6);
    }
}
