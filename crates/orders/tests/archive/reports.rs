//! Who buys again, worked out by hand and by the program.

use base::{Actor, Fen, Id, Ms, Permission, Shops};
use orders::archive::{BuyersReport, ReportAsk, ReportForm, ReportPart};
use orders::{Buyer, NewOrder, PayStatus};
use store::on_both;
use store::testing::TestDb;

use crate::scene::{NOW, Scene, TABLES, agent, code, scene, upsert, version};

/// The tenth of a month of 2026 at noon, Shanghai time.
fn day(month: i8) -> Ms {
    let at = jiff::civil::date(2026, month, 10)
        .at(12, 0, 0, 0)
        .in_tz("Asia/Shanghai")
        .expect("a moment");
    Ms(at.timestamp().as_millisecond())
}

async fn bought(db: &TestDb, scene: &Scene, shop: usize, who: &str, month: i8, fen: i64) {
    let number = format!("{who}-{month}-{fen}-{shop}");
    let new = NewOrder {
        buyer: Some(Buyer {
            kind: customers::IdentityKind::Nick,
            value: who.into(),
            name: None,
        }),
        pay_status: Some(PayStatus::Paid),
        paid_at: Some(day(month)),
        paid_fen: Some(Fen(fen)),
        total_fen: Some(Fen(fen)),
        ..version(scene.shops[shop], &number)
    };
    upsert(db, &Actor::program(scene.org), new)
        .await
        .expect("an order");
}

fn ask(from: &str, to: &str, shop: Option<Id>) -> ReportAsk {
    ReportAsk {
        shop,
        from: Some(from.into()),
        to: Some(to.into()),
    }
}

async fn report(db: &TestDb, who: &Actor, ask: ReportAsk) -> Result<BuyersReport, base::Problem> {
    let who = who.clone();
    db.read(move |tx| orders::archive::buyers_report(tx, NOW, &who, &ask))
        .await
}

