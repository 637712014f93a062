//! Who buys again: by month, by the month of the first purchase, by level, and who makes most of the revenue.
//!
//! All figures count orders as customers' sums do: paid, neither paid back in full nor closed, with a buyer that is
//! known; an order whose buyer is masked counts for nobody. Of each they count what was paid less what was paid back
//! since, in the month in which it was paid. The formulas are ours: the guides (rows 27 and 29) name the figures and
//! give none.

use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Ms, Permission, Problem};
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use super::levels::{self, Bought, LevelLine};
use super::profit::{COSTS, Cost, ReportProfit};
use crate::desk::reach::Reach;

/// Months a report covers at most.
const MONTHS: usize = 36;
/// Customers of the list that make most of the revenue.
const TOP: usize = 100;
/// The share of revenue the list is about (row 29), in percent.
const MOST: i64 = 80;

/// Which orders a report counts.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportAsk {
    /// Of this shop; left out: of all mine.
    pub shop: Option<Id>,
    /// The first month, `2026-01`; left out: eleven months before the last.
    pub from: Option<String>,
    /// The last month; left out: the present one.
    pub to: Option<String>,
}

/// A month of buyers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BuyersMonth {
    /// `2026-01`.
    pub month: String,
    /// Customers who paid something.
    pub buyers: i64,
    /// Those of them who had never paid before.
    pub new_buyers: i64,
    /// Those of them who paid again: an order that was not their first. Repeat rate = repeat ÷ buyers.
    pub repeat_buyers: i64,
    /// Orders that were paid.
    pub orders: i64,
    /// What was paid.
    pub revenue_fen: Fen,
    /// What was paid for orders that were not the customer's first. Its share = repeat revenue ÷ revenue.
    pub repeat_revenue_fen: Fen,
}

/// Customers by the month of their first purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Cohort {
    /// The month of the first purchase.
    pub month: String,
    /// How many there are.
    pub customers: i64,
    /// How many of them paid something in the month itself, the month after it, and so on to the last month asked
    /// for. Retention = that ÷ customers.
    pub came_back: Vec<i64>,
}

/// A customer's part of the revenue.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TopCustomer {
    /// Who.
    pub customer: Id,
    /// What they are called.
    pub name: String,
    /// Orders they paid.
    pub orders: i64,
    /// What they paid.
    pub revenue_fen: Fen,
    /// The part of the revenue that they and all before them make, in hundredths of a percent.
    pub together: i64,
}

/// The whole time that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReportSums {
    /// Customers who paid something.
    pub buyers: i64,
    /// Those of them who had never paid before.
    pub new_buyers: i64,
    /// Those of them who paid an order that was not their first.
    pub repeat_buyers: i64,
    /// Orders that were paid.
    pub orders: i64,
    /// What was paid.
    pub revenue_fen: Fen,
    /// What was paid for orders that were not the customer's first.
    pub repeat_revenue_fen: Fen,
    /// How few customers make 80 percent of the revenue, beginning with who paid most.
    pub makers: i64,
    /// Paid orders placed in the time whose buyer nobody knows: the report counts none of them.
    pub nameless_orders: i64,
    /// What was paid for those.
    pub nameless_fen: Fen,
}

/// Who buys again.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BuyersReport {
    /// The whole time.
    pub sums: ReportSums,
    /// What is left of it; null for those who see no costs.
    pub profit: Option<ReportProfit>,
    /// Month by month.
    pub months: Vec<BuyersMonth>,
    /// By the month of the first purchase.
    pub cohorts: Vec<Cohort>,
    /// Who paid most, at most a hundred.
    pub top: Vec<TopCustomer>,
    /// By the level customers have now.
    pub levels: Vec<LevelLine>,
}

