//! What is left of what was paid, as far as it is known what goods cost.

use base::Fen;
use serde::Serialize;

/// What is left of the revenue when the goods are paid, of orders all of whose lines had a known cost when they were
/// made. Profit = what was paid less what was paid back − pieces × cost; the way and the platform's part are not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReportProfit {
    /// Orders that are counted.
    pub orders: i64,
    /// What was paid for them.
    pub revenue_fen: Fen,
    /// What is left of it.
    pub profit_fen: Fen,
    /// What was paid for those of them that were not the customer's first.
    pub repeat_revenue_fen: Fen,
    /// What is left of that. Its share = repeat profit ÷ profit.
    pub repeat_profit_fen: Fen,
    /// Orders that are not counted, since a line of them has no cost, or none is known.
    pub orders_without: i64,
    /// Their lines without a cost.
    pub lines_without: i64,
    /// What was paid for them.
    pub revenue_without_fen: Fen,
}

/// What an order's lines cost: the sum, how many there are, and of how many it is known.
pub(super) const COSTS: &str = ", \
    (SELECT CAST(COALESCE(SUM(l.quantity * l.cost_fen), 0) AS BIGINT) FROM order_line l \
     WHERE l.org_id = shop_order.org_id AND l.order_id = shop_order.id), \
    (SELECT COUNT(*) FROM order_line l WHERE l.org_id = shop_order.org_id AND l.order_id = shop_order.id), \
    (SELECT COUNT(l.cost_fen) FROM order_line l WHERE l.org_id = shop_order.org_id AND l.order_id = shop_order.id)";

/// What the lines of an order cost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost {
    pub(super) fen: Fen,
    pub(super) lines: i64,
    pub(super) known: i64,
}

impl ReportProfit {
    /// Hears of an order; `again` says that it was not the customer's first.
    pub(super) fn hear(&mut self, paid: Fen, cost: Cost, again: bool) {
        if cost.lines == 0 || cost.known < cost.lines {
            self.orders_without += 1;
            self.lines_without += cost.lines - cost.known;
            self.revenue_without_fen.0 += paid.0;
            return;
        }
        let left = paid.0 - cost.fen.0;
        self.orders += 1;
        self.revenue_fen.0 += paid.0;
        self.profit_fen.0 += left;
        if again {
            self.repeat_revenue_fen.0 += paid.0;
            self.repeat_profit_fen.0 += left;
        }
    }
}
