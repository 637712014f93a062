use base::{Id, Ms, Problem};
use knowledge::Asked;
use serde_json::json;
use store::Tx;
use team::{Setting, SettingKind};

use crate::automatic::auto_message;
use crate::conversation::{Conversation, State};
use crate::message::{Kind, Message, Sender, Standing};
use crate::rules::Rules;
use crate::telling::Shown;

/// Whether buyers whom nobody receives yet are answered from the FAQ.
pub(crate) const SELF_SERVICE: Setting = Setting {
    key: "reception.self_service",
    kind: SettingKind::Bool,
    default: || json!(false),
    zh: (
        "无人接待时自助答复",
        "买家还在排队、没有客服接待时，常见问题里有把握的答案会自动发给买家；买家仍在排队，客服上线后照常接待",
    ),
    en: (
        "Answers while nobody is there",
        "A buyer in the queue is sent the FAQ's answer where it is sure; they keep their place and are received as always",
    ),
    source: "row 180",
    shop_level: true,
};

/// Messages of a talk that are looked at after the question.
const LATER: usize = 20;

/// Whether the shop answers a question from the FAQ by itself: it wants that, and nobody receives the buyer. What was
/// true when the question was read, [`answer_by_itself`] looks at again.
pub fn serves_itself(tx: &mut Tx<'_>, org: Id, asked: &Asked) -> Result<bool, Problem> {
    let (_, rules) = Rules::now(tx, org, asked.shop)?;
    if !rules.is_on(&SELF_SERVICE) {
        return Ok(false);
    }
    let talk = Conversation::load(tx, org, asked.conversation)?;
    Ok(talk.is_some_and(|talk| talk.state == State::Queued && !talk.customer_blocked))
}

/// Answers a buyer's question from the FAQ where the shop wants it, nobody receives the buyer, the entry `nearest`
/// is sure, and neither the buyer nor a person has said more since; once a question. The message is automatic: it
/// ends no round, and the buyer keeps their place in the queue. No right is asked: the program calls it.
pub fn answer_by_itself(
    tx: &mut Tx<'_>,
    now: Ms,
    org: Id,
    asked: &Asked,
    nearest: (Id, f64),
) -> Result<Option<Message>, Problem> {
    let Some(mut conversation) = Conversation::load(tx, org, asked.conversation)? else {
        return Ok(None);
    };
    let rules = Rules::at(tx, org, conversation.shop, conversation.rules)?;
    if conversation.state != State::Queued || conversation.customer_blocked || !rules.is_on(&SELF_SERVICE) {
        return Ok(None);
    }
    let later = Message::page(tx, org, asked.conversation, Some(asked.seq), None, LATER)?;
    let overtaken = |one: &Message| match one.from {
        Sender::Buyer | Sender::Agent => one.state == Standing::Sent,
        Sender::Auto => one.quote == Some(asked.seq),
        Sender::System => false,
    };
    if later.len() == LATER || later.iter().any(overtaken) {
        return Ok(None);
    }
    let Some(text) = knowledge::answer_alone(tx, now, org, asked, nearest)? else {
        return Ok(None);
    };
    let body = json!({ "text": text }).to_string();
    let message = auto_message(tx, now, &mut conversation, Kind::Text, body, Some(asked.seq))?;
    conversation.finish(tx, std::slice::from_ref(&message), Shown::ToThose)?;
    Ok(Some(message))
}
