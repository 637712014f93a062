//! A buyer across the rooms: that nothing of them is left, and what stays for the books.

mod joined;
mod kept;

use base::{Actor, Fen, Id, Ms, Permission, Problem, Shops};
use customers::{ErasureState, IdentityKind, NewContact};
use orders::{Buyer, NewLine, NewOrder, NewOrderReview, OrderStatus, PayStatus, ShipStatus};
use reception::{BuyerSays, Say, Saying};
use serde_json::{Value, json};
use store::testing::TestDb;
use store::{Db, FileRow, Files, Tx, args, on_both};

use super::{JOB, erase, step};
use crate::app::SCHEMAS;

const NOW: Ms = Ms(1_790_000_000_000);
const DAY: i64 = 86_400_000;
const NICK: &str = "青柠不怕冷";
/// What must be nowhere when they were erased.
const THEIRS: [&str; 12] = [
    NICK,
    "周晓棠",
    "13812345678",
    "文三路",
    "放门卫",
    "颜色怕深",
    "YT5566778899",
    "住三楼没电梯",
    "转给仓库看",
    "线头很多",
    "每月回访棠",
    "喜欢素色",
];

struct Scene {
    org: Id,
    shop: Id,
    boss: Actor,
    agent: Actor,
    customer: Id,
    order: Id,
    conversation: Id,
}

async fn act<T: Send + 'static>(
    db: &Db,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
) -> T {
    db.write(move |tx| work(tx)).await.expect("done")
}

fn person(tx: &mut Tx<'_>, org: Id, role: &str) -> Result<Actor, Problem> {
    let who = Actor::program(org);
    let role = team::role_by_key(tx, org, role)?.expect("a role").id;
    let new = team::NewPerson {
        login: format!("p{}", tx.id()),
        name: "小满".into(),
        roles: vec![role],
        ..team::NewPerson::default()
    };
    let id = team::add_person(tx, NOW, &who, new)?.id;
    Ok(team::actor_of(tx, org, id)?.expect("an actor"))
}

fn order(shop: Id, number: &str, at: Ms) -> NewOrder {
    NewOrder {
        shop,
        number: number.into(),
        buyer: Some(Buyer {
            kind: IdentityKind::Nick,
            value: NICK.into(),
            name: None,
        }),
        order_status: Some(OrderStatus::Done),
        pay_status: Some(PayStatus::Paid),
        ship_status: Some(ShipStatus::Signed),
        placed_at: Some(at),
        paid_at: Some(at),
        done_at: Some(at),
        receiver: Some("周晓棠".into()),
        phone: Some("13812345678".into()),
        address: Some("浙江省杭州市西湖区文三路9号".into()),
        buyer_note: Some("放门卫".into()),
        remark: Some("颜色怕深".into()),
        waybill: Some("YT5566778899".into()),
        lines: vec![NewLine {
            sku: None,
            code: None,
            title: "枕头".into(),
            spec: None,
            quantity: 1,
            price_fen: Fen(9_900),
        }],
        ..NewOrder::default()
    }
}

fn words(text: &str) -> Saying {
    Saying::Text { text: text.into() }.check().expect("a text")
}

