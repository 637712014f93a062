//! What a file may and may not do.

use base::{Actor, Fen, Permission, Shops, Who};
use orders::import::{self, ImportAsk, ImportChange, ImportKind, ImportState, Importer};
use orders::{OrderStatus, ShipStatus};
use store::on_both;

use crate::hand::*;

const HEAD: &str = "订单号,买家昵称,订单金额,实付金额,退款金额,订单状态,下单时间,付款时间,发货时间,修改时间,收货人,手机,备注\n";

fn file(rows: &[&str]) -> String {
    format!("{HEAD}{}\n", rows.join("\n"))
}

fn code<T: std::fmt::Debug>(result: Result<T, base::Problem>) -> String {
    result.expect_err("refused").code.to_string()
}

on_both! { TABLES;
    async fn the_same_file_again_changes_nothing(db: &TestDb) {
        let scene = scene(db).await;
        let rows: Vec<String> = (0..700).map(|n| format!("A{n:05},买家{},{n}.05,{n}.05,,交易成功,2026-01-01 10:00:00,2026-01-01 10:00:05,,,,,", n % 90)).collect();
        let csv = file(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        let first = orders_in(db, scene, &csv).await;
        assert_eq!((counts(&first), first.counts.read), ((700, 0, 0, 0), 700));
        let spent = number_of(db, "SELECT CAST(SUM(spent_fen) AS BIGINT) FROM customer").await;
        assert_eq!(spent, (0..700).map(|n| n * 100 + 5).sum::<i64>());
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM customer WHERE orders > 0").await, 90);
        let log = number_of(db, "SELECT COUNT(*) FROM log").await;
        let again = orders_in(db, scene, &csv).await;
        assert_eq!(counts(&again), (0, 0, 700, 0));
        assert_eq!(number_of(db, "SELECT CAST(SUM(spent_fen) AS BIGINT) FROM customer").await, spent);
        // Asked for and finished, and nothing a row.
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM log").await, log + 2);
    }

    async fn an_older_export_overwrites_nothing_newer(db: &TestDb) {
        let scene = scene(db).await;
        let new = "B1,阿岚,100,100,20,卖家已发货，等待买家确认,2026-02-01 10:00:00,2026-02-01 10:01:00,2026-02-02 08:00:00,2026-02-02 08:00:00,岚岚,13800000001,改过的备注";
        let old = "B1,阿岚,120,120,,买家已付款，等待卖家发货,2026-02-01 10:00:00,2026-02-01 10:01:00,,2026-02-01 10:01:00,岚*,138****0001,旧备注";
        orders_in(db, scene, file(&[new])).await;
        let before = order(db, scene, "B1").await;
        let run = orders_in(db, scene, file(&[old])).await;
        let after = order(db, scene, "B1").await;
        assert_eq!((counts(&run), &after), ((0, 0, 1, 0), &before));
        assert_eq!((after.ship_status, after.total_fen, after.refund_fen), (ShipStatus::Shipped, Fen(10_000), Fen(2_000)));
        // Without any time a status only moves forward and refunds only rise.
        let undated = "B1,,,,5,等待买家付款,,,,,,,";
        orders_in(db, scene, file(&[undated])).await;
        assert_eq!((order(db, scene, "B1").await.ship_status, order(db, scene, "B1").await.refund_fen), (ShipStatus::Shipped, Fen(2_000)));
        orders_in(db, scene, file(&["B1,,,,30,交易成功,,,,,,,"])).await;
        let done = order(db, scene, "B1").await;
        assert_eq!((done.order_status, done.refund_fen), (OrderStatus::Done, Fen(3_000)));
    }

    async fn versions_of_one_order_in_one_file_are_merged(db: &TestDb) {
        let scene = scene(db).await;
        let run = orders_in(db, scene, file(&[
            "C1,阿岚,100,0,,等待买家付款,2026-02-01 10:00:00,,,2026-02-01 10:00:00,,,",
            "C2,阿岚,50,50,,买家已付款，等待卖家发货,2026-02-01 10:00:00,2026-02-01 10:02:00,,,,,",
            "C1,阿岚,100,100,,买家已付款，等待卖家发货,2026-02-01 10:00:00,2026-02-01 10:02:00,,2026-02-01 10:02:00,,,",
        ])).await;
        assert_eq!((counts(&run), run.counts.read), ((2, 1, 0, 0), 3), "a row told of an order again is counted as what it did");
        let one = order(db, scene, "C1").await;
        assert_eq!(customer(db, scene, one.customer.expect("known")).await, ("阿岚".to_owned(), 15_000, 2));
    }

    async fn an_id_that_stands_twice_changes_nothing_the_second_time(db: &TestDb) {
        let scene = scene(db).await;
        // Equally new, they contradict each other: the last is believed.
        let csv = file(&[
            "D1,阿岚,100,100,,交易成功,2026-02-01 10:00:00,2026-02-01 10:02:00,,,,,",
            "D2,阿岚,50,50,,交易成功,2026-02-01 10:00:00,2026-02-01 10:02:00,,,,,",
            "D1,阿岚,90,90,,交易成功,2026-02-01 10:00:00,2026-02-01 10:02:00,,,,,",
        ]);
        let first = orders_in(db, scene, &csv).await;
        assert_eq!(counts(&first), (2, 1, 0, 0));
        let before = order(db, scene, "D1").await;
        assert_eq!(before.total_fen, Fen(9_000));
        let (importer, again) = looked(db, scene, scene.shop, csv + "\n", ask(ImportKind::Orders)).await.expect("looked at");
        let seen = importer.preview(&scene.who(), again.id).await.expect("previewed").counts;
        let again = apply(db, scene, &importer, again.id).await.expect("taken in");
        assert_eq!((counts(&again), &seen), ((0, 0, 3, 0), &again.counts));
        assert_eq!(order(db, scene, "D1").await, before);
    }

    async fn bad_rows_are_listed_and_the_rest_goes_in(db: &TestDb) {
        let scene = scene(db).await;
        let run = orders_in(db, scene, file(&[
            "D1,阿岚,-5,0,,等待买家付款,2026-02-01 10:00:00,,,,,,",
            "D2,阿岚,5,0,,等待买家付款,1900-01-01 00:00:00,,,,,,",
            "D3,阿岚,5,0,,等待买家付款,2999-01-01 00:00:00,,,,,,",
            ",阿岚,5,0,,等待买家付款,,,,,,,",
            "D5,阿岚,5,5,,等待买家付款,,2027-01-01 00:00:00,,,,,",
            "D6,阿岚,5,5,,等待买家付款,,,,,,,,逗,号",
            "D7,阿岚,5,5,,等待买家付款,,,,,,,没事",
        ])).await;
        assert_eq!((counts(&run), run.counts.read), ((1, 0, 0, 6), 7));
        let wrong = refused(db, scene, run.id).await;
        assert_eq!(wrong, [
            "2 订单金额 number_negative", "3 下单时间 date_out_of_range", "4 下单时间 date_out_of_range",
            "5 订单号 cell_empty", "6 付款时间 in_the_future", "7 N row_shifted",
        ]);
    }

    async fn lines_below_a_table_make_no_orders(db: &TestDb) {
        let scene = scene(db).await;
        let feet = ["Total", "---X", "订单总数:5", "共 20 条记录", "导出时间：2026-11-22 10:00", "合计：20笔", "第1页/共1页", "以下空白", "#REF!"];
        let mut rows = vec!["N1,阿岚,5,5,,交易成功,2026-02-01 10:00:00,,,,,,".to_owned()];
        rows.extend(feet.iter().map(|foot| format!("{foot},,,,,,,,,,,,")));
        // A sum stands below its column, and the file has more to say of an order.
        rows.push("Sum,,5.00,5.00,,,,,,,,,".to_owned());
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let run = orders_in(db, scene, file(&rows)).await;
        let refused = refused(db, scene, run.id).await;
        assert_eq!(run.counts.created, 1, "{refused:?}");
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order").await, 1);
        assert!(refused.iter().all(|fault| fault.ends_with(" 订单号 row_not_an_order")), "{refused:?}");
        assert_eq!(run.counts.refused, refused.len() as i64);
        // What is there already may be told anything of, and numbers with sums alone are a table too.
        let run = orders_in(db, scene, file(&["N1,,,,,,,,,,,,改过的备注", "N2,,,,,,,,,,,,备注"])).await;
        assert_eq!((counts(&run), order(db, scene, "N1").await.remark.as_deref()), ((0, 1, 0, 1), Some("改过的备注")));
        let run = orders_in(db, scene, "订单号,订单金额\nN3,12.5\n").await;
        assert_eq!(counts(&run), (1, 0, 0, 0));
    }

    async fn no_more_is_paid_back_than_was_paid_where_no_total_is_told(db: &TestDb) {
        let scene = scene(db).await;
        let head = "订单编号,买家会员名,买家应付货款,买家实际支付金额,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,退款金额\n";
        let row = |number: &str, back: &str| format!("{number},阿岚{number},10.00,10.00,买家已付款，等待卖家发货,2026-02-01 10:00:00,2026-02-01 10:01:00,枕头,1,{back}\n");
        let run = orders_in(db, scene, format!("{head}{}{}{}", row("B1", "99999.00"), row("B2", "10.00"), row("B3", ""))).await;
        assert_eq!((counts(&run), refused(db, scene, run.id).await), ((2, 0, 0, 1), vec!["2 退款金额 refund_above_paid".to_owned()]));
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM customer").await, 2, "a row that is refused makes nobody");
        // Of an order that is there, what is known of it decides, in the preview too.
        let more = |text: &str| format!("订单编号,退款金额,备注\n{text}");
        let run = orders_in(db, scene, more("B2,4.00,急\nB3,11.00,急\n")).await;
        assert_eq!((counts(&run), refused(db, scene, run.id).await), ((0, 1, 0, 1), vec!["3 退款金额 refund_above_paid".to_owned()]));
        assert_eq!((order(db, scene, "B2").await.refund_fen, order(db, scene, "B3").await.refund_fen), (Fen(1_000), Fen(0)));
        let (importer, run) = looked(db, scene, scene.shop, more("B3,12.00,急\n").into_bytes(), ask(ImportKind::Orders)).await.expect("looked at");
        let seen = importer.preview(&scene.who(), run.id).await.expect("a preview");
        assert_eq!((seen.counts.refused, seen.counts.unchanged, seen.faults.iter().map(|fault| fault.code).collect::<Vec<_>>()), (1, 0, vec!["refund_above_paid"]));
    }

    async fn lines_that_repeat_their_orders_money_pay_it_back_once(db: &TestDb) {
        let scene = scene(db).await;
        let head = "订单号,买家昵称,订单金额,退款金额,订单状态,付款时间,标题,数量\n";
        let line = |number: &str, total: &str, back: &str| format!("{number},阿岚,{total},{back},交易成功,2026-02-01 10:01:00,枕头,1\n");
        let run = orders_in(db, scene, [
            head.to_owned(),
            line("L1", "30", "30"), line("L1", "30", "30"),
            line("L2", "30", "10"), line("L2", "30", ""),
            line("L3", "30", "10"), line("L3", "30", "10"),
            line("L4", "30", "999"), line("L4", "30", "999"),
            line("L5", "10", ""), line("L5", "50", "50"),
        ].concat()).await;
        let wrong = refused(db, scene, run.id).await;
        assert_eq!((run.counts.created, wrong.iter().filter(|fault| fault.ends_with("退款金额 refund_above_paid")).count()), (4, 1), "{wrong:?}");
        let mut back = Vec::new();
        for number in ["L1", "L2", "L3", "L5"] {
            back.push(order(db, scene, number).await.refund_fen.0);
        }
        assert_eq!(back, [3_000, 1_000, 2_000, 5_000]);
    }

    async fn no_more_is_paid_back_than_an_order_cost(db: &TestDb) {
        let scene = scene(db).await;
        let run = orders_in(db, scene, file(&[
            "R1,阿岚,10,10,,交易成功,2026-02-01 10:00:00,2026-02-01 10:01:00,,,,,",
            "R2,小满,10,10,9999,交易成功,2026-02-01 10:00:00,2026-02-01 10:01:00,,,,,",
        ])).await;
        assert_eq!((counts(&run), refused(db, scene, run.id).await), ((1, 0, 0, 1), vec!["3 退款金额 refund_above_paid".to_owned()]));
        let head = "订单编号,退款编号,买家退款金额,退款状态,退款完结时间\n";
        let back = |rows: &str| take_in(db, scene, scene.shop, format!("{head}{rows}"), ask(ImportKind::Refunds));
        let run = back("R1,T1,999999.00,退款成功,2026-02-03 10:00:00\nR1,T2,4.00,退款成功,2026-02-03 10:00:00\n").await.expect("taken in");
        assert_eq!((counts(&run), refused(db, scene, run.id).await), ((1, 0, 0, 1), vec!["2 买家退款金额 refund_above_paid".to_owned()]));
        let part = order(db, scene, "R1").await;
        let buyer = part.customer.expect("known");
        assert_eq!((part.refund_fen, customer(db, scene, buyer).await), (Fen(400), ("阿岚".to_owned(), 600, 1)));
        // The rest, and then both given back: the sums of a file are those of its orders.
        let rest = back("R1,T3,6.00,退款成功,2026-02-04 10:00:00\n").await.expect("taken in");
        assert_eq!(customer(db, scene, buyer).await, ("阿岚".to_owned(), 0, 0), "nothing is left of it");
        db.write(move |tx| import::undo(tx, NOW, &scene.who(), rest.id)).await.expect("asked");
        Importer::new(db.db.clone(), clock).until_ended(scene.org, rest.id).await.expect("given back");
        assert_eq!(customer(db, scene, buyer).await, ("阿岚".to_owned(), 600, 1));
    }

    async fn what_is_no_such_file_is_refused(db: &TestDb) {
        let scene = scene(db).await;
        let orders = || ask(ImportKind::Orders);
        let look = |bytes: Vec<u8>, ask| looked(db, scene, scene.shop, bytes, ask);
        assert_eq!(code(look(b"PK\x03\x04\x14\x00cut".to_vec(), orders()).await.map(|_| ())), "file_cut");
        assert_eq!(code(look(b"".to_vec(), orders()).await.map(|_| ())), "file_empty");
        assert_eq!(code(look(b"%PDF-1.7 x".to_vec(), orders()).await.map(|_| ())), "file_kind");
        // A header twice, one of five hundred columns, a file of something else, one without a number.
        for (bytes, expected) in [
            ("订单号,订单金额,订单号\n1,2,3\n".to_owned(), "header_twice"),
            ((0..500).map(|n| format!("列{n}")).collect::<Vec<_>>().join(",") + "\n", "columns_too_many"),
        ] {
            let (_, run) = look(bytes.into_bytes(), orders()).await.expect("looked at");
            assert_eq!(run.sheets[0].left_out.as_ref().expect("left out")["code"], expected);
            assert_eq!(code(db.write(move |tx| import::apply(tx, NOW, &scene.who(), run.id)).await), "import_unsure");
        }
        let (_, run) = look("天气,温度\n晴,20\n".into(), orders()).await.expect("looked at");
        assert_eq!(code(db.write(move |tx| import::apply(tx, NOW, &scene.who(), run.id)).await), "import_unsure");
        let (_, run) = look("买家昵称,订单金额\n岚,20\n".into(), orders()).await.expect("looked at");
        let problem = db.write(move |tx| import::apply(tx, NOW, &scene.who(), run.id)).await.expect_err("refused");
        assert_eq!((problem.code.as_ref(), problem.params["missing"][0].as_str()), ("import_incomplete", Some("order_no")));
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order").await, 0);
        // A cell of five megabytes costs its row.
        let big = file(&[&format!("E1,{},5,5,,交易成功,,,,,,,", "长".repeat(1_700_000)), "E2,岚,5,5,,交易成功,,,,,,,"]);
        let run = orders_in(db, scene, big).await;
        assert_eq!((counts(&run), refused(db, scene, run.id).await), ((1, 0, 0, 1), vec!["2 B cell_too_long".to_owned()]));
    }

    async fn columns_nobody_knows_are_explained_once(db: &TestDb) {
        let scene = scene(db).await;
        let csv = "单子,给了多少,谁买的\nF1,12.5,阿岚\n";
        let mut asked = ask(ImportKind::Orders);
        for (header, column) in [("单子", Some("order_no")), ("给了多少", Some("paid")), ("谁买的", None)] {
            asked.columns.insert(header.into(), column.map(str::to_owned));
        }
        let run = take_in(db, scene, scene.shop, csv, asked).await.expect("taken in");
        assert_eq!(counts(&run), (1, 0, 0, 0));
        let seen = order(db, scene, "F1").await;
        assert_eq!((seen.paid_fen, seen.customer, seen.extra), (Fen(1_250), None, None));
    }

    async fn what_was_explained_is_remembered_until_it_is_forgotten(db: &TestDb) {
        let scene = scene(db).await;
        let csv = |number: u32| format!("单子,给了多少,谁买的,电话那个\nR{number},12.5,阿岚,13800000017\n");
        let (importer, run) = looked(db, scene, scene.shop, csv(1), ask(ImportKind::Orders)).await.expect("looked at");
        assert_eq!(run.sheets[0].left_out.as_ref().map(|why| why["code"].clone()), Some("header_missing".into()));
        let change = ImportChange {
            header_rows: [(0, 1)].into(),
            columns: [("单子", Some("order_no")), ("给了多少", Some("paid")), ("谁买的", None)]
                .map(|(header, column)| (header.to_owned(), column.map(str::to_owned)))
                .into(),
            ..ImportChange::default()
        };
        let run = importer.look_again(&scene.who(), run.id, change, true).await.expect("explained");
        let sheet = &run.sheets[0];
        assert_eq!(sheet.columns.iter().map(|c| (c.column.as_str(), c.header.as_str(), c.taught)).collect::<Vec<_>>(), [("order_no", "单子", true), ("paid", "给了多少", true)]);
        assert_eq!(sheet.unknown.iter().map(|c| (c.header.as_str(), c.samples.join(","))).collect::<Vec<_>>(), [("电话那个", "138****0017".to_owned())]);
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!(counts(&run), (1, 0, 0, 0));
        let begun = importer.look_again(&scene.who(), run.id, ImportChange::default(), true).await;
        assert_eq!(code(begun), "import_begun");

        // The next file of the shop is read so by itself, another shop's is not.
        let next = orders_in(db, scene, csv(2)).await;
        assert_eq!(counts(&next), (1, 0, 0, 0));
        let seen = order(db, scene, "R2").await;
        assert_eq!((seen.paid_fen, seen.customer, seen.extra), (Fen(1_250), None, Some(serde_json::json!({"电话那个": "138****0017"}))));
        let (_, elsewhere) = looked(db, scene, scene.second, csv(3), ask(ImportKind::Orders)).await.expect("looked at");
        assert!(elsewhere.sheets[0].left_out.is_some());
        let names = db.read(move |tx| import::names(tx, &scene.who(), scene.shop)).await.expect("listed");
        assert_eq!(names.iter().map(|name| (name.header.as_str(), name.column.as_str())).collect::<Vec<_>>(), [("单子", "order_no"), ("给了多少", "paid"), ("谁买的", "")]);
        let forget = |header: String| async move { db.write(move |tx| import::forget_name(tx, NOW, &scene.who(), scene.shop, &header)).await.map_err(|problem| problem.status) };
        for name in names {
            assert_eq!(forget(name.header.clone()).await, Ok(()));
            assert_eq!(forget(name.header).await, Err(404), "it is forgotten already");
        }
        let told = audit(db, scene, "import_name").await;
        let line = |at: usize| (told[at].0.as_str(), told[at].2, told[at].3.clone());
        let says = |name: &str, column: [Option<&str>; 2]| serde_json::json!({ "name": name, "kind": "orders", "column": column });
        assert_eq!(told.len(), 6, "three explained, three forgotten: {told:?}");
        assert_eq!(line(0), ("import_name.taught", scene.shop, says("单子", [None, Some("订单编号")])));
        assert_eq!((line(2), line(5)), (("import_name.left_out", scene.shop, says("谁买的", [None, None])), ("import_name.forgotten", scene.shop, says("谁买的", [None, None]))));
        assert_eq!(line(3), ("import_name.forgotten", scene.shop, says("单子", [Some("订单编号"), None])));
        let (_, again) = looked(db, scene, scene.shop, csv(4), ask(ImportKind::Orders)).await.expect("looked at");
        assert!(again.sheets[0].left_out.is_some());
    }

    async fn rights_and_shops(db: &TestDb) {
        let scene = scene(db).await;
        let path = put(db, "rights.csv", file(&["G1,阿岚,5,5,,交易成功,,,,,,,"]));
        let importer = Importer::new(db.db.clone(), clock);
        let person = |rights: &[Permission], shops| Actor { org: scene.org, who: Who::Person(base::Id(7)), permissions: rights.iter().copied().collect(), shops };
        let look = |who: Actor, shop| {
            let (importer, path) = (importer.clone(), path.clone());
            async move { importer.look(&who, shop, &path, "rights.csv", ask(ImportKind::Orders)).await }
        };
        let all = Shops::All;
        assert_eq!(code(look(person(&[Permission::SeeOrders], all.clone()), scene.shop).await), "forbidden");
        let elsewhere = person(&[Permission::EditOrders], Shops::only(vec![scene.second]));
        assert_eq!(code(look(elsewhere.clone(), scene.shop).await), "not_found");
        let run = look(person(&[Permission::EditOrders], all), scene.shop).await.expect("looked at");
        let other = db.write(|tx| team::found_org(tx, NOW, "别家")).await.expect("another");
        for who in [elsewhere, Actor::program(other)] {
            for verb in [import::apply, import::cancel, import::undo] {
                let who = who.clone();
                assert_eq!(code(db.write(move |tx| verb(tx, NOW, &who, run.id)).await), "not_found");
            }
            let reader = who.clone();
            assert_eq!(code(db.read(move |tx| import::import(tx, &reader, run.id)).await), "not_found");
            assert_eq!(code(importer.preview(&who, run.id).await), "not_found");
        }
        assert_eq!(run.state, ImportState::Looked);
    }

    async fn a_preview_tells_what_would_happen_and_does_nothing(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, file(&["H1,阿岚,5,5,,交易成功,,,,,,,", "H2,阿岚,5,5,,等待买家付款,,,,,,,"])).await;
        let csv = file(&["H1,阿岚,5,5,,交易成功,,,,,,,", "H2,阿岚,5,5,,交易成功,,,,,,,", "H3,新人,5,5,,交易完蛋,,,,,,,", "H4,新人,x,5,,交易成功,,,,,,,"]);
        let (importer, run) = looked(db, scene, scene.shop, csv, ImportAsk { kind: Some(ImportKind::Orders), ..ImportAsk::default() }).await.expect("looked at");
        let seen = importer.preview(&scene.who(), run.id).await.expect("previewed");
        let counts = seen.counts;
        assert_eq!((counts.created, counts.changed, counts.unchanged, counts.refused, counts.read), (1, 1, 1, 1, 4));
        assert_eq!(seen.unknown_words, [("交易完蛋".to_owned(), 1)]);
        assert_eq!(seen.faults[0].code, "number_bad");
        let orders::import::ImportSample::Order(first) = &seen.samples[0].samples[0] else { panic!("an order: {:?}", seen.samples) };
        assert_eq!((seen.samples[0].samples.len(), first.number.as_str(), first.buyer.as_deref(), first.words.as_deref()), (3, "H1", Some("阿*"), Some("交易成功")));
        assert_eq!((first.shop, first.order_status, first.total_fen, first.paid_fen, first.refund_fen), (scene.shop, Some(OrderStatus::Done), Some(Fen(500)), Some(Fen(500)), None));
        let orders::import::ImportSample::Order(third) = &seen.samples[0].samples[2] else { panic!("an order: {:?}", seen.samples) };
        assert_eq!((third.words.as_deref(), third.order_status), (Some("交易完蛋"), None), "a word nobody knows says nothing");
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM shop_order").await, 2);
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM customer").await, 1);
    }
}
