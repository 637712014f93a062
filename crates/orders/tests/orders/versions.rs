//! Versions of an order end in the same order, money and stock, whatever way they arrive.

use base::{Actor, Fen, Id, Ms};
use orders::{AfterStatus, NewOrder, Order, OrderStatus, PayStatus, ShipStatus};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::on_both;
use store::testing::TestDb;

use crate::scene::*;

/// A version; the number, buyer and codes are filled in for the order it is played on.
#[derive(Clone, Debug)]
struct Told {
    version: NewOrder,
    quantity: Option<i64>,
    named: bool,
}

impl Told {
    fn on(&self, shop: Id, run: &str) -> NewOrder {
        NewOrder {
            shop,
            number: run.to_owned(),
            buyer: if self.named { buyer(run) } else { None },
            lines: self
                .quantity
                .map(|quantity| line(run, quantity))
                .into_iter()
                .collect(),
            ..self.version.clone()
        }
    }

    fn newness(&self) -> Option<Ms> {
        let v = &self.version;
        [v.changed_at, v.done_at, v.shipped_at, v.paid_at]
            .into_iter()
            .flatten()
            .max()
    }
}

fn told() -> impl Strategy<Value = Told> {
    use proptest::option::{of, weighted};
    let statuses = (
        of(
            prop_oneof![3 => Just(OrderStatus::Open), 1 => Just(OrderStatus::Done), 1 => Just(OrderStatus::Closed)],
        ),
        of(
            prop_oneof![1 => Just(PayStatus::Unpaid), 3 => Just(PayStatus::Paid), 1 => Just(PayStatus::Refunded)],
        ),
        of(
            prop_oneof![2 => Just(ShipStatus::None), 2 => Just(ShipStatus::Shipped), 1 => Just(ShipStatus::Signed)],
        ),
        of(prop_oneof![
            Just(AfterStatus::None),
            Just(AfterStatus::Open),
            Just(AfterStatus::Done)
        ]),
    );
    let time = || weighted(0.3, (1..60_i64).prop_map(|n| NOW.plus(n)));
    let words = (
        weighted(0.5, "[甲乙丙]{1,2}"),
        weighted(
            0.5,
            prop_oneof!["1381234567[0-3]", Just("138****5670".to_owned())],
        ),
    );
    let rest = (
        weighted(0.4, 100..500_i64),
        weighted(0.4, 1..4_i64),
        any::<bool>(),
        weighted(0.8, 1..60_i64),
    );
    (statuses, (time(), time(), time(), time()), words, rest).prop_map(|(statuses, times, words, rest)| {
        let version = NewOrder {
            order_status: statuses.0,
            pay_status: statuses.1,
            ship_status: statuses.2,
            after_status: statuses.3,
            paid_at: times.0,
            shipped_at: times.1,
            signed_at: times.2,
            done_at: times.3,
            remark: words.0,
            phone: words.1,
            total_fen: rest.0.map(Fen),
            changed_at: rest.3.map(|n| NOW.plus(n)),
            ..NewOrder::default()
        };
        Told {
            version,
            quantity: rest.1,
            named: rest.2,
        }
    })
}

/// Versions of which no two are equally new; what has no time says statuses only.
fn story() -> impl Strategy<Value = Vec<Told>> {
    proptest::collection::vec(told(), 2..7).prop_map(|mut story| {
        let mut seen = std::collections::BTreeSet::new();
        story.retain(|told| told.newness().is_none_or(|at| seen.insert(at)));
        for told in story.iter_mut().filter(|told| told.newness().is_none()) {
            let NewOrder {
                order_status,
                pay_status,
                ship_status,
                after_status,
                ..
            } = told.version;
            told.version = NewOrder {
                order_status,
                pay_status,
                ship_status,
                after_status,
                ..NewOrder::default()
            };
            (told.quantity, told.named) = (None, false);
        }
        story
    })
}

/// Everything that must be alike, without what is named after the run.
type End = (Order, Option<(i64, i64)>, (i64, i64));

async fn play(db: &TestDb, org: Id, shop: Id, run: &str, story: &[Told]) -> End {
    let who = Actor::program(org);
    let pillow = stock(db, org, run, 50).await;
    let mut last = None;
    for told in story {
        last = Some(upsert(db, &who, told.on(shop, run)).await.expect("taken in"));
    }
    end(db, org, pillow, last.expect("a version")).await
}

async fn end(db: &TestDb, org: Id, pillow: Id, mut order: Order) -> End {
    let counted = match order.customer {
        Some(customer) => Some(sums(db, org, customer).await),
        None => None,
    };
    let left = sku(db, org, pillow).await;
    order.id = Id::NONE;
    order.number.clear();
    order.customer = None;
    for line in &mut order.lines {
        (line.id, line.sku, line.code) = (Id::NONE, None, None);
    }
    (order, counted, (left.on_hand, left.locked))
}

on_both! { TABLES;
    async fn any_way_and_any_number_of_times(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let mut runner = TestRunner::deterministic();
        let ways = (story(), proptest::collection::vec(any::<prop::sample::Index>(), 0..8));
        for case in 0..40 {
            let (story, picks) = ways.new_tree(&mut runner).expect("a case").current();
            let straight = play(db, org, one, &format!("s{case}"), &story).await;
            let mut reversed = story.clone();
            reversed.reverse();
            assert_eq!(play(db, org, one, &format!("r{case}"), &reversed).await, straight, "{story:#?}");
            let repeats: Vec<Told> = picks.iter().map(|pick| pick.get(&story).clone()).chain(reversed).collect();
            assert_eq!(play(db, org, one, &format!("m{case}"), &repeats).await, straight, "{repeats:#?}");
        }
    }

    async fn all_at_once(db: &TestDb) {
        let Scene { org, shops: [one, _], .. } = scene(db).await;
        let mut runner = TestRunner::deterministic();
        for case in 0..6 {
            let story = story().new_tree(&mut runner).expect("a case").current();
            let straight = play(db, org, one, &format!("s{case}"), &story).await;
            let run = format!("c{case}");
            let pillow = stock(db, org, &run, 50).await;
            let tasks: Vec<_> = story.iter().chain(&story).map(|told| {
                let (db, new) = (db.db.clone(), told.on(one, &run));
                tokio::spawn(async move { db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(org), &new)).await })
            }).collect();
            let mut id = Id::NONE;
            for task in tasks { id = task.await.expect("done").expect("taken in").id; }
            let order = db.read(move |tx| orders::order(tx, &Actor::program(org), id)).await.expect("there");
            assert_eq!(end(db, org, pillow, order).await, straight, "{story:#?}");
        }
    }
}
