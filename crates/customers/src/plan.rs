use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, clean_line};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, record};

use crate::check;
use crate::customer::survivor;
use crate::told::told;

const DAY_MS: i64 = 86_400_000;
/// The longest a plan may look ahead or pause: three years.
const DAYS: i64 = 1_095;

record! {
    /// A plan as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PlanRow {
        pub id: Id = "p.id",
        pub customer: Id = "p.customer_id",
        pub name: String = "c.name",
        pub vip: bool = "c.vip",
        pub what: String = "p.what",
        pub every_days: Option<i64> = "p.every_days",
        pub due_at: Ms = "p.due_at",
        pub person: Id = "p.person_id",
        pub ended_at: Option<Ms> = "p.ended_at",
    }
}

/// What is planned for a customer (rows 281 and 315). Nothing is ever sent by itself: somebody does it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Plan {
    /// Its id.
    pub id: Id,
    /// For whom.
    pub customer: Id,
    /// What they are called.
    pub name: String,
    /// Whether they are a VIP.
    pub vip: bool,
    /// What is to be done.
    pub what: String,
    /// Every so many days; null: once.
    pub every_days: Option<i64>,
    /// When it is next due.
    pub due_at: Ms,
    /// `overdue`, `today`, `coming` or `ended`, by the organisation's calendar.
    pub state: String,
    /// Who is to do it; null: whoever finds time.
    pub person: Option<Id>,
    /// By name.
    pub person_name: Option<String>,
    /// What was done, the last first; at most five.
    pub done: Vec<PlanDone>,
    /// When it was done for good or given up.
    pub ended_at: Option<Ms>,
}

record! {
    /// What was done of a plan.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct PlanDone {
        /// Its id.
        pub id: Id = "id",
        /// When it was due.
        pub due_at: Ms = "due_at",
        /// When it was done.
        pub done_at: Ms = "done_at",
        /// By whom.
        pub done_by: Id = "done_by",
        /// What came of it; may be empty.
        pub note: String = "note",
    }
}

/// A plan for a customer.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// What is to be done, at most 100 characters.
    pub what: String,
    /// Every so many days, 1 to 1,095; left out: once.
    pub every_days: Option<i64>,
    /// When it is first due.
    pub due_at: Ms,
    /// Who is to do it; left out: whoever finds time.
    pub person: Option<Id>,
}

/// What of a plan was done.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDeed {
    /// Which time of it: when that was due. The same said twice is done once.
    pub due_at: Ms,
    /// What came of it, at most 500 characters.
    #[serde(default)]
    pub note: String,
}

/// Which plans a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlanFilter {
    /// Of this customer; those that ended too.
    pub customer: Option<Id>,
    /// Mine, and what is nobody's.
    pub mine: Option<bool>,
    /// Due today or before only.
    pub due: Option<bool>,
}

/// Plans something for a customer. Needs [`Permission::EditCustomers`].
pub fn add_plan(tx: &mut Tx<'_>, now: Ms, who: &Actor, customer: Id, new: &NewPlan) -> Result<Plan, Problem> {
    who.need(Permission::EditCustomers)?;
    let customer = survivor(tx, who.org, customer)?;
    let (what, person) = checked(tx, now, who, new)?;
    let id = tx.id();
    tx.exec(
        "INSERT INTO customer_plan (org_id, id, customer_id, what, every_days, due_at, person_id, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            who.org,
            id,
            customer,
            &what,
            new.every_days,
            new.due_at,
            person,
            who.person().unwrap_or(Id::NONE),
            now
        ],
    )?;
    let data = json!({ "plan": id, "every_days": new.every_days, "due_at": new.due_at, "person": person });
    told(tx, now, who, "customer.plan_added", customer, data)?;
    get(tx, now, who, id)
}

/// Changes a plan. Needs [`Permission::EditCustomers`]; `plan_ended` when it is over.
pub fn edit_plan(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, new: &NewPlan) -> Result<Plan, Problem> {
    who.need(Permission::EditCustomers)?;
    let was = open(tx, now, who, id)?;
    let (what, person) = checked(tx, now, who, new)?;
    tx.exec(
        "UPDATE customer_plan SET what = $3, every_days = $4, due_at = $5, person_id = $6 WHERE org_id = $1 AND id = $2",
        args![who.org, id, &what, new.every_days, new.due_at, person],
    )?;
    let data = json!({ "plan": id, "due_at": [was.due_at, new.due_at], "person": [was.person, new.person] });
    told(tx, now, who, "customer.plan_changed", was.customer, data)?;
    get(tx, now, who, id)
}

