use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::Ms;

/// When a shop or group is at work: several intervals a day, special days, a time zone.
///
/// Clocks that respect it run only while it is open. An empty week means "always open".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Calendar {
    /// IANA name, e.g. `Asia/Shanghai`.
    pub zone: String,
    /// Monday to Sunday; each day's intervals in minutes of the day, sorted, not overlapping.
    pub week: [Vec<Hours>; 7],
    /// Holidays (no hours) and days with other hours; they replace the weekday's.
    #[serde(default)]
    pub special: Vec<SpecialDay>,
}

/// An interval of one day, in minutes since midnight; `to` may be 1440 (midnight at its end).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hours {
    /// First minute.
    pub from: u16,
    /// First minute after.
    pub to: u16,
}

/// A day that does not follow the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SpecialDay {
    /// `YYYY-MM-DD` in the calendar's zone.
    pub date: String,
    /// What it is, e.g. 春节.
    pub name: String,
    /// Its hours; empty: closed all day.
    pub hours: Vec<Hours>,
}

/// What is wrong with a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The time zone is not in the IANA database.
    Zone,
    /// An interval is empty, past midnight, or overlaps the one before.
    Hours,
    /// A special day's date is not a date.
    Date,
}

/// How far ahead a next opening is looked for; a calendar closed longer than this never opens.
const HORIZON_DAYS: i32 = 400;

impl Calendar {
    /// Open day and night.
    pub fn always(zone: &str) -> Calendar {
        Calendar {
            zone: zone.to_owned(),
            ..Calendar::default()
        }
    }

    /// Says what is wrong, if anything.
    pub fn check(&self) -> Result<(), CalendarError> {
        TimeZone::get(&self.zone).map_err(|_| CalendarError::Zone)?;
        for day in self.week.iter().chain(self.special.iter().map(|s| &s.hours)) {
            let mut end = 0;
            for hours in day {
                if hours.from < end || hours.to <= hours.from || hours.to > 1440 {
                    return Err(CalendarError::Hours);
                }
                end = hours.to;
            }
        }
        if self.special.iter().any(|s| s.date.parse::<Date>().is_err()) {
            return Err(CalendarError::Date);
        }
        Ok(())
    }

    /// Whether it is open at `at`.
    pub fn is_open(&self, at: Ms) -> bool {
        self.next_open(at) == Some(at)
    }

    /// The first moment of the day of `at` in its zone.
    pub fn day_start(&self, at: Ms) -> Ms {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let date = local(&zone, at).date();
        moment(&zone, date, 0)
    }

    /// The first open moment at or after `at`; `None` if it never opens again.
    pub fn next_open(&self, at: Ms) -> Option<Ms> {
        if self.is_always() {
            return Some(at);
        }
        self.spans(at).map(|(from, _)| from.max(at)).next()
    }

    /// The moment at which `ms` milliseconds of open time have passed since `at`: a deadline.
    /// A calendar that never opens again gives a moment beyond every clock.
    pub fn add_open(&self, at: Ms, ms: i64) -> Ms {
        if self.is_always() {
            return at.plus(ms);
        }
        let mut left = ms;
        for (from, to) in self.spans(at) {
            let start = from.max(at);
            let span = to.since(start);
            if span >= left {
                return start.plus(left);
            }
            left -= span;
        }
        Ms(i64::MAX / 4)
    }

    /// Open milliseconds between two moments (0 when `to` is not after `from`).
    pub fn open_between(&self, from: Ms, to: Ms) -> i64 {
        if to <= from {
            return 0;
        }
        if self.is_always() {
            return to.since(from);
        }
        self.spans(from)
            .take_while(|(start, _)| *start < to)
            .map(|(start, end)| end.min(to).since(start.max(from)).max(0))
            .sum()
    }

    fn is_always(&self) -> bool {
        self.special.is_empty() && self.week.iter().all(Vec::is_empty)
    }

