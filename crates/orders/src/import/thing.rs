//! Rows that are no orders: products, counted SKUs, customers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base::{Actor, Ms, Problem, snippet};
use catalogue::{CountedSku, NewProduct, NewSku, Product};
use customers::{MemberDone, NewMember};
use sheet::{Fault, Flaw, Row, cell};
use store::Tx;

use crate::import::ask::ImportKind;
use crate::import::columns::Cols;
use crate::import::journal::Journal;
use crate::import::net::Things;
use crate::import::read::{Reading, nick};
use crate::import::review::{self, ToldReview};
use crate::import::run::ImportCounts;
use crate::import::sample::{self, ImportSample, SampleCustomer, SampleSku};
use crate::import::slice::{Head, Slice};
use crate::review::OrderReview;

/// What one row tells.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    Product(Box<NewProduct>),
    Counted(CountedSku),
    Member(Box<NewMember>),
    Review(Box<ToldReview>),
}

/// One row, with its place for what is wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct ToldThing {
    thing: Thing,
    place: Fault,
}

impl Reading {
    /// Whether rows tell of things that are no orders.
    pub(crate) fn of_things(&self) -> bool {
        matches!(
            self.kind,
            ImportKind::Products | ImportKind::Stock | ImportKind::Customers | ImportKind::Reviews
        )
    }

    /// Reads one row of such a file.
    pub(crate) fn thing(&self, row: &Row) -> Result<ToldThing, Fault> {
        let c = &self.cols;
        let thing = match self.kind {
            ImportKind::Products => Thing::Product(Box::new(product(row, c)?)),
            ImportKind::Stock => Thing::Counted(CountedSku {
                code: row.need(c.code, cell::code)?,
                on_hand: row.need(c.on_hand, cell::count)?,
                safety: row.read(c.safety, cell::count)?,
                cost_fen: row.read(c.cost, cell::money)?,
            }),
            ImportKind::Reviews => Thing::Review(Box::new(review::told(row, c, &self.zone)?)),
            _ => Thing::Member(Box::new(member(row, c)?)),
        };
        Ok(ToldThing {
            thing,
            place: row.fault(None, Flaw::new("row_refused")),
        })
    }
}

fn product(row: &Row, c: &Cols) -> Result<NewProduct, Fault> {
    let text = |column| row.text(column).map(Cow::into_owned);
    let own = row.read(c.code, cell::code)?;
    let code = match row.read(c.product_code, cell::code)? {
        Some(code) => code,
        None => own
            .clone()
            .map_or_else(|| row.need(c.product_code, cell::code), Ok)?,
    };
    let price = row.read(c.price, cell::money)?;
    Ok(NewProduct {
        title: row.text(c.title).map(|title| fitting(&title, 200)),
        picture: text(c.picture),
        url: text(c.url),
        selling_points: row.text(c.points).map(|points| {
            several_points(&points)
                .iter()
                .map(|point| fitting(point, 100))
                .collect()
        }),
        active: row.read(c.active, cell::flag)?,
        shops: None,
        skus: vec![NewSku {
            code: own.unwrap_or_else(|| code.clone()),
            spec: row.text(c.spec).map(|spec| fitting(&spec, 120)),
            price_fen: price,
            cost_fen: row.read(c.cost, cell::money)?,
            floor_fen: row.read(c.floor, cell::money)?,
            on_hand: row.read(c.on_hand, cell::count)?,
            safety: row.read(c.safety, cell::count)?,
            active: None,
        }],
        code,
    })
}

/// As it is where the catalogue takes it so; else its beginning.
fn fitting(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        text.to_owned()
    } else {
        snippet(text, most - 10)
    }
}

/// Points as we write them stand a line each and may have a semicolon in them; platforms part them in other ways too.
fn several_points(cell: &str) -> Vec<Cow<'_, str>> {
    if cell.contains('\n') {
        cell.lines().filter_map(cell::text).collect()
    } else {
        cell::several(cell)
    }
}

fn member(row: &Row, c: &Cols) -> Result<NewMember, Fault> {
    let text = |column| row.text(column).map(Cow::into_owned);
    let parts = [c.province, c.city, c.district, c.street, c.address];
    let address: Vec<Cow<'_, str>> = parts.into_iter().filter_map(|column| row.text(column)).collect();
    Ok(NewMember {
        nick: row.need(c.nick, nick)?,
        also: row.read(c.also, nick)?,
        level: row.read(c.level, level)?,
        vip: row.read(c.vip, cell::flag)?,
        vip_note: text(c.vip_note),
        note: text(c.remark),
        real_name: text(c.receiver),
        phone: text(c.phone),
        address: (!address.is_empty()).then(|| address.join(" ")),
    })
}

