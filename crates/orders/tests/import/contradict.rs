//! Rows of one file that contradict each other and are equally new, with so many between them that they go in with
//! slices of their own: sent again, the file changes nothing.

use orders::import::{self, ImportKind, ImportState, Importer};
use orders::{Order, RefundStatus};
use store::testing::TestDb;
use store::{args, on_both};

use crate::hand::*;

const HEAD: &str = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间,收货人,手机,备注\n";

fn row(number: &str, nick: &str, fen: i64, note: &str) -> String {
    format!(
        "{number},{nick},{fen},{fen},交易成功,2026-02-01 10:00:00,2026-02-01 10:02:00,岚岚,13800000001,{note}\n"
    )
}

/// D1 stands at the beginning and at the end and D2 thrice, with `between` others in the middle.
fn file(between: usize) -> String {
    let others: Vec<String> = (0..between)
        .map(|n| row(&format!("O{n:05}"), &format!("买家{}", n % 50), 5, ""))
        .collect();
    let (front, back) = others.split_at(between / 2);
    [
        HEAD.to_owned(),
        row("D1", "阿岚", 100, "先"),
        row("D2", "小满", 50, "先"),
        row("D2", "小满", 60, "又"),
        front.concat(),
        row("D2", "小满", 70, "中"),
        back.concat(),
        row("D2", "小满", 80, "后"),
        row("D1", "阿兰", 90, "后"),
    ]
    .concat()
}

async fn both(db: &TestDb, scene: Scene) -> [Order; 2] {
    [order(db, scene, "D1").await, order(db, scene, "D2").await]
}

/// Revisions of all orders, what customers spent and how many orders they have, orders filed with their customer.
async fn sums(db: &TestDb) -> [i64; 4] {
    let filed = "SELECT COUNT(*) FROM shop_order o JOIN customer_order f
        ON f.org_id = o.org_id AND f.customer_id = o.customer_id AND f.order_id = o.id";
    [
        number_of(db, "SELECT CAST(COALESCE(SUM(rev), 0) AS BIGINT) FROM shop_order").await,
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
        number_of(db, filed).await,
    ]
}

async fn seen(db: &TestDb, scene: Scene, id: base::Id) -> import::Import {
    db.read(move |tx| import::import(tx, &scene.who(), id))
        .await
        .expect("there")
}

/// Given back, and kept, of an import that is undone.
async fn undone(db: &TestDb, scene: Scene, run: &import::Import) -> (i64, i64) {
    let id = run.id;
    db.write(move |tx| import::undo(tx, NOW, &scene.who(), id))
        .await
        .expect("asked");
    let back = Importer::new(db.db.clone(), clock)
        .until_ended(scene.org, id)
        .await
        .expect("given back");
    assert_eq!(back.state, ImportState::Undone);
    (back.given_back, back.kept)
}

/// Begins to take a file in and stops in the middle, with a slice in that changed what its first row tells of.
async fn killed(db: &TestDb, scene: Scene, kind: ImportKind, csv: &str) -> import::Import {
    let (importer, run) = looked(db, scene, scene.shop, csv, ask(kind))
        .await
        .expect("looked at");
    let id = run.id;
    db.write(move |tx| import::apply(tx, NOW, &scene.who(), id))
        .await
        .expect("asked");
    let work = tokio::spawn(async move { importer.work(scene.org, id).await });
    while seen(db, scene, id).await.counts.changed < 1 {
        tokio::task::yield_now().await;
    }
    work.abort();
    let _ = work.await;
    let run = seen(db, scene, id).await;
    assert_eq!(run.state, ImportState::Running, "killed too late to tell");
    run
}

