//! What runs beside the requests: dealing the queue, clocks, leases, reading the log.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use base::{Id, Live, Problem, Topic};
use serde_json::Value;
use store::{Job, Lane, LogRow};

use crate::agent::format_cursor;
use crate::app::App;

/// How long a worker may take for a job before another takes it over.
const LEASE_MS: i64 = 30_000;
const JOBS_AT_ONCE: usize = 64;
/// How often jobs are looked for.
const CLOCK_TICK: Duration = Duration::from_millis(200);
/// How often sockets get a place in the log to resume from.
const CURSOR_TICK: Duration = Duration::from_secs(3);
/// How long the answer to a write is kept for the same write again: nobody tries for longer than a day.
const ANSWERS_KEPT_MS: i64 = 86_400_000;
const ANSWERS_AT_ONCE: usize = 500;
const READER: &str = "reactions";
const LOG_PAGE: usize = 500;

/// Starts all of them.
pub(crate) fn start(app: &App) {
    tokio::spawn(deal(app.clone()));
    tokio::spawn(ring(app.clone()));
    tokio::spawn(watch_leases(app.clone()));
    tokio::spawn(hand_out_cursors(app.clone()));
    tokio::spawn(react(app.clone()));
    tokio::spawn(crate::messages::feed(app.clone()));
    tokio::spawn(crate::answers::follow(app.clone()));
    tokio::spawn(import(app.clone()));
    tokio::spawn(desk(app.clone()));
}

/// How often the order desk looks for orders that were written.
const DESK_TICK: Duration = Duration::from_secs(1);
/// Orders it looks at in one transaction: few, as talks go before.
const DESK_AT_ONCE: usize = 8;

/// Has the order desk follow what happens to orders.
async fn desk(app: App) {
    let mut tick = tokio::time::interval(DESK_TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        loop {
            let now = app.edge.now();
            let looked = app
                .edge
                .db
                .write_in(Lane::Bulk, move |tx| orders::desk::work(tx, now, DESK_AT_ONCE));
            match looked.await {
                Ok(done) if done >= DESK_AT_ONCE => {}
                Ok(_) => break,
                Err(problem) => {
                    tracing::warn!(%problem, "the order desk could not look");
                    break;
                }
            }
        }
    }
}

/// How often imports that wait are looked for; one that was killed goes on at the start.
const IMPORT_TICK: Duration = Duration::from_secs(1);

/// Works on imports, one after the other.
async fn import(app: App) {
    let mut tick = tokio::time::interval(IMPORT_TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(problem) = app.importer.go_on().await {
            tracing::warn!(%problem, "an import could not go on");
        }
    }
}

/// Deals waiting buyers whenever somebody came, went, or got room; and every few seconds, for those
/// whose priority rose and whose wait goes on.
async fn deal(app: App) {
    let mut seat = app.hub.sit();
    seat.listen(Topic::Router);
    loop {
        let woken = tokio::time::timeout(Duration::from_secs(5), seat.next()).await;
        let orgs: BTreeSet<Id> = match woken {
            Ok(Some(frames)) => frames.iter().filter_map(|org| org.parse().ok()).collect(),
            // Fell behind or nothing came: look everywhere.
            Ok(None) | Err(_) => match app.edge.db.read(team::orgs).await {
                Ok(orgs) => orgs.into_iter().map(|org| org.id).collect(),
                Err(_) => BTreeSet::new(),
            },
        };
        for org in orgs {
            if let Err(problem) = deal_all(&app, org).await {
                tracing::warn!(%problem, "the queue could not be dealt");
            }
        }
    }
}

async fn deal_all(app: &App, org: Id) -> Result<(), Problem> {
    loop {
        let now = app.edge.now();
        let waiting = app
            .edge
            .db
            .read(move |tx| Ok(!reception::waiting(tx, org)?.is_empty()))
            .await?;
        let dealt = match waiting {
            true => app.edge.db.write(move |tx| reception::deal(tx, now, org)).await?,
            false => reception::Dealt {
                dealt: 0,
                more: false,
                places: Vec::new(),
            },
        };
        let here: BTreeSet<Id> = dealt.places.iter().map(|p| p.conversation).collect();
        let mut elsewhere = app.desk.places.known(org);
        elsewhere.retain(|id| !here.contains(id));
        let still = match elsewhere.is_empty() {
            true => HashSet::new(),
            false => app.edge.db.read(move |tx| reception::still_waiting(tx, org, &elsewhere)).await?,
        };
        for live in app.desk.places.update(org, &dealt.places, &still) {
            app.hub.publish(&live);
        }
        if !dealt.more {
            return Ok(());
        }
    }
}

