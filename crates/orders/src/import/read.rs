use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Fen, Id, Ms, Problem, snippet};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use sheet::{Fault, Flaw, Row, cell};

use crate::import::ask::ImportKind;
use crate::import::columns::Cols;
use crate::import::presale::ToldPresale;
use crate::import::shop_name::{Part, Whose};
use crate::import::words::{self, Standing};
use crate::new_order::{AHEAD_MS, MOST_FEN, NewLine, NewOrder, Version};
use crate::refund::{RefundStatus, ToldRefund};
use crate::status::{AfterStatus, OrderStatus, PayStatus, ShipStatus};

/// How the rows of one sheet are read.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub(crate) kind: ImportKind,
    /// As orders keep it.
    pub(crate) platform: String,
    pub(crate) cols: Cols,
    /// Headers by column.
    pub(crate) headers: Arc<BTreeMap<String, String>>,
    /// Columns nobody knows: place and header.
    pub(crate) extra: Vec<(usize, String)>,
    pub(crate) zone: TimeZone,
    pub(crate) shop: Id,
    /// Which rows are the shop's.
    pub(crate) part: Part,
    pub(crate) now: Ms,
    /// Whether a row is one line of its order, so that rows of one number make one order.
    pub(crate) by_line: bool,
    /// Whether amounts of such rows are the lines' own, to be added up.
    pub(crate) sums: bool,
}

/// What one row says.
#[derive(Clone, Debug)]
pub(crate) struct One {
    pub(crate) row: u64,
    pub(crate) number: String,
    pub(crate) nick: Option<String>,
    /// Whether a nick stood there that names nobody.
    pub(crate) masked: bool,
    pub(crate) new: NewOrder,
    pub(crate) standing: Standing,
    pub(crate) extra: Option<String>,
    /// Of one that was sold ahead.
    pub(crate) presale: Option<Box<ToldPresale>>,
    pub(crate) rough: bool,
    /// Words of states nobody knows.
    pub(crate) unknown: Vec<String>,
    /// The refund it is of.
    pub(crate) refund: Option<Box<ToldRefund>>,
    /// What its rows say it cost, where it has several.
    pub(crate) cost_fen: Fen,
}

/// Money words that say there is none.
const NO_MONEY: &[&str] = &["无退款申请", "无", "没有申请退款"];
/// Reasons that say there is none.
const NO_REASON: &[&str] = &["订单未关闭", "无"];

impl Reading {
    /// Whose a row is.
    pub(crate) fn whose(&self, row: &Row) -> Whose {
        self.part.whose(row)
    }

    /// Reads one row.
    pub(crate) fn one(&self, row: &Row) -> Result<One, Fault> {
        let c = &self.cols;
        let number = row.need(c.order_no, cell::id)?;
        match self.kind {
            ImportKind::Refunds => return self.refund(row, number),
            ImportKind::Waybills => return self.parcel(row, number),
            ImportKind::Payments => return self.payment(row, number),
            _ => {}
        }
        let nick = row.read(c.nick, nick)?;
        let masked = nick
            .as_deref()
            .is_some_and(|nick| cell::masked(nick) || customers::is_masked(nick));
        let (standing, unknown, said) = self.standing(row);
        let line = self.line(row)?;
        let rough = line.is_some() && !self.by_line && self.kind == ImportKind::Orders && c.pieces.is_some();
        let own = self.kind == ImportKind::Orders;
        let money = |column: Option<usize>| row.read(column, |raw| cell::money(cell::unless(raw, NO_MONEY)));
        let time = |column| row.read(column, |raw| cell::moment(raw, &self.zone));
        let text = |column| row.text(column).map(Cow::into_owned);
        let (courier, waybill) = parcels(row, c);
        let new = NewOrder {
            shop: self.shop,
            total_fen: if own { money(c.total)? } else { None },
            paid_fen: if own { money(c.paid)? } else { None },
            post_fen: if own { money(c.post)? } else { None },
            refund_fen: money(c.refund)?.filter(|fen| fen.0 > 0),
            placed_at: time(c.placed_at)?,
            paid_at: time(c.paid_at)?,
            shipped_at: time(c.shipped_at)?,
            signed_at: time(c.signed_at)?,
            done_at: time(c.done_at)?,
            changed_at: time(c.changed_at)?,
            promise_at: time(c.promise_at)?,
            // Platforms write it in words too (预计明天送达): what is no moment is not said.
            due_at: time(c.due_at).unwrap_or_default(),
            payment: text(c.payment),
            delivery: text(c.delivery),
            remark: text(c.remark).or_else(|| text(c.remark2)),
            buyer_note: text(c.buyer_note),
            receiver: text(c.receiver),
            phone: text(c.phone).or_else(|| text(c.phone2)),
            address: address(row, c),
            courier,
            waybill,
            close_reason: text(c.close_reason).filter(|reason| !NO_REASON.contains(&reason.as_str())),
            words: said,
            lines: line.into_iter().collect(),
            ..NewOrder::default()
        };
        Ok(One {
            row: row.number(),
            number,
            nick: nick.filter(|_| !masked),
            masked,
            new,
            standing,
            extra: self.extra(row),
            presale: match own {
                true => ToldPresale::of(row, c, &self.zone, self.now)?,
                false => None,
            },
            rough,
            unknown,
            refund: None,
            cost_fen: Fen(0),
        })
    }

