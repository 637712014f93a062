//! What orders tell of a customer, so that segments and the card need not ask orders.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Problem};
use store::{Arg, Tx, args, pad};

use crate::level::raise;

/// What the orders of a customer come to, beside their sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// When they first paid an order that counts.
    pub first_paid_at: Option<Ms>,
    /// When they last did.
    pub last_paid_at: Option<Ms>,
    /// When their first deal was completed: from then on they are a member (row 111).
    pub member_since: Option<Ms>,
    /// Orders with after-sale.
    pub refunds: i64,
    /// Troubles with their parcels.
    pub troubles: i64,
    /// The last of those.
    pub problem: Option<LastProblem>,
    /// Where their parcels went: province and city, the city empty where it is not known.
    pub regions: BTreeSet<(String, String)>,
    /// What they paid for.
    pub skus: BTreeSet<Id>,
}

/// The last thing that went wrong for a customer (row 52).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct LastProblem {
    /// When.
    pub at: Ms,
    /// `refund`, or the kind of the trouble: `lost`, `damaged`, `refused` ...
    pub kind: String,
    /// The order.
    pub order: Option<Id>,
}

/// Keeps what orders tell of these customers, each once and named by the id they have after every merging. Called
/// by orders in the transaction that wrote them; it asks no right.
pub fn keep_figures(tx: &mut Tx<'_>, now: Ms, who: &Actor, told: &[(Id, Figures)]) -> Result<(), Problem> {
    if told.is_empty() {
        return Ok(());
    }
    let org = who.org;
    let none = String::new();
    let moment = |at: Option<Ms>| at.unwrap_or(Ms(0));
    let mut arguments: Vec<Arg<'_>> = Vec::with_capacity(told.len() * 10);
    for (id, is) in told {
        let problem = is.problem.as_ref();
        arguments.extend_from_slice(args![
            org,
            *id,
            moment(is.first_paid_at),
            moment(is.last_paid_at),
            moment(is.member_since),
            is.refunds,
            is.troubles,
            problem.map_or(Ms(0), |last| last.at),
            problem.map_or(&none, |last| &last.kind),
            problem.and_then(|last| last.order),
        ]);
    }
    // Once a member, always one.
    tx.exec_many(
        "UPDATE customer SET first_paid_at = $3, last_paid_at = $4,
             member_since = CASE WHEN member_since = 0 THEN $5 ELSE member_since END,
             refunds = $6, troubles = $7, problem_at = $8, problem = $9, problem_order = $10
         WHERE org_id = $1 AND id = $2",
        10,
        &arguments,
    )?;
    let ids: Vec<Id> = told.iter().map(|(id, _)| *id).collect();
    keep_regions(tx, org, &ids, told)?;
    keep_bought(tx, org, &ids, told)?;
    raise(tx, now, who, &ids)
}

fn keep_regions(tx: &mut Tx<'_>, org: Id, ids: &[Id], told: &[(Id, Figures)]) -> Result<(), Problem> {
    let sql = format!(
        "SELECT customer_id, province, city FROM customer_region WHERE org_id = $1 AND customer_id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    let mut were = BTreeMap::<Id, BTreeSet<(String, String)>>::new();
    for (id, place) in tx.rows(&sql, &arguments, |row| {
        Ok((row.get::<Id>(0)?, (row.get(1)?, row.get(2)?)))
    })? {
        were.entry(id).or_default().insert(place);
    }
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    let nowhere = BTreeSet::new();
    for (id, is) in told {
        let was = were.get(id).unwrap_or(&nowhere);
        for (province, city) in was.difference(&is.regions) {
            gone.extend_from_slice(args![org, province, city, *id]);
        }
        for (province, city) in is.regions.difference(was) {
            new.extend_from_slice(args![org, province, city, *id]);
        }
    }
    tx.exec_many(
        "DELETE FROM customer_region WHERE org_id = $1 AND province = $2 AND city = $3 AND customer_id = $4",
        4,
        &gone,
    )?;
    tx.insert_many(
        "INSERT INTO customer_region (org_id, province, city, customer_id)",
        4,
        "ON CONFLICT (org_id, province, city, customer_id) DO NOTHING",
        &new,
    )?;
    Ok(())
}

fn keep_bought(tx: &mut Tx<'_>, org: Id, ids: &[Id], told: &[(Id, Figures)]) -> Result<(), Problem> {
    let sql = format!(
        "SELECT customer_id, sku_id FROM customer_bought WHERE org_id = $1 AND customer_id IN {}",
        Tx::in_list(2, ids.len())
    );
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(ids));
    let mut were = BTreeMap::<Id, BTreeSet<Id>>::new();
    for (id, sku) in tx.rows(&sql, &arguments, |row| Ok((row.get::<Id>(0)?, row.get::<Id>(1)?)))? {
        were.entry(id).or_default().insert(sku);
    }
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    let nothing = BTreeSet::new();
    for (id, is) in told {
        let was = were.get(id).unwrap_or(&nothing);
        for sku in was.difference(&is.skus) {
            gone.extend_from_slice(args![org, *sku, *id]);
        }
        for sku in is.skus.difference(was) {
            new.extend_from_slice(args![org, *sku, *id]);
        }
    }
    tx.exec_many(
        "DELETE FROM customer_bought WHERE org_id = $1 AND sku_id = $2 AND customer_id = $3",
        3,
        &gone,
    )?;
    tx.insert_many(
        "INSERT INTO customer_bought (org_id, sku_id, customer_id)",
        3,
        "ON CONFLICT (org_id, sku_id, customer_id) DO NOTHING",
        &new,
    )?;
    Ok(())
}
