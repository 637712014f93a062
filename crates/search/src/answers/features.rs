//! What a text is made of for the ranker: characters, pairs, words, meanings and sounds.
//!
//! Every feature is one number: a hash whose lowest bits say which [`View`] it belongs to, so that a list of
//! features needs no second list beside it. Entries and questions are read by the same rules; what only one of
//! the two has (initials of short entries, pinyin typed by an agent) is said at [`Side`].

use ::pinyin::ToPinyin;

use super::{same, typed};
use crate::words::{self, Class};

/// One way of looking at a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// A single character.
    Char,
    /// Two neighbours; the ends of the text and gaps count as characters.
    Pair,
    /// A word of the dictionary.
    Word,
    /// A meaning of the table of words that mean the same.
    Meaning,
    /// The sound of one character: finds wrong characters that sound alike.
    Sound,
    /// The sounds of two neighbours.
    Sounds,
    /// Initials of two or three neighbours, of short entries only.
    Initials,
}

const VIEWS: [View; 7] = [
    View::Char,
    View::Pair,
    View::Word,
    View::Meaning,
    View::Sound,
    View::Sounds,
    View::Initials,
];
/// Lowest bits of a key that hold the view.
const VIEW_MASK: u64 = 7;
/// Entries up to this many characters are found by initials; in longer texts three initials mean nothing.
const INITIALS_CHARS: usize = 12;
/// Characters of a text that are read. A question is short; what is longer is a pasted talk.
const READ_CHARS: usize = 512;

impl View {
    /// The view of a feature.
    pub(super) fn of(key: u64) -> View {
        // The remainder of eight values over seven views: the eighth is never made.
        VIEWS[(key & VIEW_MASK) as usize % VIEWS.len()]
    }

    /// How much the view counts beside the others, found by cross-validation on labelled questions.
    pub(super) fn weight(self) -> f32 {
        match self {
            View::Char | View::Pair => 1.0,
            View::Word => 0.6,
            View::Meaning => 1.4,
            View::Sound | View::Sounds | View::Initials => 0.3,
        }
    }
}

/// Who is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Something that can be found.
    Entry,
    /// Something that is asked: letters may be pinyin or initials.
    Asked,
}

