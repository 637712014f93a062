use base::Ms;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use super::clean::half_width;
use super::words::text;
use crate::fault::Flaw;

/// Years that can be meant; 1900 and 2999 are mistakes of spreadsheets and systems.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// A moment in `zone`, in any of the shapes that exports have: `2020-02-21 09:00:00`, `2020/2/21 9:00`,
/// `2020年2月21日9时`, `20200221090000`, `2020-02-21T09:00:00.000+08:00`, `下午 3:05`, a spreadsheet's day number. A date
/// alone is its midnight.
///
/// A null date (`0000-00-00`) is nothing. Refuses with `date_out_of_range` a year outside 2000 to 2100, with
/// `date_bad` what is no date, and day-first dates too: nobody can tell 3/4 from 4/3.
pub fn moment(raw: &str, zone: &TimeZone) -> Result<Option<Ms>, Flaw> {
    if let Some(at) = usual(raw)
        && YEARS.contains(&at.year())
        && let Ok(moment) = zone.to_ambiguous_timestamp(at).compatible()
    {
        return Ok(Some(Ms(moment.as_millisecond())));
    }
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    let text = half_width(&text);
    if text.starts_with("0000-00-00") {
        return Ok(None);
    }
    let read = read(&text).ok_or_else(|| Flaw::new("date_bad").seen(&text))?;
    if !YEARS.contains(&read.at.year()) {
        return Err(Flaw::new("date_out_of_range")
            .with("year", read.at.year())
            .seen(&text));
    }
    let moment = match read.offset {
        Some(offset) => offset.to_timestamp(read.at),
        None => zone.to_ambiguous_timestamp(read.at).compatible(),
    };
    moment
        .map(|moment| Some(Ms(moment.as_millisecond())))
        .map_err(|_| Flaw::new("date_bad").seen(&text))
}

/// A length of time in milliseconds: `8分48秒`, `1天2小时3分`, `00:08:48`. Refuses a bare number with `duration_bad`:
/// only the header may know its unit.
pub fn duration(raw: &str) -> Result<Option<i64>, Flaw> {
    let Some(text) = text(raw) else {
        return Ok(None);
    };
    let text = half_width(&text);
    length(&text)
        .map(Some)
        .ok_or_else(|| Flaw::new("duration_bad").seen(&text))
}

fn length(text: &str) -> Option<i64> {
    let mut rest = Rest(text);
    let mut total = 0_i64;
    if text.contains(':') {
        for _ in 0..3 {
            total = total.checked_mul(60)?.checked_add(rest.number(6)?)?;
            if !rest.take(":") {
                break;
            }
        }
        let parts = text.split(':').count();
        // `8:48` is minutes and seconds to a person and hours and minutes to a spreadsheet: refused.
        return (parts == 3 && rest.0.is_empty()).then_some(total * 1000);
    }
    let units: [(&[&str], i64); 4] = [
        (&["天", "日"], 86_400),
        (&["小时", "时"], 3600),
        (&["分钟", "分"], 60),
        (&["秒"], 1),
    ];
    let mut from = 0;
    while !rest.0.is_empty() {
        let number = rest.number(9)?;
        let found = (from..units.len()).find(|at| units[*at].0.iter().any(|word| rest.take(word)))?;
        total = total.checked_add(number.checked_mul(units[found].1)?)?;
        from = found + 1;
        rest.blanks();
    }
    (from > 0).then_some(total * 1000)
}

/// `2020-02-21 09:00:00`, as most exports write it; `None` for any other shape.
fn usual(raw: &str) -> Option<DateTime> {
    let bytes: &[u8; 19] = raw.as_bytes().try_into().ok()?;
    if [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16]] != *b"-- ::" {
        return None;
    }
    let two = |at: usize| {
        let (tens, ones) = (bytes[at].wrapping_sub(b'0'), bytes[at + 1].wrapping_sub(b'0'));
        (tens < 10 && ones < 10)
            .then(|| i8::try_from(tens * 10 + ones).ok())
            .flatten()
    };
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let date = Date::new(year, two(5)?, two(8)?).ok()?;
    let time = Time::new(two(11)?, two(14)?, two(17)?, 0).ok()?;
    Some(date.to_datetime(time))
}

struct Read {
    at: DateTime,
    offset: Option<Offset>,
}

fn read(text: &str) -> Option<Read> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    if digits == text.len() && matches!(digits, 8 | 12 | 14) {
        return compact(text).map(|at| Read { at, offset: None });
    }
    let fraction = rest
        .strip_prefix('.')
        .is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if digits <= 5 && digits > 0 && (rest.is_empty() || fraction) {
        return serial(text).map(|at| Read { at, offset: None });
    }
    spelled(text)
}

