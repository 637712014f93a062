//! Figures of customers follow their orders.

use base::{Actor, Fen, Id};
use customers::{CustomerView, MemberLevel, NewLevels, Region, SegmentRule, Span};
use orders::{AfterStatus, NewOrder, OrderStatus, PayStatus, ShipStatus};
use store::on_both;
use store::testing::TestDb;

use crate::scene::{DAY, NOW, TABLES, buyer, line, log, scene, stock, sums, upsert, version};

fn paid(shop: Id, number: &str, days_ago: i64, fen: i64) -> NewOrder {
    NewOrder {
        buyer: buyer("u-1"),
        pay_status: Some(PayStatus::Paid),
        paid_at: Some(NOW.plus(-days_ago * DAY)),
        placed_at: Some(NOW.plus(-days_ago * DAY)),
        paid_fen: Some(Fen(fen)),
        total_fen: Some(Fen(fen)),
        lines: vec![line("Z1", 1)],
        address: Some("浙江省杭州市西湖区文三路9号".into()),
        ..version(shop, number)
    }
}

async fn see(db: &TestDb, org: Id, id: Id) -> CustomerView {
    db.read(move |tx| customers::customer(tx, NOW, &Actor::program(org), id))
        .await
        .expect("seen")
}

async fn count(db: &TestDb, org: Id, rule: SegmentRule) -> i64 {
    db.read(move |tx| customers::count_segment(tx, NOW, &Actor::program(org), &rule))
        .await
        .expect("counted")
        .count
}

