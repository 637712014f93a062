//! What a closure may count on, on both engines.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use base::{Actor, Id, Live, Ms, Problem, Topic};
use futures_util::future::join_all;
use futures_util::poll;
use store::testing::TestDb;
use store::{Cursor, Event, KeptAnswer, Lane, NewJob, Schema, Tx, args, on_both, pad};

const TABLES: &[Schema] = &[Schema {
    room: "sample",
    steps: &[(
        "0001_start",
        "CREATE TABLE sample (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL, word TEXT);",
    )],
}];

async fn seed(db: &TestDb, id: i64, n: i64) {
    db.write(move |tx| tx.exec("INSERT INTO sample (id, n) VALUES ($1, $2)", args![id, n]))
        .await
        .expect("seeded");
}

async fn n(db: &TestDb, id: i64) -> Option<i64> {
    db.read(move |tx| tx.value("SELECT n FROM sample WHERE id = $1", args![id]))
        .await
        .expect("read")
}

fn event(tx: &mut Tx<'_>, n: i64) -> Result<(), Problem> {
    let who = Actor::program(Id(1));
    tx.emit(Event {
        at: Ms(n),
        who: &who,
        shop: Id(2),
        kind: "sample.made",
        subject: Id(n),
        data: serde_json::json!({}),
    })
}

