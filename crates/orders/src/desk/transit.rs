//! How long couriers take to which region, and for how long they may say nothing: what is late under way, and what is
//! looked for, follows from it (rows 17 and 18).

use std::sync::LazyLock;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record};

use super::{courier, expected, region};

record! {
    /// How long a courier takes to a region, in days (row 17).
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Transit {
        /// Its id; 0: it ships with the product.
        pub id: Id = "id",
        /// The courier; empty: every one.
        pub courier: String = "courier",
        /// A province, or a province and a city; empty: everywhere else.
        pub region: String = "region",
        /// As a rule not sooner.
        pub min_days: i64 = "min_days",
        /// As a rule not later.
        pub max_days: i64 = "max_days",
        /// After so many days without a word of the courier a parcel is looked for.
        pub quiet_days: i64 = "quiet_days",
    }
}

/// How long a courier shall be taken to need.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTransit {
    /// The courier; left out: every one.
    #[serde(default)]
    pub courier: String,
    /// A province, or a province and a city; left out: everywhere else.
    #[serde(default)]
    pub region: String,
    /// As a rule not sooner, 0 to 60.
    pub min_days: i64,
    /// As a rule not later, 1 to 60.
    pub max_days: i64,
    /// After so many days without a word of the courier a parcel is looked for, 1 to 60; left out: 3.
    #[serde(default = "three")]
    pub quiet_days: i64,
}

fn three() -> i64 {
    3
}

#[derive(Deserialize)]
struct Shipped {
    transit: Vec<NewTransit>,
}

static SHIPPED: LazyLock<Vec<Transit>> = LazyLock::new(|| {
    let shipped: Result<Shipped, _> = toml::from_str(include_str!("../../data/transit.toml"));
    let known = shipped.map(|shipped| shipped.transit).unwrap_or_default();
    let transit = |known: NewTransit| Transit {
        id: Id::NONE,
        courier: known.courier,
        region: known.region,
        min_days: known.min_days,
        max_days: known.max_days,
        quiet_days: known.quiet_days,
    };
    known.into_iter().map(transit).collect()
});

fn of_org(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Transit>, Problem> {
    let sql = format!(
        "SELECT {} FROM transit WHERE org_id = $1 ORDER BY courier, region",
        Transit::COLUMNS
    );
    tx.rows(&sql, args![org], Transit::read)
}

/// What fits best: the shop's own before what ships, the courier's own before everybody's, the region before
/// everywhere else.
fn best<'a>(own: &'a [Transit], courier: &str, address: &str) -> Option<&'a Transit> {
    let fits = |way: &&Transit| {
        (way.courier.is_empty() || way.courier == courier)
            && (way.region.is_empty() || region::within(address, &way.region))
    };
    let rank = |way: &&Transit| (!way.courier.is_empty(), way.region.chars().count());
    own.iter().filter(fits).max_by_key(rank)
}

/// All answers of an organisation.
pub(crate) struct Transits(Vec<Transit>);

impl Transits {
    pub(crate) fn load(tx: &mut Tx<'_>, org: Id) -> Result<Transits, Problem> {
        of_org(tx, org).map(Transits)
    }

    /// How long a courier takes to an address.
    pub(crate) fn of(&self, courier: &str, address: &str) -> Option<&Transit> {
        best(&self.0, courier, address).or_else(|| best(&SHIPPED, courier, address))
    }
}

/// How long couriers take: the shop's own, then what ships. Needs [`Permission::SeeOrders`].
pub fn transits(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Transit>, Problem> {
    who.need(Permission::SeeOrders)?;
    let mut all = of_org(tx, who.org)?;
    all.extend(SHIPPED.iter().cloned());
    Ok(all)
}

/// Who goes where.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TransitAsk {
    /// The courier's code.
    pub courier: String,
    /// Where it goes: a province is enough.
    pub address: String,
}

