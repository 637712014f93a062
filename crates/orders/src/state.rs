use std::borrow::Cow;

use base::{Actor, Fen, Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use store::{Arg, Row, Tx, args, pad};

use crate::filed;
use crate::line::{self, OrderLine};
use crate::merge::Merged;
use crate::secret::Secret;

/// An order as it stands in the database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) id: Id,
    pub(crate) shop: Id,
    pub(crate) platform: String,
    pub(crate) number: String,
    pub(crate) created_at: Ms,
    pub(crate) sort_at: Ms,
    pub(crate) confirmed_at: Option<Ms>,
    pub(crate) counted_customer: Option<Id>,
    pub(crate) counted_fen: Fen,
    /// Counts up with every write, whoever writes.
    pub(crate) rev: i64,
    /// The import that made it.
    pub(crate) import_run: Option<Id>,
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) merged: Merged,
}

/// The columns [`State::read`] expects; lines and secrets stand in their own tables.
pub(crate) const COLUMNS: &str = "id, shop_id, platform, number, created_at, sort_at, confirmed_at, \
     counted_customer, counted_fen, customer_id, total_fen, paid_fen, placed_at, paid_at, shipped_at, signed_at, \
     done_at, changed_at, payment, delivery, remark, marks, refund_fen, post_fen, buyer_note, courier, waybill, \
     close_reason, words, promise_at, extra, rev, import_run, due_at";

/// Where new rows go: what orders of one file have in common ([`State::alike`]), then what is each order's own
/// ([`State::values`]).
const INSERT: &str = "INSERT INTO shop_order (org_id, shop_id, platform, created_at, import_run, id, number, sort_at, \
     confirmed_at, counted_customer, counted_fen, customer_id, order_status, pay_status, ship_status, after_status, \
     total_fen, paid_fen, placed_at, paid_at, shipped_at, signed_at, done_at, changed_at, payment, delivery, remark, \
     marks, refund_fen, post_fen, buyer_note, courier, waybill, close_reason, words, promise_at, extra, rev, due_at)";
const OWN: usize = 34;

impl State {
    /// Reads one row selected with [`COLUMNS`] first.
    pub(crate) fn read(row: &Row<'_>) -> Result<State, Problem> {
        let marks: String = row.get(21)?;
        Ok(State {
            id: row.get(0)?,
            shop: row.get(1)?,
            platform: row.get(2)?,
            number: row.get(3)?,
            created_at: row.get(4)?,
            sort_at: row.get(5)?,
            confirmed_at: row.get(6)?,
            counted_customer: row.get(7)?,
            counted_fen: row.get(8)?,
            rev: row.get(31)?,
            import_run: row.get(32)?,
            lines: Vec::new(),
            merged: Merged {
                customer: row.get(9)?,
                total_fen: row.get(10)?,
                paid_fen: row.get(11)?,
                placed_at: row.get(12)?,
                paid_at: row.get(13)?,
                shipped_at: row.get(14)?,
                signed_at: row.get(15)?,
                done_at: row.get(16)?,
                changed_at: row.get(17)?,
                payment: row.get(18)?,
                delivery: row.get(19)?,
                remark: row.get(20)?,
                refund_fen: row.get(22)?,
                post_fen: row.get(23)?,
                buyer_note: row.get(24)?,
                courier: row.get(25)?,
                waybill: row.get(26)?,
                close_reason: row.get(27)?,
                words: row.get(28)?,
                promise_at: row.get(29)?,
                due_at: row.get(33)?,
                extra: row.get(30)?,
                // What we wrote ourselves; should it ever not read, every later version counts as newer.
                marks: serde_json::from_str(&marks).unwrap_or_default(),
                ..Merged::default()
            },
        })
    }

