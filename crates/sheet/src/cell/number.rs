use std::borrow::Cow;

use base::Fen;

use super::clean::half_width;
use super::words::text;
use crate::fault::Flaw;

/// Words around an amount that say no more than that it is one.
const BEFORE: [&str; 6] = ["¥", "人民币", "CNY", "RMB", "cny", "rmb"];
const AFTER: [&str; 6] = ["元", "圆", "CNY", "RMB", "cny", "rmb"];
/// Words after a number of things.
const UNITS: [&str; 18] = [
    "件", "个", "条", "只", "人", "次", "笔", "盒", "包", "瓶", "双", "套", "张", "本", "份", "天", "箱",
    "袋",
];

/// An amount of yuan, exactly: `￥1,234.50`, `1234.5元`, `0元`, `1.2万元`. Refuses with `number_negative` one below
/// nothing, with `number_too_fine` a part of a fen, with `number_bad` what is no amount.
pub fn money(raw: &str) -> Result<Option<Fen>, Flaw> {
    if let Some(fen) = simple(raw, 2) {
        return Ok(Some(Fen(fen)));
    }
    let amount = signed_money(raw)?;
    match amount {
        Some(Fen(fen)) if fen < 0 => Err(Flaw::new("number_negative").seen(raw)),
        amount => Ok(amount),
    }
}

/// Like [`money`], below nothing too: `-5`, `(5.00)`.
pub fn signed_money(raw: &str) -> Result<Option<Fen>, Flaw> {
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    let text = half_width(&text);
    let (negative, amount) = sign(&text);
    let amount = before(amount);
    let (again, amount) = sign(amount);
    if negative && again {
        return Err(Flaw::new("number_bad").seen(raw));
    }
    scaled(after(amount, &AFTER), 2)
        .map(|fen| Some(Fen(if negative || again { -fen } else { fen })))
        .map_err(|code| Flaw::new(code).seen(raw))
}

/// A number of things: `3`, `3.0`, `1,200`, `3件`. Refuses a negative one with `number_negative`.
pub fn count(raw: &str) -> Result<Option<i64>, Flaw> {
    if let Some(count) = simple(raw, 0) {
        return Ok(Some(count));
    }
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    let text = half_width(&text);
    let (negative, number) = sign(&text);
    match scaled(after(number, &UNITS), 0) {
        Ok(count) if negative && count != 0 => Err(Flaw::new("number_negative").seen(raw)),
        Ok(count) => Ok(Some(count)),
        Err(code) => Err(Flaw::new(code).seen(raw)),
    }
}

/// A number times ten to the `places`, exactly: weights in grams are `decimal(kg, 3)`. May be negative.
pub fn decimal(raw: &str, places: u32) -> Result<Option<i64>, Flaw> {
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    let text = half_width(&text);
    let (negative, number) = sign(&text);
    scaled(number, places)
        .map(|number| Some(if negative { -number } else { number }))
        .map_err(|code| Flaw::new(code).seen(raw))
}

/// A share in hundredths of a percent: `12.5%` and `0.125` are 1250. Refuses with `percent_unclear` a number
/// above 1 without the sign.
pub fn percent(raw: &str) -> Result<Option<i64>, Flaw> {
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    let text = half_width(&text);
    let bad = |code| Flaw::new(code).seen(raw);
    let (negative, number) = sign(&text);
    let share = match number.strip_suffix('%') {
        Some(number) => rounded(number, 2).map_err(bad)?,
        None => {
            let share = rounded(number, 4).map_err(bad)?;
            if share > 10_000 {
                return Err(bad("percent_unclear"));
            }
            share
        }
    };
    Ok(Some(if negative { -share } else { share }))
}

/// `12`, `12.5` and `12.50` times ten to the `places`, as nearly all numbers are written; `None` for any other way, and
/// for what is no number.
fn simple(raw: &str, places: u32) -> Option<i64> {
    let (whole, part) = raw.split_once('.').unwrap_or((raw, "0"));
    let digits =
        |text: &str| (1..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let (part, kept) = match (raw.len() == whole.len(), part.len()) {
        (true, _) => (0, 0),
        (false, kept) if kept <= places as usize => (part.parse::<i64>().ok()?, kept as u32),
        _ => return None,
    };
    let scale = 10_i64.pow(places);
    Some(whole.parse::<i64>().ok()? * scale + part * 10_i64.pow(places - kept))
}

fn sign(text: &str) -> (bool, &str) {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return (true, inner.trim());
    }
    match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text).trim_start()),
    }
}

fn before(text: &str) -> &str {
    let found = BEFORE.iter().find_map(|word| text.strip_prefix(word));
    found.unwrap_or(text).trim()
}

fn after<'a>(text: &'a str, words: &[&str]) -> &'a str {
    let found = words.iter().find_map(|word| text.strip_suffix(word));
    found.unwrap_or(text).trim()
}