    /// Open spans that end after `at`, in order.
    fn spans(&self, at: Ms) -> impl Iterator<Item = (Ms, Ms)> {
        let zone = TimeZone::get(&self.zone).unwrap_or(TimeZone::UTC);
        let today = local(&zone, at).date();
        let everyday = self.week.iter().all(Vec::is_empty);
        // One day back: an interval up to midnight touches `at` just after it on a day that gains an hour.
        (-1..HORIZON_DAYS)
            .filter_map(move |offset| today.checked_add(jiff::Span::new().days(offset)).ok())
            .flat_map(move |date| {
                let zone = zone.clone();
                self.day(date, everyday)
                    .into_iter()
                    .map(move |h| (moment(&zone, date, h.from), moment(&zone, date, h.to)))
            })
            .filter(move |(from, to)| *to > at && from < to)
    }

    fn day(&self, date: Date, everyday: bool) -> Vec<Hours> {
        let written = date.to_string();
        if let Some(special) = self.special.iter().find(|s| s.date == written) {
            return special.hours.clone();
        }
        if everyday {
            return vec![Hours { from: 0, to: 1440 }];
        }
        let index = match date.weekday() {
            Weekday::Monday => 0,
            Weekday::Tuesday => 1,
            Weekday::Wednesday => 2,
            Weekday::Thursday => 3,
            Weekday::Friday => 4,
            Weekday::Saturday => 5,
            Weekday::Sunday => 6,
        };
        self.week[index].clone()
    }
}

fn local(zone: &TimeZone, at: Ms) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(at.0)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone())
}

