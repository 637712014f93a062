use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Ms, Problem};
use serde_json::json;
use store::{Arg, Event, Tx, args, pad, record, text_enum};

use super::checks::Checks;

text_enum! {
    /// Where a parcel stands at the desk.
    pub enum ParcelState {
        /// 待审
        Waiting = "waiting",
        /// 挂起
        Held = "held",
        /// 已审
        Passed = "passed",
        /// 已打单
        Printed = "printed",
        /// 已验货打包
        Packed = "packed",
        /// 已发出
        Shipped = "shipped",
        /// Closed, paid back, shipped elsewhere, or put into another.
        Gone = "gone",
    }
}

impl ParcelState {
    /// Whether it is still to be audited.
    pub(crate) fn before_audit(self) -> bool {
        matches!(self, ParcelState::Waiting | ParcelState::Held)
    }

    /// Whether it was audited and is still here.
    pub(crate) fn audited(self) -> bool {
        matches!(
            self,
            ParcelState::Passed | ParcelState::Printed | ParcelState::Packed
        )
    }

    /// Whether it is still here.
    pub(crate) fn here(self) -> bool {
        self.before_audit() || self.audited()
    }
}

record! {
    /// A parcel as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ParcelRow {
        pub id: Id = "id",
        pub shop: Id = "shop_id",
        pub state: ParcelState = "state",
        pub since: Ms = "since_at",
        pub made_at: Ms = "made_at",
        pub rev: i64 = "rev",
        pub customer: Option<Id> = "customer_id",
        pub address_hash: String = "address_hash",
        pub courier: String = "courier",
        pub courier_set: bool = "courier_set",
        pub flag: Option<i64> = "flag",
        pub urgent: bool = "urgent",
        pub checks: Checks = "checks",
        pub promise_at: Ms = "promise_at",
        pub look_at: Ms = "look_at",
        pub pass: Option<Id> = "pass_id",
        pub batch: Option<Id> = "batch_id",
        pub place: Option<i64> = "place",
        pub waybill: Option<String> = "waybill",
        pub expected_g: Option<i64> = "expected_g",
        pub weighed_g: Option<i64> = "weighed_g",
        pub packed_by: Option<Id> = "packed_by",
        pub packed_at: Option<Ms> = "packed_at",
        pub second_by: Option<Id> = "second_by",
        pub second_at: Option<Ms> = "second_at",
        pub shipped_at: Option<Ms> = "shipped_at",
        pub shipped_by: Option<Id> = "shipped_by",
        pub copy_at: Option<Ms> = "copy_at",
        pub due_at: Option<Ms> = "due_at",
        pub arrived_at: Option<Ms> = "arrived_at",
        pub quiet_at: Option<Ms> = "quiet_at",
        pub watch_at: Option<Ms> = "watch_at",
        pub merged_into: Option<Id> = "merged_into",
        pub split_from: Option<Id> = "split_from",
    }
}

record! {
    /// A line of a parcel as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LineRow {
        pub place: i64 = "place",
        pub order: Id = "order_id",
        pub home: Id = "home_id",
        pub sku: Option<Id> = "sku_id",
        pub code: String = "code",
        pub title: String = "title",
        pub spec: String = "spec",
        pub quantity: i64 = "quantity",
        pub price_fen: Fen = "price_fen",
        pub bundle: Option<String> = "bundle",
        pub gift: Option<Id> = "gift_id",
    }
}

/// A parcel with its orders (each with the parcel it came with) and lines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parcel {
    pub(crate) row: ParcelRow,
    pub(crate) orders: Vec<(Id, Id)>,
    pub(crate) lines: Vec<LineRow>,
}

impl ParcelRow {
    /// A parcel nobody has looked at yet.
    pub(crate) fn new(id: Id, shop: Id, now: Ms) -> ParcelRow {
        ParcelRow {
            id,
            shop,
            state: ParcelState::Waiting,
            since: now,
            made_at: now,
            rev: 1,
            customer: None,
            address_hash: String::new(),
            courier: String::new(),
            courier_set: false,
            flag: None,
            urgent: false,
            checks: Checks::default(),
            promise_at: now,
            look_at: now,
            pass: None,
            batch: None,
            place: None,
            waybill: None,
            expected_g: None,
            weighed_g: None,
            packed_by: None,
            packed_at: None,
            second_by: None,
            second_at: None,
            shipped_at: None,
            shipped_by: None,
            copy_at: None,
            due_at: None,
            arrived_at: None,
            quiet_at: None,
            watch_at: None,
            merged_into: None,
            split_from: None,
        }
    }

