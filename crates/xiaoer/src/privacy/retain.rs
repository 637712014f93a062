//! Old messages and old orders lose their person, where the organisation set for how long they are kept.

use std::time::Duration;

use base::{Actor, Id, Ms, Permission, Problem, Shops};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use store::{Db, Lane, Tx};
use team::Setting;

use crate::app::App;

/// How often it is looked for what became too old.
const TICK: Duration = Duration::from_secs(6 * 3_600);
/// How soon after the start for the first time: talks go before.
const FIRST: Duration = Duration::from_secs(60);
/// Looked at with one read, and emptied with one write.
const LOOKED: usize = 500;
const ORDERS: usize = 16;
const MESSAGES: usize = 200;

/// What a setting would erase at this moment.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub(crate) struct RetentionPreview {
    /// Messages whose text and files would go; null where all are kept.
    pub messages: Option<RetentionPart>,
    /// Finished orders the person would be taken out of; null where all are kept.
    pub orders: Option<RetentionPart>,
}

/// What is older than it may be.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub(crate) struct RetentionPart {
    /// From before this moment.
    pub before: Ms,
    /// How many.
    pub count: i64,
}

/// For how many months to ask.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RetentionAsk {
    /// For messages; 0: kept.
    #[serde(default)]
    pub messages_months: i64,
    /// For orders; 0: kept.
    #[serde(default)]
    pub orders_months: i64,
}

/// What would be erased. Needs [`Permission::EditSettings`] and all shops; writes nothing.
pub(crate) fn preview(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: RetentionAsk,
) -> Result<RetentionPreview, Problem> {
    who.need(Permission::EditSettings)?;
    if who.shops != Shops::All {
        return Err(Problem::forbidden());
    }
    let messages = match before("messages_months", now, ask.messages_months)? {
        Some(before) => Some(RetentionPart {
            before,
            count: reception::privacy::old_messages(tx, who.org, before)?,
        }),
        None => None,
    };
    let orders = match before("orders_months", now, ask.orders_months)? {
        Some(before) => Some(RetentionPart {
            before,
            count: orders::privacy::old_orders_count(tx, who.org, before)?,
        }),
        None => None,
    };
    Ok(RetentionPreview { messages, orders })
}

/// The moment so many months before `now`; `None` for 0 months.
fn before(field: &'static str, now: Ms, months: i64) -> Result<Option<Ms>, Problem> {
    if !(0..=120).contains(&months) {
        let problem = Problem::input(field, "out_of_range", "0 to 120 months.");
        return Err(problem.with("min", 0).with("max", 120));
    }
    if months == 0 {
        return Ok(None);
    }
    let at = Timestamp::from_millisecond(now.0).map_err(|_| Problem::internal())?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let at = at.checked_sub(months.months()).map_err(|_| Problem::internal())?;
    Ok(Some(Ms(at.timestamp().as_millisecond())))
}

/// Looks a few times a day, in all organisations.
pub(crate) async fn follow(app: App) {
    tokio::time::sleep(FIRST).await;
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let orgs = app.edge.db.read(team::orgs).await.unwrap_or_default();
        for org in orgs {
            if let Err(problem) = pass(&app.edge.db, app.edge.now(), org.id).await {
                tracing::warn!(%problem, "what is too old could not be erased");
            }
        }
    }
}

/// Erases what is too old in an organisation, in pieces; answers how many messages and orders. What is erased is
/// known by its rows, so killed at any place it goes on with the rest.
pub(super) async fn pass(db: &Db, now: Ms, org: Id) -> Result<(i64, i64), Problem> {
    let (messages, orders) = db
        .read(move |tx| {
            let mut months = |setting: &Setting| {
                let value = team::setting(tx, org, Id::NONE, setting)?;
                Ok::<_, Problem>(value.as_i64().unwrap_or_default())
            };
            Ok((
                months(&reception::privacy::KEEP)?,
                months(&orders::privacy::KEEP)?,
            ))
        })
        .await?;
    let mut erased = (0, 0);
    if let Some(cutoff) = before("messages_months", now, messages)? {
        erased.0 = talks(db, now, org, cutoff).await?;
    }
    if let Some(cutoff) = before("orders_months", now, orders)? {
        erased.1 = of_orders(db, now, org, cutoff).await?;
    }
    Ok(erased)
}

async fn talks(db: &Db, now: Ms, org: Id, cutoff: Ms) -> Result<i64, Problem> {
    let (mut after, mut erased) = (Id::NONE, 0);
    loop {
        let old = db
            .read(move |tx| reception::privacy::old_talks(tx, org, cutoff, after, LOOKED))
            .await?;
        for talk in old.talks {
            loop {
                let done = db
                    .write_in(Lane::Bulk, move |tx| {
                        let who = Actor::program(org);
                        reception::privacy::retain_talk(tx, now, &who, talk, cutoff, MESSAGES)
                    })
                    .await?;
                erased += done.messages;
                if done.done {
                    break;
                }
            }
        }
        match old.next {
            Some(next) => after = next,
            None => return Ok(erased),
        }
    }
}

async fn of_orders(db: &Db, now: Ms, org: Id, cutoff: Ms) -> Result<i64, Problem> {
    let (mut after, mut erased) = ((Ms(i64::MIN), Id::NONE), 0);
    loop {
        let old = db
            .read(move |tx| orders::privacy::old_orders(tx, org, cutoff, after, LOOKED))
            .await?;
        let Some(last) = old.last() else {
            return Ok(erased);
        };
        after = *last;
        for some in old.chunks(ORDERS) {
            let ids: Vec<Id> = some.iter().map(|(_, id)| *id).collect();
            let done = db
                .write_in(Lane::Bulk, move |tx| {
                    let who = Actor::program(org);
                    orders::privacy::retain_orders(tx, now, &who, cutoff, &ids)
                })
                .await?;
            erased += done as i64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar_and_none_keeps_all() {
        // 2026-03-31 00:00 UTC; a month before has no 31st.
        let now = Ms(1_774_915_200_000);
        assert_eq!(before("m", now, 1), Ok(Some(Ms(1_772_236_800_000))));
        assert_eq!(before("m", now, 0), Ok(None));
        assert_eq!(before("m", now, 121).expect_err("refused").code, "out_of_range");
    }
}
