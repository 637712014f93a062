//! Characters that are read as others: traditional for simplified, Cyrillic and Greek for Latin; and those
//! that are not seen at all.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

/// Traditional characters with their simplified ones, sorted.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let lines = include_str!("../../defaults/traditional.txt").lines();
    let words = lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace);
    let pair = |word: &str| {
        let mut chars = word.chars();
        Some((chars.next()?, chars.next()?))
    };
    let mut pairs: Vec<(char, char)> = words.filter_map(pair).collect();
    pairs.sort_unstable();
    pairs
});

/// The letter a word is kept with: simplified for traditional, Latin for what looks the same.
pub(super) fn plain_letter(c: char) -> char {
    match c {
        '\u{3400}'..='\u{9fff}' => SIMPLIFIED
            .binary_search_by_key(&c, |pair| pair.0)
            .map_or(c, |at| SIMPLIFIED[at].1),
        'а' | 'α' => 'a',
        'с' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'ν' | 'ѵ' => 'v',
        'ԝ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => c,
    }
}

/// Whether a character shows nothing of its own: zero-width and direction marks, fillers, variation selectors,
/// tags, and marks that are put on another character.
pub(super) fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_leads_to_a_character_that_stays() {
        assert!(SIMPLIFIED.len() > 400);
        for (from, to) in SIMPLIFIED.iter() {
            assert!(from != to, "{from}");
            assert_eq!(plain_letter(*to), *to, "{from} leads to {to}, which leads on");
        }
    }

    #[test]
    fn marks_that_show_nothing_are_known() {
        for c in [
            '\u{34f}',
            '\u{300}',
            '\u{17b4}',
            '\u{3164}',
            '\u{1160}',
            '\u{ffa0}',
            '\u{200b}',
            '\u{e0100}',
        ] {
            assert!(is_unseen(c), "{:x}", c as u32);
        }
        for c in ['微', 'a', ' ', '😀', '가'] {
            assert!(!is_unseen(c), "{c}");
        }
    }
}