    /// Whether it left without the desk: whoever hands over here is written down.
    pub(crate) fn elsewhere(&self) -> bool {
        self.state == ParcelState::Shipped && self.shipped_by.is_none()
    }

    /// When it should be with its buyer, and when nothing will have been heard of it for too long.
    pub(crate) fn expect(&mut self, due: Option<Ms>, quiet: Option<Ms>) {
        (self.due_at, self.quiet_at) = (due, quiet);
        self.watch_at = [due, quiet].into_iter().flatten().min();
    }

    /// Puts it into another state.
    pub(crate) fn go(&mut self, state: ParcelState, now: Ms) {
        if self.state != state {
            self.state = state;
            self.since = now;
        }
    }

    fn values<'a>(&'a self, org: Id, checks: &'a str) -> [Arg<'a>; 35] {
        [
            org.into(),
            self.id.into(),
            self.shop.into(),
            self.state.into(),
            self.since.into(),
            self.made_at.into(),
            self.rev.into(),
            self.customer.into(),
            (&self.address_hash).into(),
            (&self.courier).into(),
            self.courier_set.into(),
            self.flag.into(),
            self.urgent.into(),
            checks.into(),
            self.promise_at.into(),
            self.look_at.into(),
            self.pass.into(),
            self.batch.into(),
            self.place.into(),
            (&self.waybill).into(),
            self.expected_g.into(),
            self.weighed_g.into(),
            self.packed_by.into(),
            self.packed_at.into(),
            self.second_by.into(),
            self.second_at.into(),
            self.shipped_at.into(),
            self.shipped_by.into(),
            self.copy_at.into(),
            self.due_at.into(),
            self.arrived_at.into(),
            self.quiet_at.into(),
            self.watch_at.into(),
            self.merged_into.into(),
            self.split_from.into(),
        ]
    }

    /// Makes its row.
    pub(crate) fn insert(&self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        let head = format!("INSERT INTO parcel (org_id, {})", ParcelRow::COLUMNS);
        let checks = self.checks.written()?;
        tx.insert_many(&head, 35, "", &self.values(org, &checks))?;
        Ok(())
    }

    /// Writes its row, counting it up. Two who write one parcel at once meet in the engine; who came with an
    /// old one is asked for `rev` by the verbs.
    pub(crate) fn save(&mut self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        self.rev += 1;
        let names: Vec<&str> = ParcelRow::COLUMNS.split(", ").skip(1).collect();
        let sets: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(i, name)| format!("{name} = ${}", i + 3))
            .collect();
        let checks = self.checks.written()?;
        tx.exec(
            &format!(
                "UPDATE parcel SET {} WHERE org_id = $1 AND id = $2",
                sets.join(", ")
            ),
            &self.values(org, &checks),
        )?;
        Ok(())
    }
}

impl Parcel {
    /// Parcels by id, whole, in no order; no right is asked.
    pub(crate) fn load(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<Vec<Parcel>, Problem> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {} FROM parcel WHERE org_id = $1 AND id IN {}",
            ParcelRow::COLUMNS,
            Tx::in_list(2, ids.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(ids));
        let rows = tx.rows(&sql, &arguments, ParcelRow::read)?;
        Parcel::whole(tx, org, rows)
    }

