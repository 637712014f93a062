//! Real exports, where they are at hand: figures against a few lines of independent arithmetic.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use base::{Ms, PageAsk};
use orders::desk::{self, WatchAsk, WatchFilter};
use orders::import::{self, ImportAsk, ImportChange, ImportKind, ImportState};
use store::on_both;

use crate::hand::*;

/// A file of the data beside the repository; says so and gives `None` where it is not.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var("XIAOER_DATA_SAMPLES").map_or_else(
        |_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {name} is not at hand");
    None
}

/// Rows of a plain csv with quotes, as maps would be too slow for nobody.
fn table(path: &PathBuf) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::Reader::from_path(path).expect("a csv");
    let head = reader
        .headers()
        .expect("a header")
        .iter()
        .map(str::to_owned)
        .collect();
    let rows = reader
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect());
    (head, rows.collect())
}

pub(crate) fn fen(yuan: &str) -> i64 {
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, ""));
    let part = format!("{part:0<2}");
    whole.parse::<i64>().expect("yuan") * 100 + part[..2].parse::<i64>().expect("fen")
}

on_both! { TABLES;
    async fn tmall_orders_of_a_month(db: &TestDb) {
        let Some(path) = data("tmall-orders/orders_2020-02-01_26.csv") else { return };
        let scene = scene(db).await;
        let run = take_in(db, scene, scene.shop, std::fs::read(&path).expect("read"), ask(ImportKind::Orders)).await.expect("taken in");
        let (_, rows) = table(&path);
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (rows.len() as i64, 0, 0, 0)));
        assert_eq!(rows.len(), 20_621);
        let sum = |column: usize| rows.iter().map(|row| fen(&row[column])).sum::<i64>();
        let count = |is: &dyn Fn(&Vec<String>) -> bool| rows.iter().filter(|row| is(row)).count() as i64;
        let of = |sql| number_of(db, sql);
        assert_eq!(of("SELECT CAST(SUM(total_fen) AS BIGINT) FROM shop_order").await, sum(1));
        assert_eq!(of("SELECT CAST(SUM(paid_fen) AS BIGINT) FROM shop_order").await, sum(2));
        assert_eq!(of("SELECT CAST(SUM(refund_fen) AS BIGINT) FROM shop_order").await, sum(6));
        assert_eq!(of("SELECT COUNT(*) FROM shop_order WHERE pay_status = 'unpaid'").await, count(&|row| row[5].is_empty()));
        assert_eq!(of("SELECT COUNT(*) FROM shop_order WHERE refund_fen > 0").await, count(&|row| fen(&row[6]) > 0));
        assert_eq!(of("SELECT COUNT(*) FROM shop_order WHERE pay_status = 'refunded'").await,
            count(&|row| !row[5].is_empty() && fen(&row[2]) == 0 && fen(&row[6]) > 0));
    }

    async fn orders_items_payments_reviews_and_customers_that_fit_together(db: &TestDb) {
        let names = ["orders", "order_items", "order_payments", "order_reviews", "customers"];
        let Some(files) = names.map(|name| data(&format!("olist/{name}.csv"))).into_iter().collect::<Option<Vec<_>>>() else { return };
        let [orders, items, payments, reviews, people] = &files[..] else { panic!("five files") };
        let scene = scene(db).await;
        // The files as they are, by the mapping a person makes on the page; none but the goods' is asked for.
        let of = |sql| number_of(db, sql);
        let goods = [("product_id", "title")];
        for (path, kind, columns) in [
            (people, ImportKind::Customers, &[][..]),
            (orders, ImportKind::Orders, &[][..]),
            (items, ImportKind::Items, &goods[..]),
            (payments, ImportKind::Payments, &[][..]),
            (reviews, ImportKind::Reviews, &[][..]),
        ] {
            let bytes = std::fs::read(path).expect("read");
            let (importer, run) = looked(db, scene, scene.shop, bytes, ImportAsk::default()).await.expect("looked at");
            let change = ImportChange {
                kind: Some(kind.key().into()),
                columns: columns.iter().map(|(header, column)| ((*header).into(), Some((*column).into()))).collect(),
                ..ImportChange::default()
            };
            let run = importer.look_again(&scene.who(), run.id, change, true).await.expect("explained");
            let run = apply(db, scene, &importer, run.id).await.expect("taken in");
            assert_eq!(run.state, ImportState::Done);
            assert_eq!((run.counts.read, run.counts.refused), (table(path).1.len() as i64, 0), "{kind:?} {:?}", refused(db, scene, run.id).await);
        }
        let taught = db.read(move |tx| import::names(tx, &scene.who(), scene.shop)).await.expect("names");
        assert_eq!(taught.iter().map(|name| (name.header.as_str(), name.column.as_str())).collect::<Vec<_>>(), goods);

        let [(_, orders), (_, items), (_, payments), (_, reviews), (_, people)] = [orders, items, payments, reviews, people].map(table);
        assert_eq!(of("SELECT COUNT(*) FROM shop_order").await, orders.len() as i64);
        assert_eq!(of("SELECT COUNT(*) FROM order_line").await, items.len() as i64);
        assert_eq!(of("SELECT CAST(SUM(quantity * price_fen) AS BIGINT) FROM order_line").await, items.iter().map(|line| fen(&line[5])).sum::<i64>());
        // Several payments of an order, which stand apart in the file.
        let mut paid = HashMap::<&str, i64>::new();
        for row in &payments {
            *paid.entry(&row[0]).or_default() += fen(&row[4]);
        }
        assert!(paid.len() < payments.len());
        assert_eq!(of("SELECT CAST(SUM(paid_fen) AS BIGINT) FROM shop_order").await, paid.values().sum::<i64>());
        let (most, times) = payments.iter().fold(BTreeMap::<&str, i64>::new(), |mut all, row| { *all.entry(&row[0]).or_default() += 1; all })
            .into_iter().max_by_key(|(_, times)| *times).expect("an order");
        assert!(times > 2);
        assert_eq!(order(db, scene, most).await.paid_fen.0, paid[most]);
        // An order has the last thing its buyer said.
        let mut said = HashMap::<&str, (&str, i64)>::new();
        for row in &reviews {
            let one = (row[5].as_str(), row[2].parse::<i64>().expect("stars"));
            let known = said.entry(&row[1]).or_insert(one);
            if one.0 >= known.0 { *known = one }
        }
        assert_eq!(of("SELECT COUNT(*) FROM order_review").await, said.len() as i64);
        assert_eq!(of("SELECT CAST(SUM(stars) AS BIGINT) FROM order_review").await, said.values().map(|(_, stars)| stars).sum::<i64>());
        // Who is who stands in a table of its own.
        let unique: HashMap<&str, &str> = people.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
        let mut bought = HashMap::<&str, i64>::new();
        for row in &orders {
            *bought.entry(unique[row[1].as_str()]).or_default() += 1;
        }
        assert_eq!(of("SELECT COUNT(*) FROM customer").await, bought.len() as i64);
        assert_eq!(of("SELECT COUNT(*) FROM shop_order WHERE customer_id IS NULL").await, 0);
        let again = bought.values().filter(|orders| **orders > 1).count() as i64;
        assert!(again > 0);
        assert_eq!(of("SELECT COUNT(*) FROM (SELECT customer_id FROM shop_order GROUP BY customer_id HAVING COUNT(*) > 1) t").await, again);
        let delivered = orders.iter().filter(|row| row[2] == "delivered").count() as i64;
        assert_eq!(of("SELECT COUNT(*) FROM shop_order WHERE order_status = 'done'").await, delivered);
        let late = orders.iter().filter(|row| !row[6].is_empty() && row[6] > row[7]).count() as i64;
        let (who, all) = (scene.who(), WatchAsk { from: Some(Ms(0)), ..WatchAsk::default() });
        let found = db.read(move |tx| desk::arrivals(tx, NOW, &who, &all)).await.expect("summed");
        assert_eq!(found[0].late, late);
    }

    async fn late_deliveries_are_found(db: &TestDb) {
        let Some(path) = data("olist/orders.csv") else { return };
        let scene = scene(db).await;
        take_in(db, scene, scene.shop, std::fs::read(&path).expect("read"), ask(ImportKind::Orders)).await.expect("taken in");
        let (head, rows) = table(&path);
        let column = |name: &str| head.iter().position(|one| one == name).expect("a column");
        let (status, left, came, due) = (column("order_status"), column("order_delivered_carrier_date"), column("order_delivered_customer_date"), column("order_estimated_delivery_date"));
        // Moments of one form and zone compare as texts do.
        let late = rows.iter().filter(|row| !row[came].is_empty() && row[came] > row[due]).count() as i64;
        let who = scene.who();
        let all = WatchAsk { from: Some(Ms(0)), ..WatchAsk::default() };
        let found = db.read(move |tx| desk::arrivals(tx, NOW, &who, &all)).await.expect("summed");
        assert_eq!((found.len(), found[0].late), (1, late));
        assert_eq!(found[0].arrived, rows.iter().filter(|row| !row[came].is_empty()).count() as i64);
        // The first of June 2018, seen from Shanghai: what left within ninety days and is not there.
        let (now, since, today) = (Ms(1_527_782_400_000), "2018-03-03 00:00:00", "2018-06-01 00:00:00");
        while db.write(move |tx| desk::work(tx, now, 256)).await.expect("looked") > 0 {}
        let who = scene.who();
        let overdue = db.read(move |tx| desk::overdue(tx, now, &who, &WatchFilter { reason: Some(orders::desk::OverdueReason::Late), ..WatchFilter::default() }, &PageAsk::default())).await.expect("listed").items;
        let mut wanted: Vec<&str> = rows.iter().filter(|row| row[status] == "shipped" && row[left].as_str() >= since && row[due].as_str() < today).map(|row| row[0].as_str()).collect();
        let mut seen: Vec<&str> = overdue.iter().map(|one| one.parcel.orders[0].number.as_str()).collect();
        wanted.sort_unstable();
        seen.sort_unstable();
        assert!(wanted.len() > 3 && overdue.iter().all(|one| one.parcel.elsewhere), "{wanted:?}");
        assert_eq!(seen, wanted);
    }

    async fn orders_of_a_shop_abroad(db: &TestDb) {
        let Some(path) = data("tau-retail/orders.json") else { return };
        let scene = scene(db).await;
        let all: serde_json::Value = serde_json::from_slice(&std::fs::read(path).expect("read")).expect("json");
        let all = all.as_object().expect("orders by number");
        let (mut csv, mut lines, mut paid) = ("order_id,user_id,status,title,quantity,price,waybill,paid\n".to_owned(), 0, 0);
        for (number, order) in all {
            let history = order["payment_history"].as_array().expect("payments");
            let amount: f64 = history.iter().filter(|p| p["transaction_type"] == "payment").filter_map(|p| p["amount"].as_f64()).sum();
            let yuan = format!("{amount:.2}");
            paid += fen(&yuan);
            let waybill = order["fulfillments"][0]["tracking_id"][0].as_str().unwrap_or_default();
            for item in order["items"].as_array().expect("items") {
                lines += 1;
                csv.push_str(&format!("{number},{},{},\"{}\",1,{},{waybill},{yuan}\n",
                    order["user_id"].as_str().expect("who"), order["status"].as_str().expect("where"), item["name"].as_str().expect("what"), item["price"]));
            }
        }
        let run = take_in(db, scene, scene.shop, csv, ImportAsk { platform: Some("generic".into()), ..ask(ImportKind::Orders) }).await.expect("taken in");
        assert_eq!(counts(&run), (all.len() as i64, 0, 0, 0), "{:?}", refused(db, scene, run.id).await);
        let of = |sql| number_of(db, sql);
        assert_eq!(of("SELECT COUNT(*) FROM order_line").await, lines);
        // One order as its file has it: what was bought, what was paid, the number of its parcel.
        let (number, told) = all.iter().find(|(_, order)| order["items"].as_array().is_some_and(|items| items.len() == 2) && order["status"] == "processed").expect("an order of two");
        let (who, q) = (scene.who(), number.clone());
        let filter = orders::OrderFilter { q: Some(q), ..orders::OrderFilter::default() };
        let found = db.read(move |tx| orders::orders(tx, &who, &filter, &PageAsk::default())).await.expect("found").items;
        let one = found.iter().find(|order| order.number == *number).expect("the order");
        let wanted: Vec<(&str, i64)> = told["items"].as_array().expect("items").iter().map(|item| (item["name"].as_str().expect("what"), fen(&format!("{:.2}", item["price"].as_f64().expect("a price"))))).collect();
        let mut seen: Vec<(&str, i64)> = one.lines.iter().map(|line| (line.title.as_str(), line.price_fen.0)).collect();
        let mut wanted = wanted;
        wanted.sort_unstable();
        seen.sort_unstable();
        assert_eq!(seen, wanted, "{number}");
        assert_eq!(one.paid_fen.0, wanted.iter().map(|(_, fen)| fen).sum::<i64>());
        assert_eq!(one.waybill.as_deref(), told["fulfillments"][0]["tracking_id"][0].as_str());
        assert_eq!(of("SELECT CAST(SUM(paid_fen) AS BIGINT) FROM shop_order").await, paid);
    }
}
