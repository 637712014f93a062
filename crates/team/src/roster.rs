use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args};

use crate::settings::ZONE;
use crate::{Person, person, setting, shift, wire};

/// Who works when, over some days.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Roster {
    /// The days, `YYYY-MM-DD`.
    pub days: Vec<String>,
    /// One row a person, by staff number.
    pub rows: Vec<RosterRow>,
}

/// One person's days.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RosterRow {
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// Works for another company.
    pub outsourced: bool,
    /// As many as there are days.
    pub cells: Vec<RosterCell>,
}

/// One day of one person.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RosterCell {
    /// The day.
    pub day: String,
    /// Their shift; null: off.
    pub shift: Option<Id>,
}

/// What to write into the roster.
#[derive(Clone, Debug, PartialEq, Deserialize, utoipa::ToSchema)]
pub struct Cell {
    /// Who.
    pub person: Id,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// Their shift; null: off.
    pub shift: Option<Id>,
}

/// Shifts in rotation: the first person begins with the first shift, the second with the second and so
/// on, and everybody moves on to the next every so many days.
#[derive(Clone, Debug, PartialEq, Deserialize, utoipa::ToSchema)]
pub struct Rotate {
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Who, in order.
    pub people: Vec<Id>,
    /// The shifts, in order; null: a day off.
    pub shifts: Vec<Option<Id>>,
    /// After how many days everybody moves on.
    pub every_days: i64,
}

/// Somebody whose shift runs.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct OnShift {
    /// Who.
    pub person: Id,
    /// Which shift.
    pub shift: Id,
}

/// The most days a roster shows at once, and the most cells written at once: more would hold up others.
const MOST_DAYS: usize = 366;
const MOST_CELLS: usize = 4_000;

fn date(field: &'static str, text: &str) -> Result<Date, Problem> {
    let wrong = || Problem::input(field, "date", "Write a day as YYYY-MM-DD.");
    let date: Date = text.parse().map_err(|_| wrong())?;
    if text == date.to_string() && (2000..2100).contains(&date.year()) {
        Ok(date)
    } else {
        Err(wrong())
    }
}

fn days(from: &str, to: &str) -> Result<Vec<Date>, Problem> {
    let (first, last) = (date("from", from)?, date("to", to)?);
    let days: Vec<Date> = first
        .series(jiff::Span::new().days(1))
        .take_while(|day| *day <= last)
        .take(MOST_DAYS + 1)
        .collect();
    if days.is_empty() {
        return Err(Problem::input("to", "range", "The last day is before the first."));
    }
    if days.len() > MOST_DAYS {
        return Err(Problem::input("to", "too_many", "At most a year at once.").with("max", MOST_DAYS));
    }
    Ok(days)
}

/// The roster of everybody the actor sees, from the first to the last day.
pub fn roster(tx: &mut Tx<'_>, who: &Actor, from: &str, to: &str) -> Result<Roster, Problem> {
    let days: Vec<String> = days(from, to)?.iter().map(Date::to_string).collect();
    let sql =
        "SELECT person_id, day, shift_id FROM roster_cell WHERE org_id = $1 AND day >= $2 AND day <= $3";
    let cells: BTreeMap<(Id, String), Id> = tx
        .rows(sql, args![who.org, from, to], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
        })?
        .into_iter()
        .collect();
    let people = person::people(tx, who, None)?
        .into_iter()
        .filter(|one| !one.disabled);
    let rows = people.map(|one| RosterRow {
        cells: days
            .iter()
            .map(|day| RosterCell {
                day: day.clone(),
                shift: cells.get(&(one.id, day.clone())).copied(),
            })
            .collect(),
        person: one.id,
        name: one.name,
        outsourced: one.outsourced,
    });
    Ok(Roster {
        rows: rows.collect(),
        days,
    })
}

