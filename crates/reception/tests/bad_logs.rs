//! Logs that are torn, endless, of no known time or sent twice at once.

use orders::import::{ImportAsk, ImportKind, ImportState};
use store::on_both;
use store::testing::TestDb;

use crate::kit::*;
use crate::logs::{agrees, asked, count, counts, importer, looked, taken, talk_of, told, web_table};

fn chats() -> ImportAsk {
    ImportAsk {
        kind: Some(ImportKind::Chats),
        day: Some("2026-05-05".into()),
        ..ImportAsk::default()
    }
}

/// What looking at a file is refused with.
async fn refused(db: &TestDb, desk: &Desk, name: &str, bytes: Vec<u8>) -> String {
    let path = db.folder.path().join(fresh("bad"));
    std::fs::write(&path, bytes).expect("written");
    let who = desk.boss.clone();
    let seen = importer(desk).look(&who, desk.shop, &path, name, chats()).await;
    seen.expect_err("refused").code.to_string()
}

on_both! { TABLES;
    async fn a_log_that_is_none_or_torn_is_refused_and_nothing_is_kept(db: &TestDb) {
        let desk = desk(db).await;
        let table = web_table(&[("10:00:00", "在吗", "林小叶", "客户"), ("10:00:09", "在的", "青禾茶叶:小满", "客服")]);
        assert_eq!(refused(db, &desk, "聊天.xlsx", table[..table.len() / 2].to_vec()).await, "file_cut");
        assert_eq!(refused(db, &desk, "聊天.txt", Vec::new()).await, "file_empty");
        assert_eq!(refused(db, &desk, "聊天.pdf", b"%PDF-1.7 x".to_vec()).await, "file_kind");
        let head = "客户名,消息序号,发送时间,发送内容,发送账号,账号类型";
        let twice = format!("{head},发送内容\n林小叶,1,10:00:00,在吗,林小叶,客户,在吗\n");
        assert_eq!(refused(db, &desk, "聊天.csv", twice.into_bytes()).await, "header_twice");
        let wide = format!("{head},{}\n", (0..500).map(|n| format!("列{n}")).collect::<Vec<_>>().join(","));
        assert_eq!(refused(db, &desk, "聊天.csv", wide.into_bytes()).await, "columns_too_many");
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM import_run WHERE org_id = $1").await, 0);
    }

    async fn a_log_is_read_in_whatever_letters_it_is_written(db: &TestDb) {
        let desk = desk(db).await;
        let log = "林小叶 2026-05-04 10:00:00\n在吗\n青禾茶叶:小满 2026-05-04 10:00:20\n在的亲\n";
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(log.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, created) in [(utf16, 2), (log.as_bytes().to_vec(), 0)] {
            let run = looked(db, &desk, "log.txt", bytes, ImportAsk::default()).await;
            asked(&desk, run.id).await;
            let run = importer(&desk).until_ended(desk.org, run.id).await.expect("taken in");
            assert_eq!((run.counts.created, run.counts.unchanged), (created, 2 - created));
        }
        let (_, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!(told(&messages), ["queued", "buyer 在吗", "agent 在的亲", "timed_out"]);
    }

    async fn moments_that_cannot_be_and_endless_messages_cost_themselves(db: &TestDb) {
        let desk = desk(db).await;
        let endless = "长".repeat(1_700_000);
        let log = format!("林小叶 2026-05-04 10:00:00\n在吗\n青禾茶叶:小满 2026-05-04 10:00:20\n在的\n\
            林小叶 1900-01-01 10:00:00\n早\n林小叶 2999-01-01 10:00:00\n晚\n林小叶 2026-05-04 10:01:00\n{endless}\n林小叶 2026-05-04 10:02:00\n好\n");
        let run = taken(db, &desk, &log).await;
        let (read, created, _, refused) = counts(&run);
        assert_eq!((read - refused, created), (created, created));
        let (_, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        let said = told(&messages);
        assert!(said.contains(&"buyer 在吗".to_owned()) && said.contains(&"buyer 好".to_owned()), "what is right goes in");
        assert!(!said.iter().any(|one| one.ends_with('早') || one.ends_with('晚')), "of no known time");
        assert!(refused >= 2, "{refused}");
        assert!(said.iter().all(|one| one.chars().count() < 6_000), "an endless one is cut or refused");
        agrees(&desk).await;
    }

    async fn two_logs_at_once_go_one_after_the_other(db: &TestDb) {
        let desk = desk(db).await;
        let log = |from: usize| {
            let line = |n: usize| format!("买家{:02} 2026-05-04 {:02}:{:02}:{:02}\n第{n}句\n", n % 40, 8 + n / 3_600, n / 60 % 60, n % 60);
            let lines: String = (from..from + 600).map(line).collect();
            format!("青禾茶叶:小满 --> 买家00 2026-05-04 07:00:00\n早\n{lines}")
        };
        let one = looked(db, &desk, "one.txt", log(0), ImportAsk::default()).await.id;
        let two = looked(db, &desk, "two.txt", log(300), ImportAsk::default()).await.id;
        for id in [one, two] {
            asked(&desk, id).await;
        }
        // As two nodes would work on them.
        let (first, second) = (importer(&desk), importer(&desk));
        let (a, b) = tokio::join!(first.until_ended(desk.org, one), second.until_ended(desk.org, two));
        let (a, b) = (a.expect("in"), b.expect("in"));
        assert_eq!((a.state, b.state), (ImportState::Done, ImportState::Done));
        assert_eq!((a.counts.created + b.counts.created, a.counts.unchanged + b.counts.unchanged), (901, 301));
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM message WHERE org_id = $1 AND client_id IS NOT NULL").await, 901);
        agrees(&desk).await;
    }
}
