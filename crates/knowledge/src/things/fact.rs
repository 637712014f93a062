use std::collections::HashMap;

use base::{Actor, Id, Ms, Permission, Problem};
use serde::{Deserialize, Serialize};
use store::{Row, Tx, args, pad};

use crate::bounds::{self, nullable};
use crate::things::listing;
use crate::things::noted::{Noted, tell};
use crate::things::reach::staff;
use crate::things::size::SizeTable;

/// What is known of a product beyond the catalogue (rows 158, 77, 97, 105, 159, 221). Selling points stand
/// in the product itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ProductFacts {
    /// The product.
    pub product: Id,
    /// Grows with every change; 0 while nobody wrote anything.
    pub rev: i64,
    /// What kind of thing it is, for guided questions and alternatives; may be empty.
    pub category: String,
    /// What it can do.
    pub features: Vec<String>,
    /// What it does better than others.
    pub advantages: Vec<String>,
    /// Where it comes from.
    pub origin: String,
    /// When what is sold now was made.
    pub made_at: Option<Ms>,
    /// Days it keeps from when it was made.
    pub shelf_life_days: Option<i64>,
    /// Figures that may be quoted.
    pub tests: Vec<TestValue>,
    /// How the goods differ from the pictures.
    pub picture_note: String,
    /// Flaws that are told before one buys; `无` for none.
    pub defects: String,
    /// Why it costs what it costs, for agents only.
    pub competitor_note: String,
    /// Sizes and how they were measured.
    pub size_table: Option<SizeTable>,
    /// When it was changed last.
    pub changed_at: Option<Ms>,
    /// By whom; null: the program, or nobody.
    pub changed_by: Option<Id>,
}

/// A figure an agent may quote, with what vouches for it (row 77).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestValue {
    /// What was measured: 甲醛含量.
    pub name: String,
    /// The figure.
    pub value: String,
    /// Its unit.
    #[serde(default)]
    pub unit: String,
    /// Standard, laboratory or certificate number.
    #[serde(default)]
    pub source: String,
}

/// What to change of a product's facts; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductFactsChange {
    /// The revision that was read; another one since is refused with `changed_meanwhile`.
    pub rev: Option<i64>,
    /// What kind of thing it is, at most 40 characters.
    pub category: Option<String>,
    /// What it can do: at most 20 lines of 200 characters.
    pub features: Option<Vec<String>>,
    /// What it does better than others: at most 20 lines of 200 characters.
    pub advantages: Option<Vec<String>>,
    /// Where it comes from, at most 120 characters.
    pub origin: Option<String>,
    /// When what is sold now was made.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    pub made_at: Option<Option<Ms>>,
    /// Days it keeps, 1 to 36,500.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<i64>)]
    pub shelf_life_days: Option<Option<i64>>,
    /// Figures that may be quoted, at most 50.
    pub tests: Option<Vec<TestValue>>,
    /// How the goods differ from the pictures, at most 1,000 characters.
    pub picture_note: Option<String>,
    /// Flaws that are told before one buys, at most 1,000 characters.
    pub defects: Option<String>,
    /// Why it costs what it costs, at most 1,000 characters.
    pub competitor_note: Option<String>,
    /// Sizes and how they were measured.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<SizeTable>)]
    pub size_table: Option<Option<SizeTable>>,
}

const COLUMNS: &str = "product_id, rev, category, features, advantages, origin, made_at, shelf_life_days, tests, \
                       picture_note, defects, competitor_note, size_table, changed_at, changed_by";

fn read(row: &Row<'_>) -> Result<ProductFacts, Problem> {
    let sizes: Option<String> = row.get(12)?;
    Ok(ProductFacts {
        product: row.get(0)?,
        rev: row.get(1)?,
        category: row.get(2)?,
        features: bounds::from_text(&row.get::<String>(3)?)?,
        advantages: bounds::from_text(&row.get::<String>(4)?)?,
        origin: row.get(5)?,
        made_at: row.get(6)?,
        shelf_life_days: row.get(7)?,
        tests: bounds::from_text(&row.get::<String>(8)?)?,
        picture_note: row.get(9)?,
        defects: row.get(10)?,
        competitor_note: row.get(11)?,
        size_table: sizes.as_deref().map(bounds::from_text).transpose()?,
        changed_at: row.get(13)?,
        changed_by: row.get(14)?,
    })
}