/// A member level: a number, also with words around it (`V3`, `3级`).
fn level(raw: &str) -> Result<Option<i64>, Flaw> {
    let Some(text) = cell::text(raw) else {
        return Ok(None);
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits
        .parse()
        .map(Some)
        .map_err(|_| Flaw::new("number_bad").seen(raw))
}

impl ToldThing {
    /// How it is shown before it is taken in.
    pub(crate) fn sample(&self) -> Option<ImportSample> {
        Some(match &self.thing {
            Thing::Product(told) => {
                let sku = told.skus.first()?;
                ImportSample::Sku(SampleSku {
                    code: sku.code.clone(),
                    title: told.title.clone(),
                    spec: sku.spec.clone(),
                    price_fen: sku.price_fen,
                    on_hand: sku.on_hand,
                })
            }
            Thing::Counted(counted) => ImportSample::Sku(SampleSku {
                code: counted.code.clone(),
                title: None,
                spec: None,
                price_fen: None,
                on_hand: Some(counted.on_hand),
            }),
            Thing::Member(new) => {
                let (buyer, phone) = sample::person(&new.nick, new.phone.as_deref());
                ImportSample::Customer(SampleCustomer {
                    buyer,
                    level: new.level,
                    vip: new.vip,
                    phone,
                })
            }
            Thing::Review(told) => ImportSample::Review(told.sample()),
        })
    }

    /// What the program says is wrong with it, at its place.
    fn fault(&self, problem: &Problem, headers: &BTreeMap<String, String>) -> Fault {
        let field = problem.field.as_deref().unwrap_or_default();
        let column = match field.strip_prefix("skus.").unwrap_or(field) {
            "price_fen" => "price",
            "floor_fen" => "floor",
            "cost_fen" => "cost",
            "selling_points" => "points",
            "note" => "remark",
            "real_name" => "receiver",
            "text" => "said",
            "at" => "said_at",
            name => name,
        };
        Fault {
            column: headers.get(column).cloned(),
            code: match &problem.code {
                Cow::Borrowed(code) => code,
                Cow::Owned(_) => "row_refused",
            },
            ..self.place.clone()
        }
    }
}

/// Takes the rows of a slice in: counts what they did, and what is wrong with those that were refused. A refusal
/// costs its row; what is no refusal ends the slice.
pub(crate) fn take_in(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
) -> Result<(ImportCounts, Vec<Fault>), Problem> {
    let journal = Journal {
        org: who.org,
        run: head.id,
        slice: slice.no,
    };
    let (mut products, mut reviews) = (Things::<Product>::default(), Things::<OrderReview>::default());
    let mut back = 0;
    let (mut counts, faults) = each(slice, |told| {
        let new = match &told.thing {
            Thing::Member(new) => {
                let place = (head.id, slice.no);
                let (done, rows) = customers::import_member(tx, now, who, head.shop, place, new)?;
                back += rows;
                return Ok(done);
            }
            Thing::Review(told) => {
                return review::take_in(tx, now, who, head, &slice.platform, told, &mut reviews);
            }
            Thing::Product(new) => NewProduct::clone(new),
            Thing::Counted(counted) => catalogue::counted(tx, who, counted)?,
        };
        let (was, is) = catalogue::import_product(tx, now, who, head.shop, &new)?;
        let done = match &was {
            None => MemberDone::Made,
            Some(was) if *was == is => MemberDone::Same,
            Some(_) => MemberDone::Changed,
        };
        if done != MemberDone::Same {
            products.add(is.id, was, is);
        }
        Ok(done)
    })?;
    counts.take_back(back);
    counts.take_back(products.keep(tx, &journal, "product", catalogue::is_same_product)?);
    counts.take_back(reviews.keep(tx, &journal, "review", OrderReview::eq)?);
    Ok((counts, faults))
}

/// What [`take_in`] would do; writes nothing. Each row is held against what stands there now: of what a row before it
/// would do it knows nothing.
pub(crate) fn preview(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    head: &Head,
    slice: &Slice,
) -> Result<(ImportCounts, Vec<Fault>), Problem> {
    each(slice, |told| {
        let new = match &told.thing {
            Thing::Member(new) => return customers::weigh_member(tx, who, head.shop, new),
            Thing::Review(told) => return review::weigh(tx, now, who, head, &slice.platform, told),
            Thing::Product(new) => NewProduct::clone(new),
            Thing::Counted(counted) => catalogue::counted(tx, who, counted)?,
        };
        let (was, changed) = catalogue::weigh_product(tx, who, &new)?;
        Ok(match was {
            None => MemberDone::Made,
            Some(_) if changed => MemberDone::Changed,
            Some(_) => MemberDone::Same,
        })
    })
}

fn each(
    slice: &Slice,
    mut work: impl FnMut(&ToldThing) -> Result<MemberDone, Problem>,
) -> Result<(ImportCounts, Vec<Fault>), Problem> {
    let mut counts = ImportCounts {
        read: slice.read,
        refused: slice.refused,
        ..ImportCounts::default()
    };
    let mut faults = Vec::new();
    for told in &slice.things {
        match work(told) {
            Ok(MemberDone::Made) => counts.created += 1,
            Ok(MemberDone::Changed) => counts.changed += 1,
            Ok(MemberDone::Same) => counts.unchanged += 1,
            Err(problem) if problem.status >= 500 || problem.status == 403 => return Err(problem),
            Err(problem) => {
                counts.refused += 1;
                faults.push(told.fault(&problem, &slice.headers));
            }
        }
    }
    Ok((counts, faults))
}
