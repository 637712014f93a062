//! The desk's lists go along their indexes among many rows, on both engines.

use base::Id;
use store::testing::TestDb;
use store::{Arg, on_both};

use super::trouble::TroubleFilter;
use super::watch::{OverdueReason, WatchFilter};
use super::{alarm, ask, doubt, expected, gift, list, passes, trouble, watch};

const TABLES: &[store::Schema] = &[team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, crate::SCHEMA];
const MANY: i64 = 20_000;

/// Rows numbered by `i`, of which the last hundred are of today.
async fn many(db: &TestDb) {
    let sqlite = db.engine_name().eq_ignore_ascii_case("sqlite");
    db.write(move |tx| {
        for (into, row) in [
            (
                "order_ask (org_id, id, order_id, shop_id, kind, text, hard, state, person_id, at, decided_note)",
                "1, i, i, 2 + i % 3, CASE i % 6 WHEN 0 THEN 'price' ELSE 'remark' END, '', 0,
                 CASE WHEN i % 500 = 0 THEN 'open' ELSE 'done' END, 7, i, ''",
            ),
            (
                "desk_trouble (org_id, id, shop_id, kind, text, at, person_id, solved_at, solution)",
                "1, i, 2 + i % 3, 'lost', '', i, 7, CASE WHEN i % 500 > 0 THEN i END, ''",
            ),
            (
                "parcel_pass (org_id, id, parcel_id, shop_id, person_id, at)",
                "1, i, i, 2 + i % 3, 7, i",
            ),
            (
                "gift_given (org_id, rule_id, order_id, customer_id, quantity)",
                "1, i % 3, i, i, 1",
            ),
            (
                "desk_alarm (org_id, id, shop_id, parcel_id, why, was, at, seen_at)",
                "1, i, 2 + i % 3, i, 'refund', 'packed', i, CASE WHEN i % 500 > 0 THEN i END",
            ),
            (
                "stock_doubt (org_id, id, sku_id, cause, shop_id, text, books, at, person_id, times, last_at, counted_at, reason)",
                "1, i, i, 'hand', 0, '', 3, i, 7, 1, i, CASE WHEN i % 500 > 0 THEN i END, ''",
            ),
            (
                "parcel (org_id, id, shop_id, state, since_at, made_at, rev, address_hash, courier, courier_set, urgent,
                   checks, promise_at, look_at, shipped_at, shipped_by, arrived_at, due_at, quiet_at, watch_at)",
                "1, i, 2 + i % 3, 'shipped', i, i, 1, '', 'YTO', 0, 0, '[]', i, i, i, 7,
                 CASE WHEN i % 50 > 0 THEN i END, i + 7, i, i",
            ),
        ] {
            let sql = format!(
                "INSERT INTO {into} WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {MANY})
                 SELECT {row} FROM s"
            );
            tx.exec(&sql, &[])?;
        }
        tx.exec(if sqlite { "ANALYZE" } else { "ANALYZE order_ask, desk_trouble, parcel_pass, gift_given, desk_alarm, stock_doubt, parcel" }, &[])
            .map(|_| ())
    })
    .await
    .expect("rows");
}

/// How the engine answers a statement.
async fn plan(db: &TestDb, sql: String, arguments: Vec<Arg<'static>>) -> String {
    let sqlite = db.engine_name().eq_ignore_ascii_case("sqlite");
    let (head, column) = if sqlite {
        ("EXPLAIN QUERY PLAN", 3)
    } else {
        ("EXPLAIN", 0)
    };
    let lines: Vec<String> = db
        .read(move |tx| tx.rows(&format!("{head} {sql}"), &arguments, |row| row.get(column)))
        .await
        .expect("a plan");
    lines.join("\n")
}

on_both! { TABLES;
    async fn each_list_of_the_desk_goes_along_its_index(db: &TestDb) {
        many(db).await;
        let (org, last) = (Arg::from(Id(1)), Arg::from(i64::MAX));
        let shops = "shop_id IN (2, 3)";
        let some = [Arg::from(Id(7)), Arg::from(Id(9))];
        let (most, whole) = (Arg::from(51_i64), Arg::from(0_i64));
        let late = vec![org, Arg::from(MANY / 2), Arg::from(i64::MIN), whole, most];
        // What begins a page is read in the order of the page; the rest is a handful.
        let cases: Vec<(String, Vec<Arg<'static>>, &str, bool)> = vec![
            (ask::statement(shops), vec![org, Arg::from("open"), last, Arg::from(None::<&str>), most], "order_ask_list", true),
            // Or along those of talks, as prices that are to be decided are a handful themselves.
            (ask::statement(shops), vec![org, Arg::from("open"), last, Arg::from(Some("price")), most], "order_ask_", false),
            (trouble::statement(&TroubleFilter::default(), shops), vec![org, whole, most], "desk_trouble_open", true),
            (watch::statement(&WatchFilter::default(), shops), late.clone(), "parcel_watch", true),
            (watch::statement(&WatchFilter { reason: Some(OverdueReason::Late), ..WatchFilter::default() }, shops), late, "parcel_watch", true),
            (expected::UNDER_WAY.to_owned(), vec![org, whole, most], "parcel_under_way", true),
            (alarm::statement(false, shops), vec![org, whole, most], "desk_alarm_open", true),
            (doubt::statement(false), vec![org, whole, most], "stock_doubt_waiting", true),
            (passes::statement(2), vec![org, some[0], some[1]], "parcel_pass_parcel", false),
            (gift::given_with(2), vec![org, some[0], some[1]], "gift_given_order", false),
            (format!("{}{shops}", list::SHIPPED_SINCE), vec![org, Arg::from(MANY - 100)], "parcel_shipped", false),
        ];
        for (sql, arguments, index, in_order) in cases {
            let plan = plan(db, sql.clone(), arguments).await;
            assert!(plan.contains(index), "{sql}\n{plan}");
            assert!(!in_order || !(plan.contains("Sort") || plan.contains("TEMP B-TREE")), "{sql}\n{plan}");
        }
    }
}
