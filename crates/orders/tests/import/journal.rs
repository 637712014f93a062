//! Killed, cancelled, given back, two at once.

use base::{Actor, Id, PageAsk};
use orders::import::{self, ImportKind, ImportState, Importer};
use orders::{NewOrder, PayStatus};
use store::testing::TestDb;
use store::{args, on_both};

use crate::hand::*;

fn rows(from: i64, count: i64) -> String {
    let mut csv = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间,备注\n".to_owned();
    for n in from..from + count {
        csv.push_str(&format!(
            "K{n:06},买家{},{n}.10,{n}.10,交易成功,2026-01-01 10:00:00,2026-01-01 10:00:05,第{n}单\n",
            n % 300
        ));
    }
    csv
}

/// Orders, customers and all that was spent. Every order is filed with its customer, and nothing else is.
async fn stock_of(db: &TestDb) -> [i64; 4] {
    let unfiled = "SELECT COUNT(*) FROM shop_order o WHERE o.customer_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM customer_order f
        WHERE f.org_id = o.org_id AND f.customer_id = o.customer_id AND f.order_id = o.id)";
    let gone = "SELECT COUNT(*) FROM customer_order f WHERE NOT EXISTS (
        SELECT 1 FROM shop_order o
        WHERE o.org_id = f.org_id AND o.id = f.order_id AND o.customer_id = f.customer_id)";
    assert_eq!((number_of(db, unfiled).await, number_of(db, gone).await), (0, 0));
    [
        number_of(db, "SELECT COUNT(*) FROM shop_order").await,
        number_of(db, "SELECT COUNT(*) FROM customer").await,
        number_of(
            db,
            "SELECT CAST(COALESCE(SUM(spent_fen), 0) AS BIGINT) FROM customer",
        )
        .await,
        number_of(
            db,
            "SELECT CAST(COALESCE(SUM(orders), 0) AS BIGINT) FROM customer",
        )
        .await,
    ]
}

async fn undone(db: &TestDb, scene: Scene, importer: &Importer, id: Id) -> import::Import {
    db.write(move |tx| import::undo(tx, NOW, &scene.who(), id))
        .await
        .expect("asked");
    importer.until_ended(scene.org, id).await.expect("given back")
}