on_both! { TABLES;
    async fn repeat_buyers_retention_and_who_makes_most(db: &TestDb) {
        let scene = scene(db).await;
        for (who, month, fen) in [("甲", 1, 10_000), ("甲", 2, 60_000), ("乙", 2, 10_000), ("乙", 2, 5_000), ("丙", 2, 5_000), ("丙", 4, 10_000)] {
            bought(db, &scene, 0, who, month, fen).await;
        }
        let who = Actor::program(scene.org);
        let all = report(db, &who, ask("2026-02", "2026-04", None)).await.expect("a report");
        let months: Vec<_> = all.months.iter().map(|m| (m.month.as_str(), m.buyers, m.new_buyers, m.repeat_buyers, m.orders, m.revenue_fen.0, m.repeat_revenue_fen.0)).collect();
        assert_eq!(months, [
            ("2026-02", 3, 2, 2, 4, 80_000, 70_000),
            ("2026-03", 0, 0, 0, 0, 0, 0),
            ("2026-04", 1, 0, 1, 1, 10_000, 10_000),
        ], "one who paid before the time is not new, and one who paid twice in their first month is a repeat buyer");
        let cohorts: Vec<_> = all.cohorts.iter().map(|c| (c.customers, c.came_back.clone())).collect();
        assert_eq!(cohorts, [(2, vec![2, 0, 1]), (0, vec![0, 0]), (0, vec![0])]);
        let sums = &all.sums;
        assert_eq!((sums.buyers, sums.new_buyers, sums.repeat_buyers, sums.orders), (3, 2, 3, 5));
        assert_eq!((sums.revenue_fen, sums.repeat_revenue_fen), (Fen(90_000), Fen(80_000)));
        let top: Vec<_> = all.top.iter().map(|one| (one.name.as_str(), one.revenue_fen.0, one.together)).collect();
        assert_eq!(&top[0], &("甲", 60_000, 6_666));
        assert_eq!((top[1].1, top[2].1, top[2].2, sums.makers), (15_000, 15_000, 10_000, 2), "75,000 of 90,000 are the first two");
    }

    async fn orders_whose_buyer_nobody_knows_are_told_and_not_counted(db: &TestDb) {
        let scene = scene(db).await;
        bought(db, &scene, 0, "甲", 2, 10_000).await;
        for (number, month, shop, status) in [("A", 2, 0, PayStatus::Paid), ("B", 3, 1, PayStatus::Paid), ("C", 5, 0, PayStatus::Paid), ("D", 2, 0, PayStatus::Unpaid)] {
            let paid_at = (status == PayStatus::Paid).then(|| day(month));
            let new = NewOrder { buyer: None, customer: None, pay_status: Some(status), placed_at: Some(day(month)), paid_at, paid_fen: Some(Fen(2_000)), total_fen: Some(Fen(2_000)), ..version(scene.shops[shop], number) };
            upsert(db, &Actor::program(scene.org), new).await.expect("an order");
        }
        let who = Actor::program(scene.org);
        let of = |shop: Option<Id>| { let who = who.clone(); async move {
            let sums = report(db, &who, ask("2026-02", "2026-04", shop)).await.expect("a report").sums;
            (sums.orders, sums.nameless_orders, sums.nameless_fen)
        }};
        assert_eq!(of(None).await, (1, 2, Fen(4_000)));
        assert_eq!(of(Some(scene.shops[1])).await, (0, 1, Fen(2_000)));
    }

    async fn members_of_each_level_and_what_they_buy(db: &TestDb) {
        let scene = scene(db).await;
        for (who, month, fen) in [("甲", 1, 10_000), ("甲", 2, 60_000), ("乙", 2, 10_000), ("乙", 3, 5_000), ("丙", 2, 5_000), ("丁", 1, 700)] {
            bought(db, &scene, 0, who, month, fen).await;
        }
        let org = scene.org;
        let who = Actor::program(org);
        let shop = scene.shops[0];
        db.write(move |tx| {
            let who = Actor::program(org);
            let level = |level, name: &str, from, price_percent| customers::MemberLevel { level, name: name.into(), from_fen: Fen(from), price_percent };
            let new = customers::NewLevels { levels: vec![level(1, "银卡", 100_000, 98), level(2, "金卡", 500_000, 95), level(3, "黑卡", 900_000, 90)] };
            customers::set_levels(tx, NOW, &who, &new)?;
            for (nick, level) in [("甲", 2), ("乙", 1), ("丁", 1)] {
                let id = customers::by_identity(tx, org, customers::IdentityKind::Nick, shop, nick)?.expect("known");
                let change = customers::CustomerChange { level: Some(level), ..customers::CustomerChange::default() };
                customers::edit_customer(tx, NOW, &who, id, &change)?;
            }
            Ok(())
        }).await.expect("levels");
        let all = report(db, &who, ask("2026-02", "2026-03", None)).await.expect("a report");
        let lines: Vec<_> = all.levels.iter().map(|l| (l.level, l.name.as_deref(), l.members, l.buyers, l.repeat_buyers, l.orders, l.revenue_fen.0)).collect();
        assert_eq!(lines, [
            (0, None, 1, 1, 0, 1, 5_000),
            (1, Some("银卡"), 2, 1, 1, 2, 15_000),
            (2, Some("金卡"), 1, 1, 1, 1, 60_000),
            (3, Some("黑卡"), 0, 0, 0, 0, 0),
        ], "one who paid before the time is a member and no buyer of it");
        assert_eq!(all.levels.iter().map(|l| l.revenue_fen.0).sum::<i64>(), all.sums.revenue_fen.0);
        let csv = orders::archive::write_report(&all, ReportPart::Levels, ReportForm::Csv).expect("a file");
        let csv = String::from_utf8(csv).expect("text");
        assert!(csv.contains("\n1,银卡,2,1,1,100.00%,2,150.00,75.00\r") && csv.contains("\n3,黑卡,0,0,0,,0,0.00,\r"), "{csv}");
    }

    async fn months_begin_where_the_shop_is(db: &TestDb) {
        let scene = scene(db).await;
        let edge = jiff::civil::date(2026, 3, 1).at(0, 30, 0, 0).in_tz("Asia/Shanghai").expect("a moment");
        let new = NewOrder {
            buyer: Some(Buyer { kind: customers::IdentityKind::Nick, value: "丁".into(), name: None }),
            pay_status: Some(PayStatus::Paid),
            paid_at: Some(Ms(edge.timestamp().as_millisecond())),
            paid_fen: Some(Fen(100)),
            ..version(scene.shops[0], "E")
        };
        upsert(db, &Actor::program(scene.org), new).await.expect("an order");
        let all = report(db, &Actor::program(scene.org), ask("2026-02", "2026-03", None)).await.expect("a report");
        assert_eq!(all.months.iter().map(|m| m.buyers).collect::<Vec<_>>(), [0, 1]);
    }

    async fn reports_cover_the_shops_in_reach_and_are_exported_with_a_right(db: &TestDb) {
        let scene = scene(db).await;
        bought(db, &scene, 0, "甲", 2, 1_000).await;
        bought(db, &scene, 1, "乙", 2, 7_000).await;
        let rights = [Permission::SeeCustomers, Permission::SeeOrders];
        let one = agent(scene.org, &rights, Shops::only(vec![scene.shops[0]]));
        let month = |shop| ask("2026-02", "2026-02", shop);
        assert_eq!(report(db, &one, month(None)).await.expect("a report").sums.revenue_fen, Fen(1_000));
        assert_eq!(code(report(db, &one, month(Some(scene.shops[1]))).await), "not_found");
        assert_eq!(code(report(db, &agent(scene.org, &rights[..1], Shops::All), month(None)).await), "forbidden");
        assert_eq!(report(db, &Actor::program(scene.other), month(None)).await.expect("a report").sums.buyers, 0);
        for (from, to, refusal) in [("2026-13", "2026-02", "month_invalid"), ("2026-03", "2026-02", "range_invalid"), ("2020-01", "2026-02", "too_long")] {
            assert_eq!(code(report(db, &one, ask(from, to, None)).await), refusal);
        }
        let export = |who: &Actor| { let who = who.clone(); db.write(move |tx| orders::archive::report_to_export(tx, NOW, &who, &ask("2026-02", "2026-02", None))) };
        assert_eq!(code(export(&one).await), "forbidden");
        let told = export(&Actor::program(scene.org)).await.expect("a report");
        let csv = orders::archive::write_report(&told, ReportPart::Months, ReportForm::Csv).expect("a file");
        let csv = String::from_utf8(csv).expect("text");
        assert!(csv.contains("2026-02,2,2,0,0.00%,2,80.00,0.00,0.00%"), "{csv}");
        let book = orders::archive::write_report(&told, ReportPart::Cohorts, ReportForm::Xlsx).expect("a file");
        assert!(book.starts_with(b"PK"));
    }

    async fn repeat_buyers_make_their_part_of_the_profit_and_lines_without_a_cost_are_told(db: &TestDb) {
        let scene = scene(db).await;
        let sku = crate::scene::stock(db, scene.org, "T-1", 100).await;
        bought_of(db, &scene, ("甲", 1, 10_000), "T-1", 1).await;
        costs(db, &scene, "T-1", 4_000).await;
        bought_of(db, &scene, ("甲", 2, 20_000), "T-1", 2).await;
        bought_of(db, &scene, ("乙", 2, 10_000), "T-1", 1).await;
        bought_of(db, &scene, ("乙", 3, 30_000), "T-1", 3).await;
        bought_of(db, &scene, ("丙", 3, 5_000), "T-9", 1).await;
        bought(db, &scene, 0, "丁", 3, 700).await;
        // What orders keep is what was known when they were made.
        costs(db, &scene, "T-1", 9_000).await;
        let who = Actor::program(scene.org);
        let all = report(db, &who, ask("2026-01", "2026-04", None)).await.expect("a report");
        let profit = all.profit.expect("seen");
        assert_eq!((profit.orders, profit.revenue_fen, profit.profit_fen), (3, Fen(60_000), Fen(60_000 - 6 * 4_000)));
        assert_eq!((profit.repeat_revenue_fen, profit.repeat_profit_fen), (Fen(50_000), Fen(50_000 - 5 * 4_000)));
        assert_eq!((profit.orders_without, profit.lines_without, profit.revenue_without_fen), (3, 2, Fen(15_700)));
        // The same order heard of again keeps it, also where its lines are told anew.
        bought_of(db, &scene, ("乙", 3, 30_000), "T-1", 3).await;
        assert_eq!(report(db, &who, ask("2026-01", "2026-04", None)).await.expect("a report").profit, Some(profit));
        let february = report(db, &who, ask("2026-02", "2026-02", None)).await.expect("a report").profit.expect("seen");
        assert_eq!((february.orders, february.profit_fen, february.repeat_profit_fen), (2, Fen(18_000), Fen(12_000)));

        // Who keeps no catalogue sees no costs.
        let plain = agent(scene.org, &[Permission::SeeCustomers, Permission::SeeOrders], Shops::All);
        assert_eq!(report(db, &plain, ask("2026-01", "2026-04", None)).await.expect("a report").profit, None);
        let of = db.read(move |tx| catalogue::sku(tx, scene.org, sku)).await.expect("read").expect("there");
        assert_eq!(of.cost_fen, None, "nor does a room that asks no right");
        for (who, cost) in [(plain, None), (who, Some(Fen(9_000)))] {
            let seen = db.read(move |tx| catalogue::product(tx, &who, of.product)).await.expect("seen");
            assert_eq!(seen.skus[0].cost_fen, cost);
        }
    }
}

/// Says what a piece costs.
async fn costs(db: &TestDb, scene: &Scene, code: &str, fen: i64) {
    let new: catalogue::NewProduct = serde_json::from_value(serde_json::json!({
        "code": format!("P-{code}"), "skus": [{"code": code, "cost_fen": fen}],
    }))
    .expect("a change");
    let who = Actor::program(scene.org);
    db.write(move |tx| catalogue::upsert_product(tx, NOW, &who, &new))
        .await
        .expect("changed");
}

/// An order of so many pieces of one SKU.
async fn bought_of(db: &TestDb, scene: &Scene, (who, month, fen): (&str, i8, i64), code: &str, pieces: i64) {
    let new = NewOrder {
        buyer: Some(Buyer {
            kind: customers::IdentityKind::Nick,
            value: who.into(),
            name: None,
        }),
        pay_status: Some(PayStatus::Paid),
        paid_at: Some(day(month)),
        paid_fen: Some(Fen(fen)),
        total_fen: Some(Fen(fen)),
        lines: vec![crate::scene::line(code, pieces)],
        ..version(scene.shops[0], &format!("{who}-{month}-{fen}"))
    };
    upsert(db, &Actor::program(scene.org), new)
        .await
        .expect("an order");
}
