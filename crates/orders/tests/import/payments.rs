//! What was paid, payment by payment; and whom a list of members knows by two names.

use orders::PayStatus;
use orders::import::{self, ImportAsk, ImportKind, ImportState, Importer};
use store::on_both;

use crate::hand::*;

const ORDERS: &str = "订单号,买家昵称,订单金额,订单状态,下单时间\n\
    P1,u-1,30,交易成功,2026-01-01 10:00:00\nP2,u-2,20,交易成功,2026-01-01 10:00:00\nP3,u-3,9,等待买家付款,2026-01-01 10:00:00\n";
const PAID: &str = "订单号,支付流水号,支付方式,支付金额,支付时间\n\
    P1,1,支付宝,12.50,2026-01-01 10:00:05\nP2,2,红包,20,2026-01-01 10:01:00\nP1,3,红包,10,2026-01-01 10:00:09\n\
    P1,4,支付宝,7.50,\nP9,5,支付宝,1,\nP3,6,支付宝,4,\nP3,7,支付宝,five,\n";

on_both! { TABLES;
    async fn several_payments_of_an_order_come_to_what_was_paid(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, ORDERS).await;
        let before = order(db, scene, "P1").await;
        let (importer, run) = looked(db, scene, scene.shop, PAID, ImportAsk::default()).await.expect("looked at");
        assert_eq!((run.sheets[0].kind, run.sheets[0].sure), (Some(ImportKind::Payments), true));
        let seen = importer.preview(&scene.who(), run.id).await.expect("previewed");
        assert_eq!((seen.counts.changed, seen.counts.refused), (2, 3));
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!((run.state, run.counts.read, run.counts.created, run.counts.refused), (ImportState::Done, 7, 0, 3));
        let mut told = refused(db, scene, run.id).await;
        told.sort();
        assert_eq!(told, ["6 订单号 order_unknown", "7 - order_incomplete", "8 支付金额 number_bad"], "half of it is not what was paid");
        let is = order(db, scene, "P1").await;
        assert_eq!((is.paid_fen.0, is.payment.as_deref()), (3_000, Some("支付宝、红包")));
        assert_eq!((is.paid_at, order(db, scene, "P2").await.paid_fen.0), (Some(at("2026-01-01T10:00:09")), 2_000));
        assert_eq!(order(db, scene, "P3").await.pay_status, PayStatus::Unpaid);
        let again = take_in(db, scene, scene.shop, format!("{PAID}\n"), ask(ImportKind::Payments)).await.expect("taken in");
        assert_eq!((again.counts.created, again.counts.changed, again.counts.unchanged), (0, 0, 4), "the same again changes nothing");
        db.write(move |tx| import::undo(tx, NOW, &scene.who(), run.id)).await.expect("asked");
        let back = Importer::new(db.db.clone(), clock).until_ended(scene.org, run.id).await.expect("given back");
        assert_eq!((back.state, back.given_back, back.kept), (ImportState::Undone, 2, 0));
        let is = order(db, scene, "P1").await;
        assert_eq!((is.paid_fen, is.payment), (before.paid_fen, before.payment));
    }

    async fn a_list_of_members_joins_two_names_of_a_buyer(db: &TestDb) {
        let scene = scene(db).await;
        let people = "会员名,会员ID,会员等级\n竹影,u-1,2\n松风,u-2,\n竹影,u-3,2\n";
        let run = take_in(db, scene, scene.shop, people, ask(ImportKind::Customers)).await.expect("taken in");
        assert_eq!(counts(&run), (2, 1, 0, 0), "{:?}", refused(db, scene, run.id).await);
        orders_in(db, scene, ORDERS).await;
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM customer").await, 2);
        let whose = order(db, scene, "P1").await.customer.expect("a buyer");
        assert_eq!(order(db, scene, "P3").await.customer, Some(whose));
        assert_eq!(customer(db, scene, whose).await, ("竹影".into(), 3_000, 1));
        let again = take_in(db, scene, scene.shop, format!("{people}\n"), ask(ImportKind::Customers)).await.expect("taken in");
        assert_eq!(counts(&again), (0, 0, 3, 0));
        // Orders that came first are found by the same names; two customers are not made one.
        let more = "会员名,会员ID\n阿岚,u-9\n松风,u-1\n青禾,u-2\n";
        let more = take_in(db, scene, scene.shop, more, ask(ImportKind::Customers)).await.expect("taken in");
        assert_eq!(counts(&more), (1, 1, 0, 1));
        assert_eq!(refused(db, scene, more.id).await, ["3 会员ID nick_taken"]);
        let nicks = "SELECT COUNT(*) FROM customer_identity";
        assert_eq!(number_of(db, nicks).await, 8);
        db.write(move |tx| import::undo(tx, NOW, &scene.who(), more.id)).await.expect("asked");
        let back = Importer::new(db.db.clone(), clock).until_ended(scene.org, more.id).await.expect("given back");
        assert_eq!((back.state, number_of(db, nicks).await), (ImportState::Undone, 5));
    }
}
