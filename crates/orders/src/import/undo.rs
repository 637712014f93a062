use std::collections::{HashMap, HashSet};

use base::{Actor, Id, Ms, Problem};
use catalogue::Product;
use store::{Arg, Tx, args, pad};

use crate::desk::{self, Presale};
use crate::filed;
use crate::hold;
use crate::import::net::BeforeAfter;
use crate::import::review;
use crate::import::sums::Sums;
use crate::import::talk::{Talks, TalksBack};
use crate::import::work;
use crate::merge::Merged;
use crate::refund::Refund;
use crate::state::{COLUMNS, State};

/// Gives back the last slice of a run that was not given back yet: what it made goes, what it changed is as it
/// was, but for orders somebody touched since, which stay and are listed. Answers whether there may be more.
pub(crate) fn slice(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    talks: Option<Talks>,
) -> Result<bool, Problem> {
    let last = tx.row(
        "SELECT no, first_id, last_id FROM import_slice WHERE org_id = $1 AND run_id = $2 AND undone = 0
         ORDER BY no DESC LIMIT 1",
        args![who.org, id],
        |row| Ok((row.get::<i64>(0)?, row.get::<Id>(1)?, row.get::<Id>(2)?)),
    )?;
    let Some((no, first, last)) = last else {
        return Ok(false);
    };
    if let Some(talks) = talks
        && give_back_talks(tx, now, who, id, no, talks)?
    {
        return Ok(true);
    }
    let mut back = Undo {
        run: id,
        slice: no,
        sums: Sums::default(),
        given: 0,
        kept: 0,
        whose: Vec::new(),
        touched: Vec::new(),
    };
    back.changed_refunds(tx, who.org)?;
    back.made_refunds(tx, who.org, first, last)?;
    back.reviews(tx, now, who.org)?;
    back.products(tx, now, who)?;
    back.members(tx, who.org)?;
    back.changed(tx, who)?;
    back.made(tx, who, first, last)?;
    let sums = back.sums.after(Id::NONE);
    customers::add_purchases(tx, who.org, &sums)?;
    back.whose.extend(sums.iter().map(|(customer, ..)| *customer));
    crate::archive::tell(tx, now, who, &back.whose)?;
    forget(tx, who.org, &back, (first, last), talks)?;
    tx.exec(
        "UPDATE import_slice SET undone = 1 WHERE org_id = $1 AND run_id = $2 AND no = $3",
        args![who.org, id, no],
    )?;
    work::gave_back(tx, now, who.org, id, back.given, back.kept)?;
    Ok(true)
}

/// Gives back some talks of a run; answers whether it did. They go before the slices they came with: a talk is one,
/// however many slices it came in.
fn give_back_talks(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    slice: i64,
    talks: Talks,
) -> Result<bool, Problem> {
    let back = (talks.give_back)(tx, now, who, id)?;
    if back == TalksBack::default() {
        return Ok(false);
    }
    let mut undo = Undo {
        run: id,
        slice,
        sums: Sums::default(),
        given: back.given,
        kept: 0,
        whose: Vec::new(),
        touched: Vec::new(),
    };
    let kept: Vec<(Id, i64)> = back.kept.iter().map(|talk| (*talk, 0)).collect();
    undo.keep(tx, who.org, "talk", &kept)?;
    work::gave_back(tx, now, who.org, id, undo.given, undo.kept)?;
    Ok(back.more)
}

struct Undo {
    run: Id,
    slice: i64,
    /// What customers' sums are to be changed by.
    sums: Sums,
    given: i64,
    kept: i64,
    /// Customers of the orders it changes.
    whose: Vec<Id>,
    /// Orders it made that stay because somebody touched them since.
    touched: Vec<Id>,
}

impl Undo {
    /// Makes the orders that the slice changed what they were.
    fn changed(&mut self, tx: &mut Tx<'_>, who: &Actor) -> Result<(), Problem> {
        let presales = self.journal(tx, who.org, "presale")?;
        let mut presales: HashMap<Id, String> =
            presales.into_iter().map(|(order, was, _)| (order, was)).collect();
        for (order, before, rev) in self.journal(tx, who.org, "order")? {
            let Some(is) = State::get(tx, who.org, order)? else {
                continue;
            };
            if is.rev != rev {
                self.keep(tx, who.org, "order", &[(order, is.rev)])?;
                continue;
            }
            let before: State = serde_json::from_str(&before).map_err(|_| Problem::internal())?;
            let before = of_the_living(tx, who.org, before)?;
            self.uncount(&is);
            if let Some(customer) = before.counted_customer {
                self.sums.add(customer, before.counted_fen, 1);
            }
            self.whose.extend(is.merged.customer);
            self.whose.extend(before.merged.customer);
            before.restore(tx, who.org, &is)?;
            if let Some(was) = presales.remove(&order) {
                let was: Option<Presale> = serde_json::from_str(&was).map_err(|_| Problem::internal())?;
                desk::restore_presale(tx, who.org, order, was.as_ref())?;
            }
            hold::settle_many(tx, who.org, &[(order, &before.merged)])?;
            self.given += 1;
        }
        Ok(())
    }

