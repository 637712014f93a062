use base::{Actor, Fen, Id, Ms, Permission, Problem, Shops};
use catalogue::Product;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args, record};

use crate::bounds::{self, nullable};
use crate::place;
use crate::things::holding::Period;
use crate::things::noted::{Noted, tell};
use crate::things::reach::{Looked, known_shop, sold_in, staff};

record! {
    /// A main push as it is kept; shop 0 means all.
    #[derive(Clone, Debug, PartialEq)]
    pub struct MainPushRow {
        /// Its id.
        pub id: Id = "id",
        /// The shop.
        pub shop: Id = "shop_id",
        /// The product.
        pub product: Id = "product_id",
        /// It begins here.
        pub starts_at: Ms = "starts_at",
        /// It is over from here on.
        pub ends_at: Ms = "ends_at",
        /// Its place.
        pub position: i64 = "position",
        /// Why.
        pub note: String = "note",
    }
}

/// A product the shop would like to sell for a time 主推款 (row 87).
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct MainPush {
    /// Its id.
    pub id: Id,
    /// The shop; null: all.
    pub shop: Option<Id>,
    /// The product.
    pub product: Id,
    /// The product's title.
    pub title: String,
    /// The product's picture.
    pub picture: Option<String>,
    /// What it costs: the cheapest of it; null when it is not sold.
    pub price_fen: Option<Fen>,
    /// Pieces that may be sold of all its SKUs.
    pub sellable: i64,
    /// It begins here.
    pub starts_at: Ms,
    /// It is over from here on.
    pub ends_at: Ms,
    /// Its place in the list.
    pub position: i64,
    /// Why, for agents.
    pub note: String,
    /// Where it stands.
    pub state: Period,
}

/// A main push to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMainPush {
    /// The shop; left out: all.
    pub shop: Option<Id>,
    /// The product.
    pub product: Id,
    /// It begins here.
    pub starts_at: Ms,
    /// It is over from here on.
    pub ends_at: Ms,
    /// Its place, 0 to 1,000.
    #[serde(default)]
    pub position: i64,
    /// Why, at most 200 characters.
    #[serde(default)]
    pub note: String,
}

/// What to change of a main push; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MainPushChange {
    /// The shop; null: all.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    pub shop: Option<Option<Id>>,
    /// It begins here.
    pub starts_at: Option<Ms>,
    /// It is over from here on.
    pub ends_at: Option<Ms>,
    /// Its place.
    pub position: Option<i64>,
    /// Why.
    pub note: Option<String>,
}

/// Which main pushes a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MainPushFilter {
    /// That hold in this shop.
    pub shop: Option<Id>,
    /// Where they stand.
    pub state: Option<Period>,
}

fn view(now: Ms, product: &Product, row: MainPushRow) -> MainPush {
    let sold = product.skus.iter().filter(|sku| sku.active);
    MainPush {
        id: row.id,
        shop: (row.shop != Id::NONE).then_some(row.shop),
        product: product.id,
        title: product.title.clone(),
        picture: product.picture.clone(),
        price_fen: product.price_fen,
        sellable: sold.map(|sku| sku.sellable).sum(),
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        position: row.position,
        note: row.note,
        state: Period::of(now, row.starts_at, row.ends_at),
    }
}

/// Main pushes one list holds at most.
const MOST: usize = 500;

/// The main pushes of the shops in reach (at most 500), by place, then the first to end first.
pub fn main_pushes(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    filter: &MainPushFilter,
) -> Result<Vec<MainPush>, Problem> {
    staff(who)?;
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let (reach, shops) = place::condition(tx, who, filter.shop, "shop_id", 5)?;
    let sql = format!(
        "SELECT {} FROM main_push
         WHERE org_id = $1 AND {reach}
           AND ($2 IS NULL OR ($2 = 'coming' AND starts_at > $3) OR ($2 = 'ended' AND ends_at <= $3)
                OR ($2 = 'running' AND starts_at <= $3 AND ends_at > $3))
         ORDER BY position, ends_at, id LIMIT $4",
        MainPushRow::COLUMNS
    );
    let mut arguments = args![who.org, filter.state.map(Period::key), now, MOST].to_vec();
    arguments.extend(shops);
    let rows = tx.rows(&sql, &arguments, MainPushRow::read)?;
    let mut looked = Looked::of(tx, who, rows.iter().map(|row| row.product))?;
    let mut found = Vec::new();
    for row in rows {
        let product = looked.product(tx, who, row.product)?;
        let here = |one: &&Product| filter.shop.is_none_or(|shop| sold_in(one, shop));
        if let Some(product) = product.filter(here) {
            found.push(view(now, product, row));
        }
    }
    Ok(found)
}

