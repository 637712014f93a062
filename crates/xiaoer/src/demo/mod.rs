//! The demo: an invented shop with its people, goods, customers and talks.

pub(crate) mod content;
mod desk;
pub(crate) mod facts;
pub(crate) mod history;
mod known;
mod load;
mod load_buyers;
mod load_desk;
mod load_knowledge;
mod load_team;
pub(crate) mod page;
pub(crate) mod player;
mod robot;
mod talk;
mod wire;

pub(crate) use content::Content;
pub(crate) use facts::Facts;
pub(crate) use load::load;
pub(crate) use load_team::reopen;

/// What everybody of the demo signs in with. It is printed, and only the demo's people have it.
pub(crate) const PASSWORD: &str = "xiaoer-demo-2026";

/// Who answers by itself while the talks are played. The others are there for whoever signs in.
pub(crate) const ROBOTS: [&str; 4] = ["heqing", "tangmujin", "xumaidong", "songzhuying"];

/// Whom a newcomer signs in as to receive buyers.
pub(crate) const NEWCOMER: &str = "linxiaoman";

/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Milliseconds that the clock of the demo's shops (Asia/Shanghai, no summer time) is ahead of UTC.
pub(crate) const AHEAD_MS: i64 = 8 * 3_600_000;

/// The first moment, in the shops' zone, of the day that `at` is in.
pub(crate) fn day_of(at: base::Ms) -> base::Ms {
    base::Ms((at.0 + AHEAD_MS).div_euclid(DAY_MS) * DAY_MS - AHEAD_MS)
}

/// The moment `HH:MM` after a day's first one, ms; an unreadable time is noon.
pub(crate) fn time_ms(text: &str) -> i64 {
    let minutes = text
        .split_once(':')
        .and_then(|(h, m)| Some(h.parse::<i64>().ok()? * 60 + m.parse::<i64>().ok()?));
    minutes.unwrap_or(720) * 60_000
}
