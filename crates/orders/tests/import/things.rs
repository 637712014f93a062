//! Products, counted stock and customers.

use base::{Actor, Fen, PageAsk, Permission};
use catalogue::{Product, ProductFilter};
use customers::CustomerFilter;
use orders::import::{self, ImportAsk, ImportKind, ImportState, Importer};
use orders::{ExportFormat, NewOrder};
use store::on_both;
use store::testing::TestDb;

use crate::hand::*;

const GOODS: &str = "商品编码,商品标题,商品规格,商家编码,价格,底价,库存,安全库存,上架,商品链接,主图,卖点\n\
    SJT,竹纤维四件套,青 1.8m,SJT-Q18,￥128.00,118,40,3,是,https://shop.example.com/sjt,,透气;可机洗\n\
    SJT,竹纤维四件套,白 1.8m,SJT-B18,128,118,12,,是,,,\n\
    ZZ,竹枕,,ZZ-01,99.00,,7,,否,,,\n\
    QQ,没有价格,,QQ-01,,,7,,是,,,\n\
    WW,底价太高,,WW-01,10,20,7,,是,,,\n\
    YY,编码有主,,ZZ-01,10,,7,,是,,,\n";

async fn products(db: &TestDb, scene: Scene) -> Vec<Product> {
    let filter = ProductFilter::default();
    let page = db.read(move |tx| catalogue::products(tx, &scene.who(), &filter, &PageAsk::default()));
    let mut found = page.await.expect("listed").items;
    found.sort_by(|a, b| a.code.cmp(&b.code));
    found
}

async fn stock(db: &TestDb, scene: Scene, code: &'static str) -> (i64, i64, i64) {
    let sku = db
        .read(move |tx| catalogue::sku_by_code(tx, scene.org, code))
        .await
        .expect("read")
        .expect("there");
    (sku.on_hand, sku.locked, sku.safety)
}

async fn undone(db: &TestDb, scene: Scene, run: &import::Import) -> import::Import {
    let id = run.id;
    db.write(move |tx| import::undo(tx, NOW, &scene.who(), id))
        .await
        .expect("asked");
    Importer::new(db.db.clone(), clock)
        .until_ended(scene.org, id)
        .await
        .expect("given back")
}

