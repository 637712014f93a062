//! Talks out of chat logs: like live ones, whatever order they come in, and given back.

use base::{Actor, Id, Ms, PageAsk};
use orders::import::{self, Import, ImportAsk, ImportKind, ImportState, Importer};
use reception::{Conversation, Kind, LOG, Message, Sender};
use store::testing::TestDb;
use store::{Tx, args, on_both};

use crate::kit::*;

fn clock() -> Ms {
    NOW
}

pub(crate) fn importer(desk: &Desk) -> Importer {
    Importer::new(desk.db.clone(), clock).with_talks(reception::TALKS)
}

/// A file that was looked at.
pub(crate) async fn looked(
    db: &TestDb,
    desk: &Desk,
    name: &str,
    bytes: impl AsRef<[u8]>,
    ask: ImportAsk,
) -> Import {
    let path = db.folder.path().join(fresh("log"));
    std::fs::write(&path, bytes).expect("written");
    let who = desk.boss.clone();
    importer(desk)
        .look(&who, desk.shop, &path, name, ask)
        .await
        .expect("looked at")
}

/// A run that waits to be worked on.
pub(crate) async fn asked(desk: &Desk, id: Id) {
    let who = desk.boss.clone();
    desk.write(move |tx| import::apply(tx, NOW, &who, id))
        .await
        .expect("asked");
}

/// A log taken in.
pub(crate) async fn taken(db: &TestDb, desk: &Desk, log: &str) -> Import {
    let run = looked(db, desk, "log.txt", log, ImportAsk::default()).await;
    assert_eq!(
        (run.sheets[0].kind, run.sheets[0].sure),
        (Some(ImportKind::Chats), true)
    );
    asked(desk, run.id).await;
    let run = importer(desk)
        .until_ended(desk.org, run.id)
        .await
        .expect("taken in");
    assert_eq!((run.state, &run.error), (ImportState::Done, &None));
    run
}

pub(crate) fn counts(run: &Import) -> (i64, i64, i64, i64) {
    (
        run.counts.read,
        run.counts.created,
        run.counts.unchanged,
        run.counts.refused,
    )
}

pub(crate) async fn undone(desk: &Desk, id: Id) -> Import {
    let who = desk.boss.clone();
    desk.write(move |tx| import::undo(tx, NOW, &who, id))
        .await
        .expect("asked");
    importer(desk)
        .until_ended(desk.org, id)
        .await
        .expect("given back")
}

/// The talk of a nick, with its messages.
fn talk(
    tx: &mut Tx<'_>,
    org: Id,
    shop: Id,
    nick: &str,
) -> Result<Option<(Conversation, Vec<Message>)>, base::Problem> {
    let known = customers::known_nicks(tx, &Actor::program(org), shop, &[nick])?;
    let Some(customer) = known.get(nick) else {
        return Ok(None);
    };
    let customer = customers::survivor(tx, org, *customer)?;
    let Some(found) = Conversation::of_buyer(tx, org, shop, customer, LOG)? else {
        return Ok(None);
    };
    let messages = Message::page(tx, org, found.id, Some(0), None, 10_000)?;
    Ok(Some((found, messages)))
}

pub(crate) async fn talk_of(desk: &Desk, nick: &'static str) -> Option<(Conversation, Vec<Message>)> {
    let (org, shop) = (desk.org, desk.shop);
    desk.read(move |tx| talk(tx, org, shop, nick)).await
}

/// Who wrote what, or which event.
pub(crate) fn told(messages: &[Message]) -> Vec<String> {
    let one = |message: &Message| {
        let body: serde_json::Value = serde_json::from_str(message.body.get()).expect("a body");
        let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        match message.from {
            Sender::System => word("event"),
            from if message.kind == Kind::Product => format!("{} [{}]", from.key(), word("title")),
            from => format!("{} {}", from.key(), word("text")),
        }
    };
    messages.iter().map(one).collect()
}

/// Every written session and round is what the messages make.
pub(crate) async fn agrees(desk: &Desk) {
    let org = desk.org;
    let differs = desk
        .write(move |tx| {
            let mut differs = Vec::new();
            for id in reception::ids_after(tx, org, Id(0), 1_000)? {
                differs.extend(reception::rebuild(tx, org, id, false)?);
            }
            Ok(differs)
        })
        .await
        .expect("rebuilt");
    assert_eq!(differs, Vec::<String>::new());
}

