use base::{Actor, Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use store::Tx;
use team::Setting;

pub(crate) const DAY_MS: i64 = 86_400_000;

/// What stands in a column for something that never ends.
pub(crate) const NEVER: Ms = Ms(i64::MAX);

/// Whether something with an end still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// It holds.
    Ok,
    /// It ends within the days that are set.
    Expiring,
    /// It has ended.
    Expired,
}

impl Holding {
    /// How something that ends at `end` ([`NEVER`]: not at all) stands.
    pub(crate) fn of(now: Ms, end: Ms, days: i64) -> Holding {
        if end <= now {
            Holding::Expired
        } else if end != NEVER && end.since(now) <= days * DAY_MS {
            Holding::Expiring
        } else {
            Holding::Ok
        }
    }

    /// The ends that have this standing: after the first, up to the second. `None` takes all.
    pub(crate) fn ends(state: Option<Holding>, now: Ms, days: i64) -> (Ms, Ms) {
        let soon = now.plus(days * DAY_MS);
        match state {
            None => (Ms(i64::MIN), NEVER),
            Some(Holding::Expired) => (Ms(i64::MIN), now),
            Some(Holding::Expiring) => (now, soon),
            Some(Holding::Ok) => (soon, NEVER),
        }
    }
}

/// Whole days from now to `end`, rounded down, negative once it is past; `None` when it never ends.
pub(crate) fn days_left(now: Ms, end: Ms) -> Option<i64> {
    (end != NEVER).then(|| end.since(now).div_euclid(DAY_MS))
}

/// An end as it is shown.
pub(crate) fn shown(end: Ms) -> Option<Ms> {
    (end != NEVER).then_some(end)
}

/// A whole number of the organisation's settings.
pub(crate) fn number(tx: &mut Tx<'_>, who: &Actor, setting: &'static Setting) -> Result<i64, Problem> {
    Ok(team::setting(tx, who.org, Id::NONE, setting)?
        .as_i64()
        .unwrap_or_default())
}

/// Where something with a beginning and an end stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// It has not begun.
    Coming,
    /// It holds now.
    Running,
    /// It is over.
    Ended,
}

impl Period {
    /// Its name, as the API says it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Period::Coming => "coming",
            Period::Running => "running",
            Period::Ended => "ended",
        }
    }

    /// How the time from `start` up to (not including) `end` stands.
    pub(crate) fn of(now: Ms, start: Ms, end: Ms) -> Period {
        if end <= now {
            Period::Ended
        } else if start <= now {
            Period::Running
        } else {
            Period::Coming
        }
    }

    /// Refuses a time that ends before it begins.
    pub(crate) fn check(start: Ms, end: Ms) -> Result<(), Problem> {
        if start < end {
            return Ok(());
        }
        Err(Problem::input(
            "ends_at",
            "ends_before_start",
            "It must end after it begins.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use base::Ms;
    use proptest::prelude::*;

    use super::{Holding, NEVER, days_left};

    #[test]
    fn a_day_that_is_not_over_counts_down_to_nought() {
        assert_eq!(days_left(Ms(0), Ms(86_399_999)), Some(0));
        assert_eq!(days_left(Ms(86_400_001), Ms(86_400_000)), Some(-1));
        assert_eq!(days_left(Ms(0), NEVER), None);
    }

    proptest! {
        #[test]
        fn every_end_is_listed_under_exactly_its_own_standing(now in 0..4_000_000_000_000_i64, end in -9_000_000_000_i64..9_000_000_000, days in 0..400_i64, never: bool) {
            let now = Ms(now);
            let end = if never { NEVER } else { now.plus(end) };
            let is = Holding::of(now, end, days);
            for state in [Holding::Ok, Holding::Expiring, Holding::Expired] {
                let (after, to) = Holding::ends(Some(state), now, days);
                prop_assert_eq!(after < end && end <= to, state == is);
            }
        }
    }
}