on_both! { TABLES;
    async fn rows_slices_apart_change_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        let csv = file(600);
        let first = orders_in(db, scene, &csv).await;
        assert_eq!(counts(&first), (602, 4, 0, 0));
        let before = (both(db, scene).await, sums(db).await);
        assert_eq!((before.0[0].total_fen.0, before.0[1].remark.as_deref()), (9_000, Some("后")), "the last holds");
        for blank in ["\n", "\n\n"] {
            let again = orders_in(db, scene, format!("{csv}{blank}")).await;
            assert_eq!((counts(&again), again.counts.read), ((0, 0, 606, 0), 606));
            assert_eq!((both(db, scene).await, sums(db).await), before);
            assert_eq!(undone(db, scene, &again).await, (0, 0), "there is nothing to give back");
            assert_eq!((both(db, scene).await, sums(db).await), before);
        }
        assert_eq!(undone(db, scene, &first).await.1, 0, "nobody touched them since");
        assert_eq!((sums(db).await, number_of(db, "SELECT COUNT(*) FROM shop_order").await), ([0, 0, 0, 0], 0));
    }

    async fn what_such_a_file_does_change_is_given_back(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, [HEAD.to_owned(), row("D1", "阿岚", 10, ""), row("D2", "小满", 80, "后")].concat()).await;
        let before = (both(db, scene).await, sums(db).await);
        let run = orders_in(db, scene, file(600)).await;
        assert_eq!(counts(&run), (600, 2, 4, 0), "D2 is what it was, D1 is not");
        assert_eq!(undone(db, scene, &run).await, (602, 0));
        assert_eq!((both(db, scene).await, sums(db).await), before);
    }

    async fn a_second_run_that_was_killed_in_the_middle_changes_nothing(db: &TestDb) {
        let scene = scene(db).await;
        let csv = file(6_000);
        let first = orders_in(db, scene, &csv).await;
        let before = (both(db, scene).await, sums(db).await);
        let run = killed(db, scene, ImportKind::Orders, &format!("{csv}\n")).await;
        assert_eq!(order(db, scene, "D1").await.total_fen.0, 10_000, "the first row holds so far");
        // The desk sees it so: what it is afterwards is not to be taken for that.
        db.write(|tx| tx.exec("UPDATE shop_order SET seen_rev = rev", args![])).await.expect("seen");
        Importer::new(db.db.clone(), later).go_on().await.expect("gone on");
        let run = seen(db, scene, run.id).await;
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (0, 0, 6_006, 0)));
        assert_eq!((both(db, scene).await, sums(db).await), before);
        let unseen = "SELECT COUNT(*) FROM shop_order WHERE number IN ('D1', 'D2') AND seen_rev < rev";
        assert_eq!(number_of(db, unseen).await, 2);
        // Called off in the middle, it leaves what was there too.
        let run = killed(db, scene, ImportKind::Orders, &format!("{csv}\n\n")).await;
        db.write(move |tx| import::cancel(tx, NOW, &scene.who(), run.id)).await.expect("cancelled");
        let run = Importer::new(db.db.clone(), later).until_ended(scene.org, run.id).await.expect("given back");
        assert_eq!((run.state, run.kept), (ImportState::Cancelled, 0));
        assert_eq!((both(db, scene).await, sums(db).await), before);
        assert_eq!(undone(db, scene, &first).await.1, 0);
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order").await, 0);
    }

    async fn what_somebody_touched_in_the_middle_stays_theirs(db: &TestDb) {
        let scene = scene(db).await;
        let csv = file(6_000);
        orders_in(db, scene, &csv).await;
        let run = killed(db, scene, ImportKind::Orders, &format!("{csv}\n")).await;
        let id = order(db, scene, "D1").await.id;
        db.write(move |tx| orders::confirm(tx, NOW, &scene.who(), id, true)).await.expect("touched");
        Importer::new(db.db.clone(), later).go_on().await.expect("gone on");
        let run = seen(db, scene, run.id).await;
        assert_eq!(counts(&run), (0, 2, 6_004, 0), "D1 is not what it was");
        let is = order(db, scene, "D1").await;
        assert_eq!((is.total_fen.0, is.confirmed_at), (9_000, Some(NOW)));
        assert_eq!(undone(db, scene, &run).await, (1, 1));
        assert_eq!(order(db, scene, "D1").await.confirmed_at, Some(NOW));
    }

    async fn a_product_somebody_changed_in_the_middle_stays_theirs(db: &TestDb) {
        let scene = scene(db).await;
        let row = |code: &str, title: &str| format!("{code},{title},{code}-01,9,7\n");
        let others: String = (0..400).map(|n| row(&format!("P{n}"), "竹枕")).collect();
        let csv = ["商品编码,商品标题,商家编码,价格,库存\n".to_owned(), row("SJT", "先"), others, row("SJT", "后")].concat();
        take_in(db, scene, scene.shop, csv.clone(), ask(ImportKind::Products)).await.expect("taken in");
        let run = killed(db, scene, ImportKind::Products, &format!("{csv}\n")).await;
        let theirs = catalogue::NewProduct { code: "SJT".into(), title: Some("我们改的".into()), picture: None, url: None, selling_points: None, active: None, shops: None, skus: Vec::new() };
        let id = db.write(move |tx| catalogue::upsert_product(tx, NOW, &scene.who(), &theirs)).await.expect("changed").id;
        Importer::new(db.db.clone(), later).go_on().await.expect("gone on");
        let run = seen(db, scene, run.id).await;
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (0, 2, 400, 0)));
        assert_eq!(undone(db, scene, &run).await, (1, 1));
        let title = db.read(move |tx| catalogue::product(tx, &scene.who(), id)).await.expect("there").title;
        assert_eq!(title, "我们改的");
    }

    async fn a_customer_somebody_changed_in_the_middle_stays_theirs(db: &TestDb) {
        let scene = scene(db).await;
        let row = |nick: &str, note: &str| format!("{nick},{note}\n");
        let others: String = (0..400).map(|n| row(&format!("客{n}"), "")).collect();
        let csv = ["会员名,备注\n".to_owned(), row("柠檬叶子", "先"), others, row("柠檬叶子", "后")].concat();
        take_in(db, scene, scene.shop, csv.clone(), ask(ImportKind::Customers)).await.expect("taken in");
        let run = killed(db, scene, ImportKind::Customers, &format!("{csv}\n")).await;
        let noted = || async { number_of(db, "SELECT COUNT(*) FROM customer WHERE note = '我们记的'").await };
        db.write(|tx| tx.exec("UPDATE customer SET note = '我们记的' WHERE note = '先'", args![])).await.expect("noted");
        assert_eq!(noted().await, 1);
        Importer::new(db.db.clone(), later).go_on().await.expect("gone on");
        let run = seen(db, scene, run.id).await;
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (0, 2, 400, 0)));
        assert_eq!(undone(db, scene, &run).await, (1, 1));
        assert_eq!(noted().await, 1);
    }

    async fn deposits_and_balances_slices_apart_change_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        let head = "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,定金金额(元),尾款（元）\n";
        let row = |number: &str, deposit: i64| format!("{number},阿岚,299,50,定金已付,2026-02-01 10:00:00,{deposit},200\n");
        let others: String = (0..300).map(|n| row(&format!("O{n:05}"), 50)).collect();
        let csv = [head, &row("D1", 40), &others, &row("D1", 50)].concat();
        assert_eq!(counts(&orders_in(db, scene, &csv).await), (301, 1, 0, 0));
        let before = (order(db, scene, "D1").await, sums(db).await);
        assert_eq!(before.0.presale.as_ref().map(|one| one.deposit_fen.0), Some(5_000));
        let again = orders_in(db, scene, format!("{csv}\n")).await;
        assert_eq!((counts(&again), undone(db, scene, &again).await), ((0, 0, 302, 0), (0, 0)));
        assert_eq!((order(db, scene, "D1").await, sums(db).await), before);
    }

    async fn refunds_slices_apart_change_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        let orders: String = (0..301).map(|n| row(&format!("R{n:05}"), "阿岚", 10, "")).collect();
        orders_in(db, scene, format!("{HEAD}{orders}")).await;
        let head = "订单编号,退款编号,买家退款金额,退款状态,退款完结时间,退款原因\n";
        let row = |n: usize, fen: i64, why: &str| format!("R{n:05},T{n:05},{fen}.00,退款成功,2026-02-03 10:00:00,{why}\n");
        let others: String = (1..301).map(|n| row(n, 3, "不想要了")).collect();
        let csv = [head, &row(0, 5, "破了"), &others, &row(0, 4, "少了")].concat();
        let take = |csv: String| take_in(db, scene, scene.shop, csv, ask(ImportKind::Refunds));
        let first = take(csv.clone()).await.expect("taken in");
        assert_eq!(counts(&first), (301, 1, 0, 0));
        let refund = || async {
            let id = order(db, scene, "R00000").await.id;
            db.read(move |tx| orders::refunds(tx, &scene.who(), id)).await.expect("refunds").remove(0)
        };
        let before = (refund().await, order(db, scene, "R00000").await, sums(db).await);
        assert_eq!((before.0.status, before.0.amount_fen.0, before.0.reason.as_deref()), (RefundStatus::Done, 400, Some("少了")));
        let again = take(format!("{csv}\n")).await.expect("taken in");
        assert_eq!((counts(&again), undone(db, scene, &again).await), ((0, 0, 302, 0), (0, 0)));
        assert_eq!((refund().await, order(db, scene, "R00000").await, sums(db).await), before);
        assert_eq!(undone(db, scene, &first).await.1, 0);
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM order_refund").await, 0);
    }

    async fn products_slices_apart_change_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        let row = |code: &str, title: &str, fen: i64| format!("{code},{title},{code}-01,{fen},7\n");
        let others: String = (0..9).map(|n| row(&format!("P{n}"), "竹枕", 9)).collect();
        // Far apart, and one below the other.
        let csv = [
            "商品编码,商品标题,商家编码,价格,库存\n".to_owned(),
            row("SJT", "四件套", 128),
            others,
            row("SJT", "四件套 新款", 138),
            row("ZZ", "旧名", 10),
            row("ZZ", "新名", 12),
        ].concat();
        let take = |csv: String| take_in(db, scene, scene.shop, csv, ask(ImportKind::Products));
        let first = take(csv.clone()).await.expect("taken in");
        assert_eq!(counts(&first), (11, 2, 0, 0));
        let products = || async {
            let ask = base::PageAsk { limit: Some(100), ..base::PageAsk::default() };
            let page = db.read(move |tx| catalogue::products(tx, &scene.who(), &catalogue::ProductFilter::default(), &ask)).await;
            let mut all = page.expect("listed").items;
            all.sort_by(|a, b| a.code.cmp(&b.code));
            all
        };
        let before = products().await;
        assert_eq!(before.iter().skip(9).map(|one| one.title.as_str()).collect::<Vec<_>>(), ["四件套 新款", "新名"]);
        let again = take(format!("{csv}\n")).await.expect("taken in");
        assert_eq!((counts(&again), undone(db, scene, &again).await), ((0, 0, 13, 0), (0, 0)));
        assert_eq!(products().await, before);
        // Of stock the same holds: what was counted last is there.
        let counted = |n: i64| format!("SJT-01,{n}\n");
        let others: String = (0..9).map(|n| format!("P{n}-01,7\n")).collect();
        let stock = ["商家编码,库存\n".to_owned(), counted(5), others, counted(7)].concat();
        let stock = take_in(db, scene, scene.shop, stock, ask(ImportKind::Stock)).await.expect("taken in");
        assert_eq!((counts(&stock), undone(db, scene, &stock).await), ((0, 0, 11, 0), (0, 0)));
        assert_eq!(products().await, before);
        assert_eq!(undone(db, scene, &first).await.1, 0);
        assert!(products().await.is_empty());
    }

    async fn reviews_slices_apart_change_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        let orders: String = (0..10).map(|n| row(&format!("V{n}"), "竹影", 10, "")).collect();
        orders_in(db, scene, format!("{HEAD}{orders}")).await;
        let row = |n: usize, said: &str| format!("竹影,{said},2026-03-08 09:00:00,V{n},5星\n");
        let others: String = (1..10).map(|n| row(n, "很软和")).collect();
        let csv = ["买家昵称,评价内容,评价时间,订单号,评分\n".to_owned(), row(0, "先说的"), others, row(0, "后说的")].concat();
        let take = |csv: String| take_in(db, scene, scene.shop, csv, ask(ImportKind::Reviews));
        let first = take(csv.clone()).await.expect("taken in");
        assert_eq!(counts(&first), (10, 1, 0, 0));
        let before = order(db, scene, "V0").await;
        assert_eq!(before.review.as_ref().map(|one| one.text.as_str()), Some("后说的"));
        let again = take(format!("{csv}\n")).await.expect("taken in");
        assert_eq!((counts(&again), undone(db, scene, &again).await), ((0, 0, 11, 0), (0, 0)));
        assert_eq!(order(db, scene, "V0").await, before);
        assert_eq!(undone(db, scene, &first).await, (11, 0));
        assert_eq!(order(db, scene, "V0").await.review, None);
    }
    async fn customers_slices_apart_change_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        let row = |nick: &str, level: i64, note: &str| format!("{nick},{level},{note},138000000{level}0\n");
        let others: String = (0..9).map(|n| row(&format!("客{n}"), 1, "")).collect();
        let csv = ["会员名,会员等级,备注,手机\n".to_owned(), row("柠檬叶子", 20, "先"), others, row("柠檬叶子", 30, "后"), row("远山", 20, "先"), row("远山", 30, "后")].concat();
        let take = |csv: String| take_in(db, scene, scene.shop, csv, ask(ImportKind::Customers));
        let first = take(csv.clone()).await.expect("taken in");
        assert_eq!(counts(&first), (11, 2, 0, 0));
        let list = || async {
            let ask = base::PageAsk { limit: Some(100), ..base::PageAsk::default() };
            let page = db.read(move |tx| customers::customers(tx, NOW, &scene.who(), &customers::CustomerFilter::default(), &ask)).await;
            let mut all: Vec<_> = page.expect("listed").items.into_iter().map(|one| (one.customer.name, one.customer.level, one.customer.note, one.phone_masked)).collect();
            all.sort();
            all
        };
        let before = list().await;
        assert!(before.iter().any(|one| (one.0.as_str(), one.1, one.2.as_str()) == ("柠檬叶子", 30, "后")), "{before:?}");
        let again = take(format!("{csv}\n")).await.expect("taken in");
        assert_eq!((counts(&again), undone(db, scene, &again).await), ((0, 0, 13, 0), (0, 0)));
        assert_eq!(list().await, before);
        assert_eq!(undone(db, scene, &first).await.1, 0);
        assert!(list().await.is_empty());
    }
}
