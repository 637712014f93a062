//! How versions of an order become one order, whatever the order they arrive in.
//!
//! Every field keeps the moment of the version it came from, so that an older version never overwrites newer
//! data, yet still tells what no newer one said. A version without any time is older than all that have one;
//! of two that are equally new, the one with a status further on is newer (a file without the times of shipping
//! and completion still says that it was shipped); else the one that arrives last is believed, but for the
//! statuses, which then only move forward. An empty value says nothing, and a masked one never replaces a full one: it
//! stands beside it ([`Stars`]), and where it contradicts the full one, the order goes elsewhere by now.

use std::fmt::Write as _;

use base::{Fen, Id, Ms};
use customers::is_masked;
use serde::{Deserialize, Serialize};

use crate::line::Line;
use crate::moments::{Field, Moments};
use crate::new_order::Version;
use crate::secret::Secret;
use crate::stars::{Starred, Stars};
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// What versions said of one status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Said<T> {
    /// The newest that was said by a version with a time, and that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) dated: Option<(Ms, T)>,
    /// The furthest that was said without a time, or that follows from a time such as `paid_at`.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub(crate) forward: Option<T>,
}

fn none<T>() -> Option<T> {
    None
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

    /// Adds it to the JSON of [`Marks`].
    fn write(self, name: &str, key: fn(T) -> &'static str, text: &mut String) {
        // Writing to a string does not fail.
        let _ = write!(text, ",\"{name}\":{{");
        if let Some((at, value)) = self.dated {
            let _ = write!(text, "\"dated\":[{},\"{}\"]", at.0, key(value));
        }
        if let Some(value) = self.forward {
            let comma = if self.dated.is_some() { "," } else { "" };
            let _ = write!(text, "{comma}\"forward\":\"{}\"", key(value));
        }
        text.push('}');
    }

    /// Whether nobody ever said anything of it.
    pub(crate) fn is_silent(self) -> bool {
        self.dated.is_none() && self.forward.is_none()
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

/// How new a version is beside what is known of its order.
#[derive(Clone, Copy)]
struct Newness {
    /// 0: at no known time.
    at: Ms,
    /// Whether a status of it lies behind what is known.
    behind: bool,
}

impl Newness {
    /// Whether a value of it goes before the one said at `known`.
    fn beats(self, known: Option<Ms>) -> bool {
        known.is_none_or(|known| self.at > known || (self.at == known && !self.behind))
    }
}

/// When the value of each field was said; 0 is "at no known time".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Marks {
    pub(crate) at: Moments,
    pub(crate) order: Said<OrderStatus>,
    pub(crate) pay: Said<PayStatus>,
    pub(crate) ship: Said<ShipStatus>,
    pub(crate) after: Said<AfterStatus>,
}

impl Marks {
    /// As the row keeps them: the JSON of it, which a file writes for every order.
    pub(crate) fn written(&self) -> String {
        let mut text = String::with_capacity(192);
        text.push_str("{\"at\":");
        self.at.write(&mut text);
        self.order.write("order", OrderStatus::key, &mut text);
        self.pay.write("pay", PayStatus::key, &mut text);
        self.ship.write("ship", ShipStatus::key, &mut text);
        self.after.write("after", AfterStatus::key, &mut text);
        text.push('}');
        text
    }
}

/// What is known of an order from the versions that arrived.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    pub(crate) refund_fen: Option<Fen>,
    pub(crate) post_fen: Option<Fen>,
    pub(crate) buyer_note: Option<String>,
    pub(crate) courier: Option<String>,
    pub(crate) waybill: Option<String>,
    pub(crate) close_reason: Option<String>,
    pub(crate) words: Option<String>,
    pub(crate) promise_at: Option<Ms>,
    #[serde(default)]
    pub(crate) due_at: Option<Ms>,
    pub(crate) extra: Option<String>,
    pub(crate) lines: Option<Vec<Line>>,
    /// What was said with stars since `receiver`, `phone` and `address` were said in full.
    #[serde(default)]
    pub(crate) stars: Stars,
    pub(crate) marks: Marks,
}

