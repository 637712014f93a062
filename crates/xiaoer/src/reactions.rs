//! What rooms above do about what happened below: the log is read, and each row reacted to.

use std::collections::BTreeSet;
use std::time::Duration;

use base::{Actor, Id, Ms, Problem};
use serde_json::{Value, json};
use store::{Cursor, Db, Job, Lane, LogRow, NewJob, Tx};

use crate::app::App;

const READER: &str = "reactions";
const LOG_PAGE: usize = 500;
/// The job that tries a reaction again that failed; its subject is the row's number.
pub(crate) const JOB: &str = "xiaoer.reaction";
/// When it is tried for the first time.
const AGAIN_MS: i64 = 1_000;
/// The database is away or too busy: the same again later.
const AWAY: u16 = 503;

/// What is done about a row.
type React = fn(&mut Tx<'_>, Ms, &LogRow) -> Result<(), Problem>;

/// Rooms above react to events of rooms below.
pub(crate) async fn follow(app: App) {
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    loop {
        tick.tick().await;
        while read_on(&app.edge.db, app.edge.now(), reaction).await == LOG_PAGE {}
    }
}

/// Reacts to the next page; answers how many rows were passed. A page in which one fails is gone through row by
/// row, so that no other row waits for it.
async fn read_on(db: &Db, now: Ms, react: React) -> usize {
    match page(db, now, LOG_PAGE, react).await {
        Ok(rows) => rows,
        Err(problem) if problem.status == AWAY => {
            tracing::warn!(%problem, "events could not be reacted to");
            0
        }
        Err(_) => singly(db, now, react).await,
    }
}

async fn singly(db: &Db, now: Ms, react: React) -> usize {
    for passed in 0..LOG_PAGE {
        let went = match page(db, now, 1, react).await {
            Err(problem) if problem.status != AWAY => pass_over(db, now, problem).await.map(|()| 1),
            went => went,
        };
        match went {
            Ok(0) => return passed,
            Ok(_) => {}
            Err(problem) => {
                tracing::warn!(%problem, "events could not be reacted to");
                return passed;
            }
        }
    }
    LOG_PAGE
}

/// Reacts to at most `most` rows of the log and moves on, in one transaction; answers how many rows there were.
async fn page(db: &Db, now: Ms, most: usize, react: React) -> Result<usize, Problem> {
    let ahead = db.read(|tx| {
        let from = tx.reader(READER)?;
        Ok(!tx.log_after(from, 1)?.is_empty())
    });
    if !ahead.await? {
        return Ok(0);
    }
    db.write_in(Lane::Bulk, move |tx| {
        let from = tx.reader(READER)?;
        let rows = tx.log_after(from, most)?;
        for row in &rows {
            react(tx, now, row)?;
        }
        if let Some(last) = rows.last() {
            tx.keep_reader(READER, last.cursor)?;
        }
        Ok(rows.len())
    })
    .await
}

/// Passes over the next row. What was refused (4xx) would be refused again and is only told; what failed becomes a
/// job, which is tried again with growing pauses and reported by `xiaoer check` when it was given up.
async fn pass_over(db: &Db, now: Ms, problem: Problem) -> Result<(), Problem> {
    let failed = problem.status >= 500;
    let passed = db.write(move |tx| {
        let from = tx.reader(READER)?;
        let Some(row) = tx.log_after(from, 1)?.into_iter().next() else {
            return Ok(None);
        };
        if failed {
            tx.schedule(NewJob {
                org: row.org,
                kind: JOB,
                subject: Id(row.cursor.seq),
                due: now.plus(AGAIN_MS),
                payload: &json!({"xid": row.cursor.xid}).to_string(),
            })?;
        }
        tx.keep_reader(READER, row.cursor)?;
        Ok(Some((row.cursor, row.kind, row.org, row.subject)))
    });
    let row = passed.await?;
    tracing::error!(%problem, ?row, failed, "an event was passed over: it could not be reacted to");
    Ok(())
}

/// Tries a reaction again.
pub(crate) fn again(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    match row_of(tx, job)? {
        Some(row) => reaction(tx, now, &row),
        None => Ok(()),
    }
}

/// The row a job is about.
fn row_of(tx: &mut Tx<'_>, job: &Job) -> Result<Option<LogRow>, Problem> {
    let payload: Value = serde_json::from_str(&job.payload).unwrap_or_default();
    let seq = job.subject.0;
    let before = Cursor {
        xid: payload["xid"].as_i64().unwrap_or_default(),
        seq: seq - 1,
    };
    let found = tx.log_after(before, 1)?.into_iter().next();
    Ok(found.filter(|row| row.cursor.seq == seq))
}

/// What a buyer asked becomes a suggested similar question of the entry an agent answered with, if that agent
/// may see the talk.
fn heard(tx: &mut Tx<'_>, row: &LogRow) -> Result<(), Problem> {
    let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
    let (Some(conversation), Some(seq)) = (data["conversation"].as_i64(), data["seq"].as_i64()) else {
        return Ok(());
    };
    let Some(agent) = team::actor_of(tx, row.org, row.actor)? else {
        return Ok(());
    };
    let asked = reception::asked(tx, row.org, Some(&agent), Id(conversation), seq)?;
    // An entry of one shop learns from the talks of that shop.
    match asked.filter(|asked| row.shop == Id::NONE || row.shop == asked.shop) {
        Some(asked) => knowledge::keep_heard(tx, row.at, row.org, row.subject, &asked).map(drop),
        None => Ok(()),
    }
}

/// A product that was recommended to the buyer and stands in a paid order was bought.
fn recommended(tx: &mut Tx<'_>, row: &LogRow) -> Result<(), Problem> {
    let program = Actor::program(row.org);
    let order = orders::order(tx, &program, row.subject)?;
    let (Some(customer), Some(paid_at)) = (order.customer, order.paid_at) else {
        return Ok(());
    };
    let mut products = BTreeSet::new();
    for sku in order.lines.iter().filter_map(|line| line.sku) {
        products.extend(catalogue::sku(tx, row.org, sku)?.map(|sku| sku.product));
    }
    for product in products {
        knowledge::bought(tx, &program, customer, product, order.id, paid_at)?;
    }
    Ok(())
}

/// What rooms above do about what happened below. All of it is idempotent.
fn reaction(tx: &mut Tx<'_>, now: Ms, row: &LogRow) -> Result<(), Problem> {
    match row.kind.as_str() {
        "customer.revealed" | "customer.created" => Ok(()),
        "customer.merged" => {
            let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
            if let Some(into) = data["merged_into"][1].as_i64() {
                knowledge::join_customers(tx, row.org, row.subject, Id(into))?;
                // Joined by hand, and not parted since: who was proved has all of theirs already.
                if data["join"].is_i64() && customers::survivor(tx, row.org, row.subject)? != row.subject {
                    reception::customers_joined(tx, now, row.org, row.subject, Id(into))?;
                }
            }
            reception::customer_changed(tx, now, row.org, row.subject)
        }
        "customer.parted" => {
            let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
            let joined = customers::survivor(tx, row.org, row.subject)? != row.subject;
            if let Some(into) = data["merged_into"][0].as_i64().filter(|_| !joined) {
                let program = Actor::program(row.org);
                orders::archive::give_back_customer(tx, now, &program, row.subject, Id(into))?;
                reception::customer_changed(tx, now, row.org, Id(into))?;
            }
            Ok(())
        }
        "faq.used" => heard(tx, row),
        kind if kind.starts_with("customer.") => reception::customer_changed(tx, now, row.org, row.subject),
        kind if kind.starts_with("setting.") => {
            let shop = Some(row.shop).filter(|shop| *shop != Id::NONE);
            reception::settings_changed(tx, now, row.org, shop).map(drop)
        }
        "person.changed" | "person.disabled" => {
            reception::rights_changed(tx, now, row.org, Some(row.subject)).map(drop)
        }
        "account.added" | "account.changed" | "account.removed" => {
            reception::accounts_changed(tx, now, row.org, row.shop)
        }
        kind if kind.starts_with("role.") => reception::rights_changed(tx, now, row.org, None).map(drop),
        "group.changed" => reception::group_changed(tx, now, row.org, row.subject).map(drop),
        "order.added" | "order.created" | "order.changed" => {
            recommended(tx, row)?;
            reception::order_paid(tx, now, row.org, row.subject).map(drop)
        }
        "order.asked" | "order.ask_decided" | "order.ask_withdrawn" => price_of_talk(tx, row),
        _ => Ok(()),
    }
}

/// What happens to a price that was asked for in a talk concerns what the buyer was promised there.
fn price_of_talk(tx: &mut Tx<'_>, row: &LogRow) -> Result<(), Problem> {
    let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
    let (Some(talk), Some(ask)) = (data["conversation"].as_i64(), data["ask"].as_i64()) else {
        return Ok(());
    };
    if row.kind == "order.asked" {
        reception::price_asked(tx, row.org, Id(talk), Id(ask))
    } else {
        reception::price_answered(tx, row.org, Id(talk))
    }
}

#[cfg(test)]
mod tests {
    use store::{Event, args, on_both};

    use super::*;

    const NOW: Ms = Ms(1_790_000_000_000);

    /// Keeps what it reacted to; one kind is refused and one fails.
    fn picky(tx: &mut Tx<'_>, now: Ms, row: &LogRow) -> Result<(), Problem> {
        let name = format!("seen.{}", row.subject);
        let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        tx.exec(sql, args![&name, &now.0.to_string()])?;
        match row.kind.as_str() {
            "test.refused" => Err(Problem::not_found()),
            "test.failed" => Err(Problem::internal()),
            _ => Ok(()),
        }
    }

    on_both! { crate::app::SCHEMAS;
        /// Row 131: the log of the orders is what tells the talk.
        async fn a_price_that_is_decided_ends_the_promise_it_broke(db: &TestDb) {
            let (org, talk) = db.write(|tx| {
                let org = team::found_org(tx, NOW, "青禾商贸")?;
                let program = Actor::program(org);
                let shop = team::add_shop(tx, NOW, &program, team::NewShop { key: "k000000000000000".into(), name: "青禾茶叶".into(), ..team::NewShop::default() })?.id;
                let customer = customers::visitor(tx, NOW, org, shop, "visitor")?.id;
                let saying = reception::Saying::Text { text: "能便宜点吗".into() };
                let says = reception::BuyerSays { shop, client_id: "b1".into(), saying, quote: None, stage: None, language: None };
                let talk = reception::buyer_says(tx, NOW, &Actor::buyer(org, shop, customer), &says)?.1.id;
                reception::mark(tx, NOW, &program, talk, &reception::Mark::Promise(Some(NOW.plus(60_000))))?;
                let order = orders::upsert(tx, NOW, &program, &orders::NewOrder { shop, number: "T1".into(), pay_status: Some(orders::PayStatus::Unpaid), ..orders::NewOrder::default() })?.id;
                let ask = orders::desk::add_ask(tx, NOW, &program, order, &serde_json::from_value(json!({"kind": "price", "fen": 900, "conversation": talk})).map_err(|_| Problem::internal())?)?;
                for _ in 0..2 {
                    let job = Job { id: Id(1), org, kind: reception::CLOCK_JOB.into(), subject: talk, due: NOW, stamp: 1, attempts: 1, payload: "{}".into() };
                    reception::ring(tx, NOW.plus(60_000), &job)?;
                }
                orders::desk::decide_ask(tx, NOW.plus(70_000), &program, ask.id, &orders::desk::DecideAsk { accept: false, note: "不行".into() })?;
                Ok((org, talk))
            }).await.expect("asked and decided");
            let promise = move |tx: &mut Tx<'_>| Ok(reception::Conversation::load(tx, org, talk)?.map(|talk| talk.promise_at));
            assert_eq!(db.read(promise).await.expect("read"), Some(Some(NOW.plus(60_000))), "broken, and the price open then");
            for _ in 0..2_000 {
                read_on(db, NOW.plus(70_000), reaction).await;
                if db.read(promise).await.expect("read") == Some(None) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            panic!("it was told of no more");
        }
    }

    on_both! { &[];
        async fn one_reaction_that_fails_does_not_stop_the_log(db: &TestDb) {
            db.write(|tx| {
                let who = Actor::program(Id(7));
                for (subject, kind) in [(1, "test.fine"), (2, "test.refused"), (3, "test.failed"), (4, "test.fine")] {
                    tx.emit(Event { at: NOW, who: &who, shop: Id::NONE, kind, subject: Id(subject), data: json!({}) })?;
                }
                Ok(())
            }).await.expect("written");
            let mut passed = 0;
            // PostgreSQL shows a row once nothing older runs.
            for _ in 0..2_000 {
                passed += read_on(db, NOW, picky).await;
                if passed >= 4 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert_eq!(passed, 4);
            assert_eq!(read_on(db, NOW, picky).await, 0, "and none is read again");
            let seen: Vec<String> = db.read(|tx| {
                tx.rows("SELECT name FROM meta WHERE name >= 'seen.' AND name < 'seen/' ORDER BY name", args![], |row| row.get(0))
            }).await.expect("read");
            assert_eq!(seen, ["seen.1", "seen.4"], "nothing of the two is kept");
            let jobs = db.write(|tx| tx.claim_jobs(NOW.plus(AGAIN_MS), 1_000, 9)).await.expect("claimed");
            assert_eq!(jobs.iter().map(|job| (job.kind.as_str(), job.org)).collect::<Vec<_>>(), [(JOB, Id(7))]);
            let row = db.read(move |tx| row_of(tx, &jobs[0])).await.expect("read").expect("the row");
            assert_eq!((row.kind.as_str(), row.subject), ("test.failed", Id(3)));
        }
    }
}