on_both! { TABLES;
    async fn products_go_in_sku_by_sku_and_come_out_again(db: &TestDb) {
        let scene = scene(db).await;
        let (importer, looked_at) = looked(db, scene, scene.shop, GOODS, ImportAsk::default()).await.expect("looked at");
        assert_eq!((looked_at.sheets[0].kind, looked_at.sheets[0].sure), (Some(ImportKind::Products), true));
        let seen = importer.preview(&scene.who(), looked_at.id).await.expect("previewed");
        assert_eq!((seen.counts.created + seen.counts.changed, seen.counts.read), (4, 6), "what a row before it makes is not there yet");
        assert!(products(db, scene).await.is_empty(), "a preview writes nothing");
        let skus: Vec<_> = seen.samples[0].samples.iter().map(|one| match one {
            import::ImportSample::Sku(sku) => (sku.code.as_str(), sku.price_fen.map(|fen| fen.0), sku.on_hand),
            other => panic!("a SKU: {other:?}"),
        }).collect();
        assert_eq!((skus.len(), skus[0], skus[2]), (5, ("SJT-Q18", Some(12_800), Some(40)), ("ZZ-01", Some(9_900), Some(7))));

        let run = apply(db, scene, &importer, looked_at.id).await.expect("taken in");
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (2, 1, 0, 3)), "{:?}", refused(db, scene, run.id).await);
        assert_eq!(refused(db, scene, run.id).await, ["5 价格 missing", "6 底价 floor_above_price", "7 - sku_code_taken"]);
        let found = products(db, scene).await;
        let codes: Vec<_> = found.iter().map(|product| (product.code.as_str(), product.active, product.skus.len())).collect();
        assert_eq!(codes, [("SJT", true, 2), ("ZZ", false, 1)]);
        let sheets = &found[0];
        assert_eq!((sheets.price_fen, sheets.shops.as_deref(), sheets.url.as_deref()), (Some(Fen(12_800)), Some(&[scene.shop][..]), Some("https://shop.example.com/sjt")));
        assert_eq!(sheets.selling_points, ["透气", "可机洗"]);
        assert_eq!(stock(db, scene, "SJT-Q18").await, (40, 0, 3));

        let again = take_in(db, scene, scene.shop, GOODS, ImportAsk::default()).await.expect("taken in");
        assert_eq!(counts(&again), (0, 0, 3, 3));
        let dearer = take_in(db, scene, scene.shop, "商品编码,商家编码,价格\nSJT,SJT-Q18,138\nZZ,ZZ-01,89\n", ask(ImportKind::Products)).await.expect("taken in");
        assert_eq!(counts(&dearer), (0, 2, 0, 0), "{:?}", refused(db, scene, dearer.id).await);
        // Somebody sells one of them meanwhile: it stays, and the other is as it was.
        let paid = NewOrder {
            shop: scene.shop,
            number: "P1".into(),
            pay_status: Some(orders::PayStatus::Paid),
            lines: vec![orders::NewLine { sku: None, code: Some("SJT-Q18".into()), title: "四件套".into(), spec: None, quantity: 2, price_fen: Fen(13_800) }],
            ..NewOrder::default()
        };
        db.write(move |tx| orders::upsert(tx, NOW, &Actor::program(scene.org), &paid)).await.expect("sold");
        let back = undone(db, scene, &dearer).await;
        assert_eq!((back.given_back, back.kept), (2, 0), "what is promised does not hinder a price");
        assert_eq!(products(db, scene).await.iter().map(|product| product.price_fen).collect::<Vec<_>>(), [Some(Fen(12_800)), Some(Fen(9_900))]);
        let back = undone(db, scene, &run).await;
        assert_eq!((back.state, back.given_back, back.kept), (ImportState::Undone, 1, 1));
        let kept = db.read(move |tx| import::kept(tx, &scene.who(), run.id, &PageAsk::default())).await.expect("listed").items;
        assert_eq!((kept.len(), kept[0].kind.as_str()), (1, "product"));
        assert_eq!(products(db, scene).await.iter().map(|product| product.code.clone()).collect::<Vec<_>>(), ["SJT"]);
    }

    async fn products_are_exported_as_an_import_takes_them_back(db: &TestDb) {
        let scene = scene(db).await;
        let long = "竹".repeat(200);
        let goods = format!(
            "商品编码,商品标题,商品规格,商家编码,价格,底价,成本价,库存,安全库存,上架,商品链接,主图,卖点\n\
             00017,{long},青 1.8m,00017-Q,128.00,118,61.5,40,3,是,https://shop.example.com/sjt,,\"透气；不闷\n可机洗\"\n\
             00017,{long},白 1.8m,00017-B,128,118,,0,,是,,,\n\
             ZZ,'=1+1,,ZZ-01,99.00,,,7,,否,,,\n"
        );
        let made = take_in(db, scene, scene.shop, goods, ask(ImportKind::Products)).await.expect("taken in");
        assert_eq!(counts(&made), (2, 1, 0, 0), "{:?}", refused(db, scene, made.id).await);
        let before = products(db, scene).await;
        assert_eq!((before[0].selling_points.len(), before[1].title.as_str()), (2, "=1+1"));
        let file = |who: Actor, shop, format| async move { orders::export_products(db, NOW, &who, shop, format).await };
        let csv = file(scene.who(), None, ExportFormat::Csv).await.expect("a file");
        let text = String::from_utf8(csv.clone()).expect("utf-8");
        assert!(text.contains("'=1+1") && text.contains("00017-Q") && text.contains("61.50"), "{text}");
        let xlsx = file(scene.who(), Some(scene.shop), ExportFormat::Xlsx).await.expect("a file");
        for bytes in [csv, xlsx] {
            let again = take_in(db, scene, scene.shop, bytes, ImportAsk::default()).await.expect("taken in");
            assert_eq!((again.sheets[0].kind, again.sheets[0].unknown.len()), (Some(ImportKind::Products), 0));
            assert_eq!(counts(&again), (0, 0, 3, 0), "{:?}", refused(db, scene, again.id).await);
        }
        assert_eq!(products(db, scene).await, before);
        // Elsewhere the shop sells none of it; costs are for those who keep the catalogue, files for those who may take them away.
        let elsewhere = file(scene.who(), Some(scene.second), ExportFormat::Csv).await.expect("a file");
        assert!(!String::from_utf8(elsewhere).expect("utf-8").contains("ZZ-01"));
        let mut less = scene.who();
        less.permissions = less.permissions.without(Permission::EditCatalogue);
        let blind = String::from_utf8(file(less.clone(), None, ExportFormat::Csv).await.expect("a file")).expect("utf-8");
        assert!(blind.contains("ZZ-01") && !blind.contains("成本") && !blind.contains("61.50"), "{blind}");
        less.permissions = less.permissions.without(Permission::Export);
        assert_eq!(file(less, None, ExportFormat::Csv).await.map_err(|problem| problem.code.clone()), Err("forbidden".into()));
    }

    async fn costs_come_with_products_and_stock_and_go_again(db: &TestDb) {
        let scene = scene(db).await;
        let goods = "商品编码,商品标题,商家编码,价格,成本价\nSJT,四件套,SJT-Q18,128.00,61.50\nSJT,四件套,SJT-B18,118.00,\nZZ,枕,ZZ-01,99,-3\n";
        // Nobody says what it is: the column alone tells it from a table of orders.
        let made = take_in(db, scene, scene.shop, goods, ImportAsk::default()).await.expect("taken in");
        assert_eq!((made.sheets[0].kind, made.sheets[0].sure), (Some(ImportKind::Products), true));
        assert_eq!(refused(db, scene, made.id).await, ["4 成本价 number_negative"]);
        assert_eq!(made.sheets[0].unknown, []);
        let costs = || async {
            let mut skus: Vec<_> = products(db, scene).await.into_iter().flat_map(|product| product.skus).collect();
            skus.sort_by(|a, b| a.code.cmp(&b.code));
            skus.into_iter().map(|sku| (sku.code, sku.cost_fen)).collect::<Vec<_>>()
        };
        let (first, second) = (("SJT-B18".to_owned(), None), ("SJT-Q18".to_owned(), Some(Fen(6_150))));
        assert_eq!(costs().await, [first.clone(), second.clone()]);
        let counted = "商家编码,库存,成本价\nSJT-B18,12,58\nSJT-Q18,0,61.5\n";
        let run = take_in(db, scene, scene.shop, counted, ImportAsk::default()).await.expect("taken in");
        assert_eq!(counts(&run), (0, 1, 1, 0));
        assert_eq!(costs().await, [("SJT-B18".to_owned(), Some(Fen(5_800))), second.clone()]);
        let again = take_in(db, scene, scene.shop, counted, ask(ImportKind::Stock)).await.expect("taken in");
        assert_eq!(counts(&again), (0, 0, 2, 0));
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM log WHERE data LIKE '%5800%' OR data LIKE '%6150%'").await, 0, "the log tells no costs");
        let back = undone(db, scene, &run).await;
        assert_eq!((back.given_back, back.kept), (1, 0));
        assert_eq!(costs().await, [first, second], "nobody knows it again");
    }

    async fn counted_stock_is_what_is_there(db: &TestDb) {
        let scene = scene(db).await;
        take_in(db, scene, scene.shop, GOODS, ImportAsk::default()).await.expect("taken in");
        let csv = "商家编码,库存,安全库存\nSJT-Q18,25,5\nSJT-B18,12,\nNO-01,3,\nZZ-01,-1,\n";
        let run = take_in(db, scene, scene.shop, csv, ImportAsk::default()).await.expect("taken in");
        assert_eq!(run.sheets[0].kind, Some(ImportKind::Stock));
        assert_eq!((counts(&run), refused(db, scene, run.id).await), ((0, 1, 1, 2), vec!["5 库存 number_negative".to_owned(), "4 商家编码 sku_unknown".to_owned()]));
        assert_eq!(stock(db, scene, "SJT-Q18").await, (25, 0, 5));
        let back = undone(db, scene, &run).await;
        assert_eq!((back.given_back, back.kept), (1, 0));
        assert_eq!(stock(db, scene, "SJT-Q18").await, (40, 0, 3));
    }

    async fn customers_go_in_and_come_out_again(db: &TestDb) {
        let scene = scene(db).await;
        orders_in(db, scene, "订单号,买家昵称,订单金额,实付金额,订单状态\nM1,柠檬叶子,20,20,交易成功\n").await;
        let csv = "会员名,会员等级,VIP,备注,真实姓名,手机,地址\n\
            柠檬叶子,V3,是,喜欢青色,林小叶,13800000017,浙江省 杭州市\n\
            远山,2,否,,远山,138****0025,\n\
            江**,1,否,,,,\n\
            ,1,否,,,,\n\
            阿岚,很高,否,,,,\n\
            小满,100,否,,,,\n";
        let (importer, seen) = looked(db, scene, scene.shop, format!("{csv}\n"), ImportAsk::default()).await.expect("looked at");
        let seen = importer.preview(&scene.who(), seen.id).await.expect("previewed");
        let import::ImportSample::Customer(first) = &seen.samples[0].samples[0] else { panic!("a customer: {:?}", seen.samples) };
        assert_eq!((first.buyer.as_str(), first.level, first.vip, first.phone.as_deref()), ("柠***", Some(3), Some(true), Some("138****0017")));
        let run = take_in(db, scene, scene.shop, csv, ImportAsk::default()).await.expect("taken in");
        assert_eq!(run.sheets[0].kind, Some(ImportKind::Customers));
        assert_eq!(counts(&run), (1, 1, 0, 4));
        let mut wrong = refused(db, scene, run.id).await;
        wrong.sort();
        assert_eq!(wrong, ["4 会员名 nick_masked", "5 会员名 cell_empty", "6 会员等级 number_bad", "7 会员等级 out_of_range"]);
        let list = || async {
            let found = db.read(move |tx| customers::customers(tx, NOW, &scene.who(), &CustomerFilter::default(), &PageAsk::default())).await;
            let mut found = found.expect("listed").items;
            found.sort_by(|a, b| a.customer.name.cmp(&b.customer.name));
            found
        };
        let found = list().await;
        assert_eq!(found.iter().map(|c| (c.customer.name.as_str(), c.customer.level, c.customer.vip, c.customer.orders)).collect::<Vec<_>>(), [("柠檬叶子", 3, true, 1), ("远山", 2, false, 0)]);
        assert_eq!((found[0].real_name_masked.as_deref(), found[0].customer.note.as_str()), (Some("林**"), "喜欢青色"));
        // What is masked replaces nothing that is full, and the same again changes nothing.
        let masked = "会员名,真实姓名,手机\n柠檬叶子,林**,138****0017\n";
        let same = take_in(db, scene, scene.shop, masked, ask(ImportKind::Customers)).await.expect("taken in");
        assert_eq!(counts(&same), (0, 0, 1, 0));
        let back = undone(db, scene, &run).await;
        assert_eq!((back.state, back.given_back, back.kept), (ImportState::Undone, 2, 0));
        let found = list().await;
        assert_eq!(found.iter().map(|c| (c.customer.name.as_str(), c.customer.level, c.customer.vip)).collect::<Vec<_>>(), [("柠檬叶子", 0, false)]);
        assert_eq!((found[0].real_name_masked.as_deref(), found[0].customer.note.as_str(), found[0].customer.spent_fen), (None, "", Fen(2_000)));
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM customer_import").await, 0);
    }

    async fn a_table_of_products_of_beauty_shops(db: &TestDb) {
        let Some(path) = crate::real::data("beauty-products/products.csv") else { return };
        let scene = scene(db).await;
        let text = std::fs::read_to_string(path).expect("read");
        let some: String = text.lines().take(1_001).map(|line| format!("{line}\n")).collect();
        let mut reader = csv::Reader::from_reader(some.as_bytes());
        let mut last = std::collections::BTreeMap::new();
        for row in reader.records() {
            let row = row.expect("a row");
            last.insert(row[1].to_owned(), row[3].to_owned());
        }
        let run = take_in(db, scene, scene.shop, some, ask(ImportKind::Products)).await.expect("taken in");
        assert_eq!((run.state, run.counts.read, run.counts.refused), (ImportState::Done, 1_000, 0), "{:?}", refused(db, scene, run.id).await);
        assert_eq!(run.counts.created, last.len() as i64);
        let sum: i64 = last.values().map(|price| crate::real::fen(price)).sum();
        assert_eq!(number_of(db, "SELECT CAST(SUM(price_fen) AS BIGINT) FROM sku").await, sum);
        assert_eq!(number_of(db, "SELECT COUNT(*) FROM product").await, last.len() as i64);
        // One of them as its last row has it.
        let (code, price) = last.iter().next().map(|(code, price)| (code.clone(), crate::real::fen(price))).expect("a product");
        let title = text.lines().take(1_001).filter_map(|line| line.split_once(&format!("{code},"))).last().map(|(_, rest)| rest.to_owned()).expect("its row");
        let who = scene.who();
        let codes = vec![code.clone()];
        let found = db.read(move |tx| catalogue::products_by_codes(tx, &who, &codes)).await.expect("found");
        assert_eq!((found.len(), found[0].code.as_str(), found[0].skus[0].price_fen.0), (1, code.as_str(), price));
        assert!(title.starts_with(found[0].title.as_str()), "{} {title}", found[0].title);
    }
}
