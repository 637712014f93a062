//! Moments as logs write them.

use base::Ms;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// Years that can be meant.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// A text that is read piece by piece.
struct Scan<'t>(&'t str);

impl<'t> Scan<'t> {
    /// A number of `least` to `most` digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<i16> {
        let count = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if count < least {
            return None;
        }
        let (number, rest) = self.0.split_at(count);
        self.0 = rest;
        number.parse().ok()
    }

    fn one_of(&mut self, marks: &[char]) -> Option<char> {
        let mark = self.0.chars().next().filter(|c| marks.contains(c))?;
        self.0 = &self.0[mark.len_utf8()..];
        Some(mark)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    fn rest(self) -> &'t str {
        self.0
    }
}

fn day(scan: &mut Scan<'_>) -> Option<Date> {
    let year = scan.digits(4, 4)?;
    let mark = scan.one_of(&['-', '/', '.', '年'])?;
    let month = scan.digits(1, 2)?;
    scan.one_of(if mark == '年' {
        &['月']
    } else {
        std::slice::from_ref(&mark)
    })?;
    let day = scan.digits(1, 2)?;
    if mark == '年' {
        scan.one_of(&['日'])?;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn clock(scan: &mut Scan<'_>) -> Option<Time> {
    const COLON: &[char] = &[':', '：'];
    let hour = scan.digits(1, 2)?;
    scan.one_of(COLON)?;
    let minute = scan.digits(2, 2)?;
    let second = match scan.one_of(COLON) {
        Some(_) => scan.digits(2, 2)?,
        None => 0,
    };
    Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        0,
    )
    .ok()
}

/// A date with a time of day at the beginning, with or without a blank between; and what follows.
pub(super) fn at_start(text: &str) -> Option<(DateTime, &str)> {
    let mut scan = Scan(text.trim_start());
    let day = day(&mut scan)?;
    scan.blanks();
    let time = clock(&mut scan)?;
    Some((day.to_datetime(time), scan.rest()))
}

/// The same at the end; and what stands before. A name may end in digits, so exactly four make the year.
pub(super) fn at_end(text: &str) -> Option<(&str, DateTime)> {
    let text = text.trim_end();
    // The longest: 2023年12月31日, blanks, 23:59:59; some blanks more do no harm.
    let near = text.char_indices().rev().take(32);
    near.filter(|(_, c)| c.is_ascii_digit()).find_map(|(at, _)| {
        let (moment, rest) = at_start(&text[at..])?;
        rest.is_empty().then_some((&text[..at], moment))
    })
}

/// A time of day alone.
pub(super) fn clock_alone(text: &str) -> Option<Time> {
    let mut scan = Scan(text.trim());
    let time = clock(&mut scan)?;
    scan.rest().is_empty().then_some(time)
}

/// The instant of a local moment; none of a year that cannot be meant.
pub(super) fn instant(moment: DateTime, zone: &TimeZone) -> Option<Ms> {
    if !YEARS.contains(&moment.year()) {
        return None;
    }
    let instant = zone.to_ambiguous_zoned(moment).compatible().ok()?;
    Some(Ms(instant.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_with_and_without_blanks() {
        let (before, moment) = at_end("tb1232023-1-5 09:08:07").expect("read");
        assert_eq!(
            (before, moment.to_string().as_str()),
            ("tb123", "2023-01-05T09:08:07")
        );
        let (moment, rest) = at_start("2011年5月3日12:34:56 店:小美: 你好").expect("read");
        assert_eq!(
            (rest, moment.to_string().as_str()),
            (" 店:小美: 你好", "2011-05-03T12:34:56")
        );
        assert!(at_end("明天 2023-1-5").is_none() && at_end("2023-13-5 9:00:00").is_none());
        assert_eq!(
            clock_alone("9:08:07").map(|time| time.to_string()),
            Some("09:08:07".to_owned())
        );
        assert!(clock_alone("9:08 说").is_none());
    }
}
