//! Every generation of headers in `export-headers`, with invented buyers (`tests/files`): recognised by itself,
//! read with its quirks, and taken in.

use base::Fen;
use orders::import::{self, ImportAsk, ImportKind, ImportState};
use orders::{AfterStatus, OrderStatus, PayStatus, RefundStatus, ShipStatus};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

/// File, platform, generation.
const ORDERS: &[(&str, &str, &str)] = &[
    ("tb-order-2012.csv", "taobao", "2012"),
    ("tb-order-2016.csv", "taobao", "2016"),
    ("tb-order-2017.csv", "taobao", "2017"),
    ("tb-order-2018a.csv", "taobao", "2018a"),
    ("tb-order-2018b.csv", "taobao", "2018b"),
    ("tb-order-2019.csv", "taobao", "2019"),
    ("tb-order-2020.csv", "taobao", "2020"),
    ("tb-order-2021.csv", "taobao", "2021"),
    ("jd-order-2016.csv", "jd", "2016"),
    ("jd-order-2017.csv", "jd", "2017"),
    ("pdd-order-a.csv", "pdd", "a"),
    ("pdd-order-b.csv", "pdd", "b"),
    ("dy-order-min.csv", "douyin", "min"),
    ("dy-order-2025.csv", "douyin", "2025"),
    ("dy-order-2026.csv", "douyin", "2026"),
    ("jst-order-a.csv", "jst", "a"),
    ("jst-order-b.csv", "jst", "b"),
    ("jst-order-details.csv", "jst", "details"),
];

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

