//! What a file says of an order, made ready where the file is read, so that the writer need not.

use std::borrow::Cow;

use base::{Fen, Id, Ms, Problem};

use crate::import::read::Reading;
use crate::new_order::Version;
use crate::state::State;
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// What a file says of one order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Said {
    /// One version of it.
    Version(Box<Version>),
    /// The order it makes where there is none; the texts of the version are there.
    First(First),
    /// Nothing any more: it is on its way into the database.
    #[default]
    Taken,
}

/// An order of which nothing was known, after its first version, but for its id and its customer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct First {
    pub(crate) is: Box<State>,
    /// `is.merged.marks`, as the row keeps them.
    pub(crate) marks: String,
    pub(crate) rest: Rest,
}

/// What the version said that does not stand in the order as it was said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rest {
    order: Option<OrderStatus>,
    pay: Option<PayStatus>,
    ship: Option<ShipStatus>,
    after: Option<AfterStatus>,
    changed_at: Option<Ms>,
    rough: bool,
}

impl Said {
    /// Takes what it makes where there is no such order, with what is needed to put it back into `row`.
    pub(crate) fn take_first(&mut self, row: usize) -> Option<(First, (usize, Rest))> {
        if !matches!(self, Said::First(_)) {
            return None;
        }
        match std::mem::take(self) {
            Said::First(first) => {
                let rest = first.rest;
                Some((first, (row, rest)))
            }
            _ => None,
        }
    }

    /// The version; a copy where it has gone into an order.
    pub(crate) fn version(&self) -> Result<Cow<'_, Version>, Problem> {
        match self {
            Said::Version(version) => Ok(Cow::Borrowed(version)),
            Said::First(first) => Ok(Cow::Owned(first.version())),
            Said::Taken => Err(Problem::internal()),
        }
    }
}

impl First {
    /// The order that the first version of it makes; `nick` says whether somebody bought it.
    pub(crate) fn of(version: Version, number: &str, nick: bool, reading: &Reading) -> First {
        let rest = Rest {
            order: version.order,
            pay: version.pay,
            ship: version.ship,
            after: version.after,
            changed_at: version.changed_at,
            rough: version.rough,
        };
        let (platform, number) = (reading.platform.clone(), number.to_owned());
        let mut is = Box::new(State::new(Id::NONE, reading.now, reading.shop, platform, number));
        is.merged.hear_of(version, nick.then_some(Id::NONE));
        let marks = is.merged.marks.written();
        First { is, marks, rest }
    }

    /// The version it was made of.
    fn version(&self) -> Version {
        let is = self.is.merged.clone();
        Version {
            customer: None,
            order: self.rest.order,
            pay: self.rest.pay,
            ship: self.rest.ship,
            after: self.rest.after,
            total_fen: is.total_fen,
            paid_fen: is.paid_fen,
            placed_at: is.placed_at,
            paid_at: is.paid_at,
            shipped_at: is.shipped_at,
            signed_at: is.signed_at,
            done_at: is.done_at,
            changed_at: self.rest.changed_at,
            payment: is.payment,
            delivery: is.delivery,
            remark: is.remark,
            receiver: is.receiver,
            phone: is.phone,
            address: is.address,
            refund_fen: is.refund_fen,
            post_fen: is.post_fen,
            buyer_note: is.buyer_note,
            courier: is.courier,
            waybill: is.waybill,
            close_reason: is.close_reason,
            words: is.words,
            promise_at: is.promise_at,
            due_at: is.due_at,
            extra: is.extra,
            lines: is.lines.unwrap_or_default(),
            rough: self.rest.rough,
        }
    }

    /// As it was when the file was read, where it did not go into the database after all.
    pub(crate) fn again(mut self) -> First {
        let is = &mut self.is;
        is.id = Id::NONE;
        is.counted_customer = None;
        is.counted_fen = Fen(0);
        is.rev = 0;
        is.import_run = None;
        is.merged.customer = is.merged.customer.map(|_| Id::NONE);
        // Files name no SKU; those found stood in the catalogue of that moment.
        for line in is.merged.lines.iter_mut().flatten() {
            line.sku = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::import::ask::ImportKind;
    use crate::import::columns::Cols;
    use crate::import::look::SheetPlan;
    use crate::import::shop_name::Part;
    use crate::line::Line;

    fn reading() -> Reading {
        Reading {
            kind: ImportKind::Orders,
            platform: "taobao".into(),
            cols: Cols::default(),
            headers: Default::default(),
            extra: Vec::new(),
            zone: TimeZone::UTC,
            shop: Id(2),
            part: Part::of(&SheetPlan::default(), Id(2)).remove(0),
            now: Ms(9),
            by_line: false,
            sums: false,
        }
    }

    /// Every field of it is said.
    fn full() -> Version {
        let text = |name: &str| Some(name.to_owned());
        Version {
            customer: None,
            order: Some(OrderStatus::Done),
            pay: Some(PayStatus::Paid),
            ship: None,
            after: Some(AfterStatus::None),
            total_fen: Some(Fen(1)),
            paid_fen: Some(Fen(2)),
            placed_at: Some(Ms(3)),
            paid_at: Some(Ms(4)),
            shipped_at: Some(Ms(5)),
            signed_at: Some(Ms(6)),
            done_at: Some(Ms(7)),
            changed_at: Some(Ms(2)),
            payment: text("payment"),
            delivery: text("delivery"),
            remark: text("remark"),
            receiver: text("receiver"),
            phone: text("138****1234"),
            address: text("address"),
            refund_fen: Some(Fen(1)),
            post_fen: Some(Fen(3)),
            buyer_note: text("buyer_note"),
            courier: text("courier"),
            waybill: text("waybill"),
            close_reason: text("close_reason"),
            words: text("words"),
            promise_at: Some(Ms(8)),
            due_at: Some(Ms(8)),
            extra: text("{}"),
            lines: vec![Line {
                sku: None,
                code: text("A-1"),
                title: "枕".into(),
                spec: String::new(),
                quantity: 2,
                price_fen: Fen(5),
            }],
            rough: true,
        }
    }

    #[test]
    fn the_version_comes_back_out_of_the_order_it_makes() {
        let undated = Version {
            signed_at: Some(Ms(6)),
            ..Version::default()
        };
        for version in [full(), Version::default(), undated] {
            let said = Said::First(First::of(version.clone(), "1", true, &reading()));
            assert_eq!(*said.version().expect("there"), version);
        }
    }

    #[test]
    fn an_order_that_did_not_go_in_is_made_ready_again() {
        let first = First::of(full(), "1", true, &reading());
        let mut gone = first.clone();
        (gone.is.id, gone.is.rev, gone.is.import_run) = (Id(7), 1, Some(Id(8)));
        gone.is.merged.customer = Some(Id(9));
        for line in gone.is.merged.lines.iter_mut().flatten() {
            line.sku = Some(Id(10));
        }
        assert_eq!(gone.is.settle(), [(Id(9), Fen(1), 1)]);
        let again = gone.again();
        assert_eq!((again.is.counted_customer, again.is.counted_fen), (None, Fen(0)));
        let place = (again.is.sort_at, again.is.created_at);
        let mut again = again;
        (again.is.sort_at, again.is.created_at) = (first.is.sort_at, first.is.created_at);
        assert_eq!(
            again, first,
            "but for its place in lists, which follows anew: {place:?}"
        );
        assert_eq!(
            again.marks,
            serde_json::to_string(&first.is.merged.marks).expect("json")
        );
    }
}