/// The main push of a product that runs in a shop now.
pub(crate) fn running_of(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    product: &Product,
    shop: Id,
) -> Result<Option<MainPush>, Problem> {
    let sql = format!(
        "SELECT {} FROM main_push
         WHERE org_id = $1 AND ends_at > $2 AND starts_at <= $2 AND product_id = $3 AND shop_id IN (0, $4)
         ORDER BY position, ends_at, id LIMIT 1",
        MainPushRow::COLUMNS
    );
    let row = tx.row(&sql, args![org, now, product.id, shop], MainPushRow::read)?;
    Ok(row.map(|row| view(now, product, row)))
}

/// Puts a product on the list. Needs [`Permission::EditKnowledge`] in its shop (in all, for all).
pub fn add_main_push(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewMainPush) -> Result<MainPush, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, new.product)?;
    let shop = need_place(tx, who, new.shop)?;
    who.need(Permission::EditKnowledge)?;
    let row = check(MainPushRow {
        id: tx.id(),
        shop,
        product: product.id,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        position: new.position,
        note: new.note.clone(),
    })?;
    write(tx, who.org, &row)?;
    let data =
        json!({ "product": product.id, "starts_at": [null, row.starts_at], "ends_at": [null, row.ends_at] });
    tell(tx, now, who, "main_push.added", row.id, data)?;
    Ok(view(now, &product, row))
}

/// Changes a main push. Needs what adding it needs.
pub fn change_main_push(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &MainPushChange,
) -> Result<MainPush, Problem> {
    let (product, was) = editable(tx, who, id)?;
    let shop = match change.shop {
        Some(shop) => need_place(tx, who, shop)?,
        None => was.shop,
    };
    let is = check(MainPushRow {
        shop,
        starts_at: change.starts_at.unwrap_or(was.starts_at),
        ends_at: change.ends_at.unwrap_or(was.ends_at),
        position: change.position.unwrap_or(was.position),
        note: change.note.clone().unwrap_or_else(|| was.note.clone()),
        ..was.clone()
    })?;
    let mut noted = Noted::default();
    noted.note("shop", &was.shop, &is.shop);
    noted.note("starts_at", &was.starts_at, &is.starts_at);
    noted.note("ends_at", &was.ends_at, &is.ends_at);
    noted.note("position", &was.position, &is.position);
    noted.note("note", &was.note, &is.note);
    if !noted.is_empty() {
        write(tx, who.org, &is)?;
        tell(tx, now, who, "main_push.changed", id, noted.into_value())?;
    }
    Ok(view(now, &product, is))
}

/// Takes a product off the list. Needs what adding it needs.
pub fn remove_main_push(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let (product, _) = editable(tx, who, id)?;
    tx.exec(
        "DELETE FROM main_push WHERE org_id = $1 AND id = $2",
        args![who.org, id],
    )?;
    tell(
        tx,
        now,
        who,
        "main_push.removed",
        id,
        json!({ "product": product.id }),
    )
}

/// A shop in reach, or (for those who have all) none.
fn need_place(tx: &mut Tx<'_>, who: &Actor, shop: Option<Id>) -> Result<Id, Problem> {
    match shop {
        Some(shop) => known_shop(tx, who, shop).map(|()| shop),
        None if who.shops == Shops::All => Ok(Id::NONE),
        None => Err(Problem::input(
            "shop",
            "shop_required",
            "Choose one of your shops.",
        )),
    }
}

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<(Product, MainPushRow), Problem> {
    staff(who)?;
    let sql = format!(
        "SELECT {} FROM main_push WHERE org_id = $1 AND id = $2",
        MainPushRow::COLUMNS
    );
    let row = tx
        .row(&sql, args![who.org, id], MainPushRow::read)?
        .filter(|row| row.shop == Id::NONE || who.shops.has(row.shop))
        .ok_or_else(Problem::not_found)?;
    let product = catalogue::product(tx, who, row.product)?;
    who.need(Permission::EditKnowledge)?;
    if row.shop == Id::NONE && who.shops != Shops::All {
        return Err(Problem::forbidden());
    }
    Ok((product, row))
}

fn check(row: MainPushRow) -> Result<MainPushRow, Problem> {
    Period::check(row.starts_at, row.ends_at)?;
    Ok(MainPushRow {
        starts_at: bounds::moment("starts_at", row.starts_at)?,
        ends_at: bounds::moment("ends_at", row.ends_at)?,
        position: bounds::within("position", row.position, 0, 1_000)?,
        note: bounds::line("note", &row.note, 200)?,
        ..row
    })
}

fn write(tx: &mut Tx<'_>, org: Id, row: &MainPushRow) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO main_push (org_id, id, shop_id, product_id, starts_at, ends_at, position, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (org_id, id) DO UPDATE
         SET shop_id = excluded.shop_id, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
             position = excluded.position, note = excluded.note",
        args![
            org,
            row.id,
            row.shop,
            row.product,
            row.starts_at,
            row.ends_at,
            row.position,
            &row.note
        ],
    )?;
    Ok(())
}
