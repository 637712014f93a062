use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use sheet::{Fault, Flaw, Row};

use crate::import::back::OfRows;
use crate::import::first::{First, Said};
use crate::import::payment::Payments;
use crate::import::read::{One, Reading};
use crate::import::slice::Told;
use crate::import::thing::ToldThing;
use crate::import::words;

/// Puts rows together to orders: where each row is a line, neighbours of one number make one order.
///
/// An order whose lines stand apart in the file, or of which one row is refused, is refused as a whole: half an
/// order would look like one of which something was taken away.
pub(crate) struct Grouper<'r> {
    reading: &'r Reading,
    /// Of a list of payments.
    payments: Option<&'r Payments>,
    /// The order whose rows are being read.
    number: Option<String>,
    open: Vec<(One, Row)>,
    /// What is wrong with it; then all its rows are refused.
    wrong: Vec<Fault>,
    /// A row of it that is told of elsewhere.
    lacks: Option<u64>,
    /// Faults of rows that belong to no order.
    loose: Vec<Fault>,
    /// Hashes of the numbers that were seen, where they must not come again.
    seen: HashSet<u64>,
    last: u64,
    pub(crate) masked: i64,
    pub(crate) unknown: Vec<String>,
}

/// What came of rows.
#[derive(Default)]
pub(crate) struct Out {
    pub(crate) told: Option<Told>,
    pub(crate) thing: Option<ToldThing>,
    pub(crate) faults: Vec<Fault>,
    /// Rows up to this one are decided; 0: none further than before.
    pub(crate) upto: u64,
}

/// Rows of one order at most; beyond it a file is not what it seems.
const MOST_ROWS: usize = 200;

impl<'r> Grouper<'r> {
    pub(crate) fn new(reading: &'r Reading, payments: Option<&'r Payments>) -> Grouper<'r> {
        Grouper {
            reading,
            payments,
            number: None,
            open: Vec::new(),
            wrong: Vec::new(),
            lacks: None,
            loose: Vec::new(),
            seen: HashSet::new(),
            last: 0,
            masked: 0,
            unknown: Vec::new(),
        }
    }

    /// Takes the next row; answers with the order that ended before it, or with this one.
    pub(crate) fn push(&mut self, row: Result<Row, Fault>) -> Out {
        let at = match &row {
            Ok(row) => row.number(),
            Err(fault) => fault.row.unwrap_or(self.last),
        };
        let mut out = self.take(row);
        if !self.reading.by_line {
            out.upto = at;
        }
        self.last = at;
        out
    }

    fn take(&mut self, row: Result<Row, Fault>) -> Out {
        let row = match row {
            Ok(row) => row,
            Err(fault) => return self.loose(fault),
        };
        if self.reading.of_things() {
            return match self.reading.thing(&row) {
                Ok(thing) => Out {
                    thing: Some(thing),
                    ..Out::default()
                },
                Err(fault) => self.loose(fault),
            };
        }
        let one = self.reading.one(&row).and_then(|mut one| {
            self.payments
                .map_or(Ok(()), |payments| payments.complete(&mut one, &row))?;
            Ok(one)
        });
        match one {
            Ok(mut one) => {
                self.masked += i64::from(one.masked);
                self.unknown.append(&mut one.unknown);
                if !self.reading.by_line {
                    return self.finished(one, &row);
                }
                let out = self.turn_to(&one.number, &row);
                if self.open.len() == MOST_ROWS {
                    let flaw = Flaw::new("too_many_lines").with("limit", MOST_ROWS);
                    self.wrong.push(row.fault(None, flaw));
                } else {
                    self.open.push((one, row));
                }
                out
            }
            Err(fault) => self.wrong(&row, fault),
        }
    }

    /// Refuses a row whose shop nobody knows, and its order with it.
    pub(crate) fn refuse(&mut self, row: &Row, fault: Fault) -> Out {
        let mut out = self.wrong(row, fault);
        if !self.reading.by_line {
            out.upto = row.number();
        }
        self.last = row.number();
        out
    }

    /// Hears of a row that is another shop's, or is refused and told of elsewhere: an order with such a row is not
    /// whole.
    pub(crate) fn lack(&mut self, row: &Row) -> Out {
        let number = row.need(self.reading.cols.order_no, sheet::cell::id);
        let (true, Ok(number)) = (self.reading.by_line, number) else {
            return Out::default();
        };
        let mut out = Out::default();
        if self.number.as_deref() != Some(&number) {
            out = self.end();
            self.number = Some(number);
        }
        self.lacks.get_or_insert(row.number());
        self.last = row.number();
        out
    }

    /// What is wrong with a row costs it its order, where it is a line of one.
    fn wrong(&mut self, row: &Row, fault: Fault) -> Out {
        let number = row.need(self.reading.cols.order_no, sheet::cell::id);
        let (true, Ok(number)) = (self.reading.by_line, number) else {
            return self.loose(fault);
        };
        let out = self.turn_to(&number, row);
        // A row is told of once.
        self.wrong.retain(|known| known.row != fault.row);
        self.wrong.push(fault);
        out
    }

    /// Notes a row that is in already.
    pub(crate) fn pass(&mut self, row: &Row) {
        if self.reading.by_line
            && let Ok(number) = row.need(self.reading.cols.order_no, sheet::cell::id)
        {
            self.seen.insert(hashed(&number));
        }
    }

    /// A fault that costs its row and nothing else.
    fn loose(&mut self, fault: Fault) -> Out {
        if self.reading.by_line {
            self.loose.push(fault);
            Out::default()
        } else {
            Out {
                faults: vec![fault],
                ..Out::default()
            }
        }
    }

    /// Makes `number` the order whose rows are read; answers with the one before.
    fn turn_to(&mut self, number: &str, row: &Row) -> Out {
        if self.number.as_deref() == Some(number) {
            // It may have begun with a row that is none of its own.
            self.seen.insert(hashed(number));
            return Out::default();
        }
        let out = self.end();
        self.number = Some(number.to_owned());
        if !self.seen.insert(hashed(number)) {
            let flaw = Flaw::new("order_scattered").with("number", number);
            self.wrong.push(row.fault(self.reading.cols.order_no, flaw));
        }
        out
    }

    /// The order that was open.
    pub(crate) fn end(&mut self) -> Out {
        self.number = None;
        let open = std::mem::take(&mut self.open);
        let mut faults = std::mem::take(&mut self.loose);
        let wrong = std::mem::take(&mut self.wrong);
        let upto = self.last;
        let first = wrong.first().map(|fault| fault.row);
        if let Some(first) = first.or(self.lacks.take().map(Some)) {
            let named: Vec<Option<u64>> = wrong.iter().map(|fault| fault.row).collect();
            let others = open.iter().filter(|(one, _)| !named.contains(&Some(one.row)));
            let flaw = || Flaw::new("order_incomplete").with("first", first);
            faults.extend(others.map(|(_, row)| row.fault(None, flaw())));
            faults.extend(wrong);
            return Out {
                faults,
                upto,
                ..Out::default()
            };
        }
        let mut lines = open.into_iter();
        let Some((mut one, row)) = lines.next() else {
            return Out {
                faults,
                upto,
                ..Out::default()
            };
        };
        let mut standings = vec![one.standing];
        let mut rows = OfRows::new(&one.new);
        for (next, _) in lines {
            standings.push(next.standing);
            rows.hear(&next.new);
            one.add(next, self.reading.sums);
        }
        if !self.reading.sums {
            rows.settle(&mut one);
        }
        one.standing = words::together(&standings);
        let mut out = self.finished(one, &row);
        out.faults.extend(faults);
        out.upto = upto;
        out
    }

    /// What is wrong with the row if its order is not there yet; `None` where it makes one.
    fn unknown(&self, one: &One, row: &Row) -> Option<Box<Fault>> {
        let code = match self.reading {
            reading if reading.needs_order() => "order_unknown",
            reading if !reading.makes_order(one) => "row_not_an_order",
            _ => return None,
        };
        let flaw = Flaw::new(code).with("number", one.number.as_str());
        Some(Box::new(row.fault(self.reading.cols.order_no, flaw)))
    }

    fn finished(&self, mut one: One, row: &Row) -> Out {
        let unknown = self.unknown(&one, row);
        let mut presale = one.presale.take();
        let said = self.reading.version(&mut one, row).and_then(|version| {
            let back = self.reading.back(&version, one.cost_fen, row)?;
            presale = presale.take().map(|told| told.said_with(version.newness()));
            if unknown.is_some() {
                return Ok((Said::Version(Box::new(version)), back));
            }
            let first = First::of(version, &one.number, one.nick.is_some(), self.reading);
            Ok((Said::First(first), back))
        });
        match said {
            Ok((said, back)) => Out {
                told: Some(Told {
                    number: one.number,
                    nick: one.nick,
                    said,
                    refund: one.refund,
                    presale,
                    back: back.map(Box::new),
                    unknown,
                }),
                ..Out::default()
            },
            Err(fault) => Out {
                faults: vec![fault],
                ..Out::default()
            },
        }
    }
}