    /// A row that tells nothing of its order but what `new` says.
    fn bare(&self, row: &Row, number: String, new: NewOrder) -> One {
        One {
            row: row.number(),
            number,
            nick: None,
            masked: false,
            new,
            standing: Standing::default(),
            extra: None,
            presale: None,
            rough: false,
            unknown: Vec::new(),
            refund: None,
            cost_fen: Fen(0),
        }
    }

    /// A row of a refund report. Its amount is what is paid back, not what the order keeps.
    fn refund(&self, row: &Row, number: String) -> Result<One, Fault> {
        let c = &self.cols;
        let time = |column| row.read(column, |raw| cell::moment(raw, &self.zone));
        let text = |column| row.text(column).map(Cow::into_owned);
        let word = text(c.after).or_else(|| text(c.status));
        let known = word.as_deref().and_then(words::after);
        let mut one = self.bare(row, number, NewOrder::default());
        one.unknown = word.clone().filter(|_| known.is_none()).into_iter().collect();
        let told = ToldRefund {
            number: row.need(c.refund_no, cell::id)?,
            status: known.and_then(|known| known.after).map(|after| match after {
                AfterStatus::None => RefundStatus::Withdrawn,
                AfterStatus::Open => RefundStatus::Open,
                AfterStatus::Done => RefundStatus::Done,
            }),
            words: word,
            amount_fen: row.need(c.refund, cell::money)?,
            kind: text(c.kind),
            reason: text(c.reason),
            explained: text(c.explained),
            goods_state: text(c.goods_state),
            back_courier: text(c.back_courier),
            back_waybill: text(c.back_waybill),
            applied_at: time(c.applied_at)?,
            settled_at: time(c.settled_at)?,
            changed_at: time(c.changed_at)?,
        };
        let ahead = |at: Option<Ms>| at.is_some_and(|at| at > self.now.plus(AHEAD_MS));
        for (at, column) in [
            (told.applied_at, c.applied_at),
            (told.settled_at, c.settled_at),
            (told.changed_at, c.changed_at),
        ] {
            if ahead(at) {
                return Err(row.fault(column, Flaw::new("in_the_future")));
            }
        }
        if told.amount_fen.0 > MOST_FEN {
            return Err(row.fault(c.refund, Flaw::new("out_of_range").with("max", MOST_FEN)));
        }
        one.refund = Some(Box::new(told.cut()));
        Ok(one)
    }

    /// A row of a file of parcels that left: its order is under way, if it was not yet.
    fn parcel(&self, row: &Row, number: String) -> Result<One, Fault> {
        let c = &self.cols;
        let time = |column| row.read(column, |raw| cell::moment(raw, &self.zone));
        let (courier, waybill) = parcels(row, c);
        if waybill.is_none() {
            row.need(c.waybill, cell::id)?;
        }
        let signed_at = time(c.signed_at)?;
        let new = NewOrder {
            shop: self.shop,
            courier,
            waybill,
            shipped_at: time(c.shipped_at)?,
            signed_at,
            changed_at: time(c.changed_at)?,
            ..NewOrder::default()
        };
        let mut one = self.bare(row, number, new);
        one.standing.ship = Some(if signed_at.is_some() {
            ShipStatus::Signed
        } else {
            ShipStatus::Shipped
        });
        Ok(one)
    }

    /// A row of a list of payments: one of its order's.
    fn payment(&self, row: &Row, number: String) -> Result<One, Fault> {
        let c = &self.cols;
        let new = NewOrder {
            shop: self.shop,
            paid_fen: Some(row.need(c.paid, cell::money)?),
            payment: row.text(c.payment).map(Cow::into_owned),
            paid_at: row.read(c.paid_at, |raw| cell::moment(raw, &self.zone))?,
            ..NewOrder::default()
        };
        Ok(self.bare(row, number, new))
    }