/// Who buys again, as orders stand now. Needs [`Permission::SeeCustomers`] and [`Permission::SeeOrders`]; covers the
/// shops in reach. Months are those of the organisation's calendar. Profit is for those with
/// [`Permission::EditCatalogue`], who see what goods cost.
pub fn buyers_report(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &ReportAsk,
) -> Result<BuyersReport, Problem> {
    who.need(Permission::SeeCustomers)?;
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, ask.shop, 2)?;
    let zone = team::calendar(tx, who.org, ask.shop.unwrap_or(Id::NONE))?.zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let months = months(now, &zone, ask)?;
    let costs = who.may(Permission::EditCatalogue);
    // What lines cost is read only where it is shown.
    let sql = format!(
        "SELECT counted_customer, COALESCE(paid_at, sort_at), counted_fen{} FROM shop_order
         WHERE org_id = $1 AND counted_customer IS NOT NULL AND {} ORDER BY counted_customer",
        if costs { COSTS } else { "" },
        reach.sql
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend_from_slice(&reach.shops);
    let mut count = Count::new(&months);
    count.profit = costs.then(ReportProfit::default);
    // Row by row: a million orders are not held.
    tx.rows(&sql, &arguments, |row| {
        let cost = match costs {
            true => Some(Cost {
                fen: row.get(3)?,
                lines: row.get(4)?,
                known: row.get(5)?,
            }),
            false => None,
        };
        count.hear(row.get(0)?, row.get(1)?, row.get(2)?, cost);
        Ok(())
    })?;
    count.end_of_customer();
    let by_level = levels::lines(&customers::leveled(tx, who.org)?, &count.paid);
    let mut report = count.report();
    report.levels = by_level;
    nameless(tx, who.org, &reach, &months, &mut report.sums)?;
    let ids: Vec<Id> = report.top.iter().map(|one| one.customer).collect();
    let names = customers::summaries(tx, now, who.org, &ids)?;
    for one in &mut report.top {
        if let Some(summary) = names.get(&one.customer) {
            one.name.clone_from(&summary.name);
        }
    }
    Ok(report)
}

/// Counts what has no buyer, so that nobody takes it for missing.
fn nameless(
    tx: &mut Tx<'_>,
    org: Id,
    reach: &Reach,
    months: &[Month],
    sums: &mut ReportSums,
) -> Result<(), Problem> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return Ok(());
    };
    let mut arguments = args![org].to_vec();
    arguments.extend_from_slice(&reach.shops);
    let from = arguments.len() + 1;
    arguments.extend_from_slice(args![first.from, last.until]);
    let sql = format!(
        "SELECT count(*), CAST(COALESCE(SUM(COALESCE(paid_fen, total_fen, 0)), 0) AS BIGINT) FROM shop_order
         WHERE org_id = $1 AND customer_id IS NULL AND {} AND sort_at >= ${from} AND sort_at < ${}
           AND pay_status = 'paid' AND order_status <> 'closed'",
        reach.sql,
        from + 1
    );
    let found = tx.row(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    (sums.nameless_orders, sums.nameless_fen) = found.unwrap_or_default();
    Ok(())
}

/// A month: its name, its first moment, and the first one after it.
struct Month {
    name: String,
    from: Ms,
    until: Ms,
}

fn months(now: Ms, zone: &TimeZone, ask: &ReportAsk) -> Result<Vec<Month>, Problem> {
    let wrong = |field| Problem::input(field, "month_invalid", "A month is written 2026-01.");
    let read = |field: &'static str, text: &Option<String>| -> Result<Option<Date>, Problem> {
        let date = text.as_deref().filter(|text| !text.is_empty());
        date.map(|text| format!("{text}-01").parse::<Date>().map_err(|_| wrong(field)))
            .transpose()
    };
    let today: Zoned = jiff::Timestamp::from_millisecond(now.0)
        .map_err(|_| Problem::internal())?
        .to_zoned(zone.clone());
    let last = read("to", &ask.to)?.unwrap_or_else(|| today.date().first_of_month());
    let first = match read("from", &ask.from)? {
        Some(first) => first,
        None => last
            .checked_sub(jiff::Span::new().months(11))
            .map_err(|_| wrong("from"))?,
    };
    let start = |date: Date| -> Result<Ms, Problem> {
        let at = date.to_zoned(zone.clone()).map_err(|_| wrong("from"))?;
        Ok(Ms(at.timestamp().as_millisecond()))
    };
    let mut all = Vec::new();
    let mut date = first;
    while date <= last {
        if all.len() == MONTHS {
            let detail = format!("A report covers {MONTHS} months at most.");
            return Err(Problem::input("from", "too_long", detail).with("max", MONTHS));
        }
        let next = date
            .checked_add(jiff::Span::new().months(1))
            .map_err(|_| wrong("to"))?;
        all.push(Month {
            name: format!("{:04}-{:02}", date.year(), date.month()),
            from: start(date)?,
            until: start(next)?,
        });
        date = next;
    }
    if all.is_empty() {
        return Err(Problem::input(
            "to",
            "range_invalid",
            "The last month is not before the first.",
        ));
    }
    Ok(all)
}

