//! Numbers one can be reached at: phones, hotlines, QQ and WeChat accounts, also in disguise.

use super::checker::{Found, Look};
use super::folded::{Folded, Span};
use super::lexicon::Term;
use super::rule::Rule;

/// A row of digits with what may part them.
struct Run {
    span: Span,
    digits: String,
    /// Lengths of the parts between the separators.
    parts: Vec<usize>,
    /// Whether only one kind of separator parts them.
    even: bool,
    /// Whether it is a number to anybody; else a few Chinese numerals in a row, which may be words.
    clear: bool,
}

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    let own = look.reply.buyer.map(digits_of).unwrap_or_default();
    for run in runs(look.plain) {
        let Some(hint) = reached_at(look, &run) else {
            continue;
        };
        // Reading back what the buyer wrote tells nothing new.
        if own.iter().any(|own| own.contains(&run.digits)) {
            continue;
        }
        found.push(Found::new(Rule::Contact, hint, run.span));
    }
    found.extend(accounts(look));
}

/// What can be reached at a number, if anything.
fn reached_at(look: &Look<'_>, run: &Run) -> Option<&'static str> {
    let lists = look.lexicon.lists;
    let (text, digits) = (look.plain, run.digits.as_str());
    let near = |term: Term, reach: u32| {
        let from = run.span.from.saturating_sub(reach);
        let before = look.words.within(term, from, run.span.from).iter();
        before.into_iter().any(|word| word.to <= run.span.from)
    };
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let mobile = digits
        .strip_prefix("86")
        .filter(|rest| rest.len() == 11)
        .unwrap_or(digits);
    let mobile = mobile.len() == 11 && mobile.starts_with('1') && !matches!(&mobile[1..2], "0" | "1" | "2");
    if near(lists.wechat_letters, 2) && mobile {
        return Some("contact_wechat");
    }
    if near(lists.wechat, 8) && (5..=12).contains(&digits.len()) {
        return Some("contact_wechat");
    }
    if near(lists.qq, 8) && (5..=12).contains(&digits.len()) {
        return Some("contact_qq");
    }
    if !run.clear {
        return None;
    }
    // Part of a parcel's number, a bar code, a model.
    if letter(text.before(run.span.from)) || letter(text.at(run.span.to)) || is_yours(look, run.span) {
        return None;
    }
    let told = near(lists.phone, 10);
    if near(lists.parcel, 8) && !told {
        return None;
    }
    let grouped = run.even || run.parts == [3, 4, 4];
    let service = digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"));
    let landline = (10..=12).contains(&digits.len())
        && digits.starts_with('0')
        && !digits.starts_with("00")
        && run.parts.len() <= 2
        && (run.parts.len() == 2 || told);
    // 95xxx of banks and couriers, 10xxx and 1xxxx of carriers and authorities, numbers without their city's.
    let hotline = digits.starts_with('9') || digits.len() >= 7;
    let five = digits.len() == 5 && ["10", "11", "12"].iter().any(|from| digits.starts_with(from));
    let short = told && (5..=9).contains(&digits.len()) && run.parts.len() <= 2 && (hotline || five);
    let abroad =
        told && run.parts.len() >= 3 && run.parts.ends_with(&[3, 4]) && (10..=11).contains(&digits.len());
    let is_phone = grouped && mobile
        || abroad
        || service && (told || matches!(run.parts.len(), 1 | 3) || run.parts == [3, 7])
        || landline
        || short;
    is_phone.then_some("contact_phone")
}

/// Whether it is read to the buyer as their own: 请问138...是您的手机号吗.
pub(super) fn is_yours(look: &Look<'_>, at: Span) -> bool {
    const REACH: u32 = 12;
    let yours = look.lexicon.lists.yours;
    let from = at.from.saturating_sub(REACH);
    !look.words.within(yours, from, at.to + REACH).is_empty()
}

/// WeChat and QQ accounts made of letters: 微信号: abc_123.
fn accounts(look: &Look<'_>) -> Option<Found> {
    let lists = look.lexicon.lists;
    let text = look.plain;
    let named = look.words.of(lists.wechat).iter().chain(look.words.of(lists.qq));
    let short = look.words.of(lists.wechat_letters).iter();
    for (word, is_short) in named
        .map(|word| (word, false))
        .chain(short.map(|word| (word, true)))
    {
        let mut at = word.to;
        let end = (at + 5).min(text.len());
        while at < end && !text.at(at).is_some_and(|c| c.is_ascii_alphabetic()) {
            at += 1;
        }
        let from = at;
        while text
            .at(at)
            .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        {
            at += 1;
        }
        let account = &text.chars[from as usize..at as usize];
        // Two letters may be part of a model's name; an account stands apart and has a number in it.
        let between = &text.chars[word.to as usize..from as usize];
        let apart = !between.is_empty() && !between.iter().any(char::is_ascii_alphanumeric);
        let fits = !is_short || apart && at - from >= 6 && account.iter().any(char::is_ascii_digit);
        if at - from >= 5 && fits {
            return Some(Found::new(
                Rule::Contact,
                "contact_wechat",
                Span {
                    from: word.from,
                    to: at,
                },
            ));
        }
    }
    None
}

/// The digits of a character; also as written in Chinese, which hides a number from a filter.
fn digit(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => c,
        '零' | '〇' | '洞' => '0',
        '一' | '幺' | '壹' => '1',
        '二' | '贰' | '两' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' | '拐' => '7',
        '八' | '捌' => '8',
        '九' | '玖' | '勾' => '9',
        _ => return None,
    })
}