/// The facts of a product that was looked up before; empty ones when nobody wrote any.
pub(crate) fn of_product(tx: &mut Tx<'_>, org: Id, product: Id) -> Result<ProductFacts, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM product_fact WHERE org_id = $1 AND product_id = $2");
    let found = tx.row(&sql, args![org, product], read)?;
    Ok(found.unwrap_or_else(|| ProductFacts::none(product)))
}

/// What was written of these products, by product.
pub(crate) fn of_products(
    tx: &mut Tx<'_>,
    org: Id,
    products: &[Id],
) -> Result<HashMap<Id, ProductFacts>, Problem> {
    if products.is_empty() {
        return Ok(HashMap::new());
    }
    let list = Tx::in_list(2, products.len());
    let sql = format!("SELECT {COLUMNS} FROM product_fact WHERE org_id = $1 AND product_id IN {list}");
    let mut arguments = args![org].to_vec();
    arguments.extend(pad(products));
    let found = tx.rows(&sql, &arguments, read)?;
    Ok(found.into_iter().map(|facts| (facts.product, facts)).collect())
}

impl ProductFacts {
    /// Those of a product nobody wrote anything of.
    pub(crate) fn none(product: Id) -> ProductFacts {
        ProductFacts {
            product,
            ..ProductFacts::default()
        }
    }
}

/// Products of this category, the newest first.
pub(crate) fn in_category(
    tx: &mut Tx<'_>,
    org: Id,
    category: &str,
    limit: usize,
) -> Result<Vec<Id>, Problem> {
    if category.is_empty() {
        return Ok(Vec::new());
    }
    tx.rows(
        "SELECT product_id FROM product_fact WHERE org_id = $1 AND category = $2 ORDER BY product_id DESC LIMIT $3",
        args![org, category, limit],
        |row| row.get(0),
    )
}

/// What is known of a product. One that is sold only in shops out of reach is `not_found`.
pub fn facts(tx: &mut Tx<'_>, who: &Actor, product: Id) -> Result<ProductFacts, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    of_product(tx, who.org, product.id)
}

/// Changes what is known of a product, and looks at its listing again. Needs
/// [`Permission::EditKnowledge`]; refuses a change of what somebody else changed since it was read
/// (`changed_meanwhile`), when `rev` is given.
pub fn change_facts(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    product: Id,
    change: &ProductFactsChange,
) -> Result<ProductFacts, Problem> {
    staff(who)?;
    let product = catalogue::product(tx, who, product)?;
    who.need(Permission::EditKnowledge)?;
    let was = of_product(tx, who.org, product.id)?;
    if change.rev.is_some_and(|rev| rev != was.rev) {
        let detail = "Somebody changed it since you read it; read it again.";
        return Err(Problem::conflict("changed_meanwhile", detail).with("rev", was.rev));
    }
    let is = wanted(&was, change)?;
    let noted = compared(&was, &is);
    if noted.is_empty() {
        return Ok(was);
    }
    let is = ProductFacts {
        rev: was.rev + 1,
        changed_at: Some(now),
        changed_by: who.person(),
        ..is
    };
    write(tx, now, who, &is)?;
    tell(
        tx,
        now,
        who,
        "product.facts_changed",
        product.id,
        noted.into_value(),
    )?;
    listing::look(tx, now, who, &product)?;
    Ok(is)
}