/// A buyer with an order that is done, a talk that is open, and all that people write down of somebody.
async fn scene(db: &TestDb) -> Scene {
    act(db, |tx| {
        let org = team::found_org(tx, NOW, "栖竹家纺")?;
        let program = Actor::program(org);
        let new = team::NewShop {
            key: format!("{:0>16}", tx.id()),
            name: "栖竹旗舰店".into(),
            ..team::NewShop::default()
        };
        let shop = team::add_shop(tx, NOW, &program, new)?.id;
        let (boss, agent) = (person(tx, org, "owner")?, person(tx, org, "pre_sale")?);
        let done = orders::upsert(tx, NOW, &program, &order(shop, "T1", NOW.plus(-DAY)))?;
        let customer = done.customer.expect("a customer");
        let review = NewOrderReview {
            stars: Some(2),
            text: "线头很多".into(),
            at: None,
        };
        orders::review_order(tx, NOW, &program, done.id, &review)?;
        let contact = NewContact {
            real_name: Some("周晓棠".into()),
            phone: Some("13812345678".into()),
            address: None,
        };
        customers::keep_contact(tx, NOW, &boss, customer, &contact)?;
        let plan = customers::NewPlan {
            what: "每月回访棠".into(),
            every_days: Some(30),
            due_at: NOW.plus(DAY),
            person: None,
        };
        customers::add_plan(tx, NOW, &boss, customer, &plan)?;
        let change = customers::CustomerChange {
            note: Some("喜欢素色".into()),
            ..Default::default()
        };
        customers::edit_customer(tx, NOW, &boss, customer, &change)?;
        let buyer = Actor::buyer(org, shop, customer);
        let says = BuyerSays {
            shop,
            client_id: "b1".into(),
            saying: words("我住三楼没电梯"),
            quote: None,
            stage: None,
            language: None,
        };
        let (_, card) = reception::buyer_says(tx, NOW, &buyer, &says)?;
        reception::claim(tx, NOW.plus(1_000), &agent, card.id)?;
        let say = |id: &str, saying| Say {
            conversation: card.id,
            client_id: id.into(),
            saying,
            quote: Some(1),
            typed_ms: None,
            promise_ms: None,
            confirmed: Some(Vec::new()),
            filled: None,
        };
        reception::say(tx, NOW.plus(2_000), &agent, &say("a1", words("周晓棠您好")))?;
        let note = Saying::Note {
            text: "转给仓库看".into(),
            mentions: Vec::new(),
        };
        reception::say(
            tx,
            NOW.plus(3_000),
            &agent,
            &Say {
                quote: None,
                ..say("a2", note)
            },
        )?;
        Ok(Scene {
            org,
            shop,
            boss,
            agent,
            customer,
            order: done.id,
            conversation: card.id,
        })
    })
    .await
}

impl Scene {
    async fn close(&self, db: &TestDb) {
        let (agent, id) = (self.agent.clone(), self.conversation);
        act(db, move |tx| {
            reception::close(tx, NOW.plus(9_000), &agent, id, Some("说完了"))
        })
        .await;
    }

    async fn ask(
        &self,
        db: &TestDb,
        who: &Actor,
        confirm: &'static str,
    ) -> Result<customers::Erasure, Problem> {
        let (who, id) = (who.clone(), self.customer);
        db.write(move |tx| erase::ask(tx, NOW.plus(DAY), &who, id, confirm, "a key"))
            .await
    }

    async fn erased(&self, db: &TestDb) {
        self.close(db).await;
        self.ask(db, &self.boss, NICK).await.expect("asked");
        work(db, 99).await;
    }
}

/// Does what is due of erasures, at most so many pieces; each is killed once before it is committed.
async fn work(db: &TestDb, most: usize) -> usize {
    for done in 0..most {
        let jobs = act(db, |tx| tx.claim_jobs(NOW.plus(DAY), 1_000, 99)).await;
        let Some(job) = jobs.into_iter().find(|job| job.kind == JOB) else {
            return done;
        };
        let killed = job.clone();
        let died: Result<(), Problem> = db
            .write(move |tx| {
                assert!(tx.finish_job(&killed)?);
                step(tx, NOW.plus(DAY), &killed)?;
                Err(Problem::internal())
            })
            .await;
        assert!(died.is_err());
        act(db, move |tx| {
            assert!(tx.finish_job(&job)?, "what was killed is still to be done");
            step(tx, NOW.plus(DAY), &job)
        })
        .await;
    }
    most
}