/// Rows of at least five digits; at most two separators stand between two of them.
fn runs(text: &Folded) -> Vec<Run> {
    const APART: usize = 2;
    /// Digits between two commas in a number taken apart.
    const PART: usize = 4;
    let chars = &text.chars;
    let mut runs = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if digit(chars[at]).is_none() {
            at += 1;
            continue;
        }
        let from = at;
        let (mut digits, mut parts, mut marks) = (String::new(), vec![0], Vec::new());
        let mut to = at;
        while at < chars.len() {
            if let Some(digit) = digit(chars[at]) {
                if at > to && !digits.is_empty() {
                    marks.push(chars[to..at].to_vec());
                    parts.push(0);
                }
                digits.push(digit);
                if let Some(last) = parts.last_mut() {
                    *last += 1;
                }
                at += 1;
                to = at;
            } else if matches!(chars[at], ',' | '、') && parts.last().is_some_and(|part| *part > PART) {
                // Two numbers, and not one taken apart.
                break;
            } else if at - to < APART
                && matches!(
                    chars[at],
                    ' ' | '-' | '.' | '·' | '_' | '*' | '~' | '/' | '|' | '(' | ')' | '—' | '–' | ',' | '、'
                )
            {
                at += 1;
            } else {
                break;
            }
        }
        let written = chars[from..to].iter().filter(|c| c.is_ascii_digit()).count();
        // A few Chinese numerals in a row are words: 一二三四五.
        let clear = written >= 3 || digits.len() >= 11;
        if digits.len() >= 5 && (clear || digits.len() >= 6) {
            marks.dedup();
            // Commas part the items of a list: sizes, prices.
            let listed = marks.iter().flatten().any(|c| matches!(c, ',' | '、'));
            let ones = parts.iter().all(|part| *part == 1);
            runs.push(Run {
                span: Span {
                    from: from as u32,
                    to: to as u32,
                },
                digits,
                parts,
                even: marks.len() <= 1 && (!listed || ones),
                clear,
            });
        }
        at = at.max(to + 1);
    }
    runs
}

/// The rows of digits a text holds.
fn digits_of(text: &str) -> Vec<String> {
    runs(&Folded::of(text))
        .into_iter()
        .map(|run| run.digits)
        .collect()
}
