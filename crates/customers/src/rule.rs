//! The conditions of a segment: what may be asked, what is refused, and what SQL comes of it.

use base::{Id, Ms, Problem};
use serde::{Deserialize, Serialize};
use store::{Arg, Tx, pad};

use crate::check;
use crate::consent::ConsentChannel;

/// Choices of one condition at most.
const CHOICES: usize = 50;
/// Days in the longest recency that may be asked: ten years.
const DAYS: i64 = 3_650;
const DAY_MS: i64 = 86_400_000;

/// From and to, both included; what is left out is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The least.
    pub min: Option<i64>,
    /// The most.
    pub max: Option<i64>,
}

/// A province, or a city of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The province: `浙江`.
    pub province: String,
    /// The city: `杭州`; null: all of the province.
    pub city: Option<String>,
}

/// Who belongs to a segment: all conditions hold, and of a list any one does; what is left out or empty asks nothing
/// (row 53: recency, frequency, money, tags and what else the archive knows).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SegmentRule {
    /// Days since they last paid; who never paid is not in it.
    pub recency_days: Option<Span>,
    /// How many orders they paid.
    pub orders: Option<Span>,
    /// What they paid in all, fen.
    pub spent_fen: Option<Span>,
    /// Orders with after-sale and troubles with parcels, together.
    pub problems: Option<Span>,
    /// Of one of these levels.
    pub levels: Vec<i64>,
    /// VIPs only, or no VIPs.
    pub vip: Option<bool>,
    /// With one of these tags.
    pub tags: Vec<Id>,
    /// With none of these tags.
    pub without_tags: Vec<Id>,
    /// Who paid for one of these SKUs.
    pub skus: Vec<Id>,
    /// To whom a parcel went in one of these regions.
    pub regions: Vec<Region>,
    /// Who agreed to be contacted on one of these channels.
    pub consent: Vec<ConsentChannel>,
}

/// Conditions as SQL on `customer c`, with their arguments.
pub(crate) struct Where<'a> {
    pub(crate) sql: String,
    pub(crate) arguments: Vec<Arg<'a>>,
}

impl SegmentRule {
    /// Refuses what makes no sense, naming the condition.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        span("recency_days", self.recency_days, DAYS)?;
        span("orders", self.orders, i64::MAX)?;
        span("spent_fen", self.spent_fen, i64::MAX)?;
        span("problems", self.problems, i64::MAX)?;
        for (field, count) in [
            ("levels", self.levels.len()),
            ("tags", self.tags.len()),
            ("without_tags", self.without_tags.len()),
            ("skus", self.skus.len()),
            ("regions", self.regions.len()),
            ("consent", self.consent.len()),
        ] {
            if count > CHOICES {
                let detail = format!("{CHOICES} choices at most.");
                return Err(Problem::input(field, "too_many", detail).with("max", CHOICES));
            }
        }
        for level in &self.levels {
            check::level(*level)?;
        }
        for region in &self.regions {
            let city = region.city.as_deref().unwrap_or_default();
            let long = |text: &str| text.chars().count() > 30;
            if region.province.is_empty() || long(&region.province) || long(city) {
                return Err(Problem::input(
                    "regions",
                    "region_invalid",
                    "Name a province, or a city of it.",
                ));
            }
        }
        Ok(())
    }

    /// The conditions at `now`, with arguments from `$first` on; `$1` is the organisation.
    pub(crate) fn sql(&self, now: Ms, first: usize) -> Where<'_> {
        let mut parts = Parts {
            sql: vec!["c.org_id = $1".to_owned(), "c.merged_into IS NULL".to_owned()],
            arguments: Vec::new(),
            first,
        };
        if let Some(Span { min, max }) = self.recency_days.filter(|span| *span != Span::default()) {
            parts.sql.push("c.last_paid_at > 0".to_owned());
            // At least so many days ago is at or before that moment.
            let ago = |days: i64| now.0 - days * DAY_MS;
            parts.bound("c.last_paid_at <=", min.map(ago));
            parts.bound("c.last_paid_at >=", max.map(ago));
        }
        for (column, span) in [
            ("c.orders", self.orders),
            ("c.spent_fen", self.spent_fen),
            ("c.refunds + c.troubles", self.problems),
        ] {
            let Span { min, max } = span.unwrap_or_default();
            parts.bound(&format!("{column} >="), min);
            parts.bound(&format!("{column} <="), max);
        }
        if !self.levels.is_empty() {
            let levels: Vec<Id> = self.levels.iter().map(|level| Id(*level)).collect();
            let list = parts.list(&levels);
            parts.sql.push(format!("c.level IN {list}"));
        }
        if let Some(vip) = self.vip {
            parts.bound("c.vip =", Some(i64::from(vip)));
        }
        for (ids, not, table, column) in [
            (&self.tags, "", "customer_tagged", "tag_id"),
            (&self.without_tags, "NOT ", "customer_tagged", "tag_id"),
            (&self.skus, "", "customer_bought", "sku_id"),
        ] {
            if !ids.is_empty() {
                let list = parts.list(ids);
                parts.sql.push(format!(
                    "c.id {not}IN (SELECT s.customer_id FROM {table} s WHERE s.org_id = $1 AND s.{column} IN {list})"
                ));
            }
        }
        if !self.regions.is_empty() {
            let one_of: Vec<String> = self.regions.iter().map(|region| parts.region(region)).collect();
            parts.sql.push(format!(
                "c.id IN (SELECT s.customer_id FROM customer_region s WHERE s.org_id = $1 AND ({}))",
                one_of.join(" OR ")
            ));
        }
        if !self.consent.is_empty() {
            let keys: Vec<String> = self
                .consent
                .iter()
                .map(|channel| format!("'{}'", channel.key()))
                .collect();
            parts.sql.push(format!(
                "c.id IN (SELECT s.customer_id FROM customer_consent s
                          WHERE s.org_id = $1 AND s.channel IN ({}) AND s.state = 'given' AND s.replaced_at IS NULL)",
                keys.join(", ")
            ));
        }
        Where {
            sql: parts.sql.join(" AND "),
            arguments: parts.arguments,
        }
    }
}

struct Parts<'a> {
    sql: Vec<String>,
    arguments: Vec<Arg<'a>>,
    first: usize,
}

impl<'a> Parts<'a> {
    fn next(&self) -> usize {
        self.first + self.arguments.len()
    }

    fn bound(&mut self, column: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.sql.push(format!("{column} ${}", self.next()));
            self.arguments.push(Arg::from(value));
        }
    }

    fn list(&mut self, ids: &[Id]) -> String {
        let list = Tx::in_list(self.next(), ids.len());
        self.arguments.extend(pad(ids));
        list
    }

    fn text(&mut self, column: &str, value: &'a str) -> String {
        let sql = format!("s.{column} = ${}", self.next());
        self.arguments.push(Arg::from(value));
        sql
    }

    fn region(&mut self, region: &'a Region) -> String {
        let province = self.text("province", &region.province);
        match &region.city {
            Some(city) => format!("({province} AND {})", self.text("city", city)),
            None => format!("({province})"),
        }
    }
}

fn span(field: &'static str, span: Option<Span>, most: i64) -> Result<(), Problem> {
    let Span { min, max } = span.unwrap_or_default();
    let fits = |value: Option<i64>| value.is_none_or(|value| (0..=most).contains(&value));
    if fits(min) && fits(max) && min.zip(max).is_none_or(|(min, max)| min <= max) {
        return Ok(());
    }
    Err(Problem::input(
        field,
        "span_invalid",
        "From nothing on, and from the less to the more.",
    ))
}
