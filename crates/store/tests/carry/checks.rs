//! What a check finds, and that it finds nothing where all is well.

use base::Ms;
use store::testing::{TestDb, sqlite};
use store::{CheckAsk, CheckReport, Level, Reference, args, check, on_both};

use crate::kit::*;

const REFERENCES: &[Reference] = &[
    ("order", "account", "account", "id"),
    ("pass", "id", "member", "id"),
];

async fn look(db: &TestDb) -> CheckReport {
    look_at(db, 100).await
}

async fn look_at(db: &TestDb, now: i64) -> CheckReport {
    let ask = CheckAsk {
        schemas: FIRST.to_vec(),
        references: REFERENCES.to_vec(),
        now: Ms(now),
        progress: Box::new(|_| ()),
    };
    check(&db.db, &files_in(db.folder.path()), ask)
        .await
        .expect("it can look")
}

fn codes(report: &CheckReport) -> Vec<(&str, u64)> {
    report
        .findings
        .iter()
        .map(|finding| (finding.code, finding.count))
        .collect()
}

on_both! { FIRST;
    async fn a_sound_database_has_nothing_to_tell(db: &TestDb) {
        fill(db).await;
        db.write(|tx| tx.exec("UPDATE job SET lease_until = 0", args![])).await.expect("written");
        let report = look(db).await;
        assert_eq!(codes(&report), []);
        assert!(report.sound());
        assert_eq!((report.log, report.jobs, report.files, report.references), (1_200, 3, 3, 2));
        assert!(report.tables.contains(&("note".into(), 1_306)), "{:?}", report.tables);
    }

    async fn dangling_references_are_counted_and_named(db: &TestDb) {
        fill(db).await;
        db.write(|tx| {
            tx.exec("DELETE FROM account WHERE id = 2", args![])?;
            tx.exec("INSERT INTO \"order\" (org_id, id, account) VALUES (8, 9, 0)", args![])?;
            // A row of that id is there, but another organisation's.
            tx.exec("INSERT INTO pass (org_id, id, hash) VALUES (8, 1, 'x')", args![])?;
            tx.exec("UPDATE job SET lease_until = 0", args![])
        }).await.expect("written");
        let report = look(db).await;
        assert_eq!(codes(&report), [("reference_dangling", 1), ("reference_dangling", 1)]);
        assert_eq!(report.findings[0].examples, ["7 2"]);
        assert_eq!(report.findings[1].examples, ["8 1"]);
        assert!(!report.sound());
    }

    async fn files_gone_changed_or_of_another_size_are_found(db: &TestDb) {
        let hash = fill(db).await;
        db.write(|tx| {
            tx.exec("UPDATE job SET lease_until = 0", args![])?;
            tx.exec("UPDATE file SET size = size + 1 WHERE kind = 'file'", args![])
        }).await.expect("written");
        let thumb = texts(&db.db, "SELECT thumb FROM file WHERE thumb IS NOT NULL").await[0].clone();
        let path = |hash: &str| db.folder.path().join("files").join(&hash[..2]).join(&hash[2..]);
        std::fs::write(path(&hash), b"changed").expect("changed");
        std::fs::remove_file(path(&thumb)).expect("gone");
        let report = look(db).await;
        assert_eq!(codes(&report), [("file_missing", 2), ("file_damaged", 2), ("file_size", 1)]);
    }

    async fn jobs_nobody_does_and_broken_ones_are_found(db: &TestDb) {
        fill(db).await;
        db.write(|tx| {
            tx.exec("UPDATE job SET attempts = 12, last_error = 'no', lease_until = 0, due = 9000000 WHERE subject = 1", args![])?;
            tx.exec("UPDATE job SET due = 6399999, payload = '{' WHERE subject = 2", args![])?;
            tx.exec("UPDATE job SET lease_until = 96400001 WHERE subject = 3", args![])
        }).await.expect("written");
        let report = look_at(db, 10_000_000).await;
        assert_eq!(codes(&report), [("jobs_given_up", 1), ("jobs_late", 1), ("jobs_held", 1), ("jobs_payload", 1)]);
        assert_eq!(report.findings.iter().filter(|f| f.level == Level::Warning).count(), 2);
    }

    async fn facts_of_the_log_that_are_not_json_are_found(db: &TestDb) {
        db.write(|tx| { event(tx, 1)?; event(tx, 2)?; tx.exec("UPDATE log SET data = 'x' WHERE subject = 2", args![]) })
            .await.expect("written");
        until_log(&db.db, 2).await;
        assert_eq!(codes(&look(db).await), [("log_data", 1)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_log_of_another_server_and_a_numbering_behind_are_found() {
    let Some(db) = store::testing::postgres(FIRST).await else {
        return;
    };
    db.write(|tx| {
        event(tx, 1)?;
        tx.exec(
            "INSERT INTO log (seq, xid, org_id, shop_id, at, actor_kind, actor_id, kind, subject, data)
                 VALUES (900, 4000000000000, 7, 0, 1, 'program', 0, 'note.made', 2, '{}')",
            args![],
        )
    })
    .await
    .expect("written");
    assert_eq!(codes(&look(&db).await), [("numbers_behind", 1), ("log_ahead", 1)]);
}

/// Bytes of the database file itself are overwritten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_sqlite_file_is_found() {
    let db = sqlite(FIRST).await;
    fill(&db).await;
    db.db.close();
    let path = db.url.strip_prefix("sqlite:").expect("sqlite").to_owned();
    let size = || std::fs::metadata(&path).expect("a file").len();
    {
        // Everything into the file itself.
        let conn = rusqlite::Connection::open(&path).expect("opens");
        let _: i64 = conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .expect("written");
    }
    assert!(size() > 40 * 8192, "{}", size());
    use std::os::unix::fs::FileExt as _;
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .expect("opens");
    for page in 12..40_u64 {
        file.write_all_at(&[0x5a; 600], page * 8192).expect("damaged");
    }
    let again = store::Db::open(store::Open {
        url: db.url.clone(),
        schemas: FIRST.to_vec(),
        publish: Box::new(|_| ()),
    });
    let again = again.await.expect("it still opens");
    let ask = CheckAsk {
        schemas: FIRST.to_vec(),
        references: vec![],
        now: Ms(100),
        progress: Box::new(|_| ()),
    };
    let report = check(&again, &files_in(db.folder.path()), ask)
        .await
        .expect("it can look");
    assert!(
        report
            .findings
            .iter()
            .any(|f| ["database_damaged", "unreadable"].contains(&f.code)),
        "{report:?}"
    );
    assert!(!report.sound());
}
