//! Lists that work themselves: what is late under way, what is to be bought again, what goes wrong and with whom.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Tx, args, text_enum};

use super::ask::DeskPerson;
use super::desk_parcel::{DeskParcel, DoneBy};
use super::parcel::{Parcel, ParcelRow};
use super::reach::Reach;
use super::told;
use super::view::views;

text_enum! {
    /// Why a parcel is to be looked for.
    pub enum OverdueReason {
        /// It is longer under way than its courier needs to that region.
        Late = "late",
        /// Nothing was heard of it for longer than its courier may say nothing.
        Quiet = "quiet",
    }
}

/// A parcel that should be there by now, or of which nothing is heard.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OverdueParcel {
    /// The parcel.
    pub parcel: DeskParcel,
    /// Why it stands here: one, or both.
    pub reasons: Vec<OverdueReason>,
    /// Since when it stands here.
    pub since: Ms,
    /// When it should have been there; null: nobody knows.
    pub due_at: Option<Ms>,
    /// By how much it is late, in ms; null: it is not.
    pub late_ms: Option<i64>,
    /// When something was last heard of it: its courier's last word, else that it left.
    pub heard_at: Ms,
    /// For how long nothing was heard, in ms.
    pub quiet_ms: i64,
    /// Who told the buyer, and when.
    pub told: Option<DoneBy>,
}

/// Which late parcels a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WatchFilter {
    /// Of this shop.
    pub shop: Option<Id>,
    /// That stand here for this reason, whatever else.
    pub reason: Option<OverdueReason>,
    /// Of which the buyer was told, or was not.
    pub told: Option<bool>,
}

/// Of which shop and days.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WatchAsk {
    /// Of this shop.
    pub shop: Option<Id>,
    /// From then on; left out: 30 days ago.
    pub from: Option<Ms>,
    /// Before then.
    pub to: Option<Ms>,
}

const DAY_MS: i64 = 86_400_000;
const MONTH_MS: i64 = 30 * DAY_MS;

/// Of an organisation those to be looked for at a moment, beyond a place, at most so many.
pub(super) fn statement(filter: &WatchFilter, shops: &str) -> String {
    let reason = match filter.reason {
        None => "",
        Some(OverdueReason::Late) => "AND due_at < $2",
        Some(OverdueReason::Quiet) => "AND quiet_at < $2",
    };
    let told = told::condition(filter.told, "parcel.id");
    format!(
        "SELECT id, watch_at FROM parcel
         WHERE org_id = $1 AND arrived_at IS NULL AND watch_at IS NOT NULL AND watch_at < $2
           AND (watch_at, id) > ($3, $4) {reason} {told} AND {shops} ORDER BY watch_at, id LIMIT $5"
    )
}

/// Parcels that left and have not arrived, and are longer under way than their courier needs, or of which nothing was
/// heard for too long; those first that stand here longest (row 18). Needs [`Permission::SeeOrders`].
pub fn overdue(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &WatchFilter,
    page: &PageAsk,
) -> Result<Page<OverdueParcel>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, filter.shop, 6)?;
    let [at, id] = page.numbers().unwrap_or([i64::MIN, 0]);
    let sql = statement(filter, &reach.sql);
    let mut arguments = args![who.org, now, at, id, page.limit() + 1].to_vec();
    arguments.extend(reach.shops);
    let rows: Vec<(Id, Ms)> = tx.rows(&sql, &arguments, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let page = Page::cut(rows, page.limit(), |(id, since)| vec![since.0, id.0]);
    let ids: Vec<Id> = page.items.iter().map(|(id, _)| *id).collect();
    let mut parcels = Parcel::load(tx, who.org, &ids)?;
    parcels.sort_by_key(|parcel| (parcel.row.watch_at, parcel.row.id));
    let rows: Vec<ParcelRow> = parcels.iter().map(|parcel| parcel.row.clone()).collect();
    let mut told = told::of(tx, who.org, &ids)?;
    let views = views(tx, now, who.org, parcels)?;
    let of = |(row, parcel): (ParcelRow, DeskParcel)| {
        let past = |at: Option<Ms>| at.filter(|at| *at < now);
        let late = past(row.due_at).map(|_| OverdueReason::Late);
        let quiet = past(row.quiet_at).map(|_| OverdueReason::Quiet);
        let left = row.shipped_at.unwrap_or(row.since);
        let heard_at = parcel.trace.as_ref().map_or(left, |trace| trace.at.max(left));
        OverdueParcel {
            reasons: [late, quiet].into_iter().flatten().collect(),
            since: row.watch_at.unwrap_or(now),
            due_at: row.due_at,
            late_ms: past(row.due_at).map(|due| now.since(due)),
            heard_at,
            quiet_ms: now.since(heard_at),
            told: told.remove(&row.id),
            parcel,
        }
    };
    Ok(Page {
        items: rows.into_iter().zip(views).map(of).collect(),
        next: page.next,
    })
}