/// Counts orders that come customer by customer.
struct Count<'m> {
    months: &'m [Month],
    lines: Vec<BuyersMonth>,
    cohorts: Vec<Cohort>,
    sums: ReportSums,
    profit: Option<ReportProfit>,
    /// What each customer paid in the time.
    paid: Vec<Bought>,
    customer: Id,
    /// Orders of the customer at hand: when, what, and what their goods cost.
    orders: Vec<(Ms, Fen, Option<Cost>)>,
}

impl<'m> Count<'m> {
    fn new(months: &'m [Month]) -> Count<'m> {
        let line = |month: &Month| BuyersMonth {
            month: month.name.clone(),
            buyers: 0,
            new_buyers: 0,
            repeat_buyers: 0,
            orders: 0,
            revenue_fen: Fen(0),
            repeat_revenue_fen: Fen(0),
        };
        let cohort = |(place, month): (usize, &Month)| Cohort {
            month: month.name.clone(),
            customers: 0,
            came_back: vec![0; months.len() - place],
        };
        Count {
            months,
            lines: months.iter().map(line).collect(),
            cohorts: months.iter().enumerate().map(cohort).collect(),
            sums: ReportSums::default(),
            profit: None,
            paid: Vec::new(),
            customer: Id::NONE,
            orders: Vec::new(),
        }
    }

    fn hear(&mut self, customer: Id, at: Ms, paid: Fen, cost: Option<Cost>) {
        if customer != self.customer {
            self.end_of_customer();
            self.customer = customer;
        }
        self.orders.push((at, paid, cost));
    }

    fn place(&self, at: Ms) -> Option<usize> {
        let place = self.months.partition_point(|month| month.until <= at);
        (self.months.get(place)?.from <= at).then_some(place)
    }

    fn end_of_customer(&mut self) {
        let mut orders = std::mem::take(&mut self.orders);
        orders.sort_unstable();
        let Some((first, ..)) = orders.first().copied() else {
            return;
        };
        // By month: whether an order of it was not the first of all.
        let mut seen = BTreeMap::<usize, bool>::new();
        let (mut revenue, mut count, mut again) = (Fen(0), 0, false);
        for (n, (at, paid, cost)) in orders.iter().enumerate() {
            let Some(place) = self.place(*at) else { continue };
            if let (Some(cost), Some(profit)) = (cost, &mut self.profit) {
                profit.hear(*paid, *cost, n > 0);
            }
            let line = &mut self.lines[place];
            line.orders += 1;
            line.revenue_fen.0 += paid.0;
            *seen.entry(place).or_default() |= n > 0;
            if n > 0 {
                line.repeat_revenue_fen.0 += paid.0;
                self.sums.repeat_revenue_fen.0 += paid.0;
                again = true;
            }
            revenue.0 += paid.0;
            count += 1;
        }
        let born = self.place(first);
        for (place, repeat) in &seen {
            let line = &mut self.lines[*place];
            line.buyers += 1;
            line.repeat_buyers += i64::from(*repeat);
            line.new_buyers += i64::from(born == Some(*place));
            if let Some(born) = born {
                self.cohorts[born].came_back[place - born] += 1;
            }
        }
        if let Some(born) = born {
            self.cohorts[born].customers += 1;
        }
        if count > 0 {
            self.sums.buyers += 1;
            self.sums.new_buyers += i64::from(born.is_some());
            self.sums.repeat_buyers += i64::from(again);
            self.sums.orders += count;
            self.sums.revenue_fen.0 += revenue.0;
            self.paid.push(Bought {
                customer: self.customer,
                revenue,
                orders: count,
                again,
            });
        }
        orders.clear();
        self.orders = orders;
    }

    fn report(mut self) -> BuyersReport {
        self.paid
            .sort_unstable_by_key(|one| (-one.revenue.0, one.customer.0));
        let whole = i128::from(self.sums.revenue_fen.0);
        let (mut together, mut top) = (0_i128, Vec::new());
        for (n, one) in self.paid.iter().enumerate() {
            // Still one of those who make the most, unless those before them did already.
            if whole > 0 && together * 100 < whole * i128::from(MOST) {
                self.sums.makers = n as i64 + 1;
            }
            together += i128::from(one.revenue.0);
            if n < TOP {
                top.push(TopCustomer {
                    customer: one.customer,
                    name: String::new(),
                    orders: one.orders,
                    revenue_fen: one.revenue,
                    together: i64::try_from(together * 10_000 / whole.max(1)).unwrap_or(10_000),
                });
            }
        }
        BuyersReport {
            sums: self.sums,
            profit: self.profit,
            months: self.lines,
            cohorts: self.cohorts,
            top,
            levels: Vec::new(),
        }
    }
}
