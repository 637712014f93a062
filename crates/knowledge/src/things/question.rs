//! Questions on the products (row 98): made from what is known of them, and written by hand.

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem, Shops, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Row, Tx, args, text_enum};

use crate::bounds;
use crate::things::checklist::TwoWords;
use crate::things::noted::{Noted, tell};
use crate::things::reach::{Looked, staff};

text_enum! {
    /// Where a question comes from.
    pub enum QuestionSource {
        /// Made from what is known of a product.
        Generated = "generated",
        /// Written by hand.
        Hand = "hand",
    }
}

/// A question with choices, one of them right.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QuizQuestion {
    /// Its id.
    pub id: Id,
    /// The product it is about.
    pub product: Option<Id>,
    /// The product's title.
    pub product_title: Option<String>,
    /// Where it comes from.
    pub source: QuestionSource,
    /// The question.
    pub text: TwoWords,
    /// The choices.
    pub choices: Vec<String>,
    /// Which of them is right, from 0.
    pub answer: usize,
    /// Why.
    pub why: String,
    /// Whether it is asked.
    pub active: bool,
    /// How often it was asked.
    pub asked: i64,
    /// How often it was answered right.
    pub right: i64,
}

/// A question to be written by hand.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuizQuestion {
    /// The product it is about, if any.
    pub product: Option<Id>,
    /// The question, at most 300 characters.
    pub text: TwoWords,
    /// 2 to 6 different choices of at most 100 characters.
    pub choices: Vec<String>,
    /// Which of them is right, from 0.
    pub answer: usize,
    /// Why, at most 500 characters.
    #[serde(default)]
    pub why: String,
}

/// What to change of a question; what is left out stays. Of a generated one only `active` changes: the rest
/// follows from the product.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuizQuestionChange {
    /// The question.
    pub text: Option<TwoWords>,
    /// The choices.
    pub choices: Option<Vec<String>>,
    /// Which of them is right.
    pub answer: Option<usize>,
    /// Why.
    pub why: Option<String>,
    /// Whether it is asked.
    pub active: Option<bool>,
}

/// Which questions a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct QuestionFilter {
    /// About this product.
    pub product: Option<Id>,
    /// From where.
    pub source: Option<QuestionSource>,
    /// Asked, or not.
    pub active: Option<bool>,
}

const COLUMNS: &str =
    "id, product_id, source, text_zh, text_en, choices, answer, why, active, asked, correct, topic";

/// A question as it is kept, with what it asks for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) question: QuizQuestion,
    pub(crate) topic: String,
}

fn read(row: &Row<'_>) -> Result<Kept, Problem> {
    Ok(Kept {
        question: QuizQuestion {
            id: row.get(0)?,
            product: row.get(1)?,
            product_title: None,
            source: row.get(2)?,
            text: TwoWords {
                zh: row.get(3)?,
                en: row.get(4)?,
            },
            choices: bounds::from_text(&row.get::<String>(5)?)?,
            answer: usize::try_from(row.get::<i64>(6)?).map_err(|_| Problem::internal())?,
            why: row.get(7)?,
            active: row.get(8)?,
            asked: row.get(9)?,
            right: row.get(10)?,
        },
        topic: row.get(11)?,
    })
}

/// The questions made for a product.
pub(crate) fn made_of(tx: &mut Tx<'_>, org: Id, product: Id) -> Result<Vec<Kept>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM quiz_question
         WHERE org_id = $1 AND product_id = $2 AND source = 'generated' ORDER BY id"
    );
    tx.rows(&sql, args![org, product], read)
}