/// How long a courier takes to an address, to be told to a buyer (row 114). Needs [`Permission::SeeOrders`] or
/// [`Permission::Talk`]; where nothing fits: `not_found`.
pub fn transit_answer(tx: &mut Tx<'_>, who: &Actor, ask: &TransitAsk) -> Result<Transit, Problem> {
    if !who.may(Permission::Talk) {
        who.need(Permission::SeeOrders)?;
    }
    let ways = Transits::load(tx, who.org)?;
    ways.of(&ask.courier, &ask.address)
        .cloned()
        .ok_or_else(Problem::not_found)
}

/// Says how long a courier takes to a region; there is one answer for each. What is under way is reckoned anew. Needs
/// [`Permission::EditDeskRules`].
pub fn set_transit(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewTransit) -> Result<Transit, Problem> {
    who.need(Permission::EditDeskRules)?;
    if !new.courier.is_empty() {
        courier::need(tx, who.org, &new.courier)?;
    }
    let region = new.region.trim().to_owned();
    if !region.is_empty() && (!region::has_province(&region) || region.chars().count() > 60) {
        return Err(Problem::input(
            "region",
            "no_province",
            "A region begins with a province: 新疆, 浙江省杭州市.",
        ));
    }
    if !(0..=60).contains(&new.min_days) || !(new.min_days.max(1)..=60).contains(&new.max_days) {
        return Err(Problem::input(
            "max_days",
            "out_of_range",
            "0 to 60 days, and not fewer at most than at least.",
        )
        .with("min", 0)
        .with("max", 60));
    }
    if !(1..=60).contains(&new.quiet_days) {
        return Err(Problem::input("quiet_days", "out_of_range", "1 to 60 days.")
            .with("min", 1)
            .with("max", 60));
    }
    let was = of_org(tx, who.org)?
        .into_iter()
        .find(|way| way.courier == new.courier && way.region == region);
    let is = Transit {
        id: was.as_ref().map_or_else(|| tx.id(), |was| was.id),
        courier: new.courier.clone(),
        region,
        min_days: new.min_days,
        max_days: new.max_days,
        quiet_days: new.quiet_days,
    };
    if was.as_ref() != Some(&is) {
        tx.exec(
            "INSERT INTO transit (org_id, id, courier, region, min_days, max_days, quiet_days)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (org_id, courier, region) DO UPDATE
             SET min_days = excluded.min_days, max_days = excluded.max_days, quiet_days = excluded.quiet_days",
            args![who.org, is.id, &is.courier, &is.region, is.min_days, is.max_days, is.quiet_days],
        )?;
        told(tx, now, who, is.id, json!({ "transit": [was, is] }))?;
    }
    Ok(is)
}

/// Takes an answer away; what ships counts again, also for what is under way. Needs [`Permission::EditDeskRules`].
pub fn remove_transit(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    who.need(Permission::EditDeskRules)?;
    let was = of_org(tx, who.org)?
        .into_iter()
        .find(|way| way.id == id)
        .ok_or_else(Problem::not_found)?;
    tx.exec(
        "DELETE FROM transit WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    told(tx, now, who, id, json!({ "transit": [was, null] }))
}

fn told(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id, data: serde_json::Value) -> Result<(), Problem> {
    expected::again(tx, now, who.org)?;
    tx.emit(Event {
        at: now,
        who,
        shop: Id::NONE,
        kind: "transit.changed",
        subject: id,
        data,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_what_the_guide_says() {
        let days =
            |courier, address| best(&SHIPPED, courier, address).map(|way| (way.min_days, way.max_days));
        assert_eq!(days("YUNDA", "浙江省杭州市西湖区"), Some((2, 3)));
        assert_eq!(days("YUNDA", "上海上海市浦东新区"), Some((2, 3)));
        assert_eq!(days("YUNDA", "新疆维吾尔自治区喀什"), Some((3, 6)));
        assert_eq!(days("POST", "浙江省杭州市"), Some((5, 7)));
    }
}