fn hashed(number: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

impl One {
    /// Adds another line of the same order.
    fn add(&mut self, next: One, sums: bool) {
        let (is, more) = (&mut self.new, next.new);
        let plus = |a: &mut Option<base::Fen>, b: Option<base::Fen>| {
            *a = match (*a, b) {
                (Some(a), Some(b)) => Some(base::Fen(a.0 + b.0)),
                (a, b) => a.or(b),
            };
        };
        plus(&mut is.refund_fen, more.refund_fen);
        if sums {
            plus(&mut is.total_fen, more.total_fen);
            plus(&mut is.paid_fen, more.paid_fen);
            plus(&mut is.post_fen, more.post_fen);
        }
        is.lines.extend(more.lines);
        let later = |a: &mut Option<base::Ms>, b: Option<base::Ms>| *a = (*a).max(b);
        later(&mut is.paid_at, more.paid_at);
        later(&mut is.shipped_at, more.shipped_at);
        later(&mut is.signed_at, more.signed_at);
        later(&mut is.done_at, more.done_at);
        later(&mut is.changed_at, more.changed_at);
        let fill = |a: &mut Option<String>, b: Option<String>| {
            if a.is_none() {
                *a = b;
            }
        };
        fill(&mut is.remark, more.remark);
        fill(&mut is.buyer_note, more.buyer_note);
        fill(&mut is.courier, more.courier);
        fill(&mut is.waybill, more.waybill);
        fill(&mut is.words, more.words);
        fill(&mut is.receiver, more.receiver);
        fill(&mut is.phone, more.phone);
        fill(&mut is.address, more.address);
        match (&mut self.presale, next.presale) {
            (Some(is), Some(more)) => is.add(&more, sums),
            (is, more) => *is = is.take().or(more),
        }
        fill(&mut self.extra, next.extra);
        fill(&mut self.nick, next.nick);
    }
}
