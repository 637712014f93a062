//! What was recommended in which talk, and whether it was bought (row 87). It does not say what a
//! recommendation earned: `performance` will.

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, Who};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Event, Tx, args, record, text_enum};

use crate::things::holding::{DAY_MS, number};
use crate::things::reach::{Looked, known_shop, sold_in, someone, staff};
use crate::things::settings::BOUGHT_WITHIN_DAYS;

text_enum! {
    /// What led to a recommendation.
    pub enum RecommendationKind {
        /// Something else was out of stock.
        Alternative = "alternative",
        /// It is similar.
        Similar = "similar",
        /// It is needed with it.
        Complement = "complement",
        /// It goes with it.
        Bundle = "bundle",
        /// It fills up a campaign's step.
        Promotion = "promotion",
        /// It is better.
        Upsell = "upsell",
        /// The shop would like to sell it.
        MainPush = "main_push",
        /// The answers to guiding questions led to it.
        Guide = "guide",
        /// Anything else.
        Other = "other",
    }
}

record! {
    /// A recommendation as it is kept.
    #[derive(Clone, Debug, PartialEq)]
    pub struct RecommendationRow {
        /// Its id.
        pub id: Id = "id",
        /// The shop.
        pub shop: Id = "shop_id",
        /// The talk.
        pub conversation: Id = "conversation_id",
        /// The buyer.
        pub customer: Option<Id> = "customer_id",
        /// What was recommended.
        pub product: Id = "product_id",
        /// Which of it.
        pub sku: Option<Id> = "sku_id",
        /// What led to it.
        pub kind: RecommendationKind = "kind",
        /// Who did.
        pub person: Id = "person_id",
        /// When.
        pub at: Ms = "at",
        /// The order it was bought with.
        pub order: Option<Id> = "order_id",
        /// When it was bought.
        pub bought_at: Option<Ms> = "bought_at",
    }
}

/// Somebody recommended something to a buyer.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Recommendation {
    /// Its id.
    pub id: Id,
    /// The shop.
    pub shop: Id,
    /// The talk.
    pub conversation: Id,
    /// The buyer.
    pub customer: Option<Id>,
    /// What was recommended.
    pub product: Id,
    /// The product's title; empty when it is out of reach by now.
    pub product_title: String,
    /// Which of it.
    pub sku: Option<Id>,
    /// What led to it.
    pub kind: RecommendationKind,
    /// Who did.
    pub person: Id,
    /// Their name.
    pub person_name: String,
    /// When.
    pub at: Ms,
    /// The order it was bought with.
    pub order: Option<Id>,
    /// When it was bought.
    pub bought_at: Option<Ms>,
}

/// A recommendation to be noted.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecommendation {
    /// The shop.
    pub shop: Id,
    /// The talk.
    pub conversation: Id,
    /// The buyer; without one it is never known whether it was bought.
    pub customer: Option<Id>,
    /// What was recommended.
    pub product: Id,
    /// Which of it.
    pub sku: Option<Id>,
    /// What led to it.
    pub kind: RecommendationKind,
}

/// Which recommendations a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecommendationFilter {
    /// Of this shop.
    pub shop: Option<Id>,
    /// By this person.
    pub person: Option<Id>,
    /// Of this product.
    pub product: Option<Id>,
    /// Bought, or not.
    pub bought: Option<bool>,
    /// From here on.
    pub from: Option<Ms>,
    /// Up to, not including, here.
    pub until: Option<Ms>,
}

/// How many recommendations of one person led to a purchase.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RecommendationSum {
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// How many they gave.
    pub recommended: i64,
    /// How many of those were bought.
    pub bought: i64,
    /// The share, 0 to 1.
    pub rate: f64,
}

/// The same product in the same talk within this time is the same recommendation.
const ONCE_MS: i64 = DAY_MS;