fn compact(text: &str) -> Option<DateTime> {
    let part = |from: usize, to: usize| text.get(from..to).map_or(Some(0), |part| part.parse().ok());
    let year: i16 = text.get(..4)?.parse().ok()?;
    let date = Date::new(year, part(4, 6)?, part(6, 8)?).ok()?;
    let time = Time::new(part(8, 10)?, part(10, 12)?, part(12, 14)?, 0).ok()?;
    Some(date.to_datetime(time))
}

/// A spreadsheet's day number, its fraction the time of day to the nearest millisecond. One outside the years
/// that can be meant is given back as a date all the same, for its year to be named.
fn serial(text: &str) -> Option<DateTime> {
    let (days, part) = text.split_once('.').unwrap_or((text, "0"));
    let days: i64 = days.parse().ok()?;
    if days < 1000 && !part.bytes().all(|byte| byte == b'0') {
        return None; // 9.30 is a time of day or a price, but no date
    }
    let part: f64 = format!("0.{part}").parse().ok()?;
    let milliseconds = (part * 86_400_000.0).round();
    let start = Date::constant(1899, 12, 30).to_datetime(Time::midnight());
    start
        .checked_add(jiff::SignedDuration::from_hours(days * 24))
        .ok()?
        .checked_add(jiff::SignedDuration::from_millis(milliseconds as i64))
        .ok()
}

/// Year, month and day with something between, then perhaps a time.
fn spelled(text: &str) -> Option<Read> {
    let mut rest = Rest(text);
    let year = rest.number(4)?;
    if text.len() - rest.0.len() != 4 {
        return None; // 3/4/20: nobody can tell which is which
    }
    rest.take_any(&["-", "/", ".", "年"])?;
    let month = rest.number(2)?;
    rest.take_any(&["-", "/", ".", "月"])?;
    let day = rest.number(2)?;
    rest.take("日");
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()?;
    rest.blanks();
    let _ = rest.take("T");
    let (time, offset) = time(&mut rest)?;
    rest.0.is_empty().then(|| Read {
        at: date.to_datetime(time),
        offset,
    })
}

fn time(rest: &mut Rest<'_>) -> Option<(Time, Option<Offset>)> {
    if rest.0.is_empty() {
        return Some((Time::midnight(), None));
    }
    let mut half = half_of_day(rest);
    rest.blanks();
    let hour = rest.number(2)?;
    let (mut minute, mut second, mut nano) = (0, 0, 0);
    let marked = rest.take_any(&[":", "时", "点"]).is_some();
    if marked && !rest.0.is_empty() {
        minute = rest.number(2)?;
        if rest.take_any(&[":", "分"]).is_some() && !rest.0.is_empty() {
            second = rest.number(2)?;
            rest.take("秒");
            nano = rest.fraction()?;
        }
    }
    rest.blanks();
    half = half.or_else(|| half_of_day(rest));
    if !marked && half.is_none() {
        return None;
    }
    let offset = offset(rest)?;
    let hour = match half {
        Some(Half::Before) if hour == 12 => 0,
        Some(Half::After) if hour < 12 => hour + 12,
        _ => hour,
    };
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        nano,
    );
    Some((time.ok()?, offset))
}

#[derive(Clone, Copy)]
enum Half {
    Before,
    After,
}

fn half_of_day(rest: &mut Rest<'_>) -> Option<Half> {
    if rest.take_any(&["上午", "凌晨", "早上", "AM", "am"]).is_some() {
        return Some(Half::Before);
    }
    rest.take_any(&["下午", "晚上", "中午", "PM", "pm"])
        .map(|()| Half::After)
}

/// `Z`, `+08:00`, `+0800` or nothing; `None` for something else.
fn offset(rest: &mut Rest<'_>) -> Option<Option<Offset>> {
    rest.blanks();
    if rest.0.is_empty() {
        return Some(None);
    }
    if rest.take("Z") {
        return Some(Some(Offset::UTC));
    }
    let sign = if rest.take("+") {
        1
    } else if rest.take("-") {
        -1
    } else {
        return None;
    };
    let hours = i32::try_from(rest.number(2)?).ok()?;
    rest.take(":");
    let minutes = i32::try_from(rest.number(2)?).ok()?;
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60))
        .ok()
        .map(Some)
}