/// Gives a plan up, or takes it up again. Needs [`Permission::EditCustomers`].
pub fn end_plan(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, ended: bool) -> Result<Plan, Problem> {
    who.need(Permission::EditCustomers)?;
    let was = get(tx, now, who, id)?;
    tx.exec(
        "UPDATE customer_plan SET ended_at = $3 WHERE org_id = $1 AND id = $2",
        args![who.org, id, ended.then_some(now)],
    )?;
    let data = json!({ "plan": id, "ended": [was.ended_at.is_some(), ended] });
    told(tx, now, who, "customer.plan_ended", was.customer, data)?;
    get(tx, now, who, id)
}

/// Notes that what was planned is done. What comes again is next due so many days from now, what was for once has
/// ended. Needs [`Permission::SeeCustomers`]: also who may not edit customers does what they were given. `plan_moved`
/// when another time of it is due by now.
pub fn do_plan(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, deed: &PlanDeed) -> Result<Plan, Problem> {
    who.need(Permission::SeeCustomers)?;
    let was = open(tx, now, who, id)?;
    if was.person.is_none() || was.person != who.person() {
        who.need(Permission::EditCustomers)?;
    }
    if deed.due_at != was.due_at {
        return Err(Problem::conflict(
            "plan_moved",
            "It was noted as done, or moved, meanwhile.",
        ));
    }
    let note = check::text("note", &deed.note, 500)?;
    let done = tx.id();
    tx.exec(
        "INSERT INTO customer_plan_done (org_id, id, plan_id, due_at, done_at, done_by, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            who.org,
            done,
            id,
            was.due_at,
            now,
            who.person().unwrap_or(Id::NONE),
            &note
        ],
    )?;
    let next = was.every_days.map(|days| now.plus(days * DAY_MS));
    tx.exec(
        "UPDATE customer_plan SET due_at = $3, ended_at = $4 WHERE org_id = $1 AND id = $2",
        args![
            who.org,
            id,
            next.unwrap_or(was.due_at),
            if next.is_none() { Some(now) } else { None }
        ],
    )?;
    let data = json!({ "plan": id, "done": done, "due_at": [was.due_at, next], "noted": !note.is_empty() });
    told(tx, now, who, "customer.plan_done", was.customer, data)?;
    get(tx, now, who, id)
}

/// Takes back that the last time was done. Needs [`Permission::EditCustomers`], or that one did it oneself;
/// `not_done` when nothing was.
pub fn undo_plan(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Plan, Problem> {
    who.need(Permission::SeeCustomers)?;
    let was = get(tx, now, who, id)?;
    let last = was
        .done
        .first()
        .ok_or_else(|| Problem::conflict("not_done", "Nothing of it was done yet."))?;
    if Some(last.done_by) != who.person() {
        who.need(Permission::EditCustomers)?;
    }
    tx.exec(
        "DELETE FROM customer_plan_done WHERE org_id = $1 AND id = $2",
        args![who.org, last.id],
    )?;
    tx.exec(
        "UPDATE customer_plan SET due_at = $3, ended_at = NULL WHERE org_id = $1 AND id = $2",
        args![who.org, id, last.due_at],
    )?;
    let data = json!({ "plan": id, "due_at": [was.due_at, last.due_at] });
    told(tx, now, who, "customer.plan_undone", was.customer, data)?;
    get(tx, now, who, id)
}

/// Plans by when they are due. Needs [`Permission::SeeCustomers`].
pub fn plans(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &PlanFilter,
    page: &PageAsk,
) -> Result<Page<Plan>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let customer = filter.customer.map(|id| survivor(tx, who.org, id)).transpose()?;
    let [at, after] = page.numbers().unwrap_or([i64::MIN, 0]);
    let until = (filter.due == Some(true)).then_some(day_end(tx, now, who.org)?);
    let mine = (filter.mine == Some(true)).then(|| who.person().unwrap_or(Id::NONE));
    let sql = format!(
        "SELECT {} FROM customer_plan p JOIN customer c ON c.org_id = p.org_id AND c.id = p.customer_id
         WHERE p.org_id = $1 AND (p.due_at, p.id) > ($2, $3) AND ($4 IS NOT NULL OR p.ended_at IS NULL)
           AND ($4 IS NULL OR p.customer_id = $4) AND ($5 IS NULL OR p.due_at < $5)
           AND ($6 IS NULL OR p.person_id = $6 OR p.person_id = 0)
         ORDER BY p.due_at, p.id LIMIT $7",
        PlanRow::COLUMNS
    );
    let arguments = args![who.org, at, after, customer, until, mine, page.limit() + 1];
    let rows = tx.rows(&sql, arguments, PlanRow::read)?;
    let page = Page::cut(rows, page.limit(), |row| vec![row.due_at.0, row.id.0]);
    Ok(Page {
        items: views(tx, now, who.org, page.items)?,
        next: page.next,
    })
}

