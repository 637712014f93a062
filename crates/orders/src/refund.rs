use std::collections::BTreeMap;

use base::{Actor, Fen, Id, Ms, Permission, Problem, snippet};
use serde::{Deserialize, Serialize};
use store::{Tx, args, pad, record, text_enum};

use crate::new_order::Version;
use crate::state::State;
use crate::status::{AfterStatus, OrderStatus, PayStatus};

text_enum! {
    /// Where a refund stands.
    pub enum RefundStatus {
        /// Going on.
        Open = "open",
        /// Withdrawn or refused: nothing is paid back.
        Withdrawn = "none",
        /// Paid back, or settled otherwise.
        Done = "done",
    }
}

record! {
    /// A refund as the platform tells it.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
    pub struct Refund {
        /// Its id.
        pub id: Id = "id",
        /// The order.
        pub order: Id = "order_id",
        /// The platform's number.
        pub number: String = "number",
        /// Where it stands.
        pub status: RefundStatus = "status",
        /// The platform's own word for it.
        pub words: Option<String> = "words",
        /// What is paid back once it is done.
        pub amount_fen: Fen = "amount_fen",
        /// What kind it is, in the platform's words.
        pub kind: Option<String> = "kind",
        /// Why the buyer wants it.
        pub reason: Option<String> = "reason",
        /// What the buyer says to it.
        pub explained: Option<String> = "explained",
        /// Where the goods are, in the platform's words.
        pub goods_state: Option<String> = "goods_state",
        /// Who carries the goods back.
        pub back_courier: Option<String> = "back_courier",
        /// The number of the parcel that goes back.
        pub back_waybill: Option<String> = "back_waybill",
        /// When the buyer asked for it.
        pub applied_at: Option<Ms> = "applied_at",
        /// When it was settled.
        pub settled_at: Option<Ms> = "settled_at",
        /// The latest moment any version carried.
        pub changed_at: Option<Ms> = "changed_at",
        /// Counts up with every write.
        pub rev: i64 = "rev",
        /// The import that made it.
        pub import_run: Option<Id> = "import_run",
    }
}

/// One version of a refund. What is left out is not said.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ToldRefund {
    pub(crate) number: String,
    pub(crate) status: Option<RefundStatus>,
    pub(crate) words: Option<String>,
    pub(crate) amount_fen: Fen,
    pub(crate) kind: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) explained: Option<String>,
    pub(crate) goods_state: Option<String>,
    pub(crate) back_courier: Option<String>,
    pub(crate) back_waybill: Option<String>,
    pub(crate) applied_at: Option<Ms>,
    pub(crate) settled_at: Option<Ms>,
    pub(crate) changed_at: Option<Ms>,
}

impl ToldRefund {
    fn newness(&self) -> Option<Ms> {
        [self.changed_at, self.settled_at, self.applied_at]
            .into_iter()
            .flatten()
            .max()
    }

    /// The same without what the buyer said and sent.
    pub(crate) fn without_person(&self) -> ToldRefund {
        ToldRefund {
            explained: None,
            back_waybill: None,
            ..self.clone()
        }
    }

    /// The same with its texts no longer than they may be.
    pub(crate) fn cut(mut self) -> ToldRefund {
        let cut = |text: &mut Option<String>, most| *text = text.take().map(|text| snippet(&text, most));
        for (text, most) in [
            (&mut self.words, 60),
            (&mut self.kind, 60),
            (&mut self.reason, 200),
            (&mut self.explained, 500),
            (&mut self.goods_state, 60),
            (&mut self.back_courier, 60),
            (&mut self.back_waybill, 120),
        ] {
            cut(text, most);
        }
        self
    }
}

/// A refund before and after a version.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WeighedRefund {
    pub(crate) was: Option<Refund>,
    pub(crate) is: Refund,
}

impl WeighedRefund {
    pub(crate) fn changed(&self) -> bool {
        self.was.as_ref() != Some(&self.is)
    }
}

