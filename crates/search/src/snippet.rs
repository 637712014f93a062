//! A short piece of a text with the hits marked. It reads the text as the index does, not the index.

use unicode_segmentation::UnicodeSegmentation;

use crate::words::{self, Class};
use crate::{Plan, Word, pinyin};

/// Stands before a hit. Removed from the text itself, so that a text cannot forge it.
pub const MARK_START: char = '\u{1}';
/// Stands behind a hit.
pub const MARK_END: char = '\u{2}';

/// Visible characters of a snippet, without marks and dots.
const LENGTH: usize = 80;
/// How many of them stand before the first hit when the beginning is cut off.
const LEAD: usize = 20;
/// A text up to this length may be a name: there a hit may be its pinyin.
const NAME_MAX: usize = 32;

/// About 80 visible characters of `text` round its first hit for the question `ask_text`, on one line,
/// hits between [`MARK_START`] and [`MARK_END`], `…` where something was cut off. Without any hit: the
/// beginning of the text.
pub fn snippet(text: &str, ask_text: &str) -> String {
    let read = Read::of(text);
    let marked = marks(&read, &Plan::of(ask_text));
    let mut out = String::with_capacity(text.len().min(4 * LENGTH));
    let graphemes: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    let hit = |at: usize, length: usize| marked.iter().any(|&(from, to)| from < at + length && at < to);
    let first = marked.first().map_or(0, |&(from, _)| {
        graphemes.partition_point(|&(at, grapheme)| at + grapheme.len() <= from)
    });
    // A text that fits is shown whole; else a little is kept before the first hit, and no room is wasted.
    let start = if graphemes.len() <= LENGTH {
        0
    } else {
        first.saturating_sub(LEAD).min(graphemes.len() - LENGTH)
    };
    let end = (start + LENGTH).min(graphemes.len());
    if start > 0 {
        out.push('…');
    }
    let mut open = false;
    for &(at, grapheme) in &graphemes[start..end] {
        let inside = hit(at, grapheme.len());
        if inside != open {
            out.push(if inside { MARK_START } else { MARK_END });
            open = inside;
        }
        // A line end of two characters is one grapheme and one space; the rest of a space's grapheme
        // (a combining mark) stays.
        let space = grapheme.starts_with(char::is_whitespace);
        out.extend(space.then_some(' '));
        out.extend(
            grapheme
                .chars()
                .filter(|c| !(c.is_control() || space && c.is_whitespace())),
        );
    }
    if open {
        out.push(MARK_END);
    }
    if end < graphemes.len() {
        out.push('…');
    }
    out
}

/// The text as the index reads it: folded characters with their places.
struct Read {
    chars: Vec<char>,
    /// Where each character begins and ends in the text, in bytes.
    spans: Vec<(usize, usize)>,
}

impl Read {
    fn of(text: &str) -> Read {
        let mut read = Read {
            chars: Vec::new(),
            spans: Vec::new(),
        };
        for (at, c) in text.char_indices() {
            if let Some(folded) = words::fold(c) {
                read.chars.push(folded);
                read.spans.push((at, at + c.len_utf8()));
            }
        }
        read
    }

    /// Whether a word may begin here: behind a gap, another class, or where letters and digits change.
    fn begins(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|b| self.chars[b]) else {
            return true;
        };
        words::class(before) != Class::Word || before.is_numeric() != self.chars[at].is_numeric()
    }

    /// Marks every place of `needle`; words only where a word begins.
    fn mark(&self, needle: &str, word: bool, out: &mut Vec<(usize, usize)>) {
        let needle: Vec<char> = needle.chars().collect();
        if needle.is_empty() {
            return;
        }
        for (at, window) in self.chars.windows(needle.len()).enumerate() {
            if window == needle && (!word || self.begins(at)) {
                out.push((self.spans[at].0, self.spans[at + needle.len() - 1].1));
            }
        }
    }
}

/// The hits in the text, in bytes, in order: whole words when there are any, else pieces of them, else
/// characters that the question spells in pinyin.
fn marks(read: &Read, plan: &Plan) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for chunk in &plan.chunks {
        if let Some(id) = &chunk.id {
            read.mark(id, false, &mut out);
        }
    }
    mark_words(read, plan.words(), &mut out);
    if out.is_empty() {
        mark_words(read, plan.pieces().iter(), &mut out);
    }
    if out.is_empty() && read.chars.len() <= NAME_MAX {
        for word in plan.words() {
            if let Word::Latin(typed) = word {
                mark_spelled(read, typed, &mut out);
            }
        }
    }
    out.sort_unstable();
    out
}

