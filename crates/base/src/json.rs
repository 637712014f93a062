use std::borrow::Cow;

/// A half of a surrogate pair is written as six characters: `\ud83d`.
const LONG: usize = 6;

/// JSON as browsers write it, made readable: a half of a surrogate pair (half of an emoji that a program cut in the
/// middle) is a text to JavaScript and none to anybody else. Each becomes U+FFFD, the mark of what could not be
/// read, and the rest of the text stays. Nothing is copied where there is none.
pub fn whole_json(json: &str) -> Cow<'_, str> {
    let bytes = json.as_bytes();
    let mut made = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(next) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| *byte == b'\\'))
    {
        at += next;
        match (unit(bytes, at), unit(bytes, at + LONG)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 2 * LONG,
            (Some(0xd800..=0xdfff), _) => {
                made.push_str(&json[kept..at]);
                made.push_str(r"\ufffd");
                at += LONG;
                kept = at;
            }
            // what is escaped goes with its backslash, so that `\\u` is not taken for the beginning of a unit
            _ => at += 2,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(json);
    }
    made.push_str(&json[kept..]);
    Cow::Owned(made)
}

/// The UTF-16 unit that is written at `at`.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let hex = bytes.get(at..at + LONG)?.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_alone_are_replaced() {
        for (written, read) in [
            (r#""在吗\ud83d""#, "在吗\u{fffd}"),
            (r#""\ude00\ud83d\ude00\ud83d好""#, "\u{fffd}😀\u{fffd}好"),
            (r#""\uD83D\uD83D\uDE00""#, "\u{fffd}😀"),
            (r#""\\ud83d \"\\\ud83d""#, "\\ud83d \"\\\u{fffd}"),
        ] {
            let whole = whole_json(written);
            assert_eq!(serde_json::from_str::<String>(&whole).expect(written), read);
        }
    }

    #[test]
    fn what_is_whole_is_not_copied() {
        for written in [
            r#"{"text":"\ud83d\ude00 \\ud83d \n"}"#,
            "",
            "\\",
            r"\u",
            r"\ud8",
            "\\好",
        ] {
            assert!(matches!(whole_json(written), Cow::Borrowed(same) if same == written));
        }
    }

    proptest! {
        /// Any units, as JavaScript writes them: read as JavaScript shows them.
        #[test]
        fn any_units_are_read(units in proptest::collection::vec(prop_oneof![0xd700_u16..=0xe000, any::<u16>()], 0..20)) {
            let written: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let read: String = serde_json::from_str(&whole_json(&format!("\"{written}\""))).expect("JSON");
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }

        /// Whatever it is, nothing breaks, and what was JSON says the same.
        #[test]
        fn anything_goes_through(text in ".{0,40}") {
            let json = serde_json::to_string(&text).expect("JSON");
            prop_assert_eq!(whole_json(&json), json.as_str());
            whole_json(&text);
        }
    }
}
