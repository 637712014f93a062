use base::{Actor, Fen, Id, Ms, Page, PageAsk, Permission, Problem, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Row, Tx, args, record};

use crate::rule::SegmentRule;
use crate::told::told;

/// Segments of an organisation at most.
const SEGMENTS: i64 = 200;
/// Customers shown as a sample beside a count.
const SAMPLE: usize = 5;

/// A group of customers by conditions, which are asked anew each time (row 53).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Segment {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Who belongs to it.
    pub rule: SegmentRule,
    /// Who made it; 0: the program.
    pub made_by: Id,
    /// When it was made.
    pub made_at: Ms,
    /// When it was last changed.
    pub changed_at: Ms,
}

/// A segment to be kept.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSegment {
    /// At most 40 characters; no other segment is called so.
    pub name: String,
    /// Who belongs to it.
    #[serde(default)]
    pub rule: SegmentRule,
}

record! {
    /// Somebody of a segment.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Member {
        /// The customer.
        pub id: Id = "c.id",
        /// What they are called.
        pub name: String = "c.name",
        /// Member level.
        pub level: i64 = "c.level",
        /// Whether they are a VIP.
        pub vip: bool = "c.vip",
        /// What they paid.
        pub spent_fen: Fen = "c.spent_fen",
        /// How many orders they paid.
        pub orders: i64 = "c.orders",
        /// When they last paid; 0: never.
        pub last_paid_at: Ms = "c.last_paid_at",
    }
}

/// How many belong to some conditions, and a few of them.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SegmentCount {
    /// How many.
    pub count: i64,
    /// Those who paid last.
    pub sample: Vec<Member>,
}

const COLUMNS: &str = "id, name, rule, made_by, made_at, changed_at";

fn read(row: &Row<'_>) -> Result<Segment, Problem> {
    let rule: String = row.get(2)?;
    Ok(Segment {
        id: row.get(0)?,
        name: row.get(1)?,
        rule: serde_json::from_str(&rule).map_err(|_| Problem::internal())?,
        made_by: row.get(3)?,
        made_at: row.get(4)?,
        changed_at: row.get(5)?,
    })
}

/// A segment. Needs [`Permission::SeeCustomers`].
pub fn segment(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Segment, Problem> {
    who.need(Permission::SeeCustomers)?;
    let sql = format!("SELECT {COLUMNS} FROM customer_segment WHERE org_id = $1 AND id = $2");
    tx.row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::not_found)
}

/// All segments by name. Needs [`Permission::SeeCustomers`].
pub fn segments(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Segment>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let sql = format!("SELECT {COLUMNS} FROM customer_segment WHERE org_id = $1 ORDER BY folded");
    tx.rows(&sql, args![who.org], read)
}

/// Keeps a segment. Needs [`Permission::EditCustomers`]; `segment_exists` when another is called so.
pub fn add_segment(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewSegment) -> Result<Segment, Problem> {
    who.need(Permission::EditCustomers)?;
    let (name, rule) = checked(new)?;
    let count: i64 = tx
        .value(
            "SELECT COUNT(*) FROM customer_segment WHERE org_id = $1",
            args![who.org],
        )?
        .unwrap_or_default();
    if count >= SEGMENTS {
        let detail = format!("There are {SEGMENTS} segments at most.");
        return Err(Problem::conflict("too_many", detail).with("max", SEGMENTS));
    }
    let segment = Segment {
        id: tx.id(),
        name,
        rule: new.rule.clone(),
        made_by: who.person().unwrap_or(Id::NONE),
        made_at: now,
        changed_at: now,
    };
    let made = tx.exec(
        "INSERT INTO customer_segment (org_id, id, name, folded, rule, made_by, made_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (org_id, folded) DO NOTHING",
        args![
            who.org,
            segment.id,
            &segment.name,
            &segment.name.to_lowercase(),
            &rule,
            segment.made_by,
            now
        ],
    )?;
    if made == 0 {
        return Err(exists());
    }
    told(tx, now, who, "segment.added", segment.id, json!({}))?;
    Ok(segment)
}

