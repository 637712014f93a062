//! What files say was paid back, held against what its order cost.

use std::collections::HashMap;

use base::{Actor, Fen, Problem};
use sheet::{Fault, Flaw, Row};
use store::Tx;

use crate::import::read::{One, Reading};
use crate::import::slice::{Slice, known};
use crate::new_order::{NewOrder, Version};

/// More paid back than a row says its order cost, where it does not say what the whole order costs: what is known of
/// the order decides.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Back {
    fen: Fen,
    /// What the row says it cost; `None` where it says nothing of that.
    most: Option<Fen>,
    /// What is wrong with the row, but for how much may be paid back.
    fault: Fault,
}

impl Back {
    /// What is wrong with it, if the order is known to cost no more than this.
    fn above(&self, known: Option<Fen>) -> Option<Fault> {
        let most = self.most.max(known).filter(|most| self.fen > *most)?;
        let mut fault = self.fault.clone();
        fault.params.push(("most", most.0.into()));
        Some(fault)
    }
}

impl Reading {
    /// Refuses a row that tells of more paid back than it says its order costs; answers with what is still to be
    /// decided.
    pub(crate) fn back(&self, version: &Version, cost: Fen, row: &Row) -> Result<Option<Back>, Fault> {
        let Some(fen) = version.refund_fen else {
            return Ok(None);
        };
        let flaw = Flaw::new("refund_above_paid");
        let paid = version.paid_fen.unwrap_or_default();
        if let Some(total) = version.total_fen {
            let most = total.max(paid).max(cost);
            let fault = || row.fault(self.cols.refund, flaw.with("most", most.0));
            return if fen > most { Err(fault()) } else { Ok(None) };
        }
        let goods = version.lines.iter().map(|line| line.quantity * line.price_fen.0);
        let goods = Fen(goods.sum::<i64>() + version.post_fen.unwrap_or_default().0);
        let most = Some(goods.max(paid).max(cost)).filter(|most| most.0 > 0);
        if most.is_some_and(|most| fen <= most) {
            return Ok(None);
        }
        let fault = row.fault(self.cols.refund, flaw);
        Ok(Some(Back { fen, most, fault }))
    }
}

/// What the rows of one order say it cost at most, and what each of them says was paid back, where all say the same.
/// Rows that repeat what the whole order cost mostly repeat what was paid back of it too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfRows {
    totals: Fen,
    differ: bool,
    total: Option<Fen>,
    back: Option<Fen>,
}

impl OfRows {
    pub(crate) fn new(first: &NewOrder) -> OfRows {
        OfRows {
            totals: first.total_fen.unwrap_or_default(),
            differ: false,
            total: first.total_fen,
            back: first.refund_fen,
        }
    }

    /// Hears of the next row.
    pub(crate) fn hear(&mut self, next: &NewOrder) {
        self.totals.0 += next.total_fen.unwrap_or_default().0;
        self.differ |= next.total_fen != self.total;
        self.back = self.back.filter(|back| next.refund_fen == Some(*back));
    }

    /// Says of the whole order, which all rows were put into, what it cost, and takes what was paid back once where
    /// it was repeated.
    pub(crate) fn settle(&self, one: &mut One) {
        let new = &mut one.new;
        let goods = new.lines.iter().map(|line| line.quantity * line.price_fen.0);
        let goods = Fen(goods.sum::<i64>() + new.post_fen.unwrap_or_default().0);
        // Totals that differ are the lines' own, whatever the file is.
        let totals = if self.differ { self.totals } else { Fen(0) };
        one.cost_fen = goods.max(totals);
        let says = [new.total_fen, new.paid_fen].into_iter().flatten().max();
        let most = one.cost_fen.max(says.unwrap_or_default());
        if let (Some(each), Some(sum)) = (self.back, new.refund_fen)
            && sum > most
            && each <= most
        {
            new.refund_fen = Some(each);
        }
    }
}

/// Takes out of a slice the rows that tell of more paid back than their orders cost, by what they say and by what is
/// known; answers with what is wrong with them. The same rule as that of [`crate::upsert`].
pub(crate) fn take_out(tx: &mut Tx<'_>, who: &Actor, slice: &mut Slice) -> Result<Vec<Fault>, Problem> {
    let open = slice.told.iter().filter(|told| told.back.is_some());
    let numbers: Vec<&str> = open.map(|told| told.number.as_str()).collect();
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let known: HashMap<String, Option<Fen>> = known(tx, who, slice, &numbers)?
        .into_iter()
        .map(|state| (state.number, state.merged.most_back()))
        .collect();
    let mut faults = Vec::new();
    slice.told.retain(|told| {
        let known = known.get(&told.number).copied().flatten();
        let fault = told.back.as_ref().and_then(|back| back.above(known));
        let stays = fault.is_none();
        faults.extend(fault);
        stays
    });
    slice.sort_nicks();
    Ok(faults)
}
