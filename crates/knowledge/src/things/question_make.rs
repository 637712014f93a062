//! Questions made from what is known of products: shelf life, origin, sizes and how they are measured,
//! figures, warranty. The same facts make the same questions.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, Id, Ms, PageAsk, Permission, Problem, snippet};
use catalogue::{Product, ProductFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;

use crate::things::checklist::TwoWords;
use crate::things::fact::{self, ProductFacts};
use crate::things::noted::tell;
use crate::things::question::{QuestionSource, QuizQuestion, delete, made_of, put};
use crate::things::reach::staff;
use crate::things::shuffle::shuffled;
use crate::things::warranty::{self, Warranty};

/// For which products to make questions.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MakeAsk {
    /// For this one; left out: for the newest 200 that are sold.
    pub product: Option<Id>,
}

/// What became of the questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MadeSum {
    /// New ones.
    pub made: usize,
    /// Of which the product's facts changed.
    pub changed: usize,
    /// That no fact answers any more.
    pub retired: usize,
}

/// A question that a fact answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    /// What it asks for, unique within the product.
    pub(crate) topic: String,
    pub(crate) text: TwoWords,
    pub(crate) right: String,
    /// What else could be thought; the best first.
    pub(crate) wrong: Vec<String>,
}

/// What others are like: the wrong choices of the same kind.
#[derive(Default)]
pub(crate) struct Others {
    origins: BTreeSet<String>,
    /// Values of figures, by name.
    tests: BTreeMap<String, BTreeSet<String>>,
}

const PRODUCTS: u32 = 200;
const CHOICES: usize = 4;
const SIZES: usize = 6;
/// Lengths of time that stand on packages, in days.
const LIVES: [i64; 9] = [30, 60, 90, 180, 270, 365, 540, 730, 1_095];
/// Lengths of warranties, in months.
const MONTHS: [i64; 9] = [0, 1, 3, 6, 12, 18, 24, 36, 60];

/// Makes the questions that the facts of a product (or of up to 200) answer, changes those whose fact changed
/// and removes those without one. Needs [`Permission::EditKnowledge`].
pub fn make_questions(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &MakeAsk) -> Result<MadeSum, Problem> {
    staff(who)?;
    let products = match ask.product {
        Some(product) => vec![catalogue::product(tx, who, product)?],
        None => of_shops(tx, who)?,
    };
    who.need(Permission::EditKnowledge)?;
    let others = others(tx, who)?;
    let mut sum = MadeSum::default();
    for product in &products {
        let facts = fact::of_product(tx, who.org, product.id)?;
        let warranties = warranty::of_product(tx, who.org, product.id)?;
        keep(
            tx,
            who.org,
            product,
            drafts(product, &facts, &warranties, &others),
            &mut sum,
        )?;
    }
    if sum != MadeSum::default() {
        let data = json!({ "made": sum.made, "changed": sum.changed, "retired": sum.retired });
        tell(
            tx,
            now,
            who,
            "quiz_question.made",
            ask.product.unwrap_or(Id::NONE),
            data,
        )?;
    }
    Ok(sum)
}

