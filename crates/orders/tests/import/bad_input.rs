//! Files of every kind that are torn, twice, endless or impossible: refused with the place, and nothing of them is kept.

use orders::import::{self, ImportKind, ImportState};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

/// A head and a good row of each kind of file that is no order.
const KINDS: &[(ImportKind, &str, &str)] = &[
    (
        ImportKind::Refunds,
        "订单编号,退款编号,买家退款金额,退款状态,退款的申请时间",
        "B1,T1,2.00,退款成功,2026-02-03 10:00:00",
    ),
    (
        ImportKind::Waybills,
        "订单号,快递公司,快递单号,发货时间",
        "B1,圆通,YT8800001,2026-02-03 10:00:00",
    ),
    (ImportKind::Customers, "会员名,会员等级,备注", "柠檬叶子,2,好"),
    (
        ImportKind::Products,
        "商品编码,商品标题,商家编码,价格",
        "SJT,四件套,SJT-Q18,128.00",
    ),
    (ImportKind::Stock, "商家编码,库存", "SJT-Q18,25"),
    (
        ImportKind::Reviews,
        "订单号,评价内容,评价时间",
        "B1,很好,2026-02-05 10:00:00",
    ),
];

async fn left_out(db: &TestDb, scene: Scene, kind: ImportKind, bytes: String) -> String {
    let (_, run) = looked(db, scene, scene.shop, bytes, ask(kind))
        .await
        .expect("looked at");
    let applied = db
        .write(move |tx| import::apply(tx, NOW, &scene.who(), run.id))
        .await;
    let applied = applied.expect_err("refused");
    assert_eq!(applied.code, "import_unsure");
    let left_out = run.sheets[0].left_out.as_ref().expect("left out");
    assert_eq!(applied.params["left_out"][0], *left_out, "it says why");
    left_out["code"].as_str().expect("a code").to_owned()
}

on_both! { TABLES;
    async fn files_of_every_kind_that_are_torn_or_twice_are_refused(db: &TestDb) {
        let scene = scene(db).await;
        for (kind, head, row) in KINDS {
            let torn = looked(db, scene, scene.shop, b"PK\x03\x04\x14\x00cut".to_vec(), ask(*kind)).await;
            assert_eq!(torn.map(|_| ()).expect_err("refused").code, "file_cut", "{kind:?}");
            let first = head.split(',').next().expect("a header");
            let twice = format!("{head},{first}\n{row},x\n");
            assert_eq!(left_out(db, scene, *kind, twice).await, "header_twice", "{kind:?}");
            let wide: Vec<String> = (0..500).map(|n| format!("列{n}")).collect();
            let wide = format!("{head},{}\n{row}\n", wide.join(","));
            assert_eq!(left_out(db, scene, *kind, wide).await, "columns_too_many", "{kind:?}");
        }
    }

    async fn a_row_that_cannot_be_costs_itself_in_files_of_every_kind(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间\nB1,柠檬叶子,20,20,交易成功,2026-02-01 10:00:00,2026-02-01 10:00:05\n").await;
        let endless = "长".repeat(1_700_000);
        for (kind, head, row) in KINDS {
            // Stock is counted of what is there: the file of products before it made it.
            let mut file = format!("{head}\n{row}\n");
            let (first, rest) = row.split_once(',').expect("two cells");
            file.push_str(&format!("{endless},{rest}\n"));
            let mut expected = vec!["3 A cell_too_long".to_owned()];
            match kind {
                ImportKind::Refunds => {
                    file.push_str("B1,T2,-2.00,退款成功,2026-02-03 10:00:00\nB1,T3,2.00,退款成功,1900-01-01 00:00:00\nB1,T4,2.00,退款成功,2999-01-01 00:00:00\n");
                    expected.extend(["4 买家退款金额 number_negative", "5 退款的申请时间 date_out_of_range", "6 退款的申请时间 date_out_of_range"].map(str::to_owned));
                }
                ImportKind::Waybills => {
                    file.push_str("B1,圆通,YT8800002,1900-01-01 00:00:00\nB1,圆通,YT8800003,2999-01-01 00:00:00\n");
                    expected.extend(["4 发货时间 date_out_of_range", "5 发货时间 date_out_of_range"].map(str::to_owned));
                }
                ImportKind::Products => {
                    file.push_str("SJT,四件套,SJT-Q20,-1\n");
                    expected.push("4 价格 number_negative".to_owned());
                }
                ImportKind::Stock => {
                    file.push_str("SJT-Q18,-1\n");
                    expected.push("4 库存 number_negative".to_owned());
                }
                ImportKind::Reviews => {
                    file.push_str("B1,很好,1900-01-01 00:00:00\n");
                    expected.push("4 评价时间 date_out_of_range".to_owned());
                }
                _ => {}
            }
            assert!(!first.is_empty());
            let run = take_in(db, scene, scene.shop, file, ask(*kind)).await.expect("taken in");
            assert_eq!((run.state, run.counts.created + run.counts.changed), (ImportState::Done, 1), "{kind:?} {:?}", refused(db, scene, run.id).await);
            assert_eq!(refused(db, scene, run.id).await, expected, "{kind:?}");
        }
    }

    async fn what_stands_twice_in_one_file_is_there_once(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, "订单号,买家昵称,订单金额,实付金额,订单状态,下单时间,付款时间\nB1,柠檬叶子,20,20,交易成功,2026-02-01 10:00:00,2026-02-01 10:00:05\n").await;
        for (kind, head, row) in KINDS {
            let run = take_in(db, scene, scene.shop, format!("{head}\n{row}\n{row}\n{row}\n"), ask(*kind)).await.expect("taken in");
            assert_eq!((run.state, run.counts.refused, run.counts.read), (ImportState::Done, 0, 3), "{kind:?} {:?}", refused(db, scene, run.id).await);
        }
        for (table, rows) in [("order_refund", 1), ("customer", 1), ("product", 1), ("sku", 1), ("order_review", 1), ("shop_order", 1)] {
            let sql: &'static str = Box::leak(format!("SELECT COUNT(*) FROM {table}").into_boxed_str());
            assert_eq!(number_of(db, sql).await, rows, "{table}");
        }
        assert_eq!(order(db, scene, "B1").await.waybill.as_deref(), Some("YT8800001"));
    }

    async fn two_files_of_customers_at_once_go_one_after_the_other(db: &TestDb) {
        let scene = scene(db).await;
        let rows = |from: usize| {
            let rows: String = (from..from + 60).map(|n| format!("买家{n},{},第{n}位\n", n % 5)).collect();
            format!("会员名,会员等级,备注\n{rows}")
        };
        let one = looked(db, scene, scene.shop, rows(0), ask(ImportKind::Customers)).await.expect("looked at");
        let two = looked(db, scene, scene.shop, rows(30), ask(ImportKind::Customers)).await.expect("looked at");
        let (first, second) = (one.1.id, two.1.id);
        for id in [first, second] {
            db.write(move |tx| import::apply(tx, NOW, &scene.who(), id)).await.expect("asked");
        }
        // As two nodes would work on them.
        let (a, b) = tokio::join!(one.0.until_ended(scene.org, first), two.0.until_ended(scene.org, second));
        let (a, b) = (a.expect("in"), b.expect("in"));
        assert_eq!((a.state, b.state), (ImportState::Done, ImportState::Done));
        assert_eq!((a.counts.created + b.counts.created, a.counts.unchanged + b.counts.unchanged), (90, 30));
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM customer").await, 90);
    }
}