/// A share may have more digits than are kept: 0.33333 is a third.
fn rounded(number: &str, places: u32) -> Result<i64, &'static str> {
    let cut = number
        .split_once('.')
        .filter(|(_, part)| part.len() > places as usize + 1);
    let Some((whole, part)) = cut else {
        return scaled(number, places + 1).map(|fine| (fine + 5) / 10);
    };
    let (kept, rest) = part.split_at_checked(places as usize + 1).ok_or("number_bad")?;
    if !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("number_bad");
    }
    scaled(&format!("{whole}.{kept}"), places + 1).map(|fine| (fine + 5) / 10)
}

/// An unsigned number times ten to the `places`. Digits beyond must be zeros; commas must part thousands.
fn scaled(number: &str, places: u32) -> Result<i64, &'static str> {
    let (number, power) = match number.strip_suffix('万') {
        Some(number) => (number.trim_end(), 4),
        None => (number, 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole = grouped(whole).ok_or("number_bad")?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(&whole) || !digits(part) {
        return Err("number_bad");
    }
    let places = places as usize + power;
    let (kept, beyond) = part.split_at(part.len().min(places));
    if beyond.bytes().any(|byte| byte != b'0') {
        return Err("number_too_fine");
    }
    let mut value = 0_i64;
    let zeros = places - kept.len();
    for digit in whole
        .bytes()
        .chain(kept.bytes())
        .chain(std::iter::repeat_n(b'0', zeros))
    {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(digit - b'0')))
            .ok_or("number_too_large")?;
    }
    Ok(value)
}

/// Without the commas, if they part thousands: `12,34` is something else.
fn grouped(whole: &str) -> Option<Cow<'_, str>> {
    if !whole.contains(',') {
        return Some(Cow::Borrowed(whole));
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let even = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    even.then(|| Cow::Owned(whole.replace(',', "")))
}

#[cfg(test)]
mod tests {
    use base::Fen;
    use proptest::prelude::*;

    use super::{count, decimal, money, percent, signed_money};

    #[test]
    fn amounts_are_exact_in_every_dress() {
        for (raw, fen) in [
            ("￥1,234.50", 123_450),
            ("1234.5元", 123_450),
            ("¥ 0.1", 10),
            ("0元", 0),
            ("１，２３４．５０", 123_450),
            ("=\"12.30\"", 1230),
            ("12.5000", 1250),
            (".5", 50),
            ("1.2万元", 1_200_000),
            ("RMB 8", 800),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(money(raw), Ok(Some(Fen(fen))), "{raw}");
        }
        for empty in ["", "null", "--", " "] {
            assert_eq!(money(empty), Ok(None));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_by_name() {
        for (raw, code) in [
            ("-5.00", "number_negative"),
            ("(5.00)", "number_negative"),
            ("12.345", "number_too_fine"),
            ("12,34", "number_bad"),
            ("1e3", "number_bad"),
            ("元", "number_bad"),
            (".", "number_bad"),
            ("--5", "number_bad"),
            ("无退款申请", "number_bad"),
            ("92233720368547758.08", "number_too_large"),
        ] {
            assert_eq!(money(raw).map_err(|flaw| flaw.code), Err(code), "{raw}");
        }
        assert_eq!(signed_money("-￥5"), Ok(Some(Fen(-500))));
        assert_eq!(signed_money("¥-5.00"), Ok(Some(Fen(-500))));
    }

    #[test]
    fn counts_decimals_and_shares() {
        assert_eq!(count("3件"), Ok(Some(3)));
        assert_eq!(count("3.0"), Ok(Some(3)));
        assert_eq!(count("1,200"), Ok(Some(1200)));
        assert_eq!(count("3.5").map_err(|flaw| flaw.code), Err("number_too_fine"));
        assert_eq!(count("-1").map_err(|flaw| flaw.code), Err("number_negative"));
        assert_eq!(decimal("-1.25", 3), Ok(Some(-1250)));
        assert_eq!(percent("12.5%"), Ok(Some(1250)));
        assert_eq!(percent("0.33333"), Ok(Some(3333)));
        assert_eq!(percent("66.6666%"), Ok(Some(6667)));
        assert_eq!(percent("1"), Ok(Some(10_000)));
        assert_eq!(percent("12.5").map_err(|flaw| flaw.code), Err("percent_unclear"));
        assert_eq!(percent("1.é99999%").map_err(|flaw| flaw.code), Err("number_bad"));
    }

    proptest! {
        #[test]
        fn an_amount_comes_back_from_every_way_to_write_it(fen in -1_000_000_000_000_i64..1_000_000_000_000) {
            let plain = format!("{}{}.{:02}", if fen < 0 { "-" } else { "" }, fen.abs() / 100, fen.abs() % 100);
            let shown = Fen(fen).to_string();
            for raw in [plain.clone(), shown, format!("{plain}元"), format!(" {plain} "), format!("=\"{plain}\"")] {
                prop_assert_eq!(signed_money(&raw), Ok(Some(Fen(fen))), "{}", raw);
            }
        }

        #[test]
        fn nothing_panics(raw in any::<String>()) {
            let _ = (money(&raw), count(&raw), decimal(&raw, 4), percent(&raw));
        }
    }
}