    /// Takes away the orders that the slice made.
    fn made(&mut self, tx: &mut Tx<'_>, who: &Actor, first: Id, last: Id) -> Result<(), Problem> {
        let sql = format!(
            "SELECT {COLUMNS} FROM shop_order WHERE org_id = $1 AND id >= $2 AND id <= $3 AND import_run = $4"
        );
        let there = tx.rows(&sql, args![who.org, first, last, self.run], State::read)?;
        let (mine, touched): (Vec<State>, Vec<State>) = there.into_iter().partition(|state| state.rev == 1);
        let touched: Vec<_> = touched.iter().map(|state| (state.id, state.rev)).collect();
        self.keep(tx, who.org, "order", &touched)?;
        self.touched = touched.into_iter().map(|(order, _)| order).collect();
        for state in &mine {
            self.uncount(state);
            self.whose.extend(state.merged.customer);
        }
        let nothing = Merged::default();
        let given: Vec<_> = mine.iter().map(|state| (state.id, &nothing)).collect();
        hold::settle_many(tx, who.org, &given)?;
        let ids: Vec<Id> = mine.iter().map(|state| state.id).collect();
        desk::forget(tx, who.org, &ids)?;
        delete(tx, who.org, &ids)?;
        let filed = mine
            .iter()
            .filter_map(|state| Some((state.merged.customer?, state.id)));
        filed::forget(tx, who.org, &filed.collect::<Vec<_>>())?;
        self.given += mine.len() as i64;
        Ok(())
    }

