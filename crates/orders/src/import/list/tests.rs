//! The list of imports goes along its indexes among many, on both engines.

use base::{Permission, Shops, Who};
use store::testing::TestDb;
use store::{Arg, args, on_both};

use super::*;

const TABLES: &[store::Schema] = &[team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, crate::SCHEMA];
const MANY: i64 = 20_000;

async fn many(db: &TestDb) {
    let sqlite = db.engine_name().eq_ignore_ascii_case("sqlite");
    let rows = format!(
        "INSERT INTO import_run (org_id, id, shop_id, person_id, made_at, file, path, bytes, hash, state, ask, sheets,
             cursor_sheet, cursor_row, slices, summed_to, n_read, n_created, n_changed, n_unchanged, n_refused,
             n_masked, beat_at, given_back, kept, unknown_words, worker, needs)
         WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {MANY})
         SELECT 1, i, 2 + i % 50, 7, i, '', '', 1, '', CASE WHEN i % 1000 = 0 THEN 'failed' ELSE 'done' END, '{{}}',
             '[]', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, i, 0, 0, '{{}}', 0, 1 FROM s"
    );
    db.write(move |tx| {
        tx.exec(&rows, &[])?;
        tx.exec(
            "INSERT INTO import_into (org_id, run_id, shop_id) SELECT 1, id, shop_id FROM import_run",
            &[],
        )?;
        tx.exec(
            if sqlite {
                "ANALYZE"
            } else {
                "ANALYZE import_run, import_into"
            },
            &[],
        )
        .map(drop)
    })
    .await
    .expect("rows");
}

/// How the engine answers a statement.
async fn plan(db: &TestDb, sql: String, arguments: Vec<Arg<'static>>) -> String {
    let (head, column) = match db.engine_name().eq_ignore_ascii_case("sqlite") {
        true => ("EXPLAIN QUERY PLAN", 3),
        false => ("EXPLAIN", 0),
    };
    let lines: Vec<String> = db
        .read(move |tx| tx.rows(&format!("{head} {sql}"), &arguments, |row| row.get(column)))
        .await
        .expect("a plan");
    lines.join("\n")
}

on_both! { TABLES;
    async fn each_way_of_listing_imports_goes_along_its_index(db: &TestDb) {
        many(db).await;
        let who = |shops| Actor { org: Id(1), who: Who::Person(Id(7)), permissions: [Permission::EditOrders].into_iter().collect(), shops };
        let of_shop = ImportFilter { shop: Some(Id(3)), state: None };
        let failed = ImportFilter { shop: None, state: Some(ImportState::Failed) };
        let primary = if db.engine_name().eq_ignore_ascii_case("sqlite") { "sqlite_autoindex_import_run_1" } else { "import_run_pkey" };
        // What goes into shops out of reach is looked up for all at once or one by one, as the engine likes.
        for (shops, filter, index, in_order) in [
            (Shops::All, ImportFilter::default(), primary, true),
            (Shops::All, of_shop.clone(), "import_run_shop", true),
            (Shops::All, failed, "import_run_state", true),
            (Shops::only(vec![Id(3)]), of_shop, "import_run_shop", false),
        ] {
            let (sql, arguments) = found(&who(shops), &filter, &PageAsk::default()).expect("a statement");
            let plan = plan(db, sql.clone(), arguments).await;
            assert!(plan.contains(index), "{sql}\n{plan}");
            assert!(!in_order || !(plan.contains("Sort") || plan.contains("TEMP B-TREE")), "{sql}\n{plan}");
        }
    }

    async fn runs_from_before_the_table_are_filled_in_with_the_shops_they_name(db: &TestDb) {
        many(db).await;
        let mark = if db.engine_name().eq_ignore_ascii_case("sqlite") { "-- sqlite:" } else { "-- postgres:" };
        let file = include_str!("../../../schema/0026_import_into.sql");
        let fill: Vec<&str> = file.lines().filter_map(|line| line.strip_prefix(mark)).collect();
        let fill = fill.join("\n").replace(';', "");
        let found: Vec<(i64, i64)> = db.write(move |tx| {
            let sheets = [
                // From before names of shops, of a platform's own file, and of an ERP's.
                (1, r#"[{"sheet":"a"}]"#),
                (2, r#"[{"sheet":"a","shops":[]}]"#),
                (3, r#"[{"shops":[{"name":"x","shop":5},{"name":"y","shop":null},{"name":"z"}]},{"shops":[{"name":"x","shop":5},{"name":"w","shop":6}]}]"#),
            ];
            for (id, sheets) in sheets {
                tx.exec("UPDATE import_run SET sheets = $2 WHERE org_id = 1 AND id = $1", args![id, sheets])?;
            }
            tx.exec("DELETE FROM import_into", &[])?;
            tx.exec(&fill, &[])?;
            tx.rows("SELECT run_id, shop_id FROM import_into ORDER BY run_id, shop_id", &[], |row| Ok((row.get(0)?, row.get(1)?)))
        }).await.expect("filled in");
        assert_eq!(found, [(3, 0), (3, 5), (3, 6)]);
    }
}
