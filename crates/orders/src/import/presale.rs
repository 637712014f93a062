//! What a file tells of deposit and balance of an order that was sold ahead (row 300).

use std::collections::HashMap;

use base::{Fen, Id, Ms, Problem};
use jiff::tz::TimeZone;
use sheet::{Fault, Flaw, Row, cell};
use store::Tx;

use crate::desk::{FAR_MS, Presale, presales_of};
use crate::import::columns::Cols;
use crate::merge::Merged;
use crate::new_order::{AHEAD_MS, MOST_FEN};

/// Deposit and balance as one row tells them; `None`: not said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ToldPresale {
    pub(crate) deposit_fen: Option<Fen>,
    pub(crate) balance_fen: Option<Fen>,
    pub(crate) deposit_paid_at: Option<Ms>,
    pub(crate) balance_from: Option<Ms>,
    pub(crate) balance_until: Option<Ms>,
    pub(crate) balance_paid_at: Option<Ms>,
    /// How new it is; 0: at no known time.
    pub(crate) said_at: Ms,
}

impl ToldPresale {
    /// What a row says of it, where it says anything.
    pub(crate) fn of(row: &Row, c: &Cols, zone: &TimeZone, now: Ms) -> Result<Option<Box<Self>>, Fault> {
        let money = |column| -> Result<Option<Fen>, Fault> {
            let fen = row.read(column, cell::money)?;
            match fen.filter(|fen| fen.0 > MOST_FEN) {
                Some(_) => Err(row.fault(column, Flaw::new("out_of_range").with("max", MOST_FEN))),
                None => Ok(fen),
            }
        };
        let time = |column, ahead: i64| -> Result<Option<Ms>, Fault> {
            let at = row.read(column, |raw| cell::moment(raw, zone))?;
            match at.filter(|at| *at > now.plus(ahead)) {
                Some(_) => Err(row.fault(column, Flaw::new("in_the_future"))),
                None => Ok(at),
            }
        };
        let told = ToldPresale {
            deposit_fen: money(c.deposit)?,
            balance_fen: money(c.balance)?,
            deposit_paid_at: time(c.deposit_paid_at, AHEAD_MS)?,
            balance_from: time(c.balance_from, FAR_MS)?,
            balance_until: time(c.balance_until, FAR_MS)?,
            balance_paid_at: time(c.balance_paid_at, AHEAD_MS)?,
            said_at: Ms(0),
        };
        if let (Some(from), Some(until)) = (told.balance_from, told.balance_until)
            && until <= from
        {
            return Err(row.fault(c.balance_until, Flaw::new("ends_before_it_begins")));
        }
        // A shop that sells nothing ahead has these columns too, with a nought in them.
        let amounts = [told.deposit_fen, told.balance_fen];
        let said = amounts.into_iter().flatten().any(|fen| fen.0 > 0)
            || told.balance_paid_at.is_some()
            || told.deposit_paid_at.is_some();
        Ok(said.then(|| Box::new(told)))
    }

    /// Adds another line of the same order, whose amounts are its own with `sums`.
    pub(crate) fn add(&mut self, next: &ToldPresale, sums: bool) {
        if sums {
            let plus = |a: Option<Fen>, b: Option<Fen>| match (a, b) {
                (Some(a), Some(b)) => Some(Fen(a.0 + b.0)),
                (a, b) => a.or(b),
            };
            self.deposit_fen = plus(self.deposit_fen, next.deposit_fen);
            self.balance_fen = plus(self.balance_fen, next.balance_fen);
        }
        self.deposit_paid_at = self.deposit_paid_at.max(next.deposit_paid_at);
        self.balance_paid_at = self.balance_paid_at.max(next.balance_paid_at);
    }

    /// Notes how new the version is that it came with.
    pub(crate) fn said_with(mut self: Box<Self>, newness: Option<Ms>) -> Box<Self> {
        let times = [newness, self.deposit_paid_at, self.balance_paid_at];
        self.said_at = times.into_iter().flatten().max().unwrap_or_default();
        self
    }

    /// What is known of it after this was told: an older version fills what nobody said, and overwrites nothing. A
    /// balance that was paid stays paid. `None` where there is too little to go by.
    fn heard(&self, was: Option<&Presale>, order: Id, is: &Merged) -> Option<Presale> {
        let beats = was.is_none_or(|was| was.said_at <= self.said_at);
        let mut one = match was {
            Some(was) => was.clone(),
            None if self.deposit_fen.is_none() && self.balance_fen.is_none() => return None,
            None => {
                let deposit = self.deposit_fen.unwrap_or_default();
                let rest = Fen((is.total().0 - deposit.0).max(0));
                Presale::new(order, deposit, self.balance_fen.unwrap_or(rest))
            }
        };
        if beats {
            one.deposit_fen = self.deposit_fen.unwrap_or(one.deposit_fen);
            one.balance_fen = self.balance_fen.unwrap_or(one.balance_fen);
            one.said_at = self.said_at;
        }
        let take = |kept: &mut Option<Ms>, said: Option<Ms>| {
            if said.is_some() && (beats || kept.is_none()) {
                *kept = said;
            }
        };
        take(&mut one.deposit_paid_at, self.deposit_paid_at);
        take(&mut one.balance_from, self.balance_from);
        take(&mut one.balance_until, self.balance_until);
        take(&mut one.balance_paid_at, self.balance_paid_at);
        if one.ends_before_it_begins() {
            // Half of it is of another version: what was known stands.
            return was.cloned();
        }
        Some(one)
    }
}