/// What is left to read.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// A number of at most `most` digits.
    fn number(&mut self, most: usize) -> Option<i64> {
        let digits = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        number.parse().ok()
    }

    fn take(&mut self, word: &str) -> bool {
        match self.0.strip_prefix(word) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn take_any(&mut self, words: &[&str]) -> Option<()> {
        words.iter().any(|word| self.take(word)).then_some(())
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// A fraction of a second in nanoseconds, 0 without one.
    fn fraction(&mut self) -> Option<i32> {
        if !self.take(".") {
            return Some(0);
        }
        let digits = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (part, rest) = self.0.split_at(digits);
        self.0 = rest;
        let kept = &part[..digits.min(9)];
        let scale = 10_i32.pow(u32::try_from(9 - kept.len()).ok()?);
        kept.parse::<i32>().ok()?.checked_mul(scale)
    }
}

#[cfg(test)]
mod tests {
    use base::Ms;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::{duration, moment};

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("the zone data ships")
    }

    /// 2020-02-21 09:00:00 in Shanghai.
    const NINE: i64 = 1_582_246_800_000;

    #[test]
    fn every_shape_of_a_date_is_the_same_moment() {
        for raw in [
            "2020-02-21 09:00:00",
            "2020/2/21 9:00",
            "2020.02.21 9:00:00",
            "2020年2月21日 9时0分0秒",
            "2020年2月21日09:00:00",
            "20200221090000",
            "202002210900",
            "2020-02-21T09:00:00.000",
            "2020-02-21T01:00:00Z",
            "2020-02-21T03:00:00+0200",
            "2020-02-21 09:00:00.0",
            "2020/2/21 上午 9:00",
            "2020/2/21 9:00:00 AM",
            "43882.375",
            "２０２０－０２－２１　０９：００：００",
            "=\"2020-02-21 09:00:00\"",
            "\t2020-02-21 09:00:00\r\n",
        ] {
            assert_eq!(moment(raw, &shanghai()), Ok(Some(Ms(NINE))), "{raw}");
        }
        let midnight = Ms(NINE - 9 * 3_600_000);
        for raw in ["2020-02-21", "20200221", "43882", "2020年2月21日"] {
            assert_eq!(moment(raw, &shanghai()), Ok(Some(midnight)), "{raw}");
        }
        let three = moment("2020-2-21 下午3:05", &shanghai());
        assert_eq!(three, Ok(Some(Ms(NINE + 365 * 60_000))));
        for nothing in ["", "-", "null", "0000-00-00 00:00:00"] {
            assert_eq!(moment(nothing, &shanghai()), Ok(None));
        }
    }

    #[test]
    fn what_no_shop_means_is_refused() {
        let code = |raw: &str| moment(raw, &shanghai()).map_err(|flaw| flaw.code);
        for year in [
            "1900-01-01 00:00:00",
            "2999-12-31",
            "1970-01-01 08:00:00",
            "19991231",
            "2",
            "99999",
        ] {
            assert_eq!(code(year), Err("date_out_of_range"), "{year}");
        }
        for bad in [
            "21/02/2020",
            "2020-02-30",
            "2020-13-01",
            "2020-02",
            "昨天",
            "9.30",
            "2020-02-21 25:00",
            "2020-02-21 09:00:00 x",
            "延迟统计",
            "20/2/21",
            "2020-02-21 0",
        ] {
            assert_eq!(code(bad), Err("date_bad"), "{bad}");
        }
    }

    #[test]
    fn the_zone_counts_and_a_gap_of_its_clock_is_passed_over() {
        let berlin = TimeZone::get("Europe/Berlin").expect("the zone data ships");
        let gap = moment("2020-03-29 02:30:00", &berlin);
        assert_eq!(gap, moment("2020-03-29 03:30:00", &berlin));
        assert_eq!(moment("2020-02-21 02:00:00", &berlin), Ok(Some(Ms(NINE))));
    }

    #[test]
    fn lengths_of_time_are_read_as_reports_write_them() {
        assert_eq!(duration("8分48秒"), Ok(Some(528_000)));
        assert_eq!(duration("00:08:48"), Ok(Some(528_000)));
        assert_eq!(duration("1天2小时3分钟"), Ok(Some(93_780_000)));
        for bad in ["528", "8:48", "48秒8分", "延迟统计", "1:2:3:4"] {
            assert_eq!(
                duration(bad).map_err(|flaw| flaw.code),
                Err("duration_bad"),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_moment_comes_back_from_its_text(seconds in 946_700_000_i64..4_100_000_000) {
            let zone = shanghai();
            let at = jiff::Timestamp::from_second(seconds).expect("a moment").to_zoned(zone.clone()).datetime();
            for raw in [at.strftime("%Y-%m-%d %H:%M:%S").to_string(), at.strftime("%Y/%m/%d %H:%M:%S").to_string(), at.to_string()] {
                prop_assert_eq!(moment(&raw, &zone), Ok(Some(Ms(seconds * 1000))));
            }
        }

        #[test]
        fn nothing_panics(raw in any::<String>(), digits in "[0-9./:年月日-]{0,20}") {
            for raw in [raw, digits] {
                let _ = (moment(&raw, &shanghai()), duration(&raw));
            }
        }
    }
}