    /// An order of which nothing is known yet.
    pub(crate) fn new(id: Id, now: Ms, shop: Id, platform: String, number: String) -> State {
        State {
            id,
            shop,
            platform,
            number,
            created_at: now,
            sort_at: now,
            confirmed_at: None,
            counted_customer: None,
            counted_fen: Fen(0),
            rev: 0,
            import_run: None,
            lines: Vec::new(),
            merged: Merged::default(),
        }
    }

    /// Makes what follows from the versions follow: the place in lists, and what customers' sums shall hold of
    /// it ([`Merged::spent`]). Answers what the sums are to be changed by: customer, fen, orders.
    pub(crate) fn settle(&mut self) -> Vec<(Id, Fen, i64)> {
        let began = self.merged.began().or(self.merged.changed_at);
        self.sort_at = began.unwrap_or(self.created_at);
        let spent = self.merged.spent();
        let customer = self.merged.customer.filter(|_| spent.is_some());
        let amount = spent.filter(|_| customer.is_some()).unwrap_or_default();
        let had = self.counted_customer.map(|had| (had, self.counted_fen));
        self.counted_customer = customer;
        self.counted_fen = amount;
        match (had, customer) {
            (Some((had, counted)), Some(now)) if had == now && counted == amount => Vec::new(),
            (Some((had, counted)), Some(now)) if had == now => vec![(now, Fen(amount.0 - counted.0), 0)],
            (had, now) => {
                let back = had.map(|(had, counted)| (had, Fen(-counted.0), -1));
                back.into_iter().chain(now.map(|now| (now, amount, 1))).collect()
            }
        }
    }

    /// Adds lines and secrets to rows that were read.
    pub(crate) fn whole(tx: &mut Tx<'_>, org: Id, mut states: Vec<State>) -> Result<Vec<State>, Problem> {
        if states.is_empty() {
            return Ok(states);
        }
        let ids: Vec<Id> = states.iter().map(|state| state.id).collect();
        let mut lines = OrderLine::of_orders(tx, org, &ids)?;
        let mut secrets = Secret::of_orders(tx, org, &ids)?;
        for state in &mut states {
            state.lines = lines.remove(&state.id).unwrap_or_default();
            let told: Vec<_> = state.lines.iter().map(OrderLine::told).collect();
            state.merged.lines = Some(told).filter(|lines| !lines.is_empty());
            if let Some((secret, stars)) = secrets.remove(&state.id) {
                state.merged.stars = stars;
                state.merged.receiver = secret.receiver;
                state.merged.phone = secret.phone;
                state.merged.address = secret.address;
            }
        }
        Ok(states)
    }

    /// The order `id` of an organisation, whole; no right is asked.
    pub(crate) fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<State>, Problem> {
        let sql = format!("SELECT {COLUMNS} FROM shop_order WHERE org_id = $1 AND id = $2");
        let found = tx.rows(&sql, args![org, id], State::read)?;
        Ok(State::whole(tx, org, found)?.pop())
    }

    /// The orders of these ids, whole, in no order; no right is asked.
    pub(crate) fn by_ids(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<Vec<State>, Problem> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM shop_order WHERE org_id = $1 AND id IN {}",
            Tx::in_list(2, ids.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(ids));
        let found = tx.rows(&sql, &arguments, State::read)?;
        State::whole(tx, org, found)
    }

    /// The order of this number, whole; no right is asked.
    pub(crate) fn by_number(
        tx: &mut Tx<'_>,
        org: Id,
        shop: Id,
        platform: &str,
        number: &str,
    ) -> Result<Option<State>, Problem> {
        let sql = format!(
            "SELECT {COLUMNS} FROM shop_order
             WHERE org_id = $1 AND shop_id = $2 AND platform = $3 AND number = $4"
        );
        let found = tx.rows(&sql, args![org, shop, platform, number], State::read)?;
        Ok(State::whole(tx, org, found)?.pop())
    }

