//! Chat logs as they come in a shop's life: in pieces, in any order, in two forms, of names nobody knows.

use base::Ms;
use orders::import::{self, ImportAsk, ImportChange};
use store::on_both;
use store::testing::TestDb;

use crate::kit::*;
use crate::logs::{
    agrees, asked, count, counts, importer, is_of, looked, rounds, taken, talk_of, told, undone,
};

/// Numbers that look drawn by chance, and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// The head of a message, so many seconds after a morning.
fn head(name: &str, second: u64) -> String {
    let (day, second) = (second / 86_400 + 1, second % 86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{name} 2026-05-{day:02} {hour:02}:{minute:02}:{second:02}\n")
}

/// A talk of some days with gaps of all lengths: each message with its head, none in the second of another.
fn talk_by(chance: &mut Chance) -> Vec<String> {
    let gaps = [1, 7, 40, 400, 599, 600, 601, 4_000, 30_000, 86_400, 90_000];
    let names = [
        "林小叶",
        "林小叶",
        "青禾茶叶:小满",
        "青禾茶叶:谷雨",
        "青禾茶叶:无名",
        "服务助手",
    ];
    let mut second = chance.below(40_000);
    (0..60)
        .map(|n| {
            second += gaps[chance.below(gaps.len() as u64) as usize];
            let name = names[chance.below(names.len() as u64) as usize];
            let handed = ["", "\n由 服务助手 转交给 青禾茶叶:谷雨"][usize::from(chance.below(9) == 0)];
            format!("{}第{n}句{handed}\n", head(name, second))
        })
        .collect()
}

/// What is written of the talk, with its sessions and rounds and where it stands.
async fn written(desk: &Desk) -> (Vec<String>, Vec<String>, String) {
    let (found, messages) = talk_of(desk, "林小叶").await.expect("a talk");
    let (org, id) = (desk.org, found.id);
    let rows = desk
        .read(move |tx| {
            tx.rows(
                "SELECT no, session, agent_id, buyer_seq, began_at, warn_at, breach_at, ended_at, reply_seq, ended FROM round
                 WHERE org_id = $1 AND conversation_id = $2 ORDER BY no",
                store::args![org, id],
                |row| {
                    Ok(format!(
                        "{} {} {:?} {} {} {} {} {:?} {:?} {:?}",
                        row.get::<i64>(0)?,
                        row.get::<i64>(1)?,
                        row.get::<Option<base::Id>>(2)?,
                        row.get::<i64>(3)?,
                        row.get::<i64>(4)?,
                        row.get::<i64>(5)?,
                        row.get::<i64>(6)?,
                        row.get::<Option<i64>>(7)?,
                        row.get::<Option<i64>>(8)?,
                        row.get::<Option<String>>(9)?
                    ))
                },
            )
        })
        .await;
    let stands = (
        found.state,
        found.agent,
        found.session,
        found.stage,
        found.human_at,
        found.last_text,
        found.created_at,
    );
    let messages = told(&messages).into_iter().zip(&messages);
    let messages = messages.map(|(said, message)| format!("{} {:?} {said}", message.at.0, message.person));
    (messages.collect(), rows, format!("{stands:?}"))
}

/// The talk without who it is: ids differ from organisation to organisation.
fn nameless(desk: &Desk, (messages, rounds, stands): (Vec<String>, Vec<String>, String)) -> String {
    let whole = format!("{}\n{}\n{stands}", messages.join("\n"), rounds.join("\n"));
    [&desk.man, &desk.gu]
        .into_iter()
        .zip(["小满", "谷雨"])
        .fold(whole, |text, (who, name)| {
            text.replace(&format!("{:?}", who.person().expect("a person")), name)
        })
}

async fn staffed(db: &TestDb, name: &'static str) -> Desk {
    let desk = found(&db.db, name).await;
    is_of(&desk, "青禾茶叶:小满", &desk.man, None, None).await;
    is_of(&desk, "青禾茶叶:谷雨", &desk.gu, None, None).await;
    desk
}

on_both! { TABLES;
    async fn a_talk_in_pieces_is_the_talk_as_a_whole_whatever_their_order(db: &TestDb) {
        for seed in 1..=4 {
            let mut chance = Chance(seed);
            let said = talk_by(&mut chance);
            let whole = staffed(db, "一次").await;
            taken(db, &whole, &format!("青禾茶叶:小满 --> 林小叶 2026-04-01 08:00:00\n早\n{}", said.concat())).await;
            let pieces = staffed(db, "分次").await;
            let mut cuts: Vec<usize> = (0..5).map(|_| chance.below(60) as usize).chain([0, 60]).collect();
            cuts.sort_unstable();
            let mut parts: Vec<&[String]> = cuts.windows(2).map(|two| &said[two[0]..two[1]]).collect();
            for last in (1..parts.len()).rev() {
                parts.swap(last, chance.below(last as u64 + 1) as usize);
            }
            for part in parts {
                let log = format!("青禾茶叶:小满 --> 林小叶 2026-04-01 08:00:00\n早\n{}", part.concat());
                taken(db, &pieces, &log).await;
                agrees(&pieces).await;
            }
            assert_eq!(nameless(&pieces, written(&pieces).await), nameless(&whole, written(&whole).await), "{seed}");
            agrees(&whole).await;
        }
    }

    async fn the_same_talk_in_two_forms_is_one(db: &TestDb) {
        let desk = desk(db).await;
        taken(db, &desk, "林小叶 2026-05-04 10:00:00\n在吗\n青禾茶叶:小满 2026-05-04 10:00:20\n在的亲\n").await;
        let old = taken(db, &desk, "青禾茶叶:小满\n2026年5月4日10:00:00 林小叶: 在吗\n2026年5月4日10:00:20 青禾茶叶：小满: 在的亲\n").await;
        assert_eq!((old.sheets[0].generation.as_deref(), counts(&old)), (Some("wangwang"), (2, 0, 2, 0)));
        // By the name that buyers see.
        let run = looked(db, &desk, "log.txt", "[林小叶] 2026-05-04 10:00:00\n在吗\n[小满] 2026-05-04 10:00:20\n在的亲\n", ImportAsk::default()).await;
        let change = ImportChange { columns: [("小满".to_owned(), Some("account".to_owned()))].into(), ..ImportChange::default() };
        let run = importer(&desk).look_again(&desk.boss, run.id, change, false).await.expect("looked at");
        let seen = importer(&desk).preview(&desk.boss, run.id).await.expect("seen");
        assert_eq!((seen.counts.created, seen.counts.unchanged), (0, 2));
    }

    async fn names_nobody_knows_are_said_once_to_be_the_shops_or_buyers(db: &TestDb) {
        let desk = desk(db).await;
        let log = "[林小叶] 2026-05-04 10:00:00\n在吗\n[青禾客服] 2026-05-04 10:00:20\n在的\n[青禾客服] 2026-05-04 10:00:30\n您说\n";
        let run = looked(db, &desk, "log.txt", log, ImportAsk::default()).await;
        let chats = run.sheets[0].chats.clone().expect("a log");
        assert_eq!((chats.unsure.as_slice(), chats.messages, chats.refused), (&["青禾客服".to_owned(), "林小叶".to_owned()][..], 0, 3));
        let name = |name: &str, is: Option<&str>| ImportChange { columns: [(name.to_owned(), is.map(str::to_owned))].into(), ..ImportChange::default() };
        for who in [desk.man.clone(), desk.li.clone()] {
            let refused = importer(&desk).look_again(&who, run.id, name("青禾客服", Some("account")), true).await.expect_err("refused");
            assert!([403, 404].contains(&refused.status), "{refused:?}");
        }
        let run = importer(&desk).look_again(&desk.boss, run.id, name("青禾客服", Some("account")), true).await.expect("looked at");
        let chats = run.sheets[0].chats.clone().expect("a log");
        assert_eq!((chats.unsure.len(), chats.messages, chats.accounts[0].account.as_str()), (0, 3, "青禾客服"));
        asked(&desk, run.id).await;
        let run = importer(&desk).until_ended(desk.org, run.id).await.expect("taken in");
        assert_eq!(counts(&run), (3, 3, 0, 0));
        let id = talk_of(&desk, "林小叶").await.expect("a talk").0.id;
        assert_eq!(rounds(&desk, id).await, [(None, 20, "answered".to_owned())]);

        // The next file is read so by itself; a buyer's name is remembered nowhere.
        let next = looked(db, &desk, "log.txt", "[沈一] 2026-05-05 10:00:00\n早\n[青禾客服] 2026-05-05 10:00:20\n早\n", ImportAsk::default()).await;
        assert_eq!(next.sheets[0].chats.clone().expect("a log").messages, 2);
        let two = "[沈一] 2026-05-05 11:00:00\n有货吗\n[周二] 2026-05-05 11:01:00\n发了吗\n";
        let two = looked(db, &desk, "log.txt", two, ImportAsk::default()).await;
        let both = ImportChange { columns: ["沈一", "周二"].map(|name| (name.to_owned(), None)).into(), ..ImportChange::default() };
        let two = importer(&desk).look_again(&desk.boss, two.id, both, true).await.expect("looked at");
        assert_eq!(two.sheets[0].chats.clone().expect("a log").buyers, 2);
        asked(&desk, two.id).await;
        let two = importer(&desk).until_ended(desk.org, two.id).await.expect("taken in");
        assert_eq!(counts(&two), (2, 2, 0, 0));
        let (who, shop) = (desk.boss.clone(), desk.shop);
        let names = desk.read(move |tx| import::names(tx, &who, shop)).await;
        assert_eq!(names.iter().map(|name| (name.header.as_str(), name.column.as_str())).collect::<Vec<_>>(), [("青禾客服", "account")]);

        // Nobody's name stays with the runs once somebody was erased.
        let org = desk.org;
        desk.write(move |tx| {
            let mut after = base::Id(0);
            while let Some((run, _)) = orders::privacy::forget_cells(tx, org, after)? {
                after = run;
            }
            Ok(())
        }).await.expect("forgotten");
        let left = desk.read(move |tx| {
            tx.rows("SELECT ask, sheets FROM import_run WHERE org_id = $1", store::args![org], |row| {
                Ok(row.get::<String>(0)? + &row.get::<String>(1)?)
            })
        }).await.concat();
        assert!(left.contains("青禾客服") && !left.contains("周二") && !left.contains("林小叶"), "{left}");
    }

    async fn one_nick_in_two_shops_is_two_talks_and_a_strange_account_harms_nothing(db: &TestDb) {
        let desk = desk(db).await;
        let asks = "在吗".repeat(60);
        let log = format!("林小叶 2026-05-04 10:00:00\n{asks}\n青禾茶叶:小\u{0}满 2026-05-04 10:00:20\n在\u{0}的\n由 服务助手 转交给 青禾茶叶:谷\u{0}雨\n");
        let run = taken(db, &desk, &log).await;
        assert_eq!(counts(&run), (3, 3, 0, 0));
        let other = Desk { shop: desk.side, boss: desk.owner.clone(), ..desk.clone() };
        assert_eq!(counts(&taken(db, &other, &log).await), (3, 3, 0, 0));
        assert_eq!(count(&desk, "SELECT COUNT(*) FROM conversation WHERE org_id = $1").await, 2);
        assert_eq!(count(&desk, "SELECT COUNT(DISTINCT customer_id) FROM conversation WHERE org_id = $1").await, 2);
        let (found, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!(told(&messages), ["queued", &format!("buyer {asks}"), "agent 在的", "transferred", "timed_out"]);
        assert_eq!(messages[2].name.as_deref(), Some("青禾茶叶:小满"));
        assert_eq!(found.agent, None);
        agrees(&desk).await;
    }

    async fn undoing_takes_an_earlier_file_out_of_a_talk_a_later_one_went_on_with(db: &TestDb) {
        let desk = staffed(db, "青禾商贸").await;
        let day = |day: u32, hour: u32, text: &str| format!("林小叶 2026-05-{day:02} {hour:02}:00:00\n{text}\n青禾茶叶:小满 2026-05-{day:02} {hour:02}:00:30\n好\n");
        taken(db, &desk, &day(1, 9, "一号")).await;
        let second = taken(db, &desk, &[day(2, 9, "二号"), day(2, 15, "下午")].concat()).await;
        taken(db, &desk, &[day(3, 9, "三号"), day(4, 9, "四号")].concat()).await;
        undone(&desk, second.id).await;
        let (found, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        let said: Vec<_> = told(&messages).into_iter().filter(|said| said.starts_with("buyer")).collect();
        assert_eq!((said, found.session), (["buyer 一号", "buyer 三号", "buyer 四号"].map(str::to_owned).into(), 3));
        assert_eq!(found.created_at, messages[0].at);
        agrees(&desk).await;
        let again = taken(db, &desk, &[day(2, 9, "二号"), day(2, 15, "下午")].concat()).await;
        assert_eq!((counts(&again), talk_of(&desk, "林小叶").await.expect("a talk").0.session), ((4, 4, 0, 0), 5));
        agrees(&desk).await;
    }

    async fn a_long_talk_goes_in_piece_by_piece(db: &TestDb) {
        let desk = staffed(db, "青禾商贸").await;
        let log: String = (0..3_000_u64).map(|n| {
            let name = ["林小叶", "青禾茶叶:小满"][n as usize % 2];
            format!("{}第{n}句\n", head(name, n * 700))
        }).collect();
        assert_eq!(counts(&taken(db, &desk, &log).await), (3_000, 3_000, 0, 0));
        let (found, messages) = talk_of(&desk, "林小叶").await.expect("a talk");
        assert_eq!((found.session, messages.len()), (1_500, 3_000 + 3 * 1_500));
        assert!(found.last_at > Ms(0));
        agrees(&desk).await;
    }
}
