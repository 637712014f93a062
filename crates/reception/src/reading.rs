//! Who has read how far, and what stands half-written.

use base::{Actor, Id, Live, Ms, Permission, Problem, Topic, Who};
use serde::Serialize;
use serde_json::json;
use store::{Tx, args, record};

use crate::conversation::Conversation;
use crate::saying::TEXT_LIMIT;
use crate::telling::frame;

/// Somebody has read up to `seq`. The agent's reading counts only for the one who has the conversation.
pub fn read(tx: &mut Tx<'_>, who: &Actor, id: Id, seq: i64) -> Result<(), Problem> {
    let mut conversation = Conversation::of(tx, who, id)?;
    let seq = seq.clamp(0, conversation.last_seq);
    let by = match who.who {
        Who::Buyer(_) if seq > conversation.buyer_read_seq => {
            conversation.buyer_read_seq = seq;
            "buyer"
        }
        Who::Person(person) | Who::Token { person, .. }
            if conversation.agent == Some(person) && seq > conversation.agent_read_seq =>
        {
            conversation.agent_read_seq = seq;
            conversation.unread = tx
                .value(
                    "SELECT count(*) FROM message
                     WHERE org_id = $1 AND conversation_id = $2 AND seq > $3 AND sender = 'buyer'",
                    args![who.org, id, seq],
                )?
                .unwrap_or(0);
            "agent"
        }
        _ => return Ok(()),
    };
    conversation.save(tx)?;
    let told = json!({"on": "read", "conversation": id, "by": by, "seq": seq});
    let mut topics = vec![Topic::Conversation(id)];
    topics.extend(conversation.agent.map(Topic::Person));
    tx.live(Live {
        topics,
        frame: told.to_string().into(),
    });
    if by == "agent" {
        let told = json!({"on": "read", "seq": seq});
        tx.live(Live {
            topics: vec![Topic::Buyer(id)],
            frame: told.to_string().into(),
        });
    }
    Ok(())
}

record! {
    /// What a person has half-written in a conversation; it follows them to another machine.
    #[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
    pub struct Draft {
        /// To the buyer.
        pub text: String = "text",
        /// For the team.
        pub note: String = "note",
        /// Whose it is.
        pub by: Id = "person_id",
        /// When it was kept.
        pub at: Ms = "at",
    }
}

/// Keeps a draft; an empty one goes.
pub fn keep_draft(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    text: &str,
    note: &str,
) -> Result<(), Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    if text.chars().count() > 4 * TEXT_LIMIT || note.chars().count() > 4 * TEXT_LIMIT {
        return Err(Problem::input(
            "text",
            "text_too_long",
            "A draft has at most 20,000 characters.",
        ));
    }
    Conversation::of(tx, who, id)?;
    let (text, note) = (text.replace('\0', ""), note.replace('\0', ""));
    if text.is_empty() && note.is_empty() {
        let sql = "DELETE FROM draft WHERE org_id = $1 AND conversation_id = $2 AND person_id = $3";
        tx.exec(sql, args![who.org, id, person])?;
    } else {
        tx.exec(
            "INSERT INTO draft (org_id, conversation_id, person_id, text, note, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org_id, conversation_id, person_id) DO UPDATE
             SET text = excluded.text, note = excluded.note, at = excluded.at",
            args![who.org, id, person, &text, &note, now],
        )?;
    }
    let draft = Draft {
        text,
        note,
        by: person,
        at: now,
    };
    let told = json!({"on": "draft", "conversation": id, "draft": draft});
    tx.live(Live {
        topics: vec![Topic::Person(person)],
        frame: frame(&told)?,
    });
    Ok(())
}

/// The actor's draft in a conversation.
pub fn draft(tx: &mut Tx<'_>, who: &Actor, id: Id) -> Result<Option<Draft>, Problem> {
    let Some(person) = who.person() else {
        return Ok(None);
    };
    tx.row(
        "SELECT text, note, person_id, at FROM draft WHERE org_id = $1 AND conversation_id = $2 AND person_id = $3",
        args![who.org, id, person],
        Draft::read,
    )
}
