//! How text becomes terms. This file does not know the index: the same rules read documents and questions.
//!
//! Text is folded character by character (full-width forms to half-width, lower case, invisible marks
//! dropped) and falls into runs of two classes:
//!
//! * **Units**: scripts written without spaces (Chinese, kana, Hangul, Thai, ...) and emoji. Indexed as
//!   every single character and every pair of neighbours.
//! * **Words**: letters and digits of all other scripts. Indexed whole, and when letters and digits mix
//!   (`iphone15`, `175cm`) also by their parts.
//!
//! Why pairs and not the words of a dictionary: a dictionary cuts the same characters differently in
//! different sentences, so a word found in the question may never have been cut out of the document, and
//! every change of the dictionary would mean a rebuild. Pairs are cut the same everywhere, find any
//! two-character substring, and need neither dictionary nor memory while feeding. The dictionary (jieba)
//! cuts only the question, where it tells which characters belong together: 什么时候发货 asks for 什么,
//! 时候 and 发货 wherever they stand, not for the six characters in a row.

use std::sync::LazyLock;

use jieba_rs::Jieba;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Longest word in characters. Longer ones are cut here, in documents and questions alike.
pub const WORD_MAX: usize = 64;

/// The dictionary: about 30 MB and 0.1 s, so it is loaded by the first question with Chinese in it.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Loads the dictionary now rather than with the first question.
pub fn warm() {
    LazyLock::force(&JIEBA);
}

/// What a folded character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A character that stands for itself: Chinese, kana, Hangul, Thai, emoji.
    Unit,
    /// A letter or digit of a script that writes words.
    Word,
    /// Space, punctuation, control characters: ends a run.
    Gap,
}

/// The folded form of a character: half-width and lower case; `None` for what cannot be seen
/// (zero-width and direction marks, variation selectors, skin tones, vowel points).
pub fn fold(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase());
    }
    let c = match c {
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{61c}' | '\u{64b}'..='\u{65f}' => {
            return None;
        }
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
            return None;
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e01ef}' => {
            return None;
        }
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    // One character becomes one character, so that a snippet can be cut at the same places.
    c.to_lowercase().next()
}

/// The class of a folded character.
pub fn class(c: char) -> Class {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' => Class::Word,
        '\0'..='\u{7f}' => Class::Gap,
        '\u{4e00}'..='\u{9fff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{f900}'..='\u{faff}'
        | '\u{3005}'..='\u{3007}' => Class::Unit,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' if c.is_alphanumeric() => {
            Class::Unit
        }
        '\u{3041}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{ac00}'..='\u{d7af}'
            if c.is_alphanumeric() =>
        {
            Class::Unit
        }
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{323af}' => Class::Unit,
        c if c.is_alphanumeric() => Class::Word,
        _ => Class::Gap,
    }
}

/// A run of folded characters of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// [`Class::Unit`] or [`Class::Word`].
    pub class: Class,
    /// The folded characters; a word is cut at [`WORD_MAX`].
    pub text: String,
}

/// The runs of a text, in order.
pub fn runs(text: &str) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let mut open = Class::Gap;
    let mut length = 0;
    for c in text.chars().filter_map(fold) {
        let class = class(c);
        if class != Class::Gap && class == open {
            length += 1;
            if let Some(run) = out
                .last_mut()
                .filter(|_| class == Class::Unit || length <= WORD_MAX)
            {
                run.text.push(c);
            }
        } else if class != Class::Gap {
            out.push(Run {
                class,
                text: c.into(),
            });
            length = 1;
        }
        open = class;
    }
    out
}

/// The parts of a word that mixes letters and digits, two or three of them; empty for any other word.
/// More than three parts is a code or a hash, whose parts mean nothing.
pub fn parts(word: &str) -> Vec<&str> {
    let mut cuts = Vec::new();
    let mut before = None;
    for (at, c) in word.char_indices() {
        let digit = c.is_numeric();
        if before.is_some_and(|b| b != digit) {
            cuts.push(at);
        }
        before = Some(digit);
    }
    if cuts.is_empty() || cuts.len() > 2 {
        return Vec::new();
    }
    cuts.push(word.len());
    let mut from = 0;
    cuts.into_iter()
        .map(|to| &word[std::mem::replace(&mut from, to)..to])
        .collect()
}