impl Refund {
    fn new(id: Id, order: Id, told: &ToldRefund) -> Refund {
        Refund {
            id,
            order,
            number: told.number.clone(),
            status: RefundStatus::Open,
            words: None,
            amount_fen: Fen(0),
            kind: None,
            reason: None,
            explained: None,
            goods_state: None,
            back_courier: None,
            back_waybill: None,
            applied_at: None,
            settled_at: None,
            changed_at: None,
            rev: 0,
            import_run: None,
        }
    }

    /// Adds what one version says. A newer one goes before an older one, which only fills what nobody said; one
    /// without a time moves the status forward only, and lowers no amount.
    fn hear(&mut self, told: &ToldRefund, first: bool) {
        let newness = told.newness();
        let newer = newness.is_some() && newness > self.changed_at;
        let older = newness < self.changed_at;
        let forward = |status: RefundStatus| match status {
            RefundStatus::Open => 0,
            RefundStatus::Withdrawn => 1,
            RefundStatus::Done => 2,
        };
        if let Some(status) = told.status
            && (newer || first || (forward(status) > forward(self.status) && (newness.is_none() || !older)))
        {
            self.status = status;
        }
        if newer || first || newness == self.changed_at {
            self.amount_fen = told.amount_fen;
        } else if newness.is_none() {
            self.amount_fen = self.amount_fen.max(told.amount_fen);
        }
        let take = |kept: &mut Option<String>, said: &Option<String>| {
            if said.is_some() && (!older || kept.is_none()) {
                kept.clone_from(said);
            }
        };
        take(&mut self.words, &told.words);
        take(&mut self.kind, &told.kind);
        take(&mut self.reason, &told.reason);
        take(&mut self.explained, &told.explained);
        take(&mut self.goods_state, &told.goods_state);
        take(&mut self.back_courier, &told.back_courier);
        take(&mut self.back_waybill, &told.back_waybill);
        self.applied_at = self.applied_at.or(told.applied_at);
        self.settled_at = self.settled_at.max(told.settled_at);
        self.changed_at = self.changed_at.max(newness);
    }

    /// The refund as it stands; no right is asked.
    pub(crate) fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Refund>, Problem> {
        let sql = format!(
            "SELECT {} FROM order_refund WHERE org_id = $1 AND id = $2",
            Refund::COLUMNS
        );
        tx.row(&sql, args![org, id], Refund::read)
    }

    /// The refunds of these orders, by order, in the order in which they were made.
    fn of_orders(tx: &mut Tx<'_>, org: Id, orders: &[Id]) -> Result<BTreeMap<Id, Vec<Refund>>, Problem> {
        let sql = format!(
            "SELECT {} FROM order_refund WHERE org_id = $1 AND order_id IN {} ORDER BY order_id, id",
            Refund::COLUMNS,
            Tx::in_list(2, orders.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(orders));
        let mut by_order = BTreeMap::<Id, Vec<Refund>>::new();
        for refund in tx.rows(&sql, &arguments, Refund::read)? {
            by_order.entry(refund.order).or_default().push(refund);
        }
        Ok(by_order)
    }

    /// Writes new rows.
    pub(crate) fn make(tx: &mut Tx<'_>, org: Id, new: &[&Refund]) -> Result<(), Problem> {
        let mut arguments = Vec::with_capacity(new.len() * 18);
        for refund in new {
            arguments.push(org.into());
            arguments.extend(refund.arguments());
        }
        let head = format!("INSERT INTO order_refund (org_id, {})", Refund::COLUMNS);
        tx.insert_many(&head, 18, "", &arguments)?;
        Ok(())
    }

    /// Writes rows that are there already as they are now.
    pub(crate) fn put(tx: &mut Tx<'_>, org: Id, refunds: &[&Refund]) -> Result<(), Problem> {
        Refund::forget(
            tx,
            org,
            &refunds.iter().map(|refund| refund.id).collect::<Vec<_>>(),
        )?;
        Refund::make(tx, org, refunds)
    }

    /// Takes rows away.
    pub(crate) fn forget(tx: &mut Tx<'_>, org: Id, ids: &[Id]) -> Result<(), Problem> {
        if ids.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "DELETE FROM order_refund WHERE org_id = $1 AND id IN {}",
            Tx::in_list(2, ids.len())
        );
        let mut arguments = args![org].to_vec();
        arguments.extend(pad(ids));
        tx.exec(&sql, &arguments)?;
        Ok(())
    }

