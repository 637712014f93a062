use axum::Json;
use axum::extract::State;
use base::{Id, Ms, Page, PageAsk};
use serde::Deserialize;
use team::http::{Ask, At, Caller, Edge, Failure};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{
    Asked, Card, Conversation, Counts, Draft, Message, OwnDay, PaymentCase, PromisedPrice, Record, Reminder,
    Session, TeamManners, Template, Wall,
};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(counts))
        .routes(routes!(one))
        .routes(routes!(messages))
        .routes(routes!(draft))
        .routes(routes!(records))
        .routes(routes!(sessions))
        .routes(routes!(of_customer))
        .routes(routes!(reminders))
        .routes(routes!(templates))
        .routes(routes!(payment_cases))
        .routes(routes!(wall))
        .routes(routes!(team_manners))
        .routes(routes!(own_day))
        .routes(routes!(promised_prices))
}

/// A page of conversations: one's own, the queue, or all.
#[utoipa::path(get, path = "/conversations", tag = "reception", params(Asked, PageAsk), responses((status = 200, body = Page<Card>)))]
async fn list(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(asked): Ask<Asked>,
    Ask(page): Ask<PageAsk>,
) -> Result<Json<Page<Card>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| {
            crate::conversations(tx, now, who, &asked, &page)
        })
        .await?,
    ))
}

/// The counts on the tabs.
#[utoipa::path(get, path = "/conversations/counts", tag = "reception", responses((status = 200, body = Counts)))]
async fn counts(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Counts>, Failure> {
    Ok(Json(edge.read(&who, |tx, _, who| crate::counts(tx, who)).await?))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Card)))]
async fn one(State(edge): State<Edge>, Caller(who): Caller, At(id): At) -> Result<Json<Card>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            Conversation::of(tx, who, id).map(|c| c.card())
        })
        .await?,
    ))
}

/// Which messages.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct MessagesAsk {
    /// Those after this number, ascending.
    after: Option<i64>,
    /// Those before this number.
    before: Option<i64>,
    /// At most so many, up to 200.
    limit: Option<usize>,
}

/// Messages of a conversation, ascending; without `after`, the last ones.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "reception", params(("id" = Id, Path), MessagesAsk), responses((status = 200, body = Vec<Message>)))]
async fn messages(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
    Ask(ask): Ask<MessagesAsk>,
) -> Result<Json<Vec<Message>>, Failure> {
    let messages = edge
        .read(&who, move |tx, _, who| {
            Conversation::of(tx, who, id)?;
            Message::page(
                tx,
                who.org,
                id,
                ask.after,
                ask.before,
                ask.limit.unwrap_or(50).clamp(1, 200),
            )
        })
        .await?;
    Ok(Json(messages))
}

/// One's own draft.
#[utoipa::path(get, path = "/conversations/{id}/draft", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Option<Draft>)))]
async fn draft(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Option<Draft>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::draft(tx, who, id))
            .await?,
    ))
}

/// Consultation records of the conversation's buyer.
#[utoipa::path(get, path = "/conversations/{id}/records", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Vec<Record>)))]
async fn records(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Record>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::records(tx, who, id))
            .await?,
    ))
}

/// Sessions with their rounds, the latest first.
#[utoipa::path(get, path = "/conversations/{id}/sessions", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Vec<Session>)))]
async fn sessions(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Session>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::sessions(tx, who, id))
            .await?,
    ))
}

/// A customer's conversations.
#[utoipa::path(get, path = "/customers/{id}/conversations", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Vec<Card>)))]
async fn of_customer(
    State(edge): State<Edge>,
    Caller(who): Caller,
    At(id): At,
) -> Result<Json<Vec<Card>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::of_customer(tx, who, id))
            .await?,
    ))
}

/// One's open follow-ups.
#[utoipa::path(get, path = "/reminders", tag = "reception", responses((status = 200, body = Vec<Reminder>)))]
async fn reminders(State(edge): State<Edge>, Caller(who): Caller) -> Result<Json<Vec<Reminder>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::reminders(tx, who, None))
            .await?,
    ))
}

/// Which templates.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct TemplatesAsk {
    /// With the own steps of this shop.
    shop: Option<Id>,
}

/// The templates of reception steps.
#[utoipa::path(get, path = "/templates", tag = "reception", params(TemplatesAsk), responses((status = 200, body = Vec<Template>)))]
async fn templates(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<TemplatesAsk>,
) -> Result<Json<Vec<Template>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::shop_templates(tx, who, ask.shop))
            .await?,
    ))
}

/// The payment cases with their checklists.
#[utoipa::path(get, path = "/payment-cases", tag = "reception", responses((status = 200, body = Vec<PaymentCase>)))]
async fn payment_cases(_caller: Caller) -> Json<&'static [PaymentCase]> {
    Json(crate::payment_cases())
}

/// Which wall.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct WallAsk {
    /// Of this shop only.
    shop: Option<Id>,
}

/// The supervisor's wall.
#[utoipa::path(get, path = "/wall", tag = "reception", params(WallAsk), responses((status = 200, body = Wall)))]
async fn wall(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<WallAsk>,
) -> Result<Json<Wall>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::wall(tx, now, who, ask.shop))
            .await?,
    ))
}

/// Whose manners, and when.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct MannersAsk {
    /// Of this shop only.
    shop: Option<Id>,
    /// From when.
    from: Ms,
    /// Until when, not with it.
    until: Ms,
}

/// How the team speaks: polite and curt answers of each agent.
#[utoipa::path(get, path = "/manners", tag = "reception", params(MannersAsk), responses((status = 200, body = TeamManners)))]
async fn team_manners(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<MannersAsk>,
) -> Result<Json<TeamManners>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| {
            crate::team_manners(tx, who, ask.shop, ask.from, ask.until)
        })
        .await?,
    ))
}

/// Whose day.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct OwnDayAsk {
    /// In this shop only.
    shop: Option<Id>,
}

/// One's own figures of today.
#[utoipa::path(get, path = "/own-day", tag = "reception", params(OwnDayAsk), responses((status = 200, body = OwnDay)))]
async fn own_day(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<OwnDayAsk>,
) -> Result<Json<OwnDay>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, now, who| crate::own_day(tx, now, who, ask.shop))
            .await?,
    ))
}

/// Whose prices.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct PromisedAsk {
    /// Of this shop only.
    shop: Option<Id>,
}

/// Prices asked for that are to be decided within what the buyer was promised in the talk, the most urgent first.
#[utoipa::path(get, path = "/asks/promised", tag = "reception", params(PromisedAsk), responses((status = 200, body = Vec<PromisedPrice>)))]
async fn promised_prices(
    State(edge): State<Edge>,
    Caller(who): Caller,
    Ask(ask): Ask<PromisedAsk>,
) -> Result<Json<Vec<PromisedPrice>>, Failure> {
    Ok(Json(
        edge.read(&who, move |tx, _, who| crate::promised_prices(tx, who, ask.shop))
            .await?,
    ))
}
