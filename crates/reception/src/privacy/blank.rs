use base::{Actor, Id, Live, Ms, Problem, Topic};
use serde_json::{Map, Value, json};
use store::{Event, Tx, args};

/// What system messages say in words; the rest of them is what sessions and rounds are made of.
const WORDS: [&str; 5] = ["note", "reason", "comment", "topic", "text"];

/// What a message is to be emptied to.
struct Said {
    seq: i64,
    sender: String,
    state: String,
    body: String,
}

/// Empties up to `limit` messages of a conversation after those that are empty, up to number `upto`; answers how many
/// were looked at. The search index and whoever has the talk open are told.
pub(super) fn blank(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    conversation: Id,
    upto: i64,
    limit: usize,
) -> Result<usize, Problem> {
    let org = who.org;
    let found: Option<(i64, Id)> = tx.row(
        "SELECT erased_seq, shop_id FROM conversation WHERE org_id = $1 AND id = $2",
        args![org, conversation],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((done, shop)) = found else {
        return Ok(0);
    };
    let said: Vec<Said> = tx.rows(
        "SELECT seq, sender, state, body FROM message
         WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5",
        args![org, conversation, done, upto, limit],
        |row| {
            Ok(Said {
                seq: row.get(0)?,
                sender: row.get(1)?,
                state: row.get(2)?,
                body: row.get(3)?,
            })
        },
    )?;
    let Some(last) = said.last().map(|said| said.seq) else {
        return Ok(0);
    };
    for one in &said {
        let (body, state) = match (one.sender.as_str(), one.state.as_str()) {
            ("system", state) => (without_words(&one.body), state),
            (_, "sent") => ("{}".to_owned(), "erased"),
            // Taken back before: what it said is gone already.
            (_, state) => ("{}".to_owned(), state),
        };
        tx.exec(
            "UPDATE message SET body = $4, state = $5, quote = NULL, rev = rev + 1,
                 name = CASE WHEN sender = 'buyer' THEN NULL ELSE name END
             WHERE org_id = $1 AND conversation_id = $2 AND seq = $3",
            args![org, conversation, one.seq, &body, state],
        )?;
    }
    tx.exec(
        "UPDATE conversation SET erased_seq = $3, rev = rev + 1,
             last_text = CASE WHEN last_seq <= $3 THEN '' ELSE last_text END
         WHERE org_id = $1 AND id = $2",
        args![org, conversation, last],
    )?;
    tx.emit(Event {
        at: now,
        who,
        shop,
        kind: "conversation.erased",
        subject: conversation,
        data: json!({ "from": done + 1, "to": last }),
    })?;
    // Who has it open reads it again.
    tx.live(Live {
        topics: vec![Topic::Conversation(conversation), Topic::Buyer(conversation)],
        frame: r#"{"on":"resync"}"#.into(),
    });
    Ok(said.len())
}

fn without_words(body: &str) -> String {
    let Ok(Value::Object(body)) = serde_json::from_str::<Value>(body) else {
        return "{}".to_owned();
    };
    let kept: Map<String, Value> = body
        .into_iter()
        .filter(|(name, _)| !WORDS.contains(&name.as_str()))
        .collect();
    Value::Object(kept).to_string()
}

#[cfg(test)]
mod tests {
    use super::without_words;

    #[test]
    fn what_happened_stays_and_what_was_said_of_it_goes() {
        let moved = r#"{"event":"transferred","from":1,"note":"王小明要退货","to":2}"#;
        assert_eq!(without_words(moved), r#"{"event":"transferred","from":1,"to":2}"#);
        assert_eq!(without_words("not json"), "{}");
    }
}
