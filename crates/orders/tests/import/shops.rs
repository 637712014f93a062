//! Files of ERPs with the orders of several shops: each row goes into the shop it names, or nowhere.

use base::{Actor, Fen, Id, Permission, Shops, Who};
use orders::import::{self, Import, ImportAsk, ImportChange, ImportKind, ImportState, Importer, ShopSaid};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

const HEAD: &str = "店铺,线上订单号,买家账号,应付金额,已付金额,状态,下单时间,商品名称,数量,商品单价\n";

/// Rows as an ERP writes them: shop and number.
fn csv(rows: &[(&str, &str)]) -> String {
    let row = |(shop, number): &(&str, &str)| {
        format!("{shop},{number},买家{number},10.00,10.00,已发货,2026-01-01 10:00:00,枕头,1,10.00\n")
    };
    HEAD.to_owned() + &rows.iter().map(row).collect::<String>()
}

/// Two lines of one order, orders of two shops between each other, one of a shop nobody knows, and one that names none.
const ROWS: &[(&str, &str)] = &[
    ("栖竹旗舰店", "A1"),
    ("天猫二店", "B1"),
    ("天猫二店", "B1"),
    ("栖竹旗舰店", "A2"),
    ("别家", "C1"),
    ("天猫二店", "B2"),
    ("", "D1"),
    ("栖竹旗舰店", "A1b"),
];

fn jst() -> ImportAsk {
    ImportAsk {
        platform: Some("jst".into()),
        ..ask(ImportKind::Orders)
    }
}

fn means(names: &[(&str, Option<Id>)]) -> ImportChange {
    ImportChange {
        shops: names
            .iter()
            .map(|(name, shop)| ((*name).to_owned(), *shop))
            .collect(),
        ..ImportChange::default()
    }
}

/// Name, rows, shop, how that is known.
fn shops(run: &Import) -> Vec<(&str, i64, Option<Id>, ShopSaid)> {
    let shops = run.sheets.iter().flat_map(|sheet| &sheet.shops);
    shops
        .map(|one| (one.name.as_str(), one.rows, one.shop, one.said))
        .collect()
}

async fn numbers(db: &TestDb, scene: Scene, shop: Id) -> Vec<String> {
    let filter = orders::OrderFilter {
        shop: Some(shop),
        ..orders::OrderFilter::default()
    };
    let page = db.read(move |tx| orders::orders(tx, &scene.who(), &filter, &base::PageAsk::default()));
    let mut numbers: Vec<String> = page
        .await
        .expect("orders")
        .items
        .into_iter()
        .map(|one| one.number)
        .collect();
    numbers.sort_unstable();
    numbers
}

fn person(scene: Scene, shops: Shops) -> Actor {
    Actor {
        org: scene.org,
        who: Who::Person(Id(7)),
        permissions: [Permission::EditOrders, Permission::SeeOrders]
            .into_iter()
            .collect(),
        shops,
    }
}

