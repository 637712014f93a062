//! What runs beside the requests: dealing the queue, clocks, leases, reading the log.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use base::{Id, Live, Ms, Problem, Topic};
use store::{Job, Lane, Tx};

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

/// Starts all of them.
pub(crate) fn start(app: &App) {
    tokio::spawn(deal(app.clone()));
    tokio::spawn(ring(app.clone()));
    tokio::spawn(watch_leases(app.clone()));
    tokio::spawn(tidy(app.clone()));
    tokio::spawn(hand_out_cursors(app.clone()));
    tokio::spawn(crate::reactions::follow(app.clone()));
    tokio::spawn(crate::messages::feed(app.clone()));
    tokio::spawn(crate::answers::follow(app.clone()));
    tokio::spawn(import(app.clone()));
    tokio::spawn(follow_orders(
        app.clone(),
        "desk",
        orders::desk::work,
        DESK_AT_ONCE,
    ));
    tokio::spawn(follow_orders(
        app.clone(),
        "archive",
        orders::archive::work,
        ARCHIVE_AT_ONCE,
    ));
    tokio::spawn(crate::privacy::follow(app.clone()));
}

/// How often it is looked for orders that were written.
const ORDERS_TICK: Duration = Duration::from_secs(1);
/// Customers the archive is told of at once: each is a look at all of their orders.
const ARCHIVE_AT_ONCE: usize = 128;
/// Orders the desk looks at in one transaction: few, as talks go before.
const DESK_AT_ONCE: usize = 8;

/// Work in pieces: so many at once; answers how many there were.
type Piece = fn(&mut Tx<'_>, Ms, usize) -> Result<usize, Problem>;

/// Has one room follow what happens to orders, a piece at a time behind whoever waits for an answer.
async fn follow_orders(app: App, room: &'static str, work: Piece, at_once: usize) {
    let mut tick = tokio::time::interval(ORDERS_TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        loop {
            let now = app.edge.now();
            let done = app.edge.db.write_in(Lane::Bulk, move |tx| work(tx, now, at_once));
            match done.await {
                Ok(done) if done >= at_once => {}
                Ok(_) => break,
                Err(problem) => {
                    tracing::warn!(%problem, room, "orders could not be followed");
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
            false => {
                app.edge
                    .db
                    .read(move |tx| reception::still_waiting(tx, org, &elsewhere))
                    .await?
            }
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
    let erasing = job.kind == crate::privacy::JOB;
    let pieces = erasing || orders::JOBS.contains(&job.kind.as_str());
    let lane = if pieces { Lane::Bulk } else { Lane::Interactive };
    let done = app
        .edge
        .db
        .write_in(lane, move |tx| {
            // Whoever moved it, or took it over after the lease, does it instead.
            if !tx.finish_job(&work)? {
                return Ok(());
            }
            if work.kind == crate::reactions::JOB {
                return crate::reactions::again(tx, now, &work);
            }
            if work.kind == crate::privacy::JOB {
                return crate::privacy::step(tx, now, &work);
            }
            if reception::run_job(tx, now, &work)? {
                return Ok(());
            }
            if team::JOBS.contains(&work.kind.as_str()) {
                return team::run_job(tx, now, &work);
            }
            if customers::JOBS.contains(&work.kind.as_str()) {
                return customers::run_job(tx, now, &work);
            }
            if orders::JOBS.contains(&work.kind.as_str()) {
                return orders::run_job(tx, now, &work);
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
    } else if erasing {
        crate::privacy::sweep(&app).await;
    }
}

/// Notices agents whose sockets died without a word.
async fn watch_leases(app: App) {
    let mut tick = tokio::time::interval(Duration::from_secs(2));
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
    }
}

/// How often what nobody needs any more is looked for.
const TIDY_TICK: Duration = Duration::from_secs(3_600);

/// Has what nobody needs any more go, at the start and once an hour. A loop of its own: with many files it takes its
/// time, and agents who vanish are to be noticed meanwhile.
async fn tidy(app: App) {
    let mut tick = tokio::time::interval(TIDY_TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        clean(&app).await;
    }
}

/// Old sign-ins, kept answers and bytes nobody names go.
async fn clean(app: &App) {
    crate::privacy::sweep(app).await;
    let now = app.edge.now();
    let cleaned = app
        .edge
        .db
        .write_in(Lane::Bulk, move |tx| team::clean_sign_ins(tx, now))
        .await;
    if let Err(problem) = cleaned {
        tracing::warn!(%problem, "old sign-ins could not be cleaned away");
    }
    let before = now.plus(-ANSWERS_KEPT_MS);
    loop {
        let swept = app
            .edge
            .db
            .write_in(Lane::Bulk, move |tx| tx.sweep_answers(before, ANSWERS_AT_ONCE))
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