on_both! { TABLES;
    async fn figures_follow_orders_and_what_is_taken_back(db: &TestDb) {
        let scene = scene(db).await;
        let (org, who, shop) = (scene.org, Actor::program(scene.org), scene.shops[0]);
        let sku = stock(db, org, "Z1", 9).await;
        let first = upsert(db, &who, paid(shop, "1", 90, 9_900)).await.expect("an order");
        upsert(db, &who, paid(shop, "2", 10, 5_000)).await.expect("an order");
        let id = first.customer.expect("a buyer");
        let seen = see(db, org, id).await;
        assert_eq!((seen.first_paid_at, seen.last_paid_at), (NOW.plus(-90 * DAY), NOW.plus(-10 * DAY)));
        assert_eq!((seen.member_since.0, seen.refunds, seen.problem), (0, 0, None));
        let recent = SegmentRule { recency_days: Some(Span { min: None, max: Some(30) }), ..SegmentRule::default() };
        let here = SegmentRule {
            skus: vec![sku],
            regions: vec![Region { province: "浙江".into(), city: Some("杭州".into()) }],
            orders: Some(Span { min: Some(2), max: Some(2) }),
            spent_fen: Some(Span { min: Some(14_900), max: None }),
            ..SegmentRule::default()
        };
        assert_eq!((count(db, org, recent.clone()).await, count(db, org, here.clone()).await), (1, 1));

        let back = NewOrder { pay_status: Some(PayStatus::Refunded), order_status: Some(OrderStatus::Closed), after_status: Some(AfterStatus::Done),
            changed_at: Some(NOW.plus(-DAY)), ..version(shop, "2") };
        upsert(db, &who, back).await.expect("paid back");
        let seen = see(db, org, id).await;
        assert_eq!((seen.last_paid_at, seen.customer.orders), (NOW.plus(-90 * DAY), 1));
        let problem = seen.problem.expect("a problem");
        assert_eq!((seen.refunds, problem.kind.as_str(), problem.at), (1, "refund", NOW.plus(-DAY)));
        assert_eq!((count(db, org, recent).await, count(db, org, here).await), (0, 0));
    }

    async fn what_was_paid_back_or_closed_is_not_spent(db: &TestDb) {
        let scene = scene(db).await;
        let (org, who, shop) = (scene.org, Actor::program(scene.org), scene.shops[0]);
        let id = upsert(db, &who, paid(shop, "1", 9, 1_000)).await.expect("an order").customer.expect("a buyer");
        upsert(db, &who, paid(shop, "2", 8, 5_000)).await.expect("an order");
        let back = |number: &str, fen: i64, at: i64| NewOrder { refund_fen: Some(Fen(fen)), after_status: Some(AfterStatus::Done), changed_at: Some(NOW.plus(at)), ..version(shop, number) };
        // A part, then the rest: the order of which nothing is left is none.
        upsert(db, &who, back("1", 400, -9)).await.expect("paid back in part");
        assert_eq!(sums(db, org, id).await, (5_600, 2));
        upsert(db, &who, back("1", 1_000, -8)).await.expect("paid back");
        assert_eq!(sums(db, org, id).await, (5_000, 1));
        let more = upsert(db, &who, back("2", 999_999, -7)).await.expect_err("refused");
        assert_eq!((more.code.as_ref(), more.field.as_deref(), &more.params["most"]), ("refund_above_paid", Some("refund_fen"), &5_000.into()));
        // Closed by the platform, whatever it says of the money.
        let closed = NewOrder { order_status: Some(OrderStatus::Closed), changed_at: Some(NOW.plus(-6)), ..version(shop, "2") };
        upsert(db, &who, closed).await.expect("closed");
        assert_eq!(sums(db, org, id).await, (0, 0));
        // What costs nothing is an order all the same.
        upsert(db, &who, paid(shop, "3", 7, 0)).await.expect("a gift");
        assert_eq!(sums(db, org, id).await, (0, 1));
        let nonsense = NewOrder { lines: vec![orders::NewLine { price_fen: Fen(10_000_000_000), ..line("Z1", 1_000_000) }], ..version(shop, "4") };
        assert_eq!(upsert(db, &who, nonsense).await.expect_err("refused").field.as_deref(), Some("lines"));
    }

    async fn the_first_completed_deal_makes_a_member_and_spending_raises_the_level(db: &TestDb) {
        let scene = scene(db).await;
        let (org, who, shop) = (scene.org, Actor::program(scene.org), scene.shops[0]);
        let level = |level, name: &str, from, price_percent| MemberLevel { level, name: name.into(), from_fen: Fen(from), price_percent };
        let set = |levels| { let who = who.clone(); db.write(move |tx| customers::set_levels(tx, NOW, &who, &NewLevels { levels: Vec::clone(&levels) })) };
        let wrong = set(vec![level(1, "会员", 0, 95), level(2, "银卡", 0, 90)]).await.expect_err("refused");
        assert_eq!((wrong.code.as_ref(), wrong.field.as_deref()), ("levels_invalid", Some("levels")));
        set(vec![level(1, "会员", 0, 98), level(2, "银卡", 10_000, 95), level(3, "金卡", 50_000, 90)]).await.expect("kept");
        let first = upsert(db, &who, paid(shop, "1", 9, 9_900)).await.expect("an order");
        let id = first.customer.expect("a buyer");
        assert_eq!(see(db, org, id).await.customer.level, 0, "no deal is completed yet");
        let done = NewOrder { order_status: Some(OrderStatus::Done), ship_status: Some(ShipStatus::Signed), done_at: Some(NOW.plus(-2 * DAY)), ..version(shop, "1") };
        upsert(db, &who, done).await.expect("completed");
        let seen = see(db, org, id).await;
        assert_eq!((seen.customer.level, seen.member_since, seen.level_name.as_deref(), seen.price_percent), (1, NOW.plus(-2 * DAY), Some("会员"), Some(98)));
        upsert(db, &who, paid(shop, "2", 1, 60_000)).await.expect("an order");
        assert_eq!(see(db, org, id).await.customer.level, 3, "a purchase raises it at once");
        let back = NewOrder { pay_status: Some(PayStatus::Refunded), order_status: Some(OrderStatus::Closed), changed_at: Some(NOW), ..version(shop, "2") };
        upsert(db, &who, back).await.expect("paid back");
        let seen = see(db, org, id).await;
        assert_eq!((seen.customer.level, seen.customer.spent_fen), (3, Fen(9_900)), "it is never lowered by itself");
        let raised: Vec<String> = log(db).await.into_iter().filter(|row| row.kind == "customer.level_raised").map(|row| row.data).collect();
        assert_eq!(raised.len(), 2);
        assert!(raised[0].contains(r#""level":[0,1]"#) && raised[1].contains(r#""level":[1,3]"#), "{raised:?}");
    }

    async fn new_levels_raise_members_soon(db: &TestDb) {
        let scene = scene(db).await;
        let (org, who, shop) = (scene.org, Actor::program(scene.org), scene.shops[0]);
        let done = NewOrder { order_status: Some(OrderStatus::Done), ..paid(shop, "1", 9, 9_900) };
        let id = upsert(db, &who, done).await.expect("an order").customer.expect("a buyer");
        let levels = vec![MemberLevel { level: 5, name: "会员".into(), from_fen: Fen(0), price_percent: 99 }];
        db.write(move |tx| customers::set_levels(tx, NOW, &who, &NewLevels { levels: levels.clone() })).await.expect("kept");
        let jobs = db.write(|tx| tx.claim_jobs(NOW, 1_000, 9)).await.expect("claimed");
        let job = jobs.into_iter().find(|job| customers::JOBS.contains(&job.kind.as_str())).expect("a job");
        db.write(move |tx| customers::run_job(tx, NOW, &job)).await.expect("done");
        assert_eq!(see(db, org, id).await.customer.level, 5);
    }

    async fn who_is_due_is_told_once(db: &TestDb) {
        let scene = scene(db).await;
        assert_eq!(db.write(|tx| orders::archive::work(tx, NOW, 9)).await, Ok(0));
        let who = Actor::program(scene.org);
        let id = upsert(db, &who, paid(scene.shops[0], "1", 9, 9_900)).await.expect("an order").customer.expect("a buyer");
        db.write(move |tx| {
            tx.exec("INSERT INTO archive_due (org_id, customer_id) VALUES ($1, $2)", store::args![scene.org, id])?;
            tx.exec("UPDATE customer SET last_paid_at = 0", store::args![])
        }).await.expect("due");
        assert_eq!(db.write(|tx| orders::archive::work(tx, NOW, 9)).await, Ok(1));
        assert_eq!(db.write(|tx| orders::archive::work(tx, NOW, 9)).await, Ok(0));
        assert_eq!(see(db, scene.org, id).await.last_paid_at, NOW.plus(-9 * DAY));
    }
}
