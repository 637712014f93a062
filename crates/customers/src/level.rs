use std::collections::{BTreeMap, HashMap};

use base::{Actor, Fen, Id, Ms, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, NewJob, Tx, args, pad, record};

use crate::check;

/// Levels of an organisation at most.
const LEVELS: usize = 20;
/// Customers looked at in one go after the rules changed.
const AT_ONCE: usize = 500;
/// The job that raises whom new rules raise; its subject is the organisation.
pub(crate) const LEVELS_JOB: &str = "customers.levels";

record! {
    /// A level of members (row 111): from what was spent on one has it, and what one pays then.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
    pub struct MemberLevel {
        /// The level, 1 to 99.
        pub level: i64 = "level",
        /// What it is called, at most 20 characters.
        pub name: String = "name",
        /// What one must have spent in all, fen; the first level may ask nothing.
        pub from_fen: Fen = "from_fen",
        /// What members of it pay, percent of the price: 95 is five percent off. It is shown, not charged.
        pub price_percent: i64 = "price_percent",
    }
}

/// All levels of an organisation.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLevels {
    /// From the lowest to the highest.
    pub levels: Vec<MemberLevel>,
}

/// The levels from the lowest on. Needs [`Permission::SeeCustomers`].
pub fn levels(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<MemberLevel>, Problem> {
    who.need(Permission::SeeCustomers)?;
    of_org(tx, who.org)
}

pub(crate) fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<MemberLevel>, Problem> {
    let sql = format!(
        "SELECT {} FROM customer_level WHERE org_id = $1 ORDER BY level",
        MemberLevel::COLUMNS
    );
    tx.rows(&sql, args![org], MemberLevel::read)
}

/// Who has which level, for a report over all customers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leveled {
    /// What levels are called; one that was given by hand may have no name.
    pub names: BTreeMap<i64, String>,
    /// How many customers have each level; 0: none.
    pub members: BTreeMap<i64, i64>,
    /// The levels of those who have one.
    pub of: HashMap<Id, i64>,
}

/// Who has which level now. Called by reports, which ask the rights.
pub fn leveled(tx: &mut Tx<'_>, org: Id) -> Result<Leveled, Problem> {
    let names = of_org(tx, org)?.into_iter().map(|one| (one.level, one.name));
    let names = names.collect();
    let members: Vec<(i64, i64)> = tx.rows(
        "SELECT level, COUNT(*) FROM customer
         WHERE org_id = $1 AND merged_into IS NULL AND erased_at IS NULL GROUP BY level",
        args![org],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let of: Vec<(Id, i64)> = tx.rows(
        "SELECT id, level FROM customer WHERE org_id = $1 AND level > 0 AND merged_into IS NULL",
        args![org],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(Leveled {
        names,
        members: members.into_iter().collect(),
        of: of.into_iter().collect(),
    })
}

/// Replaces the levels. A higher one asks for more and never costs more. Whoever reaches one by them is raised soon;
/// nobody is lowered. Needs [`Permission::EditCustomers`] and [`Permission::EditSettings`].
pub fn set_levels(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewLevels,
) -> Result<Vec<MemberLevel>, Problem> {
    who.need(Permission::EditCustomers)?;
    who.need(Permission::EditSettings)?;
    if new.levels.len() > LEVELS {
        return Err(Problem::input("levels", "too_many", "Too many levels.").with("max", LEVELS));
    }
    let mut checked: Vec<MemberLevel> = Vec::new();
    for one in &new.levels {
        let one = MemberLevel {
            name: clean_line("levels", &one.name, 20)?,
            ..one.clone()
        };
        check::level(one.level)?;
        let follows = checked.last().is_none_or(|last| {
            last.level < one.level && last.from_fen < one.from_fen && last.price_percent >= one.price_percent
        });
        if !follows || one.level < 1 || one.from_fen < Fen(0) || !(1..=100).contains(&one.price_percent) {
            return Err(Problem::input(
                "levels",
                "levels_invalid",
                "A higher level asks for more and costs no more: 1 to 100 percent of the price.",
            ));
        }
        checked.push(one);
    }
    let was = of_org(tx, who.org)?;
    if was == checked {
        return Ok(was);
    }
    tx.exec("DELETE FROM customer_level WHERE org_id = $1", args![who.org])?;
    for one in &checked {
        tx.exec(
            "INSERT INTO customer_level (org_id, level, name, from_fen, price_percent) VALUES ($1, $2, $3, $4, $5)",
            args![who.org, one.level, &one.name, one.from_fen, one.price_percent],
        )?;
    }
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "levels.changed",
        subject: who.org,
        data: json!({ "levels": [was, checked] }),
    })?;
    look_from(tx, now, who.org, Id::NONE)?;
    Ok(checked)
}

fn look_from(tx: &mut Tx<'_>, now: Ms, org: Id, after: Id) -> Result<(), Problem> {
    tx.schedule(NewJob {
        org,
        kind: LEVELS_JOB,
        subject: org,
        due: now,
        payload: &after.0.to_string(),
    })
}

/// Raises some of those whom new rules raise, and schedules the rest. `after` is the job's payload.
pub(crate) fn raise_next(tx: &mut Tx<'_>, now: Ms, org: Id, after: &str) -> Result<(), Problem> {
    let after = Id(after.parse().unwrap_or_default());
    let ids: Vec<Id> = tx.rows(
        "SELECT id FROM customer WHERE org_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        args![org, after, AT_ONCE],
        |row| row.get(0),
    )?;
    raise(tx, now, &Actor::program(org), &ids)?;
    match ids.last() {
        Some(last) if ids.len() == AT_ONCE => look_from(tx, now, org, *last),
        _ => Ok(()),
    }
}

/// Raises those of these customers who are members and have spent enough for a higher level (row 111: one is a
/// member after the first completed deal). What a person set higher stays, and nothing lowers a level by itself.
pub(crate) fn raise(tx: &mut Tx<'_>, now: Ms, who: &Actor, ids: &[Id]) -> Result<(), Problem> {
    let rules = of_org(tx, who.org)?;
    if rules.is_empty() || ids.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT id, level, spent_fen FROM customer
         WHERE org_id = $1 AND member_since > 0 AND merged_into IS NULL AND id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![who.org].to_vec();
    arguments.extend(pad(ids));
    let members = tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<Id>(0)?, row.get::<i64>(1)?, row.get::<Fen>(2)?))
    })?;
    for (id, level, spent) in members {
        let reached = rules.iter().rev().find(|rule| rule.from_fen <= spent);
        let Some(to) = reached.map(|rule| rule.level).filter(|to| *to > level) else {
            continue;
        };
        tx.exec(
            "UPDATE customer SET level = $3, level_raised = $3 WHERE org_id = $1 AND id = $2",
            args![who.org, id, to],
        )?;
        tx.emit(Event {
            at: now,
            who,
            shop: Id::NONE,
            kind: "customer.level_raised",
            subject: id,
            data: json!({ "level": [level, to], "spent_fen": spent }),
        })?;
    }
    Ok(())
}