/// Up to 5,000 questions that are asked, of one product or of all.
pub(crate) fn asked(tx: &mut Tx<'_>, who: &Actor, product: Option<Id>) -> Result<Vec<QuizQuestion>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM quiz_question
         WHERE org_id = $1 AND active = 1 AND ($2 IS NULL OR product_id = $2) ORDER BY id LIMIT 5000"
    );
    let rows = tx.rows(&sql, args![who.org, product], read)?;
    let mut looked = Looked::default();
    let mut found = Vec::with_capacity(rows.len());
    for Kept { question, .. } in rows {
        let here = match question.product {
            Some(product) => looked.product(tx, who, product)?.is_some_and(|one| one.active),
            None => true,
        };
        if here {
            found.push(question);
        }
    }
    Ok(found)
}

/// Questions on products in reach, the last first, with their answers. Needs [`Permission::EditKnowledge`]. A
/// page may hold fewer than were asked for.
pub fn quiz_questions(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &QuestionFilter,
    page: &PageAsk,
) -> Result<Page<QuizQuestion>, Problem> {
    staff(who)?;
    who.need(Permission::EditKnowledge)?;
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = format!(
        "SELECT {COLUMNS} FROM quiz_question
         WHERE org_id = $1 AND id < $2 AND ($3 IS NULL OR product_id = $3) AND ($4 IS NULL OR source = $4)
           AND ($5 IS NULL OR active = $5)
         ORDER BY id DESC LIMIT $6"
    );
    let source = filter.source.map(QuestionSource::key);
    let arguments = args![
        who.org,
        before,
        filter.product,
        source,
        filter.active,
        page.limit() + 1
    ];
    let rows = tx.rows(&sql, arguments, |row| read(row).map(|kept| kept.question))?;
    let cut = Page::cut(rows, page.limit(), |one| vec![one.id.0]);
    let mut looked = Looked::default();
    let mut items = Vec::new();
    for mut question in cut.items {
        if let Some(product) = question.product {
            let Some(found) = looked.product(tx, who, product)? else {
                continue;
            };
            question.product_title = Some(found.title.clone());
        }
        items.push(question);
    }
    Ok(Page {
        items,
        next: cut.next,
    })
}

/// Writes a question by hand. Needs [`Permission::EditKnowledge`]; a right choice that is none is refused
/// (`out_of_range`), and so are equal choices (`duplicate_choice`).
pub fn add_question(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    new: &NewQuizQuestion,
) -> Result<QuizQuestion, Problem> {
    staff(who)?;
    let title = match new.product {
        Some(product) => Some(catalogue::product(tx, who, product)?.title),
        None => None,
    };
    who.need(Permission::EditKnowledge)?;
    need_place(who, new.product)?;
    let id = tx.id();
    let is = check(QuizQuestion {
        id,
        product: new.product,
        product_title: title,
        source: QuestionSource::Hand,
        text: new.text.clone(),
        choices: new.choices.clone(),
        answer: new.answer,
        why: new.why.clone(),
        active: true,
        asked: 0,
        right: 0,
    })?;
    put(tx, who.org, &is, &format!("hand.{id}"))?;
    tell(
        tx,
        now,
        who,
        "quiz_question.added",
        id,
        json!({ "product": is.product }),
    )?;
    Ok(is)
}

/// Changes a question. Needs [`Permission::EditKnowledge`]; what a generated one asks is refused
/// (`generated`).
pub fn change_question(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    change: &QuizQuestionChange,
) -> Result<QuizQuestion, Problem> {
    let Kept { question: was, topic } = editable(tx, who, id)?;
    let words =
        change.text.is_some() || change.choices.is_some() || change.answer.is_some() || change.why.is_some();
    if words && was.source == QuestionSource::Generated {
        let detail = "It follows from what is known of the product; change that, or switch the question off.";
        return Err(Problem::conflict("generated", detail));
    }
    let before = was.clone();
    let is = check(QuizQuestion {
        text: change.text.clone().unwrap_or(was.text),
        choices: change.choices.clone().unwrap_or(was.choices),
        answer: change.answer.unwrap_or(was.answer),
        why: change.why.clone().unwrap_or(was.why),
        active: change.active.unwrap_or(was.active),
        ..before.clone()
    })?;
    let mut noted = Noted::default();
    noted.note("text", &before.text, &is.text);
    noted.note("choices", &before.choices, &is.choices);
    noted.note("answer", &before.answer, &is.answer);
    noted.note("why", &before.why, &is.why);
    noted.note("active", &before.active, &is.active);
    if !noted.is_empty() {
        put(tx, who.org, &is, &topic)?;
        tell(tx, now, who, "quiz_question.changed", id, noted.into_value())?;
    }
    Ok(is)
}

