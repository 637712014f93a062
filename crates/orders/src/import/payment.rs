//! Payments as files tell them: an order may be paid in several, anywhere in the file, and was paid what they come to.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use base::{Fen, Ms};
use sheet::{Fault, Flaw, Row, Table, cell};

use crate::import::read::{One, Reading};
use crate::import::shop_name::Whose;
use crate::new_order::NewOrder;

/// Characters of the ways of payment at most, as orders keep them.
const WAYS: usize = 60;

/// What all rows of a sheet say of each order. It is read from end to end before a row is taken in, so that each row
/// says the same of its order, and a run that goes on says what it said before.
pub(crate) struct Payments {
    /// By the hash of the order's number.
    orders: HashMap<u64, Paid>,
    hasher: RandomState,
}

/// What the rows of one order come to.
#[derive(Default)]
struct Paid {
    fen: i64,
    ways: String,
    /// When the last of them was paid.
    at: Option<Ms>,
    /// A row of it that is refused: then the others are too, as a part is not what was paid.
    wrong: Option<u64>,
}

impl Payments {
    /// Adds the rows up; fails where reading cannot go on to the end.
    pub(crate) fn of(table: &mut Table<'_>, reading: &Reading) -> Result<Payments, Fault> {
        let mut payments = Payments {
            orders: HashMap::new(),
            hasher: RandomState::new(),
        };
        for row in table {
            let row = match row {
                Ok(row) => row,
                Err(fault) if fault.fatal() => return Err(fault),
                Err(_) => continue,
            };
            let Ok(number) = row.need(reading.cols.order_no, cell::id) else {
                continue;
            };
            let key = payments.hasher.hash_one(&number);
            let paid = payments.orders.entry(key).or_default();
            match (reading.whose(&row), reading.one(&row)) {
                (Whose::Mine, Ok(one)) => paid.add(&one.new),
                // Also a row of the same order that names another shop, or none.
                _ => paid.wrong = paid.wrong.or(Some(row.number())),
            }
        }
        Ok(payments)
    }

    /// Makes a row say what all rows of its order say.
    pub(crate) fn complete(&self, one: &mut One, row: &Row) -> Result<(), Fault> {
        let Some(paid) = self.orders.get(&self.hasher.hash_one(&one.number)) else {
            return Ok(());
        };
        if let Some(first) = paid.wrong {
            return Err(row.fault(None, Flaw::new("order_incomplete").with("first", first)));
        }
        one.new.paid_fen = Some(Fen(paid.fen));
        one.new.paid_at = paid.at;
        one.new.payment = Some(paid.ways.clone()).filter(|ways| !ways.is_empty());
        Ok(())
    }
}

impl Paid {
    fn add(&mut self, row: &NewOrder) {
        self.fen = self.fen.saturating_add(row.paid_fen.unwrap_or_default().0);
        self.at = self.at.max(row.paid_at);
        let Some(way) = row.payment.as_deref() else { return };
        let known = self.ways.split('、').any(|known| known == way);
        if !known && self.ways.chars().count() + way.chars().count() < WAYS {
            if !self.ways.is_empty() {
                self.ways.push('、');
            }
            self.ways.push_str(way);
        }
    }
}