/// Rounds of a talk: whose, wait in seconds, how it ended.
pub(crate) async fn rounds(desk: &Desk, id: Id) -> Vec<(Option<Id>, i64, String)> {
    let org = desk.org;
    desk.read(move |tx| {
        tx.rows(
            "SELECT agent_id, (ended_at - began_at) / 1000, ended FROM round
             WHERE org_id = $1 AND conversation_id = $2 ORDER BY no",
            args![org, id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    })
    .await
}

pub(crate) async fn count(desk: &Desk, sql: &'static str) -> i64 {
    let org = desk.org;
    desk.read(move |tx| Ok(tx.value(sql, args![org])?.unwrap_or_default()))
        .await
}

pub(crate) async fn is_of(desk: &Desk, account: &str, person: &Actor, from: Option<Ms>, until: Option<Ms>) {
    let (who, shop) = (desk.boss.clone(), desk.shop);
    let new = team::NewShopAccount {
        account: account.to_owned(),
        person: person.person(),
        left: None,
        from,
        until,
    };
    desk.write(move |tx| team::add_shop_account(tx, NOW, &who, shop, new.clone()))
        .await
        .expect("somebody's");
}

/// The job that attributes anew, as the loop does it.
async fn attributed(desk: &Desk) {
    let (org, shop) = (desk.org, desk.shop);
    desk.write(move |tx| reception::accounts_changed(tx, NOW, org, shop))
        .await
        .expect("scheduled");
    loop {
        let done = desk.write(move |tx| {
            let jobs = tx.claim_jobs(NOW, 1_000, 10)?;
            for job in &jobs {
                tx.finish_job(job)?;
                reception::run_job(tx, NOW, job)?;
            }
            Ok(jobs.len())
        });
        if done.await.expect("done") == 0 {
            return;
        }
    }
}

const MAY: &str = "\
林小叶 2026-05-04 10:00:00\n在吗\n\
青禾茶叶:小满 2026-05-04 10:00:20\n在的亲\n\
林小叶 2026-05-04 10:01:00\n这茶怎么泡\n已读\n\
林小叶 2026-05-04 10:01:05\n急\n\
青禾茶叶：小满2026-05-04 10:02:00\n八十度水\n\
林小叶 2026-05-04 15:00:00\n谢谢\n";

on_both! { TABLES;
    async fn a_log_becomes_a_talk_with_sessions_and_rounds_like_a_live_one(db: &TestDb) {
        let desk = desk(db).await;
        is_of(&desk, "青禾茶叶:小满", &desk.man, None, None).await;
        let run = taken(db, &desk, MAY).await;
        assert_eq!(counts(&run), (6, 6, 0, 0));
        let (found, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!(told(&messages), [
            "queued", "buyer 在吗", "assigned", "agent 在的亲", "buyer 这茶怎么泡", "buyer 急", "agent 八十度水", "timed_out",
            "queued", "buyer 谢谢", "closed",
        ]);
        let man = desk.man.person();
        assert_eq!((found.state, found.agent, found.unread, found.session), (reception::State::Closed, man, 0, 2));
        assert_eq!(rounds(&desk, found.id).await, [
            (man, 20, "answered".to_owned()), (man, 60, "answered".to_owned()), (None, 86_400, "closed".to_owned()),
        ]);
        assert!(messages.iter().zip(1..).all(|(message, seq)| message.seq == seq));
        assert!(messages.windows(2).all(|two| two[0].at <= two[1].at), "in the order of time");
        agrees(&desk).await;
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM log WHERE org_id = $1 AND kind LIKE 'message.%'").await, 0);
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM job WHERE org_id = $1 AND kind = 'reception.clock'").await, 0);

        let again = taken(db, &desk, MAY).await;
        assert_eq!(counts(&again), (6, 0, 6, 0));
        assert_eq!(again.same_as, Some(run.id));
        let (same, _) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!(same, found, "the same file again changes nothing");

        let (who, id) = (desk.boss.clone(), found.id);
        let refused = desk.write(move |tx| reception::reopen(tx, NOW, &who, id)).await.expect_err("refused");
        assert_eq!(refused.code, "from_log");
    }

    async fn logs_come_in_any_order_and_overlap(db: &TestDb) {
        let desk = desk(db).await;
        is_of(&desk, "青禾茶叶:小满", &desk.man, None, None).await;
        let later = taken(db, &desk, "林小叶 2026-05-04 10:01:05\n急\n青禾茶叶:小满 2026-05-04 10:02:00\n八十度水\n林小叶 2026-05-04 15:00:00\n谢谢\n").await;
        assert_eq!(counts(&later), (3, 3, 0, 0));
        let whole = taken(db, &desk, MAY).await;
        assert_eq!(counts(&whole), (6, 3, 3, 0), "only what is new");
        let (found, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        let other = found_desk_talk(db, MAY).await;
        assert_eq!(told(&messages), other, "as if it had come in order");
        assert_eq!(found.created_at, messages[0].at);
        agrees(&desk).await;
        // Doubled within one file.
        let doubled = taken(db, &desk, &format!("{MAY}{MAY}")).await;
        assert_eq!(counts(&doubled), (12, 0, 12, 0));
    }

    async fn an_account_is_whose_it_was_at_the_time(db: &TestDb) {
        let desk = desk(db).await;
        let noon = Ms(1_777_867_200_000); // 2026-05-04 12:00 in Shanghai
        let log = "林小叶 2026-05-04 10:00:00\n在吗\n青禾茶叶:前台 2026-05-04 10:00:20\n在的\n林小叶 2026-05-04 14:00:00\n还在吗\n青禾茶叶:前台 2026-05-04 14:00:30\n在\n";
        let run = looked(db, &desk, "log.txt", log, ImportAsk::default()).await;
        let seen = importer(&desk).preview(&desk.boss, run.id).await.expect("seen");
        assert_eq!(seen.unmapped.iter().map(|one| (one.account.as_str(), one.messages)).collect::<Vec<_>>(), [("青禾茶叶:前台", 2)]);
        assert_eq!((seen.counts.created, talk_of(&desk, "林小叶").await.is_none()), (4, true), "a preview writes nothing");
        taken(db, &desk, log).await;
        let id = talk_of(&desk, "林小叶").await.expect("a talk").0.id;
        let whose = |rounds: Vec<(Option<Id>, i64, String)>| rounds.into_iter().map(|one| (one.0, one.1)).collect::<Vec<_>>();
        assert_eq!(whose(rounds(&desk, id).await), [(None, 20), (None, 30)], "nobody's as long as nobody is named");
        is_of(&desk, "青禾茶叶：前台", &desk.man, None, Some(noon)).await;
        is_of(&desk, "青禾茶叶:前台", &desk.gu, Some(noon), None).await;
        attributed(&desk).await;
        assert_eq!(whose(rounds(&desk, id).await), [(desk.man.person(), 20), (desk.gu.person(), 30)]);
        agrees(&desk).await;
        let seen = importer(&desk).preview(&desk.boss, run.id).await.expect("seen");
        assert_eq!(seen.unmapped, []);
    }

    async fn undoing_gives_back_what_nobody_touched(db: &TestDb) {
        let desk = desk(db).await;
        let before = count(&desk, "SELECT COUNT(*) FROM customer WHERE org_id = $1").await;
        taken(db, &desk, "沈一 2026-05-03 09:00:00\n有货吗\n").await;
        let (kept, was) = talk_of(&desk, "沈一").await.expect("a talk");
        let run = taken(db, &desk, &format!("{MAY}沈一 2026-05-04 09:00:00\n又来了\n周二 2026-05-04 09:00:00\n好\n")).await;
        let noted = talk_of(&desk, "周二").await.expect("a talk").0.id;
        let note = note(noted, "常客");
        let man = desk.boss.clone();
        desk.write(move |tx| reception::say(tx, NOW, &man, &note)).await.expect("noted");
        agrees(&desk).await;
        let back = undone(&desk, run.id).await;
        assert_eq!((back.state, back.given_back, back.kept), (ImportState::Undone, 2, 1));
        let who = desk.boss.clone();
        let left = desk.read(move |tx| import::kept(tx, &who, run.id, &PageAsk::default())).await;
        assert_eq!(left.items.iter().map(|row| (row.kind.as_str(), row.id)).collect::<Vec<_>>(), [("talk", noted)]);
        assert!(talk_of(&desk, "林小叶").await.is_none());
        let (same, is) = talk_of(&desk, "沈一").await.expect("a talk");
        assert_eq!((same.id, told(&is)), (kept.id, told(&was)), "what another log brought stays");
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM customer WHERE org_id = $1").await, before + 2, "no customer of nothing");
        agrees(&desk).await;
        let again = taken(db, &desk, MAY).await;
        assert_eq!(counts(&again), (6, 6, 0, 0), "and it can be sent again");
    }

    async fn a_log_that_was_killed_in_the_middle_goes_on(db: &TestDb) {
        let desk = desk(db).await;
        let mut log = "青禾茶叶:小满 --> 买家0 2026-05-04 09:00:00\n早\n".to_owned();
        for n in 0..900 {
            let (minute, second) = (n / 60, n % 60);
            log.push_str(&format!("买家{} 2026-05-04 1{}:{minute:02}:{second:02}\n第{n}句\n", n % 90, n % 3));
        }
        let run = looked(db, &desk, "log.txt", &log, ImportAsk::default()).await;
        let id = run.id;
        asked(&desk, id).await;
        let killed = importer(&desk);
        let org = desk.org;
        let work = tokio::spawn(async move { killed.work(org, id).await });
        while count(&desk, "SELECT COUNT(*) FROM message WHERE org_id = $1").await == 0 {
            tokio::task::yield_now().await;
        }
        work.abort();
        let _ = work.await;
        let mut run = run;
        // What the killed one had asked of the database may still be written after it, and is its last beat.
        for _ in 0..20 {
            desk.write(|tx| tx.exec("UPDATE import_run SET beat_at = 0", args![])).await.expect("long ago");
            importer(&desk).go_on().await.expect("gone on");
            let who = desk.boss.clone();
            run = desk.read(move |tx| import::import(tx, &who, id)).await;
            if run.state == ImportState::Done {
                break;
            }
        }
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (901, 901, 0, 0)));
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM message WHERE org_id = $1 AND sender = 'buyer'").await, 900);
        agrees(&desk).await;
    }

    async fn a_slice_that_fails_leaves_nothing_and_goes_in_again(db: &TestDb) {
        let desk = desk(db).await;
        let mut log = "青禾茶叶:小满 --> 买家0 2026-05-04 09:00:00\n早\n".to_owned();
        for n in 0..900 {
            log.push_str(&format!("买家{:02} 2026-05-04 10:{:02}:{:02}\n第{n}句\n", n / 10, n / 60, n % 60));
        }
        let run = looked(db, &desk, "log.txt", &log, ImportAsk::default()).await;
        let (org, id) = (desk.org, run.id);
        asked(&desk, id).await;
        // Fails when the work is done and not yet committed, as a disk that is full does.
        let broken = import::Talks { take_in: fails_after, ..reception::TALKS };
        let failed = Importer::new(desk.db.clone(), clock).with_talks(broken).work(org, id).await;
        assert_eq!(failed.expect_err("broken").status, 500);
        let who = desk.boss.clone();
        let run = desk.read(move |tx| import::import(tx, &who, id)).await;
        assert_eq!(run.state, ImportState::Running, "nobody gave up");
        assert!(run.counts.created > 0, "the slices before it are in");
        assert!(talk_of(&desk, LAST).await.is_none(), "nothing of the slice is");
        let written = "SELECT COUNT(*) FROM message WHERE org_id = $1 AND client_id IS NOT NULL";
        assert_eq!(count(&desk, written).await, run.counts.created);
        let half = "SELECT COUNT(*) FROM customer WHERE org_id = $1 AND NOT EXISTS (
            SELECT 1 FROM conversation t WHERE t.org_id = customer.org_id AND t.customer_id = customer.id)";
        let strangers = count(&desk, half).await;
        agrees(&desk).await;
        desk.write(|tx| tx.exec("UPDATE import_run SET beat_at = 0", args![])).await.expect("long ago");
        importer(&desk).go_on().await.expect("gone on");
        let who = desk.boss.clone();
        let run = desk.read(move |tx| import::import(tx, &who, id)).await;
        assert_eq!((run.state, counts(&run)), (ImportState::Done, (901, 901, 0, 0)));
        assert_eq!(count(&desk, written).await, 901);
        assert_eq!(count(&desk, half).await, strangers, "no customer without a talk");
        agrees(&desk).await;

        // One that is refused ends the run with the reason; what was in goes, and the file comes in anew.
        undone(&desk, id).await;
        assert_eq!(count(&desk, written).await, 0);
        let run = looked(db, &desk, "log.txt", &log, ImportAsk::default()).await;
        asked(&desk, run.id).await;
        let refusing = import::Talks { take_in: refuses_after, ..reception::TALKS };
        let ended = Importer::new(desk.db.clone(), clock).with_talks(refusing).until_ended(org, run.id).await.expect("ended");
        assert_eq!((ended.state, ended.error.expect("why")["code"].as_str()), (ImportState::Failed, Some("out_of_range")));
        assert_eq!(count(&desk, written).await, ended.counts.created);
        let back = undone(&desk, run.id).await;
        assert_eq!((back.state, count(&desk, written).await), (ImportState::Undone, 0));
        assert_eq!(counts(&taken(db, &desk, &log).await), (901, 901, 0, 0));
        agrees(&desk).await;
    }

    async fn a_table_of_times_needs_its_day_and_shows_the_cards_of_products(db: &TestDb) {
        let desk = desk(db).await;
        let (who, shop) = (Actor::program(desk.org), desk.shop);
        let product: catalogue::NewProduct = serde_json::from_value(serde_json::json!({
            "code": "42", "title": "明前龙井", "shops": [shop], "skus": [{"code": "T1", "spec": "50g", "price_fen": 9_900, "floor_fen": 9_000, "on_hand": 5}],
        })).expect("a product");
        desk.write(move |tx| catalogue::upsert_product(tx, NOW, &who, &product)).await.expect("a product");
        let table = web_table(&[
            ("23:59:00", "https://item.taobao.com/item.htm?id=42", "林小叶", "客户"),
            ("00:00:30", "请在客户端查看原始聊天记录，网页版无法展示", "青禾茶叶:小满", "客服"),
        ]);
        let run = looked(db, &desk, "聊天.xlsx", &table, ImportAsk::default()).await;
        assert_eq!(run.sheets[0].missing, ["day"]);
        let (who, id) = (desk.boss.clone(), run.id);
        let refused = desk.write(move |tx| import::apply(tx, NOW, &who, id)).await.expect_err("refused");
        assert_eq!(refused.code, "import_incomplete");
        let change = import::ImportChange { day: Some("2026-05-05".into()), ..import::ImportChange::default() };
        let run = importer(&desk).look_again(&desk.boss, id, change, false).await.expect("looked at");
        let chats = run.sheets[0].chats.clone().expect("a log");
        assert_eq!((chats.day.as_deref(), chats.messages, run.sheets[0].generation.as_deref()), (Some("2026-05-05"), 2, Some("qianniu_web")));
        asked(&desk, id).await;
        importer(&desk).until_ended(desk.org, id).await.expect("taken in");
        let (_, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!(told(&messages), ["queued", "buyer [明前龙井]", "agent 请在客户端查看原始聊天记录，网页版无法展示", "timed_out"]);
        agrees(&desk).await;
    }

    async fn what_the_platform_tells_hands_talks_on(db: &TestDb) {
        let desk = desk(db).await;
        is_of(&desk, "青禾茶叶:小满", &desk.man, None, None).await;
        is_of(&desk, "青禾茶叶:谷雨", &desk.gu, None, None).await;
        taken(db, &desk, "林小叶 2026-05-04 10:00:00\n在吗\n当前用户来自 商品详情页\n由 服务助手 转交给 青禾茶叶:小满\n\
            林小叶 2026-05-04 10:01:00\n人呢\n由 青禾茶叶:小满 转交给 青禾茶叶:谷雨\n\
            青禾茶叶:谷雨 2026-05-04 10:02:00\n您好\n林小叶 撤回了一条消息\n\
            服务助手 2026-05-04 10:02:10\n本店包邮\n").await;
        let (found, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!(told(&messages), [
            "queued", "buyer 在吗", "log", "transferred", "buyer 人呢", "transferred", "agent 您好", "log", "auto 本店包邮", "timed_out",
        ]);
        assert_eq!(rounds(&desk, found.id).await, [
            (desk.man.person(), 60, "transferred".to_owned()), (desk.gu.person(), 60, "answered".to_owned()),
        ]);
        agrees(&desk).await;
    }

    async fn what_was_emptied_is_not_brought_back(db: &TestDb) {
        let desk = desk(db).await;
        taken(db, &desk, MAY).await;
        let id = talk_of(&desk, "林小叶").await.expect("a talk").0.id;
        let (who, cut) = (Actor::program(desk.org), Ms(1_777_867_200_000));
        desk.write(move |tx| reception::privacy::retain_talk(tx, NOW, &who, (id, 7), cut, 100)).await.expect("emptied");
        let again = taken(db, &desk, &format!("{MAY}林小叶 2026-05-04 10:00:05\n更早的\n林小叶 2026-05-06 10:00:00\n后来的\n")).await;
        assert_eq!(counts(&again), (8, 1, 7, 0), "what is as old as that is not taken in");
        let (_, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert!(told(&messages[..7]).iter().all(|said| !said.contains("在吗") && !said.contains("更早")));
        assert!(told(&messages).contains(&"buyer 后来的".to_owned()));
        agrees(&desk).await;
    }

    async fn customers_who_are_joined_have_one_talk(db: &TestDb) {
        let desk = desk(db).await;
        taken(db, &desk, "林小叶 2026-05-04 10:00:00\n在吗\n小叶子 2026-05-05 10:00:00\n换了号\n青禾茶叶:小满 2026-05-05 10:00:09\n好\n").await;
        let (own, _) = talk_of(&desk, "林小叶").await.expect("a talk");
        let (theirs, _) = talk_of(&desk, "小叶子").await.expect("a talk");
        crate::joined::join(&desk, theirs.customer, own.customer).await;
        let (_, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!(told(&messages).iter().filter(|said| said.starts_with("buyer")).count(), 2);
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM conversation WHERE org_id = $1").await, 1);
        agrees(&desk).await;
    }

    async fn logs_of_another_shop_or_organisation_are_out_of_reach(db: &TestDb) {
        let desk = desk(db).await;
        let other = found(&db.db, "别家").await;
        let run = taken(db, &desk, MAY).await;
        for who in [desk.li.clone(), desk.man.clone(), other.owner.clone()] {
            let refused = desk.write(move |tx| import::undo(tx, NOW, &who, run.id)).await.expect_err("refused");
            assert!([403, 404].contains(&refused.status), "{refused:?}");
        }
        let path = db.folder.path().join(fresh("log"));
        std::fs::write(&path, MAY).expect("written");
        let refused = importer(&desk).look(&desk.boss, desk.side, &path, "log.txt", ImportAsk::default()).await.expect_err("refused");
        assert_eq!(refused.status, 404);
        let shop = desk.shop;
        let stranger = other.owner.clone();
        let refused = desk.write(move |tx| team::shop_accounts(tx, &stranger, shop)).await.expect_err("refused");
        assert_eq!(refused.status, 404);
    }
}

/// A buyer at the end of the log that does not go in.
const LAST: &str = "买家89";

/// Takes talks in, and fails afterwards where the last buyer is among them.
fn fails_after(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    place: (Id, Id),
    talks: &[sheet::chat::ChatTalk],
) -> Result<import::ImportCounts, base::Problem> {
    let counts = (reception::TALKS.take_in)(tx, now, who, place, talks)?;
    match talks.iter().any(|talk| talk.buyer == LAST) {
        true => Err(base::Problem::internal()),
        false => Ok(counts),
    }
}

/// [`fails_after`] with a reason that is no fault of the program.
fn refuses_after(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    place: (Id, Id),
    talks: &[sheet::chat::ChatTalk],
) -> Result<import::ImportCounts, base::Problem> {
    let refused = |_| base::Problem::input("text", "out_of_range", "Not this one.");
    fails_after(tx, now, who, place, talks).map_err(refused)
}

/// What another organisation has of a log that came in order.
async fn found_desk_talk(db: &TestDb, log: &str) -> Vec<String> {
    let desk = found(&db.db, "另一家").await;
    is_of(&desk, "青禾茶叶:小满", &desk.man, None, None).await;
    taken(db, &desk, log).await;
    told(&talk_of(&desk, "林小叶").await.expect("a talk").1)
}

/// The table of the web page: rows of time, text, account, side.
pub(crate) fn web_table(rows: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let headers = [
        "客户名",
        "消息序号",
        "发送时间",
        "发送内容",
        "发送账号",
        "账号类型",
    ]
    .map(sheet::Column::new);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer =
        sheet::Writer::xlsx(&mut bytes, "林小叶", jiff::tz::TimeZone::UTC, &headers).expect("begun");
    for (n, (time, text, account, side)) in rows.iter().enumerate() {
        let number = (n + 1).to_string();
        let cells: [sheet::Value<'_>; 6] = ["林小叶", &number, time, text, account, side].map(Into::into);
        writer.row(cells).expect("written");
    }
    writer.finish().expect("saved");
    bytes.into_inner()
}
