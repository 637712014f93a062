//! The table of 千牛's web page (C4): a sheet a customer, and times of day without a date.

use jiff::ToSpan as _;
use jiff::civil::Time;

use super::day::{last_day, told_by};
use super::when::{at_start, clock_alone, instant};
use super::{ChatAsk, NAME, Said, UNSHOWN};
use crate::book::Book;
use crate::fault::{Fault, Flaw};
use crate::headers::Headers;
use crate::row::Row;

/// Its columns.
const BUYER: &str = "客户名";
const TIME: &str = "发送时间";
const TEXT: &str = "发送内容";
const ACCOUNT: &str = "发送账号";
const SIDE: &str = "账号类型";
const NEEDED: [&str; 5] = [BUYER, TIME, TEXT, ACCOUNT, SIDE];

/// How far back, in seconds, the platform may tell what was said in the same moment: not a day later.
const SHUFFLED: i64 = 60;

/// A sheet that was read.
pub(super) struct WebSheet {
    pub(super) said: Vec<Said>,
    pub(super) faults: Vec<Fault>,
    pub(super) day: Option<jiff::civil::Date>,
    pub(super) day_missing: bool,
}

/// Whether the sheet has the columns; what is wrong with a head that cannot be read.
pub(super) fn is_chat(book: &mut Book, index: usize) -> Result<bool, Fault> {
    let table = book.table(index, |name| NEEDED.contains(&name))?;
    Ok(NEEDED.iter().all(|name| column(table.headers(), name).is_some()))
}

fn column(headers: &Headers, name: &str) -> Option<usize> {
    headers.iter().position(|header| header.trim() == name)
}

/// When a row says that it was: a moment, or a time of day so many days after the first.
enum When {
    Moment(jiff::civil::DateTime),
    Clock(i32, Time),
}

/// Reads a sheet. Where the time goes backwards the next day has begun; which day the last one is, was asked or stands
/// in the file's name.
pub(super) fn sheet(book: &mut Book, index: usize, ask: &ChatAsk<'_>) -> Result<WebSheet, Fault> {
    let file = book.sheets()[index].file.clone();
    let table = book.table(index, |name| NEEDED.contains(&name))?;
    let at = NEEDED.map(|name| column(table.headers(), name));
    let mut faults = Vec::new();
    let mut rows = Vec::new();
    let (mut days, mut before) = (0_i32, None);
    for row in table {
        let row = match row {
            Ok(row) => row,
            Err(fault) if fault.fatal() => return Err(fault),
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let cell = row.raw(at[1]).trim();
        let when = match (at_start(cell), clock_alone(cell)) {
            (Some((moment, "")), _) => When::Moment(moment),
            (_, Some(time)) => {
                days += before.map_or(0, |before| days_between(before, time));
                before = Some(time);
                When::Clock(days, time)
            }
            _ => {
                faults.push(row.fault(at[1], Flaw::new("date_bad").seen(cell)));
                continue;
            }
        };
        rows.push((row, when));
    }
    let clocks = before.is_some();
    let day = match (ask.day, before) {
        (_, None) => None,
        (Some(day), _) => Some(day),
        (None, Some(last)) => told_by(&file).map(|exported| last_day(exported, last)),
    };
    let mut sheet = WebSheet {
        said: Vec::new(),
        faults,
        day,
        day_missing: clocks && day.is_none(),
    };
    let first = day.and_then(|day| day.checked_sub(days.days()).ok());
    for (row, when) in rows {
        let moment = match when {
            When::Moment(moment) => Some(moment),
            When::Clock(after, time) => first
                .and_then(|first| first.checked_add(after.days()).ok())
                .map(|day| day.to_datetime(time)),
        };
        let Some(at_ms) = moment.and_then(|moment| instant(moment, ask.zone)) else {
            continue;
        };
        match said(&row, &at, at_ms) {
            Ok(said) => sheet.said.push(said),
            Err(fault) => sheet.faults.push(fault),
        }
    }
    Ok(sheet)
}

/// How many days after what was said `before` that was said which stands below it.
fn days_between(before: Time, time: Time) -> i32 {
    const DAY: i64 = 86_400;
    let later = time.duration_since(before).as_secs();
    i32::from(later < -SHUFFLED) - i32::from(later > DAY - SHUFFLED)
}

/// A cell without what nobody sees.
fn plain(cell: &str) -> String {
    let cell = cell.trim();
    cell.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

fn said(row: &Row, at: &[Option<usize>; 5], moment: base::Ms) -> Result<Said, Fault> {
    let [buyer, text, name] = [at[0], at[2], at[3]].map(|column| plain(row.raw(column)));
    if buyer.is_empty() {
        return Err(row.fault(at[0], Flaw::new("cell_empty")));
    }
    if name.chars().count() > NAME {
        return Err(row.fault(at[3], Flaw::new("id_too_long").with("limit", NAME)));
    }
    let (name, to, ours) = match row.raw(at[4]).trim() {
        "客户" => (buyer, None, Some(false)),
        "客服" if !name.is_empty() => (name, Some(buyer), Some(true)),
        "客服" => return Err(row.fault(at[3], Flaw::new("cell_empty"))),
        _ => ("系统".to_owned(), Some(buyer), None),
    };
    Ok(Said {
        row: row.number(),
        at: moment,
        name,
        to,
        system: ours.is_none().then(|| super::system::told(&text)).flatten(),
        text: if text.is_empty() { UNSHOWN.to_owned() } else { text },
        ours,
    })
}
