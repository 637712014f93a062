//! Deposit and balance of orders that were sold ahead, out of files (row 300). The buyers are invented.

use base::Fen;
use orders::desk::{NewPresale, Presale};
use orders::import::{self, Importer};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

/// Columns as shops keep them of the big sales: one waits, one has paid, one sold nothing ahead, one is wrong.
const SALES: &str = "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,定金金额(元),定金付款时间,尾款（元）,尾款开始时间,尾款截止时间,尾款付款时间\r\n\
=\"271531000000000017\",柠檬叶子,299.00,50.00,定金已付,2026-09-01 20:00:00,,竹纤维四件套,1,50.00,2026-09-01 20:00:09,249.00,2026-09-10 20:00:00,2026-09-13 23:59:59,\r\n\
=\"271531000000000025\",远山,299.00,299.00,\"买家已付款，等待卖家发货\",2026-09-01 20:01:00,2026-09-10 21:00:00,竹纤维四件套,1,￥50.00,2026-09-01 20:01:09,￥249.00,2026-09-10 20:00:00,2026-09-13 23:59:59,2026-09-10 21:00:00\r\n\
=\"271531000000000033\",江边,99.00,99.00,\"买家已付款，等待卖家发货\",2026-09-01 20:02:00,2026-09-01 20:03:00,蚕丝枕,1,0.00,,0.00,,,\r\n\
=\"271531000000000041\",青柠,99.00,9.00,定金已付,2026-09-01 20:02:00,,蚕丝枕,1,9.00,2026-09-01 20:03:00,90.00,2026-09-13 20:00:00,2026-09-10 20:00:00,\r\n";

async fn presale(db: &TestDb, scene: Scene, number: &str) -> Option<Presale> {
    order(db, scene, number).await.presale
}

on_both! { TABLES;
    async fn deposits_and_balances_come_with_the_orders(db: &TestDb) {
        let scene = scene(db).await;
        let run = orders_in(db, scene, gbk(SALES)).await;
        assert_eq!(counts(&run), (3, 0, 0, 1));
        assert_eq!(run.sheets[0].unknown, [], "every column is known");
        assert_eq!(refused(db, scene, run.id).await, ["5 尾款截止时间 ends_before_it_begins"]);
        let waits = presale(db, scene, "271531000000000017").await.expect("sold ahead");
        assert_eq!((waits.deposit_fen, waits.balance_fen, waits.balance_paid_at), (Fen(5_000), Fen(24_900), None));
        assert_eq!(
            (waits.deposit_paid_at, waits.balance_from, waits.balance_until),
            (Some(at("2026-09-01T20:00:09")), Some(at("2026-09-10T20:00:00")), Some(at("2026-09-13T23:59:59")))
        );
        let paid = presale(db, scene, "271531000000000025").await.expect("sold ahead");
        assert_eq!((paid.balance_fen, paid.balance_paid_at), (Fen(24_900), Some(at("2026-09-10T21:00:00"))));
        assert_eq!(presale(db, scene, "271531000000000033").await, None, "noughts are no presale");
        let again = orders_in(db, scene, gbk(SALES)).await;
        assert_eq!(counts(&again), (0, 0, 3, 1), "the same file again changes nothing");
        assert_eq!(presale(db, scene, "271531000000000017").await, Some(waits));
    }

    async fn a_later_export_tells_that_the_balance_was_paid_and_can_be_taken_back(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, gbk(SALES)).await;
        let was = presale(db, scene, "271531000000000017").await;
        // Nothing else of the order is another.
        let later = SALES.replace("2026-09-13 23:59:59,\r\n", "2026-09-13 23:59:59,2026-09-11 08:00:00\r\n");
        let (importer, run) = looked(db, scene, scene.shop, gbk(&later), ask(import::ImportKind::Orders)).await.expect("looked at");
        let seen = importer.preview(&scene.who(), run.id).await.expect("seen");
        assert_eq!((seen.counts.changed, seen.counts.unchanged), (1, 2));
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!(counts(&run), (0, 1, 2, 1));
        let paid = presale(db, scene, "271531000000000017").await.expect("sold ahead");
        assert_eq!(paid.balance_paid_at, Some(at("2026-09-11T08:00:00")));
        // The older file comes once more: what was paid stays paid.
        assert_eq!(counts(&orders_in(db, scene, gbk(SALES)).await), (0, 0, 3, 1));
        assert_eq!(presale(db, scene, "271531000000000017").await, Some(paid));
        let importer = Importer::new(db.db.clone(), clock);
        db.write(move |tx| import::undo(tx, NOW, &scene.who(), run.id)).await.expect("asked");
        let back = importer.until_ended(scene.org, run.id).await.expect("given back");
        assert_eq!((back.given_back, back.kept), (1, 0));
        assert_eq!(presale(db, scene, "271531000000000017").await, was);
    }

    async fn what_somebody_wrote_is_not_overwritten_by_an_older_file(db: &TestDb) {
        let scene = scene(db).await;
        let run = orders_in(db, scene, gbk(SALES)).await;
        let id = order(db, scene, "271531000000000017").await.id;
        let new = NewPresale { deposit_fen: Fen(5_000), balance_fen: Fen(20_000), balance_from: None, balance_until: None, balance_paid_at: None };
        db.write(move |tx| orders::desk::set_presale(tx, NOW, &scene.who(), id, &new)).await.expect("written");
        orders_in(db, scene, gbk(SALES)).await;
        let kept = presale(db, scene, "271531000000000017").await.expect("sold ahead");
        assert_eq!((kept.balance_fen, kept.said_at), (Fen(20_000), NOW));
        assert_eq!(kept.deposit_paid_at, Some(at("2026-09-01T20:00:09")), "what no form has stays");
        let importer = Importer::new(db.db.clone(), clock);
        db.write(move |tx| import::undo(tx, NOW, &scene.who(), run.id)).await.expect("asked");
        let back = importer.until_ended(scene.org, run.id).await.expect("given back");
        assert_eq!((back.given_back, back.kept), (2, 1));
        assert_eq!(presale(db, scene, "271531000000000017").await, Some(kept));
        let left = "SELECT COUNT(*) FROM presale";
        assert_eq!(number_of(db, left).await, 1, "the others went with their orders");
    }
}
