//! What members of each level buy.

use std::collections::BTreeMap;

use base::{Fen, Id};
use customers::Leveled;
use serde::Serialize;

/// Customers of a level, as they have it now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LevelLine {
    /// The level; 0: none.
    pub level: i64,
    /// What it is called, where it has a name.
    pub name: Option<String>,
    /// How many customers have it, of all shops, whether they bought or not.
    pub members: i64,
    /// Those of them who paid something in the time.
    pub buyers: i64,
    /// Those of them who paid an order that was not their first. Repeat rate = repeat ÷ buyers.
    pub repeat_buyers: i64,
    /// Orders that were paid.
    pub orders: i64,
    /// What was paid. What an order comes to = revenue ÷ orders.
    pub revenue_fen: Fen,
}

/// What a customer paid in the time.
pub(super) struct Bought {
    pub(super) customer: Id,
    pub(super) revenue: Fen,
    pub(super) orders: i64,
    /// Whether an order of it was not their first.
    pub(super) again: bool,
}

/// Level by level, the lowest first; those that nobody has are told where the shop has named them.
pub(super) fn lines(leveled: &Leveled, bought: &[Bought]) -> Vec<LevelLine> {
    let mut lines = BTreeMap::<i64, LevelLine>::new();
    for level in leveled.names.keys().chain(leveled.members.keys()) {
        lines.entry(*level).or_default();
    }
    for one in bought {
        let level = leveled.of.get(&one.customer).copied().unwrap_or_default();
        let line = lines.entry(level).or_default();
        line.buyers += 1;
        line.repeat_buyers += i64::from(one.again);
        line.orders += one.orders;
        line.revenue_fen.0 += one.revenue.0;
    }
    let named = |(level, line): (i64, LevelLine)| LevelLine {
        level,
        name: leveled.names.get(&level).cloned(),
        members: leveled.members.get(&level).copied().unwrap_or_default(),
        ..line
    };
    lines.into_iter().map(named).collect()
}