/// The facts as they shall be, checked. Also used by imports, before anything is written.
pub(crate) fn wanted(was: &ProductFacts, change: &ProductFactsChange) -> Result<ProductFacts, Problem> {
    let mut is = was.clone();
    if let Some(category) = &change.category {
        is.category = bounds::line("category", category, 40)?;
    }
    if let Some(features) = &change.features {
        is.features = bounds::lines("features", features, 20, 200)?;
    }
    if let Some(advantages) = &change.advantages {
        is.advantages = bounds::lines("advantages", advantages, 20, 200)?;
    }
    if let Some(origin) = &change.origin {
        is.origin = bounds::line("origin", origin, 120)?;
    }
    if let Some(made_at) = change.made_at {
        is.made_at = made_at.map(|at| bounds::moment("made_at", at)).transpose()?;
    }
    if let Some(days) = change.shelf_life_days {
        let days = days.map(|days| bounds::within("shelf_life_days", days, 1, 36_500));
        is.shelf_life_days = days.transpose()?;
    }
    if let Some(tests) = &change.tests {
        bounds::few("tests", tests.len(), 50)?;
        is.tests = tests.iter().map(TestValue::cleaned).collect::<Result<_, _>>()?;
    }
    if let Some(note) = &change.picture_note {
        is.picture_note = bounds::text("picture_note", note, 1_000)?;
    }
    if let Some(defects) = &change.defects {
        is.defects = bounds::text("defects", defects, 1_000)?;
    }
    if let Some(note) = &change.competitor_note {
        is.competitor_note = bounds::text("competitor_note", note, 1_000)?;
    }
    if let Some(sizes) = &change.size_table {
        is.size_table = sizes.as_ref().map(SizeTable::cleaned).transpose()?;
    }
    Ok(is)
}

impl TestValue {
    fn cleaned(&self) -> Result<TestValue, Problem> {
        Ok(TestValue {
            name: base::clean_line("tests.name", &self.name, 60)?,
            value: base::clean_line("tests.value", &self.value, 60)?,
            unit: bounds::line("tests.unit", &self.unit, 20)?,
            source: bounds::line("tests.source", &self.source, 120)?,
        })
    }
}

/// What differs between two states of the facts.
pub(crate) fn compared(was: &ProductFacts, is: &ProductFacts) -> Noted {
    let mut noted = Noted::default();
    noted.note("category", &was.category, &is.category);
    noted.note("features", &was.features, &is.features);
    noted.note("advantages", &was.advantages, &is.advantages);
    noted.note("origin", &was.origin, &is.origin);
    noted.note("made_at", &was.made_at, &is.made_at);
    noted.note("shelf_life_days", &was.shelf_life_days, &is.shelf_life_days);
    noted.note("tests", &was.tests, &is.tests);
    noted.note("picture_note", &was.picture_note, &is.picture_note);
    noted.note("defects", &was.defects, &is.defects);
    noted.note("competitor_note", &was.competitor_note, &is.competitor_note);
    noted.note("size_table", &was.size_table, &is.size_table);
    noted
}

fn write(tx: &mut Tx<'_>, now: Ms, who: &Actor, is: &ProductFacts) -> Result<(), Problem> {
    let sizes = is.size_table.as_ref().map(bounds::to_text).transpose()?;
    tx.exec(
        "INSERT INTO product_fact (org_id, product_id, rev, category, features, advantages, origin, made_at,
           shelf_life_days, tests, picture_note, defects, competitor_note, size_table, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (org_id, product_id) DO UPDATE
         SET rev = excluded.rev, category = excluded.category, features = excluded.features,
             advantages = excluded.advantages, origin = excluded.origin, made_at = excluded.made_at,
             shelf_life_days = excluded.shelf_life_days, tests = excluded.tests, picture_note = excluded.picture_note,
             defects = excluded.defects, competitor_note = excluded.competitor_note,
             size_table = excluded.size_table, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
        args![
            who.org,
            is.product,
            is.rev,
            &is.category,
            &bounds::to_text(&is.features)?,
            &bounds::to_text(&is.advantages)?,
            &is.origin,
            is.made_at,
            is.shelf_life_days,
            &bounds::to_text(&is.tests)?,
            &is.picture_note,
            &is.defects,
            &is.competitor_note,
            &sizes,
            now,
            who.person()
        ],
    )?;
    Ok(())
}