/// Does jobs when they are due.
async fn ring(app: App) {
    let mut tick = tokio::time::interval(CLOCK_TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        loop {
            match ring_due(&app).await {
                Ok(JOBS_AT_ONCE) => {}
                Ok(_) => break,
                Err(problem) => {
                    tracing::warn!(%problem, "jobs could not be claimed");
                    break;
                }
            }
        }
    }
}

/// Claims what is due and does it; answers how many there were.
async fn ring_due(app: &App) -> Result<usize, Problem> {
    let now = app.edge.now();
    let due = app.edge.db.read(|tx| tx.next_job()).await?;
    if due.is_none_or(|due| due > now) {
        return Ok(0);
    }
    let jobs = app
        .edge
        .db
        .write(move |tx| tx.claim_jobs(now, LEASE_MS, JOBS_AT_ONCE))
        .await?;
    let count = jobs.len();
    let done: Vec<_> = jobs
        .into_iter()
        .map(|job| tokio::spawn(do_job(app.clone(), job)))
        .collect();
    for one in done {
        let _ = one.await;
    }
    Ok(count)
}

async fn do_job(app: App, job: Job) {
    let now = app.edge.now();
    let work = job.clone();
    let done = app
        .edge
        .db
        .write(move |tx| {
            // Whoever moved it, or took it over after the lease, does it instead.
            if !tx.finish_job(&work)? {
                return Ok(());
            }
            if reception::run_job(tx, now, &work)? {
                return Ok(());
            }
            if team::JOBS.contains(&work.kind.as_str()) {
                return team::run_job(tx, now, &work);
            }
            tracing::error!(kind = work.kind, "nobody does this kind of job");
            Err(Problem::internal())
        })
        .await;
    if let Err(problem) = done {
        tracing::warn!(%problem, kind = job.kind, attempts = job.attempts, "a job failed");
        let error = problem.to_string();
        let failed = app.edge.db.write(move |tx| tx.fail_job(now, &job, &error)).await;
        if let Err(problem) = failed {
            tracing::warn!(%problem, "a failed job was not put back; its lease ends by itself");
        }
    }
}

/// Notices agents whose sockets died without a word.
async fn watch_leases(app: App) {
    let mut tick = tokio::time::interval(Duration::from_secs(2));
    let mut hours = 0_u64;
    loop {
        tick.tick().await;
        let now = app.edge.now();
        let lost = app
            .edge
            .db
            .write(move |tx| {
                let lost = team::expire_leases(tx, now)?;
                for (org, person) in &lost {
                    reception::agent_vanished(tx, now, *org, *person)?;
                }
                Ok(lost.len())
            })
            .await;
        if let Err(problem) = lost {
            tracing::warn!(%problem, "leases could not be looked at");
        }
        hours += 1;
        if hours.is_multiple_of(1_800) {
            clean(&app).await;
        }
    }
}

/// Old sign-ins and kept answers go, once an hour.
async fn clean(app: &App) {
    let now = app.edge.now();
    let cleaned = app
        .edge
        .db
        .write_in(store::Lane::Bulk, move |tx| team::clean_sign_ins(tx, now))
        .await;
    if let Err(problem) = cleaned {
        tracing::warn!(%problem, "old sign-ins could not be cleaned away");
    }
    let before = now.plus(-ANSWERS_KEPT_MS);
    loop {
        let swept = app
            .edge
            .db
            .write_in(store::Lane::Bulk, move |tx| {
                tx.sweep_answers(before, ANSWERS_AT_ONCE)
            })
            .await;
        match swept {
            Ok(0) => break,
            Ok(_) => {}
            Err(problem) => {
                tracing::warn!(%problem, "kept answers could not be swept away");
                break;
            }
        }
    }
}

/// Gives every agent's socket a place in the log before which it has been told everything.
async fn hand_out_cursors(app: App) {
    let mut tick = tokio::time::interval(CURSOR_TICK);
    let mut last = None;
    loop {
        tick.tick().await;
        if app.hub.listeners(Topic::Cursor) == 0 {
            continue;
        }
        if let Ok(cursor) = app.edge.db.settled().await
            && last != Some(cursor)
        {
            last = Some(cursor);
            let frame =
                serde_json::json!({"on": "cursor", "cursor": format_cursor(app.edge.db.epoch(), cursor)});
            app.hub.publish(&Live {
                topics: vec![Topic::Cursor],
                frame: frame.to_string().into(),
            });
        }
    }
}