fn of_shops(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Product>, Problem> {
    let filter = ProductFilter {
        active: Some(true),
        ..ProductFilter::default()
    };
    let page = PageAsk {
        cursor: None,
        limit: Some(PRODUCTS),
    };
    Ok(catalogue::products(tx, who, &filter, &page)?.items)
}

fn others(tx: &mut Tx<'_>, who: &Actor) -> Result<Others, Problem> {
    let mut others = Others::default();
    for product in of_shops(tx, who)? {
        let facts = fact::of_product(tx, who.org, product.id)?;
        if !facts.origin.is_empty() {
            others.origins.insert(facts.origin);
        }
        for test in facts.tests {
            let value = format!("{} {}", test.value, test.unit).trim().to_owned();
            others.tests.entry(test.name).or_default().insert(value);
        }
    }
    Ok(others)
}

fn keep(
    tx: &mut Tx<'_>,
    org: Id,
    product: &Product,
    drafts: Vec<Draft>,
    sum: &mut MadeSum,
) -> Result<(), Problem> {
    let mut before: BTreeMap<String, QuizQuestion> = made_of(tx, org, product.id)?
        .into_iter()
        .map(|kept| (kept.topic, kept.question))
        .collect();
    for draft in drafts {
        let topic = format!("{}.{}", product.id, draft.topic);
        let Some((choices, answer)) = choices(&topic, &draft) else {
            continue;
        };
        let was = before.remove(&topic);
        let same = was
            .as_ref()
            .is_some_and(|was| was.text == draft.text && was.choices == choices && was.answer == answer);
        if same {
            continue;
        }
        match was {
            Some(_) => sum.changed += 1,
            None => sum.made += 1,
        }
        let is = QuizQuestion {
            id: was.as_ref().map_or_else(|| tx.id(), |was| was.id),
            product: Some(product.id),
            product_title: None,
            source: QuestionSource::Generated,
            text: draft.text,
            choices,
            answer,
            why: String::new(),
            active: was.is_none_or(|was| was.active),
            asked: 0,
            right: 0,
        };
        put(tx, org, &is, &topic)?;
    }
    for gone in before.values() {
        delete(tx, org, gone.id)?;
        sum.retired += 1;
    }
    Ok(())
}

/// The right choice among three wrong ones at most, and where it stands; `None` when nothing else could be
/// thought. The order follows from the topic, so that it is the same each time.
fn choices(topic: &str, draft: &Draft) -> Option<(Vec<String>, usize)> {
    let mut all = vec![draft.right.clone()];
    for wrong in &draft.wrong {
        if all.len() < CHOICES && !all.contains(wrong) {
            all.push(wrong.clone());
        }
    }
    if all.len() < 2 {
        return None;
    }
    let seed = topic.bytes().fold(0_u64, |seed, byte| {
        seed.wrapping_mul(31).wrapping_add(byte.into())
    });
    let all = shuffled(all, seed);
    let answer = all.iter().position(|one| *one == draft.right)?;
    Some((all, answer))
}

/// The questions that what is known of a product answers.
pub(crate) fn drafts(
    product: &Product,
    facts: &ProductFacts,
    warranties: &[Warranty],
    others: &Others,
) -> Vec<Draft> {
    let name = snippet(&product.title, 40);
    let mut all = Vec::new();
    if let Some(days) = facts.shelf_life_days {
        all.push(Draft {
            topic: "life".into(),
            text: words(
                format!("《{name}》的保质期是多少天？"),
                format!("How many days does “{name}” keep?"),
            ),
            right: days.to_string(),
            wrong: near(days, &LIVES),
        });
    }
    if !facts.origin.is_empty() {
        all.push(Draft {
            topic: "origin".into(),
            text: words(
                format!("《{name}》的产地是哪里？"),
                format!("Where does “{name}” come from?"),
            ),
            right: facts.origin.clone(),
            wrong: others.origins.iter().cloned().collect(),
        });
    }
    all.extend(warranties.iter().map(|one| Draft {
        topic: format!("warranty.{}", one.id),
        text: words(
            format!("《{name}》的{}保修多少个月？", one.part),
            format!("“{name}”: how many months of warranty has {}?", one.part),
        ),
        right: one.months.to_string(),
        wrong: near(one.months, &MONTHS),
    }));
    all.extend(of_tests(&name, facts, others));
    all.extend(of_sizes(&name, facts));
    all
}

fn words(zh: String, en: String) -> TwoWords {
    TwoWords { zh, en }
}

/// Usual numbers beside the right one, the nearest first: those far off nobody would choose.
fn near(right: i64, usual: &[i64]) -> Vec<String> {
    let mut sorted: Vec<i64> = usual.iter().copied().filter(|one| *one != right).collect();
    sorted.sort_by_key(|one| ((one - right).abs(), *one));
    sorted.iter().map(i64::to_string).collect()
}

fn of_tests(name: &str, facts: &ProductFacts, others: &Others) -> Vec<Draft> {
    let figure = |at: usize| {
        let test = &facts.tests[at];
        let right = format!("{} {}", test.value, test.unit).trim().to_owned();
        // The same figure of others first, then other figures of the same product.
        let mut wrong: Vec<String> = others
            .tests
            .get(&test.name)
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        wrong.extend(
            facts
                .tests
                .iter()
                .map(|other| format!("{} {}", other.value, other.unit).trim().to_owned()),
        );
        Draft {
            topic: format!("test.{}", test.name),
            text: words(
                format!("《{name}》的{}是多少？", test.name),
                format!("“{name}”: what is {}?", test.name),
            ),
            right,
            wrong,
        }
    };
    (0..facts.tests.len()).map(figure).collect()
}

fn of_sizes(name: &str, facts: &ProductFacts) -> Vec<Draft> {
    let Some(table) = &facts.size_table else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        for row in table.rows.iter().filter(|row| !row.values[at].is_empty()) {
            all.push(Draft {
                topic: format!("size.{}.{}", row.size, column.name),
                text: words(
                    format!("《{name}》{}的{}是多少 {}？", row.size, column.name, table.unit),
                    format!(
                        "“{name}”, {}: what is {} in {}?",
                        row.size, column.name, table.unit
                    ),
                ),
                right: row.values[at].clone(),
                wrong: table
                    .rows
                    .iter()
                    .chain(&table.rows)
                    .flat_map(|other| [other.values[at].clone()])
                    .chain(row.values.iter().cloned())
                    .filter(|value| !value.is_empty())
                    .collect(),
            });
        }
    }
    all.truncate(SIZES);
    all.extend(
        table
            .columns
            .iter()
            .filter(|column| !column.method.is_empty())
            .map(|column| Draft {
                topic: format!("method.{}", column.name),
                text: words(
                    format!("《{name}》的{}怎么量？", column.name),
                    format!("“{name}”: how is {} measured?", column.name),
                ),
                right: column.method.clone(),
                wrong: table
                    .columns
                    .iter()
                    .filter(|other| !other.method.is_empty())
                    .map(|other| other.method.clone())
                    .collect(),
            }),
    );
    all
}
