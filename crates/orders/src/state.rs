use base::{Actor, Fen, Id, Ms, Problem};
use store::{Row, Tx, args};

use crate::line::{self, OrderLine};
use crate::merge::Merged;
use crate::secret::Secret;

/// An order as it stands in the database.
#[derive(Clone, Debug, PartialEq)]
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
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) merged: Merged,
}

/// The columns [`State::read`] expects; lines and secrets stand in their own tables.
pub(crate) const COLUMNS: &str = "id, shop_id, platform, number, created_at, sort_at, confirmed_at, \
     counted_customer, counted_fen, customer_id, total_fen, paid_fen, placed_at, paid_at, shipped_at, signed_at, \
     done_at, changed_at, payment, delivery, remark, marks";

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
                // What we wrote ourselves; should it ever not read, every later version counts as newer.
                marks: serde_json::from_str(&marks).unwrap_or_default(),
                ..Merged::default()
            },
        })
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
            if let Some(secret) = secrets.remove(&state.id) {
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

    /// Writes the row and what changed of lines and secrets since `was`.
    pub(crate) fn write(&self, tx: &mut Tx<'_>, org: Id, was: Option<&State>) -> Result<(), Problem> {
        if was.is_none() {
            self.make_row(tx, org)?;
        }
        self.write_row(tx, org)?;
        let (before, now) = (was.map(|was| &was.merged), &self.merged);
        if before.and_then(|before| before.lines.as_ref()) != now.lines.as_ref() {
            let had = was.map(|was| was.lines.as_slice()).unwrap_or_default();
            line::write(tx, org, self.id, had, now.lines.as_deref().unwrap_or_default())?;
        }
        let secret = |merged: &Merged| Secret {
            receiver: merged.receiver.clone(),
            phone: merged.phone.clone(),
            address: merged.address.clone(),
        };
        if before.map(secret).unwrap_or_default() != secret(now) {
            secret(now).put(tx, org, self.id)?;
        }
        Ok(())
    }

    /// Makes the row, to be filled by [`State::write_row`]. Two who take in the first version of one order at
    /// once meet here.
    fn make_row(&self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        let made = tx.exec(
            "INSERT INTO shop_order (org_id, id, shop_id, platform, number, created_at, sort_at, order_status,
                 pay_status, ship_status, after_status, counted_fen, marks)
             VALUES ($1, $2, $3, $4, $5, $6, $6, 'open', 'unpaid', 'none', 'none', 0, '{}')
             ON CONFLICT (org_id, shop_id, platform, number) DO NOTHING",
            args![org, self.id, self.shop, &self.platform, &self.number, self.created_at],
        )?;
        // It was looked up in this very transaction.
        if made == 1 {
            Ok(())
        } else {
            Err(Problem::unavailable())
        }
    }

    fn write_row(&self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        let is = &self.merged;
        let marks = serde_json::to_string(&is.marks).map_err(|_| Problem::internal())?;
        tx.exec(
            "UPDATE shop_order
             SET sort_at = $3, confirmed_at = $4, counted_customer = $5, counted_fen = $6, customer_id = $7,
                 order_status = $8, pay_status = $9, ship_status = $10, after_status = $11, total_fen = $12,
                 paid_fen = $13, placed_at = $14, paid_at = $15, shipped_at = $16, signed_at = $17, done_at = $18,
                 changed_at = $19, payment = $20, delivery = $21, remark = $22, marks = $23
             WHERE org_id = $1 AND id = $2",
            args![
                org,
                self.id,
                self.sort_at,
                self.confirmed_at,
                self.counted_customer,
                self.counted_fen,
                is.customer,
                is.order_status().key(),
                is.pay_status().key(),
                is.ship_status().key(),
                is.after_status().key(),
                is.total_fen,
                is.paid_fen,
                is.placed_at,
                is.paid_at,
                is.shipped_at,
                is.signed_at,
                is.done_at,
                is.changed_at,
                &is.payment,
                &is.delivery,
                &is.remark,
                &marks
            ],
        )?;
        Ok(())
    }
}