/// A SKU that will not last.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Replenish {
    /// The SKU.
    pub sku: Id,
    /// Its merchant code.
    pub code: String,
    /// The product's title.
    pub title: String,
    /// Colour, size and so on.
    pub spec: String,
    /// Pieces on the shelf.
    pub on_hand: i64,
    /// Promised to orders.
    pub locked: i64,
    /// Kept back.
    pub safety: i64,
    /// That may still be promised.
    pub sellable: i64,
    /// Pieces that left within the days asked for.
    pub sold: i64,
    /// Pieces orders wait for and nobody has.
    pub short: i64,
    /// For how many days what is sellable lasts at that pace; null when nothing was sold.
    pub days_left: Option<i64>,
    /// What is under way to us already, the soonest first.
    pub coming: Vec<catalogue::Coming>,
    /// Pieces to buy, for the days asked for, besides what is under way.
    pub buy: i64,
    /// What to keep back: three days' worth, three pieces at least (row 148).
    pub suggested_safety: i64,
}

/// For how many days.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReplenishAsk {
    /// What was sold within so many days is taken to be sold again, 1 to 90; 14 when left out.
    pub days: Option<i64>,
}

/// What is to be bought: what orders wait for, and what will not last; the most urgent first (rows 149 and 155).
/// Stock is shared by all shops, so all of them count; what is sold only in shops out of reach is left out. Needs
/// [`Permission::SeeOrders`].
pub fn replenish(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    ask: &ReplenishAsk,
) -> Result<Vec<Replenish>, Problem> {
    who.need(Permission::SeeOrders)?;
    let days = ask.days.unwrap_or(14).clamp(1, 90);
    let mut sold: BTreeMap<Id, i64> = tx
        .rows(
            "SELECT l.sku_id, CAST(SUM(l.quantity) AS BIGINT)
             FROM parcel p JOIN parcel_line l ON l.org_id = p.org_id AND l.parcel_id = p.id
             WHERE p.org_id = $1 AND p.shipped_at IS NOT NULL AND p.shipped_at > $2 AND l.sku_id IS NOT NULL
             GROUP BY l.sku_id",
            args![who.org, now.plus(-days * DAY_MS)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .into_iter()
        .collect();
    let short: BTreeMap<Id, i64> = tx
        .rows(
            "SELECT sku_id, CAST(SUM(quantity) AS BIGINT) FROM order_stock WHERE org_id = $1 AND held = 'short'
             GROUP BY sku_id",
            args![who.org],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .into_iter()
        .collect();
    for sku in short.keys().copied().chain(catalogue::skus_coming(tx, who.org)?) {
        sold.entry(sku).or_default();
    }
    let ids: Vec<Id> = sold.keys().copied().collect();
    let mut list = Vec::new();
    for part in ids.chunks(500) {
        let skus = catalogue::skus(tx, who.org, part)?;
        let products: BTreeSet<Id> = skus.iter().map(|sku| sku.product).collect();
        let products: Vec<Id> = products.into_iter().collect();
        let titles: BTreeMap<Id, String> = catalogue::products_by_ids(tx, who, &products)?
            .into_iter()
            .map(|product| (product.id, product.title))
            .collect();
        let mut coming = catalogue::coming_of(tx, who.org, part)?;
        for sku in skus {
            let Some(title) = titles.get(&sku.product) else {
                continue;
            };
            let coming = coming.remove(&sku.id).unwrap_or_default();
            let under_way: i64 = coming.iter().map(|coming| coming.quantity).sum();
            let sold = sold.get(&sku.id).copied().unwrap_or(0);
            let short = short.get(&sku.id).copied().unwrap_or(0);
            let suggested_safety = (sold * 3 + days - 1).div_euclid(days).max(3);
            let wanted = sold + short + sku.safety.max(suggested_safety);
            let buy = (wanted - (sku.on_hand - sku.locked) - under_way).max(0);
            if buy == 0 && sku.safety >= suggested_safety && coming.is_empty() {
                continue;
            }
            list.push(Replenish {
                sku: sku.id,
                code: sku.code,
                title: title.clone(),
                spec: sku.spec,
                on_hand: sku.on_hand,
                locked: sku.locked,
                safety: sku.safety,
                sellable: sku.sellable,
                sold,
                short,
                days_left: (sold > 0).then(|| sku.sellable * days / sold),
                coming,
                buy,
                suggested_safety,
            });
        }
    }
    list.sort_by_key(|row| {
        (
            row.short == 0,
            row.days_left.unwrap_or(i64::MAX),
            std::cmp::Reverse(row.buy),
            row.sku,
        )
    });
    Ok(list)
}

/// Errors of one cause, made in one place by one person.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ErrorSum {
    /// What was wrong.
    pub cause: String,
    /// Where it was made.
    pub made_in: String,
    /// Who: of audit who passed it, of packing who packed it; null: nobody, or a rule.
    pub person: Option<DeskPerson>,
    /// How many.
    pub errors: i64,
}

/// Shipping errors by cause and person, the most first (row 157). Needs [`Permission::SeeOrders`].
pub fn error_sums(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &WatchAsk) -> Result<Vec<ErrorSum>, Problem> {
    who.need(Permission::SeeOrders)?;
    let reach = Reach::of(who, ask.shop, 4)?;
    let sql = format!(
        "SELECT a.error_cause, a.error_by, a.person, COUNT(*) FROM (
             SELECT e.error_cause, e.error_by, e.shop_id,
                    CASE WHEN e.error_by = 'audit' THEN e.person_id WHEN e.error_by = 'pack' THEN p.packed_by END AS person
             FROM parcel_pass e JOIN parcel p ON p.org_id = e.org_id AND p.id = e.parcel_id
             WHERE e.org_id = $1 AND e.error_cause IS NOT NULL AND e.error_at >= $2 AND e.error_at < $3) a
         WHERE a.{} GROUP BY a.error_cause, a.error_by, a.person ORDER BY COUNT(*) DESC, a.error_cause, a.error_by",
        if reach.shops.is_empty() { "shop_id > 0" } else { &reach.sql }
    );
    let from = ask.from.unwrap_or(now.plus(-MONTH_MS));
    let mut arguments = args![who.org, from, ask.to.unwrap_or(Ms(i64::MAX))].to_vec();
    arguments.extend(reach.shops);
    let rows: Vec<(String, String, Option<Id>, i64)> = tx.rows(&sql, &arguments, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    let people: Vec<Id> = rows.iter().filter_map(|(_, _, person, _)| *person).collect();
    let names = team::names(tx, who.org, &people)?;
    let sum = |(cause, made_in, person, errors): (String, String, Option<Id>, i64)| ErrorSum {
        cause,
        made_in,
        person: person.filter(|id| *id != Id::NONE).map(|id| DeskPerson {
            id,
            name: names.get(&id).cloned().unwrap_or_default(),
        }),
        errors,
    };
    Ok(rows.into_iter().map(sum).collect())
}
