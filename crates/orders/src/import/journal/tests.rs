//! What a run wrote down of a row is found along its index among many, on both engines.

use store::on_both;

use super::*;

const TABLES: &[store::Schema] = &[team::SCHEMA, catalogue::SCHEMA, customers::SCHEMA, crate::SCHEMA];

on_both! { TABLES;
    async fn what_a_run_wrote_down_goes_along_its_index(db: &TestDb) {
        let sqlite = db.engine_name().eq_ignore_ascii_case("sqlite");
        let (head, column) = if sqlite { ("EXPLAIN QUERY PLAN", 3) } else { ("EXPLAIN", 0) };
        db.write(move |tx| {
            tx.exec(
                "INSERT INTO import_row (org_id, run_id, slice, kind, row_id, before, rev, kept)
                 WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 20000)
                 SELECT 1, 9, 1 + i / 256, 'order', i, '{}', 2, 0 FROM s",
                &[],
            )?;
            // Where nobody looked at what there is yet, and where somebody did.
            for looked in [false, true] {
                if looked {
                    tx.exec("ANALYZE import_row", &[])?;
                }
                let ids: Vec<Id> = (1..33).map(|n| Id(n * 500)).collect();
                let mut arguments = args![Id(1), Id(9), "order"].to_vec();
                arguments.extend(pad(&ids));
                let plan = tx.rows(&format!("{head} {}", found(ids.len())), &arguments, |row| row.get::<String>(column))?;
                assert!(plan.iter().any(|line| line.contains("import_row_thing")), "{plan:#?}");
            }
            let journal = Journal { org: Id(1), run: Id(9), slice: 80 };
            let noted = journal.noted(tx, "order", &[Id(7), Id(30_000)])?;
            assert_eq!((noted.len(), noted[&Id(7)].slices, noted[&Id(7)].told), (1, 1, 1));
            Ok(())
        }).await.expect("found");
    }
}
