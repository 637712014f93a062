use base::{Actor, Id, Live, Ms, Permission, Problem, Topic};
use serde_json::json;
use store::{Event, Job, NewJob, Tx, args};

use crate::paper::{DAY_MS, EDITION_JOB, PAPER_JOB, PaperRow, PaperState, load};
use crate::settings::{self, PAPER_DAYS};
use crate::{Shop, person, shop};

/// Sets the clock of something that ends: first so many days before, then at its end.
pub(crate) fn schedule(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    kind: &'static str,
    subject: Id,
    shop: Id,
    until: Option<Ms>,
) -> Result<(), Problem> {
    let Some(until) = until.filter(|until| *until > now) else {
        return tx.unschedule(org, kind, subject);
    };
    let days = settings::number(tx, org, shop, &PAPER_DAYS)?;
    let due = until.plus(-days * DAY_MS).max(now);
    tx.schedule(NewJob {
        org,
        kind,
        subject,
        due,
        payload: "{}",
    })
}

pub(crate) fn schedule_edition(tx: &mut Tx<'_>, now: Ms, org: Id, shop: &Shop) -> Result<(), Problem> {
    schedule(
        tx,
        now,
        org,
        EDITION_JOB,
        shop.id,
        shop.id,
        shop.edition_until.filter(|_| shop.active),
    )
}

/// Sets all clocks again, after the number of days was changed.
pub(crate) fn reschedule(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<(), Problem> {
    let sql = format!(
        "SELECT {} FROM paper WHERE org_id = $1 ORDER BY id",
        PaperRow::COLUMNS
    );
    for row in tx.rows(&sql, args![org], PaperRow::read)? {
        schedule(tx, now, org, PAPER_JOB, row.id, row.shop, row.valid_until)?;
    }
    for shop in shop::of_org(tx, org)? {
        schedule_edition(tx, now, org, &shop)?;
    }
    Ok(())
}

/// Carries out a claimed job of [`JOBS`]: raises the alarm when a paper or an edition is about to end or
/// has ended, and sets its clock to the end. Looks at the present state first.
pub fn run_job(tx: &mut Tx<'_>, now: Ms, job: &Job) -> Result<(), Problem> {
    if !tx.finish_job(job)? {
        return Ok(());
    }
    let (shop, what, until, event, kind) = if job.kind == PAPER_JOB {
        let Some(row) = load(tx, job.org, job.subject)? else {
            return Ok(());
        };
        (row.shop, row.kind, row.valid_until, "paper.expiring", PAPER_JOB)
    } else {
        let Some(shop) = shop::shop(tx, job.org, job.subject)? else {
            return Ok(());
        };
        (
            shop.id,
            "edition".to_owned(),
            shop.edition_until,
            "shop.edition_expiring",
            EDITION_JOB,
        )
    };
    let Some(shop) = shop::shop(tx, job.org, shop)?.filter(|shop| shop.active) else {
        return Ok(());
    };
    let days = settings::number(tx, job.org, shop.id, &PAPER_DAYS)?;
    let state = PaperState::of(now, until, days);
    if state == PaperState::Ok {
        return schedule(tx, now, job.org, kind, job.subject, shop.id, until);
    }
    let topics = managers(tx, job.org, shop.id)?;
    let frame = json!({
        "on": "alarm", "alarm": "paper", "shop": shop.id, "text": shop.name, "paper": what, "subject": job.subject,
        "state": state, "valid_until": until, "at": now,
    });
    tx.live(Live {
        topics,
        frame: frame.to_string().into(),
    });
    let who = Actor::program(job.org);
    let data = json!({ "what": what, "state": state, "valid_until": until });
    tx.emit(Event {
        at: now,
        who: &who,
        shop: shop.id,
        kind: event,
        subject: job.subject,
        data,
    })?;
    match until.filter(|until| *until > now) {
        Some(due) => tx.schedule(NewJob {
            org: job.org,
            kind,
            subject: job.subject,
            due,
            payload: "{}",
        }),
        None => Ok(()),
    }
}

/// Those who look after the shop's papers.
fn managers(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<Vec<Topic>, Problem> {
    let mut topics = Vec::new();
    for one in person::of_org(tx, org)? {
        let works_there = one.shops.as_ref().is_none_or(|shops| shops.contains(&shop));
        if !one.disabled && works_there && person::rights(tx, org, &one)?.has(Permission::ManageShops) {
            topics.push(Topic::Person(one.id));
        }
    }
    Ok(topics)
}