/// Deposit and balance of the orders of a slice, before and after.
#[derive(Default)]
pub(crate) struct WeighedPresales(HashMap<Id, (Option<Presale>, Presale)>);

impl WeighedPresales {
    /// Hears what rows tell of orders, in the order of the file.
    pub(crate) fn weigh(
        tx: &mut Tx<'_>,
        org: Id,
        told: &[(Id, &Merged, &ToldPresale)],
    ) -> Result<WeighedPresales, Problem> {
        let mut all = WeighedPresales::default();
        if told.is_empty() {
            return Ok(all);
        }
        let ids: Vec<Id> = told.iter().map(|(order, ..)| *order).collect();
        let known = presales_of(tx, org, &ids)?;
        let mut known: HashMap<Id, Presale> = known.into_iter().map(|one| (one.order, one)).collect();
        for (order, is, told) in told {
            let (before, so_far) = match all.0.remove(order) {
                Some((before, now)) => (before, Some(now)),
                None => {
                    let was = known.remove(order);
                    (was.clone(), was)
                }
            };
            if let Some(now) = told.heard(so_far.as_ref(), *order, is).or(so_far) {
                all.0.insert(*order, (before, now));
            }
        }
        // That the same was said again later is no change.
        all.0.retain(|_, (before, now)| {
            before.as_ref().is_none_or(|before| {
                let again = Presale {
                    said_at: now.said_at,
                    ..before.clone()
                };
                again != *now
            })
        });
        Ok(all)
    }

    /// Whether it is another for this order.
    pub(crate) fn changes(&self, order: Id) -> bool {
        self.0.contains_key(&order)
    }

    /// What is to be written.
    pub(crate) fn after(&self) -> Vec<&Presale> {
        let mut all: Vec<&Presale> = self.0.values().map(|(_, now)| now).collect();
        all.sort_unstable_by_key(|one| one.order);
        all
    }

    /// What was known of an order whose is another now.
    pub(crate) fn before(&self, order: Id) -> Option<&Option<Presale>> {
        self.0.get(&order).map(|(before, _)| before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Id = Id(1);

    fn told(said_at: i64) -> ToldPresale {
        ToldPresale {
            deposit_fen: Some(Fen(5_000)),
            balance_fen: Some(Fen(24_900)),
            said_at: Ms(said_at),
            ..ToldPresale::default()
        }
    }

    #[test]
    fn an_older_version_fills_and_overwrites_nothing() {
        let is = Merged::default();
        let first = told(10).heard(None, ORDER, &is).expect("known");
        let older = ToldPresale {
            balance_fen: Some(Fen(1)),
            deposit_paid_at: Some(Ms(4)),
            ..told(5)
        };
        let both = older.heard(Some(&first), ORDER, &is).expect("known");
        assert_eq!(
            (both.balance_fen, both.deposit_paid_at),
            (Fen(24_900), Some(Ms(4)))
        );
        let newer = ToldPresale {
            balance_fen: Some(Fen(20_000)),
            balance_paid_at: Some(Ms(20)),
            ..told(20)
        };
        let paid = newer.heard(Some(&both), ORDER, &is).expect("known");
        assert_eq!(
            (paid.balance_fen, paid.balance_paid_at),
            (Fen(20_000), Some(Ms(20)))
        );
        let again = told(30).heard(Some(&paid), ORDER, &is).expect("known");
        assert_eq!(again.balance_paid_at, Some(Ms(20)), "what was paid stays paid");
    }

    #[test]
    fn the_balance_is_what_the_deposit_leaves() {
        let is = Merged {
            total_fen: Some(Fen(29_900)),
            ..Merged::default()
        };
        let only = ToldPresale {
            balance_fen: None,
            ..told(1)
        };
        assert_eq!(
            only.heard(None, ORDER, &is).expect("known").balance_fen,
            Fen(24_900)
        );
        let nothing = ToldPresale {
            balance_paid_at: Some(Ms(3)),
            ..ToldPresale::default()
        };
        assert_eq!(
            nothing.heard(None, ORDER, &is),
            None,
            "a moment alone says no amount"
        );
    }
}
