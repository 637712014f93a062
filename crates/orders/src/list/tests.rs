//! Every way of finding orders goes along an index, on both engines, also among many.

use base::{Fen, Id, Ms, Permission, Who};
use store::on_both;
use store::testing::TestDb;

use super::*;
use crate::merge::Merged;
use crate::new_order::Version;
use crate::status::{OrderStatus, PayStatus, ShipStatus};

const TABLES: &[store::Schema] = &[team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, crate::SCHEMA];
const NOW: Ms = Ms(1_790_000_000_000);
const ORG: Id = Id(1);
const SHOP: Id = Id(2);
const MANY: i64 = 6_000;

fn seller() -> Actor {
    Actor {
        org: ORG,
        who: Who::Person(Id(7)),
        permissions: [Permission::SeeOrders].into_iter().collect(),
        shops: Shops::only(vec![SHOP]),
    }
}

/// Thousands of orders, of which one in a hundred is not done.
async fn many(db: &TestDb) {
    db.write(|tx| {
        let mut states = Vec::new();
        for i in 0..MANY {
            let mut merged = Merged::default();
            let at = NOW.plus(-i * 60_000);
            let (order, pay) = match i % 300 {
                0 => (OrderStatus::Open, PayStatus::Unpaid),
                100 => (OrderStatus::Closed, PayStatus::Unpaid),
                200 => (OrderStatus::Closed, PayStatus::Refunded),
                _ => (OrderStatus::Done, PayStatus::Paid),
            };
            merged.hear(&Version {
                order: Some(order),
                pay: Some(pay),
                ship: Some(if order == OrderStatus::Done {
                    ShipStatus::Signed
                } else {
                    ShipStatus::None
                }),
                placed_at: Some(at),
                changed_at: Some(at),
                paid_fen: Some(Fen(100 + i)),
                total_fen: Some(Fen(100 + i)),
                phone: Some(format!("138{i:08}")),
                waybill: Some(format!("YT{i:010}")),
                ..Version::default()
            });
            merged.customer = Some(Id(50_000 + i % 2_000));
            let mut state = State::new(tx.id(), NOW, SHOP, "taobao".into(), format!("N{i:08}"));
            state.merged = merged;
            state.settle();
            states.push(state);
        }
        for part in states.chunks(200) {
            State::make(
                tx,
                ORG,
                &part.iter().map(|state| (state, None)).collect::<Vec<_>>(),
            )?;
            let whose: Vec<_> = part
                .iter()
                .filter_map(|state| Some((state.merged.customer?, state.id)))
                .collect();
            filed::keep(tx, ORG, &whose)?;
        }
        Ok(())
    })
    .await
    .expect("orders");
}

/// How the engine answers what is asked.
async fn plan(db: &TestDb, filter: OrderFilter) -> String {
    let sqlite = db.engine_name().eq_ignore_ascii_case("sqlite");
    db.write(move |tx| {
        tx.exec(
            if sqlite {
                "ANALYZE"
            } else {
                "ANALYZE shop_order, order_secret"
            },
            &[],
        )?;
        let asked = Asked::of(tx, &seller(), &filter)?;
        // As many as are looked through at once.
        let end = filter.min_fen.map(|_| [NOW.plus(-500 * 60_000).0, 0]);
        let (sql, arguments) = asked.statement(&filter, [i64::MAX; 2], end, 51);
        let (head, column) = if sqlite {
            ("EXPLAIN QUERY PLAN", 3)
        } else {
            ("EXPLAIN", 0)
        };
        let lines: Vec<String> = tx.rows(&format!("{head} {sql}"), &arguments, |row| row.get(column))?;
        Ok(lines.join("\n"))
    })
    .await
    .expect("a plan")
}

async fn found(db: &TestDb, filter: OrderFilter) -> Vec<String> {
    db.read(move |tx| Ok(find(tx, &seller(), &filter, None, 50)?.states))
        .await
        .expect("orders")
        .into_iter()
        .map(|state| state.number)
        .collect()
}

