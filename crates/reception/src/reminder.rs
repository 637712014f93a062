use base::{Actor, Id, Ms, Permission, Problem, clean_text};
use serde::Serialize;
use serde_json::json;
use store::{Tx, args, record};

use crate::card::Card;
use crate::conversation::Conversation;
use crate::telling::{Shown, changed};

record! {
    /// A follow-up on a conversation: rings once at its time, stays until done.
    #[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
    pub struct Reminder {
        /// Its id.
        pub id: Id = "id",
        /// The conversation.
        pub conversation: Id = "conversation_id",
        /// Whose it is.
        pub person: Id = "person_id",
        /// What to do.
        pub text: String = "text",
        /// When.
        pub due: Ms = "due",
        /// Whether it rang.
        pub rung: bool = "rung",
    }
}

/// Sets a follow-up for oneself.
pub fn remind(
    tx: &mut Tx<'_>,
    now: Ms,
    who: &Actor,
    id: Id,
    due: Ms,
    text: &str,
) -> Result<Reminder, Problem> {
    who.need(Permission::Talk)?;
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let text = clean_text("text", text, 200)?;
    if due <= now || due > now.plus(366 * 86_400_000) {
        return Err(Problem::input(
            "at",
            "time_past",
            "A time from now on, within a year.",
        ));
    }
    let mut conversation = Conversation::of(tx, who, id)?;
    let reminder = Reminder {
        id: tx.id(),
        conversation: id,
        person,
        text,
        due,
        rung: false,
    };
    tx.exec(
        "INSERT INTO reminder (org_id, id, conversation_id, shop_id, person_id, text, due, rung, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
        args![
            who.org,
            reminder.id,
            id,
            conversation.shop,
            person,
            &reminder.text,
            due,
            now
        ],
    )?;
    set_next(tx, &mut conversation)?;
    conversation.finish(tx, &[], Shown::ToShop)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "reminder.set",
        json!({"reminder": reminder.id, "due": due}),
    )?;
    Ok(reminder)
}

/// Ticks one's own follow-up off, also when somebody else has the conversation by now.
pub fn done(tx: &mut Tx<'_>, now: Ms, who: &Actor, id: Id) -> Result<Card, Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let conversation: Option<Id> = tx.row(
        "UPDATE reminder SET done_at = $4 WHERE org_id = $1 AND id = $2 AND person_id = $3 AND done_at IS NULL
         RETURNING conversation_id",
        args![who.org, id, person, now],
        |row| row.get(0),
    )?;
    let conversation = Conversation::load(tx, who.org, conversation.ok_or_else(Problem::not_found)?)?;
    let mut conversation = conversation
        .filter(|c| who.shops.has(c.shop))
        .ok_or_else(Problem::not_found)?;
    set_next(tx, &mut conversation)?;
    conversation.finish(tx, &[], Shown::ToShop)?;
    changed(
        tx,
        now,
        who,
        &conversation,
        "reminder.done",
        json!({"reminder": id}),
    )?;
    Ok(conversation.card_for(who))
}

/// The actor's open follow-ups in their shops, soonest first; of one conversation, or all.
pub fn reminders(tx: &mut Tx<'_>, who: &Actor, conversation: Option<Id>) -> Result<Vec<Reminder>, Problem> {
    let person = who.person().ok_or_else(Problem::forbidden)?;
    let found = tx.rows(
        "SELECT id, conversation_id, person_id, text, due, rung, shop_id FROM reminder
         WHERE org_id = $1 AND person_id = $2 AND done_at IS NULL AND ($3 = 0 OR conversation_id = $3)
         ORDER BY due LIMIT 200",
        args![who.org, person, conversation.unwrap_or(Id::NONE)],
        |row| Ok((Reminder::read(row)?, row.get::<Id>(6)?)),
    )?;
    Ok(found
        .into_iter()
        .filter(|(_, shop)| who.shops.has(*shop))
        .map(|(reminder, _)| reminder)
        .collect())
}

/// Rings what is due.
pub(crate) fn ring(tx: &mut Tx<'_>, now: Ms, conversation: &mut Conversation) -> Result<(), Problem> {
    let due: Vec<Id> = tx.rows(
        "UPDATE reminder SET rung = 1
         WHERE org_id = $1 AND conversation_id = $2 AND done_at IS NULL AND rung = 0 AND due <= $3 RETURNING person_id",
        args![conversation.org, conversation.id, now],
        |row| row.get(0),
    )?;
    for person in due {
        crate::clock::alarm_person(tx, conversation, person, "remind", now)?;
    }
    set_next(tx, conversation)
}

fn set_next(tx: &mut Tx<'_>, conversation: &mut Conversation) -> Result<(), Problem> {
    let next: Option<Option<Ms>> = tx.value(
        "SELECT min(due) FROM reminder WHERE org_id = $1 AND conversation_id = $2 AND done_at IS NULL AND rung = 0",
        args![conversation.org, conversation.id],
    )?;
    conversation.remind_at = next.flatten();
    Ok(())
}
