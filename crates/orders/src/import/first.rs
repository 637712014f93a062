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
    pub(crate) fn of(
        version: Version,
        number: &str,
        nick: bool,
        reading: &Reading,
    ) -> First {
        let rest = Rest {
            order: version.order,
            pay: version.pay,
            ship: version.ship,
            after: version.after,
            changed_at: version.changed_at,
            rough: version.rough,
        };
        let (platform, number) = (reading.platform.clone(), number.to_owned());
        let mut is = Box::new(State::new(
            Id::NONE,
            reading.now,
            reading.shop,
            platform,
            number,
        ));
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