/// Notes that somebody recommended a product in a talk. Needs [`Permission::Talk`] and the shop. The same
/// product in the same talk within a day is the same recommendation. The talk is the caller's to know.
pub fn recommended(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewRecommendation,
) -> Result<Recommendation, Problem> {
    staff(who)?;
    known_shop(tx, who, new.shop)?;
    let product = catalogue::product(tx, who, new.product)?;
    let sku_known = new
        .sku
        .is_none_or(|sku| product.skus.iter().any(|one| one.id == sku));
    if !sku_known || !sold_in(&product, new.shop) {
        return Err(Problem::not_found());
    }
    who.need(Permission::Talk)?;
    let person = someone(who)?;
    let customer = match new.customer {
        Some(customer) => {
            customers::summary(tx, now, who.org, customer)?.ok_or_else(Problem::not_found)?;
            Some(customers::survivor(tx, who.org, customer)?)
        }
        None => None,
    };
    let known = tx.row(
        &format!(
            "SELECT {} FROM recommendation
             WHERE org_id = $1 AND conversation_id = $2 AND product_id = $3 AND person_id = $4 AND at > $5
             ORDER BY id DESC LIMIT 1",
            RecommendationRow::COLUMNS
        ),
        args![who.org, new.conversation, product.id, person, now.plus(-ONCE_MS)],
        RecommendationRow::read,
    )?;
    let row = match known {
        Some(known) => known,
        None => {
            let row = RecommendationRow {
                id: tx.id(),
                shop: new.shop,
                conversation: new.conversation,
                customer,
                product: product.id,
                sku: new.sku,
                kind: new.kind,
                person,
                at: now,
                order: None,
                bought_at: None,
            };
            insert(tx, who, &row)?;
            row
        }
    };
    view(tx, who.org, product.title, row)
}

fn insert(tx: &mut Tx<'_>, who: &Actor, row: &RecommendationRow) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO recommendation (org_id, id, shop_id, conversation_id, customer_id, product_id, sku_id, kind,
           person_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            who.org,
            row.id,
            row.shop,
            row.conversation,
            row.customer,
            row.product,
            row.sku,
            row.kind,
            row.person,
            row.at
        ],
    )?;
    let data = json!({ "conversation": row.conversation, "product": row.product, "kind": row.kind });
    tx.emit(Event {
        at: row.at,
        who,
        shop: row.shop,
        kind: "product.recommended",
        subject: row.id,
        data,
    })
}

