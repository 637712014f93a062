use super::clean::{half_width, is_blank};
use super::words::text;
use crate::fault::Flaw;

/// Characters of a number or code.
const LONGEST: usize = 128;

/// A number that names something (order, refund, parcel): half width, no blanks within (`export-headers`, Q11).
///
/// Refuses with `id_lost` what a spreadsheet has turned into scientific notation: its digits are gone, and a
/// rounded number would name somebody else's order (Q7). `12E10`, with neither point nor sign, may be a code
/// and is one.
pub fn id(raw: &str) -> Result<Option<String>, Flaw> {
    let Some(code) = code(raw)? else {
        return Ok(None);
    };
    if is_simple(&code) {
        return Ok(Some(code));
    }
    let whole = match code.strip_suffix(".0") {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        _ => &code,
    };
    let id: String = whole.chars().filter(|c| !is_blank(*c)).collect();
    Ok((!id.is_empty()).then_some(id))
}

/// A code that a shop has made up itself (merchant code, style): like [`id`], with blanks within kept.
pub fn code(raw: &str) -> Result<Option<String>, Flaw> {
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    if is_simple(&text) {
        return Ok(Some(text.into_owned()));
    }
    let code = half_width(&text);
    let code = code.trim_matches(is_blank);
    if is_rounded(code) {
        return Err(Flaw::new("id_lost").seen(code));
    }
    if code.chars().count() > LONGEST {
        return Err(Flaw::new("id_too_long").with("limit", LONGEST));
    }
    Ok((!code.is_empty()).then(|| code.to_owned()))
}

/// Digits, letters and dashes of half width, without the one that a rounded number has: nothing is to be done to it.
fn is_simple(code: &str) -> bool {
    let simple = |byte: u8| (byte.is_ascii_alphanumeric() && !matches!(byte, b'E' | b'e')) || byte == b'-';
    code.len() <= LONGEST && code.bytes().all(simple)
}

/// `3.51531E+16`, `3E+16`, `3.5e16`.
fn is_rounded(code: &str) -> bool {
    let Some((digits, power)) = code.split_once(['E', 'e']) else {
        return false;
    };
    let (signed, power) = match power.strip_prefix('+') {
        Some(power) => (true, power),
        None => (false, power),
    };
    let (whole, point) = match digits.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (digits, None),
    };
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && point.is_none_or(all) && all(power) && power.len() <= 3 && (signed || point.is_some())
}

#[cfg(test)]
mod tests {
    use super::{code, id};

    #[test]
    fn numbers_are_the_same_however_they_were_kept() {
        for raw in [
            "=\"351531000123\"",
            "'351531000123",
            "\t351531000123",
            "351531000123.0",
            " 3515 3100\u{3000}0123 ",
            "３５１５３１０００１２３",
            "3515\u{200b}31000123",
        ] {
            assert_eq!(id(raw), Ok(Some("351531000123".into())), "{raw:?}");
        }
        assert_eq!(id("--"), Ok(None));
        assert_eq!(code("AB 12 "), Ok(Some("AB 12".into())));
        assert_eq!(
            id("200101-123456789012345"),
            Ok(Some("200101-123456789012345".into()))
        );
    }

    #[test]
    fn a_rounded_number_is_refused_and_a_code_that_looks_like_one_is_not() {
        for lost in [
            "3.51531E+16",
            "3E+16",
            "3.5e17",
            "=\"3.51531E+16\"",
            "３．５１Ｅ＋１６",
        ] {
            assert_eq!(id(lost).map_err(|flaw| flaw.code), Err("id_lost"), "{lost}");
        }
        for kept in ["12E10", "E+16", "3.5E", "SE+1", "1E2345"] {
            assert_eq!(id(kept), Ok(Some(kept.into())));
        }
        let long = "9".repeat(200);
        assert_eq!(id(&long).map_err(|flaw| flaw.code), Err("id_too_long"));
    }
}