async fn taken_in(db: &TestDb, scene: Scene, name: &str) -> import::Import {
    let run = take_in(db, scene, scene.shop, fixture(name), ImportAsk::default()).await;
    run.unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

/// The numbers of the two orders in files of a platform.
fn numbers(platform: &str) -> [&'static str; 2] {
    match platform {
        "pdd" => ["180901-000000000000017", "180902-000000000000025"],
        "douyin" => ["6917000000000000017", "6917000000000000025"],
        _ => ["171531000000000017", "171531000000000025"],
    }
}

on_both! { TABLES;
    async fn every_generation_of_orders_is_recognised_and_read(db: &TestDb) {
        for (name, platform, generation) in ORDERS {
            let scene = scene(db).await;
            let run = taken_in(db, scene, name).await;
            let sheet = &run.sheets[0];
            assert_eq!((sheet.kind, sheet.platform.as_deref(), sheet.generation.as_deref(), sheet.sure),
                (Some(ImportKind::Orders), Some(*platform), Some(*generation), true), "{name}: {:?}", sheet.candidates);
            assert!(sheet.confidence > 0.99 && sheet.missing.is_empty(), "{name}: {}", sheet.confidence);
            assert_eq!((run.state, counts(&run)), (ImportState::Done, (2, 0, 0, 0)), "{name}: {:?}", refused(db, scene, run.id).await);
            assert!(run.unknown_words.is_empty(), "{name}: {:?}", run.unknown_words);

            let [first, second] = numbers(platform);
            let one = order(db, scene, first).await;
            let shipped = if *platform == "jst" { OrderStatus::Open } else { OrderStatus::Done };
            assert_eq!((one.order_status, one.pay_status, one.total_fen, one.paid_fen), (shipped, PayStatus::Paid, Fen(26_800), Fen(26_800)), "{name}");
            assert_eq!(one.post_fen, Some(Fen(1_200)), "{name}");
            let price = if *generation == "min" { Fen(13_400) } else { Fen(12_800) };
            assert_eq!(one.lines.iter().map(|l| (l.title.as_str(), l.quantity, l.price_fen)).collect::<Vec<_>>(), [("竹纤维四件套", 2, price)], "{name}");
            assert!(one.remark.as_deref().is_some_and(|remark| remark.starts_with("送枕套")), "{name}: {:?}", one.remark);
            if *platform != "pdd" && *generation != "min" && *generation != "a" && *generation != "details" {
                assert_eq!(one.buyer_note.as_deref(), Some("快一点,谢谢"), "{name}");
                assert_eq!(one.paid_at, Some(at("2018-09-01T10:05:00")), "{name}");
            }
            match (*platform, *generation) {
                ("taobao", "2021") | ("pdd" | "douyin", _) => assert_eq!(one.customer, None, "{name}: nobody is named"),
                ("jst", "a") => assert_eq!(one.customer, None, "{name}: no column of buyers"),
                _ => {
                    let (buyer, spent, count) = customer(db, scene, one.customer.expect("known")).await;
                    assert_eq!((buyer.as_str(), spent, count), ("柠檬叶子", 26_800, 1), "{name}");
                }
            }
            if one.waybill.is_some() {
                let parcels = if *generation == "2026" { "75120001;75120002" } else { "75120001" };
                assert_eq!((one.waybill.as_deref(), one.courier.as_deref()), (Some(parcels), Some("中通快递")), "{name}");
            }
            assert_eq!(one.waybill.is_some(), !matches!((*platform, *generation), ("jd", _) | ("douyin", "min" | "2025")), "{name}");

            let two = order(db, scene, second).await;
            assert_eq!((two.pay_status, two.ship_status, two.total_fen), (PayStatus::Unpaid, ShipStatus::None, Fen(9_900)), "{name}");
            assert_eq!((&two.waybill, &two.paid_at, two.refund_fen), (&None, &None, Fen(0)), "{name}");
            let again = taken_in(db, scene, name).await;
            assert_eq!((counts(&again), again.same_as), ((0, 0, 2, 0), Some(run.id)), "{name}");
        }
    }

    async fn every_generation_of_lines_is_recognised_and_read(db: &TestDb) {
        for (name, generation) in [("tb-item-old.csv", "old"), ("tb-item-2021.csv", "2021"), ("tb-item-2024.csv", "2024")] {
            let scene = scene(db).await;
            taken_in(db, scene, "tb-order-2018a.csv").await;
            let run = taken_in(db, scene, name).await;
            let sheet = &run.sheets[0];
            assert_eq!((sheet.kind, sheet.generation.as_deref()), (Some(ImportKind::Items), Some(generation)), "{name}");
            assert_eq!(counts(&run), (0, 1, 0, 0), "{name}: {:?}", refused(db, scene, run.id).await);
            let order = order(db, scene, "171531000000000017").await;
            let lines: Vec<_> = order.lines.iter().map(|l| (l.code.as_deref(), l.spec.as_str(), l.quantity, l.price_fen)).collect();
            assert_eq!(lines, [
                (Some("SJT-Q18"), "颜色分类：青;尺码：1.8m", 1, Fen(12_800)),
                (Some("WB-18"), "颜色分类：白;尺码：1.8m", 1, Fen(12_800)),
            ], "{name}");
            assert_eq!((order.total_fen, order.refund_fen), (Fen(26_800), Fen(0)), "{name}");
        }
    }

    async fn every_generation_of_refunds_is_recognised_and_told_to_its_order(db: &TestDb) {
        for (name, orders, platform, generation) in [
            ("tb-refund-2019.csv", "tb-order-2018a.csv", "taobao", "2019"),
            ("tb-refund-2019b.csv", "tb-order-2018a.csv", "taobao", "2019b"),
            ("tb-refund-2023.csv", "tb-order-2018a.csv", "taobao", "2023"),
            ("dy-aftersale-2026.csv", "dy-order-min.csv", "douyin", "2026"),
        ] {
            let scene = scene(db).await;
            let early = taken_in(db, scene, name).await;
            assert_eq!(counts(&early), (0, 0, 0, 2), "{name}");
            assert!(refused(db, scene, early.id).await[0].ends_with("order_unknown"), "{name}");
            taken_in(db, scene, orders).await;
            let [number, _] = numbers(platform);
            let before = order(db, scene, number).await;

            let run = taken_in(db, scene, name).await;
            let sheet = &run.sheets[0];
            assert_eq!((sheet.kind, sheet.platform.as_deref(), sheet.generation.as_deref()), (Some(ImportKind::Refunds), Some(platform), Some(generation)), "{name}");
            assert_eq!((counts(&run), run.unknown_words.len()), ((2, 0, 0, 0), 0), "{name}: {:?}", refused(db, scene, run.id).await);
            let after = order(db, scene, number).await;
            assert_eq!((after.after_status, after.refund_fen, after.pay_status), (AfterStatus::Open, Fen(4_000), PayStatus::Paid), "{name}");
            let told = db.read(move |tx| orders::refunds(tx, &scene.who(), after.id)).await.expect("listed");
            let told: Vec<_> = told.iter().map(|r| (r.status, r.amount_fen, r.reason.as_deref())).collect();
            assert_eq!(told, [(RefundStatus::Done, Fen(4_000), Some("尺寸拍错")), (RefundStatus::Open, Fen(1_000), told[1].2)], "{name}");

            let again = taken_in(db, scene, name).await;
            assert_eq!(counts(&again), (0, 0, 2, 0), "{name}");
            let importer = import::Importer::new(db.db.clone(), clock);
            db.write(move |tx| import::undo(tx, NOW, &scene.who(), run.id)).await.expect("asked");
            let back = importer.until_ended(scene.org, run.id).await.expect("given back");
            assert_eq!((back.state, back.given_back, back.kept), (ImportState::Undone, 3, 0), "{name}");
            assert_eq!(order(db, scene, number).await, before, "{name}");
            assert!(db.read(move |tx| orders::refunds(tx, &scene.who(), before.id)).await.expect("listed").is_empty());
        }
    }

    async fn parcels_that_left_and_files_of_nobody(db: &TestDb) {
        let scene = scene(db).await;
        taken_in(db, scene, "tb-order-2012.csv").await;
        let run = taken_in(db, scene, "ship-import-min.csv").await;
        assert_eq!((run.sheets[0].kind, counts(&run)), (Some(ImportKind::Waybills), (0, 1, 0, 1)));
        assert_eq!(refused(db, scene, run.id).await, ["3 订单号 order_unknown"]);
        let order = order(db, scene, "171531000000000025").await;
        assert_eq!((order.ship_status, order.courier.as_deref(), order.waybill.as_deref()), (ShipStatus::Shipped, Some("顺丰速运"), Some("SF0000000025")));
        for waybill in ["运单号码", "快件单号", "面单号"] {
            let csv = format!("订单号,快递公司,{waybill}\n171531000000000025,顺丰速运,SF0000000025\n");
            let run = take_in(db, scene, scene.shop, csv, ask(ImportKind::Waybills)).await.expect("taken in");
            assert_eq!(counts(&run), (0, 0, 1, 0), "{waybill}");
        }
        let agents = [("chitu-reception.csv", "performance"), ("sycm-reception.csv", "performance")];
        let money = [("dy-settlement.csv", "settlements"), ("dy-fund.csv", "funds"), ("return-sheet.csv", "returns")];
        for (name, kind) in money.into_iter().chain(agents) {
            let (_, run) = looked(db, scene, scene.shop, fixture(name), ImportAsk::default()).await.expect("looked at");
            let left_out = run.sheets[0].left_out.clone().expect("nobody's");
            assert_eq!((&left_out["code"], &left_out["kind"]), (&"kind_of_nobody".into(), &kind.into()), "{name}");
            let refused = db.write(move |tx| import::apply(tx, NOW, &scene.who(), run.id)).await.expect_err("refused");
            assert_eq!(refused.code, "import_unsure", "{name}");
        }
    }

    async fn reviews_are_recognised_and_what_names_no_order_says_so(db: &TestDb) {
        let scene = scene(db).await;
        taken_in(db, scene, "tb-order-2012.csv").await;
        let run = taken_in(db, scene, "rate-simple.csv").await;
        assert_eq!((run.sheets[0].kind, counts(&run)), (Some(ImportKind::Reviews), (2, 0, 0, 0)), "without stars");
        let said = order(db, scene, "171531000000000025").await.review.expect("said");
        assert_eq!((said.stars, said.text.as_str()), (None, "颜色和图片一样"));
        for name in ["badrate-open.csv", "badrate-changed.csv", "review-generic.csv"] {
            let (_, run) = looked(db, scene, scene.shop, fixture(name), ImportAsk::default()).await.expect("looked at");
            let sheet = &run.sheets[0];
            assert_eq!((sheet.kind, sheet.sure, &sheet.missing[..]), (Some(ImportKind::Reviews), true, &["order_no".to_owned()][..]), "{name}");
            for column in ["stars", "said", "said_at"] {
                assert!(sheet.columns.iter().any(|found| found.column == column), "{name} {column}");
            }
            let refused = db.write(move |tx| import::apply(tx, NOW, &scene.who(), run.id)).await.expect_err("refused");
            assert_eq!(refused.code, "import_incomplete", "{name}");
        }
    }

    async fn a_couriers_file_is_the_desks(db: &TestDb) {
        let scene = scene(db).await;
        for text in ["运单号,物流状态\nYT1,已签收\n", "快递公司,物流单号,问题类型,描述\n圆通,YT1,破损,外箱破了\n"] {
            let (_, run) = looked(db, scene, scene.shop, text.as_bytes().to_vec(), ImportAsk::default()).await.expect("looked at");
            let left_out = run.sheets[0].left_out.clone().expect("the desk's");
            assert_eq!((&left_out["code"], &left_out["kind"]), (&"kind_of_desk".into(), &"traces".into()), "{text}");
        }
        let own = "订单编号,快递单号,状态\n1,YT1,已发货\n";
        let (_, run) = looked(db, scene, scene.shop, own.as_bytes().to_vec(), ImportAsk::default()).await.expect("looked at");
        assert_eq!(run.sheets[0].left_out, None, "what names orders is of orders");
    }

    async fn a_web_page_that_calls_itself_xls(db: &TestDb) {
        let scene = scene(db).await;
        let run = taken_in(db, scene, "tb-order-2018a.xls").await;
        let sheet = &run.sheets[0];
        assert_eq!((sheet.form.as_str(), sheet.generation.as_deref(), counts(&run)), ("markup", Some("2018a"), (1, 0, 0, 0)));
        assert_eq!(order(db, scene, "171531000000000017").await.paid_fen, Fen(26_800));
    }
}
