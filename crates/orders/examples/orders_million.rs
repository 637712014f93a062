//! How fast lists and cards are with many orders: `cargo run --release -p orders --example orders_million [ORDERS]`.
//!
//! Puts a million orders of three hundred thousand customers into a fresh SQLite database, the last twenty thousand
//! of them paid and not sent, has the archive and the order desk look at them, then counts segments (the best of
//! three), works the report out, and asks for buyers' cards and the desk's lists (the 99th of a hundred).

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use base::{Actor, Fen, Id, Ms, PageAsk, Problem};
use customers::{ConsentChannel, Region, SegmentRule, Span};
use orders::archive::{ReportAsk, buyers_report, work};
use orders::desk::{self, CountFilter, ParcelFilter, ParcelSort};
use store::{Db, Open, Tx, args};

const NOW: Ms = Ms(1_790_000_000_000);
const DAY: i64 = 86_400_000;
/// How often a list is asked for.
const TIMES: usize = 100;
/// Where the statuses of an order that waits come from.
const WAITING: &str = r#"{"order":{"dated":[1,"open"]},"pay":{"dated":[1,"paid"]},"ship":{"dated":[1,"none"]},"after":{"dated":[1,"none"]}}"#;
/// Orders that wait at the desk.
const WAIT: i64 = 20_000;
const CITIES: [&str; 5] = [
    "浙江省杭州市西湖区",
    "浙江省宁波市海曙区",
    "广东省广州市天河区",
    "上海市浦东新区",
    "四川省成都市武侯区",
];

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn clock() -> Instant {
    Instant::now()
}

