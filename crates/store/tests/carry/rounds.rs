//! What goes in comes out, between all engines.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base::{Id, Ms};
use proptest::prelude::*;
use store::testing::{TestDb, empty_sqlite, postgres, sqlite};
use store::{BackupAsk, Cursor, NewJob, Schema, Secrets, args, backup_to, on_both};

use crate::kit::*;

async fn source(engine: &str) -> Option<TestDb> {
    if engine == "sqlite" {
        Some(sqlite(FIRST).await)
    } else {
        postgres(FIRST).await
    }
}

/// Fills one, restores into the other, compares.
async fn round(from: &str, to: &str) {
    let (Some(db), Some(place)) = (source(from).await, empty(to).await) else {
        return;
    };
    let hash = fill(&db).await;
    let (packed, archive) = pack(&db, Some(PASSPHRASE)).await;
    assert_eq!(
        (packed.files, packed.secret_rows, packed.missing_files.len()),
        (3, 5, 0)
    );
    let report = unpack(&place, FIRST, Secrets::Open(PASSPHRASE.into()), &archive)
        .await
        .expect("restored");
    assert_eq!(
        (report.from_engine.as_str(), report.files, report.secrets),
        (from, 3, true)
    );
    let new = open(&place, FIRST).await;
    assert_eq!(new.epoch(), report.epoch);
    assert_ne!(
        new.epoch(),
        db.epoch(),
        "what was derived from the old data is void"
    );

    assert_eq!(read_notes(&new).await, read_notes(&db.db).await);
    for sql in [
        "SELECT password || pepper FROM member WHERE password IS NOT NULL ORDER BY id",
        "SELECT name FROM member ORDER BY id",
        "SELECT hash FROM pass ORDER BY id",
        "SELECT value FROM meta WHERE name <> 'epoch'",
        "SELECT hash || name || owner_kind FROM file ORDER BY id",
        "SELECT kind || payload FROM job ORDER BY id",
        "SELECT kind || data FROM log ORDER BY seq",
        "SELECT room || checksum FROM migration ORDER BY room",
    ] {
        assert_eq!(texts(&new, sql).await, texts(&db.db, sql).await, "{sql}");
    }
    assert_eq!(
        number(&new, "SELECT COUNT(*) FROM lease").await,
        0,
        "what held for the moment is gone"
    );
    assert_eq!(
        number(&new, "SELECT COUNT(*) FROM job WHERE lease_until <> 0").await,
        0
    );
    let files = files_in(place.folder.path());
    assert_eq!(
        files.get(&hash).await.ok(),
        files_in(db.folder.path()).get(&hash).await.ok()
    );

    // The log goes on behind what was restored, and is read in its order.
    new.write(|tx| event(tx, 5_000)).await.expect("written");
    let mut cursor = Cursor::default();
    let mut seen = Vec::new();
    until_log(&new, 1_201).await;
    while seen.len() < 1_201 {
        let page = new.read(move |tx| tx.log_after(cursor, 500)).await.expect("read");
        cursor = page.last().expect("there is more").cursor;
        seen.extend(page.iter().map(|row| row.subject.0));
    }
    let expected: Vec<i64> = (0..1_200).chain([5_000]).collect();
    if from == "sqlite" {
        assert_eq!(seen, expected);
    }
    seen.sort_unstable();
    assert_eq!(seen, expected);
    let job = NewJob {
        org: Id(7),
        kind: "clock",
        subject: Id(9),
        due: Ms(1),
        payload: "{}",
    };
    new.write(move |tx| tx.schedule(NewJob { payload: "{}", ..job }))
        .await
        .expect("scheduled");
    assert_eq!(
        new.write(|tx| tx.claim_jobs(Ms(50), 10, 9))
            .await
            .expect("claimed")
            .len(),
        4
    );
    new.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_to_sqlite() {
    round("sqlite", "sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_to_postgres() {
    round("sqlite", "postgres").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_to_sqlite() {
    round("postgres", "sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_to_postgres() {
    round("postgres", "postgres").await;
}

on_both! { FIRST;
    async fn secrets_are_nowhere_in_an_archive_without_passphrase(db: &TestDb) {
        fill(db).await;
        let (report, archive) = pack(db, None).await;
        assert_eq!(report.secret_rows, 0);
        let parts = members(&archive);
        for (name, bytes) in &parts {
            let text = String::from_utf8_lossy(bytes);
            assert!(!text.contains("argon2:") && !text.contains("hash 1") && !text.contains("\"p3\""), "{name}");
            assert!(!name.starts_with("secrets/"));
        }
        assert!(!parts.iter().any(|(name, _)| name.starts_with("rows/pass/")), "nothing is left of a row whose key is secret");
        let place = empty_sqlite();
        let report = unpack(&place, FIRST, Secrets::Refuse, &archive).await.expect("restored");
        assert!(!report.secrets);
        let new = open(&place, FIRST).await;
        let members = "SELECT name || COALESCE(password, 'none') || pepper FROM member ORDER BY id";
        assert_eq!(texts(&new, members).await, ["小红none"; 3]);
        assert_eq!(number(&new, "SELECT COUNT(*) FROM pass").await, 0);
    }

    async fn sealed_secrets_need_their_passphrase_or_a_word(db: &TestDb) {
        fill(db).await;
        let (_, archive) = pack(db, Some(PASSPHRASE)).await;
        for (name, bytes) in members(&archive) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("argon2:") && !text.contains("hash 1"), "{name} shows a secret");
        }
        let place = empty_sqlite();
        let refused = unpack(&place, FIRST, Secrets::Refuse, &archive).await.map_err(code);
        assert_eq!(refused, Err("passphrase_needed".into()));
        let refused = unpack(&place, FIRST, Secrets::Open("not this one".into()), &archive).await.map_err(code);
        assert_eq!(refused, Err("passphrase_wrong".into()));
        let path = std::path::Path::new(place.url.strip_prefix("sqlite:").expect("sqlite"));
        assert!(!path.exists(), "nothing was begun");
        let report = unpack(&place, FIRST, Secrets::LeaveOut, &archive).await.expect("restored without");
        assert!(!report.secrets);
        let new = open(&place, FIRST).await;
        assert_eq!(number(&new, "SELECT COUNT(*) FROM member WHERE password IS NULL").await, 3);
        let short = store::backup(&db.db, &files_in(db.folder.path()), ask(Some("short")), Vec::new()).await;
        assert_eq!(short.map(|_| ()).map_err(code), Err("passphrase_short".into()));
    }

    async fn a_column_that_is_not_there_cannot_be_secret(db: &TestDb) {
        let mut wrong = ask(None);
        wrong.secrets.push(("member", "passwort"));
        let refused = store::backup(&db.db, &files_in(db.folder.path()), wrong, Vec::new()).await;
        assert_eq!(refused.map(|_| ()).map_err(code), Err("internal".into()));
    }

    async fn rows_of_an_older_version_go_through_the_later_steps(db: &TestDb) {
        fill(db).await;
        let (_, archive) = pack(db, None).await;
        for engine in ["sqlite", "postgres"] {
            let Some(place) = empty(engine).await else { continue };
            unpack(&place, SECOND, Secrets::Refuse, &archive).await.expect("restored");
            let new = open(&place, SECOND).await;
            assert_eq!(number(&new, "SELECT CAST(SUM(twice) AS BIGINT) FROM account").await, 600);
            assert_eq!(number(&new, "SELECT COUNT(*) FROM later").await, 1);
            new.close();
        }
    }

    async fn rows_that_a_step_put_there_do_not_come_twice(db: &TestDb) {
        let newer = db.reopen(SECOND).await;
        newer.write(|tx| tx.exec("INSERT INTO later (id) VALUES (2)", args![])).await.expect("written");
        let mut ask = ask(None);
        ask.schemas = SECOND.to_vec();
        let (_, archive) = store::backup(&newer, &files_in(db.folder.path()), ask, Vec::new()).await.expect("packed");
        let place = empty_sqlite();
        let refused = unpack(&place, FIRST, Secrets::Refuse, &archive).await.map_err(code);
        assert_eq!(refused, Err("backup_bad".into()), "an older program does not know the table");
        unpack(&place, SECOND, Secrets::Refuse, &archive).await.expect("restored");
        let new = open(&place, SECOND).await;
        assert_eq!(number(&new, "SELECT COUNT(*) FROM later").await, 2);
        newer.close();
    }

    async fn a_missing_file_is_named_and_spoils_nothing(db: &TestDb) {
        let hash = fill(db).await;
        let path = db.folder.path().join("files").join(&hash[..2]).join(&hash[2..]);
        std::fs::write(&path, b"something else").expect("damaged");
        let (report, archive) = pack(db, None).await;
        assert_eq!((report.files, report.missing_files.as_slice()), (2, &[hash.clone()][..]));
        let place = empty_sqlite();
        let report = unpack(&place, FIRST, Secrets::Refuse, &archive).await.expect("restored");
        assert_eq!((report.files, report.missing_files), (2, vec![hash]));
    }

    async fn restore_mends_a_damaged_file(db: &TestDb) {
        let hash = fill(db).await;
        let (_, archive) = pack(db, None).await;
        let place = empty_sqlite();
        let path = place.folder.path().join("files").join(&hash[..2]).join(&hash[2..]);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, b"torn").expect("written");
        unpack(&place, FIRST, Secrets::Refuse, &archive).await.expect("restored");
        assert!(files_in(place.folder.path()).get(&hash).await.expect("there").len() > 100);
    }

    async fn a_backup_while_others_write_is_of_one_moment(db: &TestDb) {
        db.write(|tx| {
            for id in 1..=8 {
                tx.exec("INSERT INTO account (id, fen) VALUES ($1, 1000)", args![id])?;
            }
            Ok(())
        }).await.expect("written");
        // Long enough a table that the writers write in the middle of it.
        let filler: Vec<Note> = (0..6_000).map(|n| (format!("n{n}"), Some(n), None, Some("话".repeat(200)), None)).collect();
        write_notes(&db.db, filler).await;
        let stop = Arc::new(AtomicBool::new(false));
        let (wrote, writing) = std::sync::mpsc::channel();
        let writing = Arc::new(Mutex::new(writing));
        let writers: Vec<_> = (0..4_i64).map(|writer| {
            let (db, stop, wrote) = (db.db.clone(), Arc::clone(&stop), wrote.clone());
            tokio::spawn(async move {
                let mut written = 0_i64;
                while !stop.load(Ordering::Relaxed) {
                    let (from, to) = (1 + (written + writer) % 8, 1 + (written * 3 + writer + 1) % 8);
                    db.write(move |tx| {
                        tx.exec("UPDATE account SET fen = fen - 7 WHERE id = $1", args![from])?;
                        tx.exec("UPDATE account SET fen = fen + 7 WHERE id = $1", args![to])?;
                        tx.exec("INSERT INTO \"order\" (org_id, id, account) VALUES ($1, $2, $3)", &ints(&[100 + writer, written, to]))?;
                        event(tx, written)
                    }).await.expect("written");
                    written += 1;
                    wrote.send(()).expect("counted");
                }
                written
            })
        }).collect();
        while number(&db.db, "SELECT COUNT(*) FROM \"order\"").await < 20 { tokio::task::yield_now().await; }
        for _ in 0..3 {
            let before = number(&db.db, "SELECT COUNT(*) FROM \"order\"").await;
            let mut held = ask(None);
            // In the middle of it, one more of theirs goes in.
            held.progress = Box::new({
                let writing = Arc::clone(&writing);
                move |progress| if progress.stage == "rows" && progress.table == "note" {
                    let writing = writing.lock().expect("sound");
                    while writing.try_recv().is_ok() {}
                    writing.recv_timeout(std::time::Duration::from_secs(60)).expect("they go on writing while the backup runs");
                }
            });
            let (_, archive) = store::backup(&db.db, &files_in(db.folder.path()), held, Vec::new()).await.expect("backed up");
            let during = number(&db.db, "SELECT COUNT(*) FROM \"order\"").await;
            let place = empty_sqlite();
            unpack(&place, FIRST, Secrets::Refuse, &archive).await.expect("restored");
            let new = open(&place, FIRST).await;
            assert_eq!(number(&new, "SELECT CAST(SUM(fen) AS BIGINT) FROM account").await, 8_000);
            let orders = number(&new, "SELECT COUNT(*) FROM \"order\"").await;
            assert_eq!(orders, number(&new, "SELECT COUNT(*) FROM log").await);
            assert!(before <= orders && orders <= during, "{before} {orders} {during}");
            // Each writer's orders without a gap.
            let gaps = "SELECT COUNT(*) FROM (SELECT org_id, COUNT(*) AS n, MAX(id) AS top FROM \"order\" GROUP BY org_id) AS t WHERE n <> top + 1";
            assert_eq!(number(&new, gaps).await, 0);
            assert!(before < during, "they wrote while it ran");
            new.close();
        }
        stop.store(true, Ordering::Relaxed);
        for writer in writers { assert!(writer.await.expect("done") > 0); }
    }

    async fn a_backup_that_takes_long_holds_up_nobody(db: &TestDb) {
        fill(db).await;
        let (begun, wait_begun) = std::sync::mpsc::channel();
        let (release, wait_release) = std::sync::mpsc::channel::<()>();
        let mut held = ask(None);
        held.progress = Box::new(move |progress| {
            if progress.stage == "rows" && progress.table == "log" {
                let _ = begun.send(());
                let _ = wait_release.recv();
            }
        });
        let running = tokio::spawn({
            let (db, files) = (db.db.clone(), files_in(db.folder.path()));
            async move { store::backup(&db, &files, held, Vec::new()).await }
        });
        tokio::task::spawn_blocking(move || wait_begun.recv().expect("begun")).await.expect("begun");
        for n in 0..50 {
            db.write(move |tx| event(tx, 9_000 + n)).await.expect("written");
        }
        // Readers of the log go on.
        until_log(&db.db, 1_250).await;
        drop(release);
        let (_, archive) = running.await.expect("done").expect("backed up");
        let log = members(&archive).into_iter().filter(|(name, _)| name.starts_with("rows/log/"));
        let lines: usize = log.map(|(_, bytes)| bytes.iter().filter(|byte| **byte == b'\n').count()).sum();
        assert_eq!(lines, 1_200, "it is of the moment it began");
    }

    async fn the_file_appears_when_it_is_whole(db: &TestDb) {
        fill(db).await;
        let path = db.folder.path().join("shop.backup");
        let files = files_in(db.folder.path());
        let mut wrong = ask(None);
        wrong.secrets.push(("nothing", "here"));
        assert!(backup_to(&db.db, &files, wrong, &path).await.is_err());
        assert_eq!(std::fs::read_dir(db.folder.path()).expect("a folder")
            .filter(|e| e.as_ref().expect("an entry").file_name().to_string_lossy().contains("backup")).count(), 0);
        let report = backup_to(&db.db, &files, ask(None), &path).await.expect("written");
        assert!(report.rows > 2_000);
        let place = empty_sqlite();
        unpack(&place, FIRST, Secrets::Refuse, &std::fs::read(&path).expect("there")).await.expect("restored");
    }
}

/// The tables of all rooms, as their files say.
fn every_room() -> Vec<Schema> {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crates");
    let mut schemas = Vec::new();
    for room in std::fs::read_dir(crates)
        .expect("a folder")
        .map(|e| e.expect("a crate"))
    {
        let name = room.file_name().into_string().expect("a name");
        let Ok(files) = std::fs::read_dir(room.path().join("schema")) else {
            continue;
        };
        if name == "store" {
            continue;
        }
        let mut steps: Vec<(&'static str, &'static str)> = files
            .map(|file| {
                let path = file.expect("a file").path();
                let step = path.file_stem().expect("a name").to_string_lossy().into_owned();
                (
                    &*step.leak(),
                    &*std::fs::read_to_string(&path).expect("a text").leak(),
                )
            })
            .collect();
        steps.sort_unstable();
        schemas.push(Schema {
            room: name.leak(),
            steps: steps.leak(),
        });
    }
    schemas
}

/// Whatever a room writes into its schema can be carried from one engine to the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_of_every_room_can_be_carried() {
    let schemas = every_room();
    assert!(schemas.len() >= 4, "{schemas:?}");
    for (from, to) in [("sqlite", "postgres"), ("postgres", "sqlite")] {
        let db = if from == "sqlite" {
            Some(sqlite(&schemas).await)
        } else {
            postgres(&schemas).await
        };
        let (Some(db), Some(place)) = (db, empty(to).await) else {
            continue;
        };
        let ask = BackupAsk {
            schemas: schemas.clone(),
            secrets: vec![],
            momentary: vec![],
            ..ask(None)
        };
        let (report, archive) = store::backup(&db.db, &files_in(db.folder.path()), ask, Vec::new())
            .await
            .expect("backed up");
        assert!(report.tables.len() > 20, "{:?}", report.tables);
        unpack(&place, &schemas, Secrets::Refuse, &archive)
            .await
            .expect("restored");
    }
}