on_both! { TABLES;
    async fn an_import_that_was_killed_goes_on_by_itself(db: &TestDb) {
        let scene = scene(db).await;
        let csv = rows(0, 6_000);
        let (importer, run) = looked(db, scene, scene.shop, &csv, ask(ImportKind::Orders)).await.expect("looked at");
        let id = run.id;
        db.write(move |tx| import::apply(tx, NOW, &scene.who(), id)).await.expect("asked");
        // Whoever works on it is gone in the middle, with slices on their way.
        let killed = importer.clone();
        let work = tokio::spawn(async move { killed.work(scene.org, id).await });
        while number_of(db, "SELECT COUNT(*) FROM shop_order").await < 300 {
            tokio::task::yield_now().await;
        }
        work.abort();
        let _ = work.await;
        let seen = db.read(move |tx| import::import(tx, &scene.who(), id)).await.expect("there");
        assert_eq!(seen.state, ImportState::Running);
        assert!(seen.counts.created < 6_000, "killed too late to tell");
        let after = Importer::new(db.db.clone(), later);
        after.go_on().await.expect("gone on");
        let run = db.read(move |tx| import::import(tx, &scene.who(), id)).await.expect("there");
        assert_eq!((run.state, counts(&run), run.counts.read), (ImportState::Done, (6_000, 0, 0, 0), 6_000));
        let spent: i64 = (0..6_000).map(|n| n * 100 + 10).sum();
        assert_eq!(stock_of(db).await, [6_000, 300, spent, 6_000]);
    }

    async fn two_runs_given_back_in_the_order_they_were_made_leave_no_order_of_nobody(db: &TestDb) {
        let scene = scene(db).await;
        let head = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间,修改时间\n";
        let row = |nick: &str, status: &str, changed: i64| format!("{head}X1,{nick},5,5,{status},2026-01-01 10:00:00,2026-01-01 10:00:05,2026-01-0{changed} 10:00:00\n");
        let importer = Importer::new(db.db.clone(), clock);
        let first = orders_in(db, scene, row("旧名", "等待卖家发货", 2)).await;
        let was = order(db, scene, "X1").await.customer.expect("a buyer");
        let second = orders_in(db, scene, row("新名", "交易成功", 3)).await;
        assert_ne!(order(db, scene, "X1").await.customer, Some(was));
        let one = undone(db, scene, &importer, first.id).await;
        assert_eq!((one.given_back, one.kept), (0, 1), "somebody touched it since");
        undone(db, scene, &importer, second.id).await;
        assert_eq!(order(db, scene, "X1").await.customer, Some(was));
        assert_eq!(customer(db, scene, was).await, ("旧名".to_owned(), 500, 1));
        let dangling = "SELECT COUNT(*) FROM shop_order o WHERE o.customer_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM customer c WHERE c.org_id = o.org_id AND c.id = o.customer_id)";
        assert_eq!(number_of(db, dangling).await, 0);
    }

    async fn a_buyer_who_is_merged_meanwhile_takes_the_orders_along(db: &TestDb) {
        let scene = scene(db).await;
        let csv = rows(0, 6_000);
        let (importer, run) = looked(db, scene, scene.shop, &csv, ask(ImportKind::Orders)).await.expect("looked at");
        let id = run.id;
        db.write(move |tx| import::apply(tx, NOW, &scene.who(), id)).await.expect("asked");
        let killed = importer.clone();
        let work = tokio::spawn(async move { killed.work(scene.org, id).await });
        while number_of(db, "SELECT COUNT(*) FROM shop_order").await < 300 {
            tokio::task::yield_now().await;
        }
        work.abort();
        let _ = work.await;
        let bare = number_of(db, "SELECT COUNT(*) FROM customer_order").await;
        assert_eq!(bare, 0, "filed before it was killed");
        let from = order(db, scene, "K000007").await.customer.expect("a buyer");
        let into = order(db, scene, "K000008").await.customer.expect("another");
        db.write(move |tx| {
            tx.exec("UPDATE customer SET merged_into = $2 WHERE id = $1", args![from, into])?;
            tx.exec("UPDATE customer_identity SET customer_id = $2 WHERE customer_id = $1", args![from, into])?;
            orders::move_customer(tx, NOW, &Actor::program(scene.org), from, into)
        }).await.expect("merged");
        let after = Importer::new(db.db.clone(), later);
        after.go_on().await.expect("gone on");
        assert_eq!(order(db, scene, "K000007").await.customer, Some(into));
        let both: i64 = (0..6_000).filter(|n| n % 300 == 7 || n % 300 == 8).count().try_into().expect("small");
        let page = PageAsk { limit: Some(100), ..PageAsk::default() };
        let theirs = db.read(move |tx| orders::of_customer(tx, &scene.who(), from, &page)).await.expect("listed");
        assert_eq!(theirs.items.len() as i64, both);
        let spent: i64 = (0..6_000).map(|n| n * 100 + 10).sum();
        assert_eq!(stock_of(db).await, [6_000, 300, spent, 6_000]);
    }

    async fn without_its_file_it_fails_and_can_be_given_back(db: &TestDb) {
        let scene = scene(db).await;
        let (importer, run) = looked(db, scene, scene.shop, rows(0, 6_000), ask(ImportKind::Orders)).await.expect("looked at");
        let id = run.id;
        db.write(move |tx| import::apply(tx, NOW, &scene.who(), id)).await.expect("asked");
        let killed = importer.clone();
        let work = tokio::spawn(async move { killed.work(scene.org, id).await });
        while number_of(db, "SELECT COUNT(*) FROM shop_order").await < 300 {
            tokio::task::yield_now().await;
        }
        work.abort();
        let _ = work.await;
        put(db, &run.file, "something else");
        let after = Importer::new(db.db.clone(), later);
        after.go_on().await.expect("gone on");
        let run = db.read(move |tx| import::import(tx, &scene.who(), id)).await.expect("there");
        assert_eq!((run.state, run.error.expect("why")["code"].as_str()), (ImportState::Failed, Some("file_gone")));
        let run = undone(db, scene, &after, id).await;
        assert_eq!((run.state, run.kept), (ImportState::Undone, 0));
        assert_eq!(stock_of(db).await, [0, 0, 0, 0]);
    }

    async fn cancelling_gives_back_what_was_there(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, rows(0, 400)).await;
        let before = (stock_of(db).await, order(db, scene, "K000007").await);
        let changed = rows(0, 6_000).replace("交易成功", "卖家已发货，等待买家确认").replace("2026-01-01 10:00:05", "2026-01-02 10:00:05");
        let (importer, run) = looked(db, scene, scene.shop, changed, ask(ImportKind::Orders)).await.expect("looked at");
        let id = run.id;
        db.write(move |tx| import::apply(tx, NOW, &scene.who(), id)).await.expect("asked");
        let worker = importer.clone();
        let work = tokio::spawn(async move { worker.until_ended(scene.org, id).await });
        while number_of(db, "SELECT COUNT(*) FROM shop_order").await < 600 {
            tokio::task::yield_now().await;
        }
        db.write(move |tx| import::cancel(tx, NOW, &scene.who(), id)).await.expect("cancelled");
        importer.stop(id);
        let run = work.await.expect("done").expect("ended");
        assert_eq!((run.state, run.kept), (ImportState::Cancelled, 0));
        assert_eq!((stock_of(db).await, order(db, scene, "K000007").await), before);
    }

    async fn undo_gives_back_what_nobody_touched_and_lists_the_rest(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, rows(0, 200)).await;
        let old = order(db, scene, "K000003").await;
        let (importer, run) = looked(db, scene, scene.shop, rows(0, 500).replace("第3单", "改了").replace("第4单", "也改了").replace("10:00:05", "10:00:06"), ask(ImportKind::Orders)).await.expect("looked at");
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!(counts(&run), (300, 200, 0, 0));
        assert_eq!(order(db, scene, "K000003").await.remark.as_deref(), Some("改了"));
        // Somebody touches one that was there and one that came.
        let (four, came) = (order(db, scene, "K000004").await, order(db, scene, "K000400").await);
        for id in [four.id, came.id] {
            db.write(move |tx| orders::confirm(tx, NOW, &scene.who(), id, true)).await.expect("touched");
        }
        let run = undone(db, scene, &importer, run.id).await;
        assert_eq!((run.state, run.given_back, run.kept), (ImportState::Undone, 498, 2));
        assert_eq!(order(db, scene, "K000003").await, old);
        assert_eq!(order(db, scene, "K000004").await.remark.as_deref(), Some("也改了"));
        let kept = db.read(move |tx| import::kept(tx, &scene.who(), run.id, &PageAsk::default())).await.expect("listed");
        let mut expected = [four.id, came.id];
        expected.sort_unstable();
        assert_eq!(kept.items.iter().map(|row| row.id).collect::<Vec<_>>(), expected);
        let spent: i64 = (0..200).chain([400]).map(|n| n * 100 + 10).sum();
        assert_eq!(stock_of(db).await, [201, 200, spent, 201]);
        let again = db.write(move |tx| import::undo(tx, NOW, &scene.who(), run.id)).await;
        assert_eq!(again.expect_err("refused").code, "import_not_done");
    }

    async fn two_at_once_go_one_after_the_other(db: &TestDb) {
        let scene = scene(db).await;
        let one = looked(db, scene, scene.shop, rows(0, 1_000), ask(ImportKind::Orders)).await.expect("looked at");
        let two = looked(db, scene, scene.shop, rows(500, 1_000), ask(ImportKind::Orders)).await.expect("looked at");
        let (first, second) = (one.1.id, two.1.id);
        for id in [first, second] {
            db.write(move |tx| import::apply(tx, NOW, &scene.who(), id)).await.expect("asked");
        }
        // As two nodes would work on them.
        let (a, b) = tokio::join!(one.0.until_ended(scene.org, first), two.0.until_ended(scene.org, second));
        let (a, b) = (a.expect("in"), b.expect("in"));
        assert_eq!((a.state, b.state), (ImportState::Done, ImportState::Done));
        let created = (a.counts.created, b.counts.created);
        assert!(created == (1_000, 500) || created == (500, 1_000), "{created:?}");
        let spent: i64 = (0..1_500).map(|n| n * 100 + 10).sum();
        assert_eq!(stock_of(db).await, [1_500, 300, spent, 1_500]);
    }

    async fn people_go_on_changing_orders_meanwhile(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, rows(0, 1_000)).await;
        let (importer, run) = looked(db, scene, scene.shop, rows(0, 3_000).replace("10:00:05", "10:00:06"), ask(ImportKind::Orders)).await.expect("looked at");
        let id = run.id;
        db.write(move |tx| import::apply(tx, NOW, &scene.who(), id)).await.expect("asked");
        let work = tokio::spawn(async move { importer.until_ended(scene.org, id).await });
        // Every tenth is paid back by hand, before or after its row.
        for n in (0..1_000).step_by(10) {
            let new = NewOrder { shop: scene.shop, number: format!("K{n:06}"), pay_status: Some(PayStatus::Refunded), changed_at: Some(NOW), ..NewOrder::default() };
            db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(scene.org), &new)).await.expect("paid back");
        }
        assert_eq!(work.await.expect("done").expect("in").state, ImportState::Done);
        let spent: i64 = (0..3_000).filter(|n| *n >= 1_000 || n % 10 != 0).map(|n| n * 100 + 10).sum();
        assert_eq!(stock_of(db).await, [3_000, 300, spent, 2_900]);
    }
}
