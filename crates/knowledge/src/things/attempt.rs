//! Quizzes as people take them, scored and kept for each (row 98).

use std::collections::BTreeMap;

use base::{Actor, Id, Ms, Page, PageAsk, Permission, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Row, Tx, args};

use crate::bounds;
use crate::things::checklist::TwoWords;
use crate::things::noted::tell;
use crate::things::question::{asked, count};
use crate::things::reach::{Looked, someone, staff};
use crate::things::shuffle::shuffled;

/// A quiz one person took or takes.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QuizAttempt {
    /// Its id.
    pub id: Id,
    /// Who.
    pub person: Id,
    /// When it began.
    pub started_at: Ms,
    /// When it was handed in.
    pub finished_at: Option<Ms>,
    /// How many questions it has.
    pub total: i64,
    /// How many were answered right; null until it is handed in.
    pub right: Option<i64>,
    /// The questions, as they were asked.
    pub questions: Vec<AskedQuestion>,
}

/// A question as it was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AskedQuestion {
    /// The question; it may be gone by now.
    pub question: Id,
    /// The product it is about.
    pub product: Option<Id>,
    /// The question.
    pub text: TwoWords,
    /// The choices.
    pub choices: Vec<String>,
    /// What was chosen, from 0.
    pub given: Option<usize>,
    /// What is right; null until it is handed in.
    pub answer: Option<usize>,
    /// Why; null until it is handed in.
    pub why: Option<String>,
}

/// A quiz in a list.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QuizAttemptRow {
    /// Its id.
    pub id: Id,
    /// Who.
    pub person: Id,
    /// Their name.
    pub person_name: String,
    /// When it began.
    pub started_at: Ms,
    /// When it was handed in.
    pub finished_at: Option<Ms>,
    /// How many questions it has.
    pub total: i64,
    /// How many were answered right.
    pub right: Option<i64>,
}

/// How somebody does over many quizzes.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct QuizStanding {
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// Quizzes they handed in.
    pub attempts: i64,
    /// Questions in them.
    pub questions: i64,
    /// Of these, answered right.
    pub right: i64,
    /// The share, 0 to 1.
    pub rate: f64,
    /// When they handed in the last.
    pub last_at: Option<Ms>,
}

/// Which quiz to take.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuizAsk {
    /// On this product; left out: on any.
    pub product: Option<Id>,
    /// How many questions, 1 to 50; 10 when left out.
    pub count: Option<i64>,
}

/// What somebody chose.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuizAnswers {
    /// One a question, from 0; null where none was chosen.
    pub answers: Vec<Option<usize>>,
}

/// Which quizzes a list holds.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AttemptFilter {
    /// Of this person.
    pub person: Option<Id>,
    /// Begun from here on.
    pub from: Option<Ms>,
    /// Begun before here.
    pub until: Option<Ms>,
}

const COLUMNS: &str = "id, person_id, started_at, finished_at, total, correct, sheet";

fn read(row: &Row<'_>) -> Result<QuizAttempt, Problem> {
    Ok(QuizAttempt {
        id: row.get(0)?,
        person: row.get(1)?,
        started_at: row.get(2)?,
        finished_at: row.get(3)?,
        total: row.get(4)?,
        right: row.get(5)?,
        questions: bounds::from_text(&row.get::<String>(6)?)?,
    })
}

impl QuizAttempt {
    /// The quiz as it may be shown: what is right stays hidden until it is handed in.
    fn shown(mut self) -> QuizAttempt {
        if self.finished_at.is_none() {
            for question in &mut self.questions {
                question.answer = None;
                question.why = None;
            }
        }
        self
    }
}

/// A quiz that was begun is open for so long.
const OPEN_MS: i64 = 86_400_000;