/// On PostgreSQL a text cannot hold a null byte; SQLite keeps it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn null_bytes_are_taken_out_for_postgres_and_counted() {
    let db = sqlite(FIRST).await;
    write_notes(
        &db.db,
        vec![("a".into(), None, None, Some("x\0y\0".into()), Some(vec![0]))],
    )
    .await;
    let (_, archive) = pack(&db, None).await;
    let place = empty_sqlite();
    assert_eq!(
        unpack(&place, FIRST, Secrets::Refuse, &archive)
            .await
            .expect("restored")
            .null_bytes,
        0
    );
    assert_eq!(
        read_notes(&open(&place, FIRST).await).await[0].3.as_deref(),
        Some("x\0y\0")
    );
    let Some(place) = empty("postgres").await else {
        return;
    };
    assert_eq!(
        unpack(&place, FIRST, Secrets::Refuse, &archive)
            .await
            .expect("restored")
            .null_bytes,
        2
    );
    assert_eq!(
        read_notes(&open(&place, FIRST).await).await[0].3.as_deref(),
        Some("xy")
    );
}

fn note() -> impl Strategy<Value = Note> {
    let text = || {
        prop_oneof![
            "\\PC{0,12}",
            "[\\x01-\\x7f]{0,12}",
            any::<String>().prop_map(|s| s.replace('\0', ""))
        ]
    };
    (
        text(),
        proptest::option::of(any::<i64>()),
        proptest::option::of(any::<f64>().prop_filter("SQLite keeps no NaN", |x| !x.is_nan())),
        proptest::option::of(text()),
        proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40)),
    )
}

async fn same_after_the_round(engine: &str, notes: Vec<Note>) {
    let (Some(db), Some(place)) = (
        source(engine).await,
        empty(if engine == "sqlite" { "postgres" } else { "sqlite" }).await,
    ) else {
        return;
    };
    write_notes(&db.db, notes.clone()).await;
    let (_, archive) = pack(&db, None).await;
    unpack(&place, FIRST, Secrets::Refuse, &archive)
        .await
        .expect("restored");
    let new = open(&place, FIRST).await;
    assert_eq!(read_notes(&new).await, notes);
    new.close();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn any_rows_come_back_equal(notes in proptest::collection::btree_map("\\PC{0,9}", note(), 0..60)) {
        let notes: Vec<Note> = notes.into_iter().map(|(code, (_, n, x, word, raw))| (code, n, x, word, raw)).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(async {
            same_after_the_round("sqlite", notes.clone()).await;
            same_after_the_round("postgres", notes).await;
        });
    }
}
