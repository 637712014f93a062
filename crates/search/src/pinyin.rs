//! How names become terms: full pinyin and initials, in every reading of every character.
//!
//! 单雄 is found by `danxiong`, `shanxiong`, `dx` and `sx`, and by the beginnings of these while they are
//! typed. This file only makes the strings; the index decides what to do with them.

use std::collections::BTreeSet;

use ::pinyin::ToPinyinMulti;

/// Characters of one name that are read; what follows is still found by its characters.
const CHARS_MAX: usize = 16;
/// Up to this length a name is taken for a person's, and its given name is found alone as well.
const PERSON_MAX: usize = 4;
/// Readings of one name that are kept, for a person's name and for anything longer.
const READINGS_MAX: (usize, usize) = (256, 16);

/// The ways to type a character: its readings without tones, each once, the most common first. `ü` is
/// typed both `v` and `u`. Empty when the character is not Chinese.
pub fn readings(c: char) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |reading: String| {
        if reading.is_ascii() && !out.contains(&reading) {
            out.push(reading);
        }
    };
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let plain = reading.plain();
        if plain.contains('ü') {
            add(plain.replace('ü', "v"));
            add(plain.replace('ü', "u"));
        } else {
            add(plain.to_owned());
        }
    }
    out
}

/// Every full pinyin of a text's Chinese characters, without spaces: `["zhangsan"]`.
pub fn full(text: &str) -> Vec<String> {
    let name: Vec<Vec<String>> = readable(text).into_iter().flatten().collect();
    spell(&name, limit(name.len()))
}

/// Every row of initials of a text's Chinese characters: `["zs"]`.
pub fn initials(text: &str) -> Vec<String> {
    let name: Vec<Vec<String>> = readable(text).into_iter().flatten().collect();
    spell(&firsts(&name), limit(name.len()))
}

/// What a name may be typed as.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Spellings {
    /// From the first character on: full pinyin and initials.
    pub whole: BTreeSet<String>,
    /// From a later character on: the given name of a person.
    pub tails: BTreeSet<String>,
}

/// The spellings of a name.
pub fn spellings(name: &str) -> Spellings {
    let mut out = Spellings::default();
    for run in readable(name) {
        let run = &run[..run.len().min(CHARS_MAX)];
        let limit = limit(run.len());
        out.whole.extend(spell(run, limit));
        out.whole.extend(spell(&firsts(run), limit));
        if run.len() <= PERSON_MAX {
            for from in 1..run.len() {
                out.tails.extend(spell(&run[from..], limit));
                out.tails.extend(spell(&firsts(&run[from..]), limit));
            }
        }
    }
    out
}

fn limit(chars: usize) -> usize {
    if chars <= PERSON_MAX {
        READINGS_MAX.0
    } else {
        READINGS_MAX.1
    }
}

/// The readings of each run of Chinese characters.
fn readable(text: &str) -> Vec<Vec<Vec<String>>> {
    let mut out = Vec::new();
    let mut run = Vec::new();
    for c in text.chars().filter_map(crate::words::fold) {
        let readings = readings(c);
        if !readings.is_empty() {
            run.push(readings);
        } else if !run.is_empty() {
            out.push(std::mem::take(&mut run));
        }
    }
    if !run.is_empty() {
        out.push(run);
    }
    out
}

fn firsts(run: &[Vec<String>]) -> Vec<Vec<String>> {
    let first = |readings: &Vec<String>| {
        let mut firsts: Vec<String> = Vec::new();
        for reading in readings {
            let first: String = reading.chars().take(1).collect();
            if !firsts.contains(&first) {
                firsts.push(first);
            }
        }
        firsts
    };
    run.iter().map(first).collect()
}

/// All ways through the readings. Once there would be more than `limit`, the characters that follow
/// keep their most common reading only.
fn spell(run: &[Vec<String>], limit: usize) -> Vec<String> {
    if run.is_empty() {
        return Vec::new();
    }
    let mut out = vec![String::new()];
    for readings in run {
        let take = if out.len() * readings.len() <= limit {
            readings.len()
        } else {
            1
        };
        out = out
            .iter()
            .flat_map(|head| readings[..take].iter().map(move |r| format!("{head}{r}")))
            .collect();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{full, initials, readings, spellings};

    #[test]
    fn a_name_is_spelled_in_full_and_by_initials() {
        assert_eq!(full("张三"), ["zhangsan"]);
        assert_eq!(initials("张三"), ["zs"]);
    }

    #[test]
    fn every_reading_counts() {
        assert!(readings('单').contains(&"shan".to_owned()) && readings('单').contains(&"dan".to_owned()));
        let spelled = spellings("单田芳").whole;
        assert!(
            ["dantianfang", "shantianfang", "dtf", "stf"]
                .iter()
                .all(|s| spelled.contains(*s))
        );
        assert!(spellings("万俟").whole.contains("moqi"));
    }

    #[test]
    fn u_with_dots_is_typed_both_ways() {
        assert_eq!(readings('吕'), ["lv", "lu"]);
    }

    #[test]
    fn a_given_name_is_spelled_alone() {
        let spelled = spellings("王小明");
        assert!(spelled.tails.contains("xiaoming") && spelled.tails.contains("xm"));
        assert!(spellings("爱吃鱼的小猫咪").tails.is_empty());
    }

    #[test]
    fn long_names_of_many_readings_stay_small() {
        let spelled = spellings(&"单重行长乐".repeat(100));
        assert!(spelled.whole.len() <= 32, "{}", spelled.whole.len());
        assert!(spellings("tb_123").whole.is_empty());
    }
}