/// Begins a quiz with questions drawn by its id; `no_questions` when there are none. One that is open is gone on
/// with when it is what was asked for, and counts as handed in with no answer when it is not: whoever throws
/// quizzes away until the questions suit them shows it in the standings.
pub fn start_quiz(tx: &mut Tx<'_>, now: Ms, who: &Actor, ask: &QuizAsk) -> Result<QuizAttempt, Problem> {
    staff(who)?;
    let person = someone(who)?;
    let wanted = bounds::within("count", ask.count.unwrap_or(10), 1, 50)?;
    if let Some(product) = ask.product {
        catalogue::product(tx, who, product)?;
    }
    if let Some(open) = open_quiz(tx, who, person)? {
        let fits = open.total == wanted
            && open.started_at.plus(OPEN_MS) > now
            && ask
                .product
                .is_none_or(|product| open.questions.iter().all(|one| one.product == Some(product)));
        if fits {
            return Ok(open.shown());
        }
        tx.exec(
            "UPDATE quiz_attempt SET finished_at = $3, correct = 0 WHERE org_id = $1 AND id = $2",
            args![who.org, open.id, now],
        )?;
    }
    let id = tx.id();
    let pool = asked(tx, who, ask.product)?;
    let drawn: Vec<AskedQuestion> = shuffled(pool, id.0.unsigned_abs())
        .into_iter()
        .take(usize::try_from(wanted).unwrap_or_default())
        .map(|one| AskedQuestion {
            question: one.id,
            product: one.product,
            text: one.text,
            choices: one.choices,
            given: None,
            answer: Some(one.answer),
            why: Some(one.why),
        })
        .collect();
    if drawn.is_empty() {
        let detail = "There are no questions yet; make some from the products' facts.";
        return Err(Problem::conflict("no_questions", detail));
    }
    let attempt = QuizAttempt {
        id,
        person,
        started_at: now,
        finished_at: None,
        total: drawn.len() as i64,
        right: None,
        questions: drawn,
    };
    tx.exec(
        "INSERT INTO quiz_attempt (org_id, id, person_id, started_at, sheet, total) VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            who.org,
            id,
            person,
            now,
            &bounds::to_text(&attempt.questions)?,
            attempt.total
        ],
    )?;
    Ok(attempt.shown())
}

/// Hands in a quiz of one's own, once (`attempt_finished`), with an answer or none for each question
/// (`answers_count`).
pub fn finish_quiz(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    given: &QuizAnswers,
) -> Result<QuizAttempt, Problem> {
    staff(who)?;
    let mut attempt = load(tx, who.org, id)?
        .filter(|one| Some(one.person) == who.person())
        .ok_or_else(Problem::not_found)?;
    if attempt.finished_at.is_some() {
        return Err(Problem::conflict("attempt_finished", "It was handed in already."));
    }
    if given.answers.len() != attempt.questions.len() {
        let detail = "Give one answer a question, or null.";
        return Err(Problem::input("answers", "answers_count", detail).with("count", attempt.questions.len()));
    }
    let mut right = 0;
    for (question, given) in attempt.questions.iter_mut().zip(&given.answers) {
        if let Some(given) = given {
            bounds::within(
                "answers",
                i64::try_from(*given).unwrap_or(i64::MAX),
                0,
                question.choices.len() as i64 - 1,
            )?;
        }
        question.given = *given;
        let met = given.is_some() && question.given == question.answer;
        right += i64::from(met);
        count(tx, who.org, question.question, met)?;
    }
    attempt.finished_at = Some(now);
    attempt.right = Some(right);
    tx.exec(
        "UPDATE quiz_attempt SET finished_at = $3, sheet = $4, correct = $5 WHERE org_id = $1 AND id = $2",
        args![who.org, id, now, &bounds::to_text(&attempt.questions)?, right],
    )?;
    tell(
        tx,
        now,
        who,
        "quiz.finished",
        id,
        json!({ "total": attempt.total, "right": right }),
    )?;
    Ok(attempt)
}

/// The last quiz of a person that was not handed in.
fn open_quiz(tx: &mut Tx<'_>, who: &Actor, person: Id) -> Result<Option<QuizAttempt>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM quiz_attempt WHERE org_id = $1 AND person_id = $2 AND finished_at IS NULL
         ORDER BY started_at DESC, id DESC LIMIT 1"
    );
    tx.row(&sql, args![who.org, person], read)
}

fn load(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<QuizAttempt>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM quiz_attempt WHERE org_id = $1 AND id = $2");
    tx.row(&sql, args![org, id], read)
}

/// Whose quizzes somebody may see, by name: their own, and with [`Permission::Supervise`] those of the
/// colleagues they see.
fn whose(tx: &mut Tx<'_>, who: &Actor) -> Result<BTreeMap<Id, String>, Problem> {
    let own = who.person();
    let all = who.may(Permission::Supervise);
    let people = team::people(tx, who, None)?;
    let mine = people.into_iter().filter(|one| all || Some(one.id) == own);
    Ok(mine.map(|one| (one.id, one.name)).collect())
}