/// All texts of all tables, each with its table.
async fn all_texts(db: &TestDb) -> Vec<(String, String)> {
    let sqlite = db.engine_name() == "sqlite";
    let columns = move |tx: &mut Tx<'_>| -> Result<Vec<(String, String)>, Problem> {
        let sql = match sqlite {
            true => {
                "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                     WHERE m.type = 'table' AND c.type = 'TEXT'"
            }
            false => {
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
                      WHERE table_schema = 'public' AND data_type = 'text'"
            }
        };
        tx.rows(sql, args![], |row| Ok((row.get(0)?, row.get(1)?)))
    };
    db.read(move |tx| {
        let mut all = Vec::new();
        for (table, column) in columns(tx)? {
            let sql = format!("SELECT \"{column}\" FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
            let texts: Vec<String> = tx.rows(&sql, args![], |row| row.get(0))?;
            all.extend(texts.into_iter().map(|text| (format!("{table}.{column}"), text)));
        }
        Ok(all)
    })
    .await
    .expect("read")
}

async fn places_of(db: &TestDb, what: &str) -> Vec<String> {
    let all = all_texts(db).await;
    let found = all.into_iter().filter(|(_, text)| text.contains(what));
    found.map(|(place, _)| place).collect()
}

on_both! { SCHEMAS;
    async fn an_erased_buyer_is_nowhere_and_the_books_stay(db: &TestDb) {
        let scene = scene(db).await;
        for what in THEIRS {
            assert!(!places_of(db, what).await.is_empty(), "{what} is there before");
        }
        let files = Files::open(None, db.folder.path()).expect("a folder");
        let (new, buyer) = (files.take("a.txt", b"what they sent".to_vec()).await.expect("taken"), Actor::buyer(scene.org, scene.shop, scene.customer));
        let (shop, conversation, org) = (scene.shop, scene.conversation, scene.org);
        let hash = act(db, move |tx| {
            let file = FileRow::keep(tx, NOW, &buyer, shop, &new)?;
            file.belongs(tx, org, conversation)?;
            Ok(file.hash)
        }).await;
        scene.close(db).await;
        let (boss, id) = (scene.boss.clone(), scene.customer);
        let seen = db.read(move |tx| erase::preview(tx, NOW, &boss, id)).await.expect("seen");
        assert_eq!((seen.blockers.len(), seen.removed["orders"], seen.removed["files"], seen.kept_fen), (0, 1, 1, Fen(9_900)));
        db.frames();
        let asked = scene.ask(db, &scene.boss, NICK).await.expect("asked");
        assert!(places_of(db, NICK).await.is_empty(), "who they are is gone at once");
        assert!(work(db, 99).await > 4);
        for what in THEIRS {
            assert_eq!(places_of(db, what).await, [""; 0], "{what}");
        }
        assert!(db.frames().iter().any(|live| live.frame.contains("resync")), "whoever looks is told");
        assert_eq!(store::sweep_files(db, &files, NOW.plus(DAY)).await, Ok(1));
        assert_eq!(files.get(&hash).await.expect_err("gone").status, 404);

        let again = scene.ask(db, &scene.boss, "somebody").await.expect("the same");
        assert_eq!((again.id, again.state), (asked.id, ErasureState::Done));
        let (program, customer, order) = (Actor::program(scene.org), scene.customer, scene.order);
        let (is, order, differs) = db.read(move |tx| {
            let is = customers::customer(tx, NOW, &program, customer)?;
            Ok((is, orders::order(tx, &program, order)?, reception::rebuild(tx, program.org, conversation, false)?))
        }).await.expect("read");
        assert_eq!((is.customer.spent_fen, is.customer.orders, is.customer.name.as_str()), (Fen(9_900), 1, "已清除的客户"));
        assert_eq!((order.number.as_str(), order.paid_fen, order.lines.len(), order.customer), ("T1", Fen(9_900), 1, Some(customer)));
        assert_eq!(order.review.map(|review| (review.stars, review.text)), Some((Some(2), String::new())));
        assert_eq!(differs, [""; 0], "sessions and rounds are what they were");
        let late = BuyerSays { shop, client_id: "b9".into(), saying: words("还在吗"), quote: None, stage: None, language: None };
        let buyer = Actor::buyer(org, shop, customer);
        let late = db.write(move |tx| reception::buyer_says(tx, NOW.plus(DAY), &buyer, &late)).await;
        assert_eq!(late.expect_err("an old window").code, "blocked");
        let told: Vec<(String, String)> = db.read(move |tx| {
            tx.rows("SELECT kind, data FROM log WHERE org_id = $1 AND subject = $2 AND kind LIKE 'customer.eras%' ORDER BY seq", args![org, customer], |row| Ok((row.get(0)?, row.get(1)?)))
        }).await.expect("read");
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["customer.erasing", "customer.erased"]);
        let data: Value = serde_json::from_str(&told[1].1).expect("json");
        assert_eq!((&data["removed"]["orders"], &data["removed"]["files"]), (&json!(1), &json!(1)));
    }

    async fn what_is_open_who_may_not_and_a_slip_are_refused(db: &TestDb) {
        let scene = scene(db).await;
        let refused = scene.ask(db, &scene.boss, NICK).await.expect_err("a talk is open");
        assert_eq!((refused.code.as_ref(), &refused.params["blockers"][0]["code"]), ("erasure_blocked", &json!("talks_open")));
        scene.close(db).await;
        let (program, shop) = (Actor::program(scene.org), scene.shop);
        let open = NewOrder { order_status: None, ship_status: None, done_at: None, ..order(shop, "T2", NOW) };
        act(db, move |tx| orders::upsert(tx, NOW, &program, &open)).await;
        let refused = scene.ask(db, &scene.boss, NICK).await.expect_err("an order is open");
        assert_eq!(refused.params["blockers"], json!([{"code": "orders_open", "count": 1}]));
        let program = Actor::program(scene.org);
        act(db, move |tx| orders::upsert(tx, NOW, &program, &order(shop, "T2", NOW))).await;
        assert_eq!(scene.ask(db, &scene.boss, "青柠").await.expect_err("a slip").code, "not_confirmed");
        let one_shop = Actor { shops: Shops::only(vec![shop]), ..scene.boss.clone() };
        let no_right = Actor { permissions: scene.boss.permissions.without(Permission::EraseCustomers), ..scene.boss.clone() };
        for who in [&one_shop, &no_right, &scene.agent] {
            assert_eq!(scene.ask(db, who, NICK).await.expect_err("not theirs to do").code, "forbidden");
        }
        let other = act(db, |tx| team::found_org(tx, NOW, "别家")).await;
        let stranger = Actor { org: other, ..scene.boss.clone() };
        assert_eq!(scene.ask(db, &stranger, NICK).await.expect_err("not there").code, "not_found");
        assert!(!places_of(db, "周晓棠").await.is_empty(), "nothing was done");
    }

    async fn what_opens_meanwhile_makes_an_erasure_wait(db: &TestDb) {
        let scene = scene(db).await;
        scene.close(db).await;
        scene.ask(db, &scene.boss, NICK).await.expect("asked");
        let (agent, conversation, org) = (scene.agent.clone(), scene.conversation, scene.org);
        act(db, move |tx| reception::reopen(tx, NOW.plus(DAY), &agent, conversation)).await;
        assert_eq!(work(db, 9).await, 1, "it looks once, and later again");
        let customer = scene.customer;
        let waits = db.read(move |tx| customers::erasure_of(tx, org, customer)).await.expect("read").expect("there");
        assert_eq!((waits.state, waits.why), (ErasureState::Waiting, vec!["talks_open".to_owned()]));
        let agent = scene.agent.clone();
        act(db, move |tx| reception::close(tx, NOW.plus(DAY), &agent, conversation, Some("说完了"))).await;
        act(db, |tx| tx.exec("UPDATE job SET due = 0 WHERE kind = $1", args![JOB])).await;
        work(db, 99).await;
        assert_eq!(places_of(db, "周晓棠").await, [""; 0]);
    }

    async fn an_old_version_brings_nobody_back_and_who_buys_again_is_new(db: &TestDb) {
        let scene = scene(db).await;
        scene.erased(db).await;
        let (program, shop, gone) = (Actor::program(scene.org), scene.shop, scene.customer);
        let [same, older, later] = act(db, move |tx| {
            let mut take = |number: &str, at: Ms| orders::upsert(tx, NOW.plus(9 * DAY), &program, &order(shop, number, at));
            Ok([take("T1", NOW.plus(-DAY))?, take("T0", NOW.plus(-2 * DAY))?, take("T9", NOW.plus(5 * DAY))?])
        }).await;
        for old in [&same, &older] {
            let told = (&old.receiver_masked, &old.phone_masked, &old.address_masked, &old.buyer_note, &old.remark, &old.waybill);
            assert_eq!(told, (&None, &None, &None, &None, &None, &None), "{}", old.number);
        }
        assert_eq!((same.customer, older.customer), (Some(gone), None));
        assert_eq!(older.paid_fen, Fen(9_900), "the books have it");
        assert!(later.customer.is_some_and(|new| new != gone) && later.receiver_masked.is_some());
        // The books of the one who was erased stay without a person, whatever the new one's orders tell.
        let program = Actor::program(scene.org);
        let again = act(db, move |tx| orders::upsert(tx, NOW.plus(9 * DAY), &program, &order(shop, "T1", NOW.plus(-DAY)))).await;
        assert_eq!((again.customer, again.phone_masked), (Some(gone), None));
    }

    async fn a_chat_log_brings_nobody_back(db: &TestDb) {
        let scene = scene(db).await;
        let log = format!("[{NICK}] 2026-01-04 10:00:00\n我要退货\n[栖竹:小满] 2026-01-04 10:00:20\n好的\n");
        let (org, shop) = (scene.org, scene.shop);
        let take = async |name: &'static str| {
            let path = db.folder.path().join(name);
            std::fs::write(&path, &log).expect("written");
            let importer = orders::import::Importer::new(db.db.clone(), || NOW.plus(9 * DAY)).with_talks(reception::TALKS);
            let who = Actor::program(org);
            let run = importer.look(&who, shop, &path, "log.txt", orders::import::ImportAsk::default()).await.expect("looked at");
            db.write(move |tx| orders::import::apply(tx, NOW.plus(9 * DAY), &who, run.id)).await.expect("asked");
            importer.until_ended(org, run.id).await.expect("taken in").counts
        };
        assert_eq!(take("one").await.created, 2);
        assert!(!places_of(db, "我要退货").await.is_empty());
        scene.erased(db).await;
        assert_eq!(places_of(db, "我要退货").await, [""; 0]);
        let again = take("two").await;
        assert_eq!((again.created, again.masked_buyers), (0, 2));
        for what in [NICK, "我要退货"] {
            assert_eq!(places_of(db, what).await, [""; 0], "{what}");
        }
    }

    async fn who_was_erased_is_not_named_by_the_number_they_had(db: &TestDb) {
        let scene = scene(db).await;
        scene.erased(db).await;
        let (program, shop, gone, org) = (Actor::program(scene.org), scene.shop, scene.customer, scene.org);
        let named = NewOrder { customer: Some(gone), buyer: None, ..order(shop, "T7", NOW.plus(3 * DAY)) };
        let refused = db.write(move |tx| orders::upsert(tx, NOW.plus(9 * DAY), &program, &named)).await;
        assert_eq!(refused.expect_err("refused").code, "not_found");
        let proved = act(db, move |tx| customers::prove(tx, NOW.plus(DAY), org, shop, "member-7", Some("青柠"), Some(gone))).await;
        assert!(proved.customer != gone && proved.merged.is_none(), "an old window proves for somebody new");
    }
}
