use axum::extract::State;
use base::{Id, Problem};
use knowledge::Filled;
use knowledge::check::Rule;
use serde::Deserialize;
use team::http::{Answer, At, Edge, Failure, Write};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Card, Message, Say, Saying, To};

pub(super) fn routes() -> OpenApiRouter<Edge> {
    OpenApiRouter::new()
        .routes(routes!(send))
        .routes(routes!(claim))
        .routes(routes!(transfer))
        .routes(routes!(take_over))
        .routes(routes!(whisper))
        .routes(routes!(release))
        .routes(routes!(close))
        .routes(routes!(reopen))
        .routes(routes!(move_conversations))
        .routes(routes!(undo))
        .routes(routes!(recall))
        .routes(routes!(order_card))
}

/// A message and its conversation after a change.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
struct Changed {
    /// The message.
    message: Message,
    /// Its conversation.
    conversation: Card,
}

impl From<(Message, Card)> for Changed {
    fn from((message, conversation): (Message, Card)) -> Changed {
        Changed {
            message,
            conversation,
        }
    }
}

/// What [`send`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct SendAsk {
    /// The sender's own id of it.
    client_id: String,
    /// Kind and body.
    #[serde(flatten)]
    saying: Saying,
    /// The number of a quoted message.
    #[serde(default)]
    quote: Option<i64>,
    /// How long it was typed, ms.
    #[serde(default)]
    typed_ms: Option<i64>,
    /// How long the agent says they promised, ms; 0 for no promise, left out where the words are to be read.
    #[serde(default)]
    promise_ms: Option<i64>,
    /// Rules of the reply check whose findings were read and are sent all the same.
    #[serde(default)]
    confirmed: Option<Vec<Rule>>,
    /// What the text was filled with, to be looked at again.
    #[serde(default)]
    filled: Option<Filled>,
}

/// Writes a message, as the socket's `send` does.
#[utoipa::path(post, path = "/conversations/{id}/send", tag = "reception", params(("id" = Id, Path)), request_body = SendAsk, responses((status = 200, body = Changed)))]
async fn send(State(edge): State<Edge>, At(id): At, write: Write<SendAsk>) -> Result<Answer, Failure> {
    crate::check_client_id(&write.body.client_id)?;
    write.body.saying.clone().check()?;
    edge.write(write, 200, move |tx, now, who, ask| {
        let say = Say {
            conversation: id,
            client_id: ask.client_id,
            saying: ask.saying.check()?,
            quote: ask.quote,
            typed_ms: ask.typed_ms,
            promise_ms: ask.promise_ms,
            confirmed: ask.confirmed,
            filled: ask.filled,
        };
        crate::say(tx, now, who, &say).map(Changed::from)
    })
    .await
}

/// A person or a group.
fn to(person: Option<Id>, group: Option<Id>) -> Result<Option<To>, Problem> {
    match (person, group) {
        (Some(person), None) => Ok(Some(To::Person(person))),
        (None, Some(group)) => Ok(Some(To::Group(group))),
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Problem::input(
            "to_group",
            "one_only",
            "A person or a group, not both.",
        )),
    }
}

fn to_somebody(person: Option<Id>, group: Option<Id>) -> Result<To, Problem> {
    to(person, group)?.ok_or_else(|| Problem::input("to_person", "missing", "Say to whom."))
}

/// Takes a waiting buyer.
#[utoipa::path(post, path = "/conversations/{id}/claim", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Card)))]
async fn claim(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| crate::claim(tx, now, who, id))
        .await
}

/// What [`transfer`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct TransferAsk {
    /// To whom.
    #[serde(default)]
    to_person: Option<Id>,
    /// Or to which group.
    #[serde(default)]
    to_group: Option<Id>,
    /// What the next one must know.
    note: String,
}

/// Hands a conversation to a colleague or a group, with a note.
#[utoipa::path(post, path = "/conversations/{id}/transfer", tag = "reception", params(("id" = Id, Path)), request_body = TransferAsk, responses((status = 200, body = Card)))]
async fn transfer(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<TransferAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::transfer(
            tx,
            now,
            who,
            id,
            to_somebody(ask.to_person, ask.to_group)?,
            &ask.note,
        )
    })
    .await
}

/// A supervisor takes a conversation.
#[utoipa::path(post, path = "/conversations/{id}/take-over", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Card)))]
async fn take_over(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| {
        crate::take_over(tx, now, who, id)
    })
    .await
}

/// What [`whisper`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct WhisperAsk {
    /// The words.
    text: String,
}