/// A quiz of one's own or, with [`Permission::Supervise`], of a colleague.
pub fn quiz_attempt(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<QuizAttempt, Problem> {
    staff(who)?;
    let visible = whose(tx, who)?;
    let found = load(tx, who.org, id)?.filter(|one| visible.contains_key(&one.person));
    let mut found = found.ok_or_else(Problem::not_found)?;
    if who.person() != Some(found.person) {
        // Products of shops out of reach stay out of sight also in what others were asked.
        let mut looked = Looked::default();
        let mut questions = Vec::new();
        for question in std::mem::take(&mut found.questions) {
            let seen = match question.product {
                Some(product) => looked.product(tx, who, product)?.is_some(),
                None => true,
            };
            if seen {
                questions.push(question);
            }
        }
        found.questions = questions;
    }
    Ok(found.shown())
}

/// Quizzes one may see, the last first. A page may hold fewer than were asked for.
pub fn quiz_attempts(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &AttemptFilter,
    page: &PageAsk,
) -> Result<Page<QuizAttemptRow>, Problem> {
    staff(who)?;
    let visible = whose(tx, who)?;
    let person = if who.may(Permission::Supervise) {
        filter.person
    } else {
        filter.person.or(who.person())
    };
    let before = page.numbers::<1>().map_or(i64::MAX, |[id]| id);
    let sql = "SELECT id, person_id, started_at, finished_at, total, correct FROM quiz_attempt
         WHERE org_id = $1 AND id < $2 AND ($3 IS NULL OR person_id = $3)
           AND ($4 IS NULL OR started_at >= $4) AND ($5 IS NULL OR started_at < $5)
         ORDER BY id DESC LIMIT $6";
    let arguments = args![
        who.org,
        before,
        person,
        filter.from,
        filter.until,
        page.limit() + 1
    ];
    let rows = tx.rows(sql, arguments, |row| {
        let person: Id = row.get(1)?;
        Ok(QuizAttemptRow {
            id: row.get(0)?,
            person,
            person_name: visible.get(&person).cloned().unwrap_or_default(),
            started_at: row.get(2)?,
            finished_at: row.get(3)?,
            total: row.get(4)?,
            right: row.get(5)?,
        })
    })?;
    let mut cut = Page::cut(rows, page.limit(), |one| vec![one.id.0]);
    cut.items.retain(|one| visible.contains_key(&one.person));
    Ok(cut)
}

/// How everybody one may see does, the best first; who took no quiz comes last.
pub fn quiz_standings(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &AttemptFilter,
) -> Result<Vec<QuizStanding>, Problem> {
    staff(who)?;
    let visible = whose(tx, who)?;
    let sums: BTreeMap<Id, (i64, i64, i64, Option<Ms>)> = tx
        .rows(
            "SELECT person_id, COUNT(*), CAST(SUM(total) AS BIGINT), CAST(SUM(correct) AS BIGINT), MAX(finished_at)
             FROM quiz_attempt
             WHERE org_id = $1 AND finished_at IS NOT NULL
               AND ($2 IS NULL OR started_at >= $2) AND ($3 IS NULL OR started_at < $3)
             GROUP BY person_id",
            args![who.org, filter.from, filter.until],
            |row| {
                let sums = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
                Ok((row.get(0)?, sums))
            },
        )?
        .into_iter()
        .collect();
    let asked = |person: &Id| filter.person.is_none_or(|wanted| wanted == *person);
    let mut standings: Vec<QuizStanding> = visible
        .into_iter()
        .filter(|(person, _)| asked(person))
        .map(|(person, name)| {
            let (attempts, questions, right, last_at) = sums.get(&person).copied().unwrap_or_default();
            QuizStanding {
                person,
                name,
                attempts,
                questions,
                right,
                rate: right as f64 / questions.max(1) as f64,
                last_at,
            }
        })
        .collect();
    standings.sort_by(|a, b| {
        let none = (a.attempts == 0).cmp(&(b.attempts == 0));
        none.then(b.rate.total_cmp(&a.rate)).then(b.right.cmp(&a.right))
    });
    Ok(standings)
}
