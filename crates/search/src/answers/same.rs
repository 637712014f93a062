//! The table of words that mean the same (`same.txt`): it finds meanings in a text and ranks nothing.

use std::sync::LazyLock;

use ::pinyin::ToPinyin;
use rustc_hash::FxHashMap;

/// One meaning a line, its words apart by spaces; lines with `#` and empty ones say nothing.
const TABLE: &str = include_str!("same.txt");

/// A word and the meanings it may have.
struct Table {
    meanings: FxHashMap<&'static str, Vec<u16>>,
    /// The same for words of two Chinese characters and more, spelled in pinyin without spaces.
    spelled: FxHashMap<String, Vec<u16>>,
    /// Longest word in characters.
    longest: usize,
}

static SAME: LazyLock<Table> = LazyLock::new(|| read(TABLE));

fn read(text: &'static str) -> Table {
    let mut table = Table {
        meanings: FxHashMap::default(),
        spelled: FxHashMap::default(),
        longest: 0,
    };
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for (line, meaning) in lines.zip(0u16..) {
        for word in line.split_whitespace() {
            table.longest = table.longest.max(word.chars().count());
            add(table.meanings.entry(word).or_default(), meaning);
            let sounds: Option<Vec<_>> = word.chars().map(|c| c.to_pinyin()).collect();
            if let Some(sounds) = sounds.filter(|sounds| sounds.len() > 1) {
                let spelled: String = sounds.iter().map(|s| s.plain().replace('ü', "v")).collect();
                add(table.spelled.entry(spelled).or_default(), meaning);
            }
        }
    }
    table
}

fn add(meanings: &mut Vec<u16>, meaning: u16) {
    if !meanings.contains(&meaning) {
        meanings.push(meaning);
    }
}

/// The meanings of a word typed in pinyin: `tuikuan` is 退款.
pub(super) fn spelled(letters: &str) -> &'static [u16] {
    SAME.spelled.get(letters).map_or(&[], Vec::as_slice)
}

/// The meanings of all words of the table that stand anywhere in a folded line without gaps; a meaning may come
/// more than once. Every place counts, also inside a longer word: 退货运费 is about 退货 and about 运费.
pub(super) fn meanings(line: &str) -> Vec<u16> {
    let cuts: Vec<usize> = line
        .char_indices()
        .map(|(at, _)| at)
        .chain([line.len()])
        .collect();
    let last = cuts.len() - 1;
    let mut out = Vec::new();
    for (at, from) in cuts.iter().enumerate() {
        for to in &cuts[(at + 1).min(last)..=last.min(at + SAME.longest)] {
            out.extend(SAME.meanings.get(&line[*from..*to]).into_iter().flatten());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{SAME, TABLE, meanings, spelled};

    #[test]
    fn every_line_holds_more_than_one_word() {
        for line in TABLE
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            assert!(line.split_whitespace().count() > 1, "{line}");
        }
        assert!(SAME.longest <= 10, "{}", SAME.longest);
    }

    #[test]
    fn pinyin_has_the_meaning_of_its_word() {
        let word = meanings("退款");
        assert!(spelled("tuikuan").iter().any(|m| word.contains(m)));
        assert!(spelled("iphone").is_empty());
    }

    #[test]
    fn words_inside_words_are_found() {
        let whole = meanings("退货运费");
        for part in ["退货", "运费"] {
            assert!(meanings(part).iter().any(|m| whole.contains(m)), "{part}");
        }
        assert!(meanings("").is_empty());
    }
}
