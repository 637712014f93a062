//! The day of the last message, as the name of an export tells it: `…_<date>_<time>.xlsx`, when it was exported.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Time};

/// When a file of this name was exported.
pub(super) fn told_by(name: &str) -> Option<DateTime> {
    let name = name.rsplit('/').next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words: Vec<String> = stem
        .split(['_', ' ', '(', ')'])
        .map(|word| word.chars().filter(char::is_ascii_digit).collect())
        .collect();
    let at = words
        .iter()
        .rposition(|word| word.len() == 8 && date(word).is_some())?;
    let time = words.get(at + 1).and_then(|word| time(word));
    Some(date(&words[at])?.to_datetime(time.unwrap_or(Time::constant(23, 59, 59, 0))))
}

fn date(digits: &str) -> Option<Date> {
    Date::new(
        digits
            .get(..4)?
            .parse()
            .ok()
            .filter(|year| (2000..=2100).contains(year))?,
        digits.get(4..6)?.parse().ok()?,
        digits.get(6..8)?.parse().ok()?,
    )
    .ok()
}

fn time(digits: &str) -> Option<Time> {
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), |two| two.parse().ok());
    (digits.len() == 6 || digits.len() == 4)
        .then(|| Time::new(part(0)?, part(2)?, part(4)?, 0).ok())
        .flatten()
}

/// The day of a last message of this time: that of the export, or the one before where the message would be later than
/// the export.
pub(super) fn last_day(exported: DateTime, last: Time) -> Date {
    if last > exported.time() {
        exported.date().checked_sub(1.day()).unwrap_or(exported.date())
    } else {
        exported.date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_export_tells_its_day() {
        let exported = told_by("千牛聊天记录_原始逐条_20260110_093000.xlsx").expect("told");
        assert_eq!(exported.to_string(), "2026-01-10T09:30:00");
        let day = |hour| last_day(exported, Time::constant(hour, 0, 0, 0)).to_string();
        assert_eq!(
            (day(9), day(23)),
            ("2026-01-10".to_owned(), "2026-01-09".to_owned())
        );
        assert!(told_by("a.zip/2026-01-10 (1).xlsx").is_some() && told_by("聊天记录.xlsx").is_none());
    }
}
