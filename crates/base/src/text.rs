use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::Problem;

/// Text a person wrote, made safe to keep: null bytes and control characters other than line ends
/// and tabs are dropped (PostgreSQL cannot store null bytes), line ends become `\n`, the ends are
/// trimmed. Everything else (emoji, RTL and zero-width marks, markup) stays as it is: it is shown
/// as text, never as markup.
///
/// Refuses a text of which nothing can be seen with `text_empty` and one of more than `limit` characters with
/// `text_too_long` (with `limit` and `length`), both naming `field`.
pub fn clean_text(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    let clean = scrub(text, true);
    let trimmed = clean.trim();
    if trimmed.chars().all(is_unseen) {
        return Err(Problem::input(field, "text_empty", "Write something first."));
    }
    let length = trimmed.chars().count();
    if length > limit {
        let detail = format!("At most {limit} characters; this has {length}. Split it.");
        return Err(Problem::input(field, "text_too_long", detail)
            .with("limit", limit)
            .with("length", length));
    }
    Ok(trimmed.to_owned())
}

/// Like [`clean_text`] for a single line (names, titles): line ends become spaces, and marks that make two names
/// look alike or turn what stands beside them around are dropped.
pub fn clean_line(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    let mut line = scrub(text, false);
    if line.contains(deceives) {
        line = Cow::Owned(line.replace(deceives, ""));
    }
    clean_text(field, &line, limit)
}

/// Blanks, and what is there without being seen: joiners, marks of direction, fillers, selectors, tags.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || deceives(c)
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200c}'..='\u{200f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Zero-width blanks and orders of direction. Joiners are none of them: emoji and some scripts are made of those.
fn deceives(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn scrub(text: &str, lines: bool) -> Cow<'_, str> {
    // Of most texts nothing is taken: they have no control characters, the two-byte ones among which begin so.
    if !text
        .bytes()
        .any(|byte| byte < b' ' || byte == 0x7f || byte == 0xc2)
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push(if lines { '\n' } else { ' ' });
                }
            }
            '\n' | '\t' => out.push(if lines { c } else { ' ' }),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A seller's account on a platform as it is kept: `shop:sub` with a narrow colon and no blanks around, or the main
/// account alone.
pub fn account_name(name: &str) -> String {
    let name = name.trim().replace('：', ":");
    match name.split_once(':') {
        Some((shop, sub)) => format!("{}:{}", shop.trim(), sub.trim()),
        None => name,
    }
}

/// The first `graphemes` visible characters on one line, for lists.
pub fn snippet(text: &str, graphemes: usize) -> String {
    // Most texts are short; only a long one pays for grapheme segmentation.
    if text.len() <= graphemes && !text.contains('\n') {
        return text.to_owned();
    }
    let mut out = String::new();
    for (i, grapheme) in text.graphemes(true).enumerate() {
        if i == graphemes {
            out.push('…');
            break;
        }
        out.push_str(if grapheme.contains('\n') { " " } else { grapheme });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{clean_line, clean_text, snippet};

    #[test]
    fn hostile_text_is_kept_as_text_without_control_characters() {
        assert_eq!(
            clean_text("text", "\0a\u{7}b\r\nc\u{202e}d\u{200b}<b>", 99).as_deref(),
            Ok("ab\nc\u{202e}d\u{200b}<b>")
        );
        assert_eq!(clean_line("name", "a\nb", 9).as_deref(), Ok("a b"));
    }

    #[test]
    fn what_cannot_be_seen_is_no_text_and_turns_no_name_around() {
        for nothing in [
            "\u{200b}",
            " \u{feff}\u{2060} ",
            "\u{202e}\u{200d}\u{fe0f}",
            "\u{3164}",
        ] {
            let empty = |text: Result<String, crate::Problem>| text.map_err(|p| p.code.to_string());
            assert_eq!(
                empty(clean_text("text", nothing, 9)),
                Err("text_empty".into()),
                "{nothing:?}"
            );
            assert_eq!(
                empty(clean_line("name", nothing, 9)),
                Err("text_empty".into()),
                "{nothing:?}"
            );
        }
        assert_eq!(
            clean_line("name", "熟\u{200b}客\u{202e}", 9).as_deref(),
            Ok("熟客")
        );
        assert_eq!(clean_line("name", "👨‍👩‍👧", 9).as_deref(), Ok("👨‍👩‍👧"));
    }

    #[test]
    fn empty_and_long_texts_are_refused_by_name() {
        assert_eq!(
            clean_text("text", " \0 ", 9).map_err(|p| p.code.to_string()),
            Err("text_empty".into())
        );
        let long = clean_text("text", &"好".repeat(10), 9).expect_err("too long");
        assert_eq!(
            (long.code.as_ref(), long.field.as_deref()),
            ("text_too_long", Some("text"))
        );
    }

    #[test]
    fn a_snippet_never_cuts_a_visible_character() {
        assert_eq!(snippet("👨‍👩‍👧‍👦👨‍👩‍👧‍👦a", 1), "👨‍👩‍👧‍👦…");
        assert_eq!(snippet("一\n二", 9), "一 二");
    }
}