on_both! { TABLES;
    async fn each_way_of_finding_orders_goes_along_its_index(db: &TestDb) {
        many(db).await;
        let f = OrderFilter::default;
        let some = |text: &str| Some(text.to_owned());
        let cases: Vec<(OrderFilter, &[&str], &[&str])> = vec![
            (OrderFilter { q: some("N0000123"), ..f() }, &["shop_order_number"], &["N00001230", "N00001239"]),
            (OrderFilter { phone4: some("4321"), ..f() }, &["COVERING INDEX order_secret_phone", "Scan using order_secret_phone", "Scan on order_secret_phone"], &["N00004321", "N00004321"]),
            (OrderFilter { customer: Some(Id(51_999)), ..f() }, &["customer_order_pkey", "SEARCH f USING PRIMARY KEY"], &["N00001999", "N00005999"]),
            (OrderFilter { status: some("unpaid"), ..f() }, &["shop_order_open"], &["N00000000", "N00005700"]),
            (OrderFilter { status: some("closed"), ..f() }, &["shop_order_closed"], &["N00000100", "N00005800"]),
            (OrderFilter { status: some("refunded"), ..f() }, &["shop_order_refunded"], &["N00000200", "N00005900"]),
            (OrderFilter { from: Some(NOW.plus(-61 * 60_000)), to: Some(NOW.plus(-59 * 60_000)), ..f() }, &["shop_order_shop", "shop_order_all"], &["N00000060", "N00000061"]),
            (OrderFilter { min_fen: Some(Fen(5_100)), max_fen: Some(Fen(5_101)), ..f() }, &["shop_order_shop", "shop_order_all"], &["N00005000", "N00005001"]),
        ];
        // A customer nobody knows is not found; these are none of the customers' room here.
        db.write(|tx| {
            tx.exec(
                "INSERT INTO customer (org_id, id, name, folded, level, vip, vip_note, note, known, spent_fen, orders, created_at)
                 VALUES ($1, $2, '', '', 0, 0, '', '', 0, 0, 0, 0)",
                args![ORG, 51_999],
            )?;
            Ok(())
        }).await.expect("a customer");
        for (filter, indexes, ends) in cases {
            let plan = plan(db, filter.clone()).await;
            assert!(indexes.iter().any(|index| plan.contains(index)), "{filter:?}: {plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("SCAN o") && !plan.contains("SCAN s"), "{filter:?}: {plan}");
            let mut numbers = found(db, filter.clone()).await;
            numbers.sort();
            assert_eq!([numbers.first().map(String::as_str), numbers.last().map(String::as_str)], [Some(ends[0]), Some(ends[1])], "{filter:?}");
        }
        let by_waybill = found(db, OrderFilter { waybill: some("YT000000432"), ..f() }).await;
        assert_eq!((by_waybill.len(), by_waybill[0].as_str()), (10, "N00004320"));
        assert!(found(db, OrderFilter { waybill: some("YT1"), ..f() }).await.is_empty());
    }

    async fn a_page_by_amount_goes_on_where_it_stopped(db: &TestDb) {
        many(db).await;
        let filter = OrderFilter { min_fen: Some(Fen(4_000)), max_fen: Some(Fen(4_004)), ..OrderFilter::default() };
        let (mut before, mut seen) = (None, Vec::new());
        for _ in 0..9 {
            let filter = filter.clone();
            let page = db.read(move |tx| find(tx, &seller(), &filter, before, 2)).await.expect("a page");
            seen.extend(page.states.into_iter().map(|state| state.number));
            before = page.next;
            if before.is_none() { break; }
        }
        assert_eq!(seen, ["N00003900", "N00003901", "N00003902", "N00003903", "N00003904"]);
    }

    async fn what_cannot_be_looked_for_is_said(db: &TestDb) {
        for (filter, field) in [
            (OrderFilter { phone4: Some("12a4".into()), ..OrderFilter::default() }, "phone4"),
            (OrderFilter { phone4: Some("13812345678".into()), ..OrderFilter::default() }, "phone4"),
            (OrderFilter { status: Some("lost".into()), ..OrderFilter::default() }, "status"),
        ] {
            let refused = db.read(move |tx| find(tx, &seller(), &filter, None, 5).map(|found| found.states.len())).await.expect_err("refused");
            assert_eq!(refused.field.as_deref(), Some(field));
        }
    }
}
