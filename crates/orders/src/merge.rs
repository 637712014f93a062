//! How versions of an order become one order, whatever the order they arrive in.
//!
//! Every field keeps the moment of the version it came from, so that an older version never overwrites newer
//! data, yet still tells what no newer one said. A version without any time is older than all that have one;
//! of two that are equally new, the one that arrives last is believed, but for the statuses, which then only
//! move forward. An empty value says nothing, and a masked one never replaces a full one.

use std::collections::BTreeMap;

use base::{Fen, Id, Ms};
use customers::is_masked;
use serde::{Deserialize, Serialize};

use crate::line::Line;
use crate::new_order::Version;
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// What versions said of one status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Said<T> {
    /// The newest that was said by a version with a time, and that time.
    pub(crate) dated: Option<(Ms, T)>,
    /// The furthest that was said without a time, or that follows from a time such as `paid_at`.
    pub(crate) forward: Option<T>,
}

impl<T: Copy + Ord + Default> Said<T> {
    fn hear(&mut self, newness: Option<Ms>, value: Option<T>, implied: Option<T>) {
        match (newness, value) {
            (Some(at), Some(value)) => self.dated = self.dated.max(Some((at, value))),
            (None, Some(value)) => self.forward = self.forward.max(Some(value)),
            (_, None) => {}
        }
        if value.is_none() {
            self.forward = self.forward.max(implied);
        }
    }

    /// Where a status stands that only ever moves forward.
    pub(crate) fn furthest(self) -> T {
        let dated = self.dated.map(|(_, value)| value);
        dated.max(self.forward).unwrap_or_default()
    }

    /// Where a status stands that may begin again: there the newest goes before the furthest.
    pub(crate) fn newest(self) -> T {
        match self.dated {
            Some((_, value)) if value != T::default() => value,
            _ => self.furthest(),
        }
    }
}

/// When the value of each field was said, by the field's name; 0 is "at no known time".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Marks {
    pub(crate) at: BTreeMap<String, Ms>,
    pub(crate) order: Said<OrderStatus>,
    pub(crate) pay: Said<PayStatus>,
    pub(crate) ship: Said<ShipStatus>,
    pub(crate) after: Said<AfterStatus>,
}

/// What is known of an order from the versions that arrived.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Merged {
    pub(crate) customer: Option<Id>,
    pub(crate) total_fen: Option<Fen>,
    pub(crate) paid_fen: Option<Fen>,
    pub(crate) placed_at: Option<Ms>,
    pub(crate) paid_at: Option<Ms>,
    pub(crate) shipped_at: Option<Ms>,
    pub(crate) signed_at: Option<Ms>,
    pub(crate) done_at: Option<Ms>,
    pub(crate) changed_at: Option<Ms>,
    pub(crate) payment: Option<String>,
    pub(crate) delivery: Option<String>,
    pub(crate) remark: Option<String>,
    pub(crate) receiver: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) lines: Option<Vec<Line>>,
    pub(crate) marks: Marks,
}

impl Merged {
    /// Adds what one version says.
    pub(crate) fn hear(&mut self, version: &Version) {
        let newness = version.newness();
        let at = newness.unwrap_or(Ms(0));
        self.changed_at = self.changed_at.max(newness);
        let marks = &mut self.marks;
        take(marks, at, "customer", &mut self.customer, &version.customer);
        take(marks, at, "total_fen", &mut self.total_fen, &version.total_fen);
        take(marks, at, "paid_fen", &mut self.paid_fen, &version.paid_fen);
        take(marks, at, "placed_at", &mut self.placed_at, &version.placed_at);
        take(marks, at, "paid_at", &mut self.paid_at, &version.paid_at);
        take(marks, at, "shipped_at", &mut self.shipped_at, &version.shipped_at);
        take(marks, at, "signed_at", &mut self.signed_at, &version.signed_at);
        take(marks, at, "done_at", &mut self.done_at, &version.done_at);
        take(marks, at, "payment", &mut self.payment, &version.payment);
        take(marks, at, "delivery", &mut self.delivery, &version.delivery);
        take(marks, at, "remark", &mut self.remark, &version.remark);
        take_fuller(marks, at, "receiver", &mut self.receiver, &version.receiver);
        take_fuller(marks, at, "phone", &mut self.phone, &version.phone);
        take_fuller(marks, at, "address", &mut self.address, &version.address);
        let lines = Some(&version.lines).filter(|lines| !lines.is_empty()).cloned();
        take(marks, at, "lines", &mut self.lines, &lines);
        let signed = version.signed_at.map(|_| ShipStatus::Signed);
        let shipped = version.shipped_at.map(|_| ShipStatus::Shipped);
        marks
            .order
            .hear(newness, version.order, version.done_at.map(|_| OrderStatus::Done));
        marks
            .pay
            .hear(newness, version.pay, version.paid_at.map(|_| PayStatus::Paid));
        marks.ship.hear(newness, version.ship, signed.or(shipped));
        marks.after.hear(newness, version.after, None);
    }

    pub(crate) fn order_status(&self) -> OrderStatus {
        self.marks.order.furthest()
    }

    pub(crate) fn pay_status(&self) -> PayStatus {
        self.marks.pay.furthest()
    }

    pub(crate) fn ship_status(&self) -> ShipStatus {
        self.marks.ship.furthest()
    }

    pub(crate) fn after_status(&self) -> AfterStatus {
        self.marks.after.newest()
    }

    /// What the buyer has to pay: as was said, else the sum of the lines.
    pub(crate) fn total(&self) -> Fen {
        let lines = self
            .lines
            .iter()
            .flatten()
            .map(|line| line.quantity * line.price_fen.0);
        self.total_fen.unwrap_or_else(|| Fen(lines.sum()))
    }

    /// What the buyer paid: as was said, else the total once it is paid.
    pub(crate) fn paid(&self) -> Fen {
        let assumed = if self.pay_status() == PayStatus::Unpaid {
            Fen(0)
        } else {
            self.total()
        };
        self.paid_fen.unwrap_or(assumed)
    }

    /// When it was placed, as far as any time tells.
    pub(crate) fn began(&self) -> Option<Ms> {
        self.placed_at
            .or([self.paid_at, self.shipped_at, self.signed_at, self.done_at]
                .into_iter()
                .flatten()
                .min())
    }
}

/// Takes a value unless a newer version said another.
fn take<T: Clone>(marks: &mut Marks, at: Ms, field: &str, kept: &mut Option<T>, said: &Option<T>) {
    if said.is_some() && marks.at.get(field).is_none_or(|known| at >= *known) {
        kept.clone_from(said);
        marks.at.insert(field.to_owned(), at);
    }
}

/// [`take`] for what platforms mask: a full value goes before a masked one, however old it is.
fn take_fuller(marks: &mut Marks, at: Ms, field: &str, kept: &mut Option<String>, said: &Option<String>) {
    let (Some(new), Some(old)) = (said, &*kept) else {
        return take(marks, at, field, kept, said);
    };
    match (is_masked(old), is_masked(new)) {
        (false, true) => {}
        (true, false) => {
            kept.clone_from(said);
            marks.at.insert(field.to_owned(), at);
        }
        _ => take(marks, at, field, kept, said),
    }
}

#[cfg(test)]
mod tests;
