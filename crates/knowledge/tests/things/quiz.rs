//! Questions made from facts and written by hand; quizzes taken, scored and kept.

use base::{Fen, Id, PageAsk};
use knowledge::{
    AttemptFilter, MadeSum, MakeAsk, NewQuizQuestion, NewWarranty, ProductFactsChange, QuestionFilter,
    QuestionSource, QuizAnswers, QuizAsk, QuizQuestionChange, RepairPrice, TwoWords, WarrantyChange,
};
use serde_json::json;
use store::on_both;
use store::testing::TestDb;

use crate::facts::sizes;
use crate::scene::*;

fn two(zh: &str) -> TwoWords {
    TwoWords {
        zh: zh.into(),
        en: String::new(),
    }
}

fn by_hand(product: Option<Id>, answer: usize) -> NewQuizQuestion {
    NewQuizQuestion {
        product,
        text: two("买家说收到的颜色偏黄，先说什么？"),
        choices: vec!["抱歉，先帮您核对".into(), "图片就是这样".into()],
        answer,
        why: "先安抚，再查明。".into(),
    }
}

/// A product with facts, a warranty and a size table.
async fn known(db: &TestDb, scene: &Scene) -> Id {
    let id = set(db, scene).await.id;
    let facts = ProductFactsChange {
        shelf_life_days: Some(Some(365)),
        origin: Some("江苏南通".into()),
        size_table: Some(Some(sizes("平铺从上边缘量到下边缘"))),
        ..ProductFactsChange::default()
    };
    did(db, &scene.editor, move |tx, who| {
        knowledge::change_facts(tx, NOW, who, id, &facts)
    })
    .await
    .expect("facts");
    let warranty = NewWarranty {
        part: "拉链".into(),
        months: 24,
        scope: String::new(),
        chargeable: String::new(),
        prices: vec![RepairPrice {
            item: "换".into(),
            fen: Fen(5),
        }],
    };
    did(db, &scene.editor, move |tx, who| {
        knowledge::add_warranty(tx, NOW, who, id, &warranty)
    })
    .await
    .expect("warranty");
    id
}

async fn make(db: &TestDb, who: &base::Actor, product: Option<Id>) -> Result<MadeSum, base::Problem> {
    let ask = MakeAsk { product };
    did(db, who, move |tx, who| {
        knowledge::make_questions(tx, NOW, who, &ask)
    })
    .await
}

async fn questions(db: &TestDb, who: &base::Actor) -> Vec<knowledge::QuizQuestion> {
    let filter = QuestionFilter::default();
    saw(db, who, move |tx, who| {
        knowledge::quiz_questions(tx, who, &filter, &PageAsk::default())
    })
    .await
    .expect("questions")
    .items
}

