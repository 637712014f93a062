//! How much a promise gives away, and whether the agent may.

use base::Fen;
use serde_json::{Map, Value, json};

use super::checker::word;
use super::folded::{Folded, Span};
use super::rule::Limit;

/// What the sentence of a promise speaks of; `None` when the agent may promise so much.
pub(super) fn beyond(hint: &str, text: &Folded, span: Span, limit: Limit) -> Option<Map<String, Value>> {
    let mut params = word(text, span);
    match hint {
        // 给您打85折 begins like 给您打5块: what is told in tenths is a discount.
        "promise_money"
            if percent_off(text, further(text, span)).is_some_and(|off| off <= limit.discount) =>
        {
            return None;
        }
        "promise_money" => {
            let fen = yuan_near(text, span).map(|yuan| yuan * 100);
            if fen.is_some_and(|fen| fen <= limit.give.0) {
                return None;
            }
            params.insert("fen".to_owned(), json!(fen));
            params.insert("most_fen".to_owned(), json!(limit.give));
        }
        "promise_discount" => {
            let percent = percent_off(text, span);
            if percent.is_some_and(|percent| percent <= limit.discount) {
                return None;
            }
            params.insert("percent".to_owned(), json!(percent));
            params.insert("most_percent".to_owned(), json!(limit.discount));
        }
        _ => {}
    }
    Some(params)
}

/// The yuan named in a span or a few characters behind it: `返5元`, `补十块`, also without the unit (`赔您1000`).
fn yuan_near(text: &Folded, span: Span) -> Option<i64> {
    const BEHIND: u32 = 4;
    let end = (span.to + BEHIND).min(text.len());
    let chars = &text.chars[span.from as usize..end as usize];
    let unit = chars
        .iter()
        .position(|c| matches!(c, '元' | '块'))
        .unwrap_or_else(|| {
            let last = chars.iter().rposition(|c| numeral(*c).is_some());
            // 一点 and 两件 are no sums.
            let counts = |at: usize| chars.get(at + 1).is_some_and(|c| "点些个件份张次天".contains(*c));
            last.filter(|last| !counts(*last)).map_or(0, |last| last + 1)
        });
    let begin = chars[..unit]
        .iter()
        .rposition(|c| numeral(*c).is_none())
        .map_or(0, |i| i + 1);
    whole_number(&chars[begin..unit])
}

/// A span with the 折 that may stand right behind its last digits.
fn further(text: &Folded, span: Span) -> Span {
    Span {
        to: (span.to + 2).min(text.len()),
        ..span
    }
}

/// What `X折` takes off, in percent: 8折 is 20, 85折 and 八五折 are 15.
fn percent_off(text: &Folded, span: Span) -> Option<i64> {
    let chars = &text.chars[span.from as usize..span.to as usize];
    let unit = chars.iter().rposition(|c| *c == '折')?;
    let begin = chars[..unit]
        .iter()
        .rposition(|c| numeral(*c).is_none() && *c != '.')
        .map_or(0, |i| i + 1);
    let digits: Vec<i64> = chars[begin..unit].iter().filter_map(|c| numeral(*c)).collect();
    match digits[..] {
        [tenths @ 1..=9] => Some(100 - tenths * 10),
        [tenths @ 1..=9, hundredths] => Some(100 - tenths * 10 - hundredths),
        _ => None,
    }
}

/// The value of a digit, also of a Chinese one, and of 十, 百, 千 and 万.
fn numeral(c: char) -> Option<i64> {
    match c {
        '0'..='9' => Some(i64::from(c as u32 - '0' as u32)),
        '零' | '〇' => Some(0),
        '一' | '壹' => Some(1),
        '二' | '两' | '贰' => Some(2),
        '三' | '叁' => Some(3),
        '四' | '肆' => Some(4),
        '五' | '伍' => Some(5),
        '六' | '陆' => Some(6),
        '七' | '柒' => Some(7),
        '八' | '捌' => Some(8),
        '九' | '玖' => Some(9),
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1_000),
        '万' => Some(10_000),
        _ => None,
    }
}

/// A whole number of at most six characters: `5`, `120`, `五`, `十`, `十五`, `二十五`, `三百`, `一千二百`.
fn whole_number(chars: &[char]) -> Option<i64> {
    if chars.is_empty() || chars.len() > 6 {
        return None;
    }
    let mut total = 0;
    let mut digit = None;
    for c in chars {
        match numeral(*c)? {
            10_000 => total = (total + digit.take().unwrap_or(i64::from(total == 0))) * 10_000,
            unit @ (10 | 100 | 1_000) => total += digit.take().unwrap_or(1) * unit,
            value => digit = Some(digit.unwrap_or(0) * 10 + value),
        }
    }
    Some(total + digit.unwrap_or(0))
}

/// Most an agent may be allowed to give, so that a slip of the keyboard opens no floodgate: 100,000 yuan.
pub(super) const MOST_YUAN: i64 = 100_000;

/// Yuan of a setting, in fen.
pub(super) fn fen(yuan: i64) -> Fen {
    Fen(yuan.clamp(0, MOST_YUAN) * 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(text: &str) -> Option<i64> {
        let text = Folded::of(text);
        yuan_near(&text, text.all())
    }

    #[test]
    fn amounts_are_read_in_digits_and_in_chinese() {
        for (text, expected) in [
            ("返您5元", Some(5)),
            ("补您１２块", Some(12)),
            ("赔您十块", Some(10)),
            ("赔您十五元", Some(15)),
            ("赔您二十五元", Some(25)),
            ("赔您一点", None),
            ("赔您三百", Some(300)),
            ("补您1000", Some(1000)),
            ("补您一千二百元", Some(1200)),
            ("赔您两万", Some(20_000)),
            ("赔您差价", None),
            ("赔您1234567元", None),
        ] {
            assert_eq!(yuan(text), expected, "{text}");
        }
    }

    #[test]
    fn a_discount_is_what_it_takes_off() {
        for (text, expected) in [
            ("给您打8折", Some(20)),
            ("给您85折", Some(15)),
            ("给您八五折", Some(15)),
            ("给您9.5折", Some(5)),
            ("给您打折", None),
        ] {
            let text = Folded::of(text);
            assert_eq!(percent_off(&text, text.all()), expected);
        }
    }
}