    /// Whether rows say something of orders that are there already, and of no others.
    pub(crate) fn needs_order(&self) -> bool {
        matches!(
            self.kind,
            ImportKind::Refunds | ImportKind::Waybills | ImportKind::Payments
        )
    }

    /// Where the order stands by its words; those nobody knows; and the words themselves.
    fn standing(&self, row: &Row) -> (Standing, Vec<String>, Option<String>) {
        let mut unknown = Vec::new();
        let mut look = |column, find: fn(&str) -> Option<Standing>| {
            let word = row.text(column).map(Cow::into_owned)?;
            let found = find(&word);
            if found.is_none() {
                unknown.push(word.clone());
            }
            Some((word, found.unwrap_or_default()))
        };
        let order = look(self.cols.status, words::order);
        let after = look(self.cols.after, words::after);
        let mut standing = order.as_ref().map(|(_, found)| *found).unwrap_or_default();
        if let Some((_, found)) = &after {
            standing.after = found.after.or(standing.after);
            standing.whole = found.whole;
        }
        // An after-sale word that says there is none is not worth showing.
        let after = after.filter(|(_, found)| found.after != Some(crate::AfterStatus::None));
        let word = |said: Option<(String, Standing)>| said.map(|(word, _)| word);
        let said = match (word(order), word(after)) {
            (Some(order), Some(after)) => Some(format!("{order} · {after}")),
            (order, after) => order.or(after),
        };
        (standing, unknown, said)
    }

    /// What the row says was bought: a line of its own, or what an order as a whole says when it is of one kind
    /// of goods (`export-headers`, Q9).
    fn line(&self, row: &Row) -> Result<Option<NewLine>, Fault> {
        let c = &self.cols;
        let title = row.text(c.title);
        let kinds = row.read(c.kinds, cell::count)?;
        let quantity = row.read(c.quantity.or(c.pieces), cell::count)?;
        if title.is_none() && (!self.by_line || row.text(c.code).is_none()) {
            return Ok(None);
        }
        if kinds.is_some_and(|kinds| kinds > 1) {
            return Ok(None);
        }
        let quantity = quantity.unwrap_or(1);
        let each = |column| -> Result<Option<Fen>, Fault> {
            let sum = row.read(column, |raw| cell::money(cell::unless(raw, NO_MONEY)))?;
            Ok(sum.map(|sum| Fen(sum.0 / quantity.max(1))))
        };
        let price = match row.read(c.price, cell::money)? {
            Some(price) => Some(price),
            None => each(c.goods)?.or(if self.by_line && !self.sums {
                None
            } else {
                each(c.total)?
            }),
        };
        let code = row.read(c.code, cell::code)?.filter(|code| !code.is_empty());
        Ok(Some(NewLine {
            sku: None,
            code: match code {
                Some(code) => Some(code),
                None => row.read(c.code2, cell::code)?,
            },
            title: snippet(title.as_deref().unwrap_or("商品"), 190),
            spec: row.text(c.spec).map(|spec| snippet(&spec, 110)),
            quantity,
            price_fen: price.unwrap_or_default(),
        }))
    }

    fn extra(&self, row: &Row) -> Option<String> {
        let mut kept = Map::new();
        for (index, header) in &self.extra {
            if let Some(text) = row.text(Some(*index)) {
                kept.insert(header.clone(), Value::from(snippet(&text, 500)));
            }
        }
        (!kept.is_empty()).then(|| Value::Object(kept).to_string())
    }

    /// The checked version of what the rows of one order say, which is taken; the problem of a field becomes a fault
    /// of its column.
    pub(crate) fn version(&self, one: &mut One, row: &Row) -> Result<Version, Fault> {
        let mut new = std::mem::take(&mut one.new);
        let Standing {
            order,
            pay,
            ship,
            after,
            whole,
        } = one.standing;
        new.order_status = order;
        new.ship_status = ship;
        new.after_status = after;
        new.pay_status = paid_state(&new, pay, whole);
        let mut version = new.check(self.now).map_err(|problem| self.fault(row, &problem))?;
        version.extra = one.extra.take();
        version.rough = one.rough;
        Ok(version)
    }

