use base::Fen;
use serde::{Deserialize, Serialize};

/// How a new amount follows from the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct PriceRule {
    /// How.
    pub by: PriceBy,
    /// Of `percent` hundredths of a percent of the old amount (9000 is nine tenths of it); of `amount` fen to
    /// add, negative to take off; of `set` the new amount in fen.
    pub value: i64,
    /// To whole fen (1), jiao (10) or yuan (100).
    #[serde(default = "whole_fen")]
    pub to_fen: i64,
    /// Which way.
    #[serde(default)]
    pub round: PriceRound,
}

fn whole_fen() -> i64 {
    1
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceBy {
    /// A share of the old amount.
    Percent,
    /// So much more or less.
    Amount,
    /// So much.
    Set,
}

/// Which way an amount is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceRound {
    /// To the nearest, a half up.
    #[default]
    Near,
    /// Down.
    Down,
    /// Up.
    Up,
}

impl PriceRule {
    /// The new amount; `None` for what is no amount.
    pub(super) fn of(self, old: Fen) -> Option<Fen> {
        let step = i128::from(self.to_fen);
        // In ten-thousandths of a fen, so that nothing is lost before it is rounded.
        let exact = match self.by {
            PriceBy::Percent => i128::from(old.0) * i128::from(self.value),
            PriceBy::Amount => (i128::from(old.0) + i128::from(self.value)) * 10_000,
            PriceBy::Set => i128::from(self.value) * 10_000,
        };
        let whole = step * 10_000;
        let steps = match self.round {
            PriceRound::Down => exact.div_euclid(whole),
            PriceRound::Up => (exact + whole - 1).div_euclid(whole),
            PriceRound::Near => (exact * 2 + whole).div_euclid(whole * 2),
        };
        i64::try_from(steps * step).ok().filter(|fen| *fen >= 0).map(Fen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_says_the_new_amount_to_the_step_it_names() {
        let rule = |by, value, to_fen, round| PriceRule {
            by,
            value,
            to_fen,
            round,
        };
        let (p, a, s) = (PriceBy::Percent, PriceBy::Amount, PriceBy::Set);
        let (near, down, up) = (PriceRound::Near, PriceRound::Down, PriceRound::Up);
        for (rule, old, new) in [
            (rule(p, 9_000, 1, near), 9_999, Some(8_999)),
            (rule(p, 9_000, 1, up), 9_999, Some(9_000)),
            (rule(p, 8_880, 100, near), 10_000, Some(8_900)),
            (rule(p, 8_850, 100, near), 10_000, Some(8_900)),
            (rule(p, 8_840, 100, near), 10_000, Some(8_800)),
            (rule(p, 8_899, 10, down), 10_000, Some(8_890)),
            (rule(a, -500, 1, near), 9_900, Some(9_400)),
            (rule(a, -9_901, 1, near), 9_900, None),
            (rule(a, 1, 100, up), 9_900, Some(10_000)),
            (rule(s, 1_234, 10, down), 5, Some(1_230)),
        ] {
            assert_eq!(rule.of(Fen(old)), new.map(Fen), "{rule:?} of {old}");
        }
    }
}
