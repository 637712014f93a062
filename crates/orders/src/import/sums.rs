use std::collections::BTreeMap;
use std::fmt::Write as _;

use base::{Actor, Fen, Id, Ms, Problem};
use store::{Tx, args};

use crate::import::work;

/// What customers' sums are to get: fen and orders by customer.
///
/// They are written at the end of a run, customer by customer, and not with each order: a customer's row lies
/// anywhere in its table, and a million orders would touch a page each. Until then they stand with the slices.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sums(BTreeMap<Id, (i64, i64)>);

impl Sums {
    pub(crate) fn add(&mut self, customer: Id, fen: Fen, orders: i64) {
        let sum = self.0.entry(customer).or_default();
        sum.0 += fen.0;
        sum.1 += orders;
    }

    /// As a slice keeps them: `id,fen,orders`, a word a customer.
    pub(crate) fn written(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 28);
        for (customer, (fen, orders)) in self.0.iter().filter(|(_, sum)| **sum != (0, 0)) {
            // Writing to a string does not fail.
            let _ = write!(text, "{},{fen},{orders} ", customer.0);
        }
        text
    }

    /// Adds what a slice keeps. What cannot be read was not written by us.
    pub(crate) fn read(&mut self, text: &str) -> Result<(), Problem> {
        for word in text.split_ascii_whitespace() {
            let mut parts = word
                .split(',')
                .map(|part| part.parse::<i64>().map_err(|_| Problem::internal()));
            let mut part = || parts.next().unwrap_or_else(|| Err(Problem::internal()));
            let (customer, fen, orders) = (part()?, part()?, part()?);
            self.add(Id(customer), Fen(fen), orders);
        }
        Ok(())
    }

    /// Adds all of another.
    pub(crate) fn take(&mut self, other: Sums) {
        for (customer, (fen, orders)) in other.0 {
            self.add(customer, Fen(fen), orders);
        }
    }

    /// By customer, after `after`.
    pub(crate) fn after(&self, after: Id) -> Vec<(Id, Fen, i64)> {
        let beyond = self.0.range(Id(after.0 + 1)..);
        beyond
            .filter(|(_, sum)| **sum != (0, 0))
            .map(|(customer, (fen, orders))| (*customer, Fen(*fen), *orders))
            .collect()
    }
}

/// The sums of some slices of a run, after slice `after`; the last of them is answered too.
pub(crate) fn of_slices(
    tx: &mut Tx<'_>,
    org: Id,
    run: Id,
    after: i64,
    limit: usize,
) -> Result<Vec<(i64, String)>, Problem> {
    tx.rows(
        "SELECT no, sums FROM import_slice WHERE org_id = $1 AND run_id = $2 AND no > $3 ORDER BY no LIMIT $4",
        args![org, run, after, limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// Gives some customers what a run brought them, and notes up to whom.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    run: Id,
    after: Id,
    part: &[(Id, Fen, i64)],
) -> Result<(), Problem> {
    let Some((last, ..)) = part.last() else {
        return Ok(());
    };
    work::summed(tx, now, who.org, run, after, *last)?;
    customers::add_purchases(tx, who.org, part)?;
    crate::archive::later(tx, who.org, part.iter().map(|(customer, ..)| *customer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_adds_up() {
        let mut sums = Sums::default();
        sums.add(Id(9), Fen(100), 1);
        sums.add(Id(7), Fen(-50), -1);
        sums.add(Id(8), Fen(5), 0);
        sums.add(Id(8), Fen(-5), 0);
        assert_eq!(sums.written(), "7,-50,-1 9,100,1 ");
        let mut read = Sums::default();
        read.read(&sums.written()).expect("ours");
        read.read("9,1,1").expect("ours");
        assert_eq!(read.after(Id(7)), [(Id(9), Fen(101), 2)]);
        assert!(read.read("9,x,1").is_err() && read.read("9").is_err());
    }
}
