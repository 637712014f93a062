use base::Problem;
use serde::{Deserialize, Serialize};

use super::ask::AskKind;
use super::facts::Facts;
use super::region;

/// A range; either end may be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

/// Hours of the day where the shop is; the same twice is all day, and they may go over midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskHours {
    /// `HH:MM`
    pub from: String,
    /// `HH:MM`
    pub to: String,
}

/// When a rule holds: all that is given must be so; nothing given holds always (practice.md 4.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// Placed on one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platforms: Option<Vec<String>>,
    /// Paid so many minutes ago, or longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_min: Option<i64>,
    /// At these hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<DeskHours>,
    /// Pieces of all lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Range>,
    /// Different SKUs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Range>,
    /// What was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_fen: Option<Range>,
    /// A line has one of these merchant codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<Vec<String>>,
    /// No line has one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_codes: Option<Vec<String>>,
    /// It goes to one of these provinces, or provinces and cities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<String>>,
    /// It goes to none of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_regions: Option<Vec<String>>,
    /// One of these carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub couriers: Option<Vec<String>>,
    /// It bears one of these flags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<Vec<i64>>,
    /// The buyer wrote something with it, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buyer_note: Option<bool>,
    /// The platform tells a remark of the seller, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<bool>,
    /// Something was promised, or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asks: Option<bool>,
    /// The customer's level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Range>,
    /// The customer is a VIP, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vip: Option<bool>,
    /// It is the customer's first order, or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_order: Option<bool>,
    /// It holds several orders, or one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged: Option<bool>,
    /// Notes or remarks have one of these words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_words: Option<Vec<String>>,
}

const MOST_WORDS: usize = 200;
const MOST_WORD: usize = 64;