on_both! { TABLES;
    async fn each_row_goes_into_the_shop_it_names_and_undoing_gives_all_back(db: &TestDb) {
        let scene = scene(db).await;
        let (importer, run) = looked(db, scene, scene.shop, csv(ROWS), jst()).await.expect("looked at");
        assert_eq!(shops(&run), [
            ("", 1, None, ShopSaid::Unknown),
            ("别家", 1, None, ShopSaid::Unknown),
            ("天猫二店", 3, None, ShopSaid::Unknown),
            ("栖竹旗舰店", 3, Some(scene.shop), ShopSaid::SameName),
        ]);
        // Nobody said what the second shop is: nothing of it goes anywhere.
        let seen = importer.preview(&scene.who(), run.id).await.expect("previewed");
        assert_eq!((seen.counts.read, seen.counts.created, seen.counts.refused), (8, 3, 5));
        let run = importer.look_again(&scene.who(), run.id, means(&[("天猫二店", Some(scene.second)), ("别家", None)]), true).await.expect("mapped");
        assert_eq!(shops(&run)[1..3], [("别家", 1, None, ShopSaid::Asked), ("天猫二店", 3, Some(scene.second), ShopSaid::Asked)]);
        let seen = importer.preview(&scene.who(), run.id).await.expect("previewed");
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!((run.counts.read, counts(&run)), (7, (5, 0, 0, 1)), "what is left out is not read");
        assert_eq!((seen.counts, refused(db, scene, run.id).await), (run.counts.clone(), vec!["8 店铺 shop_unknown".to_owned()]));
        assert_eq!(numbers(db, scene, scene.shop).await, ["A1", "A1b", "A2"]);
        assert_eq!(numbers(db, scene, scene.second).await, ["B1", "B2"]);
        let two = order_in(&db.db, scene, scene.second, "B1").await.expect("there");
        assert_eq!((two.lines.len(), two.platform.as_str()), (2, "tmall"));
        let rows = importer.refused(&scene.who(), run.id).await.expect("rows");
        assert_eq!(rows.len(), 1, "to be taken away");

        // The next file is known, and the same changes nothing.
        let again = take_in(db, scene, scene.second, csv(ROWS) + "\n", jst()).await.expect("taken in");
        assert_eq!(shops(&again)[1..3], [("别家", 1, None, ShopSaid::Remembered), ("天猫二店", 3, Some(scene.second), ShopSaid::Remembered)]);
        assert_eq!(counts(&again), (0, 0, 5, 1));

        db.write(move |tx| import::undo(tx, NOW, &scene.who(), run.id)).await.expect("asked");
        let back = importer.until_ended(scene.org, run.id).await.expect("given back");
        assert_eq!((back.state, back.given_back, back.kept), (ImportState::Undone, 5, 0));
        assert!(numbers(db, scene, scene.shop).await.is_empty() && numbers(db, scene, scene.second).await.is_empty());
    }

    async fn a_run_of_several_shops_goes_on_where_it_was(db: &TestDb) {
        let scene = scene(db).await;
        let all: Vec<(String, String)> = (0..3_000).map(|n| (["栖竹旗舰店", "阿栖小铺"][n % 2].to_owned(), format!("N{n:05}"))).collect();
        let rows: Vec<(&str, &str)> = all.iter().map(|(shop, number)| (shop.as_str(), number.as_str())).collect();
        let (importer, run) = looked(db, scene, scene.shop, csv(&rows), jst()).await.expect("looked at");
        db.write(move |tx| import::apply(tx, NOW, &scene.who(), run.id)).await.expect("asked");
        // Its worker goes away once the second shop has begun.
        let going = tokio::spawn({
            let importer = importer.clone();
            async move { importer.work(scene.org, run.id).await }
        });
        loop {
            let seen = db.read(move |tx| import::import(tx, &scene.who(), run.id)).await.expect("seen");
            if seen.counts.read > 1_500 || seen.state == ImportState::Done {
                break;
            }
            tokio::task::yield_now().await;
        }
        going.abort();
        let _ = going.await;
        let next = Importer::new(db.db.clone(), later);
        let run = next.until_ended(scene.org, run.id).await.expect("goes on");
        assert_eq!((run.state, run.counts.read, counts(&run)), (ImportState::Done, 3_000, (3_000, 0, 0, 0)));
        for shop in [scene.shop, scene.second] {
            let there = db.read(move |tx| tx.value::<i64>("SELECT COUNT(*) FROM shop_order WHERE shop_id = $1", store::args![shop]));
            assert_eq!(there.await.expect("counted"), Some(1_500));
        }
    }

    async fn a_shop_out_of_reach_is_neither_proposed_nor_written_nor_shown(db: &TestDb) {
        let scene = scene(db).await;
        let (importer, run) = looked(db, scene, scene.shop, csv(ROWS), jst()).await.expect("looked at");
        let said = means(&[("天猫二店", Some(scene.second))]);
        importer.look_again(&scene.who(), run.id, said.clone(), true).await.expect("mapped");
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        let one = person(scene, Shops::only(vec![scene.shop]));
        let seen = db.read({ let one = one.clone(); move |tx| import::import(tx, &one, run.id) }).await;
        assert_eq!(seen.expect_err("not theirs alone").status, 404);
        let listed = db.read({ let one = one.clone(); move |tx| import::imports(tx, &one, &import::ImportFilter::default(), &base::PageAsk::default()) }).await;
        assert!(listed.expect("listed").items.is_empty());

        let path = put(db, "theirs.csv", csv(ROWS));
        let own = importer.look(&one, scene.shop, &path, "theirs.csv", jst()).await.expect("looked at");
        assert_eq!(shops(&own)[2..], [("天猫二店", 3, None, ShopSaid::Unknown), ("栖竹旗舰店", 3, Some(scene.shop), ShopSaid::SameName)]);
        assert_eq!(importer.look_again(&one, own.id, said, true).await.expect_err("out of reach").status, 404);
        // What they say of another's names is theirs alone.
        importer.look_again(&one, own.id, means(&[("天猫二店", Some(scene.shop)), ("别家", None)]), true).await.expect("mapped");
        let (_, next) = looked(db, scene, scene.shop, csv(ROWS) + "\n", jst()).await.expect("looked at");
        assert_eq!(shops(&next)[1..3], [("别家", 1, None, ShopSaid::Unknown), ("天猫二店", 3, Some(scene.second), ShopSaid::Remembered)]);
    }

    async fn a_platforms_own_export_is_of_the_shop_it_was_sent_for(db: &TestDb) {
        let scene = scene(db).await;
        let csv = "订单编号,买家会员名,总金额,订单状态,订单创建时间,店铺名称\n171531000000000017,柠檬叶子,5.00,等待买家付款,2026-01-01 10:00:00,改过名的店\n";
        let asked = ImportAsk { platform: Some("taobao".into()), ..ask(ImportKind::Orders) };
        let run = take_in(db, scene, scene.second, csv, asked).await.expect("taken in");
        assert_eq!((shops(&run).len(), counts(&run)), (0, (1, 0, 0, 0)));
        assert!(order_in(&db.db, scene, scene.second, "171531000000000017").await.is_some());
    }

    async fn half_an_order_goes_into_no_shop(db: &TestDb) {
        let scene = scene(db).await;
        // One row of each order names no shop, one nobody knows, or another of ours: first, last or between.
        let rows = [
            ("栖竹旗舰店", "E1"), ("", "E1"),
            ("", "E2"), ("天猫二店", "E2"),
            ("天猫二店", "E3"), ("别家", "E3"),
            ("栖竹旗舰店", "E4"), ("天猫二店", "E4"),
            ("天猫二店", "E5"), ("不要的", "E5"), ("天猫二店", "E5"),
            ("栖竹旗舰店", "E6"), ("天猫二店", "E7"),
        ];
        let (importer, run) = looked(db, scene, scene.shop, csv(&rows), jst()).await.expect("looked at");
        let said = means(&[("天猫二店", Some(scene.second)), ("不要的", None)]);
        importer.look_again(&scene.who(), run.id, said, true).await.expect("mapped");
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!((run.counts.read, counts(&run)), (12, (2, 0, 0, 10)), "{:?}", refused(db, scene, run.id).await);
        assert_eq!((numbers(db, scene, scene.shop).await, numbers(db, scene, scene.second).await), (vec!["E6".to_owned()], vec!["E7".to_owned()]));
        let mut told = refused(db, scene, run.id).await;
        told.sort_unstable();
        assert_eq!(told, [
            "10 - order_incomplete", "12 - order_incomplete", "2 - order_incomplete", "3 店铺 shop_unknown", "4 店铺 shop_unknown",
            "5 - order_incomplete", "6 - order_incomplete", "7 店铺 shop_unknown", "8 - order_incomplete", "9 - order_incomplete",
        ]);
    }

    /// Rows 141: whoever looks at a file sees how each of its sheets is read, and what goes into each of its shops.
    async fn a_preview_shows_the_first_rows_of_each_sheet_and_shop(db: &TestDb) {
        let scene = scene(db).await;
        let numbers = |one: &import::SheetSamples| one.samples.iter().map(|sample| match sample {
            import::ImportSample::Order(order) => (order.number.clone(), order.shop),
            other => panic!("an order: {other:?}"),
        }).collect::<Vec<_>>();
        // Those of the second shop stand far below those of the first.
        let rows: Vec<(&str, String)> = (0..40).map(|n| (if n < 30 { "栖竹旗舰店" } else { "天猫二店" }, format!("N{n:02}"))).collect();
        let rows: Vec<(&str, &str)> = rows.iter().map(|(shop, number)| (*shop, number.as_str())).collect();
        let (importer, run) = looked(db, scene, scene.shop, csv(&rows), jst()).await.expect("looked at");
        importer.look_again(&scene.who(), run.id, means(&[("天猫二店", Some(scene.second))]), false).await.expect("mapped");
        let seen = importer.preview(&scene.who(), run.id).await.expect("previewed");
        assert_eq!(seen.samples.len(), 1);
        let shown: Vec<_> = [("N00", scene.shop), ("N01", scene.shop), ("N02", scene.shop), ("N30", scene.second), ("N31", scene.second)].map(|(number, shop)| (number.to_owned(), shop)).into();
        assert_eq!(numbers(&seen.samples[0]), shown);

        // Each sheet of a workbook by its name, a few rows of each however many there are.
        let columns: Vec<sheet::Column> = ["订单号", "买家昵称", "订单金额", "订单状态"].map(sheet::Column::new).into();
        let mut book = sheet::Writer::xlsx(std::io::Cursor::new(Vec::new()), "1月", jiff::tz::TimeZone::UTC, &columns).expect("begun");
        for month in 1..=10 {
            if month > 1 {
                book.next(&format!("{month}月"), &columns).expect("the next sheet");
            }
            for n in 0..6 {
                let row = [format!("S{month}-{n}"), "阿岚".to_owned(), "5".to_owned(), "交易成功".to_owned()];
                book.row(row.iter().map(|text| sheet::Value::from(text.as_str()))).expect("written");
            }
        }
        let path = put(db, "months.xlsx", book.finish().expect("ended").into_inner());
        let run = importer.look(&scene.who(), scene.shop, &path, "months.xlsx", ask(ImportKind::Orders)).await.expect("looked at");
        let seen = importer.preview(&scene.who(), run.id).await.expect("previewed");
        let names: Vec<_> = seen.samples.iter().map(|one| (one.sheet, one.name.clone().unwrap_or_default())).collect();
        assert_eq!(names, (0..10).map(|at| (at, format!("{}月", at + 1))).collect::<Vec<_>>());
        let home = |month: usize| (0..3).map(|n| (format!("S{month}-{n}"), scene.shop)).collect::<Vec<_>>();
        assert_eq!((numbers(&seen.samples[0]), numbers(&seen.samples[9])), (home(1), home(10)));
    }

    async fn a_payment_without_its_shop_leaves_the_order_as_it_was(db: &TestDb) {
        let scene = scene(db).await;
        take_in(db, scene, scene.shop, csv(&[("栖竹旗舰店", "P1"), ("栖竹旗舰店", "P2")]), jst()).await.expect("orders");
        let payments = "店铺,订单号,支付流水号,支付方式,支付金额,支付时间\n\
            栖竹旗舰店,P1,1,支付宝,4.00,2026-01-01 11:00:00\n,P1,2,余额,6.00,2026-01-01 11:00:00\n栖竹旗舰店,P2,3,支付宝,7.00,2026-01-01 11:00:00\n";
        let run = take_in(db, scene, scene.shop, payments, ask(ImportKind::Payments)).await.expect("payments");
        assert_eq!(refused(db, scene, run.id).await, ["2 - order_incomplete", "3 店铺 shop_unknown"], "a part is not what was paid");
        assert_eq!(order(db, scene, "P1").await.paid_fen, Fen(1_000));
    }

    async fn what_somebody_with_few_shops_says_of_names_is_remembered_of_nobody(db: &TestDb) {
        let scene = scene(db).await;
        let one = person(scene, Shops::only(vec![scene.shop]));
        let path = put(db, "theirs.csv", csv(ROWS));
        let importer = Importer::new(db.db.clone(), clock);
        let own = importer.look(&one, scene.shop, &path, "theirs.csv", jst()).await.expect("looked at");
        let own = importer.look_again(&one, own.id, means(&[("天猫二店", Some(scene.shop)), ("别家", Some(scene.shop))]), true).await.expect("mapped");
        assert_eq!(shops(&own)[2], ("天猫二店", 3, Some(scene.shop), ShopSaid::Asked));
        let (_, next) = looked(db, scene, scene.shop, csv(ROWS), jst()).await.expect("looked at");
        assert!(shops(&next)[..3].iter().all(|(.., shop, said)| (*shop, *said) == (None, ShopSaid::Unknown)));
        // Rows of which nobody says whose they are may be another shop's: of a colleague's file they are not shown.
        let seen = db.read(move |tx| import::import(tx, &one, next.id)).await;
        assert_eq!(seen.expect_err("not said whose it is").status, 404);
    }

    async fn names_that_are_remembered_are_changed_and_forgotten_by_whoever_has_all_shops(db: &TestDb) {
        let scene = scene(db).await;
        let all = person(scene, Shops::All);
        let (importer, run) = looked(db, scene, scene.shop, csv(ROWS), jst()).await.expect("looked at");
        importer.look_again(&all, run.id, means(&[("天猫二店", Some(scene.second)), ("别家", None)]), true).await.expect("mapped");
        let names = |who: &Actor| {
            let who = who.clone();
            async move { db.read(move |tx| import::shop_names(tx, &who)).await.map(|names| names.into_iter().map(|one| (one.name, one.shop, one.at)).collect::<Vec<_>>()) }
        };
        let kept = |shop| vec![("别家".to_owned(), None, NOW), ("天猫二店".to_owned(), shop, NOW)];
        let sorted = |mut names: Vec<(String, Option<Id>, base::Ms)>| { names.sort_by_key(|(name, ..)| name != "别家"); names };
        assert_eq!(sorted(names(&all).await.expect("listed")), kept(Some(scene.second)));
        let change = |who: &Actor, name: &'static str, shop| {
            let (who, change) = (who.clone(), import::ShopNameChange { name: name.to_owned(), shop });
            async move { db.write(move |tx| import::change_shop_name(tx, NOW, &who, &change)).await.map(drop).map_err(|problem| problem.code.to_string()) }
        };
        assert_eq!(change(&all, "天猫二店", Some(scene.shop)).await, Ok(()));
        assert_eq!(change(&all, "天猫二店", Some(scene.shop)).await, Ok(()), "it is so already");
        assert_eq!(sorted(names(&all).await.expect("listed")), kept(Some(scene.shop)));
        for (name, shop) in [("谁家", Some(scene.shop)), ("天猫二店", Some(Id(404)))] {
            assert_eq!(change(&all, name, shop).await, Err("not_found".to_owned()), "{name}");
        }
        let (_, next) = looked(db, scene, scene.shop, csv(ROWS) + "\n", jst()).await.expect("looked at");
        assert_eq!(shops(&next)[1..3], [("别家", 1, None, ShopSaid::Remembered), ("天猫二店", 3, Some(scene.shop), ShopSaid::Remembered)]);

        // Neither with few shops nor without the right.
        let few = person(scene, Shops::only(vec![scene.shop, scene.second]));
        assert_eq!(names(&few).await.expect("nothing"), []);
        assert_eq!(change(&few, "天猫二店", None).await, Err("forbidden".to_owned()));
        let blind = Actor { permissions: all.permissions.without(Permission::EditOrders), ..all.clone() };
        assert_eq!(names(&blind).await.expect_err("no right").code, "forbidden");
        let forget = |who: &Actor, name: &'static str| {
            let who = who.clone();
            async move { db.write(move |tx| import::forget_shop_name(tx, NOW, &who, name)).await.map_err(|problem| problem.code.to_string()) }
        };
        assert_eq!((forget(&few, "天猫二店").await, forget(&blind, "天猫二店").await), (Err("forbidden".to_owned()), Err("forbidden".to_owned())));
        assert_eq!(forget(&all, "天猫二店").await, Ok(()));
        assert_eq!(forget(&all, "天猫二店").await, Err("not_found".to_owned()), "it is forgotten already");
        assert_eq!(names(&all).await.expect("listed"), [("别家".to_owned(), None, NOW)]);
        let (_, next) = looked(db, scene, scene.shop, csv(ROWS) + "\n\n", jst()).await.expect("looked at");
        assert_eq!(shops(&next)[2], ("天猫二店", 3, None, ShopSaid::Unknown));

        // Who said so, and what it meant before, is told; what was refused or changed nothing is not.
        let (one, two) = (scene.shop, scene.second);
        let told = |kind: &str, shop: serde_json::Value, name: &str| (kind.to_owned(), Id(7), Id::NONE, serde_json::json!({ "name": name, "shop": shop }));
        let mut lines = audit(db, scene, "import_shop").await;
        lines[..2].sort_by_key(|(kind, ..)| kind != "import_shop.left_out");
        assert_eq!(lines, [
            told("import_shop.left_out", serde_json::json!([null, null]), "别家"),
            told("import_shop.taught", serde_json::json!([null, two]), "天猫二店"),
            told("import_shop.taught", serde_json::json!([two, one]), "天猫二店"),
            told("import_shop.forgotten", serde_json::json!([one, null]), "天猫二店"),
        ]);
    }

    /// What is asked for is what is stored: no character of it is taken for a slip.
    async fn a_remembered_name_with_odd_characters_is_changed_and_forgotten(db: &TestDb) {
        let scene = scene(db).await;
        let all = person(scene, Shops::All);
        let (tab, turned, long) = ("天猫\t二店".to_owned(), "天猫\u{202e}三店".to_owned(), "店".repeat(119) + &"e\u{301}".repeat(120));
        let rows = [(tab.as_str(), "A1"), (turned.as_str(), "A2"), (long.as_str(), "A3")];
        let (importer, run) = looked(db, scene, scene.shop, csv(&rows), jst()).await.expect("looked at");
        let kept: Vec<String> = run.sheets[0].shops.iter().map(|one| one.name.clone()).collect();
        assert!(kept.contains(&tab) && kept.contains(&turned), "{kept:?}");
        let said = ImportChange { shops: kept.iter().map(|name| (name.clone(), Some(scene.shop))).collect(), ..ImportChange::default() };
        importer.look_again(&all, run.id, said, true).await.expect("mapped");
        for name in kept {
            let (who, change) = (all.clone(), import::ShopNameChange { name: name.clone(), shop: Some(scene.second) });
            let names = db.write(move |tx| import::change_shop_name(tx, NOW, &who, &change)).await.expect("changed");
            assert_eq!(names.iter().find(|one| one.name == name).and_then(|one| one.shop), Some(scene.second));
            let who = all.clone();
            db.write(move |tx| import::forget_shop_name(tx, NOW, &who, &name)).await.expect("forgotten");
        }
        let (who, null) = (all.clone(), "天猫\0二店");
        assert_eq!(db.write(move |tx| import::forget_shop_name(tx, NOW, &who, null)).await.expect_err("no such name").code, "not_found");
        assert!(db.read(move |tx| import::shop_names(tx, &all)).await.expect("listed").is_empty());
    }

    async fn pages_of_the_list_are_full_of_what_their_reader_may_see(db: &TestDb) {
        let scene = scene(db).await;
        let importer = Importer::new(db.db.clone(), clock);
        let (one, other) = (person(scene, Shops::only(vec![scene.shop])), Actor { who: Who::Person(Id(8)), ..person(scene, Shops::only(vec![scene.shop])) });
        let mut all = Vec::new();
        for n in 0..8 {
            // Of another shop too, of nobody knows whom, their own.
            let files = [(scene.who(), "栖竹旗舰店,X1\n天猫二店,X2"), (scene.who(), "栖竹旗舰店,X1\n别家,X2"), (one.clone(), "栖竹旗舰店,X1\n别家,X2"), (scene.who(), "栖竹旗舰店,X1")];
            for (at, (who, rows)) in files.into_iter().enumerate() {
                let rows: Vec<(&str, &str)> = rows.lines().filter_map(|row| row.split_once(',')).collect();
                let name = format!("{n}-{at}.csv");
                let run = importer.look(&who, scene.shop, &put(db, &name, csv(&rows)), &name, jst()).await.expect("looked at");
                let said = if at == 0 { means(&[("天猫二店", Some(scene.second))]) } else { ImportChange::default() };
                all.push(importer.look_again(&who, run.id, said, false).await.expect("said").id);
            }
        }
        for (who, most) in [(&one, 16), (&other, 8), (&scene.who(), 32)] {
            let (mut listed, mut cursor) = (Vec::new(), None);
            loop {
                let (who, page) = (who.clone(), base::PageAsk { cursor: cursor.take(), limit: Some(5) });
                let found = db.read(move |tx| import::imports(tx, &who, &import::ImportFilter::default(), &page)).await.expect("a page");
                assert!(found.items.len() == 5 || found.next.is_none(), "a page is full but for the last");
                listed.extend(found.items.iter().map(|run| run.id));
                cursor = found.next;
                if cursor.is_none() {
                    break;
                }
            }
            // What is listed is what may be opened.
            let mut seen = Vec::new();
            for id in all.iter().rev().copied() {
                let who = who.clone();
                if db.read(move |tx| import::import(tx, &who, id)).await.is_ok() {
                    seen.push(id);
                }
            }
            assert_eq!((listed.len(), &listed), (most, &seen));
        }
        let state = import::ImportFilter { state: Some(ImportState::Done), shop: Some(scene.shop) };
        let none = db.read(move |tx| import::imports(tx, &one, &state, &base::PageAsk::default())).await.expect("a page");
        assert!(none.items.is_empty());
    }

    async fn the_same_file_is_told_of_whatever_shop_it_was_sent_for_to_those_who_may_see_it(db: &TestDb) {
        let scene = scene(db).await;
        let said = means(&[("天猫二店", Some(scene.second)), ("别家", None)]);
        let (importer, run) = looked(db, scene, scene.shop, csv(ROWS), jst()).await.expect("looked at");
        importer.look_again(&scene.who(), run.id, said, true).await.expect("mapped");
        let done = apply(db, scene, &importer, run.id).await.expect("taken in");
        let (_, again) = looked(db, scene, scene.second, csv(ROWS), jst()).await.expect("looked at");
        assert_eq!(again.same_as, Some(done.id), "its rows say themselves whose they are");
        // Whoever has one of the two shops does not learn of it.
        let second = person(scene, Shops::only(vec![scene.second]));
        let theirs = importer.look(&second, scene.second, &put(db, "again.csv", csv(ROWS)), "again.csv", jst()).await.expect("looked at");
        assert_eq!(theirs.same_as, None);

        // Rows that name no shop go into the one they are sent for.
        let own = "订单号,买家昵称,订单金额,订单状态\nY1,阿岚,5,交易成功\n";
        let first = take_in(db, scene, scene.shop, own, ask(ImportKind::Orders)).await.expect("taken in");
        let (_, there) = looked(db, scene, scene.second, own, ask(ImportKind::Orders)).await.expect("looked at");
        let (_, here) = looked(db, scene, scene.shop, own, ask(ImportKind::Orders)).await.expect("looked at");
        assert_eq!((there.same_as, here.same_as), (None, Some(first.id)));
        // What was given back is to be taken in anew.
        db.write(move |tx| import::undo(tx, NOW, &scene.who(), first.id)).await.expect("asked");
        importer.until_ended(scene.org, first.id).await.expect("given back");
        let seen = db.read(move |tx| import::import(tx, &scene.who(), here.id)).await.expect("there");
        assert_eq!(seen.same_as, None);
    }

    /// Row 141: after what names or columns mean was changed, the same bytes bring something else.
    async fn a_file_that_is_read_otherwise_by_now_is_not_the_same(db: &TestDb) {
        let scene = scene(db).await;
        let all = person(scene, Shops::All);
        let said = means(&[("天猫二店", Some(scene.second)), ("别家", None)]);
        let (importer, run) = looked(db, scene, scene.shop, csv(ROWS), jst()).await.expect("looked at");
        importer.look_again(&all, run.id, said.clone(), true).await.expect("mapped");
        let done = apply(db, scene, &importer, run.id).await.expect("taken in");
        let change = import::ShopNameChange { name: "天猫二店".into(), shop: Some(scene.shop) };
        db.write(move |tx| import::change_shop_name(tx, NOW, &all, &change)).await.expect("changed");
        let (importer, other) = looked(db, scene, scene.shop, csv(ROWS), jst()).await.expect("looked at");
        assert_eq!(other.same_as, None, "its rows go elsewhere now");
        // Said as they were, they are the same; said otherwise, they are not.
        let as_it_was = importer.look_again(&scene.who(), other.id, said, false).await.expect("said");
        assert_eq!(as_it_was.same_as, Some(done.id));
        let out = importer.look_again(&scene.who(), other.id, means(&[("天猫二店", None)]), false).await.expect("said");
        assert_eq!(out.same_as, None);
        let stranger = importer.look_again(&scene.who(), other.id, means(&[("天猫二店", Some(scene.second)), ("栖竹旗舰店", None)]), false).await.expect("said");
        assert_eq!(stranger.same_as, None);

        let own = "订单号,买家昵称,订单金额,实付金额,订单状态\nY1,阿岚,5,4,交易成功\n";
        let first = take_in(db, scene, scene.shop, own, ask(ImportKind::Orders)).await.expect("taken in");
        let (importer, again) = looked(db, scene, scene.shop, own, ask(ImportKind::Orders)).await.expect("looked at");
        assert_eq!(again.same_as, Some(first.id));
        let column = |column: Option<&str>| ImportChange { columns: [("实付金额".to_owned(), column.map(str::to_owned))].into(), ..ImportChange::default() };
        let without = importer.look_again(&scene.who(), again.id, column(None), true).await.expect("left out");
        assert_eq!(without.same_as, None);
        // The next file is read so by itself.
        let (importer, next) = looked(db, scene, scene.shop, own, ask(ImportKind::Orders)).await.expect("looked at");
        assert_eq!(next.same_as, None);
        let with = importer.look_again(&scene.who(), next.id, column(Some("paid")), false).await.expect("as before");
        assert_eq!(with.same_as, Some(first.id));
    }

    async fn a_distributors_orders_stand_in_the_pool_under_its_own_shop(db: &TestDb) {
        let scene = scene(db).await;
        db.write(move |tx| tx.exec("UPDATE shop SET platform = 'distributor' WHERE id = $1", store::args![scene.second])).await.expect("a distributor's");
        let csv = csv(&[("云仓分销", "F1")]).replace("店铺,", "分销商,店铺,").replace("云仓分销,F1", "云仓商贸,云仓分销,F1");
        let (importer, run) = looked(db, scene, scene.shop, csv, jst()).await.expect("looked at");
        importer.look_again(&scene.who(), run.id, means(&[("云仓分销", Some(scene.second))]), true).await.expect("mapped");
        let run = apply(db, scene, &importer, run.id).await.expect("taken in");
        assert_eq!(counts(&run), (1, 0, 0, 0));
        let one = order_in(&db.db, scene, scene.second, "F1").await.expect("there");
        assert_eq!(one.platform, "distributor");
        assert_eq!(one.extra.expect("kept beside it")["分销商"], "云仓商贸");
    }
}
