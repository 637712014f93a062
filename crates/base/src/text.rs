use unicode_segmentation::UnicodeSegmentation;

use crate::Problem;

/// Text a person wrote, made safe to keep: null bytes and control characters other than line ends
/// and tabs are dropped (PostgreSQL cannot store null bytes), line ends become `\n`, the ends are
/// trimmed. Everything else (emoji, RTL and zero-width marks, markup) stays as it is: it is shown
/// as text, never as markup.
///
/// Refuses an empty text with `text_empty` and one of more than `limit` characters with
/// `text_too_long` (with `limit` and `length`), both naming `field`.
pub fn clean_text(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    let clean = scrub(text, true);
    let trimmed = clean.trim();
    if trimmed.is_empty() {
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

/// Like [`clean_text`] for a single line (names, titles): line ends become spaces.
pub fn clean_line(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    clean_text(field, &scrub(text, false), limit)
}

fn scrub(text: &str, lines: bool) -> String {
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
    out
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