/// Somebody whose every shop the actor has; colleagues of other shops are seen, not planned.
fn planned(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Person, Problem> {
    let found = person::person(tx, who.org, id)?
        .filter(|one| person::sees(who, one))
        .ok_or_else(Problem::not_found)?;
    if who.shops.covers(&wire::shop_set(found.shops.as_deref())) {
        Ok(found)
    } else {
        Err(Problem::forbidden())
    }
}

/// Writes cells of the roster. Needs [`Permission::Roster`] and the shops of everybody named.
pub fn set_roster(tx: &mut Tx<'_>, now: Ms, who: &Actor, cells: &[Cell]) -> Result<(), Problem> {
    who.need(Permission::Roster)?;
    if cells.len() > MOST_CELLS {
        return Err(Problem::input("cells", "too_many", "That is too much at once.").with("max", MOST_CELLS));
    }
    let known = shift::of_org(tx, who.org)?;
    let mut people: Vec<Id> = cells.iter().map(|cell| cell.person).collect();
    people.sort_unstable();
    people.dedup();
    for id in &people {
        planned(tx, who, *id)?;
    }
    for cell in cells {
        date("day", &cell.day)?;
        if cell
            .shift
            .is_some_and(|id| !known.iter().any(|shift| shift.id == id))
        {
            return Err(Problem::not_found());
        }
    }
    let mut changed = Vec::new();
    for cell in cells {
        let sql = "SELECT shift_id FROM roster_cell WHERE org_id = $1 AND person_id = $2 AND day = $3";
        let before: Option<Id> = tx.value(sql, args![who.org, cell.person, &cell.day])?;
        if before == cell.shift {
            continue;
        }
        match cell.shift {
            Some(shift) => tx.exec(
                "INSERT INTO roster_cell (org_id, person_id, day, shift_id) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (org_id, person_id, day) DO UPDATE SET shift_id = excluded.shift_id",
                args![who.org, cell.person, &cell.day, shift],
            )?,
            None => tx.exec(
                "DELETE FROM roster_cell WHERE org_id = $1 AND person_id = $2 AND day = $3",
                args![who.org, cell.person, &cell.day],
            )?,
        };
        changed.push((cell.person, &cell.day, before, cell.shift));
    }
    if changed.is_empty() {
        return Ok(());
    }
    // A whole month of a team would make a row of the log nobody reads; the count and the edges tell.
    let data = if changed.len() <= 50 {
        let cells: Vec<_> = changed
            .iter()
            .map(|(person, day, from, to)| json!({ "person": person, "day": day, "shift": [from, to] }))
            .collect();
        json!({ "cells": cells })
    } else {
        let days = changed.iter().map(|(_, day, ..)| *day);
        json!({ "count": changed.len(), "from": days.clone().min(), "to": days.max(), "people": people })
    };
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "roster.changed",
        subject: who.org,
        data,
    })
}

/// Fills the roster by rotation; answers how many cells it covers. Needs [`Permission::Roster`] and the
/// shops of everybody named.
pub fn rotate(tx: &mut Tx<'_>, now: Ms, who: &Actor, plan: &Rotate) -> Result<usize, Problem> {
    let days = days(&plan.from, &plan.to)?;
    for (field, empty) in [
        ("people", plan.people.is_empty()),
        ("shifts", plan.shifts.is_empty()),
    ] {
        if empty {
            return Err(Problem::input(field, "missing", "Name at least one."));
        }
    }
    let every = usize::try_from(plan.every_days)
        .ok()
        .filter(|days| (1..=MOST_DAYS).contains(days));
    let Some(every) = every else {
        return Err(Problem::input(
            "every_days",
            "range",
            "A number of days from 1 to 366.",
        ));
    };
    if days.len() * plan.people.len() > MOST_CELLS {
        return Err(Problem::input("to", "too_many", "That is too much at once.").with("max", MOST_CELLS));
    }
    let mut cells = Vec::with_capacity(days.len() * plan.people.len());
    for (index, person) in plan.people.iter().enumerate() {
        for (passed, day) in days.iter().enumerate() {
            let shift = plan.shifts[(index + passed / every) % plan.shifts.len()];
            cells.push(Cell {
                person: *person,
                day: day.to_string(),
                shift,
            });
        }
    }
    set_roster(tx, now, who, &cells)?;
    Ok(cells.len())
}

/// Whose shift runs at `at`, in the organisation's zone: shifts of the day, and those of the day before
/// that go on past midnight.
pub fn on_shift(tx: &mut Tx<'_>, org: Id, at: Ms) -> Result<Vec<OnShift>, Problem> {
    let zone = setting::setting(tx, org, Id::NONE, &ZONE)?;
    let zone = TimeZone::get(zone.as_str().unwrap_or("Asia/Shanghai")).unwrap_or(TimeZone::UTC);
    let local = jiff::Timestamp::from_millisecond(at.0)
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
        .to_zoned(zone);
    let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
    let today = local.date();
    let yesterday = today.yesterday().unwrap_or(today);
    let sql = "SELECT c.person_id, c.shift_id, c.day, s.from_min, s.to_min
               FROM roster_cell c JOIN shift s ON s.org_id = c.org_id AND s.id = c.shift_id
                                  JOIN person p ON p.org_id = c.org_id AND p.id = c.person_id
               WHERE c.org_id = $1 AND c.day IN ($2, $3) AND p.disabled = 0 ORDER BY c.person_id, c.day";
    let (today, yesterday) = (today.to_string(), yesterday.to_string());
    let rows: Vec<(OnShift, String, i64, i64)> = tx.rows(sql, args![org, &today, &yesterday], |row| {
        Ok((
            OnShift {
                person: row.get(0)?,
                shift: row.get(1)?,
            },
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
        ))
    })?;
    let running = rows
        .into_iter()
        .filter(|(_, day, from, to)| match (*day == today, to <= from) {
            (true, true) => minute >= *from,
            (true, false) => (*from..*to).contains(&minute),
            (false, overnight) => overnight && minute < *to,
        });
    Ok(running.map(|row| row.0).collect())
}