fn mark_words<'a>(read: &Read, words: impl Iterator<Item = &'a Word>, out: &mut Vec<(usize, usize)>) {
    for word in words {
        match word {
            Word::Units(units) => read.mark(units, false, out),
            Word::Latin(word) => {
                let found = out.len();
                read.mark(word, true, out);
                if found == out.len() {
                    crate::words::parts(word)
                        .into_iter()
                        .for_each(|part| read.mark(part, true, out));
                }
            }
        }
    }
}

/// Marks the first row of characters whose full pinyin or initials begin with what was typed.
fn mark_spelled(read: &Read, typed: &str, out: &mut Vec<(usize, usize)>) {
    let readings: Vec<Vec<String>> = read.chars.iter().map(|&c| pinyin::readings(c)).collect();
    for from in 0..readings.len() {
        let full = spelled(&readings[from..], typed, false);
        if let Some(length) = full.or_else(|| spelled(&readings[from..], typed, true)) {
            out.push((read.spans[from].0, read.spans[from + length - 1].1));
            return;
        }
    }
}

/// How many characters `typed` spells from the first on, by initials or in full; the last may be unfinished.
fn spelled(readings: &[Vec<String>], typed: &str, initials: bool) -> Option<usize> {
    let (here, later) = readings.split_first()?;
    here.iter().find_map(|reading| {
        let reading = if initials { reading.get(..1)? } else { reading };
        if reading.starts_with(typed) {
            return Some(1);
        }
        spelled(later, typed.strip_prefix(reading)?, initials).map(|n| n + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::{MARK_END, MARK_START, snippet};

    fn shown(text: &str, ask: &str) -> String {
        snippet(text, ask).replace(MARK_START, "[").replace(MARK_END, "]")
    }

    #[test]
    fn hits_are_marked_in_the_text_as_it_was_written() {
        assert_eq!(
            shown("您好，什么时候能发货呢", "什么时候发货"),
            "您好，[什么时候]能[发货]呢"
        );
        assert_eq!(
            shown("新款ＩＰｈｏｎｅ１５到货", "iphone"),
            "新款[ＩＰｈｏｎｅ]１５到货"
        );
        assert_eq!(shown("张\u{200b}三在吗", "张三"), "[张\u{200b}三]在吗");
    }

    #[test]
    fn a_word_is_marked_where_it_begins() {
        assert_eq!(shown("ok, book okay", "ok"), "[ok], book [ok]ay");
        assert_eq!(shown("尺码175cm", "175"), "尺码[175]cm");
        assert_eq!(shown("昵称 t***8 的订单", "t***8"), "昵称 [t***8] 的订单");
    }

    #[test]
    fn names_are_marked_by_their_pinyin() {
        assert_eq!(shown("张三丰", "zs"), "[张三]丰");
        assert_eq!(shown("张三丰", "zhangs"), "[张三]丰");
        assert_eq!(shown("单田芳", "shant"), "[单田]芳");
    }

    #[test]
    fn a_long_text_is_cut_round_the_first_hit() {
        let text = format!("{}退货{}", "好".repeat(300), "呢".repeat(300));
        let cut = shown(&text, "退货");
        assert!(
            cut.starts_with("…好") && cut.ends_with("呢…") && cut.contains("[退货]"),
            "{cut}"
        );
        assert_eq!(cut.chars().count(), 80 + 2 + 2);
        assert_eq!(shown(&"好".repeat(90), "退货"), format!("{}…", "好".repeat(80)));
    }

    #[test]
    fn pieces_are_marked_when_no_word_is_there() {
        assert_eq!(shown("可以换货吗", "退换货"), "可以[换货]吗");
    }

    #[test]
    fn a_text_cannot_forge_marks_and_stays_on_one_line() {
        assert_eq!(snippet("a\u{1}b\u{2}\n退\0货", "x"), "ab 退货");
        assert_eq!(snippet("", "x"), "");
        assert_eq!(shown("👨‍👩‍👧好", "👩"), "[👨‍👩‍👧]好");
    }
}
