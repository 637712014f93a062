//! How sure an answer is, as a probability. What the ranker says, how far it leads, and how much of the question
//! the entry knows are weighed; the weights are learned from the shop's own wordings, held out one time and asked.
//! It reads no database.

use std::collections::HashMap;

use search::answers::{Answers, Entry, Hit};

use crate::words::pairs::{Pairs, hash};

/// What is looked at of an answer.
const SIGNS: usize = 4;

/// The weights of a shop that has too few wordings to learn its own; learned from the entries that ship.
const COLD: [f64; SIGNS] = [-0.95, 0.18, 0.87, 1.34];
/// An entry whose own questions hold every word of the one asked, and that is twice as good as any other.
const WORD_FOR_WORD: f64 = 0.9;
/// How many held-out questions the weights above count as: a shop with less keeps near them.
const COLD_COUNTS: f64 = 30.0;
/// Of the questions buyers ask, such a part has no entry. An assumption: a shop cannot be asked for it before it
/// has its own reports, and one third errs on the side of saying that an answer is doubtful.
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
            let other = other.map_or(0.0, |(_, hit)| hit.score);
            let chance = self.chance(Signs::of(hit.score, other, known));
            let chance = if known > 0.99 && hit.score > 2.0 * other {
                chance.max(WORD_FOR_WORD)
            } else {
                chance
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
    pub(crate) fn learn<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Sureness {
        let entries: Vec<&Entry> = entries.into_iter().collect();
        let wordings: usize = entries.iter().map(|entry| 1 + entry.similar.len()).sum();
        if wordings < LEAST_WORDINGS {
            return Sureness::default();
        }
        let share = (MOST_WORDINGS as f64 / wordings as f64).min(1.0);
        let chosen: Vec<&Entry> = entries
            .into_iter()
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
            let missed = worth * (f64::from(u8::from(*right)) - chance);
            let bend = worth * chance * (1.0 - chance);
            for (i, sign) in signs.0.iter().enumerate() {
                slope[i] += missed * sign;
                for (cell, other) in curve[i].iter_mut().zip(signs.0) {
                    *cell += bend * sign * other;
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
            let above = matrix[i];
            for (cell, above) in matrix[below].iter_mut().zip(above) {
                *cell -= part * above;
            }
            right[below] -= part * right[i];
        }
    }
    for i in (0..SIGNS).rev() {
        let known: f64 = (i + 1..SIGNS)
            .map(|column| matrix[i][column] * right[column])
            .sum();
        right[i] = (right[i] - known) / matrix[i][i];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::shipped;

    /// Asserts that answers are right as often as it is said of them, over rounds that nothing was learned from.
    fn keeps_its_word(name: &str, entries: &[Entry], sure: Sureness) {
        let all: Vec<&Entry> = entries.iter().collect();
        let results: Vec<_> = (50..53)
            .flat_map(|round| Trial::new(&all, round).results())
            .collect();
        let with = results.iter().filter(|(.., has)| *has).count() as f64 / results.len() as f64;
        let told = |from: f64, to: f64| {
            let band = results
                .iter()
                .filter(|(signs, ..)| (from..to).contains(&sure.chance(*signs)));
            let (mut n, mut right, mut sum) = (0.0, 0.0, 0.0);
            for (signs, is_right, has) in band {
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
        for (from, to) in [(0.0, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 1.01)] {
            eprintln!("{name} {sure:?} {from}-{to}: {:?}", told(from, to));
        }
        let (n, right, said) = told(0.6, 1.01);
        assert!(
            n > 30.0 && (right - said).abs() < 0.12,
            "{name}: of {n} said {said}, right {right}"
        );
        assert!(right > 0.7, "{name}: {right}");
    }

    #[test]
    fn what_is_said_to_be_sure_so_often_is_right_so_often() {
        let entries = shipped::entries();
        keeps_its_word("learned", &entries, Sureness::learn(&entries));
        keeps_its_word("cold", &entries, Sureness::default());
    }

    /// Labelled questions of buyers, one entry a topic; `None`, said, where they are not at hand.
    fn asked_by_buyers() -> Option<Vec<Entry>> {
        let folder = std::env::var("XIAOER_DATA_SAMPLES")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
        let Ok(text) = std::fs::read_to_string(format!("{folder}/jd-questions/select.tsv")) else {
            eprintln!("skipped: jd-questions/select.tsv is not at hand");
            return None;
        };
        let mut topics: HashMap<&str, Entry> = HashMap::new();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let id = topics.len() as i64 + 1;
            let entry = topics.entry(cells[2]).or_insert_with(|| Entry {
                id,
                group: cells[2].to_owned(),
                question: cells[1].to_owned(),
                ..Entry::default()
            });
            if entry.question != cells[1] {
                entry.similar.push(cells[1].to_owned());
            }
        }
        let mut entries: Vec<Entry> = topics.into_values().collect();
        entries.sort_by_key(|entry| entry.id);
        entries.truncate(60);
        Some(entries)
    }

    #[test]
    fn a_shop_of_thousands_of_wordings_keeps_its_word_too() {
        if let Some(entries) = asked_by_buyers() {
            keeps_its_word("buyers", &entries, Sureness::learn(&entries));
        }
    }

    #[test]
    fn a_shop_of_few_wordings_keeps_the_weights_of_a_new_one() {
        let few: Vec<Entry> = shipped::entries().into_iter().take(5).collect();
        assert_eq!(Sureness::learn(&few), Sureness::default());
        assert_ne!(Sureness::learn(&shipped::entries()), Sureness::default());
    }
}