/// The pairs of neighbours in a run of units; the run itself when it is a single character.
pub fn pairs(units: &str) -> Vec<&str> {
    let ends: Vec<usize> = units.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    if ends.len() < 2 {
        return if units.is_empty() { Vec::new() } else { vec![units] };
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts
        .zip(&ends[1..])
        .map(|(from, to)| &units[from..*to])
        .collect()
}

/// Cuts a run of units into words with the dictionary. The words in a row are the run again.
pub fn cut(units: &str) -> Vec<&str> {
    // Up to two characters are one word already: asking for the pair is what is meant.
    if units.chars().nth(2).is_none() {
        return if units.is_empty() { Vec::new() } else { vec![units] };
    }
    JIEBA
        .cut(units, true)
        .into_iter()
        .map(|token| token.word)
        .collect()
}

/// The words of a text, folded: Chinese cut with the dictionary, everything else as it is written.
pub fn words(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for run in runs(text) {
        match run.class {
            Class::Unit => out.extend(cut(&run.text).into_iter().map(str::to_owned)),
            _ => out.push(run.text),
        }
    }
    out
}

/// A text folded as a whole, with its gaps; control characters and line ends become spaces.
pub fn folded(text: &str) -> String {
    text.chars()
        .filter_map(fold)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The index side: gives the terms of a document's text to tantivy.
#[derive(Clone, Default)]
pub(crate) struct Terms {
    folded: String,
    spans: Vec<(u32, u32)>,
    token: Token,
}

impl Terms {
    /// Fills `folded` and `spans`. One buffer for all terms: feeding allocates nothing per term.
    fn read(&mut self, text: &str) {
        self.folded.clear();
        self.spans.clear();
        let mut open = Class::Gap;
        let mut start = 0;
        let mut last = 0;
        for c in text.chars().filter_map(fold) {
            let class = class(c);
            if class != open {
                self.close(open, start);
                start = self.folded.len();
                open = class;
            }
            if class == Class::Gap {
                continue;
            }
            let from = self.folded.len();
            self.folded.push(c);
            if class == Class::Unit {
                if from > start {
                    self.span(last, self.folded.len());
                }
                self.span(from, self.folded.len());
            }
            last = from;
        }
        self.close(open, start);
    }

    fn close(&mut self, class: Class, start: usize) {
        if class != Class::Word {
            return;
        }
        let word = &self.folded[start..];
        let end = word.char_indices().nth(WORD_MAX).map_or(word.len(), |(at, _)| at);
        let word = &word[..end];
        let parts: Vec<usize> = parts(word).into_iter().map(str::len).collect();
        self.span(start, start + end);
        let mut from = start;
        for length in parts {
            self.span(from, from + length);
            from += length;
        }
    }

    fn span(&mut self, from: usize, to: usize) {
        // A text beyond 4 GB does not come here; saturating keeps the arithmetic total.
        self.spans.push((
            u32::try_from(from).unwrap_or(u32::MAX),
            u32::try_from(to).unwrap_or(u32::MAX),
        ));
    }
}

impl Tokenizer for Terms {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        self.read(text);
        self.token.reset();
        TermStream {
            folded: &self.folded,
            spans: self.spans.iter(),
            token: &mut self.token,
        }
    }
}

/// The terms of one text.
pub(crate) struct TermStream<'a> {
    folded: &'a str,
    spans: std::slice::Iter<'a, (u32, u32)>,
    token: &'a mut Token,
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(&(from, to)) = self.spans.next() else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(&self.folded[from as usize..to as usize]);
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use tantivy::tokenizer::{TokenStream, Tokenizer};

    use super::{Class, Terms, cut, folded, pairs, parts, runs, words};

    fn terms(text: &str) -> Vec<String> {
        let mut terms = Terms::default();
        let mut stream = terms.token_stream(text);
        let mut out = Vec::new();
        while stream.advance() {
            out.push(stream.token().text.clone());
        }
        out
    }

    #[test]
    fn chinese_is_indexed_by_characters_and_pairs() {
        assert_eq!(terms("发货吗？好"), ["发", "发货", "货", "货吗", "吗", "好"]);
    }

    #[test]
    fn words_are_folded_and_mixed_ones_split() {
        assert_eq!(terms("ＩＰｈｏｎｅ１５ Pro"), ["iphone15", "iphone", "15", "pro"]);
        assert_eq!(terms("a1b2c3"), ["a1b2c3"]);
        assert_eq!(parts("175cm"), ["175", "cm"]);
        assert!(parts("abc").is_empty());
    }

    #[test]
    fn invisible_marks_do_not_break_a_word() {
        assert_eq!(terms("张\u{200b}三"), ["张", "张三", "三"]);
        assert_eq!(folded("A\u{202e}Ｂ\0c"), "ab c");
    }

    #[test]
    fn emoji_are_units_and_null_bytes_are_gaps() {
        assert_eq!(terms("👍🏽好"), ["👍", "👍好", "好"]);
        assert_eq!(terms("a\0b"), ["a", "b"]);
        assert!(terms("，。！\u{202e} \n").is_empty());
    }

    #[test]
    fn runs_cut_long_words_where_terms_do() {
        let long = "x".repeat(500);
        assert_eq!(terms(&long), [runs(&long)[0].text.clone()]);
        assert_eq!(
            runs("好a").iter().map(|r| r.class).collect::<Vec<_>>(),
            [Class::Unit, Class::Word]
        );
    }

    #[test]
    fn a_cut_run_is_the_run_again() {
        for text in ["什么时候发货", "我要退货👍谢谢", "がんばる日本語", "สวัสดีครับ"]
        {
            for run in runs(text).into_iter().filter(|r| r.class == Class::Unit) {
                assert_eq!(cut(&run.text).concat(), run.text);
            }
        }
        assert_eq!(
            words("七天无理由退换货OK"),
            ["七天", "无", "理由", "退换货", "ok"]
        );
        assert_eq!(pairs("退换货"), ["退换", "换货"]);
    }
}