fn main() -> Result<(), Box<dyn Error>> {
    let orders = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |orders| orders.parse::<i64>())?;
    let folder = std::env::temp_dir().join(format!("orders-million-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let measured = runtime.block_on(measure(&folder.join("orders.db"), orders));
    std::fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(database: &std::path::Path, orders: i64) -> Result<(), Box<dyn Error>> {
    let db = Db::open(Open {
        url: format!("sqlite:{}", database.display()),
        schemas: vec![team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, orders::SCHEMA],
        publish: Box::new(|_| ()),
    })
    .await?;
    let (org, shop) = db
        .write(|tx| {
            let org = team::found_org(tx, NOW, "栖竹家纺")?;
            let new = team::NewShop {
                key: "qizhu00000000000".into(),
                name: "栖竹旗舰店".into(),
                ..team::NewShop::default()
            };
            Ok((org, team::add_shop(tx, NOW, &Actor::program(org), new)?.id))
        })
        .await?;
    let who = Actor::program(org);
    let ids = fill(&db, &who, shop, orders).await?;
    let buyers = ids.len();
    let began = clock();
    while db.write(|tx| work(tx, NOW, 512)).await? > 0 {}
    println!(
        "{orders} orders of {buyers} customers; all told in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let began = clock();
    while db.write(|tx| desk::work(tx, NOW, 256)).await? > 0 {}
    println!(
        "{} wait at the desk; all looked at in {:.1} s",
        WAIT.min(orders),
        began.elapsed().as_secs_f64()
    );
    let span = |min, max| Some(Span { min, max });
    let none = SegmentRule::default();
    let region = |city: Option<&str>| Region {
        province: "浙江".into(),
        city: city.map(str::to_owned),
    };
    for (name, rule) in [
        ("everybody", none.clone()),
        (
            "paid within 90 days",
            SegmentRule {
                recency_days: span(None, Some(90)),
                ..none.clone()
            },
        ),
        (
            "five orders, spent 1,000 yuan, away for 30 days",
            SegmentRule {
                recency_days: span(Some(30), None),
                orders: span(Some(5), None),
                spent_fen: span(Some(100_000), None),
                ..none.clone()
            },
        ),
        (
            "one of three SKUs",
            SegmentRule {
                skus: vec![Id(1), Id(2), Id(3)],
                ..none.clone()
            },
        ),
        (
            "a province",
            SegmentRule {
                regions: vec![region(None)],
                ..none.clone()
            },
        ),
        (
            "a city, two orders, no VIP, no consent needed",
            SegmentRule {
                regions: vec![region(Some("杭州"))],
                orders: span(Some(2), None),
                vip: Some(false),
                ..none.clone()
            },
        ),
        (
            "all at once",
            SegmentRule {
                recency_days: span(None, Some(365)),
                orders: span(Some(2), None),
                problems: span(None, Some(0)),
                skus: vec![Id(1), Id(7)],
                regions: vec![region(Some("杭州")), region(Some("宁波"))],
                consent: vec![ConsentChannel::Sms, ConsentChannel::Mail],
                levels: vec![0, 1],
                ..none.clone()
            },
        ),
    ] {
        let (mut best, mut found) = (f64::MAX, 0);
        for _ in 0..3 {
            let (who, rule) = (who.clone(), rule.clone());
            let began = clock();
            found = db
                .read(move |tx| customers::count_segment(tx, NOW, &who, &rule))
                .await?
                .count;
            best = best.min(began.elapsed().as_secs_f64() * 1_000.0);
        }
        println!("{best:>7.0} ms  {found:>7}  {name}");
    }
    for shop in [None, Some(shop)] {
        let who = who.clone();
        let began = clock();
        let report = db
            .read(move |tx| {
                buyers_report(
                    tx,
                    NOW,
                    &who,
                    &ReportAsk {
                        shop,
                        ..ReportAsk::default()
                    },
                )
            })
            .await?;
        println!(
            "{:>7.0} ms  {:>7}  report of twelve months",
            began.elapsed().as_secs_f64() * 1_000.0,
            report.sums.buyers
        );
    }
    worst(&db, "a buyer's card: who it is and the last orders", {
        let some: Vec<Id> = ids.iter().copied().step_by(ids.len() / TIMES).collect();
        let (who, mut buyers) = (who.clone(), some.into_iter().cycle());
        move |tx: &mut Tx<'_>| {
            let buyer = buyers.next().ok_or_else(Problem::internal)?;
            customers::customer(tx, NOW, &who, buyer)?;
            Ok(orders::of_customer(tx, &who, buyer, &PageAsk::default())?
                .items
                .len())
        }
    })
    .await?;
    for (name, filter) in [
        (
            "the audit list, what has to leave soonest first",
            ParcelFilter::default(),
        ),
        (
            "the audit list, held for a reason, the last first",
            ParcelFilter {
                state: Some("held".into()),
                sort: Some(ParcelSort::New),
                ..ParcelFilter::default()
            },
        ),
    ] {
        let who = who.clone();
        worst(&db, name, move |tx: &mut Tx<'_>| {
            Ok(desk::parcels(tx, NOW, &who, &filter, &PageAsk::default())?
                .items
                .len())
        })
        .await?;
    }
    worst(&db, "how many wait at the desk", {
        let who = who.clone();
        move |tx: &mut Tx<'_>| {
            desk::parcel_counts(tx, NOW, &who, &CountFilter::default())?;
            Ok(0)
        }
    })
    .await?;
    for (name, bought) in [
        ("a page of customers", None),
        ("a page of those who bought", Some(true)),
    ] {
        let who = who.clone();
        worst(&db, name, move |tx: &mut Tx<'_>| {
            let filter = customers::CustomerFilter {
                bought,
                ..customers::CustomerFilter::default()
            };
            Ok(customers::customers(tx, NOW, &who, &filter, &PageAsk::default())?
                .items
                .len())
        })
        .await?;
    }
    db.close();
    Ok(())
}

