//! What a question is made of, to say how much of one the wordings of an entry hold. It ranks nothing.

use search::answers::Entry;

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
    let folded = crate::words::input::folded(text);
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
pub(crate) fn hash(text: &str, salt: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = text.bytes().fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17
}

#[cfg(test)]
mod tests {
    use super::*;

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
