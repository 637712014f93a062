use base::{Actor, Id, Problem};
use knowledge::Asked;
use serde_json::Value;
use store::Tx;
use team::SeenTalk;

use crate::conversation::Conversation;
use crate::message::{Kind, Message, Sender, Standing};

/// Shop and buyer of a conversation that `who` may see; none where it is not there for them.
pub fn seen_talk(tx: &mut Tx<'_>, who: &Actor, conversation: Id) -> Result<Option<SeenTalk>, Problem> {
    let talk = Conversation::load(tx, who.org, conversation)?;
    Ok(talk.filter(|talk| talk.visible_to(who)).map(|talk| SeenTalk {
        shop: talk.shop,
        customer: talk.customer,
    }))
}

/// What a buyer wrote in a message, for the room `knowledge`; none where it is no text of the buyer's that
/// stands, or where `who` (if one is named) may not see it.
pub fn asked(
    tx: &mut Tx<'_>,
    org: Id,
    who: Option<&Actor>,
    conversation: Id,
    seq: i64,
) -> Result<Option<Asked>, Problem> {
    let talk = Conversation::load(tx, org, conversation)?;
    let Some(talk) = talk.filter(|talk| who.is_none_or(|who| talk.visible_to(who))) else {
        return Ok(None);
    };
    let message = Message::load(tx, org, conversation, seq)?;
    let spoken =
        |one: &Message| one.from == Sender::Buyer && one.kind == Kind::Text && one.state == Standing::Sent;
    let Some(message) = message.filter(spoken) else {
        return Ok(None);
    };
    let body: Value = serde_json::from_str(message.body.get()).unwrap_or_default();
    Ok(body["text"].as_str().map(|text| Asked {
        shop: talk.shop,
        customer: talk.customer,
        conversation,
        seq,
        text: text.to_owned(),
    }))
}