    /// Adds orders and lines to rows that were read, in their order.
    pub(crate) fn whole(tx: &mut Tx<'_>, org: Id, rows: Vec<ParcelRow>) -> Result<Vec<Parcel>, Problem> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let list = Tx::in_list(2, ids.len());
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(&ids));
        let mut orders = BTreeMap::<Id, Vec<(Id, Id)>>::new();
        let sql = format!(
            "SELECT parcel_id, order_id, home_id FROM parcel_order WHERE org_id = $1 AND parcel_id IN {list}
             ORDER BY parcel_id, order_id"
        );
        for (parcel, order, home) in tx.rows(&sql, &arguments, |row| {
            Ok((row.get::<Id>(0)?, row.get(1)?, row.get(2)?))
        })? {
            orders.entry(parcel).or_default().push((order, home));
        }
        let mut lines = BTreeMap::<Id, Vec<LineRow>>::new();
        let sql = format!(
            "SELECT {}, parcel_id FROM parcel_line WHERE org_id = $1 AND parcel_id IN {list}
             ORDER BY parcel_id, place",
            LineRow::COLUMNS
        );
        for (parcel, line) in tx.rows(&sql, &arguments, |row| {
            Ok((row.get::<Id>(11)?, LineRow::read(row)?))
        })? {
            lines.entry(parcel).or_default().push(line);
        }
        let whole = |row: ParcelRow| Parcel {
            orders: orders.remove(&row.id).unwrap_or_default(),
            lines: lines.remove(&row.id).unwrap_or_default(),
            row,
        };
        Ok(rows.into_iter().map(whole).collect())
    }

    /// One parcel; no right is asked.
    pub(crate) fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Parcel>, Problem> {
        Ok(Parcel::load(tx, org, &[id])?.pop())
    }

    /// One parcel in the actor's reach: any other is `not_found`.
    pub(crate) fn reached(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Parcel, Problem> {
        let found = Parcel::get(tx, who.org, id)?.ok_or_else(Problem::not_found)?;
        who.need_shop(found.row.shop)?;
        Ok(found)
    }

    /// The parcels an order is or was in, the oldest first.
    pub(crate) fn of_order(tx: &mut Tx<'_>, org: Id, order: Id) -> Result<Vec<Parcel>, Problem> {
        let ids: Vec<Id> = tx.rows(
            "SELECT parcel_id FROM parcel_order WHERE org_id = $1 AND order_id = $2 ORDER BY parcel_id",
            args![org, order],
            |row| row.get(0),
        )?;
        let mut found = Parcel::load(tx, org, &ids)?;
        found.sort_by_key(|parcel| parcel.row.id);
        Ok(found)
    }

    /// Writes which orders it holds and what of them.
    pub(crate) fn write_content(&self, tx: &mut Tx<'_>, org: Id) -> Result<(), Problem> {
        let id = self.row.id;
        tx.exec(
            "DELETE FROM parcel_order WHERE org_id = $1 AND parcel_id = $2",
            args![org, id],
        )?;
        tx.exec(
            "DELETE FROM parcel_line WHERE org_id = $1 AND parcel_id = $2",
            args![org, id],
        )?;
        let mut orders = Vec::with_capacity(self.orders.len() * 4);
        for (order, home) in &self.orders {
            orders.extend_from_slice(args![org, *order, id, *home]);
        }
        tx.insert_many(
            "INSERT INTO parcel_order (org_id, order_id, parcel_id, home_id)",
            4,
            "",
            &orders,
        )?;
        let mut lines = Vec::with_capacity(self.lines.len() * 13);
        for line in &self.lines {
            lines.extend_from_slice(args![
                org,
                id,
                line.place,
                line.order,
                line.home,
                line.sku,
                &line.code,
                &line.title,
                &line.spec,
                line.quantity,
                line.price_fen,
                &line.bundle,
                line.gift
            ]);
        }
        let head = format!(
            "INSERT INTO parcel_line (org_id, parcel_id, {})",
            LineRow::COLUMNS
        );
        tx.insert_many(&head, 13, "", &lines)?;
        Ok(())
    }

    /// Gives the lines their places anew, from 1.
    pub(crate) fn number_lines(&mut self) {
        for (i, line) in self.lines.iter_mut().enumerate() {
            line.place = i as i64 + 1;
        }
    }

    /// Pieces of everything.
    pub(crate) fn pieces(&self) -> i64 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// Writes down that something was done to it.
    pub(crate) fn tell(
        &self,
        tx: &mut Tx<'_>,
        now: Ms,
        who: &Actor,
        kind: &'static str,
        data: serde_json::Value,
    ) -> Result<(), Problem> {
        let mut data = data;
        if let Some(map) = data.as_object_mut() {
            let orders: Vec<Id> = self.orders.iter().map(|(order, _)| *order).collect();
            map.insert("orders".to_owned(), json!(orders));
        }
        tx.emit(Event {
            at: now,
            who,
            shop: self.row.shop,
            kind,
            subject: self.row.id,
            data,
        })
    }
}
