//! Pinyin typed with letters: cut into syllables, or taken as initials. It knows no entries.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ::pinyin::ToPinyin;

use super::features::{initial_keys, meaning_key, sound_key, sounds_key};
use super::same;

/// Letters in a row that are read as pinyin; a longer row is a code.
const LETTERS_MAX: usize = 36;
/// Up to this many letters may be initials.
const INITIALS_MAX: usize = 6;
/// Longest syllable: zhuang.
const SYLLABLE_MAX: usize = 6;

/// Every syllable that a character has, without tones; `ü` is typed `v`.
static SYLLABLES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    ('\u{4e00}'..='\u{9fff}')
        .filter_map(|c| c.to_pinyin())
        .map(|pinyin| pinyin.plain().replace('ü', "v"))
        .collect()
});

/// Adds the sounds and initials that the rows of letters in a question may stand for.
pub(super) fn read(chars: &[char], out: &mut Vec<u64>) {
    for letters in chars.split(|c| !c.is_ascii_lowercase()) {
        if letters.len() < 2 || letters.len() > LETTERS_MAX {
            continue;
        }
        let line: String = letters.iter().collect();
        if letters.len() <= INITIALS_MAX {
            initial_keys(letters, out);
        }
        out.extend(same::spelled(&line).iter().map(|m| meaning_key(*m)));
        let Some(syllables) = cut(&line) else { continue };
        let sounds: Vec<String> = syllables.iter().map(|s| s.replace('v', "ü")).collect();
        out.extend(sounds.iter().map(|s| sound_key(s)));
        out.extend(sounds.windows(2).map(|pair| sounds_key(&pair[0], &pair[1])));
    }
}

/// A row of letters cut into as few syllables as possible (xian is one, not xi an); `None` when letters are left.
fn cut(line: &str) -> Option<Vec<&str>> {
    // The fewest syllables up to each place, and where the last of them began.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; line.len() + 1];
    best[0] = Some((0, 0));
    for to in 1..=line.len() {
        for from in to.saturating_sub(SYLLABLE_MAX)..to {
            let Some((count, _)) = best[from] else { continue };
            let shorter = best[to].is_none_or(|(now, _)| count + 1 < now);
            if shorter && SYLLABLES.contains(&line[from..to]) {
                best[to] = Some((count + 1, from));
            }
        }
    }
    let mut out = Vec::new();
    let mut to = line.len();
    while to > 0 {
        let (_, from) = best[to]?;
        out.push(&line[from..to]);
        to = from;
    }
    out.reverse();
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn letters_are_cut_into_the_fewest_syllables() {
        assert_eq!(cut("tuikuan"), Some(vec!["tui", "kuan"]));
        assert_eq!(cut("xian"), Some(vec!["xian"]));
        assert_eq!(cut("zhuanghuo"), Some(vec!["zhuang", "huo"]));
        assert_eq!(cut("iphone"), None);
    }
}