    fn arguments(&self) -> [store::Arg<'_>; 17] {
        [
            self.id.into(),
            self.order.into(),
            (&self.number).into(),
            self.status.into(),
            (&self.words).into(),
            self.amount_fen.into(),
            (&self.kind).into(),
            (&self.reason).into(),
            (&self.explained).into(),
            (&self.goods_state).into(),
            (&self.back_courier).into(),
            (&self.back_waybill).into(),
            self.applied_at.into(),
            self.settled_at.into(),
            self.changed_at.into(),
            self.rev.into(),
            self.import_run.into(),
        ]
    }

    /// Those made by `run` with ids in `first..=last`.
    pub(crate) fn made_by(
        tx: &mut Tx<'_>,
        org: Id,
        run: Id,
        first: Id,
        last: Id,
    ) -> Result<Vec<Refund>, Problem> {
        let sql = format!(
            "SELECT {} FROM order_refund WHERE org_id = $1 AND id >= $2 AND id <= $3 AND import_run = $4",
            Refund::COLUMNS
        );
        tx.rows(&sql, args![org, first, last, run], Refund::read)
    }
}

/// What versions make of the refunds of some orders, and what each order is to hear of all its refunds together.
/// Reads, and writes nothing.
pub(crate) fn weigh(
    tx: &mut Tx<'_>,
    org: Id,
    run: Id,
    told: &[(&State, &ToldRefund)],
) -> Result<(Vec<WeighedRefund>, BTreeMap<Id, Version>), Problem> {
    let mut orders: Vec<Id> = told.iter().map(|(order, _)| order.id).collect();
    orders.sort_unstable();
    orders.dedup();
    if orders.is_empty() {
        return Ok(Default::default());
    }
    let known = Refund::of_orders(tx, org, &orders)?;
    let mut weighed = Vec::new();
    let mut at = BTreeMap::<(Id, String), usize>::new();
    for refund in known.into_values().flatten() {
        at.insert((refund.order, refund.number.clone()), weighed.len());
        weighed.push(WeighedRefund {
            was: Some(refund.clone()),
            is: refund,
        });
    }
    let mut named = BTreeMap::<Id, &State>::new();
    for (order, told) in told {
        named.insert(order.id, order);
        let before = weighed.len();
        let place = *at.entry((order.id, told.number.clone())).or_insert(before);
        if place == before {
            let is = Refund::new(tx.id(), order.id, told);
            weighed.push(WeighedRefund { was: None, is });
        }
        weighed[place].is.hear(told, place == before);
    }
    for one in weighed.iter_mut().filter(|one| one.changed()) {
        one.is.rev += 1;
        if one.was.is_none() {
            one.is.import_run = Some(run);
        }
    }
    let versions = named.into_iter().map(|(id, order)| {
        let of: Vec<&Refund> = weighed
            .iter()
            .map(|one| &one.is)
            .filter(|is| is.order == id)
            .collect();
        (id, together(&of, order))
    });
    let versions = versions.collect();
    Ok((weighed, versions))
}

/// What an order hears of its refunds: whether one is open or done, what was paid back, and whether that is all
/// that was paid, which ends an order that was not completed.
fn together(refunds: &[&Refund], order: &State) -> Version {
    let any = |status| refunds.iter().any(|refund| refund.status == status);
    let back: i64 = refunds
        .iter()
        .filter(|refund| refund.status == RefundStatus::Done)
        .map(|refund| refund.amount_fen.0)
        .sum();
    let after = if any(RefundStatus::Open) {
        AfterStatus::Open
    } else if any(RefundStatus::Done) {
        AfterStatus::Done
    } else {
        AfterStatus::None
    };
    let is = &order.merged;
    // Each alone is within what was paid; several settled otherwise may name more together.
    let back = is.most_back().map_or(back, |most| back.min(most.0));
    let whole = is.pay_status() != PayStatus::Unpaid && back > 0 && back >= is.paid().0;
    Version {
        after: Some(after),
        refund_fen: (back > 0).then_some(Fen(back)),
        pay: (whole && is.order_status() != OrderStatus::Done).then_some(PayStatus::Refunded),
        changed_at: refunds.iter().filter_map(|refund| refund.changed_at).max(),
        ..Version::default()
    }
}