    /// What rows of a kind were that the slice changed: id, as it was, the revision it was left with.
    fn journal(&self, tx: &mut Tx<'_>, org: Id, kind: &str) -> Result<Vec<(Id, String, i64)>, Problem> {
        tx.rows(
            "SELECT row_id, before, rev FROM import_row
             WHERE org_id = $1 AND run_id = $2 AND slice = $3 AND kind = $4 AND before IS NOT NULL AND kept = 0",
            args![org, self.run, self.slice, kind],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    }

    /// Notes rows that stay because somebody touched them since.
    fn keep(&mut self, tx: &mut Tx<'_>, org: Id, kind: &str, touched: &[(Id, i64)]) -> Result<(), Problem> {
        let mut rows: Vec<Arg<'_>> = Vec::with_capacity(touched.len() * 8);
        for (id, rev) in touched {
            let row = args![org, self.run, self.slice, kind, *id, None::<&str>, *rev, 1];
            rows.extend_from_slice(row);
        }
        tx.insert_many(
            "INSERT INTO import_row (org_id, run_id, slice, kind, row_id, before, rev, kept)",
            8,
            "ON CONFLICT (org_id, run_id, slice, kind, row_id) DO UPDATE SET kept = 1",
            &rows,
        )?;
        self.kept += touched.len() as i64;
        Ok(())
    }

    /// Makes what the slice said of orders what it was, but for what somebody wrote since.
    fn reviews(&mut self, tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<(), Problem> {
        for (order, said, _) in self.journal(tx, org, "review")? {
            if review::give_back(tx, now, org, order, &said)? {
                self.given += 1;
            } else {
                self.keep(tx, org, "review", &[(order, 0)])?;
            }
        }
        Ok(())
    }

    /// Gives back what the slice did to products, but for those that were changed since or stand in orders.
    fn products(&mut self, tx: &mut Tx<'_>, now: Ms, who: &Actor) -> Result<(), Problem> {
        for (id, text, _) in self.journal(tx, who.org, "product")? {
            let read = serde_json::from_str::<BeforeAfter<Product>>(&text);
            let BeforeAfter { was, is } = read.map_err(|_| Problem::internal())?;
            let new = is.skus.iter().map(|sku| sku.id);
            let new: Vec<Id> = new
                .filter(|id| {
                    !was.as_ref()
                        .is_some_and(|was| was.skus.iter().any(|sku| sku.id == *id))
                })
                .collect();
            if !bought(tx, who.org, &new)? && catalogue::give_back_product(tx, now, who, was.as_ref(), &is)? {
                self.given += 1;
            } else {
                self.keep(tx, who.org, "product", &[(id, 0)])?;
            }
        }
        Ok(())
    }

    /// Gives back what the slice did to customers; those it made are taken away with all others it made.
    fn members(&mut self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        let (given, kept) = customers::give_back_members(tx, org, self.run, self.slice)?;
        self.given += given;
        let kept: Vec<_> = kept.into_iter().map(|id| (id, 0)).collect();
        self.keep(tx, org, "customer", &kept)
    }

    /// Makes the refunds that the slice changed what they were.
    fn changed_refunds(&mut self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        for (id, before, rev) in self.journal(tx, org, "refund")? {
            let Some(is) = Refund::get(tx, org, id)? else {
                continue;
            };
            if is.rev == rev {
                let before: Refund = serde_json::from_str(&before).map_err(|_| Problem::internal())?;
                Refund::put(tx, org, &[&before])?;
                self.given += 1;
            } else {
                self.keep(tx, org, "refund", &[(id, is.rev)])?;
            }
        }
        Ok(())
    }

    /// Takes away the refunds that the slice made.
    fn made_refunds(&mut self, tx: &mut Tx<'_>, org: Id, first: Id, last: Id) -> Result<(), Problem> {
        let there = Refund::made_by(tx, org, self.run, first, last)?;
        let (mine, touched): (Vec<Refund>, Vec<Refund>) =
            there.into_iter().partition(|refund| refund.rev == 1);
        let touched: Vec<_> = touched.iter().map(|refund| (refund.id, refund.rev)).collect();
        self.keep(tx, org, "refund", &touched)?;
        Refund::forget(tx, org, &mine.iter().map(|refund| refund.id).collect::<Vec<_>>())?;
        self.given += mine.len() as i64;
        Ok(())
    }

    fn uncount(&mut self, state: &State) {
        if let Some(customer) = state.counted_customer {
            self.sums.add(customer, base::Fen(-state.counted_fen.0), -1);
        }
    }
}

/// Whether an order has one of these SKUs.
fn bought(tx: &mut Tx<'_>, org: Id, skus: &[Id]) -> Result<bool, Problem> {
    if skus.is_empty() {
        return Ok(false);
    }
    let sql = format!(
        "SELECT order_id FROM order_line WHERE org_id = $1 AND sku_id IS NOT NULL AND sku_id IN {} LIMIT 1",
        Tx::in_list(2, skus.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(skus));
    Ok(tx.value::<Id>(&sql, &arguments)?.is_some())
}

fn delete(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<(), Problem> {
    if orders.is_empty() {
        return Ok(());
    }
    let list = Tx::in_list(2, orders.len());
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(orders));
    for table in [
        "order_line",
        "order_secret",
        "order_stock",
        "order_refund",
        "presale",
    ] {
        let sql = format!("DELETE FROM {table} WHERE org_id = $1 AND order_id IN {list}");
        tx.exec(&sql, &arguments)?;
    }
    let sql = format!("DELETE FROM shop_order WHERE org_id = $1 AND id IN {list}");
    tx.exec(&sql, &arguments)?;
    Ok(())
}

/// An order as it was, of whoever its customer is by now: one who was joined into another since stands for them, and
/// one who is gone is nobody's name.
fn of_the_living(tx: &mut Tx<'_>, org: Id, mut before: State) -> Result<State, Problem> {
    for customer in [&mut before.merged.customer, &mut before.counted_customer] {
        if let Some(was) = *customer {
            *customer = base::found(customers::survivor(tx, org, was))?;
        }
    }
    if before.counted_customer.is_none() {
        before.counted_fen = base::Fen(0);
    }
    Ok(before)
}

/// Whom the journals of other runs name for these orders: given back, an order belongs to them again.
fn named_elsewhere(tx: &mut Tx<'_>, org: Id, run: Id, orders: &[Id]) -> Result<HashSet<Id>, Problem> {
    if orders.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "SELECT before FROM import_row
         WHERE org_id = $1 AND run_id <> $2 AND kind = 'order' AND before IS NOT NULL AND row_id IN {}",
        Tx::in_list(3, orders.len())
    );
    let mut arguments = args![org, run].to_vec();
    arguments.extend(pad(orders));
    let mut named = HashSet::new();
    for before in tx.rows(&sql, &arguments, |row| row.get::<String>(0))? {
        let before: State = serde_json::from_str(&before).map_err(|_| Problem::internal())?;
        named.extend(before.merged.customer);
    }
    Ok(named)
}

/// Takes away the customers that the slice made and who have nothing any more.
fn forget(
    tx: &mut Tx<'_>,
    org: Id,
    back: &Undo,
    (first, last): (Id, Id),
    talks: Option<Talks>,
) -> Result<(), Problem> {
    let run = back.run;
    let mut made = customers::made_by(tx, org, run, first, last)?;
    if !made.is_empty() {
        let named = named_elsewhere(tx, org, run, &back.touched)?;
        made.retain(|id| !named.contains(id));
    }
    if let Some(talks) = talks.filter(|_| !made.is_empty()) {
        let talked = (talks.talked)(tx, org, &made)?;
        made.retain(|id| !talked.contains(id));
    }
    if made.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT f.customer_id FROM customer_order f CROSS JOIN shop_order o
         WHERE f.org_id = $1 AND f.customer_id IN {}
           AND o.org_id = f.org_id AND o.id = f.order_id AND o.customer_id = f.customer_id",
        Tx::in_list(2, made.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(&made));
    let with_orders: HashSet<Id> = tx.rows(&sql, &arguments, |row| row.get(0))?.into_iter().collect();
    let gone: Vec<Id> = made.into_iter().filter(|id| !with_orders.contains(id)).collect();
    customers::forget_made(tx, org, run, &gone)?;
    Ok(())
}
