use std::borrow::Cow;

/// What people cannot see at either end of a cell: blanks of all widths, tabs, line ends, marks of direction
/// and width, nulls.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_invisible(c)
}

/// Marks that have no place within a cell either. Joiners (U+200C, U+200D) have one: emoji are made of them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\0' | '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// The cell without its shell (`export-headers`, Q2, Q3): blanks at both ends, `="..."`, one leading
/// apostrophe. An apostrophe says that what follows is text as it stands, so nothing more is taken off then.
/// No word is changed.
pub fn clean(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let plain = |byte: &u8| byte.is_ascii_graphic();
    let shell = matches!(bytes.first(), Some(b'\'' | b'='));
    if raw.is_ascii() && !shell && bytes.last().is_none_or(plain) && bytes.first().is_none_or(plain) {
        return seen(raw);
    }
    let trimmed = raw.trim_matches(is_blank);
    if let Some(literal) = trimmed.strip_prefix('\'') {
        return seen(literal.trim_matches(is_blank));
    }
    let shell = trimmed
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(inner) = shell else {
        return seen(trimmed);
    };
    if inner.contains("\"\"") {
        let single = inner.replace("\"\"", "\"");
        return Cow::Owned(seen(single.trim_matches(is_blank)).into_owned());
    }
    seen(inner.trim_matches(is_blank))
}

/// The text without marks that cannot be seen.
fn seen(text: &str) -> Cow<'_, str> {
    if text.contains(is_invisible) {
        return Cow::Owned(text.replace(is_invisible, ""));
    }
    Cow::Borrowed(text)
}

/// Full-width digits, letters and punctuation as their half-width twins (`export-headers`, Q6): `１２（元），` is
/// `12(元),`. Chinese punctuation that has no twin (。、《》) stays.
pub fn half_width(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| narrow(c) != c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(narrow).collect())
}

fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '￥' => '¥',
        '−' | '–' => '-',
        c => c,
    }
}

/// What headers and words are compared by: half width, without blanks, without case (`export-headers`, Q4, Q6,
/// Q12).
pub fn key(text: &str) -> String {
    letters(&clean(text)).collect()
}

/// Whether [`key`] of `text` is `key`, without making it.
pub(crate) fn is_key(text: &str, key: &str) -> bool {
    letters(&clean(text)).eq(key.chars())
}

fn letters(clean: &str) -> impl Iterator<Item = char> {
    clean
        .chars()
        .filter(|c| !is_blank(*c))
        .map(narrow)
        .flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{clean, half_width, key};

    #[test]
    fn shells_come_off_and_words_stay() {
        for (raw, text) in [
            ("=\"3515310001\"", "3515310001"),
            ("=\"\"", ""),
            ("=\"他说\"\"好\"\"\"", "他说\"好\""),
            ("'13900000000", "13900000000"),
            ("\t6917000001", "6917000001"),
            ("' =\"x\"", "=\"x\""),
            (" \u{3000}收货地址\u{a0}\u{200b} ", "收货地址"),
            ("3515\u{200b}31", "351531"),
            ("一家人👨‍👩‍👧", "一家人👨‍👩‍👧"),
            ("null", "null"),
            ("=1+1", "=1+1"),
            ("'", ""),
            ("=\"", "=\""),
        ] {
            assert_eq!(clean(raw), text, "{raw:?}");
        }
    }

    #[test]
    fn keys_do_not_mind_width_blanks_and_case() {
        assert_eq!(key("商品 ID"), key("商品id"));
        assert_eq!(key("邮费（元）"), key("邮费(元) "));
        assert_eq!(key("手工退款/系统退款"), key("手工退款 ／ 系统退款"));
        assert_ne!(key("备注"), key("备注标签"));
        assert_eq!(half_width("１２３－ＡＢ，￥５。"), "123-AB,¥5。");
    }

    proptest! {
        /// No shell that programs put around a text changes what is read.
        #[test]
        fn what_stands_inside_is_read(text in "[a-zA-Z0-9一-龥]{1,12}", around in "[ \t\u{3000}\u{a0}\r\n]{0,4}") {
            for raw in [
                text.clone(),
                format!("{around}{text}{around}"),
                format!("=\"{text}\""),
                format!("=\"{around}{text}\""),
                format!("'{text}{around}"),
                format!("{around}'{text}"),
            ] {
                prop_assert_eq!(clean(&raw), text.as_str());
            }
        }

        #[test]
        fn cleaning_never_panics_and_keys_are_stable(raw in any::<String>()) {
            let _ = clean(&raw);
            let once = key(&raw);
            if !once.starts_with(['\'', '=']) {
                prop_assert_eq!(key(&once), once);
            }
        }
    }
}