/// The refunds of an order in reach, the oldest first. Needs [`Permission::SeeOrders`].
pub fn refunds(tx: &mut Tx<'_>, who: &Actor, order: Id) -> Result<Vec<Refund>, Problem> {
    who.need(Permission::SeeOrders)?;
    let order = State::reached(tx, who, order)?;
    Ok(Refund::of_orders(tx, who.org, &[order.id])?
        .remove(&order.id)
        .unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: RefundStatus, fen: i64, at: Option<i64>) -> ToldRefund {
        ToldRefund {
            number: "R1".into(),
            status: Some(status),
            amount_fen: Fen(fen),
            settled_at: at.map(Ms),
            reason: Some(format!("{fen}")),
            ..ToldRefund::default()
        }
    }

    fn heard(versions: &[ToldRefund]) -> Refund {
        let mut refund = Refund::new(Id(1), Id(2), &versions[0]);
        for (i, version) in versions.iter().enumerate() {
            refund.hear(version, i == 0);
            refund.rev += 1;
        }
        refund
    }

    #[test]
    fn an_older_version_changes_nothing_that_was_said() {
        let new = told(RefundStatus::Done, 500, Some(20));
        let old = told(RefundStatus::Open, 900, Some(10));
        let is = heard(&[new.clone(), old]);
        assert_eq!(
            (is.status, is.amount_fen, is.reason.as_deref()),
            (RefundStatus::Done, Fen(500), Some("500"))
        );
        let again = told(RefundStatus::Open, 300, Some(30));
        assert_eq!(
            heard(&[new, again]).status,
            RefundStatus::Open,
            "the platform opened it again"
        );
    }

    #[test]
    fn without_a_time_it_only_goes_forward() {
        let done = told(RefundStatus::Done, 500, Some(20));
        let is = heard(&[done.clone(), told(RefundStatus::Open, 400, None)]);
        assert_eq!((is.status, is.amount_fen), (RefundStatus::Done, Fen(500)));
        let open = told(RefundStatus::Open, 500, Some(20));
        assert_eq!(
            heard(&[open, told(RefundStatus::Done, 500, None)]).status,
            RefundStatus::Done
        );
        assert_eq!(heard(&[done.clone(), done]).rev, 2);
    }

    #[test]
    fn an_order_hears_of_all_its_refunds_together() {
        let mut order = State::new(Id(2), Ms(1), Id(1), "tmall".into(), "N".into());
        order.merged.hear(&Version {
            paid_fen: Some(Fen(800)),
            paid_at: Some(Ms(5)),
            ..Version::default()
        });
        let (done, open) = (
            heard(&[told(RefundStatus::Done, 500, Some(20))]),
            heard(&[told(RefundStatus::Open, 300, Some(30))]),
        );
        let version = together(&[&done, &open], &order);
        assert_eq!(
            (version.after, version.refund_fen, version.pay),
            (Some(AfterStatus::Open), Some(Fen(500)), None)
        );
        let rest = heard(&[told(RefundStatus::Done, 300, Some(40))]);
        let version = together(&[&done, &rest], &order);
        assert_eq!(
            (version.refund_fen, version.pay),
            (Some(Fen(800)), Some(PayStatus::Refunded))
        );
        assert_eq!(version.changed_at, Some(Ms(40)));
        let gone = heard(&[told(RefundStatus::Withdrawn, 300, Some(40))]);
        assert_eq!(together(&[&gone], &order).after, Some(AfterStatus::None));
    }
}