/// Changes a segment. Needs [`Permission::EditCustomers`].
pub fn edit_segment(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    new: &NewSegment,
) -> Result<Segment, Problem> {
    who.need(Permission::EditCustomers)?;
    segment(tx, who, id)?;
    let (name, rule) = checked(new)?;
    let folded = name.to_lowercase();
    let other: Option<Id> = tx.value(
        "SELECT id FROM customer_segment WHERE org_id = $1 AND folded = $2 AND id <> $3",
        args![who.org, &folded, id],
    )?;
    if other.is_some() {
        return Err(exists());
    }
    tx.exec(
        "UPDATE customer_segment SET name = $3, folded = $4, rule = $5, changed_at = $6 WHERE org_id = $1 AND id = $2",
        args![who.org, id, &name, &folded, &rule, now],
    )?;
    told(tx, now, who, "segment.changed", id, json!({}))?;
    segment(tx, who, id)
}

/// Takes a segment away; its customers stay what they are. Needs [`Permission::EditCustomers`].
pub fn remove_segment(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    who.need(Permission::EditCustomers)?;
    let gone = tx.exec(
        "DELETE FROM customer_segment WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    if gone == 0 {
        return Err(Problem::not_found());
    }
    told(tx, now, who, "segment.removed", id, json!({}))
}

/// How many belong to these conditions now, and a few of them. Needs [`Permission::SeeCustomers`].
pub fn count_segment(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    rule: &SegmentRule,
) -> Result<SegmentCount, Problem> {
    who.need(Permission::SeeCustomers)?;
    rule.check()?;
    let condition = rule.sql(now, 2);
    let sql = format!("SELECT COUNT(*) FROM customer c WHERE {}", condition.sql);
    let mut arguments = args![who.org].to_vec();
    arguments.extend(condition.arguments);
    let count = tx.value(&sql, &arguments)?.unwrap_or_default();
    Ok(SegmentCount {
        count,
        sample: listed(tx, now, who.org, rule, None, SAMPLE)?,
    })
}

/// Who belongs to a segment now, those who paid last first. Needs [`Permission::SeeCustomers`].
pub fn members(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    page: &PageAsk,
) -> Result<Page<Member>, Problem> {
    let segment = segment(tx, who, id)?;
    let rows = listed(
        tx,
        now,
        who.org,
        &segment.rule,
        page.numbers::<2>(),
        page.limit() + 1,
    )?;
    Ok(Page::cut(rows, page.limit(), |row| {
        vec![row.last_paid_at.0, row.id.0]
    }))
}

/// Customers of some conditions after a place in the list.
pub(crate) fn listed(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    rule: &SegmentRule,
    after: Option<[i64; 2]>,
    limit: usize,
) -> Result<Vec<Member>, Problem> {
    let [at, id] = after.unwrap_or([i64::MAX; 2]);
    let condition = rule.sql(now, 5);
    let sql = format!(
        "SELECT {} FROM customer c WHERE {} AND (c.last_paid_at, c.id) < ($2, $3)
         ORDER BY c.last_paid_at DESC, c.id DESC LIMIT $4",
        Member::COLUMNS,
        condition.sql
    );
    let mut arguments = args![org, at, id, limit].to_vec();
    arguments.extend(condition.arguments);
    tx.rows(&sql, &arguments, Member::read)
}

record! {
    /// Where customers live, and how many.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct RegionCount {
        /// The province.
        pub province: String = "province",
        /// The city; empty where only the province is known.
        pub city: String = "city",
        /// How many customers.
        pub customers: i64 = "COUNT(*)",
    }
}

/// All regions parcels went to, for choosing. Needs [`Permission::SeeCustomers`].
pub fn regions(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<RegionCount>, Problem> {
    who.need(Permission::SeeCustomers)?;
    let sql = format!(
        "SELECT {} FROM customer_region WHERE org_id = $1 GROUP BY province, city ORDER BY province, city",
        RegionCount::COLUMNS
    );
    tx.rows(&sql, args![who.org], RegionCount::read)
}

fn checked(new: &NewSegment) -> Result<(String, String), Problem> {
    new.rule.check()?;
    let name = clean_line("name", &new.name, 40)?;
    let rule = serde_json::to_string(&new.rule).map_err(|_| Problem::internal())?;
    Ok((name, rule))
}

fn exists() -> Problem {
    Problem::input("name", "segment_exists", "There is such a segment already.")
}