/// A supervisor's word to the agent.
#[utoipa::path(post, path = "/conversations/{id}/whisper", tag = "reception", params(("id" = Id, Path)), request_body = WhisperAsk, responses((status = 200, body = Message)))]
async fn whisper(State(edge): State<Edge>, At(id): At, write: Write<WhisperAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::whisper(tx, now, who, id, &ask.text)
    })
    .await
}

/// What [`release`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct ReleaseAsk {
    /// Why.
    note: String,
}

/// Puts a conversation back into the queue.
#[utoipa::path(post, path = "/conversations/{id}/release", tag = "reception", params(("id" = Id, Path)), request_body = ReleaseAsk, responses((status = 200, body = Card)))]
async fn release(State(edge): State<Edge>, At(id): At, write: Write<ReleaseAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::release(tx, now, who, id, &ask.note)
    })
    .await
}

/// What [`close`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct CloseAsk {
    /// Why, when something is open.
    #[serde(default)]
    reason: Option<String>,
}

/// Ends the session; may ask for a reason (`close_reason_required`).
#[utoipa::path(post, path = "/conversations/{id}/close", tag = "reception", params(("id" = Id, Path)), request_body = CloseAsk, responses((status = 200, body = Card)))]
async fn close(State(edge): State<Edge>, At(id): At, write: Write<CloseAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::close(tx, now, who, id, ask.reason.as_deref())
    })
    .await
}

/// Opens a closed conversation, to write first.
#[utoipa::path(post, path = "/conversations/{id}/reopen", tag = "reception", params(("id" = Id, Path)), responses((status = 200, body = Card)))]
async fn reopen(State(edge): State<Edge>, At(id): At, write: Write) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, _| crate::reopen(tx, now, who, id))
        .await
}

/// What [`move_conversations`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct MoveConversationsAsk {
    /// Whose.
    from_person: Id,
    /// To whom.
    #[serde(default)]
    to_person: Option<Id>,
    /// Or to which group.
    #[serde(default)]
    to_group: Option<Id>,
    /// What the next one must know.
    note: String,
    /// Only these.
    #[serde(default)]
    ids: Option<Vec<Id>>,
}

/// Moves somebody's open conversations; without a target, to the queue.
#[utoipa::path(post, path = "/conversations/move", tag = "reception", request_body = MoveConversationsAsk, responses((status = 200, body = Vec<Card>)))]
async fn move_conversations(
    State(edge): State<Edge>,
    write: Write<MoveConversationsAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::move_all(
            tx,
            now,
            who,
            ask.from_person,
            to(ask.to_person, ask.to_group)?,
            &ask.note,
            ask.ids.as_deref(),
        )
    })
    .await
}

/// What [`undo`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct UndoAsk {
    /// Its number.
    seq: i64,
}

/// Takes an unread message back as if it had not been sent.
#[utoipa::path(post, path = "/conversations/{id}/undo", tag = "reception", params(("id" = Id, Path)), request_body = UndoAsk, responses((status = 200, body = Changed)))]
async fn undo(State(edge): State<Edge>, At(id): At, write: Write<UndoAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::undo(tx, now, who, id, ask.seq).map(Changed::from)
    })
    .await
}

/// What [`recall`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct RecallAsk {
    /// Its number.
    seq: i64,
}

/// Takes a message back with a trace.
#[utoipa::path(post, path = "/conversations/{id}/recall", tag = "reception", params(("id" = Id, Path)), request_body = RecallAsk, responses((status = 200, body = Changed)))]
async fn recall(State(edge): State<Edge>, At(id): At, write: Write<RecallAsk>) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::recall(tx, now, who, id, ask.seq).map(Changed::from)
    })
    .await
}

/// What [`order_card`] takes.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct OrderCardAsk {
    /// The sender's own id of the message.
    client_id: String,
    /// Which.
    order: Id,
    /// Whether to ask for confirmation.
    #[serde(default)]
    confirm: Option<bool>,
}

/// Shows the buyer an order of theirs.
#[utoipa::path(post, path = "/conversations/{id}/order-card", tag = "reception", params(("id" = Id, Path)), request_body = OrderCardAsk, responses((status = 200, body = Changed)))]
async fn order_card(
    State(edge): State<Edge>,
    At(id): At,
    write: Write<OrderCardAsk>,
) -> Result<Answer, Failure> {
    edge.write(write, 200, move |tx, now, who, ask| {
        crate::check_client_id(&ask.client_id)?;
        crate::send_order(
            tx,
            now,
            who,
            id,
            &ask.client_id,
            ask.order,
            ask.confirm.unwrap_or(false),
        )
        .map(Changed::from)
    })
    .await
}