/// The features of a text, sorted, each once. Empty when there is nothing to read in it.
pub(super) fn features(text: &str, side: Side) -> Vec<u64> {
    let chars = spaced(text);
    if chars.len() <= 2 {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(chars.len() * 6);
    of_characters(&chars, &mut out);
    of_sounds(&chars, side, &mut out);
    let line: String = chars.iter().filter(|c| c.is_alphanumeric()).collect();
    out.extend(same::meanings(&line).into_iter().map(meaning_key));
    let words: String = chars[1..chars.len() - 1].iter().collect();
    out.extend(
        words::words(&words)
            .iter()
            .map(|word| key(View::Word, word.as_bytes())),
    );
    if side == Side::Asked {
        typed::read(&chars, &mut out);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The folded characters between a beginning and an end mark; whatever is no letter is one gap.
fn spaced(text: &str) -> Vec<char> {
    let mut out = vec!['^'];
    let folded = text.chars().filter_map(words::fold).take(READ_CHARS);
    for c in folded {
        if words::class(c) != Class::Gap {
            out.push(c);
        } else if out.len() > 1 && out.last() != Some(&' ') {
            out.push(' ');
        }
    }
    if out.last() == Some(&' ') {
        out.pop();
    }
    out.push('$');
    out
}

fn of_characters(chars: &[char], out: &mut Vec<u64>) {
    for c in &chars[1..chars.len() - 1] {
        if *c != ' ' {
            out.push(key_of(View::Char, &[*c]));
        }
    }
    out.extend(chars.windows(2).map(|pair| key_of(View::Pair, pair)));
}

fn of_sounds(chars: &[char], side: Side, out: &mut Vec<u64>) {
    let mut buffers = vec![[0u8; 4]; chars.len()];
    let sounds: Vec<&str> = chars
        .iter()
        .zip(&mut buffers)
        .map(|(c, buffer)| match c.to_pinyin() {
            Some(pinyin) => pinyin.plain(),
            None => c.encode_utf8(buffer),
        })
        .collect();
    // The marks at both ends have no sound of their own: every text has them.
    let spoken = sounds[1..sounds.len() - 1].iter().filter(|sound| **sound != " ");
    out.extend(spoken.map(|sound| sound_key(sound)));
    for pair in sounds.windows(2) {
        out.push(sounds_key(pair[0], pair[1]));
    }
    if side == Side::Entry && chars.len() <= INITIALS_CHARS + 2 {
        let initials: Vec<char> = sounds[1..sounds.len() - 1]
            .iter()
            .filter_map(|sound| sound.chars().next())
            .collect();
        initial_keys(&initials, out);
    }
}

/// The feature of a meaning.
pub(super) fn meaning_key(meaning: u16) -> u64 {
    key(View::Meaning, &meaning.to_le_bytes())
}

/// The feature of one syllable.
pub(super) fn sound_key(sound: &str) -> u64 {
    key(View::Sound, sound.as_bytes())
}

/// The feature of two syllables in a row.
pub(super) fn sounds_key(first: &str, second: &str) -> u64 {
    let mut hash = Fnv::new();
    hash.eat(first.as_bytes());
    hash.eat(b" ");
    hash.eat(second.as_bytes());
    hash.key(View::Sounds)
}

/// The features of a row of initials: every two and every three neighbours.
pub(super) fn initial_keys(initials: &[char], out: &mut Vec<u64>) {
    for length in [2, 3] {
        out.extend(
            initials
                .windows(length)
                .map(|window| key_of(View::Initials, window)),
        );
    }
}

fn key_of(view: View, chars: &[char]) -> u64 {
    let mut hash = Fnv::new();
    for c in chars {
        hash.eat(&(*c as u32).to_le_bytes());
    }
    hash.key(view)
}

fn key(view: View, bytes: &[u8]) -> u64 {
    let mut hash = Fnv::new();
    hash.eat(bytes);
    hash.key(view)
}

/// FNV-1a of 64 bits: the same on every machine and in every run, which a seeded hash is not.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn eat(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The high bits are folded down, as the lowest ones give way to the view.
    fn key(self, view: View) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed & !VIEW_MASK) | view as u64
    }
}

#[cfg(test)]
mod tests {
    use super::{Side, View, features};

    fn shared(a: &str, b: &str, view: View) -> usize {
        let b = features(b, Side::Asked);
        features(a, Side::Entry)
            .iter()
            .filter(|key| View::of(**key) == view && b.contains(key))
            .count()
    }

    #[test]
    fn a_wrong_character_that_sounds_alike_keeps_its_sounds() {
        assert_eq!(shared("优惠券", "优惠卷", View::Char), 2);
        assert_eq!(shared("发票", "法漂", View::Char), 0);
        assert_eq!(shared("发票", "法漂", View::Sound), 2);
    }

    #[test]
    fn other_words_for_the_same_share_a_meaning() {
        assert!(shared("怎么退款", "如何退钱", View::Meaning) >= 2);
        assert_eq!(shared("颜色", "发票", View::Meaning), 0);
    }

    #[test]
    fn typed_pinyin_finds_the_sounds() {
        assert!(shared("退款", "tuikuan", View::Sounds) >= 1);
        assert_eq!(shared("欢迎语", "hyy", View::Initials), 3);
    }

    #[test]
    fn nothing_to_read_gives_nothing() {
        for text in ["", "   ", "？！", "\u{200b}\0"] {
            assert!(features(text, Side::Asked).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn punctuation_and_width_do_not_matter() {
        assert_eq!(
            features("ＡＢ，发货", Side::Entry),
            features("ab  发货！", Side::Entry)
        );
    }
}
