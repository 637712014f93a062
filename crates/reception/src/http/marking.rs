use axum::extract::State;
use base::{Id, Ms};
use serde::Deserialize;
use team::http::{Answer, At, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Card, Mark, Record, Reminder, Stage};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(stage))
        .routes(routes!(template))
        .routes(routes!(step))
        .routes(routes!(bargain))
        .routes(routes!(risk))
        .routes(routes!(tags))
        .routes(routes!(complaint))
        .routes(routes!(payment))
        .routes(routes!(promise))
        .routes(routes!(record))
        .routes(routes!(remind))
        .routes(routes!(reminder_done))
        .routes(routes!(reminder_give))
        .routes(routes!(invite))
        .routes(routes!(keep_draft))
}

/// What [`stage`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct StageAsk {
    /// What to set.
    stage: Stage,
}

/// Sets the stage of the sale.
#[utoipa::path(post, path = "/conversations/{id}/stage", tag = "reception", params(("id" = Id, Path)), request_body = StageAsk, responses((status = 200, body = Card)))]
async fn stage(State(edge): State<Edge>, At(id): At, write: Write<StageAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Stage(ask.stage))
    })
    .await
}

/// What [`template`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct TemplateAsk {
    /// What to set.
    template: String,
}

/// Follows another template of steps.
#[utoipa::path(post, path = "/conversations/{id}/template", tag = "reception", params(("id" = Id, Path)), request_body = TemplateAsk, responses((status = 200, body = Card)))]
async fn template(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<TemplateAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Template(ask.template))
    })
    .await
}

/// What [`step`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct StepAsk {
    /// What to set.
    step: i64,
}

/// Says how many steps are done.
#[utoipa::path(post, path = "/conversations/{id}/step", tag = "reception", params(("id" = Id, Path)), request_body = StepAsk, responses((status = 200, body = Card)))]
async fn step(State(edge): State<Edge>, At(id): At, write: Write<StepAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Step(ask.step))
    })
    .await
}

/// What [`bargain`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct BargainAsk {
    /// What to set.
    #[serde(default)]
    bargain: Option<String>,
}

/// Marks the kind of bargaining.
#[utoipa::path(post, path = "/conversations/{id}/bargain", tag = "reception", params(("id" = Id, Path)), request_body = BargainAsk, responses((status = 200, body = Card)))]
async fn bargain(State(edge): State<Edge>, At(id): At, write: Write<BargainAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Bargain(ask.bargain))
    })
    .await
}

/// What [`risk`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct RiskAsk {
    /// `threat`, or null.
    #[serde(default)]
    risk: Option<String>,
}

/// Marks that the buyer threatens, or that they do not.
#[utoipa::path(post, path = "/conversations/{id}/risk", tag = "reception", params(("id" = Id, Path)), request_body = RiskAsk, responses((status = 200, body = Card)))]
async fn risk(State(edge): State<Edge>, At(id): At, write: Write<RiskAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Risk(ask.risk))
    })
    .await
}

/// What [`tags`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct TagsAsk {
    /// What to set.
    #[serde(default)]
    tags: Vec<String>,
}

/// Sets the tags.
#[utoipa::path(post, path = "/conversations/{id}/tags", tag = "reception", params(("id" = Id, Path)), request_body = TagsAsk, responses((status = 200, body = Card)))]
async fn tags(State(edge): State<Edge>, At(id): At, write: Write<TagsAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Tags(ask.tags))
    })
    .await
}

/// What [`complaint`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct ComplaintAsk {
    /// What to set.
    on: bool,
}

/// Marks a complaint.
#[utoipa::path(post, path = "/conversations/{id}/complaint", tag = "reception", params(("id" = Id, Path)), request_body = ComplaintAsk, responses((status = 200, body = Card)))]
async fn complaint(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<ComplaintAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Complaint(ask.on))
    })
    .await
}

/// What [`payment`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct PaymentAsk {
    /// The case the buyer is in, or none.
    #[serde(default)]
    case: Option<String>,
    /// The steps of its checklist that are done.
    #[serde(default)]
    done: Vec<String>,
}

