use base::{Actor, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Row, Tx, args};

use crate::bounds::{self, nullable};
use crate::things::holding::Period;
use crate::things::noted::{Noted, tell};
use crate::things::offer::{self, CampaignKind, CampaignStep};
use crate::things::reach::{concerns, shops_for, staff};
use crate::things::review_reward;

/// Something the shops give for a time (rows 80 and 112): in answers, in scripts' `{campaign}`, `{coupon}`
/// and `{missing}`, and beside the talk.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Campaign {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub title: String,
    /// What it gives.
    pub kind: CampaignKind,
    /// How one says it to buyers; empty: by its title.
    pub text: String,
    /// It begins here.
    pub starts_at: Ms,
    /// It is over from here on.
    pub ends_at: Ms,
    /// In these shops; null: in all.
    pub shops: Option<Vec<Id>>,
    /// For these products; null: for all.
    pub products: Option<Vec<Id>>,
    /// From which amount on it gives what, rising.
    pub steps: Vec<CampaignStep>,
    /// 每满: its one step counts as often as the amount holds it.
    pub repeats: bool,
    /// The coupon's code or name (coupon); else empty.
    pub coupon: String,
    /// Buyers may be told that those who favourite the shop hear of it first (row 95).
    pub favourite: bool,
    /// What agents should know.
    pub note: String,
    /// Where it stands.
    pub state: Period,
}

/// A campaign to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCampaign {
    /// What it is called, at most 60 characters.
    pub title: String,
    /// What it gives.
    pub kind: CampaignKind,
    /// How one says it to buyers, at most 300 characters.
    #[serde(default)]
    pub text: String,
    /// It begins here.
    pub starts_at: Ms,
    /// It is over from here on.
    pub ends_at: Ms,
    /// In these shops; left out: in all.
    pub shops: Option<Vec<Id>>,
    /// For these products, at most 500; left out: for all.
    pub products: Option<Vec<Id>>,
    /// From which amount on it gives what, at most 20, rising.
    pub steps: Vec<CampaignStep>,
    /// 每满.
    #[serde(default)]
    pub repeats: bool,
    /// The coupon's code or name, at most 40 characters.
    #[serde(default)]
    pub coupon: String,
    /// A hint to favourite the shop may be given.
    #[serde(default)]
    pub favourite: bool,
    /// What agents should know, at most 500 characters.
    #[serde(default)]
    pub note: String,
}

/// What to change of a campaign; what is left out stays. Its kind does not change.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CampaignChange {
    /// What it is called.
    pub title: Option<String>,
    /// How one says it to buyers.
    pub text: Option<String>,
    /// It begins here.
    pub starts_at: Option<Ms>,
    /// It is over from here on.
    pub ends_at: Option<Ms>,
    /// In these shops; null: in all.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Vec<i64>>)]
    pub shops: Option<Option<Vec<Id>>>,
    /// For these products; null: for all.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Vec<i64>>)]
    pub products: Option<Option<Vec<Id>>>,
    /// From which amount on it gives what.
    pub steps: Option<Vec<CampaignStep>>,
    /// 每满.
    pub repeats: Option<bool>,
    /// The coupon's code or name.
    pub coupon: Option<String>,
    /// A hint to favourite the shop may be given.
    pub favourite: Option<bool>,
    /// What agents should know.
    pub note: Option<String>,
}

/// In the order [`read`] expects them.
pub(crate) const COLUMNS: &str =
    "id, title, kind, text, starts_at, ends_at, shops, products, steps, repeats, coupon, favourite, note";
const MOST_PRODUCTS: usize = 500;

/// Reads a row selected with [`COLUMNS`].
pub(crate) fn read(row: &Row<'_>, now: Ms) -> Result<Campaign, Problem> {
    let list = |text: Option<String>| text.as_deref().map(bounds::from_text).transpose();
    let (starts_at, ends_at) = (row.get(4)?, row.get(5)?);
    Ok(Campaign {
        id: row.get(0)?,
        title: row.get(1)?,
        kind: row.get(2)?,
        text: row.get(3)?,
        starts_at,
        ends_at,
        shops: list(row.get(6)?)?,
        products: list(row.get(7)?)?,
        steps: bounds::from_text(&row.get::<String>(8)?)?,
        repeats: row.get(9)?,
        coupon: row.get(10)?,
        favourite: row.get(11)?,
        note: row.get(12)?,
        state: Period::of(now, starts_at, ends_at),
    })
}