/// Asks a hundred times, and prints the 99th of how long it took and how much came.
async fn worst(
    db: &Db,
    name: &str,
    ask: impl FnMut(&mut Tx<'_>) -> Result<usize, Problem> + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let ask = Arc::new(Mutex::new(ask));
    let (mut took, mut found) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let ask = Arc::clone(&ask);
        let began = clock();
        found = db
            .read(move |tx| (ask.lock().unwrap_or_else(PoisonError::into_inner))(tx))
            .await?;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    took.sort_by(f64::total_cmp);
    println!("{:>7.1} ms  {found:>7}  {name}", took[TIMES - 2]);
    Ok(())
}

/// Orders of customers as imports write them, without the import; answers the customers.
async fn fill(db: &Db, who: &Actor, shop: Id, orders: i64) -> Result<Vec<Id>, Box<dyn Error>> {
    let buyers = (orders * 3 / 10).max(1);
    let mut seed = 17_u64;
    let mut random = move |below: i64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 33) as i64) % below
    };
    let mut ids: Vec<Id> = Vec::new();
    for from in (0..buyers).step_by(5_000) {
        let who = who.clone();
        let made = db.write(move |tx| {
            let nicks: Vec<String> = (from..(from + 5_000).min(buyers))
                .map(|n| format!("栖竹买家{n}"))
                .collect();
            let names: Vec<&str> = nicks.iter().map(String::as_str).collect();
            let made = customers::of_nicks(tx, NOW, &who, shop, Id(1), &names)?;
            let mut ids: Vec<Id> = made.into_values().collect();
            ids.sort_unstable();
            Ok(ids)
        });
        ids.extend(made.await?);
    }
    for from in (0..orders).step_by(5_000) {
        let many = 5_000.min(orders - from);
        let rows: Vec<(Id, i64, i64, i64, usize)> = (0..many)
            .map(|_| {
                (
                    ids[random(buyers) as usize],
                    random(900),
                    1_000 + random(50_000),
                    1 + random(200),
                    random(5) as usize,
                )
            })
            .collect();
        let org = who.org;
        db.write(move |tx| {
            let (mut all, mut lines, mut secrets, mut sums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            let (mut filed, mut placed) = (Vec::new(), 0);
            let numbers: Vec<String> = (0..many).map(|n| format!("{}", 171_531_000_000_000 + from + n)).collect();
            for (number, (customer, days, fen, sku, city)) in numbers.iter().zip(&rows) {
                let waits = (from + placed) >= orders - WAIT;
                placed += 1;
                let (id, at) = (tx.id(), NOW.plus(if waits { -days * DAY / 450 } else { -(days + 3) * DAY }));
                let (order, ship, marks) = if waits { ("open", "none", WAITING) } else { ("done", "signed", "{}") };
                let done = (!waits).then_some(at);
                all.extend_from_slice(args![org, id, shop, "tmall", number, *customer, order, "paid", ship, "none", *fen, *fen, at, at, done, at, at, *customer, *fen, marks]);
                filed.extend_from_slice(args![org, *customer, id]);
                lines.extend_from_slice(args![org, id, 1, tx.id(), *sku, "竹纤维四件套", "", 1, *fen]);
                secrets.extend_from_slice(args![org, id, "林小叶", CITIES[*city]]);
                sums.push((*customer, Fen(*fen), 1));
            }
            tx.insert_many(
                "INSERT INTO shop_order (org_id, id, shop_id, platform, number, customer_id, order_status, pay_status, ship_status,
                     after_status, total_fen, paid_fen, placed_at, paid_at, done_at, sort_at, created_at, counted_customer, counted_fen, marks)",
                20, "", &all)?;
            tx.insert_many("INSERT INTO customer_order (org_id, customer_id, order_id)", 3, "", &filed)?;
            tx.insert_many("INSERT INTO order_line (org_id, order_id, place, id, sku_id, title, spec, quantity, price_fen)", 9, "", &lines)?;
            tx.insert_many("INSERT INTO order_secret (org_id, order_id, receiver, address)", 4, "", &secrets)?;
            customers::add_purchases(tx, org, &sums)
        })
        .await?;
    }
    let (org, who) = (who.org, who.clone());
    db.write(move |tx| {
        tx.exec("INSERT INTO archive_due (org_id, customer_id) SELECT DISTINCT org_id, customer_id FROM shop_order WHERE org_id = $1", args![org])
    })
    .await?;
    mark(db, &who, &ids).await?;
    Ok(ids)
}

/// A tenth of the customers agreed to text messages.
async fn mark(db: &Db, who: &Actor, ids: &[Id]) -> Result<(), Box<dyn Error>> {
    for part in ids.chunks(20_000) {
        let (who, part) = (who.clone(), part.to_vec());
        db.write(move |tx| {
            for id in part.iter().step_by(10) {
                let new = customers::NewConsent {
                    channel: ConsentChannel::Sms,
                    state: customers::ConsentState::Given,
                    source: customers::ConsentSource::Form,
                    proof: "会员表 1".into(),
                    said_at: None,
                };
                customers::set_consent(tx, NOW, &who, *id, &new)?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}
