use base::{Actor, Id, Ms, Problem};
use knowledge::check::{Rule, allow_gift, allow_reply};
use serde::Deserialize;
use serde_json::json;
use store::Tx;

use crate::conversation::Conversation;
use crate::message::{Kind, Message, Sender};
use crate::saying::{FormField, Saying, TEXT_LIMIT};
use crate::telling::changed;

/// Messages looked back at for what the buyer wrote: an address read back to them may be some turns old.
const LOOK_BACK: usize = 50;

/// Lets an agent's words to the buyer pass the shop's reply check, and says which of its rules were
/// overridden. What is written by hand on a coupon or a form is refused where a text would be; nothing is asked
/// there, as a card has no box to mend it in. A coupon's amount is held against what the agent may give. All other cards are filled from the database.
pub(crate) fn allowed(
    tx: &mut Tx<'_>,
    who: &Actor,
    conversation: &Conversation,
    saying: &Saying,
    confirmed: Option<&[Rule]>,
) -> Result<Vec<Rule>, Problem> {
    let (text, confirmed) = match saying {
        Saying::Text { text } => (text.clone(), confirmed),
        Saying::Coupon { title, code, .. } => (format!("{title}\n{code}"), None),
        Saying::Form { title, fields } => {
            let of = |field: &FormField| [vec![field.title.clone()], field.choices.clone()].concat();
            let lines = [vec![title.clone()], fields.iter().flat_map(of).collect()].concat();
            (base::snippet(&lines.join("\n"), TEXT_LIMIT), None)
        }
        _ => return Ok(Vec::new()),
    };
    let mut overridden = allow_reply(tx, who, conversation.shop, &text, confirmed, |tx| {
        buyers_words(tx, conversation.org, conversation.id)
    })?;
    if let Saying::Coupon { amount_fen, .. } = saying {
        overridden.extend(allow_gift(tx, who, conversation.shop, *amount_fen)?);
        overridden.sort_unstable();
        overridden.dedup();
    }
    Ok(overridden)
}

/// What the buyer wrote lately, a message a line, the last one last.
fn buyers_words(tx: &mut Tx<'_>, org: Id, conversation: Id) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Words {
        text: String,
    }
    let messages = Message::page(tx, org, conversation, None, None, LOOK_BACK)?;
    let texts = messages
        .iter()
        .filter(|message| message.from == Sender::Buyer && message.kind == Kind::Text)
        // A message that was taken back has no words any more.
        .filter_map(|message| serde_json::from_str::<Words>(message.body.get()).ok());
    let lines: Vec<String> = texts.map(|words| words.text.replace('\n', " ")).collect();
    Ok(lines.join("\n"))
}

/// Keeps for quality which rules an agent overrode with a message: their names, never the text.
pub(crate) fn log_overridden(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: &Conversation,
    message: &Message,
    rules: &[Rule],
) -> Result<(), Problem> {
    if rules.is_empty() {
        return Ok(());
    }
    let data = json!({"seq": message.seq, "rules": rules});
    changed(tx, now, who, conversation, "reply.confirmed", data)
}
