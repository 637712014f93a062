//! Questions on the products, and quizzes.

use axum::Json;
use axum::extract::State;
use base::{Id, Page, PageAsk};
use team::http::{Answer, Ask, At, Caller, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{
    AttemptFilter, MadeSum, MakeAsk, NewQuizQuestion, QuestionFilter, QuizAnswers, QuizAsk, QuizAttempt,
    QuizAttemptRow, QuizQuestion, QuizQuestionChange, QuizStanding,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list_questions, add_question))
        .routes(routes!(make_questions))
        .routes(routes!(change_question, remove_question))
        .routes(routes!(list_attempts, start_quiz))
        .routes(routes!(read_attempt))
        .routes(routes!(finish_quiz))
        .routes(routes!(list_standings))
}

/// Questions on my products, with their answers, the last first.
#[utoipa::path(get, path = "/quiz/questions", tag = "knowledge", params(QuestionFilter, PageAsk),
    responses((status = 200, body = Page<QuizQuestion>)))]
async fn list_questions(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<QuestionFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<QuizQuestion>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::quiz_questions(tx, who, &filter, &page)
        })
        .await?,
    ))
}

/// Writes a question by hand.
#[utoipa::path(post, path = "/quiz/questions", tag = "knowledge", request_body = NewQuizQuestion,
    responses((status = 201, body = QuizQuestion)))]
async fn add_question(State(edge): State<Edge>, write: Write<NewQuizQuestion>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, body| {
        crate::add_question(tx, now, who, &body)
    })
    .await
}

/// Makes questions from the products' facts.
#[utoipa::path(post, path = "/quiz/questions/make", tag = "knowledge", request_body = MakeAsk,
    responses((status = 200, body = MadeSum)))]
async fn make_questions(State(edge): State<Edge>, write: Write<MakeAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, |tx, now, who, body| {
        crate::make_questions(tx, now, who, &body)
    })
    .await
}

/// Changes a question.
#[utoipa::path(patch, path = "/quiz/questions/{id}", tag = "knowledge", params(("id" = Id, Path)), request_body = QuizQuestionChange,
    responses((status = 200, body = QuizQuestion)))]
async fn change_question(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<QuizQuestionChange>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::change_question(tx, now, who, id, &body)
    })
    .await
}

/// Removes a question.
#[utoipa::path(delete, path = "/quiz/questions/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 204)))]
async fn remove_question(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| {
        crate::remove_question(tx, now, who, id)
    })
    .await
}

/// Quizzes I may see, the last first.
#[utoipa::path(get, path = "/quiz/attempts", tag = "knowledge", params(AttemptFilter, PageAsk),
    responses((status = 200, body = Page<QuizAttemptRow>)))]
async fn list_attempts(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<AttemptFilter>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<QuizAttemptRow>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::quiz_attempts(tx, who, &filter, &page)
        })
        .await?,
    ))
}

/// Begins a quiz.
#[utoipa::path(post, path = "/quiz/attempts", tag = "knowledge", request_body = QuizAsk,
    responses((status = 201, body = QuizAttempt)))]
async fn start_quiz(State(edge): State<Edge>, write: Write<QuizAsk>) -> Result<Answer, Failure> {
    edge.write(write, 201, |tx, now, who, body| {
        crate::start_quiz(tx, now, who, &body)
    })
    .await
}

/// A quiz, with what is right once it is handed in.
#[utoipa::path(get, path = "/quiz/attempts/{id}", tag = "knowledge", params(("id" = Id, Path)),
    responses((status = 200, body = QuizAttempt)))]
async fn read_attempt(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<QuizAttempt>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::quiz_attempt(tx, who, id))
            .await?,
    ))
}

/// Hands in a quiz.
#[utoipa::path(post, path = "/quiz/attempts/{id}/answers", tag = "knowledge", params(("id" = Id, Path)), request_body = QuizAnswers,
    responses((status = 200, body = QuizAttempt)))]
async fn finish_quiz(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<QuizAnswers>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, body| {
        crate::finish_quiz(tx, now, who, id, &body)
    })
    .await
}

/// How everybody I may see does, the best first.
#[utoipa::path(get, path = "/quiz/standings", tag = "knowledge", params(AttemptFilter),
    responses((status = 200, body = Vec<QuizStanding>)))]
async fn list_standings(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(filter): Ask<AttemptFilter>,
) -> Result<Json<Vec<QuizStanding>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::quiz_standings(tx, who, &filter))
            .await?,
    ))
}