impl Range {
    fn holds(self, value: i64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

impl DeskHours {
    /// The two ends in minutes since midnight.
    fn minutes(&self) -> Option<(i64, i64)> {
        let read = |text: &str| {
            let (hour, minute) = text.split_once(':')?;
            let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
            ((0..=24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
        };
        Some((read(&self.from)?, read(&self.to)?))
    }

    fn hold(&self, minute: i64) -> bool {
        match self.minutes() {
            Some((from, to)) if from < to => (from..to).contains(&minute),
            Some((from, to)) if from > to => minute >= from || minute < to,
            Some(_) => true,
            None => false,
        }
    }
}

impl When {
    /// Refuses what can hold for nothing or says nothing.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let ranges = [self.pieces, self.kinds, self.total_fen, self.level];
        for range in ranges.into_iter().flatten() {
            if let (Some(min), Some(max)) = (range.min, range.max)
                && min > max
            {
                return Err(Problem::input(
                    "when",
                    "range_empty",
                    "The least is above the most.",
                ));
            }
        }
        if self.hours.as_ref().is_some_and(|hours| hours.minutes().is_none()) {
            return Err(Problem::input("when.hours", "bad_field", "Hours are HH:MM."));
        }
        if self
            .paid_min
            .is_some_and(|minutes| !(0..=100_000).contains(&minutes))
        {
            return Err(
                Problem::input("when.paid_min", "out_of_range", "Between 0 and 100,000 minutes.")
                    .with("min", 0)
                    .with("max", 100_000),
            );
        }
        let lists = [
            &self.platforms,
            &self.codes,
            &self.not_codes,
            &self.regions,
            &self.not_regions,
            &self.couriers,
            &self.note_words,
        ];
        for list in lists.into_iter().flatten() {
            if list.len() > MOST_WORDS {
                return Err(
                    Problem::input("when", "too_many", format!("At most {MOST_WORDS}."))
                        .with("limit", MOST_WORDS),
                );
            }
            if list.iter().any(|word| word.trim().is_empty()) {
                return Err(Problem::input("when", "text_empty", "A word of a list is empty."));
            }
            if list.iter().any(|word| word.chars().count() > MOST_WORD) {
                return Err(Problem::input(
                    "when",
                    "text_too_long",
                    format!("At most {MOST_WORD} characters."),
                )
                .with("limit", MOST_WORD));
            }
        }
        Ok(())
    }

    /// Whether it holds for what `courier` is to carry, under `flag`.
    pub(crate) fn holds(&self, facts: &Facts, courier: &str, flag: Option<i64>) -> bool {
        let is = |wanted: Option<bool>, value: bool| wanted.is_none_or(|wanted| wanted == value);
        let within = |range: Option<Range>, value: i64| range.is_none_or(|range| range.holds(value));
        let any = |list: &Option<Vec<String>>, found: &dyn Fn(&str) -> bool| {
            list.as_ref()
                .is_none_or(|list| list.iter().any(|word| found(word)))
        };
        let none = |list: &Option<Vec<String>>, found: &dyn Fn(&str) -> bool| {
            list.as_ref()
                .is_none_or(|list| !list.iter().any(|word| found(word)))
        };
        let bought = || facts.lines.iter().filter(|line| line.gift.is_none());
        let coded =
            |code: &str| bought().any(|line| line.code == code || line.bundle.as_deref() == Some(code));
        let kinds: std::collections::BTreeSet<&str> = bought().map(|line| line.code.as_str()).collect();
        let level = facts.customer.as_ref().map_or(0, |customer| customer.level);
        let notes = || facts.buyer_notes().into_iter().chain(facts.remarks());
        let promised = facts.asks.iter().any(|ask| ask.kind != AskKind::Price);
        any(&self.platforms, &|name| {
            facts.orders.iter().any(|order| order.platform == name)
        }) && self
            .paid_min
            .is_none_or(|minutes| facts.now.since(facts.paid_at()) >= minutes * 60_000)
            && self.hours.as_ref().is_none_or(|hours| hours.hold(facts.minute))
            && within(self.pieces, bought().map(|line| line.quantity).sum())
            && within(self.kinds, kinds.len() as i64)
            && within(self.total_fen, facts.paid().0)
            && any(&self.codes, &coded)
            && none(&self.not_codes, &coded)
            && any(&self.regions, &|name| region::within(facts.address(), name))
            && none(&self.not_regions, &|name| region::within(facts.address(), name))
            && any(&self.couriers, &|code| code == courier)
            && self
                .flags
                .as_ref()
                .is_none_or(|flags| flag.is_some_and(|flag| flags.contains(&flag)))
            && is(self.buyer_note, !facts.buyer_notes().is_empty())
            && is(self.remark, !facts.remarks().is_empty())
            && is(self.asks, promised)
            && within(self.level, level)
            && is(
                self.vip,
                facts.customer.as_ref().is_some_and(|customer| customer.vip),
            )
            && is(self.first_order, facts.bought <= 1)
            && is(self.merged, facts.orders.len() > 1)
            && any(&self.note_words, &|word| notes().any(|note| note.contains(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_hold_over_midnight_and_all_day() {
        let hours = |from: &str, to: &str| DeskHours {
            from: from.into(),
            to: to.into(),
        };
        assert!(hours("08:00", "23:00").hold(480) && !hours("08:00", "23:00").hold(1_380));
        assert!(hours("22:00", "06:00").hold(0) && !hours("22:00", "06:00").hold(720));
        assert!(hours("00:00", "00:00").hold(720) && !hours("x", "y").hold(720));
    }

    #[test]
    fn what_can_hold_for_nothing_is_refused() {
        let bad = |when: When| when.check().expect_err("refused").code.to_string();
        let range = |min, max| {
            Some(Range {
                min: Some(min),
                max: Some(max),
            })
        };
        assert_eq!(
            bad(When {
                pieces: range(3, 2),
                ..When::default()
            }),
            "range_empty"
        );
        assert_eq!(
            bad(When {
                codes: Some(vec![" ".into()]),
                ..When::default()
            }),
            "text_empty"
        );
        assert_eq!(
            bad(When {
                paid_min: Some(-1),
                ..When::default()
            }),
            "out_of_range"
        );
        let nonsense = DeskHours {
            from: "25:00".into(),
            to: "1:00".into(),
        };
        assert_eq!(
            bad(When {
                hours: Some(nonsense),
                ..When::default()
            }),
            "bad_field"
        );
        assert!(When::default().check().is_ok());
        assert!(serde_json::from_str::<When>(r#"{"pices":{}}"#).is_err());
        assert_eq!(serde_json::to_string(&When::default()).expect("json"), "{}");
    }
}
