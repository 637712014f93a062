//! Questions that lead a buyer who does not know yet what to buy (row 170): what ships (defaults/guided.toml),
//! and a shop's own in its place.

use std::sync::LazyLock;

use base::{Actor, Id, Ms, Permission, Problem, Shops, clean_line};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Tx, args};

use crate::bounds;
use crate::things::checklist::TwoWords;
use crate::things::noted::tell;
use crate::things::reach::staff;

/// The questions of a category, in the order of asking.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Guide {
    /// The category, as products' facts name it.
    pub category: String,
    /// What it is called; the category itself for one of the shop's own.
    pub title: TwoWords,
    /// The questions.
    pub questions: Vec<TwoWords>,
    /// What ships, unchanged.
    pub builtin: bool,
}

/// Questions to be kept for a category.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGuide {
    /// 1 to 12 questions of at most 200 characters.
    pub questions: Vec<TwoWords>,
}

#[derive(Deserialize)]
struct GuideFile {
    guide: Vec<Shipped>,
}

#[derive(Clone, Deserialize)]
struct Shipped {
    category: String,
    title: TwoWords,
    questions: Vec<TwoWords>,
}

static SHIPPED: LazyLock<Vec<Shipped>> = LazyLock::new(|| {
    toml::from_str::<GuideFile>(include_str!("../../defaults/guided.toml"))
        .map(|file| file.guide)
        .unwrap_or_default()
});

static CATEGORIES: LazyLock<Vec<String>> =
    LazyLock::new(|| SHIPPED.iter().map(|one| one.category.clone()).collect());

/// The categories that ship.
pub(crate) fn shipped_categories() -> &'static [String] {
    &CATEGORIES
}

const MOST_QUESTIONS: usize = 12;

fn own(tx: &mut Tx<'_>, org: Id) -> Result<Vec<(String, Vec<TwoWords>)>, Problem> {
    tx.rows(
        "SELECT category, questions FROM guide WHERE org_id = $1 ORDER BY category LIMIT 500",
        args![org],
        |row| Ok((row.get(0)?, bounds::from_text(&row.get::<String>(1)?)?)),
    )
}

/// The questions of all categories: those that ship, in their order, then the shop's own.
pub fn guides(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Guide>, Problem> {
    staff(who)?;
    let mut own = own(tx, who.org)?;
    let mut all: Vec<Guide> = SHIPPED
        .iter()
        .map(|shipped| {
            let place = own.iter().position(|(category, _)| *category == shipped.category);
            let changed = place.map(|place| own.remove(place).1);
            Guide {
                category: shipped.category.clone(),
                title: shipped.title.clone(),
                builtin: changed.is_none(),
                questions: changed.unwrap_or_else(|| shipped.questions.clone()),
            }
        })
        .collect();
    all.extend(own.into_iter().map(|(category, questions)| Guide {
        title: TwoWords {
            zh: category.clone(),
            en: String::new(),
        },
        category,
        questions,
        builtin: false,
    }));
    Ok(all)
}

/// The questions of one category.
pub(crate) fn of_category(tx: &mut Tx<'_>, who: &Actor, category: &str) -> Result<Option<Guide>, Problem> {
    if category.is_empty() {
        return Ok(None);
    }
    Ok(guides(tx, who)?.into_iter().find(|one| one.category == category))
}

/// Guides hold in all shops, so they are edited by those who have all.
fn need_editor(who: &Actor) -> Result<(), Problem> {
    staff(who)?;
    who.need(Permission::EditKnowledge)?;
    if who.shops == Shops::All {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

/// Keeps the questions of a category, in place of those that ship. Needs [`Permission::EditKnowledge`] and
/// all shops.
pub fn keep_guide(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    category: &str,
    new: &NewGuide,
) -> Result<Guide, Problem> {
    need_editor(who)?;
    let category = clean_line("category", category, 40)?;
    bounds::few("questions", new.questions.len(), MOST_QUESTIONS)?;
    if new.questions.is_empty() {
        return Err(Problem::input("questions", "missing", "Write a question."));
    }
    let question = |one: &TwoWords| -> Result<TwoWords, Problem> {
        Ok(TwoWords {
            zh: clean_line("questions.zh", &one.zh, 200)?,
            en: bounds::line("questions.en", &one.en, 200)?,
        })
    };
    let questions: Vec<TwoWords> = new.questions.iter().map(question).collect::<Result<_, _>>()?;
    tx.exec(
        "INSERT INTO guide (org_id, category, questions) VALUES ($1, $2, $3)
         ON CONFLICT (org_id, category) DO UPDATE SET questions = excluded.questions",
        args![who.org, &category, &bounds::to_text(&questions)?],
    )?;
    let data = json!({ "category": category, "questions": questions.len() });
    tell(tx, now, who, "guide.kept", Id::NONE, data)?;
    of_category(tx, who, &category)?.ok_or_else(Problem::internal)
}

/// Goes back to the questions that ship, or drops those of a category of the shop's own. Needs what keeping
/// them needs.
pub fn drop_guide(tx: &mut Tx<'_>, now: Ms, who: &Actor, category: &str) -> Result<(), Problem> {
    need_editor(who)?;
    let gone = tx.exec(
        "DELETE FROM guide WHERE org_id = $1 AND category = $2",
        args![who.org, category],
    )?;
    if gone == 0 {
        return Err(Problem::not_found());
    }
    tell(
        tx,
        now,
        who,
        "guide.dropped",
        Id::NONE,
        json!({ "category": category }),
    )
}

#[cfg(test)]
mod tests {
    use super::SHIPPED;

    #[test]
    fn every_category_that_ships_asks_three_to_six_questions_in_both_languages() {
        assert!(SHIPPED.len() >= 8);
        for guide in SHIPPED.iter() {
            assert!((3..=6).contains(&guide.questions.len()), "{}", guide.category);
            assert!(
                guide
                    .questions
                    .iter()
                    .all(|one| !one.zh.is_empty() && !one.en.is_empty())
            );
        }
    }
}