/// Rooms above react to events of rooms below.
async fn react(app: App) {
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    loop {
        tick.tick().await;
        loop {
            match react_page(&app, LOG_PAGE).await {
                Ok(LOG_PAGE) => {}
                Ok(_) => break,
                Err(problem) if problem.status == AWAY => {
                    tracing::warn!(%problem, "events could not be reacted to");
                    break;
                }
                Err(_) => react_singly(&app).await,
            }
        }
    }
}

/// The database is away or too busy: the same again later.
const AWAY: u16 = 503;

/// Reacts to one page row by row, and passes over the row that cannot be reacted to: no other waits for it.
async fn react_singly(app: &App) {
    for _ in 0..LOG_PAGE {
        match react_page(app, 1).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(problem) if problem.status == AWAY => return,
            Err(problem) => {
                let passed = app.edge.db.write(|tx| {
                    let from = tx.reader(READER)?;
                    let rows = tx.log_after(from, 1)?;
                    if let Some(row) = rows.first() {
                        tx.keep_reader(READER, row.cursor)?;
                    }
                    Ok(rows.first().map(|row| (row.kind.clone(), row.org, row.subject)))
                });
                let row = passed.await.ok().flatten();
                tracing::error!(%problem, ?row, "an event was passed over: it could not be reacted to");
            }
        }
    }
}

/// Reacts to at most `most` rows of the log and moves on, in one transaction; answers how many rows there were.
async fn react_page(app: &App, most: usize) -> Result<usize, Problem> {
    let ahead = app.edge.db.read(|tx| {
        let from = tx.reader(READER)?;
        Ok(!tx.log_after(from, 1)?.is_empty())
    });
    if !ahead.await? {
        return Ok(0);
    }
    let now = app.edge.now();
    app.edge
        .db
        .write_in(store::Lane::Bulk, move |tx| {
            let from = tx.reader(READER)?;
            let rows = tx.log_after(from, most)?;
            for row in &rows {
                reaction(tx, now, row)?;
            }
            if let Some(last) = rows.last() {
                tx.keep_reader(READER, last.cursor)?;
            }
            Ok(rows.len())
        })
        .await
}

/// What a buyer asked becomes a suggested similar question of the entry an agent answered with, if that agent
/// may see the talk.
fn heard(tx: &mut store::Tx<'_>, row: &LogRow) -> Result<(), Problem> {
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
fn recommended(tx: &mut store::Tx<'_>, row: &LogRow) -> Result<(), Problem> {
    let program = base::Actor::program(row.org);
    let order = orders::order(tx, &program, row.subject)?;
    let (Some(customer), Some(paid_at)) = (order.customer, order.paid_at) else {
        return Ok(());
    };
    let mut products = std::collections::BTreeSet::new();
    for sku in order.lines.iter().filter_map(|line| line.sku) {
        products.extend(catalogue::sku(tx, row.org, sku)?.map(|sku| sku.product));
    }
    for product in products {
        knowledge::bought(tx, &program, customer, product, order.id, paid_at)?;
    }
    Ok(())
}

/// What rooms above do about what happened below. All of it is idempotent.
fn reaction(tx: &mut store::Tx<'_>, now: base::Ms, row: &LogRow) -> Result<(), Problem> {
    match row.kind.as_str() {
        "customer.revealed" | "customer.created" => Ok(()),
        "customer.merged" => {
            let data: Value = serde_json::from_str(&row.data).unwrap_or_default();
            if let Some(into) = data["merged_into"][1].as_i64() {
                knowledge::join_customers(tx, row.org, row.subject, Id(into))?;
            }
            reception::customer_changed(tx, now, row.org, row.subject)
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
        kind if kind.starts_with("role.") => reception::rights_changed(tx, now, row.org, None).map(drop),
        "group.changed" => reception::group_changed(tx, now, row.org, row.subject).map(drop),
        "order.added" | "order.created" | "order.changed" => {
            recommended(tx, row)?;
            reception::order_paid(tx, now, row.org, row.subject).map(drop)
        }
        _ => Ok(()),
    }
}