    /// The order `id`, whole, in the actor's reach: any other is `not_found`.
    pub(crate) fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<State, Problem> {
        let state = State::get(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
        who.need_shop(state.shop)?;
        Ok(state)
    }

    /// The orders of these numbers, whole; no right is asked.
    pub(crate) fn by_numbers(
        tx: &mut Tx<'_>,
        org: Id,
        shop: Id,
        platform: &str,
        numbers: &[&str],
    ) -> Result<Vec<State>, Problem> {
        let Some(last) = numbers.last() else {
            return Ok(Vec::new());
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM shop_order
             WHERE org_id = $1 AND number IN {} AND shop_id = $2 AND platform = $3",
            Tx::in_list(4, numbers.len())
        );
        let mut arguments = args![org, shop, platform].to_vec();
        arguments.extend(numbers.iter().map(|number| Arg::from(*number)));
        arguments.resize(3 + numbers.len().next_power_of_two(), Arg::from(*last));
        let found = tx.rows(&sql, &arguments, State::read)?;
        State::whole(tx, org, found)
    }

    /// Whether there is an order with a number from `first` to `last`.
    pub(crate) fn any_between(tx: &mut Tx<'_>, org: Id, first: &str, last: &str) -> Result<bool, Problem> {
        let found: Option<Id> = tx.value(
            "SELECT org_id FROM shop_order WHERE org_id = $1 AND number >= $2 AND number <= $3 LIMIT 1",
            args![org, first, last],
        )?;
        Ok(found.is_some())
    }

    /// Makes the rows of new orders with their lines and secrets, but does not file them. Two who take in the
    /// first version of one order at once meet here.
    /// Each comes with its marks as the row keeps them, where they are written already.
    pub(crate) fn make(tx: &mut Tx<'_>, org: Id, new: &[(&State, Option<&str>)]) -> Result<(), Problem> {
        let marks: Vec<Cow<'_, str>> = new
            .iter()
            .map(|(state, marks)| {
                let written = || Cow::Owned(state.merged.marks.written());
                marks.map_or_else(written, Cow::Borrowed)
            })
            .collect();
        let mut arguments = Vec::with_capacity(new.len() * OWN);
        for ((state, _), marks) in new.iter().zip(&marks) {
            arguments.extend(state.values(marks));
        }
        let (mut made, mut rest) = (0, arguments.as_slice());
        for part in new.chunk_by(|(one, _), (next, _)| one.is_alike(next)) {
            let (own, others) = rest.split_at(part.len() * OWN);
            made += tx.insert_alike(
                INSERT,
                &part[0].0.alike(org),
                OWN,
                "ON CONFLICT (org_id, number, shop_id, platform) DO NOTHING",
                own,
            )?;
            rest = others;
        }
        // They were looked up in this very transaction.
        if made != new.len() as u64 {
            return Err(Problem::unavailable());
        }
        line::make(tx, org, new)?;
        let secrets: Vec<(Id, &Merged)> = new
            .iter()
            .map(|(state, _)| (state.id, &state.merged))
            .filter(|(_, is)| is.receiver.is_some() || is.phone.is_some() || is.address.is_some())
            .collect();
        Secret::make(tx, org, &secrets)
    }

    fn is_alike(&self, other: &State) -> bool {
        let of = |state: &State| (state.shop, state.created_at, state.import_run);
        of(self) == of(other) && self.platform == other.platform
    }

    fn alike(&self, org: Id) -> [Arg<'_>; 5] {
        [
            org.into(),
            self.shop.into(),
            (&self.platform).into(),
            self.created_at.into(),
            self.import_run.into(),
        ]
    }

    fn values<'a>(&'a self, marks: &'a str) -> [Arg<'a>; OWN] {
        let is = &self.merged;
        [
            self.id.into(),
            (&self.number).into(),
            self.sort_at.into(),
            self.confirmed_at.into(),
            self.counted_customer.into(),
            self.counted_fen.into(),
            is.customer.into(),
            is.order_status().key().into(),
            is.pay_status().key().into(),
            is.ship_status().key().into(),
            is.after_status().key().into(),
            is.total_fen.into(),
            is.paid_fen.into(),
            is.placed_at.into(),
            is.paid_at.into(),
            is.shipped_at.into(),
            is.signed_at.into(),
            is.done_at.into(),
            is.changed_at.into(),
            (&is.payment).into(),
            (&is.delivery).into(),
            (&is.remark).into(),
            marks.into(),
            is.refund_fen.into(),
            is.post_fen.into(),
            (&is.buyer_note).into(),
            (&is.courier).into(),
            (&is.waybill).into(),
            (&is.close_reason).into(),
            (&is.words).into(),
            is.promise_at.into(),
            (&is.extra).into(),
            self.rev.into(),
            is.due_at.into(),
        ]
    }