/// Removes a question; attempts keep what was asked. Needs [`Permission::EditKnowledge`].
pub fn remove_question(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    let was = editable(tx, who, id)?.question;
    delete(tx, who.org, id)?;
    tell(
        tx,
        now,
        who,
        "quiz_question.removed",
        id,
        json!({ "product": was.product }),
    )
}

pub(crate) fn delete(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<(), Problem> {
    tx.exec(
        "DELETE FROM quiz_question WHERE org_id = $1 AND id = $2",
        args![org, id],
    )?;
    Ok(())
}

fn editable(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Kept, Problem> {
    staff(who)?;
    let sql = format!("SELECT {COLUMNS} FROM quiz_question WHERE org_id = $1 AND id = $2");
    let mut kept = tx
        .row(&sql, args![who.org, id], read)?
        .ok_or_else(Problem::not_found)?;
    if let Some(product) = kept.question.product {
        kept.question.product_title = Some(catalogue::product(tx, who, product)?.title);
    }
    who.need(Permission::EditKnowledge)?;
    need_place(who, kept.question.product)?;
    Ok(kept)
}

/// What is about no product is asked everywhere, so those who have all shops write it.
fn need_place(who: &Actor, product: Option<Id>) -> Result<(), Problem> {
    if product.is_some() || who.shops == Shops::All {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

fn check(is: QuizQuestion) -> Result<QuizQuestion, Problem> {
    let choices = bounds::lines("choices", &is.choices, 6, 100)?;
    if choices.len() < 2 {
        return Err(Problem::input(
            "choices",
            "missing",
            "A question has at least two choices.",
        ));
    }
    let mut different = choices.clone();
    different.sort_unstable();
    different.dedup();
    if different.len() < choices.len() {
        return Err(Problem::input(
            "choices",
            "duplicate_choice",
            "Two choices are the same.",
        ));
    }
    let most = choices.len() as i64 - 1;
    bounds::within("answer", is.answer as i64, 0, most)?;
    Ok(QuizQuestion {
        text: TwoWords {
            zh: clean_line("text.zh", &is.text.zh, 300)?,
            en: bounds::line("text.en", &is.text.en, 300)?,
        },
        choices,
        why: bounds::text("why", &is.why, 500)?,
        ..is
    })
}

/// Writes a question; how often it was asked stays as it is.
pub(crate) fn put(tx: &mut Tx<'_>, org: Id, is: &QuizQuestion, topic: &str) -> Result<(), Problem> {
    tx.exec(
        "INSERT INTO quiz_question (org_id, id, product_id, topic, source, text_zh, text_en, choices, answer, why,
           active, asked, correct)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)
         ON CONFLICT (org_id, id) DO UPDATE
         SET text_zh = excluded.text_zh, text_en = excluded.text_en, choices = excluded.choices,
             answer = excluded.answer, why = excluded.why, active = excluded.active",
        args![
            org,
            is.id,
            is.product,
            topic,
            is.source,
            &is.text.zh,
            &is.text.en,
            &bounds::to_text(&is.choices)?,
            is.answer,
            &is.why,
            is.active
        ],
    )?;
    Ok(())
}

/// Counts that a question was asked.
pub(crate) fn count(tx: &mut Tx<'_>, org: Id, id: Id, right: bool) -> Result<(), Problem> {
    tx.exec(
        "UPDATE quiz_question SET asked = asked + 1, correct = correct + $3 WHERE org_id = $1 AND id = $2",
        args![org, id, right],
    )?;
    Ok(())
}
