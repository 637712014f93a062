//! How much of what is sellable a shop offers: the shop's share, unless a SKU has a rule of its own there (rows 93 and 148).

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record};

use super::settings;

record! {
    /// A rule as its row keeps it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct OfferRow {
        pub id: Id = "id",
        pub shop: Id = "shop_id",
        pub sku: Id = "sku_id",
        pub percent: Option<i64> = "percent",
        pub most: Option<i64> = "most",
    }
}

/// How much of one SKU a shop offers, in place of the shop's share.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StockOffer {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// The SKU.
    pub sku: Id,
    /// Its merchant code.
    pub code: String,
    /// Colour, size and so on.
    pub spec: String,
    /// How many percent of what is sellable; null: the shop's share.
    pub percent: Option<i64>,
    /// At most so many pieces; null: no limit.
    pub most: Option<i64>,
    /// Pieces that are sellable now.
    pub sellable: i64,
    /// Pieces the shop offers of them.
    pub offered: i64,
}

/// A rule to be set.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStockOffer {
    /// The shop.
    pub shop: Id,
    /// The SKU.
    pub sku: Id,
    /// How many percent of what is sellable, 0 to 100; left out: the shop's share.
    pub percent: Option<i64>,
    /// At most so many pieces, 0 to 1,000,000; left out: no limit.
    pub most: Option<i64>,
}

/// Of which shop.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfferAsk {
    /// The shop.
    pub shop: Id,
}

const MOST_PIECES: i64 = 1_000_000;

/// What a shop offers of anything.
pub(super) struct Offers {
    share: i64,
    own: BTreeMap<Id, OfferRow>,
}

impl Offers {
    pub(super) fn of_shop(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<Offers, Problem> {
        let rows = rows(tx, org, shop)?;
        Ok(Offers {
            share: settings::of_shop(tx, org, shop)?.stock_share,
            own: rows.into_iter().map(|row| (row.sku, row)).collect(),
        })
    }

    /// Of so many pieces that are sellable of a SKU; rounded down, so that no shop offers what is not there.
    pub(super) fn of(&self, sku: Id, sellable: i64) -> i64 {
        let own = self.own.get(&sku);
        let percent = own.and_then(|row| row.percent).unwrap_or(self.share);
        let share = sellable * percent / 100;
        own.and_then(|row| row.most).map_or(share, |most| share.min(most))
    }
}

fn rows(tx: &mut Tx<'_>, org: Id, shop: Id) -> Result<Vec<OfferRow>, Problem> {
    let sql = format!(
        "SELECT {} FROM stock_offer WHERE org_id = $1 AND shop_id = $2 ORDER BY sku_id",
        OfferRow::COLUMNS
    );
    tx.rows(&sql, args![org, shop], OfferRow::read)
}

/// The rules of single SKUs in a shop, with what they come to now. Needs [`Permission::SeeOrders`].
pub fn stock_offers(tx: &mut Tx<'_>, who: &Actor, ask: &OfferAsk) -> Result<Vec<StockOffer>, Problem> {
    who.need(Permission::SeeOrders)?;
    who.need_shop(ask.shop)?;
    let offers = Offers::of_shop(tx, who.org, ask.shop)?;
    let ids: Vec<Id> = offers.own.keys().copied().collect();
    let mut list = Vec::with_capacity(ids.len());
    for some in ids.chunks(500) {
        for sku in catalogue::skus(tx, who.org, some)? {
            if let Some(row) = offers.own.get(&sku.id) {
                list.push(StockOffer {
                    id: row.id,
                    shop: row.shop,
                    sku: sku.id,
                    percent: row.percent,
                    most: row.most,
                    sellable: sku.sellable,
                    offered: offers.of(sku.id, sku.sellable),
                    code: sku.code,
                    spec: sku.spec,
                });
            }
        }
    }
    list.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(list)
}

/// Says how much of a SKU a shop offers; there is one rule for each. Needs [`Permission::EditDeskRules`].
pub fn set_stock_offer(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewStockOffer,
) -> Result<StockOffer, Problem> {
    who.need_shop(new.shop)?;
    team::shop(tx, who.org, new.shop)?.ok_or_else(Problem::not_found)?;
    who.need(Permission::EditDeskRules)?;
    who.need(Permission::SeeOrders)?;
    catalogue::sku(tx, who.org, new.sku)?.ok_or_else(Problem::not_found)?;
    if new.percent.is_none() && new.most.is_none() {
        let detail = "Say a share or a limit.";
        return Err(Problem::input("percent", "missing", detail));
    }
    for (field, value, max) in [("percent", new.percent, 100), ("most", new.most, MOST_PIECES)] {
        if value.is_some_and(|value| !(0..=max).contains(&value)) {
            return Err(Problem::input(field, "out_of_range", format!("0 to {max}."))
                .with("min", 0)
                .with("max", max));
        }
    }
    let was = rows(tx, who.org, new.shop)?
        .into_iter()
        .find(|row| row.sku == new.sku);
    let is = OfferRow {
        id: was.as_ref().map_or_else(|| tx.id(), |was| was.id),
        shop: new.shop,
        sku: new.sku,
        percent: new.percent,
        most: new.most,
    };
    if was.as_ref() != Some(&is) {
        tx.exec(
            "INSERT INTO stock_offer (org_id, id, shop_id, sku_id, percent, most, changed_at, changed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (org_id, shop_id, sku_id) DO UPDATE
             SET percent = excluded.percent, most = excluded.most, changed_at = excluded.changed_at,
                 changed_by = excluded.changed_by",
            args![
                who.org,
                is.id,
                is.shop,
                is.sku,
                is.percent,
                is.most,
                now,
                who.person().unwrap_or(Id::NONE)
            ],
        )?;
        let before = was.map(|was| (was.percent, was.most));
        told(
            tx,
            now,
            who,
            &is,
            json!({ "sku": is.sku, "offer": [before, (is.percent, is.most)] }),
        )?;
    }
    stock_offers(tx, who, &OfferAsk { shop: new.shop })?
        .into_iter()
        .find(|offer| offer.id == is.id)
        .ok_or_else(Problem::internal)
}

/// Takes a rule away: the shop's share counts again. Needs [`Permission::EditDeskRules`].
pub fn remove_stock_offer(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let sql = format!(
        "SELECT {} FROM stock_offer WHERE org_id = $1 AND id = $2",
        OfferRow::COLUMNS
    );
    let was = tx
        .row(&sql, args![who.org, id], OfferRow::read)?
        .ok_or_else(Problem::not_found)?;
    who.need_shop(was.shop)?;
    who.need(Permission::EditDeskRules)?;
    tx.exec(
        "DELETE FROM stock_offer WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    let before = (was.percent, was.most);
    told(
        tx,
        now,
        who,
        &was,
        json!({ "sku": was.sku, "offer": [before, null] }),
    )
}

fn told(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    row: &OfferRow,
    data: serde_json::Value,
) -> Result<(), Problem> {
    tx.emit(Event {
        at: now,
        who,
        shop: row.shop,
        kind: "stock_offer.changed",
        subject: row.id,
        data,
    })
}