/// Says where the buyer stands with paying, and what of the checklist is done.
#[utoipa::path(post, path = "/conversations/{id}/payment", tag = "reception", params(("id" = Id, Path)), request_body = PaymentAsk, responses((status = 200, body = Card)))]
async fn payment(State(edge): State<Edge>, At(id): At, write: Write<PaymentAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(
            tx,
            now,
            who,
            id,
            &Mark::Payment {
                case: ask.case,
                done: ask.done,
            },
        )
    })
    .await
}

/// What [`promise`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct PromiseAsk {
    /// What to set.
    #[serde(default)]
    until: Option<Ms>,
}

/// Sets or clears the promise clock.
#[utoipa::path(post, path = "/conversations/{id}/promise", tag = "reception", params(("id" = Id, Path)), request_body = PromiseAsk, responses((status = 200, body = Card)))]
async fn promise(State(edge): State<Edge>, At(id): At, write: Write<PromiseAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::mark(tx, now, who, id, &Mark::Promise(ask.until))
    })
    .await
}

/// What [`record`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct RecordAsk {
    /// What was asked.
    topic: String,
    /// The product in question.
    #[serde(default)]
    product: Option<Id>,
    /// What was proposed.
    #[serde(default)]
    solution: Option<String>,
}

/// Keeps what the talk was about.
#[utoipa::path(post, path = "/conversations/{id}/record", tag = "reception", params(("id" = Id, Path)), request_body = RecordAsk, responses((status = 201, body = Record)))]
async fn record(State(edge): State<Edge>, At(id): At, write: Write<RecordAsk>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, ask| {
        crate::keep_record(
            tx,
            now,
            who,
            id,
            &ask.topic,
            ask.product,
            ask.solution.as_deref().unwrap_or(""),
        )
    })
    .await
}

/// What [`remind`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct RemindAsk {
    /// When.
    at: Ms,
    /// What to do.
    text: String,
}

/// Sets a follow-up for oneself.
#[utoipa::path(post, path = "/conversations/{id}/remind", tag = "reception", params(("id" = Id, Path)), request_body = RemindAsk, responses((status = 201, body = Reminder)))]
async fn remind(State(edge): State<Edge>, At(id): At, write: Write<RemindAsk>) -> Result<Answer, Failure> {
    edge.write(write, 201, move |tx, now, who, ask| {
        crate::remind(tx, now, who, id, ask.at, &ask.text)
    })
    .await
}

/// Ticks a follow-up off.
#[utoipa::path(post, path = "/reminders/{id}/done", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Card)))]
async fn reminder_done(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| crate::done(tx, now, who, id))
        .await
}

/// What [`reminder_give`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct GiveAsk {
    /// To whom.
    to_person: Id,
}

/// Gives a follow-up to a colleague.
#[utoipa::path(post, path = "/reminders/{id}/give", tag = "reception", params(("id" = Id, Path)), request_body = GiveAsk, responses((status = 204)))]
async fn reminder_give(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<GiveAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, ask| {
        crate::give(tx, now, who, id, ask.to_person)
    })
    .await
}

/// Asks the buyer for a rating.
#[utoipa::path(post, path = "/conversations/{id}/invite", tag = "reception", params(("id" = Id, Path)), responses((status = 204)))]
async fn invite(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, _| crate::invite(tx, now, who, id))
        .await
}

/// What [`keep_draft`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct KeepDraftAsk {
    /// To the buyer.
    #[serde(default)]
    text: Option<String>,
    /// For the team.
    #[serde(default)]
    note: Option<String>,
}

/// Keeps what is half-written.
#[utoipa::path(put, path = "/conversations/{id}/draft", tag = "reception", params(("id" = Id, Path)), request_body = KeepDraftAsk, responses((status = 204)))]
async fn keep_draft(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<KeepDraftAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 204, move |tx, now, who, ask| {
        crate::keep_draft(
            tx,
            now,
            who,
            id,
            ask.text.as_deref().unwrap_or(""),
            ask.note.as_deref().unwrap_or(""),
        )
    })
    .await
}