on_both! { TABLES;
    async fn a_refused_or_panicking_closure_spoils_no_neighbour(db: &TestDb) {
        seed(db, 1, 0).await;
        let mut waiting = Vec::new();
        for i in 0..60 {
            let one = db.db.clone();
            waiting.push(tokio::spawn(async move {
                one.write(move |tx| {
                    tx.exec("UPDATE sample SET n = n + 1 WHERE id = 1", args![])?;
                    assert!(i % 3 != 1, "this closure panics");
                    if i % 3 == 2 { Err(Problem::forbidden()) } else { Ok(()) }
                })
                .await
            }));
        }
        let mut kept = 0;
        for (i, one) in waiting.into_iter().enumerate() {
            let result = one.await.expect("the task lives");
            match i % 3 {
                0 => { result.expect("kept"); kept += 1; }
                1 => assert_eq!(result, Err(Problem::internal())),
                _ => assert_eq!(result, Err(Problem::forbidden())),
            }
        }
        assert_eq!(n(db, 1).await, Some(kept));
    }

    async fn read_modify_write_loses_nothing(db: &TestDb) {
        seed(db, 1, 0).await;
        let tasks: Vec<_> = (0..16).map(|_| {
            let db = db.db.clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    db.write(|tx| {
                        let n: i64 = tx.value("SELECT n FROM sample WHERE id = 1", args![])?.unwrap_or_default();
                        tx.exec("UPDATE sample SET n = $1 WHERE id = 1", args![n + 1])
                    }).await.expect("written in the end");
                }
            })
        }).collect();
        for task in tasks { task.await.expect("done"); }
        assert_eq!(n(db, 1).await, Some(400));
    }

    async fn many_who_want_the_same_few_rows_all_get_through(db: &TestDb) {
        for id in 0..3 { seed(db, id, 0).await; }
        let tasks: Vec<_> = (0..64_i64).map(|task| {
            let db = db.db.clone();
            tokio::spawn(async move {
                for round in 0..12 {
                    let (a, b) = ((task + round) % 3, (task + 2 * round + 1) % 3);
                    db.write(move |tx| {
                        tx.exec("UPDATE sample SET n = n + 1 WHERE id = $1", args![a])?;
                        tx.exec("UPDATE sample SET n = n + 1 WHERE id = $1", args![b])
                    }).await.expect("nobody is turned away");
                }
            })
        }).collect();
        for task in tasks { task.await.expect("done"); }
        let sum: Option<i64> = db.read(|tx| tx.value("SELECT CAST(SUM(n) AS BIGINT) FROM sample", args![])).await.expect("read");
        assert_eq!(sum, Some(2 * 64 * 12));
    }

    async fn nulls_numbers_and_lists_bind_alike(db: &TestDb) {
        db.write(|tx| {
            tx.exec("INSERT INTO sample (id, n, word) VALUES ($1, $2, $3)", args![1, 10, None::<&str>])?;
            tx.exec("INSERT INTO sample (id, n, word) VALUES ($2, $1, $3)", args![20, 2, "二"])?;
            Ok(())
        }).await.expect("written");
        let (sum, words, listed) = db.read(|tx| {
            let sum: Option<i64> = tx.value("SELECT CAST(SUM(n + $1) AS BIGINT) FROM sample", args![1])?;
            let words: Vec<Option<String>> = tx.rows(
                "SELECT word FROM sample WHERE $1 IS NULL OR word = $1 ORDER BY id", args![None::<&str>], |r| r.get(0))?;
            let ids = [Id(1), Id(2), Id(9)];
            let sql = format!("SELECT id FROM sample WHERE id IN {} ORDER BY id", Tx::in_list(1, ids.len()));
            let listed: Vec<i64> = tx.rows(&sql, &pad(&ids), |r| r.get(0))?;
            Ok((sum, words, listed))
        }).await.expect("read");
        assert_eq!((sum, words, listed), (Some(32), vec![None, Some("二".into())], vec![1, 2]));
    }

    async fn many_rows_are_written_with_what_they_have_in_common_given_once(db: &TestDb) {
        // Full statements of many rows and some single ones beside them.
        let ids: Vec<i64> = (1..=301).collect();
        let rows = ids.clone();
        let made = db.write(move |tx| {
            let head = "INSERT INTO sample (n, word, id)";
            let own: Vec<_> = rows.iter().map(|id| store::Arg::from(*id)).collect();
            let tail = "ON CONFLICT (id) DO NOTHING";
            let alike = args![7, "竹"];
            let first = tx.insert_alike(head, alike, 1, tail, &own)?;
            Ok((first, tx.insert_alike(head, alike, 1, tail, &own)?, tx.insert_alike(head, alike, 1, tail, &[])?))
        }).await.expect("written");
        assert_eq!(made, (301, 0, 0));
        let found: Vec<i64> = db.read(|tx| {
            tx.rows("SELECT id FROM sample WHERE n = 7 AND word = '竹' ORDER BY id", args![], |row| row.get(0))
        }).await.expect("read");
        assert_eq!(found, ids);
    }

    async fn frames_come_after_their_commit_and_only_then(db: &TestDb) {
        let live = |n: i64| Live { topics: vec![Topic::Shop(Id(n))], frame: n.to_string().into() };
        db.write(move |tx| { tx.live(live(1)); Ok(()) }).await.expect("kept");
        let refused = db.write(move |tx| { tx.live(live(2)); Err::<(), _>(Problem::forbidden()) }).await;
        assert_eq!(refused, Err(Problem::forbidden()));
        let frames: Vec<_> = db.frames().into_iter().map(|l| l.frame.to_string()).collect();
        assert_eq!(frames, ["1"]);
    }

    async fn the_log_is_read_in_order_once_each(db: &TestDb) {
        let writes: Vec<_> = (0..300).map(|i| {
            let db = db.db.clone();
            tokio::spawn(async move { db.write(move |tx| event(tx, i)).await })
        }).collect();
        let mut seen = Vec::new();
        let mut cursor = Cursor::default();
        while seen.len() < 300 {
            let page = db.read(move |tx| tx.log_after(cursor, 7)).await.expect("read");
            match page.last() {
                Some(last) => cursor = last.cursor,
                None => soon().await,
            }
            seen.extend(page.into_iter().map(|row| row.subject.0));
        }
        for write in writes { write.await.expect("done").expect("written"); }
        assert_eq!(db.read(move |tx| tx.log_after(cursor, 7)).await.map(|page| page.len()), Ok(0));
        assert_eq!(db.settled().await, Ok(cursor));
        seen.sort_unstable();
        assert_eq!(seen, (0..300).collect::<Vec<_>>());
    }

    async fn a_job_moves_is_claimed_once_and_comes_back_from_the_dead(db: &TestDb) {
        let add = |due: i64| db.write(move |tx| {
            tx.schedule(NewJob { org: Id(1), kind: "clock", subject: Id(5), due: Ms(due), payload: "{}" })
        });
        add(100).await.expect("scheduled");
        add(200).await.expect("moved");
        let claim = |now: i64| db.write(move |tx| tx.claim_jobs(Ms(now), 50, 10));
        assert!(claim(150).await.expect("claimed").is_empty(), "it was moved, not doubled");
        let first = claim(200).await.expect("claimed");
        assert_eq!(first.len(), 1);
        assert!(claim(210).await.expect("claimed").is_empty(), "leased");
        let second = claim(251).await.expect("claimed");
        assert_eq!((second.len(), second[0].attempts), (1, 2), "the lease of a dead worker ends");
        let (late, now) = (first[0].clone(), second[0].clone());
        assert_eq!(db.write(move |tx| tx.finish_job(&late)).await, Ok(false), "the first claim no longer holds");
        add(300).await.expect("moved while claimed");
        assert_eq!(db.write(move |tx| tx.finish_job(&now)).await, Ok(false), "moving takes it away from a worker");
        let third = claim(300).await.expect("claimed")[0].clone();
        let failed = third.clone();
        db.write(move |tx| tx.fail_job(Ms(300), &failed, "no")).await.expect("failed");
        assert!(claim(1_000).await.expect("claimed").is_empty(), "it waits before the next try");
        let again = claim(300 + 4_000).await.expect("claimed")[0].clone();
        assert_eq!(db.write(move |tx| tx.finish_job(&again)).await, Ok(true));
        assert_eq!(db.read(|tx| tx.next_job()).await, Ok(None));
    }

    async fn bulk_slices_do_not_hold_up_a_person(db: &TestDb) {
        seed(db, 1, 0).await;
        let ran = Arc::new(AtomicU32::new(0));
        // no slice ends before all of them and the person's write stand in the queue
        let gate = Arc::new(OnceLock::new());
        let bulk = (0..400).map(|_| {
            let (ran, gate) = (Arc::clone(&ran), Arc::clone(&gate));
            db.write_in(Lane::Bulk, move |tx| {
                let () = *gate.wait();
                ran.fetch_add(1, Ordering::Relaxed);
                tx.exec("UPDATE sample SET n = n + 1 WHERE id = 1", args![])
            })
        });
        let mut bulk = Box::pin(join_all(bulk));
        assert!(poll!(&mut bulk).is_pending());
        // asked where it writes: by the time this test goes on, all slices may have run
        let seen = Arc::clone(&ran);
        let mut person = Box::pin(db.write(move |tx| {
            tx.exec("INSERT INTO sample (id, n) VALUES (2, 7)", args![])?;
            Ok(seen.load(Ordering::Relaxed))
        }));
        assert!(poll!(&mut person).is_pending());
        gate.set(()).expect("opened once");
        let before = person.await.expect("written");
        assert!(before < 400, "a person's write went between the slices, not after all {before} of them");
        for one in bulk.await { one.expect("written"); }
        assert_eq!(n(db, 1).await, Some(400));
    }

    async fn a_newer_database_is_refused_with_a_clear_word(db: &TestDb) {
        seed(db, 1, 3).await;
        let again = db.reopen(TABLES).await;
        assert_eq!(again.epoch(), db.epoch());
        let newer = store::Db::open(store::Open { url: db.url.clone(), schemas: vec![], publish: Box::new(|_| ()) }).await;
        assert_eq!(newer.err().map(|p| p.code.to_string()), Some("database_newer".into()));
    }
}

