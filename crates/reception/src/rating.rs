use base::{Actor, Id, Live, Ms, Permission, Problem, Topic, Who, clean_text};
use serde::Serialize;
use serde_json::json;
use store::{Tx, args};

use crate::book::Entry;
use crate::conversation::{Conversation, State};
use crate::rules::{INVITE, Rules};
use crate::telling::{Shown, changed};

/// What came of an invitation.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Rating {
    /// The session.
    pub session: i64,
    /// When the buyer was asked.
    pub invited_at: Ms,
    /// 1 to 5; null while unanswered.
    pub score: Option<i64>,
    /// What they said.
    pub comment: Option<String>,
}

/// Asks for a rating when the shop wants that and the session had an answer.
pub(crate) fn invite_if_wanted(
    tx: &mut Tx<'_>,
    now: Ms,
    conversation: &Conversation,
    rules: &Rules,
) -> Result<(), Problem> {
    if rules.is_on(&INVITE) && conversation.human_at.is_some() {
        ask(tx, now, conversation)?;
    }
    Ok(())
}

/// Asks once a session; answers whether this was the first time.
fn ask(tx: &mut Tx<'_>, now: Ms, conversation: &Conversation) -> Result<bool, Problem> {
    let first = tx.exec(
        "INSERT INTO rating (org_id, conversation_id, session, shop_id, agent_id, invited_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (org_id, conversation_id, session) DO NOTHING",
        args![
            conversation.org,
            conversation.id,
            conversation.session,
            conversation.shop,
            conversation.agent,
            now
        ],
    )? == 1;
    if first {
        let frame = json!({"on": "invite", "session": conversation.session});
        tx.live(Live {
            topics: vec![Topic::Buyer(conversation.id)],
            frame: frame.to_string().into(),
        });
    }
    Ok(first)
}

/// The agent who has the conversation (or had it last), or a supervisor, asks for a rating; `invited`
/// when this session's buyer was asked already.
pub fn invite(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<(), Problem> {
    who.need(Permission::Talk)?;
    let conversation = Conversation::of(tx, who, id)?;
    let own = conversation.state != State::Queued && conversation.agent == who.person();
    if !own && !who.may(Permission::Supervise) {
        return Err(Problem::conflict(
            "not_yours",
            "Another agent has this conversation, or nobody yet.",
        ));
    }
    if conversation.session == 0 {
        return Err(Problem::conflict("no_session", "There was no session yet."));
    }
    if !ask(tx, now, &conversation)? {
        return Err(Problem::conflict(
            "invited",
            "The buyer was asked in this session already.",
        ));
    }
    changed(
        tx,
        now,
        who,
        &conversation,
        "rating.invited",
        json!({"session": conversation.session}),
    )
}

/// The buyer answers an invitation, once.
pub fn rate(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    session: i64,
    score: i64,
    comment: Option<&str>,
) -> Result<(), Problem> {
    if !matches!(who.who, Who::Buyer(_)) {
        return Err(Problem::forbidden());
    }
    if !(1..=5).contains(&score) {
        return Err(Problem::input("score", "score_range", "1 to 5."));
    }
    let comment = comment
        .filter(|c| !c.trim().is_empty())
        .map(|c| clean_text("comment", c, 500))
        .transpose()?;
    let mut conversation = Conversation::of(tx, who, id)?;
    let rated = tx.exec(
        "UPDATE rating SET score = $4, comment = $5, rated_at = $6
         WHERE org_id = $1 AND conversation_id = $2 AND session = $3 AND score IS NULL",
        args![who.org, id, session, score, &comment, now],
    )?;
    if rated == 0 {
        return Err(Problem::conflict(
            "not_invited",
            "This session was rated already, or no rating was asked for.",
        ));
    }
    let body = json!({"event": "rated", "session": session, "score": score, "comment": comment});
    let message = conversation.note(tx, now, &body, Entry::Nothing)?;
    conversation.finish(tx, &[message], Shown::ToThose)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "rating.given",
        json!({"session": session, "score": score}),
    )
}

/// The session the buyer is asked to rate and has not, if any: the last one only.
pub fn pending(tx: &mut Tx<'_>, conversation: &Conversation) -> Result<Option<i64>, Problem> {
    tx.value(
        "SELECT session FROM rating WHERE org_id = $1 AND conversation_id = $2 AND session = $3 AND score IS NULL",
        args![conversation.org, conversation.id, conversation.session],
    )
}