on_both! { TABLES;
    async fn facts_make_questions_that_follow_them(db: &TestDb) {
        let scene = scene(db).await;
        let id = known(db, &scene).await;
        assert_eq!(make(db, &scene.editor, Some(id)).await.expect("made"), MadeSum { made: 6, changed: 0, retired: 0 }, "life, warranty, two sizes, two methods; no other origin to confuse it with");
        assert_eq!(make(db, &scene.editor, None).await.expect("the same"), MadeSum::default());
        let all = questions(db, &scene.editor).await;
        for one in &all {
            assert!((2..=4).contains(&one.choices.len()) && one.answer < one.choices.len() && one.source == QuestionSource::Generated);
            assert!(!one.text.zh.is_empty() && !one.text.en.is_empty() && one.product_title.as_deref() == Some("晨雾磨毛四件套"));
        }
        let right = |part: &str| all.iter().find(|one| one.text.zh.contains(part)).map(|one| one.choices[one.answer].clone()).expect(part);
        assert_eq!((right("保质期"), right("拉链保修"), right("的床单宽是多少"), right("床单宽怎么量")), ("365".into(), "24".into(), "245".into(), "平铺从上边缘量到下边缘".into()));

        let warranty = saw(db, &scene.editor, move |tx, who| knowledge::warranties(tx, who, id)).await.expect("warranties")[0].id;
        let longer = WarrantyChange { months: Some(36), ..WarrantyChange::default() };
        did(db, &scene.editor, move |tx, who| knowledge::change_warranty(tx, NOW, who, warranty, &longer)).await.expect("changed");
        let forever = ProductFactsChange { shelf_life_days: Some(None), ..ProductFactsChange::default() };
        did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &forever)).await.expect("facts");
        assert_eq!(make(db, &scene.editor, Some(id)).await.expect("made"), MadeSum { made: 0, changed: 1, retired: 1 });

        for who in [&scene.agent, &scene.stranger] {
            let wanted = if who.org == scene.org { "forbidden" } else { "not_found" };
            assert_eq!(code(make(db, who, Some(id)).await), wanted);
        }
        assert_eq!(questions(db, &scene.stranger).await.len(), 0);
        assert_eq!(code(saw(db, &scene.agent, |tx, who| knowledge::quiz_questions(tx, who, &QuestionFilter::default(), &PageAsk::default())).await), "forbidden", "answers are not for those who are asked");
    }

    async fn questions_are_written_by_hand_and_wrong_ones_named(db: &TestDb) {
        let scene = scene(db).await;
        let id = known(db, &scene).await;
        let add = |who: &base::Actor, new: NewQuizQuestion| did(db, who, move |tx, who| knowledge::add_question(tx, NOW, who, &new));
        let made = add(&scene.editor, by_hand(Some(id), 0)).await.expect("added");
        for (new, why) in [
            (by_hand(Some(id), 2), "out_of_range"),
            (NewQuizQuestion { choices: vec!["一".into()], ..by_hand(None, 0) }, "missing"),
            (NewQuizQuestion { choices: vec!["一".into(), " 一 ".into()], ..by_hand(None, 0) }, "duplicate_choice"),
            (NewQuizQuestion { choices: vec!["一".into(); 7], ..by_hand(None, 0) }, "too_many"),
            (NewQuizQuestion { text: two(" "), ..by_hand(None, 0) }, "text_empty"),
            (by_hand(Some(Id(5)), 0), "not_found"),
        ] {
            assert_eq!(code(add(&scene.editor, new).await), why);
        }
        assert_eq!(code(add(&scene.agent, by_hand(Some(id), 0)).await), "forbidden");
        assert_eq!(code(add(&scene.far, by_hand(None, 0)).await), "forbidden", "what is about no product is asked everywhere");
        let change = |who: &base::Actor, id: Id, change: QuizQuestionChange| did(db, who, move |tx, who| knowledge::change_question(tx, NOW, who, id, &change));
        let off = QuizQuestionChange { active: Some(false), ..QuizQuestionChange::default() };
        assert!(!change(&scene.editor, made.id, off.clone()).await.expect("off").active);
        make(db, &scene.editor, Some(id)).await.expect("made");
        let generated = questions(db, &scene.editor).await.into_iter().find(|one| one.source == QuestionSource::Generated).expect("one");
        assert_eq!(code(change(&scene.editor, generated.id, QuizQuestionChange { why: Some("x".into()), ..off.clone() }).await), "generated");
        assert!(!change(&scene.editor, generated.id, off.clone()).await.expect("off").active);
        assert_eq!(make(db, &scene.editor, Some(id)).await.expect("the same"), MadeSum::default(), "what was switched off stays off");
        assert_eq!(code(change(&scene.stranger, made.id, off).await), "not_found");
        did(db, &scene.editor, move |tx, who| knowledge::remove_question(tx, NOW, who, made.id)).await.expect("removed");
        assert_eq!(code(did(db, &scene.agent, move |tx, who| knowledge::remove_question(tx, NOW, who, generated.id)).await), "forbidden");
    }

    async fn a_quiz_that_is_thrown_away_counts(db: &TestDb) {
        let scene = scene(db).await;
        let id = known(db, &scene).await;
        make(db, &scene.editor, Some(id)).await.expect("made");
        let start = |count: i64| {
            let ask = QuizAsk { product: None, count: Some(count) };
            did(db, &scene.agent, move |tx, who| knowledge::start_quiz(tx, NOW, who, &ask))
        };
        let first = start(3).await.expect("begun");
        assert_eq!(start(3).await.expect("gone on with").id, first.id, "the same questions, not others");
        let other = start(2).await.expect("begun");
        assert_ne!(other.id, first.id);
        let thrown = saw(db, &scene.agent, move |tx, who| knowledge::quiz_attempt(tx, who, first.id)).await.expect("own");
        assert_eq!((thrown.finished_at, thrown.right), (Some(NOW), Some(0)), "it stands in the standings");
    }

    async fn a_quiz_is_taken_once_scored_and_kept(db: &TestDb) {
        let scene = scene(db).await;
        let id = known(db, &scene).await;
        let start = |who: &base::Actor, product: Option<Id>, count: Option<i64>| {
            let ask = QuizAsk { product, count };
            did(db, who, move |tx, who| knowledge::start_quiz(tx, NOW, who, &ask))
        };
        assert_eq!(code(start(&scene.agent, None, None).await), "no_questions");
        make(db, &scene.editor, Some(id)).await.expect("made");
        assert_eq!(code(start(&scene.agent, None, Some(51)).await), "out_of_range");
        assert_eq!(code(start(&scene.agent, Some(Id(5)), None).await), "not_found");
        assert_eq!(code(start(&scene.stranger, None, None).await), "no_questions", "another organisation's questions are not asked");
        let quiz = start(&scene.agent, None, Some(4)).await.expect("begun");
        assert_eq!((quiz.total, quiz.right, quiz.questions.len()), (4, None, 4));
        assert!(quiz.questions.iter().all(|one| one.answer.is_none() && one.why.is_none()), "what is right is not told before");

        let attempt = quiz.id;
        let read = |who: &base::Actor| saw(db, who, move |tx, who| knowledge::quiz_attempt(tx, who, attempt));
        assert_eq!(read(&scene.agent).await.expect("own"), quiz);
        let known_answers = questions(db, &scene.editor).await;
        let mut answers: Vec<Option<usize>> = quiz.questions.iter()
            .map(|one| known_answers.iter().find(|known| known.id == one.question).map(|known| known.answer)).collect();
        answers[0] = None;
        let finish = |who: &base::Actor, answers: Vec<Option<usize>>| did(db, who, move |tx, who| knowledge::finish_quiz(tx, NOW.plus(60_000), who, attempt, &QuizAnswers { answers: answers.clone() }));
        assert_eq!(code(finish(&scene.agent, vec![Some(0); 3]).await), "answers_count");
        assert_eq!(code(finish(&scene.agent, vec![Some(9); 4]).await), "out_of_range");
        assert_eq!(code(finish(&scene.editor, answers.clone()).await), "not_found", "nobody answers for another");
        let done = finish(&scene.agent, answers.clone()).await.expect("handed in");
        assert_eq!((done.right, done.finished_at, done.questions[0].given, done.questions[0].answer.is_some()), (Some(3), Some(NOW.plus(60_000)), None, true));
        assert_eq!(code(finish(&scene.agent, answers).await), "attempt_finished");
        assert_eq!(read(&scene.editor).await.expect("a supervisor"), done);
        assert_eq!(code(read(&scene.far).await), "not_found", "no shop in common");
        assert_eq!(code(read(&scene.stranger).await), "not_found");
        assert_eq!(told(db, "quiz.finished").await, [json!({ "total": 4, "right": 3 })]);

        // The questions may go; what was asked stays.
        let forever = ProductFactsChange { shelf_life_days: Some(None), size_table: Some(None), ..ProductFactsChange::default() };
        did(db, &scene.editor, move |tx, who| knowledge::change_facts(tx, NOW, who, id, &forever)).await.expect("facts");
        assert_eq!(make(db, &scene.editor, Some(id)).await.expect("made").retired, 5);
        assert_eq!(read(&scene.agent).await.expect("own"), done);

        let rows = |who: &base::Actor| saw(db, who, |tx, who| knowledge::quiz_attempts(tx, who, &AttemptFilter::default(), &PageAsk::default()));
        assert_eq!(rows(&scene.editor).await.expect("rows").items.iter().map(|row| (row.person_name.as_str(), row.right)).collect::<Vec<_>>(), [("小满", Some(3))]);
        assert_eq!((rows(&scene.agent).await.expect("own").items.len(), rows(&scene.far).await.expect("none").items.len()), (1, 0));
        let standings = |who: &base::Actor| saw(db, who, |tx, who| knowledge::quiz_standings(tx, who, &AttemptFilter::default()));
        let all = standings(&scene.editor).await.expect("standings");
        assert_eq!((all.len(), all[0].name.as_str(), all[0].questions, all[0].right, all[0].rate), (3, "小满", 4, 3, 0.75));
        assert_eq!(standings(&scene.agent).await.expect("own").len(), 1);
    }
}
