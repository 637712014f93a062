use base::{Ms, Problem, clean_line, clean_text};

use crate::bounds;
use search::words::{Class, class, fold};

/// Characters of a text that is sent, the same as of a message.
pub(crate) const TEXT_MAX: usize = 5_000;
/// Characters of a title or question.
pub(crate) const TITLE_MAX: usize = 200;

/// A line that may be empty.
pub(crate) fn line(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        clean_line(field, text, limit)
    }
}

/// A text of several lines that may be empty.
pub(crate) fn text(field: &'static str, text: &str, limit: usize) -> Result<String, Problem> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        clean_text(field, text, limit)
    }
}

/// A category: a short word, one of those that ship or of one's own, or empty.
pub(crate) fn category(text: &str) -> Result<String, Problem> {
    line("category", text, 30)
}

/// Refuses a time that ends before it begins, and moments before 2000 or after 2100.
pub(crate) fn valid(from: Option<Ms>, until: Option<Ms>) -> Result<(), Problem> {
    for (field, at) in [("valid_from", from), ("valid_until", until)] {
        if let Some(at) = at {
            bounds::moment(field, at)?;
        }
    }
    match (from, until) {
        (Some(from), Some(until)) if until <= from => Err(Problem::input(
            "valid_until",
            "valid_range",
            "It must end after it begins.",
        )),
        _ => Ok(()),
    }
}

/// A moment to the second, as files have it.
pub(crate) fn second(at: Option<Ms>) -> Option<Ms> {
    at.map(|at| Ms(at.0.div_euclid(1_000) * 1_000))
}

/// Whether something is good at `now`.
pub(crate) fn is_valid(now: Ms, from: Option<Ms>, until: Option<Ms>) -> bool {
    from.is_none_or(|from| from <= now) && until.is_none_or(|until| now < until)
}

/// `text` as a pattern for `LIKE ... ESCAPE '!'`: anywhere, taken literally.
pub(crate) fn anywhere(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// A text without what does not tell two questions apart: only letters, digits and characters, folded.
pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .filter_map(fold)
        .filter(|c| class(*c) != Class::Gap)
        .collect()
}

/// The first characters of a text on one line, to call it by.
pub(crate) fn title_of(text: &str) -> String {
    let first = text.lines().next().unwrap_or_default();
    let mut title: String = first.chars().take(20).collect();
    if first.chars().count() > 20 {
        title.push('…');
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_to_write_a_question_are_the_same_question() {
        assert_eq!(folded("请问，什么时候发货？？"), folded("请问 什么时候发货"));
        assert_eq!(folded("ＡＢＣ-15"), folded("abc15"));
        assert_ne!(folded("可以退货吗"), folded("可以换货吗"));
    }

    #[test]
    fn something_is_good_from_its_first_moment_to_before_its_last() {
        let (from, until) = (Some(Ms(10)), Some(Ms(20)));
        let good = [9, 10, 19, 20].map(|at| is_valid(Ms(at), from, until));
        assert_eq!(good, [false, true, true, false]);
        assert!(valid(until, from).is_err() && valid(from, from).is_err() && valid(from, until).is_ok());
    }
}