    /// Writes the row and what changed of lines and secrets since `was`; makes it when there was none.
    pub(crate) fn write(&self, tx: &mut Tx<'_>, org: Id, was: Option<&State>) -> Result<(), Problem> {
        let Some(was) = was else {
            State::make(tx, org, &[(self, None)])?;
            return filed::turn(tx, org, self.id, None, self.merged.customer);
        };
        self.write_row(tx, org)?;
        let (before, now) = (&was.merged, &self.merged);
        filed::turn(tx, org, self.id, before.customer, now.customer)?;
        if before.lines != now.lines {
            let is = now.lines.as_deref().unwrap_or_default();
            line::write(tx, org, self.id, &was.lines, is)?;
        }
        let same = before.receiver == now.receiver
            && before.phone == now.phone
            && before.address == now.address
            && before.stars == now.stars;
        if !same {
            Secret::put(tx, org, self.id, now)?;
        }
        Ok(())
    }

    /// Makes the order, which `is`, what it was.
    pub(crate) fn restore(&self, tx: &mut Tx<'_>, org: Id, is: &State) -> Result<(), Problem> {
        self.write_row(tx, org)?;
        filed::turn(tx, org, self.id, is.merged.customer, self.merged.customer)?;
        let lines = self.merged.lines.as_deref().unwrap_or_default();
        line::write(tx, org, self.id, &self.lines, lines)?;
        Secret::put(tx, org, self.id, &self.merged)?;
        // What the desk saw of it by then is counted once more: it is not to take another for what it saw.
        tx.exec(
            "UPDATE shop_order SET seen_rev = -1 WHERE org_id = $1 AND id = $2 AND seen_rev > $3",
            args![org, self.id, self.rev],
        )?;
        Ok(())
    }

    /// Whether it is what `before` was, but for its revision and the ids of its lines.
    pub(crate) fn is_again(&self, before: &State) -> bool {
        let is = State {
            rev: before.rev,
            lines: before.lines.clone(),
            ..self.clone()
        };
        is == *before
    }

    fn write_row(&self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        let marks = self.merged.marks.written();
        let values = self.values(&marks);
        // The number never changes.
        let mut arguments = args![org, self.id].to_vec();
        arguments.extend(&values[2..]);
        tx.exec(
            "UPDATE shop_order
             SET sort_at = $3, confirmed_at = $4, counted_customer = $5, counted_fen = $6, customer_id = $7,
                 order_status = $8, pay_status = $9, ship_status = $10, after_status = $11, total_fen = $12,
                 paid_fen = $13, placed_at = $14, paid_at = $15, shipped_at = $16, signed_at = $17, done_at = $18,
                 changed_at = $19, payment = $20, delivery = $21, remark = $22, marks = $23, refund_fen = $24,
                 post_fen = $25, buyer_note = $26, courier = $27, waybill = $28, close_reason = $29, words = $30,
                 promise_at = $31, extra = $32, rev = $33, due_at = $34
             WHERE org_id = $1 AND id = $2",
            &arguments,
        )?;
        Ok(())
    }
}