impl Merged {
    /// Adds what one version says.
    pub(crate) fn hear(&mut self, version: &Version) {
        self.hear_of(version.clone(), version.customer);
    }

    /// [`Merged::hear`] of a version that goes into it, and whose customer was found elsewhere.
    pub(crate) fn hear_of(&mut self, version: Version, customer: Option<Id>) {
        let newness = version.newness();
        let at = Newness {
            at: newness.unwrap_or(Ms(0)),
            behind: self.is_past(&version),
        };
        self.changed_at = self.changed_at.max(newness);
        let (marks, stars) = (&mut self.marks, &mut self.stars);
        take(marks, at, Field::Customer, &mut self.customer, customer);
        take(marks, at, Field::TotalFen, &mut self.total_fen, version.total_fen);
        take(marks, at, Field::PaidFen, &mut self.paid_fen, version.paid_fen);
        take(marks, at, Field::PlacedAt, &mut self.placed_at, version.placed_at);
        take(marks, at, Field::PaidAt, &mut self.paid_at, version.paid_at);
        take(
            marks,
            at,
            Field::ShippedAt,
            &mut self.shipped_at,
            version.shipped_at,
        );
        take(marks, at, Field::SignedAt, &mut self.signed_at, version.signed_at);
        take(marks, at, Field::DoneAt, &mut self.done_at, version.done_at);
        take(marks, at, Field::Payment, &mut self.payment, version.payment);
        take(marks, at, Field::Delivery, &mut self.delivery, version.delivery);
        take(marks, at, Field::Remark, &mut self.remark, version.remark);
        take_fuller(
            marks,
            at,
            Field::Receiver,
            (&mut self.receiver, &mut stars.receiver),
            version.receiver,
        );
        take_fuller(
            marks,
            at,
            Field::Phone,
            (&mut self.phone, &mut stars.phone),
            version.phone,
        );
        take_fuller(
            marks,
            at,
            Field::Address,
            (&mut self.address, &mut stars.address),
            version.address,
        );
        take(marks, at, Field::PostFen, &mut self.post_fen, version.post_fen);
        take(
            marks,
            at,
            Field::BuyerNote,
            &mut self.buyer_note,
            version.buyer_note,
        );
        take(marks, at, Field::Courier, &mut self.courier, version.courier);
        take(marks, at, Field::Waybill, &mut self.waybill, version.waybill);
        take(
            marks,
            at,
            Field::CloseReason,
            &mut self.close_reason,
            version.close_reason,
        );
        take(marks, at, Field::Words, &mut self.words, version.words);
        take(
            marks,
            at,
            Field::PromiseAt,
            &mut self.promise_at,
            version.promise_at,
        );
        take(marks, at, Field::DueAt, &mut self.due_at, version.due_at);
        take(marks, at, Field::Extra, &mut self.extra, version.extra);
        // What was paid back is not taken back again.
        self.refund_fen = self.refund_fen.max(version.refund_fen);
        take_lines(marks, at, &mut self.lines, version.rough, version.lines);
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

    /// Who receives it, how to reach them and where, as was said last: with stars where those contradict what is known in
    /// full.
    pub(crate) fn goes_to(&self) -> Secret {
        self.stars.over(self.in_full())
    }

    /// Whether it goes elsewhere by now than is known in full.
    pub(crate) fn moved(&self) -> bool {
        self.stars != Stars::default() && self.goes_to() != self.in_full()
    }

    fn in_full(&self) -> Secret {
        Secret {
            receiver: self.receiver.clone(),
            phone: self.phone.clone(),
            address: self.address.clone(),
        }
    }

    /// Whether the version speaks of a time before what is known: a status of it has been left behind.
    fn is_past(&self, version: &Version) -> bool {
        version.order.is_some_and(|said| said < self.order_status())
            || version.pay.is_some_and(|said| said < self.pay_status())
            || version.ship.is_some_and(|said| said < self.ship_status())
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

    /// What its buyer spent on it, which makes it count as an order of theirs: what was paid less what was paid back.
    /// `None` for what is not paid, was paid back in full, or was closed without being completed. Customers' sums,
    /// levels, segments and reports all come from here.
    pub(crate) fn spent(&self) -> Option<Fen> {
        if self.pay_status() != PayStatus::Paid || self.order_status() == OrderStatus::Closed {
            return None;
        }
        let back = self.refund_fen.unwrap_or_default();
        let left = self.paid().0 - back.0;
        (left > 0 || back.0 == 0).then_some(Fen(left.max(0)))
    }

    /// What can be paid back of it at most: what it costs or what was paid, whichever is more, as some exports tell
    /// what is left of a payment. `None` while nothing says what it costs.
    pub(crate) fn most_back(&self) -> Option<Fen> {
        let lines = self.lines.as_ref().map(|lines| {
            let sum: i64 = lines.iter().map(|line| line.quantity * line.price_fen.0).sum();
            Fen(sum + self.post_fen.unwrap_or_default().0)
        });
        match self.total_fen.or(lines) {
            Some(total) => Some(self.paid_fen.map_or(total, |paid| paid.max(total))),
            None => self.paid_fen.filter(|paid| paid.0 > 0),
        }
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
fn take<T>(marks: &mut Marks, at: Newness, field: Field, kept: &mut Option<T>, said: Option<T>) {
    if said.is_some() && at.beats(marks.at.get(field)) {
        *kept = said;
        marks.at.set(field, Some(at.at));
    }
}

/// [`take`] for lines: what the order as a whole says of them stands only until the lines themselves are told
/// (`export-headers`, Q9), and lines that name no SKU only until some do. What was bought does not change after it was
/// ordered, so a newer file without merchant codes tells less, not something else.
fn take_lines(marks: &mut Marks, at: Newness, kept: &mut Option<Vec<Line>>, rough: bool, lines: Vec<Line>) {
    if lines.is_empty() {
        return;
    }
    let field = match rough {
        false => Field::Lines,
        true if marks.at.get(Field::Lines).is_none() => Field::Rough,
        true => return,
    };
    if !rough && marks.at.get(Field::Rough).is_some() {
        marks.at.set(Field::Rough, None);
        *kept = None;
    }
    match (kept.as_deref().map(coded), coded(&lines)) {
        (Some(true), false) => {}
        (Some(false), true) => {
            *kept = Some(lines);
            marks.at.set(field, Some(at.at));
        }
        _ => take(marks, at, field, kept, Some(lines)),
    }
}

/// Whether lines say which SKU one of them is.
fn coded(lines: &[Line]) -> bool {
    lines.iter().any(|line| line.sku.is_some() || line.code.is_some())
}

/// [`take`] for what platforms mask: a full value goes before a masked one, however old it is. A masked one that is
/// newer than the full one is kept beside it.
fn take_fuller(
    marks: &mut Marks,
    at: Newness,
    field: Field,
    (kept, stars): (&mut Option<String>, &mut Starred),
    said: Option<String>,
) {
    let (Some(new), Some(old)) = (&said, &*kept) else {
        return take(marks, at, field, kept, said);
    };
    let known = marks.at.get(field);
    let starred = stars.as_ref().map(|(at, _)| *at);
    match (is_masked(old), is_masked(new)) {
        (false, true) => {
            if at.beats(known) && at.beats(starred) {
                *stars = Some((at.at, new.clone()));
            }
        }
        (true, false) => {
            if !at.beats(known) {
                *stars = known.zip(Some(old.clone()));
            }
            *kept = said;
            marks.at.set(field, Some(at.at));
        }
        (false, false) => {
            if at.beats(known) && at.beats(starred) {
                *stars = None;
            }
            take(marks, at, field, kept, said);
        }
        (true, true) => take(marks, at, field, kept, said),
    }
}

#[cfg(test)]
mod tests;