/// A minute of a local day as a moment. A minute that a clock change skips is the first that exists
/// after it, one that comes twice is the first of the two.
fn moment(zone: &TimeZone, date: Date, minute: u16) -> Ms {
    let (date, minute) = if minute >= 1440 {
        (date.tomorrow().unwrap_or(date), 0)
    } else {
        (date, minute)
    };
    let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).unwrap_or(Time::MIN);
    zone.to_ambiguous_timestamp(date.to_datetime(time))
        .compatible()
        .map_or(Ms(0), |t| Ms(t.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Ms {
        Ms(text
            .parse::<jiff::Zoned>()
            .expect("a moment")
            .timestamp()
            .as_millisecond())
    }

    fn shop() -> Calendar {
        let day = vec![
            Hours {
                from: 9 * 60,
                to: 12 * 60,
            },
            Hours {
                from: 13 * 60,
                to: 21 * 60,
            },
        ];
        let mut week: [Vec<Hours>; 7] = Default::default();
        for weekday in week.iter_mut().take(6) {
            weekday.clone_from(&day);
        }
        Calendar {
            zone: "Asia/Shanghai".into(),
            week,
            special: vec![SpecialDay {
                date: "2026-10-01".into(),
                name: "国庆".into(),
                hours: vec![],
            }],
        }
    }

    #[test]
    fn a_clock_pauses_at_lunch_at_night_on_sunday_and_on_holidays() {
        let shop = shop();
        // Wednesday 30 September, 11:59:50: ten seconds before lunch.
        let asked = at("2026-09-30T11:59:50+08:00[Asia/Shanghai]");
        assert_eq!(
            shop.add_open(asked, 30_000),
            at("2026-09-30T13:00:20+08:00[Asia/Shanghai]")
        );
        // 20:59 with five minutes to go runs on after the holiday, on Friday morning.
        let late = at("2026-09-30T20:59:00+08:00[Asia/Shanghai]");
        assert_eq!(
            shop.add_open(late, 300_000),
            at("2026-10-02T09:04:00+08:00[Asia/Shanghai]")
        );
        // Saturday night to Monday morning.
        let saturday = at("2026-10-03T22:00:00+08:00[Asia/Shanghai]");
        assert_eq!(
            shop.next_open(saturday),
            Some(at("2026-10-05T09:00:00+08:00[Asia/Shanghai]"))
        );
        assert!(!shop.is_open(saturday));
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone_also_where_the_clock_changes() {
        let shanghai = Calendar::always("Asia/Shanghai");
        let midnight = at("2026-09-30T00:00:00+08:00[Asia/Shanghai]");
        assert_eq!(shanghai.day_start(midnight), midnight);
        assert_eq!(shanghai.day_start(midnight.plus(86_399_999)), midnight);
        // 25 October 2026 has 25 hours in Berlin.
        let berlin = Calendar::always("Europe/Berlin");
        let began = at("2026-10-25T00:00:00+02:00[Europe/Berlin]");
        assert_eq!(berlin.day_start(began.plus(25 * 3_600_000 - 1)), began);
        assert_eq!(
            berlin.day_start(began.plus(25 * 3_600_000)),
            began.plus(25 * 3_600_000)
        );
    }

    #[test]
    fn clock_changes_neither_add_nor_lose_open_time() {
        let always = vec![Hours { from: 0, to: 1440 }];
        let berlin = Calendar {
            zone: "Europe/Berlin".into(),
            week: std::array::from_fn(|_| always.clone()),
            special: vec![],
        };
        // 25 October 2026: the night has an hour more; 28 March 2027: one less.
        for (from, to, hours) in [
            (
                "2026-10-25T00:00:00+02:00[Europe/Berlin]",
                "2026-10-26T00:00:00+01:00[Europe/Berlin]",
                25,
            ),
            (
                "2027-03-28T00:00:00+01:00[Europe/Berlin]",
                "2027-03-29T00:00:00+02:00[Europe/Berlin]",
                23,
            ),
        ] {
            assert_eq!(berlin.open_between(at(from), at(to)), hours * 3_600_000);
        }
        // An interval inside the skipped hour (02:00–03:00) is empty that day.
        let night = Calendar {
            week: std::array::from_fn(|_| vec![Hours { from: 120, to: 180 }]),
            ..berlin
        };
        let spring = at("2027-03-28T00:00:00+01:00[Europe/Berlin]");
        assert_eq!(
            night.next_open(spring),
            Some(at("2027-03-29T02:00:00+02:00[Europe/Berlin]"))
        );
    }

    #[test]
    fn a_calendar_that_never_opens_gives_no_deadline_that_comes() {
        let mut closed = shop();
        closed.week = Default::default();
        closed.week[0] = vec![Hours { from: 1, to: 2 }];
        closed.special = (0..=450)
            .map(|d| SpecialDay {
                date: jiff::civil::date(2026, 9, 1)
                    .checked_add(jiff::Span::new().days(d))
                    .expect("date")
                    .to_string(),
                name: String::new(),
                hours: vec![],
            })
            .collect();
        let asked = at("2026-09-30T11:59:50+08:00[Asia/Shanghai]");
        assert_eq!(closed.next_open(asked), None);
        assert!(closed.add_open(asked, 1) > asked.plus(400 * 86_400_000));
    }

    #[test]
    fn a_wrong_calendar_says_what_is_wrong() {
        let mut wrong = shop();
        wrong.week[0] = vec![Hours { from: 600, to: 700 }, Hours { from: 650, to: 800 }];
        assert_eq!(wrong.check(), Err(CalendarError::Hours));
        wrong = shop();
        wrong.zone = "Mars/Olympus".into();
        assert_eq!(wrong.check(), Err(CalendarError::Zone));
        assert_eq!(shop().check(), Ok(()));
    }

    proptest! {
        #[test]
        fn a_deadline_has_exactly_its_open_time_before_it(start in 0i64..700 * 86_400_000, length in 1i64..40 * 3_600_000) {
            let shop = shop();
            let from = Ms(1_767_225_600_000 + start);
            let due = shop.add_open(from, length);
            prop_assert_eq!(shop.open_between(from, due), length);
            prop_assert!(due.since(from) >= length);
        }

        #[test]
        fn open_time_adds_up(start in 0i64..400 * 86_400_000, a in 0i64..5 * 86_400_000, b in 0i64..5 * 86_400_000) {
            let shop = shop();
            let (x, y, z) = (Ms(1_767_225_600_000 + start), Ms(1_767_225_600_000 + start + a), Ms(1_767_225_600_000 + start + a + b));
            prop_assert_eq!(shop.open_between(x, y) + shop.open_between(y, z), shop.open_between(x, z));
        }
    }
}
