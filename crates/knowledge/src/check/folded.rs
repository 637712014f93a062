use unicode_normalization::UnicodeNormalization as _;

use super::alike::{is_unseen, plain_letter};

/// A text made comparable: small letters, half width, simplified characters, no marks that cannot be seen or
/// that are put on letters, no codes of emoji.
/// Knows for every character where it stood in the original.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// The folded text.
    pub(super) text: String,
    /// Its characters.
    pub(super) chars: Vec<char>,
    /// For every byte of `text`, and its end, the number of its character.
    places: Vec<u32>,
    /// For every character the UTF-16 unit of the original at which it begins and at which it ends.
    origin: Vec<(u32, u32)>,
    /// For every character the number of its sentence.
    sentences: Vec<u32>,
    /// For every character whether something was left out before it. Empty where nothing is left out.
    parted: Vec<bool>,
}

/// Characters `from..to` of a [`Folded`] text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Span {
    /// Whether `other` lies in it.
    pub(super) fn covers(self, other: Span) -> bool {
        self.from <= other.from && other.to <= self.to
    }
}

/// Characters that end a sentence: what stands on both sides is not read together.
fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '!' | '?' | ';' | '\n' | '…')
}

/// Characters put between letters to hide a word from a filter.
fn parts_letters(c: char) -> bool {
    matches!(
        c,
        ' ' | '.' | '·' | '•' | '_' | '-' | '*' | '~' | '|' | '/' | '\\' | '\'' | '"' | '`' | '^' | '='
    )
}

impl Folded {
    /// Folds a text.
    pub(super) fn of(text: &str) -> Folded {
        let mut folded = Folded::with_room(text.len());
        let mut sentence = 0;
        let mut at = 0_u32;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let code = emoji_code(rest);
            let taken = if code > 0 { code } else { c.len_utf8() };
            // An emoji's code is ASCII: as many units as bytes.
            let units = if code > 0 {
                code as u32
            } else {
                c.len_utf16() as u32
            };
            let place = (at, at + units);
            if code > 0 {
                folded.push(' ', place, sentence);
            } else {
                fold(c, |c| {
                    folded.push(c, place, sentence);
                    sentence += u32::from(ends_sentence(c));
                });
            }
            at += units;
            rest = &rest[taken..];
        }
        folded.close()
    }

    /// The same without what is put between letters to hide a word.
    pub(super) fn squeezed(&self) -> Folded {
        let mut squeezed = Folded::with_room(self.text.len());
        let mut left_out = false;
        for (i, c) in self.chars.iter().enumerate() {
            if parts_letters(*c) {
                left_out = true;
            } else {
                squeezed.push(*c, self.origin[i], self.sentences[i]);
                squeezed.parted.push(std::mem::take(&mut left_out));
            }
        }
        squeezed.close()
    }

    /// Letters and digits only: without any mark, emoji and line end, and without a digit or sign that stands
    /// alone between two Chinese characters (微1信). A piece of few letters is no sentence of its own: who
    /// writes a character a line means the lines together.
    pub(super) fn joined(&self) -> Folded {
        /// More letters than this are a sentence.
        const PIECE: u32 = 3;
        let kept: Vec<usize> = (0..self.chars.len())
            .filter(|i| is_kept(self.chars[*i]))
            .collect();
        let han = |at: Option<usize>| {
            at.and_then(|at| kept.get(at))
                .is_some_and(|i| is_han(self.chars[*i]))
        };
        let mut joined = Folded::with_room(self.text.len());
        let (mut sentence, mut letters, mut last) = (0, 0, None);
        for (at, i) in kept.iter().copied().enumerate() {
            let c = self.chars[i];
            if !c.is_alphabetic() && han(at.checked_sub(1)) && han(Some(at + 1)) {
                continue;
            }
            if last.is_some_and(|last: usize| self.sentences[last] != self.sentences[i]) && letters > PIECE {
                sentence += 1;
                letters = 0;
            }
            joined.push(c, self.origin[i], sentence);
            joined.parted.push(last.is_some_and(|last| last + 1 != i));
            letters += 1;
            last = Some(i);
        }
        joined.close()
    }

    /// Whether something was left out between the letters of a span.
    pub(super) fn is_parted(&self, span: Span) -> bool {
        let inner = self.parted.get(span.from as usize + 1..span.to as usize);
        inner.is_some_and(|inner| inner.contains(&true))
    }

    /// Whether something was left out before a character.
    pub(super) fn parted_before(&self, at: u32) -> bool {
        self.parted.get(at as usize).copied().unwrap_or_default()
    }

    fn with_room(bytes: usize) -> Folded {
        Folded {
            text: String::with_capacity(bytes),
            chars: Vec::with_capacity(bytes / 3),
            places: Vec::with_capacity(bytes + 1),
            origin: Vec::with_capacity(bytes / 3),
            sentences: Vec::with_capacity(bytes / 3),
            parted: Vec::new(),
        }
    }

    fn push(&mut self, c: char, origin: (u32, u32), sentence: u32) {
        let number = self.chars.len() as u32;
        self.text.push(c);
        self.places.resize(self.text.len(), number);
        self.chars.push(c);
        self.origin.push(origin);
        self.sentences.push(sentence);
    }

    fn close(mut self) -> Folded {
        self.places.push(self.chars.len() as u32);
        self
    }

    /// The characters of a range of bytes that begins and ends between characters.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        Span {
            from: self.places[from],
            to: self.places[to],
        }
    }

    /// How many characters there are.
    pub(super) fn len(&self) -> u32 {
        self.chars.len() as u32
    }

    /// The whole text.
    pub(super) fn all(&self) -> Span {
        Span {
            from: 0,
            to: self.len(),
        }
    }

    /// The character before a place.
    pub(super) fn before(&self, at: u32) -> Option<char> {
        (at as usize)
            .checked_sub(1)
            .and_then(|i| self.chars.get(i))
            .copied()
    }

    /// The character at a place.
    pub(super) fn at(&self, at: u32) -> Option<char> {
        self.chars.get(at as usize).copied()
    }

    /// The folded words of a span.
    pub(super) fn words(&self, span: Span) -> String {
        self.chars[span.from as usize..span.to as usize].iter().collect()
    }

    /// The sentence a character belongs to; the end of the text belongs to the last.
    pub(super) fn sentence(&self, at: u32) -> u32 {
        let last = self.sentences.last().copied().unwrap_or_default();
        self.sentences.get(at as usize).copied().unwrap_or(last)
    }

    /// Where a span stood in the original, in UTF-16 units.
    pub(super) fn original(&self, span: Span) -> (u32, u32) {
        let first = self.origin.get(span.from as usize);
        let last = (span.to as usize).checked_sub(1).and_then(|i| self.origin.get(i));
        match (first, last) {
            (Some(first), Some(last)) => (first.0, last.1),
            _ => (0, 0),
        }
    }
}