fn get(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Plan, Problem> {
    let sql = format!(
        "SELECT {} FROM customer_plan p JOIN customer c ON c.org_id = p.org_id AND c.id = p.customer_id
         WHERE p.org_id = $1 AND p.id = $2",
        PlanRow::COLUMNS
    );
    let row = tx
        .row(&sql, args![who.org, id], PlanRow::read)?
        .ok_or_else(Problem::not_found)?;
    views(tx, now, who.org, vec![row])?
        .pop()
        .ok_or_else(Problem::internal)
}

fn open(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Plan, Problem> {
    let plan = get(tx, now, who, id)?;
    if plan.ended_at.is_some() {
        return Err(Problem::conflict("plan_ended", "It is over already."));
    }
    Ok(plan)
}

fn views(tx: &mut Tx<'_>, now: Ms, org: Id, rows: Vec<PlanRow>) -> Result<Vec<Plan>, Problem> {
    let people: Vec<Id> = rows.iter().map(|row| row.person).collect();
    let names = team::names(tx, org, &people)?;
    let end = day_end(tx, now, org)?;
    let mut plans = Vec::with_capacity(rows.len());
    for row in rows {
        let sql = format!(
            "SELECT {} FROM customer_plan_done WHERE org_id = $1 AND plan_id = $2 ORDER BY id DESC LIMIT 5",
            PlanDone::COLUMNS
        );
        let done = tx.rows(&sql, args![org, row.id], PlanDone::read)?;
        let state = match row.due_at {
            _ if row.ended_at.is_some() => "ended",
            // A plan is for a day: it is overdue when that day is over.
            due if due < end.plus(-DAY_MS) => "overdue",
            due if due < end => "today",
            _ => "coming",
        };
        plans.push(Plan {
            id: row.id,
            customer: row.customer,
            name: row.name,
            vip: row.vip,
            what: row.what,
            every_days: row.every_days,
            due_at: row.due_at,
            state: state.to_owned(),
            person: (row.person != Id::NONE).then_some(row.person),
            person_name: names.get(&row.person).cloned(),
            done,
            ended_at: row.ended_at,
        });
    }
    Ok(plans)
}

/// When today ends where the organisation is.
fn day_end(tx: &mut Tx<'_>, now: Ms, org: Id) -> Result<Ms, Problem> {
    let zone = team::calendar(tx, org, Id::NONE)?.zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let today = jiff::Timestamp::from_millisecond(now.0).map_err(|_| Problem::internal())?;
    let end = today
        .to_zoned(zone)
        .end_of_day()
        .map_err(|_| Problem::internal())?;
    Ok(Ms(end.timestamp().as_millisecond() + 1))
}

fn checked(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewPlan) -> Result<(String, Id), Problem> {
    let what = clean_line("what", &new.what, 100)?;
    if new.every_days.is_some_and(|days| !(1..=DAYS).contains(&days)) {
        let detail = format!("Between 1 and {DAYS} days.");
        return Err(Problem::input("every_days", "days_invalid", detail).with("max", DAYS));
    }
    if new.due_at > now.plus(DAYS * DAY_MS) || new.due_at < now.plus(-DAYS * DAY_MS) {
        return Err(Problem::input("due_at", "too_far", "That day is too far away."));
    }
    let person = match new.person {
        Some(person) => {
            team::person(tx, who.org, person)?
                .ok_or_else(Problem::not_found)?
                .id
        }
        None => Id::NONE,
    };
    Ok((what, person))
}
