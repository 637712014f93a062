//! PostgreSQL knows a young table soon, not only when its own housekeeping comes by.

use store::testing::postgres;
use store::{Schema, args};

const TABLES: Schema = Schema {
    room: "plans",
    steps: &[(
        "0001_start",
        "CREATE TABLE young (org_id BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (org_id, id));",
    )],
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_young_table_is_known_and_then_left_alone() {
    let Some(db) = postgres(&[TABLES]).await else {
        return;
    };
    db.write(|tx| {
        (0..200).try_for_each(|id| {
            tx.exec("INSERT INTO young (org_id, id) VALUES ($1, $2)", args![1, id])
                .map(drop)
        })
    })
    .await
    .expect("written");
    // The server counts changes when a connection rests; it may take a second to tell others.
    let known = async { while db.know_young_tables().await.expect("looked") == 0 {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), known)
        .await
        .expect("the table is found");
    let sql = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'young'";
    let rows = db
        .read(move |tx| tx.value::<i64>(sql, args![]))
        .await
        .expect("read");
    assert_eq!(rows, Some(200));
}
