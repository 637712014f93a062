//! How a reply speaks, by the words that ship (rows 86, 167). It judges; it forbids nothing.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::words::shipped;

/// How a reply speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// It has a polite word and no curt one.
    Polite,
    /// It has neither.
    Plain,
    /// It has a word that pushes the buyer away, this one; polite words beside it do not mend it.
    Curt(&'static str),
}

struct Words {
    polite: Option<AhoCorasick>,
    curt: Option<AhoCorasick>,
}

/// How a reply speaks.
pub fn manners(text: &str) -> Manners {
    static WORDS: OnceLock<Words> = OnceLock::new();
    let (polite, curt) = shipped::manners();
    let words = WORDS.get_or_init(|| Words {
        polite: AhoCorasick::new(polite).ok(),
        curt: AhoCorasick::new(curt).ok(),
    });
    let said = words.curt.as_ref().and_then(|curt| curt.find(text));
    if let Some(word) = said.and_then(|found| curt.get(found.pattern().as_usize())) {
        return Manners::Curt(word);
    }
    match &words.polite {
        Some(polite) if polite.is_match(text) => Manners::Polite,
        _ => Manners::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_counts() {
        let (polite, curt) = shipped::manners();
        assert!(polite.len() > 30 && curt.len() > 20);
        for word in polite {
            assert_eq!(manners(&format!("嗯{word}嗯")), Manners::Polite, "{word}");
        }
        for word in curt {
            assert_eq!(manners(&format!("嗯{word}嗯")), Manners::Curt(word), "{word}");
        }
        for word in [
            "请",
            "欢迎光临",
            "您好",
            "麻烦",
            "请稍等",
            "不好意思",
            "非常抱歉",
            "多谢支持",
        ] {
            assert!(polite.iter().any(|one| one == word), "row 167 names {word}");
        }
    }

    #[test]
    fn a_curt_word_is_not_mended_by_a_polite_one() {
        assert_eq!(manners("亲，随便你哦"), Manners::Curt("随便你"));
        assert_eq!(manners("有货，今天发"), Manners::Plain);
        assert_eq!(manners(""), Manners::Plain);
    }
}