impl Campaign {
    /// Whether a product counts.
    pub(crate) fn covers(&self, product: Id) -> bool {
        self.products
            .as_ref()
            .is_none_or(|products| products.contains(&product))
    }

    /// How one says it to buyers.
    pub(crate) fn words(&self) -> &str {
        if self.text.is_empty() {
            &self.title
        } else {
            &self.text
        }
    }
}

/// Adds a campaign. Needs [`Permission::EditKnowledge`] and all its shops (all there are, for one that holds
/// in all); refuses what [`offer::checked`] does, a coupon without a name (`coupon_missing`), an end before
/// the beginning (`ends_before_start`) and words that reward reviews (`review_reward`).
pub fn add_campaign(tx: &mut Tx<'_>, now: Ms, who: &Actor, new: &NewCampaign) -> Result<Campaign, Problem> {
    staff(who)?;
    let shops = shops_for(tx, who, new.shops.clone())?;
    who.need(Permission::EditKnowledge)?;
    let is = check(Campaign {
        id: tx.id(),
        title: new.title.clone(),
        kind: new.kind,
        text: new.text.clone(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        shops,
        products: known_products(tx, who, new.products.clone(), &[])?,
        steps: new.steps.clone(),
        repeats: new.repeats,
        coupon: new.coupon.clone(),
        favourite: new.favourite,
        note: new.note.clone(),
        state: Period::of(now, new.starts_at, new.ends_at),
    })?;
    write(tx, who.org, &is)?;
    let data = json!({ "title": [null, is.title], "kind": [null, is.kind], "starts_at": [null, is.starts_at], "ends_at": [null, is.ends_at] });
    tell(tx, now, who, "campaign.added", is.id, data)?;
    Ok(is)
}

/// Changes a campaign. Needs what adding it needs.
pub fn change_campaign(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &CampaignChange,
) -> Result<Campaign, Problem> {
    let was = editable(tx, now, who, id)?;
    let shops = match &change.shops {
        Some(shops) => shops_for(tx, who, shops.clone())?,
        None => was.shops.clone(),
    };
    let products = match &change.products {
        Some(products) => known_products(
            tx,
            who,
            products.clone(),
            was.products.as_deref().unwrap_or_default(),
        )?,
        None => was.products.clone(),
    };
    let before = was.clone();
    let (starts_at, ends_at) = (
        change.starts_at.unwrap_or(was.starts_at),
        change.ends_at.unwrap_or(was.ends_at),
    );
    let is = check(Campaign {
        title: change.title.clone().unwrap_or(was.title),
        text: change.text.clone().unwrap_or(was.text),
        starts_at,
        ends_at,
        shops,
        products,
        steps: change.steps.clone().unwrap_or(was.steps),
        repeats: change.repeats.unwrap_or(was.repeats),
        coupon: change.coupon.clone().unwrap_or(was.coupon),
        favourite: change.favourite.unwrap_or(was.favourite),
        note: change.note.clone().unwrap_or(was.note),
        state: Period::of(now, starts_at, ends_at),
        ..before.clone()
    })?;
    save(tx, now, who, &before, is)
}

/// Ends a campaign now. Needs what changing it needs; one that is over is refused (`campaign_ended`).
pub fn end_campaign(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Campaign, Problem> {
    let was = editable(tx, now, who, id)?;
    if was.state == Period::Ended {
        return Err(Problem::conflict("campaign_ended", "It is over already."));
    }
    let is = Campaign {
        // One that never began ends where it would have begun, so that it never ran.
        starts_at: was.starts_at.min(now),
        ends_at: now,
        state: Period::Ended,
        ..was.clone()
    };
    save(tx, now, who, &was, is)
}

fn save(tx: &mut Tx<'_>, now: Ms, who: &Actor, was: &Campaign, is: Campaign) -> Result<Campaign, Problem> {
    let mut noted = Noted::default();
    noted.note("title", &was.title, &is.title);
    noted.note("text", &was.text, &is.text);
    noted.note("starts_at", &was.starts_at, &is.starts_at);
    noted.note("ends_at", &was.ends_at, &is.ends_at);
    noted.note("shops", &was.shops, &is.shops);
    noted.note("products", &was.products, &is.products);
    noted.note("steps", &was.steps, &is.steps);
    noted.note("repeats", &was.repeats, &is.repeats);
    noted.note("coupon", &was.coupon, &is.coupon);
    noted.note("favourite", &was.favourite, &is.favourite);
    noted.note("note", &was.note, &is.note);
    if !noted.is_empty() {
        write(tx, who.org, &is)?;
        tell(tx, now, who, "campaign.changed", is.id, noted.into_value())?;
    }
    Ok(is)
}

/// A campaign that holds in no shop in reach does not exist; one that holds in others too is theirs to change
/// who have all of its shops.
fn editable(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Campaign, Problem> {
    staff(who)?;
    let sql = format!("SELECT {COLUMNS} FROM campaign WHERE org_id = $1 AND id = $2");
    let found = tx
        .row(&sql, args![who.org, id], |row| read(row, now))?
        .filter(|one| concerns(&who.shops, one.shops.as_deref()))
        .ok_or_else(Problem::not_found)?;
    who.need(Permission::EditKnowledge)?;
    let all = found
        .shops
        .as_ref()
        .map_or(Shops::All, |shops| Shops::only(shops.clone()));
    if who.shops.covers(&all) {
        Ok(found)
    } else {
        Err(Problem::forbidden())
    }
}

/// Products that count, each once. Those that stood there already (`kept`) are not asked about again.
fn known_products(
    tx: &mut Tx<'_>,
    who: &Actor,
    products: Option<Vec<Id>>,
    kept: &[Id],
) -> Result<Option<Vec<Id>>, Problem> {
    let Some(mut products) = products else {
        return Ok(None);
    };
    products.sort_unstable();
    products.dedup();
    bounds::few("products", products.len(), MOST_PRODUCTS)?;
    if products.is_empty() {
        return Err(Problem::input(
            "products",
            "missing",
            "Name a product, or all of them.",
        ));
    }
    for product in products.iter().filter(|product| !kept.contains(product)) {
        catalogue::product(tx, who, *product)?;
    }
    Ok(Some(products))
}

fn check(is: Campaign) -> Result<Campaign, Problem> {
    Period::check(is.starts_at, is.ends_at)?;
    bounds::moment("starts_at", is.starts_at)?;
    bounds::moment("ends_at", is.ends_at)?;
    let coupon = bounds::line("coupon", &is.coupon, 40)?;
    let is_coupon = is.kind == CampaignKind::Coupon;
    if coupon.is_empty() == is_coupon {
        let detail = "A coupon has its code or name, and nothing else has.";
        return Err(Problem::input("coupon", "coupon_missing", detail));
    }
    let is = Campaign {
        title: clean_line("title", &is.title, 60)?,
        text: bounds::text("text", &is.text, 300)?,
        steps: offer::checked(is.kind, is.repeats, &is.steps)?,
        coupon,
        note: bounds::text("note", &is.note, 500)?,
        ..is
    };
    review_reward::refuse("title", &is.title)?;
    review_reward::refuse("text", &is.text)?;
    for gift in is.steps.iter().filter_map(|step| step.gift.as_deref()) {
        review_reward::refuse("steps", gift)?;
    }
    Ok(is)
}

fn write(tx: &mut Tx<'_>, org: Id, is: &Campaign) -> Result<(), Problem> {
    let list = |ids: &Option<Vec<Id>>| ids.as_ref().map(bounds::to_text).transpose();
    tx.exec(
        "INSERT INTO campaign (org_id, id, title, kind, text, starts_at, ends_at, shops, products, steps, repeats,
           coupon, favourite, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (org_id, id) DO UPDATE
         SET title = excluded.title, text = excluded.text, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
             shops = excluded.shops, products = excluded.products, steps = excluded.steps,
             repeats = excluded.repeats, coupon = excluded.coupon, favourite = excluded.favourite,
             note = excluded.note",
        args![
            org,
            is.id,
            &is.title,
            is.kind,
            &is.text,
            is.starts_at,
            is.ends_at,
            &list(&is.shops)?,
            &list(&is.products)?,
            &bounds::to_text(&is.steps)?,
            is.repeats,
            &is.coupon,
            is.favourite,
            &is.note
        ],
    )?;
    Ok(())
}