/// Transactions of other databases on the same server may keep a reader of the log waiting.
async fn soon() {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
}

async fn drain(db: &TestDb, cursor: &mut Cursor) -> Vec<i64> {
    let mut seen = Vec::new();
    loop {
        let from = *cursor;
        let page = db.read(move |tx| tx.log_after(from, 100)).await.expect("read");
        let Some(last) = page.last() else { return seen };
        *cursor = last.cursor;
        seen.extend(page.iter().map(|row| row.subject.0));
    }
}

/// A transaction that took its place in the log early and commits late must not be passed over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_held_open_on_postgres_makes_no_reader_skip() {
    let Some(db) = store::testing::postgres(TABLES).await else {
        return;
    };
    let (begun, wait_begun) = std::sync::mpsc::channel();
    let (release, wait_release) = std::sync::mpsc::channel::<()>();
    let (begun, wait_release) = (std::sync::Mutex::new(begun), std::sync::Mutex::new(wait_release));
    let late = tokio::spawn({
        let db = db.db.clone();
        async move {
            db.write(move |tx| {
                event(tx, 5_000)?;
                let _ = begun.lock().expect("lock").send(());
                let _ = wait_release.lock().expect("lock").recv();
                Ok(())
            })
            .await
        }
    });
    tokio::task::spawn_blocking(move || wait_begun.recv().expect("begun"))
        .await
        .expect("begun");
    for i in 0..1_000 {
        db.write(move |tx| event(tx, i)).await.expect("written");
    }
    let mut cursor = Cursor::default();
    let mut seen = drain(&db, &mut cursor).await;
    release.send(()).expect("released");
    late.await.expect("done").expect("committed");
    while seen.len() < 1_001 {
        seen.extend(drain(&db, &mut cursor).await);
        soon().await;
    }
    assert_eq!(seen.iter().filter(|n| **n == 5_000).count(), 1);
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 1_001);
}

#[test]
fn a_folder_has_one_owner() {
    let folder = std::env::temp_dir().join(format!("xiaoer-lock-{}", std::process::id()));
    let held = store::FolderLock::take(&folder).expect("free");
    assert_eq!(
        store::FolderLock::take(&folder).err().map(|p| p.code.to_string()),
        Some("folder_locked".into())
    );
    drop(held);
    store::FolderLock::take(&folder).expect("free again");
    let _ = std::fs::remove_dir_all(folder);
}

on_both! { TABLES;
    async fn an_answer_is_kept_once_and_swept(db: &TestDb) {
        let answer = |body: &str| KeptAnswer { request: "hash".into(), status: 201, body: body.into() };
        let (first, second) = (answer("first"), answer("second"));
        let kept = db.write(move |tx| {
            tx.keep_answer(Ms(10), Id(1), "person:5", "k", &first)?;
            tx.keep_answer(Ms(11), Id(1), "person:5", "k", &second)?;
            tx.keep_answer(Ms(20), Id(1), "person:6", "k", &second)?;
            Ok((tx.kept_answer(Id(1), "person:5", "k")?, tx.kept_answer(Id(2), "person:5", "k")?))
        }).await.expect("kept");
        assert_eq!(kept, (Some(answer("first")), None));
        assert_eq!(db.write(|tx| tx.sweep_answers(Ms(20), 10)).await, Ok(1));
        assert_eq!(db.write(|tx| tx.sweep_answers(Ms(21), 10)).await, Ok(1));
        assert_eq!(db.write(|tx| tx.sweep_answers(Ms(99), 10)).await, Ok(0));
    }
}