/// A customer bought a product with an order: what was recommended to them of it within the days that are set
/// counts as bought, also when they were two customers then. Answers how many recommendations that were;
/// the same order again changes nothing. No right is asked: whoever takes in orders calls it.
pub fn bought(
    tx: &mut Tx<'_>,
    who: &Actor,
    customer: Id,
    product: Id,
    order: Id,
    at: Ms,
) -> Result<u64, Problem> {
    let days = number(tx, who, BOUGHT_WITHIN_DAYS)?;
    let customer = customers::survivor(tx, who.org, customer)?;
    let open: Vec<(Id, Id)> = tx.rows(
        "SELECT id, customer_id FROM recommendation
         WHERE org_id = $1 AND product_id = $2 AND at <= $3 AND at > $4 AND order_id IS NULL AND customer_id IS NOT NULL",
        args![who.org, product, at, at.plus(-days * DAY_MS)],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut counted = 0;
    for (id, told) in open {
        if customers::survivor(tx, who.org, told)? != customer {
            continue;
        }
        counted += tx.exec(
            "UPDATE recommendation SET order_id = $3, bought_at = $4 WHERE org_id = $1 AND id = $2",
            args![who.org, id, order, at],
        )?;
    }
    Ok(counted)
}

fn view(tx: &mut Tx<'_>, org: Id, title: String, row: RecommendationRow) -> Result<Recommendation, Problem> {
    let name = team::person(tx, org, row.person)?
        .map(|one| one.name)
        .unwrap_or_default();
    Ok(Recommendation {
        id: row.id,
        shop: row.shop,
        conversation: row.conversation,
        customer: row.customer,
        product: row.product,
        product_title: title,
        sku: row.sku,
        kind: row.kind,
        person: row.person,
        person_name: name,
        at: row.at,
        order: row.order,
        bought_at: row.bought_at,
    })
}

/// Whose recommendations somebody may see: all of their shops' with [`Permission::Supervise`], else their own.
fn whose(who: &Actor, person: Option<Id>) -> Result<Option<Id>, Problem> {
    if who.may(Permission::Supervise) || who.who == Who::Program {
        return Ok(person);
    }
    let own = someone(who)?;
    match person {
        Some(person) if person != own => Err(Problem::forbidden()),
        _ => Ok(Some(own)),
    }
}

/// Recommendations in the shops in reach, the last first. Others' need [`Permission::Supervise`]. A page may
/// hold fewer than were asked for.
pub fn recommendations(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &RecommendationFilter,
    page: &PageAsk,
) -> Result<Page<Recommendation>, Problem> {
    staff(who)?;
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let person = whose(who, filter.person)?;
    let [at, id] = page.numbers().unwrap_or([i64::MAX; 2]);
    let sql = format!(
        "SELECT {} FROM recommendation
         WHERE org_id = $1 AND (at < $2 OR (at = $2 AND id < $3))
           AND ($4 IS NULL OR shop_id = $4) AND ($5 IS NULL OR person_id = $5) AND ($6 IS NULL OR product_id = $6)
           AND ($7 IS NULL OR ($7 = 1 AND order_id IS NOT NULL) OR ($7 = 0 AND order_id IS NULL))
           AND ($8 IS NULL OR at >= $8) AND ($9 IS NULL OR at < $9)
         ORDER BY at DESC, id DESC LIMIT $10",
        RecommendationRow::COLUMNS
    );
    let arguments = args![
        who.org,
        at,
        id,
        filter.shop,
        person,
        filter.product,
        filter.bought,
        filter.from,
        filter.until,
        page.limit() + 1
    ];
    let rows = tx.rows(&sql, arguments, RecommendationRow::read)?;
    let cut = Page::cut(rows, page.limit(), |row| vec![row.at.0, row.id.0]);
    let mut looked = Looked::of(tx, who, cut.items.iter().map(|row| row.product))?;
    let mut items = Vec::new();
    for row in cut.items.into_iter().filter(|row| who.shops.has(row.shop)) {
        let title = looked.product(tx, who, row.product)?.map(|one| one.title.clone());
        items.push(view(tx, who.org, title.unwrap_or_default(), row)?);
    }
    Ok(Page {
        items,
        next: cut.next,
    })
}

/// What each person recommended in a time and how much of it was bought, the most bought first. Others'
/// figures need [`Permission::Supervise`].
pub fn recommendation_sums(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &RecommendationFilter,
) -> Result<Vec<RecommendationSum>, Problem> {
    staff(who)?;
    if let Some(shop) = filter.shop {
        who.need_shop(shop)?;
    }
    let person = whose(who, filter.person)?;
    let rows: Vec<(Id, Id, i64, i64)> = tx.rows(
        "SELECT person_id, shop_id, COUNT(*), COUNT(order_id) FROM recommendation
         WHERE org_id = $1 AND ($2 IS NULL OR shop_id = $2) AND ($3 IS NULL OR person_id = $3)
           AND ($4 IS NULL OR at >= $4) AND ($5 IS NULL OR at < $5)
         GROUP BY person_id, shop_id",
        args![who.org, filter.shop, person, filter.from, filter.until],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    let mut sums = BTreeMap::<Id, (i64, i64)>::new();
    for (person, _, recommended, bought) in rows.into_iter().filter(|row| who.shops.has(row.1)) {
        let sum = sums.entry(person).or_default();
        sum.0 += recommended;
        sum.1 += bought;
    }
    let mut found = Vec::with_capacity(sums.len());
    for (person, (recommended, bought)) in sums {
        let name = team::person(tx, who.org, person)?
            .map(|one| one.name)
            .unwrap_or_default();
        found.push(RecommendationSum {
            person,
            name,
            recommended,
            bought,
            rate: bought as f64 / recommended.max(1) as f64,
        });
    }
    found.sort_by_key(|sum| (-sum.bought, -sum.recommended, sum.person));
    Ok(found)
}