    /// Whether a row says what makes an order, besides a number: a buyer, a moment, a state, goods. Footers and
    /// remarks below a table do not. An amount alone is a sum, unless the table has nothing else.
    pub(crate) fn makes_order(&self, one: &One) -> bool {
        let (new, c) = (&one.new, &self.cols);
        let said = one.masked || one.nick.is_some() || new.words.is_some() || !new.lines.is_empty();
        let texts = [&new.receiver, &new.phone, &new.address];
        let times = [
            new.placed_at,
            new.paid_at,
            new.shipped_at,
            new.signed_at,
            new.done_at,
            new.changed_at,
        ];
        if said || texts.iter().any(|text| text.is_some()) || times.iter().any(Option::is_some) {
            return true;
        }
        let more = [c.nick, c.status, c.placed_at, c.paid_at, c.receiver, c.title];
        (new.total_fen.is_some() || new.paid_fen.is_some()) && more.iter().all(Option::is_none)
    }

    fn fault(&self, row: &Row, problem: &Problem) -> Fault {
        let code = match &problem.code {
            Cow::Borrowed(code) => code,
            Cow::Owned(_) => "row_refused",
        };
        let field = problem.field.as_deref().unwrap_or_default();
        let column = match field.strip_prefix("lines.").unwrap_or(field) {
            "total_fen" => self.cols.total,
            "paid_fen" => self.cols.paid,
            "refund_fen" => self.cols.refund,
            "post_fen" => self.cols.post,
            "price_fen" => self.cols.price.or(self.cols.goods),
            "quantity" => self.cols.quantity.or(self.cols.pieces),
            "words" => self.cols.status,
            name => self.cols.at(name),
        };
        row.fault(column, Flaw::new(code))
    }
}

/// Where the money stands, by word and by figures: an order that ended after it was paid was paid back, and one
/// of which nothing is left was paid back in full.
fn paid_state(new: &NewOrder, said: Option<PayStatus>, whole: bool) -> Option<PayStatus> {
    let closed = new.order_status == Some(OrderStatus::Closed);
    let nothing_left = new.paid_fen == Some(Fen(0)) && new.refund_fen.is_some();
    let cash = new.payment.as_deref().is_some_and(|how| how.contains("货到付款"));
    match said {
        _ if nothing_left && new.paid_at.is_some() => Some(PayStatus::Refunded),
        Some(PayStatus::Paid) if whole && new.order_status != Some(OrderStatus::Done) => {
            Some(PayStatus::Refunded)
        }
        // Cash on delivery is paid when the order is completed.
        Some(PayStatus::Paid) if cash && new.order_status != Some(OrderStatus::Done) => None,
        Some(said) => Some(said),
        None if closed && new.paid_at.is_some() => Some(PayStatus::Refunded),
        None if closed => Some(PayStatus::Unpaid),
        None => None,
    }
}

/// A nick as buyers are recognised by it.
pub(crate) fn nick(raw: &str) -> Result<Option<String>, Flaw> {
    let Some(text) = cell::text(raw) else {
        return Ok(None);
    };
    let clean = base::clean_line("nick", &text, NICK);
    clean
        .map(Some)
        .map_err(|_| Flaw::new("too_long").with("limit", NICK))
}

/// Characters of a nick at most.
const NICK: usize = 128;

fn address(row: &Row, c: &Cols) -> Option<String> {
    let parts = [c.province, c.city, c.district, c.street, c.address];
    let mut parts = parts.into_iter().filter_map(|column| row.text(column));
    let mut whole = parts.next()?.into_owned();
    for part in parts {
        whole.push(' ');
        whole.push_str(&part);
    }
    Some(whole)
}

/// Courier and numbers of the parcels, also out of `SF123-顺丰速运;YT9-圆通速递` (`export-headers`, Q9) and
/// `No:7512`.
fn parcels(row: &Row, c: &Cols) -> (Option<String>, Option<String>) {
    let number = |text: &str| text.trim_start_matches("No:").trim().to_owned();
    let waybill = row
        .text(c.waybill)
        .map(|text| number(&text))
        .filter(|text| !text.is_empty());
    let courier = row.text(c.courier).map(Cow::into_owned);
    if c.parcel.is_none() {
        return (courier, waybill);
    }
    let (mut numbers, mut names) = (Vec::new(), Vec::<String>::new());
    for parcel in cell::several(row.raw(c.parcel)) {
        match cell::pair(&parcel, '-') {
            Some((number, name)) => {
                numbers.push(number.into_owned());
                if !names.iter().any(|known| *known == name) {
                    names.push(name.into_owned());
                }
            }
            None => numbers.push(parcel.clone().into_owned()),
        }
    }
    let joined = |parts: Vec<String>| Some(parts.join(";")).filter(|text| !text.is_empty());
    (courier.or(joined(names)), waybill.or(joined(numbers)))
}