/// The length in bytes of an emoji's code at the start of `text` (`#E-s21`), or 0.
fn emoji_code(text: &str) -> usize {
    let Some(number) = text.strip_prefix("#E-s") else {
        return 0;
    };
    let digits = number.bytes().take(3).take_while(u8::is_ascii_digit).count();
    4 + digits
}

/// Whether a character is read when only letters count. `%` and `+` belong to words (100%, +v).
fn is_kept(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '%' | '+')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// A character as words are compared. Unseen marks and accents vanish; some characters become several.
fn fold(c: char, mut each: impl FnMut(char)) {
    match c {
        'A'..='Z' => each(c.to_ascii_lowercase()),
        '\n' | '\r' => each('\n'),
        _ if c.is_ascii_control() => each(' '),
        ' '..='~' | '。' | '、' | '…' => each(c),
        '\u{4e00}'..='\u{9fff}' => each(plain_letter(c)),
        _ if is_unseen(c) => {}
        _ if c.is_whitespace() => each(' '),
        _ => {
            let parts = std::iter::once(c).nfkd().filter(|c| !is_unseen(*c));
            for c in parts.flat_map(char::to_lowercase) {
                each(plain_letter(c));
            }
        }
    }
}

/// A word of a list, folded as texts are.
pub(super) fn folded_word(word: &str) -> String {
    Folded::of(word).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_unseen_marks_do_not_matter() {
        let folded = Folded::of("ＱＱ：①②\u{200b}３ Ⅴ信！");
        assert_eq!(folded.text, "qq:123 v信!");
        assert_eq!(folded.squeezed().text, "qq:123v信!");
    }

    #[test]
    fn a_place_leads_back_to_the_utf16_units_of_the_original() {
        let text = "😀微 信\u{200b}号";
        let folded = Folded::of(text).squeezed();
        let at = folded.text.find("微信号").expect("found");
        let (from, to) = folded.original(folded.span(at, at + "微信号".len()));
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!((from, to as usize), (2, units.len()));
    }

    #[test]
    fn codes_of_emoji_are_blanks_and_sentences_are_counted() {
        let folded = Folded::of("好#E-s21的。在");
        assert_eq!(folded.text, "好 的。在");
        assert_eq!(folded.sentence(0), folded.sentence(3));
        assert_ne!(folded.sentence(3), folded.sentence(4));
        assert_eq!(folded.original(Span { from: 2, to: 3 }), (7, 8));
    }
}
